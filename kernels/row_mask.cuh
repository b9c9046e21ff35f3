// The masks of softmax, as one row sees them.
#pragma once

#include "mask_place.cuh"
#include "row_access.cuh"
#include "tuning.hpp"
#include "vector_access.cuh"

#include <activations_cuda/softmax_options.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>

namespace activations_cuda::kernels {

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
  __device__ void apply(std::int64_t, real, real, real&) const {}
};

/// The first elements of a row take part.
template <class T>
struct limit_mask : no_mask<T> {
  static constexpr bool is_there = true;

  __device__ limit_mask(call_masks<T> const& mask, std::int64_t outer, std::int64_t inner,
                        std::int64_t columns)
      : no_mask<T>(mask, outer, inner, columns) {
    with_mask_place(mask, outer,
                    [&](auto const& place) { this->limit = place.limit(mask, columns); });
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
    with_mask_place(mask, outer, [&](auto const& place) {
      limit = place.limit(mask, columns);
      if (mask.additive.first != nullptr) {
        additive = mask.additive.first + place.offset(mask.additive.strides) +
                   inner * mask.additive.strides.inner;
      }
      if (mask.boolean.first != nullptr) {
        boolean = mask.boolean.first + place.offset(mask.boolean.strides) +
                  inner * mask.boolean.strides.inner;
      }
    });
  }

  std::int64_t limit;

  /// True where what apply leaves is scaled already.
  __device__ bool scales() const { return mask.additive.first != nullptr; }

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

  /// Of an element. What is masked becomes -inf where elements are scaled by then, else what it has to be
  /// to become that.
  __device__ void apply(std::int64_t column, real scale, real masked, real& value) const {
    if (additive != nullptr)
      value = sum(value, scale, to_real(additive[column * mask.additive.strides.column]));
    if (boolean != nullptr) {
      bool const nonzero = boolean[column * mask.boolean.strides.column] != 0;
      value = nonzero == nonzero_keeps() ? value : masked;
    }
  }
  /// Of a pack that has the scale's sign and begins at a column; those from low to high are there.
  template <int width>
  __device__ void apply_to_pack(pack<T, width> const& raw, std::int64_t column, int low, int high,
                                real scale, real (&values)[width]) const {
    mask_packs<T, 1, width> terms;
    if (additive != nullptr) {
      std::int64_t const stride = mask.additive.strides.column;
      T const* const from = additive + column * stride;
      if ((stride == 1) & (low <= 0) & (high >= width) & (misalignment(from) == 0)) {
        terms.additive[0].load_global(from);
      } else {
        gather(from, stride, low, high, terms.additive[0]);
      }
    }
    if (boolean != nullptr) {
      std::int64_t const stride = mask.boolean.strides.column;
      std::uint8_t const* const from = boolean + column * stride;
      if ((stride == 1) & (low <= 0) & (high >= width) &
          (reinterpret_cast<std::uintptr_t>(from) % width == 0)) {
        load_bytes(from, terms.boolean[0]);
      } else {
        gather_bytes(from, stride, low, high, terms.boolean[0]);
      }
    }
    pack<T, width> one[1] = {raw};
    real of_one[1][width];
    apply(terms, one, scale, from_real<T>(static_cast<real>(-INFINITY)), of_one);
#pragma unroll
    for (int i = 0; i < width; ++i) values[i] = of_one[0][i];
  }

  /// Of a group of columns from that one on, so far apart, of which count are there, with so many
  /// elements side by side; what is not there has the lowest element, and keeps it. In flight together.
  template <int group, int width>
  __device__ void apply_to_columns(std::int64_t column, int apart, int count, int elements,
                                   real scale, real masked, real (*values)[width]) const {
    if (additive != nullptr) {
      real terms[group][width];
      for_columns<group, width>(additive, mask.additive.strides, column, apart, count, elements,
                                [&](int k, int v, T term) { terms[k][v] = to_real(term); });
#pragma unroll
      for (int k = 0; k < group; ++k) {
#pragma unroll
        for (int v = 0; v < width; ++v) values[k][v] = sum(values[k][v], scale, terms[k][v]);
      }
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
      std::int64_t const stride = mask.boolean.strides.column;
      std::uint8_t const* const from = boolean + start * stride;
      std::uint8_t const* const mine = from + in.first;
      bool const side_by_side =
          (stride == 1) & (reinterpret_cast<std::uintptr_t>(mine) % width == 0);
#pragma unroll
      for (int p = 0; p < packs; ++p) {
        int const low = in.low - in.at(p), high = in.high - in.at(p);
        if (side_by_side & (low <= 0) & (high >= width)) {
          load_bytes(mine + p * in.apart, to.boolean[p]);
        } else {
          gather_bytes(from + in.at(p) * stride, stride, low, high, to.boolean[p]);
        }
      }
    }
  }
  /// The same for packs that load went with. An element that a tensor masks is -inf, even a NaN.
  template <int packs, int width>
  __device__ void apply(mask_packs<T, packs, width>& terms, pack<T, width> (&raw)[packs],
                        real scale, T masked, real (&values)[packs][width]) const {
    std::uint32_t const flip = nonzero_keeps() ? 0 : 0x80808080U;
    if (mask.additive.first == nullptr) {
      if (mask.boolean.first != nullptr) {  // else there are limits alone
#pragma unroll
        for (int p = 0; p < packs; ++p) raw[p].replace_unless(terms.boolean[p], flip, masked);
      }
#pragma unroll
      for (int p = 0; p < packs; ++p) raw[p].unpack(values[p]);
      return;
    }
    T const infinite = from_real<T>(static_cast<real>(-INFINITY));
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      if (mask.boolean.first != nullptr)
        terms.additive[p].replace_unless(terms.boolean[p], flip, infinite);
      real unpacked[width];
      raw[p].clear_where(terms.additive[p], infinite);
      raw[p].unpack(values[p]);
      terms.additive[p].unpack(unpacked);
#pragma unroll
      for (int i = 0; i < width; ++i) values[p][i] = math::fma(values[p][i], scale, unpacked[i]);
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
  /// -inf of a mask hides even a NaN.
  __device__ static real sum(real value, real scale, real term) {
    real const result = math::fma(value, scale, term);
    return term == static_cast<real>(-INFINITY) ? term : result;
  }
  template <class Bytes>
  __device__ static void load_bytes(std::uint8_t const* from, Bytes& to) {
    to = *reinterpret_cast<Bytes const*>(from);
  }
  /// One by one, in few registers; what is not there is 0.
  template <int width>
  __device__ static void gather(T const* from, std::int64_t stride, int low, int high,
                                pack<T, width>& to) {
    to.raw = {};
#pragma unroll 1
    for (int i = 0; i < width; ++i)
      to.shift_in((i >= low) & (i < high) ? from[i * stride] : from_real<T>(0));
  }
  template <class Bytes>
  __device__ static void gather_bytes(std::uint8_t const* from, std::int64_t stride, int low,
                                      int high, Bytes& to) {
    constexpr int width = sizeof(Bytes);
    std::uint64_t bytes = 0;
#pragma unroll 1
    for (int i = 0; i < width; ++i) {
      std::uint64_t const byte = (i >= low) & (i < high) ? from[i * stride] : 0;
      bytes = (bytes >> 8) | (byte << (8 * (width - 1)));
    }
    memcpy(&to, &bytes, sizeof(to));
  }
};

}  // namespace activations_cuda::kernels
