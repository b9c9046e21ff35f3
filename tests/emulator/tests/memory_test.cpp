// Device memory: addresses that the host cannot touch, sparse backing, validity that follows the
// bytes.
#include "core/memory.hpp"

#include "core/memory_layout.hpp"

#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <string>

namespace {

using emulator::device_memory;

TEST(memory, KeepsWhatIsWritten) {
  device_memory& memory = device_memory::instance();
  std::uint64_t const a = memory.allocate(1000, "test");
  ASSERT_NE(a, 0U);
  EXPECT_EQ(a % 256, 0U);
  char text[1000];
  std::memset(text, 'x', sizeof(text));
  memory.write(a, text, sizeof(text));
  char back[1000] = {};
  memory.read(a, back, sizeof(back));
  EXPECT_EQ(std::memcmp(text, back, sizeof(text)), 0);
  EXPECT_TRUE(memory.release(a));
  EXPECT_FALSE(memory.release(a));
}

TEST(memory, TheHostCannotTouchIt) {
  std::uint64_t const a = device_memory::instance().allocate(64, "test");
  EXPECT_DEATH(*reinterpret_cast<int volatile*>(a) = 1, "");
  EXPECT_TRUE(device_memory::instance().release(a));
}

TEST(memory, KnowsTheBoundsOfAllocations) {
  device_memory& memory = device_memory::instance();
  std::uint64_t const a = memory.allocate(100, "first");
  EXPECT_TRUE(memory.is_live(a, 100));
  EXPECT_TRUE(memory.is_live(a + 99, 1));
  EXPECT_FALSE(memory.is_live(a, 101));
  EXPECT_FALSE(memory.is_live(a + 100, 1));
  EXPECT_FALSE(memory.is_live(a - 1, 1));
  EXPECT_NE(memory.describe(a + 104).find("4 bytes past the end of the 100-byte allocation"),
            std::string::npos)
      << memory.describe(a + 104);
  EXPECT_TRUE(memory.release(a));
  EXPECT_FALSE(memory.is_live(a, 1));
  EXPECT_NE(memory.describe(a + 8).find("at byte 8 of the freed 100-byte allocation"),
            std::string::npos)
      << memory.describe(a + 8);
}

TEST(memory, ValidityFollowsTheBytes) {
  namespace layout = emulator::layout;
  device_memory& memory = device_memory::instance();
  std::uint64_t const a = memory.allocate(4096, "source");
  std::uint64_t const b = memory.allocate(4096, "destination");
  EXPECT_FALSE(layout::all_valid(a, 1));
  char const bytes[200] = {};
  memory.write(a + 37, bytes, 200);
  EXPECT_TRUE(layout::all_valid(a + 37, 200));
  EXPECT_FALSE(layout::all_valid(a + 36, 2));
  EXPECT_FALSE(layout::all_valid(a + 236, 2));
  std::uint32_t const pattern = 0xABCDEF01;
  memory.fill(b, &pattern, 4, 1024);
  EXPECT_TRUE(layout::all_valid(b, 4096));
  memory.copy(b, a, 300);
  EXPECT_FALSE(layout::all_valid(b, 37));
  EXPECT_TRUE(layout::all_valid(b + 37, 200));
  EXPECT_FALSE(layout::all_valid(b + 237, 63));
  EXPECT_TRUE(layout::all_valid(b + 300, 3796));
  EXPECT_TRUE(memory.release(a));
  EXPECT_TRUE(memory.release(b));
}

TEST(memory, CostsOnlyThePagesTouched) {
  device_memory& memory = device_memory::instance();
  constexpr std::uint64_t bytes = std::uint64_t{60} << 30;
  std::uint64_t const a = memory.allocate(bytes, "sparse");
  ASSERT_NE(a, 0U);
  EXPECT_EQ(memory.allocate(bytes, "too much"), 0U);
  std::uint64_t const value = 42;
  memory.write(a + bytes - 8, &value, 8);
  std::uint64_t back = 0;
  memory.read(a + bytes - 8, &back, 8);
  EXPECT_EQ(back, 42U);
  EXPECT_TRUE(memory.release(a));
  std::uint64_t const again = memory.allocate(bytes, "again");
  EXPECT_NE(again, a) << "a freed address must not come back while others are free";
  EXPECT_TRUE(memory.release(again));
}

}  // namespace
