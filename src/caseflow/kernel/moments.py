"""From what an author wrote about time to a moment: due dates and timers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from caseflow.errors import ExpressionFailed, TimeRefused
from caseflow.expressions import (
    Expression,
    Period,
    Result,
    parse_duration,
    parse_moment,
    parse_repeating,
)
from caseflow.kernel.case import Timer
from caseflow.kernel.run import Run
from caseflow.model import Limit, ParameterSet, Value
from caseflow.worktime import due, due_again

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something is due, and the limit that says so."""

    at: datetime
    limit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A repetition: the first moment, the rule for the next ones, how many come after."""

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
    run: Run, expression: Expression, frame: int, *, start: datetime
) -> Moment | None:
    """Return the same, or None where the expression gives None: nothing is due then."""
    value = run.result(expression, frame)
    try:
        return None if value is None else _moment(run, value, start)
    except (ValueError, OverflowError, TimeRefused) as failure:
        raise _failed(expression, str(failure)) from failure


def _moment(run: Run, value: Result, start: datetime) -> Moment:  # noqa: PLR0911 - one case a type
    match value:
        case Limit():
            return Moment(at=counted(run, value, start), limit=value.name)
        case datetime():
            return Moment(at=value)
        case date():
            zone = run.program.setting.calendar.zone
            return Moment(at=datetime.combine(value + _ONE_DAY, time(), tzinfo=zone))
        case timedelta():
            return Moment(at=start + value)
        case Period():
            return Moment(at=value.add_to(start))
        case str() if value.startswith("P"):
            return Moment(at=parse_duration(value).add_to(start))
        case str():
            return Moment(at=parse_moment(value))
        case _:
            raise ValueError(f"{value!r} is neither a moment nor a span of time")


def counted(run: Run, limit: Limit, start: Value) -> datetime:
    """Return when a limit is due that is counted from a moment or a day.

    A day stands for its beginning in the calendar's zone, so that the rules which leave
    out the first day leave out that one. Raises ValueError.
    """
    calendar = run.program.setting.calendar
    if isinstance(start, date) and not isinstance(start, datetime):
        start = datetime.combine(start, time(), tzinfo=calendar.zone)
    if not isinstance(start, datetime):
        raise ValueError(f"a limit is counted from a moment or a day, not from {start!r}")  # noqa: TRY004 - becomes ExpressionFailed
    return due(limit, start, calendar, limits=parameters(run).limits).at


def counted_on(run: Run, limit: Limit, due_at: Value) -> datetime:
    """Return when a limit is due that begins where another one ends. Raises ValueError.

    The 24:00 at which a limit of days ends belongs to the day that ends then, so that
    ten working days and five more are fifteen.
    """
    if not isinstance(due_at, datetime):
        raise ValueError(f"a limit is extended from a moment, not from {due_at!r}")  # noqa: TRY004 - becomes ExpressionFailed
    calendar = run.program.setting.calendar
    return due_again(limit, due_at, calendar, limits=parameters(run).limits).at


def cycle(run: Run, expression: Expression, frame: int) -> Cycle | None:
    """Return the repetition of a timer cycle, or None where all of it lies in the past.

    A limit or a span repeats without end; ISO 8601 text says how often. Occurrences
    before the timer began to wait are skipped. Raises ExpressionFailed.
    """
    value = run.result(expression, frame)
    try:
        if isinstance(value, str) and value.startswith("R"):
            return _iso_cycle(run, value)
        if isinstance(value, Limit):
            return Cycle(first=_moment(run, value, run.at), every=f"limit:{value.name}", left=None)
        if isinstance(value, timedelta):
            value = Period(days=value.days, seconds=value.seconds)
        if isinstance(value, Period) and value.add_to(run.at) > run.at:
            return Cycle(first=_moment(run, value, run.at), every=_iso(value), left=None)
    except (ValueError, OverflowError, TimeRefused) as failure:
        raise _failed(expression, str(failure)) from failure
    raise _failed(expression, f"{value!r} is not a cycle such as R3/PT1H")


def _iso_cycle(run: Run, text: str) -> Cycle | None:
    rule = parse_repeating(text)
    at = rule.start if rule.start is not None else rule.period.add_to(run.at)
    left = None if rule.times is None else rule.times - 1
    while at < run.at and (left is None or left > 0):
        at = rule.period.add_to(at)
        left = None if left is None else left - 1
    if at < run.at or (rule.times is not None and rule.times < 1):
        return None
    return Cycle(first=Moment(at=at), every=_iso(rule.period), left=left)


def next_due(run: Run, timer: Timer) -> Moment | None:
    """Return when a timer fires again, counted from when it was due, or None if never.

    So a case that nobody woke for hours still fires once for every missed occurrence.
    """
    if timer.every is None or timer.left == 0:
        return None
    if timer.every.startswith("limit:"):
        limits = parameters(run).limits
        limit = limits[timer.every.removeprefix("limit:")]
        calendar = run.program.setting.calendar
        again = due_again(limit, timer.due_at, calendar, limits=limits)
        return Moment(at=again.at, limit=limit.name)
    return Moment(at=parse_duration(timer.every).add_to(timer.due_at))


def parameters(run: Run) -> ParameterSet:
    """Return the parameter set of the case, or an empty one."""
    return run.program.setting.parameters.get(run.case.parameters, _NO_PARAMETERS)


def _iso(period: Period) -> str:
    return f"P{period.years}Y{period.months}M{period.days}DT{period.seconds}S"


def _failed(expression: Expression, message: str) -> ExpressionFailed:
    return ExpressionFailed(message, source=expression.source, column=1)


_NO_PARAMETERS = ParameterSet(name="")
