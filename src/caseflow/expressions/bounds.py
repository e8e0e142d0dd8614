"""How large an expression may be, and how much it may work and produce."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

MAX_SOURCE = 10_000  # characters of one expression or script
MAX_BRACKETS = 50  # brackets inside brackets
MAX_DEPTH = 100  # operators, calls and blocks inside one another
MAX_STEPS = 1_000_000  # of one evaluation; a step takes well under a microsecond
MAX_TEXT = 1_000_000  # characters of one text
MAX_ITEMS = 100_000  # items of one list
MAX_DIGITS = 1_000  # of a number
MAX_BITS = 3_322  # of an integer: a thousand digits
MAX_NESTING = 50  # values inside values that are compared

Functions: TypeAlias = Mapping[str, Callable[..., object]]
"""The functions that the caller supplies at evaluation, by the name they were declared."""

NO_FUNCTIONS: Functions = MappingProxyType({})


class Work:
    """What one evaluation may still spend, and the functions that its caller supplied."""

    __slots__ = ("functions", "left")

    def __init__(self, functions: Functions, left: float = MAX_STEPS) -> None:
        self.functions = functions
        self.left = left

    def spend(self, steps: int) -> None:
        """Count ``steps``; raises ValueError when the evaluation has had its share."""
        self.left -= steps
        if self.left < 0:
            raise ValueError(f"takes more than {MAX_STEPS:,} steps: let it work on less data")

    def text(self, length: int) -> None:
        """Count a text that is about to be made; raises ValueError when it is too long."""
        if length > MAX_TEXT:
            raise ValueError(f"makes a text of more than {MAX_TEXT:,} characters")
        self.spend(1 + length // 16)

    def items(self, length: int) -> None:
        """Count a list that is about to be made; raises ValueError when it is too long."""
        if length > MAX_ITEMS:
            raise ValueError(f"makes a list of more than {MAX_ITEMS:,} items")
        self.spend(1 + length)
