"""From what an author wrote about time to a moment: due dates and timers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from caseflow.errors import ExpressionFailed
from caseflow.expressions import (
    Expression,
    Period,
    Result,
    parse_duration,
    parse_moment,
    parse_repeating,
)
from caseflow.kernel.case import Count, Timer
from caseflow.kernel.casefile import result
from caseflow.kernel.functions import calendar_of, counted, counted_on, parameters
from caseflow.kernel.run import Run, Setting
from caseflow.model import Limit
from caseflow.worktime import again_from as limit_again_from

_ONE_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_LIMIT = "limit:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something is due, in UTC, and the limit that says so, with how it is counted."""

    at: datetime
    limit: str | None = None
    count: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A repetition: the first moment, the rule for the next ones, how many come after.

    The rule is ``limit:<name>``, an ISO 8601 period, or ``<moment>/<period>`` where the
    period has months, which are counted from that moment lest the 31st drifts to the 28th.
    """

    first: Moment
    every: str
    left: int | None


def moment(run: Run, expression: Expression, frame: int, *, start: datetime) -> Moment:
    """Return when a due date or timer comes: a moment, or a span counted from ``start``.

    An expression gives a limit, a moment, a day (its end in the calendar's zone), a
    span, or text in ISO 8601. Raises ExpressionFailed.
    """
    found = moment_or_none(run, expression, frame, start=start)
    if found is None:
        raise _failed(expression, "None is neither a moment nor a span of time")
    return found


def moment_or_none(
    run: Run, expression: Expression, frame: int, *, start: datetime, unit: str = ""
) -> Moment | None:
    """Return the same, or None where the expression gives None: nothing is due then.

    The calendar is that of ``unit``, by default that of the case's own.
    """
    found = result(run, expression, frame)
    try:
        setting = run.graphs[frame].setting
        return None if found is None else _moment(run, setting, found, start, unit=unit)
    except (ValueError, OverflowError) as failure:
        raise _failed(expression, str(failure)) from failure


def _moment(
    run: Run, setting: Setting, value: Result, start: datetime, *, unit: str = ""
) -> Moment:
    limit, count = None, None
    zone = calendar_of(run, setting, unit).zone
    match value:
        case Limit():
            at, limit = counted(run, setting, value, start, unit=unit), value.name
            count = Count(started_at=start, unit=unit)
        case datetime():
            at = value
        case date():
            at = datetime.combine(value + _ONE_DAY, time(), tzinfo=zone)
        case timedelta():
            at = start + value
        case Period():
            at = value.add_to(start.astimezone(zone))
        case str() if value.startswith("P"):
            at = parse_duration(value).add_to(start.astimezone(zone))
        case str():
            at = parse_moment(value)
        case _:
            raise ValueError(f"{value!r} is neither a moment nor a span of time")
    return Moment(at=at.astimezone(UTC), limit=limit, count=count)


def cycle(run: Run, expression: Expression, frame: int) -> Cycle | None:
    """Return the repetition of a timer cycle, or None where all of it lies in the past.

    A limit or a span repeats without end; ISO 8601 text says how often. Occurrences
    before the timer began to wait are skipped. Raises ExpressionFailed.
    """
    found = result(run, expression, frame)
    try:
        return _cycle(run, run.graphs[frame].setting, found)
    except (ValueError, OverflowError) as failure:
        raise _failed(expression, str(failure)) from failure


def _cycle(run: Run, setting: Setting, found: Result) -> Cycle | None:
    match found:
        case Limit():
            first = _moment(run, setting, found, run.at)
            return Cycle(first=first, every=f"{_LIMIT}{found.name}", left=None)
        case timedelta():
            period = Period(
                days=found.days, seconds=found.seconds, microseconds=found.microseconds
            )
            return _endless(run, setting, period)
        case Period():
            return _endless(run, setting, found)
        case str() if found.startswith("R"):
            return _repeated(run, setting, found)
        case _:
            raise ValueError(f"{found!r} is not a cycle such as R3/PT1H")


def _endless(run: Run, setting: Setting, period: Period) -> Cycle:
    start = run.at.astimezone(calendar_of(run, setting).zone)
    first = period.add_to(start)
    if first <= start:
        raise ValueError("a cycle must lead forward")
    return Cycle(first=Moment(at=first.astimezone(UTC)), every=_rule(start, period), left=None)


def _repeated(run: Run, setting: Setting, text: str) -> Cycle | None:
    rule = parse_repeating(text)
    start = (rule.start or run.at).astimezone(calendar_of(run, setting).zone)
    if rule.start is None:
        skipped, periods = 0, 1  # it fires for the first time one period from now
    else:
        skipped = periods = _first(start, rule.period, run.at)
    left = None if rule.times is None else rule.times - 1 - skipped
    if left is not None and left < 0:
        return None
    first = _times(rule.period, periods).add_to(start)
    return Cycle(
        first=Moment(at=first.astimezone(UTC)), every=_rule(start, rule.period), left=left
    )


def _first(start: datetime, period: Period, at: datetime) -> int:
    """Return after how many periods from ``start`` the moment ``at`` is reached."""
    months = period.years * 12 + period.months
    longest = timedelta(
        days=months * 31 + period.days + 1 if months else period.days,
        seconds=period.seconds,
        microseconds=period.microseconds,
    )
    count = max(0, (at - start) // longest)
    while _times(period, count).add_to(start) < at:
        count += 1
    return count


def _times(period: Period, count: int) -> Period:
    return Period(
        years=period.years * count,
        months=period.months * count,
        days=period.days * count,
        seconds=period.seconds * count,
        microseconds=period.microseconds * count,
    )


def next_due(run: Run, timer: Timer) -> datetime | None:
    """Return when a timer fires again, counted from when it was due, or None if never.

    So a case that nobody woke for hours still fires once for every missed occurrence.
    """
    if timer.every is None or timer.left == 0:
        return None
    setting = run.graphs[timer.frame].setting
    try:
        if timer.every.startswith(_LIMIT):
            limit = parameters(run, setting).limits[timer.every.removeprefix(_LIMIT)]
            return counted_on(run, setting, limit, timer.due_at)
        anchor, _, rule = timer.every.rpartition("/")
        zone = calendar_of(run, setting).zone
        period = parse_duration(rule)
        if not anchor:
            return period.add_to(timer.due_at.astimezone(zone)).astimezone(UTC)
        start = datetime.fromisoformat(anchor).astimezone(zone)
        count = _first(start, period, timer.due_at + _TICK)
        return _times(period, count).add_to(start).astimezone(UTC)
    except (ValueError, OverflowError):
        return None  # after the last year that dates know


def again_from(run: Run, timer: Timer) -> datetime:
    """Return from when a timer that repeats is counted for its next time."""
    setting = run.graphs[timer.frame].setting
    limit = parameters(run, setting).limits[(timer.every or "").removeprefix(_LIMIT)]
    return limit_again_from(limit, timer.due_at, calendar_of(run, setting))


def _rule(start: datetime, period: Period) -> str:
    text = (
        f"P{period.years}Y{period.months}M{period.days}D"
        f"T{period.seconds}.{period.microseconds:06}S"
    )
    return f"{start.isoformat()}/{text}" if period.years or period.months else text


def _failed(expression: Expression, message: str) -> ExpressionFailed:
    return ExpressionFailed(message, source=expression.source, column=1)
