// The references' public functions: convert, call the op's own file, round.
#include "reference.hpp"

#include "output_constraint.hpp"
#include "validate.hpp"

#include <activations_cuda/reference.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace activations_cuda::reference::detail {
namespace {

// Through a volatile because g++ 12 drops the two conversions when it vectorises them for
// neighbouring values.
template <class Real>
double rounded_to(double value) {
  Real const volatile rounded = static_cast<Real>(value);
  return static_cast<double>(rounded);
}

// Each parameter rounded to the type that the kernels compute T in.
template <class T, class Op>
std::array<double, parameter_count<Op>> rounded([[maybe_unused]] Op const& op) {
  validate::parameters<T>(op);
  std::array<double, parameter_count<Op>> values{};
  if constexpr (parameter_count<Op> != 0) {
    using real = typename arithmetic_for<T>::real;
    double* value = values.data();
    for (auto const& p : Op::parameters) *value++ = rounded_to<real>(op.*p.member);
  }
  return values;
}

// Rounds once: through float, a 16-bit result would be rounded twice.
template <class T>
T round_to(double value) {
  if constexpr (std::is_same_v<T, __half>) {
    return __double2half(value);
  } else if constexpr (std::is_same_v<T, __nv_bfloat16>) {
    return __double2bfloat16(value);
  } else {
    return static_cast<T>(value);
  }
}

template <class T>
void round_to(std::vector<double> const& values, T* to) {
  for (double const value : values) *to++ = round_to<T>(value);
}

template <class T>
double widen(T value) {
  return static_cast<double>(to_real(value));
}

template <class T>
std::vector<double> widen(T const* values, std::int64_t n) {
  std::vector<double> wide(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < wide.size(); ++i) wide[i] = widen(values[i]);
  return wide;
}

}  // namespace

template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t n) {
  auto const values = rounded<T>(op);
  validate::host_tensors(validate::of_forward(x, y), validate::elements(n, sizeof(T)), sizeof(T));
  for (std::int64_t i = 0; i < n; ++i)
    y[i] = round_to<T>(pointwise<Op>::forward(values.data(), widen(x[i])));
}

template <class Op, class T>
void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n) {
  auto const values = rounded<T>(op);
  validate::host_tensors(validate::of_backward(dy, "x", x, dx), validate::elements(n, sizeof(T)),
                         sizeof(T));
  for (std::int64_t i = 0; i < n; ++i)
    dx[i] = round_to<T>(pointwise<Op>::backward(values.data(), widen(dy[i]), widen(x[i])));
}

template <class Op, class T>
void output_gradient<Op, T, true>::backward(Op const& op, T const* dy, T const* y, T* dx,
                                            std::int64_t n) {
  auto const values = rounded<T>(op);
  require_gradient_from_output(op);
  validate::host_tensors(validate::of_backward(dy, "y", y, dx), validate::elements(n, sizeof(T)),
                         sizeof(T));
  for (std::int64_t i = 0; i < n; ++i) {
    dx[i] =
        round_to<T>(pointwise<Op>::backward_from_output(values.data(), widen(dy[i]), widen(y[i])));
  }
}

template <class Op, class T>
void forward(Op const&, T const* x, T* y, std::int64_t rows, std::int64_t columns) {
  auto const extent = validate::elements(rows, columns, sizeof(T));
  validate::host_tensors(validate::of_forward(x, y), extent, sizeof(T));
  if (extent.count == 0) return;
  std::vector<double> result(static_cast<std::size_t>(columns));
  for (std::int64_t row = 0; row < rows; ++row) {
    rowwise<Op>::forward(widen(x + row * columns, columns).data(), result.data(), columns);
    round_to(result, y + row * columns);
  }
}

template <class Op, class T>
void backward(Op const&, T const* dy, T const* y, T* dx, std::int64_t rows, std::int64_t columns) {
  auto const extent = validate::elements(rows, columns, sizeof(T));
  validate::host_tensors(validate::of_backward(dy, "y", y, dx), extent, sizeof(T));
  if (extent.count == 0) return;
  std::vector<double> result(static_cast<std::size_t>(columns));
  for (std::int64_t row = 0; row < rows; ++row) {
    rowwise<Op>::backward(widen(dy + row * columns, columns).data(),
                          widen(y + row * columns, columns).data(), result.data(), columns);
    round_to(result, dx + row * columns);
  }
}

#define INSTANTIATE_POINTWISE(op, T)                                                               \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, T*, std::int64_t);            \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, T const*, T const*, T*, std::int64_t); \
  template struct ACTIVATIONS_CUDA_EXPORT output_gradient<op, T>;
#define INSTANTIATE_ROWWISE(op, T)                                                                \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, T*, std::int64_t,            \
                                                std::int64_t);                                    \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, T const*, T const*, T*, std::int64_t, \
                                                 std::int64_t);
#define FOR_EACH_TYPE(instantiate, op)                                   \
  instantiate(op, float) instantiate(op, double) instantiate(op, __half) \
      instantiate(op, __nv_bfloat16)
#define POINTWISE(op, formula) FOR_EACH_TYPE(INSTANTIATE_POINTWISE, op)
#define ROWWISE(op, formula) FOR_EACH_TYPE(INSTANTIATE_ROWWISE, op)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::reference::detail
