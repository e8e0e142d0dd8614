"""Timers that open cases of the newest version of a process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from caseflow.kernel import ROOT, Timer
from caseflow.model import ElementId, ProcessId
from caseflow.store.tables import SCHEDULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A timer that opens cases, as it waits for its next moment.

    ``problem`` says why it could not open its case; it rests until somebody resumes it.
    """

    version: int
    timer: Timer
    problem: str | None = None

    @property
    def due_at(self) -> datetime:
        """When it opens its next case."""
        return self.timer.due_at


class ScheduleStore:
    """The timers of one tenant's processes, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def replace(self, process: ProcessId, version: int, timers: Iterable[Timer]) -> None:
        """Let these timers open cases of a process, and no others any more."""
        self._connection.execute(
            delete(SCHEDULES).where(
                SCHEDULES.c.tenant == self._tenant, SCHEDULES.c.process_id == process
            )
        )
        rows = [
            {
                "tenant": self._tenant,
                "process_id": process,
                "element": timer.element,
                "number": timer.id,
                "version": version,
                "due_at": timer.due_at,
                "limit_name": timer.limit,
                "every": timer.every,
                "remaining": timer.left,
                "problem": None,
            }
            for timer in timers
        ]
        if rows:
            self._connection.execute(insert(SCHEDULES), rows)

    def due(self, now: datetime) -> Schedule | None:
        """Return the timer that has been due longest, if any."""
        row = self._connection.execute(_DUE, {"tenant": self._tenant, "now": now}).first()
        return None if row is None else _schedule(row)

    def next(self) -> datetime | None:
        """Return when the next timer is due."""
        return self._connection.execute(_NEXT, {"tenant": self._tenant}).scalar()

    def all(self, *, limit: int) -> list[Schedule]:
        """Return all timers, those due first in front."""
        rows = self._connection.execute(
            select(SCHEDULES)
            .where(SCHEDULES.c.tenant == self._tenant)
            .order_by(*_ORDER)
            .limit(limit)
        )
        return [_schedule(row) for row in rows]

    def claim(self, timer: Timer) -> bool:
        """Tell whether a timer still waits for this moment, and keep it so until the end.

        Of two workers who see it due, the other waits here, and then finds it gone.
        """
        query = update(SCHEDULES).where(*self._is(timer)).values(due_at=timer.due_at)
        return self._connection.execute(query).rowcount == 1

    def move(self, fired: Timer, following: Timer | None) -> None:
        """Let a timer that fired wait for its next moment, or for none."""
        if following is None:
            self._connection.execute(delete(SCHEDULES).where(*self._is(fired)))
        else:
            self._connection.execute(
                update(SCHEDULES)
                .where(*self._is(fired))
                .values(due_at=following.due_at, remaining=following.left)
            )

    def stick(self, timer: Timer, *, problem: str) -> None:
        """Put a timer aside whose case cannot be opened."""
        self._connection.execute(update(SCHEDULES).where(*self._is(timer)).values(problem=problem))

    def resume(self, process: ProcessId, element: ElementId) -> bool:
        """Let timers of a start event go on that were put aside; tell whether there are any."""
        query = (
            update(SCHEDULES)
            .where(
                SCHEDULES.c.tenant == self._tenant,
                SCHEDULES.c.process_id == process,
                SCHEDULES.c.element == element,
                SCHEDULES.c.problem.is_not(None),
            )
            .values(problem=None)
        )
        return self._connection.execute(query).rowcount > 0

    def _is(self, timer: Timer) -> tuple[ColumnElement[bool], ...]:
        return (
            SCHEDULES.c.tenant == self._tenant,
            SCHEDULES.c.process_id == timer.process,
            SCHEDULES.c.element == timer.element,
            SCHEDULES.c.number == timer.id,
            SCHEDULES.c.due_at == timer.due_at,
        )


def _schedule(row: Any) -> Schedule:
    timer = Timer(
        id=row.number,
        frame=ROOT,
        token=None,
        process=ProcessId(row.process_id),
        element=ElementId(row.element),
        due_at=row.due_at,
        limit=row.limit_name,
        every=row.every,
        left=row.remaining,
    )
    return Schedule(version=row.version, timer=timer, problem=row.problem)


_ORDER = (
    SCHEDULES.c.due_at,
    SCHEDULES.c.process_id,
    SCHEDULES.c.element,
    SCHEDULES.c.number,
)
_WAITING = (SCHEDULES.c.tenant == bindparam("tenant"), SCHEDULES.c.problem.is_(None))
_NEXT = select(SCHEDULES.c.due_at).where(*_WAITING).order_by(*_ORDER).limit(1)
_DUE = (
    select(SCHEDULES)
    .where(*_WAITING, SCHEDULES.c.due_at <= bindparam("now"))
    .order_by(*_ORDER)
    .limit(1)
)
