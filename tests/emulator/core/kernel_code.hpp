// A kernel as the interpreter runs it: calls inlined, every operand a place in memory, every opcode
// a function.
#pragma once

#include "core/definedness.hpp"
#include "core/program.hpp"
#include "ptx/module.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace emulator {

inline constexpr unsigned warp_size = 32;

constexpr std::uint32_t aligned_up(std::uint32_t value, std::uint32_t to) {
  return (value + to - 1) / to * to;
}

/// One bit per lane; a predicate register is one of these.
using lane_mask = std::uint32_t;
inline constexpr lane_mask full_mask = ~lane_mask{0};

class warp;
struct decoded_instruction;
using handler = void (*)(warp&, decoded_instruction const&, lane_mask);

/// Where an operand lies: a byte offset, 32-byte aligned, into the warp's registers or, with bit 0
/// set, into the kernel's constants. A register is an array of its 32 lanes; a constant looks the
/// same, so that no handler has a case for immediates.
using slot = std::uint32_t;

/// What an instruction means to the warp's scheduler. Everything but plain can change a lane's
/// program counter.
enum class flow : std::uint8_t {
  plain,
  branch,          // target
  branch_indexed,  // src[0] holds the index, lists[target ... target + count) the targets
  exit,
  warp_sync,  // runs once the lanes of the membermask in src[3] have arrived
  barrier,    // src[0]: id, src[1]: thread count (all of the block if no_operand); option:
              // barrier_option
  pause,      // nanosleep: let others run
};

/// Where an address points.
enum class space : std::uint8_t { generic, global, shared, local, parameter };

inline constexpr slot no_operand = ~slot{0};

/// What the elements of kernel_code::lists are that an instruction names.
enum class list_role : std::uint8_t { no_registers, sources, destinations };

struct decoded_instruction {
  handler run = nullptr;
  slot dst = no_operand;
  slot dst2 = no_operand;  // the q of p|q
  std::array<slot, 4> src{no_operand, no_operand, no_operand, no_operand};
  slot guard = 0;
  lane_mask guard_flip = 0;    // all ones for @!%p
  std::int64_t immediate = 0;  // address offset
  std::uint32_t target =
      0;                   // branch; memory: first of `count` vector elements in kernel_code::lists
  std::uint8_t count = 1;  // vector elements
  list_role list = list_role::no_registers;
  std::uint8_t element_bytes = 0;  // in memory, of loads and stores
  definedness rule = definedness::by_opcode;
  flow kind = flow::plain;
  space where = space::generic;
  bool wide_address = true;  // the address register has 64 bits
  std::uint32_t option = 0;  // what else the handler needs to know
};

/// Special registers that differ between warps or blocks are registers that are set before a warp
/// starts.
enum class special_register : std::uint8_t {
  tid_x,
  tid_y,
  tid_z,
  ntid_x,
  ntid_y,
  ntid_z,
  ctaid_x,
  ctaid_y,
  ctaid_z,
  nctaid_x,
  nctaid_y,
  nctaid_z,
  warpid,
  nwarpid,
  smid,
  nsmid,
  gridid,
  dynamic_smem_size,
  total_smem_size,
  aggr_smem_size,
  clusterid_x,
  clusterid_y,
  clusterid_z,
  nclusterid_x,
  nclusterid_y,
  nclusterid_z,
  cluster_ctaid_x,
  cluster_ctaid_y,
  cluster_ctaid_z,
  cluster_nctaid_x,
  cluster_nctaid_y,
  cluster_nctaid_z,
  cluster_ctarank,
  cluster_nctarank,
};

struct special_value {
  special_register name;
  slot where;
};

/// 32-byte aligned storage for constants and register files.
struct alignas(64) cache_line {
  std::uint8_t bytes[64];
};

struct kernel_code {
  std::vector<decoded_instruction> code;
  std::vector<ptx::instruction const*> sources;  // code[i] comes from *sources[i]
  std::vector<slot> lists;                       // vector operands, branch tables
  std::vector<cache_line> constants;
  std::vector<special_value> specials;
  std::uint32_t register_bytes = 0;  // of one warp
  /// Of the register at each multiple of slot_step: its bytes a lane, 0 for a predicate.
  std::vector<std::uint8_t> lane_bytes;
  static constexpr std::uint32_t slot_step = 64;
  std::uint32_t local_bytes = 0;      // of one lane
  bool reads_non_coherently = false;  // has ld.global.nc
  bool has_strong_loads = false;      // ld.volatile, .relaxed, .acquire
  std::vector<std::string> messages;  // of instructions that are not supported: option is the index

  /// Shared addresses below are the system's, as on sm_80 and later: address 0 is no variable.
  static constexpr std::uint32_t shared_begin() { return 1024; }
};

}  // namespace emulator
