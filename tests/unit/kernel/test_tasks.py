"""What people do with a task besides claiming and completing it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.kernel.drawing import multi, parallel, process, sub, user
from tests.unit.kernel.playing import Played, play

from caseflow.errors import (
    CommandRefused,
    DiagramRefused,
    NotSamePerson,
    TaskHeldByOther,
    TaskNotOpen,
    TimeRefused,
    VotesMissing,
)
from caseflow.kernel import (
    AddComment,
    AddParticipants,
    AttachFile,
    CastVote,
    Command,
    CommentAdded,
    CompleteTask,
    CopySent,
    DelegateTask,
    FileAttached,
    HandBackTask,
    Participant,
    ParticipantsAdded,
    PlanTask,
    RemoveParticipants,
    SendCopy,
    TaskDelegated,
    TaskHandedBack,
    TaskPlanned,
    TaskTransferred,
    TaskUrged,
    TransferTask,
    UrgeTask,
    Vote,
    VoteCast,
    VotesDecided,
    decided,
    missing,
)

ASK = process("start > ask > end", user("ask"))


def held(person: str = "li") -> Played:
    return play(ASK).claim("ask", person)


def number(case: Played, element: str = "ask") -> int:
    return case.task(element).id


# Delegating and transferring


def test_a_delegated_task_comes_back_to_its_owner_with_what_came_of_it() -> None:
    case = held()
    task = number(case)

    case.apply(DelegateTask(at=case.at, task=task, person="wang", reason="busy"))
    with pytest.raises(CommandRefused, match="delegated by li: hand it back"):
        case.apply(CompleteTask(at=case.at, task=task, person="wang"))
    case.apply(HandBackTask(at=case.at, task=task, variables={"found": 3}, reason="done"))
    case.apply(CompleteTask(at=case.at, task=task, person="li"))

    assert case.state == "completed"
    assert case.variables == {"found": 3}
    assert case.facts(TaskDelegated, TaskHandedBack) == [
        TaskDelegated(task=task, owner="li", person="wang", reason="busy"),
        TaskHandedBack(task=task, owner="li", person="wang", reason="done"),
    ]


def test_a_task_is_delegated_once_and_by_who_holds_it() -> None:
    case = play(ASK)
    delegate = DelegateTask(at=case.at, task=number(case), person="wang")

    with pytest.raises(CommandRefused, match="claim it first"):
        case.apply(delegate)
    with pytest.raises(CommandRefused, match="was not delegated"):
        case.apply(HandBackTask(at=case.at, task=number(case)))
    case.claim("ask", "li").apply(delegate)
    with pytest.raises(CommandRefused, match="delegated by li already"):
        case.apply(DelegateTask(at=case.at, task=number(case), person="zhao"))

    assert (case.task("ask").owner, case.task("ask").assignee) == ("li", "wang")


def test_a_transferred_task_is_the_receivers_own() -> None:
    case = held()
    task = number(case)

    with pytest.raises(CommandRefused, match="somebody else"):
        case.apply(TransferTask(at=case.at, task=task, person="li"))
    case.apply(DelegateTask(at=case.at, task=task, person="wang"))
    case.apply(TransferTask(at=case.at, task=task, person="zhao", reason="moved"))
    with pytest.raises(TaskHeldByOther):
        case.apply(CompleteTask(at=case.at, task=task, person="li"))
    case.apply(CompleteTask(at=case.at, task=task, person="zhao"))

    assert case.state == "completed"
    assert case.facts(TaskTransferred) == [
        TaskTransferred(task=task, giver="wang", person="zhao", reason="moved")
    ]


# Votes


def people(*names: str, **weights: int) -> tuple[Participant, ...]:
    return tuple(Participant(person=name, weight=weights.get(name, 1)) for name in names)


def test_a_task_waits_for_the_votes_and_takes_what_they_came_to() -> None:
    case = held()
    task = number(case)
    three = people("a", "b", "c")

    case.apply(
        AddParticipants(at=case.at, task=task, participants=three, policy="2/3", result="agreed")
    )
    with pytest.raises(VotesMissing) as refusal:
        case.apply(CompleteTask(at=case.at, task=task, person="li"))
    case.apply(CastVote(at=case.at, task=task, person="a", vote=Vote.AGREE, reason="fine"))
    case.apply(CastVote(at=case.at, task=task, person="c", vote=Vote.AGREE))
    with pytest.raises(CommandRefused, match="does not wait for the vote of b"):
        case.apply(CastVote(at=case.at, task=task, person="b", vote=Vote.REFUSE))
    case.apply(CompleteTask(at=case.at, task=task, person="li", variables={"x": 1}))

    assert refusal.value.people == ("a", "b", "c")
    assert case.variables == {"agreed": True, "x": 1}
    assert case.facts(ParticipantsAdded, VoteCast, VotesDecided) == [
        ParticipantsAdded(task=task, participants=three, policy="2/3"),
        VoteCast(task=task, person="a", vote=Vote.AGREE, reason="fine"),
        VoteCast(task=task, person="c", vote=Vote.AGREE),
        VotesDecided(task=task, approved=True),
    ]


def test_who_has_not_voted_may_be_left_out_again() -> None:
    case = held()
    task = number(case)
    case.apply(AddParticipants(at=case.at, task=task, participants=people("a", "b")))
    case.apply(CastVote(at=case.at, task=task, person="a", vote=Vote.AGREE))

    with pytest.raises(CommandRefused, match="does not wait for the vote of a"):
        case.apply(RemoveParticipants(at=case.at, task=task, people=("a",)))
    case.apply(RemoveParticipants(at=case.at, task=task, people=("b",)))

    assert case.facts(VotesDecided) == [VotesDecided(task=task, approved=True)]
    assert missing(case.task("ask")) == ()


BAD_VOTES: dict[str, tuple[tuple[Participant, ...], str]] = {
    "nobody": ((), "all"),
    "twice": (people("a", "a"), "all"),
    "no name": (people(""), "all"),
    "no weight": (people("a", a=0), "all"),
    "no policy": (people("a"), "most"),
    "more than all": (people("a"), "3/2"),
    "nothing": (people("a"), "0"),
    "out of reach": (people("a", "b"), "3"),
    "a share of none": (people("a"), "0/0"),
}


@pytest.mark.parametrize(("asked", "policy"), BAD_VOTES.values(), ids=BAD_VOTES)
def test_a_vote_that_could_not_be_held_is_refused(
    asked: tuple[Participant, ...], policy: str
) -> None:
    case = held()

    with pytest.raises(CommandRefused):
        case.apply(
            AddParticipants(at=case.at, task=number(case), participants=asked, policy=policy)
        )


VOTES = st.lists(
    st.builds(
        Participant,
        person=st.just("x"),
        weight=st.integers(1, 5),
        vote=st.none() | st.sampled_from(Vote),
    ),
    min_size=1,
    max_size=6,
)


@given(VOTES, st.sampled_from(["all", "any", "1/2", "2/3", "3/3", "4"]))
def test_votes_are_decided_when_no_other_vote_can_change_it(
    asked: list[Participant], policy: str
) -> None:
    def final(votes: list[Participant]) -> bool:
        total = sum(one.weight for one in votes)
        agreed = sum(one.weight for one in votes if one.vote is Vote.AGREE)
        match policy:
            case "all":
                return agreed == total
            case "any":
                return agreed > 0
            case "4":
                return agreed >= 4
            case _:
                upper, lower = policy.split("/")
                return agreed / total >= int(upper) / int(lower) - 1e-9

    open_votes = [one for one in asked if one.vote is None]
    voted = [one for one in asked if one.vote is not None]
    best = final(
        voted + [Participant(person="x", weight=o.weight, vote=Vote.AGREE) for o in open_votes]
    )
    worst = final(
        voted + [Participant(person="x", weight=o.weight, vote=Vote.REFUSE) for o in open_votes]
    )

    assert decided(policy, asked) == (best if best == worst else None)


# Urging, planning, notes


def test_a_task_is_urged_and_planned_anew() -> None:
    case = play(process("start > ask > end", user("ask", due="duration('PT1H')")))
    task = number(case)
    due, back = case.at + timedelta(days=2), case.at + timedelta(days=1)

    case.apply(UrgeTask(at=case.at, task=task, message="please"))
    case.apply(UrgeTask(at=case.at, task=task))
    case.apply(PlanTask(at=case.at, task=task, priority=90, due_at=due, reason="asked"))
    case.apply(PlanTask(at=case.at, task=task, follow_up_at=back))

    planned = case.task("ask")
    assert (planned.urged, planned.priority, planned.due_at) == (2, 90, due)
    assert (planned.follow_up_at, planned.is_touched) == (back, False)
    assert case.facts(TaskUrged, TaskPlanned) == [
        TaskUrged(task=task, message="please"),
        TaskUrged(task=task),
        TaskPlanned(task=task, priority=90, due_at=due, reason="asked"),
        TaskPlanned(task=task, follow_up_at=back),
    ]


def test_a_plan_that_makes_no_sense_is_refused() -> None:
    case = play(ASK)

    with pytest.raises(CommandRefused, match="priority"):
        case.apply(PlanTask(at=case.at, task=number(case), priority=-1))
    with pytest.raises(TimeRefused):
        case.apply(PlanTask(at=case.at, task=number(case), due_at=case.at.replace(tzinfo=None)))


def test_notes_are_taken_also_when_the_case_is_over() -> None:
    case = play(ASK).do("ask")
    notes: list[Command] = [
        AddComment(at=case.at, comment="c1", visibility="case"),
        AttachFile(
            at=case.at, file="f1", name="a.pdf", media_type="application/pdf", size=3, digest="d"
        ),
        SendCopy(at=case.at, people=("wang",), message="for you"),
    ]

    for note in notes:
        case.apply(note)

    assert case.history[-3:] == [
        CommentAdded(comment="c1", visibility="case"),
        FileAttached(file="f1", name="a.pdf", media_type="application/pdf", size=3, digest="d"),
        CopySent(people=("wang",), message="for you"),
    ]


TASK_COMMANDS: list[type] = [DelegateTask, HandBackTask, TransferTask, UrgeTask, PlanTask]


@pytest.mark.parametrize("kind", TASK_COMMANDS)
def test_a_task_that_is_not_open_takes_nothing(kind: type) -> None:
    case = play(ASK)
    facts = {"person": "wang"} if kind in {DelegateTask, TransferTask} else {}

    with pytest.raises(TaskNotOpen):
        case.apply(kind(at=case.at, task=99, **facts))


# Four eyes

CHECK = process("start > write > check > end", user("write"), user("check", not_same_as="write"))


def completed(case: Played, element: str, person: str, *, actor: str = "") -> Played:
    return case.apply(
        CompleteTask(at=case.at, actor=actor, task=case.task(element).id, person=person)
    )


def test_who_did_the_one_step_does_not_do_the_other() -> None:
    case = completed(play(CHECK), "write", "li", actor="wang")

    assert case.task("check").excluded == ("li", "wang")
    for person in ("li", "wang"):
        with pytest.raises(NotSamePerson, match="who did write"):
            case.claim("check", person)
        with pytest.raises(NotSamePerson):
            case.assign("check", person)
        with pytest.raises(NotSamePerson):
            completed(case, "check", person)
        with pytest.raises(NotSamePerson):
            case.apply(
                AddParticipants(
                    at=case.at, task=number(case, "check"), participants=people(person)
                )
            )
    with pytest.raises(NotSamePerson):
        completed(case, "check", "zhao", actor="li")
    assert completed(case, "check", "zhao").state == "completed"


def test_somebody_has_to_say_who_did_a_step_that_is_checked() -> None:
    case = play(CHECK)

    with pytest.raises(CommandRefused, match="needs to know who completes it"):
        case.do("write")


def test_all_who_did_a_step_together_are_kept_from_the_other_and_only_last_time() -> None:
    case = play(
        process(
            "start > write > check > end",
            multi(user("write"), times="2"),
            user("check", not_same_as="write"),
        )
    )
    completed(case, "write", "li")
    completed(case, "write", "wang")

    assert case.task("check").excluded == ("li", "wang")


def test_each_instance_of_a_sub_process_has_its_own_four_eyes() -> None:
    inner = sub(
        "each", "start > write > check > end", user("write"), user("check", not_same_as="write")
    )
    case = play(process("start > each > end", multi(inner, times="2")))
    completed(case, "write", "li")
    completed(case, "write", "wang")

    first, second = [one for one in case.case.tasks.values() if one.element == "check"]

    assert (first.excluded, second.excluded) == (("li",), ("wang",))


def test_the_other_step_may_stand_around_a_sub_process_but_not_inside_one() -> None:
    inside = sub("s", "start > check > end", user("check", not_same_as="write"))
    case = play(process("start > write > s > end", user("write"), inside))
    completed(case, "write", "li")

    assert case.task("check").excluded == ("li",)
    for other in ("nothing", "check", "s", "fork"):
        with pytest.raises(DiagramRefused, match="not-same-as"):
            play(
                process(
                    "start > fork > s > check > end",
                    parallel("fork"),
                    sub("s", "start > deep > end", user("deep")),
                    user("check", not_same_as=other),
                )
            )
