#pragma once

namespace emulator::runtime {

/// What the environment asks for, before the first launch; a value that is not understood ends the
/// process.
void apply_approximation_setting();

}  // namespace emulator::runtime
