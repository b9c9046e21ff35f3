// Copies and fills: every kind, one and two dimensions, wrong directions and ranges.
#include "runtime_fixture.hpp"

#include <numeric>
#include <vector>

namespace {

using runtime_test::device_array;

std::vector<int> numbers(std::size_t count) {
  std::vector<int> result(count);
  std::iota(result.begin(), result.end(), 1);
  return result;
}

TEST(runtime_copy, GoesThereAndBack) {
  for (cudaMemcpyKind const up : {cudaMemcpyHostToDevice, cudaMemcpyDefault}) {
    for (std::size_t const count : {1U, 1000U, 100000U}) {
      auto const sent = numbers(count);
      std::vector<int> received(count);
      device_array<int> const first(count), second(count);
      EXPECT_CUDA(cudaSuccess, cudaMemcpy(first.get(), sent.data(), first.bytes(), up));
      EXPECT_CUDA(cudaSuccess, cudaMemcpy(second.get(), first.get(), first.bytes(),
                                          up == cudaMemcpyDefault ? up : cudaMemcpyDeviceToDevice));
      EXPECT_CUDA(cudaSuccess, cudaMemcpy(received.data(), second.get(), first.bytes(),
                                          up == cudaMemcpyDefault ? up : cudaMemcpyDeviceToHost));
      EXPECT_EQ(sent, received);
    }
  }
}

TEST(runtime_copy, FromHostToHost) {
  auto const sent = numbers(10);
  std::vector<int> received(10);
  EXPECT_CUDA(cudaSuccess, cudaMemcpy(received.data(), sent.data(), 40, cudaMemcpyHostToHost));
  EXPECT_EQ(sent, received);
}

TEST(runtime_copy, RefusesWrongDirections) {
  device_array<int> const device(4);
  int host[4] = {};
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemcpy(host, device.get(), 16, cudaMemcpyHostToDevice));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemcpy(device.get(), host, 16, cudaMemcpyDeviceToHost));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemcpy(device.get(), host, 16, cudaMemcpyDeviceToDevice));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemcpy(device.get(), host, 16, cudaMemcpyHostToHost));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemcpy(device.get(), nullptr, 16, cudaMemcpyHostToDevice));
}

TEST(runtime_copy, RefusesRangesBeyondTheAllocation) {
  device_array<int> const device(4);
  int host[8] = {};
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemcpy(device.get(), host, 17, cudaMemcpyHostToDevice));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemcpy(host, device.get() + 3, 5, cudaMemcpyDeviceToHost));
  EXPECT_CUDA(cudaErrorInvalidValue,
              cudaMemcpyAsync(host, device.get() - 1, 4, cudaMemcpyDefault, nullptr));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemset(device.get(), 0, 17));
  EXPECT_CUDA(cudaSuccess, cudaMemcpy(device.get() + 4, host, 0, cudaMemcpyHostToDevice));
}

TEST(runtime_copy, TwoDimensions) {
  // 3 rows of 2 ints, out of rows of 4 into rows of 5 and back into rows of 2.
  auto const sent = numbers(12);
  device_array<int> const device(15);
  EXPECT_CUDA(cudaSuccess,
              cudaMemcpy2D(device.get(), 20, sent.data(), 16, 8, 3, cudaMemcpyHostToDevice));
  std::vector<int> received(6);
  EXPECT_CUDA(cudaSuccess,
              cudaMemcpy2D(received.data(), 8, device.get(), 20, 8, 3, cudaMemcpyDeviceToHost));
  EXPECT_EQ(received, (std::vector<int>{1, 2, 5, 6, 9, 10}));
  EXPECT_EQ(device.at(2), 0);
  EXPECT_CUDA(cudaErrorInvalidPitchValue,
              cudaMemcpy2D(device.get(), 20, sent.data(), 4, 8, 3, cudaMemcpyHostToDevice));
  EXPECT_CUDA(cudaErrorInvalidValue,
              cudaMemcpy2D(device.get(), 20, sent.data(), 8, 8, 4, cudaMemcpyHostToDevice));
}

TEST(runtime_copy, FillsBytes) {
  device_array<int> const device(4);
  EXPECT_CUDA(cudaSuccess, cudaMemset(device.get() + 1, 0x1FF, 8));  // the low byte counts
  EXPECT_EQ(device.at(0), 0);
  EXPECT_EQ(device.at(1), -1);
  EXPECT_EQ(device.at(2), -1);
  EXPECT_EQ(device.at(3), 0);
  EXPECT_CUDA(cudaSuccess, cudaMemset2D(device.get(), 8, 1, 1, 2));
  EXPECT_EQ(device.at(0), 1);
  EXPECT_EQ(device.at(2), ~0xFF | 1);
}

TEST(runtime_copy, FillingHostMemoryIsRefused) {
  int host = 0;
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemset(&host, 0, sizeof(host)));
}

TEST(runtime_copy, APageableSourceIsReadAtTheCall) {
  runtime_test::created_stream const stream;
  device_array<int> const device;
  int source = 1;
  EXPECT_CUDA(cudaSuccess,
              cudaMemcpyAsync(device.get(), &source, 4, cudaMemcpyHostToDevice, stream));
  source = 2;
  EXPECT_EQ(device.at(), 1);
}

TEST(runtime_copy, APinnedSourceIsReadWhenTheStreamGetsThere) {
  runtime_test::created_stream const stream;
  device_array<int> const device;
  runtime_test::pinned_int const source(1);
  EXPECT_CUDA(cudaSuccess,
              cudaMemcpyAsync(device.get(), source.get(), 4, cudaMemcpyHostToDevice, stream));
  *source.get() = 2;
  EXPECT_EQ(device.at(), 2);
}

TEST(runtime_copy, APageableDestinationIsWrittenAtTheCall) {
  runtime_test::created_stream const stream;
  device_array<int> const device;
  EXPECT_CUDA(cudaSuccess, cudaMemsetAsync(device.get(), 1, 4, stream));
  int received = 0;
  EXPECT_CUDA(cudaSuccess,
              cudaMemcpyAsync(&received, device.get(), 4, cudaMemcpyDeviceToHost, stream));
  EXPECT_EQ(received, 0x01010101);
}

}  // namespace
