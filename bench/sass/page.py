"""docs/sass.md"""

import collections

from . import gpus, peers
from .rows import ARCHITECTURES, CLASSES

PAGE = """\
# What the compiler makes of the kernels

Written by `bench/sass_report --page` from the machine code that nvcc {version} makes; `./run sass` prints the same for every
kernel and enforces `bench/budgets.csv` and `bench/bars.csv`. Nothing here was timed: **the loads are modelled**.

- **slots**: warp instructions issued per element on the main path: the code that a thread in the middle of a large tensor
  executes, its prologue included. **mufu**: operations of the unit for exp2, reciprocal and the like. **regs**: registers of a
  thread.
- **load**: how long the busiest of issue, fma, alu, mufu and fp64 takes for an element, as a part of the time that DRAM takes for
  its bytes, at boost clock and peak bandwidth: {bandwidths}. At 1
  a kernel stops being bound by memory; the bars are 0.65 on H200 and 0.85 on B200 for 16-bit types, 0.45 on both for float32.
- 16-bit is the worse of float16 and bfloat16, figure by figure. No kernel spills, loads or stores its packs in less than 128 bits
  or, in float32 and 16-bit, branches on data or calls on its main path, but for the rare paths named below.

## Forward

{forward}

## Backward

From x (`backward`) and, where the output determines the gradient, from y (`backward_from_output`).

{backward}
{others}
## float64

{double}

## Above a bar

{exceptions}

## Beside other kernels

The same activations on sm_{peers_on}, counted by the same program: through `cub::DeviceTransform` with the library's function
object, and through a plain kernel, an element a thread at a time, with PyTorch's formula in float32 and CUDA's math library
(`bench/peers`); loads are H200's. Of both their slow paths and prologues are left out. In 16-bit types the library takes fewer
slots in every row: `./run sass --peers` fails otherwise (float16 included). The formulas do not meet the library's accuracy
contract.

{peers}
"""

# The other families, by what their directions begin with.
OTHERS = {"glu_": """
## Gated linear units

Of separate dense tensors (`pointwise_kernel`), of rows with strides (`_strided`) and of pairs in one tensor (`_interleaved`); an
element is one of y forward, one of each gradient backward.

{table}
""", "random_": """
## Random activations

Where a pack's first element begins a block of random words, and where it does not (`_straddling`).

{table}
""", "channelwise_": """
## Activations with learned parameters

A turn of the loop over a thread's packs: what precedes it, a thread's parameters, and what follows, a block's sums, is some 16 to
256 packs' work apart and not counted. `channelwise_gradients` has dx and the parameters' sums in one pass. `_mixed`: a pack
holds several channels; of 16 parameters and more it is shorter and not listed. apl is compiled with room for 2, 4, 8 and 16 hinges (`_2`, ...).

{table}
""", "row_": """
## Rows of softmax and its family

By who holds a row (docs: kernels/row_plan.hpp): some lanes of a warp, a warp, a block, a cluster of blocks; or a block walks
through it and keeps it in shared memory (`shared`), reads it again (`stream`) or has a part of it (`parts_sums`, then `parts`).
The upper bound of what a thread executes that has all of its packs, whole ones, prologue and reductions included; of walks a turn
of each loop. `_unaligned`: rows that do not begin on boundaries of 16 bytes, at the same place in all tensors; `_limited`: these
with a causal mask or lengths; `_masked`: with an additive and a boolean tensor, both counted. Packs at a row's ends take longer ways.
What log_softmax does beside that for a row with a dominant column, one whose sum is below e, is left out: it sums the places anew that
have the maximum, which is one place of one thread, exchanges once more and takes another logarithm. Such rows are no rarity where a
model is sure of itself. float16 and bfloat16 rows have to stay below a load of
0.45 on H200 and 0.60 on B200, `_limited` ones below 0.65 and 0.85.

{table}
""", "column_": """
## Softmax along other axes

Columns that their threads hold, up to so many (`_held_32`), and those that are read twice, where all threads of a block have as many
as a thread holds. A thread has a column alone, or shares it with the same threads of other warps (`_warps`), with others of its warp
(`_warp`), or with both (`_shared`). Alone it moves 16 bytes of 8 columns at a time, 8 of 16, 4 of 32; else 4, one float32 or two
elements of 16 bits; or these two singly where not all begin on boundaries of 4 bytes (`_singly`). What log_softmax does for dominant
columns is counted: a warp has so many columns that one of them mostly is. Columns of float16 and bfloat16 that are held have to stay
below a load of 0.45 on H200 and 0.60 on B200, but for the exceptions in bench/bars.csv.

{table}
"""}

DIRECTIONS = ("forward", "backward", "backward_from_output")
PEERS_ON = 90
KINDS = ("16-bit", "float32", "float64")


def table(header, rows):
    lines = [header, ["---"] * len(header)] + rows
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


class Entry:
    """The worst figures of the kernels that share a row and an architecture."""

    def __init__(self, kernels, bars):
        figures = [bars.figures(k) for k in kernels]
        self.slots = max(f.operations["issue"] for f in figures)
        self.mufu = max(f.operations["mufu"] for f in figures)
        self.registers = max(k.registers for k in kernels)
        self.loads = {name: max(f.loads[name][0] for f in figures) for name in figures[0].loads}

    @property
    def cells(self):
        return [f"{self.slots:.1f}", f"{self.mufu:.1f}", str(self.registers)] + [f"{load:.2f}" for load in self.loads.values()]


def cells_of(kernels, architecture, bars):
    """Clusters are there from sm_90 on."""
    return Entry(kernels, bars).cells if kernels else ["-"] * (3 + len(gpus.gpus_of(architecture)))


def figure_header():
    return [cell for architecture in ARCHITECTURES
            for cell in [f"sm_{architecture} slots", "mufu", "regs",
                         *(f"load {gpu.name}" for gpu in gpus.gpus_of(architecture))]]


def figure_table(kernels, bars, kinds, directions):
    """A row for each activation, type and direction; with one direction it needs no column."""
    groups = collections.defaultdict(list)
    for k in kernels:
        kind = CLASSES.get(k.access.type, k.access.type)
        if kind in kinds and k.access.direction in directions:
            groups[k.unit, kind, k.access.direction, k.architecture].append(k)
    ops = list(dict.fromkeys(k.unit for k in kernels))
    rows = []
    for op, kind, direction in sorted({key[:3] for key in groups},
                                      key=lambda key: (ops.index(key[0]), kinds.index(key[1]), directions.index(key[2]))):
        names = [op] + [kind] * (len(kinds) > 1) + [direction] * (len(directions) > 1)
        rows.append(names + [cell for a in ARCHITECTURES for cell in cells_of(groups[op, kind, direction, a], a, bars)])
    return table(["activation"] + ["type"] * (len(kinds) > 1) + ["direction"] * (len(directions) > 1) + figure_header(), rows)


def peer_table(comparisons):
    rows = [list(cells) for cells in peers.rows(c for c in comparisons if c.subject.type != "float16")]
    columns = [f"{name} {what}" for name in ("library",) + peers.PEERS for what in ("slots", "mufu", "load")]
    return table(["activation", "direction", "type"] + columns, rows)


def write(path, kernels, bars, comparisons, version):
    exceptions = [f"- {exception}" for exception in bars.exceptions_used(kernels)]
    others = tuple(sorted({k.access.direction for k in kernels} - set(DIRECTIONS), reverse=True))

    def section(prefix):
        """Nothing where there is no such kernel."""
        directions = tuple(direction for direction in others if direction.startswith(prefix))
        return OTHERS[prefix].format(table=figure_table(kernels, bars, KINDS[:2], directions)) if directions else ""

    path.write_text(PAGE.format(
        version=version,
        bandwidths=", ".join(f"{gpu.name} {gpu.bandwidth / 1e9:.0f} GB/s" for gpu in gpus.GPUS),
        forward=figure_table(kernels, bars, KINDS[:2], DIRECTIONS[:1]),
        backward=figure_table(kernels, bars, KINDS[:2], DIRECTIONS[1:]),
        others="".join(section(prefix) for prefix in OTHERS),
        double=figure_table(kernels, bars, KINDS[2:], DIRECTIONS + others),
        exceptions="\n".join(exceptions) or "None.",
        peers_on=PEERS_ON, peers=peer_table(comparisons)))
