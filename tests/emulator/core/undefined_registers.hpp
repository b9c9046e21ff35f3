// Which bits of a warp's registers have no defined value. They stand in a second register file,
// laid out as the first, where a bit is 1 if the same bit of the first is undefined: so handlers
// that only move bits can move these too.
#pragma once

#include "core/kernel_code.hpp"

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace emulator {

/// The load that an undefined value comes from; or, of no bytes, the shuffle.
struct value_origin {
  std::uint64_t address = 0;
  std::uint32_t pc = 0;
  std::uint8_t bytes = 0;
  space where = space::shared;
};

class undefined_registers {
 public:
  /// Every register is defined.
  void start(kernel_code const& code);

  bool any() const { return marked_count_ != 0; }
  /// Some lane of the register may have undefined bits. No operand and constants have none.
  bool is_marked(slot where) const {
    return marked_count_ != 0 && (where & 1) == 0 && marked_[where / kernel_code::slot_step] != 0;
  }

  /// The lanes of a register that have undefined bits.
  lane_mask lanes(slot where) const;
  /// The undefined bits of a lane; 1 is all of a predicate.
  std::uint64_t bits(slot where, unsigned lane) const;
  /// Of a lane that has undefined bits.
  value_origin const& origin(slot where, unsigned lane) const {
    return origins_.find(where)->second[lane];
  }

  void set(slot where, unsigned lane, std::uint64_t bits, value_origin const& from);
  void set_all_bits(slot where, unsigned lane, value_origin const& from) {
    set(where, lane, ~std::uint64_t{0}, from);
  }
  void set_defined(slot where, lane_mask which);
  /// Notes that bits of the register have been changed through file().
  void update_mark(slot where);
  void set_origin(slot where, unsigned lane, value_origin const& from) {
    origins_[where][lane] = from;
  }

  /// The condition-code register of add.cc.
  lane_mask carry() const { return carry_; }
  value_origin const& carry_origin(unsigned lane) const { return carry_origins_[lane]; }
  void set_carry(unsigned lane, bool undefined, value_origin const& from);

  unsigned lane_bytes(slot where) const {
    return code_->lane_bytes[where / kernel_code::slot_step];
  }

  /// The second register file. Behind its registers there is room for scratch_slots operands of 4
  /// bytes a lane.
  std::uint8_t* file() { return file_.front().bytes; }
  static constexpr unsigned scratch_slots = 4;
  static constexpr std::uint32_t scratch_bytes = 4 * warp_size;
  slot scratch(unsigned i) const { return scratch_ + i * scratch_bytes; }
  /// Constants that have no undefined bits.
  std::uint8_t* constants() { return constants_.front().bytes; }

 private:
  void reserve();
  std::uint8_t const* place(slot where) const { return file_.front().bytes + where; }
  std::uint8_t* place(slot where) { return file_.front().bytes + where; }
  void mark(slot where, bool marked);

  kernel_code const* code_ = nullptr;
  unsigned marked_count_ = 0;  // registers, and the carry
  bool is_reserved_ = false;   // for this kernel
  slot scratch_ = 0;
  std::vector<std::uint8_t> marked_;  // for each multiple of slot_step
  std::vector<cache_line> file_, constants_;
  lane_mask carry_ = 0;
  std::array<value_origin, warp_size> carry_origins_;
  std::unordered_map<slot, std::array<value_origin, warp_size>> origins_;  // marked once
};

}  // namespace emulator
