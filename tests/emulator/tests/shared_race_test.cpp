// Races in shared memory: what orders two accesses and what does not.
#include "ptx_runner.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

// %r0: thread; %r1: address of the thread's word in `tile`, %r2: of its neighbour's (thread ^ 1),
// %r3: of the thread 32 away.
std::string kernel(std::string const& body) {
  return ".version 9.0\n.target sm_80\n.address_size 64\n.shared .align 16 .b8 tile[512];\n"
         ".visible .entry k(.param .u64 a)\n{\n.reg .u32 %r<12>;\n.reg .b16 %h<4>;\n.reg .u64 "
         "%d<4>;\n.reg .pred %p<4>;\n"
         "mov.u32 %r0, %tid.x;\nmov.u32 %r4, tile;\nshl.b32 %r5, %r0, 2;\nadd.u32 %r1, %r4, %r5;\n"
         "xor.b32 %r6, %r0, 1;\nshl.b32 %r6, %r6, 2;\nadd.u32 %r2, %r4, %r6;\n"
         "xor.b32 %r7, %r0, 32;\nshl.b32 %r7, %r7, 2;\nadd.u32 %r3, %r4, %r7;\n" +
         body + "\nret;\n}\n";
}

std::optional<fault> run(std::string const& body) {
  ptx_runner runner(kernel(body));
  runner.block = {64, 1, 1};
  return runner.run("k", {0});
}

std::string const store = "st.shared.u32 [%r1], %r0;\n";
// By the second warp alone: the first has written its words by then, so that the read is not one of
// uninitialised memory.
std::string const second_warp_reads_first =
    "setp.ge.u32 %p3, %r0, 32;\n@%p3 ld.shared.u32 %r8, [%r3];";

std::string const halves = store +
                           "bar.sync 0;\nand.b32 %r10, %r0, 48;\nshl.b32 %r10, %r10, 2;\nadd.u32 "
                           "%r9, %r4, %r10;\nand.b32 %r10, %r0, 16;\nshl.b32 %r10, 0xFFFF, %r10;\n";
std::string const first_of_a_half_writes =
    "and.b32 %r11, %r0, 15;\nsetp.eq.u32 %p0, %r11, 0;\n@%p0 st.shared.u32 [%r9], %r0;";

struct example {
  char const* name;
  std::string body;
  bool races;
};

void PrintTo(example const& e, std::ostream* to) { *to << e.name; }

class shared_race : public testing::TestWithParam<example> {};

TEST_P(shared_race, IsToldApart) {
  auto const result = run(GetParam().body);
  if (GetParam().races) {
    ASSERT_TRUE(result);
    EXPECT_EQ(result->kind, fault_kind::race) << result->message;
    EXPECT_NE(result->message.find("nothing orders the two"), std::string::npos) << result->message;
  } else {
    EXPECT_FALSE(result) << result->message;
  }
}

example const examples[] = {
    {"own_word", store + "ld.shared.u32 %r8, [%r1];\nst.shared.u32 [%r1], %r8;", false},
    {"read_of_the_neighbour", store + "ld.shared.u32 %r8, [%r2];", true},
    {"read_of_the_neighbour_after_warp_sync",
     store + "bar.warp.sync -1;\nld.shared.u32 %r8, [%r2];", false},
    {"read_of_the_neighbour_after_half_a_warp_sync",
     store + "setp.lt.u32 %p0, %r0, 48;\nsetp.ge.u32 %p1, %r0, 16;\nand.pred %p2, %p0, "
             "%p1;\nbar.warp.sync -1;\n"
             "st.shared.u32 [%r1], %r0;\nld.shared.u32 %r8, [%r2];",
     true},
    {"shuffle_orders_no_memory",
     store + "shfl.sync.bfly.b32 %r9, %r0, 1, 31, -1;\nld.shared.u32 %r8, [%r2];", true},
    {"read_of_another_warp", store + second_warp_reads_first, true},
    {"warp_sync_does_not_order_warps",
     store + "bar.warp.sync -1;\nbar.sync 0;\nst.shared.u32 [%r1], %r0;\nbar.warp.sync -1;\n"
             "ld.shared.u32 %r8, [%r3];",
     true},
    {"read_of_another_warp_after_barrier", store + "bar.sync 0;\nld.shared.u32 %r8, [%r3];", false},
    {"write_after_read_of_another_warp",
     store + "bar.sync 0;\nld.shared.u32 %r8, [%r3];\nst.shared.u32 [%r1], %r8;", true},
    {"write_after_read_and_barrier",
     store + "bar.sync 0;\nld.shared.u32 %r8, [%r3];\nbar.sync 0;\nst.shared.u32 [%r1], %r8;",
     false},
    {"all_read_one_word",
     store + "bar.sync 0;\nld.shared.u32 %r8, [%r4];\nld.shared.u32 %r8, [%r4];", false},
    {"one_writes_what_all_read",
     store + "bar.sync 0;\nld.shared.u32 %r8, [%r4];\nsetp.eq.u32 %p0, %r0, 5;\n"
             "@%p0 st.shared.u32 [%r4], %r0;",
     true},
    {"one_writes_what_all_have_read",
     store + "bar.sync 0;\nld.shared.u32 %r8, [%r4];\nbar.sync 0;\nsetp.eq.u32 %p0, %r0, 5;\n"
             "@%p0 st.shared.u32 [%r4], %r0;",
     false},
    // Both halves of a warp synchronise for themselves. %r9: the first word of a thread's half, %r10:
    // the lanes of its half.
    {"one_of_a_half_writes_what_its_half_has_read",
     halves + "ld.shared.u32 %r8, [%r9];\nbar.warp.sync %r10;\n" + first_of_a_half_writes, false},
    {"one_of_a_half_writes_what_its_half_reads",
     halves + "bar.warp.sync %r10;\nld.shared.u32 %r8, [%r9];\n" + first_of_a_half_writes, true},
    {"one_of_a_half_writes_what_the_other_half_has_read",
     halves + "ld.shared.u32 %r8, [%r4];\nbar.warp.sync %r10;\nsetp.eq.u32 %p0, %r0, 0;\n"
              "@%p0 st.shared.u32 [%r4], %r0;",
     true},
    {"all_write_one_word", "st.shared.u32 [%r4], %r0;", true},
    {"atomics_on_one_word",
     "setp.eq.u32 %p0, %r0, 0;\n@%p0 st.shared.u32 [%r4], %r0;\nbar.sync 0;\n"
     "atom.shared.add.u32 %r8, [%r4], 1;\nred.shared.add.u32 [%r4], 1;",
     false},
    {"plain_read_beside_atomics",
     "setp.eq.u32 %p0, %r0, 0;\n@%p0 st.shared.u32 [%r4], %r0;\nbar.sync 0;\n"
     "@%p0 ld.shared.u32 %r8, [%r4];\n@!%p0 red.shared.add.u32 [%r4], 1;",
     true},
    {"bytes_of_a_word",
     "add.u32 %r8, %r4, %r0;\ncvt.u16.u32 %h0, %r0;\nst.shared.u8 [%r8], %h0;\nld.shared.u8 %h1, "
     "[%r8];",
     false},
    {"overlapping_halves",
     "add.u32 %r8, %r4, %r0;\nand.b32 %r8, %r8, -4;\ncvt.u16.u32 %h0, %r0;\nst.shared.u16 [%r8], "
     "%h0;",
     true},
    // Warp 0 writes the data, then a flag; warp 1 waits for the flag.
    {"flag",
     "setp.ne.u32 %p0, %r0, 0;\nsetp.ne.u32 %p1, %r0, 32;\n@!%p0 st.shared.u32 [%r4+256], "
     "0;\nbar.sync 0;\n"
     "@%p0 bra SECOND;\nst.shared.u32 [%r4], 7;\nmembar.cta;\nst.volatile.shared.u32 [%r4+256], "
     "1;\nbra END;\n"
     "SECOND:\n@%p1 bra END;\nWAIT:\nld.volatile.shared.u32 %r8, [%r4+256];\nsetp.eq.u32 %p2, %r8, "
     "0;\n@%p2 bra WAIT;\n"
     "membar.cta;\nld.shared.u32 %r9, [%r4];\nEND:",
     false},
    {"flag_before_the_data",
     "setp.ne.u32 %p0, %r0, 0;\nsetp.ne.u32 %p1, %r0, 32;\n@!%p0 st.shared.u32 [%r4+256], "
     "0;\n@!%p0 st.shared.u32 [%r4], 0;\n"
     "bar.sync 0;\n@%p0 bra SECOND;\nst.volatile.shared.u32 [%r4+256], 1;\nst.shared.u32 [%r4], "
     "7;\nbra END;\n"
     "SECOND:\n@%p1 bra END;\nWAIT:\nld.volatile.shared.u32 %r8, [%r4+256];\nsetp.eq.u32 %p2, %r8, "
     "0;\n@%p2 bra WAIT;\n"
     "ld.shared.u32 %r9, [%r4];\nEND:",
     true},
    {"named_barrier_of_one_warp_orders_no_other",
     store + "setp.lt.u32 %p0, %r0, 32;\n@%p0 bar.sync 1, 32;\n@!%p0 bar.sync 2, 32;\n" +
         second_warp_reads_first,
     true},
    {"producer_arrives_consumer_waits",
     "setp.ge.u32 %p0, %r0, 32;\n@%p0 bra CONSUME;\nst.shared.u32 [%r1], %r0;\nbar.arrive 1, 64;\n"
     "bra END;\nCONSUME:\nbar.sync 1, 64;\nld.shared.u32 %r8, [%r3];\nEND:",
     false},
};

INSTANTIATE_TEST_SUITE_P(examples, shared_race, testing::ValuesIn(examples),
                         [](auto const& info) { return std::string(info.param.name); });

TEST(SharedRace, TheMessageNamesBothThreads) {
  auto const result = run(store + second_warp_reads_first);
  ASSERT_TRUE(result);
  EXPECT_NE(result->message.find("race: read of 4 bytes of shared memory"), std::string::npos)
      << result->message;
  EXPECT_NE(result->message.find("by thread (32, 0, 0)"), std::string::npos) << result->message;
  EXPECT_NE(result->message.find("thread (0, 0, 0) wrote it at PTX line"), std::string::npos)
      << result->message;
}

}  // namespace
}  // namespace emulator
