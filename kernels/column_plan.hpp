// How a block shares an axis other than the last. The launchers and the tests ask the same function.
#pragma once

#include "tuning.hpp"

#include <cstdint>

namespace activations_cuda::kernels {

struct column_plan {
  int width;  // elements side by side of a thread: 1 or a pack's
  int lanes;  // threads side by side
  bool held;  // else the columns are read twice
  int warps;  // of a block

  constexpr std::int64_t tiles(std::int64_t inner) const {
    return (inner - 1) / (width * lanes) + 1;
  }
};

/// By shape alone: the alignment must not change the order of sums. Packs where the inner axis has one;
/// as many side by side as there are, up to 32, but fewer, down to a sector of 32 bytes, where the
/// columns stay in registers only then.
template <class T>
constexpr column_plan plan_columns(std::int64_t columns, std::int64_t inner) {
  constexpr int held_bytes = sizeof(T) == 8 ? 8 : 4;  // of the type that elements are held in
  int const width = inner >= tuning::full_width<T> ? tuning::full_width<T> : 1;
  int const bytes = width == 1 ? tuning::column_single_bytes : tuning::column_bytes;
  int const most = bytes / held_bytes / width;
  int widest = 1;
  while (widest < 32 && std::int64_t{widest} * width < inner) widest *= 2;
  int const sector = width == 1 ? widest : widest < 2 ? widest : 2;
  for (int lanes = widest; lanes >= sector && lanes >= 1; lanes /= 2) {
    if (columns > std::int64_t{tuning::column_threads} / lanes * most) continue;
    // As many threads as have columns to hold.
    auto const sharing = static_cast<int>((columns - 1) / most + 1);
    return {width, lanes, true, (lanes * sharing - 1) / 32 + 1};
  }
  return {width, widest, false, tuning::column_threads / 32};
}

}  // namespace activations_cuda::kernels
