#include "core/cluster.hpp"

#include "core/block.hpp"

#include <utility>

namespace emulator {

void cluster::start(std::vector<block*> const& blocks) {
  blocks_ = blocks;
  waiting_.clear();
  arrived_ = 0;
  phase_ = 0;
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
  for (block* const each : blocks_) each->pass_cluster_barrier();
  auto const released = std::exchange(waiting_, {});
  for (auto const& [owner, which] : released) owner->release(*which, 0);
}

}  // namespace emulator
