// Control flow, barriers and memory checks of the executor, on PTX written by hand.
#include "ptx_runner.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

std::string const header = ".version 9.0\n.target sm_80\n.address_size 64\n";

std::string kernel(std::string const& body, std::string const& module_scope = "") {
  return header + module_scope +
         ".visible .entry k(.param .u64 a, .param .u64 b)\n{\n"
         ".reg .u32 %r<20>;\n.reg .u64 %d<20>;\n.reg .f32 %f<20>;\n.reg .pred %p<8>;\n"
         "ld.param.u64 %d0, [a];\nld.param.u64 %d1, [b];\n"
         "mov.u32 %r0, %tid.x;\nmul.wide.u32 %d2, %r0, 4;\nadd.s64 %d3, %d0, %d2;\nadd.s64 %d4, "
         "%d1, %d2;\n" +
         body + "\nret;\n}\n";
}

std::vector<std::uint32_t> iota(std::size_t count) {
  std::vector<std::uint32_t> result(count);
  for (std::size_t i = 0; i < count; ++i) result[i] = static_cast<std::uint32_t>(i);
  return result;
}

TEST(Executor, EveryThreadRunsOnce) {
  ptx_runner runner(
      kernel("mov.u32 %r1, %ctaid.x;\nmov.u32 %r2, %ntid.x;\nmad.lo.s32 %r3, %r1, %r2, %r0;\n"
             "mul.wide.u32 %d5, %r3, 4;\nadd.s64 %d6, %d1, %d5;\nst.global.u32 [%d6], %r3;"));
  runner.grid = {7, 1, 1};
  runner.block = {100, 1, 1};
  device_array<std::uint32_t> out(700);
  runner.run_clean("k", {0, out.address()});
  EXPECT_EQ(out.read(), iota(700));
}

TEST(Executor, DivergentLoopsReconverge) {
  // Lane i loops i times; the ballot afterwards sees all lanes again.
  ptx_runner runner(kernel(
      "mov.u32 %r1, 0;\nLOOP:\nsetp.ge.u32 %p1, %r1, %r0;\n@%p1 bra DONE;\nadd.u32 %r1, %r1, 1;\n"
      "bra LOOP;\nDONE:\nactivemask.b32 %r2;\nand.b32 %r3, %r2, 0xFFFF0000;\nadd.u32 %r4, %r3, "
      "%r1;\n"
      "st.global.u32 [%d4], %r4;"));
  device_array<std::uint32_t> out(32);
  runner.run_clean("k", {0, out.address()});
  for (std::uint32_t i = 0; i < 32; ++i) EXPECT_EQ(out.read()[i], 0xFFFF0000U + i) << i;
}

TEST(Executor, ASpinningLaneLetsTheOthersRun) {
  // Lane 1 waits for a flag that lane 0 sets after the loop.
  ptx_runner runner(
      kernel("setp.ne.u32 %p1, %r0, 1;\n@%p1 bra SET;\nWAIT:\nld.volatile.global.u32 %r1, [%d0];\n"
             "setp.eq.u32 %p2, %r1, 0;\n@%p2 bra WAIT;\nst.global.u32 [%d1], %r1;\nret;\nSET:\n"
             "setp.ne.u32 %p3, %r0, 0;\n@%p3 bra END;\nmov.u32 %r2, 7;\nst.volatile.global.u32 "
             "[%d0], %r2;\nEND:"));
  device_array<std::uint32_t> flag(std::vector<std::uint32_t>{0});
  device_array<std::uint32_t> out(1);
  runner.run_clean("k", {flag.address(), out.address()});
  EXPECT_EQ(out.read()[0], 7U);
}

TEST(Executor, BarrierOrdersWarps) {
  ptx_runner runner(kernel(
      "mov.u32 %r1, tile;\nshl.b32 %r2, %r0, 2;\nadd.u32 %r3, %r1, %r2;\nst.shared.u32 [%r3], "
      "%r0;\n"
      "bar.sync 0;\nxor.b32 %r4, %r2, 508;\nadd.u32 %r5, %r1, %r4;\nld.shared.u32 %r6, [%r5];\n"
      "st.global.u32 [%d4], %r6;",
      ".shared .align 4 .b8 tile[512];\n"));
  runner.block = {128, 1, 1};
  device_array<std::uint32_t> out(128);
  runner.run_clean("k", {0, out.address()});
  for (std::uint32_t i = 0; i < 128; ++i) EXPECT_EQ(out.read()[i], i ^ 127U);
}

TEST(Executor, DynamicSharedMemoryFollowsTheStatic) {
  ptx_runner runner(
      kernel("mov.u32 %r1, dynamic;\nmov.u32 %r2, fixed;\nsub.u32 %r3, %r1, %r2;\n"
             "mul.lo.u32 %r4, %r0, 4;\nadd.u32 %r5, %r1, %r4;\nst.shared.u32 [%r5], %r3;\n"
             "ld.shared.u32 %r6, [%r5];\nst.global.u32 [%d4], %r6;",
             ".extern .shared .align 16 .b8 dynamic[];\n.shared .align 4 .b8 fixed[36];\n"));
  runner.dynamic_shared_bytes = 128;
  device_array<std::uint32_t> out(32);
  runner.run_clean("k", {0, out.address()});
  EXPECT_EQ(out.read(), std::vector<std::uint32_t>(32, 48));
  runner.dynamic_shared_bytes = 124;
  auto const fault = runner.run("k", {0, out.address()});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, fault_kind::out_of_bounds);
}

TEST(Executor, CalledFunctionsAreInlinedWithTheirOwnRegisters) {
  std::string const function =
      ".func (.param .b32 result) twice(.param .b32 value)\n{\n.reg .u32 %r<3>;\nld.param.u32 %r0, "
      "[value];\n"
      "setp_done:\nadd.u32 %r1, %r0, %r0;\nst.param.u32 [result], %r1;\nret;\n}\n";
  ptx_runner runner(kernel(
      "{\n.param .b32 x;\n.param .b32 y;\nst.param.u32 [x], %r0;\ncall.uni (y), twice, (x);\n"
      "ld.param.u32 %r1, [y];\n}\nst.global.u32 [%d4], %r1;",
      function));
  device_array<std::uint32_t> out(32);
  runner.run_clean("k", {0, out.address()});
  for (std::uint32_t i = 0; i < 32; ++i) EXPECT_EQ(out.read()[i], 2 * i);
}

TEST(Executor, LanesWaitForThoseThatTheirMembermaskNames) {
  // Odd lanes arrive at the shuffle by another path, later.
  ptx_runner runner(
      kernel("and.b32 %r1, %r0, 1;\nsetp.eq.u32 %p1, %r1, 0;\nmov.u32 %r2, %r0;\n@%p1 bra JOIN;\n"
             "add.u32 %r2, %r2, 100;\nJOIN:\nshfl.sync.bfly.b32 %r3|%p2, %r2, 1, 31, 0xFFFFFFFF;\n"
             "st.global.u32 [%d4], %r3;"));
  device_array<std::uint32_t> out(32);
  runner.run_clean("k", {0, out.address()});
  for (std::uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(out.read()[i], (i ^ 1U) + (i % 2 == 0 ? 100 : 0));
}

TEST(Executor, LanesThatWaitedForAnExchangeGoOnWithThoseThatCame) {
  // Even lanes stand at the shuffle when odd lanes come to it from behind.
  ptx_runner runner(
      kernel("and.b32 %r1, %r0, 1;\nsetp.eq.u32 %p1, %r1, 1;\nmov.u32 %r2, %r0;\n@%p1 bra AROUND;\n"
             "JOIN:\nshfl.sync.bfly.b32 %r3, %r2, 1, 31, 0xFFFFFFFF;\n"
             "st.global.u32 [%d4], %r3;\nret;\nAROUND:\nadd.u32 %r2, %r2, 100;\nbra JOIN;"));
  device_array<std::uint32_t> out(std::vector<std::uint32_t>(32));
  runner.run_clean("k", {0, out.address()});
  for (std::uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(out.read()[i], (i ^ 1U) + (i % 2 == 0 ? 100 : 0));
}

// ---- faults
// ----------------------------------------------------------------------------------------------------

fault fault_of(std::string const& body, std::vector<std::uint64_t> const& arguments,
               std::uint32_t threads = 32, std::string const& module_scope = "") {
  ptx_runner runner(kernel(body, module_scope));
  runner.block = {threads, 1, 1};
  auto const result = runner.run("k", arguments);
  EXPECT_TRUE(result) << "the bug was not noticed";
  return result.value_or(fault{fault_kind::assertion, ""});
}

TEST(Executor, OutOfBoundsNamesEverything) {
  device_array<std::uint32_t> out(31);
  fault const f = fault_of("st.global.u32 [%d4], %r0;", {0, out.address()});
  EXPECT_EQ(f.kind, fault_kind::out_of_bounds);
  for (char const* const word :
       {"write of 4 bytes", "in k", "PTX line 16: st.global.u32 [%d4], %r0;",
        "thread (31, 0, 0) of block (0, 0, 0)",
        "0 bytes past the end of the 124-byte allocation"}) {
    EXPECT_NE(f.message.find(word), std::string::npos) << word << " is not in\n" << f.message;
  }
}

TEST(Executor, FaultsAreTold) {
  device_array<std::uint32_t> in(32);
  EXPECT_EQ(fault_of("ld.global.u32 %r1, [%d3];", {in.address(), 0}).kind,
            fault_kind::uninitialized_read);
  EXPECT_EQ(fault_of("st.global.u32 [%d3+2], %r0;", {in.address(), 0}).kind,
            fault_kind::misaligned);
  EXPECT_EQ(fault_of("st.global.u32 [%d3], %r0;", {0, 0}).kind, fault_kind::null_access);
  EXPECT_EQ(fault_of("trap;", {0, 0}).kind, fault_kind::trap);
  std::uint64_t freed = 0;
  {
    device_array<std::uint32_t> gone(std::vector<std::uint32_t>(32, 1));
    freed = gone.address();
  }
  EXPECT_EQ(fault_of("ld.global.u32 %r1, [%d3];", {freed, 0}).kind, fault_kind::use_after_free);
}

TEST(Executor, NonCoherentLoadsOfWhatTheLaunchWrites) {
  device_array<std::uint32_t> data(std::vector<std::uint32_t>(64, 1));
  std::vector<std::uint64_t> const arguments{data.address(), data.address() + 128};
  // Own words, so that only the load's path is wrong; in either order.
  EXPECT_EQ(fault_of("st.global.u32 [%d3], %r0;\nld.global.nc.u32 %r1, [%d3];", arguments).kind,
            fault_kind::non_coherent_read);
  EXPECT_EQ(fault_of("ld.global.nc.u32 %r1, [%d3];\nst.global.u32 [%d3], %r1;", arguments).kind,
            fault_kind::non_coherent_read);
  EXPECT_EQ(
      fault_of("atom.global.add.u32 %r1, [%d3], 1;\nld.global.nc.u32 %r1, [%d3];", arguments).kind,
      fault_kind::non_coherent_read);
  ptx_runner runner(kernel("ld.global.nc.u32 %r1, [%d3];\nst.global.u32 [%d4], %r1;"));
  runner.run_clean("k", arguments);
  runner.run_clean(
      "k", {data.address() + 128, data.address()});  // another launch sees what this one wrote
}

TEST(Executor, AVectorIsCheckedToItsLastByteAndForItsOwnAlignment) {
  device_array<std::uint32_t> seven(7);
  EXPECT_EQ(fault_of("st.global.v2.u32 [%d3+24], {%r0, %r0};", {seven.address(), 0}, 1).kind,
            fault_kind::out_of_bounds);
  device_array<std::uint32_t> eight(8);
  EXPECT_EQ(
      fault_of("st.global.v4.u32 [%d3+4], {%r0, %r0, %r0, %r0};", {eight.address(), 0}, 1).kind,
      fault_kind::misaligned);
}

TEST(Executor, SharedMemoryIsChecked) {
  std::string const tile = ".shared .align 4 .b8 tile[64];\n";
  EXPECT_EQ(fault_of("mov.u32 %r1, tile;\nst.shared.u32 [%r1+64], %r0;", {0, 0}, 32, tile).kind,
            fault_kind::out_of_bounds);
  // What becomes of the value that nobody wrote is the subject of undefined_test.
  device_array<std::uint32_t> out(32);
  EXPECT_EQ(fault_of("mov.u32 %r1, tile;\nld.shared.u32 %r2, [%r1];\nst.global.u32 [%d4], %r2;",
                     {0, out.address()}, 32, tile)
                .kind,
            fault_kind::uninitialized_read);
}

TEST(Executor, BarrierThatNotAllLanesReach) {
  EXPECT_EQ(fault_of("setp.lt.u32 %p1, %r0, 16;\n@%p1 bra OTHER;\nbar.sync 0;\nbra "
                     "END;\nOTHER:\nbar.sync 1;\nEND:",
                     {0, 0})
                .kind,
            fault_kind::barrier_divergence);
  // A warp that waits for threads that never come: 64 are expected, 32 there.
  EXPECT_EQ(fault_of("bar.sync 0, 64;", {0, 0}).kind, fault_kind::deadlock);
}

}  // namespace
}  // namespace emulator
