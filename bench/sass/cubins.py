"""Kernels as machine code: compiled to cubins with the library's own commands, disassembled. A cubin is kept and used again
while its command, its compiler and everything that it includes stay the same."""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sysconfig

from . import listing
from .kernels import Kernel


TABLE = pathlib.Path(__file__).resolve().parents[2] / "include" / "activations_cuda" / "activations.def"


class Failure(Exception):
    """Something that the person who runs the report has to put right."""


def find_tool(name):
    """On the PATH, else where this interpreter's packages are: PyPI has nvidia-cuda-nvdisasm."""
    found = shutil.which(name)
    packages = pathlib.Path(sysconfig.get_path("purelib"))
    candidates = [pathlib.Path(found)] if found else sorted(packages.glob(f"nvidia/*/bin/{name}"))
    if not candidates:
        raise Failure(f"{name} is neither on the PATH nor in {packages}: ./run sass installs it")
    return str(candidates[0])


def translation_units(build):
    """The generated kernels' compile commands, as CMake recorded them, by activation or, where each type is a unit of its own,
    by activation and type."""
    database = pathlib.Path(build) / "compile_commands.json"
    if not database.exists():
        raise Failure(f"{database} is missing: configure first, cmake --preset ci")
    entries = json.loads(database.read_text())
    units = {pathlib.Path(e["file"]).stem: e for e in entries if "/generated/kernels/" in e["file"]}
    if not units:
        raise Failure(f"{database} compiles no generated kernel")
    return units


CLUSTER = "_cluster"  # what units end in whose kernels only devices with clusters have


def activation_of(unit):
    return re.sub(r"_(float|double|__half|__nv_bfloat16)$", "", unit.removesuffix(CLUSTER))


@functools.lru_cache
def rowwise():
    """The activations of rows that have kernels. Their units take minutes: of float64 one architecture, of 16 bits bfloat16 is
    looked at."""
    return set(re.findall(r"^ROWWISE\(\w+, *(\w+),", TABLE.read_text(), re.MULTILINE))


def is_compiled_for(unit, architecture):
    if activation_of(unit) in rowwise() and ("__half" in unit or "double" in unit and architecture != 90):
        return False
    return architecture >= 90 or not unit.endswith(CLUSTER)


def cubin_command(entry, architecture):
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
    return kept + ["-cubin", f"-arch=sm_{architecture}", "-Xptxas=-v"]


@functools.lru_cache(maxsize=None)
def content_hash(path):
    try:
        return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    except OSError:
        return None


@functools.lru_cache
def compiler_version(compiler):
    return subprocess.run([compiler, "--version"], text=True, check=True, capture_output=True).stdout


def release(entry):
    """Of the compiler that a command calls: 13.0.88."""
    return re.search(r"V([0-9.]+)", compiler_version(cubin_command(entry, 0)[0])).group(1)


def dependencies_of(makefile):
    """The files that a rule written by nvcc -MD names."""
    text = makefile.read_text().replace("\\\n", " ")
    return shlex.split(text.split(" : ", 1)[-1] if " : " in text else text.split(":", 1)[-1])


def compile_cubin(command, directory, cubin):
    """Writes the cubin, unless it is there and up to date; what ptxas said about it."""
    record = cubin.with_suffix(".json")
    if cubin.exists() and record.exists():
        kept = json.loads(record.read_text())
        if (kept["command"] == command and kept["compiler"] == compiler_version(command[0]) and
                all(content_hash(path) == digest for path, digest in kept["inputs"].items())):
            return kept["log"]
    rules = cubin.with_suffix(".d")
    compiled = subprocess.run(command + ["-MD", "-MF", str(rules), "-o", str(cubin)], cwd=directory, text=True,
                              capture_output=True)
    log = compiled.stdout + compiled.stderr
    if compiled.returncode != 0:
        raise Failure(f"{cubin.stem} does not compile:\n{log}")
    paths = [str((pathlib.Path(directory) / path).resolve()) for path in dependencies_of(rules)]
    inputs = {path: content_hash(path) for path in paths}
    record.write_text(json.dumps({"command": command, "compiler": compiler_version(command[0]), "inputs": inputs, "log": log}))
    return log


def parse_usage(log, architecture, unit):
    """Registers, stack and spills of each kernel, from ptxas -v."""
    kernels, current = {}, None
    for line in log.splitlines():
        if entry := re.search(r"Compiling entry function '(\S+)'", line):
            current = kernels.setdefault(entry.group(1), Kernel(architecture, activation_of(unit), entry.group(1)))
        elif current is None:
            continue
        elif frame := re.search(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", line):
            current.stack_bytes, current.spill_store_bytes, current.spill_load_bytes = map(int, frame.groups())
        elif used := re.search(r"Used (\d+) registers", line):
            current.registers = int(used.group(1))
    return kernels


def without_parameters(name):
    depth = 0
    for i, c in enumerate(name):
        depth += {"<": 1, ">": -1}.get(c, 0)
        if c == "(" and depth == 0 and not name.startswith("(anonymous namespace)", i):
            return name[:i]
    return name


def demangle(kernels):
    names = subprocess.run(["c++filt"], input="\n".join(k.symbol for k in kernels), text=True, check=True,
                           capture_output=True).stdout.splitlines()
    for kernel, name in zip(kernels, names):
        kernel.name = without_parameters(name)


def kernels_of(entry, unit, architecture, folder):
    folder.mkdir(parents=True, exist_ok=True)
    cubin = folder / f"{unit}.sm_{architecture}.cubin"
    log = compile_cubin(cubin_command(entry, architecture), entry["directory"], cubin)
    kernels = parse_usage(log, architecture, unit)
    text = subprocess.run([find_tool("nvdisasm"), "-c", str(cubin)], text=True, check=True, capture_output=True).stdout
    for symbol, code in listing.parse(text).items():
        if symbol in kernels:
            kernels[symbol].code = code
    demangle(list(kernels.values()))
    return list(kernels.values())


def compile_units(units, architectures, folder):
    """Every kernel of the translation units ({name: compile command}) for every architecture."""
    work = [(entry, unit, architecture, folder) for unit, entry in units.items() for architecture in architectures
            if is_compiled_for(unit, architecture)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [kernel for group in pool.map(lambda job: kernels_of(*job), work) for kernel in group]
