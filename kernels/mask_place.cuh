// Where the values of masks for a row are: which batch, head and query an outer index stands for.
#pragma once

#include <activations_cuda/softmax_options.hpp>

#include <cstdint>

namespace activations_cuda::kernels {

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

/// Of what is not negative, in a loop of few instructions and registers: for numbers that hardly ever come.
__device__ inline quotient_and_rest divided_by_bits(std::int64_t a, std::int64_t b) {
  std::uint64_t quotient = 0, rest = 0;
#pragma unroll 1
  for (int bit = 63; bit >= 0; --bit) {
    rest = rest * 2 + ((static_cast<std::uint64_t>(a) >> bit) & 1);
    bool const fits = rest >= static_cast<std::uint64_t>(b);
    rest -= fits ? static_cast<std::uint64_t>(b) : 0;
    quotient = quotient * 2 + static_cast<std::uint64_t>(fits);
  }
  return {static_cast<std::int64_t>(quotient), static_cast<std::int64_t>(rest)};
}

/// A division that the host has prepared.
struct divisor {
  std::int64_t value;
  std::uint64_t inverse;  // 2^64 / value, rounded up

  divisor() = default;
  explicit divisor(std::int64_t v)
      : value(v), inverse(~std::uint64_t{0} / static_cast<std::uint64_t>(v) + 1) {}
  /// Of what is not negative.
  __device__ quotient_and_rest divide(std::int64_t a) const {
    std::int64_t q = a;
    if (value != 1) {
      q = ((a | value) >> 32) == 0 ? quotient(static_cast<std::uint32_t>(a)) : a / value;
    }
    return {q, a - q * value};
  }
  /// Where it fits, by one that does: the upper half of a product of 32 and 64 bits. The inverse is off by
  /// too little to matter; that of 1 is 0.
  __device__ std::uint32_t quotient(std::uint32_t a) const {
    std::uint64_t const low = std::uint64_t{a} * static_cast<std::uint32_t>(inverse);
    std::uint64_t const high = std::uint64_t{a} * static_cast<std::uint32_t>(inverse >> 32);
    return value == 1 ? a : static_cast<std::uint32_t>((high + (low >> 32)) >> 32);
  }
};

/// The masks of a call, as kernels get them.
template <class T>
struct call_masks : softmax_mask<T> {
  divisor by_queries, by_heads;
  bool narrow;  // outer indices have 32 bits

  call_masks(softmax_mask<T> const& mask, std::int64_t outer)
      : softmax_mask<T>(mask),
        by_queries(mask.queries),
        by_heads(mask.heads),
        narrow(outer >> 32 == 0) {}
};

/// Where the values of masks for an outer index are, which Number holds.
template <class Number>
struct mask_place {
  Number batch, head, query;

  template <class T>
  __device__ mask_place(call_masks<T> const& mask, std::int64_t outer) {
    if constexpr (sizeof(Number) == 4) {
      auto const o = static_cast<Number>(outer);
      Number const above = mask.by_queries.quotient(o);
      batch = mask.by_heads.quotient(above);
      head = above - batch * static_cast<Number>(mask.heads);
      query = o - above * static_cast<Number>(mask.queries);
    } else {
      auto const [above, q] = divided_by_bits(outer, mask.queries);
      auto const [b, h] = divided_by_bits(above, mask.heads);
      batch = b;
      head = h;
      query = q;
    }
  }
  __device__ std::int64_t offset(mask_strides const& strides) const {
    return offset(strides.batch, strides.head, strides.query);
  }
  __device__ std::int64_t offset(std::int64_t of_batch, std::int64_t of_head,
                                 std::int64_t of_query) const {
    return product(batch, of_batch) + product(head, of_head) + product(query, of_query);
  }
  /// Of the columns that a causal mask and lengths let take part.
  template <class T>
  __device__ std::int64_t limit(call_masks<T> const& mask, std::int64_t columns) const {
    std::int64_t limit = columns;
    if (mask.causal.enabled) {
      // query + offset + 1, but for what overflows: those are beyond every column.
      std::int64_t const most = columns - 1 - query;
      limit = mask.causal.offset > most ? columns : query + mask.causal.offset + 1;
    }
    if (mask.lengths.first != nullptr) {
      row_lengths const& lengths = mask.lengths;
      std::int64_t const length =
          lengths.first[offset(lengths.batch_stride, lengths.head_stride, lengths.query_stride)];
      limit = length < limit ? length : limit;
    }
    return limit < 0 ? 0 : limit;
  }

 private:
  __device__ static std::int64_t product(Number index, std::int64_t stride) {
    return static_cast<std::int64_t>(index) * stride;
  }
};
/// Calls body(place): in 32 bits where they do, which is half of the instructions.
template <class T, class Body>
__device__ void with_mask_place(call_masks<T> const& mask, std::int64_t outer, Body const& body) {
  if (mask.narrow) {
    body(mask_place<std::uint32_t>(mask, outer));
  } else {
    body(mask_place<std::int64_t>(mask, outer));
  }
}

}  // namespace activations_cuda::kernels
