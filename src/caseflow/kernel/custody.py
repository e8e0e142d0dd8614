"""Who a case lies with: how it came there, who could have it back, who refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from caseflow.model import Hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A unit with its tier."""

    unit: str
    tier: str = ""


class Ruling(StrEnum):
    """What comes of a request to return a case."""

    STAYS = "stays"
    """The return is unfounded: the unit keeps it, and may not ask again."""
    BACK = "back"
    """It goes back to the unit that gave it, which decides anew."""
    REASSIGNED = "reassigned"
    """Another unit gets it, which may not return it."""


class ConflictKind(StrEnum):
    """Why nobody but a superior can say whose a case is."""

    CLAIMED = "claimed"
    """Several units claim it (争管辖)."""
    REFUSED = "refused"
    """Too many units have refused it (推诿)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Units that differ over whose a case is, until a superior designates one."""

    kind: ConflictKind
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequest:
    """A unit asks to return a case; ``person`` speaks for it and cannot rule on it."""

    person: str
    suggested: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """What has to be known of how a case came to its unit, and no more.

    ``came`` is the last way, ``giver`` the unit that it came from; a case that was never
    handed on has neither. ``above`` are the units that dispatched it down and could take it
    back, the first in front. Until ``return_by`` it can be returned. ``bound`` are the units
    that a ruling or a superior gave it to: they may not return it. ``refusals`` are those
    that asked to return it and were not told that it is theirs.
    """

    came: Hand | None = None
    giver: Seat | None = None
    above: tuple[Seat, ...] = ()
    return_by: datetime | None = None
    bound: tuple[str, ...] = ()
    asked: ReturnRequest | None = None
    refusals: tuple[str, ...] = ()
    conflict: Conflict | None = None


AS_OPENED = Custody()
"""Of a case that lies where it was opened."""
