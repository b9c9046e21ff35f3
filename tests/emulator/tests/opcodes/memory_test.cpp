// Address spaces, fences and hints.
#include "address_spaces.hpp"
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

std::string space_in(spelling const& opcode) {
  for (auto const& piece : opcode.pieces) {
    if (piece.compare(0, 6, "shared") == 0) return "s";
    if (piece == "local") return "l";
    if (piece.compare(0, 5, "param") == 0) return "p";
    if (piece == "global") return "g";
  }
  return "";
}

class IsSpace : public testing::TestWithParam<std::string> {};

TEST_P(IsSpace, HoldsForItsOwnOnly) {
  std::string text = variables;
  unsigned i = 0;
  for (std::string const space : {"g", "s", "l", "p"})
    text += GetParam() + " %d" + std::to_string(i++) + ", %" + space + ";\n";
  auto const results = run_statements(text, {{"pred", "pred", "pred", "pred"}, {"b32"}}, {{0}});
  std::string const own = space_in(spelling(GetParam()));
  EXPECT_EQ(results[0], (case_bits{own == "g", own == "s", own == "l", own == "p"}));
}

INSTANTIATE_TEST_SUITE_P(Opcodes, IsSpace,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "isspacep";
                         })),
                         test_name);

class Address : public testing::TestWithParam<std::string> {};

// From a space to generic addresses and back is the same address.
TEST_P(Address, ConvertsBothWays) {
  spelling const opcode(GetParam());
  std::string forth = GetParam();
  std::string back = GetParam();
  if (opcode.has("to")) {
    forth.erase(forth.find(".to"), 3);
  } else {
    back.insert(4, ".to");
  }
  auto const results = run_statements(
      ".reg .b64 %generic;\n" + forth + " %generic, %s0;\n" + back + " %d0, %generic;",
      {{"b64"}, {"b64"}}, {{0}, {1024}, {0x12340}});
  EXPECT_EQ(results, (std::vector<case_bits>{{0}, {1024}, {0x12340}}));
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Address,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "cvta";
                         })),
                         test_name);

TEST(GenericAddresses, ReachWhatTheirSpaceHolds) {
  auto const results = run_statements(
      variables +
          "st.shared.b32 [tile+4], %s0;\nst.local.b32 [own+8], %s1;\nld.b32 %d0, [%s+4];\n"
          "ld.b32 %d1, [%l+8];\nst.b32 [%s+4], %s1;\nst.b32 [%l+8], %s0;\nld.shared.b32 %d2, "
          "[tile+4];\nld.local.b32 %d3, [own+8];",
      {{"b32", "b32", "b32", "b32"}, {"b32", "b32"}}, {{5, 7}});
  EXPECT_EQ(results[0], (case_bits{5, 7, 7, 5}));
}

// In a cluster of one block every address is the block's own.
TEST(ClusterAddresses, OfOneBlock) {
  for (std::string const space : {"", ".shared::cluster"}) {
    for (std::string const width : {"32", "64"}) {
      std::string const type = "b" + width;
      auto const results =
          run_statements("mapa" + space + ".u" + width + " %d0, %s0, 0;\ngetctarank" + space +
                             ".u" + width + " %d1, %d0;",
                         {{type, "b32"}, {type}}, {{0x1234}});
      EXPECT_EQ(results[0], (case_bits{0x1234, 0}));
    }
  }
}

class Hint : public testing::TestWithParam<std::string> {};

TEST_P(Hint, ChangesNothing) {
  spelling const opcode(GetParam());
  bool const has_size = opcode.mnemonic() == "applypriority" || opcode.mnemonic() == "discard";
  bool const has_address = has_size || opcode.mnemonic().compare(0, 8, "prefetch") == 0;
  std::string const operands = has_size ? " [%g], 128;" : has_address ? " [%g];" : ";";
  auto const results = run_statements(variables + "st.shared.b32 [tile], %s0;\n" + GetParam() +
                                          operands + "\nld.shared.b32 %d0, [tile];",
                                      {{"b32"}, {"b32"}}, {{42}});
  EXPECT_EQ(results[0][0], 42U);
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Hint, testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           std::string const& name = opcode.mnemonic();
                           return name == "prefetch" || name == "prefetchu" || name == "discard" ||
                                  name == "applypriority" || name == "membar" || name == "fence" ||
                                  name == "griddepcontrol";
                         })),
                         test_name);

}  // namespace
}  // namespace emulator
