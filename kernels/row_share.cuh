// Which elements of a row a thread of a group has.
#pragma once

#include "row_access.cuh"
#include "tuning.hpp"

#include <cstdint>

namespace activations_cuda::kernels {

/// What a thread of a group has of a row, if there is a row for it: groups that share a warp stay together
/// without.
template <class T, class Group, int packs, bool aligned>
struct row_share {
  static constexpr bool shifted = !aligned;
  static constexpr int width = tuning::full_width<T>;
  using access = row_access<T, packs, aligned>;

  Group const& group;

  bool is_there;
  std::int64_t index;
  int apart, start;  // elements of a round; elements of the row before the group's part
  int shift = 0, first = 0;

  __device__ row_share(Group const& g, std::int64_t rows)
      : group(g),
        is_there(group.row() < rows),
        index(Group::is_warp || is_there ? group.row() : 0),
        apart(group.threads() * width),
        start(group.part() * packs * apart) {}
  __device__ bool leaves() const { return Group::is_warp && !is_there; }
  /// Where packs begin, for the sake of what is written.
  __device__ void align_to(T const* row) {
    if constexpr (shifted) shift = misalignment(row);
    first = group.thread() * width - shift;
  }
  /// Of a row of so many elements.
  __device__ access of(std::int64_t elements) const {
    constexpr int none = -(1 << 30);
    int const high = Group::is_warp || is_there ? static_cast<int>(elements) - start : none;
    return {first, apart, -start, high,
            row_rounds::of<width, packs>(high + shift, shift - start, group)};
  }
  /// Places of the first packs that are the part's before.
  __device__ int lent() const {
    return Group::is_part && shifted && group.thread() == 0 && start > 0 ? shift : 0;
  }
  /// Of the sums of the first packs' places those to the part before.
  template <class Real>
  __device__ void leave_lent(Real (&places)[width]) const {
    if constexpr (Group::is_part && shifted) {
      if (lent() == 0) return;
#pragma unroll
      for (int i = 0; i < width; ++i) places[i] = i < lent() ? Real(-0.0) : places[i];
    }
  }
  /// Calls body(column) for each element of the thread's packs, one by one.
  template <class Body>
  __device__ void for_each_of_packs(access const& row, Body const& body) const {
#pragma unroll 1
    for (int p = 0; p < packs; ++p) {
#pragma unroll 1
      for (int i = row.at(p); i < row.at(p) + width; ++i) {
        if ((i >= row.low) & (i < row.high)) body(start + i);
      }
    }
  }
  /// Elements of the part from there on are in no pack: fewer than a pack has, the first thread's.
  __device__ int rest() const { return packs * apart - shift; }
  __device__ bool has_rest(access const& row) const {
    return shifted && group.thread() == 0 && row.high > rest();
  }
  /// The same where the row ends in this part: else they are in the next one's packs.
  __device__ bool ends_in_rest(access const& row) const {
    return has_rest(row) && row.high <= packs * apart;
  }
  /// One of them for each of some places.
  __device__ bool has_in_rest(access const& row, int place) const {
    return has_rest(row) & (place < shift) & (rest() + place < row.high);
  }
  __device__ int column_of_rest(int place) const { return start + rest() + place; }
  /// Calls body(place, column) for them, one by one, as far as the row goes.
  template <class Body>
  __device__ void for_each_of_rest(access const& row, Body const& body) const {
#pragma unroll 1
    for (int i = 0; i < shift; ++i) {
      if (rest() + i < row.high) body(i, column_of_rest(i));
    }
  }
};

}  // namespace activations_cuda::kernels
