// Races between the blocks of a cluster: in their shared memory, in global memory, with their end.
#include "ptx_runner.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

// A cluster of 2 blocks of 64 threads. %r0: thread, %r1: rank. %r2: the thread's word of the block's
// tile, %r3: of the other block's, %r4: the flag of the block, %r5: of the other. %d1: the thread's
// word in global memory, %d2: that of the same thread of the other block. %p0: rank 0.
std::string kernel(std::string const& body) {
  return R"(.version 9.0
.target sm_90
.address_size 64
.visible .entry k(.param .u64 a)
{
.shared .align 16 .b8 tile[256];
.shared .align 8 .b8 flag[8];
.reg .u32 %r<16>;
.reg .u64 %d<8>;
.reg .b64 %state;
.reg .pred %p<8>;
ld.param.u64 %d0, [a];
mov.u32 %r0, %tid.x;
mov.u32 %r1, %cluster_ctarank;
setp.eq.u32 %p0, %r1, 0;
mov.u32 %r6, tile;
mad.lo.u32 %r2, %r0, 4, %r6;
xor.b32 %r7, %r1, 1;
mapa.shared::cluster.u32 %r3, %r2, %r7;
mov.u32 %r4, flag;
mapa.shared::cluster.u32 %r5, %r4, %r7;
mad.lo.u32 %r8, %r1, 64, %r0;
mad.wide.u32 %d1, %r8, 4, %d0;
xor.b32 %r8, %r8, 64;
mad.wide.u32 %d2, %r8, 4, %d0;
setp.eq.u32 %p1, %r0, 0;
mov.u32 %r9, 0;
)" + body +
         "\nret;\n}\n";
}

std::string const sync = "barrier.cluster.arrive.release;\nbarrier.cluster.wait.acquire;\n";
std::string const store = "add.u32 %r10, %r0, %r1;\nst.shared.u32 [%r2], %r10;\n";
std::string const load = "ld.shared::cluster.u32 %r11, [%r3];\n";

struct example {
  char const* name;
  std::string body;
  std::optional<fault_kind> found;
};

void PrintTo(example const& e, std::ostream* to) { *to << e.name; }

class cluster_race : public testing::TestWithParam<example> {};

TEST_P(cluster_race, IsToldApart) {
  ptx_runner runner(kernel(GetParam().body));
  runner.grid = runner.cluster = {2, 1, 1};
  runner.block = {64, 1, 1};
  device_array<std::uint32_t> const data(std::vector<std::uint32_t>(128));
  auto const result = runner.run("k", {data.address()});
  ASSERT_EQ(result.has_value(), GetParam().found.has_value()) << (result ? result->message : "");
  if (result) {
    EXPECT_EQ(result->kind, *GetParam().found) << result->message;
  }
}

constexpr auto race = fault_kind::race;

example const examples[] = {
    {"between_barriers", store + sync + load + sync, std::nullopt},
    {"write_without_a_barrier_after_the_read", store + sync + load + store + sync, race},
    {"remote_write_without_a_barrier",
     store + sync + "st.shared::cluster.u32 [%r3], %r8;\nld.shared.u32 %r11, [%r2];\n" + sync,
     race},
    {"remote_write_before_a_barrier",
     store + sync + "st.shared::cluster.u32 [%r3], %r8;\n" + sync + "ld.shared.u32 %r11, [%r2];",
     std::nullopt},
    {"block_barrier_orders_no_blocks",
     store + sync +
         "st.shared::cluster.u32 [%r3], %r8;\nbar.sync 0;\nld.shared.u32 %r11, [%r2];\n" + sync,
     race},
    {"atomics",
     "@%p1 st.shared.u32 [%r4], %r9;\n" + sync + "red.shared::cluster.add.u32 [%r5], 1;\n" + sync +
         "ld.shared.u32 %r11, [%r4];",
     std::nullopt},
    {"read_beside_atomics",
     "@%p1 st.shared.u32 [%r4], %r9;\n" + sync +
         "red.shared::cluster.add.u32 [%r5], 1;\nld.shared.u32 %r11, [%r4];\n" + sync,
     race},
    // Warps of one block, in a cluster.
    {"warps_without_a_barrier",
     store + "xor.b32 %r12, %r2, 128;\nst.shared.u32 [%r12], %r10;\n" + sync, race},
    {"warps_with_a_barrier",
     store + "bar.sync 0;\nxor.b32 %r12, %r2, 128;\nst.shared.u32 [%r12], %r10;\n" + sync,
     std::nullopt},
    // An mbarrier of the other block: rank 0 writes there and arrives, rank 1 waits.
    {"mbarrier_of_another_block",
     "@%p1 mbarrier.init.shared.b64 [%r4], 64;\n" + sync +
         "@!%p0 bra WAIT;\nst.shared::cluster.u32 [%r3], %r0;\n"
         "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r5];\nbra END;\nWAIT:\n"
         "mbarrier.try_wait.parity.shared.b64 %p2, [%r4], 0;\n@!%p2 bra WAIT;\n"
         "ld.shared.u32 %r11, [%r2];\nEND:\n" +
         sync,
     std::nullopt},
    // Global memory.
    {"global_after_the_cluster_barrier",
     "st.global.u32 [%d1], %r8;\n" + sync + "ld.global.u32 %r11, [%d2];", std::nullopt},
    {"global_after_a_block_barrier",
     "st.global.u32 [%d1], %r8;\nbar.sync 0;\nld.global.u32 %r11, [%d2];", race},
    // The end of a block.
    {"end_before_the_others_read", store + sync + load, race},
    {"rank_0_ends_first", store + sync + "@%p0 ret;\nnanosleep.u32 1;\n" + load,
     fault_kind::use_after_free},
    {"rank_1_ends_first", store + sync + "@!%p0 ret;\nnanosleep.u32 1;\n" + load,
     fault_kind::use_after_free},
    {"nobody_reads", store + sync, std::nullopt},
};

INSTANTIATE_TEST_SUITE_P(Examples, cluster_race, testing::ValuesIn(examples),
                         [](auto const& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace emulator
