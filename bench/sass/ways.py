"""The way with most work through code whose branches skip what is absent: packs behind a row, a mask that is not there.

Of all ways without detours that load a thread's packs it is the one that stores most, loads no others (where a mask is added), and is the longest: an upper bound of what a thread does that has all of its packs. Detours are blocks that move elements singly (the ends of a row), that call, and loops
within the code (64-bit divisions), and those that put a pack together from two, where tensors differ in their alignment."""

import re

WIDE = 128
PLACE = re.compile(r"\[(R\d+)\.64\+?(-?0x[0-9a-f]+)?\]")
END = -1  # behind all blocks


def moved(block, kind):
    """Packs of 16 bytes."""
    return sum(i.accesses == kind and i.bits == WIDE for i in block.instructions)


def loads_in_twos(block):
    """A pack that lies in two: loads from the same register, 16 bytes apart."""
    places = {place.groups("0x0") for i in block.instructions if i.accesses == "load" and i.bits == WIDE
              for place in PLACE.finditer(i.operands)}
    return any((register, hex(int(offset, 16) + 16)) in places for register, offset in places)


def is_detour(block, predicated=True):
    """Whether or not predicated accesses to single elements count."""
    if loads_in_twos(block):
        return True
    globals_ = [i for i in block.instructions if i.accesses in ("load", "store") and (predicated or not i.predicate)]
    return block.calls > 0 or bool(globals_) and not any(i.bits == WIDE for i in globals_)


def next_of(flow, index):
    """Without the way that a warp takes whose threads are apart where they exchange."""
    block = flow.blocks[index]
    last = block.instructions[-1]
    return [index + 1] if last.opcode == "BRA" and "DIV" in last.modifiers else block.next


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


def most_work(flow, within, start, ends, least_loads=0):
    """The blocks of that way among some from one to one of some others, [] if there is none. It stores most packs, loads no more
    than it has to, and is the longest of those."""
    edges = {b: [f for f in next_of(flow, b) if f in within and f != start] for b in within}
    best, before = {(start, 0): (0, 0)}, {}  # by block and packs loaded before it: packs stored, instructions
    for index in order_of(edges, start):
        block = flow.blocks[index]
        for (_, loads), (stores, length) in [(key, best[key]) for key in best if key[0] == index]:
            reached = stores + moved(block, "store"), length + len(block.instructions)
            for f in edges[index] + [END] * (index in ends):
                key = f, loads + moved(block, "load")
                if key not in best or reached > best[key]:
                    best[key], before[key] = reached, (index, loads)
    reached = [key for key in best if key[0] == END]
    key = max(reached, key=lambda k: (min(k[1], least_loads), best[k][0], -k[1], best[k]), default=None)
    way = []
    while key in before:
        key = before[key]
        way.append(key[0])
    return way[::-1]


def without_detours(flow, blocks, entry, predicated=True):
    """Some blocks less the loops among them that move no packs, and less other detours."""
    inner = blocks - {entry}
    looping = set().union(*(part for part in flow.loops(inner) if not any(is_wide(flow, b) for b in part)))
    return {b for b in blocks if b == entry or b not in looping and not is_detour(flow.blocks[b], predicated)}


def is_wide(flow, block):
    return moved(flow.blocks[block], "load") + moved(flow.blocks[block], "store") > 0


def straight(flow, least_loads):
    """From the entry to the last store of a pack. The compiler may have put predicated accesses to single elements where all
    ways go through."""
    for predicated in (True, False):
        within = without_detours(flow, flow.live, 0, predicated)
        if way := most_work(flow, within, 0, [b for b in within if moved(flow.blocks[b], "store")], least_loads):
            return way
    return []


def turn(flow, loop, least_loads):
    """Of one turn of a loop."""
    head = min(flow.entries(loop))
    within = without_detours(flow, loop, head)
    return most_work(flow, within, head, [b for b in within if head in next_of(flow, b)], least_loads)


def turns(flow, least_loads):
    """One turn of each loop that moves packs."""
    loops = [loop for loop in flow.loops(flow.live) if any(is_wide(flow, b) for b in loop)]
    return [way for way in (turn(flow, loop, least_loads) for loop in loops) if way]
