// rrelu in a kernel of one's own: the generator and the evaluator give the library's bits.
#include "support/random_call.hpp"

#include <activations_cuda/philox.cuh>
#include <activations_cuda/random.hpp>

#include <gtest/gtest.h>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::check;
using support::device_buffer;
using support::host_array;

constexpr std::int64_t n = 1000;
constexpr std::uint64_t seed = 0xC0FFEE;
constexpr std::uint64_t offset = 77;
constexpr std::int64_t first_element = 3;

template <class T>
__global__ void users_kernel(act::rrelu f, T const* x, T* y) {
  using arithmetic = act::arithmetic_for<T>;
  using real = typename arithmetic::real;
  std::int64_t const i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  act::rrelu::evaluator<arithmetic> const evaluate(f);
  act::philox_keys const keys(seed);
  real const slope = evaluate.slope(act::philox_value<real>(keys, offset, first_element + i));
  y[i] = act::from_real<T>(evaluate.forward(slope, act::to_real(x[i])));
}

template <class T>
void expect_the_librarys_bits(support::storage const& type) {
  host_array x(type, n);
  for (std::size_t i = 0; i < x.size(); ++i) x.set(i, static_cast<double>(i % 19) - 12.5);
  device_buffer const in(x);
  device_buffer const out(x.bytes());
  users_kernel<<<(n + 127) / 128, 128>>>(act::rrelu{}, static_cast<T const*>(in.get()),
                                         static_cast<T*>(out.get()));
  check(cudaGetLastError(), "users_kernel");
  EXPECT_TRUE(out.download(type) ==
              support::call(support::random_named("rrelu"), nullptr, x,
                            support::position_at(seed, offset, first_element)));
}

TEST(random_functor, GivesTheLibrarysBits) {
  expect_the_librarys_bits<float>(support::storages[ACT_FLOAT32]);
  expect_the_librarys_bits<double>(support::storages[ACT_FLOAT64]);
  expect_the_librarys_bits<__half>(support::storages[ACT_FLOAT16]);
  expect_the_librarys_bits<__nv_bfloat16>(support::storages[ACT_BFLOAT16]);
}

}  // namespace
