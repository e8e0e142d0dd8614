"""The lists of a person: their own tasks, and all that they may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from caseflow.engine import TaskFilter
from caseflow.org import Sight, Units
from caseflow.store import Everywhere, Held, Named, OfParty, OfUnits, OpenToRole, Way

_KINDS = ("person", "signer", "owner")


class Due(StrEnum):
    """How a task stands with its due time."""

    OVERDUE = "overdue"
    TODAY = "today"
    """Due until midnight, and not over yet."""
    WEEK = "week"
    """Due within seven days, today included, and not over yet."""


def own_ways(sight: Sight) -> tuple[Way, ...]:
    """Return how a person comes to what they have to do, or could take.

    That is what they hold, what they are asked for their vote on, and what nobody holds
    and is open to them by name or role; the same for those whose substitute they are.
    """
    ways: list[Way] = []
    for person in sight.people:
        ways.append(Held(person=person))
        ways.append(Named(person=person, kind="signer"))
        ways.append(Named(person=person, kind="person", is_free=True))
    ways += [
        OpenToRole(role=role, units=units, is_free=True) for role, units in sight.open_to if units
    ]
    return tuple(ways)


def visible_ways(sight: Sight) -> tuple[Way, ...]:
    """Return how a person comes to every task that they may see, as `Rights` says it."""
    if sight.is_everywhere:
        return (Everywhere(),)
    ways: list[Way] = []
    for person in sight.people:
        ways += [Held(person=person), OfParty(person=person)]
        ways += [Named(person=person, kind=kind) for kind in _KINDS]
    ways += [OpenToRole(role=role, units=units) for role, units in sight.open_to if units]
    if sight.units:
        ways.append(OfUnits(units=sight.units))
    return tuple(ways)


def narrowed(
    wanted: TaskFilter,
    units: Units,
    *,
    under: str | None,
    tier: str | None,
) -> TaskFilter:
    """Return a filter that also asks for the units below one, or on a tier."""
    found = None if wanted.units is None else set(wanted.units)
    for some in (
        None if under is None else units.below(under),
        None if tier is None else units.on_tier(tier),
    ):
        if some is not None:
            found = set(some) if found is None else found & set(some)
    return wanted if found is None else replace(wanted, units=tuple(sorted(found)))


def due_within(wanted: TaskFilter, due: Due | None, *, now: datetime, zone: str) -> TaskFilter:
    """Return a filter that also asks how tasks stand with their due time."""
    if due is None:
        return wanted
    if due is Due.OVERDUE:
        return replace(wanted, due_before=_earlier(wanted.due_before, now))
    days = 1 if due is Due.TODAY else 7
    midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=days)
    after = now if wanted.due_after is None else max(wanted.due_after, now)
    return replace(wanted, due_before=_earlier(wanted.due_before, end), due_after=after)


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)
