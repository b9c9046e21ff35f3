// Launch shapes, with their reasons.
#pragma once

namespace activations_cuda::tuning {

/// Elements of the widest access: 16 bytes.
template <class T>
inline constexpr int full_width = 16 / static_cast<int>(sizeof(T));

/// 256 threads: eight warps share the prologue's latency, and 8 blocks of at most 32 registers a
/// thread fill an SM.
inline constexpr int pointwise_threads = 256;

/// Independent 16-byte loads in flight per thread, all streams together. At 1,536 resident threads
/// or more that is 96 KiB per SM: above the 32 KiB (H100), 48 KiB (H200) and 64 KiB (B200) that
/// cover DRAM latency, also when half of the blocks are between their loads and their stores.
inline constexpr int pointwise_loads_in_flight = 4;

/// Where pointers do not share their alignment, one element an access: eight in flight keep the
/// requests coming.
inline constexpr int pointwise_scalar_loads_in_flight = 8;

/// A thread holds up to this many packs of its row: 64 bytes a thread and stream in flight.
inline constexpr int row_packs = 4;
/// Four rows, each a warp's, share a block: short rows would else be short of threads per SM.
inline constexpr int warps_per_block = 4;
/// A block for a row: 256 threads while they can hold it, else 1,024.
inline constexpr int small_block = 256;
inline constexpr int large_block = 1024;
/// Rows that no block holds: 512 threads leave each 128 registers, enough for several accesses in
/// flight beside the exponentials.
inline constexpr int long_row_block = 512;
inline constexpr int long_row_packs = 2;

}  // namespace activations_cuda::tuning
