// Races in a block's shared memory: two threads access a word, one of them writes, and nothing
// orders the two.
//
// What orders accesses is in warp_clocks.hpp; here atomic, volatile, acquire and release accesses to
// one word pass on what their warp knew. A word remembers its last write and its last reads (the
// FastTrack algorithm, with warps for threads and the lanes' order inside a warp beside it).
#pragma once

#include "core/warp_clocks.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace emulator {

class shared_races {
 public:
  explicit shared_races(warp_clocks& clocks) : clocks_(clocks) {}

  /// A block begins; clocks_restarted: they are smaller than those of earlier blocks.
  void start(std::uint32_t shared_end, bool clocks_restarted);

  struct access {
    std::uint32_t warp = 0, lane = 0;
    std::uint32_t offset = 0, bytes = 0;
    std::uint32_t pc = 0;
    bool writes = false;
    bool synchronizes = false;  // atomic, volatile, acquire, release: no race among themselves
  };
  /// The access that this one races with.
  struct conflict {
    std::uint32_t thread = 0;  // in the block; of several readers the last
    std::uint32_t pc = 0;
    bool wrote = false;
  };
  std::optional<conflict> record(access const& what);

  /// The plain load of a whole word, where it is quickly seen to be in order; false if record() has
  /// to look.
  bool quick_load(std::uint32_t warp, std::uint32_t lane, std::uint32_t offset, std::uint32_t pc) {
    word& at = words_[offset / 4];
    warp_clocks::state const& self = clocks_.of(warp);
    if (!quickly_ordered(at.write, self, warp)) return false;
    note_read(
        at, {self.clock, self.order, pc, static_cast<std::uint16_t>(warp * 32 + lane), 0xF, false});
    return true;
  }
  /// The same of one word by all lanes of the warp.
  bool quick_load_by_all(std::uint32_t warp, std::uint32_t offset, std::uint32_t pc) {
    if (!quick_load(warp, 0, offset, pc)) return false;
    readers& kind = words_[offset / 4].kind;
    if (kind == readers::one) kind = readers::of_one_warp;
    words_[offset / 4].reading_lanes = ~0U;
    return true;
  }
  /// The plain store of a whole word.
  bool quick_store(std::uint32_t warp, std::uint32_t lane, std::uint32_t offset, std::uint32_t pc) {
    word& at = words_[offset / 4];
    warp_clocks::state const& self = clocks_.of(warp);
    if (!quickly_ordered(at.write, self, warp)) return false;
    if (!reads_quickly_ordered(at, self, warp)) return false;
    at.write = {self.clock, self.order, pc, static_cast<std::uint16_t>(warp * 32 + lane),
                0xF,        false};
    return true;
  }

  /// A barrier that nobody else is left to miss.
  void block_barrier() { ++barriers_; }

 private:
  enum class readers : std::uint8_t { none, one, of_one_warp, of_many_warps };
  struct stamp {
    std::uint32_t clock = 0;  // of the warp
    std::uint32_t order =
        0;  // of the warp's synchronisations; for many warps of the block's barriers
    std::uint32_t pc = 0;
    std::uint16_t thread = 0;
    std::uint8_t bytes = 0;  // of the word, a bit each
    bool synchronizes = false;
  };
  struct word {
    stamp write, read;                // of several readers the last
    std::uint32_t reading_lanes = 0;  // of that one's warp
    readers kind = readers::none;
  };
  // Before everything that any lane of the warp does now.
  bool quickly_ordered(stamp const& before, warp_clocks::state const& self,
                       std::uint32_t warp) const {
    if (before.clock <= clocks_.base()) return true;
    std::uint32_t const other = before.thread / 32U;
    return other == warp ? self.all_ordered > before.order : self.known[other] >= before.clock;
  }
  bool reads_quickly_ordered(word const& at, warp_clocks::state const& self,
                             std::uint32_t warp) const {
    if (at.kind == readers::none || at.read.clock <= clocks_.base()) return true;
    return at.kind == readers::of_many_warps ? barriers_ > at.read.order
                                             : quickly_ordered(at.read, self, warp);
  }
  void note_read(word& at, stamp const& now) {
    std::uint32_t const warp = now.thread / 32U;
    std::uint32_t const lane = 1U << (now.thread % 32U);
    if (reads_quickly_ordered(at, clocks_.of(warp), warp) ||
        (at.kind == readers::one && at.read.thread == now.thread)) {
      at.kind = readers::one;
      at.read = now;
      at.reading_lanes = lane;
      return;
    }
    bool const same_warp = at.kind != readers::of_many_warps && at.read.thread / 32U == warp;
    bool const all_synchronize = at.read.synchronizes && now.synchronizes;
    std::uint8_t const bytes = at.read.bytes | now.bytes;
    at.kind = same_warp ? readers::of_one_warp : readers::of_many_warps;
    at.reading_lanes |= lane;
    at.read = now;
    at.read.bytes = bytes;
    at.read.synchronizes = all_synchronize;
    if (!same_warp) at.read.order = barriers_;
  }
  bool ordered(stamp const& before, std::uint32_t warp, std::uint32_t lane) const;
  bool lanes_ordered(word const& at, std::uint32_t warp, std::uint32_t lane) const;
  bool reads_ordered(word const& at, std::uint32_t warp, std::uint32_t lane) const;
  void pass_on(std::uint32_t warp, std::uint32_t lane, std::uint32_t word_index);

  struct passed_on {
    std::vector<std::uint32_t> clocks;
    warp_clocks::lane_orders lanes;  // mbarriers and atomics order lanes of one warp as well
    knowledge others;
  };
  warp_clocks& clocks_;
  std::vector<word> words_;
  std::unordered_map<std::uint32_t, passed_on> released_;  // through a word
  std::uint32_t barriers_ = 0;
};

}  // namespace emulator
