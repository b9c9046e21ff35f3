#include "runtime/call_stack.hpp"

#include "core/fault.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <execinfo.h>

namespace emulator::runtime {

namespace {

constexpr int most_frames = 32;
constexpr std::size_t most_told = 6;

void const* own_base() {
  Dl_info own{};
  return dladdr(reinterpret_cast<void*>(&describe), &own) != 0 ? own.dli_fbase : nullptr;
}

std::string describe(void* address) {
  Dl_info found{};
  char text[64];
  if (dladdr(address, &found) == 0 || found.dli_fname == nullptr) {
    std::snprintf(text, sizeof(text), "%p", address);
    return text;
  }
  char const* const slash = std::strrchr(found.dli_fname, '/');
  std::snprintf(text, sizeof(text), "+0x%llx",
                static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(address) -
                                                reinterpret_cast<std::uintptr_t>(found.dli_fbase)));
  std::string result = std::string(slash == nullptr ? found.dli_fname : slash + 1) + text;
  if (found.dli_sname != nullptr) result += " (" + demangled(found.dli_sname) + ")";
  return result;
}

}  // namespace

std::vector<void*> call_stack(void const* interrupted) {
  void* frames[most_frames];
  int const count = backtrace(frames, most_frames);
  void const* const own = own_base();
  std::vector<void*> result;
  void* const* const at = std::find(frames, frames + count, interrupted);
  int const first = at == frames + count ? 0 : static_cast<int>(at - frames);
  for (int i = first; i < count && result.size() < most_told; ++i) {
    Dl_info found{};
    // A return address may be the first of the next function.
    void* const call = static_cast<char*>(frames[i]) - 1;
    if (dladdr(call, &found) != 0 && found.dli_fbase == own) continue;
    result.push_back(call);
  }
  return result;
}

std::string describe(std::vector<void*> const& stack) {
  std::string result;
  for (void* const address : stack) result += "\n  " + describe(address);
  return result;
}

}  // namespace emulator::runtime
