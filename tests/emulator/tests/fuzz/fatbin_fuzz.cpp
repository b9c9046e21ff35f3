// libFuzzer: any bytes as the container that nvcc embeds, and what it holds as PTX.
#include "fatbin/fatbin.hpp"
#include "one_input.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace emulator;
  try {
    auto const images =
        fatbin::images_from_container(reinterpret_cast<std::byte const*>(data), size);
    for (auto const& image : images) fuzz::parse_load_and_decode(image.text);
    for (unsigned const capability : {75U, 80U, 90U, 100U, 120U}) {
      (void)fatbin::select_image(images, capability);
    }
  } catch (fatbin::format_error const& error) {
    if (*error.what() == '\0') fuzz::give_up("a container that is refused without a reason");
  }
  return 0;
}
