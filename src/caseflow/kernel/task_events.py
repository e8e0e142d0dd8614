"""Facts about what people did with a task, besides claiming and completing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from caseflow.kernel.case import Participant, Vote
from caseflow.model import ElementId, ProcessId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDelegated:
    """The owner of a task let another person do it."""

    task: int
    owner: str
    person: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskHandedBack:
    """A delegated task went back to its owner."""

    task: int
    owner: str
    person: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTransferred:
    """A task that ``giver`` held was given to another person for good."""

    task: int
    giver: str
    person: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantsAdded:
    """People were asked for their vote on a task."""

    task: int
    participants: tuple[Participant, ...]
    policy: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantsRemoved:
    """People are no longer asked for their vote."""

    task: int
    people: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCast:
    """A person who was asked voted."""

    task: int
    person: str
    vote: Vote
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VotesDecided:
    """The votes on a task are enough, one way or the other."""

    task: int
    approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUrged:
    """Somebody asked for a task to be done soon."""

    task: int
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPlanned:
    """The priority, due or follow-up time of a task was set; what is None stayed as it was."""

    task: int
    priority: int | None = None
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReturned:
    """A case was sent back from a task to an earlier one."""

    process: ProcessId
    element: ElementId
    task: int
    to: ElementId
    person: str | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecalled:
    """A person took back a task that they had completed."""

    process: ProcessId
    element: ElementId
    task: int
    person: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAdded:
    """Somebody commented on the case; the text lies elsewhere, for those who may read it."""

    comment: str
    task: int | None = None
    visibility: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttached:
    """A file belongs to the case; ``digest`` is the SHA-256 of its bytes."""

    file: str
    task: int | None = None
    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySent:
    """People may look at the case from now on."""

    task: int | None = None
    people: tuple[str, ...]
    message: str = ""


TaskEvent: TypeAlias = (
    TaskDelegated
    | TaskHandedBack
    | TaskTransferred
    | ParticipantsAdded
    | ParticipantsRemoved
    | VoteCast
    | VotesDecided
    | TaskUrged
    | TaskPlanned
    | TaskReturned
    | TaskRecalled
    | CommentAdded
    | FileAttached
    | CopySent
)
"""What happens at people's desks."""
