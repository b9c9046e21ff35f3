"""The way with most work through kernels of softmax."""

import unittest

import toy
from sass import kernels, softmax_kernels, ways


UNALIGNED = "rowwise_forward_kernel<act::softmax, __half, act::kernels::warp_of_row, 2, false, act::kernels::no_mask<__half> >"
ALIGNED = UNALIGNED.replace("false", "true")


def row_kernel(text, name=UNALIGNED):
    return kernels.Kernel(90, "softmax", "toy", f"void act::kernels::{name}", code=toy.parsed(text), registers=32)


HELD = """
    S2R R0, SR_TID.X
    LDG.E.128 R4, desc[UR4][R2.64]
    LDG.E.128 R8, desc[UR4][R2.64+0x200]
    @P0 BRA `(.L_x_1)
    LDG.E.U16 R12, desc[UR4][R2.64]
    .L_x_1:
    @P1 BRA `(.L_x_2)
    FADD R4, R4, R4
    FADD R5, R5, R5
    .L_x_2:
    SHFL.BFLY PT, R13, R4, 0x1, 0x1f
    STG.E.128 desc[UR4][R2.64], R4
    STG.E.128 desc[UR4][R2.64+0x200], R8
    @P2 BRA `(.L_x_3)
    STG.E.U16 desc[UR4][R2.64], R12
    .L_x_3:
    EXIT"""


class Ways(unittest.TestCase):
    def test_what_is_absent_is_not_skipped_and_ends_are_no_part(self):
        one, = softmax_kernels.passes(row_kernel(HELD))
        self.assertEqual([i.opcode for i in one.instructions],
                         ["S2R", "LDG", "LDG", "BRA", "BRA", "FADD", "FADD", "SHFL", "STG", "STG", "BRA"])
        self.assertIsNone(softmax_kernels.problem(row_kernel(HELD)))
        self.assertAlmostEqual(row_kernel(HELD).figures().operations["issue"], 11 / 16)

    def test_no_more_packs_than_a_thread_has(self):
        mask = HELD.replace("FADD R4, R4, R4", "LDG.E.128 R16, desc[UR4][R14.64]\n" + "FADD R4, R4, R4\n" * 9)
        one, = softmax_kernels.passes(row_kernel(mask))
        self.assertEqual(one.moved("load"), 2)

    def test_what_a_warp_votes_for_is_a_detour(self):
        for branch, behind in (("@!P3 BRA `(.L_x_4)", "FADD R4, R4, R4\nMUFU.EX2 R4, R4"),
                               ("@P3 BRA `(.L_x_5)\nBRA `(.L_x_4)\n.L_x_5:", "MUFU.EX2 R4, R4")):
            asked_for = HELD.replace("    STG.E.128 desc[UR4][R2.64], R4\n", f"""
                VOTE.ANY P3, P3
                {branch}
                {behind}
                .L_x_4:
                STG.E.128 desc[UR4][R2.64], R4
                """)
            one, = softmax_kernels.passes(row_kernel(asked_for))
            opcodes = [i.opcode for i in one.instructions]
            self.assertEqual((opcodes.count("VOTE"), opcodes.count("MUFU"), opcodes.count("FADD")), (1, 0, 2))

    def test_packs_that_may_be_partial_take_longer_ways(self):
        partial = HELD.replace("    LDG.E.128 R8, desc[UR4][R2.64+0x200]\n", """
            @P3 BRA `(.L_x_5)
            LDG.E.128 R8, desc[UR4][R2.64+0x200]
            BRA `(.L_x_6)
            .L_x_5:
            IADD3 R8, R9, R9, RZ
            ISETP.GT.AND P4, PT, R8, RZ, PT
            LDG.E.128 R8, desc[UR4][R14.64]
            .L_x_6:
            NOP
            """)
        for name, counted in ((UNALIGNED, False), (UNALIGNED.replace("no_mask", "limit_mask"), False),
                              (ALIGNED, True)):
            one, = softmax_kernels.passes(row_kernel(partial, name))
            self.assertEqual("IADD3" in [i.opcode for i in one.instructions], counted, name)
        self.assertEqual(one.moved("load"), 2)

    def test_packs_that_lie_in_two_are_a_detour(self):
        twos = toy.flow_of("LDG.E.128 R4, desc[UR4][R2.64]\nLDG.E.128 R8, desc[UR4][R2.64+0x10]")
        apart = toy.flow_of("LDG.E.128 R4, desc[UR4][R2.64]\nLDG.E.128 R8, desc[UR4][R2.64+0x20]")
        self.assertTrue(ways.Packs().make_detour(twos.blocks[0]))
        self.assertFalse(ways.Packs().make_detour(apart.blocks[0]))

    def test_packs_that_are_not_there_are_a_problem(self):
        self.assertIn("loads 1 packs", softmax_kernels.problem(row_kernel(HELD.replace("LDG.E.128 R8", "LDG.E.64 R8"))))

    def test_a_branch_on_an_element(self):
        self.assertIsNone(softmax_kernels.divergence(row_kernel(HELD, ALIGNED)))
        branch = HELD.replace("@P1 BRA", "FSETP.GT.AND P1, PT, R4, RZ, PT\n@P1 BRA")
        self.assertIn("1 branches", softmax_kernels.divergence(row_kernel(branch, ALIGNED)))
        beside = HELD.replace("@P1 BRA", "IMAD.WIDE.U32 R20, R2, R3, R22\nISETP.GT.AND P1, PT, R20, RZ, PT\n@P1 BRA")
        self.assertIsNone(softmax_kernels.divergence(row_kernel(beside, ALIGNED)))
        after = HELD.replace("    STG.E.128 desc[UR4][R2.64], R4", "    FSETP.GT.AND P3, PT, R4, RZ, PT\n@P3 BRA `(.L_x_4)\n.L_x_4:\n STG.E.128 desc[UR4][R2.64], R4")
        self.assertIsNone(softmax_kernels.divergence(row_kernel(after, ALIGNED)))

    def test_whole_packs_rather_than_those_that_may_be_absent(self):
        two = """
            @P0 BRA `(.L_x_1)
            LDG.E.128 R4, desc[UR4][R2.64]
            LDG.E.128 R8, desc[UR4][R2.64+0x200]
            BRA `(.L_x_2)
            .L_x_1:
            MOV R4, RZ
            MOV R8, RZ
            @P1 LDG.E.128 R4, desc[UR4][R2.64]
            @P2 LDG.E.128 R8, desc[UR4][R2.64+0x200]
            .L_x_2:
            STG.E.128 desc[UR4][R2.64], R4
            STG.E.128 desc[UR4][R2.64+0x200], R8
            EXIT"""
        one, = softmax_kernels.passes(row_kernel(two))
        self.assertEqual([i.opcode for i in one.instructions], ["BRA", "LDG", "LDG", "BRA", "STG", "STG", "EXIT"])

    def test_other_axes_move_pairs(self):
        kernel = row_kernel("""
            LDG.E R4, desc[UR4][R2.64]
            @P0 LDG.E R5, desc[UR4][R2.64+0x200]
            STG.E desc[UR4][R2.64], R4
            @P0 STG.E desc[UR4][R2.64+0x200], R5
            EXIT""", "column_forward_kernel<act::softmax, __half, 2, false, 2, true, (act::kernels::column_sharing)0, "
                   "act::kernels::no_mask<__half> >")
        self.assertIsNone(softmax_kernels.problem(kernel))
        self.assertAlmostEqual(kernel.figures().operations["issue"], 5 / 4)

    def test_other_axes_where_the_second_of_two_elements_may_be_absent(self):
        kernel = row_kernel("""
            @P0 BRA `(.L_x_1)
            LDG.E.U16 R4, desc[UR4][R2.64]
            @P1 LDG.E.U16 R5, desc[UR4][R2.64+0x2]
            BRA `(.L_x_2)
            .L_x_1:
            MOV R4, RZ
            MOV R5, RZ
            @P2 LDG.E.U16 R4, desc[UR4][R2.64]
            @P3 LDG.E.U16 R5, desc[UR4][R2.64+0x2]
            .L_x_2:
            STG.E.U16 desc[UR4][R2.64], R4
            @P1 STG.E.U16 desc[UR4][R2.64+0x2], R5
            EXIT""", "column_forward_kernel<act::softmax, __half, 2, true, 1, true, (act::kernels::column_sharing)0, "
                   "act::kernels::no_mask<__half> >")
        self.assertIsNone(softmax_kernels.problem(kernel))
        self.assertAlmostEqual(kernel.figures().operations["issue"], 7 / 2)

    def test_the_length_of_a_row_is_no_double(self):
        name = ("column_forward_kernel<act::softmax, double, 1, false, 2, true, (act::kernels::column_sharing)3, "
                "act::kernels::any_mask<double> >")
        code = """
            @P0 LDG.E.64 R6, desc[UR4][R8.64]
            LDG.E.64 R4, desc[UR4][R2.64]
            LDG.E.64 R10, desc[UR4][R2.64+0x200]
            STG.E.64 desc[UR4][R2.64], R4
            STG.E.64 desc[UR4][R2.64+0x200], R10
            EXIT"""
        self.assertIsNone(softmax_kernels.problem(row_kernel(code, name)))
        self.assertIn("loads 3 packs", softmax_kernels.problem(row_kernel(code, name.replace("any_mask", "no_mask"))))

    def test_walks(self):
        walk = """
            .L_x_1:
            LDG.E.128 R4, desc[UR4][R2.64]
            LDG.E.128 R8, desc[UR4][R2.64+0x200]
            LDG.E.128 R12, desc[UR4][R2.64+0x400]
            LDG.E.128 R16, desc[UR4][R2.64+0x600]
            @P0 BRA `(.L_x_1)
            SHFL.BFLY PT, R13, R4, 0x1, 0x1f
            .L_x_2:
            LDG.E.128 R4, desc[UR4][R2.64]
            LDG.E.128 R8, desc[UR4][R2.64+0x200]
            LDG.E.128 R12, desc[UR4][R2.64+0x400]
            LDG.E.128 R16, desc[UR4][R2.64+0x600]
            FADD R4, R4, R4
            STG.E.128 desc[UR4][R2.64], R4
            STG.E.128 desc[UR4][R2.64+0x200], R8
            STG.E.128 desc[UR4][R2.64+0x400], R12
            STG.E.128 desc[UR4][R2.64+0x600], R16
            @P1 BRA `(.L_x_2)
            EXIT"""
        kernel = row_kernel(walk, "rowwise_stream_forward_kernel<act::softmax, __half, false, act::kernels::no_mask<__half> >")
        self.assertIsNone(softmax_kernels.problem(kernel))
        self.assertAlmostEqual(kernel.figures().operations["issue"], (5 + 10) / 32)
        self.assertEqual(kernel.figures().moved_bytes, 3 * 2)


class Missing(unittest.TestCase):
    def test_clusters_only_where_there_are_some(self):
        self.assertNotIn("row_cluster_forward_masked", set(softmax_kernels.directions(80)))
        self.assertIn("row_cluster_forward_masked", set(softmax_kernels.directions(90)))

    def test_what_no_kernel_has_is_named(self):
        found = list(softmax_kernels.missing([row_kernel(HELD)], 90))
        self.assertIn("sm_90: no row_warp_forward of softmax for float16", found)
        self.assertNotIn("sm_90: no row_warp_forward_unaligned of softmax for float16", found)


if __name__ == "__main__":
    unittest.main()
