"""To which unit a case goes: from what was said to a unit of the directory, or why to none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caseflow.errors import CommandRefused
from caseflow.kernel import WAYS, Case, FindUnit, PlaceUnit
from caseflow.model import Hand
from caseflow.org import Directory, Units, passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A unit with its tier, and the units that are passed over on the way there."""

    unit: str
    tier: str = ""
    skipped: tuple[str, ...] = ()


def destination(
    directory: Directory, source: str, hand: Hand, to: str | None, *, tier: str = ""
) -> Destination:
    """Return where something goes that is handed up, down or sideways.

    A directory without any units is that of a host which sees to units itself: what it says
    is taken as it is.

    Raises:
        CommandRefused: no unit is named and none lies above, there is none of this name, or
            it lies in another direction.
    """
    units = directory.units()
    if not to:
        to = _above(units, source, hand)
    if not units.all:
        return Destination(unit=to, tier=tier)
    found = units.get(to)
    if found is None:
        raise CommandRefused(f"there is no unit {to!r}")
    way = passage(units, source, to)
    if way is not None and way.hand is not hand:
        raise CommandRefused(f"unit {to} lies {_WHERE[way.hand]} {source}: {_INSTEAD[way.hand]}")
    return Destination(unit=to, tier=found.tier, skipped=() if way is None else way.skipped)


def named(directory: Directory, unit: str, tier: str = "") -> Destination:
    """Return a unit that somebody names, wherever it lies. Raises CommandRefused."""
    units = directory.units()
    found = units.get(unit)
    if units.all and found is None:
        raise CommandRefused(f"there is no unit {unit!r}")
    return Destination(unit=unit, tier=tier if found is None else found.tier)


def placed(
    directory: Directory, case: Case, asked: FindUnit, *, at: datetime, actor: str
) -> PlaceUnit:
    """Answer an element that hands the case on; what cannot be is told as a problem."""
    try:
        if asked.hand in WAYS and asked.to != case.unit:
            found = destination(directory, case.unit, asked.hand, asked.to)
        elif asked.to:
            found = named(directory, asked.to)
        else:
            found = Destination(unit="")
    except CommandRefused as refusal:
        return PlaceUnit(
            at=at, actor=actor, token=asked.token, hand=asked.hand, problem=str(refusal)
        )
    return PlaceUnit(
        at=at,
        actor=actor,
        token=asked.token,
        hand=asked.hand,
        to=found.unit,
        tier=found.tier,
        skipped=found.skipped,
        reason=asked.reason,
    )


def _above(units: Units, source: str, hand: Hand) -> str:
    if hand is not Hand.ESCALATE:
        raise CommandRefused("name the unit that gets it")
    line = units.above(source)
    if not line:
        raise CommandRefused(f"unit {source or 'none'} is unknown here: name the unit above it")
    if len(line) == 1:
        raise CommandRefused(f"no unit lies above {source}")
    return line[1]


_WHERE = {Hand.ESCALATE: "above", Hand.DISPATCH: "below", Hand.TRANSFER: "beside"}
_INSTEAD = {
    Hand.ESCALATE: "escalate it",
    Hand.DISPATCH: "dispatch it",
    Hand.TRANSFER: "transfer it",
}
