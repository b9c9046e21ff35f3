"""Control flow: the instructions that a thread in the middle of a large tensor executes, and what may part it from its warp.

The main path is found by what it does: it makes the widest of the kernel's stores. If they are in a loop, it is one turn of
the innermost loop around them. Else it is every block on a way from the entry to such a store; what comes after the last of
them (elements at the ends of a tensor) is no part of it, nor is what only a thread that leaves early executes.

Threads of a warp take both sides of a branch, so both are counted. Two things are not: a slow path, which calls a subroutine
or loops within an element's work, and, for a kernel whose budget names a rare path, any detour."""

import dataclasses
import functools
import heapq

ENDS = {"EXIT", "RET", "BRA", "BRX", "JMP", "JMX", "KILL"}
INDIRECT = {"BRX", "JMX"}


@dataclasses.dataclass
class Block:
    instructions: list
    next: list  # indices of blocks

    @property
    def calls(self):
        return any(i.opcode == "CALL" for i in self.instructions)

    def stored_bytes(self, bits):
        return sum(i.bits // 8 for i in self.instructions if i.accesses == "store" and i.bits == bits)


def is_conditional(instruction):
    """A branch is predicated, or names another predicate than PT before its target."""
    if instruction.predicate:
        return True
    before = instruction.operands.split("`(")[0].replace(",", " ").split()
    return any(operand not in ("PT", "!PF") for operand in before)


def is_uniform(instruction):
    """The whole warp takes the same side."""
    return instruction.predicate.startswith("U") or "U" in instruction.modifiers


def blocks_of(listing):
    starts = {0} | {index for index in listing.labels.values()}
    starts |= {index + 1 for index, i in enumerate(listing.instructions) if i.opcode in ENDS or i.targets or i.opcode == "CALL"}
    starts = sorted(s for s in starts if s < len(listing.instructions))
    number = {start: index for index, start in enumerate(starts)}
    blocks = []
    for start, end in zip(starts, starts[1:] + [len(listing.instructions)]):
        last = listing.instructions[end - 1]
        following = []
        if last.opcode not in ENDS or is_conditional(last):
            following.append(number.get(end))
        # BSSY names where its warp joins again, CALL a subroutine: neither goes there.
        if last.opcode not in ("BSSY", "CALL"):
            following += [number.get(listing.labels.get(label)) for label in last.targets]
        blocks.append(Block(listing.instructions[start:end], sorted({b for b in following if b is not None})))
    return blocks


def reachable(edges, start):
    seen, todo = set(start), list(start)
    while todo:
        for following in edges[todo.pop()]:
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return seen


class Flow:
    def __init__(self, listing):
        self.blocks = blocks_of(listing)

    def edges(self, within=None, backwards=False):
        """{block: blocks}, of some blocks or all."""
        within = set(range(len(self.blocks))) if within is None else within
        result = {block: [] for block in within}
        for block in within:
            for following in self.blocks[block].next:
                if following in within:
                    result[following if backwards else block].append(block if backwards else following)
        return result

    def loops(self, within):
        """Strongly connected parts of some blocks: the outermost loops."""
        forward, backward = self.edges(within), self.edges(within, backwards=True)
        left, parts = set(within), []
        while left:
            block = min(left)
            part = reachable(forward, [block]) & reachable(backward, [block])
            left -= part
            if len(part) > 1 or block in forward[block]:
                parts.append(part)
        return parts

    def inner_loops(self, loop):
        """The loops of a loop's body, which starts anew at its lowest entry."""
        outside = set(range(len(self.blocks))) - loop
        entries = {b for o in outside for b in self.blocks[o].next if b in loop} or {min(loop)}
        return self.loops(loop - entries)

    @functools.cached_property
    def live(self):
        return reachable(self.edges(), [0]) if self.blocks else set()

    @functools.cached_property
    def widest(self):
        return max((i.bits for b in self.live for i in self.blocks[b].instructions if i.accesses == "store"), default=0)

    def stored(self, blocks):
        return sum(self.blocks[b].stored_bytes(self.widest) for b in blocks)

    @functools.cached_property
    def loop(self):
        """The innermost loop around the widest stores; None in straight-line code. Of several the one that stores most a
        turn, of those the shortest."""
        candidates = [part for part in self.loops(self.live) if self.stored(part)]
        chosen = None
        while candidates:
            chosen = max(candidates, key=lambda part: (self.stored(part), -self.length(part)))
            candidates = [part for part in self.inner_loops(chosen) if self.stored(part)]
        return chosen

    def length(self, blocks):
        return sum(len(self.blocks[b].instructions) for b in blocks)

    @functools.cached_property
    def entry_and_within(self):
        if self.loop is None:
            return 0, self.live
        outside = self.live - self.loop
        return min((b for o in outside for b in self.blocks[o].next if b in self.loop), default=min(self.loop)), self.loop

    def on_a_way(self, within):
        """The blocks on a way from the entry to a widest store, and, in a loop, back to the entry."""
        entry, _ = self.entry_and_within
        if entry not in within:
            return set()
        if self.loop is not None:
            return reachable(self.edges(within), [entry]) & reachable(self.edges(within, backwards=True), [entry])
        stores = [b for b in within if self.blocks[b].stored_bytes(self.widest)]
        return reachable(self.edges(within), [entry]) & reachable(self.edges(within, backwards=True), stores)

    @functools.cached_property
    def with_slow_paths(self):
        _, within = self.entry_and_within
        return self.on_a_way(within)

    @functools.cached_property
    def main(self):
        """The blocks of the main path, without slow paths unless every way leads through them."""
        _, within = self.entry_and_within
        inner = self.loops(within) if self.loop is None else self.inner_loops(self.loop)
        slow = {b for b in within if self.blocks[b].calls}.union(*[part for part in inner if not self.stored(part)])
        slow = {b for b in slow if not self.blocks[b].stored_bytes(self.widest)}
        fast = self.on_a_way(within - slow)
        return fast if self.stored(fast) == self.stored(within) else self.with_slow_paths

    @functools.cached_property
    def without_detours(self):
        """The shortest way from the entry through straight-line code that passes all its widest stores."""
        goal = self.stored(self.main)
        order = [(0, 0, 0, (0,))]
        done = set()
        while order:
            length, block, stored, way = heapq.heappop(order)
            stored += self.blocks[block].stored_bytes(self.widest)
            if stored >= goal:
                return set(way)
            if (block, stored) in done:
                continue
            done.add((block, stored))
            for following in self.blocks[block].next:
                if following in self.main and following not in way:
                    heapq.heappush(order, (length + len(self.blocks[block].instructions), following, stored, way + (following,)))
        return self.main

    def instructions(self, blocks):
        return [i for b in sorted(blocks) for i in self.blocks[b].instructions]

    def divergence(self):
        """What may part the threads of a warp on the main path, slow paths included: {what: how often}."""
        found = {}
        path = self.with_slow_paths
        for index in path:
            block = self.blocks[index]
            last = block.instructions[-1]
            names = []
            if len([b for b in block.next if b in path]) > 1 and not is_uniform(last):
                names.append("branches")
            names += ["calls" for i in block.instructions if i.opcode == "CALL"]
            names += ["BSSY" for i in block.instructions if i.opcode == "BSSY"]
            names += ["indirect branches" for i in block.instructions if i.opcode in INDIRECT]
            for name in names:
                found[name] = found.get(name, 0) + 1
        return found
