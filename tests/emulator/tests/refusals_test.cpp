// What the emulator leaves out on purpose stops the kernel that reaches it, by name and with its
// line in the PTX.
#include "ptx_runner.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

struct refusal {
  char const* name;
  char const* functions;  // line 4 of the PTX
  char const* statement;  // line 11
  char const* message;
};

void PrintTo(refusal const& row, std::ostream* out) { *out << row.name; }

refusal const refusals[] = {
    {"Texture", "", "tex.2d.v4.f32.f32 {%f0, %f1, %f2, %f3}, [%d0, {%f4, %f5}];",
     "the emulator has no instruction tex.2d.v4.f32.f32: textures and surfaces are not emulated"},
    {"Surface", "", "suld.b.1d.b32.trap %r0, [%d0, {%r1}];",
     "the emulator has no instruction suld.b.1d.b32.trap: textures and surfaces are not emulated"},
    {"WarpMatrix", "",
     "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f0, %f1, %f2, %f3}, {%r0, %r1, %r2, "
     "%r3}, {%r4, %r5}, {%f0, %f1, %f2, %f3};",
     "the emulator has no instruction mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32: tensor "
     "cores are not emulated"},
    {"LoadMatrix", "", "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%r1];",
     "the emulator has no instruction ldmatrix.sync.aligned.m8n8.x1.shared.b16: tensor cores are "
     "not emulated"},
    {"WarpgroupMatrix", "", "wgmma.fence.sync.aligned;",
     "the emulator has no instruction wgmma.fence.sync.aligned: tensor cores are not emulated"},
    {"TensorMemory", "", "tcgen05.wait::ld.sync.aligned;",
     "the emulator has no instruction tcgen05.wait::ld.sync.aligned: tensor cores are not "
     "emulated"},
    {"TensorMap", "",
     "cp.async.bulk.tensor.1d.shared::cluster.global.mbarrier::complete_tx::bytes [%r0], [%d0, "
     "{%r1}], [%r2];",
     "the emulator has no instruction "
     "cp.async.bulk.tensor.1d.shared::cluster.global.mbarrier::complete_tx::bytes: tensor-map "
     "copies are not emulated"},
    {"DynamicParallelism",
     ".extern .func (.param .b32 r) __cudaCDP2LaunchDeviceV2(.param .b64 p, .param .b64 s);",
     "{ .param .b64 p; .param .b64 s; .param .b32 r; call.uni (r), __cudaCDP2LaunchDeviceV2, (p, "
     "s); }",
     "a call of __cudaCDP2LaunchDeviceV2, which has no body here: dynamic parallelism is not "
     "emulated"},
    {"AddressOfAFunction", ".func f() { ret; }", "mov.u64 %d0, f;",
     "the emulator cannot take the address of f, a function: it has no indirect calls"},
    {"IndirectCall", "", "{ prototype: .callprototype _ (); call %d0, (), prototype; }",
     "the emulator has no indirect calls"},
    {"Recursion", ".func f() { call f, (); ret; }", "call f, ();", "the recursive call of f"},
    // cooperative_groups::grid_group reads the place of the grid's barrier there.
    {"GridBarrier", "", "mov.u32 %r0, %envreg2;",
     "the emulator has no special register %envreg2: cooperative launches are not emulated"},
    {"UnknownInstruction", "", "frobnicate.u32 %r0, %r1;",
     "the emulator has no instruction frobnicate.u32"},
};

class Refusals : public testing::TestWithParam<refusal> {};

TEST_P(Refusals, StopTheKernelThatReachesThemWithTheirLine) {
  refusal const& row = GetParam();
  std::string const text = std::string(".version 9.0\n.target sm_100a\n.address_size 64\n") +
                           row.functions +
                           "\n.visible .entry k(.param .u32 skips)\n{\n.reg .b32 %r<8>;\n.reg .b64 "
                           "%d<2>; .reg .f32 %f<8>; .reg .pred %p;\nld.param.u32 %r7, [skips]; "
                           "setp.ne.u32 %p, %r7, 0;\n@%p bra END;\n" +
                           row.statement + "\nEND: ret;\n}\n";
  ptx_runner runner(text);
  auto const stopped = runner.run("k", {0});
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->kind, fault_kind::unsupported);
  EXPECT_NE(stopped->message.find(std::string(row.message) + "\n"), std::string::npos)
      << stopped->message;
  // In its own function, recursion is found a call later.
  std::string const line = std::string(row.name) == "Recursion" ? "PTX line 4:" : "PTX line 11:";
  EXPECT_NE(stopped->message.find(line), std::string::npos) << stopped->message;
  // A kernel that goes around it runs.
  runner.run_clean("k", {1});
}

INSTANTIATE_TEST_SUITE_P(, Refusals, testing::ValuesIn(refusals),
                         [](auto const& tested) { return tested.param.name; });

}  // namespace
}  // namespace emulator
