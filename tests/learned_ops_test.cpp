// The evaluations of the activations with learned parameters as host code, against the oracle, one
// element at a time.
#include "support/contract.hpp"
#include "support/learned_evaluation.hpp"
#include "support/learned_subjects.hpp"
#include "support/pointwise_oracle.hpp"
#include "support/samples.hpp"

#include <activations_cuda/traits.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::direction;
using support::host_array;
using support::storage;

template <class T>
auto element(host_array const& a, std::size_t i) {
  T value;
  std::uint64_t const bits = a.bits(i);
  std::memcpy(static_cast<void*>(&value), &bits, sizeof(value));
  return act::to_real(value);
}
template <class T, class Real>
double stored(Real value) {
  return static_cast<double>(act::to_real(act::from_real<T>(value)));
}

template <class T, class Number>
class judge {
 public:
  judge(support::learned_subject const& subject, std::vector<double> const& channel,
        storage const& type)
      : subject_(subject), type_(type) {
    auto [p, exact] = support::learned_oracle(subject, channel, type);
    parameters_ = p;
    exact_ = exact;
  }

  template <class Evaluator>
  void run() {
    using real = typename Evaluator::real;
    support::evaluation<Evaluator> const evaluate(parameters_.values);
    std::mt19937_64 random(support::seed());
    host_array const x = support::inputs(type_, exact_.knots(parameters_), random);
    host_array const dy = support::output_gradients(type_, x.size(), random);
    std::vector<real> sums(parameters_.values.size());
    for (std::size_t i = 0; i < x.size() && failures_ < 5; ++i) {
      real const at = element<T>(x, i);
      real const g = element<T>(dy, i);
      result_of(direction::forward, stored<T>(evaluate.forward(at)), dy[i], x[i]);
      real const dx = evaluate.backward(g, at);
      result_of(direction::backward, stored<T>(dx), dy[i], x[i]);
      real const with_sums = evaluate.backward(g, at, sums);
      EXPECT_TRUE(with_sums == dx || (std::isnan(dx) && std::isnan(with_sums)))
          << words("dx with the sums", x[i], dy[i]);
      for (std::size_t k = 0; k < sums.size(); ++k) sum_of(k, sums[k], dy[i], x[i]);
    }
    std::printf("%-14s %-8s %s worst y and dx %.3f, sums %.3f ulp\n", subject_.name, type_.name,
                testing::PrintToString(parameters_.values).substr(0, 40).c_str(), worst_,
                worst_sum_);
  }

 private:
  std::string words(std::string const& what, double x, double dy) const {
    return what + " of " + subject_.name + " " + type_.name + ", parameters " +
           testing::PrintToString(parameters_.values) + ", at " + testing::PrintToString(x) +
           ", dy " + testing::PrintToString(dy);
  }

  void result_of(direction way, double result, double dy, double x) {
    auto const exact = support::exact_result<Number>(exact_, way, parameters_, dy, x);
    // Where a sum's terms overflow, so may its parts.
    if (exact_.summands != 0 && support::to_double(exact.term) > support::largest(type_)) return;
    support::error const e = support::error_of(type_, result, exact);
    // Each addition and each difference rounds once: half an ulp of the terms' sum, or one where that
    // is just above a power of two.
    double const summed = type_.bytes == 2 ? 0 : static_cast<double>(exact_.summands);
    if (!e.subnormal) worst_ = std::fmax(worst_, e.ulps);
    if (e.ulps <= summed || support::within_contract(type_, result, e, exact)) return;
    ++failures_;
    ADD_FAILURE() << words(to_string(way), x, dy) << ": " << result << " instead of "
                  << support::to_double(exact.value) << ", off by " << e.ulps << " ulp";
  }

  void sum_of(std::size_t k, double result, double dy, double x) {
    // The type that parameters have.
    storage const& type = support::storages[parameters_.in_double ? ACT_FLOAT64 : ACT_FLOAT32];
    auto const& by = exact_.by_parameter[k];
    Number const slope = by.value(parameters_, Number(x));
    Number const term = by.term ? Number(by.term(parameters_, Number(x))) : Number(0);
    support::expected<Number> const exact{slope * Number(dy), term * Number(std::fabs(dy))};
    support::error const e = support::error_of(type, result, exact);
    if (is_exempt(result, support::to_double(exact.value), x)) return;
    double const allowed = approximates() ? 256 : 4;  // 2^-15
    bool const normal_dy = dy == 0 || std::fabs(dy) >= std::ldexp(1.0, type.smallest_exponent);
    if (!e.subnormal && normal_dy) worst_sum_ = std::fmax(worst_sum_, e.ulps);
    if (!e.subnormal && e.ulps <= allowed) return;
    // Below the normal range the relative error that the ulps stand for goes on. A product of dy may
    // be there too, where dy itself is: its rounding is then multiplied by the other factor, which is
    // about the root of both.
    double const size = std::fmax(std::fabs(support::to_double(exact.value)),
                                  std::fabs(support::to_double(exact.term)));
    double const fraction = std::ldexp(size, -type.smallest_exponent);
    double const factors =
        std::fmax(std::fabs(support::to_double(slope)), support::to_double(term));
    Number const off = Number(result) - exact.value;
    double const steps =
        support::scaled_to_double(off, type.mantissa_bits - type.smallest_exponent);
    double const product = 8 * std::fmax(1.0, normal_dy ? 1.0 : std::sqrt(factors));
    if (std::fabs(steps) <= std::fmax(product, std::fmin(allowed * fraction, 2 * allowed))) return;
    ++failures_;
    ADD_FAILURE() << words("sum " + std::to_string(k), x, dy) << ": " << result << " instead of "
                  << support::to_double(exact.value) << ", off by " << e.ulps << " ulp";
  }

  bool is(char const* name) const { return std::string(subject_.name) == name; }
  bool approximates() const { return type_.bytes == 2 && (is("swish") || is("learned_snake")); }
  /// The ends of the range that the ops state for the gradients by their parameters.
  bool is_exempt(double result, double exact, double x) const {
    if (is("swish")) {
      double const vanishes = type_.bytes == 8 ? 1470 : type_.bytes == 4 ? 205 : 182;
      return std::fabs(parameters_[0] * x) >= vanishes &&
             std::fabs(result) <= (type_.bytes == 2 ? 2 * std::fabs(exact) : 0.0);
    }
    storage const& type = support::storages[parameters_.in_double ? ACT_FLOAT64 : ACT_FLOAT32];
    return is("learned_snake") && !std::isfinite(result) &&
           std::fabs(x) > support::largest(type) / 4;
  }

  support::learned_subject const& subject_;
  storage const& type_;
  oracle::parameters parameters_;
  oracle::learned_activation exact_;
  int failures_ = 0;
  double worst_ = 0;
  double worst_sum_ = 0;
};

template <class T, class Number>
void run(support::learned_subject const& subject, act_dtype dtype) {
  for (auto const& channel : subject.channels) {
    judge<T, Number> judge_(subject, channel, support::storages[dtype]);
    support::with_evaluator<act::arithmetic_for<T>>(subject.name, channel.size(), [&](auto t) {
      judge_.template run<typename decltype(t)::type>();
    });
  }
}

class learned_op : public testing::TestWithParam<std::size_t> {
 protected:
  support::learned_subject const& subject() const {
    return support::learned_subjects()[GetParam()];
  }
};

TEST_P(learned_op, IsWithinTheContractInFloat32) { run<float, double>(subject(), ACT_FLOAT32); }
TEST_P(learned_op, IsWithinTheContractInFloat64) {
  run<double, oracle::big>(subject(), ACT_FLOAT64);
}
TEST_P(learned_op, IsWithinTheContractInFloat16) { run<__half, double>(subject(), ACT_FLOAT16); }
TEST_P(learned_op, IsWithinTheContractInBfloat16) {
  run<__nv_bfloat16, double>(subject(), ACT_BFLOAT16);
}

INSTANTIATE_TEST_SUITE_P(evaluator, learned_op,
                         testing::Range(std::size_t{0}, support::learned_subjects().size()),
                         [](auto const& info) {
                           return support::learned_subjects()[info.param].name;
                         });

}  // namespace
