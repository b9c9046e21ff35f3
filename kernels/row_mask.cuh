// The masks of softmax, as one row sees them.
#pragma once

#include "tuning.hpp"
#include "vector_access.cuh"

#include <activations_cuda/softmax_options.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>

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

/// A division that the host has prepared.
struct divisor {
  std::int64_t value;
  std::uint64_t inverse;  // 2^64 / value, rounded up

  divisor() = default;
  explicit divisor(std::int64_t v)
      : value(v), inverse(~std::uint64_t{0} / static_cast<std::uint64_t>(v) + 1) {}
  /// Of what is not negative. In 32 bits the inverse is off by too little to matter.
  __device__ quotient_and_rest divide(std::int64_t a) const {
    std::int64_t q = a;
    if (value != 1) {
      q = ((a | value) >> 32) == 0 ? quotient(static_cast<std::uint32_t>(a)) : a / value;
    }
    return {q, a - q * value};
  }

 private:
  /// The upper half of a product of 32 and 64 bits.
  __device__ std::uint32_t quotient(std::uint64_t a) const {
    std::uint64_t const low = a * static_cast<std::uint32_t>(inverse);
    return static_cast<std::uint32_t>((a * (inverse >> 32) + (low >> 32)) >> 32);
  }
};

/// The masks of a call, as kernels get them.
template <class T>
struct call_masks : softmax_mask<T> {
  divisor by_queries, by_heads;

  call_masks(softmax_mask<T> const& mask)
      : softmax_mask<T>(mask), by_queries(mask.queries), by_heads(mask.heads) {}
};

/// Where the values of masks for an outer index are.
struct mask_place {
  std::int64_t batch, head, query;

  template <class T>
  __device__ mask_place(call_masks<T> const& mask, std::int64_t outer) {
    auto const [above, q] = mask.by_queries.divide(outer);
    auto const [b, h] = mask.by_heads.divide(above);
    batch = b;
    head = h;
    query = q;
  }
  __device__ std::int64_t offset(mask_strides const& strides, std::int64_t inner) const {
    return batch * strides.batch + head * strides.head + query * strides.query +
           inner * strides.inner;
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
      std::int64_t const length =
          mask.lengths.first[batch * mask.lengths.batch_stride + head * mask.lengths.head_stride +
                             query * mask.lengths.query_stride];
      limit = length < limit ? length : limit;
    }
    return limit < 0 ? 0 : limit;
  }
};

/// All elements take part.
template <class T>
struct no_mask {
  static constexpr bool is_there = false, has_tensors = false;
  using real = typename arithmetic_for<T>::real;

  __device__ no_mask(call_masks<T> const&, std::int64_t, std::int64_t, std::int64_t columns)
      : limit(columns) {}
  std::int64_t limit;  // of the columns that take part

  __device__ static constexpr bool scales() { return false; }
  __device__ bool keeps(std::int64_t column, int /*neighbour*/ = 0) const { return column < limit; }
  template <int width>
  __device__ void apply(std::int64_t, int, int, real, real, real (&)[width]) const {}
};

/// The first elements of a row take part.
template <class T>
struct limit_mask : no_mask<T> {
  static constexpr bool is_there = true;

  __device__ limit_mask(call_masks<T> const& mask, std::int64_t outer, std::int64_t inner,
                        std::int64_t columns)
      : no_mask<T>(mask, outer, inner, columns) {
    this->limit = mask_place(mask, outer).limit(mask, columns);
  }
};

/// The values of mask tensors for a thread's packs.
template <class T, int packs, int width>
struct mask_packs {
  using bytes = std::conditional_t<width == 8, uint2,
                                   std::conditional_t<width == 4, std::uint32_t, std::uint16_t>>;
  pack<T, width> additive[packs];
  bytes boolean[packs];
};

template <class T>
struct any_mask {
  static constexpr bool is_there = true, has_tensors = true;
  using real = typename arithmetic_for<T>::real;

  __device__ any_mask(call_masks<T> const& m, std::int64_t outer, std::int64_t inner,
                      std::int64_t columns)
      : limit(columns), mask(m) {
    mask_place const place(mask, outer);
    limit = place.limit(mask, columns);
    if (mask.additive.first != nullptr)
      additive = mask.additive.first + place.offset(mask.additive.strides, inner);
    if (mask.boolean.first != nullptr)
      boolean = mask.boolean.first + place.offset(mask.boolean.strides, inner);
  }

  std::int64_t limit;

  /// True where what apply leaves is scaled already.
  __device__ bool scales() const { return additive != nullptr; }

  /// Of a column, at the mask's inner element or one so many further.
  __device__ bool keeps(std::int64_t column, int neighbour = 0) const {
    bool result = column < limit;
    if (additive != nullptr) {
      mask_strides const& strides = mask.additive.strides;
      result = result && to_real(additive[column * strides.column + neighbour * strides.inner]) !=
                             static_cast<real>(-INFINITY);
    }
    if (boolean != nullptr) {
      mask_strides const& strides = mask.boolean.strides;
      result = result && (boolean[column * strides.column + neighbour * strides.inner] != 0) ==
                             nonzero_keeps();
    }
    return result;
  }

  /// Of columns from that one on, of which those from low to high are there. What is masked
  /// becomes -inf where elements are scaled by then, else what it has to be to become that.
  template <int width>
  __device__ void apply(std::int64_t column, int low, int high, real scale, real masked,
                        real (&values)[width]) const {
    if (additive != nullptr) {
      real terms[width];
      mask_strides const& strides = mask.additive.strides;
      read(additive + column * strides.column, strides.column, low, high, terms);
      add(terms, scale, values);
    }
    if (boolean != nullptr) {
      mask_strides const& strides = mask.boolean.strides;
      std::uint8_t const* const from = boolean + column * strides.column;
#pragma unroll
      for (int i = 0; i < width; ++i) {
        bool keeps = false;
        if ((i >= low) & (i < high)) keeps = (from[i * strides.column] != 0) == nonzero_keeps();
        values[i] = keeps ? values[i] : masked;
      }
    }
  }

  /// Of a group of columns from that one on, so far apart, of which count are there, with so many
  /// elements side by side: what is not there is masked, too. In flight together.
  template <int group, int width>
  __device__ void apply_to_columns(std::int64_t column, int apart, int count, int elements,
                                   real scale, real masked, real (*values)[width]) const {
    if (additive != nullptr) {
      real terms[group][width];
      for_columns<group, width>(additive, mask.additive.strides, column, apart, count, elements,
                                [&](int k, int v, T term) { terms[k][v] = to_real(term); });
#pragma unroll
      for (int k = 0; k < group; ++k) add(terms[k], scale, values[k]);
    }
    if (boolean != nullptr) {
      bool kept[group][width];
      for_columns<group, width>(
          boolean, mask.boolean.strides, column, apart, count, elements,
          [&](int k, int v, std::uint8_t byte) { kept[k][v] = (byte != 0) == nonzero_keeps(); });
#pragma unroll
      for (int k = 0; k < group; ++k) {
#pragma unroll
        for (int v = 0; v < width; ++v) values[k][v] = kept[k][v] ? values[k][v] : masked;
      }
    }
#pragma unroll
    for (int k = 0; k < group; ++k) {
#pragma unroll
      for (int v = 0; v < width; ++v) values[k][v] = k < count ? values[k][v] : masked;
    }
  }

  /// For a thread's packs: in flight together.
  template <class Access, int packs, int width>
  __device__ void load(Access const& in, std::int64_t start,
                       mask_packs<T, packs, width>& to) const {
    if (additive != nullptr) {
      T const* const from = additive + start * mask.additive.strides.column;
      if (mask.additive.strides.column == 1) {
        in.load(from, from_real<T>(0), to.additive);
      } else {
        in.load_apart(from, mask.additive.strides.column, to.additive);
      }
    }
    if (boolean != nullptr) {
      std::uint8_t const* const from = boolean + start * mask.boolean.strides.column;
#pragma unroll
      for (int p = 0; p < packs; ++p)
        load_bytes(from, mask.boolean.strides.column, in.at(p), in, to.boolean[p]);
    }
  }
  /// The same for packs that load went with.
  template <int packs, int width>
  __device__ void apply(mask_packs<T, packs, width>& terms, pack<T, width> (&raw)[packs],
                        real scale, T masked, real (&values)[packs][width]) const {
    if (boolean != nullptr) {
      std::uint32_t const flip = nonzero_keeps() ? 0 : 0x80808080U;
#pragma unroll
      for (int p = 0; p < packs; ++p) {
        raw[p].replace_unless(terms.boolean[p], flip, masked);
        if (additive != nullptr)
          terms.additive[p].replace_unless(terms.boolean[p], flip, from_real<T>(0));
      }
    }
    if (additive != nullptr) {
#pragma unroll
      for (int p = 0; p < packs; ++p) {
        real unpacked[width];
        raw[p].unpack(values[p]);
        terms.additive[p].unpack(unpacked);
        add(unpacked, scale, values[p]);
      }
    } else {
#pragma unroll
      for (int p = 0; p < packs; ++p) raw[p].unpack(values[p]);
    }
  }

 private:
  // By reference: the strides stay in the kernel's parameters.
  call_masks<T> const& mask;
  T const* additive = nullptr;
  std::uint8_t const* boolean = nullptr;

  __device__ bool nonzero_keeps() const {
    return mask.boolean.meaning == mask_meaning::nonzero_keeps;
  }
  /// Calls body(k, v, value) for all of them; what is not there is 0.
  template <int group, int width, class Value, class Body>
  __device__ static void for_columns(Value const* from, mask_strides const& strides,
                                     std::int64_t column, int apart, int count, int elements,
                                     Body const& body) {
    from += column * strides.column;
    std::int64_t const next = apart * strides.column;
#pragma unroll
    for (int k = 0; k < group; ++k) {
#pragma unroll
      for (int v = 0; v < width; ++v)
        body(k, v, k < count && v < elements ? from[v * strides.inner] : Value(0));
      from += next;
    }
  }
  template <int width>
  __device__ static void add(real const (&terms)[width], real scale, real (&values)[width]) {
#pragma unroll
    for (int i = 0; i < width; ++i) {
      real const sum = math::fma(values[i], scale, terms[i]);
      values[i] = terms[i] == static_cast<real>(-INFINITY) ? terms[i] : sum;  // even a NaN
    }
  }
  /// A pack's bytes, in one access where they are whole and on their boundary.
  template <class Access, class Bytes>
  __device__ static void load_bytes(std::uint8_t const* from, std::int64_t stride, int place,
                                    Access const& in, Bytes& to) {
    constexpr int width = sizeof(Bytes);
    std::uint8_t const* const first = from + place * stride;
    if ((stride == 1) & (place >= in.low) & (place + width <= in.high) &
        (reinterpret_cast<std::uintptr_t>(first) % width == 0)) {
      to = *reinterpret_cast<Bytes const*>(first);
      return;
    }
    std::uint64_t bytes = 0;
#pragma unroll 1
    for (int i = 0; i < width; ++i) {
      bool const there = (place + i >= in.low) & (place + i < in.high);
      std::uint64_t const byte = there ? first[i * stride] : 0;
      bytes = (bytes >> 8) | (byte << (8 * (width - 1)));
    }
    memcpy(&to, &bytes, sizeof(to));
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
