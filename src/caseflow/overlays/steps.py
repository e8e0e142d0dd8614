"""The steps of an overlay: which are left out, and which are put at the declared points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow.bpmn import InsertSteps, NewStep, TakeOut, lane_of
from caseflow.model import BoundaryEvent, ElementId, Flow, FlowId, Lane, Node, ParameterSet
from caseflow.overlays.elements import Elements, assignment_of, inside, scopes_in
from caseflow.overlays.overlay import Addition, Overlay
from caseflow.parameters import Path, Report, one_of

_ASK = "ask those who keep the base to declare it"


def insertions(
    overlay: Overlay, elements: Elements, numbers: ParameterSet | None, report: Report
) -> Iterator[InsertSteps]:
    """Yield the steps that an overlay adds, point by point, after noting what is wrong."""
    points: dict[FlowId, list[NewStep]] = {}
    for addition in overlay.additions:
        path = ("add", addition.id)
        _check_names(addition, overlay, elements, numbers, report)
        flow = _point(addition, elements, report)
        if flow is None:
            continue
        _check_id(overlay.named(addition.id), elements, path, report)
        lane = _lane(addition, flow, overlay, elements)
        if addition.kind != "callActivity" and not addition.role and not _has_role(flow, elements):
            message = "says no role, and the point stands in no lane that has one"
            report.add("overlay-role", path, message, 'add role = "..."')
        points.setdefault(flow.id, []).append(_step(addition, overlay, lane))
    for point, steps in points.items():
        yield InsertSteps(flow=point, steps=tuple(steps))


def omissions(overlay: Overlay, elements: Elements, report: Report) -> Iterator[TakeOut]:
    """Yield the steps that an overlay leaves out, after noting which it may not leave out."""
    for element in overlay.leave_out:
        node = elements.nodes.get(element)
        if node is None:
            known = (one.id for one in elements.nodes.values() if one.is_optional)
            message = f"the base has no element “{element}”"
            report.add("overlay-unknown-element", ("leave_out",), message, one_of(known, element))
            continue
        reason, remedy = _why_not(node, overlay, elements)
        if reason:
            rule = "overlay-legal" if "law" in reason else "overlay-not-optional"
            report.add(rule, ("leave_out",), f"“{element}” {reason}", remedy)
        else:
            yield TakeOut(element=element)


def _why_not(node: Node, overlay: Overlay, elements: Elements) -> tuple[str, str]:
    """Return why a step cannot be left out, and the way out; nothing where it can."""
    flows = [elements.flows[one] for one in (*node.incoming, *node.outgoing)]
    if _is_legal(node) or any(flow.is_legal for flow in flows):
        return "is wanted by a law, itself or what it holds", "let it stand"
    if not node.is_optional:
        return "is not declared optional", f'{_ASK} (caseflow:optional="true")'
    if (needed := _needed_by(node, overlay, elements)) is not None:
        return (
            f"is needed by “{needed}”, which another person has to do",
            f"leave out {needed} too",
        )
    if len(node.incoming) != 1 or len(node.outgoing) != 1 or flows[-1].condition is not None:
        return (
            "has more than one way in and one way out",
            "have gateways drawn around it in the base, which gather and part the ways",
        )
    if _is_host(node, elements):
        return "has events on its border", "have the step drawn in a sub-process of the base"
    return "", ""


def _is_legal(node: Node) -> bool:
    scope = inside(node)
    return node.is_legal or (
        scope is not None
        and any(
            any(one.is_legal for one in within.nodes.values())
            or any(one.is_legal for one in within.flows.values())
            for within in scopes_in(scope)
        )
    )


def _needed_by(node: Node, overlay: Overlay, elements: Elements) -> ElementId | None:
    """Return a step that stays and must not be done by who did this one."""
    for other in elements.nodes.values():
        assignment = assignment_of(other)
        is_kept = other.id not in overlay.leave_out
        if is_kept and assignment is not None and assignment.not_same_as == node.id:
            return other.id
    return None


def _is_host(node: Node, elements: Elements) -> bool:
    return any(
        isinstance(one.behaviour, BoundaryEvent) and one.behaviour.attached_to == node.id
        for one in elements.nodes.values()
    )


def _point(addition: Addition, elements: Elements, report: Report) -> Flow | None:
    """Return the flow of an extension point, or None after noting why nothing can stand there."""
    points: dict[str, list[Flow]] = {}
    for flow in elements.flows.values():
        if flow.extension_point:
            points.setdefault(flow.extension_point, []).append(flow)
    path = ("add", addition.id, "at")
    found = points.get(addition.at, [])
    if not found:
        message = f"the base declares no extension point “{addition.at}”"
        report.add("overlay-unknown-point", path, message, one_of(points, addition.at))
    elif len(found) > 1 or ":" in found[0].id:
        message = f"the point “{addition.at}” stands on several flows, or on one without an id"
        report.add("overlay-unknown-point", path, message, _ASK)
    elif found[0].is_legal:
        message = f"the point “{addition.at}” stands on a flow that a law wants as it is"
        report.add("overlay-legal", path, message, "choose another point")
    else:
        return found[0]
    return None


def _check_names(
    addition: Addition,
    overlay: Overlay,
    elements: Elements,
    numbers: ParameterSet | None,
    report: Report,
) -> None:
    """Note roles, limits and ladders that there are not."""
    given: Mapping[str, object] = {} if numbers is None else numbers.limits
    ladders: Mapping[str, object] = {} if numbers is None else numbers.ladders
    roles = {*overlay.new_roles, *overlay.roles.values()}
    roles |= {lane.role for lane in elements.lanes.values() if lane.role} - overlay.roles.keys()
    for key, name, known in (
        ("role", addition.role, roles),
        ("due", addition.due, given),
        ("ladder", addition.ladder, ladders),
    ):
        if name and name not in known:
            remedy = one_of(known, name)
            if key == "role":
                remedy += '; declare one that only this overlay has in new_roles = ["..."]'
            path = ("add", addition.id, key)
            report.add(f"overlay-{key}", path, f"there is no {key} “{name}” here", remedy)


def _check_id(new: str, elements: Elements, path: Path, report: Report) -> None:
    if new in elements.nodes or new in elements.flows:
        message = f"the base has an element “{new}” already"
        report.add("overlay-duplicate-id", path, message, "choose another name")


def _lane(
    addition: Addition, flow: Flow, overlay: Overlay, elements: Elements
) -> ElementId | None:
    """Return the lane for a step: one of its role beside the point, else that of the point."""
    beside = [lane for end in (flow.source, flow.target) for lane in elements.lanes_with(end)]
    if not beside:
        return None
    process = elements.processes[flow.id]
    own = (lane for lane in elements.lanes.values() if _owner(lane, elements) == process.id)
    fitting = [lane for lane in (*beside, *own) if _role(lane, overlay) == addition.role]
    return (fitting or beside)[0].id


def _owner(lane: Lane, elements: Elements) -> str:
    return next((elements.processes[one].id for one in lane.nodes), "")


def _role(lane: Lane, overlay: Overlay) -> str:
    return overlay.roles.get(lane.role, lane.role)


def _has_role(flow: Flow, elements: Elements) -> bool:
    lane = lane_of(elements.processes[flow.id], flow.source)
    return lane is not None and bool(lane.role)


def _step(addition: Addition, overlay: Overlay, lane: ElementId | None) -> NewStep:
    new = overlay.named(addition.id)
    said = {
        "name": addition.name,
        "caseflow:role": addition.role,
        "caseflow:due": addition.due,
        "caseflow:ladder": addition.ladder,
        "caseflow:form": addition.form,
        "calledElement": addition.calls,
    }
    return NewStep(
        id=ElementId(new),
        kind=addition.kind,
        attributes={name: text for name, text in said.items() if text},
        onward=FlowId(f"{new}.next"),
        lane=lane,
    )
