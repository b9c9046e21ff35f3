#include "oracle/learned.hpp"

#include "oracle/formulas.hpp"

#include <cmath>
#include <stdexcept>

namespace oracle {
namespace {

/// Of s_shaped_relu, whose parameters are a threshold and a slope for the right side and for the
/// left one: the first parameter of the side that x is on, or 4 for between.
template <class Real>
std::size_t side(parameters const& p, Real const& x) {
  return x >= p[0] ? 0 : x <= p[2] ? 2 : 4;
}
template <class Real>
Real beyond(parameters const& p, std::size_t side, Real const& x) {
  return p[side + 1] * (x - p[side]);
}

/// Of apl.
std::size_t hinges(parameters const& p) { return p.values.size() / 2; }
/// first + sum of f(a, b) over the hinges b > x
template <class Real, class Function>
Real over_hinges(parameters const& p, Real const& x, Real const& first, Function const& f) {
  Real sum = first;
  for (std::size_t s = 0; s < hinges(p); ++s) {
    double const b = p[hinges(p) + s];
    if (x < b) sum = sum + f(p[s], b);
  }
  return sum;
}

/// Of snake, by alpha. A phase that is small is not rounded: the derivative of a rounded one would
/// be 0 where it underflows.
template <class Real>
Real fine_phase(parameters const& p, Real const& x) {
  Real const exact = p[0] * x;
  return abs(exact) < 0x1p-10 ? exact : Real(phase(p, x));
}
template <class Real>
Real snake_by_alpha(parameters const& p, Real const& x) {
  if (p[0] == 0) return x * x;
  Real const v = fine_phase(p, x);
  Real const r = sin(v) / p[0];
  return x * (sin(Real(2 * v)) / p[0]) - r * r;
}
template <class Real>
Real snake_amplitude(parameters const& p, Real const& x) {
  double const inverse = std::fabs(1 / p[0]);
  return 2 * abs(x) * (abs(x) < inverse ? Real(abs(x)) : Real(inverse));
}

std::vector<double> at_zero(parameters const&) { return {0.0}; }

// alpha
learned_activation prelu() {
  return {{"prelu", F(x > 0 ? x : real(p[0] * x)), F(real(x > 0 ? 1 : p[0])), nullptr, at_zero},
          {{F(x > 0 ? real(0) : x)}}};
}

learned_activation s_shaped_relu() {
  learned_activation result{
      {"s_shaped_relu", F(side(p, x) == 4 ? x : real(p[side(p, x)] + beyond(p, side(p, x), x))),
       F(real(side(p, x) == 4 ? 1 : p[side(p, x) + 1])), nullptr,
       [](parameters const& p) {
         return std::vector<double>{p[0], p[2]};
       },
       F(side(p, x) == 4
             ? real(abs(x))
             : larger(real(std::fabs(p[side(p, x)])), real(abs(beyond(p, side(p, x), x)))))}};
  for (std::size_t const of : {0U, 2U}) {
    result.by_parameter.push_back({F(side(p, x) == of ? real(1 - real(p[of + 1])) : real(0))});
    result.by_parameter.push_back({F(side(p, x) == of ? real(x - p[of]) : real(0))});
  }
  return result;
}

// every a, every b
learned_activation apl(std::size_t hinges) {
  learned_activation result{
      {"apl",
       F(over_hinges(p, x, larger(x, real(0)),
                     [&](real const& a, double b) { return a * (b - x); })),
       F(over_hinges(p, x, real(x > 0 ? 1 : 0), [](real const& a, double) { return -a; })), nullptr,
       [](parameters const& p) {
         std::vector<double> knots(p.values.begin() + p.values.size() / 2, p.values.end());
         knots.push_back(0);
         return knots;
       },
       F(over_hinges(p, x, larger(x, real(0)),
                     [&](real const& a, double b) { return abs(a * (b - x)); })),
       F(over_hinges(p, x, real(x > 0 ? 1 : 0), [](real const& a, double) { return abs(a); }))}};
  for (std::size_t s = 0; s < hinges; ++s)
    result.by_parameter.push_back({F(larger(real(p[hinges + s] - x), real(0)))});
  for (std::size_t s = 0; s < hinges; ++s)
    result.by_parameter.push_back({F(real(x < p[hinges + s] ? p[s] : 0))});
  result.rows = hinges;
  result.summands = hinges + 1;
  return result;
}

// beta
learned_activation swish() {
  learned_activation result{find("silu"), {{F(x * x * logistic_slope(real(p[0] * x)))}}};
  result.name = "swish";
  return result;
}

// alpha
learned_activation learned_snake() {
  learned_activation result{find("snake"), {{F(snake_by_alpha(p, x)), F(snake_amplitude(p, x))}}};
  result.name = "learned_snake";
  formula const f = result.forward;
  formula const term = result.forward_term;
  result.forward = F(p[0] == 0 ? x : f(p, x));
  result.forward_term = F(p[0] == 0 ? real(abs(x)) : term(p, x));
  return result;
}

}  // namespace

learned_activation find_learned(std::string const& name, std::size_t hinges) {
  if (name == "prelu") return prelu();
  if (name == "s_shaped_relu") return s_shaped_relu();
  if (name == "apl") return apl(hinges);
  if (name == "swish") return swish();
  if (name == "learned_snake") return learned_snake();
  throw std::out_of_range("tests/oracle has no activation with learned parameters '" + name +
                          "': add its formulas to learned.cpp");
}

}  // namespace oracle
