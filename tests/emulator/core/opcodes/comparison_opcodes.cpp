// setp, set: comparisons, with a predicate combined in or not.
#include "core/opcodes/float_rules.hpp"
#include "core/opcodes/options.hpp"

#include <array>
#include <cmath>
#include <string>

namespace emulator {

namespace {

// A comparison is written with <, == and their complements, so that NaN makes the unordered ones
// true.
struct equal {
  template <class T>
  static bool of(T a, T b) {
    return a == b;
  }
};
struct not_equal {
  template <class T>
  static bool of(T a, T b) {
    return a < b || a > b;
  }
};
struct less {
  template <class T>
  static bool of(T a, T b) {
    return a < b;
  }
};
struct less_equal {
  template <class T>
  static bool of(T a, T b) {
    return a <= b;
  }
};
struct greater {
  template <class T>
  static bool of(T a, T b) {
    return a > b;
  }
};
struct greater_equal {
  template <class T>
  static bool of(T a, T b) {
    return a >= b;
  }
};
struct numbers {
  template <class T>
  static bool of(T a, T b) {
    return a == a && b == b;
  }
};
template <class Ordered>
struct opposite {
  template <class T>
  static bool of(T a, T b) {
    return !Ordered::of(a, b);
  }
};

using namespace boolean_option;

lane_mask combined(lane_mask a, lane_mask b, std::uint32_t how) {
  return how == combine_and ? a & b : how == combine_or ? a | b : how == combine_xor ? a ^ b : a;
}

// p|q = (a cmp b) op c: q takes the complement of the comparison.
void run_combine(warp& w, decoded_instruction const& in, lane_mask mask) {
  lane_mask const compared = w.predicate(in.src[0]);
  lane_mask const c = in.option == combine_none ? 0 : w.predicate(in.src[1]);
  lane_mask& p = w.predicate(in.dst);
  lane_mask& q = w.predicate(in.dst2);
  p = (p & ~mask) | (combined(compared, c, in.option) & mask);
  q = (q & ~mask) | (combined(~compared, c, in.option) & mask);
}

void decode_comparison(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  std::size_t const expected = row.option == combine_none ? 3 : 4;
  if (at.operands.size() != expected) throw unsupported{"an unexpected number of operands"};
  decoded_instruction compare;
  compare.run = row.run;
  for (unsigned i = 0; i < 2; ++i) compare.src[i] = d.source(at.operands[i + 1], row.src[i]);
  ptx::operand const& to = at.operands[0];
  bool const is_pair = to.kind == ptx::operand::kind_t::pair;
  if (!is_pair && row.option == combine_none) {
    compare.dst = d.destination(to, operand_of<bool>());
    d.emit(compare);
    return;
  }
  compare.dst = d.temporary_predicate();
  decoded_instruction combine;
  combine.run = run_combine;
  combine.option = row.option;
  combine.rule = definedness::combination;
  combine.src[0] = compare.dst;
  if (row.option != combine_none) combine.src[1] = d.source(at.operands[3], operand_of<bool>());
  d.emit(compare);
  combine.dst = d.destination(is_pair ? to.elements[0] : to, operand_of<bool>());
  combine.dst2 =
      is_pair ? d.destination(to.elements[1], operand_of<bool>()) : d.temporary_predicate();
  d.emit(combine);
}

// set: all ones (or 1.0) where the comparison holds.
template <class T>
void run_select_value(warp& w, decoded_instruction const& in, lane_mask mask) {
  lane_mask const holds = w.predicate(in.src[0]);
  for (unsigned i = 0; i < warp_size; ++i) {
    if ((mask >> i & 1U) != 0)
      w.lanes<T>(in.dst)[i] = (holds >> i & 1U) != 0 ? static_cast<T>(in.option) : T{0};
  }
}

template <u32 value, unsigned bytes>
void decode_set(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  if (at.operands.size() != 3) throw unsupported{"an unexpected number of operands"};
  decoded_instruction compare;
  compare.run = row.run;
  for (unsigned i = 0; i < 2; ++i) compare.src[i] = d.source(at.operands[i + 1], row.src[i]);
  compare.dst = d.temporary_predicate();
  d.emit(compare);
  decoded_instruction choose;
  choose.run = bytes == 2 ? run_select_value<u16> : run_select_value<u32>;
  choose.src[0] = compare.dst;
  choose.option = value;
  choose.dst = d.destination(at.operands[0], {operand_type::kind::integer, bytes, false});
  d.emit(choose);
}

struct form {
  char const* text;
  std::uint32_t option;
};
constexpr form combinations[] = {
    {"", combine_none}, {".and", combine_and}, {".or", combine_or}, {".xor", combine_xor}};

template <class T, class Comparison, auto read>
void add_comparison(opcode_rows& rows, std::string const& name, std::string const& flush,
                    std::string const& tail) {
  constexpr auto compares = [](T a, T b) { return Comparison::of(read(a), read(b)); };
  for (form const& f : combinations) {
    opcode_row row = lanewise<compares>("setp." + name + f.text + flush + tail);
    row.decode = decode_comparison;
    row.option = f.option;
    rows.push_back(row);
  }
  auto const add_set = [&](char const* type, decode_function decode) {
    opcode_row row = lanewise<compares>("set." + name + flush + type + tail);
    row.decode = decode;
    rows.push_back(row);
  };
  add_set(".{u32|s32}", decode_set<~0U, 4>);
  add_set(".f32", decode_set<0x3F800000, 4>);
  if (tail == ".f16" || tail == ".bf16") {
    add_set(".{u16|s16}", decode_set<0xFFFF, 2>);
    add_set(tail.c_str(), tail == ".f16" ? decode_set<0x3C00, 2> : decode_set<0x3F80, 2>);
  }
}

// Calls visit(comparison, name) for those that hold for no NaN.
template <class Visit>
void for_each_ordered(Visit const& visit) {
  visit(equal{}, "eq");
  visit(not_equal{}, "ne");
  visit(less{}, "lt");
  visit(less_equal{}, "le");
  visit(greater{}, "gt");
  visit(greater_equal{}, "ge");
}

// And for the others that floating-point types have.
template <class Visit>
void for_each_float(Visit const& visit) {
  for_each_ordered(visit);
  visit(opposite<not_equal>{}, "equ");
  visit(opposite<equal>{}, "neu");
  visit(opposite<greater_equal>{}, "ltu");
  visit(opposite<greater>{}, "leu");
  visit(opposite<less_equal>{}, "gtu");
  visit(opposite<less>{}, "geu");
  visit(numbers{}, "num");
  visit(opposite<numbers>{}, "nan");
}

template <class T>
T itself(T a) {
  return a;
}

template <class T>
void add_integers(opcode_rows& rows, std::string const& type) {
  for_each_ordered([&](auto comparison, char const* name) {
    add_comparison<T, decltype(comparison), itself<T>>(rows, name, "", "." + type);
  });
}

template <class T>
void add_unsigned_names(opcode_rows& rows, std::string const& type) {
  add_comparison<T, less, itself<T>>(rows, "lo", "", "." + type);
  add_comparison<T, less_equal, itself<T>>(rows, "ls", "", "." + type);
  add_comparison<T, greater, itself<T>>(rows, "hi", "", "." + type);
  add_comparison<T, greater_equal, itself<T>>(rows, "hs", "", "." + type);
}

template <class T, auto read>
void add_floats(opcode_rows& rows, std::string const& flush, std::string const& tail) {
  for_each_float([&](auto comparison, char const* name) {
    add_comparison<T, decltype(comparison), read>(rows, name, flush, tail);
  });
}

// Two comparisons a register: results of 1.0 or all ones in each half, or a pair of predicates.
template <f32 (*read)(u16), class Comparison>
u32 compared_halves(u32 a, u32 b) {
  return (Comparison::of(read(static_cast<u16>(a)), read(static_cast<u16>(b))) ? 0xFFFFU : 0U) |
         (Comparison::of(read(static_cast<u16>(a >> 16)), read(static_cast<u16>(b >> 16)))
              ? 0xFFFF0000U
              : 0U);
}

// setp p|q: p is the lower half's comparison, q the upper one's, each combined with c.
template <f32 (*read)(u16), class Comparison>
void run_packed_predicates(warp& w, decoded_instruction const& in, lane_mask mask) {
  u32 const* const a = w.lanes<u32 const>(in.src[0]);
  u32 const* const b = w.lanes<u32 const>(in.src[1]);
  lane_mask low = 0;
  lane_mask high = 0;
  for (unsigned i = 0; i < warp_size; ++i) {
    u32 const holds = compared_halves<read, Comparison>(a[i], b[i]);
    low |= (holds & 1U) << i;
    high |= (holds >> 31) << i;
  }
  lane_mask const c = in.option == combine_none ? 0 : w.predicate(in.src[2]);
  lane_mask& p = w.predicate(in.dst);
  lane_mask& q = w.predicate(in.dst2);
  p = (p & ~mask) | (combined(low, c, in.option) & mask);
  q = (q & ~mask) | (combined(high, c, in.option) & mask);
}

void decode_packed_predicates(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  bool const combines = row.option != combine_none;
  if (at.operands.size() != (combines ? 4U : 3U) ||
      at.operands[0].kind != ptx::operand::kind_t::pair) {
    throw unsupported{"a packed setp needs two predicates and two operands"};
  }
  decoded_instruction in;
  in.run = row.run;
  in.option = row.option;
  for (unsigned i = 0; i < 2; ++i) in.src[i] = d.source(at.operands[i + 1], operand_of<u32>());
  if (combines) in.src[2] = d.source(at.operands[3], operand_of<bool>());
  in.dst = d.destination(at.operands[0].elements[0], operand_of<bool>());
  in.dst2 = d.destination(at.operands[0].elements[1], operand_of<bool>());
  d.emit(in);
}

template <f32 (*read)(u16), class Comparison, u32 one>
void add_packed(opcode_rows& rows, std::string const& name, std::string const& flush,
                std::string const& type) {
  std::string const head = "set." + name + flush;
  rows.push_back(lanewise<compared_halves<read, Comparison>>(head + ".{u32|s32}." + type));
  rows.push_back(lanewise<[](u32 a, u32 b) {
    return compared_halves<read, Comparison>(a, b) & (one << 16 | one);
  }>(head + "." + type + "." + type));
  for (form const& f : combinations) {
    opcode_row row;
    row.pattern = "setp." + name + f.text + flush + "." + type;
    row.decode = decode_packed_predicates;
    row.run = run_packed_predicates<read, Comparison>;
    row.option = f.option;
    rows.push_back(row);
  }
}

template <f32 (*read)(u16), u32 one>
void add_all_packed(opcode_rows& rows, std::string const& flush, std::string const& type) {
  for_each_float([&](auto comparison, char const* name) {
    add_packed<read, decltype(comparison), one>(rows, name, flush, type);
  });
}

}  // namespace

void add_comparison_opcodes(opcode_rows& rows) {
  add_integers<u16>(rows, "{u16|b16}");
  add_integers<s16>(rows, "s16");
  add_integers<u32>(rows, "{u32|b32}");
  add_integers<s32>(rows, "s32");
  add_integers<u64>(rows, "{u64|b64}");
  add_integers<s64>(rows, "s64");
  add_unsigned_names<u16>(rows, "u16");
  add_unsigned_names<u32>(rows, "u32");
  add_unsigned_names<u64>(rows, "u64");
  add_floats<f32, itself<f32>>(rows, "", ".f32");
  add_floats<f32, flushed>(rows, ".ftz", ".f32");
  add_floats<f64, itself<f64>>(rows, "", ".f64");
  add_floats<u16, from_half>(rows, "", ".f16");
  add_floats<u16, from_half_flushed>(rows, ".ftz", ".f16");
  add_floats<u16, from_bfloat>(rows, "", ".bf16");
  add_all_packed<from_half, 0x3C00>(rows, "", "f16x2");
  add_all_packed<from_half_flushed, 0x3C00>(rows, ".ftz", "f16x2");
  add_all_packed<from_bfloat, 0x3F80>(rows, "", "bf16x2");
}

}  // namespace emulator
