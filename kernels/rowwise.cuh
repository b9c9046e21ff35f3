// Rows that their threads hold in registers: each element is read once.
//
// All that a thread reads comes before the group's first reduction, all that it writes after: outputs
// may be inputs. Sums are trees of a shape that depends on the row's length only: a thread's own
// elements in order, then the lanes of a warp, the warps, the blocks of a cluster.
#pragma once

#include "row_call.cuh"
#include "row_group.cuh"

#include <cmath>
#include <cstdint>

namespace activations_cuda::kernels {

/// Of the row that a group has, if it has one: groups that share a warp stay together without.
template <class Group, class T>
struct row_of_group {
  bool is_there;
  std::int64_t index;

  __device__ row_of_group(Group const& group, row_call<T> const& call)
      : is_there(group.row() < call.rows), index(is_there ? group.row() : 0) {}
  __device__ bool leaves() const { return Group::is_warp && !is_there; }
  /// The part of its first elements that is a warp's.
  __device__ row_chunk chunk(int start, int most, std::int64_t elements) const {
    int const left = is_there ? static_cast<int>(elements) - start : 0;
    return {start, left < most ? left : most};
  }
};

template <class Op, class T, class Group, int packs, bool aligned, class Mask>
__global__ void __launch_bounds__(Group::most_threads, Group::least_blocks)
    rowwise_forward_kernel(evaluator_of<Op, T> op, row_tensor<T const> x, row_tensor<T> y,
                           row_call<T> call, int lanes) {
  using evaluator = evaluator_of<Op, T>;
  using access = row_access<T, packs, aligned, typename Group::lanes_type>;
  using real = typename evaluator::real;
  constexpr int width = access::width;
  Group const group(lanes);
  row_of_group<Group, T> const row(group, call);
  if (row.leaves()) return;
  Mask const mask(call.mask, row.index, 0, call.columns, neighbours::columns);
  bool const masked = Mask::is_there && call.masked;
  int const most = packs * group.lanes * width;
  int const start = group.warp() * most;
  row_chunk const looked_at = row.chunk(start, most, mask.limit);
  row_chunk const whole = row.chunk(start, most, call.columns);
  access const in{group, looked_at};
  access const out{group, whole};

  typename access::pack raw[packs];
  real values[packs][width];
  row_sums<evaluator> sums;
  row_scale<evaluator> const by(op, mask.scales());
  in.load(x.row(row.index), mask.limit, reach::neighbours, lowest<T>(op), raw);
  real highest = sums.maximum;
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    if (out.is_behind(p)) break;
    to_logits(raw[p], op, mask, start + in.first_of(p), looked_at.count - in.first_of(p),
              values[p]);
#pragma unroll
    for (int i = 0; i < width; ++i) highest = larger{}(values[p][i], highest);
  }
  sums.maximum = group.template reduce<0>(highest, larger{}, sums.maximum);
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    if (out.is_behind(p)) break;
    add_pack(values[p], masked, sums, op, by);
  }
  sums.template reduce<1>(group);
  row_end<evaluator> const end(op, sums, by, call.zeros);
  out.store(y.row(row.index), [&](int p) {
    return finished_pack<T>(values[p], masked, op, end);
  });
  if (row.is_there && group.is_first()) call.statistics.store(row.index, sums, by);
  group.end();
}

template <class Op, class T, class Group, int packs, bool aligned, class Mask>
__global__ void __launch_bounds__(Group::most_threads, Group::least_blocks)
    rowwise_backward_kernel(evaluator_of<Op, T> op, row_tensor<T const> dy, row_tensor<T const> y,
                            row_tensor<T> dx, row_call<T> call, int lanes) {
  using evaluator = evaluator_of<Op, T>;
  using access = row_access<T, packs, aligned, typename Group::lanes_type>;
  using real = typename evaluator::real;
  Group const group(lanes);
  row_of_group<Group, T> const row(group, call);
  if (row.leaves()) return;
  Mask const mask(call.mask, row.index, 0, call.columns, neighbours::columns);
  bool const masked = Mask::is_there && call.masked;
  int const most = packs * group.lanes * access::width;
  int const start = group.warp() * most;
  row_chunk const looked_at = row.chunk(start, most, mask.limit);
  row_chunk const whole = row.chunk(start, most, call.columns);
  access const in{group, looked_at};
  access const out{group, whole};

  typename access::pack packs_dy[packs];
  typename access::pack packs_y[packs];
  T const nothing = from_real<T>(static_cast<real>(evaluator::masked));
  in.load(dy.row(row.index), mask.limit, reach::neighbours, from_real<T>(0), packs_dy);
  in.load(y.row(row.index), mask.limit, reach::neighbours, nothing, packs_y);
  real sum = 0;
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    if (out.is_behind(p)) break;
    sum += sum_of(packs_dy[p], packs_y[p], masked, op);
  }
  sum = group.template reduce<0>(sum, plus{}, real(0));
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    packs_dy[p].forget_unpacked();
    packs_y[p].forget_unpacked();
  }
  real const scaled_sum = math::product(sum, op.signed_scale);
  out.store(dx.row(row.index), [&](int p) {
    return gradient_of(packs_dy[p], packs_y[p], masked, scaled_sum, op);
  });
  group.end();
}

}  // namespace activations_cuda::kernels
