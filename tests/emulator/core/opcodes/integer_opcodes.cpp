// Integer arithmetic. Carries (add.cc and its kin) pass from one instruction to the next in a flag
// of each lane.
#include "core/lanewise.hpp"
#include "core/opcodes/options.hpp"

namespace emulator {

namespace {

// Division by zero gives all ones, remainder the dividend, and the most negative over -1 itself, as
// GPUs do; PTX leaves them unspecified.
template <class T>
T quotient(T a, T b) {
  if (b == 0) return static_cast<T>(~T{0});
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(a));
  }
  return static_cast<T>(a / b);
}

template <class T>
T remainder_of(T a, T b) {
  if (b == 0) return a;
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return 0;
  }
  return static_cast<T>(a % b);
}

template <class T>
struct wide_of;
template <>
struct wide_of<u16> {
  using type = u32;
};
template <>
struct wide_of<s16> {
  using type = s32;
};
template <>
struct wide_of<u32> {
  using type = u64;
};
template <>
struct wide_of<s32> {
  using type = s64;
};
template <>
struct wide_of<u64> {
  using type = unsigned __int128;
};
template <>
struct wide_of<s64> {
  using type = __int128;
};
template <class T>
using wide = typename wide_of<T>::type;

template <class T>
T high_half(T a, T b) {
  return static_cast<T>(static_cast<wide<T>>(a) * static_cast<wide<T>>(b) >> (8 * sizeof(T)));
}

template <class T>
T absolute(T a) {
  return a < 0 ? static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(a)) : a;
}

// What does not depend on the sign.
template <class U>
void add_modular(opcode_rows& rows, std::string const& types) {
  rows.push_back(lanewise<[](U a, U b) { return static_cast<U>(a + b); }>("add.{" + types + "}"));
  rows.push_back(lanewise<[](U a, U b) { return static_cast<U>(a - b); }>("sub.{" + types + "}"));
  rows.push_back(
      lanewise<[](U a, U b) { return static_cast<U>(u64{a} * b); }>("mul.lo.{" + types + "}"));
  rows.push_back(lanewise<[](U a, U b, U c) { return static_cast<U>(u64{a} * b + c); }>(
      "mad.lo.{" + types + "}"));
}

template <class T>
void add_ordered(opcode_rows& rows, std::string const& type) {
  rows.push_back(lanewise<[](T a, T b) { return quotient(a, b); }>("div." + type));
  rows.push_back(lanewise<[](T a, T b) { return remainder_of(a, b); }>("rem." + type));
  rows.push_back(lanewise<[](T a, T b) { return a < b ? a : b; }>("min." + type));
  rows.push_back(lanewise<[](T a, T b) { return b < a ? a : b; }>("max." + type));
  rows.push_back(lanewise<[](T a, T b) { return high_half(a, b); }>("mul.hi." + type));
  using U = std::make_unsigned_t<T>;
  rows.push_back(lanewise<[](T a, T b, T c) {
    return static_cast<T>(static_cast<U>(high_half(a, b)) + static_cast<U>(c));
  }>("mad.hi." + type));
  rows.push_back(lanewise<[](T a, T b, T c) {
    U const difference = a < b ? static_cast<U>(static_cast<U>(b) - static_cast<U>(a))
                               : static_cast<U>(static_cast<U>(a) - static_cast<U>(b));
    return static_cast<T>(static_cast<U>(c) + difference);
  }>("sad." + type));
}

template <class T>
void add_widening(opcode_rows& rows, std::string const& type) {
  using W = wide<T>;
  using U = std::make_unsigned_t<W>;
  rows.push_back(
      lanewise<[](T a, T b) { return static_cast<W>(static_cast<W>(a) * b); }>("mul.wide." + type));
  rows.push_back(lanewise<[](T a, T b, W c) {
    return static_cast<W>(static_cast<U>(static_cast<W>(a) * b) + static_cast<U>(c));
  }>("mad.wide." + type));
}

template <class T>
void add_signed(opcode_rows& rows, std::string const& type) {
  using U = std::make_unsigned_t<T>;
  rows.push_back(
      lanewise<[](T a) { return static_cast<T>(0 - static_cast<U>(a)); }>("neg." + type));
  rows.push_back(lanewise<[](T a) { return absolute(a); }>("abs." + type));
}

s32 saturated(s64 value) {
  return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : static_cast<s32>(value);
}

// 24-bit operands, 48-bit products.
template <class T>
s64 product24(T a, T b) {
  if constexpr (std::is_signed_v<T>) {
    return (s64{a} << 40 >> 40) * (s64{b} << 40 >> 40);
  } else {
    return static_cast<s64>((u64{a} & 0xFFFFFF) * (u64{b} & 0xFFFFFF));
  }
}

template <class T>
void add_24(opcode_rows& rows, std::string const& type) {
  rows.push_back(
      lanewise<[](T a, T b) { return static_cast<T>(product24(a, b)); }>("mul24.lo." + type));
  rows.push_back(
      lanewise<[](T a, T b) { return static_cast<T>(product24(a, b) >> 16); }>("mul24.hi." + type));
  rows.push_back(
      lanewise<[](T a, T b, T c) { return static_cast<T>((product24(a, b) >> 16) + c); }>(
          "mad24.hi." + type));
  rows.push_back(lanewise<[](T a, T b, T c) { return static_cast<T>(product24(a, b) + c); }>(
      "mad24.lo." + type));
}

// Two 16-bit numbers a register.
template <class T, T (*function)(T, T)>
u32 both_halves(u32 a, u32 b) {
  return static_cast<u16>(function(static_cast<T>(a), static_cast<T>(b))) |
         u32{static_cast<u16>(function(static_cast<T>(a >> 16), static_cast<T>(b >> 16)))} << 16;
}
template <class T>
T sum(T a, T b) {
  return static_cast<T>(a + b);
}
template <class T>
T smaller(T a, T b) {
  return a < b ? a : b;
}
template <class T>
T larger(T a, T b) {
  return b < a ? a : b;
}
template <class T, T (*function)(T, T)>
T not_negative(T a, T b) {
  return larger<T>(function(a, b), 0);
}

template <class T>
void add_packed(opcode_rows& rows, std::string const& type) {
  rows.push_back(lanewise<both_halves<T, sum<T>>>("add." + type));
  rows.push_back(lanewise<both_halves<T, smaller<T>>>("min." + type));
  rows.push_back(lanewise<both_halves<T, larger<T>>>("max." + type));
}

template <class A, class B, class C>
C dot4(C a, C b, C c) {
  s64 sum = c;
  for (unsigned i = 0; i < 4; ++i)
    sum += s64{static_cast<A>(static_cast<u32>(a) >> (8 * i))} *
           static_cast<B>(static_cast<u32>(b) >> (8 * i));
  return static_cast<C>(sum);
}

template <class A, class B, class C>
C dot2(C a, C b, C c, unsigned shift) {
  s64 sum = c;
  for (unsigned i = 0; i < 2; ++i)
    sum += s64{static_cast<A>(static_cast<u32>(a) >> (16 * i))} *
           static_cast<B>(static_cast<u32>(b) >> (8 * i + shift));
  return static_cast<C>(sum);
}

template <class A, class B, class C>
void add_dots(opcode_rows& rows, std::string const& types, std::type_identity<A>,
              std::type_identity<B>, std::type_identity<C>) {
  using A2 = std::conditional_t<std::is_signed_v<A>, s16, u16>;
  rows.push_back(lanewise<[](C a, C b, C c) { return dot4<A, B>(a, b, c); }>("dp4a." + types));
  rows.push_back(
      lanewise<[](C a, C b, C c) { return dot2<A2, B>(a, b, c, 0); }>("dp2a.lo." + types));
  rows.push_back(
      lanewise<[](C a, C b, C c) { return dot2<A2, B>(a, b, c, 16); }>("dp2a.hi." + types));
}

// add, addc, sub, subc, mad, madc. Subtraction is a + ~b + 1; its borrow is that sum's carry,
// complemented.
using namespace carry_option;

template <class T>
void run_carry_add(warp& w, decoded_instruction const& in, lane_mask mask) {
  T const* const a = w.lanes<T const>(in.src[0]);
  T const* const b = w.lanes<T const>(in.src[1]);
  T* const to = w.lanes<T>(in.dst);
  bool const subtracting = (in.option & subtracts) != 0;
  for (unsigned i = 0; i < warp_size; ++i) {
    lane_mask const bit = lane_mask{1} << i;
    if ((mask & bit) == 0) continue;
    bool const flag = (w.carry() & bit) != 0;
    unsigned const carry_in = (in.option & uses_carry) != 0 ? flag != subtracting : subtracting;
    auto const sum = static_cast<unsigned __int128>(a[i]) +
                     static_cast<T>(subtracting ? ~b[i] : b[i]) + carry_in;
    to[i] = static_cast<T>(sum);
    if ((in.option & sets_carry) == 0) continue;
    bool const carried = (sum >> (8 * sizeof(T))) != 0;
    w.carry() = carried != subtracting ? w.carry() | bit : w.carry() & ~bit;
  }
}

// The product's half is formed first, in a temporary.
template <class T, bool high>
void decode_carry_multiply_add(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  using U = std::make_unsigned_t<T>;
  if (at.operands.size() != 4) throw unsupported{"an unexpected number of operands"};
  decoded_instruction multiply;
  if constexpr (high) {
    multiply.run = detail::lanewise_handler<[](T a, T b) { return high_half(a, b); }, T, T, T>::run;
  } else {
    multiply.run =
        detail::lanewise_handler<[](U a, U b) { return static_cast<U>(u64{a} * b); }, U, U, U>::run;
  }
  multiply.src[0] = d.source(at.operands[1], operand_of<T>());
  multiply.src[1] = d.source(at.operands[2], operand_of<T>());
  multiply.dst = d.temporary(sizeof(T));
  multiply.rule = definedness::whole;
  decoded_instruction add;
  add.run = run_carry_add<U>;
  add.option = row.option;
  add.src[0] = multiply.dst;
  add.src[1] = d.source(at.operands[3], operand_of<T>());
  d.emit(multiply);
  add.dst = d.destination(at.operands[0], operand_of<T>());
  d.emit(add);
}

template <class U>
void add_carries(opcode_rows& rows, std::string const& types) {
  struct form {
    char const* name;
    std::uint32_t option;
  };
  auto const add = [&](form const& f) {
    opcode_row row = lanewise<[](U a, U) { return a; }>(std::string(f.name) + ".{" + types + "}");
    row.run = run_carry_add<U>;
    row.option = f.option;
    rows.push_back(row);
  };
  for (form const& f :
       {form{"add.cc", sets_carry}, form{"addc", uses_carry},
        form{"addc.cc", uses_carry | sets_carry}, form{"sub.cc", subtracts | sets_carry},
        form{"subc", subtracts | uses_carry},
        form{"subc.cc", subtracts | uses_carry | sets_carry}}) {
    add(f);
  }
}

template <class T>
void add_carry_multiplies(opcode_rows& rows, std::string const& type) {
  struct form {
    char const* name;
    std::uint32_t option;
  };
  for (form const& f : {form{"mad.HALF.cc.", sets_carry}, form{"madc.HALF.", uses_carry},
                        form{"madc.HALF.cc.", uses_carry | sets_carry}}) {
    for (bool const high : {false, true}) {
      opcode_row row;
      row.pattern =
          std::string(f.name).replace(std::string(f.name).find("HALF"), 4, high ? "hi" : "lo") +
          type;
      row.decode = high ? decode_carry_multiply_add<T, true> : decode_carry_multiply_add<T, false>;
      row.option = f.option;
      rows.push_back(row);
    }
  }
}

}  // namespace

void add_integer_opcodes(opcode_rows& rows) {
  add_modular<u16>(rows, "u16|s16");
  add_modular<u32>(rows, "u32|s32");
  add_modular<u64>(rows, "u64|s64");
  add_ordered<u16>(rows, "u16");
  add_ordered<s16>(rows, "s16");
  add_ordered<u32>(rows, "u32");
  add_ordered<s32>(rows, "s32");
  add_ordered<u64>(rows, "u64");
  add_ordered<s64>(rows, "s64");
  add_widening<u16>(rows, "u16");
  add_widening<s16>(rows, "s16");
  add_widening<u32>(rows, "u32");
  add_widening<s32>(rows, "s32");
  add_signed<s16>(rows, "s16");
  add_signed<s32>(rows, "s32");
  add_signed<s64>(rows, "s64");
  add_24<u32>(rows, "u32");
  add_24<s32>(rows, "s32");
  add_carries<u32>(rows, "u32|s32|b32");
  add_carries<u64>(rows, "u64|s64|b64");
  add_carry_multiplies<u32>(rows, "u32");
  add_carry_multiplies<s32>(rows, "s32");
  add_carry_multiplies<u64>(rows, "u64");
  add_carry_multiplies<s64>(rows, "s64");
  rows.push_back(lanewise<[](s32 a, s32 b) { return saturated(s64{a} + b); }>("add.sat.s32"));
  rows.push_back(lanewise<[](s32 a, s32 b) { return saturated(s64{a} - b); }>("sub.sat.s32"));
  rows.push_back(lanewise<[](s32 a, s32 b, s32 c) { return saturated(s64{high_half(a, b)} + c); }>(
      "mad.hi.sat.s32"));
  add_packed<u16>(rows, "u16x2");
  add_packed<s16>(rows, "s16x2");
  rows.push_back(lanewise<both_halves<s16, not_negative<s16, smaller<s16>>>>("min.relu.s16x2"));
  rows.push_back(lanewise<both_halves<s16, not_negative<s16, larger<s16>>>>("max.relu.s16x2"));
  rows.push_back(lanewise<not_negative<s32, smaller<s32>>>("min.relu.s32"));
  rows.push_back(lanewise<not_negative<s32, larger<s32>>>("max.relu.s32"));
  add_dots(rows, "s32.s32", std::type_identity<s8>{}, std::type_identity<s8>{},
           std::type_identity<s32>{});
  add_dots(rows, "s32.u32", std::type_identity<s8>{}, std::type_identity<u8>{},
           std::type_identity<s32>{});
  add_dots(rows, "u32.s32", std::type_identity<u8>{}, std::type_identity<s8>{},
           std::type_identity<s32>{});
  add_dots(rows, "u32.u32", std::type_identity<u8>{}, std::type_identity<u8>{},
           std::type_identity<u32>{});
}

}  // namespace emulator
