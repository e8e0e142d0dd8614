"""Side by side in a channel: which route runs on which track, so that few of them cross."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from caseflow.bpmn.layout_grid import Grid, Heading
from caseflow.bpmn.layout_routes import Route, Run
from caseflow.bpmn.layout_traffic import may_share
from caseflow.model import ElementId

_OVERLAP = 6.0  # two routes on one line are worse than so many crossings
_ROUNDS = 10

Key = tuple[int, int]
"""The number of a route and of the run in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a strand is left for another run: which one, and on which side it goes on."""

    run: Key
    is_after: bool  # to the right of a vertical strand, below a horizontal one
    on_box_line: bool


@dataclass(slots=True, kw_only=True)
class Strand:
    """The runs that share one track of a channel, from line ``low`` to line ``high``."""

    keys: list[Key]
    is_vertical: bool
    line: int
    low: int
    high: int
    ends: list[End] = field(default_factory=list)
    extent: tuple[float, float] = (0.0, 0.0)

    def touches(self, other: Strand) -> bool:
        """Whether the two need tracks of their own."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """The tracks of one channel: for each run its distance from the middle, in tracks."""

    count: int
    place: Mapping[Key, float]


def strands_of(routes: Sequence[Route], grid: Grid) -> tuple[Strand, ...]:
    """Bundle the runs in channels: those that have not split yet or have come together."""
    leader = _bundled(routes)
    strands: dict[Key, Strand] = {}
    for number, route in enumerate(routes):
        for index, run in enumerate(route.runs):
            if not in_channel(run, grid):
                continue
            low, high = min(run.begin, run.end), max(run.begin, run.end)
            strand = strands.setdefault(
                leader[number, index],
                Strand(keys=[], is_vertical=run.is_vertical, line=run.line, low=low, high=high),
            )
            strand.keys.append((number, index))
            strand.low, strand.high = min(strand.low, low), max(strand.high, high)
            strand.ends += _ends(number, index, route, grid)
    return tuple(strands.values())


def in_channel(run: Run, grid: Grid) -> bool:
    """Whether a run goes between the boxes, and not through the middle of cells."""
    return run.line % 2 == 0 if run.is_vertical else not grid.is_row(run.line)


def laid(strands: Iterable[Strand], coordinates: Mapping[Key, float]) -> dict[int, Tracks]:
    """Give every strand its track; the strands must all run in one direction."""
    channels: dict[int, list[Strand]] = {}
    for strand in strands:
        across = [coordinates[end.run] for end in strand.ends]
        strand.extent = min(across), max(across)
        channels.setdefault(strand.line, []).append(strand)
    return {line: _tracks(_ordered(found, coordinates)) for line, found in channels.items()}


def _bundled(routes: Sequence[Route]) -> dict[Key, Key]:
    """Return for each run the first run of its bundle."""
    bundles: dict[Key, list[Key]] = {
        (number, index): [(number, index)]
        for number, route in enumerate(routes)
        for index in range(len(route.runs))
    }
    split: set[Key] = set()
    for one, other in _pairs(routes, [(r.link.source, r.link.source_guest) for r in routes]):
        for index in range(_common(routes[one], routes[other], step=1)):
            keys = (one, index), (other, index)
            split.update(keys)
            _join(bundles, keys, routes)
    for one, other in _pairs(routes, [(r.link.target, r.link.target_guest) for r in routes]):
        counts = len(routes[one].runs), len(routes[other].runs)
        for index in range(1, _common(routes[one], routes[other], step=-1) + 1):
            keys = (one, counts[0] - index), (other, counts[1] - index)
            # A line that both splits up and comes together would lead anywhere.
            if not split.intersection(keys):
                _join(bundles, keys, routes)
    return {key: bundle[0] for key, bundle in bundles.items()}


def _pairs(
    routes: Sequence[Route], ends: Sequence[tuple[ElementId, ElementId | None]]
) -> Iterator[tuple[int, int]]:
    for one, other in combinations(range(len(routes)), 2):
        if ends[one] == ends[other] and may_share(routes[one].link, routes[other].link):
            yield one, other


def _common(one: Route, other: Route, *, step: int) -> int:
    """Count the runs that two routes have in common from their source, or from their target."""
    ports = (one.leaving, other.leaving) if step > 0 else (one.entering, other.entering)
    if ports[0].side != ports[1].side:
        return 0
    count = 0
    for mine, yours in zip(one.runs[::step], other.runs[::step], strict=False):
        if (mine.is_vertical, mine.line) != (yours.is_vertical, yours.line):
            break
        count += 1
    return count


def common_runs(one: Route, other: Route, index: int, position: int) -> bool:
    """Whether a run of each is drawn as one line: before they split or after they joined."""
    if not may_share(one.link, other.link):
        return False
    if one.link.source == other.link.source:
        return index == position < _common(one, other, step=1)
    index, position = len(one.runs) - index, len(other.runs) - position
    return index == position <= _common(one, other, step=-1)


def _join(bundles: dict[Key, list[Key]], keys: tuple[Key, Key], routes: Sequence[Route]) -> None:
    """Make one bundle of two, unless it would join links that have both ends in common."""
    one, other = bundles[keys[0]], bundles[keys[1]]
    links = [[routes[number].link for number, _ in bundle] for bundle in (one, other)]
    if one is not other and all(may_share(mine, yours) for mine, yours in product(*links)):
        together = sorted(one + other)
        bundles.update(dict.fromkeys(together, together))


def _ends(number: int, index: int, route: Route, grid: Grid) -> Iterator[End]:
    before, after = route.runs[index - 1], route.runs[index + 1]
    yield End(
        run=(number, index - 1),
        is_after=before.heading in {Heading.WEST, Heading.NORTH},
        on_box_line=not in_channel(before, grid),
    )
    yield End(
        run=(number, index + 1),
        is_after=after.heading in {Heading.EAST, Heading.SOUTH},
        on_box_line=not in_channel(after, grid),
    )


def _ordered(strands: list[Strand], coordinates: Mapping[Key, float]) -> list[Strand]:
    """Order the strands of a channel, by moving each to where it crosses fewest others."""
    order = sorted(strands, key=lambda strand: (strand.extent, strand.keys))
    count = len(order)
    price = {
        (id(one), id(other)): _price(one, other, coordinates)
        for one in order
        for other in order
        if one is not other and one.touches(other)
    }
    for _ in range(_ROUNDS):
        before = list(order)
        for strand in before:
            order.remove(strand)
            costs = [0.0]
            for other in order:
                change = price.get((id(other), id(strand)), 0) - price.get(
                    (id(strand), id(other)), 0
                )
                costs.append(costs[-1] + change)
            order.insert(min(range(count), key=costs.__getitem__), strand)
        if order == before:
            break
    return order


def _price(one: Strand, other: Strand, coordinates: Mapping[Key, float]) -> float:
    """Return what it costs if ``one`` runs before ``other``."""
    cost = 0.0
    for end in one.ends:
        if end.is_after:
            cost += _crossing(end, other, coordinates)
    for end in other.ends:
        if not end.is_after:
            cost += _crossing(end, one, coordinates)
    return cost


def _crossing(end: End, strand: Strand, coordinates: Mapping[Key, float]) -> float:
    """Return what it costs if the run at this end must pass a strand."""
    at = coordinates[end.run]
    low, high = strand.extent
    if low < at < high:
        return 1.0
    meets = any(
        coordinates[other.run] == at and other.on_box_line and other.is_after != end.is_after
        for other in strand.ends
    )
    return _OVERLAP if meets and end.on_box_line else 0.0


def _tracks(order: list[Strand]) -> Tracks:
    """Use as few tracks as the order allows; strands that do not meet do not matter."""
    track: dict[int, int] = {}
    for number, strand in enumerate(order):
        track[number] = max(
            (track[before] + 1 for before in range(number) if order[before].touches(strand)),
            default=0,
        )
    place: dict[Key, float] = {}
    for group in _groups(order):
        middle = max(track[number] for number in group) / 2
        for number in group:
            place |= dict.fromkeys(order[number].keys, track[number] - middle)
    return Tracks(count=max(track.values()) + 1, place=place)


def _groups(order: list[Strand]) -> Iterator[list[int]]:
    """Yield the numbers of strands that meet directly or through others."""
    group: list[int] = []
    reach = -1
    for number in sorted(range(len(order)), key=lambda number: order[number].low):
        if group and order[number].low > reach:
            yield group
            group = []
        group.append(number)
        reach = max(reach, order[number].high)
    yield group
