"""What is compiled from a source: an expression, which gives a value, or a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import assert_never

from caseflow.errors import ExpressionFailed, ValueRefused
from caseflow.expressions.bounds import NO_FUNCTIONS, Functions, Work
from caseflow.expressions.closures import Code, Names
from caseflow.expressions.compiler import Compiler, Function, FunctionCall
from caseflow.expressions.functions import FUNCTIONS
from caseflow.expressions.loops import Local
from caseflow.expressions.parser import Parser
from caseflow.expressions.script import ScriptCompiler, ScriptParser, Step
from caseflow.expressions.source import (
    Source,
    expression_source,
    parsed_expression,
    parsed_script,
    script_source,
)
from caseflow.expressions.tree import Place
from caseflow.expressions.values import Result
from caseflow.model import Notation, Value, checked

_NOTHING_DECLARED: Mapping[str, Function] = MappingProxyType({})
_NOTHING: frozenset[str] = frozenset()

# For expressions whose work is bounded by their own length; nothing is counted on it.
_UNCOUNTED = Work(NO_FUNCTIONS, left=float("inf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A compiled expression; may be evaluated any number of times, by several threads.

    ``names`` are the variables it reads, ``calls`` the functions it calls, in the order
    of the text, with their arguments where all of those are constants.
    """

    source: str
    names: frozenset[str]
    calls: tuple[FunctionCall, ...]
    _code: Code = field(repr=False, compare=False)
    _is_counted: bool = field(repr=False, compare=False)

    def evaluate(self, names: Names, functions: Functions = NO_FUNCTIONS) -> Result:
        """Return the value of the expression; ``names`` is never changed.

        Args:
            names: The variables: a mapping, or anything that raises KeyError.
            functions: The functions that were declared when it was compiled.

        Raises:
            ExpressionFailed: a variable is missing, types do not fit, or it is too much work.
        """
        try:
            return self._code(names, Work(functions) if self._is_counted else _UNCOUNTED)
        except RecursionError:
            raise _too_deep(self.source) from None

    def holds(self, names: Names, functions: Functions = NO_FUNCTIONS) -> bool:
        """Evaluate a condition: whether its value is true, as Python tells truth.

        Raises:
            ExpressionFailed: as for ``evaluate``.
        """
        return bool(self.evaluate(names, functions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A compiled script: the variables it reads and those it may assign, in their order."""

    source: str
    names: frozenset[str]
    calls: tuple[FunctionCall, ...]
    assigned: tuple[str, ...]
    _step: Step = field(repr=False, compare=False)
    _text: Source = field(repr=False, compare=False)
    _places: Mapping[str, Place] = field(repr=False, compare=False)

    def run(self, names: Names, functions: Functions = NO_FUNCTIONS) -> dict[str, Value]:
        """Return the variables that the script assigns; ``names`` is never changed.

        Raises:
            ExpressionFailed: as for an expression, or a variable cannot be kept in a case.
        """
        local = Local(names)
        try:
            self._step(local, Work(functions))
        except RecursionError:
            raise _too_deep(self.source) from None
        kept: dict[str, Value] = {}
        for name, value in local.items():
            try:
                kept |= checked({name: value})
            except ValueRefused as error:
                raise self._text.failed(str(error), self._places[name]) from None
        return kept


def compile_expression(
    source: str,
    *,
    functions: Mapping[str, Function] = _NOTHING_DECLARED,
    notation: Notation = Notation.PYTHON,
) -> Expression:
    """Compile an expression.

    Args:
        source: The text, in the Python subset.
        functions: The functions, beyond the built-in ones, that each evaluation supplies.
        notation: The language of the text; FEEL is not supported yet.

    Raises:
        ExpressionRefused: the text does not parse, or uses what is not allowed.
    """
    text = expression_source(source)
    compiler = _compiler(text, functions)
    match notation:
        case Notation.PYTHON:
            node = Parser(text).node(parsed_expression(text))
        case Notation.FEEL:
            raise text.refused("FEEL is not supported yet: write it in the Python subset")
        case _:
            assert_never(notation)
    code = compiler.code(node, _NOTHING)
    return Expression(
        source=text.text,
        names=frozenset(compiler.names),
        calls=tuple(compiler.calls),
        _code=code,
        _is_counted=compiler.is_counted,
    )


def compile_script(
    source: str, *, functions: Mapping[str, Function] = _NOTHING_DECLARED
) -> Script:
    """Compile a script: lines that assign variables, with if, elif and else.

    Args:
        source: The text; indentation that all its lines share is taken away.
        functions: As for an expression.

    Raises:
        ExpressionRefused: the text does not parse, or uses what is not allowed.
    """
    text = script_source(source)
    compiler = ScriptCompiler(_compiler(text, functions))
    step, _ = compiler.block(ScriptParser(text).statements(parsed_script(text)), _NOTHING)
    return Script(
        source=text.text,
        names=frozenset(compiler.compiler.names),
        calls=tuple(compiler.compiler.calls),
        assigned=tuple(compiler.assigned),
        _step=step,
        _text=text,
        _places=MappingProxyType(compiler.assigned),
    )


def _compiler(text: Source, functions: Mapping[str, Function]) -> Compiler:
    taken = sorted(functions.keys() & FUNCTIONS.keys())
    if taken:
        raise ValueError(f"{', '.join(taken)}: built-in functions cannot be declared anew")
    return Compiler(text, functions)


def _too_deep(source: str) -> ExpressionFailed:
    return ExpressionFailed("too deeply nested: split it up", source=source, column=1)
