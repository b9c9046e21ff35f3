// How a row is shared out among threads, by its length. The launchers and the tests ask the same
// function.
#pragma once

#include "tuning.hpp"

#include <cstdint>
#include <limits>

namespace activations_cuda::kernels {

struct row_shape {
  int threads;  // 32: a warp for each row; more: a block
  int packs;    // packs of 16 bytes that a thread has at a time
  bool held;    // the row stays in registers and is read once; else it is read twice

  constexpr int longest_held_row(int width) const { return held ? threads * packs * width : 0; }
};

/// By length. The alignment does not matter: it must not change the order in which a row is summed.
inline constexpr row_shape row_shapes[] = {
    {32, tuning::row_packs, true},
    {tuning::small_block, tuning::row_packs, true},
    {tuning::large_block, tuning::row_packs, true},
    {tuning::long_row_block, tuning::long_row_packs, false},
};
inline constexpr int row_shape_count = sizeof(row_shapes) / sizeof(row_shape);

/// Index of the shape for rows of this many elements of type T.
template <class T>
constexpr int choose_row_shape(std::int64_t columns) {
  for (int index = 0; index < row_shape_count; ++index) {
    if (columns <= row_shapes[index].longest_held_row(tuning::full_width<T>)) return index;
  }
  return row_shape_count - 1;
}

}  // namespace activations_cuda::kernels
