#include "device_array.hpp"
#include "half_kernels.hpp"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

namespace mathematics {

namespace {

constexpr unsigned threads = 256;
constexpr unsigned blocks = 65'536 / threads;

#define HALF_FUNCTION(name, ...)                                 \
  template <class T>                                             \
  __global__ void name##_of_all(T* result) {                     \
    unsigned const bits = blockIdx.x * blockDim.x + threadIdx.x; \
    auto const value = static_cast<unsigned short>(bits);        \
    result[bits] = ::name(reinterpret_cast<T const&>(value));    \
  }
#include "half_functions.def"
#undef HALF_FUNCTION

template <class T>
using kernel = void (*)(T*);

template <class T>
constexpr kernel<T> kernels[] = {
#define HALF_FUNCTION(name, ...) name##_of_all<T>,
#include "half_functions.def"
#undef HALF_FUNCTION
};

template <class T>
std::vector<std::uint16_t> all(std::size_t row) {
  device_array<std::uint16_t> const result(65'536);
  kernels<T>[row]<<<blocks, threads>>>(reinterpret_cast<T*>(result.get()));
  check(cudaGetLastError(), "the launch");
  check(cudaDeviceSynchronize(), "the kernel");
  return result.read();
}

}  // namespace

std::vector<std::uint16_t> all_on_device(std::size_t row, half_type type) {
  return type == half_type::float16 ? all<__half>(row) : all<__nv_bfloat16>(row);
}

}  // namespace mathematics
