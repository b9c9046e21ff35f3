// CUB's and Thrust's algorithms on the emulator, against the standard library: code that nobody
// here wrote. Each test says which of their kernels it means to run, so that it cannot pass on
// another path.
#pragma once

#include "device_vector.hpp"
#include "inputs.hpp"
#include "launches.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <vector>

namespace foreign {

// Of the architecture that the test's own kernels are of.
static __global__ void probe() {}

struct expected_kernel {
  char const* name;          // a part of the mangled name
  std::uint64_t blocks = 1;  // in one launch at least
};

/// Whose PTX is to run, 80 for 8.0.
inline int architecture() {
  char const* const set = std::getenv("ACTIVATIONS_EMULATOR_COMPUTE_CAPABILITY");
  return set == nullptr ? 80 : std::atoi(set);
}

class fixture : public testing::Test {
 protected:
  void SetUp() override {
    cudaFuncAttributes attributes{};
    ASSERT_EQ(cudaFuncGetAttributes(&attributes, probe), cudaSuccess);
    ASSERT_EQ(attributes.ptxVersion, architecture()) << "this is not the PTX that was asked for";
    new_launches();
  }

  void TearDown() override {
    expect_no_error();
    EXPECT_FALSE(launches().empty()) << "no kernel was launched";
  }

  std::vector<launch> const& launches() {
    expect_no_error();
    auto const more = new_launches();
    launches_.insert(launches_.end(), more.begin(), more.end());
    return launches_;
  }

  void expect_kernels(std::vector<expected_kernel> const& kernels) {
    for (expected_kernel const& kernel : kernels) {
      std::uint64_t most = 0;
      for (launch const& each : launches()) {
        if (each.kernel.find(kernel.name) != std::string::npos) most = std::max(most, each.blocks);
      }
      EXPECT_GE(most, kernel.blocks) << "blocks of a " << kernel.name << ", 0: none was launched";
    }
  }

 private:
  std::vector<launch> launches_;
};

template <class T>
class typed_fixture : public fixture {};

}  // namespace foreign
