#include "ptx_text.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace emulator::ptx {
namespace {

struct error_case {
  std::string_view source;  // the mark ^ stands before the token that the error must name
  std::string_view message;
};

void expect_error(std::string const& before, std::string_view marked, std::string const& after,
                  std::string_view message) {
  std::size_t const mark = marked.find('^');
  ASSERT_NE(mark, std::string_view::npos) << marked;
  std::string const head = before + std::string(marked.substr(0, mark));
  std::string const text = head + std::string(marked.substr(mark + 1)) + after;
  int const line = 1 + static_cast<int>(std::count(head.begin(), head.end(), '\n'));
  int const column = static_cast<int>(head.size() - (head.rfind('\n') + 1)) + 1;
  try {
    parse(text);
    ADD_FAILURE() << "no error for " << marked;
  } catch (parse_error const& error) {
    EXPECT_EQ(error.line(), line) << marked << ": " << error.what();
    EXPECT_EQ(error.column(), column) << marked << ": " << error.what();
    std::string_view const what = error.what();
    EXPECT_NE(what.find(message), std::string_view::npos) << marked << ": " << what;
    std::string const place =
        "line " + std::to_string(line) + ", column " + std::to_string(column) + ": ";
    EXPECT_EQ(what.substr(0, place.size()), place);
  }
}

constexpr error_case module_errors[] = {
    {"^", "expected '.version' instead of end of text"},
    {"^.target sm_80", "expected '.version' instead of '.target'"},
    {".version ^9\n.target sm_80", "expected a version such as 9.0"},
    {".version 9.0\n^.address_size 64", "expected '.target'"},
    {".version 9.0 .target ^80", "expected a target such as sm_80"},
    {".version 9.0 .target sm_80 ^.address_size 32", "only 64-bit addresses"},
    {".version 9.0 .target sm_80 .address_size ^128", "larger than 64"},
};

TEST(ParseError, InTheHeader) {
  for (auto const& [source, message] : module_errors) expect_error("", source, "", message);
}

constexpr error_case item_errors[] = {
    {"^.nonsense", "unknown directive '.nonsense'"},
    {"^add.s32", "expected a directive instead of 'add'"},
    {".visible ^}", "expected a directive instead of '}'"},
    {".global ^.u33 x;", "unknown type '.u33'"},
    {".global ^x;", "expected a type instead of 'x'"},
    {".global .u32 ^.u32 x;", "a second type"},
    {".global .u32 ^;", "expected a name instead of ';'"},
    {".global .pred ^x;", "a predicate can only be a register"},
    {".global .align ^3 .u32 x;", "power of two"},
    {".global .align ^131072 .u32 x;", "larger than 65536"},
    {".global .u32 x^", "expected ';' instead of end of text"},
    {".global .u32 x[4^;", "expected ']' instead of ';'"},
    {".global .u32 x[^-1];", "malformed array extent"},
    {".global .u32 x[^1.5];", "malformed array extent"},
    {".global .u32 x[4][^];", "expected an array extent"},
    {".global .u32 x[4][^0] = {{}};", "malformed array extent"},
    {".global .u32 x[][1099511627776][1099511627776] = ^{};", "initialised variable is too large"},
    {".global .u32 x^[1099511627776];", "array is too large"},
    {".global .u32 x^[1099511627776][1099511627776];", "array is too large"},
    {".global .u32 x[1 ^/ 0];", "division by zero"},
    {".global .u32 x[1073741824] = ^{1};", "initialised variable is too large"},
    {".global .u32 x = ^;", "expected a constant instead of ';'"},
    {".global .u32 x[2] = {1, 2, ^3};", "too many initial values"},
    {".global .u32 x[2] = {^{1}};", "expected a value instead of '{'"},
    {".global .u8 x[2][2] = {{1, 2, ^3}};", "too many initial values"},
    {".global .u32 x[2] = {1 ^2};", "expected '}' instead of '2'"},
    {".global .u32 x = ^1.5;", "a floating-point number cannot initialise .u32"},
    {".global .u64 x = ^nowhere;", "'nowhere' is not declared"},
    {".global .u64 x = generic(^nowhere);", "'nowhere' is not declared"},
    {".global .u64 x = generic(x^;", "expected ')'"},
    {".global .u64 x = x ^+ 1.5;", "an address offset must be an integer"},
    {".global .u32 x = ^x;", "an address needs an element of 8 bytes"},
    {".global .u64 x = ^0xFF(x);", "a masked address needs a smaller element"},
    {".global .u8 x[8] = {^0xFF00(x)};", "only a whole address"},
    {".global .u8 x[9] = {0xFF(x), 0xFF00(x), ^1};", "the address before is incomplete"},
    {".global .u8 x[9] = {0xFF(x), ^0xFF00(x+1)};", "only a whole address"},
    {".global .u8 x[9] = {0xFF(x)}^;", "the address before is incomplete"},
    {".shared .u32 x ^= 1;", "an initialiser is not allowed here"},
    {".global .u32 x; .global .u32 ^x;", "'x' is already declared"},
    {".entry ^{", "expected a function's name"},
    {".entry k(^.reg .b32 a) { }", "expected '.param' instead of '.reg'"},
    {".entry k(.param .b32 a ^.param .b32 b) { }", "expected ')'"},
    {".entry k(.param .b32 a, .param .b32 ^a) { }", "'a' is already declared in this scope"},
    {".entry k() ^.fast { }", "unknown directive '.fast' of a function"},
    {".entry k() .maxntid ^{ }", "expected a directive's value"},
    {".entry k() .maxntid ^4294967296 { }", "larger than 4294967295"},
    {".entry k() ^ret; }", "expected '{' instead of 'ret'"},
    {".entry k() { ret; ^", "expected '}' instead of end of text"},
    {".entry k() { } .entry ^k() { }", "'k' is already defined"},
    {".alias g, ^f;", "'f' is not defined"},
    {".section .debug_str { a { } ^", "expected '}' instead of end of text"},
    {".file ^\"x\"", "expected a file number"},
    {".pragma ^nounroll;", "expected a pragma in quotes"},
    {".attribute^", "unknown directive '.attribute'"},
};

TEST(ParseError, AtModuleScope) {
  for (auto const& [source, message] : item_errors) {
    if (source == ".attribute^") {
      expect_error(module_header, "^.attribute", "", message);
    } else {
      expect_error(module_header, source, "", message);
    }
  }
}

constexpr error_case body_errors[] = {
    {"add.s32 %r1, %r2, ^%x;", "'%x' is not declared"},
    {"add.s32 %r1, %r2, ^x;", "'x' is not declared"},
    {"add.s32 %r1, %r2, ^%r9;", "'%r9' is not declared"},
    {"add.s32 %r1, %r2, ^%r01;", "'%r01' is not declared"},
    {"{ .reg .b32 q; } add.s32 %r1, %r2, ^q;", "'q' is not declared"},
    {"mov.u32 %r1, {^x};", "'x' is not declared"},
    {"mov.u32 %r1, ^%tidy.x;", "'%tidy' is not declared"},
    {"mov.u32 %r1, ^%envreg;", "'%envreg' is not declared"},
    {"mov.u32 %r1, %tid^.q;", "'%tid' has no component '.q'"},
    {"mov.u32 %r1, %laneid^.x;", "'%laneid' has no component '.x'"},
    {"mov.u32 %r1, %r2^.x;", "selecting a part of a register is not supported"},
    {"mov.u32 %r1^", "expected ';' instead of '}'"},
    {"mov.u32 ^, %r1;", "expected an operand instead of ','"},
    {"mov.u32 %r1 ^%r2;", "expected ';' instead of '%r2'"},
    {"ld.global.u32 %r1, [%rd1^;", "expected ']' instead of ';'"},
    {"ld.global.u32 %r1, [^];", "expected an operand instead of ']'"},
    {"ld.global.u32 %r1, [%rd1 ^+ 1.5];", "an address offset must be an integer"},
    {"ld.global.u32 %r1, [%rd1 + ^%r1];", "expected a constant instead of '%r1'"},
    {"ld.global.u32 %r1, [^1.5];", "an address begins with"},
    {"ld.global.u32 %r1, [^!%p1];", "an address begins with"},
    {"ld.global.u32 %r1, [^{%rd1}];", "an address begins with"},
    {"mov.b64 %rd1, {%r1, ^{%r2}};", "expected a vector element"},
    {"mov.b64 %rd1, {%r1^;", "expected '}' instead of ';'"},
    {"setp.eq.s32 %p1^|3, %r1, %r2;", "a pair needs two registers"},
    {"mov.pred %p1, ^!v;", "'!' needs a predicate"},
    {"mov.u32 %r1, ^!1.5;", "'!' needs a predicate or an integer"},
    {"mov.f32 %f1, 1.5 ^+ 1;", "'+' needs integer operands"},
    {"call.uni k, (%r1^;", "expected ')' instead of ';'"},
    {"call ^nowhere;", "'nowhere' is not declared"},
    {"bra ^NOWHERE;", "'NOWHERE' is not declared"},
    {"{ IN: } bra ^IN;", "'IN' is not declared"},
    {"bra ^k;", "'k' is not declared"},
    {"L: ^L: ret;", "label 'L' is already declared in this scope"},
    {"@^%q bra L;", "'%q' is not declared as a register"},
    {"@^v bra L;", "'v' is not declared as a register"},
    {"@^%r1 bra L;", "'%r1' is not a predicate"},
    {"@%p1 ^{ ret; }", "expected an instruction instead of '{'"},
    {"@^;", "expected a predicate register"},
    {".reg .b32 ^;", "expected a register's name"},
    {".reg .b32 q<^x>;", "expected a register count"},
    {".reg .b32 q<4^;", "expected '>'"},
    {".reg .b32 ^q<4000000000>;", "too many registers"},
    {".reg .b32 ^q<18446744073709551615>;", "too many registers"},
    {".reg .b32 q, ^q;", "'q' is already declared in this scope"},
    {".reg .b32 ^%r<2>;", "'%r' is already declared in this scope"},
    {".reg ^.v2 .f32 q;", "vector registers are not supported"},
    {".reg ^q;", "expected a type"},
    {".shared .u32 q; .shared .u32 ^q;", "'q' is already declared in this scope"},
    {".shared .u32 q ^= 3;", "an initialiser is not allowed here"},
    {"^.global .u32 q;", "unknown directive '.global' in a function"},
    {"^.frobnicate;", "unknown directive '.frobnicate' in a function"},
    {".loc 1 2^;", "expected a source location"},
    {".loc 1 2 3, ^nonsense 4", "unknown attribute 'nonsense' of .loc"},
    {"t: .branchtargets ^NOWHERE;", "'NOWHERE' is not declared"},
    {"t: .calltargets ^nowhere;", "'nowhere' is not declared"},
    {"t: .callprototype ^;", "expected '_'"},
    {"^3;", "expected a statement instead of '3'"},
    {"^\"text\";", "expected a statement instead of a string"},
    {"mov.u32 %r1, ^`;", "unexpected character with code 96"},
    {"mov.u32 %r1, ^0f12;", "needs 8 hex digits"},
};

TEST(ParseError, InABody) {
  std::string const before = module_header +
                             ".global .u32 v;\n.entry k()\n{\n.reg .b32 %r<9>; .reg .b64 %rd<9>; "
                             ".reg .pred %p<9>; .reg .f32 %f<9>;\n";
  for (auto const& [source, message] : body_errors) {
    expect_error(before, source, "}", message);
    expect_error(before + "\n  ", source, "}", message);
  }
}

TEST(ParseError, DeepNestingIsAnErrorAndNoStackOverflow) {
  std::string const before = module_header + ".entry k() { .reg .b32 r; ";
  auto const many = [](char const* text) {
    std::string result;
    for (int i = 0; i < 200000; ++i) result += text;
    return result;
  };
  EXPECT_THROW(parse(before + many("{")), parse_error);
  EXPECT_THROW(parse(before + "mov.u32 r, " + many("(")), parse_error);
  EXPECT_THROW(parse(before + "mov.u32 r, " + many("-")), parse_error);
  EXPECT_THROW(parse(before + "mov.u32 r, " + many("1?")), parse_error);
  EXPECT_THROW(parse(before + "mov.u32 r, " + many("{")), parse_error);
  EXPECT_THROW(parse(module_header + ".global .u8 x[1] = " + many("{")), parse_error);
  EXPECT_THROW(parse(module_header + ".global .u8 x" + many("[1]") + " = " + many("{")),
               parse_error);
  EXPECT_NO_THROW(parse(before + "mov.u32 r, 0" + many(" + 1") + "; }"));
}

}  // namespace
}  // namespace emulator::ptx
