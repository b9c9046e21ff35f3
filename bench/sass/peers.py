"""The activations through other kernels, beside the library's: the same disassembly, the same counting.

cub    cub::DeviceTransform with the library's function object
plain  an element a thread at a time, PyTorch's formula in float32 with CUDA's math library
Both compiled as their users would, with contraction; of a loop with several copies that which stores most a turn, then the
shortest. Their slow paths (calls, loops within an element's work) are left out."""

import dataclasses
import pathlib
import re

from . import cubins, pipes
from .kernels import BYTES, ELEMENTS, Figures, bytes_of, figures_of

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "peers" / "peers.cu"
TYPES = ("bfloat16", "float16", "float32")
DIRECTIONS = {"forward": 1, "backward": 1, "glu_forward": 1, "glu_backward": 2}  # and their outputs
PEERS = ("cub", "plain")


@dataclasses.dataclass(frozen=True)
class Subject:
    op: str
    type: str
    direction: str


def recognised(name, kind):
    """(peer, Subject) of a demangled name; None for what comes along with CUB."""
    if found := re.match(r"void peers::plain_(\w+)_kernel<formulas::(\w+),", name):
        return "plain", Subject(found.group(2), kind, found.group(1))
    if "transform_kernel<" in name and (found := re.search(r"bound_activation<\w+, activations_cuda::(\w+)>", name)):
        return "cub", Subject(found.group(1), kind, "backward" if "gradient_of<" in name else "forward")
    if "transform_kernel<" in name and (found := re.search(r"bench::gated_(\w+)<activations_cuda::(\w+),", name)):
        return "cub", Subject(found.group(2), kind, f"glu_{found.group(1)}")
    return None


def compile_command(entry, element):
    """A unit's own command for the peers' source, with nvcc's default contraction."""
    command = re.sub(r" -fmad=false| -Werror all-warnings| -Xcompiler=\S+", "", entry["command"])
    return dict(entry, command=command.replace(entry["file"], f"-DPEER_ELEMENT={element} {SOURCE}"))


def measure(units, architecture, folder):
    """{(peer, Subject): (instructions of the main path, elements of each output)} of every activation of the table."""
    entry = next(iter(units.values()))
    sources = {f"peers_{kind}": compile_command(entry, element) for element, kind in ELEMENTS.items() if kind in TYPES}
    measured = {}
    for kernel in cubins.compile_units(sources, [architecture], folder):
        kind = kernel.unit.removeprefix("peers_")
        known = recognised(kernel.name, kind)
        if known is None:
            continue
        if names := pipes.unknown(kernel.path()):
            raise cubins.Failure(f"sass/pipes.py does not know {', '.join(names)}, in {kernel.name}")
        stored = bytes_of(kernel.path(), "store") / BYTES[kind]
        measured[known] = kernel.path(), stored / DIRECTIONS[known[1].direction]
    return measured


@dataclasses.dataclass(frozen=True)
class Comparison:
    subject: Subject
    ours: Figures
    peers: dict  # {name: Figures}

    @property
    def problem(self):
        """Where 16-bit storage takes as many slots as with a peer, in words."""
        if BYTES[self.subject.type] != 2:
            return None
        ours = self.ours.operations["issue"]
        slower = [f"{name} {figures.operations['issue']:.2f}" for name, figures in self.peers.items()
                  if figures.operations["issue"] <= ours]
        where = f"{self.subject.op} {self.subject.type} {self.subject.direction}"
        return f"{where}: {ours:.2f} slots per element, {' and '.join(slower)}" if slower else None


def compare(kernels, bars, measured, architecture):
    """Every kernel of the three types and those directions beside its peers, which have to be there."""
    result = []
    for kernel in kernels:
        if not (kernel.is_elementwise and kernel.moves_packs and kernel.architecture == architecture):
            continue
        subject = Subject(kernel.unit, kernel.access.type, kernel.access.direction)
        if subject.type not in TYPES or subject.direction not in DIRECTIONS:
            continue
        missing = [name for name in PEERS if (name, subject) not in measured]
        if missing:
            raise cubins.Failure(f"sm_{architecture}: no {' and no '.join(missing)} kernel for {subject}")
        ours = bars.figures(kernel)
        result.append(Comparison(subject, ours, {
            name: figures_of(*measured[name, subject], ours.moved_bytes, architecture) for name in PEERS}))
    return result


def rows(comparisons):
    """(activation, direction, type, then slots, mufu, load of ours and of each peer), formatted."""
    def cells(figures):
        return f"{figures.operations['issue']:.1f}", f"{figures.operations['mufu']:.1f}", f"{figures.load:.2f}"
    for c in comparisons:
        yield (c.subject.op, c.subject.direction, c.subject.type) + tuple(
            cell for figures in (c.ours, *c.peers.values()) for cell in cells(figures))


def print_table(comparisons, architecture):
    row = "{:<16}{:<14}{:<10}" + "{:>8}{:>6}{:>6}  " * (1 + len(PEERS))
    print(f"sm_{architecture}: issue slots and mufu operations per element, modelled load")
    print(row.format("", "", "", *(cell for name in ("library",) + PEERS for cell in (name, "", ""))))
    print(row.format("activation", "direction", "type", *(("slots", "mufu", "load") * (1 + len(PEERS)))))
    for cells in rows(comparisons):
        print(row.format(*cells))
