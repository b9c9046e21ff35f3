// Which bits of an instruction's result are defined where bits of its sources are not: a rule for
// each kind of instruction, chosen by its opcode.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace emulator {

enum class definedness : std::uint8_t {
  by_opcode,    // not chosen yet: definedness_of() the PTX statement's opcode
  whole,        // an undefined bit anywhere: the whole result of that lane is undefined
  upward,       // integer sums and products: the result is undefined from that bit on
  bitwise,      // each bit depends on the same bit of the sources
  conjunction,  // as bitwise, but a defined 0 makes 0
  disjunction,  // as bitwise, but a defined 1 makes 1
  combination,  // the second half of setp: one of the above by boolean_option
  moves,        // the handler only moves bits of its sources
  moves_first,  // of the first source, as the others say; those must be defined
  moves_two,    // of the first two sources
  carries,      // as whole; the carry flag belongs to sources and results as carry_option says
  shuffle,      // the bits of another lane
  ballot,       // a bit for each lane
  exchange,     // vote, match, redux: an undefined bit in any lane makes all results undefined
  load,         // the address must be defined; the handler says what of the result is
  store,        // the address must be defined, and for global memory the value
  required,     // all sources must be defined: atomics, asynchronous copies, mbarriers
};

/// The rule for an opcode as ptx::instruction has it: {"add", "s32"}.
definedness definedness_of(std::vector<std::string> const& opcode);

}  // namespace emulator
