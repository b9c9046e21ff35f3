// The ops as function objects in a user's own kernel, compiled with a user's flags (contraction on,
// nvcc's default): the same bits as the library's kernels, for subnormal numbers too.
#include "support/pointwise_call.hpp"

#include <activations_cuda/activations.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace {

namespace act = activations_cuda;
using support::check;
using support::device_buffer;
using support::direction;
using support::host_array;

template <class T, class Activation>
__global__ void users_kernel(Activation activation, T const* dy, T const* x, T* y, T* dx, int n) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i >= n) return;
  y[i] = activation(x[i]);
  dx[i] = activation.backward(dy[i], x[i]);
}

template <class T, class Activation>
__global__ void users_kernel_from_output(Activation activation, T const* dy, T const* y, T* dx,
                                         int n) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) dx[i] = activation.backward_from_output(dy[i], y[i]);
}

// Half of the magnitudes where activations bend, half down to the subnormal numbers of float32.
host_array sample(support::storage const& type, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> bends(-20, 7);
  std::uniform_real_distribution<double> tiny(-149, -20);
  host_array result(type, 10'000);
  for (std::size_t i = 0; i < result.size(); ++i) {
    double const magnitude = std::exp2(i % 2 == 0 ? bends(random) : tiny(random));
    result.set(i, random() % 2 == 0 ? magnitude : -magnitude);
  }
  return result;
}

template <class T>
void expect_the_librarys_bits(support::storage const& type) {
  host_array const x = sample(type, 1);
  host_array const dy = sample(type, 2);
  device_buffer const device_x(x);
  device_buffer const device_dy(dy);
  device_buffer const y(x.bytes());
  device_buffer const dx(x.bytes());
  auto const at = [](device_buffer const& buffer) { return static_cast<T*>(buffer.get()); };
  int index = 0;  // the type list and the C ABI follow the same table
  act::for_each(act::pointwise_ops{}, [&](auto tag) {
    typename decltype(tag)::type const op;
    std::string const name = act_op_name(index++);
    int const n = static_cast<int>(x.size());
    users_kernel<T><<<(n + 127) / 128, 128>>>(act::functor<T>(op), at(device_dy), at(device_x),
                                              at(y), at(dx), n);
    check(cudaGetLastError(), "users_kernel");
    act_op const named = support::op_named(name);
    EXPECT_TRUE(y.download(type) == support::call(named, direction::forward, nullptr, x))
        << name << " " << type.name;
    EXPECT_TRUE(dx.download(type) == support::call(named, direction::backward, &dy, x))
        << name << " " << type.name << " backward";
    if constexpr (act::has_backward_from_output<decltype(op)>) {
      users_kernel_from_output<T>
          <<<(n + 127) / 128, 128>>>(act::functor<T>(op), at(device_dy), at(y), at(dx), n);
      check(cudaGetLastError(), "users_kernel_from_output");
      host_array const outputs = y.download(type);
      EXPECT_TRUE(dx.download(type) ==
                  support::call(named, direction::backward_from_output, &dy, outputs))
          << name << " " << type.name << " backward_from_output";
    }
  });
}

TEST(functor, GivesTheLibrarysBitsInFloat32) {
  expect_the_librarys_bits<float>(support::storages[ACT_FLOAT32]);
}
TEST(functor, GivesTheLibrarysBitsInFloat64) {
  expect_the_librarys_bits<double>(support::storages[ACT_FLOAT64]);
}
TEST(functor, GivesTheLibrarysBitsInFloat16) {
  expect_the_librarys_bits<__half>(support::storages[ACT_FLOAT16]);
}
TEST(functor, GivesTheLibrarysBitsInBfloat16) {
  expect_the_librarys_bits<__nv_bfloat16>(support::storages[ACT_BFLOAT16]);
}

}  // namespace
