"""Handing a case from one unit to another: the ways of it, and how a diagram asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from caseflow.model.formula import Formula


class Hand(StrEnum):
    """A way in which a case comes from one unit to another."""

    ESCALATE = "escalate"
    """Up, to a unit above (上报)."""
    DISPATCH = "dispatch"
    """Down, to a unit below (下派)."""
    TRANSFER = "transfer"
    """Sideways, to a unit that is neither above nor below (移送)."""
    TAKE_BACK = "take_back"
    """Up again, to a unit that dispatched it (收回)."""
    RETURN = "return"
    """The unit that was given it asks to be rid of it, with a basis (退单)."""
    RULE = "rule"
    """Somebody rules on such a request (裁定)."""
    DESIGNATE = "designate"
    """A superior ends a conflict by saying whose it is (指定管辖)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """What an element asks for before it begins: a way, to which unit, and why.

    Without ``to`` a case goes to the unit above, back to who dispatched it, or stays where
    a ruling leaves it, as the way has it.
    """

    hand: Hand
    to: Formula | None = None
    reason: Formula | None = None
    ground: str = ""
