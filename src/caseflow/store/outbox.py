"""Events on their way to subscribers: per case, how far each of them has come.

The events themselves stand in the history. What is kept here for a subscriber is one row
for each case that has events which it has not had yet, written in the transaction that
writes the events, and gone when all of them are delivered. No position over all cases
exists that a late commit could slip behind.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from caseflow.kernel import CaseId
from caseflow.store.database import begin_writing
from caseflow.store.tables import DELIVERIES, SUBSCRIBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Who gets events; without ``kinds`` those of every kind."""

    name: str
    kinds: frozenset[str] | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Events of one case that are handed to a subscriber: those behind ``after`` up to ``last``.

    ``tries`` tells how often the first of them has failed.
    """

    case: CaseId
    subscriber: str
    lease: str
    after: int
    last: int
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """What a subscriber has not had yet: in how many cases, since when, and what is wrong."""

    cases: int = 0
    next_at: datetime | None = None
    failing: int = 0
    problem: str | None = None


class OutboxStore:
    """The subscribers of one tenant and what they have not had yet, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant
        self._subscribers: tuple[Subscriber, ...] | None = None

    # Subscribers

    def subscribers(self) -> tuple[Subscriber, ...]:
        """Return who gets events, by name; asked of the database once a transaction."""
        if self._subscribers is None:
            rows = self._connection.execute(_SUBSCRIBERS, {"tenant": self._tenant})
            self._subscribers = tuple(
                Subscriber(
                    name=row.subscriber,
                    kinds=None if row.kinds is None else frozenset(json.loads(row.kinds)),
                    since=row.since,
                )
                for row in rows
            )
        return self._subscribers

    def subscribe(self, name: str, kinds: Collection[str] | None, *, at: datetime) -> None:
        """Let a subscriber have the events of these kinds from now on."""
        begin_writing(self._connection)
        self._subscribers = None
        told = None if kinds is None else json.dumps(sorted(kinds))
        of_it = {"this_tenant": self._tenant, "this_subscriber": name}
        if self._connection.execute(_CHANGE_KINDS, {**of_it, "kinds": told}).rowcount:
            return
        row = {"tenant": self._tenant, "subscriber": name, "kinds": told, "since": at}
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(SUBSCRIBERS), row)
        except IntegrityError:  # another worker that starts now was quicker
            self._connection.execute(_CHANGE_KINDS, {**of_it, "kinds": told})

    def unsubscribe(self, name: str) -> bool:
        """Forget a subscriber and what it has not had yet; tell whether there was one."""
        begin_writing(self._connection)
        self._subscribers = None
        of_it = {"this_tenant": self._tenant, "this_subscriber": name}
        gone = self._connection.execute(_DROP_SUBSCRIBER, of_it).rowcount
        self._connection.execute(_DROP_BACKLOG, of_it)
        return bool(gone)

    # What there is to deliver

    def put(
        self, case: CaseId, *, after: int, kinds: Sequence[str], at: datetime, is_new: bool
    ) -> None:
        """Note for each subscriber that a case has new events, which are behind ``after``."""
        for subscriber in self.subscribers():
            wanted = [
                after + place
                for place, kind in enumerate(kinds, start=1)
                if subscriber.kinds is None or kind in subscriber.kinds
            ]
            if not wanted:
                continue
            key = {"tenant": self._tenant, "case_id": case, "subscriber": subscriber.name}
            upto = wanted[-1]
            if not is_new:
                more = {f"this_{name}": value for name, value in key.items()} | {"upto": upto}
                # Waits for an acknowledgement in another transaction, which may take it out.
                if self._connection.execute(_EXTEND, more).rowcount:
                    continue
            row = {**key, "after": after, "upto": upto, "next_at": at, "tries": 0}
            self._connection.execute(_INSERT, row)

    def claim(  # noqa: PLR0913 - each bounds what is handed out, and goes by its name
        self,
        subscriber: str,
        *,
        lease: str,
        now: datetime,
        until: datetime,
        cases: int,
        events: int,
    ) -> list[Handed]:
        """Hand out events of some cases, which nobody else gets before the lease ends."""
        wanted = {"tenant": self._tenant, "subscriber": subscriber, "now": now}
        found: list[Handed] = []
        for row in self._connection.execute(_CLAIMABLE.limit(min(cases, events)), wanted):
            last = min(row.upto, row.after + events)
            if last == row.after:
                break
            events -= last - row.after
            found.append(
                Handed(
                    case=CaseId(row.case_id),
                    subscriber=subscriber,
                    lease=lease,
                    after=row.after,
                    last=last,
                    tries=row.tries,
                )
            )
        if found:
            self._connection.execute(
                _LEASE,
                [{**self._of(one), "handed": one.last, "next_at": until} for one in found],
            )
        return found

    def handed(self, lease: str) -> list[Handed]:
        """Return what was handed out under a lease that has not been acknowledged."""
        rows = self._connection.execute(_HANDED, {"tenant": self._tenant, "lease": lease})
        return [
            Handed(
                case=CaseId(row.case_id),
                subscriber=row.subscriber,
                lease=lease,
                after=row.after,
                last=row.handed,
                tries=row.tries,
            )
            for row in rows
        ]

    def acknowledge(self, handed: Iterable[Handed], *, now: datetime) -> None:
        """Note that a subscriber has had events; what came since is for the next time."""
        for one in handed:
            had = {**self._of(one), "had": one.last}
            # Another command may add events to the row at this moment: then it is not deleted.
            if not self._connection.execute(_DROP_HAD, had).rowcount:
                self._connection.execute(_ADVANCE, {**had, "next_at": now})

    def postpone(
        self, handed: Handed, *, after: int, next_at: datetime, tries: int, problem: str | None
    ) -> None:
        """Note how far a subscriber came, and when the event behind ``after`` is tried again."""
        self._connection.execute(
            _POSTPONE,
            {
                **self._of(handed),
                "had": after,
                "next_at": next_at,
                "tries": tries,
                "problem": problem,
            },
        )

    def release(self, handed: Handed, *, now: datetime) -> None:
        """Take back what was handed out, so that it may be handed out again at once."""
        self._connection.execute(_RELEASE, {**self._of(handed), "next_at": now})

    def next_at(self, subscriber: str) -> datetime | None:
        """Return when there is something to hand to a subscriber next."""
        found = self._connection.execute(
            _NEXT_AT, {"tenant": self._tenant, "subscriber": subscriber}
        )
        return found.scalar()

    def undelivered(self, subscriber: str) -> Undelivered:
        """Count what a subscriber has not had yet."""
        wanted = {"tenant": self._tenant, "subscriber": subscriber}
        row = self._connection.execute(_BACKLOG, wanted).one()
        failing = self._connection.execute(_FAILING, wanted).first()
        return Undelivered(
            cases=row.cases,
            next_at=row.next_at,
            failing=row.failing or 0,
            problem=None if failing is None else failing.problem,
        )

    def _of(self, one: Handed) -> dict[str, Any]:
        return {
            "this_tenant": self._tenant,
            "this_case_id": one.case,
            "this_subscriber": one.subscriber,
            "this_lease": one.lease,
        }


# Built once: putting a statement together takes longer than SQLite takes to run it.
_SUBSCRIBERS = (
    select(SUBSCRIBERS)
    .where(SUBSCRIBERS.c.tenant == bindparam("tenant"))
    .order_by(SUBSCRIBERS.c.subscriber)
)
_IS_SUBSCRIBER = and_(
    SUBSCRIBERS.c.tenant == bindparam("this_tenant"),
    SUBSCRIBERS.c.subscriber == bindparam("this_subscriber"),
)
_CHANGE_KINDS = update(SUBSCRIBERS).where(_IS_SUBSCRIBER).values(kinds=bindparam("kinds"))
_DROP_SUBSCRIBER = delete(SUBSCRIBERS).where(_IS_SUBSCRIBER)
_DROP_BACKLOG = delete(DELIVERIES).where(
    DELIVERIES.c.tenant == bindparam("this_tenant"),
    DELIVERIES.c.subscriber == bindparam("this_subscriber"),
)
_IS_ROW = and_(
    DELIVERIES.c.tenant == bindparam("this_tenant"),
    DELIVERIES.c.case_id == bindparam("this_case_id"),
    DELIVERIES.c.subscriber == bindparam("this_subscriber"),
)
_IS_HANDED = and_(_IS_ROW, DELIVERIES.c.lease == bindparam("this_lease"))
_OF_SUBSCRIBER = and_(
    DELIVERIES.c.tenant == bindparam("tenant"),
    DELIVERIES.c.subscriber == bindparam("subscriber"),
)
_INSERT = insert(DELIVERIES)
_EXTEND = update(DELIVERIES).where(_IS_ROW).values(upto=bindparam("upto"))
_CLAIMABLE = (
    select(DELIVERIES.c.case_id, DELIVERIES.c.after, DELIVERIES.c.upto, DELIVERIES.c.tries)
    .where(_OF_SUBSCRIBER, DELIVERIES.c.next_at <= bindparam("now"))
    .order_by(DELIVERIES.c.next_at, DELIVERIES.c.case_id)
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(DELIVERIES)
    .where(_IS_ROW)
    .values(
        lease=bindparam("this_lease"), handed=bindparam("handed"), next_at=bindparam("next_at")
    )
)
_HANDED = (
    select(DELIVERIES)
    .where(DELIVERIES.c.tenant == bindparam("tenant"), DELIVERIES.c.lease == bindparam("lease"))
    .order_by(DELIVERIES.c.case_id, DELIVERIES.c.subscriber)
)
_DROP_HAD = delete(DELIVERIES).where(_IS_HANDED, DELIVERIES.c.upto <= bindparam("had"))
_NOT_HANDED: dict[str, Any] = {"lease": None, "handed": None, "next_at": bindparam("next_at")}
_ADVANCE = (
    update(DELIVERIES)
    .where(_IS_HANDED)
    .values(after=bindparam("had"), tries=0, problem=None, **_NOT_HANDED)
)
_POSTPONE = (
    update(DELIVERIES)
    .where(_IS_HANDED)
    .values(
        after=bindparam("had"),
        tries=bindparam("tries"),
        problem=bindparam("problem"),
        **_NOT_HANDED,
    )
)
_RELEASE = update(DELIVERIES).where(_IS_HANDED).values(**_NOT_HANDED)
_NEXT_AT = (
    select(DELIVERIES.c.next_at).where(_OF_SUBSCRIBER).order_by(DELIVERIES.c.next_at).limit(1)
)
_BACKLOG = select(
    func.count().label("cases"),
    func.min(DELIVERIES.c.next_at).label("next_at"),
    func.count(DELIVERIES.c.problem).label("failing"),
).where(_OF_SUBSCRIBER)
_FAILING = (
    select(DELIVERIES.c.problem)
    .where(_OF_SUBSCRIBER, DELIVERIES.c.problem.is_not(None))
    .order_by(DELIVERIES.c.next_at, DELIVERIES.c.case_id)
    .limit(1)
)
