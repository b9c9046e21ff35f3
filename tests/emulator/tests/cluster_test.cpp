// Blocks of a cluster: their numbers, their barrier, each other's shared memory.
#include "ptx_runner.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

std::string kernel(std::string const& body) {
  return ".version 9.0\n.target sm_90\n.address_size 64\n.visible .entry k(.param .u64 a)\n{\n"
         ".shared .align 16 .b8 tile[64];\n.shared .align 8 .b8 barrier[8];\n"
         ".reg .b64 %a, %o, %g;\n.reg .u32 %r<12>;\n.reg .pred %p<4>;\nld.param.u64 %a, [a];\n"
         "mov.u32 %r0, %tid.x;\nmov.u32 %r1, %ctaid.x;\nmov.u32 %r2, %cluster_ctarank;\n"
         "mov.u32 %r3, %cluster_nctarank;\n"
         // The block's own number of results begins at %a.
         "mul.wide.u32 %o, %r1, 16;\nadd.u64 %a, %a, %o;\n" +
         body + "\nret;\n}\n";
}

std::vector<std::uint32_t> run(std::string const& body, std::uint32_t blocks,
                               std::uint32_t cluster_blocks, std::uint32_t threads = 1) {
  ptx_runner runner(kernel(body));
  runner.grid = {blocks, 1, 1};
  runner.block = {threads, 1, 1};
  runner.cluster = {cluster_blocks, 1, 1};
  device_array<std::uint32_t> out(std::vector<std::uint32_t>(4 * blocks));
  runner.run_clean("k", {out.address()});
  return out.read();
}

TEST(Cluster, NumbersItsBlocks) {
  auto const out =
      run("mov.u32 %r4, %clusterid.x;\nmov.u32 %r5, %cluster_nctaid.x;\n"
          "st.global.v4.u32 [%a], {%r2, %r3, %r4, %r5};",
          12, 4);
  for (std::uint32_t i = 0; i < 12; ++i) {
    EXPECT_EQ(out[4 * i], i % 4);
    EXPECT_EQ(out[4 * i + 1], 4U);
    EXPECT_EQ(out[4 * i + 2], i / 4);
    EXPECT_EQ(out[4 * i + 3], 4U);
  }
}

// Each block stores its number, the barrier lets all of them, and each reads the next one's.
std::string const read_neighbour =
    "st.shared.u32 [tile], %r1;\nbarrier.cluster.arrive.release.aligned;\n"
    "barrier.cluster.wait.acquire.aligned;\nadd.u32 %r4, %r2, 1;\nrem.u32 %r4, %r4, %r3;\n"
    "mov.u32 %r5, tile;\nmapa.shared::cluster.u32 %r6, %r5, %r4;\n"
    "ld.shared::cluster.u32 %r7, [%r6];\ngetctarank.shared::cluster.u32 %r8, %r6;\n"
    "mov.u64 %g, tile;\ncvta.shared.u64 %g, %g;\nmapa.u64 %g, %g, %r4;\nld.u32 %r9, [%g];\n"
    "getctarank.u64 %r10, %g;\nst.global.v4.u32 [%a], {%r7, %r8, %r9, %r10};\n"
    "barrier.cluster.arrive;\nbarrier.cluster.wait;";

TEST(Cluster, BlocksReadEachOthersSharedMemory) {
  for (std::uint32_t const size : {1U, 2U, 8U}) {
    auto const out = run(read_neighbour, 16, size);
    for (std::uint32_t i = 0; i < 16; ++i) {
      std::uint32_t const rank = (i + 1) % size;
      std::uint32_t const neighbour = i / size * size + rank;
      EXPECT_EQ((std::vector<std::uint32_t>{out.begin() + 4 * i, out.begin() + 4 * i + 4}),
                (std::vector<std::uint32_t>{neighbour, rank, neighbour, rank}))
          << "block " << i << " of clusters of " << size;
    }
  }
}

TEST(Cluster, AtomicsReachOtherBlocks) {
  // 64 threads of each of 4 blocks add to a word of rank 0.
  auto const out =
      run("mov.u32 %r4, 0;\nsetp.ne.u32 %p0, %r0, 0;\n@!%p0 st.shared.u32 [tile], %r4;\n"
          "barrier.cluster.arrive.aligned;\nbarrier.cluster.wait.aligned;\nmov.u32 %r5, tile;\n"
          "mapa.shared::cluster.u32 %r6, %r5, %r4;\nred.shared::cluster.add.u32 [%r6], 1;\n"
          "barrier.cluster.arrive.aligned;\nbarrier.cluster.wait.aligned;\n@%p0 ret;\n"
          "ld.shared.u32 %r7, [tile];\nst.global.u32 [%a], %r7;",
          8, 4, 64);
  for (std::uint32_t i = 0; i < 8; ++i) EXPECT_EQ(out[4 * i], i % 4 == 0 ? 256U : 0U) << i;
}

TEST(Cluster, BulkCopiesArriveAtAnotherBlocksBarrier) {
  // Rank 0 sends 16 bytes to rank 1, which waits for them at its own mbarrier.
  auto const out =
      run("setp.eq.u32 %p0, %r2, 0;\n@%p0 st.shared.v4.u32 [tile+16], {%r1, 7, 8, 9};\n"
          "mbarrier.init.shared.b64 [barrier], 1;\n"
          "mbarrier.arrive.expect_tx.shared.b64 _, [barrier], 16;\n"
          "barrier.cluster.arrive;\nbarrier.cluster.wait;\n@!%p0 bra WAIT;\nmov.u32 %r4, tile;\n"
          "mapa.shared::cluster.u32 %r5, %r4, 1;\nmov.u32 %r4, barrier;\n"
          "mapa.shared::cluster.u32 %r6, %r4, 1;\n"
          "cp.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes [%r5], "
          "[tile+16], 16, "
          "[%r6];\nbra END;\nWAIT:\nmbarrier.try_wait.parity.shared.b64 %p1, [barrier], 0;\n"
          "@!%p1 bra WAIT;\nld.shared.v4.u32 {%r7, %r8, %r9, %r10}, [tile];\n"
          "st.global.v4.u32 [%a], {%r7, %r8, %r9, %r10};\nEND:\nbarrier.cluster.arrive;\n"
          "barrier.cluster.wait;",
          4, 2);
  for (std::uint32_t i = 1; i < 4; i += 2) {
    EXPECT_EQ((std::vector<std::uint32_t>{out.begin() + 4 * i, out.begin() + 4 * i + 4}),
              (std::vector<std::uint32_t>{i - 1, 7, 8, 9}));
  }
}

fault fault_of(std::string const& body, std::uint32_t cluster_blocks) {
  ptx_runner runner(kernel(body));
  runner.grid = runner.cluster = {cluster_blocks, 1, 1};
  runner.block = {1, 1, 1};
  device_array<std::uint32_t> out(4 * cluster_blocks);
  auto const result = runner.run("k", {out.address()});
  EXPECT_TRUE(result) << "the bug was not noticed";
  return result.value_or(fault{fault_kind::trap, ""});
}

TEST(Cluster, MisuseIsTold) {
  EXPECT_EQ(fault_of("mov.u32 %r4, tile;\nmapa.shared::cluster.u32 %r5, %r4, 2;\n"
                     "st.shared::cluster.u32 [%r5], %r1;",
                     2)
                .kind,
            fault_kind::out_of_bounds);
  EXPECT_EQ(fault_of("barrier.cluster.wait;", 2).kind, fault_kind::barrier_divergence);
  EXPECT_EQ(fault_of("barrier.cluster.arrive;\nbarrier.cluster.arrive;", 2).kind,
            fault_kind::barrier_divergence);
}

}  // namespace
}  // namespace emulator
