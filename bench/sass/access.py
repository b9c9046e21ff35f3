"""How a kernel means to reach memory: what it moves of which type, in accesses of what size; and how its name and the sources that
it was made from say so."""

import dataclasses
import functools
import pathlib
import re

SOURCES = pathlib.Path(__file__).resolve().parent.parent.parent / "kernels"
ELEMENTS = {"float": "float32", "double": "float64", "__half": "float16", "__nv_bfloat16": "bfloat16"}
BYTES = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}


def find_in(sources, pattern):
    """The numbers in the one place that looks like the pattern."""
    found = [match for path in sorted(SOURCES.glob(sources)) for match in re.finditer(pattern, path.read_text())]
    if len(found) != 1:
        raise ValueError(f"kernels/{sources} has {len(found)} places like {pattern}, not one")
    return tuple(int(group) for group in found[0].groups())


@functools.lru_cache
def tuning(name):
    return find_in("tuning.hpp", rf"constexpr int {name} = (\d+);")[0]


@functools.lru_cache
def arity(function):
    """Streams in and out of what an element goes through."""
    return find_in("*.cuh", rf"struct {function} {{\s*static constexpr int inputs = (\d+), outputs = (\d+);")


def template_arguments(name):
    """The outermost template arguments of a demangled name."""
    arguments, depth, start = [], 0, 0
    for i, c in enumerate(name):
        if c == "<":
            depth += 1
            if depth == 1:
                start = i + 1
        elif c in ">,":
            if depth == 1:
                arguments.append(name[start:i].strip())
                start = i + 1
            if c == ">":
                depth -= 1
                if depth == 0:
                    break
    return arguments


@dataclasses.dataclass(frozen=True)
class Access:
    """How an engine means to reach memory."""
    direction: str
    type: str
    access_bytes: int  # of one access
    packs: int  # that a thread stores
    inputs: int
    outputs: int
    threads: int  # of a block
    values: int = 0  # of 64 bits that a thread may read beside the tensors

    @property
    def moves_packs(self):
        return self.access_bytes == 16

    @property
    def loaded_bytes(self):
        """By a thread."""
        return self.packs * self.inputs * self.access_bytes

    @property
    def stored_bytes(self):
        return self.packs * self.outputs * self.access_bytes
