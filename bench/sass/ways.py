"""The way with most work through code whose branches skip what is absent: packs behind a row, a mask that is not there.

Of all ways without detours that load and store a thread's packs, and no more, it is the longest: an upper bound of what a thread
does that has all of its packs. Detours are blocks that move elements singly (the ends of a row), that call, and loops within the
code (64-bit divisions), those that put a pack together from two, where tensors differ in their alignment, and what a warp does only
if one of its threads votes for it, where a kernel is said to: log_softmax sums a row with a dominant column anew."""

import dataclasses
import math
import re

PLACE = re.compile(r"\[(R\d+)\.64\+?(-?0x[0-9a-f]+)?\]")
END = -1  # behind all blocks


@dataclasses.dataclass(frozen=True)
class Packs:
    """What is moved in accesses of so many bits."""
    bits: int = 128

    def moved(self, instructions, kind, predicated=True):
        return sum(i.accesses == kind and i.bits == self.bits and (predicated or not i.predicate) for i in instructions)

    def any_moved(self, block, predicated=True):
        return any(self.moved(block.instructions, kind, predicated) for kind in ("load", "store"))

    def are_loaded_in_twos(self, block):
        """A pack that lies in two: loads from the same register, 16 bytes apart."""
        places = {place.groups("0x0") for i in block.instructions if i.accesses == "load" and i.bits == self.bits == 128
                  for place in PLACE.finditer(i.operands)}
        return any((register, hex(int(offset, 16) + 16)) in places for register, offset in places)

    def make_detour(self, block, predicated=True):
        """Whether or not predicated accesses to single elements count."""
        if self.are_loaded_in_twos(block):
            return True
        globals_ = [i for i in block.instructions if i.accesses in ("load", "store") and (predicated or not i.predicate)]
        return block.calls > 0 or bool(globals_) and not any(i.bits == self.bits for i in globals_)


def next_of(flow, index, votes=True):
    """Without the way that a warp takes whose threads are apart where they exchange, and, if not votes, without what it votes for."""
    block = flow.blocks[index]
    last = block.instructions[-1]
    if last.opcode == "BRA" and "DIV" in last.modifiers:
        return [index + 1]
    asked = [i for i in block.instructions if i.opcode == "VOTE" and "ANY" in i.modifiers]
    if votes or not asked or last.opcode != "BRA" or last.predicate != asked[-1].operands.split(",")[0]:
        return block.next
    voted_for = [index + 1] if last.negated else [b for b in block.next if b != index + 1]
    return [b for b in block.next if b not in voted_for]


def order_of(edges, start):
    """Of what can be reached in a graph without cycles: each before what follows it."""
    seen, order, stack = {start}, [], [(start, iter(edges[start]))]
    while stack:
        index, following = stack[-1]
        if (unseen := next((f for f in following if f not in seen), None)) is None:
            order.append(index)
            stack.pop()
        else:
            seen.add(unseen)
            stack.append((unseen, iter(edges[unseen])))
    return order[::-1]


def most_work(flow, packs, within, start, ends, least_loads=0, least_stores=0, lean_from=None, votes=True):
    """The blocks of that way among some from one to one of some others, [] if there is none. It loads and stores as many packs as
    it has to, else as many as it can, and no more, and it is the longest of those, but from so many loads on the shortest until all
    are loaded, and from the first store on: packs that may be partial take longer ways there."""
    edges = {b: [f for f in next_of(flow, b, votes) if f in within and f != start] for b in within}
    best, before = {(start, 0, 0): 0}, {}  # by block, and packs loaded and stored before it: instructions
    for index in order_of(edges, start):
        instructions = flow.blocks[index].instructions
        for key in [key for key in best if key[0] == index]:
            moves = lean_from is not None and (lean_from <= key[1] < least_loads or key[2] > 0)
            reached = best[key] + len(instructions) * (-1 if moves else 1)
            for f in edges[index] + [END] * (index in ends):
                following = (f, key[1] + packs.moved(instructions, "load"), key[2] + packs.moved(instructions, "store"))
                if reached > best.get(following, -math.inf):
                    best[following], before[following] = reached, key
    reached = [key for key in best if key[0] == END]
    key = max(reached, key=lambda k: (min(k[1], least_loads) + min(k[2], least_stores), -k[1] - k[2], best[k]), default=None)
    way = []
    while key in before:
        key = before[key]
        way.append(key[0])
    return way[::-1]


def without_detours(flow, packs, blocks, entry, predicated=True):
    """Some blocks less the loops among them that move no packs, and less other detours."""
    inner = blocks - {entry}
    looping = set().union(*(part for part in flow.loops(inner) if not any(packs.any_moved(flow.blocks[b]) for b in part)))
    return {b for b in blocks if b == entry or b not in looping and not packs.make_detour(flow.blocks[b], predicated)}


def of_whole_packs(flow, packs, blocks, least_loads, least_stores):
    """Where there are blocks for whole packs and others for those of which some threads have none, without the others: a thread
    that has whole packs. Of two that are moved together the second may be predicated."""
    whole = {b for b in blocks if packs.any_moved(flow.blocks[b]) == packs.any_moved(flow.blocks[b], False)}
    instructions = flow.instructions(whole)
    if all(packs.moved(instructions, kind) >= least for kind, least in (("load", least_loads), ("store", least_stores))):
        return whole
    return blocks


def straight(flow, packs, least_loads, least_stores, lean_from=None, votes=True):
    """From the entry to the last store of a pack; if it has code for whole packs beside that for others, from how many loads on
    that counts. The compiler may have put predicated accesses to single elements where all ways go through."""
    blocks = of_whole_packs(flow, packs, flow.live, least_loads, least_stores)
    for predicated in (True, False):
        within = without_detours(flow, packs, blocks, 0, predicated)
        ends = [b for b in within if packs.moved(flow.blocks[b].instructions, "store")]
        if way := most_work(flow, packs, within, 0, ends, least_loads, least_stores, lean_from, votes):
            return way
    return []


def turn(flow, packs, loop, least_loads, least_stores, lean):
    """Of one turn of a loop; lean if it has code for turns of whole packs."""
    head = min(flow.entries(loop))
    stores = least_stores if packs.moved(flow.instructions(loop), "store") else 0
    blocks = of_whole_packs(flow, packs, loop, least_loads, stores) if lean else loop
    within = without_detours(flow, packs, blocks, head)
    return most_work(flow, packs, within, head, [b for b in within if head in next_of(flow, b)], least_loads, least_stores)


def turns(flow, packs, least_loads, least_stores, lean=True):
    """One turn of each loop that moves packs."""
    loops = [loop for loop in flow.loops(flow.live) if any(packs.any_moved(flow.blocks[b]) for b in loop)]
    return [way for way in (turn(flow, packs, loop, least_loads, least_stores, lean) for loop in loops) if way]
