// Other kernels for the activations of the table, to be compiled and read, never run:
// bench/sass_report --peers. PEER_ELEMENT is the storage type.
//
// cub::DeviceTransform with the library's own function objects, as a user of both would call it;
// and the plain kernel, an element a thread at a time, with the formulas of formulas.hpp.
#include "../glu_function.cuh"
#include "formulas.hpp"

#include <activations_cuda/activations.hpp>
#include <cub/device/device_transform.cuh>
#include <thrust/iterator/zip_iterator.h>

#include <cstdint>

namespace peers {

namespace act = activations_cuda;

template <class Activation, class T>
struct gradient_of {
  Activation activation;
  __device__ T operator()(T dy, T x) const { return activation.backward(dy, x); }
};

template <class Op, class T>
cudaError_t cub_transforms(T const* dy, T const* x, T* y, T* dx, std::int64_t n,
                           cudaStream_t stream) {
  auto const activation = act::functor<T>(Op{});
  cub::DeviceTransform::Transform(x, y, n, activation, stream);
  return cub::DeviceTransform::Transform(cuda::std::make_tuple(dy, x), dx, n,
                                         gradient_of<decltype(activation), T>{activation}, stream);
}

template <class Unit, class T>
cudaError_t cub_glu_transforms(T const* dy, T const* gate, T const* up, T* y, T* dgate, T* dup,
                               std::int64_t n, cudaStream_t stream) {
  cub::DeviceTransform::Transform(cuda::std::make_tuple(gate, up), y, n,
                                  bench::gated_forward<Unit, T>(Unit{}), stream);
  return cub::DeviceTransform::Transform(cuda::std::make_tuple(dy, gate, up),
                                         thrust::make_zip_iterator(dgate, dup), n,
                                         bench::gated_backward<Unit, T>(Unit{}), stream);
}

__device__ inline std::int64_t first_element() {
  return static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}
__device__ inline std::int64_t elements_apart() {
  return static_cast<std::int64_t>(gridDim.x) * blockDim.x;
}

template <class Formula, class T>
__global__ void plain_forward_kernel(Formula formula, T const* x, T* y, std::int64_t n) {
  for (std::int64_t i = first_element(); i < n; i += elements_apart())
    y[i] = act::from_real<T>(formula.forward(act::to_real(x[i])));
}

template <class Formula, class T>
__global__ void plain_backward_kernel(Formula formula, T const* dy, T const* x, T* dx,
                                      std::int64_t n) {
  for (std::int64_t i = first_element(); i < n; i += elements_apart())
    dx[i] = act::from_real<T>(formula.backward(act::to_real(dy[i]), act::to_real(x[i])));
}

template <class Formula, class T>
__global__ void plain_glu_forward_kernel(Formula formula, T const* gate, T const* up, T* y,
                                         std::int64_t n) {
  for (std::int64_t i = first_element(); i < n; i += elements_apart())
    y[i] = act::from_real<T>(formula.forward(act::to_real(gate[i]), act::to_real(up[i])));
}

template <class Formula, class T>
__global__ void plain_glu_backward_kernel(Formula formula, T const* dy, T const* gate, T const* up,
                                          T* dgate, T* dup, std::int64_t n) {
  for (std::int64_t i = first_element(); i < n; i += elements_apart()) {
    float const g = act::to_real(gate[i]);
    float const d = act::to_real(dy[i]);
    dgate[i] = act::from_real<T>(formula.backward_gate(d, g, act::to_real(up[i])));
    dup[i] = act::from_real<T>(formula.backward_up(d, g));
  }
}

#define POINTWISE(name, text)                                                                 \
  template __global__ void plain_forward_kernel(formulas::name, PEER_ELEMENT const*,          \
                                                PEER_ELEMENT*, std::int64_t);                 \
  template __global__ void plain_backward_kernel(                                             \
      formulas::name, PEER_ELEMENT const*, PEER_ELEMENT const*, PEER_ELEMENT*, std::int64_t); \
  template cudaError_t cub_transforms<act::name>(PEER_ELEMENT const*, PEER_ELEMENT const*,    \
                                                 PEER_ELEMENT*, PEER_ELEMENT*, std::int64_t,  \
                                                 cudaStream_t);
#define GLU(name, activation, text)                                                                \
  template __global__ void plain_glu_forward_kernel(                                               \
      formulas::name, PEER_ELEMENT const*, PEER_ELEMENT const*, PEER_ELEMENT*, std::int64_t);      \
  template __global__ void plain_glu_backward_kernel(formulas::name, PEER_ELEMENT const*,          \
                                                     PEER_ELEMENT const*, PEER_ELEMENT const*,     \
                                                     PEER_ELEMENT*, PEER_ELEMENT*, std::int64_t);  \
  template cudaError_t cub_glu_transforms<act::name>(                                              \
      PEER_ELEMENT const*, PEER_ELEMENT const*, PEER_ELEMENT const*, PEER_ELEMENT*, PEER_ELEMENT*, \
      PEER_ELEMENT*, std::int64_t, cudaStream_t);
#include <activations_cuda/activations.def>

}  // namespace peers
