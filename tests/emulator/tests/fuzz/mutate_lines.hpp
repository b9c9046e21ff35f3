// Mutations of a text that keep its lines whole: what bytes alone seldom do, statements in other
// places and with each other's operands.
#pragma once

#include <cstddef>
#include <cstdint>

namespace emulator::fuzz {

/// Changes the text in place; returns its new size, at most max_size.
std::size_t mutate_lines(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed);

}  // namespace emulator::fuzz
