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

/// The channelwise engine's blocks, whose threads keep their columns while they step down the rows.
inline constexpr int channel_threads = 256;
/// Packs side by side, where channels are shorter: 256 bytes or more of a row in a request's
/// neighbourhood, and few columns, so that the sums of a block are few.
inline constexpr int channel_lanes = 16;
/// A thread's loads in flight, all streams together: four of 16 bytes, as above, eight shorter ones,
/// and four single elements, which keep their kernels within 32 to 48 registers. Steps come in
/// multiples of what one stream has of them.
inline constexpr int channel_bytes_in_flight = 64;
inline constexpr int channel_loads_in_flight = 8;
inline constexpr int channel_scalar_loads_in_flight = 4;
/// Steps of a thread. Without sums: enough to share the cost of fetching parameters. With them:
/// at least so many that the end of a block, about 30 instructions a thread, is a small part; at most
/// so many that a sum is a chain of so few additions; more, but never beyond the limit, where a block
/// would otherwise store more than one byte of sums for every channel_sums_part bytes that it moves.
inline constexpr int channel_least_steps = 8;
inline constexpr int channel_most_steps = 16;
inline constexpr int channel_least_summed_steps = 16;
inline constexpr int channel_most_summed_steps = 64;
inline constexpr int channel_limit_of_summed_steps = 256;
inline constexpr int channel_sums_part = 200;
/// Blocks before threads take more steps: some waves on every device.
inline constexpr int channel_blocks = 2048;
/// Parameters that a thread keeps where its packs hold several channels; it keeps as many sums, and
/// twice as many constants made of them: 64 registers, so that an SM has room for 512 threads or more.
inline constexpr int channel_mixed_parameters = 16;
/// Parameters up to which a pack in one channel is summed before it meets the sums so far.
inline constexpr int channel_parameters_apart = 4;
/// Bytes of shared memory for a block's sums at a time: 8 blocks of an SM have room for them.
inline constexpr int channel_shared_sums = 16384;
/// The second kernel's block.
inline constexpr int channel_finish_threads = 256;

// Rows. A thread's packs are in flight together: 16 bytes each, times the threads that its registers
// leave an SM, have to cover DRAM's latency (performance.md: 25 KiB on H200, 36 KiB on B200).

/// Short rows: blocks of four warps, which have rows of their own.
inline constexpr int short_row_threads = 128;
/// Rows of up to 64 packs: up to 16 lanes share one, each up to four packs of it, so that the prologue and
/// the reductions are shared among as many elements; at least two lanes, so that they load 32 bytes side
/// by side. 8 blocks of up to 64 registers a thread: 64 KiB. The rows' ends take 72, where they may be
/// masked 80, and tensors of masks, which are in flight too, 128.
inline constexpr int lanes_packs = 4;
inline constexpr int most_row_lanes = 16;
inline constexpr int lanes_blocks = 8;
inline constexpr int unaligned_lanes_blocks = 7;
inline constexpr int limited_lanes_blocks = 6;
inline constexpr int masked_lanes_blocks = 4;
/// A warp for a row of up to 128 packs; registers as above.
inline constexpr int warp_packs = 4;
inline constexpr int warp_blocks = 8;
inline constexpr int unaligned_warp_blocks = 7;
inline constexpr int limited_warp_blocks = 6;
inline constexpr int masked_warp_blocks = 4;
/// As many warps of a block as the row needs, up to 16 of 256 packs each and 128 registers a thread:
/// 64 KiB. Then as many such blocks, up to 8, which is what every device with clusters can join.
inline constexpr int block_packs = 8;
inline constexpr int most_row_warps = 16;
inline constexpr int most_row_blocks = 8;
/// Rows that do not stay in registers are walked through by 16 warps, four packs a time.
inline constexpr int stream_packs = 4;
/// Shared among blocks, each has at least so many bytes of it, and a row at most so many parts, so that
/// each thread of a block has a part's sums to merge.
inline constexpr int least_part_bytes = 256 * 1024;
inline constexpr int most_parts = 512;

/// Columns of other axes: blocks of up to 512 threads, of which neighbours take neighbours along the
/// inner axis, and the rest share the columns. Where none does, of 128 and up to 255 registers a thread,
/// which holds 64 elements of 16 bits, and two tensors of them backward.
inline constexpr int column_threads = 512;
inline constexpr int lone_column_threads = 128;
inline constexpr int lone_column_blocks = 2;
/// So many are loaded and stored together, behind one branch; where they do not fit, they raise a
/// maximum together.
inline constexpr int column_steps = 8;

}  // namespace activations_cuda::tuning
