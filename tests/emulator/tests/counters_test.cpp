// Counted work against what a kernel written for the purpose must do.
#include "core/access_counter.hpp"
#include "ptx_runner.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

std::string kernel(std::string const& body) {
  return ".version 9.0\n.target sm_80\n.address_size 64\n.shared .align 16 .b8 tile[4096];\n"
         ".visible .entry k(.param .u64 a)\n{\n.reg .u32 %r<8>;\n.reg .u64 %d<8>;\n.reg .f32 "
         "%f<8>;\n.reg .pred %p<4>;\n"
         "ld.param.u64 %d0, [a];\nmov.u32 %r0, %tid.x;\n" +
         body + "\nret;\n}\n";
}

launch_statistics counted(std::string const& body, std::uint64_t argument,
                          std::uint32_t threads = 32) {
  sector_set::instance().enable();
  ptx_runner runner(kernel(body));
  runner.block = {threads, 1, 1};
  runner.run_clean("k", {argument});
  return runner.statistics;
}

// Each lane stores 4 bytes, `stride` bytes apart.
access_count strided_store(std::uint64_t address, int stride) {
  return counted("mul.wide.u32 %d1, %r0, " + std::to_string(stride) +
                     ";\nadd.s64 %d2, %d0, %d1;\nmov.u32 %r1, 7;\nst.global.u32 [%d2], %r1;",
                 address)
      .memory.global_store;
}

TEST(Counters, SectorsOfStridedStores) {
  device_array<std::uint32_t> out(32 * 64);
  struct row {
    int stride;
    std::uint64_t offset, sectors;
  };
  for (row const& r :
       {row{4, 0, 4}, row{4, 4, 5}, row{8, 0, 8}, row{32, 0, 32}, row{128, 0, 32}, row{0, 0, 1}}) {
    access_count const count = strided_store(out.address() + r.offset, r.stride);
    EXPECT_EQ(count.requests, 1U) << r.stride;
    EXPECT_EQ(count.bytes, 128U) << r.stride;
    EXPECT_EQ(count.sectors, r.sectors) << r.stride << " from " << r.offset;
    EXPECT_EQ(count.distinct_sectors, r.sectors) << r.stride;
  }
}

// What a program that means to copy in bulk can be asked afterwards.
TEST(Counters, BulkCopiesAreAClassOfTheirOwn) {
  device_array<std::uint32_t> from(std::vector<std::uint32_t>(8));
  auto const bulk_copies = [&](std::string const& copy) {
    return counted(
               "setp.ne.u32 %p0, %r0, 0;\n@%p0 bra END;\nmov.u32 %r1, tile;\nadd.u32 %r2, %r1, "
               "64;\nmbarrier.init.shared.b64 [%r2], 1;\n" +
                   copy + "\ncp.async.bulk.commit_group;\nEND:",
               from.address())
        .by_class[static_cast<std::size_t>(instruction_class::bulk_copy)]
        .warps;
  };
  EXPECT_GT(bulk_copies("mbarrier.arrive.expect_tx.shared.b64 %d1, [%r2], 32;\n"
                        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r1], "
                        "[%d0], 32, [%r2];"),
            0U);
  EXPECT_EQ(bulk_copies("cp.async.ca.shared.global [%r1], [%d0], 16;"), 0U);
}

TEST(Counters, ASectorThatIsMetAgainIsNotDistinct) {
  device_array<std::uint32_t> out(64);
  access_count const count = counted(
                                 "mul.wide.u32 %d1, %r0, 4;\nadd.s64 %d2, %d0, %d1;\nst.global.u32 "
                                 "[%d2], %r0;\nst.global.u32 [%d2], %r0;\nbar.warp.sync -1;\n"
                                 "st.global.u32 [%d2+64], %r0;",
                                 out.address())
                                 .memory.global_store;
  EXPECT_EQ(count.requests, 3U);
  EXPECT_EQ(count.sectors, 12U);
  EXPECT_EQ(count.distinct_sectors, 6U);
}

// Counted before it is checked: no sector of device memory.
TEST(Counters, AWildAddressFaultsAndIsNotCounted) {
  sector_set::instance().enable();
  for (std::uint64_t const address : {std::uint64_t{1} << 20, ~std::uint64_t{0} - 255}) {
    ptx_runner runner(kernel("st.global.u32 [%d0], %r0;"));
    auto const result = runner.run("k", {address});
    ASSERT_TRUE(result) << address;
    EXPECT_EQ(result->kind, fault_kind::out_of_bounds) << result->message;
    EXPECT_EQ(runner.statistics.memory.global_store.distinct_sectors, 0U) << address;
  }
}

TEST(Counters, BankConflicts) {
  struct row {
    int stride;
    char const* type;
    std::uint64_t conflicts;
  };
  for (row const& r :
       {row{4, "u32", 0}, row{8, "u32", 1}, row{16, "u32", 3}, row{128, "u32", 31}}) {
    std::string const body = "mul.lo.u32 %r1, %r0, " + std::to_string(r.stride) +
                             ";\nmov.u32 %r2, tile;\nadd.u32 %r3, %r1, %r2;\nst.shared." + r.type +
                             " [%r3], %r0;";
    EXPECT_EQ(counted(body, 0).memory.shared_store.bank_conflicts, r.conflicts) << r.stride;
  }
  // 16 bytes a lane, one after the other: four passes of 128 bytes, none of which conflicts.
  EXPECT_EQ(counted("shl.b32 %r1, %r0, 4;\nmov.u32 %r2, tile;\nadd.u32 %r3, %r1, %r2;\n"
                    "st.shared.v4.u32 [%r3], {%r0, %r0, %r0, %r0};",
                    0)
                .memory.shared_store.bank_conflicts,
            0U);
}

TEST(Counters, InstructionsByClassAndLane) {
  launch_statistics const s = counted(
      "setp.lt.u32 %p1, %r0, 8;\nmov.f32 %f0, 0f3F800000;\n@%p1 add.f32 %f1, %f0, %f0;\n"
      "ex2.approx.f32 %f2, %f0;\nbar.sync 0;",
      0, 64);
  auto const of = [&](instruction_class which) { return s.by_class[static_cast<unsigned>(which)]; };
  EXPECT_EQ(of(instruction_class::float32).warps, 2U);
  EXPECT_EQ(of(instruction_class::float32).lanes, 8U);
  EXPECT_EQ(of(instruction_class::special_function).lanes, 64U);
  EXPECT_EQ(of(instruction_class::comparison).lanes, 64U);
  EXPECT_EQ(of(instruction_class::barrier).warps, 2U);
  EXPECT_EQ(s.barriers, 1U);
  EXPECT_EQ(s.warp_instructions, 2U * 8U);  // with ld.param, mov and ret
}

}  // namespace
}  // namespace emulator
