"""What an overlay calls otherwise or replaces: roles, labels, forms, decisions, documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caseflow.bpmn import SetAttribute, lane_of
from caseflow.model import BusinessRuleTask, EndEvent, Node
from caseflow.overlays.elements import Base, Elements, assignment_of, literal_of
from caseflow.overlays.overlay import Overlay
from caseflow.parameters import Path, Report, one_of

_PEOPLE_ONLY = "name a user task or a manual task"


def renamed_roles(overlay: Overlay, elements: Elements, report: Report) -> Iterator[SetAttribute]:
    """Yield the roles of lanes and tasks that are called otherwise."""
    known: set[str] = set()
    for lane in elements.lanes.values():
        known.add(lane.role)
        if lane.role in overlay.roles:
            yield _own(lane.id, "role", overlay.roles[lane.role])
    for node in elements.nodes.values():
        known.update(_roles_of(node))
        _check_computed(node, overlay, report)
        if overlay.roles.keys().isdisjoint(_roles_of(node)):
            continue
        around = lane_of(elements.processes[node.id], node.id)
        if around is None or _roles_of(node) != [around.role]:
            new = (overlay.roles.get(one, one) for one in _roles_of(node))
            yield _own(node.id, "role", ",".join(new))
    for role in overlay.roles:
        if role not in known:
            message = f"the base has no role “{role}”"
            report.add("overlay-role", ("roles", role), message, one_of(known - {""}, role))


def labels(overlay: Overlay, elements: Elements, report: Report) -> Iterator[SetAttribute]:
    """Yield the elements that are labelled otherwise."""
    known = {**elements.flows, **elements.lanes, **elements.nodes}
    for element, label in overlay.labels.items():
        path = ("labels", element)
        found = elements.nodes.get(element) or elements.flows.get(element)
        if element not in known:
            _unknown(element, known, path, report)
        elif found is not None and found.is_legal:
            message = "is wanted by a law, which gives it its name too"
            report.add("overlay-legal", path, message, "let it stand")
        else:
            yield SetAttribute(element=element, name="name", value=label)


def forms(overlay: Overlay, elements: Elements, report: Report) -> Iterator[SetAttribute]:
    """Yield the tasks that ask for another form."""
    for element, form in overlay.forms.items():
        path = ("forms", element)
        node = elements.nodes.get(element)
        if node is None:
            _unknown(element, elements.nodes, path, report)
        elif assignment_of(node) is None:
            report.add("overlay-form", path, "is no task for people", _PEOPLE_ONLY)
        else:
            yield _own(element, "form", form)


def decisions(overlay: Overlay, elements: Elements, report: Report) -> Iterator[SetAttribute]:
    """Yield the tasks that ask another decision, which the base must allow."""
    for element, decision in overlay.decisions.items():
        path = ("decisions", element)
        node = elements.nodes.get(element)
        if node is None:
            _unknown(element, elements.nodes, path, report)
        elif not isinstance(node.behaviour, BusinessRuleTask) or node.is_legal:
            message = "is no business rule task, or a law wants it as it is"
            report.add("overlay-decision", path, message, "name another element")
        elif not node.behaviour.is_replaceable:
            remedy = 'ask those who keep the base to declare it (caseflow:replaceable="true")'
            report.add("overlay-decision", path, "is not declared replaceable", remedy)
        else:
            yield _own(element, "decision", decision)


def documents(overlay: Overlay, base: Base, report: Report) -> Iterator[SetAttribute]:
    """Yield the documents that a file must hold: those of the base, and what is added."""
    process = base.process(overlay.base)
    added = overlay.documents
    if added.always:
        yield _mandatory(process.id, process.mandatory, added.always)
    ends = [
        (node.id, node.behaviour)
        for node in process.scope.nodes.values()
        if isinstance(node.behaviour, EndEvent)
    ]
    for outcome, wanted in added.by_outcome.items():
        found = [(name, end) for name, end in ends if end.outcome == outcome]
        for name, end in found:
            yield _mandatory(name, end.mandatory, wanted)
        if not found:
            known = {end.outcome for _, end in ends} - {""}
            message = f"no case of the base ends as “{outcome}”"
            path = ("documents", "outcomes", outcome)
            report.add("overlay-documents", path, message, one_of(known, outcome))


def _roles_of(node: Node) -> list[str]:
    """Return the roles that a task names; those that are computed are not among them."""
    assignment = assignment_of(node)
    said = () if assignment is None else map(literal_of, assignment.roles)
    return [role for role in said if role is not None]


def _check_computed(node: Node, overlay: Overlay, report: Report) -> None:
    """Note roles that are renamed and stand in an expression, where they would stay."""
    assignment = assignment_of(node)
    if assignment is None:
        return
    said = (*assignment.roles, assignment.assignee)
    computed = [one.text for one in said if one is not None and literal_of(one) is None]
    for role in overlay.roles:
        if any(f'"{role}"' in text or f"'{role}'" in text for text in computed):
            message = f"is named in an expression of “{node.id}”, which an overlay does not change"
            remedy = "keep this role, or have the base name it in a lane or an attribute"
            report.add("overlay-role", ("roles", role), message, remedy)


def _mandatory(element: str, before: tuple[str, ...], added: tuple[str, ...]) -> SetAttribute:
    return _own(element, "mandatory", ", ".join(dict.fromkeys((*before, *added))))


def _own(element: str, name: str, value: str) -> SetAttribute:
    return SetAttribute(element=element, name=f"caseflow:{name}", value=value)


def _unknown(element: str, known: Iterable[str], path: Path, report: Report) -> None:
    message = f"the base has no element “{element}”"
    report.add("overlay-unknown-element", path, message, one_of(known, element))
