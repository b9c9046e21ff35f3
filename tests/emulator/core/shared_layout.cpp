#include "core/shared_layout.hpp"

#include "core/kernel_code.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace emulator {

namespace {

constexpr std::uint64_t max_static_bytes = 1 << 20;  // no device has a quarter of it

void add_names(ptx::operand const& operand, std::set<std::string>& names) {
  if (operand.kind == ptx::operand::kind_t::symbol) names.insert(operand.text);
  for (auto const& element : operand.elements) add_names(element, names);
}

// nvcc declares what several kernels use for the module: ptxas gives it to those that name it.
std::set<std::string> names_in(ptx::module const& module, ptx::function const& kernel) {
  std::set<std::string> names;
  for (auto const& function : module.functions) {
    if (function.is_entry && &function != &kernel) continue;
    for (auto const& instruction : function.body) {
      for (auto const& operand : instruction.operands) add_names(operand, names);
    }
  }
  return names;
}

}  // namespace

shared_layout::shared_layout(ptx::module const& module, ptx::function const& kernel)
    : static_end_(kernel_code::shared_begin()) {
  std::set<std::string> const names = names_in(module, kernel);
  for (auto const& variable : module.variables) {
    if (names.count(variable.name) != 0) place(nullptr, variable);
  }
  for (auto const& function : module.functions) {
    if (function.is_entry && &function != &kernel) continue;
    for (auto const& variable : function.variables) place(&function, variable);
  }
  dynamic_begin_ = aligned_up(static_end_, dynamic_alignment_);
  for (auto& [name, address] : addresses_) {
    if (address == 0) address = dynamic_begin_;
  }
}

void shared_layout::place(ptx::function const* scope, ptx::variable const& variable) {
  if (variable.space != ptx::state_space::shared) return;
  std::uint32_t const alignment = std::max<std::uint32_t>(variable.alignment, 1);
  if (variable.count == 0) {
    dynamic_alignment_ = std::max(dynamic_alignment_, alignment);
    addresses_[{scope, variable.name}] = 0;  // until the end of the static ones is known
    return;
  }
  static_end_ = aligned_up(static_end_, alignment);
  if (variable.bytes() > max_static_bytes || static_end_ > max_static_bytes) {
    throw std::runtime_error("line " + std::to_string(variable.line) + ": with " + variable.name +
                             " there are more than " + std::to_string(max_static_bytes >> 10) +
                             " KiB of static shared memory");
  }
  addresses_[{scope, variable.name}] = static_end_;
  static_end_ += static_cast<std::uint32_t>(variable.bytes());
}

std::optional<std::uint32_t> shared_layout::find(ptx::function const& scope,
                                                 std::string const& name) const {
  for (ptx::function const* const where : {&scope, static_cast<ptx::function const*>(nullptr)}) {
    if (auto const found = addresses_.find({where, name}); found != addresses_.end())
      return found->second;
  }
  return std::nullopt;
}

}  // namespace emulator
