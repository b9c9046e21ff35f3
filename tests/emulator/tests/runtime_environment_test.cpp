// The variables ACTIVATIONS_EMULATOR_*: each in a child process, since the library reads them once.
#include "runtime_fixture.hpp"
#include "runtime_kernels.hpp"

#include <cstdio>
#include <fstream>
#include <string>
#include <unistd.h>

namespace {

using runtime_test::exit_with;
using testing::ExitedWithCode;

int attribute(cudaDeviceAttr which) {
  int value = -1;
  cudaDeviceGetAttribute(&value, which, 0);
  return value;
}

TEST(runtime_environment, SetsTheComputeCapability) {
  EXPECT_EXIT(exit_with("COMPUTE_CAPABILITY", "90",
                        [] {
                          return attribute(cudaDevAttrComputeCapabilityMajor) * 10 +
                                 attribute(cudaDevAttrClusterLaunch);
                        }),
              ExitedWithCode(91), "");
  EXPECT_EXIT(exit_with("COMPUTE_CAPABILITY", "120",
                        [] { return attribute(cudaDevAttrComputeCapabilityMajor); }),
              ExitedWithCode(12), "");
}

TEST(runtime_environment, AnOlderDeviceCannotRunNewerPtx) {
  EXPECT_EXIT(exit_with("COMPUTE_CAPABILITY", "75",
                        [] {
                          kernels::trap(nullptr);
                          return cudaGetLastError() == cudaErrorNoKernelImageForDevice ? 9 : 0;
                        }),
              ExitedWithCode(9), "compute_80");
}

int launch_cluster(unsigned blocks, unsigned cluster) {
  int* to = nullptr;
  int value = 1;
  cudaMalloc(reinterpret_cast<void**>(&to), sizeof(int));
  void* arguments[] = {&to, &value};
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeClusterDimension;
  attribute.val.clusterDim = {cluster, 1, 1};
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(blocks);
  config.blockDim = dim3(1);
  config.attrs = &attribute;
  config.numAttrs = 1;
  switch (cudaLaunchKernelExC(&config, kernels::set_function(), arguments)) {
    case cudaSuccess:
      return 1;
    case cudaErrorInvalidClusterSize:
      return 2;
    case cudaErrorInvalidConfiguration:
      return 3;
    default:
      return 0;
  }
}

TEST(runtime_environment, ClustersAreCheckedWhereThereAreSome) {
  auto const status = [](unsigned blocks, unsigned cluster) {
    return [=] {
      int const result = launch_cluster(blocks, cluster);
      _exit(result);  // without what the exit of a process executes
      return 0;
    };
  };
  EXPECT_EXIT(exit_with("COMPUTE_CAPABILITY", "90", status(8, 4)), ExitedWithCode(1), "");
  EXPECT_EXIT(exit_with("COMPUTE_CAPABILITY", "90", status(16, 16)), ExitedWithCode(2), "");
  EXPECT_EXIT(exit_with("COMPUTE_CAPABILITY", "90", status(7, 4)), ExitedWithCode(3), "");
}

TEST(runtime_environment, SetsTheSizes) {
  EXPECT_EXIT(
      exit_with("MULTIPROCESSORS", "3", [] { return attribute(cudaDevAttrMultiProcessorCount); }),
      ExitedWithCode(3), "");
  EXPECT_EXIT(exit_with("MEMORY", "1048576",
                        [] {
                          void* pointer = nullptr;
                          cudaError_t const small = cudaMalloc(&pointer, 1 << 19);
                          cudaError_t const large = cudaMalloc(&pointer, 1 << 20);
                          return small == cudaSuccess && large == cudaErrorMemoryAllocation ? 9 : 0;
                        }),
              ExitedWithCode(9), "");
}

TEST(runtime_environment, RefusesWhatItCannotRead) {
  auto const any = [] { return attribute(cudaDevAttrWarpSize); };
  EXPECT_EXIT(exit_with("COMPUTE_CAPABILITY", "8.0", any), ExitedWithCode(2),
              "COMPUTE_CAPABILITY is '8.0'");
  EXPECT_EXIT(exit_with("COMPUTE_CAPABILITY", "81", any), ExitedWithCode(2),
              "is 81, allowed are 75 80");
  EXPECT_EXIT(exit_with("SEED", "-1", any), ExitedWithCode(2), "SEED");
}

// Two streams write the same value without an order between them; the last writer wins. With an
// event the second is always the last.
int last_writer(bool ordered) {
  cudaStream_t first = nullptr, second = nullptr;
  cudaEvent_t event = nullptr;
  char* memory = nullptr;
  char value = 0;
  cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking);
  cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking);
  cudaEventCreate(&event);
  cudaMalloc(reinterpret_cast<void**>(&memory), 1);
  cudaMemsetAsync(memory, 1, 1, first);
  cudaEventRecord(event, first);
  if (ordered) cudaStreamWaitEvent(second, event, 0);
  cudaMemsetAsync(memory, 2, 1, second);
  cudaDeviceSynchronize();
  cudaMemcpy(&value, memory, 1, cudaMemcpyDeviceToHost);
  return value;
}

// The exit status of a child with that seed.
int status_with_seed(int seed, bool ordered) {
  int status = -1;
  for (int const expected : {1, 2}) {
    auto const matches = [&](int raw) {
      if (ExitedWithCode(expected)(raw)) status = expected;
      return true;
    };
    EXPECT_EXIT(
        exit_with("SEED", std::to_string(seed).c_str(), [&] { return last_writer(ordered); }),
        matches, "");
  }
  return status;
}

TEST(runtime_environment, ASeedVariesTheOrderThatStreamsLeaveOpen) {
  int last[3] = {};
  for (int seed = 0; seed < 12; ++seed) {
    int const status = status_with_seed(seed, false);
    ASSERT_TRUE(status == 1 || status == 2);
    ++last[status];
    EXPECT_EQ(status_with_seed(seed, true), 2) << seed;
  }
  EXPECT_GT(last[1], 0);
  EXPECT_GT(last[2], 0);
}

TEST(runtime_environment, ExplainsRefusals) {
  EXPECT_EXIT(exit_with("EXPLAIN", "1",
                        [] { return cudaMalloc(nullptr, 4) == cudaErrorInvalidValue ? 9 : 0; }),
              ExitedWithCode(9), "cudaMalloc returns cudaErrorInvalidValue");
}

TEST(runtime_environment, ReportsLeaks) {
  auto const allocate = [](bool release) {
    return [=] {
      void* pointer = nullptr;
      cudaMalloc(&pointer, 1234);
      if (release) cudaFree(pointer);
      return 0;
    };
  };
  EXPECT_EXIT(exit_with("LEAKS", "1", allocate(false)), ExitedWithCode(0),
              "never freed.*1234-byte allocation");
  EXPECT_EXIT(exit_with("LEAKS", "1", allocate(true)), ExitedWithCode(0), "^$");
}

TEST(runtime_environment, SumsUp) {
  EXPECT_EXIT(exit_with("SUMMARY", "1",
                        [] {
                          int* to = nullptr;
                          cudaMalloc(reinterpret_cast<void**>(&to), 4);
                          kernels::set(to, 1, nullptr);
                          kernels::set(to, 2, nullptr);
                          return cudaDeviceSynchronize() == cudaSuccess ? 0 : 1;
                        }),
              ExitedWithCode(0), "2 kernels launched, .* lane instructions");
}

TEST(runtime_environment, WritesCountersOfEachLaunch) {
  std::string const path = testing::TempDir() + "emulator_counters_" + std::to_string(getpid());
  EXPECT_EXIT(exit_with("COUNTERS", path.c_str(),
                        [] {
                          int* to = nullptr;
                          cudaMalloc(reinterpret_cast<void**>(&to), 4);
                          kernels::set(to, 1, nullptr);
                          kernels::set(to, 2, nullptr);
                          return cudaDeviceSynchronize() == cudaSuccess ? 0 : 1;
                        }),
              ExitedWithCode(0), "");
  std::ifstream file(path);
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    EXPECT_NE(line.find("\"global_store\": {\"requests\": 1, \"lanes\": 1, \"bytes\": 4, "
                        "\"sectors\": 1, \"distinct_sectors\": 1,"),
              std::string::npos)
        << line;
  }
  EXPECT_EQ(lines, 2);
  std::remove(path.c_str());
}

}  // namespace
