// Every rounding in our kernels is written: an addition or multiplication without a rounding
// modifier may be contracted into a fused one, and then vector and scalar paths, emulator and GPU
// need no longer agree. And no load takes the non-coherent path: outputs may be inputs.
#include "library_ptx.hpp"
#include "ptx/module.hpp"

#include <activations_cuda/activations.h>

#include <algorithm>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace ptx = emulator::ptx;

template <std::size_t count>
bool is_one_of(std::string const& word, char const* const (&words)[count]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

template <std::size_t count>
bool has_one_of(ptx::instruction const& i, char const* const (&words)[count]) {
  return std::any_of(i.opcode.begin(), i.opcode.end(),
                     [&](std::string const& part) { return is_one_of(part, words); });
}

/// Why the instruction breaks the contract; "" if it keeps it. Functions that kernels call are
/// handed no tensors: what they load is constants.
std::string breach(ptx::function const& function, ptx::instruction const& i) {
  constexpr char const* arithmetic[] = {"add", "sub", "mul", "mad", "fma", "div", "sqrt"};
  constexpr char const* floating[] = {"f32", "f64", "f16", "f16x2", "bf16", "bf16x2", "f32x2"};
  constexpr char const* roundings[] = {"rn", "rz", "rm", "rp", "approx"};
  constexpr char const* non_coherent[] = {"nc"};
  if (is_one_of(i.opcode.front(), arithmetic) && is_one_of(i.opcode.back(), floating) &&
      !has_one_of(i, roundings)) {
    return "has no rounding modifier";
  }
  if (function.is_entry && i.opcode.front() == "ld" && has_one_of(i, non_coherent))
    return "is a non-coherent load";
  return "";
}

std::string opcode_of(ptx::instruction const& i) {
  std::string text;
  for (std::string const& part : i.opcode) text += (text.empty() ? "" : ".") + part;
  return text;
}

std::vector<ptx::module> modules_of_the_library() {
  std::vector<ptx::module> modules;
  for (std::string const& text : ptx_of_section(NV_FATBIN_SECTION))
    modules.push_back(ptx::parse(text));
  return modules;
}

TEST(ptx_contract, OurKernelsRoundWhereTheySayAndLoadCoherently) {
  auto const modules = modules_of_the_library();
  ASSERT_GE(modules.size(), static_cast<std::size_t>(act_op_count() + act_softmax_count()));
  for (ptx::module const& module : modules) {
    std::size_t kernels = 0;
    for (ptx::function const& function : module.functions) {
      kernels += function.is_entry ? 1 : 0;
      for (ptx::instruction const& i : function.body) {
        EXPECT_EQ(breach(function, i), "")
            << opcode_of(i) << " in line " << i.line << " of " << function.name;
      }
    }
    EXPECT_GT(kernels, 0U);
  }
}

// What tests/other_capabilities.cmake runs is there: kernels that compute with pairs of float32 numbers.
TEST(ptx_contract, KernelsForCapability10ComputeInPairs) {
  std::ptrdiff_t packed = 0;
  for (ptx::module const& module : modules_of_the_library()) {
    if (module.target != "sm_100") continue;
    for (ptx::function const& function : module.functions) {
      packed += std::count_if(function.body.begin(), function.body.end(),
                              [](ptx::instruction const& i) { return i.opcode.back() == "f32x2"; });
    }
  }
  EXPECT_GT(packed, 0);
}

TEST(ptx_contract, ABreachIsNoticed) {
  auto const breaches = [](std::string const& statement) {
    auto const module = ptx::parse(
        ".version 9.0\n.target sm_80\n.address_size 64\n.visible .entry k()\n{\n.reg .f32 %f<4>;\n"
        ".reg .f64 %d<4>;\n.reg .b64 %rd<2>;\n" +
        statement + "\nret;\n}\n");
    ptx::function const& kernel = module.functions.at(0);
    return !breach(kernel, kernel.body.at(0)).empty();
  };
  EXPECT_TRUE(breaches("mul.f32 %f1, %f2, %f3;"));
  EXPECT_TRUE(breaches("add.ftz.f32 %f1, %f2, %f3;"));
  EXPECT_TRUE(breaches("sub.f64 %d1, %d2, %d3;"));
  EXPECT_TRUE(breaches("div.full.f32 %f1, %f2, %f3;"));
  EXPECT_TRUE(breaches("ld.global.nc.f32 %f1, [%rd1];"));
  EXPECT_FALSE(breaches("mul.rn.f32 %f1, %f2, %f3;"));
  EXPECT_FALSE(breaches("fma.rn.f64 %d1, %d2, %d3, %d1;"));
  EXPECT_FALSE(breaches("add.s64 %rd1, %rd1, 1;"));
  EXPECT_FALSE(breaches("sqrt.approx.f32 %f1, %f2;"));
  EXPECT_FALSE(breaches("rcp.approx.ftz.f32 %f1, %f2;"));
  EXPECT_FALSE(breaches("ld.global.f32 %f1, [%rd1];"));
}

}  // namespace
