"""What an overlay changes, found by comparing the two processes and said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from caseflow.model import (
    BusinessRuleTask,
    CallActivity,
    ElementId,
    EndEvent,
    Flow,
    Ladder,
    Lane,
    Limit,
    Node,
    ParameterSet,
    Value,
)
from caseflow.overlays.applying import Overlaid
from caseflow.overlays.elements import assignment_of, elements_of, literal_of
from caseflow.overlays.numbers import span_of

T = TypeVar("T")


class Aspect(StrEnum):
    """What kind of thing differs."""

    LEFT_OUT = "step left out"
    ADDED = "step added"
    LABEL = "label"
    ROLE = "role"
    FORM = "form"
    DECISION = "decision"
    CALL = "call"
    DOCUMENTS = "documents"
    LIMIT = "limit"
    VALUE = "value"
    LADDER = "ladder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is otherwise than in the base; ``element`` is its id there."""

    aspect: Aspect
    element: str
    name: str = ""
    was: str = ""
    becomes: str = ""
    source: str = ""

    def __str__(self) -> str:
        """One line for people: ``limit sign_in (签收): 1 h WH → 30 min WH [D]``."""
        name = f" ({self.name})" if self.name else ""
        values = f"{self.was or '—'} → {self.becomes or '—'}"
        if self.aspect in {Aspect.LEFT_OUT, Aspect.ADDED}:
            values = self.was or self.becomes
        said = f": {values}" if values else ""
        source = f"  {self.source}" if self.source else ""
        return f"{self.aspect} {self.element}{name}{said}{source}"


def differences(overlaid: Overlaid) -> tuple[Difference, ...]:
    """Return everything in which an overlaid process differs from its base."""
    before, after = elements_of(overlaid.base.diagram), elements_of(overlaid.diagram)
    # A task whose role is that of its lane is not told of besides the lane.
    lanes = {
        one: (lane.role, after.lanes[name].role)
        for name, lane in before.lanes.items()
        for one in lane.nodes
    }
    changes = _changes(before.nodes, after.nodes, _OF_NODES, named=lambda one: one.name)
    return (
        *_steps(before.nodes, after.nodes),
        *(one for one in changes if lanes.get(ElementId(one.element)) != (one.was, one.becomes)),
        *_changes(before.flows, after.flows, _OF_FLOWS, named=lambda one: one.name),
        *_changes(before.lanes, after.lanes, _OF_LANES, named=lambda one: one.name),
        *_calls(before.nodes, after.nodes, overlaid),
        *_process(overlaid),
        *_numbers(overlaid.before, overlaid.after),
    )


def _steps(before: Mapping[str, Node], after: Mapping[str, Node]) -> Iterator[Difference]:
    for name, node in before.items():
        if name not in after:
            yield Difference(aspect=Aspect.LEFT_OUT, element=name, name=node.name)
    for name, node in after.items():
        if name not in before:
            parts = (_role(node), _due(node), _form(node), _call(node))
            words = "; ".join(part for part in parts if part)
            yield Difference(aspect=Aspect.ADDED, element=name, name=node.name, becomes=words)


def _changes(
    before: Mapping[str, T],
    after: Mapping[str, T],
    readers: Mapping[Aspect, Callable[[T], str]],
    *,
    named: Callable[[T], str],
) -> Iterator[Difference]:
    """Yield what is said otherwise about the things that both have."""
    for name, old in before.items():
        if name not in after:
            continue
        for aspect, read in readers.items():
            was, becomes = read(old), read(after[name])
            if was != becomes:
                said = "" if aspect is Aspect.LABEL else named(old)
                yield Difference(aspect=aspect, element=name, name=said, was=was, becomes=becomes)


def _calls(
    before: Mapping[str, Node], after: Mapping[str, Node], overlaid: Overlaid
) -> Iterator[Difference]:
    """Yield calls of others; the overlaid form of what was called goes without saying."""
    for one in _changes(before, after, {Aspect.CALL: _call}, named=lambda node: node.name):
        if one.becomes != overlaid.overlay.named(one.was):
            yield one


def _process(overlaid: Overlaid) -> Iterator[Difference]:
    base = overlaid.overlay.base
    old = overlaid.base.process(base)
    new = next(one for one in overlaid.diagram.processes if one.id == overlaid.process)
    for aspect, was, becomes in (
        (Aspect.LABEL, old.name, new.name),
        (Aspect.DOCUMENTS, ", ".join(old.mandatory), ", ".join(new.mandatory)),
    ):
        if was != becomes:
            yield Difference(aspect=aspect, element=base, was=was, becomes=becomes)


def _numbers(before: ParameterSet | None, after: ParameterSet | None) -> Iterator[Difference]:
    empty = ParameterSet(name="")
    old, new = before or empty, after or empty
    for name, limit in new.limits.items():
        was = old.limits.get(name)
        if was is None or _said(was) != _said(limit):
            yield Difference(
                aspect=Aspect.LIMIT,
                element=name,
                name=limit.label,
                was="" if was is None else span_of(was),
                becomes=span_of(limit),
                source=limit.source,
            )
    for name, value in new.values.items():
        if old.values.get(name) != value:
            was_value = _words(old.values.get(name))
            yield Difference(
                aspect=Aspect.VALUE, element=name, was=was_value, becomes=_words(value)
            )
    for name, ladder in new.ladders.items():
        known = old.ladders.get(name)
        if known != ladder:
            yield Difference(
                aspect=Aspect.LADDER,
                element=name,
                name=ladder.label,
                was="" if known is None else _lights(known),
                becomes=_lights(ladder),
                source=ladder.source,
            )


def _said(limit: Limit) -> tuple[str, str]:
    return span_of(limit), limit.source


def _words(value: Value) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _lights(ladder: Ladder) -> str:
    return ", ".join(
        f"{step.light} at {step.share}"
        if step.after is None
        else f"{step.light} after {step.after}"
        for step in ladder.steps
    )


def _role(node: Node) -> str:
    assignment = assignment_of(node)
    if assignment is None:
        return ""
    return ", ".join(literal_of(one) or one.text for one in assignment.roles)


def _due(node: Node) -> str:
    assignment = assignment_of(node)
    return "" if assignment is None or assignment.due is None else f"due {assignment.due.text}"


def _form(node: Node) -> str:
    assignment = assignment_of(node)
    return "" if assignment is None else assignment.form or ""


def _decision(node: Node) -> str:
    return node.behaviour.decision if isinstance(node.behaviour, BusinessRuleTask) else ""


def _call(node: Node) -> str:
    return node.behaviour.called if isinstance(node.behaviour, CallActivity) else ""


def _mandatory(node: Node) -> str:
    return ", ".join(node.behaviour.mandatory) if isinstance(node.behaviour, EndEvent) else ""


_OF_NODES: Mapping[Aspect, Callable[[Node], str]] = {
    Aspect.LABEL: lambda node: node.name,
    Aspect.ROLE: _role,
    Aspect.FORM: _form,
    Aspect.DECISION: _decision,
    Aspect.DOCUMENTS: _mandatory,
}
_OF_FLOWS: Mapping[Aspect, Callable[[Flow], str]] = {Aspect.LABEL: lambda flow: flow.name}
_OF_LANES: Mapping[Aspect, Callable[[Lane], str]] = {
    Aspect.LABEL: lambda lane: lane.name,
    Aspect.ROLE: lambda lane: lane.role,
}
