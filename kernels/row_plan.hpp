// Which kernel takes rows of a given length on a given device, and how many threads share one. The
// launchers and the tests ask the same function.
#pragma once

#include "tuning.hpp"

#include <cstdint>

namespace activations_cuda::kernels {

/// What rows need to know about a device.
struct device_limits {
  bool has_clusters;
  int shared_bytes;  // that a block may ask for
};

/// Whose rows stay on the chip: lanes to shared. stream and parts read them twice.
enum class row_tier { lanes, warp, block, cluster, shared, stream, parts };

constexpr char const* to_string(row_tier tier) {
  switch (tier) {
    case row_tier::lanes:
      return "lanes";
    case row_tier::warp:
      return "warp";
    case row_tier::block:
      return "block";
    case row_tier::cluster:
      return "cluster";
    case row_tier::shared:
      return "shared";
    case row_tier::stream:
      return "stream";
    case row_tier::parts:
      break;
  }
  return "parts";
}

struct row_plan {
  row_tier tier;
  int lanes = 32;                 // of a warp that share a row
  int warps = 1;                  // of a block
  int blocks = 1;                 // of a cluster
  int shared_bytes = 0;           // of a block
  std::int64_t parts = 1;         // of a row
  std::int64_t part_columns = 0;  // of each but the last
};

constexpr int log2_of(int power_of_two) {
  int log2 = 0;
  while (1 << log2 < power_of_two) ++log2;
  return log2;
}

constexpr std::int64_t divided_up(std::int64_t a, std::int64_t b) { return (a - 1) / b + 1; }

/// streams is how many tensors a kernel reads; columns are 1 or more. With a workspace, rows that no
/// block or cluster holds are shared among blocks.
template <class T>
constexpr row_plan plan_row(std::int64_t columns, int streams, bool workspace,
                            device_limits const& device) {
  std::int64_t const packs = divided_up(columns, tuning::full_width<T>);
  auto const most_of = [](int packs_of_lane, int lanes) {
    return std::int64_t{packs_of_lane} * lanes;
  };
  if (packs <= most_of(tuning::lanes_packs, tuning::most_row_lanes)) {
    int lanes = packs == 1 ? 1 : 2;
    while (packs > most_of(tuning::lanes_packs, lanes)) lanes *= 2;
    return {row_tier::lanes, lanes};
  }
  if (packs <= most_of(tuning::warp_packs, 32)) return {row_tier::warp};
  std::int64_t const warps = divided_up(packs, most_of(tuning::block_packs, 32));
  if (warps <= tuning::most_row_warps) return {row_tier::block, 32, static_cast<int>(warps)};
  int blocks = 2;
  while (blocks * tuning::most_row_warps < warps && blocks < tuning::most_row_blocks) blocks *= 2;
  if (device.has_clusters && warps <= std::int64_t{blocks} * tuning::most_row_warps) {
    return {row_tier::cluster, 32, static_cast<int>(divided_up(warps, blocks)), blocks};
  }
  row_plan streamed{row_tier::stream, 32, tuning::most_row_warps};
  // One pack more than the row fills, where they begin before it.
  std::int64_t const bytes = (packs + 1) * 16 * streams;
  if (bytes <= device.shared_bytes) {
    streamed.tier = row_tier::shared;
    streamed.shared_bytes = static_cast<int>(bytes);
  } else if (workspace) {
    constexpr std::int64_t turn =
        std::int64_t{tuning::stream_packs} * 32 * tuning::most_row_warps * tuning::full_width<T>;
    constexpr std::int64_t least = tuning::least_part_bytes / static_cast<std::int64_t>(sizeof(T));
    std::int64_t const even = divided_up(columns, tuning::most_parts);
    streamed.tier = row_tier::parts;
    streamed.part_columns = divided_up(even < least ? least : even, turn) * turn;
    streamed.parts = divided_up(columns, streamed.part_columns);
  }
  return streamed;
}

}  // namespace activations_cuda::kernels
