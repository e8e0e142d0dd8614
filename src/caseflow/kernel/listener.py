"""What events listen for: compiled triggers, armed as timers, subscriptions and conditions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.case import Condition, Subscription, SubscriptionKind, Timer
from caseflow.kernel.casefile import value, write
from caseflow.kernel.events import ConditionMet, MessageReceived, SignalReceived, TimerFired
from caseflow.kernel.moments import cycle, moment, next_due
from caseflow.kernel.payload import carried
from caseflow.kernel.run import Run, Vertex, Wake
from caseflow.model import Value

MAX_NAME = 255
"""Characters of a key, a person, a role or a unit: what a database can index."""


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
    conditions: tuple[Expression, ...] = ()

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Start the timers and subscriptions. Raises ExpressionFailed."""
        for rule in self.timers:
            self._start(run, rule, vertex, frame=frame, token=token)
        for wanted in self.subscriptions:
            number = run.number()
            run.wakes[number] = Subscription(
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
        if self.conditions:
            number = run.number()
            run.wakes[number] = Condition(
                id=number, frame=frame, token=token, process=vertex.process, element=vertex.id
            )

    def _start(
        self, run: Run, rule: TimerRule, vertex: Vertex, *, frame: int, token: int | None
    ) -> None:
        every, left = None, None
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
        run.wakes[number] = Timer(
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
        match wake:
            case Timer(due_at=due_at, limit=limit):
                run.emit(TimerFired(process=process, element=element, due_at=due_at, limit=limit))
            case Condition():
                run.emit(ConditionMet(process=process, element=element))
            case Subscription(kind=kind, name=name):
                fact = MessageReceived if kind is SubscriptionKind.MESSAGE else SignalReceived
                run.emit(fact(process=process, element=element, name=name, payload=payload))
                write(run, wake.frame, carried(payload, self._into(wake)))

    def _into(self, wake: Subscription) -> str | None:
        for wanted in self.subscriptions:
            if wanted.kind is wake.kind and wanted.name == wake.name:
                return wanted.into
        return None


def rearm(run: Run, wake: Wake) -> None:
    """Go on listening after something happened: a cycle waits for its next occurrence."""
    if isinstance(wake, Timer):
        following = next_due(run, wake)
        if following is None:
            del run.wakes[wake.id]
        else:
            left = None if wake.left is None else wake.left - 1
            run.wakes[wake.id] = replace(wake, due_at=following, left=left)


def message_key(run: Run, correlation: Expression | None, frame: int) -> str:
    """Return the text by which a message finds its case; the business key by default.

    Raises ExpressionFailed: it would be the key of many cases, or of none.
    """
    if correlation is None:
        return run.case.business_key
    found = value(run, correlation, frame)
    text = found.isoformat() if isinstance(found, datetime) else str(found)
    if found is None or isinstance(found, list | dict | bool) or len(text) > MAX_NAME:
        raise ExpressionFailed(
            f"a message is correlated by a short text or number, not by {text[:MAX_NAME]!r}",
            source=correlation.source,
            column=1,
        )
    return text
