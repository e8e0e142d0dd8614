"""How cases belong together, and when a file is closed: what is put on record of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from caseflow.kernel.case import CaseId


class Relation(StrEnum):
    """What one case is to another."""

    LINKED = "linked"
    REOPENS = "reopens"
    REOPENED_BY = "reopened_by"
    TOOK_IN = "took_in"
    MERGED_INTO = "merged_into"
    SPLIT_FROM = "split_from"
    SPLIT_INTO = "split_into"
    SUPERVISES = "supervises"
    SUPERVISED_BY = "supervised_by"
    FOLLOWS_UP = "follows_up"
    FOLLOWED_UP_BY = "followed_up_by"

    @property
    def converse(self) -> Relation:
        """What the other case is to this one."""
        return _CONVERSE[self]


_PAIRS = (
    (Relation.LINKED, Relation.LINKED),
    (Relation.REOPENS, Relation.REOPENED_BY),
    (Relation.TOOK_IN, Relation.MERGED_INTO),
    (Relation.SPLIT_FROM, Relation.SPLIT_INTO),
    (Relation.SUPERVISES, Relation.SUPERVISED_BY),
    (Relation.FOLLOWS_UP, Relation.FOLLOWED_UP_BY),
)
_CONVERSE = dict(_PAIRS) | {other: one for one, other in _PAIRS}


@dataclass(frozen=True, slots=True, kw_only=True)
class RelateCase:
    """Put on record what the case is to another one."""

    at: datetime
    actor: str = ""
    relation: Relation
    other: CaseId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCase:
    """Close the file of a case that is over; ``papers`` are the numbers of what is in it."""

    at: datetime
    actor: str = ""
    papers: tuple[str, ...] = ()
    retention: str = ""


MatterNote: TypeAlias = RelateCase | ArchiveCase
"""Notes on how a case belongs to others, and that its file is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRelated:
    """The case belongs to another one."""

    relation: Relation
    other: CaseId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseArchived:
    """The file is closed."""

    papers: tuple[str, ...]
    retention: str


MatterEvent: TypeAlias = CaseRelated | CaseArchived
