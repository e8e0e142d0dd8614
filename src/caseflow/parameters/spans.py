"""Spans as people write them: ``30 min``, ``3 d``, ``1 month``."""

from __future__ import annotations

import re

from caseflow.model import CalendarKind

_SPAN = re.compile(r"([0-9]{1,4}) ?(min|h|d|months?|years?)")
_MINUTES = {"min": 1, "h": 60}
_EXAMPLES = {
    CalendarKind.CLK: "“30 min” or “24 h”",
    CalendarKind.CD: "“3 d”",
    CalendarKind.CM: "“1 month” or “6 months”",
    CalendarKind.CY: "“1 year” or “2 years”",
    CalendarKind.WD: "“3 d”",
    CalendarKind.WH: "“30 min” or “4 h”",
}
_UNITS = {
    CalendarKind.CLK: ("min", "h"),
    CalendarKind.CD: ("d",),
    CalendarKind.CM: ("month", "months"),
    CalendarKind.CY: ("year", "years"),
    CalendarKind.WD: ("d",),
    CalendarKind.WH: ("min", "h"),
}


def amount_of(span: str, kind: CalendarKind) -> int | None:
    """Return the amount in the unit of ``kind``, or None if it is no span of that kind."""
    read = _SPAN.fullmatch(span)
    if read is None or read[2] not in _UNITS[kind] or int(read[1]) == 0:
        return None
    return int(read[1]) * _MINUTES.get(read[2], 1)


def example_of(kind: CalendarKind) -> str:
    """Return how a span of this kind is written."""
    return _EXAMPLES[kind]
