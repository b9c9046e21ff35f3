"""What a kernel costs, what it may cost, and what is said of one that breaks a rule."""

import pathlib
import tempfile
import unittest

import toy
from sass import gpus, kernels, peers, rules
from sass.bars import Bars
from sass.budgets import Budgets
from sass.rows import ARCHITECTURES

GENERAL = "*,16-bit,*,90,load,0.65,\n*,float32,*,90,load,0.45,\n"


class WithTables(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def table(self, text):
        path = pathlib.Path(self.folder.name) / "table.csv"
        path.write_text(text)
        return path

    def bars(self, rows=""):
        return Bars.read(self.table("# why\nop,type,direction,architecture,bar,limit,reason\n" + GENERAL + rows))

    def budgets(self, *rows):
        return Budgets.read(self.table("\n".join(("op,type,direction,architecture,slots,mufu",) + rows)))


class Model(unittest.TestCase):
    def load(self, name, **operations):
        gpu = next(g for g in gpus.GPUS if g.name == name)
        return gpus.load(gpu, {**dict.fromkeys(gpu.rates, 0), **operations}, 4)

    def test_loads_of_16_bit_forward_kernels(self):
        for name, operations, load, pipe in (
                ("H200", {"issue": 2.3}, 0.08, "issue"), ("B200", {"issue": 2.3}, 0.12, "issue"),
                ("H200", {"issue": 6.3, "mufu": 2}, 0.57, "mufu"), ("B200", {"issue": 6.3, "mufu": 2}, 0.82, "mufu"),
                ("A100", {"issue": 19, "fma": 19}, 1.0, "fma"), ("H200", {"heavy": 14}, 1.0, "heavy")):
            value, busiest = self.load(name, **operations)
            self.assertAlmostEqual(value, load, delta=0.01)
            self.assertEqual(busiest, pipe)

    def test_registers_decide_resident_threads_by_whole_warps_of_a_partition(self):
        for registers, threads in ((1, 2048), (32, 2048), (33, 1536), (40, 1536), (41, 1280), (64, 1024), (255, 256)):
            self.assertEqual(gpus.resident_threads(registers, 256), threads, registers)
        self.assertEqual(gpus.resident_threads(48, 64), 4 * 10 * 32)  # 42 warps' registers, but 10 in each partition

    def test_bytes_in_flight_end_at_the_first_use(self):
        code = toy.parsed("""
            @P0 LDG.E.128 R8, desc[UR4][R2.64]
            @P0 LDG.E.128 R12, desc[UR4][R2.64+0x1000]
            FADD R0, R0, R11
            LDG.E.128 R16, desc[UR4][R2.64+0x2000]""")
        self.assertEqual(kernels.bytes_before_first_use(code.instructions), 32)

    def test_figures_per_element(self):
        kernel = toy.kernel("MUFU.EX2 R8, R8\n" * 64 + "FFMA R8, R8, R8, R8\n" * 22)
        figures = kernel.figures()
        self.assertEqual(figures.moved_bytes, 4)
        self.assertEqual(figures.operations["issue"], 3)  # 96 instructions, 4 packs of 8
        self.assertEqual(figures.operations["mufu"], 2)
        self.assertAlmostEqual(figures.load, figures.loads["H200"][0])
        self.assertEqual(kernel.bytes_in_flight, 2048 * 64)


class Names(unittest.TestCase):
    def access(self, name):
        return kernels.Kernel(90, "toy", "toy", f"void act::kernels::{name}").access

    def test_what_an_engines_kernel_moves(self):
        function = "act::kernels::{}<toy::evaluator<act::reduced_arithmetic> >"
        loads = kernels.tuning("pointwise_loads_in_flight")
        for name, direction, kind, access_bytes, packs, inputs, outputs in (
                (f"pointwise_kernel<{function.format('backward_from_output_function')}, __half, 8>",
                 "backward_from_output", "float16", 16, loads // 2, 2, 1),
                (f"pointwise_kernel<{function.format('forward_function')}, double, 1>",
                 "forward", "float64", 8, kernels.tuning("pointwise_scalar_loads_in_flight"), 1, 1),
                (f"strided_kernel<4, {function.format('glu_backward_function')}, act::kernels::interleaved_backward<float> >",
                 "glu_backward_interleaved", "float32", 16, -(-loads // 3), 3, 2),
                (f"pointwise_kernel<act::kernels::drawn<{function.format('random_backward_function')}, true, "
                 "act::random_position>, __half, 8>", "random_backward_straddling", "float16", 16, loads // 2, 2, 1),
                (f"pointwise_kernel<act::kernels::drawn<{function.format('random_forward_function')}, false, "
                 "act::random_position>, float, 4>", "random_forward", "float32", 16, loads, 1, 1),
                ("channelwise_kernel<act::kernels::channel_forward, toy, toy::evaluator<act::float64_arithmetic>, double, 1, false>",
                 "channelwise_forward", "float64", 8, kernels.tuning("channel_scalar_loads_in_flight"), 1, 1),
                ("channelwise_kernel<act::kernels::channel_backward_with_sums, toy, toy::evaluator<act::reduced_arithmetic>, __half, "
                 "8, true>", "channelwise_gradients_mixed", "float16", 16, kernels.tuning("channel_bytes_in_flight") // 16 // 2, 2, 1),
                ("channelwise_kernel<act::kernels::channel_backward, toy, toy::evaluator_of<act::reduced_arithmetic, 16>, __half, "
                 "2, true>", "channelwise_backward_16_mixed", "float16", 4, kernels.tuning("channel_loads_in_flight") // 2, 2, 1),
                ("slopes_kernel<toy::evaluator<act::float64_arithmetic>, double>", "slopes", "float64", 8, 2, 0, 1),
                ("rowwise_backward_kernel<act::softmax, __nv_bfloat16, act::kernels::warp_of_row, 4, true, "
                 "act::kernels::no_mask<__nv_bfloat16> >", "row_warp_backward", "bfloat16", 16, 4, 2, 1),
                ("rowwise_forward_kernel<act::softmax, float, act::kernels::cluster_of_row, 8, false, "
                 "act::kernels::any_mask<float> >", "row_cluster_forward_masked", "float32", 16, 8, 1, 1),
                ("rowwise_stream_forward_kernel<act::softmax, __half, true, act::kernels::no_mask<__half> >",
                 "row_shared_forward", "float16", 16, kernels.tuning("stream_packs"), 1, 1),
                ("rowwise_forward_kernel<act::softmax, float, act::kernels::lanes_of_rows, 4, false, "
                 "act::kernels::limit_mask<float> >", "row_lanes_forward_limited", "float32", 16, 4, 1, 1),
                ("column_backward_kernel<act::softmax, __half, 2, false, 32, true, (act::kernels::column_sharing)3, "
                 "act::kernels::any_mask<__half> >", "column_held_32_shared_backward_masked", "float16", 4, 32, 2, 1),
                ("column_forward_kernel<act::softmax, __half, 2, true, 16, true, (act::kernels::column_sharing)0, "
                 "act::kernels::no_mask<__half> >", "column_held_16_forward_singly", "float16", 2, 32, 1, 1),
                ("column_forward_kernel<act::softmax, __half, 8, false, 8, true, (act::kernels::column_sharing)0, "
                 "act::kernels::no_mask<__half> >", "column_held_8_forward", "float16", 16, 8, 1, 1),
                ("column_backward_kernel<act::softmax, float, 1, false, 8, true, (act::kernels::column_sharing)2, "
                 "act::kernels::no_mask<float> >", "column_held_8_warp_backward", "float32", 4, 8, 2, 1),
                ("column_forward_kernel<act::softmax, double, 1, false, 8, false, (act::kernels::column_sharing)3, "
                 "act::kernels::no_mask<double> >", "column_forward", "float64", 8, 8, 1, 1)):
            with self.subTest(name):
                access = self.access(name)
                self.assertEqual((access.direction, access.type, access.access_bytes, access.packs, access.inputs,
                                  access.outputs), (direction, kind, access_bytes, packs, inputs, outputs))

    def test_a_function_that_nobody_defines(self):
        with self.assertRaisesRegex(ValueError, "surprise_function"):
            self.access("pointwise_kernel<act::kernels::surprise_function<toy>, float, 4>")


class Rules(WithTables):
    def problem(self, kernel, bars=""):
        return rules.problem_of(kernel, self.bars(bars)) or ""

    def test_a_kernel_without_fault(self):
        self.assertEqual(self.problem(toy.kernel()), "")

    def test_each_fault_is_named(self):
        on_data = "FSETP.GEU.AND P1, PT, |R9|, 0.25, PT\n@P1 BRA `(.L_x_0)\nFADD R8, R8, R8\n{}\n.L_x_0:"
        for expected, kernel in (
                ("said nothing", toy.kernel(registers=0)),
                ("does not know FROB, KNICK", toy.kernel("FROB R0, R1\nKNICK R0")),
                ("8 spilled", toy.kernel(spill_store_bytes=8)),
                ("1 local accesses", toy.kernel("STL [R1], R8")),
                ("16 bytes of stack", toy.kernel(stack_bytes=16)),
                ("1 generic loads", toy.kernel("LD.E.128 R20, [R2.64]")),
                ("4 packs of 16 bytes, but its loads are 4x64", toy.kernel(bits=64)),
                ("4x128 1x32", toy.kernel("LDG.E R20, desc[UR4][R2.64]")),
                ("stores 80 bytes a thread; 64 was expected", toy.kernel("STG.E.128 desc[UR4][R2.64], R8")),
                ("1 branches on data and 0 calls", toy.kernel(on_data.format(""))),
                ("1 branches on data and 1 calls", toy.kernel(on_data.format("CALL.REL.NOINC `(slow)"))),
                ("modelled load 0.8", toy.kernel("MUFU.EX2 R8, R8\n" * 96))):
            with self.subTest(expected):
                self.assertIn(expected, self.problem(kernel))

    def test_an_engine_that_nobody_knows(self):
        kernel = toy.kernel()
        kernel.name = "void act::kernels::surprise_kernel<float>"
        self.assertIn("no engine is known", self.problem(kernel))

    def test_a_kernel_without_a_store_cannot_be_counted(self):
        kernel = toy.kernel(packs=0)
        self.assertFalse(rules.is_readable(kernel))
        self.assertIn("no store", self.problem(kernel))

    def test_float64_may_branch(self):
        branch = "DSETP.GEU.AND P1, PT, R8, R10, PT\n@P1 BRA `(.L_x_0)\nDADD R8, R8, R8\n.L_x_0:"
        self.assertEqual(self.problem(toy.kernel(branch, element="double", width=2)), "")

    def test_a_rare_path_is_exempt_by_name(self):
        slow = toy.kernel("FSETP.GEU.AND P1, PT, |R9|, 0.25, PT\n@P1 BRA `(.L_x_0)\nSTL [R1], R8\n.L_x_0:", stack_bytes=8)
        self.assertIn("stack", self.problem(slow))
        self.assertEqual(self.problem(slow, "toy,*,*,*,rare_path,-,slow reduction\n"), "")
        self.assertIn("stack", self.problem(slow, "other,*,*,*,rare_path,-,slow reduction\n"))


class BarRows(WithTables):
    dear = staticmethod(lambda: toy.kernel("MUFU.EX2 R8, R8\n" * 96))

    def of_three_architectures(self, body=""):
        return [toy.kernel(body, architecture=a) for a in ARCHITECTURES]

    def problems(self, rows, body="MUFU.EX2 R8, R8\n" * 96):
        return list(self.bars(rows + "*,*,*,*,load,9,\n").problems(
            self.of_three_architectures(body) + [toy.kernel(element="float", width=4)], None))

    def test_an_exception_with_a_reason_is_accepted_and_reported(self):
        bars = self.bars("toy,16-bit,*,*,load,0.9,accuracy contract: digits\n")
        self.assertIsNone(bars.load_problem(self.dear()))
        self.assertEqual(list(bars.exceptions_used([self.dear()])),
                         ["toy 16-bit: modelled load up to 0.86, above 0.65: accuracy contract: digits"])

    def test_the_row_that_names_most_holds(self):
        bars = self.bars("toy,*,*,*,load,0.9,a\ntoy,16-bit,forward,90,load,0.7,b\n")
        self.assertIn("0.70 is allowed", bars.load_problem(self.dear()))

    def test_faults_of_rows(self):
        self.assertEqual(self.problems("toy,16-bit,*,*,load,0.9,why\n"), [])
        self.assertEqual(self.problems("toy,16-bit,*,*,load,0.9,\n"), ["bars.csv: toy 16-bit: load has no reason"])
        self.assertEqual(self.problems("gone,16-bit,*,*,load,0.9,why\n"), ["bars.csv: gone 16-bit: load matches no kernel"])
        self.assertEqual(self.problems("toy,16-bit,*,*,load,0.9,why\n", body=""),
                         ["bars.csv: toy 16-bit: no kernel needs this exception from load"])
        self.assertEqual(self.problems("toy,16-bit,*,*,load,0.9,why\ntoy,16-bit,*,*,rare_path,-,why\n"),
                         ["bars.csv: toy 16-bit: no kernel needs this exception from rare_path"])

    def test_a_bar_that_does_not_exist(self):
        with self.assertRaisesRegex(ValueError, "speed is no bar"):
            self.bars("*,*,*,*,speed,1,\n")


class BudgetRows(WithTables):
    def setUp(self):
        super().setUp()
        self.kernel = toy.kernel("MUFU.EX2 R8, R8\n" * 64 + "FFMA R8, R8, R8, R8\n" * 22)  # 3 slots, 2 of them mufu

    def problem(self, *rows):
        return self.budgets(*rows).problem_of(self.kernel, self.kernel.figures()) or ""

    def test_kept_exceeded_missing_and_given_twice(self):
        self.assertEqual(self.problem("toy,16-bit,forward,90,3.0,2.0"), "")
        self.assertEqual(self.problem("toy,16-bit,forward,90,2.9,2.0"), "3.00 slots per element, 2.9 in its budget")
        self.assertEqual(self.problem("toy,16-bit,forward,90,3.0,1.9"), "2.00 mufu per element, 1.9 in its budget")
        self.assertIn("no budget", self.problem("toy,16-bit,backward,90,3.0,2.0"))
        with self.assertRaisesRegex(ValueError, "twice: toy 16-bit forward 90"):
            self.problem("toy,16-bit,forward,90,3.0,2.0", "toy,16-bit,forward,90,3.0,2.0")

    def test_a_budget_without_a_kernel(self):
        table = self.budgets("toy,16-bit,forward,90,3.0,2.0", "toy,16-bit,forward,100,3.0,2.0",
                             "gone,16-bit,forward,90,1.0,0.0")
        self.assertEqual(list(table.problems([self.kernel], None, {"90"})),
                         ["budgets.csv: gone 16-bit forward 90: matches no kernel"])

    def test_written_anew(self):
        table = self.budgets("toy,16-bit,forward,90,9.0,9.0", "toy,16-bit,forward,100,4.0,0.0",
                             "gone,16-bit,forward,90,1.0,0.0")
        worse = toy.kernel("MUFU.EX2 R8, R8\n" * 96, element="__half")
        table = table.updated([(k, k.figures()) for k in (self.kernel, worse)], ["toy"])
        path = self.table("")
        table.write(path)
        self.assertEqual(path.read_text().splitlines()[2:], [
            "op,type,direction,architecture,slots,mufu", "toy,16-bit,forward,90,3.5,3.2", "toy,16-bit,forward,100,4.0,0.0"])
        self.assertEqual(Budgets.read(path).rows, table.rows)


class Peers(unittest.TestCase):
    def comparison(self, kind, peer_instructions):
        ours, peer = toy.kernel(), toy.kernel("FADD R8, R8, R8\n" * peer_instructions)
        return peers.Comparison(peers.Subject("toy", kind, "forward"), ours.figures(),
                                {name: peer.figures() for name in peers.PEERS})

    def test_ours_has_to_be_lower_in_16_bit(self):
        self.assertIsNone(self.comparison("bfloat16", 1).problem)
        self.assertIn("toy bfloat16 forward", self.comparison("bfloat16", 0).problem)
        self.assertIsNone(self.comparison("float32", 0).problem)

    def test_names(self):
        name = "void peers::plain_backward_kernel<formulas::toy, __half>"
        self.assertEqual(peers.recognised(name, "float16"), ("plain", peers.Subject("toy", "float16", "backward")))
        transform = "void cub::detail::transform_kernel<policy, long, {}, __half*, __half const*>"
        functor = "activations_cuda::bound_activation<__half, activations_cuda::toy>"
        self.assertEqual(peers.recognised(transform.format(functor), "float16"),
                         ("cub", peers.Subject("toy", "float16", "forward")))
        self.assertEqual(peers.recognised(transform.format(f"peers::gradient_of<{functor}, __half>"), "float16"),
                         ("cub", peers.Subject("toy", "float16", "backward")))
        self.assertEqual(peers.recognised(transform.format("bench::gated_backward<activations_cuda::toy, __half>"), "float16"),
                         ("cub", peers.Subject("toy", "float16", "glu_backward")))
        self.assertEqual(peers.recognised("void peers::plain_glu_forward_kernel<formulas::toy, float>", "float32"),
                         ("plain", peers.Subject("toy", "float32", "glu_forward")))
        self.assertIsNone(peers.recognised("void cub::detail::EmptyKernel<void>", "float16"))


if __name__ == "__main__":
    unittest.main()
