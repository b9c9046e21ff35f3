// An activation as a function object: in the epilogue of a kernel of one's own and in
// thrust::transform. Both give the bits that the library's own kernels give, whatever flags this
// file is compiled with, but for -ftz=true (a part of --use_fast_math): that makes subnormal
// numbers 0.
#include <activations_cuda/activations.hpp>
#include <thrust/device_vector.h>
#include <thrust/host_vector.h>
#include <thrust/transform.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

namespace act = activations_cuda;

template <class T, class Activation>
__global__ void add_and_activate(T const* x, T const* bias, T* y, int n, Activation activation) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) y[i] = activation(x[i] + bias[i]);
}

namespace {

template <class T>
void expect_same(std::string const& what, thrust::device_vector<T> const& got,
                 thrust::device_vector<T> const& expected) {
  thrust::host_vector<T> const a = got;
  thrust::host_vector<T> const b = expected;
  if (std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) != 0)
    throw std::runtime_error(what + " differs from the library's result");
  std::printf("%s gives the library's bits\n", what.c_str());
}

template <class T, class Op>
void try_op(std::string const& name, Op const& op) {
  constexpr int n = 1000;
  thrust::host_vector<T> host(n);
  for (int i = 0; i < n; ++i) host[i] = static_cast<T>(static_cast<float>(i - n / 2) / 64.0F);
  thrust::device_vector<T> const x = host;
  thrust::device_vector<T> const zeros(n, static_cast<T>(0.0F));
  thrust::device_vector<T> expected(n);
  thrust::device_vector<T> y(n);
  T const* const from = thrust::raw_pointer_cast(x.data());
  act::forward(op, from, thrust::raw_pointer_cast(expected.data()), n, nullptr);

  thrust::transform(x.begin(), x.end(), y.begin(), act::functor<T>(op));
  expect_same(name + " in thrust::transform", y, expected);

  add_and_activate<<<(n + 255) / 256, 256>>>(from, thrust::raw_pointer_cast(zeros.data()),
                                             thrust::raw_pointer_cast(y.data()), n,
                                             act::functor<T>(op));
  expect_same(name + " in a kernel", y, expected);
}

}  // namespace

int main() {
  try {
    try_op<float>("sigmoid of float", act::sigmoid{});
    try_op<double>("tanh of double", act::tanh{});
    try_op<__half>("tanh of half", act::tanh{});
    try_op<__nv_bfloat16>("leaky_relu of bfloat16", act::leaky_relu{0.1});
  } catch (std::exception const& error) {
    std::fprintf(stderr, "consumer: %s\n", error.what());
    return 1;
  }
  return 0;
}
