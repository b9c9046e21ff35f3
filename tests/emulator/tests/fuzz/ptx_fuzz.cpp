// libFuzzer: any text as PTX.
#include "one_input.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  emulator::fuzz::parse_load_and_decode({reinterpret_cast<char const*>(data), size});
  return 0;
}
