// The references of the gated linear units: products of what their activations' references give.
#include "glu_arguments.hpp"
#include "reference.hpp"
#include "reference_values.hpp"

#include <activations_cuda/reference.hpp>

#include <cmath>
#include <utility>

namespace activations_cuda::reference::detail {
namespace {

// Element c of row r is at first[r * stride + c * step].
template <class T>
struct elements {
  T* first;
  std::int64_t stride, step = 1;
  T& at(std::int64_t r, std::int64_t c) const { return first[r * stride + c * step]; }
};

// dy up may leave the range of double where dy up f' does not. Then f' meets the larger of the two
// first, and the other one's size afterwards.
template <class Activation>
double gate_gradient(parameters values, double dy, double gate, double up) {
  double const both = dy * up;
  if (std::isnormal(both) || !std::isfinite(dy) || !std::isfinite(up))
    return pointwise<Activation>::backward(values, both, gate);
  if (std::fabs(dy) < std::fabs(up)) std::swap(dy, up);
  return pointwise<Activation>::backward(values, std::copysign(dy, both), gate) * std::fabs(up);
}

template <class Op, class T>
void forward_each(parameters values, elements<T const> gate, elements<T const> up, elements<T> y,
                  validate::glu_shape const& shape) {
  using f = pointwise<typename Op::activation>;
  for (std::int64_t r = 0; r < shape.rows; ++r) {
    for (std::int64_t c = 0; c < shape.columns; ++c) {
      y.at(r, c) = round_to<T>(f::forward(values, widen(gate.at(r, c))) * widen(up.at(r, c)));
    }
  }
}

template <class Op, class T>
void backward_each(parameters values, elements<T const> dy, elements<T const> gate,
                   elements<T const> up, elements<T> dgate, elements<T> dup,
                   validate::glu_shape const& shape) {
  using activation = typename Op::activation;
  for (std::int64_t r = 0; r < shape.rows; ++r) {
    for (std::int64_t c = 0; c < shape.columns; ++c) {
      double const d = widen(dy.at(r, c));
      double const g = widen(gate.at(r, c));
      double const u = widen(up.at(r, c));
      dgate.at(r, c) = round_to<T>(gate_gradient<activation>(values, d, g, u));
      dup.at(r, c) = round_to<T>(d * pointwise<activation>::forward(values, g));
    }
  }
}

}  // namespace

template <class Op, class T>
void forward(Op const& op, T const* gate, std::int64_t gate_stride, T const* up,
             std::int64_t up_stride, T* y, std::int64_t y_stride, std::int64_t rows,
             std::int64_t columns) {
  auto const values = rounded<T>(op);
  validate::glu_shape const shape{rows, columns, sizeof(T)};
  validate::host_tensors(
      validate::of_glu_forward(shape, gate, gate_stride, up, up_stride, y, y_stride), sizeof(T));
  forward_each<Op, T>(values, {gate, gate_stride}, {up, up_stride}, {y, y_stride}, shape);
}

template <class Op, class T>
void backward(Op const& op, T const* dy, std::int64_t dy_stride, T const* gate,
              std::int64_t gate_stride, T const* up, std::int64_t up_stride, T* dgate,
              std::int64_t dgate_stride, T* dup, std::int64_t dup_stride, std::int64_t rows,
              std::int64_t columns) {
  auto const values = rounded<T>(op);
  validate::glu_shape const shape{rows, columns, sizeof(T)};
  validate::host_tensors(validate::of_glu_backward(shape, dy, dy_stride, gate, gate_stride, up,
                                                   up_stride, dgate, dgate_stride, dup, dup_stride),
                         sizeof(T));
  backward_each<Op, T>(values, {dy, dy_stride}, {gate, gate_stride}, {up, up_stride},
                       {dgate, dgate_stride}, {dup, dup_stride}, shape);
}

template <class Op, class T>
void forward(Op const& op, glu_layout layout, T const* x, std::int64_t x_stride, T* y,
             std::int64_t y_stride, std::int64_t rows, std::int64_t columns) {
  auto const values = rounded<T>(op);
  validate::layout(layout);
  validate::glu_shape const shape{rows, columns, sizeof(T)};
  validate::host_tensors(validate::of_packed_forward(shape, x, x_stride, y, y_stride), sizeof(T));
  if (shape.empty()) return;
  auto const at = validate::places_of(layout, columns);
  forward_each<Op, T>(values, {x + at.gate, x_stride, at.step}, {x + at.up, x_stride, at.step},
                      {y, y_stride}, shape);
}

template <class Op, class T>
void backward(Op const& op, glu_layout layout, T const* dy, std::int64_t dy_stride, T const* x,
              std::int64_t x_stride, T* dx, std::int64_t dx_stride, std::int64_t rows,
              std::int64_t columns) {
  auto const values = rounded<T>(op);
  validate::layout(layout);
  validate::glu_shape const shape{rows, columns, sizeof(T)};
  validate::host_tensors(
      validate::of_packed_backward(shape, dy, dy_stride, x, x_stride, dx, dx_stride), sizeof(T));
  if (shape.empty()) return;
  auto const at = validate::places_of(layout, columns);
  backward_each<Op, T>(values, {dy, dy_stride}, {x + at.gate, x_stride, at.step},
                       {x + at.up, x_stride, at.step}, {dx + at.gate, dx_stride, at.step},
                       {dx + at.up, dx_stride, at.step}, shape);
}

#define INSTANTIATE_FOR(op, T)                                                                     \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, std::int64_t, T const*,       \
                                                std::int64_t, T*, std::int64_t, std::int64_t,      \
                                                std::int64_t);                                     \
  template ACTIVATIONS_CUDA_EXPORT void backward(                                                  \
      op const&, T const*, std::int64_t, T const*, std::int64_t, T const*, std::int64_t, T*,       \
      std::int64_t, T*, std::int64_t, std::int64_t, std::int64_t);                                 \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, glu_layout, T const*, std::int64_t, T*, \
                                                std::int64_t, std::int64_t, std::int64_t);         \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, glu_layout, T const*, std::int64_t,    \
                                                 T const*, std::int64_t, T*, std::int64_t,         \
                                                 std::int64_t, std::int64_t);
#define GLU(op, activation, formula) \
  INSTANTIATE_FOR(op, float)         \
  INSTANTIATE_FOR(op, double)        \
  INSTANTIATE_FOR(op, __half)        \
  INSTANTIATE_FOR(op, __nv_bfloat16)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::reference::detail
