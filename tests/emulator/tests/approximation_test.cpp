// The errors that .approx instructions are given: within the documented bound, and reaching it.
#include "core/approximation.hpp"

#include "ptx_runner.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <random>

namespace emulator {
namespace {

class exact_again {
 public:
  exact_again() = default;
  exact_again(exact_again const&) = delete;
  exact_again& operator=(exact_again const&) = delete;
  ~exact_again() { approximation::current().set("exact"); }
};

struct function_row {
  approximate_function which;
  char const* instruction;
  double (*exact)(double);
  double lowest, highest;
};

function_row const functions[] = {
    {approximate_function::ex2, "ex2.approx.f32", [](double x) { return std::exp2(x); }, -120, 120},
    {approximate_function::rcp, "rcp.approx.f32", [](double x) { return 1 / x; }, 1e-30, 1e30},
    {approximate_function::sqrt, "sqrt.approx.f32", [](double x) { return std::sqrt(x); }, 1e-30,
     1e30},
    {approximate_function::rsqrt, "rsqrt.approx.f32", [](double x) { return 1 / std::sqrt(x); },
     1e-30, 1e30},
    {approximate_function::lg2, "lg2.approx.f32", [](double x) { return std::log2(x); }, 1e-3, 1e3},
    {approximate_function::sin, "sin.approx.f32", [](double x) { return std::sin(x); }, -300, 300},
    {approximate_function::cos, "cos.approx.f32", [](double x) { return std::cos(x); }, -300, 300},
    {approximate_function::tanh, "tanh.approx.f32", [](double x) { return std::tanh(x); }, -5, 5},
};

std::vector<float> run(char const* instruction, std::vector<float> const& x) {
  ptx_runner runner(std::string(".version 9.0\n.target sm_80\n.address_size 64\n.visible .entry "
                                "k(.param .u64 a, .param .u64 b)\n{\n"
                                ".reg .u32 %r<2>;\n.reg .u64 %d<8>;\n.reg .f32 "
                                "%f<2>;\nld.param.u64 %d0, [a];\nld.param.u64 %d1, [b];\n"
                                "mov.u32 %r0, %tid.x;\nmul.wide.u32 %d2, %r0, 4;\nadd.s64 %d3, "
                                "%d0, %d2;\nadd.s64 %d4, %d1, %d2;\n"
                                "ld.global.f32 %f0, [%d3];\n") +
                    instruction + " %f1, %f0;\nst.global.f32 [%d4], %f1;\nret;\n}\n");
  runner.block = {static_cast<std::uint32_t>(x.size()), 1, 1};
  device_array<float> in(x);
  device_array<float> out(x.size());
  runner.run_clean("k", {in.address(), out.address()});
  return out.read();
}

// The result's error as a part of the bound.
double part_of_bound(function_row const& f, float x, float result) {
  approximation_bound const bound = bound_of(f.which, x);
  double const exact = f.exact(x);
  auto const rounded = static_cast<float>(exact);
  switch (bound.what) {
    case approximation_bound::unit::ulps: {
      double const ulp =
          std::fabs(static_cast<double>(std::nextafter(rounded, INFINITY)) - rounded);
      // From the correctly rounded result; across a power of two the ulp below it is half of the
      // one above.
      return (static_cast<double>(result) - rounded) / ulp / bound.size;
    }
    case approximation_bound::unit::relative:
      return (result - exact) / std::fabs(exact) / bound.size;
    case approximation_bound::unit::absolute:
      break;
  }
  return (result - exact) / bound.size;
}

std::vector<float> arguments(function_row const& f, std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform(f.lowest, f.highest);
  std::uniform_real_distribution<double> logarithm(std::log(std::max(f.lowest, 1e-300)),
                                                   std::log(f.highest));
  std::vector<float> x(1024);
  for (float& value : x)
    value = static_cast<float>(f.lowest > 0 ? std::exp(logarithm(random)) : uniform(random));
  return x;
}

TEST(Approximation, StaysWithinTheBoundAndReachesIt) {
  exact_again const restore;
  std::mt19937_64 random(7);
  for (function_row const& f : functions) {
    std::vector<float> const x = arguments(f, random);
    for (std::string const& how :
         {std::string(to_string(f.which)) + "=+", std::string(to_string(f.which)) + "=-",
          std::string("random:5"), std::string("exact")}) {
      ASSERT_EQ(approximation::current().set(how), "");
      std::vector<float> const y = run(f.instruction, x);
      double largest = 0;
      double smallest = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        double const part = part_of_bound(f, x[i], y[i]);
        largest = std::max(largest, part);
        smallest = std::min(smallest, part);
      }
      EXPECT_LE(largest, 1.0) << f.instruction << " " << how;
      EXPECT_GE(smallest, -1.0) << f.instruction << " " << how;
      if (how.back() == '+') {
        EXPECT_GT(largest, 0.5) << f.instruction;
      }
      if (how.back() == '-') {
        EXPECT_LT(smallest, -0.5) << f.instruction;
      }
      if (how == "random:5") {
        EXPECT_TRUE(largest > 0.2 && smallest < -0.2)
            << f.instruction << " " << smallest << " " << largest;
      }
    }
  }
}

TEST(Approximation, SpecialCasesStayWhatTheyAre) {
  exact_again const restore;
  ASSERT_EQ(approximation::current().set("ex2=+,rcp=+,sqrt=-,tanh=+"), "");
  std::vector<float> const x{0.0F, -0.0F, INFINITY, -INFINITY};
  EXPECT_EQ(run("ex2.approx.f32", x), (std::vector<float>{1.0F, 1.0F, INFINITY, 0.0F}));
  EXPECT_EQ(run("rcp.approx.f32", x), (std::vector<float>{INFINITY, -INFINITY, 0.0F, -0.0F}));
  EXPECT_EQ(run("tanh.approx.f32", x), (std::vector<float>{0.0F, -0.0F, 1.0F, -1.0F}));
  EXPECT_TRUE(std::isnan(run("sqrt.approx.f32", {-1.0F})[0]));
  EXPECT_LE(run("tanh.approx.f32", {9.0F})[0], 1.0F);
}

TEST(Approximation, SmallResultsKeepTheirSign) {
  exact_again const restore;
  std::vector<float> const powers{-148.4F, -149.4F, -153.7F, -200.5F};
  std::vector<float> const negative{-0x1.8p127F, -0x1.fffffep127F};
  for (char const* const how : {"ex2=-,rcp=-", "ex2=+,rcp=+", "random:1", "random:2"}) {
    ASSERT_EQ(approximation::current().set(how), "");
    for (char const* const instruction : {"ex2.approx.f32", "ex2.approx.ftz.f32"}) {
      for (float const y : run(instruction, powers)) EXPECT_FALSE(std::signbit(y)) << y << how;
    }
    for (float const y : run("rcp.approx.ftz.f32", negative)) EXPECT_TRUE(std::signbit(y)) << y;
  }
}

TEST(Approximation, WholePowersOfTwoAreExact) {
  exact_again const restore;
  std::vector<float> x, powers;
  for (int exponent = -126; exponent < 128; ++exponent) {
    x.push_back(static_cast<float>(exponent));
    powers.push_back(std::ldexp(1.0F, exponent));
  }
  for (char const* const how : {"ex2=-", "ex2=+", "random:1"}) {
    ASSERT_EQ(approximation::current().set(how), "");
    EXPECT_EQ(run("ex2.approx.ftz.f32", x), powers) << how;
  }
}

// The vector code for bounds in ulps, against the rule for all bounds.
TEST(Approximation, UlpsAreMovedAsEverythingIs) {
  exact_again const restore;
  std::vector<float> x{0x1p-149F, -0x1p-127F, 0x1p126F, -0x1.8p127F, 1.0F,    -1.0F, 3.0F,
                       -0.3F,     127.99999F, -126.5F,  -149.2F,     -149.9F, 0.5F,  -2.5F};
  std::mt19937_64 random(11);
  std::uniform_real_distribution<float> uniform(-150, 150);
  for (int i = 0; i < 200; ++i) x.push_back(uniform(random));
  for (char const* const how : {"ex2=-,rcp=-", "ex2=+,rcp=+", "random:1", "random:2"}) {
    ASSERT_EQ(approximation::current().set(how), "");
    for (function_row const& f : functions) {
      if (f.which != approximate_function::ex2 && f.which != approximate_function::rcp) continue;
      std::vector<float> const y = run(f.instruction, x);
      for (std::size_t i = 0; i < x.size(); ++i) {
        double const exact = f.exact(x[i]);
        auto const rounded = static_cast<float>(exact);
        std::uint32_t bits;
        std::memcpy(&bits, &x[i], sizeof(bits));
        double const share = approximation::current().share(f.which, bits);
        float const expected =
            std::isfinite(rounded) ? moved(f.which, x[i], exact, rounded, share) : rounded;
        EXPECT_EQ(y[i], expected) << f.instruction << ' ' << x[i] << ' ' << how;
        EXPECT_EQ(std::signbit(y[i]), std::signbit(expected)) << f.instruction << ' ' << x[i];
      }
    }
  }
}

TEST(Approximation, RandomErrorsDependOnSeedAndArgumentAlone) {
  exact_again const restore;
  std::vector<float> const x(64, 0.3F);
  ASSERT_EQ(approximation::current().set("random:1"), "");
  std::vector<float> const first = run("tanh.approx.f32", x);
  EXPECT_EQ(first, std::vector<float>(64, first[0]));
  EXPECT_EQ(run("tanh.approx.f32", x), first);
  ASSERT_EQ(approximation::current().set("random:2"), "");
  EXPECT_NE(run("tanh.approx.f32", x), first);
}

TEST(Approximation, TellsWhatWasExecuted) {
  approximation::current().take_executed();
  run("ex2.approx.f32", {1.0F});
  run("tanh.approx.f32", {1.0F});
  EXPECT_EQ(approximation::current().take_executed(),
            1U << static_cast<unsigned>(approximate_function::ex2) |
                1U << static_cast<unsigned>(approximate_function::tanh));
  EXPECT_EQ(approximation::current().take_executed(), 0U);
}

TEST(Approximation, RefusesWhatItDoesNotUnderstand) {
  exact_again const restore;
  for (char const* const text : {"ex2", "ex2=2", "exp=+", "random:", "random:x", "ex2=+,,rcp=-"}) {
    std::string const wrong = approximation::current().set(text);
    EXPECT_NE(wrong.find("allowed are exact, random:SEED"), std::string::npos) << text;
  }
  EXPECT_TRUE(approximation::current().is_exact());
}

}  // namespace
}  // namespace emulator
