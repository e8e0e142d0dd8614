"""Timers that open cases: once for each occurrence, of the newest version alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.contract.diagrams import (
    END,
    START,
    after,
    begins,
    catches,
    drawn,
    every,
    message,
    process,
    user,
)
from tests.contract.stumbling import Stumbling

from caseflow.engine import Done, Engine, ScheduleView
from caseflow.errors import CommandRefused, DiagramRefused
from caseflow.kernel import StartCase, TimerFired
from caseflow.model import ElementId, ProcessId
from caseflow.testing import BEGINNING, Caseflow, FakeClock

HOUR = timedelta(hours=1)


def rounds(timer: str, *, task: str = "look") -> bytes:
    """A process that a timer starts."""
    return drawn(process("rounds", begins("begin", timer), user(task), END,
                         flows=f"begin>{task}>end"))  # fmt: skip


HOURLY = rounds(every("R/PT1H"))


def opened(flow: Caseflow) -> list[timedelta]:
    """When the cases of the process were opened, counted from the beginning."""
    return [case.view.started_at - BEGINNING for case in flow.cases("rounds")]


def test_a_timer_opens_a_case_at_each_of_its_moments(flow: Caseflow) -> None:
    flow.deploy({"rounds.bpmn": HOURLY})

    flow.advance(hours=3, minutes=30)

    assert opened(flow) == [HOUR, 2 * HOUR, 3 * HOUR]
    assert flow.engine.next_due() == BEGINNING + 4 * HOUR


def test_the_case_tells_which_moment_it_was_opened_for(flow: Caseflow) -> None:
    flow.deploy({"rounds.bpmn": HOURLY})

    flow.advance(hours=1)

    (case,) = flow.cases("rounds")
    facts = [one.event for one in case.history if isinstance(one.event, TimerFired)]
    assert facts == [
        TimerFired(
            process=ProcessId("rounds"),
            element=ElementId("begin"),
            due_at=BEGINNING + HOUR,
            limit=None,
        )
    ]


def test_what_nobody_was_there_to_see_is_made_up_for_one_case_each(flow: Caseflow) -> None:
    flow.deploy({"rounds.bpmn": HOURLY})
    flow.clock.move_to(BEGINNING + 3.5 * HOUR)

    done = flow.engine.run_due()

    assert (done, opened(flow)) == (Done(timers=3), [3.5 * HOUR] * 3)
    assert flow.engine.run_due() == Done()


@pytest.mark.parametrize("timer", [after("PT1H"), every("R1/PT1H")])
def test_a_timer_that_runs_once_is_gone_afterwards(flow: Caseflow, timer: str) -> None:
    flow.deploy({"rounds.bpmn": rounds(timer)})

    flow.advance(hours=5)

    assert opened(flow) == [HOUR]
    assert flow.engine.next_due() is None


def test_deploying_the_same_again_leaves_the_timer_as_it_is(flow: Caseflow) -> None:
    flow.deploy({"rounds.bpmn": HOURLY})
    flow.advance(minutes=30)

    flow.deploy({"rounds.bpmn": HOURLY})

    assert flow.engine.next_due() == BEGINNING + HOUR


def test_a_new_version_has_its_own_timer_and_the_old_one_none(flow: Caseflow) -> None:
    flow.deploy({"rounds.bpmn": HOURLY})
    flow.advance(minutes=30)
    flow.deploy({"rounds.bpmn": rounds(every("R/PT1H"), task="see")})

    flow.advance(hours=1)

    assert opened(flow) == [1.5 * HOUR]
    assert [case.waiting_at for case in flow.cases("rounds")] == [{"see"}]


def test_a_new_version_without_a_timer_opens_nothing(flow: Caseflow) -> None:
    flow.deploy({"rounds.bpmn": HOURLY})

    flow.deploy(
        {"rounds.bpmn": drawn(process("rounds", START, user("see"), END, flows="start>see>end"))}
    )

    assert flow.engine.next_due() is None


def test_a_timer_in_the_past_is_left_out(flow: Caseflow) -> None:
    date = "<timeDate>2026-01-01T09:00:00+08:00</timeDate>"

    flow.deploy({"rounds.bpmn": rounds(f"<timerEventDefinition>{date}</timerEventDefinition>")})

    assert flow.engine.next_due() is None


def test_a_timer_that_only_a_case_could_set_is_refused(flow: Caseflow) -> None:
    with pytest.raises(DiagramRefused) as refusal:
        flow.deploy({"rounds.bpmn": rounds(after("span"))})

    (finding,) = refusal.value.findings
    assert (finding.rule, finding.file, finding.element) == (
        "timer-of-no-case",
        "rounds.bpmn",
        "begin",
    )


def test_a_message_and_a_timer_can_open_cases_at_one_event(flow: Caseflow) -> None:
    either = rounds(message("ask", 'caseflow:into="question"') + after("PT1H"))
    flow.deploy(
        {"rounds.bpmn": either.replace(b"<process", b'<message id="m_ask" name="ask"/><process')}
    )

    asked = flow.send("ask", payload="why")
    flow.advance(hours=1)

    assert [case.variables for case in flow.cases("rounds")] == [{"question": "why"}, {}]
    assert asked.id == flow.cases("rounds")[0].id


def test_timers_that_open_cases_and_timers_inside_them_take_turns(flow: Caseflow) -> None:
    inside = drawn(
        process("rounds", begins("begin", every("R/PT1H")),
                catches("wait", after("PT90M")),
                user("look"), END, flows="begin>wait>look>end")
    )  # fmt: skip
    flow.deploy({"rounds.bpmn": inside})

    flow.advance(hours=3)

    assert [case.waiting_at for case in flow.cases("rounds")] == [{"look"}, {"wait"}, {"wait"}]


def test_an_operator_sees_what_will_open_cases(flow: Caseflow) -> None:
    flow.deploy({"rounds.bpmn": HOURLY})

    with flow.engine.read() as work:
        found = work.schedules.all()

    assert found == (
        ScheduleView(
            process=ProcessId("rounds"),
            version=1,
            element=ElementId("begin"),
            due_at=BEGINNING + HOUR,
            problem=None,
        ),
    )


@pytest.fixture
def stumbling(database_url: str) -> Iterator[tuple[Caseflow, Stumbling]]:
    """An engine that cannot open cases until it is mended."""

    kernel = Stumbling(lambda _, command: isinstance(command, StartCase))
    made = Caseflow(target=database_url, interpreter=kernel)
    yield made, kernel
    made.close()


def test_a_timer_whose_case_cannot_be_opened_is_put_aside_until_it_is_resumed(
    stumbling: tuple[Caseflow, Stumbling],
) -> None:
    flow, kernel = stumbling
    flow.deploy({"rounds.bpmn": HOURLY})
    flow.clock.move_to(BEGINNING + 2 * HOUR)

    done = flow.engine.run_due()

    assert (done, flow.engine.next_due()) == (Done(timers=1, failed=1), None)
    with flow.engine.begin() as work:
        (found,) = work.schedules.all()
        assert found.problem == "ZeroDivisionError: the kernel stumbles"
        kernel.is_mended = True
        work.schedules.resume("rounds", "begin")
    assert flow.engine.run_due() == Done(timers=2)


def test_what_was_not_put_aside_cannot_be_resumed(flow: Caseflow) -> None:
    flow.deploy({"rounds.bpmn": HOURLY})

    with pytest.raises(CommandRefused, match="was put aside"), flow.engine.begin() as work:
        work.schedules.resume("rounds", "begin")


def test_two_workers_open_one_case_for_one_moment(file_url: str) -> None:
    clock = FakeClock(BEGINNING)
    with Engine(file_url, clock=clock) as one, Engine(file_url, clock=clock) as other:
        one.deploy({"rounds.bpmn": HOURLY})
        clock.move_to(BEGINNING + HOUR)

        done = [one.run_due(), other.run_due()]

        with one.read() as work:
            assert (done, len(work.cases())) == ([Done(timers=1), Done()], 1)
