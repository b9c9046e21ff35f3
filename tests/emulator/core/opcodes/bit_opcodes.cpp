// Logic, shifts, bit fields and byte permutation.
#include "core/lanewise.hpp"

#include <algorithm>
#include <bit>

namespace emulator {

namespace {

template <class U>
void add_logic(opcode_rows& rows, std::string const& type) {
  rows.push_back(lanewise<[](U a, U b) { return static_cast<U>(a & b); }>("and." + type));
  rows.push_back(lanewise<[](U a, U b) { return static_cast<U>(a | b); }>("or." + type));
  rows.push_back(lanewise<[](U a, U b) { return static_cast<U>(a ^ b); }>("xor." + type));
  rows.push_back(lanewise<[](U a) { return static_cast<U>(~a); }>("not." + type));
  rows.push_back(lanewise<[](U a) { return static_cast<U>(a == 0 ? 1 : 0); }>("cnot." + type));
}

// Shifts clamp at the register's width.
template <class U>
void add_shifts(opcode_rows& rows, std::string const& bits, std::string const& unsigned_types,
                std::string const& signed_type) {
  constexpr u32 width = 8 * sizeof(U);
  using S = std::make_signed_t<U>;
  rows.push_back(lanewise<[](U a, u32 n) { return n >= width ? U{0} : static_cast<U>(a << n); }>(
      "shl." + bits));
  rows.push_back(lanewise<[](U a, u32 n) { return n >= width ? U{0} : static_cast<U>(a >> n); }>(
      "shr.{" + unsigned_types + "}"));
  rows.push_back(
      lanewise<[](S a, u32 n) { return static_cast<S>(a >> (n >= width ? width - 1 : n)); }>(
          "shr." + signed_type));
}

template <class U>
U field_mask(u32 position, u32 length) {
  constexpr u32 width = 8 * sizeof(U);
  if (length == 0 || position >= width) return 0;
  U const ones = length >= width ? static_cast<U>(~U{0}) : static_cast<U>((U{1} << length) - 1);
  return static_cast<U>(ones << position);
}

template <class T>
T extracted(T value, u32 position, u32 length) {
  using U = std::make_unsigned_t<T>;
  constexpr u32 width = 8 * sizeof(T);
  position &= 0xFF;
  length &= 0xFF;
  U const bits = position >= width ? U{0} : static_cast<U>(static_cast<U>(value) >> position);
  // What the field has beyond the register is sign.
  U const mask = position >= width ? U{0} : field_mask<U>(0, std::min(length, width - position));
  if constexpr (std::is_signed_v<T>) {
    if (length == 0) return 0;
    u32 const top = std::min(position + length - 1, width - 1);
    bool const negative = (static_cast<U>(value) >> top & 1U) != 0;
    return static_cast<T>(negative ? (bits & mask) | static_cast<U>(~mask) : bits & mask);
  } else {
    return static_cast<T>(bits & mask);
  }
}

template <class T>
u32 highest_set(T value, bool shift_amount) {
  using U = std::make_unsigned_t<T>;
  auto bits = static_cast<U>(value);
  if (std::is_signed_v<T> && value < 0) bits = static_cast<U>(~bits);
  if (bits == 0) return ~0U;
  auto const position = static_cast<u32>(std::bit_width(bits)) - 1;
  return shift_amount ? 8 * sizeof(T) - 1 - position : position;
}

template <class T>
void add_fields(opcode_rows& rows, std::string const& type) {
  rows.push_back(
      lanewise<[](T a, u32 position, u32 length) { return extracted(a, position, length); }>(
          "bfe." + type));
  rows.push_back(lanewise<[](T a) { return highest_set(a, false); }>("bfind." + type));
  rows.push_back(lanewise<[](T a) { return highest_set(a, true); }>("bfind.shiftamt." + type));
}

template <class U>
void add_counts(opcode_rows& rows, std::string const& bits) {
  rows.push_back(lanewise<[](U a) { return static_cast<u32>(std::popcount(a)); }>("popc." + bits));
  rows.push_back(
      lanewise<[](U a) { return static_cast<u32>(std::countl_zero(a)); }>("clz." + bits));
  rows.push_back(lanewise<[](U a) {
    U result = 0;
    for (unsigned i = 0; i < 8 * sizeof(U); ++i)
      result = static_cast<U>(result | ((a >> i & 1U) << (8 * sizeof(U) - 1 - i)));
    return result;
  }>("brev." + bits));
  rows.push_back(lanewise<[](U field, U into, u32 position, u32 length) {
    U const mask = field_mask<U>(position & 0xFF, length & 0xFF);
    U const shifted =
        (position & 0xFF) >= 8 * sizeof(U) ? U{0} : static_cast<U>(field << (position & 0xFF));
    return static_cast<U>((into & ~mask) | (shifted & mask));
  }>("bfi." + bits));
}

u32 funnel_left(u32 low, u32 high, u32 n) {
  return static_cast<u32>((u64{high} << 32 | low) << n >> 32);
}
u32 funnel_right(u32 low, u32 high, u32 n) {
  return static_cast<u32>((u64{high} << 32 | low) >> n);
}

u32 permuted(u32 a, u32 b, u32 selector) {
  u64 const bytes = u64{b} << 32 | a;
  u32 result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    u32 const choice = selector >> (4 * i) & 0xF;
    u32 byte = static_cast<u32>(bytes >> (8 * (choice & 7)) & 0xFF);
    if ((choice & 8) != 0) byte = (byte & 0x80) != 0 ? 0xFF : 0;
    result |= byte << (8 * i);
  }
  return result;
}

// prmt's modes choose four bytes of the eight by the low two bits of the selector.
template <u32 (*choice)(u32 n, u32 i)>
u32 permuted_by_mode(u32 a, u32 b, u32 n) {
  u32 selector = 0;
  for (u32 i = 0; i < 4; ++i) selector |= choice(n & 3, i) << (4 * i);
  return permuted(a, b, selector);
}
u32 forward4(u32 n, u32 i) { return n + i; }
u32 backward4(u32 n, u32 i) { return (n - i) & 7; }
u32 replicate8(u32 n, u32) { return n; }
u32 edge_left(u32 n, u32 i) { return std::max(n, i); }
u32 edge_right(u32 n, u32 i) { return std::min(n, i); }
u32 replicate16(u32 n, u32 i) { return 2 * (n & 1) + (i & 1); }

void run_lookup(warp& w, decoded_instruction const& in, lane_mask mask) {
  u32 const* const a = w.lanes<u32 const>(in.src[0]);
  u32 const* const b = w.lanes<u32 const>(in.src[1]);
  u32 const* const c = w.lanes<u32 const>(in.src[2]);
  u32* const to = w.lanes<u32>(in.dst);
  for (unsigned i = 0; i < warp_size; ++i) {
    u32 result = 0;
    for (u32 row = 0; row < 8; ++row) {
      if ((in.option >> row & 1U) == 0) continue;
      result |= ((row & 4) != 0 ? a[i] : ~a[i]) & ((row & 2) != 0 ? b[i] : ~b[i]) &
                ((row & 1) != 0 ? c[i] : ~c[i]);
    }
    to[i] = (mask >> i & 1U) != 0 ? result : to[i];
  }
}

// lop3.or d|p, a, b, c, table, q: p = (d != 0) or q.
template <bool is_or>
void run_lookup_predicate(warp& w, decoded_instruction const& in, lane_mask mask) {
  run_lookup(w, in, mask);
  u32 const* const value = w.lanes<u32 const>(in.dst);
  lane_mask any = 0;
  for (unsigned i = 0; i < warp_size; ++i) any |= lane_mask{value[i] != 0} << i;
  lane_mask const q = w.predicate(in.src[3]);
  lane_mask& p = w.predicate(in.dst2);
  p = (p & ~mask) | ((is_or ? any | q : any & q) & mask);
}

void decode_lookup(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  using kind_t = ptx::operand::kind_t;
  bool const combines = row.run != run_lookup;
  if (at.operands.size() != (combines ? 6U : 5U) || at.operands[4].kind != kind_t::integer ||
      (at.operands[0].kind == kind_t::pair) != combines) {
    throw unsupported{"lop3 needs three operands and a table, and with .or and .and two predicates"};
  }
  decoded_instruction in;
  in.run = row.run;
  for (unsigned i = 0; i < 3; ++i) in.src[i] = d.source(at.operands[i + 1], operand_of<u32>());
  in.option = static_cast<u32>(at.operands[4].bits & 0xFF);
  if (combines) in.src[3] = d.source(at.operands[5], operand_of<bool>());
  in.dst = d.destination(combines ? at.operands[0].elements[0] : at.operands[0], operand_of<u32>());
  if (combines) in.dst2 = d.destination(at.operands[0].elements[1], operand_of<bool>());
  d.emit(in);
}

}  // namespace

void add_bit_opcodes(opcode_rows& rows) {
  add_logic<u16>(rows, "b16");
  add_logic<u32>(rows, "b32");
  add_logic<u64>(rows, "b64");
  rows.push_back(predicatewise<[](lane_mask a, lane_mask b) { return a & b; }>("and.pred"));
  rows.push_back(predicatewise<[](lane_mask a, lane_mask b) { return a | b; }>("or.pred"));
  rows.push_back(predicatewise<[](lane_mask a, lane_mask b) { return a ^ b; }>("xor.pred"));
  rows.push_back(predicatewise<[](lane_mask a) { return ~a; }>("not.pred"));
  add_shifts<u16>(rows, "b16", "b16|u16", "s16");
  add_shifts<u32>(rows, "b32", "b32|u32", "s32");
  add_shifts<u64>(rows, "b64", "b64|u64", "s64");
  add_fields<u32>(rows, "u32");
  add_fields<s32>(rows, "s32");
  add_fields<u64>(rows, "u64");
  add_fields<s64>(rows, "s64");
  add_counts<u32>(rows, "b32");
  add_counts<u64>(rows, "b64");
  rows.push_back(lanewise<[](u32 low, u32 high, u32 n) { return funnel_left(low, high, n & 31); }>(
      "shf.l.wrap.b32"));
  rows.push_back(
      lanewise<[](u32 low, u32 high, u32 n) { return n >= 32 ? low : funnel_left(low, high, n); }>(
          "shf.l.clamp.b32"));
  rows.push_back(lanewise<[](u32 low, u32 high, u32 n) { return funnel_right(low, high, n & 31); }>(
      "shf.r.wrap.b32"));
  rows.push_back(lanewise<[](u32 low, u32 high, u32 n) {
    return n >= 32 ? high : funnel_right(low, high, n);
  }>("shf.r.clamp.b32"));
  rows.push_back(lanewise<[](u32 position, u32 length) {
    return field_mask<u32>(std::min(position, 32U), std::min(length, 32U));
  }>("bmsk.clamp.b32"));
  rows.push_back(lanewise<[](u32 position, u32 length) {
    return field_mask<u32>(position & 31, length & 31);
  }>("bmsk.wrap.b32"));
  rows.push_back(lanewise<permuted>("prmt.b32"));
  rows.push_back(lanewise<permuted_by_mode<forward4>>("prmt.b32.f4e"));
  rows.push_back(lanewise<permuted_by_mode<backward4>>("prmt.b32.b4e"));
  rows.push_back(lanewise<permuted_by_mode<replicate8>>("prmt.b32.rc8"));
  rows.push_back(lanewise<permuted_by_mode<edge_left>>("prmt.b32.ecl"));
  rows.push_back(lanewise<permuted_by_mode<edge_right>>("prmt.b32.ecr"));
  rows.push_back(lanewise<permuted_by_mode<replicate16>>("prmt.b32.rc16"));
  opcode_row lookup;
  lookup.decode = decode_lookup;
  auto const add_lookup = [&](char const* pattern, handler run) {
    lookup.pattern = pattern;
    lookup.run = run;
    rows.push_back(lookup);
  };
  add_lookup("lop3.b32", run_lookup);
  add_lookup("lop3.or.b32", run_lookup_predicate<true>);
  add_lookup("lop3.and.b32", run_lookup_predicate<false>);
}

}  // namespace emulator
