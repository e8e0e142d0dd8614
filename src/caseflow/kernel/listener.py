"""What events listen for: compiled triggers, armed as timers and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from caseflow.expressions import Expression
from caseflow.kernel.case import Subscription, SubscriptionKind, Timer
from caseflow.kernel.events import MessageReceived, SignalReceived, TimerFired
from caseflow.kernel.moments import Moment, cycle, moment, next_due
from caseflow.kernel.run import Run, Vertex, Wake
from caseflow.model import ErrorTrigger, EscalationTrigger, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRule:
    """A compiled timer definition; one of the three is set."""

    date: Expression | None = None
    duration: Expression | None = None
    cycle: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """A compiled message or signal definition."""

    kind: SubscriptionKind
    name: str
    correlation: Expression | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """All that one event waits for; any of it wakes the event."""

    timers: tuple[TimerRule, ...] = ()
    subscriptions: tuple[Listening, ...] = ()

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Start the timers and subscriptions. Raises ExpressionFailed."""
        for rule in self.timers:
            self._start(run, rule, vertex, frame=frame, token=token)
        for wanted in self.subscriptions:
            number = run.number()
            run.subscriptions[number] = Subscription(
                id=number,
                frame=frame,
                token=token,
                process=vertex.process,
                element=vertex.id,
                kind=wanted.kind,
                name=wanted.name,
                key=message_key(run, wanted.correlation, frame)
                if wanted.kind is SubscriptionKind.MESSAGE
                else "",
            )

    def _start(
        self, run: Run, rule: TimerRule, vertex: Vertex, *, frame: int, token: int | None
    ) -> None:
        every, left = None, None
        first: Moment | None
        if rule.cycle is not None:
            repetition = cycle(run, rule.cycle, frame)
            if repetition is None:
                return
            first, every, left = repetition.first, repetition.every, repetition.left
        else:
            expression = rule.date or rule.duration
            if expression is None:
                return
            first = moment(run, expression, frame, start=run.at)
        number = run.number()
        run.timers[number] = Timer(
            id=number,
            frame=frame,
            token=token,
            process=vertex.process,
            element=vertex.id,
            due_at=first.at,
            limit=first.limit,
            every=every,
            left=left,
        )

    def take_in(self, run: Run, wake: Wake, vertex: Vertex, payload: Value) -> None:
        """Record that something happened, and put what it carries into the case file."""
        process, element = vertex.process, vertex.id
        if isinstance(wake, Timer):
            run.emit(
                TimerFired(process=process, element=element, due_at=wake.due_at, limit=wake.limit)
            )
            return
        if wake.kind is SubscriptionKind.MESSAGE:
            run.emit(
                MessageReceived(process=process, element=element, name=wake.name, payload=payload)
            )
        else:
            run.emit(
                SignalReceived(process=process, element=element, name=wake.name, payload=payload)
            )
        into = next(
            (wanted.into for wanted in self.subscriptions if wanted.name == wake.name), None
        )
        run.write(wake.frame, carried(payload, into))


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The errors and escalations that an event catches: by code, or all of them."""

    errors: tuple[ErrorTrigger, ...] = ()
    escalations: tuple[EscalationTrigger, ...] = ()

    def has_error(self, code: str) -> bool:
        """Tell whether an error of this code is caught."""
        return any(one.code is None or one.code == code for one in self.errors)

    def has_escalation(self, code: str) -> bool:
        """Tell whether an escalation of this code is caught."""
        return any(one.code is None or one.code == code for one in self.escalations)

    def take_in(self, run: Run, frame: int, payload: Value) -> None:
        """Put what an error carries into the case file."""
        into = [one.into for one in self.errors] + [one.into for one in self.escalations]
        run.write(frame, carried(payload, next((name for name in into if name), None)))


def rearm(run: Run, wake: Wake) -> None:
    """Go on listening after something happened: a cycle waits for its next occurrence."""
    if isinstance(wake, Timer):
        following = next_due(run, wake)
        if following is None:
            run.forget(wake)
        else:
            left = None if wake.left is None else wake.left - 1
            run.timers[wake.id] = replace(wake, due_at=following.at, left=left)


def carried(payload: Value, into: str | None) -> Mapping[str, Value]:
    """Return the variables that a payload sets: one by name, or each of a map's own."""
    if into is not None:
        return {into: payload}
    if isinstance(payload, Mapping):
        return payload
    return {}


def message_key(run: Run, correlation: Expression | None, frame: int) -> str:
    """Return the text by which a message finds its case; the business key by default."""
    if correlation is None:
        return run.case.business_key
    return str(run.value(correlation, frame))
