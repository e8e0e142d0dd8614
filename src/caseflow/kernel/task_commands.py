"""What people ask of a task, besides claiming and completing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from caseflow.kernel.case import Participant, Vote
from caseflow.model import ElementId, ProcessId, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegateTask:
    """Let another person do a task and hand it back; it stays the holder's own (委派)."""

    at: datetime
    actor: str = ""
    task: int
    person: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBackTask:
    """Give a delegated task back to its owner, or take it back, with what came of it."""

    at: datetime
    actor: str = ""
    task: int
    variables: Values = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTask:
    """Give a task that somebody holds to another person for good (转办)."""

    at: datetime
    actor: str = ""
    task: int
    person: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddParticipants:
    """Ask people for their vote before a task can be completed (加签).

    ``policy`` says when they have decided, see `caseflow.kernel.decided`; without one the
    task keeps its own. ``result`` names the variable that takes whether they agreed.
    """

    at: datetime
    actor: str = ""
    task: int
    participants: tuple[Participant, ...]
    policy: str = ""
    result: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveParticipants:
    """No longer ask people who have not voted yet (减签)."""

    at: datetime
    actor: str = ""
    task: int
    people: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote:
    """Say what a person who was asked thinks (会签)."""

    at: datetime
    actor: str = ""
    task: int
    person: str
    vote: Vote
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeTask:
    """Ask for a task to be done soon (催办)."""

    at: datetime
    actor: str = ""
    task: int
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTask:
    """Set the priority, due or follow-up time of a task; what is None stays as it is."""

    at: datetime
    actor: str = ""
    task: int
    priority: int | None = None
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTask:
    """Send the case back from a task to an earlier one, which ``person`` gets (退回)."""

    at: datetime
    actor: str = ""
    task: int
    to: ElementId
    person: str | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallTask:
    """Take a completed task back while nobody acted on it (撤回).

    ``task`` is the number that the completed task had, ``opened`` the tasks that its
    completion opened.
    """

    at: datetime
    actor: str = ""
    task: int
    process: ProcessId
    element: ElementId
    opened: tuple[int, ...] = ()
    person: str
    reason: str = ""


TaskCommand: TypeAlias = (
    DelegateTask
    | HandBackTask
    | TransferTask
    | AddParticipants
    | RemoveParticipants
    | CastVote
    | UrgeTask
    | PlanTask
    | ReturnTask
    | RecallTask
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComment:
    """Put on record that somebody commented on a case; the text lies elsewhere."""

    at: datetime
    actor: str = ""
    comment: str
    task: int | None = None
    visibility: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachFile:
    """Put on record that a file belongs to a case; its bytes lie elsewhere."""

    at: datetime
    actor: str = ""
    file: str
    task: int | None = None
    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCopy:
    """Put on record that people may look at a case from now on (抄送)."""

    at: datetime
    actor: str = ""
    task: int | None = None
    people: tuple[str, ...]
    message: str = ""


DeskNote: TypeAlias = AddComment | AttachFile | SendCopy
"""Notes that people make from their desk."""
