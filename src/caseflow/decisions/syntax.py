"""Reads FEEL: from a text to the tree of expressions, or to unary tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from lark import Lark, Token
from lark.exceptions import UnexpectedToken

from caseflow.decisions.builder import Builder, Made, Refusal, place_of
from caseflow.decisions.grammar import GRAMMAR
from caseflow.decisions.tokens import tokens_of
from caseflow.decisions.unary import ANYTHING, UnaryTests
from caseflow.errors import ExpressionRefused
from caseflow.expressions import (
    FEEL_FUNCTIONS,
    Expression,
    Function,
    Node,
    Place,
    Source,
    compile_tree,
    feel_source,
)

NO_NAMES: frozenset[str] = frozenset()


def compile_feel(
    text: str,
    *,
    functions: Mapping[str, Function] | None = None,
    names: frozenset[str] = NO_NAMES,
) -> Expression:
    """Compile an expression in FEEL.

    Args:
        text: The expression, without the ``=`` that some modelers write before it.
        functions: The functions, beyond those of FEEL, that each evaluation supplies.
        names: Variables whose names hold more than one word; the longest counts.

    Raises:
        ExpressionRefused: the text does not parse, or uses what is not allowed.
    """
    declared = declared_besides(functions or {})
    source = feel_source(text)
    node = parse_expression(source, names | frozenset(declared))
    return compile_tree(source, node, functions=declared)


def declared_besides(functions: Mapping[str, Function]) -> dict[str, Function]:
    """Return the functions of a caller without those that FEEL has itself, which count."""
    return {name: each for name, each in functions.items() if name not in FEEL_FUNCTIONS}


def parse_expression(source: Source, names: frozenset[str] = NO_NAMES) -> Node:
    """Return the tree of an expression. Raises ExpressionRefused."""
    made = _parsed(source, "expression", tokens_of(source, names))
    if isinstance(made, Made):
        return made.node
    raise AssertionError(made)


def parse_tests(text: str, names: frozenset[str] = NO_NAMES) -> tuple[UnaryTests, Source]:
    """Return the unary tests of a cell, and their text. Raises ExpressionRefused."""
    if text.strip() in {"", "-"}:
        return ANYTHING, feel_source("-")
    source = feel_source(text)
    tokens = tokens_of(source, names)
    if _is_negation(tokens):
        tokens[0] = Token("NOT", "not", line=tokens[0].line, column=tokens[0].column)
    tests = _parsed(source, "tests", tokens)
    if isinstance(tests, UnaryTests):
        return tests, source
    raise AssertionError(tests)


def _is_negation(tokens: Sequence[Token]) -> bool:
    """Tell whether ``not(…)`` is around everything, so that it stands around tests."""
    if len(tokens) < 3 or str(tokens[0]) != "not" or tokens[1].type != "LPAR":  # noqa: PLR2004
        return False
    depth = 0
    for index, token in enumerate(tokens):
        depth += token.type in {"LPAR", "RANGE_OPEN", "LSQB"}
        depth -= token.type in {"RPAR", "RANGE_CLOSE", "RSQB"}
        if index > 1 and not depth:
            return index == len(tokens) - 1
    return False


@cache
def _parser() -> Lark:
    return Lark(
        GRAMMAR,
        parser="lalr",
        lexer="basic",
        start=["expression", "tests"],
        transformer=Builder(),
    )


def _parsed(source: Source, start: str, tokens: Sequence[Token]) -> object:
    parser = _parser().parse_interactive("", start=start)
    try:
        for token in tokens:
            parser.feed_token(token)
        return parser.feed_eof(tokens[-1] if tokens else None)  # type: ignore[no-untyped-call]  # Lark
    except UnexpectedToken as error:
        raise _unexpected(source, error) from None
    except Refusal as refusal:
        raise source.refused(str(refusal), refusal.place) from None


def _unexpected(source: Source, error: UnexpectedToken) -> ExpressionRefused:
    token = error.token
    if token.type == "$END":
        place = Place(len(source.lines), len(source.lines[-1]) + 1)
        return source.refused("something is missing at the end", place)
    place = place_of(token)
    if token.type in {"NAME", "LITERAL"} and "NAME" not in error.expected:
        return source.refused(
            f"{token} stands where an operator belongs: a name of several words "
            "must be that of an input or decision",
            place,
        )
    if token.type == "DOTS":
        return source.refused("an interval stands in brackets, and in a test or after in", place)
    if token.type == "COLON":
        return source.refused("values are given to functions in their order, without names", place)
    return source.refused(f"{token} must not stand here", place)
