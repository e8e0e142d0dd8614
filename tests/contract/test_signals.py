"""Signals: they reach every case that waits and every process that starts, once each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.contract.diagrams import (
    END,
    START,
    begins,
    catches,
    drawn,
    process,
    signal,
    throws,
    user,
)
from tests.contract.stumbling import Stumbling

from caseflow.engine import Done, MessageState, MessageView
from caseflow.engine.sweep import BATCH
from caseflow.kernel import CaseState, DeliverSignal, SignalReceived, StartCase
from caseflow.testing import Caseflow, RunningCase

LISTENS = drawn(
    process(
        "listens",
        START,
        catches("wait", signal("flood", 'caseflow:into="level"')),
        user("act"),
        END,
        flows="start>wait>act>end",
    ),
    roots="s:flood",
)


def opens(name: str) -> bytes:
    """A process that a flood starts, and that then waits for the next."""
    return drawn(
        process(
            name,
            begins("start", signal("flood", 'caseflow:into="level"')),
            catches("wait", signal("flood")),
            END,
            flows="start>wait>end",
        ),
        roots="s:flood",
    )


def counted(case: RunningCase) -> int:
    """How many signals reached a case."""
    return sum(isinstance(entry.event, SignalReceived) for entry in case.history)


def undelivered(flow: Caseflow) -> tuple[MessageView, ...]:
    with flow.engine.read() as work:
        return work.messages()


def test_a_signal_reaches_every_case_that_waits_and_every_process_that_starts(
    flow: Caseflow,
) -> None:
    flow.deploy({"listens.bpmn": LISTENS, "one.bpmn": opens("one"), "other.bpmn": opens("other")})
    cases = [flow.start("listens") for _ in range(3)]
    with flow.engine.begin() as work:
        work.broadcast("flood", payload=7)

    done = flow.engine.run_due()

    assert done == Done(signals=5)
    assert [case.variables for case in cases] == [{"level": 7}] * 3
    assert [case.waiting_at for case in cases] == [{"act"}] * 3
    assert [case.variables for case in flow.cases("one")] == [{"level": 7}]
    assert [case.variables for case in flow.cases("other")] == [{"level": 7}]
    assert undelivered(flow) == ()


def test_a_case_does_not_get_the_signal_that_opened_it(flow: Caseflow) -> None:
    flow.deploy({"one.bpmn": opens("one")})

    flow.broadcast("flood")
    first = [case.waiting_at for case in flow.cases()]
    flow.broadcast("flood")

    assert first == [{"wait"}]
    assert [case.state for case in flow.cases()] == [CaseState.COMPLETED, CaseState.RUNNING]


def test_a_case_that_throws_a_signal_gets_it_once(flow: Caseflow) -> None:
    throwing = process(
        "throwing",
        START,
        user("ask"),
        throws("alarm", signal("flood")),
        catches("wait", signal("flood")),
        catches("wait_again", signal("flood")),
        END,
        flows="start>ask>alarm>end, start>wait>wait_again>end",
    )
    flow.deploy({"throwing.bpmn": drawn(throwing, roots="s:flood"), "listens.bpmn": LISTENS})
    case, other = flow.start("throwing"), flow.start("listens")

    case.complete("ask")

    assert (case.waiting_at, counted(case)) == ({"wait_again"}, 1)
    assert counted(other) == 1


def test_nobody_has_to_wait_for_a_signal(flow: Caseflow) -> None:
    flow.deploy({"listens.bpmn": LISTENS})

    flow.broadcast("flood")

    assert undelivered(flow) == ()
    assert flow.start("listens").waiting_at == {"wait"}


def test_a_suspended_case_misses_a_signal(flow: Caseflow) -> None:
    flow.deploy({"listens.bpmn": LISTENS})
    asleep, awake = flow.start("listens"), flow.start("listens")
    with flow.engine.begin() as work:
        work.suspend(asleep.id, reason="a test")

    flow.broadcast("flood")
    with flow.engine.begin() as work:
        work.resume(asleep.id)
    flow.run_due()

    assert (asleep.waiting_at, awake.waiting_at) == ({"wait"}, {"act"})


class StopError(Exception):
    """The worker is stopped."""


@pytest.mark.parametrize("steps", range(1, 7))
def test_a_signal_that_was_interrupted_goes_on_where_it_stopped(
    flow: Caseflow, steps: int
) -> None:
    flow.deploy({"listens.bpmn": LISTENS, "one.bpmn": opens("one")})
    cases = [flow.start("listens") for _ in range(5)]
    with flow.engine.begin() as work:
        work.broadcast("flood")

    def stop() -> None:
        raise StopError

    with pytest.raises(StopError):
        flow.engine.run_due(limit=steps, on_step=stop)
    interrupted = [counted(case) for case in cases]
    flow.run_due()

    assert interrupted == [1] * min(steps, 5) + [0] * max(0, 5 - steps)
    assert [counted(case) for case in cases] == [1] * 5
    assert len(flow.cases("one")) == 1


def test_a_crash_in_the_middle_of_a_batch_takes_back_that_batch_alone(database_url: str) -> None:
    is_down = True

    class PowerCutError(BaseException):
        """Nothing catches this, as nothing catches a power cut."""

    def stumbles(case: object, command: object) -> bool:
        if is_down and isinstance(command, DeliverSignal) and case is not None:
            delivered.append(command)
            if len(delivered) == BATCH + 3:
                raise PowerCutError
        return False

    delivered: list[object] = []
    flow = Caseflow(target=database_url, interpreter=Stumbling(stumbles))
    flow.deploy({"listens.bpmn": LISTENS})
    cases = [flow.start("listens") for _ in range(BATCH + 5)]
    with flow.engine.begin() as work:
        work.broadcast("flood")

    with pytest.raises(PowerCutError):
        flow.engine.run_due()
    interrupted = [counted(case) for case in cases]
    is_down = False
    flow.run_due()

    assert interrupted == [1] * BATCH + [0] * 5
    assert [counted(case) for case in cases] == [1] * (BATCH + 5)
    flow.close()


@pytest.fixture
def brittle(database_url: str) -> Iterator[tuple[Caseflow, Stumbling]]:
    """An engine whose interpreter stumbles over one case and one process."""
    interpreter = Stumbling(
        lambda case, command: (
            (
                isinstance(command, DeliverSignal)
                and case is not None
                and case.unit == "brittle"
                and not case.state.is_over
            )
            or (isinstance(command, StartCase) and command.process.id == "brittle")
        )
    )
    made = Caseflow(target=database_url, interpreter=interpreter)
    made.deploy({f"{name}.bpmn": opens(name) for name in ("sound", "brittle", "tough")})
    made.deploy({"listens.bpmn": LISTENS})
    yield made, interpreter
    made.close()


def test_one_that_cannot_take_a_signal_does_not_keep_it_from_the_others(
    brittle: tuple[Caseflow, Stumbling],
) -> None:
    flow, _ = brittle
    cases = [flow.start("listens", unit=unit) for unit in ("", "brittle", "")]
    with flow.engine.begin() as work:
        work.broadcast("flood", payload=7)

    done = flow.engine.run_due()

    assert done == Done(signals=6, failed=2)
    assert [counted(case) for case in cases] == [1, 0, 1]
    assert sorted(case.view.process for case in flow.cases())[:2] == ["listens", "listens"]
    assert [len(flow.cases(name)) for name in ("sound", "tough", "brittle")] == [1, 1, 0]
    assert {(one.state, one.problem) for one in undelivered(flow)} == {
        (MessageState.STUCK, "ZeroDivisionError: the kernel stumbles")
    }


def test_a_signal_is_put_aside_for_those_alone_that_could_not_take_it(
    brittle: tuple[Caseflow, Stumbling],
) -> None:
    flow, interpreter = brittle
    cases = [flow.start("listens", unit=unit) for unit in ("", "brittle", "")]
    flow.broadcast("flood", payload=7)
    stuck = undelivered(flow)
    newcomer = flow.start("listens")

    def resend_all() -> Done:
        with flow.engine.begin() as work:
            for one in stuck:
                work.resend(one)
        return flow.engine.run_due()

    again = resend_all()
    still_stuck = undelivered(flow)
    interpreter.is_mended = True
    mended = resend_all()

    assert len(stuck) == 2
    assert (again, still_stuck) == (Done(signals=2, failed=2), stuck)
    assert mended == Done(signals=2)
    assert undelivered(flow) == ()
    assert [counted(case) for case in (*cases, newcomer)] == [1, 1, 1, 0]
    assert [len(flow.cases(name)) for name in ("sound", "tough", "brittle")] == [1, 1, 1]
    assert [case.variables for case in flow.cases("brittle")] == [{"level": 7}]


def test_a_case_that_no_longer_waits_refuses_the_signal_that_was_put_aside_for_it(
    brittle: tuple[Caseflow, Stumbling],
) -> None:
    flow, _ = brittle
    case = flow.start("listens", unit="brittle")
    flow.broadcast("flood")
    (stuck,) = (one for one in undelivered(flow) if case.id in one.id)
    case.cancel("a test")

    with flow.engine.begin() as work:
        work.resend(stuck)
    done = flow.engine.run_due()

    (problem,) = (one.problem for one in undelivered(flow) if case.id in one.id)
    assert done == Done(signals=1, failed=1)
    assert str(problem).startswith("CaseNotOpen: ")
