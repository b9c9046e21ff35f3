// The features of PTX that are left out on purpose, by the names of their instructions and
// functions.
#pragma once

#include <string>
#include <string_view>

namespace emulator {

/// ": textures and surfaces are not emulated" for "tex.2d.v4.f32.f32" and the like; "" for an opcode,
/// special register or function that belongs to no such feature.
std::string feature_not_emulated(std::string_view name);

}  // namespace emulator
