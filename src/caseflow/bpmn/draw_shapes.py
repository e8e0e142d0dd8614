"""Flow nodes as BPMN draws them (BPMN 2.0.2, annex B): events, gateways, activities."""

from __future__ import annotations

import re
from typing import assert_never

from caseflow.bpmn.draw_icons import (
    ad_hoc_marker,
    at,
    collapsed_marker,
    compensation_marker,
    instances_marker,
    letter_icon,
    loop_marker,
    manual_icon,
    pentagon,
    plus,
    rule_icon,
    script_icon,
    service_icon,
    trigger_icon,
    user_icon,
)
from caseflow.bpmn.draw_markup import Markup, path, tag
from caseflow.bpmn.draw_scene import scope_of
from caseflow.model import (
    AdHocSubProcess,
    BoundaryEvent,
    Bounds,
    BusinessRuleTask,
    CallActivity,
    CatchEvent,
    ComplexGateway,
    EndEvent,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ManualTask,
    MultiInstance,
    Node,
    ParallelGateway,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    Shape,
    StandardLoop,
    StartEvent,
    SubProcess,
    ThrowEvent,
    Transaction,
    UserTask,
)

_EVENT_SIZE = 36.0
_GATEWAY_SIZE = 50.0
_MARKER_GAP = 18.0
_DASHES = "5 3.4"
_DOTS = "0.1 4.4"

_Event = StartEvent | CatchEvent | ThrowEvent | BoundaryEvent | EndEvent
_Gateway = ExclusiveGateway | ParallelGateway | InclusiveGateway | ComplexGateway | EventGateway
_SubProcess = SubProcess | Transaction | AdHocSubProcess


def kind(node: Node) -> str:
    """Return the class of a node: ``user-task``, ``boundary-event``, ``ad-hoc-sub-process``."""
    name = type(node.behaviour).__name__
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def is_open(node: Node, shape: Shape) -> bool:
    """Whether the node is a sub-process whose content is drawn inside it."""
    return scope_of(node) is not None and shape.is_expanded


def is_activity(node: Node) -> bool:
    """Whether the node is a task, a sub-process or a call."""
    return not isinstance(node.behaviour, _Event | _Gateway)


def outline(node: Node, bounds: Bounds, **attributes: str | float) -> Markup:
    """Draw the border and the filling of a node."""
    if isinstance(node.behaviour, _Event):
        return _circle(bounds, 0, **attributes)
    if isinstance(node.behaviour, _Gateway):
        x, y = bounds.x + bounds.width / 2, bounds.y + bounds.height / 2
        right, bottom = bounds.x + bounds.width, bounds.y + bounds.height
        corners = (x, bounds.y, right, y, x, bottom, bounds.x, y)
        return tag("path", d=path("M", *corners, "Z"), **attributes)
    return _rectangle(bounds, 0, **attributes)


def covers(node: Node, shape: Shape, point: tuple[float, float]) -> bool:
    """Whether a point lies inside the outline of a node."""
    bounds = shape.bounds
    if not (bounds.width and bounds.height):
        return False
    across = abs(point[0] - bounds.x - bounds.width / 2) / (bounds.width / 2)
    down = abs(point[1] - bounds.y - bounds.height / 2) / (bounds.height / 2)
    if isinstance(node.behaviour, _Event):
        return across * across + down * down < 1
    if isinstance(node.behaviour, _Gateway):
        return across + down < 1
    return max(across, down) < 1


def figure(node: Node, shape: Shape) -> tuple[Markup, ...]:
    """Draw a node without its name."""
    behaviour = node.behaviour
    if isinstance(behaviour, _Event):
        return _event(behaviour, node, shape.bounds)
    if isinstance(behaviour, _Gateway):
        return _gateway(behaviour, node, shape.bounds)
    return _activity(node, shape)


def has_type_icon(node: Node, shape: Shape) -> bool:
    """Whether an icon takes the upper left corner of an activity."""
    return bool(_type_icon(node, is_closed=not is_open(node, shape)))


def has_markers(node: Node, shape: Shape) -> bool:
    """Whether markers take the lower edge of an activity."""
    return bool(_markers(node, is_closed=not is_open(node, shape)))


def _event(event: _Event, node: Node, bounds: Bounds) -> tuple[Markup, ...]:
    x, y, radius = _centre(bounds)
    dashes: str | None = None
    rings: tuple[Markup, ...]
    match event:
        case StartEvent() if event.is_interrupting:
            rings = (outline(node, bounds, stroke_width=2),)
        case StartEvent():
            rings = (outline(node, bounds, stroke_width=2, stroke_dasharray=_DASHES),)
        case EndEvent():
            rings = (outline(node, bounds, stroke_width=4),)
        case CatchEvent() | ThrowEvent() | BoundaryEvent():
            if isinstance(event, BoundaryEvent) and not event.is_interrupting:
                dashes = _DASHES
            rings = tuple(
                _circle(bounds, inset, stroke_width=1.5, stroke_dasharray=dashes)
                for inset in (0, 3.4)
            )
        case _:
            assert_never(event)
    parallel = isinstance(event, StartEvent | CatchEvent | BoundaryEvent) and event.parallel
    filled = isinstance(event, ThrowEvent | EndEvent)
    icon = trigger_icon(event.triggers, parallel=parallel, filled=filled)
    return (*rings, at(x, y, icon, scale=2 * radius / _EVENT_SIZE))


def _gateway(gateway: _Gateway, node: Node, bounds: Bounds) -> tuple[Markup, ...]:
    x, y, half = _centre(bounds)
    scale = 2 * half / _GATEWAY_SIZE
    sign = _gateway_sign(gateway)
    return (outline(node, bounds, stroke_width=2), at(x, y, sign, scale=scale))


def _gateway_sign(gateway: _Gateway) -> Markup:
    match gateway:
        case ExclusiveGateway():
            return _strokes("exclusive", "M-7-7.6 7 7.6M7-7.6-7 7.6", 4)
        case ParallelGateway():
            return _strokes("parallel", "M-11 0H11M0-11V11", 4)
        case InclusiveGateway():
            return tag("circle", class_="icon inclusive", r=10.5, stroke_width=3, fill="none")
        case ComplexGateway():
            arms = "M-11 0H11M0-11V11M-7.8-7.8 7.8 7.8M7.8-7.8-7.8 7.8"
            return _strokes("complex", arms, 3)
        case EventGateway():
            return _event_sign(gateway)
        case _:
            assert_never(gateway)


def _event_sign(gateway: EventGateway) -> Markup:
    rings = [tag("circle", r=13.2, stroke_width=1.2, fill="none")]
    if not gateway.instantiate:
        rings.append(tag("circle", r=10.6, stroke_width=1.2, fill="none"))
    data = plus(8.4) if gateway.parallel else pentagon(7.4 if gateway.instantiate else 6.8)
    sign = tag("path", d=data, stroke_width=1.3, fill="none")
    return tag("g", *rings, sign, class_="icon event-based")


def _strokes(name: str, data: str, thickness: float) -> Markup:
    return tag(
        "path",
        class_=f"icon {name}",
        d=data,
        stroke_width=thickness,
        stroke_linecap="butt",
        fill="none",
    )


def _activity(node: Node, shape: Shape) -> tuple[Markup, ...]:
    bounds = shape.bounds
    is_closed = not is_open(node, shape)
    icon = _type_icon(node, is_closed=is_closed)
    markers = _markers(node, is_closed=is_closed)
    left = bounds.x + bounds.width / 2 - _MARKER_GAP * (len(markers) - 1) / 2
    return (
        *_border(node, bounds),
        *([at(bounds.x + 6, bounds.y + 6, icon)] if icon else []),
        *(
            at(left + _MARKER_GAP * index, bounds.y + bounds.height - 10.5, marker)
            for index, marker in enumerate(markers)
        ),
    )


def _border(node: Node, bounds: Bounds) -> tuple[Markup, ...]:
    match node.behaviour:
        case CallActivity():
            return (outline(node, bounds, stroke_width=4.5),)
        case Transaction():
            inner = _rectangle(bounds, 3.4, stroke_width=1.5, fill="none")
            return (outline(node, bounds, stroke_width=1.5), inner)
        case SubProcess(triggered_by_event=True):
            return (outline(node, bounds, stroke_width=2, stroke_dasharray=_DOTS),)
        case _:
            return (outline(node, bounds, stroke_width=2),)


def _type_icon(node: Node, *, is_closed: bool) -> Markup:  # noqa: C901, PLR0911 - one case a kind
    match node.behaviour:
        case UserTask():
            return user_icon()
        case ManualTask():
            return manual_icon()
        case ServiceTask():
            return service_icon()
        case SendTask():
            return letter_icon(filled=True, ringed=False)
        case ReceiveTask(instantiate=instantiate):
            return letter_icon(filled=False, ringed=instantiate)
        case ScriptTask():
            return script_icon()
        case BusinessRuleTask():
            return rule_icon()
        case SubProcess(triggered_by_event=True) if is_closed:
            return _starter(node)
        case _:
            return Markup("")


def _starter(node: Node) -> Markup:
    """Draw in small what starts a collapsed event sub-process (10.3.5)."""
    scope = scope_of(node)
    for inner in scope.nodes.values() if scope else ():
        if isinstance(inner.behaviour, StartEvent):
            place = Bounds(x=0, y=0, width=_EVENT_SIZE, height=_EVENT_SIZE)
            event = tag("g", *_event(inner.behaviour, inner, place), class_="icon starter")
            return at(0, 0, event, scale=0.55)
    return Markup("")


def _markers(node: Node, *, is_closed: bool) -> list[Markup]:
    markers: list[Markup] = []
    match node.loop:
        case StandardLoop():
            markers.append(loop_marker())
        case MultiInstance(is_sequential=is_sequential):
            markers.append(instances_marker(is_sequential=is_sequential))
        case None:
            pass
        case _:
            assert_never(node.loop)
    if node.is_for_compensation:
        markers.append(compensation_marker())
    if is_closed and isinstance(node.behaviour, _SubProcess | CallActivity):
        markers.append(collapsed_marker())
    if isinstance(node.behaviour, AdHocSubProcess):
        markers.append(ad_hoc_marker())
    return markers


def _centre(bounds: Bounds) -> tuple[float, float, float]:
    radius = min(bounds.width, bounds.height) / 2
    return bounds.x + bounds.width / 2, bounds.y + bounds.height / 2, radius


def _circle(bounds: Bounds, inset: float, **attributes: str | float | None) -> Markup:
    x, y, radius = _centre(bounds)
    return tag("circle", cx=x, cy=y, r=radius - inset * radius * 2 / _EVENT_SIZE, **attributes)


def _rectangle(bounds: Bounds, inset: float, **attributes: str | float | None) -> Markup:
    return tag(
        "rect",
        x=bounds.x + inset,
        y=bounds.y + inset,
        width=bounds.width - 2 * inset,
        height=bounds.height - 2 * inset,
        rx=10 - inset,
        **attributes,
    )
