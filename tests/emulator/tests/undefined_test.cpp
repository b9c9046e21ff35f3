// Values that nobody wrote: where they may go, and where they count.
#include "undefined_fixture.hpp"

#include <algorithm>

namespace emulator::undefined_values {
namespace {

class undefined : public testing::TestWithParam<example> {};
TEST_P(undefined, IsReportedWhereItCounts) { expect_as_told(GetParam()); }

example const uses[] = {
    {"nothing", "", ""},
    {"store_to_global_memory", "st.global.u32 [%d0], %u;", stored},
    {"store_through_a_generic_address", "st.u32 [%d0], %u;", stored},
    {"store_of_one_lane", "st.global.u32 [%d0], %v;", stored},
    {"store_of_the_other_lanes", "@!%n st.global.u32 [%d0], %v;", ""},
    {"store_of_one_element", "st.global.v2.u32 [%d0], {%r0, %u};", stored},
    {"store_of_what_was_overwritten", "mov.u32 %u, 1;\nst.global.u32 [%d0], %u;", ""},
    {"store_of_what_was_loaded_again", "ld.shared.u32 %u, [%r1+8];\nst.global.u32 [%d0], %u;", ""},
    {"store_of_one_byte", "ld.shared.u8 %x, [%r1];\n" + use_x, stored},
    {"address_of_a_load", "cvt.u64.u32 %d2, %u;\nld.global.u32 %x, [%d2];", "used as an address"},
    {"address_of_a_store", "st.shared.u32 [%u], %r0;", "used as an address"},
    {"branch", "@%q bra END;\nEND:", branched},
    {"branch_of_the_other_lanes", "setp.eq.u32 %p0, %v, 1;\n@%n bra END;\n" + branch_on_p0, ""},
    {"guard", "@%q mov.u32 %x, 1;", "used as a guard"},
    {"index_of_a_branch",
     "L: .branchtargets A, B;\nbrx.idx %u, L;\nA:\nB:", "used as the index of a branch"},
    {"atomic_in_global_memory", "atom.global.add.u32 %x, [%d0], %u;", "used by atom"},
    {"reduction_in_shared_memory", "red.shared.add.u32 [%r1+8], %u;", "used by red"},
    {"address_of_an_atomic", "atom.shared.add.u32 %x, [%u], 1;", "used by atom"},
    {"asynchronous_copy", "cp.async.ca.shared.global [%r1], [%d0], 4, %u;", "used by cp"},
    {"mbarrier", "mbarrier.init.shared.b64 [%r1], %u;", "used by mbarrier"},
    {"barrier", "bar.sync %u;", "used by a barrier"},
    {"predicate_of_a_barrier", "bar.red.or.pred %p0, 0, %q;", "used by a barrier"},
    {"membermask", "bar.warp.sync %u;", "used as a membermask"},
    {"lane_of_a_shuffle", "shfl.sync.idx.b32 %x, %r0, %u, 31, -1;", "used as the lane of shfl"},
    {"result_of_an_atomic", "atom.global.add.u32 %u, [%d0], 1;\nst.global.u32 [%d0], %u;", ""},
    {"result_of_a_barrier", "bar.red.popc.u32 %u, 0, %n;\nst.global.u32 [%d0], %u;", ""},
};
INSTANTIATE_TEST_SUITE_P(uses, undefined, testing::ValuesIn(uses), name_of);

example const memory[] = {
    {"copy_in_shared_memory", "st.shared.u32 [%r1+4], %u;", ""},
    {"copy_of_a_copy", "st.shared.u32 [%r1+8], %u;\nld.shared.u32 %x, [%r1+8];\n" + use_x, stored},
    {"copy_through_a_generic_address",
     "cvt.u64.u32 %d2, %r1;\ncvta.shared.u64 %d2, %d2;\nst.u32 [%d2+8], %u;\nld.u32 %x, "
     "[%d2+8];\n" +
         use_x,
     stored},
    {"copy_that_leaves_the_next_word",
     "st.shared.u32 [%r1+4], %u;\nld.shared.u32 %x, [%r1+8];\n" + use_x, ""},
    {"second_element_of_a_store",
     "st.shared.v2.u32 [%r1+8], {%r0, %u};\nld.shared.u32 %x, [%r1+8];\n" + use_x, ""},
    {"second_element_of_a_store_used",
     "st.shared.v2.u32 [%r1+8], {%r0, %u};\nld.shared.u32 %x, [%r1+12];\n" + use_x, stored},
    {"second_element_of_a_load", "ld.shared.v4.u32 {%y, %z, %x, _}, [%r1];\n" + use_x, ""},
    {"first_element_of_a_load", "ld.shared.v4.u32 {%x, %y, %z, _}, [%r1];\n" + use_x, stored},
    {"local_memory", "ld.local.u32 %x, [stack];\n" + use_x, stored},
    {"local_memory_unused", "ld.local.u32 %x, [stack];\nst.local.u32 [stack+4], %x;", ""},
    {"local_memory_through_a_generic_address",
     "mov.u64 %d2, stack;\ncvta.local.u64 %d2, %d2;\nst.u32 [%d2+8], %u;\nld.local.u32 %x, "
     "[stack+8];\n" +
         use_x,
     stored},
    {"byte_extended_with_its_sign", "ld.shared.s8 %x, [%r1];\nshr.s32 %x, %x, 8;\n" + use_x,
     stored},
    {"argument_that_is_not_used",
     "{\n.param .b32 a;\n.param .b32 b;\n.param .b32 c;\nst.param.b32 [a], %u;\nst.param.b32 [b], "
     "%r0;\ncall (c), second, (a, b);\nld.param.b32 %x, [c];\n}\n" +
         use_x,
     ""},
    {"argument_that_is_used",
     "{\n.param .b32 a;\n.param .b32 b;\n.param .b32 c;\nst.param.b32 [a], %r0;\nst.param.b32 [b], "
     "%u;\ncall (c), second, (a, b);\nld.param.b32 %x, [c];\n}\n" +
         use_x,
     stored},
    {"padding_goes_to_global_memory", half_written + "st.global.u32 [%d0], %y;", ""},
    {"padding_comes_from_global_memory",
     half_written + "st.global.u32 [%d0], %y;\nld.global.u32 %x, [%d0];\n" + use_x, ""},
    {"padding_of_global_memory_counts",
     half_written +
         "st.global.u32 [%d0], %y;\nld.global.u32 %x, [%d0];\nsetp.eq.u32 %p0, %x, 5;\n" +
         branch_on_p0,
     branched},
};
INSTANTIATE_TEST_SUITE_P(memory, undefined, testing::ValuesIn(memory), name_of);

std::string line_of(std::string const& text, std::string const& statement) {
  auto const at = text.begin() + static_cast<std::ptrdiff_t>(text.find(statement));
  return "PTX line " + std::to_string(1 + std::count(text.begin(), at, '\n'));
}

TEST(Undefined, TheMessageNamesUseAndLoad) {
  std::string const use = "st.global.u32 [%d0], %v;";
  std::string const text = kernel(use);
  ptx_runner runner(text);
  device_array<std::uint32_t> out(std::vector<std::uint32_t>(32));
  auto const result = runner.run("k", {out.address()});
  ASSERT_TRUE(result);
  for (std::string const& words :
       {std::string("uninitialised value stored to global memory"), std::string("in k"),
        line_of(text, use) + ": " + use, std::string("thread (0, 0, 0) of block (0, 0, 0)"),
        "it was read at " + line_of(text, "ld.shared.u32 %u, [%r1]") +
            ", 4 bytes of shared memory at address 0x400"}) {
    EXPECT_NE(result->message.find(words), std::string::npos) << words << " is not in\n"
                                                              << result->message;
  }
}

// What the host prints is no longer followed: the bytes must be there.
TEST(Undefined, ArgumentsOfSystemCalls) {
  std::string const call =
      "{\n.param .b64 f;\n.param .b64 l;\n.param .b32 n;\nmov.u64 %d2, text;\n"
      "mov.u64 %d3, stack;\ncvta.local.u64 %d3, %d3;\nst.param.b64 [f], %d2;\n"
      "st.param.b64 [l], %d3;\ncall (n), vprintf, (f, l);\n}";
  EXPECT_FALSE(ptx_runner(kernel("st.local.u32 [stack], %r0;\n" + call)).run("k", {0}));
  for (std::string const& body :
       {"st.local.u32 [stack], %u;\n" + call, call,
        std::string("{\n.param .b64 f;\n.param .b64 l;\n.param .b32 n;\nst.param.b64 [l], %d0;\n"
                    "call (n), vprintf, (f, l);\n}")}) {
    auto const result = ptx_runner(kernel(body)).run("k", {0});
    ASSERT_TRUE(result) << body;
    EXPECT_EQ(result->kind, fault_kind::uninitialized_read) << result->message;
  }
}

// Registers of a warp belong to the next one afterwards.
TEST(Undefined, EachWarpBeginsAnew) {
  ptx_runner runner(
      kernel("setp.eq.u32 %p0, %ctaid.x, 0;\n@%p0 bra END;\nmov.u32 %u, "
             "1;\nst.global.u32 [%d0], %u;\nEND:"));
  runner.grid = {64, 1, 1};
  device_array<std::uint32_t> out(std::vector<std::uint32_t>(32));
  runner.run_clean("k", {out.address()});
}

}  // namespace
}  // namespace emulator::undefined_values
