// Where the shared variables of a kernel lie: those of the module that it or a function
// names, those of the functions, the kernel's own, and after them the dynamic ones, which all begin at one address.
#pragma once

#include "ptx/module.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace emulator {

class shared_layout {
 public:
  shared_layout(ptx::module const& module, ptx::function const& kernel);

  /// The address of a variable that is visible in the function.
  std::optional<std::uint32_t> find(ptx::function const& scope, std::string const& name) const;

  std::uint32_t static_end() const { return static_end_; }
  std::uint32_t dynamic_begin() const { return dynamic_begin_; }

 private:
  void place(ptx::function const* scope, ptx::variable const& variable);

  std::map<std::pair<ptx::function const*, std::string>, std::uint32_t>
      addresses_;  // nullptr: the module's
  std::uint32_t static_end_, dynamic_begin_ = 0;
  std::uint32_t dynamic_alignment_ = 16;
};

}  // namespace emulator
