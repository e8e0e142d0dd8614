"""Transactions and the events that cancel them (BPMN 2.0.2, 10.3.5, 10.5.5 and 13.5.5).

A transaction runs like any sub-process. When it is cancelled, everything active in it
ends, what was completed in it is compensated, the last first, and then the case goes on
behind the cancel event on its border. An error that leaves it (a hazard) does not
compensate anything; and a transaction that was completed is compensated like any
sub-process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caseflow.kernel.case import Frame, FrameKind, Token
from caseflow.kernel.compensation import undo
from caseflow.kernel.events import TransactionCancelled
from caseflow.kernel.forge import Forge
from caseflow.kernel.remains import unfinished
from caseflow.kernel.run import Arc, Graph, Run, Vertex
from caseflow.kernel.scopes import cancel_inside
from caseflow.model import (
    AdHocSubProcess,
    BoundaryEvent,
    CancelTrigger,
    ElementId,
    EndEvent,
    Scope,
    SubProcess,
    Transaction,
)


@dataclass(frozen=True, slots=True)
class CancelEndElement:
    """Cancels the transaction it stands in, however deep."""

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:  # noqa: ARG002
        """End everything in the transaction and compensate what was done."""
        host = _transaction(run, frame)
        if host is None:
            run.consume(frame)
        else:
            _cancel(run, host)


def _transaction(run: Run, frame: int) -> Token | None:
    """Return the token of the transaction around a place, or of all its instances."""
    place: int | None = frame
    while place is not None:
        here = run.frames[place]
        host = run.tokens[here.token] if here.token is not None else None
        if here.kind is FrameKind.PROCESS:
            return None
        if host is not None and here.kind is not FrameKind.UNDO and _is_whole(run, host):
            return host
        place = here.parent
    return None


def _is_whole(run: Run, host: Token) -> bool:
    is_transaction = isinstance(run.vertex(host).node.behaviour, Transaction)
    return is_transaction and run.frames[host.frame].kind is not FrameKind.LOCAL


def _cancel(run: Run, host: Token) -> None:
    vertex = run.vertex(host)
    inside = [one for one in run.frames.values() if one.token == host.id]
    done = tuple(left for one in inside if (left := unfinished(run, one)) is not None)
    run.emit(
        TransactionCancelled(
            process=vertex.process, element=vertex.id, activities=tuple(_inside(vertex.id, done))
        )
    )
    cancel_inside(run, host)
    undo(run, host.frame, vertex.id, done, token=host.id)


def _inside(transaction: ElementId, done: tuple[Frame, ...]) -> Iterator[ElementId]:
    """Yield what is compensated, in order, by the activities that stand in the transaction."""
    for one in reversed(done):
        if one.element == transaction and one.done:
            yield from _inside(transaction, one.done)
        elif one.element is not None:
            yield one.element


def join_cancel_events(forge: Forge, graph: Graph) -> None:
    """Join transactions to the cancel event on their border."""
    for vertex in graph.vertices.values():
        behaviour = vertex.node.behaviour
        if isinstance(behaviour, BoundaryEvent) and _cancels(behaviour):
            graph.vertices[behaviour.attached_to].cancelled_to = vertex
    for vertex in graph.vertices.values():
        behaviour = vertex.node.behaviour
        if (
            isinstance(behaviour, Transaction)
            and vertex.cancelled_to is None
            and _can_be_cancelled(behaviour.scope)
        ):
            forge.refuse(
                "cancel-without-event",
                vertex.node,
                "it can be cancelled, but nothing is drawn for what comes then",
                "put a cancel event on its border",
            )


def _can_be_cancelled(scope: Scope) -> bool:
    """Tell whether something inside a transaction cancels it, and not one inside it."""
    for node in scope.nodes.values():
        match node.behaviour:
            case EndEvent() as end if _cancels(end):
                return True
            case SubProcess(scope=inner) | AdHocSubProcess(scope=inner):
                if _can_be_cancelled(inner):
                    return True
            case _:
                pass
    return False


def _cancels(event: BoundaryEvent | EndEvent) -> bool:
    return any(isinstance(trigger, CancelTrigger) for trigger in event.triggers)
