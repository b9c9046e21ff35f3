// The blocks of a cluster as they see each other: their shared memories and their common barrier.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace emulator {

class block;
class warp;

/// Addresses of shared memory: the upper bits name the block, rank + 1, or 0 for the reader's own.
namespace cluster_address {
inline constexpr unsigned rank_shift = 24;
inline constexpr std::uint32_t offset_mask = (1U << rank_shift) - 1;
}  // namespace cluster_address

class cluster {
 public:
  /// A cluster begins; its blocks by rank.
  void start(std::vector<block*> const& blocks);

  /// Its number in access_line.
  std::uint32_t number() const { return number_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(blocks_.size()); }
  block& at(std::uint32_t rank) const { return *blocks_[rank]; }

  /// barrier.cluster.arrive of a warp. Returns the phase that it has arrived in.
  std::uint32_t arrive();
  /// barrier.cluster.wait of a warp that arrived in the phase: true if it must wait.
  bool wait(block& owner, warp& from, std::uint32_t phase);
  /// After an arrival, or a warp's end: releases the waiting warps where all others have arrived.
  void complete_if_all_arrived();

  /// Arrivals, copies, waits that succeed: counted to see when nothing happens any more.
  void note_mbarrier_event() { ++mbarrier_events_; }
  std::uint64_t mbarrier_events() const { return mbarrier_events_; }

 private:
  void order_blocks();

  std::vector<block*> blocks_;
  std::uint32_t number_ = 0;
  std::vector<std::pair<block*, warp*>> waiting_;
  std::uint32_t arrived_ = 0;  // warps
  std::uint32_t phase_ = 0;
  std::uint64_t mbarrier_events_ = 0;
};

}  // namespace emulator
