// Every type through the C++ API, compiled as plain C++: forward, backward and softmax on the
// device, against the library's references on the host.
#include <activations_cuda/activations.hpp>
#include <activations_cuda/reference.hpp>
#include <activations_cuda/softmax.hpp>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime_api.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace act = activations_cuda;

namespace {

void check(cudaError_t status) {
  if (status != cudaSuccess) throw std::runtime_error(cudaGetErrorString(status));
}

template <class T>
class device_array {
 public:
  explicit device_array(std::size_t n) : n_(n) { check(cudaMalloc(&data_, n * sizeof(T))); }
  explicit device_array(std::vector<T> const& from) : device_array(from.size()) {
    check(cudaMemcpy(data_, from.data(), n_ * sizeof(T), cudaMemcpyHostToDevice));
  }
  device_array(device_array const&) = delete;
  device_array& operator=(device_array const&) = delete;
  ~device_array() { cudaFree(data_); }

  T* get() const { return static_cast<T*>(data_); }
  std::vector<T> on_host() const {
    std::vector<T> values(n_);
    check(cudaMemcpy(values.data(), data_, n_ * sizeof(T), cudaMemcpyDeviceToHost));
    return values;
  }

 private:
  void* data_ = nullptr;
  std::size_t n_;
};

// leaky_relu is exact in every type, and so is softmax of four equal numbers.
template <class T>
void expect_same(std::string const& what, std::vector<T> const& got,
                 std::vector<T> const& expected) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::memcmp(&got[i], &expected[i], sizeof(T)) != 0) {
      throw std::runtime_error(what + "[" + std::to_string(i) + "] is " +
                               std::to_string(static_cast<double>(act::to_real(got[i]))) +
                               " instead of " +
                               std::to_string(static_cast<double>(act::to_real(expected[i]))));
    }
  }
}

template <class T>
void try_type(char const* name, cudaStream_t stream) {
  constexpr std::int64_t n = 1001;
  act::leaky_relu const op{0.25};
  std::vector<T> x;
  for (int i = 0; i < n; ++i) x.push_back(static_cast<T>(static_cast<float>(i % 64 - 32)));
  std::vector<T> const ones(n, static_cast<T>(1.0F));
  std::vector<T> y(n);
  std::vector<T> dx(n);
  act::reference::forward(op, x.data(), y.data(), n);
  act::reference::backward(op, ones.data(), x.data(), dx.data(), n);

  device_array<T> const device_x(x);
  device_array<T> const device_dy(ones);
  device_array<T> const device_y(n);
  act::forward(op, device_x.get(), device_y.get(), n, stream);
  check(cudaStreamSynchronize(stream));
  expect_same(std::string("y of ") + name, device_y.on_host(), y);
  act::backward(op, device_dy.get(), device_x.get(), device_y.get(), n, stream);
  check(cudaStreamSynchronize(stream));
  expect_same(std::string("dx of ") + name, device_y.on_host(), dx);

  act::forward(act::softmax{}, device_dy.get(), device_y.get(), n / 4, 4, stream);
  check(cudaStreamSynchronize(stream));
  std::vector<T> rows = device_y.on_host();
  rows.resize(n / 4 * 4);
  expect_same(std::string("softmax of ") + name, rows,
              std::vector<T>(rows.size(), static_cast<T>(0.25F)));

  // Along the first axis, in place.
  act::softmax_shape const shape{1, 4, n / 4};
  act::forward(act::softmin{}, shape, act::contiguous<T const>(device_dy.get(), shape),
               act::contiguous(device_dy.get(), shape), act::softmax_options<T>{}, stream);
  check(cudaStreamSynchronize(stream));
  rows = device_dy.on_host();
  rows.resize(n / 4 * 4);
  expect_same(std::string("softmin of ") + name, rows,
              std::vector<T>(rows.size(), static_cast<T>(0.25F)));
  std::printf("%s: forward, backward, softmax and softmin agree\n", name);
}

}  // namespace

int main() {
  try {
    cudaStream_t stream = nullptr;
    check(cudaStreamCreate(&stream));
    try_type<float>("float", stream);
    try_type<double>("double", stream);
    try_type<__half>("half", stream);
    try_type<__nv_bfloat16>("bfloat16", stream);
    check(cudaStreamDestroy(stream));
  } catch (std::exception const& error) {
    std::fprintf(stderr, "consumer: %s\n", error.what());
    return 1;
  }
  return 0;
}
