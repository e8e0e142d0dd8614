"""Loops of an expression, and the variables that they and scripts set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caseflow.expressions.access import items_of
from caseflow.expressions.bounds import Work
from caseflow.expressions.closures import FAULTS, HANDED_ON, Code, Fail, Names
from caseflow.expressions.values import Result, are_values, kind
from caseflow.model import Value


class Local(dict[str, Value]):
    """Variables of a loop or script in front of those around them."""

    __slots__ = ("outer",)

    def __init__(self, outer: Names) -> None:
        super().__init__()
        self.outer = outer

    def __missing__(self, name: str) -> Value:
        return self.outer[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """``for variables in iterable if condition``; each turn costs ``weight`` steps."""

    variables: tuple[str, ...]
    iterable: Code
    condition: Code | None
    weight: int
    fail: Fail

    def turns(self, names: Names, work: Work) -> Iterator[Local]:
        """Yield the variables of each turn whose condition holds."""
        local = Local(names)
        holder = self.iterable(names, work)
        try:
            items = items_of(work, holder, "for")
        except FAULTS as fault:
            raise self.fail(fault) from None
        name = self.variables[0] if len(self.variables) == 1 else None
        for each in items:
            try:
                work.spend(self.weight)
                if name is None:
                    local.update(zip(self.variables, self._parts(each), strict=True))
                else:
                    local[name] = each
            except FAULTS as fault:
                raise self.fail(fault) from None
            if self.condition is None or self.condition(local, work):
                yield local

    def _parts(self, each: Value) -> Sequence[Value]:
        if not isinstance(each, list | tuple):
            raise TypeError(f"for takes {kind(each)} apart: it needs a list in a list")
        if len(each) != len(self.variables):
            raise ValueError(f"for {', '.join(self.variables)}: an item has {len(each)} parts")
        return each


def comprehension(loop: Loop, element: Code) -> Code:
    """``[element for …]``."""

    def code(names: Names, work: Work) -> Result:
        values = [element(local, work) for local in loop.turns(names, work)]
        try:
            work.items(len(values))
        except ValueError as fault:
            raise loop.fail(fault) from None
        if not are_values(values):
            raise loop.fail(HANDED_ON)
        return values

    return code


def quantifier(loop: Loop, element: Code, *, is_all: bool) -> Code:
    """``any(element for …)``, ``all(element for …)``."""
    decide = all if is_all else any
    return lambda names, work: decide(element(local, work) for local in loop.turns(names, work))
