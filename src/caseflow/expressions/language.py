"""What sets the notations apart: what their operators do with values, and their functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from caseflow.expressions import closures, feel
from caseflow.expressions.arithmetic import ARITHMETIC, Operate
from caseflow.expressions.closures import Code, Fail
from caseflow.expressions.feel_functions import FEEL_FUNCTIONS
from caseflow.expressions.functions import FUNCTIONS, Builtin
from caseflow.expressions.methods import METHODS
from caseflow.expressions.tree import Arithmetic, Relation, Sign

Join: TypeAlias = Callable[[Sequence[Code], Fail], Code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The meaning of the tree in one notation.

    Where ``is_quick``, plain values of one type may be compared as Python does it.
    """

    functions: Mapping[str, Builtin]
    methods: Mapping[str, Builtin]
    arithmetic: Mapping[Arithmetic, Operate]
    related: Callable[[Relation, Code, Code, Fail], Code]
    unary: Callable[[Sign, Code, Fail], Code]
    negation: Callable[[Code, Fail], Code]
    conjunction: Join
    disjunction: Join
    choice: Callable[[Code, Code, Code, Fail], Code]
    subscript: Callable[[Code, Code, Fail], Code]
    field: Callable[[Code, str, Fail], Code]
    is_quick: bool


def _negation(operand: Code, _fail: Fail) -> Code:
    return closures.negation(operand)


def _conjunction(operands: Sequence[Code], _fail: Fail) -> Code:
    return closures.conjunction(operands)


def _disjunction(operands: Sequence[Code], _fail: Fail) -> Code:
    return closures.disjunction(operands)


def _choice(condition: Code, then: Code, otherwise: Code, _fail: Fail) -> Code:
    return closures.choice(condition, then, otherwise)


PYTHON = Language(
    functions=FUNCTIONS,
    methods=METHODS,
    arithmetic=ARITHMETIC,
    related=closures.related,
    unary=closures.unary,
    negation=_negation,
    conjunction=_conjunction,
    disjunction=_disjunction,
    choice=_choice,
    subscript=closures.subscript,
    field=closures.field,
    is_quick=True,
)
"""The Python subset."""

FEEL = Language(
    functions=FEEL_FUNCTIONS,
    methods={},
    arithmetic=feel.ARITHMETIC_OF_FEEL,
    related=feel.related,
    unary=feel.unary,
    negation=feel.negation,
    conjunction=feel.conjunction,
    disjunction=feel.disjunction,
    choice=feel.choice,
    subscript=feel.subscript,
    field=feel.field,
    is_quick=False,
)
"""The language of DMN."""
