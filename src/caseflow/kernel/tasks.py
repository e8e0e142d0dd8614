"""What people do with an open task, besides claiming and completing it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import assert_never

from caseflow.errors import CommandRefused, TaskNotOpen, TimeRefused, VotesMissing
from caseflow.kernel.back import recall_task, return_task
from caseflow.kernel.case import Participant, Task
from caseflow.kernel.casefile import write
from caseflow.kernel.elements.ad_hoc import check_turn
from caseflow.kernel.elements.person_task import MAX_PRIORITY
from caseflow.kernel.events import VariablesSet
from caseflow.kernel.four_eyes import check_four_eyes
from caseflow.kernel.ladders import set_lights
from caseflow.kernel.run import Run
from caseflow.kernel.task_commands import (
    AddParticipants,
    CastVote,
    DelegateTask,
    HandBackTask,
    PlanTask,
    RecallTask,
    RemoveParticipants,
    ReturnTask,
    TaskCommand,
    TransferTask,
    UrgeTask,
)
from caseflow.kernel.task_events import (
    ParticipantsAdded,
    ParticipantsRemoved,
    TaskDelegated,
    TaskHandedBack,
    TaskPlanned,
    TaskTransferred,
    TaskUrged,
    VoteCast,
    VotesDecided,
)
from caseflow.kernel.voting import check_participants, decided
from caseflow.model import Values, checked


def apply_to_task(run: Run, command: TaskCommand) -> None:  # noqa: C901, PLR0912 - one case a command
    """Do what a command asks of a task. Raises CommandRefused."""
    match command:
        case RecallTask():
            recall_task(run, command)
        case ReturnTask():
            return_task(run, open_task(run, command.task), command)
        case DelegateTask():
            _delegate(run, open_task(run, command.task), command)
        case HandBackTask():
            _hand_back(run, open_task(run, command.task), command)
        case TransferTask():
            _transfer(run, open_task(run, command.task), command)
        case AddParticipants():
            _add(run, open_task(run, command.task), command)
        case RemoveParticipants():
            _remove(run, open_task(run, command.task), command)
        case CastVote():
            _vote(run, open_task(run, command.task), command)
        case UrgeTask():
            task = open_task(run, command.task)
            run.tasks[task.id] = replace(task, urged=task.urged + 1)
            run.emit(TaskUrged(task=task.id, message=command.message))
        case PlanTask():
            _plan(run, open_task(run, command.task), command)
        case _:
            assert_never(command)


def open_task(run: Run, number: int) -> Task:
    """Return an open task of a case. Raises TaskNotOpen."""
    task = run.tasks.get(number)
    if task is None:
        raise TaskNotOpen(f"{run.case.id}:{number}")
    return task


def check_ready(run: Run, task: Task) -> None:
    """Refuse to complete a task that others have to do something for first.

    Raises:
        CommandRefused: it is delegated.
        VotesMissing: people were asked for their vote who have not decided.
    """
    if task.owner is not None:
        raise CommandRefused(
            f"task {run.case.id}:{task.id} was delegated by {task.owner}: hand it back, then "
            "its owner completes it"
        )
    if task.participants and decided(task.policy, task.participants) is None:
        raise VotesMissing(f"{run.case.id}:{task.id}", people=missing(task))


def missing(task: Task) -> tuple[str, ...]:
    """Return whose vote a task waits for."""
    if not task.participants or decided(task.policy, task.participants) is not None:
        return ()
    return tuple(one.person for one in task.participants if one.vote is None)


def with_votes(task: Task, variables: Values) -> Values:
    """Return what completing a task sets: what was handed in, and what the votes came to."""
    if task.result is None or not task.participants:
        return variables
    return {**variables, task.result: bool(decided(task.policy, task.participants))}


def _delegate(run: Run, task: Task, command: DelegateTask) -> None:
    owner = _holder(run, task)
    if task.owner is not None:
        raise CommandRefused(
            f"task {run.case.id}:{task.id} was delegated by {task.owner} already: hand it back "
            "first"
        )
    _check_receiver(run, task, command.person)
    run.tasks[task.id] = replace(task, owner=owner, assignee=command.person, is_touched=True)
    run.emit(
        TaskDelegated(task=task.id, owner=owner, person=command.person, reason=command.reason)
    )


def _hand_back(run: Run, task: Task, command: HandBackTask) -> None:
    if task.owner is None:
        raise CommandRefused(f"task {run.case.id}:{task.id} was not delegated")
    variables = checked(command.variables)
    run.tasks[task.id] = replace(task, owner=None, assignee=task.owner)
    run.emit(
        TaskHandedBack(
            task=task.id, owner=task.owner, person=_holder(run, task), reason=command.reason
        )
    )
    if variables:
        write(run, run.tokens[task.id].frame, variables)
        run.emit(VariablesSet(process=task.process, element=task.element, variables=variables))


def _transfer(run: Run, task: Task, command: TransferTask) -> None:
    giver = _holder(run, task)
    _check_receiver(run, task, command.person)
    run.tasks[task.id] = replace(task, owner=None, assignee=command.person, is_touched=True)
    run.emit(
        TaskTransferred(task=task.id, giver=giver, person=command.person, reason=command.reason)
    )


def _holder(run: Run, task: Task) -> str:
    if task.assignee is None:
        raise CommandRefused(f"nobody holds task {run.case.id}:{task.id}: claim it first")
    return task.assignee


def _check_receiver(run: Run, task: Task, person: str) -> None:
    check_turn(run, task)
    check_four_eyes(run, task, (person,))
    if not person or person == task.assignee:
        raise CommandRefused(f"task {run.case.id}:{task.id} goes to somebody else than its holder")


def _add(run: Run, task: Task, command: AddParticipants) -> None:
    policy = command.policy or task.policy or "all"
    everybody = (*task.participants, *command.participants)
    if not command.participants:
        raise CommandRefused("nobody is named")
    if any(one.vote is not None for one in command.participants):
        raise CommandRefused("people vote for themselves")
    if task.participants and decided(task.policy, task.participants) is not None:
        raise CommandRefused(f"the votes on task {run.case.id}:{task.id} are decided")
    check_four_eyes(run, task, [one.person for one in command.participants])
    check_participants([replace(one, vote=None) for one in everybody], policy)
    run.tasks[task.id] = replace(
        task,
        participants=everybody,
        policy=policy,
        result=command.result or task.result,
        is_touched=True,
    )
    run.emit(
        ParticipantsAdded(
            task=task.id,
            participants=command.participants,
            policy=policy,
            reason=command.reason,
        )
    )
    _tell_decision(run, task.id)


def _remove(run: Run, task: Task, command: RemoveParticipants) -> None:
    waiting = missing(task)
    for person in command.people:
        if person not in waiting:
            raise CommandRefused(
                f"task {run.case.id}:{task.id} does not wait for the vote of {person}"
            )
    left = _without(task.participants, command.people)
    if left:
        check_participants([replace(one, vote=None) for one in left], task.policy)
    run.tasks[task.id] = replace(task, participants=left)
    run.emit(ParticipantsRemoved(task=task.id, people=command.people, reason=command.reason))
    _tell_decision(run, task.id)


def _without(
    participants: Collection[Participant], people: Collection[str]
) -> tuple[Participant, ...]:
    return tuple(one for one in participants if one.person not in people)


def _vote(run: Run, task: Task, command: CastVote) -> None:
    if command.person not in missing(task):
        raise CommandRefused(
            f"task {run.case.id}:{task.id} does not wait for the vote of {command.person}"
        )
    participants = tuple(
        replace(one, vote=command.vote) if one.person == command.person else one
        for one in task.participants
    )
    run.tasks[task.id] = replace(task, participants=participants, is_touched=True)
    run.emit(
        VoteCast(task=task.id, person=command.person, vote=command.vote, reason=command.reason)
    )
    _tell_decision(run, task.id)


def _tell_decision(run: Run, number: int) -> None:
    task = run.tasks[number]
    approved = decided(task.policy, task.participants) if task.participants else None
    if approved is not None:
        run.emit(VotesDecided(task=number, approved=approved))


def _plan(run: Run, task: Task, command: PlanTask) -> None:
    for moment in (command.due_at, command.follow_up_at):
        if moment is not None and moment.tzinfo is None:
            raise TimeRefused(f"a moment needs a time zone: {moment.isoformat()}")
    if command.priority is not None and not 0 <= command.priority <= MAX_PRIORITY:
        raise CommandRefused(f"a priority is a whole number from 0 to {MAX_PRIORITY}")
    run.tasks[task.id] = replace(
        task,
        priority=task.priority if command.priority is None else command.priority,
        due_at=task.due_at if command.due_at is None else command.due_at,
        limit=task.limit if command.due_at is None else None,
        count=task.count if command.due_at is None else None,
        follow_up_at=task.follow_up_at if command.follow_up_at is None else command.follow_up_at,
    )
    if command.due_at is not None:
        set_lights(run, run.tasks[task.id])
    run.emit(
        TaskPlanned(
            task=task.id,
            priority=command.priority,
            due_at=command.due_at,
            follow_up_at=command.follow_up_at,
            reason=command.reason,
        )
    )
