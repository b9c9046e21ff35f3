#include "core/decoder.hpp"

#include "core/lane_constants.hpp"
#include "core/lanewise.hpp"

#include <algorithm>
#include <cstring>

namespace emulator {

namespace {

std::string joined(ptx::instruction const& at) {
  std::string result;
  for (auto const& piece : at.opcode) result += (result.empty() ? "" : ".") + piece;
  return result;
}

// Extends or truncates a register: the copy between lanes of different widths.
template <class To, class From>
void run_resize(warp& w, decoded_instruction const& in, lane_mask mask) {
  From const* const from = w.lanes<From const>(in.src[0]);
  To* const to = w.lanes<To>(in.dst);
  for (unsigned i = 0; i < warp_size; ++i) {
    if ((mask >> i & 1U) != 0) to[i] = static_cast<To>(from[i]);
  }
}

template <class From>
handler resize_to(unsigned bytes) {
  return bytes == 1   ? run_resize<u8, From>
         : bytes == 2 ? run_resize<u16, From>
         : bytes == 4 ? run_resize<u32, From>
                      : run_resize<u64, From>;
}

handler resize_handler(unsigned from, bool is_signed, unsigned to) {
  switch (from) {
    case 1:
      return is_signed ? resize_to<s8>(to) : resize_to<u8>(to);
    case 2:
      return is_signed ? resize_to<s16>(to) : resize_to<u16>(to);
    case 4:
      return is_signed ? resize_to<s32>(to) : resize_to<u32>(to);
    default:
      return resize_to<u64>(to);
  }
}

void run_unsupported(warp& w, decoded_instruction const& in, lane_mask mask) {
  w.fail(in, static_cast<unsigned>(__builtin_ctz(mask)), fault_kind::unsupported,
         w.code().messages[in.option]);
}

}  // namespace

decoder::decoder(module_view const& module, ptx::function const& kernel, kernel_info const& info)
    : module_(module), kernel_(kernel), info_(info) {}

kernel_code decoder::decode() {
  constant(~std::uint64_t{0},
           4);  // the guard of what has none: slot 1, that is offset 0 of the constants
  for (std::size_t i = 0; i < kernel_.parameters.size(); ++i) {
    entry_parameters_.emplace(kernel_.parameters[i].name, info_.parameters[i].offset);
  }
  frame outermost;
  outermost.function = &kernel_;
  frames_.push_back(&outermost);
  decode_body(outermost);
  frames_.pop_back();
  // Running off the end is a return.
  decoded_instruction last;
  last.kind = flow::exit;
  last.guard = 1;
  result_.code.push_back(last);
  result_.sources.push_back(kernel_.body.empty() ? nullptr : &kernel_.body.back());
  for (std::uint32_t const at : outermost.returns) {
    result_.code[at].target = static_cast<std::uint32_t>(result_.code.size() - 1);
  }
  return std::move(result_);
}

slot decoder::allocate(unsigned bytes) {
  slot const where = result_.register_bytes;
  result_.register_bytes += aligned_up(std::max(bytes, 1U) * warp_size, 64);
  return where;
}

slot decoder::temporary(unsigned bytes) { return allocate(bytes); }

void decoder::place_variables(frame& in) {
  for (auto const& reg : in.function->registers) {
    in.registers.push_back(reg.type == ptx::scalar_type::pred ? allocate(1)
                                                              : allocate(ptx::size_of(reg.type)));
  }
  for (auto const& variable : in.function->variables) {
    auto const bytes = static_cast<std::uint32_t>(variable.bytes());
    std::uint32_t const alignment = std::max<std::uint32_t>(variable.alignment, 1);
    if (variable.space == ptx::state_space::local || variable.space == ptx::state_space::param) {
      result_.local_bytes = aligned_up(result_.local_bytes, alignment);
      in.local.emplace(variable.name, result_.local_bytes);
      result_.local_bytes += bytes;
    }
  }
}

void decoder::decode_body(frame& body) {
  place_variables(body);
  for (auto const& statement : body.function->body) {
    body.first_of_statement.push_back(static_cast<std::uint32_t>(result_.code.size()));
    at_ = &statement;
    decode_statement(statement);
  }
  auto const end = static_cast<std::uint32_t>(result_.code.size());
  body.first_of_statement.push_back(end);
  for (auto const& [from, statement] : body.branches) {
    result_.code[from].target = body.first_of_statement.at(statement);
  }
  for (auto const& [entry, statement] : body.list_branches) {
    result_.lists[entry] = body.first_of_statement.at(statement);
  }
  if (frames_.size() > 1) {
    for (std::uint32_t const from : body.returns) result_.code[from].target = end;
  }
}

void decoder::decode_statement(ptx::instruction const& statement) {
  extensions_.clear();
  std::size_t const before = result_.code.size();
  std::string const opcode = joined(statement);
  try {
    opcode_row const* const row = find_opcode(opcode);
    if (row == nullptr) throw unsupported{"the emulator has no instruction " + opcode};
    row->decode(*this, statement, *row);
  } catch (unsupported const& reason) {
    result_.code.resize(before);
    result_.sources.resize(before);
    extensions_.clear();
    decoded_instruction stop;
    stop.run = run_unsupported;
    stop.option = static_cast<std::uint32_t>(result_.messages.size());
    result_.messages.push_back(reason.reason);
    at_ = &statement;
    emit(stop);
  }
}

void decoder::emit(decoded_instruction in) {
  auto const push = [this](decoded_instruction what) {
    if (at_->guard) {
      what.guard = current().registers.at(*at_->guard);
      what.guard_flip = at_->guard_negated ? full_mask : 0;
    } else {
      what.guard = 1;
    }
    result_.code.push_back(what);
    result_.sources.push_back(at_);
  };
  push(in);
  for (auto const& e : std::exchange(extensions_, {})) {
    decoded_instruction extend;
    extend.run = resize_handler(e.type.bytes, e.type.is_signed, e.bytes);
    extend.src[0] = e.from;
    extend.dst = e.to;
    push(extend);
  }
}

slot decoder::constant(std::uint64_t bits, unsigned bytes) {
  auto const [entry, is_new] = constants_.try_emplace({bits, bytes});
  if (is_new) {
    std::size_t const lines = (bytes * warp_size + 63) / 64;
    entry->second = static_cast<slot>(result_.constants.size() * sizeof(cache_line)) | 1U;
    result_.constants.resize(result_.constants.size() + lines);
    auto* to = result_.constants[(entry->second & ~1U) / sizeof(cache_line)].bytes;
    for (unsigned lane = 0; lane < warp_size; ++lane, to += bytes) std::memcpy(to, &bits, bytes);
  }
  return entry->second;
}

std::uint32_t decoder::list(std::vector<slot> const& entries) {
  auto const first = static_cast<std::uint32_t>(result_.lists.size());
  result_.lists.insert(result_.lists.end(), entries.begin(), entries.end());
  return first;
}

bool decoder::is_predicate(ptx::operand const& operand) const {
  return operand.kind == ptx::operand::kind_t::reg &&
         current().function->registers.at(operand.index).type == ptx::scalar_type::pred;
}

unsigned decoder::register_bytes(ptx::operand const& operand) const {
  if (operand.kind != ptx::operand::kind_t::reg || is_predicate(operand)) return 0;
  return ptx::size_of(current().function->registers.at(operand.index).type);
}

slot decoder::resized(slot from, unsigned from_bytes, operand_type to) {
  decoded_instruction convert;
  convert.run = resize_handler(from_bytes, false, to.bytes);
  convert.src[0] = from;
  convert.dst = temporary(to.bytes);
  auto const pending = std::exchange(extensions_, {});
  emit(convert);
  extensions_ = pending;
  return convert.dst;
}

slot decoder::source(ptx::operand const& from, operand_type type) {
  using kind_t = ptx::operand::kind_t;
  if (type.what == operand_type::kind::predicate) {
    if (from.kind == kind_t::integer) return constant(from.bits != 0 ? ~0U : 0U, 4);
    if (!is_predicate(from)) throw unsupported{"operand is not a predicate"};
    slot const where = current().registers.at(from.index);
    if (!from.negated) return where;
    decoded_instruction negate;
    negate.run = detail::run_predicates<[](lane_mask a) { return ~a; }>;
    negate.src[0] = where;
    negate.dst = temporary_predicate();
    emit(negate);
    return negate.dst;
  }
  switch (from.kind) {
    case kind_t::reg: {
      if (is_predicate(from)) throw unsupported{"a predicate where a register is expected"};
      unsigned const bytes = register_bytes(from);
      slot const where = current().registers.at(from.index);
      if (bytes == type.bytes) return where;
      if (bytes < type.bytes)
        throw unsupported{"a register is narrower than the instruction's type"};
      return resized(where, bytes, type);
    }
    case kind_t::integer:
      return constant(
          type.bytes == 8 ? from.bits : from.bits & ((std::uint64_t{1} << (8 * type.bytes)) - 1),
          type.bytes);
    case kind_t::float32:
      if (type.bytes != 4)
        throw unsupported{"a float32 constant where the type is not 32 bits wide"};
      return constant(from.bits, 4);
    case kind_t::float64:
      if (type.bytes == 4)
        return constant(bits_as<u32>(static_cast<f32>(bits_as<f64>(from.bits))), 4);
      if (type.bytes == 8) return constant(from.bits, 8);
      throw unsupported{"a float64 constant where the type is narrower"};
    case kind_t::symbol:
      return constant(symbol_address(from.text, from.offset), type.bytes);
    case kind_t::special:
      return special(from.text, type.bytes);
    default:
      throw unsupported{"an operand of a form that the emulator does not take here"};
  }
}

slot decoder::destination(ptx::operand const& to, operand_type type) {
  using kind_t = ptx::operand::kind_t;
  if (to.kind == kind_t::sink) return allocate(std::max<unsigned>(type.bytes, 4));
  if (to.kind != kind_t::reg) throw unsupported{"a destination that is no register"};
  slot const where = current().registers.at(to.index);
  if (type.what == operand_type::kind::predicate) {
    if (!is_predicate(to)) throw unsupported{"destination is not a predicate"};
    return where;
  }
  unsigned const bytes = register_bytes(to);
  if (bytes == type.bytes) return where;
  if (bytes < type.bytes)
    throw unsupported{"the destination is narrower than the instruction's type"};
  slot const narrow = temporary(type.bytes);
  extensions_.push_back({narrow, where, type, bytes});
  return narrow;
}

slot decoder::special(std::string const& name, unsigned bytes) {
  if (auto const lanes = lane_constant(name)) {
    slot const where =
        constant(0xC0DE'0000'0000'0000U + lanes->id, 4);  // a key that no 32-bit immediate has
    std::memcpy(result_.constants[(where & ~1U) / sizeof(cache_line)].bytes, lanes->values.data(),
                sizeof(lanes->values));
    if (bytes == 4) return where;
    return resized(where, 4,
                   {operand_type::kind::integer, static_cast<std::uint8_t>(bytes), false});
  }
  auto const which = special_register_from(name);
  if (!which) throw unsupported{"the emulator has no special register %" + name};
  unsigned const own_bytes = *which == special_register::gridid ? 8 : 4;
  auto [entry, is_new] = specials_.try_emplace(name);
  if (is_new) {
    entry->second = allocate(own_bytes);
    result_.specials.push_back({*which, entry->second});
  }
  if (bytes == own_bytes) return entry->second;
  return resized(entry->second, own_bytes,
                 {operand_type::kind::integer, static_cast<std::uint8_t>(bytes), false});
}

std::uint64_t decoder::symbol_address(std::string const& name, std::int64_t offset) const {
  auto const plus = [offset](std::uint64_t base) {
    return base + static_cast<std::uint64_t>(offset);
  };
  if (auto const address = module_.shared->find(*current().function, name)) return plus(*address);
  if (auto const found = current().local.find(name); found != current().local.end())
    return plus(found->second);
  if (frames_.size() == 1) {
    if (auto const found = entry_parameters_.find(name); found != entry_parameters_.end())
      return plus(found->second);
  }
  if (auto const found = module_.global_addresses->find(name);
      found != module_.global_addresses->end()) {
    return plus(found->second);
  }
  throw unsupported{"the emulator cannot take the address of " + name};
}

void decoder::address(ptx::operand const& from, decoded_instruction& in) {
  if (from.kind != ptx::operand::kind_t::address) throw unsupported{"an address is expected"};
  ptx::operand const& base = from.elements.front();
  in.immediate = from.offset;
  switch (base.kind) {
    case ptx::operand::kind_t::reg: {
      unsigned const bytes = register_bytes(base);
      if (bytes != 4 && bytes != 8) throw unsupported{"an address register has 32 or 64 bits"};
      in.wide_address = bytes == 8;
      in.src[0] = current().registers.at(base.index);
      return;
    }
    case ptx::operand::kind_t::symbol:
      in.src[0] = constant(0, 8);
      in.immediate += static_cast<std::int64_t>(symbol_address(base.text, base.offset));
      // Parameters of called functions and of calls lie in local memory; only a kernel's own do
      // not.
      if (in.where == space::parameter &&
          (frames_.size() > 1 || current().local.count(base.text) != 0)) {
        in.where = space::local;
      }
      return;
    case ptx::operand::kind_t::integer:
      in.src[0] = constant(base.bits, 8);
      return;
    default:
      throw unsupported{"an address of a form that the emulator does not take"};
  }
}

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
  ptx::operand const& callee = at.operands.at(next++);
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
    throw unsupported{"a call of " + callee.text + ", which has no body here"};
  }
  for (frame const* const active : frames_) {
    if (active->function == body) throw unsupported{"the recursive call of " + callee.text};
  }
  if (body->parameters.size() != arguments.size() || body->return_values.size() != results.size()) {
    throw unsupported{"a call of " + callee.text + " with other parameters than it has"};
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

void decode_lanewise(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  if (at.operands.size() != row.sources + 1U) throw unsupported{"an unexpected number of operands"};
  decoded_instruction in;
  in.run = row.run;
  in.kind = row.kind;
  in.option = row.option;
  for (unsigned i = 0; i < row.sources; ++i) in.src[i] = d.source(at.operands[i + 1], row.src[i]);
  in.dst = d.destination(at.operands[0], row.dst);
  d.emit(in);
}

}  // namespace emulator
