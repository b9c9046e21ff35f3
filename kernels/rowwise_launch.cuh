// Launches the kernels of softmax and its family: which one, by shape, device and alignment.
#pragma once

#include "column.cuh"
#include "column_plan.hpp"
#include "device_limits.hpp"
#include "launch.hpp"
#include "row_parts.cuh"
#include "row_plan.hpp"
#include "row_stream.cuh"
#include "row_workspace.hpp"
#include "rowwise.cuh"
#include "rowwise_cluster.hpp"

#include <cuda_runtime.h>

#include <atomic>
#include <cstdint>

namespace activations_cuda::kernels {

inline bool on_boundary(void const* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % 16 == 0;
}

template <class T>
row_tensor<T> row_tensor_of(softmax_tensor<T> const& from) {
  return {from.first, from.outer_stride};
}
template <class T>
column_tensor<T> column_tensor_of(softmax_tensor<T> const& from) {
  return {from.first, from.outer_stride, from.column_stride};
}

/// The kernels of one direction of an op. Calls have the tensors in the order of the kernels.
template <class Op, class T>
struct forward_kernels : held_forward_kernels<Op, T> {
  static constexpr int streams = 1, sums = forward_sums;
  template <bool keeps, class Mask>
  static constexpr auto stream() {
    return rowwise_stream_forward_kernel<Op, T, keeps, Mask>;
  }
  template <bool finishes, class Mask>
  static constexpr auto parts() {
    return rowwise_parts_forward_kernel<Op, T, finishes, Mask>;
  }
  template <int width, bool singly, int most, bool held, column_sharing sharing, class Mask>
  static constexpr auto columns() {
    return column_forward_kernel<Op, T, width, singly, most, held, sharing, Mask>;
  }
};
template <class Op, class T>
struct backward_kernels : held_backward_kernels<Op, T> {
  static constexpr int streams = 2, sums = backward_sums;
  template <bool keeps, class Mask>
  static constexpr auto stream() {
    return rowwise_stream_backward_kernel<Op, T, keeps, Mask>;
  }
  template <bool finishes, class Mask>
  static constexpr auto parts() {
    return rowwise_parts_backward_kernel<Op, T, finishes, Mask>;
  }
  template <int width, bool singly, int most, bool held, column_sharing sharing, class Mask>
  static constexpr auto columns() {
    return column_backward_kernel<Op, T, width, singly, most, held, sharing, Mask>;
  }
};

/// Lets a kernel use that much shared memory, once on each device.
template <class Kernel>
cudaError_t allow_shared_memory(Kernel kernel, int bytes, int device,
                                std::atomic<std::uint64_t>& allowed) {
  std::uint64_t const bit = std::uint64_t{1} << (device & 63);
  if ((allowed.load(std::memory_order_relaxed) & bit) != 0) return cudaSuccess;
  cudaError_t const status =
      cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
  if (status == cudaSuccess && device < 64) allowed.fetch_or(bit, std::memory_order_relaxed);
  return status;
}

/// Keeps an argument out of the deduction of a kernel's parameters.
template <class Type>
struct not_deduced {
  using type = Type;
};
template <class Type>
using type_identity = typename not_deduced<Type>::type;

template <class Op, class T, template <class, class> class Kernels>
struct row_launcher {
  using kernels = Kernels<Op, T>;
  using real = typename arithmetic_for<T>::real;

  evaluator_of<Op, T> op;
  softmax_shape const& shape;
  row_call<T> call;
  workspace const& space;
  cudaStream_t stream;

  row_launcher(Op const& from, softmax_shape const& s, softmax_options<T> const& options,
               cudaStream_t on)
      : op(from),
        shape(s),
        call{s.outer,
             s.columns,
             call_masks<T>(options.mask, s.outer),
             options.mask.is_there(),
             options.empty == empty_rows::zeros,
             {options.maximum, options.log_sum_exp}},
        space(options.space),
        stream(on) {}

  template <class... Elements>
  cudaError_t launch(softmax_tensor<Elements> const&... tensors) const {
    bool const are_rows =
        shape.inner == 1 && ((tensors.column_stride == 1 || shape.columns == 1) && ...);
    return are_rows ? launch_rows(tensors...) : launch_columns(tensors...);
  }

 private:
  template <class... Elements>
  cudaError_t launch_rows(softmax_tensor<Elements> const&... tensors) const {
    device_limits limits{};
    row_plan plan = plan_row<T>(shape.columns, kernels::streams, space.bytes != 0, limits);
    if (plan.tier > row_tier::block) {  // the others are the same on all devices
      if (cudaError_t const status = limits_of_device(limits); status != cudaSuccess) return status;
      plan = plan_row<T>(shape.columns, kernels::streams, space.bytes != 0, limits);
    }
    bool const aligned =
        !call.masked && shape.columns % tuning::full_width<T> == 0 &&
        ((on_boundary(tensors.first) && tensors.outer_stride % tuning::full_width<T> == 0) && ...);
    switch (plan.tier) {
      case row_tier::lanes:
        return launch_short<lanes_of_rows, tuning::lanes_packs>(plan, aligned, tensors...);
      case row_tier::warp:
        return launch_short<warp_of_row, tuning::warp_packs>(plan, aligned, tensors...);
      case row_tier::block:
        return launch_held<block_of_row, tuning::block_packs>(grid_of(shape.outer), plan.warps * 32,
                                                              plan, aligned, tensors...);
      case row_tier::cluster:
        return launch_cluster<Op, T>(op, plan, aligned, row_tensor_of(tensors)..., call, stream);
      case row_tier::shared:
      case row_tier::stream:
      case row_tier::parts:
        break;
    }
    return call.masked ? launch_walk<any_mask<T>>(plan, tensors...)
                       : launch_walk<no_mask<T>>(plan, tensors...);
  }

  template <class Mask, class... Tensors>
  cudaError_t launch_walk(row_plan const& plan, Tensors const&... tensors) const {
    if (plan.tier == row_tier::shared) return launch_shared<Mask>(plan, tensors...);
    if (plan.tier == row_tier::stream) {
      return run(kernels::template stream<false, Mask>(), grid_of(shape.outer), plan.warps * 32, 0,
                 op, row_tensor_of(tensors)..., call);
    }
    row_parts<real> const parts{static_cast<real*>(space.pointer), plan.parts, plan.part_columns};
    dim3 const grid = grid_of(shape.outer * plan.parts);
    cudaError_t const status = run(kernels::template parts<false, Mask>(), grid, plan.warps * 32, 0,
                                   op, row_tensor_of(tensors)..., call, parts);
    if (status != cudaSuccess) return status;
    return run(kernels::template parts<true, Mask>(), grid, plan.warps * 32, 0, op,
               row_tensor_of(tensors)..., call, parts);
  }

  template <class Group, int packs, class... Tensors>
  cudaError_t launch_short(row_plan const& plan, bool aligned, Tensors const&... tensors) const {
    std::int64_t const rows_of_block = tuning::short_row_threads / plan.lanes;
    return launch_held<Group, packs>(grid_of(divided_up(shape.outer, rows_of_block)),
                                     tuning::short_row_threads, plan, aligned, tensors...);
  }

  template <class Group, int packs, class... Tensors>
  cudaError_t launch_held(dim3 grid, int threads, row_plan const& plan, bool aligned,
                          Tensors const&... tensors) const {
    auto const kernel = kernels::template held<Group, packs>(call, aligned);
    return run(kernel, grid, threads, 0, op, row_tensor_of(tensors)..., call,
               Group::argument_of(plan));
  }

  template <class Mask, class... Tensors>
  cudaError_t launch_shared(row_plan const& plan, Tensors const&... tensors) const {
    static std::atomic<std::uint64_t> allowed{0};
    auto const kernel = kernels::template stream<true, Mask>();
    device_limits limits{};
    int device = 0;
    cudaError_t status = limits_of_device(limits, &device);
    if (status != cudaSuccess) return status;
    status = allow_shared_memory(kernel, limits.shared_bytes, device, allowed);
    if (status != cudaSuccess) return status;
    return run(kernel, grid_of(shape.outer), plan.warps * 32, plan.shared_bytes, op,
               row_tensor_of(tensors)..., call);
  }

  template <class... Elements>
  cudaError_t launch_columns(softmax_tensor<Elements> const&... tensors) const {
    return call.masked ? launch_columns_with<any_mask<T>>(tensors...)
                       : launch_columns_with<no_mask<T>>(tensors...);
  }
  /// Threads that share no column have the more of its neighbours, up to 16 bytes, the fewer columns
  /// there are.
  template <class Mask, class... Tensors>
  cudaError_t launch_columns_with(Tensors const&... tensors) const {
    constexpr int most = most_held_columns<T>, width = sizeof(T) == 2 ? 2 : 1;
    column_plan const plan = plan_columns<T>(shape.columns, shape.inner);
    if constexpr (!Mask::is_there) {
      bool const alone = plan.sharing == 1;
      if constexpr (4 * width <= tuning::full_width<T>) {
        if (alone && shape.columns <= most / 4 && are_in_packs<4 * width>(tensors...))
          return launch_lone<4 * width, false, most / 4>(plan, tensors...);
      }
      if (alone && shape.columns <= most / 2 && are_in_packs<2 * width>(tensors...))
        return launch_lone<2 * width, false, most / 2>(plan, tensors...);
    }
    if constexpr (width > 1) {
      if (!are_in_packs<width>(tensors...))
        return launch_columns_of<width, true, Mask>(plan, tensors...);
    }
    return launch_columns_of<width, false, Mask>(plan, tensors...);
  }
  /// Whether all elements are side by side in so many on their boundaries.
  template <int width, class... Tensors>
  bool are_in_packs(Tensors const&... tensors) const {
    return shape.inner % width == 0 &&
           ((reinterpret_cast<std::uintptr_t>(tensors.first) % (width * sizeof(T)) == 0 &&
             (tensors.outer_stride % width == 0 || shape.outer == 1) &&
             (tensors.column_stride % width == 0 || shape.columns == 1)) &&
            ...);
  }
  template <int width, bool singly, int most, class... Tensors>
  cudaError_t launch_lone(column_plan const& plan, Tensors const&... tensors) const {
    return run_columns<width>(
        kernels::template columns<width, singly, most, true, column_sharing::lone, no_mask<T>>(),
        plan, tensors...);
  }
  template <int width, bool singly, class Mask, class... Tensors>
  cudaError_t launch_columns_of(column_plan const& plan, Tensors const&... tensors) const {
    constexpr int most = most_held_columns<T>;
    constexpr auto any = column_sharing::any;
    auto kernel =
        plan.held
            ? kernels::template columns<width, singly, most, true, any, Mask>()
            : kernels::template columns<width, singly, tuning::column_steps, false, any, Mask>();
    if constexpr (!Mask::is_there) {
      constexpr int most_lone = singly ? most / 2 : most;
      if (plan.sharing == 1) {
        if (shape.columns <= most_lone)
          return launch_lone<width, singly, most_lone>(plan, tensors...);
      } else if (plan.held && plan.threads() == 32) {
        kernel =
            kernels::template columns<width, singly, most, true, column_sharing::one_warp, Mask>();
      } else if (plan.held && plan.lanes == 32) {
        kernel =
            kernels::template columns<width, singly, most, true, column_sharing::warps, Mask>();
      }
    }
    return run_columns<width>(kernel, plan, tensors...);
  }
  template <int width, class Kernel, class... Tensors>
  cudaError_t run_columns(Kernel kernel, column_plan const& plan, Tensors const&... tensors) const {
    std::int64_t const places = divided_up(shape.inner, width);
    column_shape const columns{divisor(places),
                               shape.outer * places,
                               shape.inner,
                               shape.columns / plan.sharing,
                               static_cast<int>(shape.columns % plan.sharing),
                               log2_of(plan.lanes)};
    return run(kernel, grid_of(divided_up(columns.all_places, plan.lanes)), plan.threads(), 0, op,
               column_tensor_of(tensors)..., call, columns);
  }

  template <class... Parameters>
  cudaError_t run(void (*kernel)(Parameters...), dim3 grid, int threads, int shared_bytes,
                  type_identity<Parameters> const&... arguments) const {
    cudaLaunchConfig_t config{};
    config.gridDim = grid;
    config.blockDim = dim3(static_cast<unsigned>(threads));
    config.dynamicSmemBytes = static_cast<std::size_t>(shared_bytes);
    config.stream = stream;
    return cudaLaunchKernelEx(&config, kernel, arguments...);
  }
};

}  // namespace activations_cuda::kernels

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_softmax_forward(Op const& op, softmax_shape const& shape,
                                   softmax_tensor<T const> const& x, softmax_tensor<T> const& y,
                                   softmax_options<T> const& options, cudaStream_t stream) {
  kernels::row_launcher<Op, T, kernels::forward_kernels> const launcher(op, shape, options, stream);
  return launcher.launch(x, y);
}

template <class Op, class T>
cudaError_t launch_softmax_backward(Op const& op, softmax_shape const& shape,
                                    softmax_tensor<T const> const& dy,
                                    softmax_tensor<T const> const& y, softmax_tensor<T> const& dx,
                                    softmax_options<T> const& options, cudaStream_t stream) {
  kernels::row_launcher<Op, T, kernels::backward_kernels> const launcher(op, shape, options,
                                                                         stream);
  return launcher.launch(dy, y, dx);
}

}  // namespace activations_cuda

#define ACTIVATIONS_CUDA_INSTANTIATE_ROWWISE_FOR(op, T)                                          \
  template cudaError_t launch_softmax_forward(                                                   \
      op const&, softmax_shape const&, softmax_tensor<T const> const&, softmax_tensor<T> const&, \
      softmax_options<T> const&, cudaStream_t);                                                  \
  template cudaError_t launch_softmax_backward(                                                  \
      op const&, softmax_shape const&, softmax_tensor<T const> const&,                           \
      softmax_tensor<T const> const&, softmax_tensor<T> const&, softmax_options<T> const&,       \
      cudaStream_t);
