"""What of docs/accuracy.md is not measured anew stays as it is."""

import importlib.machinery
import importlib.util
import unittest

from measurement import DATA, Measurement

loader = importlib.machinery.SourceFileLoader("page", str(DATA / "page"))
page = importlib.util.module_from_spec(importlib.util.spec_from_loader("page", loader))
loader.exec_module(page)


class PartOfThePage(unittest.TestCase):
    def setUp(self):
        self.kept = page.Page()
        self.text = page.CURRENT.read_text()

    def composed(self, found):
        return page.compose(found, self.kept.device, self.kept.lengths)

    def test_nothing_measured(self):
        self.assertEqual(self.composed(self.kept.cells), self.text, "the page is not what tests/accuracy/page writes of its rows")

    def test_one_row_measured(self):
        measured = [Measurement("learned", "prelu", "float32", "d_alpha", "4", "ulp", worst, f"x = {worst}", 10, self.kept.device)
                    for worst in (1.25, 3.5, 2.0)]
        line = "| prelu | float32 | d_alpha | 4 ulp | 3.500 | x = 3.5 | 30 |"
        lines = self.text.splitlines()
        (old,) = (i for i, text in enumerate(lines) if text.startswith("| prelu | float32 | d_alpha |"))
        lines[old] = line
        self.assertEqual(self.composed({**self.kept.cells, **page.cells(measured)}).splitlines(), lines)


if __name__ == "__main__":
    unittest.main()
