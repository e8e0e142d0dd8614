"""What a decision gives: its result, and step by step how it came about."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.expressions import Result
from caseflow.model import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A value that a decision looked at, and what it calls it."""

    title: str
    value: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that fits: why, and what it gives."""

    rule: str
    number: int
    reason: str
    outputs: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A rule with the verdict on each of its tests; None is neither true nor false."""

    rule: str
    number: int
    tests: tuple[str, ...]
    verdicts: tuple[bool | None, ...]

    @property
    def fits(self) -> bool:
        """Whether every test is true."""
        return all(self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One decision that was made: what it saw, which rules fit, and what came of it.

    ``is_default`` tells that no rule fits and the default outputs were taken; ``rows`` are
    all rules with every verdict, where that was asked for.
    """

    decision: str
    name: str
    seen: tuple[Seen, ...]
    result: Value
    hits: tuple[Hit, ...] = ()
    is_default: bool = False
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of a decision, and the steps to it: what is needed before what needs it."""

    result: Value
    steps: tuple[Step, ...]
