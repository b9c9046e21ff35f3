// The shared library itself: symbol versions as in NVIDIA's, and a name for everything that is not
// emulated.
#include "runtime_fixture.hpp"

#include <dlfcn.h>

namespace {

void* versioned(char const* name) { return dlvsym(RTLD_DEFAULT, name, "libcudart.so.13"); }

TEST(runtime_library, IsTheEmulator) {
  Dl_info info{};
  ASSERT_NE(dladdr(versioned("cudaMalloc"), &info), 0);
  void* const nvidia_only = dlsym(RTLD_DEFAULT, "cuInit");
  EXPECT_EQ(nvidia_only, nullptr);
  EXPECT_NE(std::string(info.dli_fname).find("libcudart.so.13"), std::string::npos)
      << info.dli_fname;
}

TEST(runtime_library, SymbolsHaveTheVersionThatProgramsAskFor) {
  for (char const* const name :
       {"cudaMalloc", "cudaLaunchKernel", "cudaGetDeviceProperties", "__cudaRegisterFatBinary",
        "__cudaLaunchKernel_ptsz", "cudaMemcpy_ptds", "cudaGraphAddKernelNode"}) {
    EXPECT_NE(versioned(name), nullptr) << name;
  }
  EXPECT_EQ(dlsym(RTLD_DEFAULT, "_ZN8emulator13device_memory8instanceEv"), nullptr);
}

TEST(runtime_library, WhatIsNotEmulatedSaysItsName) {
  testing::internal::CaptureStderr();
  void* pointer = nullptr;
  EXPECT_CUDA(cudaErrorNotSupported, cudaMallocManaged(&pointer, 4, cudaMemAttachGlobal));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("cudaMallocManaged"), std::string::npos);
  EXPECT_CUDA(cudaErrorNotSupported, cudaGetLastError());
}

}  // namespace
