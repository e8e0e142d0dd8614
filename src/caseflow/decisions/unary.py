"""Unary tests: what a cell asks of its input, as conditions and as the values they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from caseflow.expressions import (
    FEEL_FUNCTIONS,
    NO_FUNCTIONS,
    Call,
    Comparison,
    Constant,
    Logic,
    Node,
    Place,
    Relation,
    Result,
    Sign,
    Unary,
    Variable,
    Work,
)

INPUT = "?"
"""The variable that a unary test speaks of."""

INPUT_NODE = Variable(name=INPUT, place=Place(1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One end of an interval."""

    value: Node
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """``[a..b]``, ``< b``: an end that is None is open to infinity."""

    low: Bound | None = None
    high: Bound | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal:
    """A value; where that is a list, one of its items."""

    value: Node
    is_not: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """A condition that speaks of ``?`` by itself."""

    condition: Node


Test: TypeAlias = Within | Equal | Holds


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaryTests:
    """What a cell asks of its input: any of ``tests``, none where negated; all where None."""

    tests: tuple[Test, ...] | None = None
    is_negated: bool = False


ANYTHING = UnaryTests()
"""``-``."""


def node_of(tests: UnaryTests) -> Node:
    """Return unary tests as a condition on ``?``."""
    if tests.tests is None:
        return Constant(value=True, place=INPUT_NODE.place)
    nodes = tuple(map(condition_of, tests.tests))
    any_of = nodes[0] if len(nodes) == 1 else joined(nodes, is_and=False)
    if tests.is_negated:
        return Unary(sign=Sign.NOT, operand=any_of, place=any_of.place)
    return any_of


def constant_of(node: Node) -> tuple[Result] | None:
    """Return the value that a node writes down, in a tuple, or None where it is computed."""
    match node:
        case Constant():
            return (node.value,)
        case Call() if FEEL_FUNCTIONS.get(node.function) in _WRITING:
            found = [constant_of(each) for each in node.arguments]
            values = [each[0] for each in found if each is not None]
            if len(values) < len(found):
                return None
            try:
                return (FEEL_FUNCTIONS[node.function].call(Work(NO_FUNCTIONS), *values),)
            except (TypeError, ValueError, ArithmeticError):
                return None  # whoever compiles it says what is wrong, and where
        case _:
            return None


def condition_of(test: Test) -> Node:
    """Return one test as a condition on ``?``."""
    match test:
        case Holds():
            return test.condition
        case Equal():
            # An item of a list, or the value itself: which one is known with the value.
            node = compared(INPUT_NODE, Relation.IN, test.value)
            place = test.value.place
            return Unary(sign=Sign.NOT, operand=node, place=place) if test.is_not else node
        case Within():
            parts: list[Node] = []
            if test.low is not None:
                closed = Relation.GREATER_OR_EQUAL if test.low.is_closed else Relation.GREATER
                parts.append(compared(INPUT_NODE, closed, test.low.value))
            if test.high is not None:
                closed = Relation.LESS_OR_EQUAL if test.high.is_closed else Relation.LESS
                parts.append(compared(INPUT_NODE, closed, test.high.value))
            return parts[0] if len(parts) == 1 else joined(tuple(parts), is_and=True)


def compared(left: Node, relation: Relation, right: Node) -> Node:
    """Return a comparison of two values."""
    return Comparison(first=left, links=((relation, right),), place=right.place)


def joined(nodes: tuple[Node, ...], *, is_and: bool) -> Node:
    """Return conditions joined by ``and``, or by ``or``."""
    return Logic(is_and=is_and, operands=nodes, place=nodes[0].place)


_WRITING = tuple(function for function in FEEL_FUNCTIONS.values() if function.is_literal)
