"""Makes the tree of expressions and unary tests, rule by rule of the grammar."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from lark import Token, Transformer, v_args

from caseflow.decisions.unary import (
    INPUT_NODE,
    Bound,
    Equal,
    Holds,
    Test,
    UnaryTests,
    Within,
    compared,
    condition_of,
    joined,
)
from caseflow.expressions import (
    MAX_DEPTH,
    MAX_DIGITS,
    Arithmetic,
    Binary,
    Call,
    Choice,
    Comparison,
    Comprehension,
    Constant,
    Field,
    ListDisplay,
    Logic,
    MapDisplay,
    Node,
    Place,
    Quantifier,
    Relation,
    Sign,
    Subscript,
    Unary,
    Variable,
)

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


class Made(NamedTuple):
    """A node with how many nodes lie one in the other below it, and whether it speaks of ?."""

    node: Node
    depth: int = 1
    asks: bool = False


class Refusal(Exception):
    """Something that the grammar allows and caseflow does not."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


Piece: TypeAlias = Made | UnaryTests | Test


def place_of(token: Token) -> Place:
    """Return where a token stands."""
    return Place(token.line or 1, token.column or 1)


def _made(node: Node, *parts: Made) -> Made:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise Refusal(f"more than {MAX_DEPTH} levels deep: split it up", node.place)
    return Made(node, depth, any(part.asks for part in parts))


def _parts(pieces: Sequence[Made | Token]) -> list[Made]:
    return [piece for piece in pieces if isinstance(piece, Made)]


@v_args(inline=True)
class Builder(Transformer[Token, Piece]):
    """Makes a node of each rule of the grammar, from the inside out."""

    # Unary tests

    def one_of(self, *pieces: Token | Test) -> UnaryTests:
        """``a, b``."""
        tests = tuple(piece for piece in pieces if not isinstance(piece, Token))
        return UnaryTests(tests=tests)

    def none_of(self, *pieces: Token | Test) -> UnaryTests:
        """``not(a, b)``."""
        tests = tuple(piece for piece in pieces if not isinstance(piece, Token))
        return UnaryTests(tests=tests, is_negated=True)

    def compared(self, relation: Token, value: Made) -> Test:
        """``< 5``."""
        node = value.node
        match str(relation):
            case "<" | "<=":
                return Within(high=Bound(value=node, is_closed=len(relation) > 1))
            case ">" | ">=":
                return Within(low=Bound(value=node, is_closed=len(relation) > 1))
            case sign:
                return Equal(value=node, is_not=sign == "!=")

    def within(self, opening: Token, low: Made, _: Token, high: Made, closing: Token) -> Test:
        """``[1..5]``."""
        return Within(
            low=Bound(value=low.node, is_closed=opening == "["),
            high=Bound(value=high.node, is_closed=closing == "]"),
        )

    def equal(self, value: Made) -> Test:
        """A value, or a condition on ``?``."""
        return Holds(condition=value.node) if value.asks else Equal(value=value.node)

    # Expressions

    def choice(self, *pieces: Made | Token) -> Made:
        """``if a then b else c``."""
        condition, then, otherwise = parts = _parts(pieces)
        node = Choice(
            condition=condition.node,
            then=then.node,
            otherwise=otherwise.node,
            place=condition.node.place,
        )
        return _made(node, *parts)

    def each(self, *pieces: Made | Token) -> Made:
        """``for x in items return y``."""
        items, element = parts = _parts(pieces)
        node = _loop(pieces[1], items.node, element.node)
        return _made(node, *parts)

    def quantified(self, *pieces: Made | Token) -> Made:
        """``some x in items satisfies y``."""
        items, condition = parts = _parts(pieces)
        is_all = isinstance(pieces[0], Token) and pieces[0].type == "EVERY"
        each = _loop(pieces[1], items.node, _decided(condition.node))
        return _made(Quantifier(is_all=is_all, each=each, place=items.node.place), *parts)

    def disjunction(self, *pieces: Made | Token) -> Made:
        """``a or b``."""
        parts = _parts(pieces)
        return _made(joined(tuple(part.node for part in parts), is_and=False), *parts)

    def conjunction(self, *pieces: Made | Token) -> Made:
        """``a and b``."""
        parts = _parts(pieces)
        return _made(joined(tuple(part.node for part in parts), is_and=True), *parts)

    def relation(self, left: Made, sign: Token, right: Made) -> Made:
        """``a < b``."""
        node = Comparison(
            first=left.node, links=((_RELATIONS[sign], right.node),), place=place_of(sign)
        )
        return _made(node, left, right)

    def between(self, *pieces: Made | Token) -> Made:
        """``a between b and c``."""
        value, low, high = parts = _parts(pieces)
        nodes = (
            compared(value.node, Relation.GREATER_OR_EQUAL, low.node),
            compared(value.node, Relation.LESS_OR_EQUAL, high.node),
        )
        return _made(joined(nodes, is_and=True), *parts)

    def contained(self, value: Made, *pieces: Made | Token | Test) -> Made:
        """``a in b``."""
        nodes: list[Node] = []
        for piece in pieces:
            match piece:
                case Token():
                    continue
                case Made():
                    nodes.append(compared(value.node, Relation.IN, piece.node))
                case _:
                    nodes.append(_on(value.node, condition_of(piece)))
        node = nodes[0] if len(nodes) == 1 else joined(tuple(nodes), is_and=False)
        return _made(node, value, *(piece for piece in pieces if isinstance(piece, Made)))

    def arithmetic(self, left: Made, sign: Token, right: Made) -> Made:
        """``a + b``."""
        node = Binary(
            operator=Arithmetic(str(sign)), left=left.node, right=right.node, place=place_of(sign)
        )
        return _made(node, left, right)

    def negative(self, sign: Token, operand: Made) -> Made:
        """``-a``."""
        match operand.node:
            case Constant(value=int() | Decimal() as number) if not isinstance(number, bool):
                return _made(Constant(value=-number, place=place_of(sign)))
            case node:
                return _made(Unary(sign=Sign.MINUS, operand=node, place=place_of(sign)), operand)

    def path(self, target: Made, _: Token, name: Token) -> Made:
        """``a.b``."""
        return _made(Field(target=target.node, name=str(name), place=place_of(name)), target)

    def filtered(self, target: Made, bracket: Token, index: Made, _: Token) -> Made:
        """``items[1]``, or ``items[item > 1]``."""
        node: Node
        if isinstance(index.node, Comparison | Logic | Quantifier) or _is_truth(index.node):
            variable = Variable(name="item", place=place_of(bracket))
            node = Comprehension(
                element=variable,
                variables=("item",),
                iterable=target.node,
                conditions=(_decided(index.node),),
                place=place_of(bracket),
            )
        else:
            node = Subscript(target=target.node, index=index.node, place=place_of(bracket))
        return _made(node, target, index)

    # Atoms

    def number(self, token: Token) -> Made:
        """``12.5``."""
        if len(token) > MAX_DIGITS:
            raise Refusal(f"a number has at most {MAX_DIGITS:,} digits", place_of(token))
        if str(token).isdecimal():
            return _made(Constant(value=int(token), place=place_of(token)))
        number = Decimal(str(token))
        if abs(number.adjusted()) > MAX_DIGITS:
            raise Refusal(f"a number has at most {MAX_DIGITS:,} digits", place_of(token))
        whole = number == number.to_integral_value() and "." not in token
        value = int(number) if whole else number  # 1e8 is a whole number, 12.50 is not
        return _made(Constant(value=value, place=place_of(token)))

    def string(self, token: Token) -> Made:
        """``"text"``."""
        return _made(Constant(value=_text(token), place=place_of(token)))

    def literal(self, token: Token) -> Made:
        """``true``, ``false`` or ``null``."""
        return _made(Constant(value=_LITERALS[str(token)], place=place_of(token)))

    def at(self, token: Token) -> Made:
        """``@"2026-01-31"``: the form of the text tells what it is."""
        text, place = str(token)[2:-1], place_of(token)
        if _TIME.fullmatch(text):
            raise Refusal("a time of day is no value here: use a moment, or a text", place)
        function = "date"
        if text.lstrip("+-").startswith("P"):
            function = "duration"
        elif "T" in text:
            function = "date and time"
        constant = Constant(value=text, place=place)
        return _made(Call(function=function, arguments=(constant,), keywords=(), place=place))

    def variable(self, token: Token) -> Made:
        """A name, or ``?``."""
        node = Variable(name=str(token), place=place_of(token))
        return Made(node, 1, token.type == "QUESTION")

    def call(self, name: Token, *pieces: Made | Token) -> Made:
        """``count(items)``."""
        parts, place = _parts(pieces), place_of(name)
        if name == "time":
            raise Refusal("a time of day is no value here: use a moment, or a text", place)
        arguments = tuple(part.node for part in parts)
        if name == "not" and len(arguments) == 1:
            return _made(Unary(sign=Sign.NOT, operand=arguments[0], place=place), *parts)
        node = Call(function=str(name), arguments=arguments, keywords=(), place=place)
        return _made(node, *parts)

    def group(self, _: Token, inside: Made, __: Token) -> Made:
        """``(a)``."""
        return inside

    def items(self, opening: Token, *pieces: Made | Token) -> Made:
        """``[a, b]``."""
        parts = _parts(pieces)
        node = ListDisplay(items=tuple(part.node for part in parts), place=place_of(opening))
        return _made(node, *parts)

    def context(self, opening: Token, *pieces: Made | Token) -> Made:
        """``{a: 1}``."""
        parts = _parts(pieces)
        keys = [
            Constant(
                value=_text(piece) if piece.type == "STRING" else str(piece), place=place_of(piece)
            )
            for piece in pieces
            if isinstance(piece, Token) and piece.type in {"NAME", "STRING"}
        ]
        entries = tuple(zip(keys, (part.node for part in parts), strict=True))
        return _made(MapDisplay(entries=entries, place=place_of(opening)), *parts)


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
        case Comparison() if condition.first == INPUT_NODE:
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
        raise Refusal("\\ begins an escape: write \\\\ for a backslash", place_of(token))
    return str(json.loads(str(token), strict=False))


_CONDITIONS = frozenset({"contains", "starts with", "ends with", "list contains", "odd", "even"})
