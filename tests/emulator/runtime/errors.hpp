// How the runtime's functions fail: an exception inside, a code and the thread's last error
// outside.
#pragma once

#include <cuda_runtime_api.h>

#include <exception>
#include <string>

namespace emulator::runtime {

/// What a call or a piece of queued work fails with; the message says why, for the reader of
/// stderr, and check which of the emulator's checks has found it.
struct failure {
  cudaError_t code;
  std::string message;
  std::string check = {};
};

class api_error : public std::exception {
 public:
  api_error(cudaError_t code, std::string message) : failure_{code, std::move(message)} {}
  cudaError_t code() const { return failure_.code; }
  std::string const& message() const { return failure_.message; }
  char const* what() const noexcept override { return failure_.message.c_str(); }

 private:
  failure failure_;
};

/// Records the code as this thread's last error and returns it.
cudaError_t remember(cudaError_t code);

/// The device's sticky error: set by a kernel's fault, returned by every later call, cleared by
/// cudaDeviceReset.
cudaError_t sticky_error();
void set_sticky_error(failure const& cause);
void clear_sticky_error();

/// True on the thread that executes a host function of a stream, which may not call CUDA.
bool& inside_host_function();

/// A framed message on stderr.
void report(std::string const& title, std::string const& message);

/// Writes why a call fails to stderr where ACTIVATIONS_EMULATOR_EXPLAIN asks for it.
void explain(char const* function, cudaError_t code, char const* message);

enum class after_fault { fails, works };

/// The frame of every entry point: runs the body and turns what it throws into the code that the
/// call returns.
template <class Body>
cudaError_t entry(char const* function, after_fault policy, Body&& body) noexcept {
  cudaError_t code = cudaSuccess;
  try {
    if (inside_host_function()) {
      throw api_error(cudaErrorNotPermitted, "a host function of a stream may not call CUDA");
    }
    if (policy == after_fault::fails && sticky_error() != cudaSuccess) {
      throw api_error(sticky_error(), "an earlier kernel has faulted");
    }
    body();
    return cudaSuccess;
  } catch (api_error const& error) {
    code = error.code();
    explain(function, code, error.what());
  } catch (std::bad_alloc const&) {
    code = cudaErrorMemoryAllocation;
    explain(function, code, "the host has no more memory");
  } catch (std::exception const& error) {
    code = cudaErrorUnknown;
    explain(function, code, error.what());
  }
  return remember(code);
}

template <class Body>
cudaError_t entry(char const* function, Body&& body) noexcept {
  return entry(function, after_fault::fails, static_cast<Body&&>(body));
}

}  // namespace emulator::runtime
