"""Which branches depend on what: on loaded data, and they part the threads of a warp anywhere in a tensor; on a thread's place
alone (the last tile, the elements at the ends), and they go one way for every warp in the middle; or on parameters alone.

Followed along the instructions' operands, not through the branches themselves."""

import functools
import re

NAME = re.compile(r"\b(UR|R|UP|P)(\d+)\b")
PREDICATE = re.compile(r"!?U?P(T|\d+)")
WITHOUT_RESULT = {"STG", "ST", "STL", "STS", "RED", "BRA", "BRX", "EXIT", "BAR", "BSSY", "BSYNC", "WARPSYNC", "NOP",
                  "CALL", "RET"}
LOADS = {"LDG", "LD", "LDS", "LDL", "ATOM", "ATOMG", "ATOMS"}
PLACE = {"S2R", "S2UR"}
LOGIC = {"PLOP3", "UPLOP3"}


def names_in(operand, registers):
    """The registers that an operand stands for: from the one it names on, that many."""
    return {prefix + str(int(number) + offset) for prefix, number in NAME.findall(operand)
            for offset in range(registers if prefix in ("R", "UR") else 1)}


def registers_of_operands(instruction):
    return 2 if instruction.opcode.startswith("D") or {"64", "WIDE", "F64"} & set(instruction.modifiers) else 1


@functools.lru_cache(maxsize=None)
def results_and_sources(instruction):
    operands = [operand.strip() for operand in instruction.operands.split(",")]
    count = 0
    if instruction.opcode not in WITHOUT_RESULT:
        count = 1
        predicates = 2 if instruction.opcode in LOGIC or PREDICATE.fullmatch(operands[0]) else 3
        while count < min(predicates, len(operands)) and PREDICATE.fullmatch(operands[count]):
            count += 1
        if instruction.opcode == "SHFL":
            count = 2
    registers = registers_of_operands(instruction)
    wide = max(registers, -(-instruction.bits // 32)) if instruction.opcode in LOADS else registers
    results = set().union(*(names_in(operand, wide) for operand in operands[:count]))
    # Factors of a wide product are not wide, what is added is.
    narrow = 2 if "WIDE" in instruction.modifiers else 0
    sources = set().union(*(names_in(operand, registers if place >= narrow else 1) for place, operand in enumerate(operands[count:])))
    return frozenset(results), frozenset(sources | {instruction.predicate} - {""})


def after(instruction, tainted, origins, ends=frozenset(), least_bits=0):
    results, sources = results_and_sources(instruction)
    if instruction.opcode in ends:
        return tainted - results
    if instruction.opcode in origins and instruction.bits >= least_bits or sources & tainted:
        return tainted | results
    return tainted if instruction.predicate else tainted - results


def dependent_branches(blocks, origins, ends=frozenset(), least_bits=0):
    """Indices of the blocks that end in a branch on what comes from instructions of these opcodes, of so many bits at least, and
    did not go through others."""
    entering = {0: frozenset()}
    todo, found = [0], set()
    while todo:
        index = todo.pop()
        tainted = entering[index]
        for instruction in blocks[index].instructions[:-1]:
            tainted = after(instruction, tainted, origins, ends, least_bits)
        last = blocks[index].instructions[-1]
        if len(blocks[index].next) > 1 and results_and_sources(last)[1] & tainted:
            found.add(index)
        tainted = after(last, tainted, origins, ends, least_bits)
        for following in blocks[index].next:
            known = entering.get(following)
            if known is None or not tainted <= known:
                entering[following] = tainted | (known or frozenset())
                todo.append(following)
    return found
