// Operands: where a handler finds its sources and leaves its result.
#include "core/decoder.hpp"
#include "core/lane_constants.hpp"
#include "core/lanewise.hpp"
#include "core/not_emulated.hpp"
#include "core/resize.hpp"

#include <algorithm>
#include <cstring>

namespace emulator {

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
  convert.rule = definedness::moves;
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
    negate.rule = definedness::bitwise;
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
  if (to.kind == kind_t::sink) {
    bool const is_predicate = type.what == operand_type::kind::predicate;
    return is_predicate ? allocate_predicate() : allocate(type.bytes);
  }
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
  if (!which)
    throw unsupported{"the emulator has no special register %" + name +
                      feature_not_emulated("%" + name)};
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
  bool const is_function =
      std::any_of(module_.module->functions.begin(), module_.module->functions.end(),
                  [&](ptx::function const& function) { return function.name == name; });
  throw unsupported{"the emulator cannot take the address of " + name +
                    (is_function ? ", a function: it has no indirect calls" : "")};
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
