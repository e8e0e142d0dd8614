"""Facts about deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from caseflow.model import ElementId, ProcessId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesPaused:
    """Deadlines stand still: those of these tasks and timers."""

    tasks: tuple[int, ...]
    timers: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesResumed:
    """Deadlines run on: those of these tasks and timers."""

    tasks: tuple[int, ...]
    timers: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMoved:
    """The deadline of a task or timer, by its number, is another than before.

    ``due_at`` is None where it stands still.
    """

    process: ProcessId
    element: ElementId
    number: int
    limit: str
    due_before: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked:
    """Somebody asked for more time."""

    task: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionDecided:
    """Somebody decided whether there is more time."""

    task: int
    by: str
    approved: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesRecounted:
    """All deadlines were counted again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineWarned:
    """A task came to a step of its ladder of warnings."""

    process: ProcessId
    element: ElementId
    task: int
    light: str
    due_at: datetime
    notify: tuple[str, ...] = ()


DeadlineEvent: TypeAlias = (
    DeadlinesPaused
    | DeadlinesResumed
    | DeadlineMoved
    | ExtensionAsked
    | ExtensionDecided
    | DeadlinesRecounted
    | DeadlineWarned
)
