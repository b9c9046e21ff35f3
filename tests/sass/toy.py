"""Small listings as nvdisasm prints them, and kernels made of them."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
from sass import flow, kernels, listing  # noqa: E402


def disassembly(text, symbol="toy"):
    """Lines 'label:' or 'opcode operands', with addresses as nvdisasm writes them."""
    lines, address = [f"\t.section\t.text.{symbol}", f".text.{symbol}:"], 0
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.endswith(":"):
            lines.append(line)
        else:
            lines.append(f"        /*{address:04x}*/                   {line} ;")
            address += 16
    return "\n".join(lines)


def parsed(text):
    return listing.parse(disassembly(text))["toy"]


def flow_of(text):
    return flow.Flow(parsed(text))


def opcodes(of_flow, **how):
    return [i.opcode for i in of_flow.instructions(of_flow.main(**how))]


def kernel(body="", packs=4, bits=128, before="", after="EXIT", architecture=90, element="__nv_bfloat16", width=8, **fields):
    """A forward kernel of the pointwise engine: predicated loads, a body, predicated stores, and what comes after them."""
    number = 128 // 32
    loads = "\n".join(f"@P0 LDG.E.{bits} R{8 + number * p}, desc[UR4][R2.64+{p * 4096:#x}]" for p in range(packs))
    stores = "\n".join(f"@P0 STG.E.{bits} desc[UR4][R4.64+{p * 4096:#x}], R{8 + number * p}" for p in range(packs))
    function = "act::kernels::forward_function<toy::evaluator<act::reduced_arithmetic> >"
    name = f"act::kernels::pointwise_kernel<{function}, {element}, {width}>"
    code = parsed("\n".join(["S2R R0, SR_TID.X", before, loads, body, stores, after]))
    return kernels.Kernel(architecture, fields.pop("unit", "toy"), "toy", name, code=code, **{"registers": 32, **fields})
