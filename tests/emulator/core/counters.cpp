#include "core/counters.hpp"

namespace emulator {

execution_count& execution_count::operator+=(execution_count const& other) {
  warps += other.warps;
  lanes += other.lanes;
  return *this;
}

access_count& access_count::operator+=(access_count const& other) {
  requests += other.requests;
  lanes += other.lanes;
  bytes += other.bytes;
  sectors += other.sectors;
  distinct_sectors += other.distinct_sectors;
  bank_conflicts += other.bank_conflicts;
  return *this;
}

memory_count& memory_count::operator+=(memory_count const& other) {
  for (auto const& kind : access_kinds) this->*kind.member += other.*kind.member;
  return *this;
}

launch_statistics& launch_statistics::operator+=(launch_statistics const& other) {
  warp_instructions += other.warp_instructions;
  lane_instructions += other.lane_instructions;
  for (unsigned i = 0; i < instruction_classes; ++i) by_class[i] += other.by_class[i];
  memory += other.memory;
  barriers += other.barriers;
  return *this;
}

std::string_view to_string(instruction_class which) {
  constexpr std::array<std::string_view, instruction_classes> names{"float32",
                                                                    "float64",
                                                                    "float16",
                                                                    "integer",
                                                                    "logic",
                                                                    "conversion",
                                                                    "comparison",
                                                                    "move",
                                                                    "special_function",
                                                                    "memory",
                                                                    "bulk_copy",
                                                                    "atomic",
                                                                    "warp_communication",
                                                                    "barrier",
                                                                    "control",
                                                                    "other"};
  return names[static_cast<unsigned>(which)];
}

}  // namespace emulator
