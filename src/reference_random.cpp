// The references of the random activations, with a Philox4x32-10 of their own.
#include "random_arguments.hpp"
#include "reference.hpp"
#include "reference_values.hpp"

#include <activations_cuda/reference.hpp>

#include <array>
#include <cmath>
#include <cstdint>

namespace activations_cuda::reference::detail {
namespace {

using words = std::array<std::uint32_t, 4>;

// As in the paper: each half of the counter goes through a multiplication, a Feistel step and a
// swap, with keys of a Weyl sequence.
words philox(std::uint64_t seed, std::uint64_t block) {
  constexpr std::uint64_t multiplier[] = {0xD2511F53, 0xCD9E8D57};
  constexpr std::uint64_t weyl[] = {0x9E3779B9, 0xBB67AE85};
  constexpr std::uint64_t mask = 0xFFFFFFFF;
  std::uint64_t left[] = {block & mask, 0};
  std::uint64_t right[] = {block >> 32, 0};
  std::uint64_t key[] = {seed & mask, seed >> 32};
  for (int round = 0; round < 10; ++round) {
    std::uint64_t const product[] = {multiplier[0] * left[0], multiplier[1] * left[1]};
    for (int half = 0; half < 2; ++half) {
      left[half] = product[1 - half] >> 32 ^ right[half] ^ key[half];
      right[half] = product[1 - half] & mask;
      key[half] = (key[half] + weyl[half]) & mask;
    }
  }
  return {static_cast<std::uint32_t>(left[0]), static_cast<std::uint32_t>(right[0]),
          static_cast<std::uint32_t>(left[1]), static_cast<std::uint32_t>(right[1])};
}

template <class Real>
fraction number_of(random_position const& position, std::int64_t k) {
  auto const i = static_cast<std::uint64_t>(position.first_element + k);
  std::uint64_t const seed = position.device_seed ? *position.device_seed : position.seed;
  std::uint64_t const offset =
      position.offset + (position.device_offset ? *position.device_offset : 0);
  if constexpr (sizeof(Real) == 8) {
    words const w = philox(seed, offset + i / 2);
    double const high = w[2 * (i % 2)];
    double const low = w[2 * (i % 2) + 1] >> 11;
    return {std::ldexp(high, 21) + low, 53};
  } else {
    return {static_cast<double>(philox(seed, offset + i / 4)[i % 4] >> 8), 24};
  }
}

}  // namespace

template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t n, random_position const& position) {
  using real = typename arithmetic_for<T>::real;
  auto const values = rounded<T>(op);
  validate::drawn_host_tensors(validate::of_forward(x, y, validate::elements(n, sizeof(T))),
                               sizeof(T), position);
  for (std::int64_t k = 0; k < n; ++k) {
    double const slope = random<Op>::slope(values, number_of<real>(position, k));
    y[k] = round_to<T>(random<Op>::forward(slope, widen(x[k])));
  }
}

template <class Op, class T>
void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
              random_position const& position) {
  using real = typename arithmetic_for<T>::real;
  auto const values = rounded<T>(op);
  validate::drawn_host_tensors(
      validate::of_backward(dy, "x", x, dx, validate::elements(n, sizeof(T))), sizeof(T), position);
  for (std::int64_t k = 0; k < n; ++k) {
    double const slope = random<Op>::slope(values, number_of<real>(position, k));
    dx[k] = round_to<T>(random<Op>::backward(slope, widen(dy[k]), widen(x[k])));
  }
}

template <class Op, class Real>
void slopes(Op const& op, Real* slope, std::int64_t n, random_position const& position) {
  auto const values = rounded<Real>(op);
  validate::drawn_host_tensors(
      validate::of_output("slope", slope, validate::elements(n, sizeof(Real))), sizeof(Real),
      position);
  for (std::int64_t k = 0; k < n; ++k)
    slope[k] = round_to<Real>(random<Op>::slope(values, number_of<Real>(position, k)));
}

#define INSTANTIATE_FOR(op, T)                                                                    \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, T*, std::int64_t,            \
                                                random_position const&);                          \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, T const*, T const*, T*, std::int64_t, \
                                                 random_position const&);
#define INSTANTIATE_SLOPES_FOR(op, Real)                                       \
  template ACTIVATIONS_CUDA_EXPORT void slopes(op const&, Real*, std::int64_t, \
                                               random_position const&);
#define RANDOM(op, formula)          \
  INSTANTIATE_FOR(op, float)         \
  INSTANTIATE_FOR(op, double)        \
  INSTANTIATE_FOR(op, __half)        \
  INSTANTIATE_FOR(op, __nv_bfloat16) \
  INSTANTIATE_SLOPES_FOR(op, float)  \
  INSTANTIATE_SLOPES_FOR(op, double)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::reference::detail
