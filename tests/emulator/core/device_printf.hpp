// printf as device code calls it: the arguments lie one after the other, each aligned to its size.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace emulator {

/// Reads device memory: `bytes` bytes at an address, zero-extended. May throw.
using device_reader = std::function<std::uint64_t(std::uint64_t address, unsigned bytes)>;

struct formatted_text {
  std::string text;
  int arguments = 0;
};

/// The null-terminated string at an address.
std::string read_device_string(std::uint64_t address, device_reader const& read);

/// What printf(format, arguments...) prints.
formatted_text format_device_text(std::uint64_t format, std::uint64_t arguments,
                                  device_reader const& read);

}  // namespace emulator
