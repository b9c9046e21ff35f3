// The gradients of prelu as frameworks compute them. In float and bfloat16: another type is another
// ten seconds of CUB for the compiler.
#include "device_array.hpp"
#include "learned.hpp"

#include <cub/device/device_segmented_reduce.cuh>
#include <cuda/std/functional>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

namespace bench {

namespace {

template <class T>
__global__ void prelu_kernel(act::channel_shape shape, T const* dy, T const* x,
                             typename learned_arrays<T>::real const* alpha, T* dx, T* terms) {
  std::int64_t const n = shape.outer * shape.channels * shape.inner;
  std::int64_t const i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= n) return;
  auto const at = act::to_real(x[i]);
  auto const g = act::to_real(dy[i]);
  auto const slope = alpha[i / shape.inner % shape.channels];
  dx[i] = at > 0 ? dy[i] : act::from_real<T>(slope * g);
  terms[i] = act::from_real<T>(at > 0 ? 0 : at * g);
}

/// The terms of one channel after those of another.
template <class T>
struct term_in_order {
  T const* terms;
  act::channel_shape shape;
  __host__ __device__ typename learned_arrays<T>::real operator()(std::int64_t i) const {
    std::int64_t const of_channel = shape.outer * shape.inner;
    std::int64_t const channel = i / of_channel;
    std::int64_t const rest = i % of_channel;
    return act::to_real(
        terms[(rest / shape.inner * shape.channels + channel) * shape.inner + rest % shape.inner]);
  }
};

struct first_of_channel {
  std::int64_t of_channel;
  __host__ __device__ std::int64_t operator()(std::int64_t channel) const {
    return channel * of_channel;
  }
};

template <class T>
cudaError_t sum(void* temporary, std::size_t& bytes, T const* terms,
                act::channel_shape const& shape, typename learned_arrays<T>::real* gradient,
                cudaStream_t stream) {
  auto const first = thrust::make_transform_iterator(thrust::counting_iterator<std::int64_t>(0),
                                                     first_of_channel{shape.outer * shape.inner});
  auto const values = thrust::make_transform_iterator(thrust::counting_iterator<std::int64_t>(0),
                                                      term_in_order<T>{terms, shape});
  return cub::DeviceSegmentedReduce::Sum(temporary, bytes, values, gradient, shape.channels, first,
                                         first + 1, stream);
}

/// The terms, and behind them what CUB wants.
template <class T>
std::size_t bytes_of_terms(act::channel_shape const& shape) {
  auto const n = static_cast<std::size_t>(shape.outer * shape.channels * shape.inner);
  return (n * sizeof(T) + 255) / 256 * 256;
}

}  // namespace

template <class T>
std::size_t scratch_of_two_steps(act::channel_shape const& shape) {
  std::size_t bytes = 0;
  check(sum<T>(nullptr, bytes, nullptr, shape, nullptr, nullptr), "cub::DeviceSegmentedReduce");
  return bytes_of_terms<T>(shape) + bytes;
}

template <class T>
void launch_prelu_in_two_steps(call<T> const& c, cudaStream_t stream) {
  act::channel_shape const shape = channel_shape_of(c.shape, c.n);
  constexpr int threads = 256;
  auto* const terms = static_cast<T*>(c.scratch);
  auto const blocks = static_cast<unsigned>((c.n + threads - 1) / threads);
  prelu_kernel<<<blocks, threads, 0, stream>>>(shape, c.in[0], c.in[1], c.learned.values, c.out[0],
                                               terms);
  check(cudaGetLastError(), "prelu_kernel");
  std::size_t const used = bytes_of_terms<T>(shape);
  std::size_t bytes = c.scratch_bytes - used;
  check(sum(static_cast<unsigned char*>(c.scratch) + used, bytes, terms, shape, c.learned.gradients,
            stream),
        "cub::DeviceSegmentedReduce");
}

#define INSTANTIATE_FOR(T)                                               \
  template void launch_prelu_in_two_steps(call<T> const&, cudaStream_t); \
  template std::size_t scratch_of_two_steps<T>(act::channel_shape const&);
INSTANTIATE_FOR(float)
INSTANTIATE_FOR(__nv_bfloat16)

}  // namespace bench
