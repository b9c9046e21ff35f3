#include "launches.hpp"

#include <gtest/gtest.h>

int main(int argc, char** argv) {
  foreign::start_recording(argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
