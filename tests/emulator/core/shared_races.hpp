// Races in a block's shared memory: two threads access a word, one of them writes, and nothing
// orders the two.
//
// What orders accesses: barriers of the block, for the warps that take part; bar.warp.sync, for
// lanes of one warp; and atomic, volatile, acquire and release accesses to one word, which pass on
// what their warp knew. Each warp has a vector clock; a word remembers its last write and its last
// reads (the FastTrack algorithm, with warps for threads and the lanes' order inside a warp beside
// it).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace emulator {

class shared_races {
 public:
  /// A block begins: what earlier blocks did is in the past.
  void start(std::uint32_t warps, std::uint32_t shared_end);

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

  void warp_synchronized(std::uint32_t warp, std::uint32_t lanes, bool all);
  /// `waited` have waited at a barrier for each other and for `arrived`; is_whole_block: nobody
  /// else is left.
  void barrier(std::vector<std::uint32_t> const& waited, std::vector<std::uint32_t> const& arrived,
               bool is_whole_block);

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
    stamp write, read;
    readers kind = readers::none;
  };
  struct warp_state {
    std::uint32_t clock = 0;
    std::vector<std::uint32_t> known;  // of each warp
    std::uint32_t order = 0;           // counts the warp's synchronisations
    std::uint32_t all_ordered = 0;     // every lane is ordered after accesses with a smaller one
    std::vector<std::array<std::uint32_t, 32>>
        pair_ordered;  // lanes that synchronised in part; empty until one did
  };

  bool ordered(stamp const& before, std::uint32_t warp, std::uint32_t lane) const;
  bool reads_ordered(word const& at, std::uint32_t warp, std::uint32_t lane) const;
  void pass_on(std::uint32_t warp, std::uint32_t word_index);

  std::vector<warp_state> warps_;
  std::vector<word> words_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>
      released_;              // word: the clocks passed on through it
  std::uint32_t base_ = 0;    // clocks up to here are of earlier blocks
  std::uint32_t newest_ = 0;  // the largest clock given out
  std::uint32_t barriers_ = 0;
};

}  // namespace emulator
