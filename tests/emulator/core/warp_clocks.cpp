#include "core/warp_clocks.hpp"

#include <algorithm>

namespace emulator {

bool warp_clocks::start(std::uint32_t block, std::uint32_t warps) {
  bool const again = newest_ > 0xF0000000U;
  if (again) newest_ = 0;
  block_ = block;
  base_ = newest_;
  newest_ = base_ + 1;
  warps_.resize(warps);
  for (std::uint32_t w = 0; w < warps; ++w) {
    state& self = warps_[w];
    self.clock = newest_;
    self.known.assign(warps, base_);
    self.known[w] = self.clock;
    self.order = self.all_ordered = 0;
    self.pair_ordered.clear();
    self.others.clear();
    self.reads_of_others.clear();
  }
  return again;
}

void warp_clocks::warp_synchronized(std::uint32_t warp, std::uint32_t lanes, bool all) {
  state& self = warps_[warp];
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

void warp_clocks::barrier(std::vector<std::uint32_t> const& waited,
                          std::vector<std::uint32_t> const& arrived) {
  std::vector<std::uint32_t> joined(warps_.size(), base_);
  knowledge others, reads;
  for (auto const* const group : {&waited, &arrived}) {
    for (std::uint32_t const w : *group) {
      for (std::size_t i = 0; i < joined.size(); ++i)
        joined[i] = std::max(joined[i], warps_[w].known[i]);
      others.add(warps_[w].others);
      reads.add(warps_[w].reads_of_others);
    }
  }
  for (std::uint32_t const w : waited) {
    warps_[w].known = joined;
    warps_[w].others = others;
    warps_[w].reads_of_others = reads;
    warp_synchronized(w, ~0U, true);
  }
  ++newest_;
  for (auto const* const group : {&waited, &arrived}) {
    for (std::uint32_t const w : *group) warps_[w].clock = warps_[w].known[w] = newest_;
  }
}

void warp_clocks::learn_lanes(std::uint32_t warp, std::uint32_t lane, lane_orders& through) {
  state& self = warps_[warp];
  if (self.pair_ordered.empty()) self.pair_ordered.resize(32);
  through.resize(warps_.size());
  ++self.order;
  auto& released = through[warp];
  for (std::uint32_t k = 0; k < 32; ++k) {
    std::uint32_t& seen = self.pair_ordered[k][lane];
    seen = released[k] = std::max(seen, released[k]);
  }
  released[lane] = self.order;
}

void warp_clocks::learn(std::uint32_t warp, std::vector<std::uint32_t>& clocks, knowledge& others) {
  state& self = warps_[warp];
  clocks.resize(warps_.size(), base_);
  for (std::size_t w = 0; w < warps_.size(); ++w) {
    clocks[w] = self.known[w] = std::max(clocks[w], self.known[w]);
  }
  self.others.add(others);
  others = self.others;
}

}  // namespace emulator
