"""What waits in the database: tasks, timers, jobs, subscriptions, incidents, messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from caseflow.kernel import CaseId, SubscriptionKind, dump_values, load_values
from caseflow.model import ElementId, ProcessId, Value
from caseflow.store.tables import (
    CANDIDATES,
    CASES,
    INCIDENTS,
    JOBS,
    MESSAGES,
    SUBSCRIPTIONS,
    TASKS,
    TIMERS,
)

RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """An open task as the worklist shows it."""

    case: CaseId
    number: int
    process: ProcessId
    element: ElementId
    name: str
    assignee: str | None
    roles: tuple[str, ...]
    people: tuple[str, ...]
    unit: str
    priority: int
    created_at: datetime
    due_at: datetime | None
    order_at: datetime
    limit: str | None
    follow_up_at: datetime | None
    form: str | None
    business_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which open tasks are asked for; what is None does not matter.

    ``candidate`` finds what a person may take or holds: assigned to them, or unassigned
    and open to them by name or by one of ``roles``. Without a candidate, ``roles`` finds what
    is open to any of them, whoever holds it.
    """

    case: CaseId | None = None
    process: ProcessId | None = None
    element: ElementId | None = None
    business_key: str | None = None
    assignee: str | None = None
    is_assigned: bool | None = None
    candidate: str | None = None
    roles: tuple[str, ...] = ()
    role: str | None = None
    units: tuple[str, ...] | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """An open job as a worker sees it."""

    case: CaseId
    number: int
    process: ProcessId
    element: ElementId
    topic: str
    tries_left: int
    created_at: datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    """A timer whose moment has come."""

    case: CaseId
    number: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message or signal on its way."""

    id: str
    kind: SubscriptionKind
    name: str
    key: str
    payload: Value
    source: str
    sent_at: datetime
    expires_at: datetime | None = None
    reached: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case as a list shows it."""

    id: CaseId
    process: ProcessId
    process_version: int
    state: str
    outcome: str
    business_key: str
    unit: str
    tier: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases are asked for; what is None does not matter."""

    process: ProcessId | None = None
    state: str | None = None
    business_key: str | None = None
    units: tuple[str, ...] | None = None


class WaitingStore:
    """What waits in one tenant's cases, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def tasks(
        self,
        wanted: TaskFilter,
        *,
        after: tuple[datetime, CaseId, int] | None = None,
        limit: int,
    ) -> list[TaskRow]:
        """Return open tasks, the ones due first in front, from the key behind ``after``."""
        query = (
            select(TASKS, CASES.c.business_key)
            .join(
                CASES,
                and_(CASES.c.tenant == TASKS.c.tenant, CASES.c.case_id == TASKS.c.case_id),
            )
            .where(TASKS.c.tenant == self._tenant)
            .order_by(TASKS.c.order_at, TASKS.c.case_id, TASKS.c.number)
            .limit(limit)
        )
        if after is not None:
            query = query.where(
                tuple_(TASKS.c.order_at, TASKS.c.case_id, TASKS.c.number) > tuple_(*after)
            )
        rows = self._connection.execute(_narrowed(query, wanted)).all()
        named = self._candidates([(row.case_id, row.number) for row in rows])
        return [_task(row, named.get((row.case_id, row.number), ())) for row in rows]

    def count_tasks(self, wanted: TaskFilter) -> int:
        """Return how many open tasks there are."""
        query = (
            select(func.count())
            .select_from(TASKS)
            .join(
                CASES,
                and_(CASES.c.tenant == TASKS.c.tenant, CASES.c.case_id == TASKS.c.case_id),
            )
            .where(TASKS.c.tenant == self._tenant)
        )
        return int(self._connection.execute(_narrowed(query, wanted)).scalar_one())

    def _candidates(
        self, keys: Iterable[tuple[str, int]]
    ) -> dict[tuple[str, int], list[tuple[str, str]]]:
        wanted = set(keys)
        found: dict[tuple[str, int], list[tuple[str, str]]] = {}
        if not wanted:
            return found
        rows = self._connection.execute(
            select(CANDIDATES)
            .where(
                CANDIDATES.c.tenant == self._tenant,
                CANDIDATES.c.case_id.in_({case for case, _ in wanted}),
            )
            .order_by(CANDIDATES.c.kind, CANDIDATES.c.name)
        )
        for row in rows:
            found.setdefault((row.case_id, row.number), []).append((row.kind, row.name))
        return found

    def cases(
        self, wanted: CaseFilter, *, after: CaseId | None = None, limit: int
    ) -> list[CaseRow]:
        """Return cases in the order in which they were opened, from the one behind ``after``."""
        query = (
            select(CASES)
            .where(CASES.c.tenant == self._tenant)
            .order_by(CASES.c.case_id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(CASES.c.case_id > after)
        if wanted.process is not None:
            query = query.where(CASES.c.process_id == wanted.process)
        if wanted.state is not None:
            query = query.where(CASES.c.state == wanted.state)
        if wanted.business_key is not None:
            query = query.where(CASES.c.business_key == wanted.business_key)
        if wanted.units is not None:
            query = query.where(CASES.c.unit.in_(wanted.units))
        return [
            CaseRow(
                id=CaseId(row.case_id),
                process=ProcessId(row.process_id),
                process_version=row.process_version,
                state=row.state,
                outcome=row.outcome,
                business_key=row.business_key,
                unit=row.unit,
                tier=row.tier,
                started_at=row.started_at,
                ended_at=row.ended_at,
            )
            for row in self._connection.execute(query)
        ]

    def due_timer(self, now: datetime) -> DueTimer | None:
        """Return the timer of a running case that has been due longest, if any."""
        row = self._connection.execute(
            select(TIMERS.c.case_id, TIMERS.c.number, TIMERS.c.due_at)
            .join(
                CASES,
                and_(CASES.c.tenant == TIMERS.c.tenant, CASES.c.case_id == TIMERS.c.case_id),
            )
            .where(
                TIMERS.c.tenant == self._tenant,
                TIMERS.c.due_at <= now,
                CASES.c.state == RUNNING,
            )
            .order_by(TIMERS.c.due_at, TIMERS.c.case_id, TIMERS.c.number)
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        return DueTimer(case=CaseId(row.case_id), number=row.number, due_at=row.due_at)

    def next_timer(self) -> datetime | None:
        """Return when the next timer of a running case is due."""
        return self._connection.execute(
            select(func.min(TIMERS.c.due_at))
            .select_from(TIMERS)
            .join(
                CASES,
                and_(CASES.c.tenant == TIMERS.c.tenant, CASES.c.case_id == TIMERS.c.case_id),
            )
            .where(TIMERS.c.tenant == self._tenant, CASES.c.state == RUNNING)
        ).scalar_one_or_none()

    def jobs(self, *, topic: str | None = None, limit: int) -> list[JobRow]:
        """Return open jobs that have tries left, the oldest first."""
        query = (
            select(JOBS)
            .where(JOBS.c.tenant == self._tenant, JOBS.c.tries_left > 0)
            .order_by(JOBS.c.created_at, JOBS.c.case_id, JOBS.c.number)
            .limit(limit)
        )
        if topic is not None:
            query = query.where(JOBS.c.topic == topic)
        return [
            JobRow(
                case=CaseId(row.case_id),
                number=row.number,
                process=ProcessId(row.process_id),
                element=ElementId(row.element),
                topic=row.topic,
                tries_left=row.tries_left,
                created_at=row.created_at,
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

    def subscribers(
        self,
        kind: SubscriptionKind,
        name: str,
        *,
        key: str = "",
        after: str = "",
        limit: int | None = None,
    ) -> list[Waiting]:
        """Return which running cases behind ``after`` wait for a message or signal, in order."""
        query = (
            select(SUBSCRIPTIONS.c.case_id, SUBSCRIPTIONS.c.number)
            .join(
                CASES,
                and_(
                    CASES.c.tenant == SUBSCRIPTIONS.c.tenant,
                    CASES.c.case_id == SUBSCRIPTIONS.c.case_id,
                ),
            )
            .where(
                SUBSCRIPTIONS.c.tenant == self._tenant,
                SUBSCRIPTIONS.c.kind == kind.value,
                SUBSCRIPTIONS.c.name == name,
                SUBSCRIPTIONS.c.key == key,
                SUBSCRIPTIONS.c.case_id > after,
                CASES.c.state == RUNNING,
            )
            .order_by(SUBSCRIPTIONS.c.case_id, SUBSCRIPTIONS.c.number)
            .limit(limit)
        )
        return [
            Waiting(case=CaseId(row.case_id), number=row.number)
            for row in self._connection.execute(query)
        ]

    def next_message(self) -> MessageRow | None:
        """Return the oldest message or signal that has to be delivered, if any."""
        row = self._connection.execute(
            select(MESSAGES)
            .where(MESSAGES.c.tenant == self._tenant, MESSAGES.c.is_kept.is_(False))
            .order_by(MESSAGES.c.sent_at, MESSAGES.c.message_id)
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        return MessageRow(
            id=row.message_id,
            kind=SubscriptionKind(row.kind),
            name=row.name,
            key=row.key,
            payload=load_values(row.payload)["payload"],
            source=row.source_case,
            sent_at=row.sent_at,
            expires_at=row.expires_at,
            reached=row.reached,
        )

    def add_message(self, message: MessageRow) -> None:
        """Put a message or signal on its way."""
        self._connection.execute(
            insert(MESSAGES),
            {
                "tenant": self._tenant,
                "message_id": message.id,
                "kind": message.kind.value,
                "name": message.name,
                "key": message.key,
                "payload": dump_values({"payload": message.payload}),
                "source_case": message.source,
                "sent_at": message.sent_at,
                "expires_at": message.expires_at,
                "is_kept": False,
                "reached": message.reached,
            },
        )

    def keep_message(self, message: str, *, until: datetime) -> None:
        """Keep a message that nobody waits for, until somebody does or it expires."""
        self._change_message(message, is_kept=True, expires_at=until)

    def mark_reached(self, signal: str, case: CaseId) -> None:
        """Note that a signal was delivered to all cases up to this one."""
        self._change_message(signal, reached=case)

    def drop_message(self, message: str) -> None:
        """Take a message or signal out, because it was delivered or has expired."""
        self._connection.execute(delete(MESSAGES).where(self._message(message)))

    def drop_expired(self, now: datetime) -> int:
        """Take out the messages whose time to live is over; return how many there were."""
        gone = self._connection.execute(
            delete(MESSAGES).where(
                MESSAGES.c.tenant == self._tenant,
                MESSAGES.c.is_kept,
                MESSAGES.c.expires_at <= now,
            )
        )
        return int(gone.rowcount)

    def _change_message(self, message: str, **values: Any) -> None:
        self._connection.execute(update(MESSAGES).where(self._message(message)).values(values))

    def _message(self, message: str) -> ColumnElement[bool]:
        return and_(MESSAGES.c.tenant == self._tenant, MESSAGES.c.message_id == message)


def _narrowed(query: Select[Any], wanted: TaskFilter) -> Select[Any]:  # noqa: C901 - one test a wish
    for column, value in (
        (TASKS.c.case_id, wanted.case),
        (TASKS.c.process_id, wanted.process),
        (TASKS.c.element, wanted.element),
        (TASKS.c.assignee, wanted.assignee),
        (CASES.c.business_key, wanted.business_key),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.is_assigned is not None:
        unassigned = TASKS.c.assignee.is_(None)
        query = query.where(~unassigned if wanted.is_assigned else unassigned)
    if wanted.units is not None:
        query = query.where(TASKS.c.unit.in_(wanted.units))
    if wanted.due_before is not None:
        query = query.where(TASKS.c.due_at < wanted.due_before)
    if wanted.due_after is not None:
        query = query.where(TASKS.c.due_at >= wanted.due_after)
    if wanted.role is not None:
        query = query.where(_open_to("role", (wanted.role,)))
    if wanted.candidate is not None:
        query = query.where(_may_take(wanted.candidate, wanted.roles))
    elif wanted.roles:
        query = query.where(_open_to("role", wanted.roles))
    return query


def _may_take(person: str, roles: tuple[str, ...]) -> Any:
    by_name = _open_to("person", (person,))
    ways = [by_name, _open_to("role", roles)] if roles else [by_name]
    return or_(TASKS.c.assignee == person, and_(TASKS.c.assignee.is_(None), or_(*ways)))


def _open_to(kind: str, names: tuple[str, ...]) -> Any:
    return exists().where(
        CANDIDATES.c.tenant == TASKS.c.tenant,
        CANDIDATES.c.case_id == TASKS.c.case_id,
        CANDIDATES.c.number == TASKS.c.number,
        CANDIDATES.c.kind == kind,
        CANDIDATES.c.name.in_(names),
    )


def _task(row: Any, named: Iterable[tuple[str, str]]) -> TaskRow:
    candidates = list(named)
    return TaskRow(
        case=CaseId(row.case_id),
        number=row.number,
        process=ProcessId(row.process_id),
        element=ElementId(row.element),
        name=row.name,
        assignee=row.assignee,
        roles=tuple(name for kind, name in candidates if kind == "role"),
        people=tuple(name for kind, name in candidates if kind == "person"),
        unit=row.unit,
        priority=row.priority,
        created_at=row.created_at,
        due_at=row.due_at,
        order_at=row.order_at,
        limit=row.limit_name,
        follow_up_at=row.follow_up_at,
        form=row.form,
        business_key=row.business_key,
    )
