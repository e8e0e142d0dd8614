"""When something is due, and what pauses, extensions and a new calendar make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from types import MappingProxyType

from caseflow.errors import TimeRefused
from caseflow.model import CalendarKind, Limit
from caseflow.worktime.calendar import Calendar, local_time
from caseflow.worktime.counting import count
from caseflow.worktime.deadline import Deadline, Due, Pause, Recomputed

_MINUTE = timedelta(minutes=1)
_IN_TIME = frozenset({CalendarKind.CLK, CalendarKind.WH})
_NO_LIMITS: Mapping[str, Limit] = MappingProxyType({})


def due(
    limit: Limit, start: datetime, calendar: Calendar, *, limits: Mapping[str, Limit] = _NO_LIMITS
) -> Due:
    """Return when ``limit`` is due that starts at ``start``.

    Args:
        limit: for a share, kind and amount are those of the whole.
        start: the moment of the trigger, with a time zone.
        calendar: the calendar of the unit that must act.
        limits: where the limit stands that ``limit.outside`` names.

    Raises:
        TimeRefused: the limit that ``limit.outside`` names is missing, or `count` refuses.
    """
    outside = None
    if limit.outside is not None:
        outside = limits.get(limit.outside)
        if outside is None:
            raise TimeRefused(
                f"limit “{limit.name}” names “{limit.outside}” for a start outside office hours, "
                "but there is no such limit"
            )
    return count(Deadline(limit=limit, started_at=start, outside=outside), calendar)


def due_again(
    limit: Limit,
    due_at: datetime,
    calendar: Calendar,
    *,
    limits: Mapping[str, Limit] = _NO_LIMITS,
) -> Due:
    """Return when a limit that repeats is due next, after it was due at ``due_at``.

    The 24:00 of a day belongs to the day that ends there, so that 14 days stay 14 days.
    """
    return due(limit, again_from(limit, due_at, calendar), calendar, limits=limits)


def again_from(limit: Limit, due_at: datetime, calendar: Calendar) -> datetime:
    """Return from when a limit that repeats is counted, after it was due at ``due_at``."""
    if limit.kind not in _IN_TIME and local_time(due_at, calendar).time() == time():
        return due_at - _MINUTE
    return due_at


def resume(due: Due, calendar: Calendar, *, paused_at: datetime, resumed_at: datetime) -> Due:
    """Return the due date after a pause: what was left at ``paused_at`` is counted on.

    Time is carried on to the microsecond. Of days, those after the day of the pause are left,
    and they are counted on after the day of the resumption: a pause from the 5th to the 15th
    puts calendar days off by ten.
    """
    pause = Pause(paused_at=paused_at, resumed_at=resumed_at)
    return count(replace(due.deadline, pauses=(*due.deadline.pauses, pause)), calendar)


def extend(due: Due, by: Limit, calendar: Calendar) -> Due:
    """Return the due date extended by a limit, which is counted on from the end as it stands."""
    return count(replace(due.deadline, extensions=(*due.deadline.extensions, by)), calendar)


def recompute(due: Due, calendar: Calendar) -> Recomputed:
    """Return the due date as it was and as the new ``calendar`` has it."""
    return Recomputed(before=due, after=count(due.deadline, calendar))
