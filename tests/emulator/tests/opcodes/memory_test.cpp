// Address spaces, fences and hints.
#include "../ptx_runner.hpp"
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

// ---- vectors ----------------------------------------------------------------------------------

struct vector_access {
  char const* load;
  char const* store;
  unsigned count, bits;
};

// Up to 256 bits a lane (sm_100), in every order of registers, and what a sink leaves out.
TEST(VectorAccess, MovesEveryElement) {
  for (auto const& [load, store, count, bits] :
       {vector_access{"ld.global.v2.b16", "st.global.v2.b16", 2, 16},
        vector_access{"ld.global.v4.b16", "st.global.v4.b16", 4, 16},
        vector_access{"ldu.global.v4.u32", "st.global.v4.b32", 4, 32},
        vector_access{"ldu.global.v2.f64", "st.global.v2.f64", 2, 64},
        vector_access{"ld.global.v8.b32", "st.global.v8.b32", 8, 32},
        vector_access{"ld.global.nc.v8.f32", "st.global.v8.f32", 8, 32},
        vector_access{"ld.global.v4.b64", "st.global.v4.b64", 4, 64},
        vector_access{"ld.volatile.global.v4.u64", "st.volatile.global.v4.u64", 4, 64}}) {
    std::string const type = "b" + std::to_string(bits);
    std::string registers, reversed;
    for (unsigned i = 0; i < count; ++i) {
      registers += (i == 0 ? "%v" : ", %v") + std::to_string(i);
      reversed += (i == 0 ? "%v" : ", %v") + std::to_string(count - 1 - i);
    }
    std::string const text =
        ".version 9.0\n.target sm_100\n.address_size 64\n.visible .entry k(.param .u64 from, "
        ".param .u64 to)\n{\n.reg .b64 %from, %to, %at;\n.reg .b32 %thread;\n.reg ." +
        type +
        " %v<8>;\nld.param.u64 %from, [from];\nld.param.u64 %to, [to];\nmov.u32 %thread, "
        "%tid.x;\nmul.wide.u32 %at, %thread, " +
        std::to_string(count * bits / 8) +
        ";\nadd.u64 %from, %from, %at;\nadd.u64 %to, %to, %at;\n" + load + " {" + registers +
        "}, [%from];\n" + store + " [%to], {" + reversed + "};\nret;\n}\n";
    std::size_t const bytes = std::size_t{32} * count * bits / 8;
    std::vector<std::uint8_t> values(bytes);
    for (std::size_t i = 0; i < bytes; ++i) values[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    device_array<std::uint8_t> from(values), to(bytes);
    ptx_runner(text).run_clean("k", {from.address(), to.address()});
    auto const moved = to.read();
    std::size_t const size = bits / 8;
    for (std::size_t i = 0; i < bytes; ++i) {
      std::size_t const element = i / size % count;
      std::size_t const source = i - element * size + (count - 1 - element) * size;
      ASSERT_EQ(moved[i], values[source]) << load << " byte " << i;
    }
  }
}

TEST(VectorAccess, NeedsAVectorOfItsLength) {
  for (std::string const statement :
       {"ld.global.v4.u32 %r0, [%d0];", "ld.global.v2.u32 {%r0, %r1, %r2}, [%d0];",
        "st.global.v2.u32 [%d0], %r0;", "ld.global.u32 {%r0, %r1}, [%d0];"}) {
    ptx_runner runner(
        ".version 9.0\n.target sm_100\n.address_size 64\n.visible .entry k()\n{\n.reg .b32 "
        "%r<4>; .reg .b64 %d0;\n" +
        statement + "\nret;\n}\n");
    auto const stopped = runner.run("k", {});
    ASSERT_TRUE(stopped) << statement;
    EXPECT_NE(stopped->message.find("a vector operand of another length than the type's"),
              std::string::npos)
        << stopped->message;
  }
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
