// What every fuzz target does with a PTX text: everything but run it.
#pragma once

#include <string_view>

namespace emulator::fuzz {

/// Parses the text, loads it as a program and decodes each of its kernels. Text that is refused must
/// be refused with a place; anything else that goes wrong ends the process.
void parse_load_and_decode(std::string_view text);

/// For what no input may bring about.
[[noreturn]] void give_up(char const* what);

}  // namespace emulator::fuzz
