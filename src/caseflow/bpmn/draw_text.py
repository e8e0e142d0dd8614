"""A process as an outline for a terminal, with the marks of a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from caseflow.bpmn.draw_marks import NO_MARKS, Marks, Standing
from caseflow.bpmn.draw_order import flow_order, outgoing, ways
from caseflow.bpmn.draw_scene import scope_of
from caseflow.bpmn.draw_words import awaited, kind_in_words, plain, title, workers
from caseflow.bpmn.draw_wrap import columns
from caseflow.model import (
    BoundaryEvent,
    Diagram,
    ElementId,
    Flow,
    FlowId,
    Lane,
    Node,
    Process,
    Scope,
)

SIGNS = {
    Standing.UNTOUCHED: "·",
    Standing.PASSED: "✓",
    Standing.WAITING: "●",
    Standing.INCIDENT: "✗",
}
_LEGEND = "● waiting  ✓ passed  ✗ incident  · not reached"
_LONG = 24  # elements; a longer outline is cut down to what is near the tokens
_BEHIND = 2  # steps that are shown before a token
_WIDEST = 44  # columns of the terminal for a name
_GAP = "  "


def draw_text(drawn: Diagram | Process, *, marks: Marks = NO_MARKS, full: bool = False) -> str:
    """Write a process, or each process of a diagram, as an indented outline in flow order.

    Of a long process only the way around the tokens is shown, or the way that a finished
    case took, unless ``full``.
    """
    processes = drawn.processes if isinstance(drawn, Diagram) else (drawn,)
    parts = [plain(marks.caption)] if marks.caption else []
    unseen = dict.fromkeys((*marks.tokens, *marks.incidents))
    for process in processes:
        entries = list(_entries(process.scope, _lanes(process.lanes), depth=0, parents=()))
        parts.append("\n".join((_heading(process), *_outline(entries, marks, full=full))))
        for entry in entries:
            unseen.pop(entry.node.id, None)
    if unseen:
        parts.append(f"Also marked, but not drawn: {plain(', '.join(unseen))}")
    return "\n\n".join((*parts, _LEGEND)) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One element of the outline, with what surrounds it.

    ``onward`` are its flows in words, where they do not just lead to the next entry.
    """

    node: Node
    scope: Scope
    lane: Lane | None
    depth: int
    parents: tuple[ElementId, ...]
    onward: tuple[tuple[FlowId, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of the outline in its columns."""

    name: str
    kind: str = ""
    where: str = ""


def _heading(process: Process) -> str:
    name = plain(process.name)
    return f"{name} ({plain(process.id)})" if name else plain(process.id)


def _outline(entries: Sequence[_Entry], marks: Marks, *, full: bool) -> Iterator[str]:
    shown = _near(entries, marks) if not full and len(entries) > _LONG else None
    lines: list[_Line] = []
    for is_shown, group in groupby(entries, lambda e: shown is None or e.node.id in shown):
        members = list(group)
        if is_shown:
            lines += [line for entry in members for line in _lines(entry, marks)]
        else:
            lines.append(_left_out(members, marks))
    yield from _aligned(lines)


def _entries(
    scope: Scope,
    lanes: Mapping[ElementId, Lane],
    *,
    depth: int,
    parents: tuple[ElementId, ...],
) -> Iterator[_Entry]:
    order = flow_order(scope)
    flows = outgoing(scope)
    places = _places(order)
    for node in order:
        holders = (node.id, *reversed(parents))
        aside = 1 if isinstance(node.behaviour, BoundaryEvent) else 0
        yield _Entry(
            node=node,
            scope=scope,
            lane=next((lanes[holder] for holder in holders if holder in lanes), None),
            depth=depth + aside,
            parents=parents,
            onward=_onward(node, flows.get(node.id, ()), scope, places),
        )
        inner = scope_of(node)
        if inner is not None:
            yield from _entries(inner, lanes, depth=depth + 1, parents=(*parents, node.id))


def _places(order: Iterable[Node]) -> Mapping[ElementId, int]:
    """Number the nodes; boundary events share the number of their activity."""
    places: dict[ElementId, int] = {}
    place = 0
    for node in order:
        place += 0 if isinstance(node.behaviour, BoundaryEvent) else 1
        places[node.id] = place
    return places


def _onward(
    node: Node, flows: Sequence[Flow], scope: Scope, places: Mapping[ElementId, int]
) -> tuple[tuple[FlowId, str], ...]:
    here = places[node.id]
    follows = len(flows) == 1 and places.get(flows[0].target) == here + 1
    if follows and not isinstance(node.behaviour, BoundaryEvent):
        return ()
    said: list[tuple[FlowId, str]] = []
    for flow in flows:
        name = plain(flow.name) or ("otherwise" if node.default == flow.id else "")
        arrow = "→" if places.get(flow.target, here) > here else "↑"
        target = title(scope.nodes[flow.target]) if flow.target in places else plain(flow.target)
        said.append((flow.id, f"{name} {arrow} {target}".strip()))
    return tuple(said)


def _lanes(lanes: Iterable[Lane]) -> dict[ElementId, Lane]:
    """Return the innermost lane of each node."""
    found: dict[ElementId, Lane] = {}
    for lane in lanes:
        found |= dict.fromkeys(lane.nodes, lane) | _lanes(lane.lanes)
    return found


def _near(entries: Sequence[_Entry], marks: Marks) -> set[ElementId] | None:
    """Return what to show of a long process, or None for all if nothing is marked."""
    urgent = {Standing.WAITING, Standing.INCIDENT}
    centres = [e for e in entries if marks.standing(e.node.id) in urgent]
    if not centres:
        passed = {e.node.id for e in entries if marks.passed.get(e.node.id, 0)}
        return passed or None
    shown: set[ElementId] = set()
    for entry in centres:
        onward = ways(entry.scope)
        back = _reversed(onward)
        near = {entry.node.id, *onward[entry.node.id]}
        reached = {entry.node.id}
        for _ in range(_BEHIND):
            reached = {source for element in reached for source in back.get(element, ())}
            near |= reached
        shown |= near | set(entry.parents)
    return shown


def _reversed(onward: Mapping[ElementId, Sequence[ElementId]]) -> dict[ElementId, list[ElementId]]:
    back: dict[ElementId, list[ElementId]] = {}
    for source, targets in onward.items():
        for target in targets:
            back.setdefault(target, []).append(source)
    return back


def _left_out(entries: Sequence[_Entry], marks: Marks) -> _Line:
    passed = sum(1 for e in entries if marks.passed.get(e.node.id, 0))
    elements = "1 element" if len(entries) == 1 else f"{len(entries)} elements"
    return _Line(name=f"  … {elements}" + (f", {passed} passed" if passed else ""))


def _lines(entry: _Entry, marks: Marks) -> Iterator[_Line]:
    node = entry.node
    indent = "  " * entry.depth
    yield _Line(
        name=f"{SIGNS[marks.standing(node.id)]} {indent}{title(node)}{_counts(node, marks)}",
        kind=kind_in_words(node),
        where=workers(node, entry.lane),
    )
    for remark in _remarks(entry, marks):
        yield _Line(name=f"  {indent}  {remark}")
    for flow, words in entry.onward:
        sign = SIGNS[Standing.PASSED] if flow in marks.flows else " "
        yield _Line(name=f"{sign} {indent}  {words}")


def _counts(node: Node, marks: Marks) -> str:
    tokens, passed = marks.tokens.get(node.id, 0), marks.passed.get(node.id, 0)
    return (f" ({tokens})" if tokens > 0 else "") + (f" ×{passed}" if passed > 1 else "")


def _remarks(entry: _Entry, marks: Marks) -> Iterator[str]:
    element = entry.node.id
    if element in marks.incidents:
        yield f"incident: {plain(marks.incidents[element])}"
    if marks.tokens.get(element, 0) > 0:
        awaits = awaited(entry.node, entry.lane, entry.scope)
        if awaits:
            yield f"waits for {awaits}"


def _aligned(lines: Sequence[_Line]) -> Iterator[str]:
    """Set the lines in columns; a name that is too long pushes its line to the right."""
    elements = [line for line in lines if line.kind]
    names = min(max((columns(line.name) for line in elements), default=0), _WIDEST)
    kinds = max((columns(line.kind) for line in elements), default=0)
    for line in lines:
        cells = (_padded(line.name, names), _padded(line.kind, kinds), line.where)
        yield _GAP.join(cells).rstrip()


def _padded(cell: str, wide: int) -> str:
    return cell + " " * (wide - columns(cell))
