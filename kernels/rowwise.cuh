// Rows that their threads hold in registers: each element is read once.
//
// All that a thread reads comes before the group's first reduction, all that it writes after: outputs
// may be inputs. Sums are trees of a shape that depends on the row's length only: the elements in the
// same place of a thread's packs in order, the places, then the lanes of a warp, the warps, the blocks of
// a cluster.
#pragma once

#include "row_access.cuh"
#include "row_call.cuh"
#include "row_group.cuh"
#include "row_places.cuh"

#include <cmath>
#include <cstdint>

namespace activations_cuda::kernels {

/// What a thread of a group has of a row, if there is a row for it: groups that share a warp stay together
/// without.
template <class T, class Group, int packs, bool aligned>
struct row_share {
  static constexpr bool shifted = !aligned;
  static constexpr int width = tuning::full_width<T>;
  using access = row_access<T, packs, aligned>;

  bool is_there;
  std::int64_t index;
  int apart, start;  // elements of a round; elements of the row before the group's part
  int shift = 0, first = 0;

  __device__ row_share(Group const& group, std::int64_t rows)
      : is_there(group.row() < rows),
        index(is_there ? group.row() : 0),
        apart(group.threads() * width),
        start(group.part() * packs * apart) {}
  __device__ bool leaves() const { return Group::is_warp && !is_there; }
  /// Where packs begin, for the sake of what is written.
  __device__ void align_to(T const* row, Group const& group) {
    if constexpr (shifted) shift = misalignment(row);
    first = group.thread() * width - shift;
  }
  /// Of a row of so many elements.
  __device__ access of(std::int64_t elements) const {
    constexpr int none = -(1 << 30);
    return {first, apart, -start, is_there ? static_cast<int>(elements) - start : none};
  }
  /// True for all lanes of a warp where its p-th packs lie behind the row.
  __device__ bool is_behind(access const& row, Group const& group, int p) const {
    return Group::is_warp && row.at(p) - group.lane * width >= row.high;
  }
  /// Places of the first packs that are the part's before.
  __device__ int lent(Group const& group) const {
    return Group::is_part && shifted && group.thread() == 0 && start > 0 ? shift : 0;
  }
  /// Elements at the end of the part that its packs do not reach: fewer than a pack, the first thread's.
  __device__ bool has_rest(access const& row, Group const& group) const {
    return shifted && group.thread() == 0 && row.high > rest();
  }
  __device__ int rest() const { return packs * apart - shift; }
  __device__ typename access::pack load_rest(access const& row, T const* from, T beyond) const {
    typename access::pack result = access::filled(beyond);
    access part = row;
    part.high = row.high < packs * apart ? row.high : packs * apart;
    part.load_singly(from + start + rest(), rest(), result);
    return result;
  }
  /// The same where the row ends in this part: else they are also in a pack of the next one.
  __device__ bool ends_in_rest(access const& row, Group const& group) const {
    return has_rest(row, group) && row.high <= packs * apart;
  }
  __device__ void store_rest(access const& row, T* to, typename access::pack const& from) const {
    row.store_singly(to + start + rest(), rest(), from);
  }
};

template <class Op, class T, class Group, int packs, bool aligned, class Mask>
__global__ void __launch_bounds__(Group::most_threads, Group::least_blocks)
    rowwise_forward_kernel(evaluator_of<Op, T> op, row_tensor<T const> x, row_tensor<T> y,
                           row_call<T> call, int lanes) {
  using evaluator = evaluator_of<Op, T>;
  using share = row_share<T, Group, packs, aligned>;
  using pack = typename share::access::pack;
  using real = typename evaluator::real;
  constexpr int width = share::width;
  // The larger of 16-bit numbers two at a time; what is masked becomes known in float.
  constexpr bool compares_packs = sizeof(T) == 2 && !Mask::is_there;
  Group const group(lanes);
  share row(group, call.rows);
  if (row.leaves()) return;
  T const* const from = x.row(row.index);
  T* const to = y.row(row.index);
  row.align_to(to, group);
  Mask const mask(call.mask, row.index, 0, call.columns, neighbours::columns);
  bool const masked = Mask::is_there && call.masked;
  auto const in = row.of(mask.limit), out = row.of(call.columns);
  row_scale<evaluator> const by(op, mask.scales());
  T const beyond = lowest<T>(op);
  auto const logits = [&](pack const& raw, int at, real(&values)[width]) {
    to_logits(raw, op, mask, row.start + at, in.low - at, in.high - at, values);
  };

  pack raw[packs];
  real values[packs][width];
  in.load(from + row.start, beyond, raw);
  row_sums<evaluator> sums;
  real highest = sums.maximum;
  if constexpr (compares_packs) {
#pragma unroll
    for (int p = 0; p < packs; ++p) raw[p] = raw[p].with_sign_of(op.signed_scale);
    pack larger_ones = raw[0];
#pragma unroll
    for (int p = 1; p < packs; ++p) larger_ones = larger_ones.larger(raw[p]);
    highest = larger_ones.largest();
#pragma unroll
    for (int p = 0; p < packs; ++p) raw[p].forget_unpacked();
  } else {
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      if (row.is_behind(out, group, p)) break;
      logits(raw[p], in.at(p), values[p]);
#pragma unroll
      for (int i = 0; i < width; ++i) highest = larger{}(values[p][i], highest);
    }
  }
  bool const has_rest = row.has_rest(in, group);
  real rest[width];
  if (has_rest) {
    logits(row.load_rest(in, from, beyond), row.rest(), rest);
#pragma unroll
    for (int i = 0; i < width; ++i) highest = larger{}(rest[i], highest);
  }
  // + 0: of zeros, whichever comes first.
  sums.maximum = group.template reduce<0>(highest, larger{}, sums.maximum) + real(0);
  real places[width] = {};
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    if (row.is_behind(out, group, p)) break;
    if constexpr (compares_packs) raw[p].unpack(values[p]);
    add_places(values[p], p == 0 ? row.lent(group) : 0, masked, sums, places, op, by);
  }
  if (has_rest) {
    logits(row.load_rest(in, from, beyond), row.rest(), rest);
    add_places(rest, 0, masked, sums, places, op, by);
  }
  sums.others = sum_of_places<share::shifted>(places, row.shift, group);
  sums.template reduce<1>(group);
  real const normalizer = sums.normalizer(op, call.zeros);
  out.store(to + row.start, [&](int p) {
    return finished_pack<T>(values[p], masked, normalizer, op, by);
  });
  if (row.ends_in_rest(out, group)) {
    logits(row.load_rest(in, from, beyond), row.rest(), rest);
    row_sums<evaluator> known;
    known.maximum = sums.maximum;
    add_pack(rest, masked, known, op, by);
    row.store_rest(out, to, finished_pack<T>(rest, masked, normalizer, op, by));
  }
  if (row.is_there && group.part() == 0 && group.is_first())
    call.statistics.store(row.index, sums, by);
  group.end();
}

template <class Op, class T, class Group, int packs, bool aligned, class Mask>
__global__ void __launch_bounds__(Group::most_threads, Group::least_blocks)
    rowwise_backward_kernel(evaluator_of<Op, T> op, row_tensor<T const> dy, row_tensor<T const> y,
                            row_tensor<T> dx, row_call<T> call, int lanes) {
  using evaluator = evaluator_of<Op, T>;
  using share = row_share<T, Group, packs, aligned>;
  using pack = typename share::access::pack;
  using real = typename evaluator::real;
  Group const group(lanes);
  share row(group, call.rows);
  if (row.leaves()) return;
  T const* const from_dy = dy.row(row.index);
  T const* const from_y = y.row(row.index);
  T* const to = dx.row(row.index);
  row.align_to(to, group);
  Mask const mask(call.mask, row.index, 0, call.columns, neighbours::columns);
  bool const masked = Mask::is_there && call.masked;
  auto const in = row.of(mask.limit), out = row.of(call.columns);
  T const nothing = from_real<T>(static_cast<real>(evaluator::masked));
  T const zero = from_real<T>(0);

  pack packs_dy[packs], packs_y[packs];
  in.load(from_dy + row.start, zero, packs_dy);
  in.load(from_y + row.start, nothing, packs_y);
  real places[share::width] = {};
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    if (row.is_behind(out, group, p)) break;
    add_gradients(packs_dy[p], packs_y[p], p == 0 ? row.lent(group) : 0, masked, places, op);
  }
  if (row.has_rest(in, group)) {
    add_gradients(row.load_rest(in, from_dy, zero), row.load_rest(in, from_y, nothing), 0, masked,
                  places, op);
  }
  real sum = sum_of_places<share::shifted>(places, row.shift, group);
  sum = group.template reduce<0>(sum, plus{}, real(0));
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    packs_dy[p].forget_unpacked();
    packs_y[p].forget_unpacked();
  }
  real const scaled_sum = math::product(sum, op.signed_scale);
  out.store(to + row.start, [&](int p) {
    return gradient_of(packs_dy[p], packs_y[p], masked, scaled_sum, op);
  });
  if (row.ends_in_rest(out, group)) {
    row.store_rest(out, to,
                   gradient_of(row.load_rest(in, from_dy, zero), row.load_rest(in, from_y, nothing),
                               masked, scaled_sum, op));
  }
  group.end();
}

}  // namespace activations_cuda::kernels
