"""What people ask of deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from caseflow.model import ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseDeadlines:
    """Let the deadlines of a case stand still that are running, or those of some elements.

    An appraisal, an absence or a legal procedure does not count (DOMAIN §0.2, traps).
    """

    at: datetime
    actor: str = ""
    elements: tuple[ElementId, ...] = ()
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeDeadlines:
    """Let the deadlines of a case run on that stand still, or those of some elements."""

    at: datetime
    actor: str = ""
    elements: tuple[ElementId, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension:
    """Ask that the deadline of a task be extended by a limit of the parameter set."""

    at: datetime
    actor: str = ""
    task: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideExtension:
    """Approve the extension that was asked for, or refuse it."""

    at: datetime
    actor: str = ""
    task: int
    approved: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecountDeadlines:
    """Count all deadlines again, because the calendar has changed."""

    at: datetime
    actor: str = ""
    reason: str


DeadlineCommand: TypeAlias = (
    PauseDeadlines | ResumeDeadlines | AskExtension | DecideExtension | RecountDeadlines
)
