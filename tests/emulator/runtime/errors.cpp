#include "runtime/errors.hpp"

#include "runtime/environment.hpp"

#include <atomic>
#include <cstdio>

namespace emulator::runtime {

namespace {

thread_local cudaError_t last = cudaSuccess;
std::atomic<cudaError_t> sticky{cudaSuccess};

}  // namespace

cudaError_t remember(cudaError_t code) {
  last = code;
  return code;
}

cudaError_t sticky_error() { return sticky.load(); }

void set_sticky_error(failure const& cause) {
  cudaError_t none = cudaSuccess;
  if (!sticky.compare_exchange_strong(none, cause.code)) return;
  std::string const check = cause.check.empty() ? "" : ", " + cause.check;
  report(cudaGetErrorName(cause.code) + check, cause.message);
}

void clear_sticky_error() { sticky = cudaSuccess; }

bool& inside_host_function() {
  thread_local bool inside = false;
  return inside;
}

void report(std::string const& title, std::string const& message) {
  std::string text = "========= PTX emulator: " + title + "\n";
  for (std::size_t at = 0; at < message.size();) {
    std::size_t const end = std::min(message.find('\n', at), message.size());
    text += "=========     " + message.substr(at, end - at) + "\n";
    at = end + 1;
  }
  text += "=========\n";
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void explain(char const* function, cudaError_t code, char const* message) {
  // What is not emulated is always said; after a fault each call would say it again.
  bool const not_emulated = code == cudaErrorNotSupported && sticky_error() == cudaSuccess;
  if ((!settings().explain && !not_emulated) || code == cudaErrorNotReady) return;
  report(std::string(function) + " returns " + cudaGetErrorName(code), message);
}

// Declared in not_emulated.cpp, which cannot include CUDA's headers.
int refuse_not_emulated(char const* function);

int refuse_not_emulated(char const* function) {
  report("not emulated", std::string(function) + " returns cudaErrorNotSupported");
  return remember(cudaErrorNotSupported);
}

}  // namespace emulator::runtime

using namespace emulator::runtime;

extern "C" cudaError_t cudaPeekAtLastError() {
  return sticky_error() != cudaSuccess ? sticky_error() : last;
}

extern "C" cudaError_t cudaGetLastError() {
  cudaError_t const result = cudaPeekAtLastError();
  last = cudaSuccess;
  return result;
}
