// cp.async with its groups, bulk copies, mbarriers.
#include "../ptx_runner.hpp"
#include "address_spaces.hpp"
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

// ---- cp.async ---------------------------------------------------------------------------------

bool is_group_copy(spelling const& opcode) {
  return opcode.mnemonic() == "cp" && !opcode.has("bulk") && opcode.has("global");
}

class AsyncCopy : public testing::TestWithParam<std::string> {};

TEST_P(AsyncCopy, FillsUpWithZeros) {
  spelling const opcode(GetParam());
  std::string const hint = opcode.has("L2::cache_hint") ? ", %policy" : "";
  // 16 bytes; 16 of which 5 are read; 16 of which none are read.
  auto const results = run_statements(
      variables +
          ".reg .b64 %policy;\n.reg .pred %ignore;\nsetp.eq.u32 %ignore, 0, 0;\n"
          "createpolicy.fractional.L2::evict_last.b64 %policy, 1.0;\n" +
          GetParam() + " [tile], [%address], 16" + hint + ";\n" + GetParam() +
          " [tile+16], [%address], 16, 5" + hint + ";\n" + GetParam() +
          " [tile+32], [%address], 16, %ignore" + hint +
          ";\ncp.async.commit_group;\ncp.async.wait_group 0;\nld.shared.b64 %d0, [tile];\n"
          "ld.shared.b64 %d1, [tile+8];\nld.shared.b64 %d2, [tile+16];\nld.shared.b64 %d3, "
          "[tile+24];\nld.shared.b64 %d4, [tile+32];",
      {{"b64", "b64", "b64", "b64", "b64"}, {"b64", "b64"}},
      {{0x1122334455667788, 0x99AABBCCDDEEFF00}});
  EXPECT_EQ(results[0], (case_bits{0x1122334455667788, 0x99AABBCCDDEEFF00, 0x4455667788, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(Opcodes, AsyncCopy, testing::ValuesIn(opcodes_where(is_group_copy)),
                         test_name);

TEST(AsyncCopies, AreCompleteWhenTheirGroupIsWaitedFor) {
  // Two groups; the older one is there once one group at most is left.
  auto const results = run_statements(
      variables +
          "cp.async.ca.shared.global [tile], [%address], 8;\ncp.async.commit_group;\n"
          "cp.async.ca.shared.global [tile+8], [%address+8], 8;\ncp.async.commit_group;\n"
          "cp.async.wait_group 1;\nld.shared.b64 %d0, [tile];\ncp.async.wait_all;\n"
          "ld.shared.b64 %d1, [tile+8];",
      {{"b64", "b64"}, {"b64", "b64"}}, {{3, 4}});
  EXPECT_EQ(results[0], (case_bits{3, 4}));
}

std::optional<fault> fault_of(std::string const& body) {
  ptx_runner runner(
      ".version 9.0\n.target sm_90\n.address_size 64\n.visible .entry k(.param .u64 a)\n{\n.shared "
      ".align 16 .b8 tile[64];\n.shared .align 8 .b8 barrier[8];\n.reg .b64 %a, %x;\n.reg .pred "
      "p;\n"
      "ld.param.u64 %a, [a];\n" +
      body + "\nret;\n}\n");
  runner.block = {1, 1, 1};
  device_array<std::uint64_t> memory(std::vector<std::uint64_t>{1, 2, 3, 4});
  return runner.run("k", {memory.address()});
}

TEST(AsyncCopies, CannotBeReadBefore) {
  for (std::string const wait :
       {"", "cp.async.commit_group;\n", "cp.async.commit_group;\ncp.async.wait_group 1;\n",
        "cp.async.wait_group 0;\ncp.async.commit_group;\n"}) {
    auto const fault = fault_of("cp.async.ca.shared.global [tile], [%a], 8;\n" + wait +
                                "ld.shared.b64 %x, [tile];\nst.global.b64 [%a], %x;");
    ASSERT_TRUE(fault) << wait;
    EXPECT_EQ(fault->kind, fault_kind::uninitialized_read) << fault->message;
  }
}

// ---- mbarrier ---------------------------------------------------------------------------------

std::string const barrier = ".shared .align 8 .b8 barrier[8];\n";

TEST(Mbarrier, CountsArrivalsInPhases) {
  // Three arrivals complete a phase of three; the state before each tells what was pending.
  auto const results = run_statements(
      barrier +
          ".reg .b64 %first, %second, %third;\nmbarrier.init.shared.b64 [barrier], 3;\n"
          "mbarrier.arrive.shared.b64 %first, [barrier];\n"
          "mbarrier.test_wait.shared.b64 %d0, [barrier], %first;\n"
          "mbarrier.arrive.release.cta.shared::cta.b64 %second, [barrier], 2;\n"
          "mbarrier.test_wait.shared.b64 %d1, [barrier], %first;\n"
          "mbarrier.test_wait.parity.shared.b64 %d2, [barrier], 0;\n"
          "mbarrier.try_wait.parity.acquire.cta.shared::cta.b64 %d3, [barrier], 1;\n"
          "mbarrier.arrive.shared.b64 %third, [barrier];\n"
          "mbarrier.pending_count.b64 %d4, %first;\nmbarrier.pending_count.b64 %d5, %second;\n"
          "mbarrier.pending_count.b64 %d6, %third;\nmbarrier.inval.shared.b64 [barrier];",
      {{"pred", "pred", "pred", "pred", "b32", "b32", "b32"}, {"b32"}}, {{0}});
  EXPECT_EQ(results[0][0], 0U);
  EXPECT_EQ(results[0][1], 1U);
  EXPECT_EQ(results[0][2], 1U);
  EXPECT_EQ(results[0][3], 0U);
  EXPECT_EQ(results[0][4], 3U);
  EXPECT_EQ(results[0][5], 2U);
  EXPECT_EQ(results[0][6], 3U);
}

TEST(Mbarrier, DroppedArrivalsAreNotExpectedAgain) {
  auto const results = run_statements(
      barrier +
          ".reg .b64 %state;\nmbarrier.init.shared.b64 [barrier], 2;\n"
          "mbarrier.arrive_drop.shared.b64 _, [barrier];\nmbarrier.arrive.shared.b64 %state, "
          "[barrier];\nmbarrier.arrive.shared.b64 %state, [barrier];\n"
          "mbarrier.try_wait.shared.b64 %d0, [barrier], %state;",
      {{"pred"}, {"b32"}}, {{0}});
  EXPECT_EQ(results[0][0], 1U);
}

TEST(Mbarrier, MisuseIsTold) {
  EXPECT_EQ(fault_of("mbarrier.init.shared.b64 [barrier], 0;")->kind,
            fault_kind::barrier_divergence);
  EXPECT_EQ(fault_of("mbarrier.arrive.shared.b64 %x, [barrier];")->kind,
            fault_kind::uninitialized_read);
  EXPECT_EQ(
      fault_of(
          "mbarrier.init.shared.b64 [barrier], 1;\nmbarrier.arrive.shared.b64 _, [barrier], 2;")
          ->kind,
      fault_kind::barrier_divergence);
}

TEST(Mbarrier, CopiesArrive) {
  for (auto const& opcode : opcodes_where([](spelling const& candidate) {
         return candidate.text.compare(0, 24, "cp.async.mbarrier.arrive") == 0;
       })) {
    bool const counted = opcode.find("noinc") != std::string::npos;
    bool const is_shared = opcode.find("shared") != std::string::npos;
    // Without .noinc the thread's own arrival is still to come.
    auto const results = run_statements(
        barrier +
            ".reg .b64 %b;\n.shared .align 16 .b8 tile[64];\nmov.u64 %b, barrier;\n"
            "cvta.shared.u64 %b, %b;\nmbarrier.init.shared.b64 [barrier], 1;\n"
            "cp.async.ca.shared.global [tile], [%address], 8;\n" +
            opcode + (is_shared ? " [barrier];\n" : " [%b];\n") +
            "mbarrier.test_wait.parity.shared.b64 %d0, [barrier], 0;\nld.shared.b64 %d1, [tile];",
        {{"pred", "b64"}, {"b64"}}, {{77}});
    EXPECT_EQ(results[0], (case_bits{counted, 77})) << opcode;
  }
}

class BulkCopy : public testing::TestWithParam<std::string> {};

TEST_P(BulkCopy, CompletesOnItsBarrier) {
  spelling const opcode(GetParam());
  std::string const hint = opcode.has("L2::cache_hint") ? ", %policy" : "";
  bool const from_shared = opcode.has("shared::cta") && opcode.has("shared::cluster");
  // The operands travel to tile, there and back through the bulk_group copy.
  auto const results = run_statements(
      barrier +
          ".reg .b64 %policy;\nmov.u64 %policy, 0;\n.shared .align 16 .b8 tile[32];\n"
          "st.shared.v2.b64 [tile+16], {%s0, %s1};\nmbarrier.init.shared.b64 [barrier], 1;\n"
          "mbarrier.arrive.expect_tx.shared.b64 _, [barrier], 16;\n"
          "mbarrier.test_wait.parity.shared.b64 %d0, [barrier], 0;\n" +
          GetParam() + " [tile], " + (from_shared ? "[tile+16]" : "[%address]") +
          ", 16, [barrier]" + hint +
          ";\nmbarrier.try_wait.parity.shared.b64 %d1, [barrier], 0;\nld.shared.v2.b64 {%d2, %d3}, "
          "[tile];",
      {{"pred", "pred", "b64", "b64"}, {"b64", "b64"}}, {{5, 6}});
  EXPECT_EQ(results[0], (case_bits{0, 1, 5, 6}));
}

INSTANTIATE_TEST_SUITE_P(Opcodes, BulkCopy,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.has("bulk") && opcode.has("mbarrier::complete_tx::bytes");
                         })),
                         test_name);

TEST(BulkCopies, GoToGlobalMemory) {
  for (auto const& opcode : opcodes_where([](spelling const& candidate) {
         return candidate.has("bulk") && candidate.has("bulk_group");
       })) {
    // Each case's record is 48 bytes: two operands, two results, 16 bytes for the copy.
    auto const results = run_statements(
        ".reg .b64 %policy;\nmov.u64 %policy, 0;\n.shared .align 16 .b8 tile[16];\n"
        "st.shared.v2.b64 [tile], {%s0, %s1};\nfence.proxy.async;\n" +
            opcode + " [%address], [tile], 16" +
            (opcode.find("hint") != std::string::npos ? ", %policy" : "") +
            ";\ncp.async.bulk.commit_group;\ncp.async.bulk.wait_group.read 0;\n"
            "cp.async.bulk.wait_group 0;\nld.global.v2.b64 {%d1, %d0}, [%address];",
        {{"b64", "b64"}, {"b64", "b64"}}, {{8, 9}});
    EXPECT_EQ(results[0], (case_bits{9, 8})) << opcode;
  }
}

TEST(BulkCopies, CannotBeReadBefore) {
  auto const fault = fault_of(
      "mbarrier.init.shared.b64 [barrier], 1;\nmbarrier.arrive.expect_tx.shared.b64 _, [barrier], "
      "16;\ncp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [tile], [%a], 16, "
      "[barrier];\nld.shared.b64 %x, [tile];\nst.global.b64 [%a], %x;");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, fault_kind::uninitialized_read) << fault->message;
}

}  // namespace
}  // namespace emulator
