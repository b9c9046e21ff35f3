// One instruction of a warp that has undefined registers: for undefined_values.cpp, which says where
// undefined values count, and undefined_rules.cpp, which says where they go.
#pragma once

#include "core/operands.hpp"
#include "core/undefined_values.hpp"
#include "core/warp.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <string>

namespace emulator {

inline constexpr std::uint64_t all_bits = ~std::uint64_t{0};

/// The instruction as what an undefined value comes from.
value_origin origin_of(warp const& w, decoded_instruction const& in);

template <class Visit>
void for_each_lane(lane_mask mask, Visit const& visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<unsigned>(std::countr_zero(mask)));
}

/// The undefined bits of a result and where they come from, for each lane.
struct result_bits {
  std::array<std::uint64_t, warp_size> bits{};
  std::array<value_origin, warp_size> from;
};

/// One instruction of a warp that has undefined registers.
class undefined_step {
 public:
  undefined_step(warp& w, decoded_instruction const& in, lane_mask mask)
      : w_(w), undefined_(w.undefined()), in_(in), mask_(mask) {}

  bool touches_undefined() const {
    bool result = in_.rule == definedness::carries && undefined_.carry() != 0;
    for_each_source([&](slot s) { result = result || undefined_.is_marked(s); });
    for_each_destination([&](slot d) { result = result || undefined_.is_marked(d); });
    return result;
  }

  void require(slot where, std::string const& use) const {
    lane_mask const bad = undefined_.lanes(where) & mask_;
    if (bad != 0) fail(static_cast<unsigned>(std::countr_zero(bad)), where, use);
  }

  void run();

 private:
  template <class Visit>
  void for_each_source(Visit const& visit) const {
    emulator::for_each_source(w_.code(), in_, visit);
  }
  template <class Visit>
  void for_each_destination(Visit const& visit) const {
    emulator::for_each_destination(w_.code(), in_, visit);
  }

  std::string const& opcode() const {
    return w_.code()
        .sources[static_cast<std::size_t>(&in_ - w_.code().code.data())]
        ->opcode.front();
  }
  [[noreturn]] void fail(unsigned lane, slot where, std::string const& use) const;

  void run_handler() const { in_.run(w_, in_, mask_); }
  void run_defined() const {
    run_handler();
    for_each_destination([&](slot to) { undefined_.set_defined(to, mask_); });
  }

  void write(slot to, result_bits const& result) const {
    for_each_lane(mask_, [&](unsigned lane) {
      undefined_.set(to, lane, result.bits[lane], result.from[lane]);
    });
    undefined_.update_mark(to);
  }
  void write_carry(result_bits const& result) const {
    for_each_lane(mask_, [&](unsigned lane) {
      undefined_.set_carry(lane, result.bits[lane] != 0, result.from[lane]);
    });
  }

  // The bits of all sources or-ed, each with the origin of the first.
  result_bits gathered() const;

  std::uint64_t value(slot where, unsigned lane) const;
  // Undefined bits of a & b: a bit matters where the other is 1 or not known.
  static std::uint64_t of_conjunction(std::uint64_t a, std::uint64_t a_undefined, std::uint64_t b,
                                      std::uint64_t b_undefined) {
    return (a_undefined & (b | b_undefined)) | (b_undefined & (a | a_undefined));
  }

  result_bits result_of_rule() const;

  // p|q = (a op c), (!a op c)
  void run_combination() const;

  /// The handler on the undefined bits of the first `data` sources and the values of the others.
  void run_moves(unsigned data) const;

  slot copied_to_scratch(unsigned i, std::uint8_t const* from) const;
  void run_on_bits(decoded_instruction const& on_bits) const;

  // The handler on the numbers of the lanes tells which lane each gets its value from.
  void run_shuffle() const;

  void run_store() const;

  warp& w_;
  undefined_registers& undefined_;
  decoded_instruction const& in_;
  lane_mask mask_;
};

}  // namespace emulator
