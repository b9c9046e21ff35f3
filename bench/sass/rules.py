"""What must hold for every kernel of the library: each rule answers with the problem in words, or None."""

from . import pipes, softmax_kernels
from .kernels import FAMILIES, bytes_of, widths


def written(counter):
    return " ".join(f"{count}x{bits}" for bits, count in sorted(counter.items(), reverse=True)) or "-"


def not_disassembled(kernel, bars):
    if not kernel.code.instructions or not kernel.registers:
        return "ptxas or nvdisasm said nothing about it"
    return None


def unknown_family(kernel, bars):
    if kernel.access is None:
        return f"no engine is known by this name; sass/kernels.py knows {', '.join(FAMILIES)}"
    return None


def unknown_opcodes(kernel, bars):
    if names := pipes.unknown(kernel.code.instructions):
        return f"sass/pipes.py does not know {', '.join(names)}"
    return None


def stores_nothing(kernel, bars):
    return None if kernel.flow.widest else "no store on a way from its entry"


def spills(kernel, bars):
    spilled = kernel.spill_store_bytes + kernel.spill_load_bytes
    local = sum(kernel.accesses("spill").values())
    if spilled or not bars.has_rare_path(kernel) and (kernel.stack_bytes or local):
        return (f"{kernel.stack_bytes} bytes of stack, {kernel.spill_store_bytes} spilled, "
                f"{kernel.spill_load_bytes} reloaded, {local} local accesses; 0 are allowed")
    return None


def narrow_packs(kernel, bars):
    """Packs of 16 bytes move in 128-bit accesses, and nothing else does but the elements at the ends and single values."""
    if not kernel.moves_packs or kernel.is_row:
        return None
    path = bars.path(kernel) if kernel.is_elementwise else kernel.code.instructions
    for kind in ("load", "store"):
        found = widths(path, kind)
        if kind == "load" and found[64] <= kernel.access.values:
            del found[64]
        if set(found) != {128} or found[128] < kernel.access.packs:
            return f"{kernel.access.packs} packs of 16 bytes, but its {kind}s are {written(found)}"
    return None


def generic_accesses(kernel, bars):
    # The blocks of a cluster read each other's shared memory so.
    shares = kernel.is_row and "cluster" in kernel.access.direction
    # What writes statistics of several rows is not always known to be in global memory.
    of_rows = kernel.is_row and kernel.access.direction.startswith("column")
    for kind in ("generic store",) if shares else ("generic load",) if of_rows else ("generic load", "generic store"):
        if count := sum(kernel.accesses(kind).values()):
            return f"{count} {kind}s, whose address space is found at run time"
    return None


def elements_unclear(kernel, bars):
    """What the main path stores is what the name promises: else every figure per element is wrong."""
    if kernel.is_row:
        return softmax_kernels.problem(kernel) if kernel.moves_packs else None
    if not kernel.is_elementwise:
        return None
    stored = bytes_of(bars.path(kernel), "store")
    if stored == kernel.access.stored_bytes:
        return None
    return f"its main path stores {stored} bytes a thread; {kernel.access.stored_bytes} was expected"


def divergence(kernel, bars):
    if kernel.is_row:
        return softmax_kernels.divergence(kernel) if kernel.moves_packs and kernel.access.type != "float64" else None
    if not (kernel.is_elementwise and kernel.moves_packs) or kernel.access.type == "float64" or bars.has_rare_path(kernel):
        return None
    branches, calls = kernel.flow.divergence()
    return f"{branches} branches on data and {calls} calls in its main path; 0 are allowed" if branches or calls else None


def load(kernel, bars):
    return bars.load_problem(kernel) if kernel.has_budget else None


# Until these hold, nothing else can be said about a kernel.
READABLE = (not_disassembled, unknown_family, unknown_opcodes, stores_nothing)
RULES = READABLE + (spills, generic_accesses, narrow_packs, elements_unclear, divergence, load)


def problem_of(kernel, bars, rules=RULES):
    """Of the first rule that finds one: the later ones build on the earlier ones."""
    return next((problem for rule in rules if (problem := rule(kernel, bars))), None)


def is_readable(kernel):
    return problem_of(kernel, None, READABLE) is None
