#pragma once

#include <activations_cuda/error.hpp>

#include <string>

namespace activations_cuda {

/// Turns a call's own return value into cuda_error. The error is passed on, not cleared: it is the
/// caller's too.
inline void check_call(char const* what, char const* failed, cudaError_t status) {
  if (status == cudaSuccess) return;
  throw cuda_error(status, std::string(what) + failed + ": " + cudaGetErrorName(status) + " (" +
                               cudaGetErrorString(status) + ")");
}
inline void check_launch(char const* what, cudaError_t status) {
  check_call(what, ": the kernel did not launch", status);
}

}  // namespace activations_cuda
