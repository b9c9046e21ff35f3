// A kernel's fault on its way from an instruction to the launch.
#pragma once

#include "core/program.hpp"

#include <exception>
#include <string>

namespace emulator {

class kernel_fault : public std::exception {
 public:
  kernel_fault(fault_kind kind, std::string message) : fault_{kind, std::move(message)} {}
  fault const& get() const { return fault_; }
  char const* what() const noexcept override { return fault_.message.c_str(); }

 private:
  fault fault_;
};

std::string_view to_string(fault_kind kind);
/// The name as C++ writes it, or unchanged.
std::string demangled(std::string const& name);

}  // namespace emulator
