"""Leftovers: rows that no open case stands behind, and cases that nothing moves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, or_, select

from caseflow.kernel import CaseId, CaseState
from caseflow.store.rows import OF_CASES
from caseflow.store.tables import CASES, INCIDENTS, JOBS
from caseflow.store.tables.shape import PREFIX


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A row of a case that has ended, or that there is not: of what kind, and which."""

    kind: str
    case: CaseId
    number: int


class Leftovers:
    """What should not be in one tenant's rows, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def orphans(self, *, limit: int) -> list[Orphan]:
        """Return tasks, jobs, timers and the like without an open case, and mute jobs.

        A mute job has no tries left, and no incident says so.
        """
        found = [one for table in OF_CASES for one in self._without_case(table, limit=limit)]
        return found + self._mute(limit=limit)

    def _without_case(self, table: Table, *, limit: int) -> list[Orphan]:
        rows = self._connection.execute(
            select(table.c.case_id, table.c.number)
            .where(
                table.c.tenant == self._tenant,
                ~exists().where(_same_case(CASES, table), _IS_OPEN),
            )
            .distinct()
            .order_by(table.c.case_id, table.c.number)
            .limit(limit)
        )
        kind = table.name.removeprefix(PREFIX).removesuffix("s")
        return [Orphan(kind=kind, case=CaseId(case), number=number) for case, number in rows]

    def _mute(self, *, limit: int) -> list[Orphan]:
        rows = self._connection.execute(
            select(JOBS.c.case_id, JOBS.c.number)
            .where(
                JOBS.c.tenant == self._tenant,
                JOBS.c.tries_left == 0,
                ~exists().where(_same_case(INCIDENTS, JOBS), INCIDENTS.c.number == JOBS.c.number),
                exists().where(_same_case(CASES, JOBS), _IS_OPEN),
            )
            .order_by(JOBS.c.case_id, JOBS.c.number)
            .limit(limit)
        )
        return [Orphan(kind="job", case=CaseId(case), number=number) for case, number in rows]

    def motionless(self, *, limit: int) -> list[CaseId]:
        """Return running cases that no row could move: no task, job, timer, message, incident.

        Some of them may still wait for a condition, which their case file will meet.
        """
        rows = self._connection.execute(
            select(CASES.c.case_id)
            .where(
                CASES.c.tenant == self._tenant,
                CASES.c.state == CaseState.RUNNING.value,
                ~or_(*(exists().where(_same_case(table, CASES)) for table in OF_CASES)),
            )
            .order_by(CASES.c.case_id)
            .limit(limit)
        )
        return [CaseId(case) for (case,) in rows]


_IS_OPEN = CASES.c.state.in_((CaseState.RUNNING.value, CaseState.SUSPENDED.value))


def _same_case(one: Table, other: Table) -> ColumnElement[bool]:
    return and_(one.c.tenant == other.c.tenant, one.c.case_id == other.c.case_id)
