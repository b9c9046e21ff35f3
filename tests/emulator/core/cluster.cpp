#include "core/cluster.hpp"

#include "core/block.hpp"

#include <utility>

namespace emulator {

void cluster::start(std::vector<block*> const& blocks) {
  blocks_ = blocks;
  waiting_.clear();
  arrived_ = 0;
  phase_ = 0;
  if (blocks.size() > 1) number_ = access_line::next_number();
}

std::uint32_t cluster::arrive() {
  ++arrived_;
  return phase_;
}

bool cluster::wait(block& owner, warp& from, std::uint32_t phase) {
  if (phase != phase_) return false;
  waiting_.emplace_back(&owner, &from);
  return true;
}

void cluster::complete_if_all_arrived() {
  if (arrived_ == 0) return;
  std::uint32_t expected = 0;
  for (block const* const each : blocks_) expected += each->unfinished_warps();
  if (arrived_ < expected) return;
  arrived_ = 0;
  ++phase_;
  if (blocks_.size() > 1) order_blocks();
  for (block* const each : blocks_) each->pass_cluster_barrier();
  auto const released = std::exchange(waiting_, {});
  for (auto const& [owner, which] : released) owner->release(*which, 0);
}

// What every warp of the blocks has done comes before what any does from now on.
void cluster::order_blocks() {
  global_order* const order = blocks_.front()->launch().order;
  if (order == nullptr) return;
  std::uint64_t const key = sync_key::of_cluster(blocks_.front()->clocks().block());
  for (block const* const each : blocks_) order->releases.append(key, each->order().everything());
  log_prefix const all = order->releases.current(key);
  for (block* const each : blocks_) each->order().learn_by_all(all);
}

}  // namespace emulator
