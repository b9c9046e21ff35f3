"""Compiling: the commands, and what makes a kept cubin stale."""

import pathlib
import tempfile
import unittest

import toy  # noqa: F401  (the path)
from sass import cubins

COMPILER = """#!/bin/sh
[ "$1" = --version ] && { echo "toy V1.2.3"; exit; }
[ -e broken ] && { echo "error: broken"; exit 1; }
while [ $# -gt 0 ]; do
  case $1 in -MF) rules=$2; shift ;; -o) output=$2; shift ;; esac
  shift
done
printf '%s : \\\\\\n header.h\\n' "$output" > "$rules"
cat header.h > "$output"
echo once >> calls
echo "ptxas said this"
"""


class Cache(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.compiler = self.folder / "compiler"
        self.compiler.write_text(COMPILER)
        self.compiler.chmod(0o755)
        self.header("1")

    def header(self, text):
        (self.folder / "header.h").write_text(text)
        cubins.content_hash.cache_clear()

    def compile(self, *flags):
        self.assertEqual(cubins.compile_cubin([str(self.compiler), *flags], self.folder, self.folder / "toy.cubin").strip(),
                         "ptxas said this")
        return (self.folder / "calls").read_text().count("once")

    def test_compiled_anew_when_the_command_or_an_input_changes_and_only_then(self):
        self.assertEqual(self.compile(), 1)
        self.assertEqual(self.compile(), 1)
        self.header("2")
        self.assertEqual(self.compile(), 2)
        self.assertEqual(self.compile("-O3"), 3)
        self.assertEqual(self.compile("-O3"), 3)
        (self.folder / "toy.cubin").unlink()
        self.assertEqual(self.compile("-O3"), 4)

    def test_a_failure_shows_what_the_compiler_said(self):
        (self.folder / "broken").touch()
        with self.assertRaisesRegex(cubins.Failure, "error: broken"):
            self.compile()


class Commands(unittest.TestCase):
    def test_the_librarys_own_but_for_the_architecture(self):
        command = ("/usr/bin/ccache nvcc -I/a --generate-code=arch=compute_80,code=[compute_80] -fmad=false "
                   "-MD -MF a.d -c a.cu -o a.o")
        self.assertEqual(cubins.cubin_command({"command": command}, 90),
                         "nvcc -I/a -fmad=false a.cu -cubin -arch=sm_90 -Xptxas=-v".split())

    def test_usage_of_several_kernels(self):
        log = """ptxas info    : Compiling entry function 'one' for 'sm_90'
ptxas info    : Function properties for one
    16 bytes stack frame, 8 bytes spill stores, 4 bytes spill loads
ptxas info    : Used 40 registers, used 0 barriers, 16 bytes cumulative stack size
ptxas info    : Compiling entry function 'two' for 'sm_90'
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 32 registers"""
        one, two = cubins.parse_usage(log, 90, "toy").values()
        self.assertEqual((one.registers, one.stack_bytes, one.spill_store_bytes, one.spill_load_bytes), (40, 16, 8, 4))
        self.assertEqual((two.symbol, two.registers, two.stack_bytes), ("two", 32, 0))


if __name__ == "__main__":
    unittest.main()
