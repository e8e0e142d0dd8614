"""How cases came from unit to unit, in words, one line each."""

from __future__ import annotations

from typing import assert_never

from caseflow.kernel import (
    CaseClaimed,
    CaseHanded,
    CaseTakenBack,
    ConflictArose,
    ConflictKind,
    HandingEvent,
    ReturnAsked,
    ReturnRuled,
    Ruling,
    TaskHanded,
    UnitDesignated,
)
from caseflow.model import Hand

HANDS = {
    Hand.ESCALATE: "escalated",
    Hand.DISPATCH: "dispatched",
    Hand.TRANSFER: "transferred",
    Hand.TAKE_BACK: "taken back",
    Hand.RETURN: "returned",
    Hand.RULE: "ruled",
    Hand.DESIGNATE: "designated",
}
"""What was done with what went to another unit."""

RULINGS = {
    Ruling.STAYS: "stays with it",
    Ruling.BACK: "goes back to",
    Ruling.REASSIGNED: "goes to",
}
"""What a ruling says of a case that a unit asked to return."""

_CONFLICTS = {ConflictKind.CLAIMED: "claim", ConflictKind.REFUSED: "refuse"}


def tell_handing(event: HandingEvent, name: str) -> str:  # noqa: C901, PLR0911 - one case an event
    """Say what happened to a case, or to its task of this name."""
    match event:
        case CaseHanded():
            where = f"from {event.source or 'no unit'} to {event.target}"
            return f"{HANDS[event.hand]} {where}{_past(event.skipped)}: {event.reason}"
        case TaskHanded():
            where = f"from {event.source or 'no unit'} to {event.target}"
            return f"{name} was {HANDS[event.hand]} {where}{_past(event.skipped)}: {event.reason}"
        case CaseTakenBack(source=source, target=target, reason=reason):
            return f"{target} took the case back from {source}: {reason}"
        case ReturnAsked(unit=unit, giver=giver, suggested=suggested, basis=basis):
            return f"{unit} asked {giver} to return it, suggests {suggested}: {basis}"
        case ReturnRuled(unit=unit, ruling=ruling, target=target, reason=reason):
            to = "" if ruling is Ruling.STAYS else f" {target}"
            return f"the return of {unit} was ruled on: it {RULINGS[ruling]}{to}: {reason}"
        case CaseClaimed(unit=unit, against=against, basis=basis):
            return f"{unit} claimed the case from {against or 'no unit'}: {basis}"
        case ConflictArose(conflict=conflict, units=units):
            return f"{', '.join(units)} {_CONFLICTS[conflict]} the case: a superior designates"
        case UnitDesignated(target=target, reason=reason):
            return f"{target} was designated: {reason}"
        case _:
            assert_never(event)


def _past(skipped: tuple[str, ...]) -> str:
    return f", past {', '.join(skipped)}" if skipped else ""
