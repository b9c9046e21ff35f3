#include "support/accuracy_table.hpp"

#include "support/device_buffer.hpp"

#include <cuda_runtime_api.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace support {

void record(measurement const& m) {
  char const* const path = std::getenv("ACTIVATIONS_CUDA_ACCURACY_TABLE");
  if (path == nullptr) return;
  cudaDeviceProp device;
  check(cudaGetDeviceProperties(&device, 0), "cudaGetDeviceProperties");
  std::ofstream file(path, std::ios::app);
  file << m.family << '\t' << m.op << '\t' << m.type << '\t' << m.direction << '\t' << m.allowed
       << '\t' << m.unit << '\t' << m.worst << '\t' << m.where << '\t' << m.elements << '\t'
       << device.name << ", sm_" << device.major << device.minor << '\n';
  if (!file.flush())
    throw std::runtime_error(std::string("ACTIVATIONS_CUDA_ACCURACY_TABLE is ") + path +
                             ", which cannot be written");
}

}  // namespace support
