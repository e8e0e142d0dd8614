"""Passages: how a case gets from one unit to another in the tree, and who may send it there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from caseflow.model import Hand
from caseflow.org.people import Action
from caseflow.org.rights import Rights, Subject, Verdict
from caseflow.org.units import Units

_RIGHTS = {
    Hand.ESCALATE: Action.ESCALATE,
    Hand.DISPATCH: Action.DISPATCH,
    Hand.TRANSFER: Action.TRANSFER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The way from a unit to another: up, down or sideways, and past which units."""

    hand: Hand
    source: str
    target: str
    tier: str
    skipped: tuple[str, ...] = ()


def passage(units: Units, source: str, target: str) -> Passage | None:
    """Return the way between two units; None where one is unknown, or they are the same."""
    here, there = units.get(source), units.get(target)
    if here is None or there is None or source == target:
        return None
    up, down = units.above(source), units.above(target)
    if target in up:
        hand, between = Hand.ESCALATE, up[1 : up.index(target)]
    elif source in down:
        hand, between = Hand.DISPATCH, tuple(reversed(down[1 : down.index(source)]))
    else:
        hand, between = Hand.TRANSFER, ()
    return Passage(
        hand=hand, source=source, target=target, tier=there.tier, skipped=tuple(between)
    )


def may_send(
    rights: Rights, person: str, way: Passage, subjects: Iterable[Subject], *, on: datetime
) -> Verdict:
    """Tell whether a person may send a case, or one of its tasks, on its way.

    The right of its direction is needed over the unit that has it, or over one of the
    ``subjects``, which are tasks there; to pass over a unit, the right to skip as well. Who
    may dispatch matters of both units may also move one between them.
    """
    right, here = _RIGHTS[way.hand], Subject(unit=way.source)
    verdicts = [rights.may(person, right, one, on=on) for one in (here, *subjects)]
    verdict = next((one for one in verdicts if one), verdicts[0])
    if not verdict and way.hand is Hand.TRANSFER:
        both = [
            rights.may(person, Action.DISPATCH, Subject(unit=unit), on=on)
            for unit in (way.source, way.target)
        ]
        verdict = both[0] if all(both) else verdict
    if verdict and way.skipped:
        skips = rights.may(person, Action.SKIP, here, on=on)
        return skips if not skips else verdict
    return verdict


def may_decide(rights: Rights, person: str, giver: str, *, on: datetime) -> Verdict:
    """Tell whether a person may take back what a unit gave, or rule on its return.

    That is who dispatches for that unit: its own people, or a superior's of both units.
    """
    return rights.may(person, Action.DISPATCH, Subject(unit=giver), on=on)


def may_designate(
    rights: Rights, person: str, units: Iterable[str], target: str, *, on: datetime
) -> Verdict:
    """Tell whether a person may end a conflict: who dispatches from above all the units in it."""
    return rights.may_from_above(person, Action.DISPATCH, (*units, target), on=on)
