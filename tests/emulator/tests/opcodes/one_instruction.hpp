// Runs one instruction, or a few, on the core, a case a lane: operands as bits in, results as bits
// out. Remembers which opcodes have been run, for the coverage test.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace emulator {

/// The operands or the results of one case, each right-aligned in 64 bits.
using case_bits = std::vector<std::uint64_t>;

/// Register types: "b16", "b32", "b64", "pred".
struct signature {
  std::vector<std::string> to;
  std::vector<std::string> from;
};

/// Runs PTX statements that read %s0, %s1, ... and write %d0, %d1, ... Case i runs in lane i % 32 of a
/// block of up to 256 cases; beyond, the last one is repeated to fill whole blocks. The thread's
/// operands lie at [%address], 16-byte aligned. A fault fails the test.
std::vector<case_bits> run_statements(std::string const& statements, signature const& types,
                                      std::vector<case_bits> const& cases);

/// The same for "opcode %d0, %s0, %s1, ...;".
std::vector<case_bits> run_instruction(std::string const& opcode, signature const& types,
                                       std::vector<case_bits> const& cases);

/// The opcodes of the statements that ran without a fault, so far.
std::set<std::string>& executed_opcodes();

/// For messages.
std::string hexadecimal(case_bits const& values);

/// "b32" for 32.
std::string register_type(unsigned bits);

}  // namespace emulator
