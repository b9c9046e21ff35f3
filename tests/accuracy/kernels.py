"""What the library's PTX says of its float32 kernels."""

import hashlib
import re
import subprocess
import sys


class Kernels:
    """The PTX that nvcc embedded in the library, by the mangled names of kernels and functions."""

    def __init__(self, build):
        program = build.folder / "tests" / "structure" / "library_ptx"
        self.read(build.run([program], stdout=subprocess.PIPE).stdout.decode())

    def read(self, text):
        self.kernels, self.functions = {}, {}
        for part in re.split(r"^(?=\.(?:visible|func|weak|extern|global|const|version)\b)", text, flags=re.MULTILINE):
            entry = re.match(r"\.visible \.entry (\w+)\(.*?^\)(.*)", part, re.MULTILINE | re.DOTALL)
            function = re.match(r"\.func (?:\(.*?\) )?(\w+)[^{;]*(\{.*)", part, re.DOTALL)
            if entry:
                self.kernels[entry[1]] = entry[2]
            elif function:
                self.functions[function[1]] = function[2]

    def of(self, op, direction):
        """The float32 kernels of an activation's direction, and the functions that they call."""
        function = f"{direction}_function"
        mangled = re.compile(f"{len(function)}{function}I(?=.*18float32_arithmetic).*NS_{len(op)}{op}[0-9]")
        found = [self.kernels[name] for name in sorted(self.kernels) if mangled.search(name)]
        if not found:
            sys.exit(f"the library has no float32 kernel of {op} {direction}")
        called = {*re.findall(r"\w+", " ".join(found))} & {*self.functions}
        return found + [self.functions[name] for name in sorted(called)]

    def digest(self, op, direction):
        """Another word once the instructions are other ones; names, places in the source and remarks do not count."""
        text = re.sub(r"//.*|^\s*\.loc .*", "", "\n".join(self.of(op, direction)), flags=re.MULTILINE)
        text = re.sub(r"\$L__BB\d+_", "$", text)
        text = re.sub(r"\w+_param_", "param_", text)
        return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]

    def err_by_one_ulp(self, op, direction):
        """Whether each stored value depends on one rcp.approx at most. That errs by -1, 0 or 1 ulp, so that its errors of both signs and
        none are all that there are, and random ones are among them."""
        return all(errs_by_one_ulp(body) for body in self.of(op, direction))


INSTRUCTION = re.compile(r"^\s*(?:@!?([%\w]+)\s+)?([a-z][\w.:]*)(?:\s+([^;]*))?;", re.MULTILINE)
LABEL = re.compile(r"^(\$\w+):", re.MULTILINE)
# What would have to be followed through memory, other lanes or another body.
NOT_FOLLOWED = re.compile(r"\.local|\.shared|\bcall\b|\batom\b|\bred\b|\bshfl\b|\bbrx\b")


def errs_by_one_ulp(body):
    body = re.sub(r"//.*", "", body)
    labels = {m[1]: m.start() for m in LABEL.finditer(body)}
    if NOT_FOLLOWED.search(body):
        return False
    approximate, decisive, stored = [], [], []  # (place, words) of approximate instructions; words
    written = {}  # the words that a register's values come from, and the places of approximate instructions
    for m in INSTRUCTION.finditer(body):
        guard, opcode, operands = m[1], m[2], m[3] or ""
        words = re.findall(r"[%\w]+", operands)
        if guard:
            decisive.append(guard)
        if opcode.startswith("bra"):
            if labels["$" + words[0]] < m.start():
                return False  # a loop, in which one place is many
        elif opcode.startswith("st."):
            address, values = re.match(r"\[(.*?)\]\s*,\s*(.*)", operands, re.DOTALL).groups()
            decisive += re.findall(r"[%\w]+", address)
            stored += re.findall(r"[%\w]+", values)
        elif words:
            first = re.match(r"\s*(\{.*?\}|[^,]*)", operands, re.DOTALL)[0]
            sources = [*re.findall(r"[%\w]+", operands[len(first):]), *([guard] if guard else [])]
            place = set()
            if re.search(r"\.approx|\.full", opcode):
                if not re.fullmatch(r"rcp\.approx(\.ftz)?\.f32", opcode):
                    return False
                place = {m.start()}
                approximate += sources
            for register in re.findall(r"[%\w]+", first):
                into = written.setdefault(register, (set(), set()))
                into[0].update(sources)
                into[1].update(place)

    def places(word):
        seen, open_, found = set(), [word], set()
        while open_:
            at = open_.pop()
            if at in seen or at not in written:
                continue
            seen.add(at)
            open_ += written[at][0]
            found |= written[at][1]
        return found

    return (bool(stored) and all(len(places(word)) <= 1 for word in stored)
            and not any(places(word) for word in {*approximate, *decisive}))
