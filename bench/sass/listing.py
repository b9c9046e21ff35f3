"""The text of nvdisasm -c: for each function its instructions, in order, with the labels before them."""

import dataclasses
import re

INSTRUCTION = re.compile(
    r"\s+/\*([0-9a-f]{4,})\*/\s+(?:@(!?)(U?P\w+)\s+)?([A-Z][A-Z0-9_]*)((?:\.[A-Za-z0-9_]+)*)\s*([^;]*);")
ADDRESS = re.compile(r"\s+/\*[0-9a-f]{4,}\*/\s+\S")
LABEL = re.compile(r"(\.L\w+):")
REGISTER = re.compile(r"\bR(\d+)\b")
TARGET = re.compile(r"`\((\.L\w+)\)")
TARGETS = re.compile(r'"BRANCH_TARGETS ([^"]*)"')

MEMORY = {"LDG": "load", "STG": "store", "LD": "generic load", "ST": "generic store", "LDL": "spill", "STL": "spill"}


@dataclasses.dataclass(frozen=True)
class Instruction:
    predicate: str  # "P0", "UP1"; empty if always executed
    opcode: str
    modifiers: tuple
    operands: str
    negated: bool = False  # executed where the predicate is false

    @property
    def accesses(self):
        """Which kind of memory access it is, None for any other instruction."""
        return MEMORY.get(self.opcode)

    @property
    def bits(self):
        """Width of a memory access: LDG.E.128 moves 128 bits a thread, LDG.E 32."""
        for modifier in self.modifiers:
            width = re.fullmatch(r"[USF]?(8|16|32|64|128|256)", modifier)
            if width:
                return int(width.group(1))
        return 32

    @property
    def targets(self):
        """The labels that it names: of a branch where it may go, of an indirect one as nvdisasm found out."""
        found = TARGETS.search(self.operands)
        return re.findall(r"\.L\w+", found.group(1)) if found else TARGET.findall(self.operands)

    @property
    def registers(self):
        """Numbers of all registers that its operands name."""
        return {int(number) for number in REGISTER.findall(self.operands)}


@dataclasses.dataclass
class Listing:
    instructions: list = dataclasses.field(default_factory=list)
    labels: dict = dataclasses.field(default_factory=dict)  # label: index of the instruction after it


def parse(disassembly):
    """{function: Listing}. A line that looks like an instruction and is none that this knows is an error."""
    listings, current = {}, None
    for line in disassembly.splitlines():
        if line.startswith(".text.") and line.endswith(":"):
            current = listings.setdefault(line[len(".text."):-1], Listing())
        elif current is None:
            continue
        elif line.startswith("\t.section"):
            current = None
        elif label := LABEL.match(line):
            current.labels[label.group(1)] = len(current.instructions)
        elif ADDRESS.match(line):
            match = INSTRUCTION.match(line)
            if not match:
                raise ValueError(f"not an instruction: {line.strip()}")
            _, sign, predicate, opcode, modifiers, operands = match.groups()
            always = predicate in (None, "PT", "UPT")
            current.instructions.append(Instruction(
                "" if always else predicate, opcode, tuple(modifiers.split(".")[1:]), operands.strip(), sign == "!"))
    return listings
