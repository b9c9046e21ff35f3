// Calls from several threads at once, each on its stream; and each thread's own last error.
#include "support/rowwise_call.hpp"
#include "support/softmax_device_case.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace {

using support::check;
using support::device_buffer;
using support::host_array;

constexpr int thread_count = 8;

template <class Body>
void in_threads(Body const& body) {
  std::vector<std::thread> threads;
  for (int t = 0; t < thread_count; ++t) threads.emplace_back(body, t);
  for (std::thread& thread : threads) thread.join();
}

TEST(contract_threads, ResultsAreThoseOfOneThread) {
  support::storage const& type = support::storages[ACT_FLOAT32];
  constexpr std::int64_t n = 3000;
  act_softmax const softmax = support::softmax_named("softmax");
  std::vector<host_array> inputs;
  std::vector<host_array> expected;
  for (int t = 0; t < thread_count; ++t) {
    host_array x(type, n);
    for (std::size_t i = 0; i < x.size(); ++i)
      x.set(i, static_cast<double>((i * 7 + static_cast<std::size_t>(t)) % 13) - 6);
    inputs.push_back(x);
    host_array const hidden = support::call(support::op_named(act_op_name(t % act_op_count())),
                                            support::direction::forward, nullptr, x);
    expected.push_back(support::call(softmax, nullptr, {hidden, 3, n / 3}));
  }

  std::atomic<int> right{0};
  in_threads([&](int t) {
    cudaStream_t stream;
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    act_op const op = support::op_named(act_op_name(t % act_op_count()));
    auto const index = static_cast<std::size_t>(t);
    device_buffer const x(inputs[index]);
    device_buffer const y(inputs[index].bytes());
    // The upload is the default stream's, for which a non-blocking stream does not wait.
    check(cudaStreamSynchronize(nullptr), "cudaStreamSynchronize");
    for (int turn = 0; turn < 20; ++turn) {
      bool const queued =
          act_forward(&op, type.dtype, x.get(), y.get(), n, stream) == ACT_OK &&
          act_softmax_forward(&softmax, type.dtype, y.get(), y.get(), 3, n / 3, stream) == ACT_OK;
      check(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
      if (queued && y.download(type) == expected[index]) ++right;
    }
    check(cudaStreamDestroy(stream), "cudaStreamDestroy");
  });
  EXPECT_EQ(right, thread_count * 20);
}

TEST(contract_threads, MaskedRowsAreThoseOfOneThread) {
  support::storage const& type = support::storages[ACT_BFLOAT16];
  std::mt19937_64 random(support::seed());
  support::softmax_case const with(type, 300, 1, {true, true, true, true}, random);
  std::mt19937_64 same = random;
  act_softmax const op = support::softmax_named("softmin");
  support::softmax_device_case const alone(type, with, random);
  ASSERT_TRUE(alone.forward(op) == ACT_OK && alone.backward(op) == ACT_OK) << act_last_error();
  auto const expected = alone.results();
  std::vector<support::softmax_device_case> cases;
  cases.reserve(thread_count);
  for (int t = 0; t < thread_count; ++t) {
    std::mt19937_64 again = same;
    cases.emplace_back(type, with, again);
  }
  check(cudaDeviceSynchronize(), "the uploads");
  std::atomic<int> right{0};
  in_threads([&](int t) {
    auto const& own = cases[static_cast<std::size_t>(t)];
    cudaStream_t stream;
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    bool const queued = own.forward(op, stream) == ACT_OK && own.backward(op, stream) == ACT_OK;
    check(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    if (queued && own.results() == expected) ++right;
    check(cudaStreamDestroy(stream), "cudaStreamDestroy");
  });
  EXPECT_EQ(right, thread_count);
}

TEST(contract_threads, EachHasItsOwnLastError) {
  std::atomic<int> right{0};
  in_threads([&](int t) {
    bool fine = std::string(act_last_error()).empty() && act_last_cuda_error() == 0;
    act_op op = support::op_named("relu");
    for (int turn = 0; turn < 200; ++turn) {
      std::int64_t const n = -1 - t;
      fine = fine &&
             act_forward(&op, ACT_FLOAT32, nullptr, nullptr, n, nullptr) == ACT_INVALID_ARGUMENT;
      fine = fine && std::string(act_last_error()).find("n is " + std::to_string(n) + ";") !=
                         std::string::npos;
      // Successes leave it.
      fine = fine && act_forward(&op, ACT_FLOAT32, nullptr, nullptr, 0, nullptr) == ACT_OK;
      fine = fine && !std::string(act_last_error()).empty();
    }
    if (fine) ++right;
  });
  EXPECT_EQ(right, thread_count);
}

}  // namespace
