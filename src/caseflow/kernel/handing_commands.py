"""What units ask of a case, or of one of its tasks: handing it up, down, sideways and back.

A command tells the unit with its tier, and which units it passes over: the kernel knows no
tree of units, and must come to the same result when it is given the command again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from caseflow.kernel.custody import Ruling
from caseflow.model import Hand


@dataclass(frozen=True, slots=True, kw_only=True)
class HandCase:
    """Give a case to another unit: up, down or sideways (上报, 下派, 移送).

    ``skipped`` are the units that it passes over (越级), ``ground`` is a code for statistics.
    ``return_limit`` names the limit within which it can be returned. With ``roles`` its
    tasks are for these from now on. ``decision`` and its ``rules`` are those that said so.
    """

    at: datetime
    actor: str = ""
    hand: Hand
    to: str
    tier: str = ""
    skipped: tuple[str, ...] = ()
    reason: str
    ground: str = ""
    return_limit: str = ""
    roles: tuple[str, ...] = ()
    decision: str = ""
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandTask:
    """Give one open task to another unit, or take it back from there; the case stays."""

    at: datetime
    actor: str = ""
    task: int
    hand: Hand
    to: str = ""
    skipped: tuple[str, ...] = ()
    reason: str
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackCase:
    """Take a case back that was dispatched (收回): to whom dispatched it last, or ``to``."""

    at: datetime
    actor: str = ""
    to: str = ""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReturn:
    """Ask to return a case that was dispatched or transferred (退单, X3)."""

    at: datetime
    actor: str = ""
    basis: str
    suggested: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOnReturn:
    """Rule on the request to return a case (裁定); ``to`` is for a case that is reassigned."""

    at: datetime
    actor: str = ""
    ruling: Ruling
    to: str = ""
    tier: str = ""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCase:
    """Say that a case belongs to another unit than the one that has it (争管辖)."""

    at: datetime
    actor: str = ""
    unit: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignateUnit:
    """End a conflict, or a request to return a case, by saying whose it is (指定管辖)."""

    at: datetime
    actor: str = ""
    to: str
    tier: str = ""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceUnit:
    """Answer `FindUnit`: the unit that an element of the diagram hands the case to.

    ``problem`` tells why there is none; then the case is stuck there.
    """

    at: datetime
    actor: str = ""
    token: int
    hand: Hand
    to: str = ""
    tier: str = ""
    skipped: tuple[str, ...] = ()
    reason: str = ""
    problem: str = ""


HandingCommand: TypeAlias = (
    HandCase
    | HandTask
    | TakeBackCase
    | AskReturn
    | RuleOnReturn
    | ClaimCase
    | DesignateUnit
    | PlaceUnit
)
