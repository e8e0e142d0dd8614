"""Durations, repetitions and moments as ISO 8601 writes them and BPMN timers use them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import TypeVar

_NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{1,9})?"
_DURATION = re.compile(
    rf"(?P<sign>[+-]?)P(?=[0-9T])(?:(?P<years>{_NUMBER})Y)?(?:(?P<months>{_NUMBER})M)?"
    rf"(?:(?P<weeks>{_NUMBER})W)?(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?"
    rf"(?:(?P<seconds>{_NUMBER})S)?)?"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_REPEATING = re.compile(r"R(?P<times>[0-9]{0,9})/(?P<first>[^/]+)(?:/(?P<second>[^/]+))?")
_LONGEST = 100  # characters; a longer text is no ISO 8601 value
_MILLION = 1_000_000
_MOST_DAYS = 10_000 * 372
_DayT = TypeVar("_DayT", bound=date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of calendar time: a month has no fixed length until it is added to a day."""

    years: int = 0
    months: int = 0
    days: int = 0
    seconds: int = 0
    microseconds: int = 0

    def __neg__(self) -> Period:
        """Return the same span backwards."""
        return Period(
            years=-self.years,
            months=-self.months,
            days=-self.days,
            seconds=-self.seconds,
            microseconds=-self.microseconds,
        )

    def as_timedelta(self) -> timedelta | None:
        """Return the span as a timedelta, or None where it has months or years."""
        if self.years or self.months:
            return None
        return timedelta(days=self.days, seconds=self.seconds, microseconds=self.microseconds)

    def add_to(self, start: _DayT) -> _DayT:
        """Return the day or moment this much after ``start``.

        Years and months lead to the same day of another month, or to the month's end
        where there is none; then days are added by the calendar of the time zone of
        ``start``, then the seconds that really pass.

        Raises:
            TypeError: ``start`` is a date and the period has hours, minutes or seconds.
            OverflowError: the result lies outside the years 1 to 9999.
        """
        day = start if not self.years and not self.months else self._month_of(start)
        day += timedelta(days=self.days)
        time = timedelta(seconds=self.seconds, microseconds=self.microseconds)
        if not time:
            return day
        if not isinstance(day, datetime):
            raise TypeError("hours, minutes and seconds cannot be added to a date")
        if day.tzinfo is None:
            return day + time
        return (day.astimezone(UTC) + time).astimezone(day.tzinfo)

    def _month_of(self, start: _DayT) -> _DayT:
        months = start.year * 12 + start.month - 1 + self.years * 12 + self.months
        year, month = months // 12, months % 12 + 1
        if not 1 <= year <= 9999:  # noqa: PLR2004 - the years that a date knows
            raise OverflowError("date value out of range")
        return start.replace(
            year=year, month=month, day=min(start.day, monthrange(year, month)[1])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """Again and again: how many times (None: for ever), from when, and how far apart.

    ``start`` is the start of the first period, so the first time is ``start + period``;
    None means that the first period starts when the timer does.
    """

    times: int | None
    start: datetime | None
    period: Period


def parse_duration(text: str) -> Period:
    """Read ``P1Y2M10DT2H30M``, ``P1W``, ``PT0.5S``, ``-P1D``; weeks become days.

    Raises:
        ValueError: ``text`` is something else, has a fraction of a year or month, or is
            longer than 10,000 years.
    """
    match = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError(
            f"{_shown(text)} is not an ISO 8601 duration: write it like P1D, PT2H30M or P1M"
        )
    amount = {
        unit: Fraction((digits or "0").replace(",", "."))
        for unit, digits in match.groupdict().items()
        if unit != "sign"
    }
    if amount["years"].denominator > 1 or amount["months"].denominator > 1:
        raise ValueError(f"{_shown(text)} has a fraction of a month: write it in days")
    days, part = divmod(amount["weeks"] * 7 + amount["days"], 1)
    hours = part * 24 + amount["hours"]
    seconds = (hours * 60 + amount["minutes"]) * 60 + amount["seconds"]
    whole, micro = divmod(round(seconds * _MILLION), _MILLION)
    period = Period(
        years=int(amount["years"]),
        months=int(amount["months"]),
        days=days,
        seconds=whole,
        microseconds=micro,
    )
    if (period.years * 12 + period.months) * 31 + days + whole // 86_400 > _MOST_DAYS:
        raise ValueError(f"{_shown(text)} is longer than 10,000 years")
    return -period if match["sign"] == "-" else period


def parse_moment(text: str, *, zone: tzinfo | None = None) -> datetime:
    """Read ``2026-01-01T09:00:00+08:00``; the result keeps the offset of the text.

    Args:
        text: The moment; without an offset, or only a date, where ``zone`` is given.
        zone: The time zone of a text that names none.

    Raises:
        ValueError: ``text`` is something else, no such day, or lacks its offset.
    """
    is_day = zone is not None and _DATE.fullmatch(text) is not None
    if not is_day and _MOMENT.fullmatch(text) is None:
        raise ValueError(
            f"{_shown(text)} is not an ISO 8601 moment: write it like 2026-01-01T09:00:00+08:00"
        )
    moment = _read(text)
    if moment.tzinfo is None:
        if zone is None:
            raise ValueError(f"{_shown(text)} lacks its offset: add Z or one like +08:00")
        return moment.replace(tzinfo=zone)
    return moment


def parse_date(text: str) -> date:
    """Read ``2026-01-01``.

    Raises:
        ValueError: ``text`` is something else, or there is no such day.
    """
    if _DATE.fullmatch(text) is None:
        raise ValueError(f"{_shown(text)} is not an ISO 8601 date: write it like 2026-01-01")
    return _read(text).date()


def parse_repeating(text: str, *, zone: tzinfo | None = None) -> Repetition:
    """Read a repeating interval; ``R/`` repeats for ever.

    The forms are ``R3/PT1H``, ``R3/<start>/PT1H``, ``R3/<start>/<end>`` (the period is
    the time between) and ``R3/PT1H/<end>`` (ISO 8601: the first period ends there).

    Raises:
        ValueError: ``text`` is something else, or its period does not lead forward.
    """
    match = _REPEATING.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError(
            f"{_shown(text)} is not an ISO 8601 repeating interval: write it like R3/PT1H,"
            " R/PT1H or R3/2026-01-01T09:00:00Z/P1D (a cron text is not one)"
        )
    times = int(match["times"]) if match["times"] else None
    if times == 0:
        raise ValueError(f"{_shown(text)} never happens: repeat at least once")
    start, period = _interval(match["first"], match["second"], zone)
    if not _leads_forward(period):
        raise ValueError(f"{_shown(text)} never moves on: its period must be longer than zero")
    return Repetition(times=times, start=start, period=period)


def _interval(
    first: str, second: str | None, zone: tzinfo | None
) -> tuple[datetime | None, Period]:
    if first.startswith("P"):
        period = parse_duration(first)
        if second is None:
            return None, period
        return _before(parse_moment(second, zone=zone), period), period
    start = parse_moment(first, zone=zone)
    if second is None:
        raise ValueError(f"{first} needs a period after it, like {first}/P1D")
    if second.startswith("P"):
        return start, parse_duration(second)
    between = parse_moment(second, zone=zone) - start
    seconds = between.days * 86_400 + between.seconds
    return start, Period(seconds=seconds, microseconds=between.microseconds)


def _before(end: datetime, period: Period) -> datetime:
    try:
        return (-period).add_to(end)
    except OverflowError as error:
        raise ValueError(f"the period before {end.isoformat()} starts before year 1") from error


def _leads_forward(period: Period) -> bool:
    parts = (period.years, period.months, period.days, period.seconds, period.microseconds)
    return min(parts) >= 0 and any(parts)


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{_shown(text)} does not exist: {error}") from error


def _shown(text: str) -> str:
    return repr(text) if len(text) <= _LONGEST else repr(text[:_LONGEST]) + "…"
