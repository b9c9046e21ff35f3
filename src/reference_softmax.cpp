// The references of softmax and its family: masks, logits and sums of a row, then the op's own file
// for each element.
#include "compensated.hpp"
#include "reference_values.hpp"
#include "softmax_arguments.hpp"

#include <activations_cuda/reference.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace activations_cuda::reference::detail {
namespace {

/// What the masks say of the elements of one row.
template <class T>
class row_mask {
 public:
  row_mask(softmax_mask<T> const& mask, std::int64_t outer, std::int64_t inner)
      : mask_(mask),
        batch_(outer / mask.queries / mask.heads),
        head_(outer / mask.queries % mask.heads),
        query_(outer % mask.queries),
        inner_(inner) {
    if (mask.causal.enabled) end_ = query_ + mask.causal.offset + 1;
    row_lengths const& l = mask.lengths;
    if (l.first != nullptr) {
      end_ = std::min(
          end_, l.first[batch_ * l.batch_stride + head_ * l.head_stride + query_ * l.query_stride]);
    }
  }

  bool reaches(std::int64_t column) const { return column < end_; }
  double added_to(std::int64_t column) const {
    auto const& additive = mask_.additive;
    return additive.first != nullptr ? widen(additive.first[at(additive.strides, column)]) : 0;
  }
  bool keeps(std::int64_t column) const {
    auto const& boolean = mask_.boolean;
    if (!reaches(column) || added_to(column) == -INFINITY) return false;
    return boolean.first == nullptr || (boolean.first[at(boolean.strides, column)] != 0) ==
                                           (boolean.meaning == mask_meaning::nonzero_keeps);
  }

 private:
  std::int64_t at(mask_strides const& strides, std::int64_t column) const {
    return batch_ * strides.batch + head_ * strides.head + query_ * strides.query +
           column * strides.column + inner_ * strides.inner;
  }

  softmax_mask<T> const& mask_;
  std::int64_t batch_, head_, query_, inner_;
  std::int64_t end_ = std::numeric_limits<std::int64_t>::max();
};

/// The logits that take part in a row, in units of a power of two in which they cannot overflow.
class logits {
 public:
  explicit logits(double factor) {
    std::frexp(factor, &exponent_);
    exponent_ = std::max(exponent_, 0);
    factor_ = std::ldexp(factor, -exponent_);
  }

  exact of(double x, double added) const {
    exact const product = product_of(factor_, x);
    return sum_of(product.rounded, std::ldexp(added, -exponent_)) + product.lost;
  }
  static bool is_above(exact const& a, exact const& b) {
    return a.rounded > b.rounded || (a.rounded == b.rounded && a.lost > b.lost);
  }
  /// a - b, in units of 1.
  exact difference(exact const& a, exact const& b) const {
    return scaled(sum_of(a.rounded, -b.rounded) + (a.lost - b.lost));
  }
  exact scaled(exact const& z) const {
    double const rounded = std::ldexp(z.rounded, exponent_);
    return {rounded, std::isfinite(rounded) ? std::ldexp(z.lost, exponent_) : 0};
  }

 private:
  double factor_;
  int exponent_ = 0;
};

/// What a row's elements have in common.
struct row_sums {
  exact maximum{-INFINITY, 0};  // NaN beside NaN or +inf
  double others = 0;            // the sum of e^(z - maximum) over all elements but the largest one

  row_sums(logits const& units, std::vector<exact> const& z, std::vector<char> const& kept) {
    std::size_t largest = z.size();
    for (std::size_t i = 0; i < z.size(); ++i) {
      if (!kept[i]) continue;
      if (std::isnan(z[i].rounded) || z[i].rounded == INFINITY) {
        maximum = {NAN, 0};
        return;
      }
      if (!logits::is_above(z[i], maximum)) continue;
      maximum = z[i];
      largest = i;
    }
    compensated_sum sum;
    for (std::size_t i = 0; i < z.size() && !is_empty(); ++i) {
      if (kept[i] && i != largest) sum.add(exponential_of(units.difference(z[i], maximum)));
    }
    others = sum.value();
  }
  bool is_empty() const { return maximum.rounded == -INFINITY; }
  double log_sum_exp(logits const& units) const {
    exact const m = units.scaled(maximum);
    return m.rounded + (m.lost + std::log1p(others));
  }
};

template <class Op, class T>
void forward_rows(parameters const& values, softmax_shape const& shape,
                  softmax_tensor<T const> const& x, softmax_tensor<T> const& y,
                  softmax_options<T> const& options) {
  using real = typename softmax_options<T>::real;
  logits const units(rowwise<Op>::factor(values));
  auto const columns = static_cast<std::size_t>(shape.columns);
  std::vector<exact> z(columns);
  std::vector<char> kept(columns);
  for (std::int64_t row = 0; row < shape.outer * shape.inner; ++row) {
    std::int64_t const outer = row / shape.inner;
    std::int64_t const inner = row % shape.inner;
    row_mask const mask(options.mask, outer, inner);
    for (std::size_t i = 0; i < columns; ++i) {
      auto const c = static_cast<std::int64_t>(i);
      kept[i] = mask.keeps(c);
      if (!kept[i]) continue;
      T const& element = x.first[outer * x.outer_stride + c * x.column_stride + inner];
      z[i] = units.of(widen(element), mask.added_to(c));
    }
    row_sums const sums(units, z, kept);
    double const nothing = rowwise<Op>::masked();
    for (std::size_t i = 0; i < columns; ++i) {
      bool const is_masked = !kept[i];
      double result = nothing;
      if (sums.is_empty()) {
        result = options.empty == empty_rows::nan ? NAN : nothing;
      } else if (std::isnan(sums.maximum.rounded)) {
        result = is_masked ? nothing : NAN;
      } else if (kept[i]) {
        result = rowwise<Op>::forward(units.difference(z[i], sums.maximum), sums.others);
      }
      auto const c = static_cast<std::int64_t>(i);
      y.first[outer * y.outer_stride + c * y.column_stride + inner] = round_to<T>(result);
    }
    if (options.maximum != nullptr)
      options.maximum[row] = round_to<real>(units.scaled(sums.maximum).rounded);
    if (options.log_sum_exp != nullptr)
      options.log_sum_exp[row] = round_to<real>(sums.log_sum_exp(units));
  }
}

template <class Op, class T>
void backward_rows(parameters const& values, softmax_shape const& shape,
                   softmax_tensor<T const> const& dy, softmax_tensor<T const> const& y,
                   softmax_tensor<T> const& dx, softmax_options<T> const& options) {
  struct element {
    double dy, y;
    bool kept;
  };
  std::vector<element> elements(static_cast<std::size_t>(shape.columns));
  for (std::int64_t row = 0; row < shape.outer * shape.inner; ++row) {
    std::int64_t const outer = row / shape.inner;
    std::int64_t const inner = row % shape.inner;
    auto const at = [&](auto const& tensor, std::int64_t c) -> auto& {
      return tensor.first[outer * tensor.outer_stride + c * tensor.column_stride + inner];
    };
    row_mask const mask(options.mask, outer, inner);
    compensated_sum sum;
    std::int64_t column = 0;
    for (element& e : elements) {
      std::int64_t const c = column++;
      e.kept = mask.reaches(c);
      if (!e.kept) continue;
      e.dy = widen(at(dy, c));
      e.y = widen(at(y, c));
      e.kept = !(options.mask.is_there() && e.y == rowwise<Op>::masked());
      if (e.kept) sum.add(rowwise<Op>::term(e.dy, e.y));
    }
    column = 0;
    for (element const& e : elements) {
      double const result = e.kept ? rowwise<Op>::backward(values, e.dy, e.y, sum.value()) : 0;
      at(dx, column++) = round_to<T>(result);
    }
  }
}

}  // namespace

template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t rows, std::int64_t columns) {
  auto const values = rounded<T>(op);
  auto const extent = validate::elements(rows, columns, sizeof(T));
  validate::host_tensors(validate::of_forward(x, y, extent), sizeof(T));
  if (extent.count != 0)
    forward_rows<Op, T>(values, {rows, columns}, {x, columns}, {y, columns}, {});
}

template <class Op, class T>
void backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows,
              std::int64_t columns) {
  auto const values = rounded<T>(op);
  auto const extent = validate::elements(rows, columns, sizeof(T));
  validate::host_tensors(validate::of_backward(dy, "y", y, dx, extent), sizeof(T));
  if (extent.count != 0)
    backward_rows<Op, T>(values, {rows, columns}, {dy, columns}, {y, columns}, {dx, columns}, {});
}

template <class Op, class T>
void forward(Op const& op, softmax_shape const& shape, softmax_tensor<T const> const& x,
             softmax_tensor<T> const& y, softmax_options<T> const& options) {
  auto const values = rounded<T>(op);
  auto const tensors = validate::of_softmax_forward(shape, x, y, options);
  validate::host_tensors(tensors, sizeof(T));
  if (tensors.items[0].size.count != 0) forward_rows<Op>(values, shape, x, y, options);
}

template <class Op, class T>
void backward(Op const& op, softmax_shape const& shape, softmax_tensor<T const> const& dy,
              softmax_tensor<T const> const& y, softmax_tensor<T> const& dx,
              softmax_options<T> const& options) {
  auto const values = rounded<T>(op);
  auto const tensors = validate::of_softmax_backward(shape, dy, y, dx, options);
  validate::host_tensors(tensors, sizeof(T));
  if (tensors.items[0].size.count != 0) backward_rows<Op>(values, shape, dy, y, dx, options);
}

#define INSTANTIATE_FOR(op, T)                                                                    \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, T*, std::int64_t,            \
                                                std::int64_t);                                    \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, T const*, T const*, T*, std::int64_t, \
                                                 std::int64_t);                                   \
  template ACTIVATIONS_CUDA_EXPORT void forward(                                                  \
      op const&, softmax_shape const&, softmax_tensor<T const> const&, softmax_tensor<T> const&,  \
      softmax_options<T> const&);                                                                 \
  template ACTIVATIONS_CUDA_EXPORT void backward(                                                 \
      op const&, softmax_shape const&, softmax_tensor<T const> const&,                            \
      softmax_tensor<T const> const&, softmax_tensor<T> const&, softmax_options<T> const&);
#define ROWWISE(op, kernels, formula) \
  INSTANTIATE_FOR(op, float)          \
  INSTANTIATE_FOR(op, double)         \
  INSTANTIATE_FOR(op, __half)         \
  INSTANTIATE_FOR(op, __nv_bfloat16)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::reference::detail
