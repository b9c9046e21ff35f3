#include "device_array.hpp"
#include "kernels.hpp"

namespace mathematics {

namespace {

#define CALL_1(name) name(x)
#define CALL_2(name) name(x, y)
#define FUNCTION(name, arguments, ...)                         \
  struct name##_function {                                     \
    template <class T>                                         \
    __device__ T operator()(T x, [[maybe_unused]] T y) const { \
      return ::CALL_##arguments(name);                         \
    }                                                          \
  };
#include "functions.def"
#undef FUNCTION

template <class Function, class T>
__global__ void evaluate(T const* x, T const* y, T* result, std::size_t size) {
  std::size_t const i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i < size) result[i] = Function{}(x[i], y[i]);
}

template <class Function, class T>
void launch(T const* x, T const* y, T* result, std::size_t size) {
  unsigned const threads = 256;
  auto const blocks = static_cast<unsigned>((size + threads - 1) / threads);
  evaluate<Function><<<blocks, threads>>>(x, y, result, size);
  check(cudaGetLastError(), "the launch");
}

template <class T>
using launcher = void (*)(T const*, T const*, T*, std::size_t);

template <class T>
constexpr launcher<T> launchers[] = {
#define FUNCTION(name, ...) launch<name##_function, T>,
#include "functions.def"
#undef FUNCTION
};

}  // namespace

template <class T>
std::vector<T> on_device(std::size_t row, std::vector<T> const& x, std::vector<T> const& y) {
  device_array<T> const on_device_x(x), on_device_y(y), result(x.size());
  launchers<T>[row](on_device_x.get(), on_device_y.get(), result.get(), x.size());
  check(cudaDeviceSynchronize(), "the kernel");
  return result.read();
}

template std::vector<float> on_device(std::size_t, std::vector<float> const&,
                                      std::vector<float> const&);
template std::vector<double> on_device(std::size_t, std::vector<double> const&,
                                       std::vector<double> const&);

}  // namespace mathematics
