// Vectors that threads synchronise by: seen whole or not at all.
#include "ptx_runner.hpp"

#include <gtest/gtest.h>
#include <string>

namespace emulator {
namespace {

// Every other block writes vectors of equal elements, those between read them and count those whose last
// element is not the first.
std::string kernel(std::string const& type) {
  std::string const width = type.substr(1);
  return ".version 9.0\n.target sm_80\n.address_size 64\n"
         ".visible .entry k(.param .u64 a, .param .u64 b)\n{\n.reg .u32 %r<8>;\n.reg .u64 %d<8>;\n"
         ".reg .u" +
         width + " %v<8>;\n.reg .pred %p<4>;\n" +
         "ld.param.u64 %d0, [a];\nld.param.u64 %d1, [b];\nmov.u32 %r0, %ctaid.x;\n"
         "mov.u32 %r1, 0;\nmov.u32 %r2, 0;\nmov.u" +
         width +
         " %v0, 0;\nand.b32 %r0, %r0, 1;\nsetp.eq.u32 %p0, %r0, 1;\n@%p0 bra READ;\nWRITE:\nadd.u" +
         width + " %v0, %v0, 1;\nst.relaxed.gpu.global.v2." + type +
         " [%d0], {%v0, %v0};\nadd.u32 %r1, %r1, 1;\nsetp.lt.u32 %p1, %r1, 100000;\n"
         "@%p1 bra WRITE;\nret;\nREAD:\nld.relaxed.gpu.global.v2." +
         type + " {%v1, %v2}, [%d0];\nsetp.ne.u" + width +
         " %p2, %v1, %v2;\n@%p2 add.u32 %r2, %r2, 1;\nadd.u32 %r1, %r1, 1;\n"
         "setp.lt.u32 %p1, %r1, 100000;\n@%p1 bra READ;\nred.global.add.u32 [%d1], %r2;\nret;\n}\n";
}

class VectorAccess : public testing::TestWithParam<char const*> {};

TEST_P(VectorAccess, IsNotTorn) {
  ptx_runner runner(kernel(GetParam()));
  runner.grid = {32, 1, 1};
  runner.block = {1, 1, 1};
  device_array<std::uint64_t> vector(std::vector<std::uint64_t>{0, 0});
  device_array<std::uint32_t> torn(std::vector<std::uint32_t>{0});
  runner.run_clean("k", {vector.address(), torn.address()});
  EXPECT_EQ(torn.read()[0], 0U);
}

INSTANTIATE_TEST_SUITE_P(Types, VectorAccess, testing::Values("u16", "u32", "u64"),
                         [](auto const& info) { return std::string(info.param); });

}  // namespace
}  // namespace emulator
