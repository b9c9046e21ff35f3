// Where in the CUDA source an instruction comes from: what nvcc -lineinfo writes into the PTX.
#pragma once

#include <string>
#include <vector>

namespace emulator {

/// "kernels.cu:12, inlined at kernels.cu:40" for an instruction's line (from 1) of the PTX; "" where
/// the PTX was made without -lineinfo.
std::string source_place(std::vector<std::string> const& ptx_lines, int line);

}  // namespace emulator
