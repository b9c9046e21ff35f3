// 16-byte packs of a storage type: one memory access, conversions two elements at a time where the
// hardware has them.
#pragma once

#include <activations_cuda/traits.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>

namespace activations_cuda::kernels {

/// A pointer to global memory, which the compiler does not always find out.
template <class T>
__device__ T* in_global(T* pointer) {
  return static_cast<T*>(__cvta_global_to_generic(__cvta_generic_to_global(pointer)));
}

/// width elements of T that move in one access; width is 1 or fills 4, 8 or 16 bytes.
template <class T, int width>
struct pack {
  using real = typename arithmetic_for<T>::real;
  static constexpr int bytes = width * static_cast<int>(sizeof(T));
  using access = std::conditional_t<
      width == 1, T,
      std::conditional_t<bytes == 4, std::uint32_t, std::conditional_t<bytes == 8, uint2, uint4>>>;
  static_assert(sizeof(access) == width * sizeof(T), "a pack is one access");

  access raw;

  /// The same element width times.
  __device__ static pack filled(T element) {
    T elements[width];
    pack result;
#pragma unroll
    for (T& e : elements) e = element;
    memcpy(&result.raw, elements, sizeof(elements));
    return result;
  }

  /// Volatile-free and without ld.global.nc: outputs may alias inputs.
  __device__ static pack load(T const* from) { return {*reinterpret_cast<access const*>(from)}; }
  /// The same if there is a pack to load; if not, whatever the registers hold. Written out so that
  /// it is one predicated instruction: of zeros for the other case the compiler would unpack the two
  /// cases apart, and around several loads it would branch.
  __device__ static pack load_if(bool there, T const* from) {
    pack result;
    if constexpr (width == 1) {
      result.raw = there ? *from : T(0.0F);
    } else if constexpr (bytes < 16) {
      result.raw = there ? *reinterpret_cast<access const*>(from) : access{};
    } else {
      asm volatile(
          "{\n\t"
          ".reg .pred there;\n\t"
          "setp.ne.b32 there, %5, 0;\n\t"
          "@there ld.global.v4.b32 {%0, %1, %2, %3}, [%4];\n\t"
          "}"
          : "=r"(result.raw.x), "=r"(result.raw.y), "=r"(result.raw.z), "=r"(result.raw.w)
          : "l"(from), "r"(static_cast<int>(there)));
    }
    return result;
  }

  /// The same without a condition, for memory that the compiler does not know to be global.
  __device__ void load_global(T const* from) {
    static_assert(bytes == 16, "for whole packs");
    asm volatile("ld.global.v4.b32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(raw.x), "=r"(raw.y), "=r"(raw.z), "=r"(raw.w)
                 : "l"(from)
                 : "memory");
  }
  /// If there is a pack, over what this one is.
  __device__ void load_over_if(bool there, T const* from) {
    static_assert(bytes == 16, "for whole packs");
    asm volatile(
        "{\n\t"
        ".reg .pred there;\n\t"
        "setp.ne.b32 there, %5, 0;\n\t"
        "@there ld.global.v4.b32 {%0, %1, %2, %3}, [%4];\n\t"
        "}"
        : "+r"(raw.x), "+r"(raw.y), "+r"(raw.z), "+r"(raw.w)
        : "l"(from), "r"(static_cast<int>(there))
        : "memory");
  }

  /// To global memory. The intrinsic, because nvcc takes an assignment apart and does not always
  /// put it together again: one pack of each thread would be stored in 32-bit pieces.
  __device__ void store(T* to) const {
    if constexpr (width == 1) {
      *to = raw;
    } else {
      __stwb(reinterpret_cast<access*>(to), raw);
    }
  }

  /// The same if there is a pack to store, as one predicated instruction: around it the compiler would
  /// branch, and make the pack's elements behind the branch.
  __device__ void store_if(bool there, T* to) const {
    if constexpr (width == 1 || bytes < 16) {
      if (there) store(to);
    } else {
      asm volatile(
          "{\n\t"
          ".reg .pred there;\n\t"
          "setp.ne.b32 there, %5, 0;\n\t"
          "@there st.global.v4.b32 [%4], {%0, %1, %2, %3};\n\t"
          "}"
          :
          : "r"(raw.x), "r"(raw.y), "r"(raw.z), "r"(raw.w), "l"(to), "r"(static_cast<int>(there))
          : "memory");
    }
  }

  /// As load_global.
  __device__ void store_global(T* to) const {
    static_assert(bytes == 16, "for whole packs");
    asm volatile("st.global.v4.b32 [%4], {%0, %1, %2, %3};"
                 :
                 : "r"(raw.x), "r"(raw.y), "r"(raw.z), "r"(raw.w), "l"(to)
                 : "memory");
  }

  __device__ void store_shared(T* to) const { *reinterpret_cast<access*>(to) = raw; }

  /// Keeps the compiler from carrying unpacked elements from before this point to after it, which
  /// would take twice the registers of a pack of 16-bit elements.
  __device__ void forget_unpacked() {
    if constexpr (bytes == 16 && sizeof(T) == 2) {
      asm volatile("" : "+r"(raw.x), "+r"(raw.y), "+r"(raw.z), "+r"(raw.w));
    } else if constexpr (bytes == 8 && sizeof(T) == 2) {
      asm volatile("" : "+r"(raw.x), "+r"(raw.y));
    } else if constexpr (bytes == 4 && sizeof(T) == 2) {
      asm volatile("" : "+r"(raw));
    }
  }

  /// The elements times -1 if that is negative.
  __device__ pack with_sign_of(real scale) const {
    std::uint32_t const sign = scale < 0 ? (sizeof(T) == 2 ? 0x80008000U : 0x80000000U) : 0;
    pack result = *this;
    if constexpr (width == 1 && sizeof(T) == 2) {
      std::uint16_t bits;
      memcpy(&bits, &raw, sizeof(bits));
      bits ^= static_cast<std::uint16_t>(sign);
      memcpy(&result.raw, &bits, sizeof(bits));
    } else {
      std::uint32_t words[bytes / 4];
      memcpy(words, &raw, sizeof(raw));
#pragma unroll
      for (int w = 0; w < bytes / 4; ++w) {
        if (sizeof(T) < 8 || w % 2 == 1) words[w] ^= sign;
      }
      memcpy(&result.raw, words, sizeof(raw));
    }
    return result;
  }

  __device__ void unpack(real (&values)[width]) const {
    if constexpr (std::is_same_v<T, __nv_bfloat16> && width > 1) {
      // A bfloat16 is the upper half of a float: one instruction an element.
      std::uint32_t words[width / 2];
      memcpy(words, &raw, sizeof(raw));
#pragma unroll
      for (int i = 0; i < width; ++i) {
        values[i] = math::detail::bits_as<float>(i % 2 == 0 ? words[i / 2] << 16
                                                            : words[i / 2] & 0xFFFF0000U);
      }
    } else {
      T elements[width];
      memcpy(elements, &raw, sizeof(raw));
#pragma unroll
      for (int i = 0; i < width; ++i) values[i] = to_real(elements[i]);
    }
  }

  __device__ static pack from(real const (&values)[width]) {
    pack result;
    if constexpr (sizeof(T) == 2 && width > 1) {
      std::uint32_t words[width / 2];
#pragma unroll
      for (int i = 0; i < width / 2; ++i) words[i] = round_pair(values[2 * i], values[2 * i + 1]);
      memcpy(&result.raw, words, sizeof(result.raw));
    } else {
      T elements[width];
#pragma unroll
      for (int i = 0; i < width; ++i) elements[i] = from_real<T>(values[i]);
      memcpy(&result.raw, elements, sizeof(result.raw));
    }
    return result;
  }

  /// Drops the first element, and has another one behind the last.
  __device__ void shift_in(T element) {
    static_assert(bytes == 16);
    constexpr int count = 4, moved = sizeof(T) == 8 ? 2 : 1;
    std::uint32_t words[count], last[2] = {};
    memcpy(words, &raw, sizeof(raw));
    memcpy(last, &element, sizeof(element));
    if constexpr (sizeof(T) == 2) {
#pragma unroll
      for (int w = 0; w < count; ++w)
        words[w] = __funnelshift_r(words[w], w + 1 < count ? words[w + 1] : last[0], 16);
    } else {
#pragma unroll
      for (int w = 0; w < count; ++w)
        words[w] = w + moved < count ? words[w + moved] : last[w + moved - count];
    }
    memcpy(&raw, words, sizeof(raw));
  }

  /// Elements whose bytes are 0 become another one; flip is 0x80808080 if it is the others.
  template <class Bytes>
  __device__ void replace_unless(Bytes const& bytes, std::uint32_t flip, T other) {
    static_assert(sizeof(Bytes) == width);
    std::uint32_t of_four[(width + 3) / 4] = {};
    memcpy(of_four, &bytes, sizeof(bytes));
#pragma unroll
    for (std::uint32_t& b : of_four)  // the highest bit of each byte says whether it was not 0
      b = (((b & 0x7F7F7F7FU) + 0x7F7F7F7FU) | b) ^ flip;
    T others[4 / sizeof(T) + 1];
    std::uint32_t words[sizeof(raw) / 4], of_other[sizeof(T) == 8 ? 2 : 1];
#pragma unroll
    for (T& o : others) o = other;
    memcpy(of_other, others, sizeof(of_other));
    memcpy(words, &raw, sizeof(raw));
#pragma unroll
    for (int w = 0; w < static_cast<int>(sizeof(raw) / 4); ++w) {
      // Four times the highest bit of the byte of each of the word's bytes.
      int const first = w * 4 / static_cast<int>(sizeof(T));
      int const last = (w * 4 + 3) / static_cast<int>(sizeof(T));
      std::uint32_t const selector = (first % 4 * 0x11U) | (last % 4 * 0x1100U) | 0x8888U;
      std::uint32_t kept;
      asm("prmt.b32 %0, %1, %1, %2;" : "=r"(kept) : "r"(of_four[first / 4]), "r"(selector));
      words[w] = (words[w] & kept) | (of_other[w % (sizeof(T) == 8 ? 2 : 1)] & ~kept);
    }
    memcpy(&raw, words, sizeof(raw));
  }

  /// Where another pack has that element, 0.
  __device__ void clear_where(pack const& other, T element) {
    if constexpr (sizeof(T) == 2 && width > 1) {
      pair const pair_of_element{element, element};
      pair others[width / 2];
      std::uint32_t words[width / 2];
      memcpy(others, &other.raw, sizeof(raw));
      memcpy(words, &raw, sizeof(raw));
#pragma unroll
      for (int i = 0; i < width / 2; ++i) words[i] &= ~__heq2_mask(others[i], pair_of_element);
      memcpy(&raw, words, sizeof(raw));
    } else {
      T elements[width], others[width];
      memcpy(elements, &raw, sizeof(raw));
      memcpy(others, &other.raw, sizeof(raw));
#pragma unroll
      for (int i = 0; i < width; ++i)
        elements[i] = others[i] == element ? from_real<T>(0) : elements[i];
      memcpy(&raw, elements, sizeof(raw));
    }
  }

  /// Of 16-bit elements, at each place the larger one of two that is not NaN; or the smaller.
  template <bool smallest>
  __device__ pack further(pack const& other) const {
    pair pairs[width / 2], others[width / 2];
    memcpy(pairs, &raw, sizeof(raw));
    memcpy(others, &other.raw, sizeof(raw));
    pack result;
#pragma unroll
    for (int i = 0; i < width / 2; ++i)
      pairs[i] = smallest ? __hmin2(pairs[i], others[i]) : __hmax2(pairs[i], others[i]);
    memcpy(&result.raw, pairs, sizeof(raw));
    return result;
  }
  /// Of packs of 16-bit elements, the largest element that is not NaN, or -inf; or the smallest, or inf.
  template <bool smallest, int packs>
  __device__ static real extreme(pack const (&of)[packs]) {
    pack result = of[0];
#pragma unroll
    for (int p = 1; p < packs; ++p) result = result.template further<smallest>(of[p]);
    pair pairs[width / 2];
    memcpy(pairs, &result.raw, sizeof(raw));
#pragma unroll
    for (int step = width / 4; step > 0; step /= 2) {
#pragma unroll
      for (int i = 0; i < step; ++i)
        pairs[i] =
            smallest ? __hmin2(pairs[i], pairs[i + step]) : __hmax2(pairs[i], pairs[i + step]);
    }
    real const x = to_real(pairs[0].x), y = to_real(pairs[0].y);
    return smallest ? ::fminf(static_cast<real>(INFINITY), ::fminf(x, y))
                    : ::fmaxf(static_cast<real>(-INFINITY), ::fmaxf(x, y));
  }

 private:
  using pair = std::conditional_t<std::is_same_v<T, __half>, __half2, __nv_bfloat162>;

  // One conversion instruction for both from sm_80 on; the same bits as two single ones.
  __device__ static std::uint32_t round_pair(float low, float high) {
    if constexpr (std::is_same_v<T, __half>) {
      return math::detail::bits_as<std::uint32_t>(__floats2half2_rn(low, high));
    } else {
      return math::detail::bits_as<std::uint32_t>(__floats2bfloat162_rn(low, high));
    }
  }
};

}  // namespace activations_cuda::kernels
