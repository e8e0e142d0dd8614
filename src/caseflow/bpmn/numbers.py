"""Whole numbers in attributes."""

from __future__ import annotations

from caseflow.bpmn.elements import Element
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source

_MAX = 1_000_000


def whole_number(element: Element, attribute: str, source: Source, *, default: int) -> int:
    """Return a number of at least one, or the default where the attribute is not there."""
    text = element.get(attribute)
    if not text:
        return default
    digits = text.removeprefix("+")
    number = (
        int(digits)
        if digits.isascii() and digits.isdigit() and len(digits) <= len(str(_MAX))
        else 0
    )
    if not 1 <= number <= _MAX:
        source.findings.add(
            Rule.BAD_NUMBER,
            element.place,
            f"{attribute} is {text[:20]}",
            f"write a whole number from 1 to {_MAX:,}",
        )
        return max(default, 1)
    return number
