// Launches: parameters, the checks that CUDA makes before one, attributes and occupancy of
// functions.
#include "runtime_fixture.hpp"
#include "runtime_kernels.hpp"

#include <cstring>
#include <vector>

namespace {

using runtime_test::device_array;

cudaError_t launch(void const* function, dim3 grid, dim3 block, std::size_t shared = 0,
                   int* to = nullptr) {
  int value = 1;
  void* arguments[] = {&to, &value};
  return cudaLaunchKernel(function, grid, block, arguments, shared, nullptr);
}

TEST(runtime_launch, EveryThreadOfEveryBlock) {
  device_array<int> const device(5 * 70);
  kernels::number(device.get(), 5, 70, nullptr);
  std::vector<int> numbers(5 * 70);
  ASSERT_CUDA(cudaSuccess,
              cudaMemcpy(numbers.data(), device.get(), device.bytes(), cudaMemcpyDeviceToHost));
  for (int i = 0; i < 5 * 70; ++i) ASSERT_EQ(numbers[static_cast<std::size_t>(i)], i);
}

TEST(runtime_launch, ParametersOfManySizes) {
  device_array<double> const device;
  kernels::sum(1, 0.5, {2, 0.25, {4, 8, 16}}, device.get(), nullptr);
  EXPECT_EQ(device.at(), 31.75);
}

TEST(runtime_launch, ChecksTheSizes) {
  device_array<int> const device;
  for (dim3 const grid :
       {dim3(0), dim3(1, 0), dim3(1, 1, 0), dim3(1, 65536), dim3(1, 1, 65536), dim3(1u << 31)}) {
    EXPECT_CUDA(cudaErrorInvalidConfiguration,
                launch(kernels::set_function(), grid, dim3(1), 0, device.get()));
  }
  for (dim3 const block :
       {dim3(0), dim3(1025), dim3(1, 1025), dim3(1, 1, 65), dim3(32, 33), dim3(1, 0)}) {
    EXPECT_CUDA(cudaErrorInvalidConfiguration,
                launch(kernels::set_function(), dim3(1), block, 0, device.get()));
  }
  EXPECT_CUDA(cudaSuccess,
              launch(kernels::set_function(), dim3(1, 2, 3), dim3(4, 8, 32), 0, device.get()));
  EXPECT_EQ(device.at(), 1);
}

TEST(runtime_launch, ChecksTheLaunchBounds) {
  device_array<int> const device;
  EXPECT_CUDA(cudaErrorInvalidValue,
              launch(kernels::bounded_function(), dim3(1), dim3(65), 0, device.get()));
  EXPECT_CUDA(cudaSuccess, launch(kernels::bounded_function(), dim3(1), dim3(64), 0, device.get()));
  EXPECT_EQ(device.at(), 64);
}

TEST(runtime_launch, MoreSharedMemoryNeedsTheAttribute) {
  void const* const function = kernels::shared_function();
  device_array<int> const device;
  constexpr int free_bytes = 48 * 1024 - 4096;
  EXPECT_CUDA(cudaSuccess, launch(function, dim3(1), dim3(32), free_bytes, device.get()));
  EXPECT_EQ(device.at(), free_bytes);
  EXPECT_CUDA(cudaErrorInvalidValue,
              launch(function, dim3(1), dim3(32), free_bytes + 1, device.get()));
  int most = 0;
  ASSERT_CUDA(cudaSuccess,
              cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0));
  auto const attribute = cudaFuncAttributeMaxDynamicSharedMemorySize;
  EXPECT_CUDA(cudaErrorInvalidValue, cudaFuncSetAttribute(function, attribute, most - 4096 + 1));
  EXPECT_CUDA(cudaSuccess, cudaFuncSetAttribute(function, attribute, most - 4096));
  EXPECT_CUDA(cudaSuccess, launch(function, dim3(1), dim3(32),
                                  static_cast<std::size_t>(most - 4096), device.get()));
  EXPECT_EQ(device.at(), most - 4096);
}

TEST(runtime_launch, RefusesWhatIsNoKernel) {
  int host = 0;
  EXPECT_CUDA(cudaErrorInvalidDeviceFunction, launch(&host, dim3(1), dim3(1)));
  EXPECT_CUDA(cudaErrorInvalidDeviceFunction, launch(nullptr, dim3(1), dim3(1)));
  EXPECT_CUDA(cudaErrorInvalidValue,
              cudaLaunchKernel(kernels::set_function(), dim3(1), dim3(1), nullptr, 0, nullptr));
}

TEST(runtime_launch, ARefusedLaunchHasNotRunAndIsTheLastError) {
  device_array<int> const device;
  kernels::set(device.get(), 1, nullptr);
  kernels::number(device.get(), 1, 2000, nullptr);
  EXPECT_CUDA(cudaErrorInvalidConfiguration, cudaGetLastError());
  EXPECT_EQ(device.at(), 1);
}

cudaError_t launch_with(cudaLaunchAttribute attribute, int* to) {
  int value = 1;
  void* arguments[] = {&to, &value};
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(4);
  config.blockDim = dim3(1);
  config.attrs = &attribute;
  config.numAttrs = 1;
  return cudaLaunchKernelExC(&config, kernels::set_function(), arguments);
}

TEST(runtime_launch, Attributes) {
  device_array<int> const device;
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  EXPECT_CUDA(cudaSuccess, launch_with(attribute, device.get()));
  EXPECT_EQ(device.at(), 1);
  attribute.id = cudaLaunchAttributeCooperative;
  attribute.val.cooperative = 1;
  EXPECT_CUDA(cudaErrorNotSupported, launch_with(attribute, device.get()));
  attribute.id = cudaLaunchAttributeClusterDimension;
  attribute.val.clusterDim = {2, 1, 1};
  EXPECT_CUDA(cudaErrorNotSupported,
              launch_with(attribute, device.get()));  // compute capability 8.0
  attribute.val.clusterDim = {0, 1, 1};
  EXPECT_CUDA(cudaErrorInvalidClusterSize, launch_with(attribute, device.get()));
  EXPECT_CUDA(cudaErrorInvalidValue,
              cudaLaunchKernelExC(nullptr, kernels::set_function(), nullptr));
}

TEST(runtime_launch, AFunctionHasAttributes) {
  cudaFuncAttributes attributes{};
  ASSERT_CUDA(cudaSuccess, cudaFuncGetAttributes(&attributes, kernels::bounded_function()));
  EXPECT_EQ(attributes.maxThreadsPerBlock, 64);
  EXPECT_EQ(attributes.ptxVersion, 80);
  EXPECT_EQ(attributes.binaryVersion, 80);
  EXPECT_EQ(attributes.sharedSizeBytes, 0U);
  EXPECT_EQ(attributes.maxDynamicSharedSizeBytes, 48 * 1024);
  ASSERT_CUDA(cudaSuccess, cudaFuncGetAttributes(&attributes, kernels::shared_function()));
  EXPECT_EQ(attributes.maxThreadsPerBlock, 1024);
  EXPECT_EQ(attributes.sharedSizeBytes, 4096U);
}

TEST(runtime_launch, AFunctionHasANameAndParameters) {
  char const* name = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaFuncGetName(&name, kernels::set_function()));
  EXPECT_NE(std::strstr(name, "set_kernel"), nullptr) << name;
  std::size_t offset = 0, bytes = 0;
  EXPECT_CUDA(cudaSuccess, cudaFuncGetParamInfo(kernels::set_function(), 1, &offset, &bytes));
  EXPECT_EQ(offset, 8U);
  EXPECT_EQ(bytes, 4U);
  EXPECT_CUDA(cudaErrorInvalidValue,
              cudaFuncGetParamInfo(kernels::set_function(), 2, &offset, &bytes));
}

TEST(runtime_launch, OccupancyIsLimitedByThreadsBlocksAndSharedMemory) {
  auto const blocks = [](int threads, std::size_t shared) {
    int result = -1;
    EXPECT_CUDA(cudaSuccess, cudaOccupancyMaxActiveBlocksPerMultiprocessor(
                                 &result, kernels::set_function(), threads, shared));
    return result;
  };
  // Compute capability 8.0: 2,048 threads, 32 blocks, 164 KiB with 1 KiB of each block reserved.
  EXPECT_EQ(blocks(32, 0), 32);
  EXPECT_EQ(blocks(33, 0), 32);
  EXPECT_EQ(blocks(128, 0), 16);
  EXPECT_EQ(blocks(1024, 0), 2);
  EXPECT_EQ(blocks(128, 40 * 1024), 4);
  EXPECT_EQ(blocks(128, 49 * 1024), 0);
  EXPECT_EQ(blocks(1025, 0), 0);
  int result = 0;
  EXPECT_CUDA(cudaErrorInvalidValue, cudaOccupancyMaxActiveBlocksPerMultiprocessor(
                                         &result, kernels::set_function(), 0, 0));
}

TEST(runtime_launch, AKernelsHandleServesAsWell) {
  device_array<int> const device;
  cudaKernel_t kernel = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaGetKernel(&kernel, kernels::set_function()));
  EXPECT_CUDA(cudaSuccess, launch(kernel, dim3(1), dim3(1), 0, device.get()));
  EXPECT_EQ(device.at(), 1);
  int host = 0;
  EXPECT_CUDA(cudaErrorInvalidDeviceFunction, cudaGetKernel(&kernel, &host));
}

}  // namespace
