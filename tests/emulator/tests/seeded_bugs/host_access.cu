// Host code that dereferences device pointers: a segmentation fault, as on a GPU, after a report.
#include "program.cuh"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace {

using namespace seeded;

__global__ void set_kernel(int* to, int value) { to[threadIdx.x] = value; }

template <bool correct>
bool result_read_through_the_device_pointer() {
  device_array<int> result(1, 0);
  set_kernel<<<1, 1>>>(result.get(), 6);
  cudaDeviceSynchronize();
  if constexpr (correct) return result.read()[0] == 6;
  return *static_cast<int volatile*>(result.get()) == 6;
}

template <bool correct>
bool device_array_filled_on_the_host() {
  device_array<float> x(256);
  std::vector<float> host(256);
  float volatile* const to = correct ? host.data() : x.get();
  for (int i = 0; i < 256; ++i) to[i] = 1;
  cudaMemcpy(x.get(), host.data(), 1024, cudaMemcpyHostToDevice);
  return x.read() == host;
}

template <bool correct>
bool memcpy_for_cudaMemcpy() {
  device_array<int> const x(64, 4);
  std::vector<int> host(64);
  if constexpr (correct) {
    cudaMemcpy(host.data(), x.get(), 256, cudaMemcpyDeviceToHost);
  } else {
    std::memcpy(host.data(), x.get(), 256);
  }
  return host == filled(64, 4);
}

__device__ int settings[4];
template <bool correct>
bool address_of_a_device_variable() {
  int const values[4] = {1, 2, 3, 4};
  void* address = nullptr;
  cudaGetSymbolAddress(&address, settings);
  if constexpr (correct) {
    return cudaMemcpy(address, values, sizeof(values), cudaMemcpyHostToDevice) == cudaSuccess;
  }
  std::copy(values, values + 4, static_cast<int volatile*>(address));
  return true;
}

struct list {
  int* data;
  int size;
};
template <bool correct>
bool struct_on_the_device() {
  device_array<int> data(8, 1);
  device_array<list> const lists(1, list{data.get(), 8});
  int const size = correct ? lists.read()[0].size : lists.get()->size;
  return size == 8;
}

template <bool correct>
bool freed_memory_on_the_host() {
  int* x = nullptr;
  cudaMalloc(&x, 40);
  cudaMemset(x, 0, 40);
  int last = 1;
  if (correct) cudaMemcpy(&last, x + 9, 4, cudaMemcpyDeviceToHost);
  cudaFree(x);
  if (!correct) last = static_cast<int volatile*>(x)[9];
  return last == 0;
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::host_access, report::host_access
#define TWINS(name) name<false>, name<true>
std::vector<bug> const host_access_bugs{
    {SEEDED(result_read_through_the_device_pointer),
     {"host code reads", "at byte 0 of the 4-byte allocation #1 (cudaMalloc)"},
     TWINS(result_read_through_the_device_pointer)},
    {SEEDED(device_array_filled_on_the_host),
     {"host code writes", "at byte 0 of the 1024-byte allocation #1 (cudaMalloc)"},
     TWINS(device_array_filled_on_the_host)},
    {SEEDED(memcpy_for_cudaMemcpy),
     {"host code reads", "256-byte allocation"},
     TWINS(memcpy_for_cudaMemcpy)},
    {SEEDED(address_of_a_device_variable),
     {"host code writes", "__device__", "settings"},
     TWINS(address_of_a_device_variable)},
    {SEEDED(struct_on_the_device),
     {"host code reads", "at byte 8 of the 16-byte allocation"},
     TWINS(struct_on_the_device)},
    {SEEDED(freed_memory_on_the_host),
     {"host code reads", "at byte 36 of the freed 40-byte allocation"},
     TWINS(freed_memory_on_the_host)},
};

}  // namespace seeded
