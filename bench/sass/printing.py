"""The report's tables on a terminal."""

import collections

from .rules import narrow_packs, spills, written

KERNEL = "{:<4}" + "{:>6}" * 5 + "  {:<12}{:<12}" + "{:>6}" * 6 + "{:>6}{:>8}  {:<22}{}"
HEADER = ("sm", "regs", "thr", "stack", "spill", "KiB", "loads", "stores", "slots", "mufu", "fma", "alu", "fp64", "heavy",
          "calls", "branches", "modelled load", "kernel")
LEGEND = """\
thr: resident threads an SM, KiB: asked for an SM before the first wait; slots to heavy: per element of the main path (where a
row does not fit, of the last loop over it); calls, branches on data: on the main path, slow paths included
"""


def per_element(value):
    return f"{value:.1f}"


def print_kernels(kernels, bars):
    print(LEGEND)
    print(KERNEL.format(*HEADER))
    for k in kernels:
        figures, (branches, calls) = bars.figures(k), k.flow.divergence()
        loads = " ".join(f"{gpu} {value:.2f}" for gpu, (value, _) in figures.loads.items())
        print(KERNEL.format(
            k.architecture, k.registers, k.resident_threads, k.stack_bytes, k.spill_store_bytes + k.spill_load_bytes,
            k.bytes_in_flight // 1024, written(k.accesses("load")), written(k.accesses("store")),
            *(per_element(figures.operations[pipe]) for pipe in ("issue", "mufu", "fma", "alu", "fp64", "heavy")),
            calls, branches, loads, k.short_name))


SUMMARY = "{:<5}{:<18}{:>8}{:>6}{:>8}{:>9}  {:>24}{:>24}{:>24}"


def worst(kernels, bars, types):
    """Slots, mufu and load, each the most of the pointwise kernels of these types."""
    figures = [bars.figures(k) for k in kernels if k.is_elementwise and k.moves_packs and k.access.type in types]
    if not figures:
        return "-"
    slots, mufu = (max(f.operations[pipe] for f in figures) for pipe in ("issue", "mufu"))
    load = f"{max(f.load for f in figures):.2f}" if figures[0].loads else "-"
    return f"{slots:.1f} / {mufu:.1f} / {load}"


def print_summary(kernels, bars):
    print("slots / mufu / modelled load: the most of any direction")
    print(SUMMARY.format("sm", "activation", "kernels", "regs", "spills", "128-bit", "16-bit", "float32", "float64"))
    groups = collections.defaultdict(list)
    for k in kernels:
        groups[k.architecture, k.unit].append(k)
    for (architecture, unit), group in sorted(groups.items()):
        print(SUMMARY.format(
            architecture, unit, len(group), max(k.registers for k in group), sum(spills(k, bars) is not None for k in group),
            sum(k.moves_packs and narrow_packs(k, bars) is None for k in group),
            worst(group, bars, ("float16", "bfloat16")), worst(group, bars, ("float32",)), worst(group, bars, ("float64",))))
