#pragma once

#include "core/counters.hpp"
#include "ptx/module.hpp"

namespace emulator {

/// The class that an instruction is counted in.
instruction_class class_of(ptx::instruction const& at);

}  // namespace emulator
