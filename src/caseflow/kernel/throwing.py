"""Throwing messages, signals, errors and escalations out of an element."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caseflow.expressions import Expression
from caseflow.kernel.activity import Activity, Transfer
from caseflow.kernel.case import ROOT, CaseState, FrameKind, Subscription, SubscriptionKind, Token
from caseflow.kernel.casefile import value_with
from caseflow.kernel.correlation import sent_key
from caseflow.kernel.effects import BroadcastSignal, SendMessage
from caseflow.kernel.events import (
    CaseFailed,
    ErrorThrown,
    EscalationThrown,
    MessageSent,
    SignalThrown,
)
from caseflow.kernel.faults import Fault
from caseflow.kernel.intake import own_data
from caseflow.kernel.keyed import Keyed
from caseflow.kernel.listener import message_key
from caseflow.kernel.moments import moment
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.scopes import cancel_contents, is_restored
from caseflow.kernel.waking import wake
from caseflow.model import ElementId, Value, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A compiled message that an element sends."""

    name: str
    correlation: Expression | None = None
    keyed: Keyed | None = None
    payload: Expression | None = None
    time_to_live: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSignal:
    """A compiled signal that an element throws."""

    name: str
    payload: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingFault:
    """A compiled error or escalation that an element throws."""

    code: str
    payload: Expression | None = None
    is_escalation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Throwing:
    """Everything that one event throws."""

    messages: tuple[OutgoingMessage, ...] = ()
    signals: tuple[OutgoingSignal, ...] = ()
    faults: tuple[OutgoingFault, ...] = ()
    inputs: tuple[Transfer, ...] | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether the event throws nothing at all."""
        return not (self.messages or self.signals or self.faults)

    def prepare(self, run: Run, vertex: Vertex, frame: int) -> Thrown:
        """Evaluate all of it before any of it is thrown. Raises ExpressionFailed."""
        own = own_data(run, frame, self.inputs)
        return Thrown(
            messages=tuple(_message(run, vertex, one, frame, own=own) for one in self.messages),
            signals=tuple(
                BroadcastSignal(
                    element=vertex.id,
                    name=one.name,
                    payload=_payload(run, one.payload, frame, own=own),
                )
                for one in self.signals
            ),
            faults=tuple(
                Fault(
                    code=one.code,
                    payload=_payload(run, one.payload, frame, own=own),
                    is_escalation=one.is_escalation,
                )
                for one in self.faults
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Thrown:
    """What one event throws, ready to go."""

    messages: tuple[SendMessage, ...] = ()
    signals: tuple[BroadcastSignal, ...] = ()
    faults: tuple[Fault, ...] = ()


def _payload(run: Run, payload: Expression | None, frame: int, *, own: Values | None) -> Value:
    """Return what is carried: what is said, or else the data that the event takes in."""
    return own if payload is None else value_with(run, payload, frame, own or {})


def _message(
    run: Run, vertex: Vertex, message: OutgoingMessage, frame: int, *, own: Values | None
) -> SendMessage:
    expiry = message.time_to_live
    payload = _payload(run, message.payload, frame, own=own)
    if message.keyed is not None:
        key = sent_key(run, message.keyed, frame, payload)
    else:
        key = message_key(run, message.correlation, frame)
    return SendMessage(
        element=vertex.id,
        name=message.name,
        key=key,
        payload=payload,
        expires_at=None if expiry is None else moment(run, expiry, frame, start=run.at).at,
    )


def send(run: Run, vertex: Vertex, message: SendMessage) -> None:
    """Send a message out of the case."""
    run.emit(
        MessageSent(
            process=vertex.process,
            element=vertex.id,
            name=message.name,
            key=message.key,
            payload=message.payload,
        )
    )
    run.sent.append(message)


def broadcast(run: Run, vertex: Vertex, signal: BroadcastSignal) -> None:
    """Throw a signal: at once to all that wait in this case, by the shell to all others."""
    run.emit(
        SignalThrown(
            process=vertex.process, element=vertex.id, name=signal.name, payload=signal.payload
        )
    )
    run.sent.append(signal)
    deliver_signal(run, signal.name, signal.payload)


def deliver_signal(run: Run, name: str, payload: Value) -> bool:
    """Wake everything in the case that waits for a signal; tell whether anything did.

    What one receiver cancels, or begins to wait for, does not get it any more.
    """
    waiting = [
        one
        for one in run.wakes.values()
        if isinstance(one, Subscription)
        and one.kind is SubscriptionKind.SIGNAL
        and one.name == name
    ]
    for one in waiting:
        if one.id in run.wakes:
            wake(run, one, payload)
    return bool(waiting)


def throw(
    run: Run, vertex: Vertex, fault: Fault, *, frame: int, token: Token | None = None
) -> None:
    """Throw an error or escalation from an activity's token, or from an event in a frame.

    The nearest handler takes it (10.5.6). An escalation that nobody takes is of no
    consequence, with an error the case ends abnormally.
    """
    caught = _nearest(run, fault, frame, token)
    fact = EscalationThrown if fault.is_escalation else ErrorThrown
    run.emit(
        fact(
            process=vertex.process,
            element=vertex.id,
            code=fault.code,
            caught_by=caught.event.id if caught is not None else None,
        )
    )
    if caught is not None and caught.event.handler is not None:
        caught.event.handler.handle(
            run, caught.event, frame=caught.frame, token=caught.host, fault=fault
        )
    elif not fault.is_escalation:
        cancel_contents(run, ROOT)
        run.state = CaseState.FAILED
        run.emit(CaseFailed(code=fault.code))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """Events around a place: on the border of a host, or the event sub-processes of a frame."""

    frame: int
    host: Token | None = None
    events: tuple[Vertex, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caught:
    event: Vertex
    frame: int
    host: Token | None


def _nearest(run: Run, fault: Fault, frame: int, token: Token | None) -> _Caught | None:
    """Return the handler next to a place; one for this very code before one for all."""
    for around in _outwards(run, frame, token):
        catching = [
            (event, event.handler.faults)
            for event in around.events
            if event.handler is not None and event.handler.faults.catches(fault)
        ]
        if catching:
            named = [event for event, faults in catching if faults.names(fault)]
            event = named[0] if named else catching[0][0]
            return _Caught(event=event, frame=around.frame, host=around.host)
    return None


def _outwards(run: Run, frame: int, token: Token | None) -> Iterator[_Around]:
    """Yield the events around a place, nearest first.

    What an event sub-process throws is not for itself; and what an interrupting one
    throws passes by the scope that it interrupted, whose handlers no longer listen. Nor do
    those of a completed scope that is being compensated.
    """
    place: int | None = frame
    host = token
    thrower: ElementId | None = None
    is_interrupted = False
    while place is not None:
        here = run.frames[place]
        if host is not None and here.kind is not FrameKind.LOCAL:
            element = run.vertex(host).element
            if isinstance(element, Activity):
                yield _Around(frame=place, host=host, events=element.boundary)
        is_scope = here.kind in {FrameKind.PROCESS, FrameKind.BODY} and not is_restored(run, here)
        if is_scope and not is_interrupted:
            events = run.graphs[place].event_scopes
            yield _Around(frame=place, events=tuple(one for one in events if one.id != thrower))
        is_event_scope = here.kind is FrameKind.BODY and here.token is None
        thrower = here.element if is_event_scope else None
        is_interrupted = is_event_scope and here.has_interrupted
        host = run.tokens[here.token] if here.token is not None else None
        place = here.parent if host is None else host.frame
