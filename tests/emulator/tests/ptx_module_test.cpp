#include "ptx_text.hpp"

#include <gtest/gtest.h>

namespace emulator::ptx {
namespace {

TEST(Module, HeaderAndSourceLines) {
  module const parsed = parse(
      "// comment\n.version 8.7\r\n.target sm_90a, debug\n.address_size 64\n\n.global .u32 x;");
  EXPECT_EQ(parsed.version, "8.7");
  EXPECT_EQ(parsed.target, "sm_90a");
  EXPECT_EQ(parsed.address_size, 64u);
  ASSERT_EQ(parsed.source_lines.size(), 6u);
  EXPECT_EQ(parsed.source_lines[0], "// comment");
  EXPECT_EQ(parsed.source_lines[5], ".global .u32 x;");
  EXPECT_EQ(parsed.variables.at(0).line, 6);
}

TEST(Module, EntryWithParametersAndDirectives) {
  module const parsed = parse(module_header + R"(
.weak .entry kernel(
  .param .u64 .ptr .global .align 16 kernel_param_0,
  .param .align 4 .b8 kernel_param_1[12],
  .param .f32 kernel_param_2
)
.maxntid 256, 2, 1
.minnctapersm 2
.reqnctapercluster 2, 1, 1
.explicitcluster
.pragma "nounroll";
{
  ret;
})");
  function const& kernel = parsed.functions.at(0);
  EXPECT_EQ(kernel.name, "kernel");
  EXPECT_TRUE(kernel.is_entry);
  EXPECT_FALSE(kernel.is_declaration);
  EXPECT_EQ(kernel.line, 5);
  ASSERT_EQ(kernel.parameters.size(), 3u);
  EXPECT_EQ(kernel.parameters[0].type, scalar_type::u64);
  EXPECT_EQ(kernel.parameters[0].alignment, 8u);  // its own, not that of the data behind it
  EXPECT_EQ(kernel.parameters[1].bytes(), 12u);
  EXPECT_EQ(kernel.parameters[1].alignment, 4u);
  EXPECT_EQ(kernel.parameters[1].space, state_space::param);
  EXPECT_EQ(kernel.parameters[2].name, "kernel_param_2");
  EXPECT_EQ(kernel.directives.at("maxntid"), (std::vector<std::uint32_t>{256, 2, 1}));
  EXPECT_EQ(kernel.directives.at("minnctapersm"), std::vector<std::uint32_t>{2});
  EXPECT_EQ(kernel.directives.at("reqnctapercluster"), (std::vector<std::uint32_t>{2, 1, 1}));
  EXPECT_TRUE(kernel.directives.at("explicitcluster").empty());
  EXPECT_EQ(kernel.directives.size(), 4u);
}

TEST(Module, DeviceFunctionsMayBeDeclaredFirst) {
  module const parsed = parse(module_header + R"(
.func  (.param .align 16 .b8 func_retval0[16]) f
(
  .param .b32 f_param_0
)
;
.extern .func __assertfail (.param .b64 a) .noreturn;
.func  (.param .align 16 .b8 func_retval0[16]) f(.param .b32 f_param_0)
{
  .reg .b32 %r<2>;
  ld.param.b32 %r1, [f_param_0];
  st.param.b32 [func_retval0+12], %r1;
  ret;
}
.visible .func .attribute(.unified(1,2)) g() { ret; })");
  ASSERT_EQ(parsed.functions.size(), 4u);
  EXPECT_TRUE(parsed.functions[0].is_declaration);
  EXPECT_TRUE(parsed.functions[1].is_declaration);
  EXPECT_EQ(parsed.functions[1].directives.count("noreturn"), 1u);
  function const& f = parsed.functions[2];
  EXPECT_FALSE(f.is_declaration);
  EXPECT_FALSE(f.is_entry);
  ASSERT_EQ(f.return_values.size(), 1u);
  EXPECT_EQ(f.return_values[0].bytes(), 16u);
  EXPECT_EQ(to_text(f, f.body.at(1)), "st.param.b32 [func_retval0+12],%r1");
  EXPECT_EQ(parsed.functions[3].name, "g");
}

TEST(Module, AFunctionWithoutListsAndOneThatCallsItself) {
  module const parsed = parse(module_header + ".func f { call.uni f; ret; }");
  EXPECT_EQ(to_text(parsed.functions.at(0), parsed.functions[0].body.at(0)), "call.uni f");
}

TEST(Module, AnAliasIsACopyOfItsTarget) {
  module const parsed = parse(module_header + ".func f() { ret; } .func g(); .alias g, f;");
  ASSERT_EQ(parsed.functions.size(), 3u);
  EXPECT_EQ(parsed.functions[2].name, "g");
  EXPECT_FALSE(parsed.functions[2].is_declaration);
  EXPECT_EQ(parsed.functions[2].body.size(), 1u);
}

TEST(Module, AnExternalVariableMayBeDefinedLater) {
  module const parsed =
      parse(module_header + ".extern .global .u32 x[2]; .visible .global .u32 x[2] = {1, 2};");
  ASSERT_EQ(parsed.variables.size(), 1u);
  EXPECT_FALSE(parsed.variables[0].external);
  EXPECT_EQ(parsed.variables[0].initial_bytes.size(), 8u);
}

TEST(Module, DirectivesWithoutEffectAreDropped) {
  module const parsed = parse(module_header + R"(
.file 1 "/a/b.cu"
.file 2 "c.cu", 123, 456
.pragma "one", "two";
.entry k()
{
  .loc 1 2 0
$L__func_begin0:
  .loc 1 2 8, function_name $L__info_string0, inlined_at 1 10 3
  .loc 1 2 8, function_name $L__info_string0+4, inlined_at 1 10 3
  .pragma "nounroll";
  ret;
$L__func_end0:
}
.section .debug_str
{
$L__info_string0:
.b8 95,90,0
}
.section .debug_info { .b32 .debug_abbrev .b64 $L__func_begin0 { } }
)");
  ASSERT_EQ(parsed.functions.size(), 1u);
  EXPECT_EQ(parsed.functions[0].body.size(), 1u);
  EXPECT_EQ(parsed.functions[0].labels.at("$L__func_end0"), 1u);
}

TEST(Module, AnEmptyOneIsNotAnError) {
  module const parsed = parse(module_header);
  EXPECT_TRUE(parsed.functions.empty());
  EXPECT_TRUE(parsed.variables.empty());
}

}  // namespace
}  // namespace emulator::ptx
