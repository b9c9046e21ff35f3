// Fails a whole run of the opcode tests that leaves an opcode of the emulator's table unexecuted.
#include "core/opcode.hpp"
#include "one_instruction.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

class coverage : public testing::Environment {
 public:
  void TearDown() override {
    if (GTEST_FLAG_GET(filter) != "*") return;
    std::string missing;
    for (auto const& opcode : known_opcodes()) {
      if (executed_opcodes().count(opcode) == 0) missing += "\n  " + opcode;
    }
    EXPECT_TRUE(missing.empty()) << "opcodes that no test executes:" << missing;
  }
};

// GoogleTest owns it.
testing::Environment* const registered = testing::AddGlobalTestEnvironment(new coverage);

}  // namespace
}  // namespace emulator
