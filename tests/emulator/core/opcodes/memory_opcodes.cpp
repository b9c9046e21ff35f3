// ld, st, cvta, prefetch, fences.
#include "core/access_counter.hpp"
#include "core/global_races.hpp"
#include "core/lanewise.hpp"
#include "core/memory_access.hpp"
#include "core/opcodes/modifiers.hpp"
#include "core/opcodes/whole_access.hpp"

#include <cstring>

namespace emulator {

namespace {

// What a strong access orders, lane by lane.
void pass_on(warp& w, decoded_instruction const& in, lane_addresses const& addresses,
             lane_mask mask, void (*through)(warp&, decoded_instruction const&, std::uint64_t)) {
  if ((in.option & access_option::synchronizes) == 0) [[likely]]
    return;
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1)
    through(w, in, addresses.of[__builtin_ctz(rest)]);
}

// A vector whose elements another thread must not see, or write, one by one.
bool is_whole(decoded_instruction const& in) {
  return in.count > 1 && (in.option & access_option::synchronizes) != 0;
}

template <class T, class Register>
void run_load(warp& w, decoded_instruction const& in, lane_mask mask) {
  lane_addresses const addresses(w, in);
  unsigned const count = in.count;
  auto const bytes = static_cast<unsigned>(sizeof(T)) * count;
  slot const* const to = count == 1 ? &in.dst : &w.code().lists[in.target];
  bool const whole = is_whole(in);
  if (mask == full_mask && !whole) {
    if (auto const* const from = checked_consecutive(w, in, addresses, bytes, access_kind::load)) {
      count_consecutive(w, addresses.of[0], bytes, access_kind::load);
      for (unsigned k = 0; k < count; ++k) {
        Register* const lanes = w.lanes<Register>(to[k]);
        for (unsigned i = 0; i < warp_size; ++i) {
          T value;
          std::memcpy(&value, from + (i * count + k) * sizeof(T), sizeof(T));
          lanes[i] = static_cast<Register>(value);
        }
      }
      note_global_consecutive(w, in, addresses.of[0], bytes);
      pass_on(w, in, addresses, mask, acquire_through);
      return;
    }
  }
  count_access(w, in, addresses, bytes, mask, access_kind::load);
  std::uint8_t const* const shared =
      checked_shared(w, in, addresses, bytes, mask, access_kind::load);
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1) {
    auto const lane = static_cast<unsigned>(__builtin_ctz(rest));
    std::uint8_t const* from = shared != nullptr
                                   ? shared + addresses.of[lane]
                                   : checked_load(w, in, lane, addresses.of[lane], bytes);
    whole_access together(bytes);
    if (whole) {
      together.read(from);
      from = together.data();
    }
    for (unsigned k = 0; k < count; ++k) {
      T value;
      std::memcpy(&value, from + k * sizeof(T), sizeof(T));
      w.lanes<Register>(to[k])[lane] = static_cast<Register>(value);
    }
  }
  note_global(w, in, addresses, bytes, mask);
  pass_on(w, in, addresses, mask, acquire_through);
}

// A kernel's parameter at a constant place is the same for all lanes.
template <class T, class Register>
void run_load_parameter(warp& w, decoded_instruction const& in, lane_mask mask) {
  auto const lane = static_cast<unsigned>(__builtin_ctz(mask));
  unsigned const count = in.count;
  std::uint8_t const* const from =
      checked_access(w, in, lane, static_cast<std::uint64_t>(in.immediate),
                     static_cast<unsigned>(sizeof(T)) * count, access_kind::load);
  slot const* const to = count == 1 ? &in.dst : &w.code().lists[in.target];
  for (unsigned k = 0; k < count; ++k) {
    T value;
    std::memcpy(&value, from + k * sizeof(T), sizeof(T));
    Register* const lanes = w.lanes<Register>(to[k]);
    for (unsigned i = 0; i < warp_size; ++i) {
      if ((mask >> i & 1U) != 0) lanes[i] = static_cast<Register>(value);
    }
  }
}

template <class T, class Register>
void copy_value(warp const& w, decoded_instruction const& in, unsigned lane, std::uint8_t* to) {
  slot const* const from = in.count == 1 ? &in.src[1] : &w.code().lists[in.target];
  for (unsigned k = 0; k < in.count; ++k) {
    auto const value = static_cast<T>(w.lanes<Register const>(from[k])[lane]);
    std::memcpy(to + k * sizeof(T), &value, sizeof(T));
  }
}

template <class T, class Register>
void run_store(warp& w, decoded_instruction const& in, lane_mask mask) {
  lane_addresses const addresses(w, in);
  unsigned const count = in.count;
  auto const bytes = static_cast<unsigned>(sizeof(T)) * count;
  constexpr stored_value value_of = copy_value<T, Register>;
  bool const whole = is_whole(in);
  pass_on(w, in, addresses, mask, release_through);
  if (mask == full_mask && !whole) {
    if (auto* const to = checked_consecutive(w, in, addresses, bytes, access_kind::store)) {
      count_consecutive(w, addresses.of[0], bytes, access_kind::store);
      note_global_consecutive(w, in, addresses.of[0], bytes, value_of);
      slot const* const from = count == 1 ? &in.src[1] : &w.code().lists[in.target];
      for (unsigned k = 0; k < count; ++k) {
        Register const* const lanes = w.lanes<Register const>(from[k]);
        for (unsigned i = 0; i < warp_size; ++i) {
          auto const value = static_cast<T>(lanes[i]);
          std::memcpy(to + (i * count + k) * sizeof(T), &value, sizeof(T));
        }
      }
      return;
    }
  }
  count_access(w, in, addresses, bytes, mask, access_kind::store);
  std::uint8_t* const shared = checked_shared(w, in, addresses, bytes, mask, access_kind::store);
  std::uint8_t* to[warp_size];
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1) {
    auto const lane = static_cast<unsigned>(__builtin_ctz(rest));
    to[lane] = shared != nullptr
                   ? shared + addresses.of[lane]
                   : checked_access(w, in, lane, addresses.of[lane], bytes, access_kind::store);
  }
  note_global(w, in, addresses, bytes, mask, value_of);
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1) {
    auto const lane = static_cast<unsigned>(__builtin_ctz(rest));
    whole_access together(bytes);
    value_of(w, in, lane, whole ? together.data() : to[lane]);
    if (whole) together.write(to[lane]);
  }
}

enum class transfer { load, load_parameter, store };

template <transfer what, class T>
handler for_register(unsigned register_bytes) {
  auto const pick = [](auto tag) -> handler {
    using reg = decltype(tag);
    if constexpr (what == transfer::load)
      return run_load<T, reg>;
    else if constexpr (what == transfer::load_parameter)
      return run_load_parameter<T, reg>;
    else
      return run_store<T, reg>;
  };
  switch (register_bytes) {
    case 1:
      return pick(u8{});
    case 2:
      return pick(u16{});
    case 4:
      return pick(u32{});
    default:
      return pick(u64{});
  }
}

template <transfer what>
handler for_type(ptx::scalar_type type, unsigned register_bytes) {
  using t = ptx::scalar_type;
  switch (type) {
    case t::s8:
      return for_register<what, s8>(register_bytes);
    case t::s16:
      return for_register<what, s16>(register_bytes);
    case t::s32:
      return for_register<what, s32>(register_bytes);
    default:
      break;
  }
  switch (ptx::size_of(type)) {
    case 1:
      return for_register<what, u8>(register_bytes);
    case 2:
      return for_register<what, u16>(register_bytes);
    case 4:
      return for_register<what, u32>(register_bytes);
    case 8:
      return for_register<what, u64>(register_bytes);
    default:
      throw unsupported{"a memory access of type " + std::string(ptx::to_string(type))};
  }
}

std::uint32_t order_of(memory_modifiers const& m) {
  return (m.synchronizes ? access_option::synchronizes : 0) |
         (m.acquires ? access_option::acquires : 0) | (m.releases ? access_option::releases : 0) |
         (m.block_scope ? access_option::block_scope : 0);
}

space space_of(memory_modifiers const& m) {
  using s = ptx::state_space;
  switch (m.space) {
    case s::none:
      return space::generic;
    case s::global:
    case s::constant:
      return space::global;
    case s::shared:
      return space::shared;
    case s::local:
      return space::local;
    default:
      return space::parameter;
  }
}

std::vector<ptx::operand> elements_of(ptx::operand const& operand, unsigned count) {
  if (operand.kind != ptx::operand::kind_t::vector && count == 1) return {operand};
  if (operand.elements.size() != count)
    throw unsupported{"a vector operand of another length than the type's"};
  return operand.elements;
}

void decode_load(decoder& d, ptx::instruction const& at, opcode_row const&) {
  memory_modifiers const m = read_memory_modifiers(at);
  if (m.non_coherent) d.note_non_coherent_load();
  if (m.synchronizes) d.note_strong_load();
  if (at.operands.size() < 2) throw unsupported{"a load needs a destination and an address"};
  decoded_instruction in;
  in.where = space_of(m);
  in.option = order_of(m) | (m.non_coherent ? access_option::non_coherent : 0);
  d.address(at.operands[1], in);
  auto const elements = elements_of(at.operands[0], m.count);
  in.count = static_cast<std::uint8_t>(m.count);
  unsigned bytes = 0;
  std::vector<slot> to;
  for (auto const& element : elements) {
    bool const is_sink = element.kind == ptx::operand::kind_t::sink;
    unsigned const width = is_sink ? 0 : d.register_bytes(element);
    if (!is_sink && bytes == 0) bytes = width;
    if (!is_sink && width != bytes) throw unsupported{"vector elements of different widths"};
  }
  if (bytes == 0) bytes = ptx::size_of(m.type);
  if (bytes < ptx::size_of(m.type)) throw unsupported{"a load into a register that is too narrow"};
  for (auto const& element : elements) {
    to.push_back(d.destination(
        element, {operand_type::kind::integer, static_cast<std::uint8_t>(bytes), false}));
  }
  in.dst = to.front();
  in.element_bytes = static_cast<std::uint8_t>(ptx::size_of(m.type));
  if (m.count > 1) {
    in.target = d.list(to);
    in.list = list_role::destinations;
  }
  bool const uniform = in.where == space::parameter &&
                       at.operands[1].elements.front().kind == ptx::operand::kind_t::symbol;
  in.run = uniform ? for_type<transfer::load_parameter>(m.type, bytes)
                   : for_type<transfer::load>(m.type, bytes);
  d.emit(in);
}

void decode_store(decoder& d, ptx::instruction const& at, opcode_row const&) {
  memory_modifiers const m = read_memory_modifiers(at);
  if (at.operands.size() < 2) throw unsupported{"a store needs an address and a value"};
  decoded_instruction in;
  in.where = space_of(m);
  in.option = order_of(m);
  d.address(at.operands[0], in);
  auto const elements = elements_of(at.operands[1], m.count);
  in.count = static_cast<std::uint8_t>(m.count);
  unsigned const type_bytes = ptx::size_of(m.type);
  unsigned bytes = 0;
  for (auto const& element : elements) bytes = std::max(bytes, d.register_bytes(element));
  if (bytes == 0) bytes = type_bytes;
  std::vector<slot> from;
  for (auto const& element : elements) {
    from.push_back(
        d.source(element, {operand_type::kind::floating, static_cast<std::uint8_t>(bytes), false}));
  }
  in.src[1] = from.front();
  in.element_bytes = static_cast<std::uint8_t>(type_bytes);
  if (m.count > 1) {
    in.target = d.list(from);
    in.list = list_role::sources;
  }
  in.run = for_type<transfer::store>(m.type, bytes);
  d.emit(in);
}

// A hint: it may run ahead of what is allowed to be read, so it checks nothing.
void decode_nothing(decoder& d, ptx::instruction const&, opcode_row const&) {
  decoded_instruction in;
  in.run = [](warp&, decoded_instruction const&, lane_mask) {};
  d.emit(in);
}

// A hint to the cache: its value has no meaning.
void decode_policy(decoder& d, ptx::instruction const& at, opcode_row const&) {
  decoded_instruction in;
  in.run = detail::lanewise_handler<[](u64 a) { return a; }, u64, u64>::run;
  in.src[0] = d.constant(0, 8);
  if (at.operands.empty()) throw unsupported{"createpolicy needs a destination"};
  in.dst = d.destination(at.operands.front(), operand_of<u64>());
  d.emit(in);
}

void run_fence(warp& w, decoded_instruction const& in, lane_mask) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (w.owner().launch().order == nullptr) return;
  w.owner().order().fence(w.first_thread() / warp_size,
                          (in.option & access_option::block_scope) != 0);
}

void decode_fence(decoder& d, ptx::instruction const& at, opcode_row const&) {
  decoded_instruction in;
  in.run = run_fence;
  in.option = at.opcode.back() == "cta" ? access_option::block_scope : 0;
  d.emit(in);
}

}  // namespace

void add_memory_opcodes(opcode_rows& rows) {
  auto const add = [&](char const* pattern, decode_function decode) {
    add_row(rows, pattern, decode);
  };
  add("ld.*", decode_load);
  add("ldu.*", decode_load);
  add("st.*", decode_store);
  add("prefetch{.global|.local|}.{L1|L2}", decode_nothing);
  add("prefetch.global.L2::{evict_last|evict_normal}", decode_nothing);
  add("prefetchu.L1", decode_nothing);
  add("applypriority{.global|}.L2::evict_normal", decode_nothing);
  add("discard{.global|}.L2", decode_nothing);
  add("membar.{cta|gl|sys}", decode_fence);
  add("createpolicy.*", decode_policy);
  add("fence.mbarrier_init.release.cluster", decode_nothing);
  // Between ways to memory that are one here.
  add("fence.proxy.{alias|async|async.global|async.shared::cta|async.shared::cluster}",
      decode_nothing);
  add("griddepcontrol.{wait|launch_dependents}", decode_nothing);
  add("fence{.sc|.acq_rel|.acquire|.release|}.{cta|cluster|gpu|sys}", decode_fence);

  rows.push_back(lanewise<[](u64 a) -> u64 { return a; }>("cvta{.to|}{.global|.const}.u64"));
  rows.push_back(lanewise<[](u64 a) -> u64 { return a + layout::shared_window; }>(
      "cvta.shared{::cta|::cluster|}.u64"));
  rows.push_back(lanewise<[](u64 a) -> u64 { return a - layout::shared_window; }>(
      "cvta.to.shared{::cta|::cluster|}.u64"));
  rows.push_back(lanewise<[](u64 a) -> u64 { return a + layout::local_window; }>("cvta.local.u64"));
  rows.push_back(
      lanewise<[](u64 a) -> u64 { return a - layout::local_window; }>("cvta.to.local.u64"));
  rows.push_back(lanewise<[](u64 a) -> u64 { return a + layout::parameter_window; }>(
      "cvta.param{::entry|}.u64"));
  rows.push_back(lanewise<[](u64 a) -> u64 { return a - layout::parameter_window; }>(
      "cvta.to.param{::entry|}.u64"));

  rows.push_back(lanewise<[](u64 a) { return a - layout::shared_window < layout::window_bytes; }>(
      "isspacep.shared::cluster"));
  rows.push_back(
      lanewise<[](u64 a) { return a - layout::shared_window <= cluster_address::offset_mask; }>(
          "isspacep.shared{::cta|}"));
  rows.push_back(lanewise<[](u64 a) { return a - layout::local_window < layout::window_bytes; }>(
      "isspacep.local"));
  rows.push_back(
      lanewise<[](u64 a) { return a - layout::parameter_window < layout::window_bytes; }>(
          "isspacep.param{::entry|}"));
  rows.push_back(lanewise<[](u64 a) { return a < layout::shared_window; }>("isspacep.global"));
}

}  // namespace emulator
