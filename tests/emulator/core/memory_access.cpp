#include "core/memory_access.hpp"

#include "core/memory.hpp"

#include <cstdio>
#include <cstring>
#include <string>

namespace emulator {

namespace {

std::string hexadecimal(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

struct lane_access {
  warp& w;
  decoded_instruction const& in;
  unsigned lane;
  std::uint64_t address;
  unsigned bytes;
  access_kind kind;

  std::string words(char const* of) const {
    char const* const verb = kind == access_kind::load    ? "read of "
                             : kind == access_kind::store ? "write of "
                                                          : "atomic access to ";
    return std::string(verb) + std::to_string(bytes) + " bytes " + of + " address " +
           hexadecimal(address);
  }
  [[noreturn]] void fail(fault_kind which, char const* of, std::string const& detail = "") const {
    char const* const prefix = which == fault_kind::uninitialized_read ? "uninitialised "
                               : which == fault_kind::misaligned       ? "misaligned "
                               : which == fault_kind::null_access      ? "null pointer: "
                               : which == fault_kind::use_after_free   ? "use after free: "
                                                                       : "out of bounds: ";
    w.fail(in, lane, which, prefix + words(of), detail);
  }
  void require_aligned(char const* of) const {
    if ((address & (bytes - 1)) != 0)
      fail(fault_kind::misaligned, of,
           "the address must be a multiple of " + std::to_string(bytes));
  }

  std::uint8_t* global() const {
    if (!w.worker().ranges.contains(address, bytes)) {
      device_memory const& memory = device_memory::instance();
      auto const nearest = memory.nearest(address);
      bool const freed = nearest && !nearest->live && address - nearest->address < nearest->bytes;
      fault_kind const which = address < 4096 ? fault_kind::null_access
                               : freed        ? fault_kind::use_after_free
                                              : fault_kind::out_of_bounds;
      fail(which, "of global memory at", memory.describe(address));
    }
    require_aligned("of global memory at");
    if (kind != access_kind::store && !layout::all_valid(address, bytes)) {
      fail(fault_kind::uninitialized_read, "of global memory at",
           device_memory::instance().describe(address));
    }
    if (kind == access_kind::store) layout::set_valid(address, bytes);
    return layout::bytes_at(address);
  }

  // A byte of validity for each byte of shared and local memory.
  void check_bytes(std::uint8_t* valid, char const* of) const {
    if (kind == access_kind::store) {
      std::memset(valid, 1, bytes);
    } else if (std::memchr(valid, 0, bytes) != nullptr) {
      fail(fault_kind::uninitialized_read, of);
    }
  }

  std::uint8_t* shared(std::uint64_t offset) const {
    block& owner = w.owner();
    std::uint32_t const end = owner.shared_end();
    if (offset < kernel_code::shared_begin() || offset > end || bytes > end - offset) {
      fail(fault_kind::out_of_bounds, "of shared memory at",
           "the block's shared memory is " + hexadecimal(kernel_code::shared_begin()) + " to " +
               hexadecimal(end));
    }
    require_aligned("of shared memory at");
    check_bytes(owner.shared_validity() + offset, "of shared memory at");
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
    check_bytes(owner.local_validity(thread) + offset, "of local memory at");
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

std::uint8_t* checked_access(warp& w, decoded_instruction const& in, unsigned lane,
                             std::uint64_t address, unsigned bytes, access_kind kind) {
  return checked_access(w, in, in.where, lane, address, bytes, kind);
}

std::uint8_t* checked_access(warp& w, decoded_instruction const& in, space where, unsigned lane,
                             std::uint64_t address, unsigned bytes, access_kind kind) {
  lane_access const access{w, in, lane, address, bytes, kind};
  switch (where) {
    case space::global:
      return access.global();
    case space::shared:
      return access.shared(address);
    case space::local:
      return access.local(address);
    case space::parameter:
      return access.parameter(address);
    case space::generic:
      break;
  }
  return access.generic();
}

}  // namespace emulator
