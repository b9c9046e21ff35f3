#include "device_array.hpp"
#include "rowwise.hpp"

#include <limits>

namespace bench {

namespace {

constexpr int most_threads = 1024;

template <class T>
using real_of = typename act::arithmetic_for<T>::real;

/// Where a maximum begins. Not -inf, whose difference from itself is NaN.
template <class T>
constexpr real_of<T> lowest = std::numeric_limits<real_of<T>>::lowest();

/// merge(merge(v0, v1), ...) of the values of a block's threads, whose number is a power of two.
template <class Value, class Merge>
__device__ Value over_block(Value value, Merge merge) {
  __shared__ Value partial[most_threads];
  partial[threadIdx.x] = value;
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half)
      partial[threadIdx.x] = merge(partial[threadIdx.x], partial[threadIdx.x + half]);
  }
  __syncthreads();
  Value const result = partial[0];
  __syncthreads();  // the next call writes there
  return result;
}

/// Calls f with each of the thread's columns.
template <class Function>
__device__ void for_columns(std::int64_t columns, Function f) {
  for (std::int64_t c = threadIdx.x; c < columns; c += blockDim.x) f(c);
}

struct add {
  template <class Real>
  __device__ Real operator()(Real a, Real b) const {
    return a + b;
  }
};

struct larger {
  template <class Real>
  __device__ Real operator()(Real a, Real b) const {
    return ::fmax(a, b);
  }
};

/// Of the elements that have been seen the maximum, and the sum of e^(x - maximum).
template <class Real>
struct running_sum {
  Real maximum, sum;
};

struct merge_running_sums {
  template <class Real>
  __device__ running_sum<Real> operator()(running_sum<Real> a, running_sum<Real> b) const {
    Real const maximum = ::fmax(a.maximum, b.maximum);
    return {maximum, a.sum * ::exp(a.maximum - maximum) + b.sum * ::exp(b.maximum - maximum)};
  }
};

template <bool logarithm, class T>
__device__ void write(T const* x, T* y, std::int64_t columns, real_of<T> maximum, real_of<T> sum) {
  real_of<T> const normalizer = logarithm ? ::log(sum) : 1 / sum;
  for_columns(columns, [&](std::int64_t c) {
    real_of<T> const difference = act::to_real(x[c]) - maximum;
    y[c] = act::from_real<T>(logarithm ? difference - normalizer : ::exp(difference) * normalizer);
  });
}

template <bool logarithm, class T>
__global__ void three_pass_kernel(T const* x, T* y, std::int64_t columns) {
  x += blockIdx.x * columns;
  y += blockIdx.x * columns;
  real_of<T> maximum = lowest<T>;
  for_columns(columns, [&](std::int64_t c) { maximum = ::fmax(maximum, act::to_real(x[c])); });
  maximum = over_block(maximum, larger{});
  real_of<T> sum = 0;
  for_columns(columns, [&](std::int64_t c) { sum += ::exp(act::to_real(x[c]) - maximum); });
  write<logarithm>(x, y, columns, maximum, over_block(sum, add{}));
}

template <bool logarithm, class T>
__global__ void online_kernel(T const* x, T* y, std::int64_t columns) {
  x += blockIdx.x * columns;
  y += blockIdx.x * columns;
  running_sum<real_of<T>> sums{lowest<T>, 0};
  for_columns(columns, [&](std::int64_t c) {
    sums = merge_running_sums{}(sums, running_sum<real_of<T>>{act::to_real(x[c]), 1});
  });
  sums = over_block(sums, merge_running_sums{});
  write<logarithm>(x, y, columns, sums.maximum, sums.sum);
}

template <bool logarithm, class T>
__global__ void two_pass_backward_kernel(T const* dy, T const* y, T* dx, std::int64_t columns) {
  dy += blockIdx.x * columns;
  y += blockIdx.x * columns;
  dx += blockIdx.x * columns;
  real_of<T> sum = 0;
  for_columns(columns, [&](std::int64_t c) {
    sum += act::to_real(dy[c]) * (logarithm ? 1 : act::to_real(y[c]));
  });
  sum = over_block(sum, add{});
  for_columns(columns, [&](std::int64_t c) {
    real_of<T> const g = act::to_real(dy[c]), at = act::to_real(y[c]);
    dx[c] = act::from_real<T>(logarithm ? g - ::exp(at) * sum : at * (g - sum));
  });
}

/// With a block for each row.
template <class T, class Kernel, class... Tensors>
void launch(call<T> const& c, cudaStream_t stream, Kernel kernel, Tensors... tensors) {
  act::softmax_shape const shape = softmax_shape_of(c);
  int threads = 32;
  while (threads < shape.columns && threads < most_threads) threads *= 2;
  kernel<<<static_cast<unsigned>(shape.outer), threads, 0, stream>>>(tensors..., shape.columns);
  check(cudaGetLastError(), "a textbook's softmax");
}

template <bool logarithm, class T>
void launch_textbook(call<T> const& c, cudaStream_t stream) {
  if (c.way == rowwise::forward)
    launch(c, stream, three_pass_kernel<logarithm, T>, c.in[0], c.out[0]);
  else
    launch(c, stream, two_pass_backward_kernel<logarithm, T>, c.in[0], c.in[1], c.out[0]);
}

}  // namespace

template <class T>
void launch_softmax_textbook(call<T> const& c, cudaStream_t stream) {
  if (c.op == rowwise::log_softmax)
    launch_textbook<true>(c, stream);
  else
    launch_textbook<false>(c, stream);
}

template <class T>
void launch_softmax_online(call<T> const& c, cudaStream_t stream) {
  if (c.op == rowwise::log_softmax)
    launch(c, stream, online_kernel<true, T>, c.in[0], c.out[0]);
  else
    launch(c, stream, online_kernel<false, T>, c.in[0], c.out[0]);
}

#define INSTANTIATE_FOR(T)                                             \
  template void launch_softmax_textbook(call<T> const&, cudaStream_t); \
  template void launch_softmax_online(call<T> const&, cudaStream_t);
INSTANTIATE_FOR(float)
INSTANTIATE_FOR(double)
INSTANTIATE_FOR(__half)
INSTANTIATE_FOR(__nv_bfloat16)

}  // namespace bench
