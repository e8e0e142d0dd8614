"""Leases on jobs: which worker has which job, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from caseflow.errors import StoreError
from caseflow.kernel import CaseId, CaseState, load_values
from caseflow.model import ElementId, ProcessId, Value
from caseflow.store.leftovers import Leftovers
from caseflow.store.tables import CASES, JOBS


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKey:
    """Which job: those of a case are numbered."""

    case: CaseId
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedJob:
    """A job that one worker has until its lease ends.

    ``taken``: by how many workers since it last failed, this one included.
    ``ready_at``: since when it waited. ``owner`` tells this lease from every other.
    ``size``: of what the handler gets, in bytes. ``problem``: why that cannot be read.
    """

    key: JobKey
    owner: str
    until: datetime
    process: ProcessId
    element: ElementId
    topic: str
    attempt: int
    taken: int
    priority: int
    created_at: datetime
    ready_at: datetime
    business_key: str
    input: Mapping[str, Value] = field(default_factory=dict)
    size: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A job that a task engine is told of."""

    key: JobKey
    topic: str
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits for the handler of one topic, and since when."""

    topic: str
    jobs: int
    since: datetime


class LeaseStore:
    """The leases of one tenant's jobs, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self.connection = self._connection = connection
        self._tenant = tenant

    def take(
        self, topic: str, owners: Sequence[str], *, now: datetime, until: datetime
    ) -> list[LeasedJob]:
        """Lease the most urgent jobs of a topic, at most one for each of ``owners``.

        Jobs of suspended cases, and those that another worker has, are left alone.
        """
        query = _TAKE if len(owners) == 1 else _TAKE_MANY.limit(len(owners))
        found = self._connection.execute(
            query, {"this_tenant": self._tenant, "this_topic": topic, "now": now}
        ).all()
        leased = (
            self._lease(row, owner, now=now, until=until)
            for row, owner in zip(found, owners, strict=False)
        )
        return [one for one in leased if one is not None]

    def is_ready(self, topic: str, *, now: datetime) -> bool:
        """Tell whether a job of a topic can be taken."""
        place = {"this_tenant": self._tenant, "this_topic": topic, "now": now}
        return self._connection.execute(_IS_ANY, place).first() is not None

    def take_one(
        self, key: JobKey, owner: str, *, now: datetime, until: datetime
    ) -> LeasedJob | None:
        """Lease one job, if it is there, ready, and nobody has it."""
        row = self._connection.execute(_TAKE_ONE, {**self._place(key), "now": now}).one_or_none()
        return None if row is None else self._lease(row, owner, now=now, until=until)

    def _lease(
        self, row: Row[Any], owner: str, *, now: datetime, until: datetime
    ) -> LeasedJob | None:
        """Lease a job, unless another worker was quicker since it was read."""
        key = JobKey(case=CaseId(row.case_id), number=row.number)
        lease = {"new_owner": owner, "until": until, "now": now}
        if self._connection.execute(_LEASE, {**self._place(key), **lease}).rowcount != 1:
            return None
        return _leased(row, key, owner=owner, until=until)

    def holds(self, lease: LeasedJob) -> bool:
        """Tell whether a lease still has its job, which then stays so in this transaction."""
        place = self._place(lease.key)
        return self._connection.execute(_OWNER, place).scalar() == lease.owner

    def renew(self, leases: Iterable[LeasedJob], *, until: datetime) -> list[LeasedJob]:
        """Move the end of leases, and return those that have lost their job."""
        return [
            one
            for one in _in_order(leases)
            if self._connection.execute(
                _RENEW, {**self._place(one.key), "old_owner": one.owner, "until": until}
            ).rowcount
            != 1
        ]

    def hand_back(self, leases: Iterable[LeasedJob]) -> int:
        """Give up leases whose jobs were not begun, and return how many there were."""
        return sum(
            self._connection.execute(
                _HAND_BACK,
                {**self._place(one.key), "old_owner": one.owner, "since": one.ready_at},
            ).rowcount
            for one in _in_order(leases)
        )

    def leftovers(self) -> Leftovers:
        """Return what looks for rows that should not be there."""
        return Leftovers(self._connection, tenant=self._tenant)

    def count_expired(self, now: datetime) -> int:
        """Return how many leases have ended without a word of their worker."""
        return self._connection.execute(
            select(func.count()).where(
                JOBS.c.tenant == self._tenant, JOBS.c.owner.is_not(None), JOBS.c.ready_at <= now
            )
        ).scalar_one()

    def backlog(self, now: datetime) -> list[Backlog]:
        """Return what waits for a worker now, by topic."""
        found = self._connection.execute(
            select(JOBS.c.topic, func.count(), func.min(JOBS.c.ready_at))
            .select_from(_WITH_CASE)
            .where(JOBS.c.tenant == self._tenant, JOBS.c.ready_at <= now, _IS_RUNNING)
            .group_by(JOBS.c.topic)
            .order_by(JOBS.c.topic)
        )
        return [Backlog(topic=topic, jobs=jobs, since=since) for topic, jobs, since in found]

    def is_untold(self, *, now: datetime, before: datetime) -> bool:
        """Tell whether a task engine has to be told of any job."""
        place = {"this_tenant": self._tenant, "now": now, "before": before}
        return self._connection.execute(_IS_UNTOLD, place).first() is not None

    def announce(self, *, now: datetime, before: datetime, limit: int) -> list[Announced]:
        """Return jobs that a task engine has to be told of, and note that it was.

        Those that it was never told of, and those that it was told of ``before`` but that
        are still not done.
        """
        found = self._connection.execute(
            _UNANNOUNCED.limit(limit), {"this_tenant": self._tenant, "now": now, "before": before}
        ).all()
        told = [
            Announced(
                key=JobKey(case=CaseId(row.case_id), number=row.number),
                topic=row.topic,
                priority=-row.rank,
            )
            for row in found
        ]
        self.note_announced([one.key for one in told], at=now)
        return told

    def note_announced(self, keys: Iterable[JobKey], *, at: datetime | None) -> None:
        """Note when a task engine was told of jobs; None where that came to nothing."""
        rows = [{**self._place(key), "at": at} for key in keys]
        if rows:
            self._connection.execute(_NOTE, rows)

    def _place(self, key: JobKey) -> dict[str, Any]:
        return {
            "this_tenant": self._tenant,
            "this_case": key.case,
            "this_number": key.number,
        }


def _in_order(leases: Iterable[LeasedJob]) -> list[LeasedJob]:
    """Order leases as a case that ends removes its jobs, so that neither waits for the other."""
    return sorted(leases, key=lambda one: (one.key.case, one.key.number))


def _leased(row: Row[Any], key: JobKey, *, owner: str, until: datetime) -> LeasedJob:
    try:
        given, problem = load_values(row.input), ""
    except StoreError as failure:
        given, problem = {}, f"{failure}"
    return LeasedJob(
        key=key,
        owner=owner,
        until=until,
        process=ProcessId(row.process_id),
        element=ElementId(row.element),
        topic=row.topic,
        attempt=row.attempt,
        taken=row.taken + 1,
        priority=-row.rank,
        created_at=row.created_at,
        ready_at=row.ready_at,
        business_key=row.business_key,
        input=given,
        size=len(row.input.encode()),
        problem=problem,
    )


# Built once: putting a statement together takes longer than SQLite takes to run it.
_WITH_CASE = JOBS.join(
    CASES, and_(CASES.c.tenant == JOBS.c.tenant, CASES.c.case_id == JOBS.c.case_id)
)
_IS_RUNNING = CASES.c.state == CaseState.RUNNING.value
_THIS: ColumnElement[bool] = and_(
    JOBS.c.tenant == bindparam("this_tenant"),
    JOBS.c.case_id == bindparam("this_case"),
    JOBS.c.number == bindparam("this_number"),
)
_IS_READY = JOBS.c.ready_at <= bindparam("now")


def _unlocked(query: Select[Any]) -> Select[Any]:
    """Pass over what others have locked, where the database can; SQLite has one writer."""
    return query.with_for_update(of=JOBS, skip_locked=True)


_READY = select(JOBS, CASES.c.business_key).select_from(_WITH_CASE).where(_IS_READY, _IS_RUNNING)
_TAKE_MANY = _unlocked(
    _READY.where(
        JOBS.c.tenant == bindparam("this_tenant"), JOBS.c.topic == bindparam("this_topic")
    ).order_by(JOBS.c.rank, JOBS.c.ready_at, JOBS.c.case_id, JOBS.c.number)
)
_IS_ANY = (
    select(JOBS.c.number)
    .select_from(_WITH_CASE)
    .where(
        JOBS.c.tenant == bindparam("this_tenant"),
        JOBS.c.topic == bindparam("this_topic"),
        _IS_READY,
        _IS_RUNNING,
    )
    .limit(1)
)
_TAKE = _TAKE_MANY.limit(1)
_TAKE_ONE = _READY.where(_THIS)
_UNTOLD = (
    select(JOBS.c.case_id, JOBS.c.number, JOBS.c.topic, JOBS.c.rank)
    .select_from(_WITH_CASE)
    .where(
        JOBS.c.tenant == bindparam("this_tenant"),
        _IS_READY,
        _IS_RUNNING,
        or_(JOBS.c.announced_at.is_(None), JOBS.c.announced_at <= bindparam("before")),
    )
)
_IS_UNTOLD = _UNTOLD.limit(1)
_UNANNOUNCED = _unlocked(
    _UNTOLD.order_by(JOBS.c.rank, JOBS.c.ready_at, JOBS.c.case_id, JOBS.c.number)
)
_OWNER = select(JOBS.c.owner).where(_THIS).with_for_update()
_OWNED = and_(_THIS, JOBS.c.owner == bindparam("old_owner"))
_LEASE = (
    update(JOBS)
    .where(_THIS, _IS_READY)
    .values(owner=bindparam("new_owner"), ready_at=bindparam("until"), taken=JOBS.c.taken + 1)
)
_RENEW = update(JOBS).where(_OWNED).values(ready_at=bindparam("until"))
_HAND_BACK = (
    update(JOBS)
    .where(_OWNED)
    .values(owner=None, ready_at=bindparam("since"), taken=JOBS.c.taken - 1)
)
_NOTE = update(JOBS).where(_THIS).values(announced_at=bindparam("at"))
