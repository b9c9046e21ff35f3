#pragma once

#include <activations_cuda/config.h>
#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

namespace activations_cuda {

// A bad argument throws std::invalid_argument, and nothing has been launched or written. Its what()
// names the argument, its value and what is allowed.

/// The operation exists, but not for this activation or these parameters: backward_from_output
/// where the output does not determine the gradient.
class ACTIVATIONS_CUDA_EXPORT unsupported : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// A CUDA call failed. What the outputs hold is unspecified.
class ACTIVATIONS_CUDA_EXPORT cuda_error : public std::runtime_error {
 public:
  cuda_error(cudaError_t code, std::string const& what) : std::runtime_error(what), code_(code) {}
  cudaError_t code() const noexcept { return code_; }

 private:
  cudaError_t code_;
};

}  // namespace activations_cuda
