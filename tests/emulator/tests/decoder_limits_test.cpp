// Short texts that ask for more than there is: refused by name, in no time.
#include "ptx_runner.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

std::string const header = ".version 9.0\n.target sm_90\n.address_size 64\n";

/// Why the kernel k of the text does not run.
std::string refusal(std::string const& text) {
  try {
    ptx_runner runner(header + text);
    auto const result = runner.run("k", {});
    if (!result) return "it ran";
    EXPECT_EQ(result->kind, fault_kind::unsupported);
    return result->message;
  } catch (std::runtime_error const& error) {
    return error.what();
  }
}

void expect_refusal(std::string const& text, std::string const& words) {
  std::string const message = refusal(text);
  EXPECT_NE(message.find(words), std::string::npos) << message;
}

std::string kernel(std::string const& body) {
  return ".visible .entry k()\n{\n" + body + "ret;\n}\n";
}

/// Functions f0, f1, ..., each of which has the body of its own or calls the one before.
std::string functions(int count, std::string const& first, int calls) {
  std::string text = ".func f0()\n{\n" + first + "ret;\n}\n";
  for (int i = 1; i < count; ++i) {
    text += ".func f" + std::to_string(i) + "()\n{\n";
    for (int k = 0; k < calls; ++k) text += "call f" + std::to_string(i - 1) + ", ();\n";
    text += "ret;\n}\n";
  }
  return text;
}

TEST(DecoderLimits, CallsThatDoubleAtEveryLevel) {
  expect_refusal(functions(40, ".reg .b32 %r;\nmov.b32 %r, 0;\n", 2) + kernel("call f39, ();\n"),
                 "in a kernel that has more than 500000 instructions with its calls inlined");
}

TEST(DecoderLimits, CallsAThousandDeep) {
  expect_refusal(functions(1000, "", 1) + kernel("call f999, ();\n"), "100 calls deep");
  EXPECT_EQ(refusal(functions(100, "", 1) + kernel("call f99, ();\n")), "it ran");
}

TEST(DecoderLimits, Registers) {
  expect_refusal(functions(2, ".reg .b64 %r<1000000>;\n", 2) + kernel("call f1, ();\n"),
                 "more than 256 MiB of registers a warp, with the calls inlined");
  expect_refusal(kernel(".reg .b128 %r<1000000>;\n"), "more than 256 MiB of registers a warp");
}

TEST(DecoderLimits, LocalMemory) {
  expect_refusal(kernel(".local .b8 x[524288];\n.local .b8 y[4294967295];\n"),
                 "more than 512 KiB of local memory a thread, with y of line 7");
  EXPECT_EQ(refusal(kernel(".local .b8 x[524288];\n")), "it ran");
}

TEST(DecoderLimits, SharedMemory) {
  expect_refusal(kernel(".shared .b8 x[4294967296];\n"),
                 "line 6: with x there are more than 1024 KiB of static shared memory");
}

TEST(DecoderLimits, Parameters) {
  expect_refusal(".visible .entry k(.param .b8 p[32764], .param .b8 q)\n{\nret;\n}\n",
                 "line 4: with q the kernel has more than 32764 bytes of parameters");
}

}  // namespace
}  // namespace emulator
