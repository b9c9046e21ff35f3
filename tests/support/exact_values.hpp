// What the results of a part of a sample are held against.
#pragma once

#include "support/error_screen.hpp"
#include "support/parallel.hpp"
#include "support/pointwise_judge.hpp"
#include "support/pointwise_oracle.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <vector>

namespace support {

/// What is judged at once.
inline constexpr std::size_t block_elements = 1024;

/// Calls function(begin, end) for consecutive ranges of whole blocks of n elements, each in a
/// thread; the results in their order.
template <class Result, class Function>
std::vector<Result> in_parallel_blocks(std::size_t n, Function const& function) {
  std::size_t const blocks = (n + block_elements - 1) / block_elements;
  return in_parallel<Result>(blocks, [&](std::size_t begin, std::size_t end) {
    return function(std::min(n, begin * block_elements), std::min(n, end * block_elements));
  });
}

/// The exact values for an evaluation's inputs, and the screen for most of the results.
template <class Number>
class exact_values {
 public:
  exact_values(pointwise_subject const& subject, pointwise_inputs const& in)
      : subject_(subject),
        in_(in),
        activation_(oracle::find(subject.name)),
        parameters_(rounded_parameters(subject.op, *subject.type)) {
    if constexpr (in_double) {
      prepare_screen();
    } else {
      values_.resize(in.saved.size(), {Number(0), Number(0)});
      for_all(in.saved.size(), [&](std::size_t i) {
        if (std::isfinite(in.saved[i])) values_[i] = evaluated(i);
      });
    }
  }

  /// For an element whose input is finite.
  expected<Number> at(std::size_t i) const {
    if constexpr (in_double) {
      return evaluated(i);
    } else {
      return values_[i];
    }
  }

  /// What can be said at once of the results of a block that begins at `first`.
  screened screen_block(host_array const& result, std::size_t first, std::size_t count) const {
    if constexpr (in_double) {
      if (finite_[first / block_elements] != 0) {
        std::array<float, block_elements> converted;
        return screen(singles(result, first, count, converted.data()), exact_.data() + first,
                      factors_.data() + first, count, allowed_ulps(*subject_.type));
      }
    }
    return {false, 0, 0};
  }

  /// The factor with which is_clear() judges one result; false where there is no such factor.
  double scaled_error(std::size_t i, double result) const {
    if constexpr (in_double) {
      return std::fabs(result - exact_[i]) * factors_[i];
    } else {
      return NAN;
    }
  }

 private:
  static constexpr bool in_double = std::is_same<Number, double>::value;

  expected<Number> evaluated(std::size_t i) const {
    return exact_result<Number>(activation_, subject_.way, parameters_, in_.dy ? (*in_.dy)[i] : 1,
                                in_.saved[i]);
  }

  template <class Function>
  static void for_all(std::size_t n, Function const& function) {
    in_parallel_blocks<char>(n, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) function(i);
      return char{};
    });
  }

  /// The second half's x may be those of the first, with other dy: then so are the factors of dy.
  std::size_t distinct() const {
    std::size_t const n = in_.saved.size();
    std::size_t const half = in_.saved.bytes() / 2;
    auto const* const bytes = static_cast<unsigned char const*>(in_.saved.data());
    return n % 2 == 0 && std::memcmp(bytes, bytes + half, half) == 0 ? n / 2 : n;
  }

  void prepare_screen() {
    std::size_t const n = in_.saved.size();
    std::size_t const different = distinct();
    std::vector<double> values(different), terms(different);
    oracle::formula const& value = formula_of(activation_, subject_.way);
    oracle::formula const& term = term_of(activation_, subject_.way);
    in_parallel_blocks<char>(different, [&](std::size_t begin, std::size_t end) {
      std::array<double, block_elements> saved;
      for (std::size_t first = begin; first < end; first += block_elements) {
        std::size_t const count = std::min(block_elements, end - first);
        for (std::size_t i = 0; i < count; ++i) {
          double const x = in_.saved[first + i];
          saved[i] = std::isfinite(x) ? x : 0;
        }
        value(parameters_, saved.data(), values.data() + first, count);
        if (term) term(parameters_, saved.data(), terms.data() + first, count);
      }
      return char{};
    });
    exact_.resize(n);
    factors_.resize(n);
    finite_.resize((n + block_elements - 1) / block_elements, 1);
    for_all(n, [&](std::size_t i) {
      if (!std::isfinite(in_.saved[i])) finite_[i / block_elements] = 0;
      std::size_t const from = i < different ? i : i - different;
      expected<double> const exact = times(values[from], terms[from], in_.dy ? (*in_.dy)[i] : 1);
      exact_[i] = exact.value;
      factors_[i] = screen_factor(*subject_.type, exact);
    });
  }

  static float const* singles(host_array const& result, std::size_t first, std::size_t count,
                              float* converted) {
    if (result.type().dtype == ACT_FLOAT32) return result.as<float>() + first;
    for (std::size_t i = 0; i < count; ++i) converted[i] = static_cast<float>(result[first + i]);
    return converted;
  }

  pointwise_subject const& subject_;
  pointwise_inputs const& in_;
  oracle::activation const& activation_;
  oracle::parameters parameters_;
  std::vector<expected<Number>> values_;  // but in double, where these are:
  std::vector<double> exact_, factors_;
  std::vector<char> finite_;  // a block's inputs, all of them
};

}  // namespace support
