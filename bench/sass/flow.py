"""Control flow: the instructions that a thread in the middle of a large tensor executes, and what may part it from its warp.

The main path is found by what it does: it makes the widest of the kernel's stores. If they are in a loop, it is one turn of
the innermost loop around them. Else it is every block on a way from the entry to such a store; what comes after the last of
them (elements at the ends of a tensor) is no part of it.

Threads of a warp take both sides of a branch on data, so both are counted. Not counted are
- slow paths, which call a subroutine or loop within an element's work;
- where both sides make the same accesses, the dearer side of a branch on a thread's place and the cheaper one of a branch on
  parameters;
- and, for a kernel that is said to have a rare path, the dearer side of a branch on data."""

import dataclasses
import functools
import math

from . import taint

ENDS = {"EXIT", "RET", "BRA", "BRX", "JMP", "JMX", "KILL"}


@dataclasses.dataclass
class Block:
    instructions: list
    next: list  # indices of blocks

    @property
    def calls(self):
        """Of subroutines: a call of one of the kernel's own labels is how a warp may leave a loop on sm_80, and does not return."""
        return sum(i.opcode == "CALL" and not i.targets for i in self.instructions)

    def stored_bytes(self, bits):
        return sum(i.bits // 8 for i in self.instructions if i.accesses == "store" and i.bits == bits)


def is_conditional(instruction):
    """A branch is predicated, or names another predicate than PT before its target."""
    before = instruction.operands.split("`(")[0].replace(",", " ").split()
    return bool(instruction.predicate) or any(operand not in ("PT", "!PF") for operand in before)


def blocks_of(listing):
    code = listing.instructions
    starts = {0, *listing.labels.values()}
    starts |= {index + 1 for index, i in enumerate(code) if i.opcode in ENDS or i.targets}
    starts = sorted(start for start in starts if start < len(code))
    number = {start: index for index, start in enumerate(starts)}
    blocks = []
    for start, end in zip(starts, starts[1:] + [len(code)]):
        last = code[end - 1]
        following = []
        jumps = last.opcode in ENDS or last.opcode == "CALL" and last.targets
        if not jumps or is_conditional(last):
            following.append(end)
        if last.opcode != "BSSY":  # it names where a warp joins again
            following += [listing.labels.get(label) for label in last.targets]
        blocks.append(Block(code[start:end], sorted({number[f] for f in following if f in number})))
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
        self.live = reachable([block.next for block in self.blocks], [0]) if self.blocks else set()
        self.widest = max((i.bits for i in self.instructions(self.live) if i.accesses == "store"), default=0)

    def instructions(self, blocks):
        return [i for b in sorted(blocks) for i in self.blocks[b].instructions]

    def length(self, blocks):
        return sum(len(self.blocks[b].instructions) for b in blocks)

    def stored(self, blocks):
        """Bytes of the widest stores."""
        return sum(self.blocks[b].stored_bytes(self.widest) for b in blocks)

    def loaded(self, blocks):
        """Bytes of all loads from global memory."""
        return sum(i.bits // 8 for i in self.instructions(blocks) if i.accesses == "load")

    def edges(self, within, dropped=frozenset()):
        """{block: blocks} among some blocks, forwards and backwards."""
        forwards = {b: [f for f in self.blocks[b].next if f in within and (b, f) not in dropped] for b in within}
        backwards = {b: [] for b in within}
        for block, following in forwards.items():
            for f in following:
                backwards[f].append(block)
        return forwards, backwards

    def loops(self, within):
        """The outermost loops of some blocks: their strongly connected parts."""
        forwards, backwards = self.edges(within)
        left, parts = set(within), []
        while left:
            block = min(left)
            part = reachable(forwards, [block]) & reachable(backwards, [block])
            left -= part
            if len(part) > 1 or block in forwards[block]:
                parts.append(part)
        return parts

    def entries(self, loop):
        return {f for b in self.live - loop for f in self.blocks[b].next if f in loop} or {min(loop)}

    @functools.cached_property
    def loop(self):
        """The innermost loop around the widest stores, None in straight-line code. Of several the one that stores most a
        turn, of those the shortest."""
        chosen, inside = None, self.live
        while candidates := [part for part in self.loops(inside) if self.stored(part)]:
            chosen = max(candidates, key=lambda part: (self.stored(part), -self.length(part)))
            inside = chosen - self.entries(chosen)
        return chosen

    def way(self, left_out=frozenset(), dropped=frozenset()):
        """The blocks on a way from the entry to a widest store or, in a loop, back to the entry."""
        within = (self.live if self.loop is None else self.loop) - left_out
        starts = ({0} if self.loop is None else self.entries(self.loop)) & within
        ends = starts if self.loop is not None else {b for b in within if self.blocks[b].stored_bytes(self.widest)}
        forwards, backwards = self.edges(within, dropped)
        return reachable(forwards, starts) & reachable(backwards, ends)

    @functools.cached_property
    def slow_paths(self):
        """Blocks that call or loop, unless they make the stores."""
        inside = self.live if self.loop is None else self.loop - self.entries(self.loop)
        looping = set().union(*(part for part in self.loops(inside) if not self.stored(part)))
        return {b for b in self.live if not self.blocks[b].stored_bytes(self.widest) and (b in looping or self.blocks[b].calls)}

    @functools.cached_property
    def branches_on_data(self):
        return taint.dependent_branches(self.blocks, taint.LOADS) if self.blocks else set()

    @functools.cached_property
    def branches_on_place(self):
        return (taint.dependent_branches(self.blocks, taint.PLACE) if self.blocks else set()) - self.branches_on_data

    @functools.cache
    def main(self, loaded_bytes=math.inf, stored_bytes=math.inf, rare_path=False):
        """The blocks of the main path, which moves that much, or as much as all ways together if that is less."""
        slow = self.slow_paths if self.stored(self.way(self.slow_paths)) == self.stored(self.way()) else frozenset()
        chosen, dropped = self.way(slow), frozenset()
        least = min(loaded_bytes, self.loaded(chosen)), min(stored_bytes, self.stored(chosen))
        for block in sorted(chosen):
            if block in self.branches_on_data and not rare_path or block not in chosen:
                continue
            sides = [dropped | {(block, following)} for following in self.blocks[block].next]
            ways = {side: self.way(slow, side) for side in sides}
            enough = [side for side in sides if self.loaded(ways[side]) >= least[0] and self.stored(ways[side]) >= least[1]]
            if len(sides) > 1 and enough:
                on_parameters = block not in self.branches_on_data | self.branches_on_place
                dropped = (max if on_parameters else min)(enough, key=lambda side: self.length(ways[side]))
                chosen = ways[dropped]
        return chosen

    def divergence(self):
        """What may part the threads of a warp, slow paths included: (branches on data, calls)."""
        everything = self.way()
        branches = [b for b in everything & self.branches_on_data if len(everything.intersection(self.blocks[b].next)) > 1]
        return len(branches), sum(self.blocks[b].calls for b in everything)
