"""Counting a deadline on a calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import assert_never

from caseflow.errors import TimeRefused
from caseflow.model import CalendarKind, Limit
from caseflow.worktime.calendar import Calendar, in_utc, utc_time
from caseflow.worktime.days import MONTHS, ONE_DAY, days_of, plus_days, plus_months
from caseflow.worktime.deadline import Deadline, Due, Pause
from caseflow.worktime.lines import CLOCK, NOTHING, line_of
from caseflow.worktime.steps import (
    DayNotCounted,
    DaysCounted,
    Ends,
    Extended,
    LastDayMoved,
    MadeUpCounted,
    MonthEnd,
    OutsideOfficeHours,
    Paused,
    PausedTooLate,
    Provisional,
    RestSkipped,
    ShareTaken,
    Started,
    Step,
    TimeCounted,
)

_TICK = timedelta(microseconds=1)


def count(deadline: Deadline, calendar: Calendar) -> Due:
    """Return when ``deadline`` is due on ``calendar``.

    Raises:
        TimeRefused: a moment has no time zone, a span is not positive, a share is not above 0
            and up to 1 or extends a period, pauses overlap or run backwards, or the years run out.
    """
    counting = _Counting(deadline, calendar)
    limit = counting.holding_limit()
    counting.run(limit)
    for extension in deadline.extensions:
        counting.extend(extension)
    share = deadline.limit.share
    if share is not None:
        counting.take_share(share, limit.kind)
    return counting.result()


class _Counting:
    """Where a count stands: a moment and its day, the steps so far, the pauses ahead."""

    def __init__(self, deadline: Deadline, calendar: Calendar) -> None:
        self._deadline = deadline
        self._calendar = calendar
        self._days = days_of(calendar)
        self._zone = calendar.zone
        self._at = in_utc(deadline.started_at)
        local = self._local(self._at)
        self._day = self._first_day = local.date()
        self._steps: list[Step] = [Started(at=local)]
        self._pauses = _in_order(deadline)
        self._taken: list[Pause] = []
        self._missing: set[int] = set()

    def holding_limit(self) -> Limit:
        """Return the limit that holds, by whether the start lies in office hours."""
        outside = self._deadline.outside
        if outside is None:
            return self._deadline.limit
        self._rely_on(self._day, self._day)
        if self._calendar.is_office_time(self._at):
            return self._deadline.limit
        self._steps.append(OutsideOfficeHours(limit=outside))
        return outside

    def run(self, limit: Limit) -> None:
        """Let the span of ``limit`` pass, and the pauses that fall into it."""
        if limit.amount < 1:
            raise TimeRefused(f"limit “{limit.name}”: a span must be positive, not {limit.amount}")
        match limit.kind:
            case CalendarKind.CLK | CalendarKind.WH:
                self._run_time(limit)
            case CalendarKind.CD | CalendarKind.CM | CalendarKind.CY | CalendarKind.WD:
                self._run_days(limit)
            case _:
                assert_never(limit.kind)

    def extend(self, limit: Limit) -> None:
        """Go on for the span of ``limit`` where the count stands now."""
        if limit.share is not None:
            raise TimeRefused(f"“{limit.name}” is a share: only a whole limit extends a period")
        self._steps.append(Extended(by=limit))
        self.run(limit)

    def take_share(self, share: Decimal, kind: CalendarKind) -> None:
        """Go back to the moment at which ``share`` of the whole period is over."""
        if not 0 < share <= 1:
            raise TimeRefused(f"a share must be above 0 and at most 1, not {share}")
        if share == 1:
            return
        line = line_of(kind, self._calendar)
        start, whole = self._deadline.started_at, self._at
        paused = [line.passed(pause.paused_at, pause.resumed_at) for pause in self._taken]
        lasting = line.passed(start, whole) - sum(paused, NOTHING)
        at = line.after(in_utc(start), int(lasting // _TICK * share) * _TICK)
        for pause, standstill in zip(self._taken, paused, strict=True):
            if pause.paused_at < at:
                at = line.after(at, standstill)
        if line is not CLOCK:
            self._rely_on(self._first_day, self._day)
        local = self._local(at)
        self._at, self._day = at, local.date()
        self._steps.append(ShareTaken(share=share, kind=kind, whole=self._local(whole), at=local))

    def result(self) -> Due:
        """Return the due date where the count stands now."""
        for pause in self._pauses:
            self._steps.append(PausedTooLate(paused_at=self._local(pause.paused_at)))
        if self._missing:
            self._steps.append(Provisional(years=tuple(sorted(self._missing))))
        self._steps.append(Ends(at=self._local(self._at)))
        return Due(
            at=self._at,
            last_on=self._day,
            is_provisional=bool(self._missing),
            steps=tuple(self._steps),
            deadline=self._deadline,
        )

    def _run_time(self, limit: Limit) -> None:
        line = line_of(limit.kind, self._calendar)
        span = _minutes(limit)
        end = line.after(self._at, span)
        self._time_counted(limit.kind, span, end)
        while pause := self._next_pause(end):
            left = line.passed(pause.paused_at, end)
            end = line.after(in_utc(pause.resumed_at), left)
            self._paused(pause, limit.kind, left)
            self._time_counted(limit.kind, left, end)
        first, self._day, self._at = self._day, self._local(end).date(), end
        if line is not CLOCK:
            self._rely_on(first, self._day)

    def _run_days(self, limit: Limit) -> None:
        kind = limit.kind
        last = self._last_day(kind, self._day, limit.amount)
        # What a pause leaves of months or years is counted on in days.
        kind = CalendarKind.WD if kind is CalendarKind.WD else CalendarKind.CD
        while self._pauses and (pause := self._next_pause(self._end_of(last))):
            paused_on = self._local(pause.paused_at).date()
            left = self._days_left(kind, paused_on, last)
            self._paused(pause, kind, left)
            last = self._last_day(kind, self._local(pause.resumed_at).date(), left)
            if self._end_of(last) < pause.resumed_at:  # resumed on the last day, after the close
                last = plus_days(last, 1)
        self._day = self._days.working_from(last)
        if self._day != last:
            self._steps.append(LastDayMoved(from_day=last, to_day=self._day))
        self._rely_on(last, self._day)
        self._at = self._end_of(self._day)

    def _last_day(self, kind: CalendarKind, day: date, amount: int) -> date:
        """Return the day ``amount`` after ``day``, before it is moved past days of rest."""
        if amount == 0:
            return day
        self._steps.append(DayNotCounted(on=day))
        if kind is CalendarKind.WD:
            last = self._working_day(day, amount)
        elif kind is CalendarKind.CD:
            last = plus_days(day, amount)
        else:
            last = plus_months(day, amount if kind is CalendarKind.CM else amount * MONTHS)
            if last.day != day.day:
                self._steps.append(MonthEnd(on=last))
        self._steps.append(DaysCounted(kind=kind, amount=amount, last_on=last))
        return last

    def _working_day(self, day: date, amount: int) -> date:
        last = self._days.working_after(day, amount)
        if resting := self._days.resting_in(day, last):
            self._steps.append(RestSkipped(days=resting))
        if made_up := self._days.made_up_in(day, last):
            self._steps.append(MadeUpCounted(days=made_up))
        self._rely_on(day + ONE_DAY, last)
        return last

    def _days_left(self, kind: CalendarKind, paused_on: date, last: date) -> int:
        if paused_on >= last:
            return 0
        if kind is CalendarKind.WD:
            return self._days.working_in(paused_on, last)
        return (last - paused_on).days

    def _end_of(self, last: date) -> datetime:
        """Return the end of ``last``, or of the working day to which it moves."""
        day = self._days.working_from(last)
        if self._calendar.day_ends_at_close:
            return utc_time(day, self._calendar.office_hours[-1].closes_after, self._calendar)
        return utc_time(day, ONE_DAY, self._calendar)

    def _next_pause(self, end: datetime) -> Pause | None:
        """Take the next pause, if it begins before ``end``."""
        if not self._pauses or self._pauses[0].paused_at >= end:
            return None
        pause = self._pauses.pop(0)
        self._taken.append(pause)
        return pause

    def _paused(self, pause: Pause, kind: CalendarKind, left: int | timedelta) -> None:
        self._steps.append(
            Paused(
                paused_at=self._local(pause.paused_at),
                resumed_at=self._local(pause.resumed_at),
                kind=kind,
                left=left,
            )
        )

    def _time_counted(self, kind: CalendarKind, span: timedelta, end: datetime) -> None:
        self._steps.append(TimeCounted(kind=kind, span=span, to=self._local(end)))

    def _rely_on(self, first: date, last: date) -> None:
        """Note which notices may still change the days from ``first`` to ``last``."""
        self._missing.update(self._calendar.missing_years(first, last))

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)


def _in_order(deadline: Deadline) -> list[Pause]:
    """Return the pauses, if they follow on the start and on each other."""
    for pause in deadline.pauses:
        if in_utc(pause.resumed_at) < in_utc(pause.paused_at):
            raise TimeRefused(f"a pause cannot end before it begins ({pause.paused_at})")
    if deadline.pauses and deadline.pauses[0].paused_at < deadline.started_at:
        raise TimeRefused("a pause cannot begin before the period starts")
    if any(b.paused_at < a.resumed_at for a, b in pairwise(deadline.pauses)):
        raise TimeRefused("pauses overlap or are out of order")
    return list(deadline.pauses)


def _minutes(limit: Limit) -> timedelta:
    try:
        return timedelta(minutes=limit.amount)
    except OverflowError:
        raise TimeRefused(f"limit “{limit.name}”: {limit.amount} minutes are too long") from None
