#include "core/lane_constants.hpp"

namespace emulator {

std::optional<lane_values> lane_constant(std::string_view name) {
  struct row {
    std::string_view name;
    std::uint32_t (*value)(unsigned lane);
  };
  constexpr std::array rows{
      row{"laneid", [](unsigned lane) { return std::uint32_t{lane}; }},
      row{"lanemask_eq", [](unsigned lane) { return 1U << lane; }},
      row{"lanemask_lt", [](unsigned lane) { return (1U << lane) - 1; }},
      row{"lanemask_le", [](unsigned lane) { return (2U << lane) - 1; }},
      row{"lanemask_gt", [](unsigned lane) { return ~((2U << lane) - 1); }},
      row{"lanemask_ge", [](unsigned lane) { return ~((1U << lane) - 1); }},
  };
  for (unsigned id = 0; id < rows.size(); ++id) {
    if (rows[id].name != name) continue;
    lane_values result{id, {}};
    for (unsigned lane = 0; lane < warp_size; ++lane) result.values[lane] = rows[id].value(lane);
    return result;
  }
  return std::nullopt;
}

std::optional<special_register> special_register_from(std::string_view name) {
  using r = special_register;
  struct row {
    std::string_view name;
    special_register which;
  };
  constexpr std::array rows{
      row{"tid.x", r::tid_x},
      row{"tid.y", r::tid_y},
      row{"tid.z", r::tid_z},
      row{"ntid.x", r::ntid_x},
      row{"ntid.y", r::ntid_y},
      row{"ntid.z", r::ntid_z},
      row{"ctaid.x", r::ctaid_x},
      row{"ctaid.y", r::ctaid_y},
      row{"ctaid.z", r::ctaid_z},
      row{"nctaid.x", r::nctaid_x},
      row{"nctaid.y", r::nctaid_y},
      row{"nctaid.z", r::nctaid_z},
      row{"warpid", r::warpid},
      row{"nwarpid", r::nwarpid},
      row{"smid", r::smid},
      row{"nsmid", r::nsmid},
      row{"gridid", r::gridid},
      row{"dynamic_smem_size", r::dynamic_smem_size},
      row{"total_smem_size", r::total_smem_size},
      row{"aggr_smem_size", r::aggr_smem_size},
      row{"clusterid.x", r::clusterid_x},
      row{"clusterid.y", r::clusterid_y},
      row{"clusterid.z", r::clusterid_z},
      row{"nclusterid.x", r::nclusterid_x},
      row{"nclusterid.y", r::nclusterid_y},
      row{"nclusterid.z", r::nclusterid_z},
      row{"cluster_ctaid.x", r::cluster_ctaid_x},
      row{"cluster_ctaid.y", r::cluster_ctaid_y},
      row{"cluster_ctaid.z", r::cluster_ctaid_z},
      row{"cluster_nctaid.x", r::cluster_nctaid_x},
      row{"cluster_nctaid.y", r::cluster_nctaid_y},
      row{"cluster_nctaid.z", r::cluster_nctaid_z},
      row{"cluster_ctarank", r::cluster_ctarank},
      row{"cluster_nctarank", r::cluster_nctarank},
  };
  for (auto const& row : rows) {
    if (row.name == name) return row.which;
  }
  return std::nullopt;
}

}  // namespace emulator
