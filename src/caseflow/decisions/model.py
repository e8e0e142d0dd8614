"""What a file of decisions says: tables, formulas and what each needs, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from caseflow.model import Formula


class Kind(StrEnum):
    """The type of a value, as far as DMN tells them apart."""

    ANY = "Any"
    BOOLEAN = "boolean"
    DATE = "date"
    DAYS = "days and time duration"
    MOMENT = "date and time"
    MONTHS = "years and months duration"
    NUMBER = "number"
    TEXT = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """The declared type of a value; ``is_whole`` numbers only, or a list of it where ``is_list``.

    ``allowed`` are unary tests that each value must pass; ``parts`` the names of its parts.
    """

    kind: Kind = Kind.ANY
    is_whole: bool = False
    is_list: bool = False
    allowed: Formula | None = None
    parts: frozenset[str] = frozenset()


ANY_TYPE = Type()


class HitPolicy(StrEnum):
    """What a table gives where several rules fit, DMN 1.3, 8.2.10."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    FIRST = "FIRST"
    PRIORITY = "PRIORITY"
    OUTPUT_ORDER = "OUTPUT ORDER"
    RULE_ORDER = "RULE ORDER"
    COLLECT = "COLLECT"

    @property
    def is_single(self) -> bool:
        """Whether the table gives the outputs of one rule."""
        return self in _SINGLE


_SINGLE = frozenset({HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY})


class Aggregation(StrEnum):
    """What COLLECT makes of the outputs of all rules that fit."""

    COUNT = "COUNT"
    MAX = "MAX"
    MIN = "MIN"
    SUM = "SUM"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputClause:
    """A column of conditions: the expression that is tested, and the values it may have."""

    label: str
    expression: Formula
    type: Type = ANY_TYPE
    line: int = 0

    @property
    def title(self) -> str:
        """What people call the column."""
        return self.label or self.expression.text


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputClause:
    """A column of results; the order of ``type.allowed`` is the priority of its values."""

    name: str
    label: str = ""
    type: Type = ANY_TYPE
    default: Formula | None = None
    line: int = 0

    @property
    def title(self) -> str:
        """What people call the column."""
        return self.label or self.name or "the output"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row: a cell of unary tests for each input, and an expression for each output."""

    id: str
    number: int
    tests: tuple[Formula, ...]
    outputs: tuple[Formula, ...]
    note: str = ""
    line: int = 0

    @property
    def title(self) -> str:
        """Name the rule by its number, as modelers show it, and its id."""
        return f"rule {self.number} ({self.id})" if self.id else f"rule {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decision table."""

    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    hit_policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation | None = None


Logic: TypeAlias = Table | Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision: its logic, and the ids of the inputs, decisions and knowledge it needs."""

    id: str
    name: str
    variable: str
    logic: Logic
    type: Type = ANY_TYPE
    needs: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData:
    """Something that a decision takes from outside: a variable of the case."""

    id: str
    name: str
    variable: str
    type: Type = ANY_TYPE
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A business knowledge model: a function that expressions call by its name."""

    id: str
    name: str
    parameters: tuple[str, ...]
    body: Formula
    knowledge: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionModel:
    """The content of one DMN file, by ids."""

    file: str
    id: str
    name: str
    decisions: Mapping[str, Decision] = field(default_factory=lambda: MappingProxyType({}))
    inputs: Mapping[str, InputData] = field(default_factory=lambda: MappingProxyType({}))
    knowledge: Mapping[str, Knowledge] = field(default_factory=lambda: MappingProxyType({}))
