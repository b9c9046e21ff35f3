"""The way with most work through code whose branches skip what is absent: packs behind a row, a mask that is not there.

Of all ways without detours it is the one that moves most 128-bit packs and, of those, the longest: an upper bound of what a
thread does that has all of its packs. Detours are blocks that move elements singly (the ends of a row), that call, and loops
within the code (64-bit divisions)."""

WIDE = 128


def moved(block, kind):
    """Packs of 16 bytes."""
    return sum(i.accesses == kind and i.bits == WIDE for i in block.instructions)


def is_detour(block):
    globals_ = [i for i in block.instructions if i.accesses in ("load", "store")]
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


def most_work(flow, within, start, ends):
    """The blocks of that way among some from one to one of some others, [] if there is none."""
    edges = {b: [f for f in next_of(flow, b) if f in within and f != start] for b in within}
    best, before = {}, {start: None}
    for index in order_of(edges, start):
        block = flow.blocks[index]
        packs, length = best.get(before[index], (0, 0))
        best[index] = packs + moved(block, "load") + moved(block, "store"), length + len(block.instructions)
        for f in edges[index]:
            if f not in before or best[index] > best[before[f]]:
                before[f] = index
    index = max((b for b in ends if b in best), key=best.get, default=None)
    way = []
    while index is not None:
        way.append(index)
        index = before[index]
    return way[::-1]


def without_detours(flow, blocks, entry):
    """Some blocks less the loops among them that move no packs, and less other detours."""
    inner = blocks - {entry}
    looping = set().union(*(part for part in flow.loops(inner) if not any(is_wide(flow, b) for b in part)))
    return {b for b in blocks if b == entry or b not in looping and not is_detour(flow.blocks[b])}


def is_wide(flow, block):
    return moved(flow.blocks[block], "load") + moved(flow.blocks[block], "store") > 0


def straight(flow):
    """From the entry to the last store of a pack."""
    within = without_detours(flow, flow.live, 0)
    return most_work(flow, within, 0, [b for b in within if moved(flow.blocks[b], "store")])


def turn(flow, loop):
    """Of one turn of a loop."""
    head = min(flow.entries(loop))
    within = without_detours(flow, loop, head)
    return most_work(flow, within, head, [b for b in within if head in next_of(flow, b)])


def turns(flow):
    """One turn of each loop that moves packs: of those that store and of those that only load the one that moves most a turn."""
    chosen = {}
    for loop in flow.loops(flow.live):
        way = turn(flow, loop)
        loads, stores = (sum(moved(flow.blocks[b], kind) for b in way) for kind in ("load", "store"))
        if loads + stores and (stores > 0) not in chosen or loads + stores > chosen.get(stores > 0, (0,))[0]:
            chosen[stores > 0] = loads + stores, way
    return [way for _, way in chosen.values()]
