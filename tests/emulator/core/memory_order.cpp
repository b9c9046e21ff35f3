#include "core/memory_order.hpp"

namespace emulator {

void memory_order::start(release_logs& logs, bool orders_reads) {
  orders_reads_ = orders_reads;
  logs_ = &logs;
  warps_.assign(clocks_.size(), {});
}

std::shared_ptr<release const> memory_order::snapshot(std::uint32_t warp, bool for_block_only,
                                                      bool of_reads_only) const {
  warp_clocks::state const& self = clocks_.of(warp);
  return std::make_shared<release const>(release{clocks_.block(), for_block_only, of_reads_only,
                                                 self.known, self.others, self.reads_of_others});
}

std::shared_ptr<release const> memory_order::everything() const {
  auto result = std::make_shared<release>();
  result->block = clocks_.block();
  for (std::uint32_t w = 0; w < clocks_.size(); ++w) {
    result->clocks.push_back(clocks_.of(w).clock);
    result->others.add(clocks_.of(w).others);
    result->reads_of_others.add(clocks_.of(w).reads_of_others);
  }
  return result;
}

void memory_order::learn(std::uint32_t warp, log_prefix const& what, bool for_block_only) {
  logs_->join_own(what, clocks_.block(), clocks_.known(warp));
  if (!for_block_only) clocks_.learn(warp, what);
}

void memory_order::learn_by_all(log_prefix const& what) {
  for (std::uint32_t w = 0; w < clocks_.size(); ++w) learn(w, what, false);
}

void memory_order::fence(std::uint32_t warp, bool for_block_only) {
  state& self = warps_[warp];
  for (auto const& each : self.pending.prefixes()) learn(warp, each, for_block_only);
  if (!for_block_only) self.pending.clear();
  (for_block_only ? self.fenced_in_block : self.fenced) = snapshot(warp, for_block_only);
  if (!for_block_only) self.fenced_in_block = nullptr;  // the wider one covers it
  clocks_.advance(warp);
}

void memory_order::before_write(std::uint32_t warp, std::uint64_t address, strength const& how) {
  state& self = warps_[warp];
  if (orders_reads_) {
    warp_clocks::state const& now = clocks_.of(warp);
    std::uint32_t& before = self.written[address];
    if (before != now.clock) logs_->append(address, snapshot(warp, false, true));
    before = now.clock;
  }
  if (how.releases) {
    logs_->append(address, snapshot(warp, how.for_block_only));
    clocks_.advance(warp);
  }
  if (self.fenced != nullptr) logs_->append(address, self.fenced);
  if (self.fenced_in_block != nullptr) logs_->append(address, self.fenced_in_block);
}

void memory_order::after_read(std::uint32_t warp, std::uint64_t address, strength const& how) {
  log_prefix const released = logs_->current(address);
  if (released.length == 0) return;
  if (orders_reads_) clocks_.learn_reads(warp, released);
  if (how.acquires) {
    learn(warp, released, how.for_block_only);
    if (!how.for_block_only) return;
  }
  warps_[warp].pending.add(released);
}

bool memory_order::reaches(std::uint32_t warp, std::uint32_t block, std::uint32_t other,
                           std::uint32_t clock, bool was_read) const {
  warp_clocks::state const& self = clocks_.of(warp);
  return logs_->reaches(self.others, block, other, clock, was_read) ||
         (was_read && logs_->reaches(self.reads_of_others, block, other, clock, true));
}

bool memory_order::any_reaches(std::uint32_t block, std::uint32_t other,
                               std::uint32_t clock) const {
  for (std::uint32_t w = 0; w < clocks_.size(); ++w) {
    if (reaches(w, block, other, clock, false)) return true;
  }
  return false;
}

}  // namespace emulator
