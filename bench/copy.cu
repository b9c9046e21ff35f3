// The ceiling: as many bytes read and written as a call must, in 16-byte accesses, and nothing
// computed.
#include "device_array.hpp"
#include "pointwise_call.hpp"

#include <stdexcept>

namespace bench {

namespace {

// As many loads in flight as cover DRAM latency on every GPU.
constexpr int threads = 256;
constexpr int loads_in_flight = 4;

template <int inputs>
struct words {
  uint4 const* in[inputs];
  uint4* out;
  std::int64_t count;
};

__device__ uint4 operator^(uint4 a, uint4 b) {
  return {a.x ^ b.x, a.y ^ b.y, a.z ^ b.z, a.w ^ b.w};
}

template <int inputs>
__global__ void __launch_bounds__(threads) copy_kernel(words<inputs> data) {
  constexpr int per_thread = loads_in_flight / inputs;
  std::int64_t const first = blockIdx.x * std::int64_t{threads * per_thread} + threadIdx.x;
  uint4 value[per_thread][inputs] = {};
#pragma unroll
  for (int i = 0; i < per_thread; ++i) {
    std::int64_t const at = first + i * threads;
#pragma unroll
    for (int s = 0; s < inputs; ++s) {
      if (at < data.count) value[i][s] = data.in[s][at];
    }
  }
#pragma unroll
  for (int i = 0; i < per_thread; ++i) {
    std::int64_t const at = first + i * threads;
    uint4 result = value[i][0];
#pragma unroll
    for (int s = 1; s < inputs; ++s) result = result ^ value[i][s];
    if (at < data.count) data.out[at] = result;
  }
}

template <int inputs>
void launch(words<inputs> const& data, cudaStream_t stream) {
  constexpr std::int64_t tile = threads * (loads_in_flight / inputs);
  auto const blocks = static_cast<unsigned>((data.count + tile - 1) / tile);
  copy_kernel<inputs><<<blocks, threads, 0, stream>>>(data);
  check(cudaGetLastError(), "copy_kernel");
}

uint4 const* words_at(void const* memory) { return static_cast<uint4 const*>(memory); }

}  // namespace

template <class T>
void launch_copy(pointwise_call<T> const& call, cudaStream_t stream) {
  constexpr std::int64_t word = sizeof(uint4) / sizeof(T);
  if (call.n % word != 0)
    throw std::invalid_argument("copy moves 16 bytes at a time: n must be a multiple of " +
                                std::to_string(word));
  auto* const out = reinterpret_cast<uint4*>(call.out);
  std::int64_t const count = call.n / word;
  if (call.way == direction::forward)
    launch<1>({{words_at(call.saved)}, out, count}, stream);
  else
    launch<2>({{words_at(call.dy), words_at(call.saved)}, out, count}, stream);
}

template void launch_copy(pointwise_call<float> const&, cudaStream_t);
template void launch_copy(pointwise_call<double> const&, cudaStream_t);
template void launch_copy(pointwise_call<__half> const&, cudaStream_t);
template void launch_copy(pointwise_call<__nv_bfloat16> const&, cudaStream_t);

}  // namespace bench
