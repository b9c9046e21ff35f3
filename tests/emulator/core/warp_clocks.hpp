// What each warp of a block knows of what others have done: vector clocks.
//
// What passes knowledge on: barriers of the block, for the warps that take part; bar.warp.sync, for
// lanes of one warp; synchronising accesses to shared memory; fences with strong accesses to global
// memory (memory_order.hpp); barriers of the cluster.
#pragma once

#include "core/release_log.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace emulator {

class warp_clocks {
 public:
  struct state {
    std::uint32_t clock = 0;
    std::vector<std::uint32_t> known;  // of each warp
    std::uint32_t order = 0;           // counts the warp's synchronisations
    std::uint32_t all_ordered = 0;     // every lane is ordered after accesses with a smaller one
    std::vector<std::array<std::uint32_t, 32>>
        pair_ordered;  // lanes that synchronised in part; empty until one did
    knowledge others;  // of other blocks
    knowledge reads_of_others;
  };

  /// A block begins: what earlier blocks did is in the past. True if the clocks start again at 0.
  bool start(std::uint32_t block, std::uint32_t warps);

  state const& of(std::uint32_t warp) const { return warps_[warp]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(warps_.size()); }
  std::uint32_t block() const { return block_; }
  std::uint32_t base() const { return base_; }  // clocks up to here are of earlier blocks

  /// Whether lane `now` of the warp comes after what lane `before` did when the warp's order was
  /// `order`.
  bool lanes_ordered(std::uint32_t warp, std::uint32_t before, std::uint32_t now,
                     std::uint32_t order) const {
    state const& self = warps_[warp];
    if (before == now || self.all_ordered > order) return true;
    return !self.pair_ordered.empty() && self.pair_ordered[before][now] > order;
  }

  void warp_synchronized(std::uint32_t warp, std::uint32_t lanes, bool all);
  /// `waited` have waited at a barrier for each other and for `arrived`.
  void barrier(std::vector<std::uint32_t> const& waited, std::vector<std::uint32_t> const& arrived);
  /// The warp learns what was passed on, and passes on what it then knows.
  void learn(std::uint32_t warp, std::vector<std::uint32_t>& clocks, knowledge& others);
  /// What each lane of each warp had released: its order then.
  using lane_orders = std::vector<std::array<std::uint32_t, 32>>;
  /// The lane comes after what lanes of its warp have released into `through`, and releases what it
  /// now comes after.
  void learn_lanes(std::uint32_t warp, std::uint32_t lane, lane_orders& through);
  void learn(std::uint32_t warp, log_prefix const& what) { warps_[warp].others.add(what); }
  void learn_reads(std::uint32_t warp, log_prefix const& what) {
    warps_[warp].reads_of_others.add(what);
  }
  std::vector<std::uint32_t>& known(std::uint32_t warp) { return warps_[warp].known; }
  /// What the warp does from now on is told apart from what it did before.
  void advance(std::uint32_t warp) { warps_[warp].clock = warps_[warp].known[warp] = ++newest_; }

 private:
  std::vector<state> warps_;
  std::uint32_t block_ = 0;
  std::uint32_t base_ = 0;
  std::uint32_t newest_ = 0;  // the largest clock given out
};

}  // namespace emulator
