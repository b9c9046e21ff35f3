// What strong accesses to global memory pass on from warp to warp, over a launch.
//
// A release (a fence followed by a strong write, or a releasing write) appends to the log of the
// address what the writing warp knew; a strong read learns a prefix of the log. A warp's knowledge
// of other blocks is a few such prefixes, and whether it reaches an access is looked up only when
// two accesses meet: so passing knowledge on costs the same however much it is.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace emulator {

class release_log;

/// What logs are kept for: addresses of device memory, and beside them
namespace sync_key {
inline constexpr std::uint64_t of_cluster(std::uint64_t first_block) {
  return std::uint64_t{1} << 63 | first_block;
}
inline constexpr std::uint64_t of_shared(std::uint64_t block, std::uint32_t offset) {
  return std::uint64_t{1} << 62 | block << 24 | offset;
}
}  // namespace sync_key

/// The first `length` entries of a log.
struct log_prefix {
  release_log const* log = nullptr;
  std::uint32_t length = 0;
};

/// Prefixes of different logs.
class knowledge {
 public:
  void add(log_prefix what);
  void add(knowledge const& other) {
    for (auto const& each : other.prefixes_) add(each);
  }
  void clear() { prefixes_.clear(); }
  bool empty() const { return prefixes_.empty(); }
  std::vector<log_prefix> const& prefixes() const { return prefixes_; }

 private:
  std::vector<log_prefix> prefixes_;
};

/// One release: everything that the warps of `block` had done up to these clocks, and what the
/// releasing warp had learnt of other blocks.
struct release {
  std::uint32_t block = 0;
  bool for_block_only = false;  // scope .cta
  bool of_reads_only = false;   // a strong write that no fence came before
  std::vector<std::uint32_t> clocks;
  knowledge others, reads_of_others;
};

class release_logs {
 public:
  void append(std::uint64_t key, std::shared_ptr<release const> what);
  /// All of the key's log so far.
  log_prefix current(std::uint64_t key) const;
  /// Raises the clocks to those that the block itself has released there.
  void join_own(log_prefix const& from, std::uint32_t block,
                std::vector<std::uint32_t>& clocks) const;
  /// Whether the knowledge reaches what the warp of another block did at the clock, or only read.
  bool reaches(knowledge const& from, std::uint32_t block, std::uint32_t warp, std::uint32_t clock,
               bool was_read) const;
  /// Cheap, and false for most launches.
  bool empty() const { return !used_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;
  std::atomic<bool> used_{false};
  std::unordered_map<std::uint64_t, std::unique_ptr<release_log>> logs_;

 public:
  release_logs();
  ~release_logs();
};

}  // namespace emulator
