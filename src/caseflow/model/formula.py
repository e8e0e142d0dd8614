"""An expression as its author wrote it, with the place where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Notation(StrEnum):
    """The language an expression is written in."""

    PYTHON = "python"
    FEEL = "feel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """The text of an expression, its notation and the line of the file it stands on."""

    text: str
    notation: Notation = Notation.PYTHON
    line: int = 0
