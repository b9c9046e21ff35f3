// setp, set: comparisons, with a predicate combined in or not.
#include "core/opcodes/float_rules.hpp"

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

enum boolean_option : std::uint32_t { combine_none, combine_and, combine_or, combine_xor };

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

template <class T, class Comparison, auto read>
void add_comparison(opcode_rows& rows, std::string const& name, std::string const& tail) {
  constexpr auto compares = [](T a, T b) { return Comparison::of(read(a), read(b)); };
  struct form {
    char const* text;
    std::uint32_t option;
  };
  for (form const& f : {form{"", combine_none}, form{".and", combine_and}, form{".or", combine_or},
                        form{".xor", combine_xor}}) {
    opcode_row row = lanewise<compares>("setp." + name + f.text + tail);
    row.decode = decode_comparison;
    row.option = f.option;
    rows.push_back(row);
  }
  auto const add_set = [&](char const* type, decode_function decode) {
    opcode_row row = lanewise<compares>("set." + name + type + tail);
    row.decode = decode;
    rows.push_back(row);
  };
  add_set(".{u32|s32}", decode_set<~0U, 4>);
  add_set(".f32", decode_set<0x3F800000, 4>);
  if (tail.find("f16") != std::string::npos) {
    add_set(".f16", decode_set<0x3C00, 2>);
    add_set(".{u16|s16}", decode_set<0xFFFF, 2>);
    add_set(".bf16", decode_set<0x3F80, 2>);
  }
}

template <class T, auto read>
void add_ordered(opcode_rows& rows, std::string const& tail) {
  add_comparison<T, equal, read>(rows, "eq", tail);
  add_comparison<T, not_equal, read>(rows, "ne", tail);
  add_comparison<T, less, read>(rows, "lt", tail);
  add_comparison<T, less_equal, read>(rows, "le", tail);
  add_comparison<T, greater, read>(rows, "gt", tail);
  add_comparison<T, greater_equal, read>(rows, "ge", tail);
}

template <class T>
T itself(T a) {
  return a;
}

template <class T>
void add_integers(opcode_rows& rows, std::string const& type) {
  add_ordered<T, itself<T>>(rows, "." + type);
}

template <class T>
void add_unsigned_names(opcode_rows& rows, std::string const& type) {
  add_comparison<T, less, itself<T>>(rows, "lo", "." + type);
  add_comparison<T, less_equal, itself<T>>(rows, "ls", "." + type);
  add_comparison<T, greater, itself<T>>(rows, "hi", "." + type);
  add_comparison<T, greater_equal, itself<T>>(rows, "hs", "." + type);
}

template <class T, auto read>
void add_floats(opcode_rows& rows, std::string const& tail) {
  add_ordered<T, read>(rows, tail);
  add_comparison<T, opposite<not_equal>, read>(rows, "equ", tail);
  add_comparison<T, opposite<equal>, read>(rows, "neu", tail);
  add_comparison<T, opposite<greater_equal>, read>(rows, "ltu", tail);
  add_comparison<T, opposite<greater>, read>(rows, "leu", tail);
  add_comparison<T, opposite<less_equal>, read>(rows, "gtu", tail);
  add_comparison<T, opposite<less>, read>(rows, "geu", tail);
  add_comparison<T, numbers, read>(rows, "num", tail);
  add_comparison<T, opposite<numbers>, read>(rows, "nan", tail);
}

// Two comparisons a register: results of 1.0 or all ones in each half, or a pair of predicates.
template <f32 (*read)(u16), class Comparison>
u32 compared_halves(u32 a, u32 b) {
  return (Comparison::of(read(static_cast<u16>(a)), read(static_cast<u16>(b))) ? 0xFFFFU : 0U) |
         (Comparison::of(read(static_cast<u16>(a >> 16)), read(static_cast<u16>(b >> 16)))
              ? 0xFFFF0000U
              : 0U);
}

template <f32 (*read)(u16), class Comparison>
void add_packed(opcode_rows& rows, std::string const& name, std::string const& type, u16 one) {
  rows.push_back(lanewise<compared_halves<read, Comparison>>("set." + name + ".u32." + type));
  if (one == 0x3C00) {
    rows.push_back(lanewise<[](u32 a, u32 b) {
      return compared_halves<read, Comparison>(a, b) & 0x3C003C00U;
    }>("set." + name + "." + type + "." + type));
  } else {
    rows.push_back(lanewise<[](u32 a, u32 b) {
      return compared_halves<read, Comparison>(a, b) & 0x3F803F80U;
    }>("set." + name + "." + type + "." + type));
  }
}

template <f32 (*read)(u16)>
void add_all_packed(opcode_rows& rows, std::string const& type, u16 one) {
  add_packed<read, equal>(rows, "eq", type, one);
  add_packed<read, not_equal>(rows, "ne", type, one);
  add_packed<read, less>(rows, "lt", type, one);
  add_packed<read, less_equal>(rows, "le", type, one);
  add_packed<read, greater>(rows, "gt", type, one);
  add_packed<read, greater_equal>(rows, "ge", type, one);
  add_packed<read, opposite<not_equal>>(rows, "equ", type, one);
  add_packed<read, opposite<equal>>(rows, "neu", type, one);
  add_packed<read, opposite<greater_equal>>(rows, "ltu", type, one);
  add_packed<read, opposite<greater>>(rows, "leu", type, one);
  add_packed<read, opposite<less_equal>>(rows, "gtu", type, one);
  add_packed<read, opposite<less>>(rows, "geu", type, one);
  add_packed<read, numbers>(rows, "num", type, one);
  add_packed<read, opposite<numbers>>(rows, "nan", type, one);
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
  add_floats<f32, itself<f32>>(rows, ".f32");
  add_floats<f32, flushed>(rows, ".ftz.f32");
  add_floats<f64, itself<f64>>(rows, ".f64");
  add_floats<u16, from_half>(rows, ".f16");
  add_floats<u16, from_bfloat>(rows, ".bf16");
  add_all_packed<from_half>(rows, "f16x2", 0x3C00);
  add_all_packed<from_bfloat>(rows, "bf16x2", 0x3F80);
}

}  // namespace emulator
