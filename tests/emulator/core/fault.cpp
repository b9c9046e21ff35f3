#include "core/fault.hpp"

#include <cstdlib>
#include <cxxabi.h>
#include <memory>

namespace emulator {

std::string_view to_string(fault_kind kind) {
  switch (kind) {
    case fault_kind::unsupported:
      return "unsupported instruction";
    case fault_kind::out_of_bounds:
      return "out-of-bounds access";
    case fault_kind::use_after_free:
      return "use after free";
    case fault_kind::misaligned:
      return "misaligned access";
    case fault_kind::uninitialized_read:
      return "read of uninitialised memory";
    case fault_kind::null_access:
      return "access through a null pointer";
    case fault_kind::barrier_divergence:
      return "divergent barrier";
    case fault_kind::deadlock:
      return "deadlock";
    case fault_kind::trap:
      return "trap";
    case fault_kind::assertion:
      return "failed assertion";
    case fault_kind::race:
      return "race";
    case fault_kind::non_coherent_read:
      return "non-coherent read of written memory";
  }
  return "unknown fault";
}

std::string demangled(std::string const& name) {
  int status = 0;
  std::unique_ptr<char, decltype(&std::free)> const text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? std::string(text.get()) : name;
}

}  // namespace emulator
