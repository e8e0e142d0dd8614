"""Decisions as DMN draws them: tables and formulas in FEEL, made with every step on record."""

from __future__ import annotations

from caseflow.decisions.answer import (
    Answer,
    Hit,
    Row,
    Seen,
    Step,
)
from caseflow.decisions.compile import compile_decisions
from caseflow.decisions.decisions import Decisions
from caseflow.decisions.kinds import written
from caseflow.decisions.lint import lint_decisions
from caseflow.decisions.model import (
    ANY_TYPE,
    Aggregation,
    Decision,
    DecisionModel,
    HitPolicy,
    InputClause,
    InputData,
    Kind,
    Knowledge,
    OutputClause,
    Rule,
    Table,
    Type,
)
from caseflow.decisions.syntax import compile_feel

__all__ = [
    "ANY_TYPE",
    "Aggregation",
    "Answer",
    "Decision",
    "DecisionModel",
    "Decisions",
    "Hit",
    "HitPolicy",
    "InputClause",
    "InputData",
    "Kind",
    "Knowledge",
    "OutputClause",
    "Row",
    "Rule",
    "Seen",
    "Step",
    "Table",
    "Type",
    "compile_decisions",
    "compile_feel",
    "lint_decisions",
    "written",
]
