#include "core/shared_races.hpp"

#include <algorithm>
#include <bit>

namespace emulator {

void shared_races::start(std::uint32_t shared_end, bool clocks_restarted) {
  if (clocks_restarted) words_.clear();
  words_.resize(std::max<std::size_t>(words_.size(), (shared_end + 3) / 4));
  released_.clear();
  barriers_ = 0;
}

bool shared_races::ordered(stamp const& before, std::uint32_t warp, std::uint32_t lane) const {
  if (before.clock <= clocks_.base()) return true;
  std::uint32_t const other = before.thread / 32U;
  if (other != warp) return clocks_.of(warp).known[other] >= before.clock;
  return clocks_.lanes_ordered(warp, before.thread % 32U, lane, before.order);
}

// Each reading lane has synchronised with this one since the last of them read.
bool shared_races::lanes_ordered(word const& at, std::uint32_t warp, std::uint32_t lane) const {
  for (std::uint32_t rest = at.reading_lanes; rest != 0; rest &= rest - 1) {
    auto const reader = static_cast<std::uint32_t>(std::countr_zero(rest));
    if (!clocks_.lanes_ordered(warp, reader, lane, at.read.order)) return false;
  }
  return true;
}

bool shared_races::reads_ordered(word const& at, std::uint32_t warp, std::uint32_t lane) const {
  if (at.read.clock <= clocks_.base()) return true;
  switch (at.kind) {
    case readers::none:
      return true;
    case readers::one:
      return ordered(at.read, warp, lane);
    case readers::of_one_warp:
      if (at.read.thread / 32U != warp)
        return clocks_.of(warp).known[at.read.thread / 32U] >= at.read.clock;
      return lanes_ordered(at, warp, lane);
    case readers::of_many_warps:
      break;
  }
  return barriers_ > at.read.order;
}

std::optional<shared_races::conflict> shared_races::record(access const& what) {
  auto const thread = static_cast<std::uint16_t>(what.warp * 32 + what.lane);
  std::uint32_t const end = what.offset + what.bytes;
  for (std::uint32_t index = what.offset / 4; index * 4 < end; ++index) {
    if (what.synchronizes) pass_on(what.warp, what.lane, index);
    word& at = words_[index];
    std::uint32_t const first = std::max(what.offset, index * 4) - index * 4;
    std::uint32_t const last = std::min(end, index * 4 + 4) - index * 4;
    auto const bytes = static_cast<std::uint8_t>((1U << last) - (1U << first));
    auto const harmless = [&](stamp const& before) {
      return (before.bytes & bytes) == 0 || (before.synchronizes && what.synchronizes);
    };
    if (!harmless(at.write) && !ordered(at.write, what.warp, what.lane))
      return conflict{at.write.thread, at.write.pc, true};
    warp_clocks::state const& self = clocks_.of(what.warp);
    stamp const now{self.clock, self.order, what.pc, thread, bytes, what.synchronizes};
    if (what.writes) {
      if (!harmless(at.read) && !reads_ordered(at, what.warp, what.lane))
        return conflict{at.read.thread, at.read.pc, false};
      // Parts of a word that one thread writes after the other add up.
      bool const adds =
          at.write.thread == thread && at.write.clock == now.clock && at.write.order == now.order;
      std::uint8_t const before = adds ? at.write.bytes : std::uint8_t{0};
      at.write = now;
      at.write.bytes |= before;
      continue;
    }
    note_read(at, now);
  }
  return std::nullopt;
}

void shared_races::pass_on(std::uint32_t warp, std::uint32_t lane, std::uint32_t word_index) {
  passed_on& through = released_[word_index];
  clocks_.learn(warp, through.clocks, through.others);
  clocks_.learn_lanes(warp, lane, through.lanes);
  clocks_.advance(warp);
}

}  // namespace emulator
