#include "core/release_log.hpp"

#include <algorithm>

namespace emulator {

class release_log {
 public:
  std::vector<std::shared_ptr<release const>> entries;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> of_block;  // positions
};

void knowledge::add(log_prefix what) {
  if (what.length == 0) return;
  for (auto& mine : prefixes_) {
    if (mine.log != what.log) continue;
    mine.length = std::max(mine.length, what.length);
    return;
  }
  prefixes_.push_back(what);
}

release_logs::release_logs() = default;
release_logs::~release_logs() = default;

void release_logs::append(std::uint64_t key, std::shared_ptr<release const> what) {
  std::unique_lock const lock(mutex_);
  auto& log = logs_[key];
  if (log == nullptr) log = std::make_unique<release_log>();
  auto& of_block = log->of_block[what->block];
  // After one fence the warps of a block may write again and again.
  std::size_t const newest = std::min<std::size_t>(of_block.size(), 2 * 32);
  for (std::size_t i = of_block.size() - newest; i < of_block.size(); ++i) {
    if (log->entries[of_block[i]] == what) return;
  }
  of_block.push_back(static_cast<std::uint32_t>(log->entries.size()));
  log->entries.push_back(std::move(what));
  used_.store(true, std::memory_order_release);
}

log_prefix release_logs::current(std::uint64_t key) const {
  if (empty()) return {};
  std::unique_lock const lock(mutex_);
  auto const found = logs_.find(key);
  if (found == logs_.end()) return {};
  return {found->second.get(), static_cast<std::uint32_t>(found->second->entries.size())};
}

void release_logs::join_own(log_prefix const& from, std::uint32_t block,
                            std::vector<std::uint32_t>& clocks) const {
  if (from.log == nullptr) return;
  std::unique_lock const lock(mutex_);
  auto const found = from.log->of_block.find(block);
  if (found == from.log->of_block.end()) return;
  for (std::uint32_t const at : found->second) {
    if (at >= from.length) break;
    if (from.log->entries[at]->of_reads_only) continue;
    auto const& released = from.log->entries[at]->clocks;
    for (std::size_t w = 0; w < clocks.size(); ++w) clocks[w] = std::max(clocks[w], released[w]);
  }
}

bool release_logs::reaches(knowledge const& from, std::uint32_t block, std::uint32_t warp,
                           std::uint32_t clock, bool was_read) const {
  if (from.empty()) return false;
  std::unique_lock const lock(mutex_);
  auto const counts = [&](release const& entry) {
    return !entry.for_block_only && (was_read || !entry.of_reads_only);
  };
  std::vector<log_prefix> open = from.prefixes();
  std::unordered_map<release_log const*, std::uint32_t> seen;  // how much of a log is done
  while (!open.empty()) {
    auto const [log, length] = open.back();
    open.pop_back();
    std::uint32_t& done = seen[log];
    if (length <= done) continue;
    if (auto const found = log->of_block.find(block); found != log->of_block.end()) {
      for (std::uint32_t const at : found->second) {
        if (at >= length) break;
        release const& entry = *log->entries[at];
        if (counts(entry) && entry.clocks[warp] >= clock) return true;
      }
    }
    for (std::uint32_t at = done; at < length; ++at) {
      release const& entry = *log->entries[at];
      if (!counts(entry)) continue;
      for (auto const& further : entry.others.prefixes()) open.push_back(further);
      if (!was_read) continue;
      for (auto const& further : entry.reads_of_others.prefixes()) open.push_back(further);
    }
    done = length;
  }
  return false;
}

}  // namespace emulator
