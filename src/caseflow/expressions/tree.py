"""The typed tree of an expression or script, the same for every notation it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from caseflow.model import Value


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in its source; both count from 1."""

    line: int
    column: int


class Arithmetic(StrEnum):
    """The operators that compute."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    FLOOR = "//"
    REMAINDER = "%"
    POWER = "**"


class Sign(StrEnum):
    """The operators in front of one value."""

    PLUS = "+"
    MINUS = "-"
    NOT = "not"


class Relation(StrEnum):
    """The operators that compare."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    IN = "in"
    NOT_IN = "not in"
    IS = "is"
    IS_NOT = "is not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A value that is written in the source."""

    value: Value
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable, by name."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDisplay:
    """``[a, b]``."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDisplay:
    """``{"a": b}``."""

    entries: tuple[tuple[Node, Node], ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """``f"text {a}"``: its parts are written one after the other."""

    parts: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary:
    """``-a``, ``not a``."""

    sign: Sign
    operand: Node
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """``a + b``."""

    operator: Arithmetic
    left: Node
    right: Node
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``a < b <= c``: every neighbour is compared, up to the first that fails."""

    first: Node
    links: tuple[tuple[Relation, Node], ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic:
    """``a and b``, or ``a or b`` where ``is_and`` is false; evaluated as far as needed."""

    is_and: bool
    operands: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """``then if condition else otherwise``."""

    condition: Node
    then: Node
    otherwise: Node
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscript:
    """``target[index]``."""

    target: Node
    index: Node
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """``target[start:stop:step]``."""

    target: Node
    start: Node | None
    stop: Node | None
    step: Node | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """``target.name``: a key of a map, or a part of a date, moment or duration."""

    target: Node
    name: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``function(a, b, key=c)``."""

    function: str
    arguments: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCall:
    """``target.method(a)``."""

    target: Node
    method: str
    arguments: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Comprehension:
    """``[element for variables in iterable if conditions]``."""

    element: Node
    variables: tuple[str, ...]
    iterable: Node
    conditions: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantifier:
    """``all(...)``, or ``any(...)`` where ``is_all`` is false; stops at the first that decides."""

    is_all: bool
    each: Comprehension
    place: Place


Data: TypeAlias = Constant | Variable | ListDisplay | MapDisplay | Template
Operation: TypeAlias = Unary | Binary | Comparison | Logic | Choice
Access: TypeAlias = Subscript | Slice | Field
Invocation: TypeAlias = Call | MethodCall | Comprehension | Quantifier
Node: TypeAlias = Data | Operation | Access | Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """``name = value``; with a path ``name["a"]["b"] = value``, which copies what it changes."""

    name: str
    path: tuple[Node, ...] = ()
    value: Node
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Perform:
    """An expression that stands alone: a call for its effect, such as ``log("A")``."""

    expression: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """``if`` with every ``elif``; ``otherwise`` is the block of ``else``."""

    cases: tuple[tuple[Node, tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...]


Statement: TypeAlias = Assign | Perform | Branch
