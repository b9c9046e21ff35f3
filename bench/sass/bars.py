"""bench/bars.csv, written by people: bars for all kernels, and exceptions by name, with reasons."""

import dataclasses
import math

from .rows import ANY, ARCHITECTURES, Row, read_table, row_of

SLACK = 1.05


@dataclasses.dataclass(frozen=True)
class Bar:
    row: Row
    bar: str  # load or rare_path
    limit: float
    reason: str

    @property
    def is_exception(self):
        return self.row.op != ANY


class Bars:
    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def read(cls, path):
        rows = []
        for row, text in read_table(path, ("bar", "limit", "reason")):
            if text["bar"] not in ("load", "rare_path"):
                raise ValueError(f"{path}: {text['bar']} is no bar")
            rows.append(Bar(row, text["bar"], float(text["limit"]) if text["bar"] == "load" else math.inf, text["reason"]))
        return cls(rows)

    def of(self, kernel, bar, exceptions=True):
        """The row that holds for a kernel: the one that names most."""
        return max((r for r in self.rows if r.bar == bar and (exceptions or not r.is_exception) and r.row.matches(kernel)),
                   key=lambda r: r.row.precision, default=None)

    def general_load(self, kernel):
        bar = self.of(kernel, "load", exceptions=False)
        return bar.limit if bar else math.inf

    def has_rare_path(self, kernel):
        return self.of(kernel, "rare_path") is not None

    def path(self, kernel):
        return kernel.path(self.has_rare_path(kernel))

    def figures(self, kernel):
        return kernel.figures(self.has_rare_path(kernel))

    def load_problem(self, kernel):
        bar, load = self.of(kernel, "load"), self.figures(kernel).load
        return f"modelled load {load:.2f}; {bar.limit:.2f} is allowed" if bar and load > bar.limit else None

    def needs(self, kernel, exception):
        if exception.bar == "rare_path":
            return any(kernel.flow.divergence()) or kernel.stack_bytes > 0
        return self.figures(kernel).load > self.general_load(kernel)

    def problems(self, kernels, ops):
        """Of the rows themselves, not of the kernels; ops are the activations that were compiled, None if all."""
        compiled = {k.architecture for k in kernels}
        judged = {str(a) for a in compiled} | ({ANY} if compiled >= set(ARCHITECTURES) else set())
        for bar in self.rows:
            if bar.is_exception and not bar.reason:
                yield f"bars.csv: {bar.row}: {bar.bar} has no reason"
            if bar.row.architecture not in judged or ops and bar.row.op not in ops:
                continue
            matched = [k for k in kernels if bar.row.matches(k)]
            if not matched:
                yield f"bars.csv: {bar.row}: {bar.bar} matches no kernel"
            elif bar.is_exception and not any(self.needs(k, bar) for k in matched):
                yield f"bars.csv: {bar.row}: no kernel needs this exception from {bar.bar}"

    def lacking(self, kernels):
        """A line of the file, without its reason, for each activation and type above its bar."""
        loads = {}
        for k in kernels:
            if self.load_problem(k):
                key = row_of(k).op, row_of(k).type
                loads[key] = max(loads.get(key, 0), self.figures(k).load)
        for (op, kind), load in loads.items():
            yield f"{op},{kind},{ANY},{ANY},load,{math.ceil(load * SLACK * 100) / 100:.2f},"

    def exceptions_used(self, kernels):
        """In words, for the report."""
        for exception in filter(lambda bar: bar.is_exception, self.rows):
            users = [k for k in kernels if exception.row.matches(k) and self.needs(k, exception)]
            if users and exception.bar == "load":
                worst = max(users, key=lambda k: self.figures(k).load)
                yield (f"{exception.row}: modelled load up to {self.figures(worst).load:.2f}, above "
                       f"{self.general_load(worst):.2f}: {exception.reason}")
            elif users:
                yield f"{exception.row}: a rare path is not counted: {exception.reason}"
