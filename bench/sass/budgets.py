"""What a kernel may cost. bench/bars.csv, written by people: bars for all, exceptions by name, with reasons.
bench/budgets.csv, written by bench/sass_report --write-budgets: for each activation what was measured and 5 % more."""

import csv
import dataclasses
import math
import pathlib

ANY = "*"
ARCHITECTURES = (80, 90, 100)
CLASSES = {"float16": "16-bit", "bfloat16": "16-bit"}
SLACK = 1.05
KEY = ("op", "type", "direction", "architecture")


def read_table(path, columns):
    lines = [line for line in pathlib.Path(path).read_text().splitlines() if line and not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    if not rows or tuple(rows[0]) != columns or any(None in row or None in row.values() for row in rows):
        raise ValueError(f"{path}: every row needs {', '.join(columns)}")
    return rows


@dataclasses.dataclass(frozen=True)
class Row:
    op: str
    type: str
    direction: str
    architecture: str

    def matches(self, kernel):
        kind = kernel.access.type
        return (self.op in (ANY, kernel.unit) and self.type in (ANY, kind, CLASSES.get(kind)) and
                self.direction in (ANY, kernel.access.direction) and self.architecture in (ANY, str(kernel.architecture)))

    @property
    def precision(self):
        """How much of it is no wildcard, the activation first."""
        return self.op != ANY, sum(getattr(self, field) != ANY for field in KEY)

    def __str__(self):
        return " ".join(getattr(self, field) for field in KEY)


@dataclasses.dataclass(frozen=True)
class Bar(Row):
    bar: str
    limit: float
    reason: str

    @property
    def is_exception(self):
        return self.op != ANY


@dataclasses.dataclass(frozen=True)
class Budget(Row):
    slots: float
    mufu: float


class Bars:
    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def read(cls, path):
        rows = []
        for row in read_table(path, KEY + ("bar", "limit", "reason")):
            if row["bar"] not in ("load", "rare_path"):
                raise ValueError(f"{path}: {row['bar']} is no bar")
            row["limit"] = float(row["limit"]) if row["bar"] == "load" else math.inf
            rows.append(Bar(**row))
        return cls(rows)

    def of(self, kernel, bar, exceptions=True):
        """The row that holds for a kernel: the one that names most."""
        return max((r for r in self.rows if r.bar == bar and (exceptions or not r.is_exception) and r.matches(kernel)),
                   key=lambda r: r.precision, default=None)

    def general_load(self, kernel):
        row = self.of(kernel, "load", exceptions=False)
        return row.limit if row else math.inf

    def has_rare_path(self, kernel):
        return self.of(kernel, "rare_path") is not None

    def path(self, kernel):
        return kernel.path(self.has_rare_path(kernel))

    def figures(self, kernel):
        return kernel.figures(self.has_rare_path(kernel))

    def load_problem(self, kernel):
        row, load = self.of(kernel, "load"), self.figures(kernel).load
        if row is None or load <= row.limit:
            return None
        return f"modelled load {load:.2f}; {row.limit:.2f} is allowed"

    def is_needed(self, row, kernel):
        if row.bar == "rare_path":
            return any(kernel.flow.divergence()) or kernel.stack_bytes > 0
        return self.figures(kernel).load > self.general_load(kernel)

    def problems(self, kernels, ops):
        """Of the rows themselves, not of the kernels; ops are the activations that were compiled, None if all."""
        compiled = {k.architecture for k in kernels}
        complete = {str(a) for a in compiled} | ({ANY} if compiled >= set(ARCHITECTURES) else set())
        for row in self.rows:
            if row.is_exception and not row.reason:
                yield f"bars.csv: {row}: {row.bar} has no reason"
            if row.architecture not in complete or ops and row.op not in ops:
                continue
            matched = [k for k in kernels if row.matches(k)]
            if not matched:
                yield f"bars.csv: {row}: {row.bar} matches no kernel"
            elif row.is_exception and not any(self.is_needed(row, k) for k in matched):
                yield f"bars.csv: {row}: no kernel needs this exception from {row.bar}"

    def lacking(self, kernels):
        """A row of the file, without its reason, for each activation and type above a bar."""
        loads = {}
        for k in kernels:
            if self.load_problem(k):
                key = key_of(k)[:2]
                loads[key] = max(loads.get(key, 0), self.figures(k).load)
        for (op, kind), load in loads.items():
            yield f"{op},{kind},{ANY},{ANY},load,{math.ceil(load * SLACK * 100) / 100:.2f},"

    def exceptions_used(self, kernels):
        """In words, for the report."""
        for row in self.rows:
            matched = [k for k in kernels if row.is_exception and row.matches(k) and self.is_needed(row, k)]
            if matched and row.bar == "load":
                worst = max(matched, key=lambda k: self.figures(k).load)
                yield (f"{row}: modelled load {self.figures(worst).load:.2f}, above {self.general_load(worst):.2f}: {row.reason}")
            elif matched:
                yield f"{row}: a rare path is not counted: {row.reason}"


def key_of(kernel):
    kind = kernel.access.type
    return kernel.unit, CLASSES.get(kind, kind), kernel.access.direction, str(kernel.architecture)


class Budgets:
    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def read(cls, path):
        rows = [Budget(**{key: row[key] for key in KEY}, slots=float(row["slots"]), mufu=float(row["mufu"]))
                for row in read_table(path, KEY + ("slots", "mufu"))]
        return cls(rows)

    def problem_of(self, kernel, figures):
        rows = [r for r in self.rows if r.matches(kernel)]
        if len(rows) != 1:
            return f"{len(rows)} budgets for it; bench/sass_report --write-budgets writes one"
        over = [f"{figures.operations[pipe]:.2f} {name} per element, {getattr(rows[0], name):.1f} in its budget"
                for pipe, name in (("issue", "slots"), ("mufu", "mufu"))
                if figures.operations[pipe] > getattr(rows[0], name)]
        return "; ".join(over) or None

    def problems(self, kernels, ops, architectures):
        """Budgets that no kernel has, of these activations or of none."""
        known = {key_of(k) for k in kernels}
        for row in self.rows:
            if row.op in ops and row.architecture in architectures and tuple(getattr(row, f) for f in KEY) not in known:
                yield f"budgets.csv: {row}: matches no kernel"

    def updated(self, measured, every_op):
        """With new rows for the measured kernels, [(kernel, figures)], and without those of activations that are gone."""
        new = {}
        for kernel, figures in measured:
            key = key_of(kernel)
            slots, mufu = (with_slack(figures.operations[pipe]) for pipe in ("issue", "mufu"))
            before = new.get(key, (0, 0))
            new[key] = max(slots, before[0]), max(mufu, before[1])
        measured_parts = {(op, architecture) for op, _, _, architecture in new}
        kept = {tuple(getattr(r, f) for f in KEY): (r.slots, r.mufu) for r in self.rows
                if r.op in every_op and (r.op, r.architecture) not in measured_parts}
        order = list(every_op)
        return Budgets([Budget(*key, *values) for key, values in
                        sorted({**kept, **new}.items(), key=lambda item: (order.index(item[0][0]), *item[0][1:3], int(item[0][3])))])

    def write(self, path):
        lines = [f"{','.join(getattr(r, f) for f in KEY)},{r.slots:.1f},{r.mufu:.1f}" for r in self.rows]
        path.write_text("\n".join([
            "# Issue slots and operations of the MUFU pipe per element of a kernel's main path, at most: measured and 5 % more, rounded up.",
            "# Written by bench/sass_report --write-budgets, enforced by ./run sass. type: 16-bit is the worse of float16 and bfloat16.",
            ",".join(KEY + ("slots", "mufu"))] + lines) + "\n")


def with_slack(value):
    return math.ceil(round(value * SLACK * 10, 6)) / 10
