// The PTX that nvcc embedded in the library.
#pragma once

#include "fatbin/fatbin.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// Of a file with the section .nv_fatbin: containers one after another, each on a multiple of 8.
inline std::vector<std::string> ptx_of_section(char const* path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> const section((std::istreambuf_iterator<char>(file)), {});
  auto const* const bytes = reinterpret_cast<std::byte const*>(section.data());
  constexpr std::uint32_t magic = 0xBA55ED50;
  constexpr std::size_t header = 16;
  std::vector<std::string> texts;
  for (std::size_t at = 0; at + header <= section.size();) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes + at, sizeof(word));
    if (word != magic) {
      at += 8;
      continue;
    }
    std::uint64_t payload = 0;
    std::memcpy(&payload, bytes + at + 8, sizeof(payload));
    for (auto const& image : emulator::fatbin::images_from_container(bytes + at, header + payload))
      texts.push_back(image.text);
    at += header + payload;
  }
  return texts;
}
