"""The kernels of softmax and its family, by tier: what their names say that they move, and what is counted of them.

A thread that holds its elements goes straight through them: all of that is counted, the prologue and the reductions too. One
that walks through a row has a loop that reads and one that writes: a turn of each is counted."""

import dataclasses

from . import pipes, taint, ways
from .access import BYTES, ELEMENTS, Access, tuning


@dataclasses.dataclass(frozen=True)
class RowAccess(Access):
    walks: tuple = ()  # how many streams each walk moves: ("load", 1); none: it holds its elements
    masks: int = 0  # tensors of masks that are loaded like an input
    moved_streams: int = 0  # between a row and DRAM, as often as an element is moved

    @property
    def moves_packs(self):
        """Along other axes than the last a pair of 16 bits, or an element."""
        return True

    @property
    def width(self):
        """Elements of an access."""
        return self.access_bytes // BYTES[self.type]

    @property
    def moved_packs(self):
        return ways.Packs(8 * self.access_bytes)

    @property
    def stream_of_walk(self):
        return dict(self.walks)


INPUTS = {"forward": 1, "backward": 2}
MASKS = {"no_mask": "", "limit_mask": "_limited", "any_mask": "_masked"}
SHARING = ("lone", "warps", "warp", "shared")  # column_sharing
TIERS = {"lanes_of_rows": "lanes", "warp_of_row": "warp", "block_of_row": "block", "cluster_of_row": "cluster"}


def last_name(argument):
    return argument.split("<")[0].rsplit("::", 1)[-1]


def threads_of(tier):
    return tuning("short_row_threads") if tier in ("lanes", "warp") else tuning("most_row_warps") * 32


def row_access(way):
    def access(arguments):
        """rowwise_..._kernel<op, element, group, packs, aligned, mask>"""
        _, element, group, packs, aligned, mask = arguments
        tier, inputs = TIERS[last_name(group)], INPUTS[way]
        kind = MASKS[last_name(mask)] or ("" if aligned == "true" else "_unaligned")
        direction = f"row_{tier}_{way}{kind}"
        masks = int(way == "forward" and kind == "_masked")  # backward y tells
        return RowAccess(direction, ELEMENTS[element], 16, int(packs), inputs, 1, threads_of(tier), masks=masks,
                         moved_streams=inputs + 1)
    return access


def walk_access(way, names, walks):
    def access(arguments):
        """rowwise_stream_..._kernel<op, element, keeps, mask> and rowwise_parts_..._kernel<op, element, finishes, mask>"""
        _, element, flag, mask = arguments
        inputs, flag = INPUTS[way], flag == "true"
        kinds = walks[flag]
        moved = ("load" in kinds) * inputs + ("store" in kinds) * (inputs + 1)
        if names[flag] == "shared":
            moved = inputs + 1  # the second time from shared memory
        masked = "_masked" if last_name(mask) == "any_mask" else ""
        return RowAccess(f"row_{names[flag]}_{way}{masked}", ELEMENTS[element], 16, tuning("stream_packs"), inputs, 1,
                         threads_of(names[flag]), walks=tuple((k, inputs if k == "load" else 1) for k in kinds),
                         moved_streams=moved)
    return access


def column_access(way):
    def access(arguments):
        """column_..._kernel<op, element, width, singly, most, held, sharing, mask>"""
        _, element, width, singly, most, held, sharing, mask = arguments
        kind, inputs, is_held = ELEMENTS[element], INPUTS[way], held == "true"
        neighbours, accesses = int(width), int(width) if singly == "true" else 1
        sharing = SHARING[int(sharing.rsplit(")", 1)[-1])]
        share = f"_{sharing}" if is_held and sharing != "lone" else ""
        direction = "column" + (f"_held_{most}{share}" if is_held else "") + f"_{way}{'_singly' * (accesses > 1)}{MASKS[last_name(mask)]}"
        return RowAccess(direction, kind, BYTES[kind] * neighbours // accesses, int(most) * accesses, inputs, 1,
                         {"lone": tuning("lone_column_threads"), "warp": 32}.get(sharing, tuning("column_threads")),
                         walks=() if is_held else (("load", inputs), ("store", 1)),
                         moved_streams=inputs + 1 if is_held else 2 * inputs + 1)
    return access


BOTH = ("load", "store")
FAMILIES = {}
for way_ in INPUTS:
    FAMILIES[f"rowwise_{way_}_kernel"] = row_access(way_)
    FAMILIES[f"rowwise_stream_{way_}_kernel"] = walk_access(way_, ("stream", "shared"), (BOTH, BOTH))
    FAMILIES[f"rowwise_parts_{way_}_kernel"] = walk_access(way_, ("parts_sums", "parts"), (BOTH[:1], BOTH[1:]))
    FAMILIES[f"column_{way_}_kernel"] = column_access(way_)


def directions(architecture, kind="float32"):
    """What every activation of the family has for every type."""
    lone = ("8", "16") if kind == "float64" else ("8", "16", "32")
    held = (*lone, *(f"{lone[-1]}_{sharing}" for sharing in ("warp", "warps", "shared")))
    tiers = [t for t in TIERS.values() if t != "cluster" or architecture >= 90]
    for way in INPUTS:
        yield from (f"row_{tier}_{way}{kind}" for tier in tiers for kind in ("", "_unaligned", "_masked"))
        if way == "forward":
            yield from (f"row_{tier}_{way}_limited" for tier in tiers)
        yield from (f"row_{walk}_{way}{kind}" for walk in ("stream", "shared", "parts_sums", "parts") for kind in ("", "_masked"))
        yield from (f"column_{way}{kind}" for kind in ("", "_masked"))
        yield from (f"column_held_{most}_{way}" for most in held)


def missing(kernels, architecture):
    """Directions that no kernel of an activation has."""
    there = {}
    for k in kernels:
        if isinstance(k.access, RowAccess) and k.architecture == architecture:
            there.setdefault((k.unit, k.access.type), set()).add(k.access.direction)
    if not there:
        yield f"sm_{architecture}: no kernels of softmax"
    for (op, kind), found in there.items():
        for direction in directions(architecture, kind):
            if direction not in found:
                yield f"sm_{architecture}: no {direction} of {op} for {kind}"


@dataclasses.dataclass
class Pass:
    """Instructions that a thread executes for some packs of each stream."""
    blocks: list
    instructions: list
    packs: int
    kind: ways.Packs

    def moved(self, kind):
        return self.kind.moved(self.instructions, kind)


def passes(kernel):
    """What is counted. Where packs do not lie on their boundaries, a thread moves one more than it has."""
    access, flow = kernel.access, kernel.flow
    if not access.walks:
        # Before the first load a longer way may be the mask's.
        lean_from = {"unaligned": 0, "limited": 1, "masked": 1}.get(access.direction.rsplit("_", 1)[1])
        votes = not access.direction.startswith("row_")  # along other axes a warp has so many columns that one of them mostly does
        way = ways.straight(flow, access.moved_packs, access.packs * (access.inputs + access.masks), access.packs, lean_from, votes)
        return [Pass(way, flow.instructions(way), access.packs, access.moved_packs)]
    chosen = {}
    lean = not access.direction.endswith("_masked")  # what is unpredicated there may be the mask's
    for way in ways.turns(flow, access.moved_packs, access.packs * access.inputs, access.packs, lean):
        one = Pass(way, flow.instructions(way), 0, access.moved_packs)
        kind = "store" if one.moved("store") else "load"
        if one.moved(kind) < access.packs:
            continue  # it writes NaN beside what is masked
        streams = access.stream_of_walk.get(kind, 1)
        if one.moved(kind) < streams * access.packs:
            streams -= 1  # log_softmax sums dy alone
        one.packs = one.moved(kind) // streams // access.packs * access.packs
        if kind not in chosen or one.packs > chosen[kind].packs:  # not what is left when a loop is unrolled
            chosen[kind] = one
    return list(chosen.values())


def problem(kernel):
    """Why the figures would be wrong."""
    access, found = kernel.access, passes(kernel)
    if len(found) != max(1, len(access.walks)):
        return f"{len(found)} of its loops move packs; {len(access.walks)} were expected"
    for one in found:
        for kind, streams in access.walks or (("load", access.inputs + access.masks), ("store", 1)):
            if kind == "load" and access.walks and one.moved("store"):
                continue
            if kind == "store" and access.walks and not one.moved("store"):
                continue
            least = one.packs * streams
            # A row's length looks like a double.
            lengths = int(kind == "load" and access.access_bytes == 8 and access.direction.endswith("_masked"))
            if one.packs == 0 or one.moved(kind) not in (least, least + lengths, least - one.packs * (kind == "load" and streams > 1)):
                return f"its main path {kind}s {one.moved(kind)} packs a thread; {least} were expected"
        if narrow := sum(i.accesses in ("load", "store") and i.bits != 8 * access.access_bytes and not i.predicate for i in one.instructions):
            return f"its main path has {narrow} accesses to single elements"
    return None


def divergence(kernel):
    """What parts the threads of a warp where all elements go through: branches on elements before the last exchange, after which
    there are a row's sums to branch on. Of walks, and of masks, what the operands say is too coarse."""
    if kernel.access.walks or kernel.access.direction.endswith("_masked"):
        return None
    if kernel.access.direction.endswith(("_unaligned", "_limited")):
        return None  # the ends of rows are moved singly between exchanges, and their addresses take turns with elements in registers
    on_elements = taint.dependent_branches(kernel.flow.blocks, {"LDG"}, ends={"SHFL"}, least_bits=8 * kernel.access.access_bytes)
    blocks = passes(kernel)[0].blocks
    last = max((n for n, b in enumerate(blocks) if any(i.opcode == "SHFL" for i in kernel.flow.blocks[b].instructions)), default=0)
    branches = len(on_elements.intersection(blocks[:last]))
    return f"{branches} branches on elements in its main path; 0 are allowed" if branches else None


def operations(kernel):
    """Per element, by pipe."""
    totals = dict.fromkeys(pipes.PIPES, 0.0)
    width = kernel.access.width
    for one in passes(kernel):
        for pipe, count in pipes.count(one.instructions).items():
            totals[pipe] += count / (one.packs * width)
    return totals


def moved_bytes(kernel):
    """Per element, between a row and DRAM, as often as an element is moved."""
    streams = sum(one.moved(kind) / one.packs for one in passes(kernel) for kind in ("load", "store") if one.packs)
    return BYTES[kernel.access.type] * min(streams, kernel.access.moved_streams)
