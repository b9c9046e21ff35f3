// Undefined values on their way from a load of memory that nobody wrote, through registers, to where
// they count. Copying them is no fault; letting them decide a branch, an address or a result is.
#pragma once

#include "core/undefined_registers.hpp"

#include <cstdint>

namespace emulator {

class warp;

/// For a warp that has undefined registers, before an instruction: the guard of `lanes` must be
/// defined, and of those that execute it what decides where they go. Throws kernel_fault.
void require_defined_control(warp& w, decoded_instruction const& in, lane_mask lanes);

/// Runs the instruction of such a warp and says which bits of its results are defined.
void run_followed(warp& w, decoded_instruction const& in, lane_mask mask);

/// A lane has loaded bytes of shared or local memory, which are written where `written` is not 0.
void note_load(warp& w, decoded_instruction const& in, unsigned lane, std::uint8_t const* written,
               space where, std::uint64_t address);

/// What the lane gets from a shuffle comes from a lane that does not take part in it.
void note_value_of_nobody(warp& w, decoded_instruction const& in, unsigned lane);

}  // namespace emulator
