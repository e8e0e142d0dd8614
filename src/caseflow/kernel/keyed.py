"""Correlation keys as they are compiled (BPMN 2.0.2, 8.4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.expressions import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A compiled correlation key: how each property is read from a message and from the case."""

    name: str
    retrieval: tuple[tuple[str, Expression], ...]
    binding: Mapping[str, Expression]
