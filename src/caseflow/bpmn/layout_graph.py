"""What the layout arranges: boxes in bands, joined by links, without any BPMN meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil

from caseflow.bpmn.layout_sizes import (
    EVENT,
    GATEWAY,
    NO_SIZE,
    TASK_HEIGHT,
    TASK_WIDTH,
    Kind,
    Size,
    kind_of,
    label_size,
    task_size,
)
from caseflow.model import (
    BoundaryEvent,
    ElementId,
    Node,
    Scope,
    SubProcess,
)

COLUMN_PITCH = 170  # about how far columns are apart
ROW_GAP = 40
_DATA = Size(width=36, height=50)
_ROW_PITCH = TASK_HEIGHT + ROW_GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A boundary event: it sits on the border of its host."""

    id: ElementId
    label: Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One shape to be placed.

    ``band`` is the lane in which it stands, ``columns`` how many columns it is wide, and
    ``reach`` how many rows it covers above and below its own. A box ``aside`` takes no
    part in the flow, so it goes to the bottom of its band.
    """

    id: ElementId
    kind: Kind
    size: Size
    band: int = 0
    columns: int = 1
    reach: int = 0
    label: Size = NO_SIZE
    guests: tuple[Guest, ...] = ()
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One line to be drawn; a guest is named where the line ends at a boundary event.

    ``ranks`` is false for a line that says nothing about before and after.
    """

    id: ElementId
    source: ElementId
    target: ElementId
    source_guest: ElementId | None = None
    target_guest: ElementId | None = None
    label: Size = NO_SIZE
    ranks: bool = True

    @property
    def is_main(self) -> bool:
        """Whether the line goes on with the flow, rather than leaving it by the border."""
        return self.ranks and self.source_guest is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that is arranged together: a process with its lanes, or one sub-process.

    ``gaps`` is the extra room above each band, which separates pools.
    """

    boxes: Mapping[ElementId, Box]
    links: tuple[Link, ...]
    gaps: tuple[int, ...] = (0,)


def boxes_of(
    scope: Scope, *, bands: Mapping[ElementId, int], frames: Mapping[ElementId, Size]
) -> Iterator[Box]:
    """Turn the nodes of a scope into boxes; ``frames`` are the sub-processes drawn open."""
    guests: dict[ElementId, list[Guest]] = {}
    linked = {host_of(end, scope) for link in links_of(scope) for end in _ends(link)}
    for node in scope.nodes.values():
        host = host_of(node.id, scope)
        if host != node.id:
            guests.setdefault(host, []).append(Guest(id=node.id, label=label_size(node.name)))
    for node in scope.nodes.values():
        if host_of(node.id, scope) != node.id:
            continue
        box = _box(node, tuple(guests.get(node.id, ())), frames.get(node.id))
        aside = node.id not in linked or _is_event_sub_process(node)
        yield replace(box, band=bands.get(node.id, 0), aside=aside)
    for data in scope.data_objects:
        label = label_size(data.name)
        yield Box(
            id=data.id,
            kind=Kind.EVENT,
            size=_DATA,
            label=label,
            band=bands.get(data.id, 0),
            aside=True,
        )


def links_of(scope: Scope) -> Iterator[Link]:
    """Turn the flows of a scope into links; a flow from or to nowhere is left out."""
    for flow in scope.flows.values():
        if flow.source in scope.nodes and flow.target in scope.nodes:
            yield link_between(
                ElementId(flow.id), (flow.source, flow.target), scope, name=flow.name
            )
    for pair in scope.associations:
        if pair.id and pair.source in scope.nodes and pair.target in scope.nodes:
            yield link_between(pair.id, (pair.source, pair.target), scope)


def link_between(
    element: ElementId,
    ends: tuple[ElementId, ElementId],
    scope: Scope,
    *,
    name: str = "",
    ranks: bool = True,
) -> Link:
    """Join two elements; where one is a boundary event, the line belongs to its host."""
    source, target = (host_of(end, scope) for end in ends)
    return Link(
        id=element,
        source=source,
        target=target,
        source_guest=ends[0] if source != ends[0] else None,
        target_guest=ends[1] if target != ends[1] else None,
        label=label_size(name),
        ranks=ranks,
    )


def host_of(element: ElementId, scope: Scope) -> ElementId:
    """Return the activity on whose border a boundary event sits, or the element itself."""
    node = scope.nodes.get(element)
    if node is not None and isinstance(node.behaviour, BoundaryEvent):
        host = scope.nodes.get(node.behaviour.attached_to)
        if host is not None and kind_of(host.behaviour) is Kind.TASK:
            return host.id
    return element


def _ends(link: Link) -> tuple[ElementId, ElementId]:
    return link.source, link.target


def _is_event_sub_process(node: Node) -> bool:
    return isinstance(node.behaviour, SubProcess) and node.behaviour.triggered_by_event


def _box(node: Node, guests: tuple[Guest, ...], frame: Size | None) -> Box:
    kind = kind_of(node.behaviour)
    if frame is not None:
        columns = max(ceil((frame.width + COLUMN_PITCH - TASK_WIDTH) / COLUMN_PITCH), len(guests))
        reach = max(ceil((frame.height - _ROW_PITCH) / 2 / _ROW_PITCH), 0)
        return Box(
            id=node.id,
            kind=Kind.FRAME,
            size=frame,
            columns=columns,
            reach=reach,
            guests=guests,
        )
    if kind is Kind.TASK:
        size = task_size(node.name, tuple(guest.label for guest in guests))
        return Box(id=node.id, kind=kind, size=size, guests=guests)
    side = EVENT if kind is Kind.EVENT else GATEWAY
    size = Size(width=side, height=side)
    return Box(id=node.id, kind=kind, size=size, label=label_size(node.name))
