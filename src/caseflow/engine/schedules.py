"""Timers that open cases, as an operator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caseflow.engine.cases import Cases
from caseflow.engine.pages import checked_limit
from caseflow.errors import CommandRefused
from caseflow.model import ElementId, ProcessId

MOST = 1_000
"""Timers that are returned, unless asked otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleView:
    """A timer that opens cases of the newest version of a process, and when it does so next.

    ``problem`` says why it could not open its last one; it rests until it is resumed.
    """

    process: ProcessId
    version: int
    element: ElementId
    due_at: datetime
    problem: str | None


class Schedules:
    """What can be done about timers that open cases. Reached as ``work.schedules``."""

    def __init__(self, cases: Cases) -> None:
        """Work within a transaction that somebody else ends."""
        self._cases = cases

    def all(self, *, limit: int = MOST) -> tuple[ScheduleView, ...]:
        """Return the timers that will open cases yet, those due first in front."""
        rows = self._cases.stores.schedules.all(limit=checked_limit(limit))
        return tuple(
            ScheduleView(
                process=row.timer.process,
                version=row.version,
                element=row.timer.element,
                due_at=row.due_at,
                problem=row.problem,
            )
            for row in rows
        )

    def resume(self, process: str, element: str) -> None:
        """Let the timers of a start event go on that were put aside.

        What they missed meanwhile they make up for, as after any pause.

        Raises:
            CommandRefused: none of them was put aside.
        """
        self._cases.check_may_write()
        if not self._cases.stores.schedules.resume(ProcessId(process), ElementId(element)):
            raise CommandRefused(f"no timer of {element!r} in process {process!r} was put aside")
