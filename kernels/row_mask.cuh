// The masks of softmax, as one row sees them.
#pragma once

#include "tuning.hpp"
#include "vector_access.cuh"

#include <activations_cuda/softmax_options.hpp>

#include <cmath>
#include <cstdint>

namespace activations_cuda::kernels {

/// Which elements a thread has side by side.
enum class neighbours { columns, inner };

/// All elements take part.
template <class T>
struct no_mask {
  static constexpr bool is_there = false;
  using real = typename arithmetic_for<T>::real;

  __device__ no_mask(softmax_mask<T> const&, std::int64_t, std::int64_t, std::int64_t columns,
                     neighbours)
      : limit(columns) {}
  std::int64_t limit;  // of the columns that take part

  __device__ bool scales() const { return false; }
  template <int width>
  __device__ void apply(std::int64_t, int, int, real, real (&)[width]) const {}
};

struct quotient_and_rest {
  std::int64_t quotient, rest;
};
/// In 32 bits where they do: a 64-bit division takes some 100 instructions.
__device__ inline quotient_and_rest divided(std::int64_t a, std::int64_t b) {
  if (((a | b) >> 32) == 0) {
    auto const q = static_cast<std::uint32_t>(a) / static_cast<std::uint32_t>(b);
    return {q, static_cast<std::int64_t>(static_cast<std::uint32_t>(a) -
                                         q * static_cast<std::uint32_t>(b))};
  }
  std::int64_t const q = a / b;
  return {q, a - q * b};
}

template <class T>
struct any_mask {
  static constexpr bool is_there = true;
  using real = typename arithmetic_for<T>::real;

  __device__ any_mask(softmax_mask<T> const& m, std::int64_t outer, std::int64_t inner,
                      std::int64_t columns, neighbours side_by_side)
      : limit(columns), mask(m), beside(side_by_side) {
    auto const [above, query] = divided(outer, mask.queries);
    auto const [batch, head] = divided(above, mask.heads);
    auto const offset = [&, batch = batch, head = head, query = query](auto const& strides) {
      return batch * strides.batch + head * strides.head + query * strides.query +
             inner * strides.inner;
    };
    if (mask.causal.enabled) {
      // query + offset + 1, but for what overflows: those are beyond every column.
      std::int64_t const most = columns - 1 - query;
      limit = mask.causal.offset > most ? columns : query + mask.causal.offset + 1;
    }
    if (mask.lengths.first != nullptr) {
      std::int64_t const length =
          mask.lengths.first[batch * mask.lengths.batch_stride + head * mask.lengths.head_stride +
                             query * mask.lengths.query_stride];
      limit = length < limit ? length : limit;
    }
    limit = limit < 0 ? 0 : limit;
    if (mask.additive.first != nullptr)
      additive = mask.additive.first + offset(mask.additive.strides);
    if (mask.boolean.first != nullptr) boolean = mask.boolean.first + offset(mask.boolean.strides);
  }

  std::int64_t limit;

  /// True where what apply leaves is scaled already.
  __device__ bool scales() const { return additive != nullptr; }

  /// Of neighbours from that column on, of which those from low to high are there.
  template <int width>
  __device__ void apply(std::int64_t column, int low, int high, real scale,
                        real (&values)[width]) const {
    if (additive != nullptr) {
      real terms[width];
      mask_strides const& strides = mask.additive.strides;
      read(additive + column * strides.column, step(strides), low, high, terms);
#pragma unroll
      for (int i = 0; i < width; ++i) {
        real const sum = math::fma(values[i], scale, terms[i]);
        values[i] = terms[i] == static_cast<real>(-INFINITY) ? terms[i] : sum;  // even a NaN
      }
    }
    if (boolean != nullptr) {
      mask_strides const& strides = mask.boolean.strides;
      bool const nonzero_keeps = mask.boolean.meaning == mask_meaning::nonzero_keeps;
      std::uint8_t const* const from = boolean + column * strides.column;
#pragma unroll
      for (int i = 0; i < width; ++i) {
        bool keeps = false;
        if ((i >= low) & (i < high)) keeps = (from[i * step(strides)] != 0) == nonzero_keeps;
        values[i] = keeps ? values[i] : static_cast<real>(-INFINITY);
      }
    }
  }

 private:
  // By reference: the strides stay in the kernel's parameters.
  softmax_mask<T> const& mask;
  neighbours beside;
  T const* additive = nullptr;
  std::uint8_t const* boolean = nullptr;

  __device__ std::int64_t step(mask_strides const& strides) const {
    return beside == neighbours::columns ? strides.column : strides.inner;
  }
  template <int width>
  __device__ static void read(T const* from, std::int64_t stride, int low, int high,
                              real (&terms)[width]) {
    if constexpr (width > 1) {
      if (stride == 1 && low <= 0 && high >= width &&
          reinterpret_cast<std::uintptr_t>(from) % 16 == 0) {
        pack<T, width>::load(from).unpack(terms);
        return;
      }
    }
#pragma unroll
    for (int i = 0; i < width; ++i) {
      terms[i] = 0;
      if ((i >= low) & (i < high)) terms[i] = to_real(from[i * stride]);
    }
  }
};

}  // namespace activations_cuda::kernels
