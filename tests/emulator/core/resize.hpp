#pragma once

#include "core/kernel_code.hpp"

namespace emulator {

/// Copies a register of `from` bytes a lane to one of `to` bytes: extended, with its sign or zeros,
/// or cut.
handler resize_handler(unsigned from, bool is_signed, unsigned to);

}  // namespace emulator
