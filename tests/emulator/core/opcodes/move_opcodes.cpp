// mov with packing and unpacking, selp, slct.
#include "core/opcodes/float_rules.hpp"

#include <chrono>
#include <cstring>

namespace emulator {

namespace {

// Lanes of `count` registers of T one after the other in a register of Wide.
template <class T, class Wide>
void run_pack(warp& w, decoded_instruction const& in, lane_mask mask) {
  slot const* const from = &w.code().lists[in.target];
  auto* const to = w.lanes<Wide>(in.dst);
  for (unsigned i = 0; i < warp_size; ++i) {
    T parts[sizeof(Wide) / sizeof(T)];
    for (unsigned k = 0; k < sizeof(Wide) / sizeof(T); ++k) parts[k] = w.lanes<T const>(from[k])[i];
    if ((mask >> i & 1U) != 0) std::memcpy(&to[i], parts, sizeof(Wide));
  }
}

template <class T, class Wide>
void run_unpack(warp& w, decoded_instruction const& in, lane_mask mask) {
  slot const* const to = &w.code().lists[in.target];
  auto const* const from = w.lanes<Wide const>(in.src[0]);
  for (unsigned i = 0; i < warp_size; ++i) {
    T parts[sizeof(Wide) / sizeof(T)];
    std::memcpy(parts, &from[i], sizeof(Wide));
    for (unsigned k = 0; k < sizeof(Wide) / sizeof(T); ++k) {
      T& lane = w.lanes<T>(to[k])[i];
      lane = (mask >> i & 1U) != 0 ? parts[k] : lane;
    }
  }
}

template <bool packs>
handler packing(unsigned part, unsigned whole) {
  auto const pick = [](auto t, auto wide) -> handler {
    if constexpr (packs)
      return run_pack<decltype(t), decltype(wide)>;
    else
      return run_unpack<decltype(t), decltype(wide)>;
  };
  if (part == 1 && whole == 2) return pick(u8{}, u16{});
  if (part == 1 && whole == 4) return pick(u8{}, u32{});
  if (part == 2 && whole == 4) return pick(u16{}, u32{});
  if (part == 2 && whole == 8) return pick(u16{}, u64{});
  if (part == 4 && whole == 8) return pick(u32{}, u64{});
  throw unsupported{"a mov that packs parts of other widths than the emulator knows"};
}

operand_type integer_of(unsigned bytes) {
  return {operand_type::kind::integer, static_cast<std::uint8_t>(bytes), false};
}

template <class T>
void run_copy(warp& w, decoded_instruction const& in, lane_mask mask) {
  detail::lanewise_handler<[](T a) { return a; }, T, T>::run(w, in, mask);
}

handler copy_of(unsigned bytes) {
  return bytes == 1   ? run_copy<u8>
         : bytes == 2 ? run_copy<u16>
         : bytes == 4 ? run_copy<u32>
                      : run_copy<u64>;
}

// Clocks only have to advance: nanoseconds serve for all of them.
template <class T, unsigned shift>
void run_clock(warp& w, decoded_instruction const& in, lane_mask mask) {
  auto const now = std::chrono::steady_clock::now().time_since_epoch();
  auto const ticks =
      static_cast<u64>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
  for (unsigned i = 0; i < warp_size; ++i) {
    if ((mask >> i & 1U) != 0) w.lanes<T>(in.dst)[i] = static_cast<T>(ticks >> shift);
  }
}

bool decode_clock(decoder& d, ptx::instruction const& at) {
  std::string const& name = at.operands[1].text;
  decoded_instruction in;
  if (name == "clock64" || name == "globaltimer") {
    in.run = run_clock<u64, 0>;
  } else if (name == "clock" || name == "globaltimer_lo") {
    in.run = run_clock<u32, 0>;
  } else if (name == "clock_hi" || name == "globaltimer_hi") {
    in.run = run_clock<u32, 32>;
  } else {
    return false;
  }
  in.dst = d.destination(at.operands[0], integer_of(in.run == run_clock<u64, 0> ? 8 : 4));
  d.emit(in);
  return true;
}

void decode_move(decoder& d, ptx::instruction const& at, opcode_row const&) {
  using kind_t = ptx::operand::kind_t;
  if (at.operands.size() != 2) throw unsupported{"mov needs two operands"};
  auto const type = ptx::scalar_type_from(at.opcode.back());
  if (!type || at.opcode.size() != 2) throw unsupported{"the emulator has no such mov"};
  unsigned const bytes = ptx::size_of(*type);
  ptx::operand const& to = at.operands[0];
  ptx::operand const& from = at.operands[1];
  decoded_instruction in;
  if (from.kind == kind_t::special && decode_clock(d, at)) return;
  if (to.kind == kind_t::vector || from.kind == kind_t::vector) {
    bool const packs = from.kind == kind_t::vector;
    auto const& elements = packs ? from.elements : to.elements;
    auto const part = static_cast<unsigned>(bytes / elements.size());
    std::vector<slot> places;
    for (auto const& element : elements) {
      places.push_back(packs ? d.source(element, integer_of(part))
                             : d.destination(element, integer_of(part)));
    }
    in.target = d.list(places);
    in.count = static_cast<std::uint8_t>(places.size());
    in.list = packs ? list_role::sources : list_role::destinations;
    if (packs) {
      in.run = packing<true>(part, bytes);
      in.dst = d.destination(to, integer_of(bytes));
    } else {
      in.run = packing<false>(part, bytes);
      in.src[0] = d.source(from, integer_of(bytes));
    }
  } else {
    bool const floats = *type == ptx::scalar_type::f32 || *type == ptx::scalar_type::f64;
    operand_type const operand =
        floats ? operand_type{operand_type::kind::floating, static_cast<std::uint8_t>(bytes), true}
               : integer_of(bytes);
    in.run = copy_of(bytes);
    in.src[0] = d.source(from, operand);
    in.dst = d.destination(to, operand);
  }
  d.emit(in);
}

template <class T>
opcode_row select(std::string const& types) {
  return lanewise<[](T a, T b, bool chooses_a) { return chooses_a ? a : b; }>("selp.{" + types +
                                                                              "}");
}

// a where c is 0 or more: -0 is, NaN is not.
template <class T>
void add_choices(opcode_rows& rows, std::string const& types) {
  rows.push_back(
      lanewise<[](T a, T b, s32 c) { return c >= 0 ? a : b; }>("slct." + types + ".s32"));
  rows.push_back(
      lanewise<[](T a, T b, f32 c) { return c >= 0 ? a : b; }>("slct." + types + ".f32"));
  rows.push_back(lanewise<[](T a, T b, f32 c) { return flushed(c) >= 0 ? a : b; }>("slct.ftz." +
                                                                                   types + ".f32"));
}

}  // namespace

void add_move_opcodes(opcode_rows& rows) {
  add_row(rows, "mov.*", decode_move);
  rows.push_back(predicatewise<[](lane_mask a) { return a; }>("mov.pred"));
  rows.push_back(select<u16>("b16|u16|s16"));
  rows.push_back(select<u32>("b32|u32|s32"));
  rows.push_back(select<f32>("f32"));
  rows.push_back(select<u64>("b64|u64|s64"));
  rows.push_back(select<f64>("f64"));
  add_choices<u32>(rows, "{b32|u32|s32|f32}");
  add_choices<u64>(rows, "{b64|u64|s64|f64}");
  add_choices<u16>(rows, "{b16|u16|s16}");
}

}  // namespace emulator
