"""Who may do a user or manual task, by when, in which form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions import Extension, Slot
from caseflow.bpmn.formulas import expression, literal
from caseflow.bpmn.source import Source
from caseflow.model import Assignment, ElementId, Formula

_RESOURCE = frozenset({"resource"})
_USERS_AND_GROUPS = re.compile(r"\s*(user|group)\(([^()]*)\)\s*(?:,|$)")


def assignment_of(
    element: Element, extension: Extension, source: Source, *, lane_role: str
) -> Assignment:
    """Return who does a task; where nothing is said, it is the role of its lane."""
    assignee = extension.formula(Slot.ASSIGNEE)
    roles = list(extension.all(Slot.ROLES))
    people = list(extension.all(Slot.PEOPLE))
    for is_person, formula in _resource_roles(element, source, ("potentialOwner",)):
        (people if is_person else roles).append(formula)
    for _, formula in _resource_roles(element, source, ("humanPerformer", "performer")):
        assignee = assignee or formula
    if lane_role and not (assignee or roles or people):
        roles.append(literal(lane_role, line=element.line))
    return Assignment(
        assignee=assignee,
        roles=tuple(roles),
        people=tuple(people),
        unit=extension.formula(Slot.UNIT),
        due=extension.formula(Slot.DUE),
        follow_up=extension.formula(Slot.FOLLOW_UP),
        priority=extension.formula(Slot.PRIORITY),
        form=extension.name(Slot.FORM) or None,
        ladder=extension.name(Slot.LADDER) or None,
        not_same_as=ElementId(other) if (other := extension.name(Slot.NOT_SAME_AS)) else None,
    )


def _resource_roles(
    element: Element, source: Source, names: tuple[str, ...]
) -> Iterator[tuple[bool, Formula]]:
    """Yield whom BPMN's own resource roles name, and whether that is a person."""
    for role in element.all(*names):
        for reference in role.references("resourceRef"):
            resource = source.resolve(reference, role.place, to=_RESOURCE)
            if resource is not None:
                name = resource.get("name") or resource.id
                yield False, literal(name, line=role.line)
        for wrapper in role.all("resourceAssignmentExpression"):
            for each in wrapper.all("expression", "formalExpression"):
                yield from _named(each, source)


def _named(element: Element, source: Source) -> Iterator[tuple[bool, Formula]]:
    """Read ``user(mary), group(mediators)``, or else one expression for a role."""
    text = element.text.strip()
    position = 0
    found: list[tuple[bool, Formula]] = []
    while part := _USERS_AND_GROUPS.match(text, position):
        found.append((part[1] == "user", literal(part[2].strip(), line=element.line)))
        position = part.end()
    if found and position == len(text):
        yield from found
    else:
        yield False, expression(element, source)
