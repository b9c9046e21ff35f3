#include "core/undefined_registers.hpp"

#include <algorithm>
#include <cstring>

namespace emulator {

void undefined_registers::start(kernel_code const& code) {
  code_ = &code;
  marked_count_ = 0;
  carry_ = 0;
  is_reserved_ = false;
}

// Most warps never load an undefined value and pay for nothing.
void undefined_registers::reserve() {
  if (is_reserved_) return;
  is_reserved_ = true;
  scratch_ = aligned_up(code_->register_bytes, kernel_code::slot_step);
  std::uint32_t const bytes = scratch_ + scratch_slots * scratch_bytes;
  file_.assign(bytes / sizeof(cache_line), {});
  constants_.assign(code_->constants.size(), {});
  marked_.assign(code_->lane_bytes.size(), 0);
  origins_.clear();
}

std::uint64_t undefined_registers::bits(slot where, unsigned lane) const {
  if (!is_marked(where)) return 0;
  unsigned const bytes = lane_bytes(where);
  std::uint64_t result = 0;
  if (bytes == 0) {
    lane_mask lanes;
    std::memcpy(&lanes, place(where), sizeof(lanes));
    return lanes >> lane & 1U;
  }
  std::memcpy(&result, place(where) + lane * bytes, bytes);
  return result;
}

lane_mask undefined_registers::lanes(slot where) const {
  lane_mask result = 0;
  if (!is_marked(where)) return result;
  for (unsigned lane = 0; lane < warp_size; ++lane)
    result |= lane_mask{bits(where, lane) != 0} << lane;
  return result;
}

void undefined_registers::mark(slot where, bool marked) {
  std::uint8_t& before = marked_[where / kernel_code::slot_step];
  if (marked && before == 0) ++marked_count_;
  if (!marked && before != 0) --marked_count_;
  before = marked ? 1 : 0;
}

void undefined_registers::set(slot where, unsigned lane, std::uint64_t bits,
                              value_origin const& from) {
  reserve();
  unsigned const bytes = lane_bytes(where);
  if (bytes == 0) {
    lane_mask lanes;
    std::memcpy(&lanes, place(where), sizeof(lanes));
    lane_mask const bit = lane_mask{1} << lane;
    lanes = bits != 0 ? lanes | bit : lanes & ~bit;
    std::memcpy(place(where), &lanes, sizeof(lanes));
  } else {
    std::memcpy(place(where) + lane * bytes, &bits, bytes);
  }
  if (bits == 0) return;
  origins_[where][lane] = from;
  mark(where, true);
}

void undefined_registers::set_carry(unsigned lane, bool undefined, value_origin const& from) {
  lane_mask const before = carry_;
  lane_mask const bit = lane_mask{1} << lane;
  carry_ = undefined ? before | bit : before & ~bit;
  if (undefined) carry_origins_[lane] = from;
  if (before == 0 && carry_ != 0) ++marked_count_;
  if (before != 0 && carry_ == 0) --marked_count_;
}

void undefined_registers::set_defined(slot where, lane_mask which) {
  if (!is_marked(where)) return;
  for (unsigned lane = 0; lane < warp_size; ++lane) {
    if ((which >> lane & 1U) != 0) set(where, lane, 0, {});
  }
  update_mark(where);
}

void undefined_registers::update_mark(slot where) {
  std::uint8_t const* const begin = place(where);
  unsigned const bytes = std::max<unsigned>(lane_bytes(where) * warp_size, sizeof(lane_mask));
  mark(where, std::any_of(begin, begin + bytes, [](std::uint8_t b) { return b != 0; }));
}

}  // namespace emulator
