// Where in the program a call comes from, for reports.
#pragma once

#include <string>
#include <vector>

namespace emulator::runtime {

/// The return addresses of the caller's functions, the emulator's own left out; the innermost first.
/// In a signal handler: from the instruction on that the signal came at.
std::vector<void*> call_stack(void const* interrupted = nullptr);

/// "program+0x1234 (function)" on lines of their own; addr2line -e program 0x1234 gives the source.
std::string describe(std::vector<void*> const& stack);

}  // namespace emulator::runtime
