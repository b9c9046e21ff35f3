// Branches and calls, which are inlined.
#include "core/decoder.hpp"
#include "core/not_emulated.hpp"

#include <optional>

namespace emulator {

namespace {

constexpr std::size_t max_instructions = 500'000;  // of a kernel, with the calls inlined
constexpr std::size_t max_call_depth = 100;        // the decoder recurses

}  // namespace

void decoder::branch_to(decoded_instruction& in, std::uint32_t statement) {
  current().branches.emplace_back(static_cast<std::uint32_t>(result_.code.size()), statement);
  in.kind = flow::branch;
}

std::uint32_t decoder::branch_list(std::vector<std::uint32_t> const& statements) {
  std::uint32_t const first = list(std::vector<slot>(statements.size()));
  for (std::uint32_t i = 0; i < statements.size(); ++i)
    current().list_branches.emplace_back(first + i, statements[i]);
  return first;
}

std::uint32_t decoder::statement_of(std::string const& label) const {
  auto const found = current().function->labels.find(label);
  if (found == current().function->labels.end()) throw unsupported{"there is no label " + label};
  return found->second;
}

std::vector<std::string> const* decoder::target_list(std::string const& name) const {
  auto const found = current().function->target_lists.find(name);
  return found == current().function->target_lists.end() ? nullptr : &found->second;
}

void decoder::branch_to_end_of_call(decoded_instruction& in) {
  current().returns.push_back(static_cast<std::uint32_t>(result_.code.size()));
  in.kind = flow::branch;
}

void decoder::call(ptx::instruction const& at) {
  using kind_t = ptx::operand::kind_t;
  std::size_t next = 0;
  std::vector<ptx::operand> const none;
  bool const returns = at.operands.size() > 1 && at.operands[0].kind == kind_t::list;
  std::vector<ptx::operand> const& results = returns ? at.operands[next++].elements : none;
  if (next == at.operands.size()) throw unsupported{"a call of nothing"};
  ptx::operand const& callee = at.operands[next++];
  std::vector<ptx::operand> const& arguments =
      next < at.operands.size() && at.operands[next].kind == kind_t::list
          ? at.operands[next].elements
          : none;
  if (callee.kind != kind_t::symbol) throw unsupported{"the emulator has no indirect calls"};

  ptx::function const* body = nullptr;
  for (auto const& candidate : module_.module->functions) {
    if (candidate.name == callee.text && !candidate.is_declaration) body = &candidate;
  }
  if (body == nullptr) {
    if (decode_system_call(*this, callee.text, results, arguments)) return;
    throw unsupported{"a call of " + callee.text + ", which has no body here" +
                      feature_not_emulated(callee.text)};
  }
  for (frame const* const active : frames_) {
    if (active->function == body) throw unsupported{"the recursive call of " + callee.text};
  }
  if (body->parameters.size() != arguments.size() || body->return_values.size() != results.size()) {
    throw unsupported{"a call of " + callee.text + " with other parameters than it has"};
  }

  if (frames_.size() > max_call_depth) {
    throw unsupported{"a call of " + callee.text + ", " + std::to_string(max_call_depth) +
                      " calls deep"};
  }
  if (result_.code.size() > max_instructions) {
    throw unsupported{"a call of " + callee.text + " in a kernel that has more than " +
                      std::to_string(max_instructions) + " instructions with its calls inlined"};
  }

  frame inlined;
  inlined.function = body;
  auto const bind = [&](std::vector<ptx::variable> const& formal,
                        std::vector<ptx::operand> const& actual) {
    for (std::size_t i = 0; i < formal.size(); ++i) {
      auto const place = current().local.find(actual[i].text);
      if (place == current().local.end())
        throw unsupported{"a call with an argument that is no .param variable"};
      inlined.local.emplace(formal[i].name, place->second);
    }
  };
  bind(body->parameters, arguments);
  bind(body->return_values, results);

  // A guarded call branches around the inlined body.
  std::optional<std::uint32_t> skip;
  if (at.guard) {
    decoded_instruction around;
    around.kind = flow::branch;
    skip = static_cast<std::uint32_t>(result_.code.size());
    emit(around);
    result_.code.back().guard_flip = ~result_.code.back().guard_flip;
  }
  frames_.push_back(&inlined);
  decode_body(inlined);
  frames_.pop_back();
  at_ = &at;
  if (skip) result_.code[*skip].target = static_cast<std::uint32_t>(result_.code.size());
}

}  // namespace emulator
