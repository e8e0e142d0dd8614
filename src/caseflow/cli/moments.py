"""Moments and spans for people: local time, and how much of it is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from caseflow.worktime import CHINA

ZONE = CHINA.zone
"""Where moments without a time zone are, and in which people read them."""

SOON = timedelta(hours=24)
"""What is due within this span wants attention."""

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_IN_DAYS = timedelta(days=10)


class Pressure(StrEnum):
    """How a due time stands to the present."""

    NONE = "none"
    """There is no due time."""
    TIME = "time"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due time in words: when, and how much time is left or over."""

    at: str = ""
    left: str = ""
    pressure: Pressure = Pressure.NONE


def local(moment: datetime) -> str:
    """Return a moment as people read it: to the minute, in local time."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def iso(moment: datetime | None) -> str | None:
    """Return a moment as programs read it: ISO 8601, in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat()


def due_in_words(due_at: datetime | None, *, now: datetime) -> Due:
    """Say when something is due, and whether that is soon or over."""
    if due_at is None:
        return Due()
    left = due_at - now
    if left < timedelta():
        return Due(at=local(due_at), left=f"late {span(-left)}", pressure=Pressure.LATE)
    pressure = Pressure.SOON if left <= SOON else Pressure.TIME
    return Due(at=local(due_at), left=span(left), pressure=pressure)


def span(length: timedelta) -> str:
    """Return a span in its two largest units; in whole days where it is long."""
    if length < _MINUTE:
        return "< 1 min"
    if length < _HOUR:
        return f"{length // _MINUTE} min"
    if length < _DAY:
        return _two(length // _HOUR, "h", (length % _HOUR) // _MINUTE, "min")
    if length < _IN_DAYS:
        return _two(length.days, "d", (length % _DAY) // _HOUR, "h")
    return f"{length.days} d"


def _two(large: int, unit: str, small: int, part: str) -> str:
    return f"{large} {unit} {small} {part}" if small else f"{large} {unit}"
