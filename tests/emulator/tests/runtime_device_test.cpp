// The emulated device: properties, attributes, limits and versions.
#include "runtime_fixture.hpp"

namespace {

int attribute(cudaDeviceAttr which) {
  int value = -1;
  EXPECT_CUDA(cudaSuccess, cudaDeviceGetAttribute(&value, which, 0));
  return value;
}

TEST(runtime_device, ThereIsOne) {
  int count = 0, current = -1;
  EXPECT_CUDA(cudaSuccess, cudaGetDeviceCount(&count));
  EXPECT_EQ(count, 1);
  EXPECT_CUDA(cudaSuccess, cudaSetDevice(0));
  EXPECT_CUDA(cudaSuccess, cudaGetDevice(&current));
  EXPECT_EQ(current, 0);
  EXPECT_CUDA(cudaErrorInvalidDevice, cudaSetDevice(1));
  EXPECT_CUDA(cudaErrorInvalidDevice, cudaSetDevice(-1));
}

TEST(runtime_device, SaysWhatItIs) {
  cudaDeviceProp properties{};
  ASSERT_CUDA(cudaSuccess, cudaGetDeviceProperties(&properties, 0));
  EXPECT_STREQ(properties.name, "PTX emulator (compute capability 8.0)");
  EXPECT_EQ(properties.major, 8);
  EXPECT_EQ(properties.minor, 0);
  EXPECT_EQ(properties.warpSize, 32);
  EXPECT_CUDA(cudaErrorInvalidDevice, cudaGetDeviceProperties(&properties, 1));
}

TEST(runtime_device, PropertiesAndAttributesAgree) {
  cudaDeviceProp properties{};
  ASSERT_CUDA(cudaSuccess, cudaGetDeviceProperties(&properties, 0));
  EXPECT_EQ(properties.maxGridSize[0], attribute(cudaDevAttrMaxGridDimX));
  EXPECT_EQ(properties.maxThreadsDim[2], attribute(cudaDevAttrMaxBlockDimZ));
  EXPECT_EQ(properties.multiProcessorCount, attribute(cudaDevAttrMultiProcessorCount));
  EXPECT_EQ(properties.maxThreadsPerMultiProcessor,
            attribute(cudaDevAttrMaxThreadsPerMultiProcessor));
  EXPECT_EQ(static_cast<int>(properties.sharedMemPerBlockOptin),
            attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin));
  EXPECT_EQ(static_cast<int>(properties.sharedMemPerMultiprocessor),
            attribute(cudaDevAttrMaxSharedMemoryPerMultiprocessor));
  EXPECT_EQ(properties.maxBlocksPerMultiProcessor,
            attribute(cudaDevAttrMaxBlocksPerMultiprocessor));
}

TEST(runtime_device, EveryAttributeHasAValue) {
  for (int which = 1; which < cudaDevAttrMax; ++which) {
    EXPECT_GE(attribute(static_cast<cudaDeviceAttr>(which)), -1) << which;
  }
  EXPECT_GT(attribute(cudaDevAttrMaxGridDimX), 0);  // cub::DeviceScan would launch for ever
  int value = 0;
  EXPECT_CUDA(cudaErrorInvalidValue,
              cudaDeviceGetAttribute(&value, static_cast<cudaDeviceAttr>(0), 0));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaDeviceGetAttribute(&value, cudaDevAttrMax, 0));
}

TEST(runtime_device, KeepsLimits) {
  std::size_t value = 0;
  EXPECT_CUDA(cudaSuccess, cudaDeviceSetLimit(cudaLimitStackSize, 4096));
  EXPECT_CUDA(cudaSuccess, cudaDeviceGetLimit(&value, cudaLimitStackSize));
  EXPECT_EQ(value, 4096U);
  EXPECT_CUDA(cudaErrorUnsupportedLimit, cudaDeviceGetLimit(&value, static_cast<cudaLimit>(7)));
}

TEST(runtime_device, HasTheVersionOfItsHeaders) {
  int runtime = 0, driver = 0;
  EXPECT_CUDA(cudaSuccess, cudaRuntimeGetVersion(&runtime));
  EXPECT_CUDA(cudaSuccess, cudaDriverGetVersion(&driver));
  EXPECT_EQ(runtime / 1000, CUDART_VERSION / 1000);
  EXPECT_GE(driver, runtime);
}

}  // namespace
