#include "core/shared_races.hpp"

#include <algorithm>
#include <bit>

namespace emulator {

void shared_races::start(std::uint32_t warps, std::uint32_t shared_end) {
  if (newest_ > 0xF0000000U) {
    words_.clear();
    newest_ = 0;
  }
  base_ = newest_;
  newest_ = base_ + 1;
  words_.resize(std::max<std::size_t>(words_.size(), (shared_end + 3) / 4));
  warps_.resize(warps);
  for (std::uint32_t w = 0; w < warps; ++w) {
    warp_state& self = warps_[w];
    self.clock = newest_;
    self.known.assign(warps, base_);
    self.known[w] = self.clock;
    self.order = self.all_ordered = 0;
    self.pair_ordered.clear();
  }
  released_.clear();
  barriers_ = 0;
}

bool shared_races::ordered(stamp const& before, std::uint32_t warp, std::uint32_t lane) const {
  if (before.clock <= base_) return true;
  std::uint32_t const other = before.thread / 32U;
  warp_state const& self = warps_[warp];
  if (other != warp) return self.known[other] >= before.clock;
  std::uint32_t const other_lane = before.thread % 32U;
  if (other_lane == lane || self.all_ordered > before.order) return true;
  return !self.pair_ordered.empty() && self.pair_ordered[other_lane][lane] > before.order;
}

// Each reading lane has synchronised with this one since the last of them read.
bool shared_races::lanes_ordered(word const& at, warp_state const& self, std::uint32_t lane) {
  if (self.all_ordered > at.read.order) return true;
  if (self.pair_ordered.empty()) return false;
  for (std::uint32_t rest = at.reading_lanes & ~(1U << lane); rest != 0; rest &= rest - 1) {
    if (self.pair_ordered[static_cast<std::size_t>(std::countr_zero(rest))][lane] <= at.read.order)
      return false;
  }
  return true;
}

bool shared_races::reads_ordered(word const& at, std::uint32_t warp, std::uint32_t lane) const {
  if (at.read.clock <= base_) return true;
  switch (at.kind) {
    case readers::none:
      return true;
    case readers::one:
      return ordered(at.read, warp, lane);
    case readers::of_one_warp:
      if (at.read.thread / 32U != warp)
        return warps_[warp].known[at.read.thread / 32U] >= at.read.clock;
      return lanes_ordered(at, warps_[warp], lane);
    case readers::of_many_warps:
      break;
  }
  return barriers_ > at.read.order;
}

std::optional<shared_races::conflict> shared_races::record(access const& what) {
  auto const thread = static_cast<std::uint16_t>(what.warp * 32 + what.lane);
  warp_state& self = warps_[what.warp];
  std::uint32_t const end = what.offset + what.bytes;
  for (std::uint32_t index = what.offset / 4; index * 4 < end; ++index) {
    if (what.synchronizes) pass_on(what.warp, index);
    word& at = words_[index];
    std::uint32_t const first = std::max(what.offset, index * 4) - index * 4;
    std::uint32_t const last = std::min(end, index * 4 + 4) - index * 4;
    auto const bytes = static_cast<std::uint8_t>((1U << last) - (1U << first));
    auto const harmless = [&](stamp const& before) {
      return (before.bytes & bytes) == 0 || (before.synchronizes && what.synchronizes);
    };
    if (!harmless(at.write) && !ordered(at.write, what.warp, what.lane))
      return conflict{at.write.thread, at.write.pc, true};
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

void shared_races::pass_on(std::uint32_t warp, std::uint32_t word_index) {
  warp_state& self = warps_[warp];
  std::vector<std::uint32_t>& through = released_[word_index];
  through.resize(warps_.size(), base_);
  for (std::size_t w = 0; w < warps_.size(); ++w) {
    through[w] = self.known[w] = std::max(through[w], self.known[w]);
  }
  self.clock = self.known[warp] = ++newest_;
}

void shared_races::warp_synchronized(std::uint32_t warp, std::uint32_t lanes, bool all) {
  warp_state& self = warps_[warp];
  ++self.order;
  if (all) {
    self.all_ordered = self.order;
    return;
  }
  if (self.pair_ordered.empty()) self.pair_ordered.resize(32);
  for (std::uint32_t i = 0; i < 32; ++i) {
    for (std::uint32_t j = 0; j < 32; ++j) {
      if ((lanes >> i & 1U) != 0 && (lanes >> j & 1U) != 0) self.pair_ordered[i][j] = self.order;
    }
  }
}

void shared_races::barrier(std::vector<std::uint32_t> const& waited,
                           std::vector<std::uint32_t> const& arrived, bool is_whole_block) {
  std::vector<std::uint32_t> joined(warps_.size(), base_);
  for (auto const* const group : {&waited, &arrived}) {
    for (std::uint32_t const w : *group) {
      for (std::size_t i = 0; i < joined.size(); ++i)
        joined[i] = std::max(joined[i], warps_[w].known[i]);
    }
  }
  for (std::uint32_t const w : waited) {
    warps_[w].known = joined;
    warp_synchronized(w, ~0U, true);
  }
  ++newest_;
  for (auto const* const group : {&waited, &arrived}) {
    for (std::uint32_t const w : *group) warps_[w].clock = warps_[w].known[w] = newest_;
  }
  if (is_whole_block) ++barriers_;
}

}  // namespace emulator
