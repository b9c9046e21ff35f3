"""The main path, and what parts a warp on it."""

import unittest

import toy
from sass import listing, pipes


class Listing(unittest.TestCase):
    def test_instructions(self):
        code = toy.parsed("""
            @!P0 LDG.E.128.CONSTANT R4, desc[UR6][R2.64+0x10]
            .L_x_1:
            @UP1 BRA `(.L_x_1)
            BRX R6 -0x390 (*"BRANCH_TARGETS .L_x_1,.L_x_2"*)
            STG.E.U16 desc[UR6][R8.64], R4""")
        load, branch, indirect, store = code.instructions
        self.assertEqual((load.predicate, load.opcode, load.accesses, load.bits), ("P0", "LDG", "load", 128))
        self.assertEqual(load.registers, {2, 4})
        self.assertEqual((branch.predicate, branch.targets), ("UP1", [".L_x_1"]))
        self.assertEqual(indirect.targets, [".L_x_1", ".L_x_2"])
        self.assertEqual((store.accesses, store.bits), ("store", 16))
        self.assertEqual(code.labels, {".L_x_1": 1})

    def test_what_is_no_instruction_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "lower case"):
            listing.parse(toy.disassembly("lower case"))


class Counting(unittest.TestCase):
    def test_pipes(self):
        code = toy.parsed("""
            FFMA R0, R1, R2, R3
            FFMA2 R0, R2, R4, R6
            HFMA2.MMA R5, -RZ, RZ, 1.34, 0
            IMAD.U32 R0, R2, 0x10000, RZ
            PRMT R4, R4, 0x7632, R4
            F2FP.BF16.F32.PACK_AB R5, R1, R2
            MUFU.EX2 R7, R7
            I2F.F64 R2, R4
            DFMA R2, R4, R6, R8
            UIADD3 UR4, UR4, 0x1, URZ
            NOP""")
        self.assertEqual(pipes.count(code.instructions),
                         {"issue": 11, "fma": 5, "heavy": 1, "alu": 2, "mufu": 2, "fp64": 1})

    def test_an_unknown_opcode_is_named(self):
        code = toy.parsed("FROB.X R0, R1\nFADD R0, R0, R1")
        self.assertEqual(pipes.unknown(code.instructions), ["FROB"])
        with self.assertRaises(KeyError):
            pipes.count(code.instructions)


class MainPath(unittest.TestCase):
    def test_straight_line_ends_at_the_last_wide_store(self):
        flow = toy.flow_of("""
            S2R R0, SR_TID.X
            ISETP.GE.AND P0, PT, R0, UR8, PT
            @P0 LDG.E.128 R4, desc[UR4][R2.64]
            FADD R4, R4, R4
            @P0 STG.E.128 desc[UR4][R2.64], R4
            @P0 EXIT
            LDG.E.U16 R4, desc[UR4][R2.64]
            MUFU.EX2 R4, R4
            STG.E.U16 desc[UR4][R2.64], R4
            EXIT""")
        self.assertEqual(toy.opcodes(flow), ["S2R", "ISETP", "LDG", "FADD", "STG", "EXIT"])
        self.assertEqual(flow.divergence(), (0, 0))

    def test_a_turn_of_the_loop(self):
        flow = toy.flow_of("""
            S2R R0, SR_TID.X
            .L_x_0:
            LDG.E R4, desc[UR4][R2.64]
            MUFU.EX2 R4, R4
            STG.E desc[UR4][R2.64], R4
            @P0 BRA `(.L_x_0)
            EXIT""")
        self.assertEqual(toy.opcodes(flow), ["LDG", "MUFU", "STG", "BRA"])
        self.assertEqual(flow.divergence(), (0, 0))

    def test_the_loop_that_stores_most_then_the_shortest(self):
        loop = """
            .L_x_{0}:
            LDG.E R4, desc[UR4][R2.64]
            {1}
            STG.E desc[UR4][R2.64], R4
            @P0 BRA `(.L_x_{0})"""
        unrolled = "STG.E desc[UR4][R2.64+0x4], R5"
        dear, cheap, most = (loop.format(0, "MUFU.EX2 R4, R4\nFADD R4, R4, R4"), loop.format(1, "FADD R4, R4, R4"),
                             loop.format(2, unrolled))
        self.assertEqual(toy.opcodes(toy.flow_of(dear + cheap + "\nEXIT")), ["LDG", "FADD", "STG", "BRA"])
        self.assertEqual(toy.opcodes(toy.flow_of(dear + cheap + most + "\nEXIT")), ["LDG", "STG", "STG", "BRA"])

    def test_the_innermost_loop_around_the_stores(self):
        flow = toy.flow_of("""
            .L_x_0:
            FADD R0, R0, R0
            .L_x_1:
            LDG.E R4, desc[UR4][R2.64]
            STG.E desc[UR4][R2.64], R4
            @P0 BRA `(.L_x_1)
            @P1 BRA `(.L_x_0)
            EXIT""")
        self.assertEqual(toy.opcodes(flow), ["LDG", "STG", "BRA"])


BRANCH = """
    S2R R0, SR_TID.X
    LDG.E.128 R4, desc[UR4][R2.64]
    {condition}
    @P0 BRA `(.L_x_0)
    MUFU.EX2 R4, R4
    MUFU.RCP R4, R4
    {rare}
    BRA `(.L_x_1)
    .L_x_0:
    FADD R4, R4, R4
    .L_x_1:
    STG.E.128 desc[UR4][R2.64], R4
    EXIT"""


class Branches(unittest.TestCase):
    def branch(self, condition, rare=""):
        return toy.flow_of(BRANCH.format(condition=condition, rare=rare))

    def test_on_data_both_sides_count(self):
        flow = self.branch("FSETP.GEU.AND P0, PT, |R5|, 0.25, PT")
        self.assertEqual(flow.divergence(), (1, 0))
        self.assertEqual(toy.opcodes(flow).count("MUFU"), 2)
        self.assertEqual(toy.opcodes(flow).count("FADD"), 1)

    def test_data_reaches_a_branch_through_registers(self):
        flow = self.branch("MOV R9, R7\nISETP.NE.AND P1, PT, R9, RZ, PT\nPLOP3.LUT P0, PT, P1, PT, PT, 0x80, 0x0")
        self.assertEqual(flow.divergence(), (1, 0))

    def test_a_register_that_is_written_anew_has_no_data(self):
        self.assertEqual(self.branch("MOV R5, 0x1\nISETP.NE.AND P0, PT, R5, RZ, PT").divergence(), (0, 0))

    def test_on_place_the_cheaper_side_counts(self):
        flow = self.branch("ISETP.GE.AND P0, PT, R0, 0x100, PT")
        self.assertEqual(flow.divergence(), (0, 0))
        self.assertNotIn("MUFU", toy.opcodes(flow))
        self.assertIn("FADD", toy.opcodes(flow))

    def test_on_parameters_the_dearer_side_counts(self):
        flow = self.branch("FSETP.NEU.AND P0, PT, RZ, UR9, PT")
        self.assertEqual(flow.divergence(), (0, 0))
        self.assertIn("MUFU", toy.opcodes(flow))
        self.assertNotIn("FADD", toy.opcodes(flow))

    def test_a_rare_path_does_not_count(self):
        flow = self.branch("FSETP.GEU.AND P0, PT, |R5|, 0.25, PT")
        self.assertNotIn("MUFU", toy.opcodes(flow, rare_path=True))
        self.assertEqual(flow.divergence(), (1, 0))

    def test_a_slow_path_that_calls_or_loops_does_not_count(self):
        for rare in ("CALL.REL.NOINC `($__internal_0_$__cuda_sm20_div)", ".L_x_2:\nFMUL R4, R4, R4\n@P1 BRA `(.L_x_2)"):
            flow = self.branch("FSETP.GEU.AND P0, PT, |R5|, 0.25, PT", rare)
            self.assertEqual(toy.opcodes(flow), ["S2R", "LDG", "FSETP", "BRA", "FADD", "STG", "EXIT"])
            self.assertEqual(flow.divergence()[1], rare.count("CALL"))

    def test_a_call_that_leaves_a_loop_is_a_jump(self):
        flow = toy.flow_of("""
            .L_x_0:
            LDG.E.128 R4, [R2.64]
            STG.E.128 [R2.64], R4
            ISETP.GT.AND P1, PT, R0, UR4, PT
            @!P1 CALL.REL.NOINC `(.L_x_1)
            BRA `(.L_x_0)
            .L_x_1:
            STG.E [R2.64], R4
            EXIT""")
        self.assertEqual(flow.divergence(), (0, 0))
        self.assertEqual(toy.opcodes(flow), ["LDG", "STG", "ISETP", "CALL", "BRA"])
        self.assertIn(flow.blocks[-1], [flow.blocks[b] for b in flow.live])

    def test_the_cheaper_side_has_to_make_the_stores(self):
        flow = toy.flow_of("""
            S2R R0, SR_TID.X
            ISETP.GE.AND P0, PT, R0, 0x100, PT
            @P0 BRA `(.L_x_0)
            STG.E.128 desc[UR4][R2.64], R4
            .L_x_0:
            STG.E.128 desc[UR4][R2.64+0x1000], R4
            EXIT""")
        self.assertEqual(toy.opcodes(flow).count("STG"), 2)

    def test_and_the_loads(self):
        flow = toy.flow_of("""
            S2R R0, SR_TID.X
            ISETP.GE.AND P0, PT, R0, 0x100, PT
            @P0 BRA `(.L_x_0)
            LDG.E.128 R4, desc[UR4][R2.64]
            .L_x_0:
            @!P0 STG.E.128 desc[UR4][R2.64], R4
            EXIT""")
        self.assertIn("LDG", toy.opcodes(flow))

    def test_of_two_whole_tiles_the_cheaper(self):
        flow = toy.flow_of("""
            S2R R0, SR_TID.X
            ISETP.GE.AND P0, PT, R0, 0x100, PT
            @P0 BRA `(.L_x_0)
            STG.E.128 desc[UR4][R2.64], R4
            EXIT
            .L_x_0:
            ISETP.GE.AND P1, PT, R0, 0x200, PT
            @P1 STG.E.128 desc[UR4][R2.64], R4
            EXIT""")
        self.assertEqual(toy.opcodes(flow, stored_bytes=16), ["S2R", "ISETP", "BRA", "STG", "EXIT"])


if __name__ == "__main__":
    unittest.main()
