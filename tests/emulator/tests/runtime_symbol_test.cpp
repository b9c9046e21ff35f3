// __device__ and __constant__ variables: first values, addresses, copies, and their life.
#include "runtime_fixture.hpp"
#include "runtime_kernels.hpp"

namespace {

using runtime_test::device_array;

int counter_value() {
  int value = 0;
  EXPECT_CUDA(cudaSuccess, cudaMemcpyFromSymbol(&value, kernels::counter_symbol(), sizeof(int)));
  return value;
}

TEST(runtime_symbol, VariablesKeepTheirValuesBetweenLaunches) {
  device_array<int> const device;
  int const start = counter_value();
  kernels::count(device.get(), nullptr);
  kernels::count(device.get(), nullptr);
  EXPECT_EQ(device.at(), start + start + 1);
  EXPECT_EQ(counter_value(), start + 2);
}

TEST(runtime_symbol, CopiesGoToPartsOfAVariable) {
  device_array<int> const device;
  int const value = 30;
  EXPECT_CUDA(cudaSuccess,
              cudaMemcpyToSymbol(kernels::table_symbol(), &value, sizeof(int), 2 * sizeof(int)));
  kernels::look_up(2, device.get(), nullptr);
  EXPECT_EQ(device.at(), 30);
  kernels::look_up(3, device.get(), nullptr);
  EXPECT_EQ(device.at(), 4);
  int all[4] = {};
  EXPECT_CUDA(cudaSuccess, cudaMemcpyFromSymbol(all, kernels::table_symbol(), sizeof(all)));
  EXPECT_EQ(all[0], 1);
  EXPECT_EQ(all[2], 30);
}

TEST(runtime_symbol, RefusesWhatLiesOutside) {
  int value[5] = {};
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemcpyToSymbol(kernels::table_symbol(), value, 20));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemcpyFromSymbol(value, kernels::table_symbol(), 4, 16));
  EXPECT_CUDA(cudaErrorInvalidSymbol, cudaMemcpyToSymbol(&value, value, 4));
  EXPECT_CUDA(cudaErrorInvalidMemcpyDirection,
              cudaMemcpyToSymbol(kernels::table_symbol(), value, 4, 0, cudaMemcpyDeviceToHost));
}

TEST(runtime_symbol, HasAnAddressAndASize) {
  void* address = nullptr;
  std::size_t bytes = 0;
  EXPECT_CUDA(cudaSuccess, cudaGetSymbolAddress(&address, kernels::counter_symbol()));
  EXPECT_CUDA(cudaSuccess, cudaGetSymbolSize(&bytes, kernels::counter_symbol()));
  EXPECT_EQ(bytes, sizeof(int));
  kernels::set(static_cast<int*>(address), 77, nullptr);
  EXPECT_EQ(counter_value(), 77);
  EXPECT_CUDA(cudaErrorInvalidValue, cudaFree(address));
}

TEST(runtime_symbol, AResetGivesTheFirstValueBack) {
  {
    device_array<int> const device;
    kernels::count(device.get(), nullptr);
  }
  EXPECT_NE(counter_value(), 5);
  EXPECT_CUDA(cudaSuccess, cudaDeviceReset());
  EXPECT_EQ(counter_value(), 5);
}

}  // namespace
