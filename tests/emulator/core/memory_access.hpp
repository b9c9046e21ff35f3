// What a lane's access must pass before it touches memory: bounds, alignment, initialisation.
#pragma once

#include "core/block.hpp"
#include "core/memory_layout.hpp"
#include "core/warp.hpp"

#include <cstdint>
#include <string>

namespace emulator {

/// Bits of decoded_instruction::option for loads and stores.
namespace access_option {
inline constexpr std::uint32_t synchronizes = 1;  // volatile, relaxed, acquire, release
inline constexpr std::uint32_t non_coherent = 2;  // .nc
inline constexpr std::uint32_t acquires = 4;
inline constexpr std::uint32_t releases = 8;
inline constexpr std::uint32_t block_scope = 16;  // .cta, of the order
}  // namespace access_option

enum class access_kind : std::uint8_t { load, store, atomic };

/// The addresses of all lanes: register plus offset; 32-bit ones wrap.
struct lane_addresses {
  alignas(32) std::uint64_t of[warp_size];

  lane_addresses(warp const& w, decoded_instruction const& in) {
    auto const offset = static_cast<std::uint64_t>(in.immediate);
    if (in.wide_address) {
      std::uint64_t const* const from = w.lanes<std::uint64_t const>(in.src[0]);
      for (unsigned i = 0; i < warp_size; ++i) of[i] = from[i] + offset;
    } else {
      std::uint32_t const* const from = w.lanes<std::uint32_t const>(in.src[0]);
      for (unsigned i = 0; i < warp_size; ++i) of[i] = static_cast<std::uint32_t>(from[i] + offset);
    }
  }

  bool uniform() const {
    std::uint64_t difference = 0;
    for (unsigned i = 0; i < warp_size; ++i) difference |= of[i] ^ of[0];
    return difference == 0;
  }

  /// True if lane i accesses address of[0] + i * bytes, for every lane.
  bool consecutive(std::uint64_t bytes) const {
    std::uint64_t difference = 0;
    for (unsigned i = 0; i < warp_size; ++i) difference |= of[i] - (of[0] + i * bytes);
    return difference == 0;
  }
};

/// Notes the access; false if it reads non-coherently what the launch has written, or writes what
/// it has so read.
bool is_coherent(coherence& seen, decoded_instruction const& in, std::uint64_t address,
                 std::uint64_t bytes, access_kind kind);

/// Checks the access of one lane and returns where its bytes lie. Throws kernel_fault. bytes is a
/// power of two.
std::uint8_t* checked_access(warp& w, decoded_instruction const& in, unsigned lane,
                             std::uint64_t address, unsigned bytes, access_kind kind);

/// checked_access of a load into registers: bytes of shared and local memory that nobody wrote are
/// no fault yet, the registers become undefined.
std::uint8_t* checked_load(warp& w, decoded_instruction const& in, unsigned lane,
                           std::uint64_t address, unsigned bytes);

/// For each byte from an address of shared or local memory whether it has been written; nullptr for
/// global memory. The access has been checked, or will be before this is used.
std::uint8_t* validity_at(warp const& w, space where, unsigned lane, std::uint64_t address);

/// "0x1f"
std::string hexadecimal(std::uint64_t value);

/// The block of the cluster that holds an address of shared memory, or nullptr.
block* block_at(warp const& w, std::uint64_t shared_address);

/// The same in another space than the instruction's own.
std::uint8_t* checked_access(warp& w, decoded_instruction const& in, space where, unsigned lane,
                             std::uint64_t address, unsigned bytes, access_kind kind);

/// The same for all 32 lanes of consecutive accesses to global memory; nullptr if a lane of them
/// fails a check, which the lanes then find one by one.
inline std::uint8_t* checked_consecutive(warp& w, decoded_instruction const& in,
                                         lane_addresses const& addresses, unsigned bytes,
                                         access_kind kind) {
  if (in.where != space::global && in.where != space::generic) return nullptr;
  std::uint64_t const first = addresses.of[0];
  std::uint64_t const total = std::uint64_t{bytes} * warp_size;
  if (!addresses.consecutive(bytes) || (first & (bytes - 1)) != 0) return nullptr;
  if (!w.worker().ranges.contains(first, total)) return nullptr;
  if (coherence* const coherent = w.owner().launch().coherent) {
    if (!is_coherent(*coherent, in, first, total, kind)) return nullptr;
  }
  if (kind == access_kind::load) {
    if (!layout::all_valid(first, total)) return nullptr;
  } else {
    layout::set_valid(first, total);
  }
  return layout::bytes_at(first);
}

/// Checks the plain accesses of all lanes to shared memory at once and returns where shared memory
/// lies; nullptr if one of them needs the closer look of checked_access.
std::uint8_t* checked_shared(warp& w, decoded_instruction const& in,
                             lane_addresses const& addresses, unsigned bytes, lane_mask mask,
                             access_kind kind);

}  // namespace emulator
