"""Draws decision tables for tests: a line a rule, cells between bars, outputs last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from caseflow.decisions import (
    Aggregation,
    Answer,
    Decision,
    DecisionModel,
    HitPolicy,
    InputClause,
    Kind,
    OutputClause,
    Rule,
    Table,
    Type,
    compile_decisions,
    lint_decisions,
)
from caseflow.errors import DiagramRefused
from caseflow.model import Formula, Notation, Value


def feel(text: str, line: int = 0) -> Formula:
    return Formula(text=text, notation=Notation.FEEL, line=line)


def typed(kind: Kind = Kind.ANY, *, allowed: str = "", is_whole: bool = False) -> Type:
    return Type(kind=kind, is_whole=is_whole, allowed=feel(allowed) if allowed else None)


NUMBER = typed(Kind.NUMBER)
TEXT = typed(Kind.TEXT)
TRUTH = typed(Kind.BOOLEAN)


def table(
    inputs: Mapping[str, Type] | Sequence[tuple[str, Type]],
    *rows: str,
    policy: str = "UNIQUE",
    aggregation: Aggregation | None = None,
    outputs: Mapping[str, Type] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> Table:
    """A table whose rules are written like ``"< 5 | - | 'E1'"``, with the outputs last."""
    clauses = list(inputs.items() if isinstance(inputs, Mapping) else inputs)
    given = outputs or {"out": Type()}
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return Table(
        inputs=tuple(
            InputClause(label="", expression=feel(text), type=declared)
            for text, declared in clauses
        ),
        outputs=tuple(
            OutputClause(
                name=name,
                type=declared,
                default=None if name not in (defaults or {}) else feel((defaults or {})[name]),
            )
            for name, declared in given.items()
        ),
        rules=tuple(
            Rule(
                id=f"r{number}",
                number=number,
                tests=tuple(map(feel, row[: len(clauses)])),
                outputs=tuple(map(feel, row[len(clauses) :])),
                line=number,
            )
            for number, row in enumerate(cells, 1)
        ),
        hit_policy=HitPolicy(policy),
        aggregation=aggregation,
    )


def model(drawn: Table | Formula) -> DecisionModel:
    """A file with one decision, ``d``."""
    decision = Decision(id="d", name="D", variable="d", logic=drawn)
    return DecisionModel(file="t.dmn", id="m", name="M", decisions={"d": decision})


def answer(drawn: Table | Formula, **names: Value) -> Answer:
    """What it answers, with every verdict."""
    return compile_decisions(model(drawn)).decide("d", names, has_rows=True)


def decided(drawn: Table | Formula, **names: Value) -> Value:
    return answer(drawn, **names).result


def refusals(drawn: Table | Formula) -> list[tuple[str, str]]:
    """Why it does not compile: rule and message of each finding."""
    try:
        compile_decisions(model(drawn))
    except DiagramRefused as refusal:
        return [(finding.rule, finding.message) for finding in refusal.findings]
    return []


def doubts(drawn: Table | Formula) -> list[tuple[str, str]]:
    """What is doubtful in it: rule and message of each finding."""
    found = lint_decisions(compile_decisions(model(drawn)))
    return [(finding.rule, finding.message) for finding in found]
