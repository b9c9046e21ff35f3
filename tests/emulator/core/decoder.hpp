// From a parsed function to kernel_code: registers get places, calls are inlined, instructions
// become handlers.
#pragma once

#include "core/kernel_code.hpp"
#include "core/opcode.hpp"
#include "core/shared_layout.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace emulator {

/// What a decoder needs to know of the module.
struct module_view {
  ptx::module const* module = nullptr;
  std::map<std::string, std::uint64_t, std::less<>> const* global_addresses =
      nullptr;  // .global and .const variables
  shared_layout const* shared = nullptr;
};

class decoder {
 public:
  decoder(module_view const& module, ptx::function const& kernel, kernel_info const& info);
  kernel_code decode();

  // For decode functions.
  // ----------------------------------------------------------------------------------------

  /// A source operand where a handler reads `type`: a register, or a constant, or a temporary of
  /// another width.
  slot source(ptx::operand const& from, operand_type type);
  /// A destination; a register wider than the type is filled by extension after the instruction has
  /// been emitted.
  slot destination(ptx::operand const& to, operand_type type);
  /// Appends the instruction under the guard of the PTX instruction that is being decoded, then the
  /// extensions that its destinations need.
  void emit(decoded_instruction in);

  slot constant(std::uint64_t bits, unsigned bytes);
  slot temporary(unsigned bytes);
  slot temporary_predicate();
  /// Appends to kernel_code::lists, returns the index of the first.
  std::uint32_t list(std::vector<slot> const& entries);

  /// Bytes of a register operand, 0 if it is a predicate or no register.
  unsigned register_bytes(ptx::operand const& operand) const;
  bool is_predicate(ptx::operand const& operand) const;

  /// The value of a symbol as mov takes it: an address in the symbol's own space.
  std::uint64_t symbol_address(std::string const& name, std::int64_t offset) const;
  /// Where [symbol + offset] or [register + offset] points; fills src[0], immediate, wide_address
  /// and, for param space, `where`.
  void address(ptx::operand const& from, decoded_instruction& in);
  /// The index into the function's body of a label, as a branch target that is filled in later.
  void branch_to(decoded_instruction& in, std::uint32_t statement);
  /// A list of branch targets; returns the index of the first in kernel_code::lists.
  std::uint32_t branch_list(std::vector<std::uint32_t> const& statements);
  std::uint32_t statement_of(std::string const& label) const;
  std::vector<std::string> const* target_list(std::string const& name) const;

  void note_non_coherent_load() { result_.reads_non_coherently = true; }
  void note_strong_load() { result_.has_strong_loads = true; }

  /// Inlines a call. Throws unsupported for recursion and what has no body.
  void call(ptx::instruction const& at);
  bool in_called_function() const { return frames_.size() > 1; }
  /// Where `ret` goes in a called function.
  void branch_to_end_of_call(decoded_instruction& in);

 private:
  struct frame {
    ptx::function const* function = nullptr;
    std::vector<slot> registers;
    std::map<std::string, std::uint32_t, std::less<>>
        local;  // local and param variables: offsets into local memory
    std::vector<std::uint32_t> first_of_statement;                  // index into code
    std::vector<std::pair<std::uint32_t, std::uint32_t>> branches;  // (index into code, statement)
    std::vector<std::pair<std::uint32_t, std::uint32_t>> list_branches;
    std::vector<std::uint32_t> returns;  // branches to the end
  };
  struct extension {
    slot from, to;
    operand_type type;
    unsigned bytes;
  };

  slot allocate(unsigned lane_bytes);
  slot allocate_predicate();
  decoded_instruction stop_with(std::string reason);
  void refuse_kernel(std::string reason);
  void place_variables(frame& in);
  void decode_body(frame& current);
  void decode_statement(ptx::instruction const& statement);
  slot special(std::string const& name, unsigned bytes);
  frame const& current() const { return *frames_.back(); }
  frame& current() { return *frames_.back(); }
  slot resized(slot from, unsigned from_bytes, operand_type to);

  module_view module_;
  ptx::function const& kernel_;
  kernel_info const& info_;
  kernel_code result_;
  std::vector<frame*> frames_;
  std::map<std::pair<std::uint64_t, unsigned>, slot> constants_;
  std::map<std::string, slot, std::less<>> specials_;
  std::map<std::string, std::uint32_t, std::less<>> entry_parameters_;
  std::vector<extension> extensions_;
  ptx::instruction const* at_ = nullptr;
};

/// Emits what the functions do that every CUDA program finds on its device: vprintf, __assertfail,
/// malloc, free. False for another name.
bool decode_system_call(decoder& d, std::string const& name,
                        std::vector<ptx::operand> const& results,
                        std::vector<ptx::operand> const& arguments);

/// Binds the operands of a row in order: destination, sources.
void decode_lanewise(decoder& d, ptx::instruction const& at, opcode_row const& row);

}  // namespace emulator
