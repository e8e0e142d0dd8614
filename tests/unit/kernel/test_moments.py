"""When timers fire and tasks are due: dates, spans, cycles and limits (BPMN 2.0.2, 10.5.5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.unit.kernel.drawing import boundary, catch, cycle, duration, process, script, user
from tests.unit.kernel.drawing import date as at_date
from tests.unit.kernel.playing import MONDAY, Played, compiled, play

from caseflow.kernel import FireTimer, Timer, TimerFired
from caseflow.model import CalendarKind, Limit, ParameterSet, TimerTrigger, Value

CHINA = "+08:00"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def waiting(timer: TimerTrigger, *, at: datetime = MONDAY, **variables: Value) -> Played:
    """A case with a task that has a non-interrupting timer on it."""
    drawn = process("start > a > end", boundary("t", "a", timer, interrupting=False))
    return play(drawn, at=at, case_file=variables)


def limited(timer: TimerTrigger, *limits: Limit, at: datetime = MONDAY) -> Played:
    drawn = process("start > a > end", boundary("t", "a", timer, interrupting=False))
    parameters = {"s": ParameterSet(name="s", limits={one.name: one for one in limits})}
    return play(compiled(drawn, parameters=parameters), at=at)


def due(case: Played) -> datetime:
    (timer,) = case.case.timers.values()
    return timer.due_at


def fired(case: Played) -> list[datetime]:
    return [one.due_at for one in case.history if isinstance(one, TimerFired)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MONDAY + timedelta(hours=3), MONDAY + timedelta(hours=3)),
        (datetime.fromisoformat("2026-03-03T09:00:00+08:00"), moment("2026-03-03T01:00Z")),
        ("2026-03-03T09:00:00+08:00", moment("2026-03-03T01:00Z")),
        (date(2026, 3, 3), moment("2026-03-04T00:00+08:00")),
        (timedelta(minutes=90), MONDAY + timedelta(minutes=90)),
        ("PT90M", MONDAY + timedelta(minutes=90)),
        ("P1W", MONDAY + timedelta(days=7)),
        ("P0D", MONDAY),
        ("P1Y2M10DT2H30M", moment("2027-05-12T11:30+08:00")),
    ],
)
def test_a_timer_waits_for_a_moment_a_day_or_a_span(value: Value, expected: datetime) -> None:
    case = waiting(at_date("when"), when=value)

    assert due(case) == expected
    assert due(case).tzinfo is UTC


def test_months_are_counted_in_the_zone_of_the_calendar() -> None:
    begin = moment("2026-01-31T00:30+08:00")  # still the 30th in UTC

    assert due(waiting(duration("P1M"), at=begin)) == moment("2026-02-28T00:30+08:00")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2026-03-03T09:00:00", "lacks its offset"),
        ("tomorrow", "'tomorrow' is not an ISO 8601 moment"),
        ("PT", "is not an ISO 8601 duration"),
        ("P9000Y", "out of range"),
        (5, "5 is neither a moment nor a span of time"),
        (None, "None is neither a moment nor a span of time"),
        (timedelta.max, "out of range"),
    ],
)
def test_what_is_no_time_stops_the_case_with_the_reason(value: Value, reason: str) -> None:
    case = waiting(at_date("when"), when=value)

    assert case.stuck == ["a"]
    assert reason in next(iter(case.case.incidents.values())).message


def test_a_cycle_fires_as_often_as_it_says() -> None:
    case = waiting(cycle("R3/PT1H"))

    case.later(hours=10)

    assert fired(case) == [MONDAY + timedelta(hours=n) for n in (1, 2, 3)]
    assert case.timers == []


def test_a_cycle_without_a_number_fires_as_long_as_its_activity_is_open() -> None:
    case = waiting(cycle("R/PT1H")).later(hours=50)

    assert len(fired(case)) == 50
    assert case.do("a").state == "completed"


def test_each_missed_occurrence_fires_and_is_counted_from_when_it_was_due() -> None:
    case = waiting(cycle("R3/PT1H"))
    case.at += timedelta(hours=2, minutes=30)

    case.fire("t")
    assert due(case) == MONDAY + timedelta(hours=2)
    case.fire("t")
    assert due(case) == MONDAY + timedelta(hours=3)

    assert fired(case) == [MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2)]


def test_a_cycle_keeps_its_rule_and_what_is_left_of_it() -> None:
    case = waiting(cycle("R3/PT1H"))

    (timer,) = case.case.timers.values()
    assert (timer.every, timer.left) == ("P0Y0M0DT3600.000000S", 2)

    case.later(hours=1)
    (timer,) = case.case.timers.values()
    assert (timer.every, timer.left) == ("P0Y0M0DT3600.000000S", 1)


def test_a_cycle_that_begins_later_fires_first_at_its_beginning() -> None:
    case = waiting(cycle("R2/2026-03-05T09:00:00+08:00/P1D"))

    case.later(days=10)

    assert fired(case) == [moment("2026-03-05T01:00Z"), moment("2026-03-06T01:00Z")]


def test_of_a_cycle_that_began_in_the_past_what_is_over_is_skipped() -> None:
    case = waiting(cycle("R5/2026-02-28T01:00:00Z/P1D"))

    case.later(days=10)

    assert fired(case) == [
        moment("2026-03-02T01:00Z"),
        moment("2026-03-03T01:00Z"),
        moment("2026-03-04T01:00Z"),
    ]


def test_a_cycle_that_is_all_over_never_fires() -> None:
    assert waiting(cycle("R3/2020-01-01T00:00:00Z/P1D")).timers == []


def test_a_cycle_that_began_long_ago_is_found_at_once() -> None:
    case = waiting(cycle("R/1900-01-01T00:00:00Z/PT1S"))

    assert due(case) == MONDAY


def test_a_monthly_cycle_from_the_31st_does_not_drift_to_the_28th() -> None:
    case = waiting(cycle("R4/2026-03-31T09:00:00+08:00/P1M"))

    case.later(days=150)

    assert fired(case) == [
        moment(f"2026-{day}T09:00+08:00") for day in ("03-31", "04-30", "05-31", "06-30")
    ]


def test_a_monthly_cycle_without_a_beginning_is_counted_from_when_it_began_to_wait() -> None:
    case = waiting(cycle("R3/P1M"), at=moment("2026-01-31T09:00+08:00"))

    case.later(days=100)

    assert fired(case) == [
        moment(f"2026-{day}T09:00+08:00") for day in ("02-28", "03-31", "04-30")
    ]


def test_a_monthly_cycle_that_began_in_the_past_keeps_its_day() -> None:
    case = waiting(cycle("R/2025-08-31T09:00:00+08:00/P1M"))

    case.later(days=62)

    assert fired(case) == [moment("2026-03-31T01:00Z"), moment("2026-04-30T01:00Z")]


@pytest.mark.parametrize("span", [timedelta(hours=1), timedelta(milliseconds=3_600_000)])
def test_a_span_repeats_without_end(span: timedelta) -> None:
    case = waiting(cycle("every"), every=span)

    assert len(fired(case.later(hours=5))) == 5


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("0 0 9 * * MON", "is not a cycle such as R3/PT1H"),
        ("R0/PT1H", "never happens: repeat at least once"),
        ("R3/PT0S", "its period must be longer than zero"),
        ("R3/-PT1H", "'-PT1H' is not an ISO 8601 moment"),
        (timedelta(0), "a cycle must lead forward"),
        (timedelta(hours=-1), "a cycle must lead forward"),
        (5, "5 is not a cycle such as R3/PT1H"),
        ("R3/2026-01-01T00:00:00Z/P9999Y", "out of range"),
    ],
)
def test_what_is_no_cycle_stops_the_case_with_the_reason(value: Value, reason: str) -> None:
    case = waiting(cycle("every"), every=value)

    assert case.stuck == ["a"]
    assert reason in next(iter(case.case.incidents.values())).message


def test_a_cycle_ends_with_the_last_year_that_dates_know() -> None:
    case = waiting(cycle("R/P900Y"))

    case.apply(FireTimer(at=datetime(9999, 1, 1, tzinfo=UTC), timer=3))
    for _ in range(7):
        case.apply(FireTimer(at=datetime(9999, 1, 1, tzinfo=UTC), timer=3))

    assert (len(fired(case)), case.timers) == (8, [])


def test_a_limit_is_counted_on_the_calendar_and_leaves_its_name() -> None:
    friday = moment("2026-03-06T10:00+08:00")
    case = limited(
        duration("limit('sign')"), Limit(name="sign", kind=CalendarKind.WD, amount=1), at=friday
    )

    (timer,) = case.case.timers.values()
    assert (timer.due_at, timer.limit) == (moment("2026-03-10T00:00+08:00"), "sign")


def test_a_share_of_a_limit_comes_before_its_end() -> None:
    half = Limit(name="half", kind=CalendarKind.CLK, amount=60, of="sign", share=Decimal("0.5"))

    assert due(limited(duration("limit('half')"), half)) == MONDAY + timedelta(minutes=30)


def test_a_limit_can_repeat() -> None:
    fortnight = Limit(name="meet", kind=CalendarKind.CD, amount=14)
    case = limited(cycle("limit('meet')"), fortnight)

    case.later(days=45)

    assert [one.date() for one in fired(case)] == [
        date(2026, 3, 16),
        date(2026, 3, 30),
        date(2026, 4, 13),
    ]
    (timer,) = case.case.timers.values()
    assert (timer.every, timer.limit) == ("limit:meet", "meet")


def test_a_limit_that_cannot_be_counted_stops_the_case() -> None:
    odd = Limit(name="odd", kind=CalendarKind.WH, amount=60, outside="missing")

    case = limited(duration("limit('odd')"), odd)

    assert case.stuck == ["a"]


def test_a_limit_that_no_set_has_stops_the_case() -> None:
    drawn = process("start > a > end", boundary("t", "a", duration("limit(name)")))

    case = play(drawn, name="sign")

    assert case.stuck == ["a"]
    assert "the parameter set has no limit 'sign'" in case.case.incidents[3].message


def test_a_script_can_count_a_limit_from_any_moment_or_day() -> None:
    text = (
        "x = due('nine')\ny = due('nine', day)\nz = due('nine', x)\nlonger = extended('nine', x)"
    )
    nine = Limit(name="nine", kind=CalendarKind.CD, amount=9)
    program = compiled(
        process("start > a > end", script("a", text)),
        parameters={"s": ParameterSet(name="s", limits={"nine": nine})},
    )

    case = play(program, day=date(2026, 4, 1))

    assert case.variables == {
        "day": date(2026, 4, 1),
        "x": moment("2026-03-12T00:00+08:00"),
        "y": moment("2026-04-11T00:00+08:00"),
        "z": moment("2026-03-24T00:00+08:00"),  # the 21st is a Saturday
        "longer": moment("2026-03-21T00:00+08:00"),
    }


def test_a_parameter_can_be_read_by_name() -> None:
    program = compiled(
        process("start > a > end", script("a", "x = param('most')")),
        parameters={
            "s": ParameterSet(name="s", values={"most": 2}),
            "t": ParameterSet(name="t", values={"most": 3}),
        },
    )

    assert play(program).variables == {"x": 2}
    assert play(program, parameters="t").variables == {"x": 3}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = param(name)", "the parameter set has no value 'm'"),
        ("x = limit(name)", "the parameter set has no limit 'm'"),
        ("x = due(name)", "the parameter set has no limit 'm'"),
        ("x = due('s', 5)", "a limit is counted from a moment or a day, not from 5"),
        ("x = extended('s', 5)", "a limit is extended from a moment, not from 5"),
        ("x = limit('s')", "limit"),
    ],
)
def test_what_a_parameter_set_cannot_give_stops_the_case(text: str, reason: str) -> None:
    limit = Limit(name="s", kind=CalendarKind.CLK, amount=5)
    program = compiled(
        process("start > a > end", script("a", text)),
        parameters={"s": ParameterSet(name="s", limits={"s": limit})},
    )

    case = play(program, name="m")

    assert case.stuck == ["a"]
    assert reason in case.case.incidents[2].message


def test_a_limit_is_no_value_of_a_case_file() -> None:
    limit = Limit(name="s", kind=CalendarKind.CLK, amount=5)
    program = compiled(
        process("start > a > end", user("a", assignee="limit('s')")),
        parameters={"s": ParameterSet(name="s", limits={"s": limit})},
    )

    assert (
        "a limit or period is no value of a case file" in play(program).case.incidents[3].message
    )


def test_a_timer_says_where_it_belongs() -> None:
    case = play(process("start > c > end", catch("c", duration("PT1H"))))

    (timer,) = case.case.timers.values()
    assert timer == Timer(
        id=3,
        frame=1,
        token=2,
        process=timer.process,
        element=timer.element,
        due_at=MONDAY + timedelta(hours=1),
    )
