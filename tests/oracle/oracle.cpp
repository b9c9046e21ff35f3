#include "oracle/oracle.hpp"

#include "oracle/formulas.hpp"

#include <cmath>
#include <stdexcept>

namespace oracle {
namespace {

// A decimal constant, rounded once to the number type.
template <class Real, char const* digits>
Real const& decimal() {
  static Real const value = [] {
    if constexpr (std::is_same<Real, big>::value) {
      return big::of(digits);
    } else {
      return std::stod(digits);
    }
  }();
  return value;
}
constexpr char tau[] = "6.28318530717958647692528676655900576839433879875021164194989";
constexpr char selu_lambda[] = "1.0507009873554804934193349852946";
constexpr char selu_product[] = "1.7580993408473768599402175208123";
constexpr char quick[] = "1.702";
constexpr char cubic[] = "0.044715";
constexpr char three_cubic[] = "0.134145";

template <class Real>
Real clipped(Real const& x, double low, double high) {
  return x < Real(low) ? Real(low) : x > Real(high) ? Real(high) : x;
}

// The building blocks, in forms that keep their digits in double too.

template <class Real>
Real sech(Real const& x) {
  Real const e = exp(-abs(x));
  return 2 * e / (1 + e * e);
}
/// log(1 + e^x)
template <class Real>
Real log_of_one_plus_exp(Real const& x) {
  return larger(x, Real(0)) + log1p(exp(-abs(x)));
}
/// The distribution function and the density of the normal distribution.
template <class Real>
Real normal(Real const& x) {
  static Real const root = sqrt(Real(0.5));
  return erfc(-x * root) / 2;
}
template <class Real>
Real density(Real const& x) {
  static Real const factor = 1 / sqrt(decimal<Real, tau>());
  return factor * exp(-x * x / 2);
}

/// x s(v), where v is a function of x with slope v', and its gradient s(v) + x s(v) s(-v) v'.
template <class Real>
Real gate_gradient(Real const& x, Real const& v, Real const& slope) {
  return logistic(v) + x * logistic_slope(v) * slope;
}
template <class Real>
Real gate_term(Real const& x, Real const& v, Real const& slope) {
  return larger(logistic(v), Real(abs(x * logistic_slope(v) * slope)));
}

/// 2 sqrt(2 / pi) (x + 0.044715 x^3)
template <class Real>
Real const& gelu_tanh_factor() {
  static Real const value = 4 / sqrt(decimal<Real, tau>());
  return value;
}
template <class Real>
Real gelu_tanh_argument(Real const& x) {
  return gelu_tanh_factor<Real>() * x * (1 + decimal<Real, cubic>() * x * x);
}
template <class Real>
Real gelu_tanh_slope(Real const& x) {
  return gelu_tanh_factor<Real>() * (1 + decimal<Real, three_cubic>() * x * x);
}

/// tanh(log(1 + e^x)) = ((1 + e^x)^2 - 1) / ((1 + e^x)^2 + 1), by e = e^-|x|, and the square of the
/// corresponding sech.
template <class Real>
Real mish_gate(Real const& x) {
  Real const e = exp(-abs(x));
  return x < 0 ? e * (e + 2) / (e * (e + 2) + 2) : (1 + 2 * e) / (1 + 2 * e * (1 + e));
}
template <class Real>
Real mish_slope(Real const& x) {
  Real const e = exp(-abs(x));
  Real const root =
      x < 0 ? 2 * (1 + e) / (e * (e + 2) + 2) : 2 * e * (1 + e) / (1 + 2 * e * (1 + e));
  return logistic(x) * root * root;
}

template <class Real>
Real const& selu_factor(Real const& x) {
  return x > 0 ? decimal<Real, selu_lambda>() : decimal<Real, selu_product>();
}

/// x - tanh x; near 0 by (x cosh x - sinh x) / cosh x = sum 2k x^(2k + 1) / (2k + 1)! / cosh x.
template <class Real>
Real tanh_shrink(Real const& x) {
  if (abs(x) > 1) return x - tanh(x);
  Real sum = 0;
  Real power = x;
  for (int k = 1; k < 30; ++k) {
    power = power * x * x / (2 * k * (2 * k + 1));
    sum = sum + 2 * k * power;
  }
  return sum * sech(x);
}

/// Strictly between the two places where slope x + offset is 0 and 1: quotients in double.
template <class Real>
bool on_hard_sigmoids_slope(parameters const& p, Real const& x) {
  double const zero = -p[1] / p[0];
  double const one = (1 - p[1]) / p[0];
  return x > std::fmin(zero, one) && x < std::fmax(zero, one);
}

std::vector<activation> table() {
  auto const no_knots = [](parameters const&) { return std::vector<double>{}; };
  auto const at_zero = [](parameters const&) { return std::vector<double>{0.0}; };
  auto const at_first = [](parameters const& p) { return std::vector<double>{p[0]}; };
  auto const at_both = [](parameters const& p) { return std::vector<double>{-p[0], p[0]}; };
  return {
      {"identity", F(x), F(real(1)), F(real(1)), no_knots},
      // threshold, a0, a1
      {"heaviside", F(real(x < p[0] ? p[1] : p[2])), F(real(0)), nullptr, at_first, nullptr,
       nullptr, nullptr, true},
      {"sigmoid", F(logistic(x)), F(logistic_slope(x)), F(x * (1 - x)), no_knots},
      {"tanh", F(tanh(x)), F(sech(x) * sech(x)), F((1 - x) * (1 + x)), no_knots},
      {"relu", F(x > 0 ? x : real(0)), F(real(x > 0 ? 1 : 0)), F(real(x > 0 ? 1 : 0)), at_zero},
      // slope
      {"leaky_relu", F(x > 0 ? x : real(p[0] * x)), F(real(x > 0 ? 1 : p[0])),
       F(real(x > 0 ? 1 : p[0])), at_zero},
      // alpha
      {"elu", F(x > 0 ? x : real(p[0] * expm1(x))), F(x > 0 ? real(1) : real(p[0] * exp(x))),
       F(x > 0 ? real(1) : real(x + p[0])), at_zero},
      {"selu", F(selu_factor(x) * (x > 0 ? x : real(expm1(x)))),
       F(selu_factor(x) * (x > 0 ? real(1) : real(exp(x)))),
       F(x > 0 ? real(decimal<real, selu_lambda>()) : real(x + decimal<real, selu_product>())),
       at_zero, nullptr, nullptr, F(selu_factor(x))},
      // alpha
      {"celu", F(x > 0 ? x : real(p[0] * expm1(x / p[0]))),
       F(x > 0 ? real(1) : real(exp(x / p[0]))), F(x > 0 ? real(1) : real((x + p[0]) / p[0])),
       at_zero},
      // beta
      {"softplus", F(log_of_one_plus_exp(real(p[0] * x)) / p[0]), F(logistic(real(p[0] * x))),
       F(-expm1(-p[0] * x)), at_zero},
      {"bent_identity", F(x + x * x / (2 * (sqrt(x * x + 1) + 1))),
       F(1 + x / (2 * sqrt(x * x + 1))), F([](real const& w) -> real {
         real const root = sqrt(w * w + 3);
         return 1.5 * root / (2 * root - w);
       }(2 * x + 1)),
       no_knots},
      {"gelu", F(x * normal(x)), F(normal(x) + x * density(x)), nullptr, at_zero, nullptr,
       F(larger(normal(x), real(abs(x * density(x)))))},
      {"gelu_tanh", F(x * logistic(gelu_tanh_argument(x))),
       F(gate_gradient(x, gelu_tanh_argument(x), gelu_tanh_slope(x))), nullptr, at_zero, nullptr,
       F(gate_term(x, gelu_tanh_argument(x), gelu_tanh_slope(x)))},
      {"gelu_quick", F(x * logistic(real(decimal<real, quick>() * x))),
       F(gate_gradient(x, real(decimal<real, quick>() * x), decimal<real, quick>())), nullptr,
       at_zero, nullptr, F(gate_term(x, real(decimal<real, quick>() * x), decimal<real, quick>()))},
      // beta
      {"silu", F(x * logistic(real(p[0] * x))), F(gate_gradient(x, real(p[0] * x), real(p[0]))),
       nullptr, at_zero, nullptr, F(gate_term(x, real(p[0] * x), real(p[0])))},
      {"mish", F(x * mish_gate(x)), F(mish_gate(x) + x * mish_slope(x)), nullptr, at_zero, nullptr,
       F(larger(mish_gate(x), real(abs(x * mish_slope(x)))))},
      {"hard_swish",
       F(x <= -3  ? real(0)
         : x >= 3 ? x
                  : real(x * (x + 3) / 6)),
       F(x <= -3  ? real(0)
         : x >= 3 ? real(1)
                  : real((2 * x + 3) / 6)),
       nullptr,
       [](parameters const&) {
         return std::vector<double>{-3, -1.5, 0, 3};
       }},
      // slope, offset
      {"hard_sigmoid", F(clipped(real(p[0] * x + p[1]), 0, 1)),
       F(real(on_hard_sigmoids_slope(p, x) ? p[0] : 0)), F(real(x > 0 && x < 1 ? p[0] : 0)),
       [](parameters const& p) {
         return std::vector<double>{p.rounded(-p[1] / p[0]), p.rounded((1 - p[1]) / p[0])};
       }},
      // lower, upper
      {"hard_tanh", F(clipped(x, p[0], p[1])), F(real(x > p[0] && x < p[1] ? 1 : 0)),
       F(real(x > p[0] && x < p[1] ? 1 : 0)),
       [](parameters const& p) {
         return std::vector<double>{p[0], p[1]};
       }},
      {"relu6", F(clipped(x, 0, 6)), F(real(x > 0 && x < 6 ? 1 : 0)),
       F(real(x > 0 && x < 6 ? 1 : 0)),
       [](parameters const&) {
         return std::vector<double>{0.0, 6.0};
       }},
      {"squared_relu", F(x > 0 ? real(x * x) : real(0)), F(x > 0 ? real(2 * x) : real(0)),
       F(x > 0 ? real(2 * sqrt(x)) : real(0)), at_zero},
      {"softsign", F(x / (1 + abs(x))), F(1 / ((1 + abs(x)) * (1 + abs(x)))),
       F((1 - abs(x)) * (1 - abs(x))), at_zero},
      {"log_sigmoid", F(-log_of_one_plus_exp(real(-x))), F(logistic(real(-x))), F(-expm1(x)),
       at_zero},
      // lambda
      {"soft_shrink",
       F(x > p[0]    ? real(x - p[0])
         : x < -p[0] ? real(x + p[0])
                     : real(0)),
       F(real(abs(x) > p[0] ? 1 : 0)), F(real(abs(x) > 0 ? 1 : 0)), at_both},
      {"hard_shrink", F(abs(x) > p[0] ? x : real(0)), F(real(abs(x) > p[0] ? 1 : 0)),
       F(real(abs(x) > 0 ? 1 : 0)), at_both},
      {"tanh_shrink", F(tanh_shrink(x)), F(tanh(x) * tanh(x)), nullptr, at_zero},
      // threshold, value
      {"threshold", F(x > p[0] ? x : real(p[1])), F(real(x > p[0] ? 1 : 0)),
       F(real(x > p[0] ? 1 : 0)), at_first},
      // alpha; a phase that overflows is that of an x beside which the sine's term is nothing
      {"snake",
       F(std::isinf(phase(p, x))
             ? x
             : real(x + sin(real(phase(p, x))) * sin(real(phase(p, x))) / p[0])),
       F(1 + sin(2 * real(phase(p, x)))), nullptr, at_zero,
       F(larger(real(abs(x)), real(abs(sin(real(phase(p, x))) * sin(real(phase(p, x))) / p[0])))),
       F(real(1))},
      // omega; up to pi / 2 the result's own digits
      {"sine", F(sin(real(phase(p, x)))), F(p[0] * cos(real(phase(p, x)))), nullptr, at_zero,
       F(std::fabs(phase(p, x)) < 1.5 ? real(abs(sin(real(phase(p, x))))) : real(1)),
       F(real(std::fabs(p[0])))},
      {"gaussian", F(exp(-x * x)), F(-2 * x * exp(-x * x)), nullptr, at_zero},
      {"arctan", F(atan(x)), F(1 / (1 + x * x)), F(cos(x) * cos(x)), at_zero},
      // b
      {"squareplus", F([](real const& at, real const& root, double b) -> real {
         return at < 0 ? b / 2 / (root - at) : (at + root) / 2;
       }(x, sqrt(x * x + p[0]), p[0])),
       F([](real const& at, real const& root, double b) -> real {
         real const small = b / (2 * root * (root + abs(at)));
         return at < 0 ? small : 1 - small;
       }(x, sqrt(x * x + p[0]), p[0])),
       F(x * x / (x * x + p[0] / 4)), at_zero},
  };
}

}  // namespace

std::vector<activation> const& all() {
  static std::vector<activation> const activations = table();
  return activations;
}

activation const& find(std::string const& name) {
  for (activation const& a : all()) {
    if (a.name == name) return a;
  }
  throw std::out_of_range("tests/oracle has no activation '" + name +
                          "': add its formula to oracle.cpp");
}

}  // namespace oracle
