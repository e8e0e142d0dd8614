"""What an overlay changes, found by comparing the two processes and said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from caseflow.model import (
    BusinessRuleTask,
    CallActivity,
    EndEvent,
    Flow,
    Lane,
    Limit,
    ManualTask,
    Node,
    ParameterSet,
    UserTask,
    Value,
)
from caseflow.overlays.applying import Overlaid
from caseflow.overlays.base import assignment_of, elements_of
from caseflow.overlays.numbers import span_of


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
    return (
        *_steps(before.nodes, after.nodes),
        *_changes(before.nodes, after.nodes, _OF_NODES),
        *_changes(before.flows, after.flows, _OF_FLOWS),
        *_changes(before.lanes, after.lanes, _OF_LANES),
        *_documents(overlaid),
        *_numbers(overlaid.before, overlaid.after),
    )


def _steps(before: Mapping[str, Node], after: Mapping[str, Node]) -> Iterator[Difference]:
    for name in before.keys() - after.keys():
        said = before[name].name
        yield Difference(aspect=Aspect.LEFT_OUT, element=name, name=said)
    for name, node in after.items():
        if name not in before:
            words = "; ".join(filter(None, (_role(node), _due(node), _form(node), _call(node))))
            yield Difference(aspect=Aspect.ADDED, element=name, name=node.name, becomes=words)


def _role(node: Node) -> str:
    assignment = assignment_of(node)
    return "" if assignment is None else ", ".join(one.text for one in assignment.roles)


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


def _node_label(node: Node) -> str:
    return node.name


def _flow_label(flow: Flow) -> str:
    return flow.name


def _lane_label(lane: Lane) -> str:
    return lane.name


def _lane_role(lane: Lane) -> str:
    return lane.role
