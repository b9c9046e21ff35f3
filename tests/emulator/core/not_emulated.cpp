#include "core/not_emulated.hpp"

namespace emulator {

namespace {

struct feature {
  std::string_view beginning;
  std::string_view name;
};

constexpr std::string_view textures = "textures and surfaces";
constexpr std::string_view tensor_cores = "tensor cores";
constexpr std::string_view tensor_maps = "tensor-map copies";
constexpr std::string_view launches = "dynamic parallelism";

constexpr feature features[] = {
    {"tex.", textures},
    {"tld4.", textures},
    {"txq.", textures},
    {"istypep.", textures},
    {"suld.", textures},
    {"sust.", textures},
    {"sured.", textures},
    {"suq.", textures},
    {"mma.", tensor_cores},
    {"wmma.", tensor_cores},
    {"wgmma.", tensor_cores},
    {"tcgen05.", tensor_cores},
    {"ldmatrix.", tensor_cores},
    {"stmatrix.", tensor_cores},
    {"movmatrix.", tensor_cores},
    {"cp.async.bulk.tensor.", tensor_maps},
    {"cp.async.bulk.prefetch.tensor.", tensor_maps},
    {"cp.reduce.async.bulk.tensor.", tensor_maps},
    {"tensormap.", tensor_maps},
    {"fence.proxy.tensormap", tensor_maps},
    {"%envreg", "cooperative launches"},
    {"__cudaCDP2", launches},
    {"cudaLaunchDevice", launches},
    {"cudaGetParameterBuffer", launches},
};

}  // namespace

std::string feature_not_emulated(std::string_view word) {
  for (auto const& [beginning, name] : features) {
    if (word.substr(0, beginning.size()) == beginning) {
      return ": " + std::string(name) +
             (name == launches ? " is not emulated" : " are not emulated");
    }
  }
  return "";
}

}  // namespace emulator
