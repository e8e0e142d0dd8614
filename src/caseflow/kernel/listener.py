"""What events listen for: compiled triggers, armed as timers, subscriptions and conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.case import Condition, Count, Met, Subscription, SubscriptionKind, Timer
from caseflow.kernel.casefile import value
from caseflow.kernel.correlation import awaited_key, check_received, key_text
from caseflow.kernel.events import ConditionMet, MessageReceived, SignalReceived, TimerFired
from caseflow.kernel.intake import Outputs, take_in
from caseflow.kernel.keyed import Keyed
from caseflow.kernel.moments import again_from, cycle, moment, next_due
from caseflow.kernel.payload import carried
from caseflow.kernel.run import Run, Vertex, Wake
from caseflow.model import Value, Values


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
    keyed: Keyed | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """All that one event waits for; any of it wakes the event."""

    timers: tuple[TimerRule, ...] = ()
    subscriptions: tuple[Listening, ...] = ()
    conditions: tuple[Expression, ...] = ()
    is_parallel: bool = False
    outputs: Outputs = None

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Start the timers and subscriptions. Raises ExpressionFailed."""
        before = run.counter
        for rule in self.timers:
            if not self._start(run, rule, vertex, frame=frame, token=token) and self.is_parallel:
                for number in range(before + 1, run.counter + 1):
                    run.wakes.pop(number, None)  # one of the things it needs is over already
                return
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
                key=_key(run, wanted, frame),
            )
        for only in self._watched():
            run.watch(
                Condition(
                    id=run.number(),
                    frame=frame,
                    token=token,
                    process=vertex.process,
                    element=vertex.id,
                    only=only,
                )
            )

    def _watched(self) -> Iterable[int | None]:
        """Return which conditions need a look of their own; None for any of them."""
        if self.is_parallel:
            return range(len(self.conditions))
        return (None,) if self.conditions else ()

    def _start(
        self, run: Run, rule: TimerRule, vertex: Vertex, *, frame: int, token: int | None
    ) -> bool:
        """Start a timer, and tell whether it will ever fire."""
        every, left = None, None
        if rule.cycle is not None:
            repetition = cycle(run, rule.cycle, frame)
            if repetition is None:
                return False
            first, every, left = repetition.first, repetition.every, repetition.left
        else:
            expression = rule.date or rule.duration
            if expression is None:
                return False
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
            count=first.count,
        )
        return True

    def is_complete(self, run: Run, wake: Wake, payload: Value) -> bool:
        """Note that something happened; tell whether the event has now all that it needs."""
        if not self.is_parallel:
            return True
        run.wakes[wake.id] = _met(wake, payload if self.outputs is not None else None)
        return all(isinstance(one, Met) for one in _siblings(run, wake))

    def brought(self, run: Run, wake: Wake) -> Values | None:
        """Return what the other things brought that an event needs, for its outputs.

        None where it waits for more of them, and so gives nothing yet.
        """
        if not self.is_parallel or self.outputs is None:
            return {}
        names: dict[str, Value] = {}
        for one in _siblings(run, wake):
            if isinstance(one, Met):
                wanted = None if one.subscription is None else self._wanted(one.subscription)
                names |= carried(one.payload, None if wanted is None else wanted.into)
            elif one.id != wake.id:
                return None
        return names

    def take_in(
        self, run: Run, wake: Wake, vertex: Vertex, payload: Value, *, brought: Values | None
    ) -> str:
        """Record that something happened, and put what it carries into the case file.

        Return why that failed, or nothing.
        """
        process, element = vertex.process, vertex.id
        into = None
        match wake:
            case Timer(due_at=due_at, limit=limit):
                run.emit(TimerFired(process=process, element=element, due_at=due_at, limit=limit))
            case Condition():
                run.emit(ConditionMet(process=process, element=element))
            case Subscription(kind=kind, name=name):
                wanted = self._wanted(wake)
                if wanted is not None and wanted.keyed is not None:
                    check_received(run, wanted.keyed, wake.frame, payload, awaited=wake.key)
                fact = MessageReceived if kind is SubscriptionKind.MESSAGE else SignalReceived
                run.emit(fact(process=process, element=element, name=name, payload=payload))
                into = None if wanted is None else wanted.into
            case Met():
                pass
        if brought is None:
            return ""
        return take_in(run, wake.frame, payload, into, outputs=self.outputs, brought=brought)

    def awaited(self, run: Run, wake: Subscription) -> Subscription:
        """Return a subscription as it is with the case file as it is now (8.4.2)."""
        wanted = self._wanted(wake)
        if wanted is None or wanted.keyed is None:
            return wake
        try:
            key = awaited_key(run, wanted.keyed, wake.frame)
        except ExpressionFailed:
            return wake  # what it was bound to is gone for the moment
        return wake if key == wake.key else replace(wake, key=key)

    def _wanted(self, wake: Subscription) -> Listening | None:
        for wanted in self.subscriptions:
            if wanted.kind is wake.kind and wanted.name == wake.name:
                return wanted
        return None


def _key(run: Run, wanted: Listening, frame: int) -> str:
    if wanted.kind is not SubscriptionKind.MESSAGE:
        return ""
    if wanted.keyed is not None:
        return awaited_key(run, wanted.keyed, frame)
    return message_key(run, wanted.correlation, frame)


def rearm(run: Run, wake: Wake) -> None:
    """Go on listening after something happened: a cycle waits for its next occurrence.

    An event that needs several things waits for all of them again, unless one of them
    was a timer that will not fire any more.
    """
    over = [wake]
    if isinstance(run.wakes[wake.id], Met):
        over = _siblings(run, wake)
    again = [two for one in over if (two := _again(run, one)) is not None]
    if len(again) == len(over):
        run.wakes |= {one.id: one for one in again}
        run.has_news = run.is_watched
    else:
        for one in over:
            del run.wakes[one.id]


def _again(run: Run, wake: Wake) -> Wake | None:
    """Return what is waited for when this has happened, or None where it cannot happen again."""
    if isinstance(wake, Met):
        met = wake.timer or wake.subscription or wake.condition
        return None if met is None else _again(run, met)
    return occurs_again(run, wake) if isinstance(wake, Timer) else wake


def occurs_again(run: Run, timer: Timer) -> Timer | None:
    """Return a timer as it waits after it fired, or None where that was the last time."""
    following = next_due(run, timer)
    left = None if timer.left is None else timer.left - 1
    if following is None:
        return None
    count = None if timer.count is None else Count(started_at=again_from(run, timer))
    return replace(timer, due_at=following, left=left, count=count)


def _met(wake: Wake, payload: Value) -> Met:
    return Met(
        id=wake.id,
        frame=wake.frame,
        token=wake.token,
        process=wake.process,
        element=wake.element,
        timer=wake if isinstance(wake, Timer) else None,
        subscription=wake if isinstance(wake, Subscription) else None,
        condition=wake if isinstance(wake, Condition) else None,
        payload=payload,
    )


def _siblings(run: Run, wake: Wake) -> list[Wake]:
    """Return all that one event waits for, or has got already."""
    place = wake.frame, wake.token, wake.element
    return [one for one in run.wakes.values() if (one.frame, one.token, one.element) == place]


def message_key(run: Run, correlation: Expression | None, frame: int) -> str:
    """Return the text by which a message finds its case; the business key by default.

    Raises ExpressionFailed: it would be the key of many cases, or of none.
    """
    if correlation is None:
        return run.case.business_key
    return key_text(correlation, value(run, correlation, frame))
