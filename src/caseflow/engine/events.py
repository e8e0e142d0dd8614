"""Events for the host: who subscribes to the facts about cases, and handing them out."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from caseflow.engine.cases import Stores, told
from caseflow.engine.due import Did, Due
from caseflow.engine.pages import Page, checked_limit
from caseflow.errors import CommandRefused, UnknownCase
from caseflow.kernel import CaseId, Event
from caseflow.store import DeadLetter, Entry, Handed, Subscriber

_LOG = logging.getLogger("caseflow")

CASES = 20
"""Cases whose events are handed to a subscriber at a time."""

EVENTS = 200
"""Events that are handed to a subscriber at a time."""

LEASE = timedelta(minutes=5)
"""How long nobody else gets what a subscriber was handed; then it is lost and given anew."""

WAITS = (
    timedelta(seconds=1),
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""How long an event that a subscriber could not take waits before each of its next tries."""

LONGEST_REST = timedelta(minutes=1)
"""How long at most a subscriber is left alone that fails again and again."""

_LETTER = re.compile(r"(?P<case>[0-9a-f-]{36}):(?P<sequence>[0-9]{1,9}):(?P<subscriber>.+)")

Listener: TypeAlias = Callable[[Entry], object]
"""What is called with each event; it raises where it could not take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberView:
    """Who gets events, and what it has not had yet.

    ``cases`` have events for it, ``failing`` of them with an event that it could not take
    so far, for the reason in ``problem``; ``next_at`` is when it is called next.
    """

    name: str
    kinds: frozenset[str] | None
    since: datetime
    cases: int
    failing: int
    next_at: datetime | None
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterView:
    """An event that a subscriber could not take however often it was called with it."""

    id: str
    subscriber: str
    case: CaseId
    sequence: int
    failed_at: datetime
    problem: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What events need of their engine: the time, ids, and transactions to write and to look."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    writing: Callable[[], AbstractContextManager[Stores]]
    reading: Callable[[], AbstractContextManager[Stores]]


@dataclass(slots=True, kw_only=True)
class _Listening:
    """A function of this process that is called with events, and how it has fared."""

    listener: Listener
    waits: Sequence[timedelta]
    is_apart: bool
    failures: int = 0
    rests_until: datetime | None = None


class Events:
    """The events of all cases, for the host: ``engine.events``."""

    def __init__(self, engine: Surroundings) -> None:
        """Hand out the events of an engine's cases."""
        self._engine = engine
        self._listening: dict[str, _Listening] = {}

    def subscribe(
        self,
        name: str,
        listener: Listener | None = None,
        *,
        kinds: Iterable[type[Event]] | None = None,
        waits: Sequence[timedelta] = WAITS,
        is_apart: bool = False,
    ) -> None:
        """Have every event of every case from now on, at least once, in order for each case.

        The name is kept in the database until `unsubscribe`: what happens while nobody
        listens is delivered later. Each process that is to deliver says with the same name
        what it calls; one of them calls it.

        Args:
            name: under which the database keeps how far it has come.
            listener: called by `run_due` with one event after the other, outside of any
                transaction; where it raises, the event is tried again, and the later ones of
                its case wait. Without one, `read` fetches them.
            kinds: only these kinds of events.
            waits: how long an event waits before each further try; then it is a dead letter.
            is_apart: `run_due` leaves it to a call of `deliver`, because it may take long.
        """
        wanted = None if kinds is None else {kind.__name__ for kind in kinds}
        known = {one.name: one for one in self._known()}
        if name not in known or known[name].kinds != wanted:
            with self._engine.writing() as stores:
                stores.outbox.subscribe(name, wanted, at=self._engine.now())
        if listener is not None:
            self._listening[name] = _Listening(listener=listener, waits=waits, is_apart=is_apart)

    def unsubscribe(self, name: str) -> None:
        """Forget a subscriber, with all that it has not had. Raises CommandRefused."""
        self._listening.pop(name, None)
        with self._engine.writing() as stores:
            stores.dead_letters.drop_all(name)
            if not stores.outbox.unsubscribe(name):
                raise _unknown(name)

    def subscribers(self) -> tuple[SubscriberView, ...]:
        """Return who gets events, by name, and how far behind they are."""
        with self._engine.reading() as stores:
            found = [
                (one, stores.outbox.undelivered(one.name)) for one in stores.outbox.subscribers()
            ]
        return tuple(
            SubscriberView(
                name=one.name,
                kinds=one.kinds,
                since=one.since,
                cases=left.cases,
                failing=left.failing,
                next_at=left.next_at,
                problem=left.problem,
            )
            for one, left in found
        )

    def read(
        self,
        name: str,
        *,
        after: str | None = None,
        limit: int = EVENTS,
        lease: timedelta = LEASE,
    ) -> Page[Entry]:
        """Fetch the next events of a subscriber; ``next`` is None where there are none.

        Args:
            name: of the subscriber.
            after: ``next`` of the page before, which says that all of it is done with. What
                is not done with in time is given out again.
            limit: events of the page at most.
            lease: how long nobody else gets what is on this page.

        Raises:
            CommandRefused: nobody has subscribed under this name.
        """
        now = self._engine.now()
        kinds = self._kinds(name)
        if after is not None:
            with self._engine.reading() as stores:
                had = stores.outbox.handed(after)
            self._acknowledge(had)
        token = self._engine.new_id()
        with self._engine.writing() as stores:
            handed = stores.outbox.claim(
                name,
                lease=token,
                now=now,
                until=now + lease,
                cases=checked_limit(limit),
                events=limit,
            )
            entries = [entry for one in handed for entry in _entries(stores, one, kinds)]
        return Page(items=tuple(entries), next=token if handed else None)

    # What nobody could deliver

    def dead_letters(
        self, *, subscriber: str | None = None, limit: int = EVENTS
    ) -> tuple[DeadLetterView, ...]:
        """Return events that a subscriber could not take, the oldest first."""
        with self._engine.reading() as stores:
            found = stores.dead_letters.all(subscriber=subscriber, limit=checked_limit(limit))
        return tuple(_view(letter) for letter in found)

    def redeliver(self, letter: str | DeadLetterView) -> None:
        """Let a dead letter be delivered again, with the next run. Raises CommandRefused."""
        self._on_letter(
            letter,
            lambda stores, key: stores.dead_letters.redeliver(*key, at=self._engine.now()),
        )

    def discard(self, letter: str | DeadLetterView) -> None:
        """Forget a dead letter. Raises CommandRefused."""
        self._on_letter(letter, lambda stores, key: stores.dead_letters.drop(*key))

    def _on_letter(
        self,
        letter: str | DeadLetterView,
        act: Callable[[Stores, tuple[str, str, int]], bool],
    ) -> None:
        name = letter if isinstance(letter, str) else letter.id
        with self._engine.writing() as stores:
            if not act(stores, _key(name)):
                raise CommandRefused(f"there is no dead letter {name!r}")

    # Delivering

    def deliver(self, name: str | None = None, *, limit: int | None = None) -> list[Did]:
        """Call a subscriber, or all that run with what is due, once with some events.

        An empty list says that there is nothing to deliver now.
        """
        if name is not None and name not in self._listening:
            raise CommandRefused(f"nothing listens here under the name {name!r}")
        steps: list[Did] = []
        for one, listening in list(self._listening.items()):
            if one == name or (name is None and not listening.is_apart):
                left = min(EVENTS, EVENTS if limit is None else limit - len(steps))
                steps.extend(self._deliver_to(one, listening, limit=left) if left > 0 else ())
        return steps

    def next_at(self, name: str | None = None) -> datetime | None:
        """Return when there is something to deliver next, to one or to all that run with due."""
        moments: list[datetime] = []
        with self._engine.reading() as stores:
            for one, listening in self._listening.items():
                if one == name or (name is None and not listening.is_apart):
                    moments.extend(_moments(stores, one, listening))
        return min(moments, default=None)

    def _deliver_to(self, name: str, listening: _Listening, *, limit: int) -> list[Did]:
        now = self._engine.now()
        with self._engine.reading() as stores:  # so that nobody waits where nothing is to do
            moments = _moments(stores, name, listening)
        if not moments or min(moments) > now:
            return []
        until, token = now + LEASE, self._engine.new_id()
        with self._engine.writing() as stores:
            letters = stores.dead_letters.claim(name, now=now, until=until, limit=CASES)
            handed = stores.outbox.claim(
                name, lease=token, now=now, until=until, cases=CASES, events=limit
            )
        delivery = _Delivery(self._engine, listening, kinds=self._kinds(name), until=until)
        steps = [did for letter in letters for did in delivery.redeliver(letter)]
        try:
            for one in handed:
                steps.extend(delivery.deliver(one))
        finally:
            self._acknowledge(delivery.had)
            self._release([one for one in handed if one not in delivery.settled])
        self._rest(listening, has_failed=delivery.has_failed)
        return steps

    def _acknowledge(self, had: Collection[Handed]) -> None:
        for some in self._apart(had):
            with self._engine.writing() as stores:
                stores.outbox.acknowledge(some, now=self._engine.now())

    def _release(self, left: Collection[Handed]) -> None:
        for some in self._apart(left):
            with self._engine.writing() as stores:
                for one in some:
                    stores.outbox.release(one, now=self._engine.now())

    def _apart(self, handed: Collection[Handed]) -> list[list[Handed]]:
        """Part what is written in one transaction, so that none waits while others wait for it.

        Whoever works on several cases in one transaction may hold the row of one and wait
        for that of another.
        """
        if not handed:
            return []
        with self._engine.reading() as stores:
            has_one_writer = stores.waiting.has_one_writer
        return [list(handed)] if has_one_writer else [[one] for one in handed]

    def _rest(self, listening: _Listening, *, has_failed: bool) -> None:
        """Leave a subscriber alone for a while that fails, longer each time."""
        if not has_failed:
            listening.failures, listening.rests_until = 0, None
            return
        rest = min(timedelta(seconds=2 ** min(listening.failures, 10)), LONGEST_REST)
        listening.failures += 1
        listening.rests_until = self._engine.now() + rest

    def _kinds(self, name: str) -> frozenset[str] | None:
        for one in self._known():
            if one.name == name:
                return one.kinds
        raise _unknown(name)

    def _known(self) -> tuple[Subscriber, ...]:
        with self._engine.reading() as stores:
            return stores.outbox.subscribers()


class _Delivery:
    """One time of calling a subscriber; it ends with the first event that it cannot take."""

    def __init__(
        self,
        engine: Surroundings,
        listening: _Listening,
        *,
        kinds: frozenset[str] | None,
        until: datetime,
    ) -> None:
        self._engine = engine
        self._listening = listening
        self._kinds = kinds
        self._until = until
        self.had: list[Handed] = []
        self.settled: list[Handed] = []
        self.has_failed = False

    def _is_over(self) -> bool:
        """Tell whether to stop: it fails, or takes so long that others may be called."""
        return self.has_failed or self._engine.now() >= self._until

    def deliver(self, one: Handed) -> list[Did]:
        """Call with the events of one case."""
        if self._is_over():
            return []
        with self._engine.reading() as stores:
            entries = _entries(stores, one, self._kinds)
        steps: list[Did] = []
        for entry in entries:
            if self._is_over():
                if steps:
                    self.had.append(replace(one, last=entry.sequence - 1))
                    self.settled.append(one)
                return steps
            problem = self._call(entry)
            steps.append(Did(kind=Due.EVENT, is_well=problem is None))
            if problem is not None:
                self._put_off(one, entry, problem)
                self.settled.append(one)
                return steps
        self.had.append(one)
        self.settled.append(one)
        return steps

    def redeliver(self, letter: DeadLetter) -> list[Did]:
        """Call once more with an event that could not be delivered."""
        if self._is_over():
            return []
        with self._engine.reading() as stores:
            found = _history(stores, letter.case, after=letter.sequence - 1, last=letter.sequence)
        problem = self._call(found[0]) if found else None
        with self._engine.writing() as stores:
            if problem is None:
                stores.dead_letters.drop(letter.case, letter.subscriber, letter.sequence)
            else:
                now = self._engine.now()
                stores.dead_letters.put(
                    replace(letter, problem=problem, failed_at=now, next_at=None)
                )
        return [Did(kind=Due.EVENT, is_well=problem is None)]

    def _call(self, entry: Entry) -> str | None:
        """Call with one event; return what went wrong."""
        try:
            self._listening.listener(entry)
        except Exception as failure:  # noqa: BLE001 - whatever one subscriber does, the others go on
            self.has_failed = True
            _LOG.warning(
                "a subscriber could not take an event",
                extra={"case": entry.case, "sequence": entry.sequence},
                exc_info=failure,
            )
            return told(failure)
        return None

    def _put_off(self, one: Handed, entry: Entry, problem: str) -> None:
        """Let an event be tried again later, or put it aside after its last try."""
        now = self._engine.now()
        tries = one.tries if entry.sequence == one.after + 1 else 0
        with self._engine.writing() as stores:
            if tries < len(self._listening.waits):
                stores.outbox.postpone(
                    one,
                    after=entry.sequence - 1,
                    next_at=now + self._listening.waits[tries],
                    tries=tries + 1,
                    problem=problem,
                )
                return
            stores.dead_letters.put(
                DeadLetter(
                    case=one.case,
                    subscriber=one.subscriber,
                    sequence=entry.sequence,
                    failed_at=now,
                    problem=problem,
                )
            )
            stores.outbox.acknowledge([replace(one, last=entry.sequence)], now=now)


def _entries(stores: Stores, one: Handed, kinds: frozenset[str] | None) -> list[Entry]:
    """Return the events that were handed out of one case, of the kinds that are wanted."""
    return [
        entry
        for entry in _history(stores, one.case, after=one.after, last=one.last)
        if kinds is None or type(entry.event).__name__ in kinds
    ]


def _history(stores: Stores, case: CaseId, *, after: int, last: int) -> list[Entry]:
    """Return events of a case; none where the host has taken the case out since."""
    try:
        return stores.cases.history(case, after=after, limit=last - after)
    except UnknownCase:
        return []


def _moments(stores: Stores, name: str, listening: _Listening) -> list[datetime]:
    """Return the moments at which there is something to deliver next, once it may be called."""
    found = stores.outbox.next_at(name), stores.dead_letters.next_at(name)
    rests = listening.rests_until
    return [at if rests is None else max(at, rests) for at in found if at is not None]


def _view(letter: DeadLetter) -> DeadLetterView:
    return DeadLetterView(
        id=f"{letter.case}:{letter.sequence}:{letter.subscriber}",
        subscriber=letter.subscriber,
        case=letter.case,
        sequence=letter.sequence,
        failed_at=letter.failed_at,
        problem=letter.problem,
        next_at=letter.next_at,
    )


def _key(name: str) -> tuple[str, str, int]:
    """Return what a dead letter goes by. Raises CommandRefused where that is no name of one."""
    found = _LETTER.fullmatch(name)
    if found is None:
        raise CommandRefused(f"{name!r} is no dead letter: they go by CASE:NUMBER:SUBSCRIBER")
    return found["case"], found["subscriber"], int(found["sequence"])


def _unknown(name: str) -> CommandRefused:
    return CommandRefused(f"nobody has subscribed to events under the name {name!r}")
