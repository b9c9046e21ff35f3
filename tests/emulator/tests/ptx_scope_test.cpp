#include "ptx_text.hpp"

#include <gtest/gtest.h>

namespace emulator::ptx {
namespace {

TEST(Scope, AShadowingRegisterIsAnotherRegister) {
  function const kernel = parse_kernel(R"(
    .reg .b32 %r<3>; .reg .pred p;
    { .reg .pred p; .reg .u32 r0, r1; setp.ne.u32 p, %r1, 0;
      { .reg .f32 r0; .reg .pred p; @p mov.f32 r0, 0f00000000; mov.u32 r1, 7; }
      @!p mov.u32 r0, r1; }
    @p mov.u32 %r1, 5;)");
  ASSERT_EQ(kernel.registers.size(), 9u);  // %r0-2, p, p, r0, r1, r0, p
  auto const& body = kernel.body;
  ASSERT_EQ(body.size(), 5u);
  EXPECT_EQ(body[0].operands[0].index, 4u);
  EXPECT_EQ(body[1].guard, 8u);
  EXPECT_EQ(body[1].operands[0].index, 7u);
  EXPECT_EQ(kernel.registers[7].type, scalar_type::f32);
  EXPECT_EQ(body[2].operands[0].index, 6u);
  EXPECT_EQ(body[3].guard, 4u);
  EXPECT_EQ(body[3].operands[0].index, 5u);
  EXPECT_EQ(body[4].guard, 3u);
  EXPECT_EQ(body[4].operands[0].index, 1u);
}

TEST(Scope, ARangeMayBeShadowedByARangeOrAName) {
  function const kernel = parse_kernel(
      ".reg .b32 %r<3>;\n{ .reg .b64 %r<2>; mov.b64 %r1, 0; mov.b32 %r2, 0; { .reg .f32 %r2; "
      "mov.f32 %r2, 0f00000000; } }");
  EXPECT_EQ(kernel.body.at(0).operands.at(0).index, 4u);
  EXPECT_EQ(kernel.body.at(1).operands.at(0).index, 2u);
  EXPECT_EQ(kernel.body.at(2).operands.at(0).index, 5u);
}

TEST(Scope, VariablesOfTheSameNameAreTold) {
  function const kernel = parse_kernel(R"(
    .reg .b32 %r<3>;
    { .param .b32 param0; st.param.b32 [param0+0], %r1; }
    { .param .align 8 .b8 param0[16]; st.param.b32 [param0+8], %r1; call.uni k, (param0); }
    { .shared .b32 v; st.shared.b32 [v], %r1; }
    { .param .b32 arg; st.param.b32 [arg], %r1; }
    st.global.b32 [v], %r1;)");
  ASSERT_EQ(kernel.variables.size(), 4u);
  EXPECT_EQ(kernel.variables[0].name, "param0");
  EXPECT_EQ(kernel.variables[1].name, "param0#2");
  EXPECT_EQ(kernel.variables[1].bytes(), 16u);
  EXPECT_EQ(kernel.variables[2].name, "v#2");
  EXPECT_EQ(kernel.variables[3].name, "arg#2");
  EXPECT_EQ(to_text(kernel, kernel.body.at(0)), "st.param.b32 [param0],%r1");
  EXPECT_EQ(to_text(kernel, kernel.body.at(1)), "st.param.b32 [param0#2+8],%r1");
  EXPECT_EQ(to_text(kernel, kernel.body.at(2)), "call.uni k,(param0#2)");
  EXPECT_EQ(to_text(kernel, kernel.body.at(3)), "st.shared.b32 [v#2],%r1");
  EXPECT_EQ(to_text(kernel, kernel.body.at(4)), "st.param.b32 [arg#2],%r1");
  EXPECT_EQ(to_text(kernel, kernel.body.at(5)), "st.global.b32 [v],%r1");
}

TEST(Scope, LabelsBelongToTheirBlockAndMayFollow) {
  function const kernel = parse_kernel(R"(
    .reg .pred p;
    bra END;
    { WAIT: @p bra DONE; bra WAIT; DONE: }
    { WAIT: @p bra DONE; bra.uni WAIT; DONE: bra END; }
    END:)");
  auto const target = [&](std::size_t statement) {
    operand const& place = kernel.body.at(statement).operands.at(0);
    EXPECT_EQ(place.kind, operand::kind_t::label);
    return place.index;
  };
  ASSERT_EQ(kernel.body.size(), 6u);
  EXPECT_EQ(target(0), 6u);  // behind the last statement
  EXPECT_EQ(target(1), 3u);
  EXPECT_EQ(target(2), 1u);
  EXPECT_EQ(target(3), 5u);
  EXPECT_EQ(target(4), 3u);
  EXPECT_EQ(target(5), 6u);
  EXPECT_EQ(kernel.labels,
            (std::map<std::string, std::uint32_t>{
                {"DONE", 3}, {"DONE#2", 5}, {"END", 6}, {"WAIT", 1}, {"WAIT#2", 3}}));
}

TEST(Scope, ABranchPrefersTheLabelOfItsName) {
  function const kernel = parse_kernel(".reg .b32 v1; k: mov.u32 v1, 0; bra k;");
  EXPECT_EQ(kernel.body.at(1).operands.at(0).kind, operand::kind_t::label);
  EXPECT_EQ(kernel.body.at(1).operands.at(0).index, 0u);
}

TEST(Scope, TargetListsKeepTheirEntries) {
  function const kernel = parse_kernel(R"(
    .reg .b32 %r<2>;
    { A: mov.u32 %r1, 1; }
    { table: .branchtargets A, B; brx.idx.uni %r1, table; A: B: ret; }
    functions: .calltargets k;
    proto: .callprototype (.param .b32 _) _ (.param .b64 _, .param .align 8 .b8 _[24]) .noreturn;
    void_proto: .callprototype ()_ ();)");
  EXPECT_EQ(to_text(kernel, kernel.body.at(1)), "brx.idx.uni %r1,table");
  EXPECT_EQ(kernel.body.at(1).operands.at(1).kind, operand::kind_t::symbol);
  EXPECT_EQ(kernel.target_lists.at("table"), (std::vector<std::string>{"A#2", "B"}));
  EXPECT_EQ(kernel.labels.at("A#2"), 2u);
  EXPECT_EQ(kernel.target_lists.at("functions"), std::vector<std::string>{"k"});
  EXPECT_EQ(kernel.target_lists.at("proto"),
            (std::vector<std::string>{"return .align 4 .b32", "parameter .align 8 .b64",
                                      "parameter .align 8 .b8[24]"}));
  EXPECT_TRUE(kernel.target_lists.at("void_proto").empty());
}

}  // namespace
}  // namespace emulator::ptx
