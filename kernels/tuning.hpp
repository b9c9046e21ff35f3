// Launch shapes, with their reasons.
#pragma once

namespace activations_cuda::tuning {

/// 256 threads: eight warps share the prologue's latency, and 8 blocks of at most 32 registers a thread fill an SM.
inline constexpr int pointwise_threads = 256;

/// Independent 16-byte loads in flight per thread, all streams together. At 1,536 resident threads or more that is
/// 96 KiB per SM: above the 32 KiB (H100), 48 KiB (H200) and 64 KiB (B200) that cover DRAM latency, also when half
/// of the blocks are between their loads and their stores.
inline constexpr int pointwise_loads_in_flight = 4;

/// Where pointers do not share their alignment, one element an access: eight in flight keep the requests coming.
inline constexpr int pointwise_scalar_loads_in_flight = 8;

}  // namespace activations_cuda::tuning
