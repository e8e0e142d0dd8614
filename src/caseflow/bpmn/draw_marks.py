"""Where a case stands, as the pictures of a diagram show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from caseflow.model import ElementId, FlowId


class Standing(StrEnum):
    """What a picture says about one element."""

    UNTOUCHED = "untouched"
    PASSED = "passed"
    WAITING = "waiting"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What to mark on a picture: where tokens are, which way they came, what went wrong.

    ``tokens`` and ``passed`` count by element; ``incidents`` gives the reason in words.
    """

    tokens: Mapping[ElementId, int] = field(default_factory=lambda: MappingProxyType({}))
    passed: Mapping[ElementId, int] = field(default_factory=lambda: MappingProxyType({}))
    flows: frozenset[FlowId] = frozenset()
    incidents: Mapping[ElementId, str] = field(default_factory=lambda: MappingProxyType({}))
    caption: str = ""

    def standing(self, element: ElementId) -> Standing:
        """Return what matters most about an element: an incident, a token, a passage."""
        if element in self.incidents:
            return Standing.INCIDENT
        if self.tokens.get(element, 0) > 0:
            return Standing.WAITING
        if self.passed.get(element, 0) > 0:
            return Standing.PASSED
        return Standing.UNTOUCHED


NO_MARKS = Marks()
