"""Service and business rule tasks, and others with a handler (BPMN 2.0.2, 10.3.4, 13.3.3)."""

from __future__ import annotations

import pytest
from tests.unit.kernel.drawing import boundary, error, mapped, multi, process, rule, send, service
from tests.unit.kernel.playing import MONDAY, play

from caseflow.errors import NothingWaits
from caseflow.kernel import (
    CancelJob,
    CompleteJob,
    Job,
    JobCompleted,
    JobFailed,
    JobStarted,
    StartJob,
)
from caseflow.model import ElementId, Node, ProcessId, Value

P = ProcessId("p")
A = ElementId("a")


def test_a_service_task_waits_for_the_handler_of_its_topic() -> None:
    case = play(process("start > a > end", service("a", topic="post")))

    job = Job(id=2, process=P, element=A, topic="post", created_at=MONDAY, input={})
    assert case.last.effects == (StartJob(job),)
    assert case.facts(JobStarted) == [JobStarted(process=P, element=A, job=2, topic="post")]


@pytest.mark.parametrize(
    ("task", "topic"),
    [
        (service("a"), "a"),
        (rule("a", decision="grade", topic="ask"), "ask"),
        (rule("a"), "a"),
        (send("a"), "a"),
        (send("a", topic="mail"), "mail"),
    ],
)
def test_each_task_for_a_machine_names_its_handler(task: Node, topic: str) -> None:
    case = play(process("start > a > end", task))

    assert [one.topic for one in case.case.jobs.values()] == [topic]


def test_what_a_machine_hands_in_goes_into_the_case_file() -> None:
    case = play(process("start > a > end", service("a"))).finish("a", sent=True)

    assert (case.state, case.variables) == ("completed", {"sent": True})
    assert case.facts(JobCompleted) == [
        JobCompleted(process=P, element=A, job=2, variables={"sent": True})
    ]
    assert CancelJob(2) in case.last.effects


@pytest.mark.parametrize(
    ("result", "variables", "expected"),
    [
        ("high", {}, {"grade": "high"}),
        (None, {"level": 3}, {"grade": {"level": 3}}),
        ("high", {"level": 3}, {"grade": "high", "level": 3}),
    ],
)
def test_a_task_with_a_result_keeps_it_under_that_name(
    result: Value, variables: dict[str, Value], expected: dict[str, Value]
) -> None:
    case = play(process("start > a > end", service("a", result="grade")))

    case.finish("a", result, **variables)

    assert case.variables == expected


@pytest.mark.parametrize(("result", "expected"), [({"level": 3}, {"level": 3}), (5, {})])
def test_without_a_name_for_it_only_a_map_can_be_a_result(
    result: Value, expected: dict[str, Value]
) -> None:
    case = play(process("start > a > end", service("a"))).finish("a", result)

    assert case.variables == expected


def test_a_handler_gets_the_declared_inputs() -> None:
    case = play(process("start > a > end", mapped(service("a"), inputs={"to": "name"})), name="li")

    assert case.case.jobs[4].input == {"to": "li"}


def test_a_handler_in_a_multi_instance_task_gets_the_item_and_the_counter() -> None:
    case = play(
        process("start > a > end", multi(service("a"), each="who", item="one")), who=["x", "y"]
    )

    assert [one.input for one in case.case.jobs.values()] == [
        {"loopCounter": 1, "one": "x"},
        {"loopCounter": 2, "one": "y"},
    ]


def test_a_job_that_failed_too_often_waits_for_an_operator_who_gives_new_tries() -> None:
    case = play(process("start > a > end", service("a", retries="2")))

    case.fail("a")
    assert (case.case.jobs[2].tries_left, case.stuck) == (1, [])

    case.fail("a")
    assert (case.case.jobs[2].tries_left, case.stuck) == (0, ["a"])
    assert case.facts(JobFailed) == [
        JobFailed(process=P, element=A, job=2, message="no answer", tries_left=1),
        JobFailed(process=P, element=A, job=2, message="no answer", tries_left=0),
    ]

    case.resolve("a", tries=5)
    assert (case.case.jobs[2].tries_left, case.stuck) == (5, [])


def test_a_job_without_tries_cannot_fail_again_but_may_still_be_done() -> None:
    case = play(process("start > a > end", service("a", retries="1"))).fail("a")

    with pytest.raises(NothingWaits, match="waits for an operator"):
        case.fail("a")

    assert case.finish("a").state == "completed"


@pytest.mark.parametrize(
    ("retries", "tries"), [("'R3/PT10M'", 3), ("5", 5), ("'7'", 7), (None, 3)]
)
def test_the_number_of_tries_is_a_number_or_a_cycle(retries: str | None, tries: int) -> None:
    case = play(process("start > a > end", service("a", retries=retries)))

    assert case.case.jobs[2].tries_left == tries


@pytest.mark.parametrize(
    "retries", ["0", "-1", "'often'", "True", "2000", "'9' + '9999999999999'"]
)
def test_a_number_of_tries_that_makes_no_sense_stops_with_an_incident(retries: str) -> None:
    case = play(process("start > a > end", service("a", retries=retries)))

    assert (case.jobs, case.stuck) == ([], ["a"])


def test_a_machine_can_end_its_job_with_an_error_that_is_caught() -> None:
    drawn = process(
        "start > a", service("a"), boundary("b", "a", error("E1", into="why")), "b > mend"
    )

    case = play(drawn).raise_error("a", "E1", {"code": 7})

    assert (case.tasks, case.jobs, case.variables) == (["mend"], [], {"why": {"code": 7}})


def test_a_job_is_done_only_once() -> None:
    case = play(process("start > a > b", service("a")))
    done = CompleteJob(at=case.at, job=2)
    case.apply(done)

    with pytest.raises(NothingWaits, match="does not wait for job 2"):
        case.apply(done)
