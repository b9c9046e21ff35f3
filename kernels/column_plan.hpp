// How a block shares an axis other than the last. The launchers and the tests ask the same function.
#pragma once

#include "tuning.hpp"

#include <cstdint>

namespace activations_cuda::kernels {

/// Neighbours along the inner axis, and through the outer one, are a block's lanes; the rest of its
/// threads share the columns.
struct column_plan {
  int lanes;    // threads side by side
  int sharing;  // threads of a column
  bool held;    // else the columns are read twice

  constexpr int threads() const { return lanes * sharing; }
};

/// How many columns a thread holds at most: 32 registers, twice as many for pairs of 16 bits.
template <class T>
inline constexpr int most_held_columns = sizeof(T) == 8 ? 16 : 32;

/// By shape alone: the alignment must not change the order of sums. As few threads for a column as hold
/// it; side by side as many as the inner axis has words, up to 32, or fewer, down to a sector of 32
/// bytes, where the columns stay in registers only then. Where the inner axis is shorter than a sector,
/// threads that share a column make one of its neighbours, if each has four columns or more; a warp then
/// goes on along the outer axis.
template <class T>
constexpr column_plan plan_columns(std::int64_t columns, std::int64_t inner) {
  constexpr int most = most_held_columns<T>, sector = 8, of_warp = 32;
  int widest = 1;
  while (widest < of_warp &&
         widest * std::int64_t{4} < inner * static_cast<std::int64_t>(sizeof(T)))
    widest *= 2;
  int const least_lanes = widest < sector ? widest : sector;
  int sharing = sector / least_lanes;
  if (columns <= most) {
    while (sharing > 1 && columns < std::int64_t{4} * sharing) sharing /= 2;
    if (sharing == 1) return {tuning::lone_column_threads, 1, true};
    return {of_warp / sharing, sharing, true};
  }
  while (sharing < of_warp / least_lanes && std::int64_t{sharing} * most < columns) sharing *= 2;
  if (std::int64_t{sharing} * most >= columns && of_warp / sharing >= widest)
    return {of_warp / sharing, sharing, true};
  for (int lanes = widest; lanes >= least_lanes; lanes /= 2) {
    if (columns > std::int64_t{tuning::column_threads} / lanes * most) continue;
    auto const holding = static_cast<int>((columns - 1) / most + 1);
    int const beside = of_warp / lanes;
    return {lanes, (holding + beside - 1) / beside * beside, true};
  }
  return {widest, tuning::column_threads / widest, false};
}

/// A thread's columns at most.
constexpr std::int64_t own_columns(column_plan const& plan, std::int64_t columns) {
  return (columns - 1) / plan.sharing + 1;
}

}  // namespace activations_cuda::kernels
