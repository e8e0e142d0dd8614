"""Deadlines stand still, run on, are extended, counted again, and warned of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.contract.diagrams import END, START, after, drawn, on_border, process, user

from caseflow.engine import DeadlineView, Engine
from caseflow.errors import CommandRefused, DiagramRefused, NothingWaits, TaskNotOpen
from caseflow.kernel import (
    CaseId,
    DeadlineMoved,
    DeadlinesPaused,
    DeadlinesRecounted,
    DeadlinesResumed,
    DeadlineWarned,
    ExtensionAsked,
    ExtensionDecided,
    FireTimer,
    MessageSent,
    TimerFired,
    advance,
)
from caseflow.testing import Caseflow, FakeClock, RunningCase
from caseflow.worktime import Calendar, OfficeHours

PARAMETERS = b"""
[sets.standard.limits.handle]
span = "10 d"
kind = "CD"
label = "Handle"
source = "[D]"

[sets.standard.limits.handle_reminder]
of = "handle"
share = "0.5"
label = "Reminder"
source = "[D]"

[sets.standard.limits.more]
span = "5 d"
kind = "CD"
label = "Extension"
source = "[D]"

[sets.standard.limits.answer]
span = "2 h"
kind = "WH"
label = "Answer"
source = "[D]"

[sets.standard.limits.behind]
span = "3 d"
kind = "CD"
label = "Three days after"
source = "[D]"

[sets.standard.ladders.lights]
label = "Lights"
source = "[D]"

[sets.standard.ladders.lights.steps]
yellow = { share = "0.8", notify = ["holder"] }
red = { share = "1", notify = ["holder", "superior"], message = "supervise", priority = 80 }
black = { after = "behind", notify = ["county"] }
"""
HANDLES = drawn(
    process(
        "handles",
        START,
        user("handle", 'caseflow:due="handle"'),
        on_border("remind", "handle", after("limit('handle_reminder')"), interrupts=False),
        on_border("late", "handle", after("limit('handle')")),
        on_border("fixed", "handle", after("PT720H"), interrupts=False),
        user("hurry"),
        user("explain"),
        user("chase"),
        END,
        flows="start>handle>end, remind>hurry>end, late>explain>end, fixed>chase>end",
    )
)
WARNED = drawn(
    process(
        "warned",
        START,
        user("handle", 'caseflow:due="handle" caseflow:ladder="lights"'),
        END,
        flows="start>handle>end",
    ),
)
ANSWERS = drawn(
    process(
        "answers",
        START,
        user("answer", 'caseflow:due="answer" caseflow:unit="=unit"'),
        END,
        flows="start>answer>end",
    )
)
CHINA = ZoneInfo("Asia/Shanghai")


def deployed(flow: Caseflow, diagram: bytes) -> Caseflow:
    flow.deploy({"a.bpmn": diagram, "parameters.toml": PARAMETERS})
    return flow


def deadlines(flow: Caseflow, case: RunningCase) -> dict[str, DeadlineView]:
    with flow.engine.read() as work:
        return {one.element: one for one in work.deadlines.of(case.id)}


def due_on(deadline: DeadlineView) -> date | None:
    """The last day of a deadline, in China; None while it stands still."""
    if deadline.due_at is None:
        return None
    return (deadline.due_at.astimezone(CHINA) - timedelta(seconds=1)).date()


def facts(case: RunningCase, *kinds: type[object]) -> list[object]:
    return [entry.event for entry in case.history if isinstance(entry.event, kinds)]


def test_a_pause_puts_off_everything_that_runs_for_a_limit(flow: Caseflow) -> None:
    case = deployed(flow, HANDLES).start("handles")  # Monday 2 March
    flow.advance(days=2)
    with flow.engine.begin(actor="li") as work:
        work.deadlines.pause(case.id, reason="appraisal")
    still = deadlines(flow, case)
    flow.advance(days=20)
    waiting = case.waiting_at
    with flow.engine.begin(actor="li") as work:
        work.deadlines.resume(case.id, reason="the report is here")
    running = deadlines(flow, case)

    assert {due_on(one) for one in still.values()} == {None}
    assert waiting == {"handle"}  # nothing fired, though 22 of 10 days are over
    assert due_on(running["handle"]) == due_on(running["late"]) == date(2026, 4, 1)
    assert "paused 2026-03-04 09:00, resumed 2026-03-24 09:00" in str(running["handle"].due)
    assert {one.paused_at for one in running.values()} == {None}
    flow.advance(days=8, hours=15)
    assert case.waiting_at == {"explain", "hurry", "chase"}  # chase came after 30 days
    assert facts(case, DeadlinesPaused, DeadlinesResumed) == [
        DeadlinesPaused(tasks=(2,), timers=(3, 4), reason="appraisal"),
        DeadlinesResumed(tasks=(2,), timers=(3, 4), reason="the report is here"),
    ]


def test_a_moment_that_no_limit_gave_is_not_put_off(flow: Caseflow) -> None:
    case = deployed(flow, HANDLES).start("handles")
    with flow.engine.begin() as work:
        work.deadlines.pause(case.id, reason="appraisal")
    flow.advance(days=31)

    assert case.waiting_at == {"handle", "chase"}
    fired = [one for one in facts(case, TimerFired) if isinstance(one, TimerFired)]
    assert [one.element for one in fired] == ["fixed"]


def test_only_the_deadlines_of_some_elements_stand_still(flow: Caseflow) -> None:
    case = deployed(flow, HANDLES).start("handles")
    with flow.engine.begin() as work:
        work.deadlines.pause(case.id, reason="appraisal", elements=["late"])

    assert {name for name, one in deadlines(flow, case).items() if one.paused_at} == {"late"}


def test_what_is_over_does_not_stand_still(flow: Caseflow) -> None:
    case = deployed(flow, HANDLES).start("handles")
    flow.advance(days=6)
    with flow.engine.begin() as work:
        work.deadlines.pause(case.id, reason="appraisal")
    remaining = deadlines(flow, case)
    flow.advance(days=30)

    assert "remind" not in remaining
    with flow.engine.begin() as work, pytest.raises(CommandRefused, match="no deadline"):
        work.deadlines.pause(case.id, reason="again")


def test_a_pause_and_a_resumption_need_something_to_act_on(flow: Caseflow) -> None:
    case = deployed(flow, HANDLES).start("handles")
    with flow.engine.begin() as work:
        with pytest.raises(CommandRefused, match="stands still"):
            work.deadlines.resume(case.id)
        with pytest.raises(CommandRefused, match="reason"):
            work.deadlines.pause(case.id, reason=" ")


def test_a_timer_that_stands_still_does_not_fire(flow: Caseflow) -> None:
    case = deployed(flow, HANDLES).start("handles")
    number = deadlines(flow, case)["late"].number
    with flow.engine.begin() as work:
        work.deadlines.pause(case.id, reason="appraisal")
        stored = work._cases.stores.cases.load(CaseId(case.id))
        program = work._cases.program(stored.process)

    with pytest.raises(NothingWaits, match="stands still"):
        advance(program, stored, FireTimer(at=datetime(2026, 9, 1, tzinfo=UTC), timer=number))


def test_an_extension_is_asked_by_one_and_approved_by_another(flow: Caseflow) -> None:
    case = deployed(flow, HANDLES).start("handles")
    task = f"{case.id}:{deadlines(flow, case)['handle'].number}"
    with flow.engine.begin(actor="li") as work:
        work.deadlines.ask_extension(task, by="more", reason="a witness is ill")
        with pytest.raises(CommandRefused, match="waits for a decision"):
            work.deadlines.ask_extension(task, by="more", reason="again")
        with pytest.raises(CommandRefused, match="cannot decide"):
            work.deadlines.approve_extension(task)
    asked = deadlines(flow, case)["handle"].asked
    with flow.engine.begin(actor="wu") as work:
        work.deadlines.approve_extension(task, reason="once")
    now = deadlines(flow, case)

    assert asked == "more"
    assert due_on(now["handle"]) == due_on(now["late"]) == date(2026, 3, 17)
    assert due_on(now["remind"]) == date(2026, 3, 9)
    assert facts(case, ExtensionAsked, ExtensionDecided) == [
        ExtensionAsked(task=2, by="more", reason="a witness is ill"),
        ExtensionDecided(task=2, by="more", approved=True, reason="once"),
    ]
    assert facts(case, DeadlineMoved)


def test_a_refused_extension_leaves_the_deadline_as_it_was(flow: Caseflow) -> None:
    case = deployed(flow, HANDLES).start("handles")
    before = deadlines(flow, case)
    task = f"{case.id}:{before['handle'].number}"
    with flow.engine.begin(actor="li") as work:
        work.deadlines.ask_extension(task, by="more", reason="a witness is ill")
    with flow.engine.begin(actor="wu") as work:
        work.deadlines.refuse_extension(task, reason="no")

    assert deadlines(flow, case) == before
    with flow.engine.begin(actor="wu") as work, pytest.raises(CommandRefused, match="nobody"):
        work.deadlines.approve_extension(task)


def test_only_a_whole_limit_of_the_parameter_set_extends(flow: Caseflow) -> None:
    case = deployed(flow, HANDLES).start("handles")
    task = f"{case.id}:{deadlines(flow, case)['handle'].number}"
    with flow.engine.begin(actor="li") as work:
        for name in ("unknown", "handle_reminder"):
            with pytest.raises(CommandRefused, match=name):
                work.deadlines.ask_extension(task, by=name, reason="why")
        with pytest.raises(TaskNotOpen):
            work.deadlines.ask_extension(f"{case.id}:99", by="more", reason="why")


def test_lights_come_on_the_way_to_the_deadline_and_behind_it(flow: Caseflow) -> None:
    case = deployed(flow, WARNED).start("warned", business_key="2026-17")
    flow.advance(days=20)
    (task,) = case.tasks()

    told = [
        (entry.at.astimezone(CHINA).date(), entry.event.light, entry.event.notify)
        for entry in case.history
        if isinstance(entry.event, DeadlineWarned)
    ]
    assert told == [
        (date(2026, 3, 11), "yellow", ("holder",)),
        (date(2026, 3, 13), "red", ("holder", "superior")),
        (date(2026, 3, 17), "black", ("county",)),
    ]
    (sent,) = facts(case, MessageSent)
    assert isinstance(sent, MessageSent)
    assert (sent.name, sent.key) == ("supervise", "2026-17")
    assert task.priority == 80
    assert deadlines(flow, case)["handle"].light == "black"


def test_no_light_comes_while_the_deadline_stands_still(flow: Caseflow) -> None:
    case = deployed(flow, WARNED).start("warned")
    with flow.engine.begin() as work:
        work.deadlines.pause(case.id, reason="appraisal")
    flow.advance(days=60)
    with flow.engine.begin() as work:
        work.deadlines.resume(case.id)
    flow.advance(days=9)

    told = [one.light for one in facts(case, DeadlineWarned) if isinstance(one, DeadlineWarned)]
    assert told == ["yellow"]


def test_an_extension_puts_the_lights_out_that_came_too_early(flow: Caseflow) -> None:
    case = deployed(flow, WARNED).start("warned")
    flow.advance(days=9, hours=12)
    early = deadlines(flow, case)["handle"].light
    task = f"{case.id}:{deadlines(flow, case)['handle'].number}"
    with flow.engine.begin(actor="li") as work:
        work.deadlines.ask_extension(task, by="more", reason="a witness is ill")
    with flow.engine.begin(actor="wu") as work:
        work.deadlines.approve_extension(task)
    then = deadlines(flow, case)["handle"].light
    flow.advance(days=4)

    assert (early, then) == ("yellow", "")
    assert deadlines(flow, case)["handle"].light == "yellow"


def test_a_finished_task_warns_nobody(flow: Caseflow) -> None:
    case = deployed(flow, WARNED).start("warned")
    case.complete("handle")
    flow.advance(days=30)

    assert facts(case, DeadlineWarned) == []


def test_a_ladder_that_is_not_there_is_refused(flow: Caseflow) -> None:
    wrong = WARNED.replace(b"lights", b"lamps")

    with pytest.raises(DiagramRefused, match="no ladder 'lamps'"):
        deployed(flow, wrong)


@pytest.fixture
def two_calendars(tmp_path: Path) -> Iterator[tuple[Engine, FakeClock]]:
    """An engine where one village works from 13:00 to 17:00 only."""
    clock = FakeClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))  # Monday, 9:00 in China
    hours = OfficeHours(opens=time(13), closes=time(17))
    afternoons = Calendar(name="afternoons", office_hours=(hours,))
    with Engine(
        f"sqlite:///{tmp_path / 'cases.db'}", clock=clock, calendars={"village-3": afternoons}
    ) as engine:
        engine.deploy({"a.bpmn": ANSWERS, "parameters.toml": PARAMETERS})
        yield engine, clock


def test_each_unit_has_its_own_office_hours(two_calendars: tuple[Engine, FakeClock]) -> None:
    engine, _ = two_calendars
    with engine.begin() as work:
        for unit in ("town", "village-3"):
            work.start("answers", variables={"unit": unit})
        due = {task.unit: task.due_at for task in work.tasks()}

    assert due == {
        "town": datetime(2026, 3, 2, 3, 0, tzinfo=UTC),
        "village-3": datetime(2026, 3, 2, 7, 0, tzinfo=UTC),
    }


def test_deadlines_are_counted_again_when_the_calendar_has_changed(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 12, 28, 1, 0, tzinfo=UTC))
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    unknown = Calendar(published_years=frozenset({2026}))
    with Engine(url, clock=clock, calendar=unknown) as engine:
        engine.deploy({"a.bpmn": HANDLES, "parameters.toml": PARAMETERS})
        with engine.begin() as work:
            case = work.start("handles").id
            other = work.start("handles").id
            (before,) = [one for one in work.deadlines.of(case) if one.is_task]
            work.cancel(other, reason="not wanted")
    notice = Calendar(
        published_years=frozenset({2026, 2027}),
        rest_on=frozenset({date(2027, 1, 7), date(2027, 1, 8)}),
    )
    with Engine(url, clock=clock, calendar=notice) as engine:
        moved = engine.recount_deadlines(reason="the notice for 2027", actor="li")
        again = engine.recount_deadlines(reason="the notice for 2027", actor="li")
        with engine.read() as work:
            (after_,) = [one for one in work.deadlines.of(case) if one.is_task]
            told = [one.event for one in work.history(case)]

    assert (due_on(before), before.due.is_provisional) == (date(2027, 1, 7), True)
    assert (due_on(after_), after_.due.is_provisional) == (date(2027, 1, 11), False)
    assert (moved, again) == ((case,), ())
    assert DeadlinesRecounted(reason="the notice for 2027") in told
    assert [one.element for one in told if isinstance(one, DeadlineMoved)] == ["handle", "late"]
