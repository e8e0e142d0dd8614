"""Which band of the sheet each node belongs to: the lanes of all pools, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from caseflow.bpmn.layout_graph import host_of, links_of
from caseflow.model import Diagram, ElementId, Lane, Participant, Process, Scope

POOL_GAP = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool or a process without one, and the bands that it takes."""

    participant: Participant | None
    process: Process | None
    first: int
    lanes: tuple[Lane, ...]  # the innermost ones, one for each band

    @property
    def last(self) -> int:
        """The last band."""
        return self.first + max(len(self.lanes), 1) - 1

    @property
    def depth(self) -> int:
        """How many headers stand to the left of the content."""
        lanes = self.process.lanes if self.process is not None else ()
        return (self.participant is not None) + _depth(lanes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """The pools from top to bottom, and the band of every node that stands in none inside."""

    pools: tuple[Pool, ...]
    band: Mapping[ElementId, int] = field(default_factory=dict)
    gaps: tuple[int, ...] = ()


def bands_of(diagram: Diagram) -> Bands:
    """Return the bands of a diagram: pools in the order of the file, lanes in theirs."""
    pools: list[Pool] = []
    band: dict[ElementId, int] = {}
    gaps: list[int] = []
    for participant, process in _participants(diagram):
        lanes = tuple(_leaves(process.lanes)) if process is not None else ()
        pool = Pool(participant=participant, process=process, first=len(gaps), lanes=lanes)
        if process is not None:
            band |= _bands(process, pool)
        gaps += [POOL_GAP if gaps else 0] + [0] * (pool.last - pool.first)
        pools.append(pool)
    return Bands(pools=tuple(pools), band=band, gaps=tuple(gaps))


def _participants(diagram: Diagram) -> Iterator[tuple[Participant | None, Process | None]]:
    processes = {process.id: process for process in diagram.processes}
    for participant in diagram.participants:
        process = processes.pop(participant.process, None) if participant.process else None
        yield participant, process
    for process in processes.values():
        yield None, process


def _leaves(lanes: Iterable[Lane]) -> Iterator[Lane]:
    for lane in lanes:
        if lane.lanes:
            yield from _leaves(lane.lanes)
        else:
            yield lane


def _depth(lanes: Sequence[Lane]) -> int:
    return max((1 + _depth(lane.lanes) for lane in lanes), default=0)


def _bands(process: Process, pool: Pool) -> dict[ElementId, int]:
    lane_bands = {lane.id: pool.first + index for index, lane in enumerate(pool.lanes)}
    said = dict(_said(process.lanes, lane_bands))
    scope = process.scope
    band = {name: said[name] for name in scope.nodes if name in said}
    # A node that no lane names stands where its neighbours stand.
    links = [(link.source, link.target) for link in links_of(scope)]
    for _ in scope.nodes:
        known = len(band)
        for one, other in links:
            if one in band:
                band.setdefault(other, band[one])
        for one, other in links:
            if other in band:
                band.setdefault(one, band[other])
        if len(band) == known:
            break
    data = {each.id: pool.first for each in scope.data_objects}
    return data | {name: _band(name, scope, band, pool) for name in scope.nodes}


def _band(name: ElementId, scope: Scope, band: Mapping[ElementId, int], pool: Pool) -> int:
    return band.get(host_of(name, scope), pool.first)


def _said(
    lanes: Iterable[Lane], lane_bands: Mapping[ElementId, int]
) -> Iterator[tuple[ElementId, int]]:
    for lane in lanes:
        first = next(_leaves([lane]))
        for name in lane.nodes:
            yield name, lane_bands[first.id]
        yield from _said(lane.lanes, lane_bands)
