#include "device_array.hpp"
#include "rowwise.hpp"

#include <cudnn.h>
#include <new>
#include <string>

namespace bench {

namespace {

void check_cudnn(cudnnStatus_t status, char const* what) {
  if (status == CUDNN_STATUS_ALLOC_FAILED) throw std::bad_alloc();
  if (status != CUDNN_STATUS_SUCCESS)
    throw unsupported(std::string(what) + ": " + cudnnGetErrorString(status));
}

template <class T>
constexpr cudnnDataType_t type = CUDNN_DATA_FLOAT;
template <>
constexpr cudnnDataType_t type<double> = CUDNN_DATA_DOUBLE;
template <>
constexpr cudnnDataType_t type<__half> = CUDNN_DATA_HALF;
template <>
constexpr cudnnDataType_t type<__nv_bfloat16> = CUDNN_DATA_BFLOAT16;

/// A handle and what all tensors of a call are, for the life of the program.
struct cudnn {
  cudnnHandle_t handle{};
  cudnnTensorDescriptor_t tensor{};

  cudnn() {
    check_cudnn(cudnnCreate(&handle), "cudnnCreate");
    check_cudnn(cudnnCreateTensorDescriptor(&tensor), "cudnnCreateTensorDescriptor");
  }
};

template <class T>
void launch(call<T> const& c, cudaStream_t stream) {
  static cudnn const the;
  act::softmax_shape const shape = softmax_shape_of(c);
  check_cudnn(cudnnSetStream(the.handle, stream), "cudnnSetStream");
  check_cudnn(cudnnSetTensor4dDescriptor(
                  the.tensor, CUDNN_TENSOR_NCHW, type<T>, static_cast<int>(shape.outer),
                  static_cast<int>(shape.columns), static_cast<int>(shape.inner), 1),
              "cudnnSetTensor4dDescriptor");
  // The mode over channels, with which frameworks call it.
  auto const algorithm = c.op == rowwise::log_softmax ? CUDNN_SOFTMAX_LOG : CUDNN_SOFTMAX_ACCURATE;
  typename act::arithmetic_for<T>::real const one = 1, zero = 0;
  if (c.way == rowwise::forward)
    check_cudnn(cudnnSoftmaxForward(the.handle, algorithm, CUDNN_SOFTMAX_MODE_CHANNEL, &one,
                                    the.tensor, c.in[0], &zero, the.tensor, c.out[0]),
                "cudnnSoftmaxForward");
  else
    check_cudnn(
        cudnnSoftmaxBackward(the.handle, algorithm, CUDNN_SOFTMAX_MODE_CHANNEL, &one, the.tensor,
                             c.in[1], the.tensor, c.in[0], &zero, the.tensor, c.out[0]),
        "cudnnSoftmaxBackward");
}

}  // namespace

template <class T>
launcher<T> softmax_of_cudnn() {
  return launch<T>;
}

template launcher<float> softmax_of_cudnn();
template launcher<double> softmax_of_cudnn();
template launcher<__half> softmax_of_cudnn();
template launcher<__nv_bfloat16> softmax_of_cudnn();

}  // namespace bench
