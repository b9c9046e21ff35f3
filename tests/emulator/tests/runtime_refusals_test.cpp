// What the runtime leaves out on purpose is refused by name, whatever the environment says.
#include "runtime_fixture.hpp"
#include "runtime_kernels.hpp"
#include "runtime_refusals_kernels.hpp"

#include <functional>
#include <string>

namespace {

struct refusal {
  char const* name;
  std::function<cudaError_t()> call;
  char const* message;
};

void PrintTo(refusal const& row, std::ostream* out) { *out << row.name; }

cudaError_t launch_cooperatively() {
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeCooperative;
  attribute.val.cooperative = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = config.blockDim = dim3(1);
  config.attrs = &attribute;
  config.numAttrs = 1;
  return cudaLaunchKernelExC(&config, kernels::set_function(), nullptr);
}

refusal const refusals[] = {
    {"ManagedMemory",
     [] {
       void* pointer = nullptr;
       return cudaMallocManaged(&pointer, 4, cudaMemAttachGlobal);
     },
     "cudaMallocManaged returns cudaErrorNotSupported"},
    {"ManagedVariable", launch_with_managed_variable, "managed memory is not emulated"},
    {"CooperativeLaunch",
     [] {
       return cudaLaunchCooperativeKernel(kernels::set_function(), dim3(1), dim3(1), nullptr, 0,
                                          nullptr);
     },
     "cudaLaunchCooperativeKernel returns cudaErrorNotSupported"},
    {"CooperativeAttribute", launch_cooperatively, "cooperative launches are not emulated"},
    {"TextureObject",
     [] {
       cudaTextureObject_t texture = 0;
       cudaResourceDesc resource{};
       cudaTextureDesc description{};
       return cudaCreateTextureObject(&texture, &resource, &description, nullptr);
     },
     "cudaCreateTextureObject returns cudaErrorNotSupported"},
    {"SurfaceObject",
     [] {
       cudaSurfaceObject_t surface = 0;
       cudaResourceDesc resource{};
       return cudaCreateSurfaceObject(&surface, &resource);
     },
     "cudaCreateSurfaceObject returns cudaErrorNotSupported"},
    {"Array",
     [] {
       cudaArray_t array = nullptr;
       cudaChannelFormatDesc format{};
       return cudaMallocArray(&array, &format, 4, 4, 0);
     },
     "cudaMallocArray returns cudaErrorNotSupported"},
};

class runtime_refusals : public testing::TestWithParam<refusal> {};

TEST_P(runtime_refusals, SayWhatIsNotEmulated) {
  testing::internal::CaptureStderr();
  EXPECT_CUDA(cudaErrorNotSupported, GetParam().call());
  std::string const message = testing::internal::GetCapturedStderr();
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
  (void)cudaGetLastError();
}

INSTANTIATE_TEST_SUITE_P(, runtime_refusals, testing::ValuesIn(refusals),
                         [](auto const& tested) { return tested.param.name; });

// Programs that ask first find another way.
TEST(runtime_refused_features, TheDeviceSaysThatItHasNone) {
  for (auto const attribute : {cudaDevAttrManagedMemory, cudaDevAttrConcurrentManagedAccess,
                               cudaDevAttrCooperativeLaunch, cudaDevAttrPageableMemoryAccess}) {
    int can = -1;
    EXPECT_CUDA(cudaSuccess, cudaDeviceGetAttribute(&can, attribute, 0));
    EXPECT_EQ(can, 0) << attribute;
  }
}

}  // namespace
