"""How often a job is tried: the diagram's word, else the handler's; and when, and how urgent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.kernel.drawing import process, service
from tests.unit.kernel.playing import MONDAY, Played, play

from caseflow.kernel import FailJob, Job, StartJob

LATER = MONDAY + timedelta(minutes=1)


def failed(case: Played, **told: object) -> Job:
    """Fail the one job of a case, and return it."""
    command = FailJob(at=case.at, job=2, message="no answer")
    case.apply(replace(command, **told))  # type: ignore[arg-type]  # each test names its fields
    return case.case.jobs[2]


def test_the_handler_says_how_often_where_the_diagram_does_not() -> None:
    case = play(process("start > a > end", service("a")))

    first = failed(case, tries=5)
    second = failed(case, tries=9)  # another release of the handler: the word is given

    assert (first.tries_left, second.tries_left) == (4, 3)
    assert (first.attempt, second.attempt) == (2, 3)


def test_the_diagram_goes_before_the_handler() -> None:
    case = play(process("start > a > end", service("a", retries="2")))

    assert failed(case, tries=9).tries_left == 1


def test_an_operator_goes_before_the_handler() -> None:
    case = play(process("start > a > end", service("a")))
    failed(case, tries=1)
    case.resolve("a", tries=2)

    assert failed(case, tries=9).tries_left == 1


def test_a_final_failure_is_an_incident_at_once() -> None:
    case = play(process("start > a > end", service("a")))

    job = failed(case, tries=9, is_final=True)

    assert (job.tries_left, case.stuck) == (0, ["a"])


@pytest.mark.parametrize("tries", [1, 0, -3])
def test_a_handler_that_is_tried_once_is_an_incident_at_its_first_failure(tries: int) -> None:
    case = play(process("start > a > end", service("a")))

    assert failed(case, tries=tries).tries_left == 0
    assert case.stuck == ["a"]


def test_a_failed_job_is_put_off_until_an_operator_sets_it_free() -> None:
    case = play(process("start > a > end", service("a")))

    job = failed(case, retry_at=LATER, tries=1)
    effects = case.last.effects
    case.resolve("a")

    assert job.not_before == LATER
    assert StartJob(job) in effects
    assert case.case.jobs[2].not_before is None
