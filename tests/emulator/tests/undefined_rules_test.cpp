// The rules by which undefined bits pass through instructions: each once where it keeps a correct
// program running, and once where the value counts.
#include "undefined_fixture.hpp"

namespace emulator::undefined_values {
namespace {

class undefined_rule : public testing::TestWithParam<example> {};
TEST_P(undefined_rule, IsFollowed) { expect_as_told(GetParam()); }

// Bytes 0 and 3 of %y are defined, 1 and 2 are not; %x is what counts.
std::string branch_on(std::string const& x) {
  return "setp.eq.u32 %p0, " + x + ", 1;\n" + branch_on_p0;
}
std::string of_half(std::string const& statements) {
  return half_written + statements + "\n" + branch_on("%x");
}

example const choices[] = {
    {"selp_of_the_other", "selp.u32 %x, %u, %r0, %no;\n" + use_x, ""},
    {"selp_of_the_value", "selp.u32 %x, %u, %r0, %yes;\n" + use_x, stored},
    {"selp_by_the_value", "selp.u32 %x, %r0, %r1, %q;\n" + use_x, stored},
    {"slct_of_the_other", "slct.u32.s32 %x, %r0, %u, %r0;\n" + use_x, ""},
    {"slct_of_the_value", "slct.u32.s32 %x, %u, %r0, %r0;\n" + use_x, stored},
    {"and_pred_false", "and.pred %p0, %q, %no;\n" + branch_on_p0, ""},
    {"and_pred_true", "and.pred %p0, %q, %yes;\n" + branch_on_p0, branched},
    {"or_pred_true", "or.pred %p0, %yes, %q;\n" + branch_on_p0, ""},
    {"or_pred_false", "or.pred %p0, %no, %q;\n" + branch_on_p0, branched},
    {"xor_pred", "xor.pred %p0, %q, %q;\n" + branch_on_p0, branched},
    {"not_pred", "not.pred %p0, %q;\n" + branch_on_p0, branched},
    {"not_pred_defined", "not.pred %p0, %q;\nnot.pred %p0, %no;\n" + branch_on_p0, ""},
    {"mov_pred", "mov.pred %p0, %q;\n" + branch_on_p0, branched},
    {"negated_operand", "and.pred %p0, %yes, !%q;\n" + branch_on_p0, branched},
    {"setp_and_false", "setp.eq.and.u32 %p0, %u, 0, %no;\n" + branch_on_p0, ""},
    {"setp_and_true", "setp.eq.and.u32 %p0, %u, 0, %yes;\n" + branch_on_p0, branched},
    {"setp_or_true", "setp.eq.or.u32 %p0, %u, 0, %yes;\n" + branch_on_p0, ""},
    {"setp_or_false", "setp.eq.or.u32 %p0, %u, 0, %no;\n" + branch_on_p0, branched},
    {"setp_xor", "setp.eq.xor.u32 %p0, %u, 0, %no;\n" + branch_on_p0, branched},
    {"setp_and_undefined_is_false", "setp.ne.and.u32 %p0, %r0, %r0, %q;\n" + branch_on_p0, ""},
    {"setp_complement_and_undefined", "setp.ne.and.u32 %p1|%p0, %r0, %r0, %q;\n" + branch_on_p0,
     branched},
    {"setp_complement_is_false", "setp.eq.and.u32 %p1|%p0, %r0, %r0, %q;\n" + branch_on_p0, ""},
    {"setp_complement", "setp.eq.u32 %p1|%p0, %u, 0;\n" + branch_on_p0, branched},
};
INSTANTIATE_TEST_SUITE_P(choices, undefined_rule, testing::ValuesIn(choices), name_of);

example const bits[] = {
    {"and_with_zero", "and.b32 %x, %u, 0;\n" + use_x, ""},
    {"and_of_a_defined_byte", of_half("and.b32 %x, %y, 255;"), ""},
    {"and_of_an_undefined_byte", of_half("and.b32 %x, %y, 0xFF00;"), branched},
    {"or_with_ones", "or.b32 %x, -1, %u;\n" + use_x, ""},
    {"or_of_a_defined_byte", of_half("or.b32 %x, %y, 0x00FFFF00;"), ""},
    {"or_of_an_undefined_byte", of_half("or.b32 %x, %y, 0xFF;"), branched},
    {"xor_keeps_bytes", of_half("xor.b32 %x, %y, %r0;\nand.b32 %x, %x, 255;"), ""},
    {"xor_with_itself", "xor.b32 %x, %u, %u;\n" + use_x, stored},
    {"not_keeps_bytes", of_half("not.b32 %x, %y;\nand.b32 %x, %x, 255;"), ""},
    {"not", of_half("not.b32 %x, %y;"), branched},
    {"lop3_keeps_bytes", of_half("lop3.b32 %x, %y, %r0, %r1, 0x96;\nand.b32 %x, %x, 255;"), ""},
    {"lop3", of_half("lop3.b32 %x, %r0, %r1, %y, 0x96;"), branched},
    {"brev", of_half("brev.b32 %x, %y;\nshr.u32 %x, %x, 24;"), ""},
    {"shl_of_a_defined_byte", of_half("shl.b32 %x, %y, 24;"), ""},
    {"shl_of_an_undefined_byte", of_half("shl.b32 %x, %y, 16;"), branched},
    {"shl_by_the_value", "shl.b32 %x, %r0, %u;\n" + use_x, stored},
    {"shr_of_a_defined_byte", of_half("shr.u32 %x, %y, 24;"), ""},
    {"shr_of_an_undefined_byte", of_half("shr.u32 %x, %y, 16;"), branched},
    {"bfe_of_a_defined_byte", of_half("bfe.u32 %x, %y, 24, 8;"), ""},
    {"bfe_of_an_undefined_byte", of_half("bfe.u32 %x, %y, 23, 8;"), branched},
    {"bfe_at_the_value", "bfe.u32 %x, %r0, %u, 8;\n" + use_x, stored},
    {"bfi_over_the_undefined_bytes", of_half("bfi.b32 %x, %r0, %y, 8, 16;"), ""},
    {"bfi_over_a_part_of_them", of_half("bfi.b32 %x, %r0, %y, 8, 8;"), branched},
    {"prmt_of_defined_bytes", of_half("prmt.b32 %x, %y, %r0, 0x4530;"), ""},
    {"prmt_of_an_undefined_byte", of_half("prmt.b32 %x, %y, %r0, 0x4531;"), branched},
    {"prmt_by_the_value", "prmt.b32 %x, %r0, %r1, %u;\n" + use_x, stored},
    {"shf_of_a_defined_byte", of_half("shf.r.wrap.b32 %x, %y, 0, 24;"), ""},
    {"shf_of_an_undefined_byte", of_half("shf.r.wrap.b32 %x, %y, 0, 16;"), branched},
    {"copysign_of_the_magnitude",
     of_half("mov.b32 %f0, %y;\nmov.f32 %f1, 0f3F800000;\ncopysign.f32 %f0, %f0, %f1;\nmov.b32 %x, "
             "%f0;"),
     ""},
    {"copysign", of_half("mov.b32 %f0, %y;\ncopysign.f32 %f0, %f0, %f0;\nmov.b32 %x, %f0;"),
     branched},
    {"pack_and_unpack_the_other", "mov.b64 %d2, {%r0, %u};\nmov.b64 {%x, %y}, %d2;\n" + use_x, ""},
    {"pack_and_unpack_the_value", "mov.b64 %d2, {%r0, %u};\nmov.b64 {%y, %x}, %d2;\n" + use_x,
     stored},
    {"unpack_after_a_shift",
     "mov.b64 %d2, {%u, %r0};\nshr.u64 %d2, %d2, 32;\ncvt.u32.u64 %x, %d2;\n" + use_x, ""},
    {"mov", "mov.u32 %x, %u;\n" + use_x, stored},
    {"mov_between_float_and_integer", "mov.b32 %f0, %u;\nst.global.f32 [%d0], %f0;", stored},
    {"cvt_to_a_defined_byte", of_half("cvt.u8.u32 %h1, %y;\ncvt.u32.u16 %x, %h1;"), ""},
    {"cvt_to_two_bytes", of_half("cvt.u16.u32 %h1, %y;\ncvt.u32.u16 %x, %h1;"), branched},
    {"cvt_with_the_sign", of_half("cvt.s32.s8 %x, %y;"), ""},
    {"cvt_of_the_sign", of_half("cvt.s32.s16 %x, %y;\nshr.s32 %x, %x, 16;"), branched},
    {"operand_cut_to_a_defined_byte",
     half_written + "cvt.rn.f32.u8 %f0, %y;\nst.global.f32 [%d0], %f0;", ""},
    {"result_extended_with_zeros",
     "mov.b32 %f0, %u;\ncvt.rni.u8.f32 %x, %f0;\nshr.u32 %x, %x, 8;\n" + use_x, ""},
    {"cvt_to_float", "cvt.rn.f32.u32 %f0, %u;\nst.global.f32 [%d0], %f0;", stored},
};
INSTANTIATE_TEST_SUITE_P(bits, undefined_rule, testing::ValuesIn(bits), name_of);

example const arithmetic[] = {
    {"add", "add.u32 %x, %u, %r0;\n" + use_x, stored},
    {"add_keeps_the_lower_byte", of_half("add.u32 %x, %y, 3;\nand.b32 %x, %x, 255;"), ""},
    {"add_carries_upward", of_half("add.u32 %x, %y, 3;\nshr.u32 %x, %x, 24;"), branched},
    {"sub_of_itself", "sub.u32 %x, %u, %u;\n" + use_x, stored},
    {"mul_by_zero", "mul.lo.u32 %x, %u, 0;\n" + use_x, stored},
    {"mul_keeps_the_lower_byte", of_half("mul.lo.u32 %x, %y, 3;\nand.b32 %x, %x, 255;"), ""},
    {"mul_hi", of_half("mul.hi.u32 %x, %y, 3;\nand.b32 %x, %x, 1;"), branched},
    {"mad", "mad.lo.u32 %x, %r0, %r1, %u;\n" + use_x, stored},
    {"min", "min.u32 %x, %u, 0;\n" + use_x, stored},
    {"comparison", of_half("mov.u32 %x, %y;"), branched},
    {"set", "set.eq.u32.u32 %x, %u, 0;\n" + use_x, stored},
    {"floating_point", "mov.b32 %f0, %u;\nadd.f32 %f1, %f0, %f0;\nst.global.f32 [%d0], %f1;",
     stored},
    {"floating_point_defined_again",
     "mov.b32 %f1, %u;\nmov.f32 %f0, 0f3F800000;\nadd.f32 %f1, %f0, %f0;\nst.global.f32 [%d0], "
     "%f1;",
     ""},
    {"saturated", of_half("add.sat.s32 %x, %y, 3;\nand.b32 %x, %x, 255;"), branched},
    {"popc", of_half("popc.b32 %x, %y;"), branched},
    {"carry", "add.cc.u32 %y, %u, %r0;\naddc.u32 %x, %r0, 0;\n" + use_x, stored},
    {"carry_of_another",
     "add.cc.u32 %y, %u, %r0;\nadd.cc.u32 %y, %r0, %r0;\naddc.u32 %x, %r0, 0;\n" + use_x, ""},
    {"carry_is_not_used", "add.cc.u32 %y, %u, %r0;\nadd.u32 %x, %r0, 0;\n" + use_x, ""},
    {"carry_passes_on",
     "add.cc.u32 %y, %u, %r0;\naddc.cc.u32 %y, %r0, 0;\naddc.u32 %x, %r0, 0;\n" + use_x, stored},
};
INSTANTIATE_TEST_SUITE_P(arithmetic, undefined_rule, testing::ValuesIn(arithmetic), name_of);

// %v is undefined in lane 0.
example const lanes[] = {
    {"shfl_from_another_lane", "shfl.sync.idx.b32 %x, %v, 1, 31, -1;\n" + use_x, ""},
    {"shfl_from_the_lane", "shfl.sync.idx.b32 %x, %v, 0, 31, -1;\n" + use_x, stored},
    {"shfl_down_reads_the_next", "shfl.sync.down.b32 %x, %v, 1, 31, -1;\nst.global.u32 [%d0], %x;",
     ""},
    {"shfl_up_reaches_lane_one",
     "shfl.sync.up.b32 %x, %v, 1, 0, -1;\nsetp.eq.u32 %p0, %r0, 1;\n@%p0 " + use_x, stored},
    {"shfl_up_does_not_reach_lane_two",
     "shfl.sync.up.b32 %x, %v, 1, 0, -1;\nsetp.gt.u32 %p0, %r0, 1;\n@%p0 " + use_x, ""},
    {"shfl_in_range", "shfl.sync.idx.b32 %x|%p0, %u, 0, 31, -1;\n" + branch_on_p0, ""},
    {"shfl_in_range_again",
     "mov.pred %p0, %q;\nshfl.sync.idx.b32 %x|%p0, %u, 0, 31, -1;\n" + branch_on_p0, ""},
    {"ballot_of_another_lane",
     "setp.eq.u32 %p1, %v, 0;\nvote.sync.ballot.b32 %x, %p1, -1;\nand.b32 %x, %x, 2;\n" + use_x,
     ""},
    {"ballot_of_the_lane", "setp.eq.u32 %p1, %v, 0;\nvote.sync.ballot.b32 %x, %p1, -1;\n" + use_x,
     stored},
    {"vote", "setp.eq.u32 %p1, %v, 0;\nvote.sync.any.pred %p0, %p1, -1;\n" + branch_on_p0,
     branched},
    {"match", "match.any.sync.b32 %x, %v, -1;\n@!%n " + use_x, stored},
    {"redux", "redux.sync.add.u32 %x, %v, -1;\n@!%n " + use_x, stored},
    {"elect", "mov.u32 %x, %u;\nelect.sync %x|%p0, -1;\n" + use_x, ""},
};
INSTANTIATE_TEST_SUITE_P(lanes, undefined_rule, testing::ValuesIn(lanes), name_of);

}  // namespace
}  // namespace emulator::undefined_values
