"""Reads FEEL: from a text to the tree of expressions, or to unary tests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple, TypeAlias

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedToken

from caseflow.decisions.grammar import GRAMMAR
from caseflow.decisions.tokens import tokens_of
from caseflow.errors import ExpressionRefused
from caseflow.expressions import (
    FEEL_FUNCTIONS,
    MAX_DEPTH,
    MAX_DIGITS,
    NO_FUNCTIONS,
    Arithmetic,
    Binary,
    Call,
    Choice,
    Comparison,
    Comprehension,
    Constant,
    Expression,
    Field,
    Function,
    ListDisplay,
    Logic,
    MapDisplay,
    Node,
    Place,
    Quantifier,
    Relation,
    Result,
    Sign,
    Source,
    Subscript,
    Unary,
    Variable,
    Work,
    compile_tree,
    feel_source,
)

INPUT = "?"
"""The variable that a unary test speaks of."""

NO_NAMES: frozenset[str] = frozenset()
_RELATIONS = {
    "=": Relation.EQUAL,
    "!=": Relation.UNEQUAL,
    "<": Relation.LESS,
    "<=": Relation.LESS_OR_EQUAL,
    ">": Relation.GREATER,
    ">=": Relation.GREATER_OR_EQUAL,
}
_LITERALS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
_WRONG_ESCAPE = re.compile(r"\\(?![\"\\/bfnrt]|u[0-9a-fA-F]{4})")
_TIME = re.compile(r"T?\d{2}:\d{2}.*")
_INPUT = Variable(name=INPUT, place=Place(1, 1))


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
    if isinstance(made, _Made):
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


def node_of(tests: UnaryTests) -> Node:
    """Return unary tests as a condition on ``?``."""
    if tests.tests is None:
        return Constant(value=True, place=_INPUT.place)
    nodes = tuple(map(_condition, tests.tests))
    any_of = nodes[0] if len(nodes) == 1 else _logic(nodes, is_and=False)
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


def _condition(test: Test) -> Node:
    match test:
        case Holds():
            return test.condition
        case Equal():
            # An item of a list, or the value itself: which one is known with the value.
            node = _compared(_INPUT, Relation.IN, test.value)
            place = test.value.place
            return Unary(sign=Sign.NOT, operand=node, place=place) if test.is_not else node
        case Within():
            parts: list[Node] = []
            if test.low is not None:
                closed = Relation.GREATER_OR_EQUAL if test.low.is_closed else Relation.GREATER
                parts.append(_compared(_INPUT, closed, test.low.value))
            if test.high is not None:
                closed = Relation.LESS_OR_EQUAL if test.high.is_closed else Relation.LESS
                parts.append(_compared(_INPUT, closed, test.high.value))
            return parts[0] if len(parts) == 1 else _logic(tuple(parts), is_and=True)


def _compared(left: Node, relation: Relation, right: Node) -> Node:
    return Comparison(first=left, links=((relation, right),), place=right.place)


def _logic(nodes: tuple[Node, ...], *, is_and: bool) -> Node:
    return Logic(is_and=is_and, operands=nodes, place=nodes[0].place)


# Parsing


class _Made(NamedTuple):
    """A node with how many nodes lie one in the other below it, and whether it speaks of ?."""

    node: Node
    depth: int = 1
    asks: bool = False


class _Refusal(Exception):
    """Something that the grammar allows and caseflow does not."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


_Piece: TypeAlias = _Made | UnaryTests | Test


@cache
def _parser() -> Lark:
    return Lark(
        GRAMMAR,
        parser="lalr",
        lexer="basic",
        start=["expression", "tests"],
        transformer=_Builder(),
    )


def _parsed(source: Source, start: str, tokens: Sequence[Token]) -> object:
    parser = _parser().parse_interactive("", start=start)
    try:
        for token in tokens:
            parser.feed_token(token)
        return parser.feed_eof(tokens[-1] if tokens else None)  # type: ignore[no-untyped-call]  # Lark
    except UnexpectedToken as error:
        raise _unexpected(source, error) from None
    except _Refusal as refusal:
        raise source.refused(str(refusal), refusal.place) from None


def _unexpected(source: Source, error: UnexpectedToken) -> ExpressionRefused:
    token = error.token
    if token.type == "$END":
        place = Place(len(source.lines), len(source.lines[-1]) + 1)
        return source.refused("something is missing at the end", place)
    place = _place(token)
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


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)


def _made(node: Node, *parts: _Made) -> _Made:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise _Refusal(f"more than {MAX_DEPTH} levels deep: split it up", node.place)
    return _Made(node, depth, any(part.asks for part in parts))


def _parts(pieces: Sequence[_Made | Token]) -> list[_Made]:
    return [piece for piece in pieces if isinstance(piece, _Made)]


@v_args(inline=True)
class _Builder(Transformer[Token, _Piece]):
    """Makes a node of each rule of the grammar, from the inside out."""

    # Unary tests

    def one_of(self, *pieces: Token | Test) -> UnaryTests:
        tests = tuple(piece for piece in pieces if not isinstance(piece, Token))
        return UnaryTests(tests=tests)

    def none_of(self, *pieces: Token | Test) -> UnaryTests:
        tests = tuple(piece for piece in pieces if not isinstance(piece, Token))
        return UnaryTests(tests=tests, is_negated=True)

    def compared(self, relation: Token, value: _Made) -> Test:
        node = value.node
        match str(relation):
            case "<" | "<=":
                return Within(high=Bound(value=node, is_closed=len(relation) > 1))
            case ">" | ">=":
                return Within(low=Bound(value=node, is_closed=len(relation) > 1))
            case sign:
                return Equal(value=node, is_not=sign == "!=")

    def within(self, opening: Token, low: _Made, _: Token, high: _Made, closing: Token) -> Test:
        return Within(
            low=Bound(value=low.node, is_closed=opening == "["),
            high=Bound(value=high.node, is_closed=closing == "]"),
        )

    def equal(self, value: _Made) -> Test:
        return Holds(condition=value.node) if value.asks else Equal(value=value.node)

    # Expressions

    def choice(self, *pieces: _Made | Token) -> _Made:
        condition, then, otherwise = parts = _parts(pieces)
        node = Choice(
            condition=condition.node,
            then=then.node,
            otherwise=otherwise.node,
            place=condition.node.place,
        )
        return _made(node, *parts)

    def each(self, *pieces: _Made | Token) -> _Made:
        items, element = parts = _parts(pieces)
        node = _loop(pieces[1], items.node, element.node)
        return _made(node, *parts)

    def quantified(self, *pieces: _Made | Token) -> _Made:
        items, condition = parts = _parts(pieces)
        is_all = isinstance(pieces[0], Token) and pieces[0].type == "EVERY"
        each = _loop(pieces[1], items.node, _decided(condition.node))
        return _made(Quantifier(is_all=is_all, each=each, place=items.node.place), *parts)

    def disjunction(self, *pieces: _Made | Token) -> _Made:
        parts = _parts(pieces)
        return _made(_logic(tuple(part.node for part in parts), is_and=False), *parts)

    def conjunction(self, *pieces: _Made | Token) -> _Made:
        parts = _parts(pieces)
        return _made(_logic(tuple(part.node for part in parts), is_and=True), *parts)

    def relation(self, left: _Made, sign: Token, right: _Made) -> _Made:
        node = Comparison(
            first=left.node, links=((_RELATIONS[sign], right.node),), place=_place(sign)
        )
        return _made(node, left, right)

    def between(self, *pieces: _Made | Token) -> _Made:
        value, low, high = parts = _parts(pieces)
        nodes = (
            _compared(value.node, Relation.GREATER_OR_EQUAL, low.node),
            _compared(value.node, Relation.LESS_OR_EQUAL, high.node),
        )
        return _made(_logic(nodes, is_and=True), *parts)

    def contained(self, value: _Made, *pieces: _Made | Token | Test) -> _Made:
        nodes: list[Node] = []
        for piece in pieces:
            match piece:
                case Token():
                    continue
                case _Made():
                    nodes.append(_compared(value.node, Relation.IN, piece.node))
                case _:
                    nodes.append(_on(value.node, _condition(piece)))
        node = nodes[0] if len(nodes) == 1 else _logic(tuple(nodes), is_and=False)
        return _made(node, value, *(piece for piece in pieces if isinstance(piece, _Made)))

    def arithmetic(self, left: _Made, sign: Token, right: _Made) -> _Made:
        node = Binary(
            operator=Arithmetic(str(sign)), left=left.node, right=right.node, place=_place(sign)
        )
        return _made(node, left, right)

    def negative(self, sign: Token, operand: _Made) -> _Made:
        match operand.node:
            case Constant(value=int() | Decimal() as number) if not isinstance(number, bool):
                return _made(Constant(value=-number, place=_place(sign)))
            case node:
                return _made(Unary(sign=Sign.MINUS, operand=node, place=_place(sign)), operand)

    def path(self, target: _Made, _: Token, name: Token) -> _Made:
        return _made(Field(target=target.node, name=str(name), place=_place(name)), target)

    def filtered(self, target: _Made, bracket: Token, index: _Made, _: Token) -> _Made:
        node: Node
        if isinstance(index.node, Comparison | Logic | Quantifier) or _is_truth(index.node):
            variable = Variable(name="item", place=_place(bracket))
            node = Comprehension(
                element=variable,
                variables=("item",),
                iterable=target.node,
                conditions=(_decided(index.node),),
                place=_place(bracket),
            )
        else:
            node = Subscript(target=target.node, index=index.node, place=_place(bracket))
        return _made(node, target, index)

    # Atoms

    def number(self, token: Token) -> _Made:
        if len(token) > MAX_DIGITS:
            raise _Refusal(f"a number has at most {MAX_DIGITS:,} digits", _place(token))
        if str(token).isdecimal():
            return _made(Constant(value=int(token), place=_place(token)))
        number = Decimal(str(token))
        if abs(number.adjusted()) > MAX_DIGITS:
            raise _Refusal(f"a number has at most {MAX_DIGITS:,} digits", _place(token))
        whole = number == number.to_integral_value() and "." not in token
        value = int(number) if whole else number  # 1e8 is a whole number, 12.50 is not
        return _made(Constant(value=value, place=_place(token)))

    def string(self, token: Token) -> _Made:
        return _made(Constant(value=_text(token), place=_place(token)))

    def literal(self, token: Token) -> _Made:
        return _made(Constant(value=_LITERALS[str(token)], place=_place(token)))

    def at(self, token: Token) -> _Made:
        text, place = str(token)[2:-1], _place(token)
        if _TIME.fullmatch(text):
            raise _Refusal("a time of day is no value here: use a moment, or a text", place)
        function = "date"
        if text.lstrip("+-").startswith("P"):
            function = "duration"
        elif "T" in text:
            function = "date and time"
        constant = Constant(value=text, place=place)
        return _made(Call(function=function, arguments=(constant,), keywords=(), place=place))

    def variable(self, token: Token) -> _Made:
        node = Variable(name=str(token), place=_place(token))
        return _Made(node, 1, token.type == "QUESTION")

    def call(self, name: Token, *pieces: _Made | Token) -> _Made:
        parts, place = _parts(pieces), _place(name)
        if name == "time":
            raise _Refusal("a time of day is no value here: use a moment, or a text", place)
        arguments = tuple(part.node for part in parts)
        if name == "not" and len(arguments) == 1:
            return _made(Unary(sign=Sign.NOT, operand=arguments[0], place=place), *parts)
        node = Call(function=str(name), arguments=arguments, keywords=(), place=place)
        return _made(node, *parts)

    def group(self, _: Token, inside: _Made, __: Token) -> _Made:
        return inside

    def items(self, opening: Token, *pieces: _Made | Token) -> _Made:
        parts = _parts(pieces)
        node = ListDisplay(items=tuple(part.node for part in parts), place=_place(opening))
        return _made(node, *parts)

    def context(self, opening: Token, *pieces: _Made | Token) -> _Made:
        parts = _parts(pieces)
        keys = [
            Constant(
                value=_text(piece) if piece.type == "STRING" else str(piece), place=_place(piece)
            )
            for piece in pieces
            if isinstance(piece, Token) and piece.type in {"NAME", "STRING"}
        ]
        entries = tuple(zip(keys, (part.node for part in parts), strict=True))
        return _made(MapDisplay(entries=entries, place=_place(opening)), *parts)


def _loop(variable: object, items: Node, element: Node) -> Comprehension:
    return Comprehension(
        element=element,
        variables=(str(variable),),
        iterable=items,
        conditions=(),
        place=items.place,
    )


def _decided(condition: Node) -> Node:
    """Return a condition that is true or false: null, as FEEL says, is as good as false."""
    place = condition.place
    return Choice(
        condition=condition,
        then=Constant(value=True, place=place),
        otherwise=Constant(value=False, place=place),
        place=place,
    )


def _is_truth(node: Node) -> bool:
    match node:
        case Unary(sign=Sign.NOT):
            return True
        case Constant(value=bool()):
            return True
        case Call():
            return node.function in _CONDITIONS
        case _:
            return False


def _on(value: Node, condition: Node) -> Node:
    """Return a condition on ``?`` as one on ``value``."""
    match condition:
        case Comparison() if condition.first == _INPUT:
            return Comparison(first=value, links=condition.links, place=condition.place)
        case Logic():
            operands = tuple(_on(value, each) for each in condition.operands)
            return Logic(is_and=condition.is_and, operands=operands, place=condition.place)
        case Unary(sign=Sign.NOT):
            operand = _on(value, condition.operand)
            return Unary(sign=Sign.NOT, operand=operand, place=condition.place)
        case _:
            return condition


def _text(token: Token) -> str:
    wrong = _WRONG_ESCAPE.search(str(token).replace("\\\\", ""))
    if wrong:
        raise _Refusal("\\ begins an escape: write \\\\ for a backslash", _place(token))
    return str(json.loads(str(token), strict=False))


_CONDITIONS = frozenset({"contains", "starts with", "ends with", "list contains", "odd", "even"})
_WRITING = tuple(function for function in FEEL_FUNCTIONS.values() if function.is_literal)
