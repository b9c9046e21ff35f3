// The opcode table: an instruction is a row that says how it is spelled, what its operands are and
// which function runs it. One more instruction is one more row.
#pragma once

#include "core/kernel_code.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace emulator {

class decoder;
struct opcode_row;

/// Turns one PTX instruction into decoded ones. Throws unsupported.
using decode_function = void (*)(decoder&, ptx::instruction const&, opcode_row const&);

/// Thrown by decode functions: becomes an instruction that stops the kernel when a lane reaches it.
struct unsupported {
  std::string reason;
};

struct operand_type {
  enum class kind : std::uint8_t { none, predicate, integer, floating };
  kind what = kind::none;
  std::uint8_t bytes = 0;
  bool is_signed = false;
};

struct opcode_row {
  /// The opcode as PTX spells it; {a|b|} stands for its alternatives: "add{.rn|}.f32",
  /// "ld.{global|shared}.u32". "ld.*" takes every ld that no other row takes: its decode function
  /// reads the modifiers and refuses unknown ones.
  std::string pattern;
  decode_function decode = nullptr;
  handler run = nullptr;
  operand_type dst{};
  std::array<operand_type, 4> src{};
  std::uint8_t sources = 0;
  flow kind = flow::plain;
  std::uint32_t option = 0;
};

using opcode_rows = std::vector<opcode_row>;

/// A row whose decode function binds the operands itself.
void add_row(opcode_rows& rows, std::string pattern, decode_function decode, handler run = nullptr,
             std::uint32_t option = 0, operand_type dst = {});

// One function for each file in opcodes/.
void add_bit_opcodes(opcode_rows& rows);
void add_byte_float_opcodes(opcode_rows& rows);
void add_cluster_opcodes(opcode_rows& rows);
void add_comparison_opcodes(opcode_rows& rows);
void add_control_opcodes(opcode_rows& rows);
void add_conversion_opcodes(opcode_rows& rows);
void add_float_opcodes(opcode_rows& rows);
void add_approximate_opcodes(opcode_rows& rows);
void add_other_approximate_opcodes(opcode_rows& rows);
void add_half_opcodes(opcode_rows& rows);
void add_integer_opcodes(opcode_rows& rows);
void add_memory_opcodes(opcode_rows& rows);
void add_atomic_opcodes(opcode_rows& rows);
void add_mbarrier_opcodes(opcode_rows& rows);
void add_async_opcodes(opcode_rows& rows);
void add_move_opcodes(opcode_rows& rows);
void add_warp_opcodes(opcode_rows& rows);

/// The row of an opcode, or nullptr. The table is expanded once.
opcode_row const* find_opcode(std::string const& opcode);
/// Every spelling in the table, for tests.
std::vector<std::string> const& known_opcodes();

/// "{a|b}c" -> "ac", "bc".
std::vector<std::string> expand_pattern(std::string_view pattern);

}  // namespace emulator
