"""Makes sheets of a diagram: one for the pools together, one for each open sub-process."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from caseflow.bpmn.draw_scene import scope_of
from caseflow.bpmn.layout_arrange import Arrangement, arranged
from caseflow.bpmn.layout_graph import Box, Link, Sheet, boxes_of, host_of, link_between, links_of
from caseflow.bpmn.layout_lanes import Bands
from caseflow.bpmn.layout_sizes import BLACK_BOX, EVENT, TASK_WIDTH, Kind, Size
from caseflow.model import AdHocSubProcess, Diagram, ElementId, Node, Scope

TITLE = 22  # the name of an open sub-process, above its content
_MARKERS = 14  # below its content


def frames_of(diagram: Diagram, closed: AbstractSet[ElementId]) -> dict[ElementId, Arrangement]:
    """Arrange the content of every sub-process that has any and is not drawn closed."""
    frames: dict[ElementId, Arrangement] = {}
    for process in diagram.processes:
        _arrange_inner(process.scope, closed, frames)
    return frames


def sheet_of(diagram: Diagram, bands: Bands, frames: Mapping[ElementId, Arrangement]) -> Sheet:
    """Return the sheet of all pools, with the message flows between what stands on it."""
    boxes: dict[ElementId, Box] = {}
    links: list[Link] = []
    for process in diagram.processes:
        scope, sizes = process.scope, _sizes(process.scope, frames)
        boxes |= {box.id: box for box in boxes_of(scope, bands=bands.band, frames=sizes)}
        links += links_of(scope)
    for pool in bands.pools:
        if pool.participant is not None and pool.process is None:
            size = Size(width=TASK_WIDTH, height=BLACK_BOX)
            name = pool.participant.id
            boxes[name] = Box(id=name, kind=Kind.POOL, size=size, band=pool.first, aside=True)
    together = Scope(
        nodes={name: node for each in diagram.processes for name, node in each.scope.nodes.items()}
    )
    for flow in diagram.message_flows:
        ends = flow.source, flow.target
        link = link_between(flow.id, ends, together, name=flow.name, ranks=False)
        if link.source in boxes and link.target in boxes:
            links.append(link)
    return Sheet(boxes=boxes, links=tuple(links), gaps=bands.gaps)


def _arrange_inner(
    scope: Scope, closed: AbstractSet[ElementId], frames: dict[ElementId, Arrangement]
) -> None:
    """Arrange the sub-processes of a scope, the innermost first."""
    for node in scope.nodes.values():
        inner = scope_of(node)
        if inner is None or not inner.nodes or node.id in closed:
            continue
        _arrange_inner(inner, closed, frames)
        boxes = boxes_of(inner, bands={}, frames=_sizes(inner, frames))
        sheet = Sheet(boxes={box.id: box for box in boxes}, links=tuple(links_of(inner)))
        frames[node.id] = arranged(sheet)


def _sizes(scope: Scope, frames: Mapping[ElementId, Arrangement]) -> dict[ElementId, Size]:
    """Return how large the open sub-processes of a scope are."""
    return {
        node.id: Size(
            width=max(frames[node.id].width, TASK_WIDTH),
            height=frames[node.id].height + TITLE + _foot(node, scope),
        )
        for node in scope.nodes.values()
        if node.id in frames
    }


def _foot(node: Node, scope: Scope) -> int:
    """Return what is kept free at the lower border, for boundary events and markers."""
    if any(host_of(other, scope) == node.id != other for other in scope.nodes):
        return EVENT // 2
    is_marked = (
        node.loop is not None
        or node.is_for_compensation
        or isinstance(node.behaviour, AdHocSubProcess)
    )
    return _MARKERS if is_marked else 0
