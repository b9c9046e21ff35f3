// What device code calls and CUDA provides: printf, assert, malloc, free.
#include "core/device_printf.hpp"
#include "ptx_runner.hpp"

#include <cstring>
#include <gtest/gtest.h>

namespace emulator {
namespace {

/// A buffer of arguments as vprintf takes it, and strings beside it.
class device_text {
 public:
  /// Appends a value at its natural alignment.
  template <class T>
  device_text& add(T value) {
    arguments_.resize((arguments_.size() + sizeof(T) - 1) / sizeof(T) * sizeof(T));
    auto const* const bytes = reinterpret_cast<unsigned char const*>(&value);
    arguments_.insert(arguments_.end(), bytes, bytes + sizeof(T));
    return *this;
  }
  formatted_text format(std::string const& format) const {
    // Addresses: 1000 for the format, 2000 for the arguments, 3000 for a string.
    return format_device_text(1000, 2000, [&](std::uint64_t address, unsigned bytes) {
      std::uint64_t value = 0;
      if (address >= 3000) {
        std::memcpy(&value, &"text"[address - 3000], bytes);
      } else if (address >= 2000) {
        EXPECT_LE(address - 2000 + bytes, arguments_.size());
        std::memcpy(&value, &arguments_[address - 2000], bytes);
      } else {
        std::memcpy(&value, &format.c_str()[address - 1000], bytes);
      }
      return value;
    });
  }

 private:
  std::vector<unsigned char> arguments_;
};

TEST(DevicePrintf, FormatsEveryKindOfArgument) {
  auto const result = device_text()
                          .add(-7)
                          .add(4000000000U)
                          .add(255)
                          .add(std::int64_t{-5000000000})
                          .add(1.5)
                          .add(int{'c'})
                          .add(std::uint64_t{3000})
                          .format("%d|%u|%#06x|%lld|%8.3f|%c|%-6s|%%");
  EXPECT_EQ(result.text, "-7|4000000000|0x00ff|-5000000000|   1.500|c|text  |%");
  EXPECT_EQ(result.arguments, 7);
}

TEST(DevicePrintf, TakesWidthsAndLengths) {
  EXPECT_EQ(device_text().add(6).add(42).format("%*d").text, "    42");
  EXPECT_EQ(device_text().add(0x12345).format("%hx").text, "2345");
  EXPECT_EQ(device_text().add(0x1FF).format("%hhd").text, "-1");
  EXPECT_EQ(device_text().add(std::uint64_t{0x4000}).format("%p").text, "0x4000");
  EXPECT_EQ(device_text().format("100%").text, "100%");
}

std::string const header =
    ".version 9.0\n.target sm_80\n.address_size 64\n"
    ".extern .func (.param .b32 r) vprintf(.param .b64 f, .param .b64 a);\n"
    ".extern .func __assertfail(.param .b64 m, .param .b64 f, .param .b32 l, .param .b64 n, "
    ".param .b64 c);\n"
    ".extern .func (.param .b64 r) malloc(.param .b64 n);\n.extern .func free(.param .b64 p);\n"
    // "%d\n", "n > 0", "a.cu" and "f" with their ends.
    ".global .align 1 .b8 format[4] = {37, 100, 10};\n"
    ".global .align 1 .b8 message[6] = {110, 32, 62, 32, 48};\n"
    ".global .align 1 .b8 file[5] = {97, 46, 99, 117};\n.global .align 1 .b8 name[2] = {102};\n";

ptx_runner runner_of(std::string const& body) {
  return ptx_runner(header +
                    ".visible .entry k(.param .u64 out)\n{\n.reg .b64 %d<8>;\n.reg .u32 %r<4>;\n"
                    ".reg .pred %p;\n.local .align 8 .b8 buffer[8];\nld.param.u64 %d0, [out];\n"
                    "mov.u32 %r0, %tid.x;\n" +
                    body + "\nret;\n}\n");
}

TEST(SystemCalls, PrintALineALane) {
  auto runner = runner_of(
      "setp.gt.u32 %p, %r0, 2;\n@%p ret;\nst.local.u32 [buffer], %r0;\nmov.u64 %d1, buffer;\n"
      "cvta.local.u64 %d1, %d1;\nmov.u64 %d2, format;\ncvta.global.u64 %d2, %d2;\n"
      "{\n.param .b64 f;\n.param .b64 a;\n.param .b32 r;\nst.param.b64 [f], %d2;\n"
      "st.param.b64 [a], %d1;\ncall.uni (r), vprintf, (f, a);\nld.param.b32 %r1, [r];\n}\n"
      "st.global.u32 [%d0], %r1;");
  device_array<std::uint32_t> out(1);
  testing::internal::CaptureStdout();
  runner.run_clean("k", {out.address()});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "0\n1\n2\n");
  EXPECT_EQ(out.read()[0], 1U);
}

TEST(SystemCalls, AssertionsStopTheKernel) {
  auto runner = runner_of(
      "setp.ne.u32 %p, %r0, 5;\n@%p ret;\nmov.u64 %d1, message;\nmov.u64 %d2, file;\n"
      "mov.u64 %d3, name;\nmov.u64 %d4, 1;\n{\n.param .b64 m;\n.param .b64 f;\n.param .b32 l;\n"
      ".param .b64 n;\n.param .b64 c;\nst.param.b64 [m], %d1;\nst.param.b64 [f], %d2;\n"
      "st.param.b32 [l], 33;\nst.param.b64 [n], %d3;\nst.param.b64 [c], %d4;\n"
      "call.uni __assertfail, (m, f, l, n, c);\n}");
  auto const fault = runner.run("k", {0});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, fault_kind::assertion);
  EXPECT_NE(fault->message.find("a.cu:33: f: assertion `n > 0` failed"), std::string::npos)
      << fault->message;
  EXPECT_NE(fault->message.find("thread (5, 0, 0)"), std::string::npos) << fault->message;
}

std::string const allocate =
    "mov.u64 %d1, 100;\n{\n.param .b64 n;\n.param .b64 r;\nst.param.b64 [n], %d1;\n"
    "call.uni (r), malloc, (n);\nld.param.b64 %d2, [r];\n}\nst.u32 [%d2+96], %r0;\n"
    "ld.u32 %r1, [%d2+96];\nmul.wide.u32 %d3, %r0, 4;\nadd.u64 %d3, %d3, %d0;\n"
    "st.global.u32 [%d3], %r1;\n";
std::string const release = "{\n.param .b64 p;\nst.param.b64 [p], %d2;\ncall.uni free, (p);\n}\n";

TEST(SystemCalls, EveryLaneHasMemoryOfItsOwn) {
  auto runner = runner_of(allocate + release);
  device_array<std::uint32_t> out(32);
  std::size_t const before = device_memory::instance().live_count();
  runner.run_clean("k", {out.address()});
  for (std::uint32_t i = 0; i < 32; ++i) EXPECT_EQ(out.read()[i], i);
  EXPECT_EQ(device_memory::instance().live_count(), before);
}

TEST(SystemCalls, FreedMemoryIsGone) {
  device_array<std::uint32_t> out(32);
  auto const used =
      runner_of(allocate + release + "ld.u32 %r1, [%d2+96];").run("k", {out.address()});
  ASSERT_TRUE(used);
  EXPECT_EQ(used->kind, fault_kind::use_after_free) << used->message;
  auto const twice = runner_of(allocate + release + release).run("k", {out.address()});
  ASSERT_TRUE(twice);
}

}  // namespace
}  // namespace emulator
