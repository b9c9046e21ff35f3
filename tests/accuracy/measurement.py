"""Runs the programs that measure accuracy, and keeps what they say in tables."""

import collections
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "tests" / "accuracy"
SEED = 1

FIELDS = "family op type direction allowed unit worst where elements device"
Measurement = collections.namedtuple("Measurement", FIELDS)


class Build:
    """A build folder, the programs in it, and the folder in which measurements that stopped go on."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.program = self.folder / "tests" / "accuracy" / "pointwise_accuracy"

    def ops(self):
        """{op: {parameter: default}}"""
        lines = self.run([self.program, "list"], stdout=subprocess.PIPE).stdout.decode().splitlines()
        rows = [line.split("\t") for line in lines]
        return {row[0]: {name: float(value) for name, value in (p.split("=") for p in row[1:])} for row in rows}

    def run(self, command, stdout=sys.stderr, **environment):
        environment = {**os.environ, "ACTIVATIONS_CUDA_TEST_SEED": str(SEED), **environment}
        done = subprocess.run([self.folder / "on-device", *command], env=environment, stdout=stdout)
        if done.returncode:
            sys.exit(f"{pathlib.Path(command[0]).name} fails, so there is nothing to write")
        return done

    def measure(self, *command, **environment):
        """What the command says it measured."""
        with tempfile.TemporaryDirectory() as folder:
            table = pathlib.Path(folder) / "table"
            self.run(command, ACTIVATIONS_CUDA_ACCURACY_TABLE=str(table), **environment)
            rows = [Measurement(*line.split("\t")) for line in table.read_text().splitlines()]
        return [m._replace(worst=float(m.worst), elements=int(m.elements)) for m in rows]

    def state(self, op):
        """Another folder once the op's kernels, the programs or the device are other ones."""
        digest = hashlib.sha256()
        kernels = self.folder.glob(f"**/generated/kernels/{op}.cu.o")
        emulator = self.folder.glob("tests/emulator/lib/libcudart.so.*")
        for file in sorted({*kernels, *emulator, self.program}):
            digest.update(file.read_bytes())
        state = self.folder / "accuracy" / f"{op}-{digest.hexdigest()[:12]}"
        state.mkdir(parents=True, exist_ok=True)
        return state


def worst_of_each(measurements):
    """{(op, type, direction): (the worst of its measurements, all their elements)}, in the measurements' order."""
    subjects = {}
    for m in measurements:
        subjects.setdefault((m.op, m.type, m.direction), []).append(m)
    return {subject: (max(found, key=lambda m: m.worst), sum(m.elements for m in found))
            for subject, found in subjects.items()}


def ulps(value):
    return f"{value:.3f}" if value < 1000 else f"{value:.1e}".replace("e+0", "e").replace("e+", "e")


def rows(cells):
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


class Data:
    """A checked-in table: remarks, a line of names, and rows, each with an op and a direction."""

    def __init__(self, name, fields):
        self.path = DATA / f"{name}.tsv"
        self.fields = fields
        self.rows = {}
        if self.path.exists():
            for line in self.path.read_text().splitlines()[1:]:
                self.add(line.split("\t"))

    def add(self, row):
        self.rows[row[0], row[1]] = dict(zip(self.fields, row, strict=True))

    def write(self):
        lines = [self.fields, *(list(row.values()) for row in self.rows.values())]
        self.path.write_text("".join("\t".join(line) + "\n" for line in lines))
