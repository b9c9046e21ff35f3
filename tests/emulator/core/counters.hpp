// What a launch did, counted: instructions by class, and memory requests as a GPU's memory pipeline
// sees them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace emulator {

struct execution_count {
  std::uint64_t warps = 0, lanes = 0;
  execution_count& operator+=(execution_count const& other);
};

enum class instruction_class : std::uint8_t {
  float32,
  float64,
  float16,
  integer,
  logic,
  conversion,
  comparison,
  move,
  special_function,
  memory,
  bulk_copy,
  atomic,
  warp_communication,
  barrier,
  control,
  other,
};
inline constexpr unsigned instruction_classes = static_cast<unsigned>(instruction_class::other) + 1;
std::string_view to_string(instruction_class which);

/// One kind of access. A request is one instruction of one warp; a sector is 32 bytes of global
/// memory that it touches.
struct access_count {
  std::uint64_t requests = 0, lanes = 0, bytes = 0, sectors = 0;
  /// Sectors that no earlier request of the launch touched; counted only where counting them is on.
  std::uint64_t distinct_sectors = 0;
  /// Shared memory: passes beyond the first that a request needs because lanes meet in a bank.
  std::uint64_t bank_conflicts = 0;
  access_count& operator+=(access_count const& other);
};

struct memory_count {
  access_count global_load, global_store, global_atomic, shared_load, shared_store, shared_atomic,
      local_load, local_store;
  memory_count& operator+=(memory_count const& other);
};

/// Name and place of each kind of access, for reports.
struct access_kind_row {
  std::string_view name;
  access_count memory_count::*member;
};
inline constexpr std::array<access_kind_row, 8> access_kinds{{
    {"global_load", &memory_count::global_load},
    {"global_store", &memory_count::global_store},
    {"global_atomic", &memory_count::global_atomic},
    {"shared_load", &memory_count::shared_load},
    {"shared_store", &memory_count::shared_store},
    {"shared_atomic", &memory_count::shared_atomic},
    {"local_load", &memory_count::local_load},
    {"local_store", &memory_count::local_store},
}};

struct launch_statistics {
  std::uint64_t warp_instructions = 0;
  std::uint64_t lane_instructions = 0;  // active lanes summed over instructions
  std::array<execution_count, instruction_classes> by_class{};
  memory_count memory;
  std::uint64_t barriers = 0;  // completed ones of blocks
  launch_statistics& operator+=(launch_statistics const& other);
};

}  // namespace emulator
