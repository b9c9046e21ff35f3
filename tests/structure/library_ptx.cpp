// Prints the PTX that nvcc embedded in the library, for tests/accuracy/exhaustive.
#include "library_ptx.hpp"

#include <cstdio>

int main() {
  for (std::string const& text : ptx_of_section(NV_FATBIN_SECTION)) std::puts(text.c_str());
}
