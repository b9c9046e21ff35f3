#include "core/memory_access.hpp"

#include "core/global_races.hpp"
#include "core/memory.hpp"
#include "core/page_locked.hpp"
#include "core/undefined_values.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <string>

namespace emulator {

std::string hexadecimal(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

namespace {

struct lane_access {
  warp& w;
  decoded_instruction const& in;
  unsigned lane;
  std::uint64_t address;
  unsigned bytes;
  access_kind kind;
  bool follows_undefined = false;  // a load that makes registers undefined

  std::string words(char const* of) const {
    char const* const verb = kind == access_kind::load    ? "read of "
                             : kind == access_kind::store ? "write of "
                                                          : "atomic access to ";
    return std::string(verb) + std::to_string(bytes) + " bytes " + of + " address " +
           hexadecimal(address);
  }
  [[noreturn]] void fail(fault_kind which, char const* of, std::string const& detail = "") const {
    char const* const prefix = which == fault_kind::uninitialized_read  ? "uninitialised "
                               : which == fault_kind::misaligned        ? "misaligned "
                               : which == fault_kind::null_access       ? "null pointer: "
                               : which == fault_kind::use_after_free    ? "use after free: "
                               : which == fault_kind::non_coherent_read ? "non-coherent "
                                                                        : "out of bounds: ";
    w.fail(in, lane, which, prefix + words(of), detail);
  }
  void require_aligned(char const* of) const {
    if ((address & (bytes - 1)) != 0)
      fail(fault_kind::misaligned, of,
           "the address must be a multiple of " + std::to_string(bytes));
  }

  // Page-locked host memory: what it holds counts as written, and no cache of .nc covers it.
  std::uint8_t* host() const {
    std::uint8_t* const place =
        w.worker().ranges.page_locked(address, bytes, kind != access_kind::load);
    if (place == nullptr) {
      page_locked_memory const& memory = page_locked_memory::instance();
      auto const near = memory.near(address);
      if (memory.find(address, bytes)) {
        fail(fault_kind::out_of_bounds, "of read-only host memory at", memory.describe(address));
      }
      bool const gone = near && !near->live && address - near->address < near->bytes;
      fail(address < 4096 ? fault_kind::null_access
           : gone         ? fault_kind::use_after_free
                          : fault_kind::out_of_bounds,
           near ? "of host memory at" : "of global memory at", memory.describe(address));
    }
    require_aligned("of host memory at");
    return place;
  }

  std::uint8_t* global() const {
    if (!w.worker().ranges.contains(address, bytes)) {
      if (!layout::contains(address)) return host();
      device_memory const& memory = device_memory::instance();
      auto const nearest = memory.nearest(address);
      bool const freed = nearest && !nearest->live && address - nearest->address < nearest->bytes;
      fail(freed ? fault_kind::use_after_free : fault_kind::out_of_bounds, "of global memory at",
           memory.describe(address));
    }
    require_aligned("of global memory at");
    coherence* const coherent = w.owner().launch().coherent;
    if (coherent != nullptr && !is_coherent(*coherent, in, address, bytes, kind)) {
      fail(
          fault_kind::non_coherent_read, "of global memory at",
          "a load of this launch with .nc (__ldg, or a const __restrict__ argument) and a write of "
          "it meet here: the load's cache need not see the write");
    }
    if (kind != access_kind::store && !layout::all_valid(address, bytes) && !loads_padding()) {
      fail(fault_kind::uninitialized_read, "of global memory at",
           device_memory::instance().describe(address));
    }
    if (kind == access_kind::store) layout::set_valid(address, bytes);
    return layout::bytes_at(address);
  }

  // Of elements that are written but for bytes behind the first, those bytes may be a structure's
  // padding, which copies of it read: the registers become undefined.
  bool loads_padding() const {
    if (!follows_undefined) return false;
    std::array<std::uint8_t, 64> written;
    for (unsigned i = 0; i < bytes; ++i) {
      written.at(i) = layout::all_valid(address + i, 1) ? 1 : 0;
      if (i % in.element_bytes == 0 && written[i] == 0) return false;
    }
    note_load(w, in, lane, written.data(), space::global, address);
    return true;
  }

  // A byte of validity for each byte of shared and local memory.
  void check_bytes(std::uint8_t* valid, space where, char const* of) const {
    if (kind == access_kind::store) {
      std::memset(valid, 1, bytes);
    } else if (std::memchr(valid, 0, bytes) != nullptr) {
      if (!follows_undefined) fail(fault_kind::uninitialized_read, of);
      note_load(w, in, lane, valid, where, address);
    }
  }

  void check_race(block& owner, std::uint32_t offset) const {
    bool const atomic = kind == access_kind::atomic;
    auto const pc = static_cast<std::uint32_t>(&in - w.code().code.data());
    auto const other = owner.races().record(
        {w.first_thread() / warp_size, lane, offset, bytes, pc, kind != access_kind::load,
         atomic || (in.option & access_option::synchronizes) != 0});
    if (!other) return;
    w.fail(in, lane, fault_kind::race, "race: " + words("of shared memory at"),
           "thread " + owner.describe_thread(other->thread) + (other->wrote ? " wrote" : " read") +
               " it at PTX line " + std::to_string(w.code().sources[other->pc]->line) +
               ", and nothing orders the two");
  }

  std::uint8_t* shared(std::uint64_t full_address) const {
    block* const holder = block_at(w, full_address);
    if (holder == nullptr) {
      fail(fault_kind::out_of_bounds, "of shared memory at",
           "the cluster has " + std::to_string(w.owner().neighbours().size()) + " blocks");
    }
    block& owner = *holder;
    std::uint64_t const offset = full_address & cluster_address::offset_mask;
    std::uint32_t const end = owner.shared_end();
    if (offset < kernel_code::shared_begin() || offset > end || bytes > end - offset) {
      fail(fault_kind::out_of_bounds, "of shared memory at",
           "the block's shared memory is " + std::to_string(end - kernel_code::shared_begin()) +
               " bytes: " + hexadecimal(kernel_code::shared_begin()) + " to " + hexadecimal(end));
    }
    require_aligned("of shared memory at");
    check_bytes(owner.shared_validity() + offset, space::shared, "of shared memory at");
    if (w.owner().neighbours().size() == 1) {
      check_race(owner, static_cast<std::uint32_t>(offset));
    } else if (w.owner().launch().order != nullptr) {
      note_cluster_shared(w, in, lane, owner, static_cast<std::uint32_t>(offset), bytes, kind);
    }
    return owner.shared() + offset;
  }

  std::uint8_t* local(std::uint64_t offset) const {
    block& owner = w.owner();
    std::uint32_t const size = w.code().local_bytes;
    if (offset > size || bytes > size - offset) {
      fail(fault_kind::out_of_bounds, "of local memory at",
           "a thread has " + std::to_string(size) + " bytes of it");
    }
    require_aligned("of local memory at");
    std::uint32_t const thread = w.first_thread() + lane;
    check_bytes(owner.local_validity(thread) + offset, space::local, "of local memory at");
    return owner.local(thread) + offset;
  }

  std::uint8_t* parameter(std::uint64_t offset) const {
    auto const& parameters = w.owner().launch().config->parameters;
    if (kind != access_kind::load)
      fail(fault_kind::out_of_bounds, "of the kernel's parameters, which are read-only, at");
    if (offset > parameters.size() || bytes > parameters.size() - offset) {
      fail(fault_kind::out_of_bounds, "of the kernel's parameters at");
    }
    return reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(parameters.data())) + offset;
  }

  std::uint8_t* checked(space where) const {
    switch (where) {
      case space::global:
        return global();
      case space::shared:
        return shared(address);
      case space::local:
        return local(address);
      case space::parameter:
        return parameter(address);
      case space::generic:
        break;
    }
    return generic();
  }

  std::uint8_t* generic() const {
    if (address - layout::shared_window < layout::window_bytes)
      return shared(address - layout::shared_window);
    if (address - layout::local_window < layout::window_bytes)
      return local(address - layout::local_window);
    if (address - layout::parameter_window < layout::window_bytes)
      return parameter(address - layout::parameter_window);
    return global();
  }
};

}  // namespace

block* block_at(warp const& w, std::uint64_t shared_address) {
  auto const number = static_cast<std::uint32_t>(shared_address >> cluster_address::rank_shift);
  if (number == 0) return &w.owner();
  cluster const& neighbours = w.owner().neighbours();
  return number <= neighbours.size() ? &neighbours.at(number - 1) : nullptr;
}

namespace {

bool is_initialized(std::uint8_t const* valid, unsigned bytes) {
  for (unsigned i = 0; i < bytes; i += 4) {
    std::uint32_t word;
    std::memcpy(&word, valid + i, 4);
    if (word != 0x01010101U) return false;
  }
  return true;
}

}  // namespace

std::uint8_t* checked_shared(warp& w, decoded_instruction const& in,
                             lane_addresses const& addresses, unsigned bytes, lane_mask mask,
                             access_kind kind) {
  bool const is_load = kind == access_kind::load;
  if (in.where != space::shared || in.option != 0 || bytes % 4 != 0) return nullptr;
  block& owner = w.owner();
  if (owner.neighbours().size() > 1) return nullptr;  // what other blocks do is looked at as well
  std::uint64_t const last = owner.shared_end() - std::uint64_t{bytes};
  std::uint32_t const self = w.first_thread() / warp_size;
  auto const pc = static_cast<std::uint32_t>(&in - w.code().code.data());
  bool const one_word_for_all = is_load && bytes == 4 && mask == full_mask && addresses.uniform();
  for (lane_mask rest = one_word_for_all ? 1 : mask; rest != 0; rest &= rest - 1) {
    auto const lane = static_cast<unsigned>(__builtin_ctz(rest));
    std::uint64_t const offset = addresses.of[lane];
    if (owner.shared_end() < bytes || offset < kernel_code::shared_begin() || offset > last ||
        (offset & (bytes - 1)) != 0) {
      return nullptr;
    }
    std::uint8_t* const valid = owner.shared_validity() + offset;
    if (is_load && !is_initialized(valid, bytes)) return nullptr;
    for (unsigned i = 0; i < bytes; i += 4) {
      auto const at = static_cast<std::uint32_t>(offset) + i;
      bool const in_order = one_word_for_all ? owner.races().quick_load_by_all(self, at, pc)
                            : is_load        ? owner.races().quick_load(self, lane, at, pc)
                                             : owner.races().quick_store(self, lane, at, pc);
      if (!in_order) return nullptr;
    }
    if (!is_load) std::memset(valid, 1, bytes);
  }
  return owner.shared();
}

bool is_coherent(coherence& seen, decoded_instruction const& in, std::uint64_t address,
                 std::uint64_t bytes, access_kind kind) {
  if (kind != access_kind::load) {
    seen.written.insert(address, bytes);
    return !seen.read_non_coherently.contains_any(address, bytes);
  }
  if ((in.option & access_option::non_coherent) == 0) return true;
  seen.read_non_coherently.insert(address, bytes);
  return !seen.written.contains_any(address, bytes);
}

std::uint8_t* checked_access(warp& w, decoded_instruction const& in, unsigned lane,
                             std::uint64_t address, unsigned bytes, access_kind kind) {
  return checked_access(w, in, in.where, lane, address, bytes, kind);
}

std::uint8_t* checked_access(warp& w, decoded_instruction const& in, space where, unsigned lane,
                             std::uint64_t address, unsigned bytes, access_kind kind) {
  return lane_access{w, in, lane, address, bytes, kind}.checked(where);
}

std::uint8_t* checked_load(warp& w, decoded_instruction const& in, unsigned lane,
                           std::uint64_t address, unsigned bytes) {
  return lane_access{w, in, lane, address, bytes, access_kind::load, true}.checked(in.where);
}

std::uint8_t* validity_at(warp const& w, space where, unsigned lane, std::uint64_t address) {
  if (where == space::generic && address - layout::shared_window < layout::window_bytes)
    return validity_at(w, space::shared, lane, address - layout::shared_window);
  if (where == space::generic && address - layout::local_window < layout::window_bytes)
    return validity_at(w, space::local, lane, address - layout::local_window);
  if (where == space::local) return w.owner().local_validity(w.first_thread() + lane) + address;
  if (where != space::shared) return nullptr;
  block* const holder = block_at(w, address);
  return (holder != nullptr ? *holder : w.owner()).shared_validity() +
         (address & cluster_address::offset_mask);
}

}  // namespace emulator
