// Races in global memory: what orders two accesses and what does not.
#include "ptx_runner.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

// 4 blocks of 64 threads. %r0: thread, %r1: block, %r2: number in the grid. %d0: data, %d1: the
// thread's word of it, %d2: the word of the thread beside it, %d3: of the thread 32 away, %d4: of
// the same thread in the block before (block 0: its own). %d5: flags, one 4-byte word a block; %d6:
// the block's, %d7: that of the block before. %p0: thread 0; %p1: block 0. %v: 0.
std::string kernel(std::string const& body) {
  return R"(.version 9.0
.target sm_90
.address_size 64
.visible .entry k(.param .u64 a, .param .u64 b)
{
.reg .u32 %r<16>;
.reg .u64 %d<16>;
.reg .pred %p<8>;
ld.param.u64 %d0, [a];
ld.param.u64 %d5, [b];
mov.u32 %r0, %tid.x;
mov.u32 %r1, %ctaid.x;
mad.lo.u32 %r2, %r1, 64, %r0;
mad.wide.u32 %d1, %r2, 4, %d0;
xor.b32 %r3, %r2, 1;
mad.wide.u32 %d2, %r3, 4, %d0;
xor.b32 %r3, %r2, 32;
mad.wide.u32 %d3, %r3, 4, %d0;
mad.wide.u32 %d6, %r1, 4, %d5;
setp.eq.u32 %p0, %r0, 0;
setp.eq.u32 %p1, %r1, 0;
mov.b64 %d4, %d1;
mov.b64 %d7, %d6;
@!%p1 add.s64 %d4, %d1, -256;
@!%p1 add.s64 %d7, %d6, -4;
mov.u32 %r15, 0;
add.u32 %r14, %r2, 100;
)" + body +
         "\nret;\n}\n";
}

struct example {
  char const* name;
  std::string body;
  bool races;
};

void PrintTo(example const& e, std::ostream* to) { *to << e.name; }

class global_race : public testing::TestWithParam<example> {};

TEST_P(global_race, IsToldApart) {
  ptx_runner runner(kernel(GetParam().body));
  runner.grid = {4, 1, 1};
  runner.block = {64, 1, 1};
  device_array<std::uint32_t> const data(std::vector<std::uint32_t>(4 * 64));
  device_array<std::uint32_t> const flags(std::vector<std::uint32_t>(4));
  auto const result = runner.run("k", {data.address(), flags.address()});
  if (GetParam().races) {
    ASSERT_TRUE(result);
    EXPECT_EQ(result->kind, fault_kind::race) << result->message;
    EXPECT_NE(result->message.find("allocation"), std::string::npos) << result->message;
  } else {
    EXPECT_FALSE(result) << result->message;
  }
}

std::string const store = "st.global.u32 [%d1], %r14;\n";
std::string const read_before = "ld.global.u32 %r8, [%d4];\n";
std::string const fence = "membar.gl;\n";
// Thread 0 raises the block's flag, or waits for that of the block before.
std::string flag(std::string const& with) { return "@%p0 " + with + " [%d6], 1;\n"; }
std::string wait(std::string const& with) {
  return "@!%p0 bra ready;\n@%p1 bra ready;\nspin:\n" + with +
         " %r9, [%d7];\nsetp.eq.u32 %p2, %r9, 0;\n@%p2 bra spin;\nready:\n";
}
std::string const barrier = "bar.sync 0;\n";
// The block's words, then the flag; the words of the block before, after its flag.
std::string passed_on(std::string const& before, std::string const& raise, std::string const& look,
                      std::string const& after) {
  return store + barrier + before + raise + look + after + barrier + read_before;
}

example const examples[] = {
    // One warp.
    {"own_word",
     store + "ld.global.u32 %r8, [%d1];\nadd.u32 %r8, %r8, 1;\nst.global.u32 [%d1], %r8;", false},
    {"read_of_the_neighbour", store + "ld.global.u32 %r8, [%d2];", true},
    {"read_of_the_neighbour_after_warp_sync",
     store + "bar.warp.sync -1;\nld.global.u32 %r8, [%d2];", false},
    {"write_of_what_the_neighbour_read", "ld.global.u32 %r8, [%d2];\n" + store, true},
    {"shuffle_orders_no_memory",
     store + "shfl.sync.bfly.b32 %r9, %r0, 1, 31, -1;\nld.global.u32 %r8, [%d2];", true},
    // One block.
    {"read_of_another_warp", store + "ld.global.u32 %r8, [%d3];", true},
    {"read_of_another_warp_after_barrier", store + barrier + "ld.global.u32 %r8, [%d3];", false},
    {"write_of_what_another_warp_read",
     store + barrier + "ld.global.u32 %r8, [%d3];\nst.global.u32 [%d1], %r8;", true},
    {"write_of_what_another_warp_read_after_barrier",
     store + barrier + "ld.global.u32 %r8, [%d3];\n" + barrier + "st.global.u32 [%d1], %r8;",
     false},
    // Blocks.
    {"read_of_another_block", store + read_before, true},
    {"barrier_does_not_order_blocks", store + barrier + read_before, true},
    {"all_write_one_word", "st.global.u32 [%d0], %r14;", true},
    {"blocks_write_one_word", "@%p0 st.global.u32 [%d0], %r14;", true},
    {"all_write_the_same_value", "mov.u32 %r9, 7;\nst.global.u32 [%d0], %r9;", false},
    {"every_second_lane_writes_the_same_value",
     "and.b32 %r9, %r0, 1;\nsetp.eq.u32 %p2, %r9, 1;\n@%p2 st.global.u32 [%d0], %r9;", false},
    {"every_second_lane_writes_its_own_value",
     "and.b32 %r9, %r0, 1;\nsetp.eq.u32 %p2, %r9, 1;\n@%p2 st.global.u32 [%d0], %r0;", true},
    {"all_read_one_word", "ld.global.u32 %r8, [%d0];\nld.global.u32 %r8, [%d0];", false},
    {"one_writes_what_all_read",
     "ld.global.u32 %r8, [%d0];\nsetp.eq.u32 %p2, %r2, 99;\n@%p2 st.global.u32 [%d0], %r14;", true},
    {"bytes_beside_each_other",
     "cvt.u64.u32 %d8, %r2;\nadd.s64 %d9, %d0, %d8;\nst.global.u8 [%d9], %r0;", false},
    {"bytes_that_overlap_words",
     "cvt.u64.u32 %d8, %r2;\nadd.s64 %d9, %d0, %d8;\nst.global.u8 [%d9], %r14;\n" + barrier +
         "@%p0 ld.global.u32 %r8, [%d0+64];",
     true},
    {"words_moved_by_one_lane",
     "st.global.u32 [%d0+4], %r15;\n@!%p1 ret;\nsetp.eq.u32 %p2, %r0, 63;\n"
     "@%p2 ret;\nst.global.u32 [%d1+4], %r14;",
     true},
    // Atomics.
    {"atomics_of_all", "red.global.add.u32 [%d0], 1;\natom.global.add.u32 %r8, [%d0], 1;", false},
    {"plain_read_beside_atomics", "red.global.add.u32 [%d0], 1;\nld.global.u32 %r8, [%d0];", true},
    {"volatile_read_beside_atomics",
     "red.global.add.u32 [%d0], 1;\nld.volatile.global.u32 %r8, [%d0];", false},
    {"plain_write_beside_atomics", "red.global.add.u32 [%d0], 1;\n@%p0 st.global.u32 [%d0], %r14;",
     true},
    // Flags.
    {"fence_and_volatile_flag",
     passed_on(fence, flag("st.volatile.global.u32"), wait("ld.volatile.global.u32"), fence),
     false},
    {"fence_and_atomic_flag",
     passed_on(fence, "@%p0 atom.global.exch.b32 %r9, [%d6], 1;\n",
               wait("ld.relaxed.gpu.global.u32"), fence),
     false},
    {"release_and_acquire",
     passed_on("", flag("st.release.gpu.global.u32"), wait("ld.acquire.gpu.global.u32"), ""),
     false},
    {"releasing_and_acquiring_atomics",
     passed_on(
         "", "@%p0 atom.release.gpu.global.exch.b32 %r9, [%d6], 1;\n",
         "@!%p0 bra ready;\n@%p1 bra ready;\nspin:\natom.acquire.gpu.global.add.u32 %r9, [%d7], "
         "0;\nsetp.eq.u32 %p2, %r9, 0;\n@%p2 bra spin;\nready:\n",
         ""),
     false},
    {"no_fence_before_the_flag",
     passed_on("", flag("st.volatile.global.u32"), wait("ld.volatile.global.u32"), fence), true},
    {"no_fence_after_the_flag",
     passed_on(fence, flag("st.volatile.global.u32"), wait("ld.volatile.global.u32"), ""), true},
    {"fence_for_the_block_only",
     passed_on("membar.cta;\n", flag("st.volatile.global.u32"), wait("ld.volatile.global.u32"),
               fence),
     true},
    {"acquired_for_the_block_only",
     passed_on(fence, flag("st.volatile.global.u32"), wait("ld.volatile.global.u32"),
               "membar.cta;\n"),
     true},
    {"release_for_the_block_only",
     passed_on("", flag("st.release.cta.global.u32"), wait("ld.acquire.gpu.global.u32"), ""), true},
    {"no_barrier_before_the_flag",
     store + fence + flag("st.volatile.global.u32") + wait("ld.volatile.global.u32") + fence +
         barrier + read_before,
     true},
    {"no_barrier_after_the_flag",
     store + barrier + fence + flag("st.volatile.global.u32") + wait("ld.volatile.global.u32") +
         fence + read_before,
     true},
    {"plain_flag", passed_on(fence, flag("st.global.u32"), wait("ld.volatile.global.u32"), fence),
     true},
    {"written_after_the_flag",
     store + barrier + fence + flag("st.volatile.global.u32") + "add.u32 %r14, %r14, 1;\n" + store +
         wait("ld.volatile.global.u32") + fence + barrier + read_before,
     true},
    // Block 3 has read the flag of block 2 alone, which had read that of block 1, and so on.
    {"passed_on_through_blocks",
     store + barrier + wait("ld.acquire.gpu.global.u32") + flag("st.release.gpu.global.u32") +
         barrier + "mad.wide.u32 %d8, %r0, 4, %d0;\nld.global.u32 %r8, [%d8];",
     false},
    // The last block to take a ticket reads what all wrote.
    {"the_last_block",
     store + barrier + fence + "mov.u32 %r10, 0;\n@%p0 atom.global.add.u32 %r10, [%d5], 1;\n" +
         fence +
         "bar.red.or.pred %p3, 0, %p0;\nsetp.eq.u32 %p4, %r10, 3;\nbar.red.or.pred %p5, 0, %p4;\n"
         "@!%p5 ret;\nmad.wide.u32 %d8, %r0, 4, %d0;\nld.global.u32 %r8, [%d8];\n"
         "ld.global.u32 %r8, [%d8+256];\nld.global.u32 %r8, [%d8+768];",
     false},
    {"written_after_the_flag_of_who_read",
     "ld.global.u32 %r8, [%d1];\n" + barrier + flag("st.relaxed.gpu.global.u32") +
         wait("ld.relaxed.gpu.global.u32") + barrier + "@!%p1 st.global.u32 [%d4], %r14;",
     false},
    {"written_before_the_flag_of_who_reads",
     "ld.global.u32 %r8, [%d1];\n" + barrier + flag("st.relaxed.gpu.global.u32") + barrier +
         "@!%p1 st.global.u32 [%d4], %r14;" + wait("ld.relaxed.gpu.global.u32"),
     true},
    {"the_last_block_without_a_fence",
     store + barrier + "mov.u32 %r10, 0;\n@%p0 atom.global.add.u32 %r10, [%d5], 1;\n" +
         "setp.eq.u32 %p4, %r10, 3;\nbar.red.or.pred %p5, 0, %p4;\n"
         "@!%p5 ret;\nmad.wide.u32 %d8, %r0, 4, %d0;\nld.global.u32 %r8, [%d8];\n"
         "ld.global.u32 %r8, [%d8+256];\nld.global.u32 %r8, [%d8+768];",
     true},
    {"warps_of_a_block_by_a_flag",
     store + "membar.cta;\nsetp.eq.u32 %p2, %r0, 32;\n@%p2 st.volatile.global.u32 [%d6], 1;\n"
             "setp.ge.u32 %p3, %r0, 32;\n@%p3 ret;\nspin:\nld.volatile.global.u32 %r9, [%d6];\n"
             "setp.eq.u32 %p2, %r9, 0;\n@%p2 bra spin;\nmembar.cta;\nld.global.u32 %r8, [%d3];",
     false},
    {"warps_of_a_block_by_a_flag_without_a_fence",
     store + "setp.eq.u32 %p2, %r0, 32;\n@%p2 st.volatile.global.u32 [%d6], 1;\n"
             "setp.ge.u32 %p3, %r0, 32;\n@%p3 ret;\nspin:\nld.volatile.global.u32 %r9, [%d6];\n"
             "setp.eq.u32 %p2, %r9, 0;\n@%p2 bra spin;\nmembar.cta;\nld.global.u32 %r8, [%d3];",
     true},
    // Vectors: 16 bytes a lane, then 4.
    {"vector_then_words_of_one_warp",
     "mad.wide.u32 %d8, %r0, 16, %d0;\nsetp.lt.u32 %p2, %r2, 32;\n@!%p2 ret;\n"
     "st.global.v4.u32 [%d8], {%r0, %r0, %r0, %r0};\nld.global.u32 %r8, [%d1];",
     true},
    {"vector_then_words_after_warp_sync",
     "mad.wide.u32 %d8, %r0, 16, %d0;\nsetp.lt.u32 %p2, %r2, 32;\n@!%p2 ret;\n"
     "st.global.v4.u32 [%d8], {%r0, %r0, %r0, %r0};\nbar.warp.sync -1;\nld.global.u32 %r8, [%d1];",
     false},
};

INSTANTIATE_TEST_SUITE_P(Examples, global_race, testing::ValuesIn(examples),
                         [](auto const& info) { return std::string(info.param.name); });

// Which two threads, which lines, what memory.
TEST(GlobalRaceMessage, NamesBothThreads) {
  ptx_runner runner(kernel("setp.eq.u32 %p2, %r2, 70;\n@%p2 st.global.u32 [%d0+40], %r14;\n" +
                           barrier +
                           "setp.eq.u32 %p2, %r2, 133;\n@%p2 ld.global.u32 %r8, [%d0+40];"));
  runner.grid = {3, 1, 1};
  runner.block = {64, 1, 1};
  device_array<std::uint32_t> const data(std::vector<std::uint32_t>(64));
  auto const result = runner.run("k", {data.address(), 0});
  ASSERT_TRUE(result);
  // Blocks 1 and 2 may run in either order.
  for (char const* const words :
       {"race: ", "of global memory at address", "thread (6, 0, 0) of block (1, 0, 0)",
        "thread (5, 0, 0) of block (2, 0, 0)", "at PTX line 29", "at PTX line 32",
        "nothing orders the two", "at byte 40 of the 256-byte allocation"}) {
    EXPECT_NE(result->message.find(words), std::string::npos) << words << "\n" << result->message;
  }
}

TEST(GlobalRaceMessage, LaunchesAreOrdered) {
  ptx_runner runner(kernel("@%p0 st.global.u32 [%d0], %r14;"));
  runner.block = {64, 1, 1};
  device_array<std::uint32_t> const data(std::vector<std::uint32_t>(64));
  for (int i = 0; i < 3; ++i) runner.run_clean("k", {data.address(), 0});
}

}  // namespace
}  // namespace emulator
