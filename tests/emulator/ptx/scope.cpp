#include "ptx/scope.hpp"

namespace emulator::ptx {

namespace {

constexpr std::uint64_t max_registers = 1u << 20;  // a real function has thousands
constexpr std::size_t max_open_scopes = 1000;

/// The number behind a prefix: %r12 with %r is 12. No leading zeros, no other text.
std::optional<std::uint64_t> number_behind(std::string_view name, std::string_view prefix) {
  if (name.size() <= prefix.size() || name.substr(0, prefix.size()) != prefix) return std::nullopt;
  std::string_view const digits = name.substr(prefix.size());
  if (digits.size() > 9 || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  std::uint64_t number = 0;
  for (char const c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

}  // namespace

function_scopes::function_scopes(function& target, module_names const& outer)
    : target_(target), outer_(outer) {}

void function_scopes::open(token const& brace) {
  std::size_t depth = 0;
  for (std::size_t at = current_; at != 0; at = scopes_[at].parent) ++depth;
  if (depth >= max_open_scopes) fail_at(brace, "scopes are nested too deeply");
  scopes_.emplace_back();
  scopes_.back().parent = current_;
  scopes_.back().brace = brace;
  current_ = scopes_.size() - 1;
}

void function_scopes::close() { current_ = scopes_[current_].parent; }

std::optional<resolved_name> function_scopes::find_in(scope const& place, std::string_view name) {
  if (auto const found = place.names.find(name); found != place.names.end()) return found->second;
  for (auto const& range : place.ranges) {
    auto const number = number_behind(name, range.prefix);
    if (number && *number < range.count) {
      return resolved_name{
          operand::kind_t::reg, range.first + static_cast<std::uint32_t>(*number), {}};
    }
  }
  return std::nullopt;
}

std::optional<resolved_name> function_scopes::find(std::string_view name) const {
  for (std::size_t at = current_;; at = scopes_[at].parent) {
    if (auto found = find_in(scopes_[at], name)) return found;
    if (at == 0) return std::nullopt;
  }
}

void function_scopes::require_new(token const& name) const {
  if (find_in(scopes_[current_], name.text)) {
    fail_at(name, describe(name) + " is already declared in this scope");
  }
}

void function_scopes::declare_register(token const& name, scalar_type type) {
  require_new(name);
  if (target_.registers.size() >= max_registers) fail_at(name, "too many registers");
  auto const index = static_cast<std::uint32_t>(target_.registers.size());
  target_.registers.push_back({std::string(name.text), type});
  scopes_[current_].names[name.text] = {operand::kind_t::reg, index, {}};
}

void function_scopes::declare_registers(token const& prefix, std::uint64_t count,
                                        scalar_type type) {
  for (auto const& range : scopes_[current_].ranges) {
    if (range.prefix == prefix.text) {
      fail_at(prefix, describe(prefix) + " is already declared in this scope");
    }
  }
  if (count > max_registers - target_.registers.size()) fail_at(prefix, "too many registers");
  auto const first = static_cast<std::uint32_t>(target_.registers.size());
  scopes_[current_].ranges.push_back({prefix.text, count, first});
  for (std::uint64_t i = 0; i < count; ++i) {
    target_.registers.push_back({std::string(prefix.text) + std::to_string(i), type});
  }
}

std::string function_scopes::unique(std::string_view name) {
  std::string result(name);
  unsigned const uses = ++uses_of_name_[result];
  if (uses > 1) result += "#" + std::to_string(uses);
  return result;
}

std::string function_scopes::declare_variable(token const& name) {
  require_new(name);
  if (outer_.count(name.text) != 0) uses_of_name_.try_emplace(std::string(name.text), 1);
  std::string key = unique(name.text);
  scopes_[current_].names[name.text] = {operand::kind_t::symbol, 0, key};
  return key;
}

std::string function_scopes::declare_target_list(token const& name) {
  return declare_variable(name);
}

void function_scopes::declare_label(token const& name) {
  auto& labels = scopes_[current_].labels;
  if (labels.count(name.text) != 0) {
    fail_at(name, "label " + describe(name) + " is already declared in this scope");
  }
  auto const statement = static_cast<std::uint32_t>(target_.body.size());
  std::string key = unique(name.text);
  target_.labels[key] = statement;
  labels[name.text] = {statement, std::move(key)};
}

void function_scopes::use_label(token const& name, std::size_t instruction,
                                std::size_t operand_index) {
  label_uses_.push_back({name, current_, instruction, operand_index, {}});
}

void function_scopes::use_label(token const& name, std::string list, std::size_t entry) {
  label_uses_.push_back({name, current_, 0, entry, std::move(list)});
}

function_scopes::label const& function_scopes::find_label(token const& name,
                                                          std::size_t scope) const {
  for (std::size_t at = scope;; at = scopes_[at].parent) {
    auto const found = scopes_[at].labels.find(name.text);
    if (found != scopes_[at].labels.end()) return found->second;
    if (at == 0) fail_at(name, describe(name) + " is not declared");
  }
}

void function_scopes::resolve_labels() {
  for (auto const& use : label_uses_) {
    label const& found = find_label(use.name, use.scope);
    if (!use.list.empty()) {
      target_.target_lists[use.list][use.operand_index] = found.key;
      continue;
    }
    operand& place = target_.body[use.instruction].operands[use.operand_index];
    place.kind = operand::kind_t::label;
    place.index = found.statement;
    place.text = std::string(use.name.text);
  }
}

}  // namespace emulator::ptx
