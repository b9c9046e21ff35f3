// How a row is shared out among threads, by its length. The launchers and the tests ask the same
// function.
#pragma once

#include "tuning.hpp"

#include <cstdint>
#include <limits>

namespace activations_cuda::kernels {

struct row_shape {
  int threads;  // 32: a warp for each row; more: a block
  int width;    // elements of an access: 16 bytes, or 1 where rows do not start on a boundary
  int packs;    // accesses of a thread at a time, all in flight together
  bool held;    // the row stays in registers and is read once; else every pass reads it again

  constexpr std::int64_t elements_at_a_time() const {
    return static_cast<std::int64_t>(threads) * width * packs;
  }
  constexpr std::int64_t longest_row() const {
    return held ? elements_at_a_time() : std::numeric_limits<std::int64_t>::max();
  }
};

/// For storage type T: first those for aligned rows, then the others, each by length.
template <class T>
inline constexpr row_shape row_shapes[] = {
    {32, tuning::full_width<T>, tuning::row_packs, true},
    {tuning::small_block, tuning::full_width<T>, tuning::row_packs, true},
    {tuning::large_block, tuning::full_width<T>, tuning::row_packs, true},
    {tuning::long_row_block, tuning::full_width<T>, tuning::long_row_packs, false},
    {32, 1, tuning::row_singles_short, true},
    {32, 1, tuning::row_singles_long<T>, true},
    {tuning::small_block, 1, tuning::row_singles_long<T>, true},
    {tuning::large_block, 1, tuning::row_singles_long<T>, true},
    {tuning::long_row_block, 1, tuning::long_row_singles, false},
};

template <class T>
inline constexpr int row_shape_count = sizeof(row_shapes<T>) / sizeof(row_shape);

/// Index of the shape for rows of this many columns; aligned: every pointer is on a 16-byte
/// boundary.
template <class T>
constexpr int choose_row_shape(std::int64_t columns, bool aligned) {
  int const width = aligned && columns % tuning::full_width<T> == 0 ? tuning::full_width<T> : 1;
  int index = 0;
  while (row_shapes<T>[index].width != width || row_shapes<T>[index].longest_row() < columns)
    ++index;
  return index;
}

}  // namespace activations_cuda::kernels
