// Kernels that load values which nobody wrote, and what must become of them.
#pragma once

#include "ptx_runner.hpp"

#include <gtest/gtest.h>

namespace emulator::undefined_values {

// %r0: thread; %r1: address of the thread's 16 bytes of `tile`, of which it has written the third
// word (its number) and bytes 12 and 15 of the fourth; %u: its first word, which nobody wrote; %q:
// whether %u is 0; %v: %u in thread 0, its number in others, and %n: whether this is thread 0;
// %yes, %no: true, false; %d0: address of the thread's word of global memory, all of them written.
inline std::string kernel(std::string const& body) {
  return ".version 9.0\n.target sm_90\n.address_size 64\n.shared .align 16 .b8 tile[1024];\n"
         ".global .align 1 .b8 text[3] = {37, 100, 0};\n"
         ".extern .func (.param .b32 n) vprintf(.param .b64 format, .param .b64 list);\n"
         ".func (.param .b32 result) second(.param .b32 a, .param .b32 b)\n{\n.reg .u32 %r;\n"
         "ld.param.u32 %r, [b];\nst.param.u32 [result], %r;\nret;\n}\n"
         ".visible .entry k(.param .u64 a)\n{\n.local .align 16 .b8 stack[32];\n"
         ".reg .u32 %r<20>, %u, %v, %x, %y, %z;\n.reg .u16 %h<4>;\n.reg .u64 %d<8>;\n"
         ".reg .f32 %f<4>;\n.reg .pred %p<4>, %q, %n, %yes, %no;\n"
         "ld.param.u64 %d0, [a];\nmov.u32 %r0, %tid.x;\nmul.wide.u32 %d1, %r0, 4;\n"
         "add.u64 %d0, %d0, %d1;\nmov.u32 %r1, tile;\nshl.b32 %r2, %r0, 4;\n"
         "add.u32 %r1, %r1, %r2;\nst.shared.u32 [%r1+8], %r0;\nmov.u16 %h0, 5;\n"
         "st.shared.u8 [%r1+12], %h0;\nst.shared.u8 [%r1+15], %h0;\n"
         "setp.eq.u32 %yes, %r0, %r0;\nsetp.ne.u32 %no, %r0, %r0;\nsetp.eq.u32 %n, %r0, 0;\n"
         "ld.shared.u32 %u, [%r1];\nsetp.eq.u32 %q, %u, 0;\nselp.u32 %v, %u, %r0, %n;\n" +
         body + "\nret;\n}\n";
}

inline std::string const use_x = "st.global.u32 [%d0], %x;\n";
inline std::string const branch_on_p0 = "@%p0 bra END;\nmov.u32 %x, 1;\nEND:\n";
inline std::string const stored = "stored to global memory";
inline std::string const branched = "used to decide a branch";
inline std::string const half_written = "ld.shared.u32 %y, [%r1+12];\n";  // bytes 1 and 2 are not

struct example {
  char const* name;
  std::string body;
  std::string use;  // as the message says; empty if nothing is wrong
};

inline void PrintTo(example const& e, std::ostream* to) { *to << e.name; }

inline std::string name_of(testing::TestParamInfo<example> const& info) { return info.param.name; }

inline void expect_as_told(example const& e) {
  ptx_runner runner(kernel(e.body));
  device_array<std::uint32_t> out(std::vector<std::uint32_t>(32));
  auto const result = runner.run("k", {out.address()});
  if (e.use.empty()) {
    EXPECT_FALSE(result) << result->message;
    return;
  }
  ASSERT_TRUE(result);
  EXPECT_EQ(result->kind, fault_kind::uninitialized_read) << result->message;
  EXPECT_NE(result->message.find("uninitialised value " + e.use), std::string::npos)
      << result->message;
  EXPECT_NE(result->message.find("it was read at PTX line"), std::string::npos) << result->message;
}

}  // namespace emulator::undefined_values
