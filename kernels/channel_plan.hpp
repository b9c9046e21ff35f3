// How the channelwise engine walks over a tensor: a function of the shape, the type and the pointers'
// alignment alone, so that sums have the same order on every device. Host code.
//
// The tensor is a matrix: its rows are outer, its columns channels * inner. A block takes a tile of
// columns and steps down the rows; a thread keeps its columns, so that it loads its channels'
// parameters once and sums their gradients in registers. Where rows are few and channels long, a
// block takes a channel and steps along its part of a row instead. What blocks sum goes to the
// workspace, and a second kernel sums that.
//
// Rows whose length is no multiple of a pack are merged, as many as make it one: their channels
// count on, and channel v of a merged row is channel v % channels.
#pragma once

#include "tuning.hpp"

#include <activations_cuda/channel_shape.hpp>
#include <activations_cuda/config.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace activations_cuda::kernels {

/// One launch.
struct channel_walk {
  std::int64_t first;     // its first element in the tensors
  std::int64_t channels;  // of the tensor
  std::int64_t inner;
  std::int64_t rows;         // merged ones
  std::int64_t row_length;   // channels * inner, times the rows that are merged
  std::int64_t tile_length;  // columns of a block
  std::int64_t tiles;        // of a row
  std::int64_t segments;     // of a tile, if steps go along it; 0 if they go down the rows
  std::int64_t groups;       // of rows, or of rows' segments; a block for each tile and group
  std::int64_t first_sum;    // where its sums begin in the workspace
  int width;                 // elements of a pack
  int lanes, lines;          // threads of a block: packs side by side, and rows
  int steps;                 // of a thread
  int spacing;               // of steps: in rows, or in columns where they go along one
  std::uint32_t distance;    // the same in packs
  int passes;                // how often it takes them: a row each, if segments are 1

  ACTIVATIONS_CUDA_HOST_DEVICE std::int64_t merged_channels() const { return row_length / inner; }
  /// Sums of a group and parameter: the channels that a tile holds, wholly or partly, are its own.
  /// Channel v of tile t has number v + t.
  ACTIVATIONS_CUDA_HOST_DEVICE std::int64_t slots() const { return merged_channels() + tiles; }
};

struct channel_plan {
  std::int64_t channels;
  channel_walk walks[2];
  int count = 0;
  bool mixed = false;  // the packs of the first walk hold several channels
  std::int64_t sums = 0;
  /// True if no channel's sum is spread over several blocks, so that blocks write the gradients.
  bool finished_by_blocks = false;
};

/// What the plan depends on beside the shape.
struct channel_access {
  int element_bytes, sum_bytes;
  int width, mixed_width;  // of a pack in one channel, and in several; 1 for unaligned pointers
  int parameters;          // whose gradients are summed; 0 if none are
};

namespace detail {

inline std::int64_t divided_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Lanes for a tile of whole channels, if one fits in a block: then a channel is in one tile only.
inline int lanes_for(std::int64_t row_packs, std::int64_t packs_of_whole_channels) {
  constexpr int most = tuning::channel_threads;
  if (packs_of_whole_channels > most) return most;
  auto const whole = static_cast<int>(packs_of_whole_channels);
  int const lanes = whole * std::max(1, tuning::channel_lanes / whole);
  return static_cast<int>(std::min<std::int64_t>(lanes, row_packs));
}

/// Steps of a thread: enough for a block's sums to be a small part of its traffic, and for its end to
/// be a small part of its work; not more than that while there are few blocks.
inline std::int64_t steps_for(channel_walk const& walk, std::int64_t all,
                              channel_access const& access) {
  std::int64_t least = tuning::channel_least_steps;
  std::int64_t most = tuning::channel_most_steps;
  if (access.parameters > 0) {
    std::int64_t const step_bytes =
        3LL * walk.lanes * walk.lines * walk.width * access.element_bytes;
    std::int64_t const channels = divided_up(walk.tile_length, walk.inner) + 1;
    // Parameters are read, sums written and read.
    std::int64_t const sum_bytes = 3 * channels * access.parameters * access.sum_bytes;
    least = std::max<std::int64_t>(
        tuning::channel_least_summed_steps,
        std::min<std::int64_t>(divided_up(sum_bytes * tuning::channel_sums_part, step_bytes),
                               tuning::channel_limit_of_summed_steps));
    most = std::max<std::int64_t>(tuning::channel_most_summed_steps, least);
  }
  std::int64_t const wanted = walk.tiles >= tuning::channel_blocks
                                  ? most
                                  : divided_up(all * walk.tiles, tuning::channel_blocks);
  constexpr std::int64_t together = tuning::channel_loads_in_flight;
  return divided_up(std::min(std::clamp(wanted, least, most), all), together) * together;
}

inline void step_down(channel_walk& walk, channel_access const& access) {
  std::int64_t const all = divided_up(walk.rows, walk.lines);
  // A thread counts packs from its first one in 32 bits.
  std::int64_t const packs = walk.lines * (walk.row_length / walk.width);
  std::int64_t const within = std::max<std::int64_t>((std::int64_t{1} << 31) / packs, 1);
  walk.spacing = walk.lines;
  walk.distance = static_cast<std::uint32_t>(packs);
  walk.steps = static_cast<int>(std::min(steps_for(walk, all, access), within));
  walk.passes = 1;
  walk.groups = divided_up(all, walk.steps);
}

inline void step_along(channel_walk& walk, std::int64_t pieces, channel_access const& access) {
  walk.spacing = walk.lanes * walk.width;
  walk.distance = static_cast<std::uint32_t>(walk.lanes);
  std::int64_t const steps = steps_for(walk, walk.rows * pieces, access);
  walk.steps = static_cast<int>(std::min(steps, pieces));
  walk.segments = divided_up(pieces, walk.steps);
  walk.passes = static_cast<int>(walk.segments > 1 ? 1 : std::min(steps / pieces, walk.rows));
  walk.groups = walk.segments * divided_up(walk.rows, walk.passes);
}

inline channel_walk make_walk(std::int64_t first, std::int64_t channels, std::int64_t inner,
                              std::int64_t rows, std::int64_t row_length, int width,
                              channel_access const& access) {
  channel_walk walk{};
  walk.first = first;
  walk.channels = channels;
  walk.inner = inner;
  walk.rows = rows;
  walk.row_length = row_length;
  walk.width = width;
  bool const is_long = inner % width == 0 && inner / width >= tuning::channel_threads;
  walk.lanes = is_long
                   ? tuning::channel_threads
                   : lanes_for(row_length / width, inner / std::gcd<std::int64_t>(inner, width));
  walk.lines = tuning::channel_threads / walk.lanes;
  std::int64_t const side_by_side = static_cast<std::int64_t>(walk.lanes) * width;
  std::int64_t const pieces = divided_up(inner, side_by_side);
  bool const along = is_long && rows < pieces;
  walk.tile_length = along ? inner : side_by_side;
  walk.tiles = divided_up(row_length, walk.tile_length);
  if (along) {
    step_along(walk, pieces, access);
  } else {
    step_down(walk, access);
  }
  return walk;
}

}  // namespace detail

/// Without walks for a shape that has no elements.
inline channel_plan plan_channels(channel_shape const& shape, channel_access const& access) {
  channel_plan plan{};
  plan.channels = shape.channels;
  if (shape.outer == 0 || shape.channels == 0 || shape.inner == 0) return plan;
  auto const add = [&](std::int64_t first, std::int64_t channels, std::int64_t inner,
                       std::int64_t rows, std::int64_t row_length, int width) {
    if (rows == 0 || row_length == 0) return;
    channel_walk& walk = plan.walks[plan.count++];
    walk = detail::make_walk(first, channels, inner, rows, row_length, width, access);
    walk.first_sum = plan.sums;
    plan.sums += walk.groups * access.parameters * walk.slots();
  };
  std::int64_t const row = shape.channels * shape.inner;
  std::int64_t const n = shape.outer * row;
  if (shape.channels == 1) {
    std::int64_t const packed = n - n % access.width;
    add(0, 1, packed, 1, packed, access.width);
    add(packed, 1, n - packed, 1, n - packed, 1);
  } else {
    plan.mixed = shape.inner % access.width != 0;
    int const width = plan.mixed ? access.mixed_width : access.width;
    std::int64_t const merged = width / std::gcd<std::int64_t>(row, width);
    std::int64_t const packed = shape.outer / merged * merged;
    plan.mixed = plan.mixed && width > 1 && packed > 0;
    add(0, shape.channels, shape.inner, packed / merged, merged * row, width);
    add(packed * row, shape.channels, shape.inner, shape.outer - packed, row, 1);
  }
  channel_walk const& only = plan.walks[0];
  bool const whole_channels = only.tile_length % only.inner == 0 || only.tiles == 1;
  plan.finished_by_blocks = plan.count == 1 && only.groups == 1 && whole_channels &&
                            only.merged_channels() == shape.channels;
  if (plan.finished_by_blocks) plan.sums = 0;
  return plan;
}

}  // namespace activations_cuda::kernels
