"""Which kernels err by one rcp.approx for each result, and which edits make a kernel another one."""

import unittest

from kernels import Kernels, errs_by_one_ulp

ONE = """
{
ld.global.v2.f32 {%f1, %f2}, [%rd1];
rcp.approx.ftz.f32 %f3, %f1;
rcp.approx.ftz.f32 %f4, %f2;
setp.gt.f32 %p1, %f3, 0f3F800000;
selp.f32 %f5, %f3, %f1, %p1;
@%p2 bra $L__BB0_2;
st.global.v2.f32 [%rd2], {%f5, %f4};
$L__BB0_2:
ret;
}
"""


class ErrsByOneUlp(unittest.TestCase):
    def changed(self, old, new):
        self.assertIn(old, ONE)
        return errs_by_one_ulp(ONE.replace(old, new))

    def test_one_for_each_result(self):
        self.assertTrue(errs_by_one_ulp(ONE))

    def test_two_for_a_result(self):
        self.assertFalse(self.changed("%f3, %f1, %p1", "%f3, %f4, %p1"))

    def test_two_through_a_predicate(self):
        self.assertFalse(self.changed("selp.f32 %f5, %f3, %f1", "selp.f32 %f5, %f4, %f1"))

    def test_two_through_a_guard(self):
        self.assertFalse(self.changed("selp.f32 %f5, %f3, %f1, %p1;", "mov.f32 %f5, %f4;\n@%p1 mov.f32 %f5, %f1;"))

    def test_one_after_another(self):
        self.assertFalse(self.changed("%f4, %f2", "%f4, %f3"))

    def test_a_branch_that_depends_on_it(self):
        self.assertFalse(self.changed("@%p2", "@%p1"))

    def test_an_address_that_depends_on_it(self):
        self.assertFalse(self.changed("[%rd2]", "[%f3]"))

    def test_a_loop(self):
        self.assertFalse(self.changed("ret;", "@%p3 bra $L__BB0_2;\nret;"))

    def test_other_approximations(self):
        for other in ("ex2.approx.ftz.f32", "rcp.approx.ftz.f64", "div.full.f32"):
            self.assertFalse(self.changed("rcp.approx.ftz.f32 %f3", f"{other} %f3"))

    def test_what_is_not_followed(self):
        for other in ("st.local.f32 [%rd3], %f3;", "call.uni f, (%f3);", "atom.global.add.f32 %f9, [%rd2], %f3;"):
            self.assertFalse(self.changed("ret;", f"{other}\nret;"))

    def test_nothing_stored(self):
        self.assertFalse(self.changed("st.global.v2.f32 [%rd2], {%f5, %f4};", ""))


class Library:
    """Stands for a build folder whose library has this PTX."""

    def __init__(self, text):
        self.text = text

    def digest(self):
        kernels = Kernels.__new__(Kernels)
        kernels.read(self.text)
        return kernels.digest("silu", "forward")


class Digest(unittest.TestCase):
    NAME = "_Z1kINS0_16forward_functionINS_4silu9evaluatorINS_18float32_arithmeticEEEEE"
    TEXT = f""".version 9.0
.visible .entry {NAME}(
.param .u64 {NAME}_param_0
)
.maxntid 256
{{
.reg .f32 %f<4>;
.loc 1 20 3
ld.param.u64 %rd1, [{NAME}_param_0];
{{
.reg .pred there;
}}
bra $L__BB3_1; // a remark
$L__BB3_1:
add.rn.f32 %f1, %f1, %f1;
}}
.visible .entry another(
)
{{
ret;
}}
"""

    def changed(self, old, new):
        self.assertIn(old, self.TEXT)
        return Library(self.TEXT.replace(old, new)).digest() != Library(self.TEXT).digest()

    def test_what_is_executed_counts(self):
        self.assertTrue(self.changed("add.rn.f32", "mul.rn.f32"))
        self.assertTrue(self.changed(".maxntid 256", ".maxntid 128"))

    def test_names_places_and_other_kernels_do_not(self):
        self.assertFalse(self.changed("_Z1k", "_Z9renamed"))
        self.assertFalse(self.changed("BB3_", "BB4_"))
        self.assertFalse(self.changed(".loc 1 20 3", ".loc 1 21 3"))
        self.assertFalse(self.changed("a remark", "another remark"))
        self.assertFalse(self.changed("ret;", "trap;"))


if __name__ == "__main__":
    unittest.main()
