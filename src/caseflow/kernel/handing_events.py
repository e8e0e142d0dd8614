"""Facts about how a case, or one of its tasks, came from unit to unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from caseflow.kernel.custody import ConflictKind, Ruling
from caseflow.model import Hand


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHanded:
    """A case went up, down or sideways, with those of its open ``tasks`` that were the unit's.

    ``skipped`` are the units that it passed over; it can be returned until ``return_by``.
    """

    hand: Hand
    source: str
    source_tier: str = ""
    target: str
    target_tier: str = ""
    skipped: tuple[str, ...] = ()
    tasks: tuple[int, ...] = ()
    reason: str
    ground: str = ""
    return_by: datetime | None = None
    decision: str = ""
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskHanded:
    """One task went to another unit, or came back from there; its case stayed."""

    task: int
    hand: Hand
    source: str
    target: str
    skipped: tuple[str, ...] = ()
    reason: str
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTakenBack:
    """A unit took back what it had dispatched."""

    source: str
    target: str
    target_tier: str = ""
    tasks: tuple[int, ...] = ()
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAsked:
    """A unit asked to return a case: on what basis, and whose it is instead."""

    unit: str
    giver: str
    basis: str
    suggested: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRuled:
    """The request of ``unit`` was ruled on; where it ``stays``, it was wrong to ask."""

    unit: str
    ruling: Ruling
    target: str
    target_tier: str = ""
    tasks: tuple[int, ...] = ()
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClaimed:
    """A unit said that a case is its own, which another one has."""

    unit: str
    against: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictArose:
    """Units differ over whose a case is, so that a superior has to designate one."""

    conflict: ConflictKind
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDesignated:
    """A superior said whose the case is."""

    source: str
    target: str
    target_tier: str = ""
    tasks: tuple[int, ...] = ()
    reason: str


HandingEvent: TypeAlias = (
    CaseHanded
    | TaskHanded
    | CaseTakenBack
    | ReturnAsked
    | ReturnRuled
    | CaseClaimed
    | ConflictArose
    | UnitDesignated
)
