"""What cases wait for besides people: timers, jobs, messages and signals, operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    bindparam,
    literal,
    select,
)

from caseflow.kernel import ANY_KEY, CaseId, CaseState, SubscriptionKind, load_values
from caseflow.model import ElementId, ProcessId, Value
from caseflow.store.tables import CASES, INCIDENTS, JOBS, SUBSCRIPTIONS, TIMERS


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """An open job as a worker sees it."""

    case: CaseId
    number: int
    process: ProcessId
    element: ElementId
    topic: str
    tries_left: int
    attempt: int
    priority: int
    created_at: datetime
    ready_at: datetime
    owner: str | None
    input: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An open incident as an operator sees it."""

    case: CaseId
    number: int
    process: ProcessId
    element: ElementId
    message: str
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case that waits for a message or signal, and the number of its subscription."""

    case: CaseId
    number: int
    is_suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    """A timer whose moment has come."""

    case: CaseId
    number: int
    due_at: datetime


class WaitingStore:
    """What waits in one tenant's cases, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def due_timer(self, now: datetime) -> DueTimer | None:
        """Return the timer of a running case that has been due longest, if any."""
        row = self._connection.execute(_DUE_TIMER, {"tenant": self._tenant, "now": now}).first()
        if row is None:
            return None
        return DueTimer(case=CaseId(row.case_id), number=row.number, due_at=row.due_at)

    def due_timers(self, now: datetime, *, limit: int) -> list[DueTimer]:
        """Return the timers of running cases that have been due longest, and claim their cases.

        Until the end of the transaction no other sees them as due, where several can write
        at once; a case that somebody else works on is left out.
        """
        rows = self._connection.execute(
            _DUE_TIMERS, {"tenant": self._tenant, "now": now, "limit": limit}
        )
        return [
            DueTimer(case=CaseId(row.case_id), number=row.number, due_at=row.due_at)
            for row in rows
        ]

    @property
    def has_one_writer(self) -> bool:
        """Whether writers wait for each other, so that nobody else works on any case now."""
        return self._connection.dialect.name == "sqlite"

    @property
    def is_in_the_way(self) -> bool:
        """Whether other connections have to wait until this transaction ends."""
        file = self._connection.engine.url.database
        return self.has_one_writer and file not in {None, "", ":memory:"}

    def check(self) -> None:
        """Make sure that the transaction can go on. Raises StoreError where it cannot."""
        self._connection.execute(_CHECK)

    def claim(self, case: CaseId) -> bool:
        """Claim a case until the end of the transaction; tell whether nobody else has it."""
        if self.has_one_writer:
            return True
        found = self._connection.execute(_CLAIM, {"tenant": self._tenant, "case": case})
        return found.first() is not None

    def next_timer(self) -> datetime | None:
        """Return when the next timer of a running case is due."""
        return self._connection.execute(_NEXT_TIMER, {"tenant": self._tenant}).scalar()

    def jobs(
        self,
        *,
        topic: str | None = None,
        case: CaseId | None = None,
        has_all: bool = False,
        limit: int,
    ) -> list[JobRow]:
        """Return open jobs of running cases that have tries left, the oldest first.

        ``has_all``: those of suspended cases and those without tries as well.
        """
        query = (
            select(JOBS)
            .select_from(_with_case(JOBS))
            .where(JOBS.c.tenant == self._tenant)
            .order_by(JOBS.c.created_at, JOBS.c.case_id, JOBS.c.number)
            .limit(limit)
        )
        if not has_all:
            query = query.where(JOBS.c.tries_left > 0, _IS_RUNNING)
        if topic is not None:
            query = query.where(JOBS.c.topic == topic)
        if case is not None:
            query = query.where(JOBS.c.case_id == case)
        return [
            JobRow(
                case=CaseId(row.case_id),
                number=row.number,
                process=ProcessId(row.process_id),
                element=ElementId(row.element),
                topic=row.topic,
                tries_left=row.tries_left,
                attempt=row.attempt,
                priority=-row.rank,
                created_at=row.created_at,
                ready_at=row.ready_at,
                owner=row.owner,
                input=load_values(row.input),
            )
            for row in self._connection.execute(query)
        ]

    def incidents(self, *, case: CaseId | None = None, limit: int) -> list[IncidentRow]:
        """Return open incidents, the oldest first."""
        query = (
            select(INCIDENTS)
            .where(INCIDENTS.c.tenant == self._tenant)
            .order_by(INCIDENTS.c.raised_at, INCIDENTS.c.case_id, INCIDENTS.c.number)
            .limit(limit)
        )
        if case is not None:
            query = query.where(INCIDENTS.c.case_id == case)
        return [
            IncidentRow(
                case=CaseId(row.case_id),
                number=row.number,
                process=ProcessId(row.process_id),
                element=ElementId(row.element),
                message=row.message,
                raised_at=row.raised_at,
            )
            for row in self._connection.execute(query)
        ]

    def receiver(self, name: str, *, key: str) -> Waiting | None:
        """Return the oldest case that waits for a message; a suspended one comes last.

        One that waits for this key goes before those that take any.
        """
        row = self._connection.execute(
            _RECEIVER, {"tenant": self._tenant, "name": name, "key": key}
        ).first()
        return None if row is None else _waiting(row)

    def listeners(self, signal: str, *, after: str, source: str, limit: int) -> list[CaseId]:
        """Return running cases behind ``after`` that wait for a signal, in order.

        The ``source`` of the signal is left out: it had the signal when it threw it.
        """
        rows = self._connection.execute(
            _LISTENERS,
            {
                "tenant": self._tenant,
                "name": signal,
                "after": after,
                "source": source,
                "limit": limit,
            },
        )
        return [CaseId(row.case_id) for row in rows]


def _with_case(table: Table) -> FromClause:
    return table.join(
        CASES, and_(CASES.c.tenant == table.c.tenant, CASES.c.case_id == table.c.case_id)
    )


def _awaits(kind: SubscriptionKind) -> ColumnElement[bool]:
    return and_(
        SUBSCRIPTIONS.c.tenant == bindparam("tenant"),
        SUBSCRIPTIONS.c.kind == kind.value,
        SUBSCRIPTIONS.c.name == bindparam("name"),
    )


def _waiting(row: Any) -> Waiting:
    return Waiting(
        case=CaseId(row.case_id),
        number=row.number,
        is_suspended=row.state == CaseState.SUSPENDED.value,
    )


# Built once: putting a statement together takes longer than SQLite takes to run it.
_IS_RUNNING = CASES.c.state == CaseState.RUNNING.value
_NEXT_TIMER = (
    select(TIMERS.c.due_at)
    .select_from(_with_case(TIMERS))
    .where(TIMERS.c.tenant == bindparam("tenant"), _IS_RUNNING)
    .order_by(TIMERS.c.due_at, TIMERS.c.case_id, TIMERS.c.number)
    .limit(1)
)
_DUE_TIMER = _NEXT_TIMER.add_columns(TIMERS.c.case_id, TIMERS.c.number).where(
    TIMERS.c.due_at <= bindparam("now")
)
# The rows of cases are locked, not those of timers: whoever works on a case has its row first,
# so that nobody waits here for one who waits for us.
_DUE_TIMERS = (
    _NEXT_TIMER.limit(None)
    .add_columns(TIMERS.c.case_id, TIMERS.c.number)
    .where(TIMERS.c.due_at <= bindparam("now"))
    .limit(bindparam("limit"))
    .with_for_update(of=CASES, skip_locked=True)
)
_CHECK = select(literal(1))
_CLAIM = (
    select(CASES.c.case_id)
    .where(CASES.c.tenant == bindparam("tenant"), CASES.c.case_id == bindparam("case"))
    .with_for_update(skip_locked=True)
)
_WAITING = select(SUBSCRIPTIONS.c.case_id, SUBSCRIPTIONS.c.number, CASES.c.state).select_from(
    _with_case(SUBSCRIPTIONS)
)
_RECEIVER = (
    _WAITING.where(
        _awaits(SubscriptionKind.MESSAGE),
        SUBSCRIPTIONS.c.key.in_((bindparam("key"), literal(ANY_KEY))),
    )
    .order_by(
        SUBSCRIPTIONS.c.key == ANY_KEY,
        CASES.c.state == CaseState.SUSPENDED.value,
        SUBSCRIPTIONS.c.case_id,
        SUBSCRIPTIONS.c.number,
    )
    .limit(1)
)
_LISTENERS = (
    select(SUBSCRIPTIONS.c.case_id)
    .distinct()
    .select_from(_with_case(SUBSCRIPTIONS))
    .where(
        _awaits(SubscriptionKind.SIGNAL),
        SUBSCRIPTIONS.c.case_id > bindparam("after"),
        SUBSCRIPTIONS.c.case_id != bindparam("source"),
        _IS_RUNNING,
    )
    .order_by(SUBSCRIPTIONS.c.case_id)
    .limit(bindparam("limit"))
)
