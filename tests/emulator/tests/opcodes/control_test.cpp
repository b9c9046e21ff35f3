// Branches, calls, exits and the barriers of a block.
#include "../ptx_runner.hpp"
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

std::vector<case_bits> numbered(std::size_t count) {
  std::vector<case_bits> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back({i});
  return result;
}

signature const one_word{{"b32"}, {"b32"}};

TEST(Control, BranchesLoop) {
  for (std::string const branch : {"bra", "bra.uni"}) {
    // Every lane counts to 10.
    auto const results = run_statements(
        ".reg .pred p;\nmov.u32 %d0, 0;\nAGAIN:\nadd.u32 %d0, %d0, 1;\nsetp.lt.u32 p, %d0, 10;\n@p " +
            branch + " AGAIN;",
        one_word, numbered(32));
    for (auto const& result : results) EXPECT_EQ(result[0], 10U);
  }
}

TEST(Control, IndexedBranchesChooseByLane) {
  for (std::string const branch : {"brx.idx", "brx.idx.uni"}) {
    // A lane's number alone decides; .uni promises that all agree.
    auto cases = numbered(32);
    for (auto& operands : cases) operands[0] = branch == "brx.idx" ? operands[0] % 3 : 2;
    auto const results = run_statements(
        "TABLE: .branchtargets ZERO, ONE, TWO;\n" + branch +
            " %s0, TABLE;\nZERO:\nmov.u32 %d0, 100;\nbra END;\nONE:\nmov.u32 %d0, 101;\nbra END;\n"
            "TWO:\nmov.u32 %d0, 102;\nEND:",
        one_word, cases);
    for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(results[i][0], 100 + cases[i][0]) << branch;
    executed_opcodes().insert(branch);
  }
}

TEST(Control, CallsReturn) {
  for (std::string const suffix : {"", ".uni"}) {
    ptx_runner runner(
        ".version 9.0\n.target sm_80\n.address_size 64\n"
        ".func (.param .b32 result) smaller(.param .b32 value)\n{\n.reg .u32 %r<2>;\n.reg .pred p;\n"
        "ld.param.u32 %r0, [value];\nst.param.u32 [result], %r0;\nsetp.lt.u32 p, %r0, 16;\n"
        "@p ret" + suffix + ";\nmov.u32 %r1, 16;\nst.param.u32 [result], %r1;\nret" + suffix +
        ";\n}\n"
        ".visible .entry k(.param .u64 a)\n{\n.reg .b64 %a, %o;\n.reg .b32 %r;\n"
        "ld.param.u64 %a, [a];\nmov.u32 %r, %tid.x;\nmul.wide.u32 %o, %r, 4;\nadd.u64 %a, %a, %o;\n"
        "{\n.param .b32 x;\n.param .b32 y;\nst.param.u32 [x], %r;\ncall" + suffix +
        " (y), smaller, (x);\nld.param.u32 %r, [y];\n}\nst.global.u32 [%a], %r;\nret;\n}\n");
    device_array<std::uint32_t> out(32);
    runner.run_clean("k", {out.address()});
    for (std::uint32_t i = 0; i < 32; ++i) EXPECT_EQ(out.read()[i], std::min(i, 16U));
    executed_opcodes().insert({"call" + suffix, "ret" + suffix});
  }
}

TEST(Control, LanesThatExitStoreNothing) {
  auto const results = run_statements(
      ".reg .pred p;\nsetp.lt.u32 p, %s0, 5;\nmov.u32 %d0, 1;\n@p exit;\nnanosleep.u32 20;", one_word,
      numbered(32));
  for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(results[i][0], i < 5 ? 0U : 1U);
}

TEST(Control, TrapsStopTheKernel) {
  ptx_runner runner(
      ".version 9.0\n.target sm_80\n.address_size 64\n.visible .entry k()\n{\ntrap;\nret;\n}\n");
  auto const fault = runner.run("k", {});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, fault_kind::trap);
  executed_opcodes().insert("trap");
}

// ---- barriers ---------------------------------------------------------------------------------

constexpr std::size_t threads = 256;

std::vector<std::string> barriers(std::string const& kind) {
  return opcodes_where([&](spelling const& opcode) {
    return (opcode.mnemonic() == "bar" || opcode.mnemonic() == "barrier") && opcode.has(kind) &&
           !opcode.has("warp") && !opcode.has("cluster");
  });
}

// Each thread writes its number and, after the barrier, reads what thread 255 - i wrote.
std::string exchange(std::string const& between) {
  return ".shared .align 4 .b8 tile[1024];\n.reg .b32 %own, %other;\nmov.u32 %other, tile;\n"
         "mad.lo.u32 %own, %s0, 4, %other;\nadd.u32 %other, %other, 1020;\n"
         "mad.lo.s32 %other, %s0, -4, %other;\nst.shared.u32 [%own], %s0;\n" +
         between + "\nld.shared.u32 %d0, [%other];";
}

TEST(Barrier, OrdersAllThreads) {
  for (auto const& opcode : barriers("sync")) {
    for (std::string const operands : {" 0;", " 3, 256;"}) {
      auto const results = run_statements(exchange(opcode + operands), one_word, numbered(threads));
      for (std::size_t i = 0; i < threads; ++i)
        ASSERT_EQ(results[i][0], threads - 1 - i) << opcode;
    }
  }
}

TEST(Barrier, ArrivalsDoNotWait) {
  // Threads below 128 arrive and go on, those above wait for them.
  for (auto const& opcode : barriers("arrive")) {
    std::string const sync = opcode.compare(0, 4, "bar.") == 0 ? "bar.sync" : "barrier.sync";
    auto const results = run_statements(
        exchange(".reg .pred p;\nsetp.lt.u32 p, %s0, 128;\n@p bra FIRST;\n" + sync +
                 " 1, 256;\nbra BOTH;\nFIRST:\n" + opcode + " 1, 256;\nmov.u32 %other, %own;\nBOTH:"),
        one_word, numbered(threads));
    for (std::size_t i = 0; i < threads; ++i)
      ASSERT_EQ(results[i][0], i < 128 ? i : threads - 1 - i) << opcode;
    executed_opcodes().insert(opcode);
  }
}

TEST(Barrier, ReducesPredicates) {
  for (auto const& text : barriers("red")) {
    spelling const opcode(text);
    bool const counts = opcode.has("popc");
    std::string const type = counts ? "b32" : "pred";
    // How many threads' predicates hold.
    for (std::size_t const holds : {std::size_t{0}, std::size_t{1}, std::size_t{100}, threads}) {
      std::vector<case_bits> cases;
      for (std::size_t i = 0; i < threads; ++i) cases.push_back({i < holds});
      auto const results = run_statements(
          text + " %d0, 0, %s0;\n" + text + " %d1, 2, 256, !%s0;", {{type, type}, {"pred"}}, cases);
      auto const expected = [&](std::size_t count) -> std::uint64_t {
        return counts ? count : opcode.has("and") ? count == threads : count != 0;
      };
      for (auto const& result : results)
        ASSERT_EQ(result, (case_bits{expected(holds), expected(threads - holds)})) << text;
    }
  }
}

}  // namespace
}  // namespace emulator
