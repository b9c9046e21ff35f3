// Races in global memory: two threads of a launch access a byte, one of them writes, and nothing
// orders the two (warp_clocks.hpp, memory_order.hpp).
#pragma once

#include "core/memory_access.hpp"

namespace emulator {

/// The bytes that a lane is about to store: a store of what another stored is no race.
using stored_value = void (*)(warp const& w, decoded_instruction const& in, unsigned lane,
                              std::uint8_t* to);

/// Notes an access whose lanes have passed the other checks: a load when it is done, a store, which
/// gives its values, before. Throws kernel_fault.
void note_global(warp& w, decoded_instruction const& in, lane_addresses const& addresses,
                 unsigned bytes, lane_mask mask, stored_value value = nullptr);
/// The same of all lanes, which access bytes side by side from `first` on.
void note_global_consecutive(warp& w, decoded_instruction const& in, std::uint64_t first,
                             unsigned bytes, stored_value value = nullptr);
/// The same of one lane, before or after.
void note_global(warp& w, decoded_instruction const& in, unsigned lane, std::uint64_t address,
                 unsigned bytes, access_kind kind);

/// A lane's access to shared memory in a cluster of several blocks, when it is about to happen.
void note_cluster_shared(warp& w, decoded_instruction const& in, unsigned lane, block& holder,
                         std::uint32_t offset, unsigned bytes, access_kind kind);

/// A block of a cluster has ended: nobody else may access its shared memory from now on, or may
/// have done so with nothing that orders the access before the end.
void note_end_in_cluster(block const& ended);

/// Before a strong write and after a strong read: what they pass on.
void release_through(warp& w, decoded_instruction const& in, std::uint64_t address);
void acquire_through(warp& w, decoded_instruction const& in, std::uint64_t address);

}  // namespace emulator
