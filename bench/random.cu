#include "device_array.hpp"

#include <activations_cuda/traits.hpp>

namespace bench {

namespace {

// The SplitMix64 generator's output function.
__device__ std::uint64_t scrambled(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

template <class T>
__global__ void fill_kernel(T* values, std::int64_t n, std::uint64_t seed) {
  std::int64_t const stride = std::int64_t{gridDim.x} * blockDim.x;
  for (std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < n; i += stride) {
    std::uint64_t const bits = scrambled((seed << 32) + static_cast<std::uint64_t>(i));
    float const fraction = static_cast<float>(bits >> 40) * 0x1p-24F;
    values[i] = activations_cuda::from_real<T>(fraction * 16.0F - 8.0F);
  }
}

}  // namespace

template <class T>
void fill_random(T* values, std::int64_t n, std::uint64_t seed) {
  constexpr int threads = 256;
  std::int64_t const blocks = (n + threads - 1) / threads;
  fill_kernel<<<static_cast<unsigned>(blocks < 65536 ? blocks : 65536), threads>>>(values, n, seed);
  check(cudaGetLastError(), "fill_kernel");
}

template void fill_random(float*, std::int64_t, std::uint64_t);
template void fill_random(double*, std::int64_t, std::uint64_t);
template void fill_random(__half*, std::int64_t, std::uint64_t);
template void fill_random(__nv_bfloat16*, std::int64_t, std::uint64_t);

}  // namespace bench
