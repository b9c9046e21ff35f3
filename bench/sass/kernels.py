"""A kernel of the library: what its name says that it moves, and what its main path costs per element."""

import collections
import dataclasses
import functools
import re

from . import flow, gpus, listing, pipes, softmax_kernels
from .access import BYTES, ELEMENTS, Access, arity, find_in, template_arguments, tuning


def pointwise_access(arguments):
    """pointwise_kernel<function, element, width>, or in place of the function drawn<function, straddling, ...>"""
    function, element, width = arguments
    if function.split("<")[0].rsplit("::", 1)[-1] == "drawn":
        function, straddling, *_ = template_arguments(function)
        access = pointwise_access([function, element, width])
        direction = access.direction + ("_straddling" if straddling == "true" else "")
        return dataclasses.replace(access, direction=direction, values=2)  # the seed and the offset
    function = function.split("<")[0].rsplit("::", 1)[-1]
    inputs, outputs = arity(function)
    kind = ELEMENTS[element]
    loads = tuning("pointwise_scalar_loads_in_flight" if width == "1" else "pointwise_loads_in_flight")
    return Access(function.removesuffix("_function"), kind, BYTES[kind] * int(width), -(-loads // inputs), inputs, outputs,
                  tuning("pointwise_threads"))


def strided_access(arguments):
    """strided_kernel<width, function, operands<element, ...>>"""
    width, function, operands = arguments
    access = pointwise_access([function, template_arguments(operands)[0], width])
    layout = operands.split("<")[0].rsplit("::", 1)[-1].split("_")[0]
    return dataclasses.replace(access, direction=f"{access.direction}_{layout}")


CHANNELWISE = {"channel_forward": "channelwise_forward", "channel_backward": "channelwise_backward",
               "channel_backward_with_sums": "channelwise_gradients"}


def channelwise_access(arguments):
    """channelwise_kernel<direction, op, evaluator, element, width, mixed>; the evaluator of apl ends in the hinges that it has
    room for."""
    way, _, evaluator, element, width, mixed = arguments
    way = way.rsplit("::", 1)[-1]
    inputs = find_in("channelwise.cuh", rf"struct {way} {{\s*static constexpr int inputs = (\d+);")[0]
    room = re.search(r"evaluator_of<.*, (\d+)>$", evaluator)
    direction = CHANNELWISE[way] + (f"_{room.group(1)}" if room else "") + ("_mixed" if mixed == "true" else "")
    kind = ELEMENTS[element]
    access_bytes = BYTES[kind] * int(width)
    loads = (tuning("channel_scalar_loads_in_flight") if width == "1" else
             min(tuning("channel_bytes_in_flight") // access_bytes, tuning("channel_loads_in_flight")))
    return Access(direction, kind, access_bytes, loads // inputs, inputs, 1, tuning("channel_threads"))


def slopes_access(arguments):
    """slopes_kernel<evaluator, element>: a thread has a block of random words, and stores singly."""
    kind = ELEMENTS[arguments[1]]
    return Access("slopes", kind, BYTES[kind], 16 // BYTES[kind], 0, 1, tuning("pointwise_threads"), values=2)


# The engines' kernels, by name.
FAMILIES = {"pointwise_kernel": pointwise_access, "channelwise_kernel": channelwise_access,
            "strided_kernel": strided_access, "slopes_kernel": slopes_access, **softmax_kernels.FAMILIES}


@dataclasses.dataclass
class Figures:
    """Per element of the main path."""
    moved_bytes: float
    operations: dict  # by pipe
    loads: dict  # by GPU's name: (load, the busiest pipe)

    @property
    def load(self):
        """On the worst of the architecture's GPUs; 0 if none is modelled."""
        return max((value for value, _ in self.loads.values()), default=0.0)


def figures_of(instructions, elements, moved_bytes, architecture):
    return figures_from({pipe: count / elements for pipe, count in pipes.count(instructions).items()}, moved_bytes, architecture)


def figures_from(operations, moved_bytes, architecture):
    return Figures(moved_bytes, operations,
                   {gpu.name: gpus.load(gpu, operations, moved_bytes) for gpu in gpus.gpus_of(architecture)})


@dataclasses.dataclass(eq=False)
class Kernel:
    architecture: int
    unit: str  # the translation unit: the activation's name
    symbol: str
    name: str = ""  # demangled, without the function's parameters
    registers: int = 0
    stack_bytes: int = 0
    spill_store_bytes: int = 0
    spill_load_bytes: int = 0
    code: listing.Listing = dataclasses.field(default_factory=listing.Listing)

    @property
    def family(self):
        return self.name.split("<", 1)[0].rsplit("::", 1)[-1].rsplit(" ", 1)[-1]

    @functools.cached_property
    def access(self):
        """None if no engine is known by its name."""
        return FAMILIES[self.family](template_arguments(self.name)) if self.family in FAMILIES else None

    @property
    def moves_packs(self):
        return self.access is not None and self.access.moves_packs

    @property
    def is_elementwise(self):
        """Each thread does the same number of elements, each by itself, on a path that is known: the compiler unrolls the
        channelwise engine's loops over single elements as it likes."""
        return self.family in ("pointwise_kernel", "strided_kernel") or self.family == "channelwise_kernel" and self.moves_packs

    @property
    def is_row(self):
        """Of softmax and its family."""
        return isinstance(self.access, softmax_kernels.RowAccess)

    @property
    def has_budget(self):
        """What it costs per element is known, and it moves packs."""
        return self.moves_packs and (self.is_elementwise or self.is_row)

    @functools.cached_property
    def flow(self):
        return flow.Flow(self.code)

    def accesses(self, kind):
        """How many accesses of a kind there are, by their width in bits."""
        return widths(self.code.instructions, kind)

    def path(self, rare_path=False):
        """The instructions of the main path."""
        if self.is_row and self.moves_packs:
            return [i for one in softmax_kernels.passes(self) for i in one.instructions]
        moved = (self.access.loaded_bytes, self.access.stored_bytes) if self.is_elementwise else ()
        return self.flow.instructions(self.flow.main(*moved, rare_path=rare_path))

    @functools.cache
    def figures(self, rare_path=False):
        if self.is_row and self.moves_packs:
            return figures_from(softmax_kernels.operations(self), softmax_kernels.moved_bytes(self), self.architecture)
        instructions, size = self.path(rare_path), BYTES[self.access.type]
        elements = bytes_of(instructions, "store") / (size * self.access.outputs)
        # A gradient that does not depend on dy does not read it.
        moved = min(size * (self.access.inputs + self.access.outputs),
                    (bytes_of(instructions, "load") + bytes_of(instructions, "store")) / elements)
        return figures_of(instructions, elements, moved, self.architecture)

    @property
    def resident_threads(self):
        return gpus.resident_threads(self.registers, self.access.threads)

    @property
    def bytes_in_flight(self):
        """Per SM: what all resident threads have asked for when they first wait for some of it."""
        return self.resident_threads * bytes_before_first_use(self.path())

    @property
    def short_name(self):
        return self.name.replace("activations_cuda::", "").replace("kernels::", "").replace("void ", "")


def widths(instructions, kind):
    return collections.Counter(i.bits for i in instructions if i.accesses == kind)


def bytes_of(instructions, kind):
    return sum(bits // 8 * count for bits, count in widths(instructions, kind).items())


def bytes_before_first_use(instructions):
    """What a thread loads before it needs any of it."""
    waiting, loaded = set(), 0
    for instruction in instructions:
        if instruction.registers & waiting:
            break
        if instruction.accesses == "load":
            first = int(listing.REGISTER.search(instruction.operands).group(1))
            waiting |= set(range(first, first + -(-instruction.bits // 32)))
            loaded += instruction.bits // 8
    return loaded
