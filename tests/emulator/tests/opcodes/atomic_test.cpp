// atom and red: every operation of every type, in global and in shared memory, by value and by what
// stays in memory.
#include "../ptx_runner.hpp"
#include "float_format.hpp"

#include <functional>
#include <gtest/gtest.h>

namespace emulator {
namespace {

using word = std::uint64_t;

struct atomic_case {
  char const* operation;  // "add.u32": as it follows the state space
  unsigned bits;
  word memory, b, c;
  word after;
};

constexpr word f32_one = 0x3F800000;
constexpr word f64_one = 0x3FF0000000000000;

// Where c is not given the operation has one operand.
std::vector<atomic_case> const cases{
    {"add.u32", 32, 5, 0xFFFFFFFF, 0, 4},
    {"add.s32", 32, 0x7FFFFFFF, 1, 0, 0x80000000},
    {"add.u64", 64, 0xFFFFFFFF, 1, 0, 0x100000000},
    {"add.f32", 32, f32_one, 0x34000000, 0, 0x3F800001},                  // 1 + 2^-23
    {"add.f32", 32, f32_one, 0x33800000, 0, f32_one},                     // 1 + 2^-24: a tie
    {"add.f32", 32, 0x7F800000, 0xFF800000, 0, 0x7FFFFFFF},               // infinity - infinity
    {"add.f64", 64, f64_one, 0x3CB0000000000000, 0, 0x3FF0000000000001},  // 1 + 2^-52
    {"add.noftz.f16", 16, 0x3C00, 0x1400, 0, 0x3C01},                     // 1 + 2^-10
    {"add.noftz.f16", 16, 0x0001, 0x0001, 0, 0x0002},                     // subnormal
    {"add.noftz.bf16", 16, 0x3F80, 0x3C00, 0, 0x3F81},                    // 1 + 2^-7
    {"add.noftz.f16x2", 32, 0x00013C00, 0x00011400, 0, 0x00023C01},
    {"add.noftz.bf16x2", 32, 0x3F803F80, 0x3C000000, 0, 0x3F813F80},
    // Of these only vectors exist, whose elements they are.
    {"min.noftz.f16", 16, 0x3C00, 0xBC00, 0, 0xBC00},
    {"min.noftz.f16", 16, 0x0000, 0x8000, 0, 0x8000},  // -0 is less than +0
    {"max.noftz.f16", 16, 0x8000, 0x0000, 0, 0x0000},
    {"max.noftz.f16", 16, 0x7E00, 0x3C00, 0, 0x3C00},  // a number, not NaN
    {"max.noftz.f16", 16, 0x7E00, 0xFE00, 0, 0x7FFF},
    {"min.noftz.bf16", 16, 0x3F80, 0x4000, 0, 0x3F80},
    {"max.noftz.bf16", 16, 0x3F80, 0x4000, 0, 0x4000},
    {"min.noftz.f16x2", 32, 0x3C004000, 0x40003C00, 0, 0x3C003C00},
    {"max.noftz.f16x2", 32, 0x3C004000, 0x40003C00, 0, 0x40004000},
    {"min.noftz.bf16x2", 32, 0x3F804000, 0x40003F80, 0, 0x3F803F80},
    {"max.noftz.bf16x2", 32, 0x3F804000, 0x40003F80, 0, 0x40004000},
    {"min.u32", 32, 0x80000000, 1, 0, 1},
    {"min.s32", 32, 0x80000000, 1, 0, 0x80000000},
    {"min.u64", 64, 0x8000000000000000, 1, 0, 1},
    {"min.s64", 64, 0x8000000000000000, 1, 0, 0x8000000000000000},
    {"max.u32", 32, 0x80000000, 1, 0, 0x80000000},
    {"max.s32", 32, 0x80000000, 1, 0, 1},
    {"max.u64", 64, 0x8000000000000000, 1, 0, 0x8000000000000000},
    {"max.s64", 64, 0x8000000000000000, 1, 0, 1},
    // inc: old >= b ? 0 : old + 1.
    {"inc.u32", 32, 4, 5, 0, 5},
    {"inc.u32", 32, 5, 5, 0, 0},
    {"inc.u32", 32, 6, 5, 0, 0},
    // dec: old == 0 or old > b ? b : old - 1.
    {"dec.u32", 32, 5, 5, 0, 4},
    {"dec.u32", 32, 0, 5, 0, 5},
    {"dec.u32", 32, 6, 5, 0, 5},
    {"exch.b32", 32, 1, 2, 0, 2},
    {"exch.b64", 64, 1, 0xFFFFFFFF00000002, 0, 0xFFFFFFFF00000002},
    {"cas.b16", 16, 7, 7, 9, 9},
    {"cas.b16", 16, 7, 8, 9, 7},
    {"cas.b32", 32, 7, 7, 9, 9},
    {"cas.b32", 32, 7, 8, 9, 7},
    {"cas.b64", 64, 0x700000000, 0x700000000, 9, 9},
    {"cas.b64", 64, 0x700000000, 0, 9, 0x700000000},
    {"and.b32", 32, 0b1100, 0b1010, 0, 0b1000},
    {"and.b64", 64, ~word{0}, 0xFF00000000000000, 0, 0xFF00000000000000},
    {"or.b32", 32, 0b1100, 0b1010, 0, 0b1110},
    {"or.b64", 64, 1, 0x8000000000000000, 0, 0x8000000000000001},
    {"xor.b32", 32, 0b1100, 0b1010, 0, 0b0110},
    {"xor.b64", 64, ~word{0}, 1, 0, ~word{1}},
};

/// {memory afterwards, returned}
std::pair<word, word> run_atomic(atomic_case const& row, std::string const& opcode,
                                 bool is_shared) {
  std::string const type = ".b" + std::to_string(row.bits);
  bool const has_three = std::string(row.operation).compare(0, 3, "cas") == 0;
  bool const returns = opcode.compare(0, 4, "atom") == 0;
  std::string const place = is_shared ? "[place]" : "[%memory]";
  std::string text =
      ".version 9.0\n.target sm_100\n.address_size 64\n.visible .entry k(.param .u64 memory, "
      ".param "
      ".u64 old)\n{\n.shared .align 8 .b8 place[8];\n.reg .b64 %memory, %old;\n.reg " +
      type +
      " %value, %b, %c;\nld.param.u64 %memory, [memory];\nld.param.u64 %old, [old];\nld.global" +
      type + " %value, [%memory];\nld.global" + type + " %b, [%memory+8];\nld.global" + type +
      " %c, [%memory+16];\n";
  if (is_shared) text += "st.shared" + type + " [place], %value;\n";
  text += opcode + " " + (returns ? "%value, " : "") + place + ", %b" + (has_three ? ", %c" : "") +
          ";\nst.global" + type + " [%old], %value;\n";
  if (is_shared)
    text += "ld.shared" + type + " %value, [place];\nst.global" + type + " [%memory], %value;\n";
  ptx_runner runner(text + "ret;\n}\n");
  runner.block = {1, 1, 1};
  device_array<word> memory(std::vector<word>{row.memory, row.b, row.c});
  device_array<word> old(std::vector<word>{0});
  auto const fault = runner.run("k", {memory.address(), old.address()});
  EXPECT_FALSE(fault) << opcode << ": " << fault->message;
  return {memory.read()[0], old.read()[0]};
}

TEST(Atomic, GivesTheOldValueAndStoresTheNew) {
  for (auto const& row : cases) {
    for (std::string const space : {".global", ".shared", ".shared::cta", ""}) {
      for (std::string const order : {"", ".relaxed.gpu", ".acq_rel.cta"}) {
        std::string const opcode = "atom" + order + space + "." + row.operation;
        auto const [memory, old] = run_atomic(row, opcode, space.find("shared") == 1);
        EXPECT_EQ(memory, row.after) << opcode;
        EXPECT_EQ(old, row.memory) << opcode;
      }
    }
  }
}

TEST(Atomic, ReductionsStoreTheSame) {
  for (auto const& row : cases) {
    std::string const operation = row.operation;
    if (operation.compare(0, 3, "cas") == 0 || operation.compare(0, 4, "exch") == 0) continue;
    for (std::string const space : {".global", ".shared", ""}) {
      std::string const opcode = "red.relaxed.gpu" + space + "." + operation;
      EXPECT_EQ(run_atomic(row, opcode, space == ".shared").first, row.after) << opcode;
    }
  }
}

struct vector_case {
  char const* function;
  char const* type;
  unsigned count, bits;
};

std::string vector_of(char const* name, unsigned count) {
  std::string text;
  for (unsigned i = 0; i < count; ++i)
    text += (i == 0 ? "{%" : ", %") + std::string(name) + std::to_string(i);
  return text + "}";
}

// PTX ISA, atom and red for sm_90: vectors of up to 128 bits in global memory, each element by
// itself.
TEST(Atomic, VectorsAreTheirElements) {
  for (auto const& [function, type, count, bits] :
       {vector_case{"add", "f32", 2, 32}, vector_case{"add", "f32", 4, 32},
        vector_case{"add.noftz", "f16", 2, 16}, vector_case{"min.noftz", "bf16", 4, 16},
        vector_case{"max.noftz", "f16", 8, 16}, vector_case{"add.noftz", "bf16", 8, 16},
        vector_case{"add.noftz", "f16x2", 2, 32}, vector_case{"min.noftz", "f16x2", 4, 32},
        vector_case{"max.noftz", "bf16x2", 4, 32}}) {
    std::string const spelled = std::string(function) + ".v" + std::to_string(count) + "." + type;
    std::string const word_type = ".b" + std::to_string(bits);
    std::string text =
        ".version 9.0\n.target sm_100\n.address_size 64\n.visible .entry k(.param .u64 memory, "
        ".param .u64 b, .param .u64 old)\n{\n.reg .b64 %memory, %from, %old;\n.reg " +
        word_type + " %b<8>, %d<8>;\nld.param.u64 %memory, [memory];\nld.param.u64 %from, [b];\n" +
        "ld.param.u64 %old, [old];\n";
    auto const place = [&](char const* base, unsigned i) {
      return "[%" + std::string(base) + "+" + std::to_string(i * bits / 8) + "]";
    };
    for (unsigned i = 0; i < count; ++i)
      text += "ld.global" + word_type + " %b" + std::to_string(i) + ", " + place("from", i) + ";\n";
    text += "atom.relaxed.gpu.global." + spelled + " " + vector_of("d", count) + ", [%memory], " +
            vector_of("b", count) + ";\n";
    for (unsigned i = 0; i < count; ++i)
      text += "st.global" + word_type + " " + place("old", i) + ", %d" + std::to_string(i) + ";\n";
    text += "red.global." + spelled + " [%memory], " + vector_of("b", count) + ";\nret;\n}\n";

    std::vector<std::uint16_t> before(16), operand(16);
    for (unsigned i = 0; i < 16; ++i) {
      before[i] = static_cast<std::uint16_t>(0x3C00 + 37 * i);
      operand[i] = static_cast<std::uint16_t>(0x3C00 + 61 * (15 - i));
    }
    device_array<std::uint16_t> memory(before), b(operand), old(before);
    ptx_runner runner(text);
    runner.block = {1, 1, 1};
    runner.run_clean("k", {memory.address(), b.address(), old.address()});

    auto const after = memory.read();
    auto const returned = old.read();
    for (unsigned i = 0; i < 16; ++i) EXPECT_EQ(returned[i], before[i]) << spelled;
    unsigned const pieces = bits / 16;
    for (unsigned i = 0; i < count; ++i) {
      auto const bits_of = [&](std::vector<std::uint16_t> const& from) {
        word value = 0;
        for (unsigned k = 0; k < pieces; ++k) value |= word{from[i * pieces + k]} << (16 * k);
        return value;
      };
      std::string const scalar = std::string("red.relaxed.gpu.global.") + function + "." + type;
      atomic_case row{"", bits, bits_of(before), bits_of(operand), 0, 0};
      row.memory = run_atomic(row, scalar, false).first;
      EXPECT_EQ(bits_of(after), run_atomic(row, scalar, false).first) << spelled << " " << i;
    }
    for (unsigned i = count * pieces; i < 16; ++i) EXPECT_EQ(after[i], before[i]) << spelled;
  }
}

TEST(Atomic, VectorsAreAlignedAsAWhole) {
  ptx_runner runner(
      ".version 9.0\n.target sm_100\n.address_size 64\n.visible .entry k(.param .u64 a)\n{\n"
      ".reg .b64 %a;\n.reg .f32 %f;\nld.param.u64 %a, [a];\nmov.f32 %f, 0f3F800000;\n"
      "red.global.add.v4.f32 [%a], {%f, %f, %f, %f};\nret;\n}\n");
  runner.block = {1, 1, 1};
  device_array<float> sums(std::vector<float>(12));
  runner.run_clean("k", {sums.address() + 16});
  auto const misaligned = runner.run("k", {sums.address() + 8});
  ASSERT_TRUE(misaligned);
  EXPECT_EQ(misaligned->kind, fault_kind::misaligned) << misaligned->message;
  auto const beyond = runner.run("k", {sums.address() + 48});
  ASSERT_TRUE(beyond);
  EXPECT_EQ(beyond->kind, fault_kind::out_of_bounds) << beyond->message;
  EXPECT_EQ(sums.read(), (std::vector<float>{0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0}));
}

TEST(Atomic, AVectorReadsItsOperandsBeforeItWritesItsResults) {
  ptx_runner runner(
      ".version 9.0\n.target sm_100\n.address_size 64\n.visible .entry k(.param .u64 a)\n{\n"
      ".reg .b64 %a;\n.reg .f32 %f<2>;\nld.param.u64 %a, [a];\nmov.f32 %f0, 0f3F800000;\n"
      "mov.f32 %f1, 0f40000000;\natom.global.add.v2.f32 {%f0, %f1}, [%a], {%f1, %f0};\n"
      "ret;\n}\n");
  runner.block = {1, 1, 1};
  device_array<float> sums(std::vector<float>{10, 20});
  runner.run_clean("k", {sums.address()});
  EXPECT_EQ(sums.read(), (std::vector<float>{12, 21}));
}

// "atom.add.f32 on global memory flushes subnormal inputs and results to sign-preserving zero;
// whereas atom.add.f32 on shared memory supports subnormal inputs and results."
TEST(Atomic, Float32SumsFlushInGlobalMemoryOnly) {
  atomic_case const inputs{"add.f32", 32, 0x80000001, 0x80000001, 0, 0};
  EXPECT_EQ(run_atomic(inputs, "atom.global.add.f32", false).first, 0x80000000);
  EXPECT_EQ(run_atomic(inputs, "atom.add.f32", false).first, 0x80000000);
  EXPECT_EQ(run_atomic(inputs, "atom.shared.add.f32", true).first, 0x80000002);
  // The smallest normal number less 1.5 times itself.
  atomic_case const result{"add.f32", 32, 0x00800000, 0x80C00000, 0, 0};
  EXPECT_EQ(run_atomic(result, "atom.global.add.f32", false).first, 0x80000000);
  EXPECT_EQ(run_atomic(result, "atom.shared.add.f32", true).first, 0x80400000);
}

TEST(Atomic, LanesTakeTurns) {
  ptx_runner runner(
      ".version 9.0\n.target sm_80\n.address_size 64\n.visible .entry k(.param .u64 a)\n{\n"
      ".reg .b64 %a;\n.reg .b32 %r;\nld.param.u64 %a, [a];\natom.global.add.u32 %r, [%a], 3;\n"
      "red.global.add.u32 [%a+4], 1;\nret;\n}\n");
  runner.block = {256, 1, 1};
  runner.grid = {100, 1, 1};
  device_array<std::uint32_t> sums(std::vector<std::uint32_t>{0, 0});
  runner.run_clean("k", {sums.address()});
  EXPECT_EQ(sums.read(), (std::vector<std::uint32_t>{3 * 25600, 25600}));
}

}  // namespace
}  // namespace emulator
