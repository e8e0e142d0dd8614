"""Time limits and other parameters that a diagram names instead of writing numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from caseflow.model.values import Value


class CalendarKind(StrEnum):
    """How a span of time is counted."""

    CLK = "CLK"
    """Running clock: minutes and hours round the clock, from the instant of the trigger."""
    CD = "CD"
    """Calendar days: the start day does not count; a last day of rest moves to the next day."""
    CM = "CM"
    """Calendar months: to the corresponding day, or the month's end where there is none."""
    CY = "CY"
    """Calendar years, as months."""
    WD = "WD"
    """Working days, make-up days included."""
    WH = "WH"
    """Working time: counts only inside office hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A named span: how long, how it is counted, and where that comes from.

    ``amount`` is minutes for CLK and WH, days for CD and WD, months for CM, years for CY.
    A limit that is a share of another (a reminder at half time) names it in ``of`` and
    carries its kind, amount and ``outside``: ``share`` of that whole is the span.
    ``outside`` names the limit that holds when the span starts outside office hours.
    """

    name: str
    kind: CalendarKind
    amount: int
    of: str | None = None
    share: Decimal | None = None
    outside: str | None = None
    label: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """What happens at one moment of a span that runs out.

    ``light`` names the step. It comes when ``share`` of the span is over, or, after the
    span, when the limit that ``after`` names is over that is counted from there on.
    ``notify`` says who is told, in words of the host such as ``holder`` or ``superior``;
    ``message`` is sent to the case or process that waits for it, with the business key;
    ``priority`` is the least that the task has from then on.
    """

    light: str
    share: Decimal | None = None
    after: str | None = None
    notify: tuple[str, ...] = ()
    message: str | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Warnings on the way to a deadline and steps behind it, in the order of time."""

    name: str
    steps: tuple[LadderStep, ...]
    label: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSet:
    """One named set of limits, ladders and plain values (``yuxi-default``, ``beijing``, ...).

    What the set inherits from another stands in it too.
    """

    name: str
    limits: Mapping[str, Limit] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    ladders: Mapping[str, Ladder] = field(default_factory=lambda: MappingProxyType({}))
