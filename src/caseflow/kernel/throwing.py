"""Throwing messages, signals, errors and escalations out of an element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from caseflow.expressions import Expression
from caseflow.kernel.activity import Activity
from caseflow.kernel.case import ROOT, CaseState, Frame, FrameKind, SubscriptionKind, Token
from caseflow.kernel.effects import BroadcastSignal, SendMessage
from caseflow.kernel.events import (
    CaseFailed,
    ErrorThrown,
    EscalationThrown,
    MessageSent,
    SignalThrown,
)
from caseflow.kernel.listener import message_key
from caseflow.kernel.moments import moment
from caseflow.kernel.run import Handler, Run, Vertex
from caseflow.kernel.scopes import cancel_contents
from caseflow.model import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A compiled message that an element sends."""

    name: str
    correlation: Expression | None = None
    payload: Expression | None = None
    time_to_live: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSignal:
    """A compiled signal that an element throws."""

    name: str
    payload: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caught:
    handler: Handler
    vertex: Vertex
    frame: int
    token: Token | None


def send(run: Run, vertex: Vertex, message: OutgoingMessage, frame: int) -> None:
    """Send a message out of the case. Raises ExpressionFailed."""
    key = message_key(run, message.correlation, frame)
    payload = None if message.payload is None else run.value(message.payload, frame)
    expires_at = (
        None
        if message.time_to_live is None
        else moment(run, message.time_to_live, frame, start=run.at).at
    )
    run.emit(
        MessageSent(
            process=vertex.process,
            element=vertex.id,
            name=message.name,
            key=key,
            payload=payload,
        )
    )
    run.sent.append(
        SendMessage(
            element=vertex.id,
            name=message.name,
            key=key,
            payload=payload,
            expires_at=expires_at,
        )
    )


def broadcast(run: Run, vertex: Vertex, signal: OutgoingSignal, frame: int) -> None:
    """Throw a signal: at once to all that wait in this case, by the shell to all others.

    Raises ExpressionFailed.
    """
    payload = None if signal.payload is None else run.value(signal.payload, frame)
    run.emit(
        SignalThrown(process=vertex.process, element=vertex.id, name=signal.name, payload=payload)
    )
    run.sent.append(BroadcastSignal(element=vertex.id, name=signal.name, payload=payload))
    deliver_signal(run, signal.name, payload)


def deliver_signal(run: Run, name: str, payload: Value) -> bool:
    """Wake everything in the case that waits for a signal; tell whether anything did."""
    waiting = [
        wake
        for wake in run.subscriptions.values()
        if wake.kind is SubscriptionKind.SIGNAL and wake.name == name
    ]
    for wake in waiting:
        if wake.id in run.subscriptions:
            vertex = run.graphs[wake.frame].vertices[wake.element]
            if vertex.catcher is not None:
                vertex.catcher.fired(run, wake, vertex, payload)
    return bool(waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A BPMN error on its way to a handler."""

    code: str
    payload: Value = None


def throw_error(
    run: Run, vertex: Vertex, fault: Fault, *, frame: int, token: Token | None = None
) -> None:
    """Throw an error from an activity's token, or from an end event of a frame.

    The nearest handler takes it (10.5.6); without one the case ends abnormally.
    """
    caught = _nearest(run, frame, token, lambda handler: handler.catches_error(fault.code))
    run.emit(
        ErrorThrown(
            process=vertex.process,
            element=vertex.id,
            code=fault.code,
            caught_by=caught.vertex.id if caught is not None else None,
        )
    )
    if caught is not None:
        caught.handler.handle(
            run, caught.vertex, frame=caught.frame, token=caught.token, payload=fault.payload
        )
        return
    cancel_contents(run, ROOT)
    run.state = CaseState.FAILED
    run.emit(CaseFailed(code=fault.code))


def throw_escalation(run: Run, vertex: Vertex, code: str, *, frame: int) -> None:
    """Throw an escalation: the nearest handler takes it, without one nothing happens."""
    caught = _nearest(run, frame, None, lambda handler: handler.catches_escalation(code))
    run.emit(
        EscalationThrown(
            process=vertex.process,
            element=vertex.id,
            code=code,
            caught_by=caught.vertex.id if caught is not None else None,
        )
    )
    if caught is not None:
        caught.handler.handle(
            run, caught.vertex, frame=caught.frame, token=caught.token, payload=None
        )


def _nearest(
    run: Run, frame: int, token: Token | None, catches: Callable[[Handler], bool]
) -> _Caught | None:
    for place, host in _outwards(run, frame, token):
        if host is not None:
            element = run.vertex(host).element
            candidates = element.boundary if isinstance(element, Activity) else ()
        else:
            candidates = run.graphs[place].event_scopes
        for vertex in candidates:
            if vertex.handler is not None and catches(vertex.handler):
                return _Caught(handler=vertex.handler, vertex=vertex, frame=place, token=host)
    return None


def _outwards(run: Run, frame: int, token: Token | None) -> Iterator[tuple[int, Token | None]]:
    """Yield the hosts and scopes around a place, nearest first.

    What an interrupting event sub-process throws passes by the scope that it
    interrupted, because that scope's handlers are no longer listening.
    """
    place: int | None = frame
    host = token
    while place is not None:
        here: Frame = run.frames[place]
        if host is not None and here.kind is not FrameKind.LOCAL:
            yield place, host
        interrupted = False
        if here.kind in {FrameKind.PROCESS, FrameKind.BODY}:
            yield place, None
            interrupted = here.token is None and here.has_interrupted
        host = run.tokens[here.token] if here.token is not None else None
        place = here.parent
        if interrupted and place is not None:
            above = run.frames[place]
            host = run.tokens[above.token] if above.token is not None else None
            place = above.parent
