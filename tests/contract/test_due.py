"""What is due is done in order, once, and nothing holds up the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, update
from tests.contract.diagrams import (
    END,
    START,
    after,
    catches,
    drawn,
    every,
    exclusive,
    message,
    on_border,
    process,
    script,
    throws,
    user,
)
from tests.contract.stumbling import Stumbling

from caseflow.engine import Done, Engine
from caseflow.errors import TaskNotOpen, TimeRefused
from caseflow.kernel import CaseState, CaseSuspended, FireTimer, TimerFired
from caseflow.store.tables import CASES
from caseflow.testing import BEGINNING, Caseflow, RunningCase
from caseflow.worktime import Calendar

WAITS = drawn(
    process("waits", START, catches("wait", after("hours(span)")), END, flows="start>wait>end")
)
REMINDS = drawn(
    process(
        "reminds",
        START,
        user("ask"),
        on_border("remind", "ask", every("R/PT1H"), interrupts=False),
        user("hurry"),
        END,
        flows="start>ask>end, remind>hurry>end",
    )
)
LIMITED = drawn(
    process(
        "limited",
        START,
        user("ask"),
        on_border("late", "ask", after("PT1H")),
        user("explain"),
        END,
        flows="start>ask>end, late>explain>end",
    )
)


def fired(flow: Caseflow) -> list[str]:
    """The business keys of the cases whose timer has fired, in the order of their firing."""
    entries = [
        (entry.at, case.view.business_key)
        for case in flow.cases()
        for entry in case.history
        if isinstance(entry.event, TimerFired)
    ]
    return [key for _, key in sorted(entries)]


def test_timers_fire_in_the_order_in_which_they_are_due(flow: Caseflow) -> None:
    order: list[str] = []
    flow.deploy({"waits.bpmn": WAITS})
    for span in (3, 1, 2):
        flow.start("waits", business_key=str(span), span=span)
    flow.clock.move(timedelta(hours=5))

    for _ in range(3):
        assert flow.engine.run_due(limit=1) == Done(timers=1)
        order.extend({*fired(flow)} - {*order})

    assert order == ["1", "2", "3"]


def test_the_next_timer_is_that_of_a_running_case(flow: Caseflow) -> None:
    flow.deploy({"waits.bpmn": WAITS})
    assert flow.engine.next_due() is None
    first, second = flow.start("waits", span=1), flow.start("waits", span=2)

    before = flow.engine.next_due()
    with flow.engine.begin() as work:
        work.suspend(first.id, reason="a test")
    meanwhile = flow.engine.next_due()
    second.cancel("a test")

    assert before == BEGINNING + timedelta(hours=1)
    assert meanwhile == BEGINNING + timedelta(hours=2)
    assert flow.engine.next_due() is None


def test_a_suspended_case_keeps_its_timer_and_catches_up_when_it_goes_on(flow: Caseflow) -> None:
    flow.deploy({"waits.bpmn": WAITS})
    case = flow.start("waits", span=1)
    with flow.engine.begin() as work:
        work.suspend(case.id, reason="a test")
    flow.advance(hours=5)
    asleep = case.waiting_at

    with flow.engine.begin() as work:
        work.resume(case.id)
    flow.run_due()

    assert asleep == {"wait"}
    assert case.state is CaseState.COMPLETED


def test_a_repeating_timer_catches_up_with_every_time_it_missed(flow: Caseflow) -> None:
    flow.deploy({"reminds.bpmn": REMINDS})
    case = flow.start("reminds")
    flow.clock.move(timedelta(hours=3, minutes=30))

    done = flow.engine.run_due()

    due_at = [entry.event.due_at for entry in case.history if isinstance(entry.event, TimerFired)]
    assert done == Done(timers=3)
    assert due_at == [BEGINNING + timedelta(hours=hours) for hours in (1, 2, 3)]
    assert flow.engine.next_due() == BEGINNING + timedelta(hours=4)


def test_a_timer_that_is_due_at_this_moment_fires_and_one_a_moment_later_does_not(
    flow: Caseflow,
) -> None:
    flow.deploy({"waits.bpmn": WAITS})
    case = flow.start("waits", span=1)

    flow.clock.move(timedelta(hours=1, microseconds=-1))
    early = flow.engine.run_due()
    flow.clock.move(timedelta(microseconds=1))

    assert (early, flow.engine.run_due()) == (Done(), Done(timers=1))
    assert case.state is CaseState.COMPLETED


def test_of_a_timer_and_a_completion_at_the_same_moment_the_first_to_come_wins(
    flow: Caseflow,
) -> None:
    flow.deploy({"limited.bpmn": LIMITED})
    done_first, fired_first = flow.start("limited"), flow.start("limited")
    late = fired_first.task("ask")
    flow.clock.move(timedelta(hours=1))

    with flow.engine.begin() as work:
        work.complete(done_first.task("ask"))
    flow.run_due()

    assert done_first.state is CaseState.COMPLETED
    assert fired_first.waiting_at == {"explain"}
    with flow.engine.begin() as work, pytest.raises(TaskNotOpen):
        work.complete(late)


def test_what_is_due_longest_comes_first_be_it_message_or_timer(flow: Caseflow) -> None:
    racing = process(
        "racing",
        START,
        '<eventBasedGateway id="race"/>',
        catches("paid", message("paid")),
        catches("late", after("PT1H")),
        '<endEvent id="in_time" caseflow:outcome="in_time"/>',
        '<endEvent id="too_late" caseflow:outcome="too_late"/>',
        flows="start>race>paid>in_time, race>late>too_late",
    )
    paying = process("paying", START, throws("tell", message("paid")), END, flows="start>tell>end")
    flow.deploy(
        {
            "racing.bpmn": drawn(racing, roots="m:paid"),
            "paying.bpmn": drawn(paying, roots="m:paid"),
        }
    )
    early, late = (flow.start("racing", business_key=key) for key in ("early", "late"))

    for case, minutes in ((early, 59), (late, 2)):
        flow.clock.move(timedelta(minutes=minutes))
        with flow.engine.begin() as work:
            work.start("paying", business_key=case.view.business_key)
    flow.run_due()

    assert (early.outcome, late.outcome) == ("in_time", "too_late")


def test_a_run_can_be_limited(flow: Caseflow) -> None:
    flow.deploy({"waits.bpmn": WAITS})
    for _ in range(3):
        flow.start("waits", span=1)
    flow.clock.move(timedelta(hours=1))
    steps: list[None] = []

    first = flow.engine.run_due(limit=2, on_step=lambda: steps.append(None))

    assert (first, len(steps)) == (Done(timers=2), 2)
    assert flow.engine.run_due(limit=0) == Done()
    assert flow.engine.run_due(limit=2) == Done(timers=1)
    assert Done(timers=1, messages=2, signals=4, events=8, failed=16, expired=32).total == 15


def test_the_moment_can_be_told(flow: Caseflow) -> None:
    flow.deploy({"waits.bpmn": WAITS})
    case = flow.start("waits", span=1)
    moment = BEGINNING + timedelta(hours=1)

    done = flow.engine.run_due(moment)

    assert done == Done(timers=1)
    assert case.view.ended_at == moment
    with pytest.raises(TimeRefused, match="has no time zone"):
        flow.engine.run_due(datetime(2026, 3, 2))  # noqa: DTZ001 - this is the point


class Wall:
    """A clock on some wall."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def test_a_clock_elsewhere_tells_the_same_moment_and_one_nowhere_is_refused(
    database_url: str,
) -> None:
    wall = Wall(BEGINNING.astimezone(timezone(timedelta(hours=8))))
    engine = Engine(database_url, clock=wall)
    engine.deploy({"waits.bpmn": WAITS})

    with engine.begin() as work:
        case = work.start("waits", variables={"span": 1})
        wall.at = BEGINNING.replace(tzinfo=None)
        with pytest.raises(TimeRefused, match="has no time zone"):
            work.start("waits", variables={"span": 1})
    with pytest.raises(TimeRefused, match="has no time zone"):
        engine.run_due()

    engine.close()
    assert (case.started_at, case.started_at.tzinfo) == (BEGINNING, UTC)


def test_a_case_that_loops_without_waiting_is_suspended_with_the_reason(flow: Caseflow) -> None:
    circle = process(
        "circle",
        START,
        catches("wait", after("PT1H")),
        exclusive("turn", 'default="turn_to_count"'),
        script("count", "n = 1"),
        END,
        flows="start>wait>turn>count>turn, turn>end",
        conditions={"turn>end": "n == 2"},
    )
    flow.deploy({"circle.bpmn": drawn(circle), "waits.bpmn": WAITS})
    endless, other = flow.start("circle", n=1), flow.start("waits", span=1)
    flow.clock.move(timedelta(hours=1))

    done = flow.engine.run_due()

    assert done == Done(timers=2, failed=1)
    assert (endless.state, other.state) == (CaseState.SUSPENDED, CaseState.COMPLETED)
    (entry,) = endless.history[-1:]
    assert entry.actor == "caseflow"
    assert isinstance(entry.event, CaseSuspended)
    assert entry.event.reason.startswith("StepLimitReached: ")


def test_whatever_one_timer_stumbles_over_the_others_fire(database_url: str) -> None:
    interpreter = Stumbling(
        lambda case, command: (
            isinstance(command, FireTimer) and case is not None and case.unit == "brittle"
        )
    )
    flow = Caseflow(target=database_url, interpreter=interpreter)
    flow.deploy({"waits.bpmn": WAITS})
    brittle = flow.start("waits", unit="brittle", span=1)
    other = flow.start("waits", span=2)

    flow.advance(hours=2)
    stuck = brittle.state
    interpreter.is_mended = True
    with flow.engine.begin() as work:
        work.resume(brittle.id, reason="mended")
    flow.run_due()

    assert stuck is CaseState.SUSPENDED
    assert (brittle.state, other.state) == (CaseState.COMPLETED, CaseState.COMPLETED)
    assert told(brittle) == "ZeroDivisionError: the kernel stumbles"
    flow.close()


def told(case: RunningCase) -> str:
    """Why a case was suspended."""
    (reason,) = (
        entry.event.reason for entry in case.history if isinstance(entry.event, CaseSuspended)
    )
    return reason


def test_cases_that_wake_each_other_without_end_are_found_by_the_test(flow: Caseflow) -> None:
    ping_pong = [
        process(
            name,
            START,
            catches("wait", message(name)),
            throws("tell", message(other)),
            flows="start>wait>tell>wait",
        )
        for name, other in (("ping", "pong"), ("pong", "ping"))
    ]
    flow.deploy(
        {
            f"{number}.bpmn": drawn(one, roots="m:ping m:pong")
            for number, one in enumerate(ping_pong)
        }
    )
    flow.start("ping")
    flow.start("pong")

    with flow.engine.begin() as work:
        work.send("ping")

    assert flow.engine.run_due(limit=50) == Done(messages=50)


def test_a_case_that_cannot_be_read_any_more_does_not_hold_up_the_others(file_url: str) -> None:
    flow = Caseflow(target=file_url)
    flow.deploy({"waits.bpmn": WAITS})
    broken, sound = flow.start("waits", span=1), flow.start("waits", span=2)
    database = create_engine(file_url)
    with database.begin() as connection:
        connection.execute(update(CASES).where(CASES.c.case_id == broken.id).values(body="{"))
    database.dispose()
    flow.clock.move(timedelta(hours=2))

    done = flow.engine.run_due()

    assert done == Done(timers=2, failed=1)
    assert sound.state is CaseState.COMPLETED
    flow.close()


def test_a_clock_that_jumps_back_fires_nothing_twice_and_loses_nothing(database_url: str) -> None:
    wall = Wall(BEGINNING)
    flow = Caseflow(target=database_url)
    flow.close()
    engine = Engine(database_url, clock=wall)
    engine.deploy({"waits.bpmn": WAITS, "reminds.bpmn": REMINDS})
    with engine.begin() as work:
        early, late = (work.start("waits", variables={"span": span}).id for span in (1, 3))
        reminded = work.start("reminds").id

    done = []
    for hours in (1, 0, 1, 2, 0, 2, 3):
        wall.at = BEGINNING + timedelta(hours=hours)
        done.append(engine.run_due().timers)
    with engine.read() as work:
        states = [work.case(case).state for case in (early, late)]
        due_at = [
            entry.event.due_at - BEGINNING
            for entry in work.history(reminded)
            if isinstance(entry.event, TimerFired)
        ]
    engine.close()

    assert done == [2, 0, 0, 1, 0, 0, 2]
    assert states == [CaseState.COMPLETED] * 2
    assert due_at == [timedelta(hours=hours) for hours in (1, 2, 3)]


@pytest.mark.parametrize(
    ("start", "rule", "due"),
    [
        # In Berlin the night to 29 March 2026 has 23 hours: a day is a day, 24 hours are not.
        ("2026-03-28T08:00+00:00", "R/P1D", "2026-03-29T07:00+00:00"),
        ("2026-03-28T08:00+00:00", "R/PT24H", "2026-03-29T08:00+00:00"),
        ("2026-10-24T07:00+00:00", "R/P1D", "2026-10-25T08:00+00:00"),
        ("2026-10-24T07:00+00:00", "R/PT24H", "2026-10-25T07:00+00:00"),
    ],
)
def test_a_day_has_as_many_hours_as_the_clock_on_the_wall_says(
    database_url: str, start: str, rule: str, due: str
) -> None:
    reminds = drawn(
        process(
            "reminds",
            START,
            user("ask"),
            on_border("remind", "ask", every(rule), interrupts=False),
            user("hurry"),
            END,
            flows="start>ask>end, remind>hurry>end",
        )
    )
    flow = Caseflow(
        now=datetime.fromisoformat(start),
        calendar=Calendar(time_zone="Europe/Berlin"),
        target=database_url,
    )
    flow.deploy({"reminds.bpmn": reminds})
    case = flow.start("reminds")

    first = flow.engine.next_due()
    flow.advance_to(datetime.fromisoformat(due) - timedelta(seconds=1))
    early = case.waiting_at
    flow.advance(seconds=1)

    assert first == datetime.fromisoformat(due)
    assert (early, case.waiting_at) == ({"ask"}, {"ask", "hurry"})
    flow.close()


def test_what_a_case_has_missed_comes_in_its_own_order(flow: Caseflow) -> None:
    limited = drawn(
        process(
            "limited",
            START,
            user("ask"),
            on_border("remind", "ask", every("R/PT1H"), interrupts=False),
            on_border("late", "ask", after("PT3H30M")),
            user("hurry"),
            user("explain"),
            END,
            flows="start>ask>end, remind>hurry>end, late>explain>end",
        )
    )
    flow.deploy({"limited.bpmn": limited})
    case = flow.start("limited")
    flow.clock.move(timedelta(hours=9))

    done = flow.engine.run_due()

    due_at = [entry.event.due_at for entry in case.history if isinstance(entry.event, TimerFired)]
    assert done == Done(timers=4)
    assert due_at == [BEGINNING + timedelta(hours=hours) for hours in (1, 2, 3, 3.5)]
    assert case.waiting_at == {"hurry", "explain"}
    assert flow.engine.next_due() is None
