"""People: the roles they hold in units, who acts for them, and what roles may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Action(StrEnum):
    """What a right allows."""

    SEE = "see"
    CLAIM = "claim"
    COMPLETE = "complete"
    ESCALATE = "escalate"
    """Hand a matter up (上报)."""
    DISPATCH = "dispatch"
    """Hand a matter down (下派)."""
    TRANSFER = "transfer"
    """Hand a matter to a unit beside (移送), or claim one from it."""
    SKIP = "skip"
    """Pass over a level on the way up or down (越级)."""
    RETURN = "return"
    """Send a matter back with a reason (退回、退单)."""
    SUPERVISE = "supervise"
    """Urge, set due times, put under supervision (督办)."""
    ADMINISTER = "administer"
    """Assign what others hold, suspend, cancel."""


class Reach(StrEnum):
    """Whose matters a right of a role covers, seen from the unit in which it is held."""

    UNIT = "unit"
    BELOW = "below"
    """The unit and all units under it."""
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a person can be in a unit.

    ``tiers`` are those on which it is held: a task for the role in a unit of another tier
    goes to the nearest unit above that is on one of them. ``rights`` is what it may do
    besides the tasks that are open to it.
    """

    code: str
    name: str = ""
    tiers: tuple[str, ...] = ()
    rights: Mapping[Action, Reach] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A role that a person holds in a unit, from a day to a day, both included."""

    role: str
    unit: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days on which a person is away, the last included."""

    since: date
    until: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Who acts for a person, from a day to a day, both included.

    ``while_absent``: only on days on which the person is away. ``roles`` narrows it to some
    posts, and then the tasks that the person holds are left out.
    """

    person: str
    since: date | None = None
    until: date | None = None
    while_absent: bool = False
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts; one who is not active may do nothing, whatever posts are left."""

    id: str
    name: str = ""
    is_active: bool = True
    posts: tuple[Post, ...] = ()
    absences: tuple[Absence, ...] = ()
    substitutes: tuple[Substitute, ...] = ()

    def absence(self, day: date) -> Absence | None:
        """Return the absence that a day falls into, if any."""
        return next((one for one in self.absences if one.since <= day <= one.until), None)


def is_within(day: date, since: date | None, until: date | None) -> bool:
    """Tell whether a day lies between two days, both included; None is no bound."""
    return (since is None or since <= day) and (until is None or day <= until)
