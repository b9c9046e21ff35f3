"""bench/budgets.csv, written by bench/sass_report --write-budgets: for each activation what was measured and 5 % more."""

import collections
import dataclasses
import math

from .rows import KEY, read_table, row_of

SLACK = 1.05
HEADER = """\
# Issue slots and operations of the mufu pipe per element of a kernel's main path, at most: measured and 5 % more.
# Written by bench/sass_report --write-budgets, enforced by ./run sass. type: 16-bit is the worse of float16 and bfloat16.
"""


@dataclasses.dataclass(frozen=True)
class Budget:
    slots: float
    mufu: float

    @classmethod
    def around(cls, figures):
        """For all of these figures."""
        def most(pipe):
            return math.ceil(round(max(f.operations[pipe] for f in figures) * SLACK * 10, 6)) / 10
        return cls(most("issue"), most("mufu"))


class Budgets:
    def __init__(self, rows):
        self.rows = rows  # {Row: Budget}

    @classmethod
    def read(cls, path):
        table = read_table(path, ("slots", "mufu"))
        twice = [str(row) for row, count in collections.Counter(row for row, _ in table).items() if count > 1]
        if twice:
            raise ValueError(f"{path}: twice: {', '.join(twice)}")
        return cls({row: Budget(float(text["slots"]), float(text["mufu"])) for row, text in table})

    def problem_of(self, kernel, figures):
        budget = self.rows.get(row_of(kernel))
        if budget is None:
            return "it has no budget; bench/sass_report --write-budgets writes one"
        over = [f"{figures.operations[pipe]:.2f} {name} per element, {limit:.1f} in its budget"
                for pipe, name, limit in (("issue", "slots", budget.slots), ("mufu", "mufu", budget.mufu))
                if figures.operations[pipe] > limit]
        return "; ".join(over) or None

    def problems(self, kernels, ops, architectures):
        """Budgets of these activations (None: of any) and architectures that no kernel has."""
        known = {row_of(k) for k in kernels}
        for row in self.rows:
            if (ops is None or row.op in ops) and row.architecture in architectures and row not in known:
                yield f"budgets.csv: {row}: matches no kernel"

    def updated(self, measured, table):
        """With new rows for the measured kernels, [(kernel, figures)], and without activations that the table lacks."""
        figures = collections.defaultdict(list)
        for kernel, of_kernel in measured:
            figures[row_of(kernel)].append(of_kernel)
        new = {row: Budget.around(all_of_row) for row, all_of_row in figures.items()}
        parts = {(row.op, row.architecture) for row in new}
        kept = {row: b for row, b in self.rows.items() if row.op in table and (row.op, row.architecture) not in parts}
        order = sorted({**kept, **new}.items(), key=lambda item: (
            table.index(item[0].op), item[0].type, item[0].direction, int(item[0].architecture)))
        return Budgets(dict(order))

    def write(self, path):
        lines = [",".join(KEY + ("slots", "mufu"))]
        for row, budget in self.rows.items():
            lines.append(f"{','.join(getattr(row, field) for field in KEY)},{budget.slots:.1f},{budget.mufu:.1f}")
        path.write_text(HEADER + "\n".join(lines) + "\n")
