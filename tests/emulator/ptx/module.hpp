// The abstract syntax of one PTX module: names resolved, scopes flattened, opcodes still as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace emulator::ptx {

enum class state_space : std::uint8_t { none, reg, constant, global, local, param, shared };

/// A fundamental type as PTX spells it after the dot.
enum class scalar_type : std::uint8_t {
  none,
  b8,
  b16,
  b32,
  b64,
  b128,
  u8,
  u16,
  u32,
  u64,
  s8,
  s16,
  s32,
  s64,
  f16,
  f16x2,
  bf16,
  bf16x2,
  f32,
  f32x2,
  f64,
  pred,
};

std::optional<scalar_type> scalar_type_from(std::string_view text);  // "f32" -> f32
std::string_view to_string(scalar_type type);
unsigned size_of(scalar_type type);  // bytes; 1 for pred

/// Anything PTX declares with a state space. Byte arrays are element b8 with count > 1; an unsized
/// array (extern shared) has count 0.
struct variable {
  std::string name;  // unique in its function: the second param0 of nested scopes is param0#2
  state_space space = state_space::none;
  scalar_type type = scalar_type::none;
  unsigned vector_width = 1;    // .v2, .v4
  std::uint32_t alignment = 0;  // bytes; natural alignment if PTX gives none
  std::uint64_t count = 1;      // elements of type (times vector_width)
  bool external = false;
  bool is_array = false;
  std::vector<std::uint8_t> initial_bytes;  // empty: zero-initialised
  struct address_initializer {
    std::uint64_t offset;
    std::string symbol;
    std::int64_t addend;
    bool generic;
  };
  std::vector<address_initializer> address_initializers;
  int line = 0;
  std::uint64_t bytes() const { return count * vector_width * size_of(type); }
};

/// One virtual register of a function. Shadowed names of nested scopes get entries of their own.
struct virtual_register {
  std::string name;
  scalar_type type = scalar_type::none;
};

struct operand {
  enum class kind_t : std::uint8_t {
    none,
    reg,      // index into function::registers; negated for !%p
    special,  // %tid.x, %laneid, %clock64, ...: text without '%'
    integer,  // bits
    float32,  // bits, from 0fXXXXXXXX
    float64,  // bits, from 0dXXXXXXXXXXXXXXXX (and decimal literals)
    symbol,   // a variable or a function: text, plus offset
    label,  // index into function::body (the statement that the label precedes; may be body.size())
    address,  // [elements[0] + offset]; elements[0] is reg, symbol or integer. Multi-element for
              // tensor forms.
    vector,   // {a, b, ...}
    pair,     // a|b, as in setp and shfl
    list,     // (a, b, ...) of a call
    sink,     // _
  };
  kind_t kind = kind_t::none;
  bool negated = false;
  std::uint32_t index = 0;
  std::uint64_t bits = 0;
  std::int64_t offset = 0;
  std::string text;
  std::vector<operand> elements;
};

struct instruction {
  int line = 0;  // 1-based, in the module's text
  std::vector<std::string>
      opcode;  // "ld.global.nc.v4.f32" -> {ld, global, nc, v4, f32}; "cp.async..." likewise
  std::vector<operand> operands;
  std::optional<std::uint32_t> guard;  // predicate register
  bool guard_negated = false;
};

struct function {
  std::string name;
  bool is_entry = false;
  bool is_declaration = false;
  std::vector<variable> parameters;     // .param, in order
  std::vector<variable> return_values;  // device functions only
  std::vector<virtual_register> registers;
  std::vector<variable> variables;  // shared, local and param variables declared in the body
  std::vector<instruction> body;
  std::map<std::string, std::vector<std::uint32_t>>
      directives;  // maxntid, reqntid, minnctapersm, reqnctapercluster, ...
  std::map<std::string, std::uint32_t>
      labels;  // label -> body index; the second WAIT of nested scopes is WAIT#2
  // .branchtargets (keys of labels), .calltargets (functions) and .callprototype are kept so that a
  // decoder can refuse or use them by name; the instruction refers to them with a symbol operand.
  std::map<std::string, std::vector<std::string>> target_lists;
  int line = 0;
};

struct module {
  std::string version;  // "9.0"
  std::string target;   // "sm_80"
  unsigned address_size = 64;
  std::vector<variable> variables;  // module scope: global, const, shared
  std::vector<function> functions;  // a declaration may precede the definition; an .alias is a copy
  std::vector<std::string> source_lines;  // the text, for messages: source_lines[line - 1]
};

/// A syntax error, with its place.
class parse_error : public std::runtime_error {
 public:
  parse_error(int line, int column, std::string const& what);
  int line() const { return line_; }
  int column() const { return column_; }

 private:
  int line_;
  int column_;
};

/// Parses one PTX module. Throws parse_error; never reads past the text; directives without meaning
/// for execution
/// (.loc, .file, .section, .pragma) are dropped, unknown ones are an error.
module parse(std::string_view text);

}  // namespace emulator::ptx
