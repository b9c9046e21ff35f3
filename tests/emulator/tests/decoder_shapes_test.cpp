// Every opcode, cut short, with operands of every number and kind: decoded or refused, and nothing
// else. What PTX's own assembler would refuse reaches the decoder here.
#include "core/decoder.hpp"
#include "core/shared_layout.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace emulator {
namespace {

std::vector<std::string> const operand_lists{
    "",
    "%r0",
    "%d0",
    "%p0",
    "1",
    "0f3F800000",
    "[%d0]",
    "LABEL",
    "f",
    "v",
    "%r0, %r1",
    "%f0, %f1",
    "%d0, %d1",
    "%p0, %r0",
    "%h0, %r0",
    "%r0, [%d0]",
    "[%d0], %r0",
    "[v], 1",
    "[%r0], [%d0]",
    "{%r0, %r1}, [%d0+4]",
    "[%d0], {%r0, %r1, %r2, %r3}",
    "_, [%d0]",
    "%r0, _",
    "{%r0, _}, %d0",
    "%d0, {%r0, %r1}",
    "%r0|%p0, %r1",
    "(%r0), f, (%r1)",
    "%r0, %r1, %r2",
    "%p0|%p1, %r0, %r1, !%p2",
    "%d0, %d1, %d2",
    "%f0, %f1, %f2, %f3",
    "%d0, [%d1], %r0, %r1",
    "[%r0], [%d0], %r1, [%r2]",
    "%r0|%p0, %r1, %r2, %r3, %r4",
    "%d0, [%r0], %r1, %p0, 1, %r2",
};

/// The opcodes of the table and of the families that read their own modifiers, and what remains of
/// each when its last pieces are left out.
std::set<std::string> opcodes() {
  std::set<std::string> result;
  std::vector<std::string> whole = known_opcodes();
  for (char const* const family :
       {"ld.global.nc.v4.f32", "ldu.global.u32", "st.shared.v2.b64", "atom.global.add.f32",
        "red.shared.max.s32", "mov.b64", "createpolicy.fractional.L2::evict_last.b64",
        "mbarrier.init.shared.b64", "mbarrier.inval.shared.b64", "mbarrier.arrive.shared.b64",
        "mbarrier.arrive_drop.shared.b64", "mbarrier.expect_tx.relaxed.cta.shared::cta.b64",
        "mbarrier.complete_tx.relaxed.cta.shared::cta.b64", "mbarrier.test_wait.shared.b64",
        "mbarrier.try_wait.parity.shared.b64"}) {
    whole.emplace_back(family);
  }
  for (auto const& opcode : whole) {
    std::string rest = opcode;
    for (;;) {
      result.insert(rest);
      std::size_t const dot = rest.rfind('.');
      if (dot == std::string::npos) break;
      rest.resize(dot);
    }
  }
  return result;
}

void decode(std::string const& statement) {
  ptx::module module;
  try {
    module = ptx::parse(
        ".version 9.0\n.target sm_100a\n.address_size 64\n.global .b32 v;\n"
        ".func f() { ret; }\n.entry k() {\n.reg .b32 %r<8>; .reg .b64 %d<4>; .reg .pred %p<4>; "
        ".reg .f32 %f<4>; .reg .b16 %h<2>;\n" +
        statement + "\nLABEL: ret; }\n");
  } catch (ptx::parse_error const&) {
    return;
  }
  std::map<std::string, std::uint64_t, std::less<>> const addresses{{"v", 4096}};
  kernel_info const info;
  ptx::function const& kernel = module.functions.back();
  shared_layout const shared(module, kernel);
  kernel_code const code = decoder({&module, &addresses, &shared}, kernel, info).decode();
  EXPECT_GE(code.code.size(), 2U) << statement;
  for (auto const& reason : code.messages) EXPECT_FALSE(reason.empty()) << statement;
}

TEST(DecoderShapes, EveryOpcodeTakesOrRefusesEveryListOfOperands) {
  for (auto const& opcode : opcodes()) {
    for (auto const& operands : operand_lists) {
      std::string const statement = opcode + " " + operands + ";";
      EXPECT_NO_THROW(decode(statement)) << statement;
    }
  }
}

}  // namespace
}  // namespace emulator
