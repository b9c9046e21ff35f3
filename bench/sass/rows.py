"""Rows of the tables that say what a kernel may cost, and which kernels they are about."""

import csv
import dataclasses
import fnmatch
import pathlib

ANY = "*"
CLASSES = {"float16": "16-bit", "bfloat16": "16-bit"}
KEY = ("op", "type", "direction", "architecture")
ARCHITECTURES = (80, 90, 100)  # that have budgets


@dataclasses.dataclass(frozen=True)
class Row:
    op: str
    type: str  # one, or the class of 16-bit types
    direction: str  # or a pattern: row_*
    architecture: str

    def matches(self, kernel):
        kind = kernel.access.type
        return (self.op in (ANY, kernel.unit) and self.type in (ANY, kind, CLASSES.get(kind)) and
                fnmatch.fnmatchcase(kernel.access.direction, self.direction) and
                self.architecture in (ANY, str(kernel.architecture)))

    @property
    def precision(self):
        """How much of it is no wildcard, the activation first; of patterns, the longer one."""
        return self.op != ANY, sum(getattr(self, field) != ANY for field in KEY), len(self.direction)

    def __str__(self):
        return " ".join(getattr(self, field) for field in KEY if getattr(self, field) != ANY)


def row_of(kernel):
    """The row without wildcards that a kernel shares with the other 16-bit type's."""
    kind = kernel.access.type
    return Row(kernel.unit, CLASSES.get(kind, kind), kernel.access.direction, str(kernel.architecture))


def read_table(path, columns):
    """[(Row, {column: text})]; lines that begin with # are comments."""
    lines = [line for line in pathlib.Path(path).read_text().splitlines() if line and not line.startswith("#")]
    reader = csv.DictReader(lines)
    entries = list(reader)
    if tuple(reader.fieldnames or ()) != KEY + columns or any(None in e or None in e.values() for e in entries):
        raise ValueError(f"{path}: every row needs {', '.join(KEY + columns)}")
    return [(Row(*(e[field] for field in KEY)), {column: e[column] for column in columns}) for e in entries]
