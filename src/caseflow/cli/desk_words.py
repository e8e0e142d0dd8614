"""What people did at their desks, in words, one line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from caseflow.cli.moments import local
from caseflow.kernel import (
    CommentAdded,
    CopySent,
    FileAttached,
    ParticipantsAdded,
    ParticipantsRemoved,
    TaskDelegated,
    TaskEvent,
    TaskHandedBack,
    TaskPlanned,
    TaskRecalled,
    TaskReturned,
    TaskTransferred,
    TaskUrged,
    VoteCast,
    VotesDecided,
)
from caseflow.model import ElementId, ProcessId


def tell_desk(  # noqa: PLR0911 - one case a kind of event
    event: TaskEvent, name: str, title: Callable[[ProcessId, ElementId], str]
) -> str:
    """Say what happened to the task of this name, or to its case."""
    match event:
        case TaskReturned(to=to, person=person, reason=reason):
            whom = f", to {person}" if person else ""
            return f"{name} was returned to {title(event.process, to)}{whom}: {reason}"
        case TaskRecalled(person=person):
            step = title(event.process, event.element)
            return f"{person} took {step} back{_because(event.reason)}"
        case TaskUrged(message=message):
            return f"{name} was urged{_because(message)}"
        case TaskPlanned():
            return f"{name} has {_plan(event)}{_because(event.reason)}"
        case CommentAdded(visibility=visibility):
            return f"commented, to be read by {visibility}"
        case FileAttached(name=file, digest=digest):
            return f"attached {file}, SHA-256 {digest[:12]}…"
        case CopySent(people=people, message=message):
            return f"copied to {', '.join(people)}{_because(message)}"
        case _:
            return _hands(event, name)


def _hands(  # noqa: PLR0911 - one case a kind of event
    event: TaskDelegated
    | TaskHandedBack
    | TaskTransferred
    | ParticipantsAdded
    | ParticipantsRemoved
    | VoteCast
    | VotesDecided,
    name: str,
) -> str:
    match event:
        case TaskDelegated(owner=owner, person=person):
            return f"{owner} delegated {name} to {person}{_because(event.reason)}"
        case TaskHandedBack(owner=owner, person=person):
            return f"{name} went back from {person} to {owner}{_because(event.reason)}"
        case TaskTransferred(giver=giver, person=person):
            return f"{name} was transferred from {giver} to {person}{_because(event.reason)}"
        case ParticipantsAdded(participants=participants, policy=policy):
            people = ", ".join(one.person for one in participants)
            return f"{name} asks {people} to agree ({policy}){_because(event.reason)}"
        case ParticipantsRemoved(people=people):
            return f"{name} no longer asks {', '.join(people)}{_because(event.reason)}"
        case VoteCast(person=person, vote=vote):
            return f"{person} voted {vote} on {name}{_because(event.reason)}"
        case VotesDecided(approved=approved):
            return f"the votes on {name} are decided: {'agreed' if approved else 'refused'}"
        case _:
            assert_never(event)


def _plan(event: TaskPlanned) -> str:
    plan = {
        "priority": None if event.priority is None else str(event.priority),
        "due": event.due_at and local(event.due_at),
        "follow-up": event.follow_up_at and local(event.follow_up_at),
    }
    return ", ".join(f"{name} {value}" for name, value in plan.items() if value) or "no new plan"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
