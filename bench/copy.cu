// 16-byte accesses, of every input and output one.
#include "device_array.hpp"
#include "family.hpp"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstring>

namespace bench {

namespace {

// As many loads in flight as cover DRAM latency on every GPU.
constexpr int threads = 256;
constexpr int loads_in_flight = 4;

template <int inputs>
constexpr int words_per_thread = (loads_in_flight + inputs - 1) / inputs;

template <int inputs, int outputs>
struct words {
  uint4 const* in[inputs];
  uint4* out[outputs];
  std::int64_t count;
  unsigned rest;  // bytes behind them
};

/// The bytes that no word has: of tensors with odd rows.
template <int inputs, int outputs>
__device__ void copy_byte(words<inputs, outputs> const& data, unsigned byte) {
  unsigned char result = 0;
  for (uint4 const* const in : data.in)
    result ^= reinterpret_cast<unsigned char const*>(in + data.count)[byte];
  for (uint4* const out : data.out)
    reinterpret_cast<unsigned char*>(out + data.count)[byte] = result;
}

__device__ uint4 operator^(uint4 a, uint4 b) {
  return {a.x ^ b.x, a.y ^ b.y, a.z ^ b.z, a.w ^ b.w};
}

template <int inputs, int outputs>
__global__ void __launch_bounds__(threads) copy_kernel(words<inputs, outputs> data) {
  constexpr int per_thread = words_per_thread<inputs>;
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
#pragma unroll
    for (int s = 0; s < outputs; ++s) {
      if (at < data.count) data.out[s][at] = result;
    }
  }
  if (blockIdx.x == 0 && threadIdx.x < data.rest) copy_byte(data, threadIdx.x);
}

template <int inputs, int outputs, class T>
void launch(call<T> const& c, cudaStream_t stream) {
  constexpr std::int64_t elements = sizeof(uint4) / sizeof(T);
  constexpr std::int64_t tile = threads * words_per_thread<inputs>;
  words<inputs, outputs> data{
      {}, {}, c.n / elements, static_cast<unsigned>(c.n % elements * sizeof(T))};
  for (int s = 0; s < inputs; ++s) data.in[s] = reinterpret_cast<uint4 const*>(c.in[s]);
  for (int s = 0; s < outputs; ++s) data.out[s] = reinterpret_cast<uint4*>(c.out[s]);
  auto const blocks = static_cast<unsigned>((data.count + tile - 1) / tile);
  copy_kernel<<<blocks, threads, 0, stream>>>(data);
  check(cudaGetLastError(), "copy_kernel");
}

}  // namespace

template <class T>
void launch_copy(call<T> const& c, cudaStream_t stream) {
  if (c.in[1] == nullptr)
    launch<1, 1>(c, stream);
  else if (c.in[2] == nullptr)
    launch<2, 1>(c, stream);
  else
    launch<3, 2>(c, stream);
}

template <class T>
void expected_copy(call<T> const& c) {
  for (T* const out : c.out) {
    if (out == nullptr) continue;
    std::memset(out, 0, static_cast<std::size_t>(c.n) * sizeof(T));
    auto* const bytes = reinterpret_cast<unsigned char*>(out);
    for (T const* const in : c.in) {
      auto const* const operand = reinterpret_cast<unsigned char const*>(in);
      for (std::size_t i = 0; operand && i < static_cast<std::size_t>(c.n) * sizeof(T); ++i)
        bytes[i] ^= operand[i];
    }
  }
}

#define INSTANTIATE_FOR(T)                                 \
  template void launch_copy(call<T> const&, cudaStream_t); \
  template void expected_copy(call<T> const&);
INSTANTIATE_FOR(float)
INSTANTIATE_FOR(double)
INSTANTIATE_FOR(__half)
INSTANTIATE_FOR(__nv_bfloat16)

}  // namespace bench
