#include "ptx_text.hpp"

#include <gtest/gtest.h>

namespace emulator::ptx {
namespace {

std::string const registers =
    ".reg .b32 %r<20>; .reg .b64 %rd<9>; .reg .pred %p<5>; .reg .f32 %f<9>; .reg .f64 %d<3>;\n";

struct text_case {
  char const* source;
  char const* expected;
};

// One statement each; expected is the structure as ptx_text.hpp writes it.
constexpr text_case statements[] = {
    {"add.s32 %r1, %r2, -1;", "add.s32 %r1,%r2,18446744073709551615"},
    {"mov.u32 %r1, 0xffU;", "mov.u32 %r1,255"},
    {"mov.f32 %f1, 0fBF800000;", "mov.f32 %f1,0FBF800000"},
    {"mov.f32 %f1, -0f3F800000;", "mov.f32 %f1,0FBF800000"},
    {"mov.f64 %d1, 0d7FF0000000000000;", "mov.f64 %d1,0D7FF0000000000000"},
    {"mov.f64 %d1, -1.5;", "mov.f64 %d1,0DBFF8000000000000"},
    {"mov.u32 %r1, %tid.x;", "mov.u32 %r1,%tid.x"},
    {"mov.u32 %r1, %cluster_nctaid.z;", "mov.u32 %r1,%cluster_nctaid.z"},
    {"mov.u64 %rd1, %clock64;", "mov.u64 %rd1,%clock64"},
    {"mov.u32 %r1, %envreg31;", "mov.u32 %r1,%envreg31"},
    {"mov.u64 %rd1, %pm3_64;", "mov.u64 %rd1,%pm3_64"},
    {"mov.u32 %r1, WARP_SZ;", "mov.u32 %r1,32"},
    {"mov.u32 %r1, WARP_SZ * 2 - 1;", "mov.u32 %r1,63"},
    {"mov.u64 %rd1, v;", "mov.u64 %rd1,v"},
    {"mov.u64 %rd1, v+4;", "mov.u64 %rd1,v+4"},
    {"mov.u64 %rd1, arg;", "mov.u64 %rd1,arg"},
    {"ld.param.u64 %rd1, [arg];", "ld.param.u64 %rd1,[arg]"},
    {"ld.param.u32 %r1, [arg+4];", "ld.param.u32 %r1,[arg+4]"},
    {"ld.global.u32 %r1, [v + 4 + 8];", "ld.global.u32 %r1,[v+12]"},
    {"ld.global.u32 %r1, [%rd1+-8];", "ld.global.u32 %r1,[%rd1+18446744073709551608]"},
    {"ld.global.u32 %r1, [%rd1-8];", "ld.global.u32 %r1,[%rd1+18446744073709551608]"},
    {"ld.global.u32 %r1, [%rd1+2*8];", "ld.global.u32 %r1,[%rd1+16]"},
    {"ld.global.u32 %r1, [0x100];", "ld.global.u32 %r1,[256]"},
    {"ld.global.u32 %r1, [256+16];", "ld.global.u32 %r1,[272]"},
    {"ld.global.nc.L1::no_allocate.L2::cache_hint.v4.f32 {%f1,%f2,%f3,%f4}, [%rd1], %rd2;",
     "ld.global.nc.L1::no_allocate.L2::cache_hint.v4.f32 {%f1,%f2,%f3,%f4},[%rd1],%rd2"},
    {"ld.global.v2.u32 {%r1, _}, [%rd1];", "ld.global.v2.u32 {%r1,_},[%rd1]"},
    {"mov.b64 %rd1, {%r1, 0};", "mov.b64 %rd1,{%r1,0}"},
    {"tex.2d.v4.f32.f32 {%f1,%f2,%f3,%f4}, [%rd1, {%f5,%f6}];",
     "tex.2d.v4.f32.f32 {%f1,%f2,%f3,%f4},[%rd1,{%f5,%f6}]"},
    {"setp.lt.and.s32 %p1|%p2, %r1, %r2, !%p3;", "setp.lt.and.s32 %p1|%p2,%r1,%r2,!%p3"},
    {"shfl.sync.bfly.b32 %r1|%p1, %r2, 16, 31, -1;",
     "shfl.sync.bfly.b32 %r1|%p1,%r2,16,31,18446744073709551615"},
    {"elect.sync _|%p1, 0xffffffff;", "elect.sync _|%p1,4294967295"},
    {"@%p1 st.global.u32 [%rd1], %r1;", "@%p1 st.global.u32 [%rd1],%r1"},
    {"@!%p1 exit;", "@!%p1 exit"},
    {"bar.sync 0;", "bar.sync 0"},
    {"barrier.cluster.arrive.relaxed.aligned;", "barrier.cluster.arrive.relaxed.aligned"},
    {"mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _, [%r1], 1024;",
     "mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _,[%r1],1024"},
    {"cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r1], [%rd1], %r2, [%r3];",
     "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r1],[%rd1],%r2,[%r3]"},
    {"cp.async.bulk.tensor.2d.shared::cluster.global.tile [%r1], [%rd1, {%r2, %r3}], [%r4];",
     "cp.async.bulk.tensor.2d.shared::cluster.global.tile [%r1],[%rd1,{%r2,%r3}],[%r4]"},
    {"call.uni (arg), k, (arg, %r1, 7);", "call.uni (arg),k,(arg,%r1,7)"},
    {"call k;", "call k"},
    {"call.uni k, ();", "call.uni k,()"},
    {"call (arg), %rd1, (arg), proto;", "call (arg),%rd1,(arg),proto"},
    {"mov.u32 %r1, (1 << 4 | 3) + 2;", "mov.u32 %r1,21"},
    {"mov.u32 %r1, !0;", "mov.u32 %r1,1"},
};

TEST(Instruction, HasTheOpcodeAndOperandsOfItsText) {
  for (auto const& [source, expected] : statements) {
    function const kernel = parse_kernel(
        registers + "proto: .callprototype (.param .b32 _) _ (.param .b32 _);\n" + source);
    ASSERT_EQ(kernel.body.size(), 1u) << source;
    EXPECT_EQ(to_text(kernel, kernel.body[0]), expected);
    EXPECT_EQ(kernel.body[0].line, 9) << source;
  }
}

TEST(Instruction, SplitsTheOpcodeAtItsDots) {
  function const kernel = parse_kernel(
      registers + "ld.global.nc.L1::no_allocate.L2::128B.v4.f32 {%f1,%f2,%f3,%f4}, [%rd1];");
  EXPECT_EQ(
      kernel.body.at(0).opcode,
      (std::vector<std::string>{"ld", "global", "nc", "L1::no_allocate", "L2::128B", "v4", "f32"}));
}

TEST(Instruction, NumbersItsRegisters) {
  function const kernel = parse_kernel(".reg .pred %p<3>; .reg .b64 a, b;\n@!%p2 add.s64 a, b, a;");
  ASSERT_EQ(kernel.registers.size(), 5u);
  EXPECT_EQ(kernel.registers[0].name, "%p0");
  EXPECT_EQ(kernel.registers[0].type, scalar_type::pred);
  EXPECT_EQ(kernel.registers[4].name, "b");
  EXPECT_EQ(kernel.registers[4].type, scalar_type::b64);
  instruction const& add = kernel.body.at(0);
  EXPECT_EQ(add.guard, 2u);
  EXPECT_TRUE(add.guard_negated);
  EXPECT_EQ(add.operands.at(0).index, 3u);
  EXPECT_EQ(add.operands.at(1).index, 4u);
  EXPECT_EQ(add.operands.at(2).index, 3u);
}

TEST(Instruction, MayShareItsLineOrSpanSeveral) {
  function const kernel =
      parse_kernel(registers + "mov.u32 %r1, 1; mov.u32 %r2, 2;; mov.u32\n%r3\n,3;");
  ASSERT_EQ(kernel.body.size(), 3u);
  EXPECT_EQ(kernel.body[0].line, 8);
  EXPECT_EQ(kernel.body[1].line, 8);
  EXPECT_EQ(kernel.body[2].line, 8);
  EXPECT_EQ(to_text(kernel, kernel.body[2]), "mov.u32 %r3,3");
}

TEST(Instruction, KeepsRegistersThatAreNamedLikeSpecialOnes) {
  function const kernel = parse_kernel(
      ".reg .b64 %SP, %SPL; .reg .b32 %laneid, %temp;\nmov.b32 %temp, %laneid; add.u64 %SP, %SPL, "
      "0;");
  EXPECT_EQ(kernel.body.at(0).operands.at(1).kind, operand::kind_t::reg);
  EXPECT_EQ(to_text(kernel, kernel.body.at(1)), "add.u64 %SP,%SPL,0");
}

struct constant_case {
  char const* source;
  std::uint64_t value;
};

TEST(ConstantExpression, FollowsPrecedenceAndSignedness) {
  for (auto const& [source, value] : {
           constant_case{"1 + 2 * 3", 7},
           {"(1 + 2) * 3", 9},
           {"10 - 4 - 3", 3},
           {"7 / 2 % 2", 1},
           {"-7 / 2", static_cast<std::uint64_t>(-3)},
           {"-7 % 4", static_cast<std::uint64_t>(-3)},
           {"0x8000000000000000 / 0xffffffffffffffff", 0},
           {"(.s64)0x8000000000000000 / -1", 0x8000000000000000},
           {"-1 >> 60", 0xffffffffffffffff},
           {"(.u64)-1 >> 60", 15},
           {"1 << 63", 0x8000000000000000},
           {"1 << 64", 0},
           {"-1 < 1", 1},
           {"-1 < 1U", 0},
           {"3 >= 3", 1},
           {"1 | 6 ^ 3 & 5", 7},
           {"1 == 1 && 2 != 2 || 3 > 2", 1},
           {"0 ? 5 : 1 ? 6 : 7", 6},
           {"~0", 0xffffffffffffffff},
           {"- - 5", 5},
           {"!(3 - 3)", 1},
       }) {
    function const kernel = parse_kernel(registers + "mov.u64 %rd1, " + source + ";");
    EXPECT_EQ(kernel.body.at(0).operands.at(1).bits, value) << source;
  }
}

}  // namespace
}  // namespace emulator::ptx
