// libFuzzer: any text as PTX.
#include "mutate_lines.hpp"
#include "one_input.hpp"

#include <cstddef>
#include <cstdint>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return seed % 4 == 0 ? LLVMFuzzerMutate(data, size, max_size)
                       : emulator::fuzz::mutate_lines(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  emulator::fuzz::parse_load_and_decode({reinterpret_cast<char const*>(data), size});
  return 0;
}
