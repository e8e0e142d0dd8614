"""Walks the scopes of a process from the outside in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caseflow.bpmn.findings import Place
from caseflow.model import (
    AdHocSubProcess,
    BoundaryEvent,
    CatchEvent,
    EndEvent,
    Flow,
    Node,
    Process,
    Scope,
    StartEvent,
    SubProcess,
    ThrowEvent,
    Transaction,
    Trigger,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A scope and the sub-processes around it, the innermost last; each stands in ``outer``."""

    scope: Scope
    around: tuple[Node, ...] = ()
    outer: tuple[Scope, ...] = ()

    @property
    def owner(self) -> Node | None:
        """The sub-process whose content this is, or None at the top of a process."""
        return self.around[-1] if self.around else None

    @property
    def is_event_scope(self) -> bool:
        """Whether this is the content of an event sub-process."""
        return self.owner is not None and is_event_sub_process(self.owner)


def scopes_of(process: Process) -> Iterator[Standing]:
    """Yield the scope of a process and every scope inside it."""
    waiting = [Standing(scope=process.scope)]
    while waiting:
        standing = waiting.pop()
        yield standing
        waiting.extend(
            Standing(
                scope=inner,
                around=(*standing.around, node),
                outer=(*standing.outer, standing.scope),
            )
            for node in standing.scope.nodes.values()
            if (inner := scope_in(node)) is not None
        )


def scope_in(node: Node) -> Scope | None:
    """Return what stands inside a node, if it is a sub-process."""
    match node.behaviour:
        case SubProcess() | Transaction() | AdHocSubProcess():
            return node.behaviour.scope
        case _:
            return None


def is_event_sub_process(node: Node) -> bool:
    """Tell whether a node is a sub-process that an event starts."""
    return isinstance(node.behaviour, SubProcess) and node.behaviour.triggered_by_event


def triggers_of(node: Node) -> tuple[Trigger, ...]:
    """Return what an event waits for or throws; nothing for other nodes."""
    match node.behaviour:
        case StartEvent() | CatchEvent() | ThrowEvent() | BoundaryEvent() | EndEvent():
            return node.behaviour.triggers
        case _:
            return ()


def place_of(node: Node) -> Place:
    """Return where findings about a node point to."""
    return Place(node.line, node.id, node.name)


def place_of_flow(flow: Flow) -> Place:
    """Return where findings about a flow point to."""
    return Place(flow.line, flow.id, flow.name)
