"""The library's kernels as machine code: compiled to cubins, disassembled, parsed once into instructions."""

import collections
import concurrent.futures
import dataclasses
import functools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig

MEMORY = {"LDG": "load", "STG": "store", "LD": "generic load", "ST": "generic store", "LDL": "spill", "STL": "spill"}
ELEMENT_BYTES = {"float": 4, "double": 8, "__half": 2, "__nv_bfloat16": 2}


@dataclasses.dataclass(frozen=True)
class Instruction:
    address: int
    predicate: str
    opcode: str
    modifiers: tuple
    operands: str

    @property
    def bits(self):
        """Width of a memory access: LDG.E.128 moves 128 bits a thread, LDG.E 32."""
        for modifier in self.modifiers:
            width = re.fullmatch(r"[USF]?(8|16|32|64|128|256)", modifier)
            if width:
                return int(width.group(1))
        return 32


@dataclasses.dataclass
class Kernel:
    architecture: int
    unit: str  # the generated translation unit: the activation's name
    symbol: str
    name: str = ""  # demangled, without the function's parameters
    registers: int = 0
    stack_bytes: int = 0
    spill_store_bytes: int = 0
    spill_load_bytes: int = 0
    instructions: list = dataclasses.field(default_factory=list)

    @property
    def family(self):
        return self.name.split("<", 1)[0].rsplit("::", 1)[-1].rsplit(" ", 1)[-1]

    @property
    def access(self):
        """How the engine means to reach memory: (bytes of one access, packs that a thread stores); None if unknown."""
        return FAMILIES[self.family](template_arguments(self.name)) if self.family in FAMILIES else None

    @property
    def moves_packs(self):
        return self.access is not None and self.access[0] == 16

    def accesses(self, kind):
        """How many accesses of a kind there are, by their width in bits."""
        return collections.Counter(i.bits for i in self.instructions if MEMORY.get(i.opcode) == kind)

    @property
    def short_name(self):
        return self.name.replace("activations_cuda::", "").replace("kernels::", "").replace("void ", "")


@functools.lru_cache
def tuning(name):
    """A constant of kernels/tuning.hpp."""
    text = (pathlib.Path(__file__).parent.parent / "kernels" / "tuning.hpp").read_text()
    found = re.search(rf"constexpr int {name} = (\d+);", text)
    if not found:
        sys.exit(f"sass_report: kernels/tuning.hpp defines no {name}")
    return int(found.group(1))


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


# How many streams an element's function reads.
INPUTS = {"forward_function": 1, "backward_function": 2, "backward_from_output_function": 2, "glu_forward_function": 2,
          "glu_backward_function": 3}


def packs_of(function, element, width):
    inputs = INPUTS[function.split("<")[0].rsplit("::", 1)[-1]]
    return ELEMENT_BYTES[element] * int(width), tuning("pointwise_loads_in_flight") // inputs


def pointwise_access(arguments):
    """pointwise_kernel<function, element, width>"""
    function, element, width = arguments
    return packs_of(function, element, width)


def strided_access(arguments):
    """strided_kernel<width, function, operands<element, ...>>"""
    width, function, operands = arguments
    return packs_of(function, template_arguments(operands)[0], width)


def rowwise_access(arguments):
    """rowwise_..._kernel<op, element, threads, packs, held, aligned>"""
    _, element, _, packs, _, aligned = arguments
    return 16 if aligned == "true" else ELEMENT_BYTES[element], int(packs)


# The engines' kernels, by name.
FAMILIES = {"pointwise_kernel": pointwise_access, "strided_kernel": strided_access,
            "rowwise_forward_kernel": rowwise_access, "rowwise_backward_kernel": rowwise_access}


def find_tool(name):
    """On the PATH, else where this interpreter's packages are: PyPI has nvidia-cuda-nvdisasm."""
    found = shutil.which(name)
    packages = pathlib.Path(sysconfig.get_path("purelib"))
    candidates = [pathlib.Path(found)] if found else sorted(packages.glob(f"nvidia/*/bin/{name}"))
    if not candidates:
        sys.exit(f"sass_report: {name} is neither on the PATH nor in {packages}: ./run sass installs it")
    return str(candidates[0])


def translation_units(build):
    """The generated kernels' compile commands, as CMake recorded them, by activation."""
    database = pathlib.Path(build) / "compile_commands.json"
    if not database.exists():
        sys.exit(f"sass_report: {database} is missing: configure first, cmake --preset ci")
    entries = json.loads(database.read_text())
    units = {pathlib.Path(e["file"]).stem: e for e in entries if "/generated/kernels/" in e["file"]}
    if not units:
        sys.exit(f"sass_report: {database} compiles no generated kernel")
    return units


def cubin_command(entry, architecture, output):
    """The library's own command with one change: machine code of one architecture in place of its fat binary."""
    words = shlex.split(entry["command"])
    kept, skip = [], False
    for word in words:
        if skip or word.startswith(("--generate-code", "-gencode", "-arch")):
            skip = False
            continue
        if word in ("-o", "-MF", "-MT"):
            skip = True
            continue
        if word not in ("-c", "-MD"):
            kept.append(word)
    if pathlib.Path(kept[0]).name == "ccache":
        kept.pop(0)
    return kept + ["-cubin", f"-arch=sm_{architecture}", "-Xptxas=-v", "-o", str(output)]


def parse_usage(log, architecture, unit):
    """Registers, stack and spills of each kernel, from ptxas -v."""
    kernels, current = {}, None
    for line in log.splitlines():
        if entry := re.search(r"Compiling entry function '(\S+)'", line):
            current = kernels.setdefault(entry.group(1), Kernel(architecture, unit, entry.group(1)))
        elif frame := re.search(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", line):
            current.stack_bytes, current.spill_store_bytes, current.spill_load_bytes = map(int, frame.groups())
        elif used := re.search(r"Used (\d+) registers", line):
            current.registers = int(used.group(1))
    return kernels


LINE = re.compile(r"\s+/\*([0-9a-f]+)\*/\s+(?:(@!?U?P\w+)\s+)?([A-Z0-9_]+)((?:\.[A-Z0-9_a-z]+)*)\s*([^;]*);")


def parse_instructions(disassembly, kernels):
    current = None
    for line in disassembly.splitlines():
        if line.startswith(".text.") and line.endswith(":"):
            current = kernels.get(line[len(".text."):-1])
        elif current is not None and (match := LINE.match(line)):
            address, predicate, opcode, modifiers, operands = match.groups()
            current.instructions.append(Instruction(
                int(address, 16), predicate or "", opcode, tuple(modifiers.split(".")[1:]), operands.strip()))


def demangle(kernels):
    names = subprocess.run(["c++filt"], input="\n".join(k.symbol for k in kernels), text=True, check=True,
                           capture_output=True).stdout.splitlines()
    for kernel, name in zip(kernels, names):
        depth = 0
        for i, c in enumerate(name):
            depth += {"<": 1, ">": -1}.get(c, 0)
            if c == "(" and depth == 0:
                name = name[:i]
                break
        kernel.name = name


def kernels_of(entry, unit, architecture, folder, nvdisasm):
    cubin = folder / f"{unit}.sm_{architecture}.cubin"
    compiled = subprocess.run(cubin_command(entry, architecture, cubin), cwd=entry["directory"], text=True,
                              capture_output=True)
    if compiled.returncode != 0:
        sys.exit(f"sass_report: {unit} does not compile for sm_{architecture}:\n{compiled.stderr}")
    kernels = parse_usage(compiled.stdout + compiled.stderr, architecture, unit)
    text = subprocess.run([nvdisasm, "-c", str(cubin)], text=True, check=True, capture_output=True).stdout
    parse_instructions(text, kernels)
    demangle(list(kernels.values()))
    return list(kernels.values())


def compile_library(build, architectures, folder):
    """Every kernel of the library for every architecture."""
    nvdisasm = find_tool("nvdisasm")
    folder.mkdir(parents=True, exist_ok=True)
    work = [(entry, unit, a, folder, nvdisasm) for unit, entry in translation_units(build).items()
            for a in architectures]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [kernel for group in pool.map(lambda job: kernels_of(*job), work) for kernel in group]
