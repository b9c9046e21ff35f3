// What fences and strong accesses to global memory order between warps, of one block or of several.
//
// The rule is the PTX memory model's, with warps for threads: a fence followed by a strong write
// (volatile, relaxed, atomic), or a releasing write, releases what the warp knows; a strong read
// followed by a fence, or an acquiring read, of the same address acquires it. Fences and accesses of
// scope .cta do so within a block only. A later write does not end what earlier ones release.
//
// One thing more than the model has: between blocks a strong write and a strong read order earlier
// loads before later stores with no fence, as a value that was waited for was read before. CUB's
// selections in place count on that.
#pragma once

#include "core/warp_clocks.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace emulator {

class memory_order {
 public:
  explicit memory_order(warp_clocks& clocks) : clocks_(clocks) {}

  /// orders_reads: the launch has strong loads.
  void start(release_logs& logs, bool orders_reads);

  struct strength {
    bool acquires = false, releases = false;
    bool for_block_only = false;  // scope .cta
  };
  void fence(std::uint32_t warp, bool for_block_only);
  /// A strong write of the address is about to happen: who reads its value finds what it releases.
  void before_write(std::uint32_t warp, std::uint64_t address, strength const& how);
  /// A strong read has happened.
  void after_read(std::uint32_t warp, std::uint64_t address, strength const& how);
  /// Whether the warp comes after what a warp of another block did.
  bool reaches(std::uint32_t warp, std::uint32_t block, std::uint32_t other, std::uint32_t clock,
               bool was_read) const;
  /// Whether any of its warps does.
  bool any_reaches(std::uint32_t block, std::uint32_t other, std::uint32_t clock) const;
  /// What all warps of the block know, for a barrier of several blocks.
  std::shared_ptr<release const> everything() const;
  void learn_by_all(log_prefix const& what);

 private:
  struct state {
    std::shared_ptr<release const> fenced, fenced_in_block;    // what a strong write would release
    knowledge pending;                                         // read, but no fence since
    std::unordered_map<std::uint64_t, std::uint32_t> written;  // an address, and the clock then
  };
  void learn(std::uint32_t warp, log_prefix const& what, bool for_block_only);
  std::shared_ptr<release const> snapshot(std::uint32_t warp, bool for_block_only,
                                          bool of_reads_only = false) const;

  warp_clocks& clocks_;
  release_logs* logs_ = nullptr;
  bool orders_reads_ = false;
  std::vector<state> warps_;
};

}  // namespace emulator
