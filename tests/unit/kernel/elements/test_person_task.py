"""User and manual tasks: work for a person (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.unit.kernel.drawing import manual, process, user
from tests.unit.kernel.playing import MONDAY, compiled, play

from caseflow.errors import TaskHeldByOther, TaskNotOpen
from caseflow.kernel import (
    CompleteTask,
    Count,
    HideTask,
    ShowTask,
    Task,
    TaskAssigned,
    TaskClaimed,
    TaskCompleted,
    TaskOpened,
    TaskUnclaimed,
    UnclaimTask,
)
from caseflow.model import CalendarKind, ElementId, Limit, Node, ParameterSet, ProcessId, Value

P = ProcessId("p")
A = ElementId("a")
LIMITS = {
    "s": ParameterSet(
        name="s", limits={"answer": Limit(name="answer", kind=CalendarKind.CLK, amount=90)}
    )
}


def test_a_task_waits_for_a_person_and_shows_on_the_worklist() -> None:
    case = play(process("start > a > end"))

    task = Task(id=2, process=P, element=A, name="a", unit="village-3", created_at=MONDAY)
    assert case.case.tasks == {2: task}
    assert case.last.effects == (ShowTask(task),)
    assert case.facts(TaskOpened) == [
        TaskOpened(process=P, element=A, task=2, due_at=None, limit=None)
    ]


def test_who_may_do_a_task_and_by_when_is_settled_when_it_opens() -> None:
    drawn = process(
        "start > a > end",
        user(
            "a",
            assignee="owner",
            roles=('"clerk"', "more"),
            people=("[owner, 'wu']", "owner"),
            unit="department",
            due="limit('answer')",
            follow_up="duration('PT1H')",
            priority="'70'",
            form="visit",
        ),
    )

    case = play(
        compiled(drawn, parameters=LIMITS), owner="li", more=["lead", "clerk"], department="d-1"
    )

    assert case.task("a") == Task(
        id=2,
        process=P,
        element=A,
        name="a",
        assignee="li",
        roles=("clerk", "lead"),
        people=("li", "wu"),
        unit="d-1",
        created_at=MONDAY,
        due_at=MONDAY + timedelta(minutes=90),
        limit="answer",
        count=Count(started_at=MONDAY, unit="d-1"),
        follow_up_at=MONDAY + timedelta(hours=1),
        priority=70,
        form="visit",
    )


def test_expressions_that_give_nothing_leave_a_task_to_everybody() -> None:
    drawn = process(
        "start > a > end",
        user("a", assignee="None", roles=("None",), people=("[]",), unit="None", due="None"),
    )

    task = play(drawn).task("a")

    assert (task.assignee, task.roles, task.people) == (None, (), ())
    assert (task.unit, task.due_at, task.limit) == ("village-3", None, None)


def test_a_day_as_due_time_is_its_end_in_the_zone_of_the_calendar() -> None:
    drawn = process("start > a > end", user("a", due="until"))

    case = play(drawn, until=date(2026, 3, 4))

    assert case.task("a").due_at == datetime.fromisoformat("2026-03-05T00:00+08:00")


def test_a_manual_task_waits_to_hear_that_it_is_done() -> None:
    case = play(process("start > a > end", manual("a")))

    assert case.do("a").state == "completed"


def test_a_person_does_a_task_and_its_values_go_into_the_case_file() -> None:
    case = play(process("start > a > end", user("a", due="duration('PT1H')")), n=1)

    case.at += timedelta(hours=1)
    case.do("a", n=2, agreed=True)

    assert case.variables == {"n": 2, "agreed": True}
    assert case.last.events[0] == TaskCompleted(
        process=P,
        element=A,
        task=2,
        limit=None,
        due_at=MONDAY + timedelta(hours=1),
        is_late=False,
        variables={"n": 2, "agreed": True},
    )
    assert HideTask(2) in case.last.effects


def test_a_task_is_late_after_its_due_time_but_not_at_it() -> None:
    case = play(process("start > a > end", user("a", due="duration('PT1H')")))

    case.at += timedelta(hours=1, microseconds=1)
    case.do("a")

    assert [
        one.is_late for one in case.facts(TaskCompleted) if isinstance(one, TaskCompleted)
    ] == [True]


def test_a_person_claims_a_task_gives_it_back_and_another_takes_it() -> None:
    case = play(process("start > a > end"))

    case.claim("a", "li")
    assert case.task("a").assignee == "li"
    assert case.last.effects == (ShowTask(case.task("a")),)

    case.apply(UnclaimTask(at=case.at, task=2))
    assert case.task("a").assignee is None

    case.claim("a", "wu").claim("a", "wu")
    assert case.task("a").assignee == "wu"
    assert case.facts(TaskClaimed, TaskUnclaimed) == [
        TaskClaimed(task=2, person="li"),
        TaskUnclaimed(task=2),
        TaskClaimed(task=2, person="wu"),
        TaskClaimed(task=2, person="wu"),
    ]


def test_a_task_that_somebody_holds_can_be_assigned_but_not_claimed() -> None:
    case = play(process("start > a > end")).claim("a", "li")

    with pytest.raises(TaskHeldByOther) as refusal:
        case.claim("a", "wu")

    assert (refusal.value.task, refusal.value.holder) == ("c1:2", "li")
    assert case.assign("a", "wu").task("a").assignee == "wu"
    assert case.facts(TaskAssigned) == [TaskAssigned(task=2, person="wu")]


def test_a_named_person_completes_only_what_nobody_else_holds() -> None:
    case = play(process("start > a > end")).claim("a", "li")

    with pytest.raises(TaskHeldByOther):
        case.apply(CompleteTask(at=case.at, task=2, person="wu"))

    case.apply(CompleteTask(at=case.at, task=2, person="li"))
    assert case.state == "completed"


def test_a_task_is_completed_only_once() -> None:
    case = play(process("start > a > b"))
    done = CompleteTask(at=case.at, task=2)
    case.apply(done)

    with pytest.raises(TaskNotOpen):
        case.apply(done)

    assert case.tasks == ["b"]


@pytest.mark.parametrize(
    ("task", "variables", "reason"),
    [
        (user("a", priority="high"), {"high": "very"}, "a priority is a whole number"),
        (user("a", priority="high"), {"high": True}, "a priority is a whole number"),
        (user("a", priority="high"), {"high": "9" * 5_000}, "a priority is a whole number"),
        (user("a", roles=("who",)), {"who": 5}, "neither a name nor a list of names"),
        (user("a", assignee="who"), {"who": "x" * 300}, "longer than 255 characters"),
        (user("a", due="when"), {"when": "soon"}, "'soon' is not an ISO 8601 moment"),
        (user("a", due="when"), {"when": 5}, "neither a moment nor a span of time"),
        (user("a", due="when"), {"when": timedelta.max}, "out of range"),
        (user("a", unit="missing"), {}, "there is no variable missing"),
    ],
)
def test_a_task_that_cannot_be_opened_stops_with_an_incident(
    task: Node, variables: dict[str, Value], reason: str
) -> None:
    case = play(process("start > a > end", task), case_file=variables)

    assert (case.tasks, case.stuck) == ([], ["a"])
    assert reason in case.case.incidents[3].message
