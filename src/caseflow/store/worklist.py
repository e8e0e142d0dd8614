"""The lists that people work from: open tasks, and cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from caseflow.kernel import CaseId, CaseState
from caseflow.model import ElementId, ProcessId
from caseflow.store.tables import CANDIDATES, CASES, TASKS


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
    is_suspended: bool | None = None
    candidate: str | None = None
    roles: tuple[str, ...] = ()
    role: str | None = None
    units: tuple[str, ...] | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None


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


class Worklist:
    """One tenant's open tasks and its cases, within one transaction."""

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
            .join(CASES, _CASE_OF_TASK)
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
            .join(CASES, _CASE_OF_TASK)
            .where(TASKS.c.tenant == self._tenant)
        )
        return int(self._connection.execute(_narrowed(query, wanted)).scalar_one())

    def _candidates(
        self, keys: Iterable[tuple[str, int]]
    ) -> dict[tuple[str, int], list[tuple[str, str]]]:
        cases = {case for case, _ in keys}
        found: dict[tuple[str, int], list[tuple[str, str]]] = {}
        if not cases:
            return found
        rows = self._connection.execute(
            select(CANDIDATES)
            .where(CANDIDATES.c.tenant == self._tenant, CANDIDATES.c.case_id.in_(cases))
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
        for column, value in (
            (CASES.c.process_id, wanted.process),
            (CASES.c.state, wanted.state),
            (CASES.c.business_key, wanted.business_key),
        ):
            if value is not None:
                query = query.where(column == value)
        if wanted.units is not None:
            query = query.where(CASES.c.unit.in_(wanted.units))
        return [_case(row) for row in self._connection.execute(query)]


_CASE_OF_TASK = and_(CASES.c.tenant == TASKS.c.tenant, CASES.c.case_id == TASKS.c.case_id)


def _narrowed(query: Select[Any], wanted: TaskFilter) -> Select[Any]:
    for column, value in (
        (TASKS.c.case_id, wanted.case),
        (TASKS.c.process_id, wanted.process),
        (TASKS.c.element, wanted.element),
        (TASKS.c.assignee, wanted.assignee),
        (CASES.c.business_key, wanted.business_key),
    ):
        if value is not None:
            query = query.where(column == value)
    for test, is_wanted in (
        (TASKS.c.assignee.is_not(None), wanted.is_assigned),
        (CASES.c.state == CaseState.SUSPENDED.value, wanted.is_suspended),
    ):
        if is_wanted is not None:
            query = query.where(test if is_wanted else ~test)
    return query.where(*_who(wanted), *_when(wanted))


def _when(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    tests: list[ColumnElement[bool]] = []
    if wanted.due_before is not None:
        tests.append(TASKS.c.due_at < wanted.due_before)
    if wanted.due_after is not None:
        tests.append(TASKS.c.due_at >= wanted.due_after)
    return tests


def _who(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    tests: list[ColumnElement[bool]] = []
    if wanted.units is not None:
        tests.append(TASKS.c.unit.in_(wanted.units))
    if wanted.role is not None:
        tests.append(_open_to("role", (wanted.role,)))
    if wanted.candidate is not None:
        tests.append(_may_take(wanted.candidate, wanted.roles))
    elif wanted.roles:
        tests.append(_open_to("role", wanted.roles))
    return tests


def _may_take(person: str, roles: tuple[str, ...]) -> ColumnElement[bool]:
    by_name = _open_to("person", (person,))
    ways = [by_name, _open_to("role", roles)] if roles else [by_name]
    return or_(TASKS.c.assignee == person, and_(TASKS.c.assignee.is_(None), or_(*ways)))


def _open_to(kind: str, names: tuple[str, ...]) -> ColumnElement[bool]:
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


def _case(row: Any) -> CaseRow:
    return CaseRow(
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
