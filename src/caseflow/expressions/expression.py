"""What is compiled from a source: an expression, which gives a value, or a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from caseflow.errors import ExpressionFailed, ValueRefused
from caseflow.expressions.bounds import NO_FUNCTIONS, Functions, Work
from caseflow.expressions.closures import Code, Names
from caseflow.expressions.compiler import Compiler, Function, FunctionCall
from caseflow.expressions.language import FEEL, PYTHON, Language
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
from caseflow.expressions.tree import Node, Place
from caseflow.expressions.values import Result, kind
from caseflow.model import Value, checked

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
    _is_strict: bool = field(default=False, repr=False, compare=False)

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

    def evaluate_within(self, names: Names, work: Work) -> Result:
        """Return the value, paid for by the work of something larger; as ``evaluate``."""
        try:
            return self._code(names, work)
        except RecursionError:
            raise _too_deep(self.source) from None

    def holds(self, names: Names, functions: Functions = NO_FUNCTIONS) -> bool:
        """Evaluate a condition: whether its value is true, as its notation tells truth.

        In the Python subset that is what Python takes for true; in FEEL a condition is true,
        false or null, which does not hold.

        Raises:
            ExpressionFailed: as for ``evaluate``, or a condition in FEEL is anything else.
        """
        value = self.evaluate(names, functions)
        if self._is_strict and value is not None and not isinstance(value, bool):
            raise ExpressionFailed(
                f"{kind(value)} is neither true nor false: compare it with something",
                source=self.source,
                column=1,
            )
        return bool(value)


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
) -> Expression:
    """Compile an expression in the Python subset.

    Args:
        source: The text.
        functions: The functions, beyond the built-in ones, that each evaluation supplies.

    Raises:
        ExpressionRefused: the text does not parse, or uses what is not allowed.
    """
    text = expression_source(source)
    node = Parser(text).node(parsed_expression(text))
    return compile_tree(text, node, functions=functions, language=PYTHON)


def compile_tree(
    text: Source,
    node: Node,
    *,
    functions: Mapping[str, Function] = _NOTHING_DECLARED,
    language: Language = FEEL,
) -> Expression:
    """Compile a tree that was read from a text in another notation.

    Args:
        text: What it was read from, so that errors can show the place.
        node: The tree.
        functions: As for ``compile_expression``.
        language: What its operators and functions mean.

    Raises:
        ExpressionRefused: it calls an unknown function, or with wrong arguments.
    """
    compiler = _compiler(text, functions, language)
    code = compiler.code(node, _NOTHING)
    return Expression(
        source=text.text,
        names=frozenset(compiler.names),
        calls=tuple(compiler.calls),
        _code=code,
        _is_counted=compiler.is_counted,
        _is_strict=not language.is_quick,
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


def _compiler(
    text: Source, functions: Mapping[str, Function], language: Language = PYTHON
) -> Compiler:
    taken = sorted(functions.keys() & language.functions.keys())
    if taken:
        raise ValueError(f"{', '.join(taken)}: built-in functions cannot be declared anew")
    return Compiler(text, functions, language)


def _too_deep(source: str) -> ExpressionFailed:
    return ExpressionFailed("too deeply nested: split it up", source=source, column=1)
