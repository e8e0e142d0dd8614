"""The lists that people work from: open tasks, and cases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
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
from caseflow.store.ways import Walk, Way, keys_of


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
    owner: str | None
    signers: tuple[str, ...]
    excluded: tuple[str, ...]
    urged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which open tasks are asked for; what is None does not matter.

    ``text`` is found in the name or the business key, in small letters or capitals.
    ``follow_up_before`` and ``is_urged`` find what somebody wants to be reminded of.

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
    follow_up_before: datetime | None = None
    is_urged: bool | None = None
    text: str | None = None


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
        query = select(TASKS).where(TASKS.c.tenant == self._tenant).order_by(*_ORDER).limit(limit)
        if after is not None:
            query = query.where(
                tuple_(*_ORDER) > tuple_(*after, types=[column.type for column in _ORDER])
            )
        rows = self._connection.execute(_narrowed(query, wanted)).all()
        return [_task(row) for row in rows]

    def task(self, case: CaseId, number: int) -> TaskRow | None:
        """Return one open task, or None where it is not open."""
        row = self._connection.execute(
            select(TASKS).where(
                TASKS.c.tenant == self._tenant,
                TASKS.c.case_id == case,
                TASKS.c.number == number,
            )
        ).one_or_none()
        return None if row is None else _task(row)

    def count_tasks(self, wanted: TaskFilter) -> int:
        """Return how many open tasks there are."""
        query = select(func.count()).select_from(TASKS).where(TASKS.c.tenant == self._tenant)
        return int(self._connection.execute(_narrowed(query, wanted)).scalar_one())

    def tasks_by(
        self,
        ways: Sequence[Way],
        wanted: TaskFilter,
        *,
        after: tuple[datetime, CaseId, int] | None = None,
        limit: int,
    ) -> list[TaskRow]:
        """Return open tasks that some ways lead to, as `tasks` returns all."""
        if not ways:
            return []
        found = self._found(ways, wanted, after=after, limit=limit)
        key = found.c.order_at, found.c.case_id, found.c.number
        first = self._connection.execute(select(*key).distinct().order_by(*key).limit(limit)).all()
        if not first:
            return []
        # Asked by their keys and not joined: a join may walk the worklist from its beginning.
        keys = [(one.case_id, one.number) for one in first]
        rows = self._connection.execute(
            select(TASKS).where(
                TASKS.c.tenant == self._tenant,
                TASKS.c.case_id.in_({case for case, _ in keys}),
                TASKS.c.number.in_({number for _, number in keys}),
            )
        ).all()
        found_rows = {(row.case_id, row.number): row for row in rows}
        return [_task(found_rows[one]) for one in keys if one in found_rows]

    def count_tasks_by(self, ways: Sequence[Way], wanted: TaskFilter, *, up_to: int) -> int:
        """Return how many open tasks some ways lead to, counted no further than ``up_to``."""
        if not ways:
            return 0
        found = self._found(ways, wanted, after=None, limit=up_to)
        key = select(found.c.case_id, found.c.number).distinct().limit(up_to).subquery("counted")
        return int(self._connection.execute(select(func.count()).select_from(key)).scalar_one())

    def _found(
        self,
        ways: Sequence[Way],
        wanted: TaskFilter,
        *,
        after: tuple[datetime, CaseId, int] | None,
        limit: int,
    ) -> FromClause:
        tests = tuple(_tests(wanted))
        is_narrow = wanted.business_key is not None or wanted.case is not None
        walk = Walk(
            tenant=self._tenant, tests=tests, limit=limit, after=after, is_narrow=is_narrow
        )
        return keys_of(ways, walk)

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


_ORDER = (TASKS.c.order_at, TASKS.c.case_id, TASKS.c.number)


def _narrowed(query: Select[Any], wanted: TaskFilter) -> Select[Any]:
    return query.where(*_tests(wanted))


def _tests(wanted: TaskFilter) -> Iterator[ColumnElement[bool]]:
    """Yield what has to hold of a task."""
    for column, value in (
        (TASKS.c.case_id, wanted.case),
        (TASKS.c.process_id, wanted.process),
        (TASKS.c.element, wanted.element),
        (TASKS.c.assignee, wanted.assignee),
        (TASKS.c.business_key, wanted.business_key),
    ):
        if value is not None:
            yield column == value
    for test, is_wanted in (
        (TASKS.c.assignee.is_not(None), wanted.is_assigned),
        (TASKS.c.urged > 0, wanted.is_urged),
        (_IS_SUSPENDED, wanted.is_suspended),
    ):
        if is_wanted is not None:
            yield test if is_wanted else ~test
    if wanted.text:
        text = wanted.text.lower()
        yield or_(
            func.lower(TASKS.c.name).contains(text, autoescape=True),
            func.lower(TASKS.c.business_key).contains(text, autoescape=True),
        )
    yield from _who(wanted)
    yield from _when(wanted)


_IS_SUSPENDED = exists().where(
    CASES.c.tenant == TASKS.c.tenant,
    CASES.c.case_id == TASKS.c.case_id,
    CASES.c.state == CaseState.SUSPENDED.value,
)


def _when(wanted: TaskFilter) -> Iterator[ColumnElement[bool]]:
    """Yield what has to hold of its times; the order is the due time, so an index helps."""
    if wanted.due_before is not None:
        yield and_(TASKS.c.order_at < wanted.due_before, TASKS.c.due_at.is_not(None))
    if wanted.due_after is not None:
        yield and_(TASKS.c.order_at >= wanted.due_after, TASKS.c.due_at.is_not(None))
    if wanted.follow_up_before is not None:
        yield TASKS.c.follow_up_at < wanted.follow_up_before


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


def _task(row: Any) -> TaskRow:
    named: dict[str, list[str]] = json.loads(row.named)
    return TaskRow(
        case=CaseId(row.case_id),
        number=row.number,
        process=ProcessId(row.process_id),
        element=ElementId(row.element),
        name=row.name,
        assignee=row.assignee,
        roles=tuple(named.get("role", ())),
        people=tuple(named.get("person", ())),
        unit=row.unit,
        priority=row.priority,
        created_at=row.created_at,
        due_at=row.due_at,
        order_at=row.order_at,
        limit=row.limit_name,
        follow_up_at=row.follow_up_at,
        form=row.form,
        business_key=row.business_key,
        owner=row.owner,
        signers=tuple(named.get("signer", ())),
        excluded=tuple(named.get("not", ())),
        urged=row.urged,
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
