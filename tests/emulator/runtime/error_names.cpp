// cudaGetErrorName and cudaGetErrorString.
#include <cuda_runtime_api.h>

namespace {

struct row {
  cudaError_t code;
  char const* name;
  char const* text;
};

constexpr row rows[] = {
#define ROW(name, text) {name, #name, text},
#include "runtime/error_table.def"
#undef ROW
};

constexpr row unknown = {cudaErrorUnknown, "unrecognized error code", "unrecognized error code"};

row const& find(cudaError_t code) {
  for (row const& candidate : rows) {
    if (candidate.code == code) return candidate;
  }
  return unknown;
}

}  // namespace

extern "C" char const* cudaGetErrorName(cudaError_t error) { return find(error).name; }
extern "C" char const* cudaGetErrorString(cudaError_t error) { return find(error).text; }
