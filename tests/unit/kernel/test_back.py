"""Going back: to an earlier task with a reason, and taking a completed one back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    call,
    duration,
    event_sub,
    exclusive,
    inclusive,
    message,
    multi,
    parallel,
    process,
    service,
    start,
    sub,
    user,
)
from tests.unit.kernel.playing import Played, compiled, play

from caseflow.errors import CommandRefused
from caseflow.kernel import (
    ActivityCancelled,
    AddParticipants,
    CastVote,
    Participant,
    RecallTask,
    ReturnTask,
    TaskOpened,
    TaskRecalled,
    TaskReturned,
    Vote,
)
from caseflow.model import ComplexGateway, ElementId, Process, ProcessId

TASKS = [user(name) for name in ("a", "b", "c", "d", "e")]


def back(case: Played, element: str, to: str, person: str | None = None) -> Played:
    return case.apply(
        ReturnTask(
            at=case.at,
            task=case.task(element).id,
            to=ElementId(to),
            person=person,
            reason="incomplete",
        )
    )


def test_a_task_is_returned_to_who_did_it_and_the_flow_begins_again() -> None:
    case = play(process("start > a > b > c > end", *TASKS[:3])).do("a").do("b")
    number = case.task("c").id

    back(case, "c", "a", "li")

    assert case.tasks == ["a"]
    assert case.task("a").assignee == "li"
    assert case.history[-3:] == [
        TaskReturned(
            process=ProcessId("p"),
            element=ElementId("c"),
            task=number,
            to=ElementId("a"),
            person="li",
            reason="incomplete",
        ),
        ActivityCancelled(process=ProcessId("p"), element=ElementId("c")),
        TaskOpened(
            process=ProcessId("p"),
            element=ElementId("a"),
            task=case.task("a").id,
            due_at=None,
            limit=None,
        ),
    ]
    assert case.do("a").do("b").do("c").state == "completed"


PARALLEL = process(
    "start > a > fork > b > join > d > end",
    "fork > c > join",
    parallel("fork"),
    parallel("join"),
    *TASKS[:4],
)


def test_a_return_to_before_the_split_withdraws_all_branches() -> None:
    case = play(PARALLEL).do("a").do("c")

    back(case, "b", "a")

    assert case.tasks == ["a"]
    assert case.do("a").tasks == ["b", "c"]
    assert case.do("b").do("c").do("d").state == "completed"


def test_a_return_within_a_branch_leaves_the_others_alone() -> None:
    case = play(
        process(
            "start > fork > a > b > join > end",
            "fork > c > d > join",
            parallel("fork"),
            parallel("join"),
            *TASKS[:4],
        )
    )
    case.do("a").do("c").do("d")

    back(case, "b", "a")

    assert case.tasks == ["a"]
    assert case.do("a").do("b").state == "completed"


def test_a_return_into_a_branch_keeps_the_others_done() -> None:
    case = play(PARALLEL).do("a").do("b").do("c")

    back(case, "d", "b")

    assert case.tasks == ["b"]
    assert case.do("b").tasks == ["d"]
    assert case.do("d").state == "completed"


def test_a_return_out_of_two_joins_keeps_all_other_branches_done() -> None:
    case = play(
        process(
            "start > f1 > f2 > a > j2 > j1 > e > end",
            "f2 > b > j2",
            "f1 > c > j1",
            *(parallel(name) for name in ("f1", "f2", "j1", "j2")),
            *TASKS,
        )
    )
    case.do("a").do("b").do("c")

    back(case, "e", "a")

    assert case.tasks == ["a"]
    assert case.do("a").tasks == ["e"]


def test_a_return_into_a_branch_of_an_inclusive_gateway_goes_on_without_the_others() -> None:
    case = play(
        process(
            "start > fork > a > join > c > end",
            "fork > b > join",
            inclusive("fork"),
            inclusive("join"),
            *TASKS[:3],
        )
    )
    case.do("a").do("b")

    back(case, "c", "a")

    assert case.do("a").tasks == ["c"]


def test_a_circle_in_the_diagram_does_not_make_other_branches_lie_behind() -> None:
    case = play(
        process(
            "start > again > fork > a > b > join > d > ask > end",
            "fork > c > join",
            "ask > again : d == 1",
            exclusive("again"),
            exclusive("ask"),
            parallel("fork"),
            parallel("join"),
            *TASKS[:4],
        )
    ).do("a")

    back(case, "b", "a")

    assert sorted(case.tasks) == ["a", "c"]


def test_a_return_from_one_of_many_ends_all_of_them() -> None:
    case = play(
        process(
            "start > a > b > c > end",
            user("a"),
            multi(user("b"), times="3", into="votes", gives="vote"),
            user("c"),
        )
    )
    case.do("a").do("b", vote=1)

    back(case, "b", "a")

    assert case.tasks == ["a"]
    assert case.do("a").tasks == ["b", "b", "b"]
    assert case.variables["votes"] == [None, None, None]


def test_votes_go_with_the_task_that_is_returned() -> None:
    case = play(process("start > a > b > end", *TASKS[:2])).do("a")
    asked = (Participant(person="x"), Participant(person="y"))
    number = case.task("b").id
    case.apply(AddParticipants(at=case.at, task=number, participants=asked))
    case.apply(CastVote(at=case.at, task=number, person="x", vote=Vote.AGREE))

    back(case, "b", "a").do("a")

    assert case.task("b").participants == ()


def test_a_return_out_of_a_sub_process_ends_it_with_its_timers() -> None:
    case = play(
        process(
            "start > a > s > end",
            "late > c > end2",
            user("a"),
            sub("s", "start > b > end", user("b")),
            boundary("late", "s", duration("PT1H")),
            user("c"),
        )
    ).do("a")
    assert case.timers == ["late"]

    back(case, "b", "a")

    assert (case.tasks, case.timers) == (["a"], [])


def test_a_return_reaches_back_over_a_boundary_event() -> None:
    case = play(
        process(
            "start > a > end",
            "late > b > end2",
            user("a"),
            boundary("late", "a", duration("PT1H")),
            user("b"),
        )
    ).later(hours=1)

    assert back(case, "b", "a").tasks == ["a"]
    assert case.timers == ["late"]


CALLED = compiled(process("start > inner > end", user("inner"), name="q"))
BESIDE = event_sub("es", start("go", message("m"), interrupting=False), "go > b > end", user("b"))
NOWHERE: dict[str, tuple[Process, Callable[[Played], object], str, str, str]] = {
    "the step itself": (
        process("start > a > end", user("a")),
        lambda case: case,
        *("a", "a", "does not lie behind"),
    ),
    "a later step": (
        process("start > a > b > end", *TASKS[:2]),
        lambda case: case,
        *("a", "b", "does not lie behind"),
    ),
    "another branch": (PARALLEL, lambda case: case.do("a"), "b", "c", "does not lie behind"),
    "no task": (
        process("start > s > a > end", service("s"), user("a")),
        lambda case: case.finish("s"),
        *("a", "s", "no task for a person"),
    ),
    "an unknown step": (
        process("start > a > end", user("a")),
        lambda case: case,
        *("a", "x", "no step x stands"),
    ),
    "out of a called process": (
        process("start > a > k > end", user("a"), call("k", "q")),
        lambda case: case.do("a"),
        *("inner", "a", "no step a stands"),
    ),
    "out of an event sub-process": (
        process("start > a > end", user("a"), BESIDE),
        lambda case: case.send("m"),
        *("b", "a", "no step a stands"),
    ),
    "over a complex gateway": (
        process(
            "start > fork > a > join > c > end",
            "fork > b > join",
            parallel("fork"),
            replace(exclusive("join"), behaviour=ComplexGateway()),
            *TASKS[:3],
        ),
        lambda case: case.do("a").do("b"),
        *("c", "a", "join lies between"),
    ),
}


@pytest.mark.parametrize(
    ("drawn", "prepare", "element", "to", "why"), NOWHERE.values(), ids=NOWHERE
)
def test_a_return_to_where_no_flow_leads_from_is_refused(
    drawn: Process, prepare: Callable[[Played], object], element: str, to: str, why: str
) -> None:
    case = play(compiled(drawn, calls=[CALLED]))
    prepare(case)
    before = case.case

    with pytest.raises(CommandRefused, match=why):
        back(case, element, to)
    assert case.case is before


# Taking back


def recall(case: Played, element: str, number: int) -> Played:
    opened = tuple(one.task for one in case.last.events if isinstance(one, TaskOpened))
    return case.apply(
        RecallTask(
            at=case.at,
            task=number,
            process=ProcessId("p"),
            element=ElementId(element),
            opened=opened,
            person="li",
            reason="typo",
        )
    )


def test_a_completed_task_is_taken_back_while_nobody_acted() -> None:
    case = play(process("start > a > b > end", *TASKS[:2]))
    number = case.task("a").id
    case.do("a", x=1)

    recall(case, "a", number)

    assert case.tasks == ["a"]
    assert (case.task("a").assignee, case.variables) == ("li", {"x": 1})
    assert case.facts(TaskRecalled) == [
        TaskRecalled(
            process=ProcessId("p"),
            element=ElementId("a"),
            task=number,
            person="li",
            reason="typo",
        )
    ]


def test_a_task_is_taken_back_from_a_join_and_from_behind_it() -> None:
    case = play(PARALLEL).do("a").do("b")
    assert sorted(recall(case, "b", 0).tasks) == ["b", "c"]

    case.do("c").do("b")
    assert case.tasks == ["d"]
    assert recall(case, "b", 0).tasks == ["b"]
    assert case.do("b").do("d").state == "completed"


def test_a_task_that_somebody_claimed_or_a_machine_works_at_stays_done() -> None:
    claimed = play(process("start > a > b > end", *TASKS[:2])).do("a")
    opened = claimed.last
    claimed.claim("b", "wang")
    claimed.last = opened
    worked = play(process("start > a > s > end", user("a"), service("s"))).do("a")
    further = play(process("start > a > b > c > end", *TASKS[:3])).do("a")
    first = further.last
    further.do("b")
    further.last = first

    for case in (claimed, worked, further):
        with pytest.raises(CommandRefused, match="cannot be taken back"):
            recall(case, "a", 0)


def test_nothing_is_taken_back_where_nothing_waits() -> None:
    case = play(
        process("start > fork > a > end", "fork > b > end2", parallel("fork"), *TASKS[:2])
    ).do("a")

    with pytest.raises(CommandRefused, match="nothing waits behind step a"):
        recall(case, "a", 0)
