// Which kernels rows of a type go to on the device that the tests run on.
#pragma once

#include "../../kernels/column_plan.hpp"
#include "../../kernels/row_plan.hpp"
#include "support/device_buffer.hpp"
#include "support/storage.hpp"

#include <cuda_runtime_api.h>

#include <cstdint>

namespace support {

namespace kernels = activations_cuda::kernels;

/// As the library sees it: what a block may have beside 1 KiB of its kernel's own.
inline kernels::device_limits limits_of_this_device() {
  int device = 0, major = 0, bytes = 0;
  check(cudaGetDevice(&device), "cudaGetDevice");
  check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device), "attribute");
  check(cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device),
        "attribute");
  return {major >= 9, bytes - 1024};
}

/// Elements are of that many bytes.
inline kernels::row_plan row_plan_of(int bytes, std::int64_t columns, bool backward, bool workspace,
                                     kernels::device_limits const& device) {
  int const streams = backward ? 2 : 1;
  return bytes == 8   ? kernels::plan_row<double>(columns, streams, workspace, device)
         : bytes == 4 ? kernels::plan_row<float>(columns, streams, workspace, device)
                      : kernels::plan_row<std::uint16_t>(columns, streams, workspace, device);
}
inline kernels::column_plan column_plan_of(int bytes, std::int64_t columns, std::int64_t inner) {
  return bytes == 8   ? kernels::plan_columns<double>(columns, inner)
         : bytes == 4 ? kernels::plan_columns<float>(columns, inner)
                      : kernels::plan_columns<std::uint16_t>(columns, inner);
}

/// The longest way from a term to a row's sum, in additions, and how often what it meets on that way
/// is scaled to a higher maximum.
struct sum_of_row {
  double additions = 0, rises = 0;
};

/// Levels of a tree over so many.
inline double levels(std::int64_t count) {
  double result = 0;
  for (std::int64_t n = 1; n < count; n *= 2) ++result;
  return result;
}

inline sum_of_row sum_of(kernels::row_plan const& plan, int bytes, std::int64_t columns) {
  namespace tuning = activations_cuda::tuning;
  double const pack = 16.0 / bytes;
  double const block = levels(tuning::most_row_warps);
  switch (plan.tier) {
    case kernels::row_tier::lanes:
      return {pack + tuning::lanes_packs + levels(plan.lanes), 0};
    case kernels::row_tier::warp:
      return {pack + tuning::warp_packs + 5, 0};
    case kernels::row_tier::block:
      return {pack + tuning::block_packs + 5 + block, 0};
    case kernels::row_tier::cluster:
      return {pack + tuning::block_packs + 5 + block + levels(tuning::most_row_blocks), 0};
    case kernels::row_tier::shared:
    case kernels::row_tier::stream:
    case kernels::row_tier::parts:
      break;
  }
  bool const parts = plan.tier == kernels::row_tier::parts;
  std::int64_t const walked = parts ? plan.part_columns : columns;
  std::int64_t const turn = tuning::stream_packs * 32 * tuning::most_row_warps * (16 / bytes);
  auto const turns = static_cast<double>(kernels::divided_up(walked, turn));
  double const merged = 5 + block;
  return {pack + turns * tuning::stream_packs + merged + (parts ? merged : 0),
          turns + 1 + (parts ? 1 : 0)};
}

inline sum_of_row sum_of(kernels::column_plan const& plan, std::int64_t columns) {
  auto const own = static_cast<double>(kernels::own_columns(plan, columns));
  double const warp = plan.lanes < 32 ? levels(32) - levels(plan.lanes) : 0;
  int const warps = plan.sharing > 1 ? plan.threads() / 32 : 1;
  return {own + warp + warps, plan.held ? 1 : own + 1};
}

}  // namespace support
