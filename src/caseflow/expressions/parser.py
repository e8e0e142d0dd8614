"""Turns the Python subset into the tree, by a list of what is allowed."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass

from caseflow.expressions.bounds import MAX_BITS, MAX_DEPTH, MAX_DIGITS
from caseflow.expressions.source import Source
from caseflow.expressions.tree import (
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
    MethodCall,
    Node,
    Place,
    Quantifier,
    Relation,
    Sign,
    Slice,
    Subscript,
    Template,
    Unary,
    Variable,
)
from caseflow.model import Value

_ARITHMETIC: dict[type[ast.operator], Arithmetic] = {
    ast.Add: Arithmetic.ADD,
    ast.Sub: Arithmetic.SUBTRACT,
    ast.Mult: Arithmetic.MULTIPLY,
    ast.Div: Arithmetic.DIVIDE,
    ast.FloorDiv: Arithmetic.FLOOR,
    ast.Mod: Arithmetic.REMAINDER,
    ast.Pow: Arithmetic.POWER,
}
_SIGNS: dict[type[ast.unaryop], Sign] = {
    ast.UAdd: Sign.PLUS,
    ast.USub: Sign.MINUS,
    ast.Not: Sign.NOT,
}
_RELATIONS: dict[type[ast.cmpop], Relation] = {
    ast.Eq: Relation.EQUAL,
    ast.NotEq: Relation.UNEQUAL,
    ast.Lt: Relation.LESS,
    ast.LtE: Relation.LESS_OR_EQUAL,
    ast.Gt: Relation.GREATER,
    ast.GtE: Relation.GREATER_OR_EQUAL,
    ast.In: Relation.IN,
    ast.NotIn: Relation.NOT_IN,
    ast.Is: Relation.IS,
    ast.IsNot: Relation.IS_NOT,
}
_REFUSED: dict[type[ast.expr], str] = {
    ast.Lambda: "lambda is not allowed: write the expression where its value is needed",
    ast.NamedExpr: ":= is not allowed: assign in a script, or compare with ==",
    ast.Await: "await is not allowed: an expression waits for nothing",
    ast.Yield: "yield is not allowed: make a list instead",
    ast.YieldFrom: "yield is not allowed: make a list instead",
    ast.Starred: "* in front of a value is not allowed: write the values one by one",
    ast.Set: "a set is not allowed: write a list, [a, b]",
    ast.SetComp: "a set is not allowed: write a list, [a for a in b]",
    ast.DictComp: "a map made by a loop is not allowed: write {…} with its keys",
    ast.GeneratorExp: "(… for …) stands only inside any, all, sum, min, max, sorted or join:"
    " write [… for …]",
    ast.FormattedValue: "this text is not allowed: write {name} inside f'…'",
}
_OTHER_SPELLING = {"true": "True", "false": "False", "null": "None", "undefined": "None"}
_MODULES = frozenset({"datetime", "math", "decimal", "os", "sys", "time", "json", "re"})
_TAKES_GENERATOR = frozenset({"sum", "min", "max", "sorted", "join"})


@dataclass(frozen=True, slots=True)
class Parser:
    """Converts the expressions of one source; refuses what is not listed here."""

    source: Source

    def node(self, tree: ast.expr, depth: int = 1) -> Node:
        """Convert one expression, ``depth`` levels down.

        Raises:
            ExpressionRefused: it is not allowed, or too deep.
        """
        if depth > MAX_DEPTH:
            raise self.source.refused(
                f"more than {MAX_DEPTH} levels deep: split it up", self.source.place(tree)
            )
        match tree:
            case ast.Constant() | ast.Name() | ast.List() | ast.Tuple() | ast.Dict():
                return self._data(tree, depth)
            case ast.JoinedStr():
                return self._template(tree, depth)
            case ast.UnaryOp() | ast.BinOp() | ast.Compare() | ast.BoolOp() | ast.IfExp():
                return self._operation(tree, depth)
            case ast.Subscript() | ast.Attribute():
                return self._access(tree, depth)
            case ast.Call():
                return self._call(tree, depth)
            case ast.ListComp():
                return self._comprehension(tree, depth)
            case _:
                raise self._unknown(tree)

    def name(self, name: str, place: Place) -> str:
        """Return a name of a variable, key, function or method, if it may be used."""
        if name.startswith("_"):
            raise self.source.refused(
                f"{name}: a name that starts with _ is not allowed: choose another", place
            )
        return name

    def binary(self, operator: ast.operator, left: Node, right: Node, place: Place) -> Node:
        """Join two values by an arithmetic operator."""
        known = _ARITHMETIC.get(type(operator))
        if known is None:
            raise self.source.refused(
                "bit operators and @ are not allowed: use and, or, not, + - * / // % **", place
            )
        if (
            known is Arithmetic.REMAINDER
            and isinstance(left, Constant | Template)
            and (isinstance(left, Template) or isinstance(left.value, str))
        ):
            raise self.source.refused("% after a text is not allowed: write f'… {name} …'", place)
        return Binary(operator=known, left=left, right=right, place=place)

    def _nodes(self, trees: list[ast.expr], depth: int) -> tuple[Node, ...]:
        return tuple(self.node(tree, depth + 1) for tree in trees)

    def _data(
        self, tree: ast.Constant | ast.Name | ast.List | ast.Tuple | ast.Dict, depth: int
    ) -> Node:
        place = self.source.place(tree)
        match tree:
            case ast.Constant():
                return Constant(value=self._constant(tree, place), place=place)
            case ast.Name():
                if tree.id in _OTHER_SPELLING:
                    raise self.source.refused(
                        f"{tree.id} is not known: write {_OTHER_SPELLING[tree.id]}", place
                    )
                return Variable(name=self.name(tree.id, place), place=place)
            case ast.List() | ast.Tuple():
                return ListDisplay(items=self._nodes(tree.elts, depth), place=place)
            case ast.Dict():
                return self._map(tree, depth, place)

    def _constant(self, tree: ast.Constant, place: Place) -> Value:
        match tree.value:
            case str() as text:
                if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
                    raise self.source.refused(
                        "a text must not hold a NUL or half a surrogate pair", place
                    )
                return text
            case bool() | None as value:
                return value
            case int() as number if number.bit_length() <= MAX_BITS:
                return number
            case float() as number if math.isfinite(number):
                return number
            case int() | float():
                raise self.source.refused(
                    f"the number is too large: at most {MAX_DIGITS:,} digits, and 1e308", place
                )
            case _:
                raise self.source.refused(
                    "this literal is not allowed: write a number, a text, True, False or None",
                    place,
                )

    def _map(self, tree: ast.Dict, depth: int, place: Place) -> Node:
        entries = []
        for key_tree, value_tree in zip(tree.keys, tree.values, strict=True):
            if key_tree is None:
                raise self.source.refused("** is not allowed in a map: name its keys", place)
            key = self.node(key_tree, depth + 1)
            if isinstance(key, Constant) and not isinstance(key.value, str):
                raise self.source.refused("a key of a map must be a text: quote it", key.place)
            entries.append((key, self.node(value_tree, depth + 1)))
        return MapDisplay(entries=tuple(entries), place=place)

    def _template(self, tree: ast.JoinedStr, depth: int) -> Node:
        parts = []
        for part in tree.values:
            inner = part
            if isinstance(part, ast.FormattedValue):
                if part.conversion != -1 or part.format_spec is not None:
                    raise self.source.refused(
                        "formats in f'…' are not allowed: write {round(a, 2)} or {a}",
                        self.source.place(tree),
                    )
                inner = part.value
            parts.append(self.node(inner, depth + 1))
        return Template(parts=tuple(parts), place=self.source.place(tree))

    def _operation(
        self,
        tree: ast.UnaryOp | ast.BinOp | ast.Compare | ast.BoolOp | ast.IfExp,
        depth: int,
    ) -> Node:
        place = self.source.place(tree)
        match tree:
            case ast.UnaryOp():
                return self._unary(tree, depth, place)
            case ast.BinOp():
                left, right = self._nodes([tree.left, tree.right], depth)
                return self.binary(tree.op, left, right, place)
            case ast.Compare():
                return self._comparison(tree, depth, place)
            case ast.BoolOp():
                return Logic(
                    is_and=isinstance(tree.op, ast.And),
                    operands=self._nodes(tree.values, depth),
                    place=place,
                )
            case ast.IfExp():
                then, condition, otherwise = self._nodes(
                    [tree.body, tree.test, tree.orelse], depth
                )
                return Choice(condition=condition, then=then, otherwise=otherwise, place=place)

    def _unary(self, tree: ast.UnaryOp, depth: int, place: Place) -> Node:
        sign = _SIGNS.get(type(tree.op))
        if sign is None:
            raise self.source.refused("~ is not allowed: write not", place)
        operand = self.node(tree.operand, depth + 1)
        number = operand.value if isinstance(operand, Constant) else None
        if sign is not Sign.MINUS or isinstance(number, bool):
            return Unary(sign=sign, operand=operand, place=place)
        if isinstance(number, int | float):
            return Constant(value=-number, place=place)
        return Unary(sign=sign, operand=operand, place=place)

    def _comparison(self, tree: ast.Compare, depth: int, place: Place) -> Node:
        first = self.node(tree.left, depth + 1)
        links = []
        for operator, right_tree in zip(tree.ops, tree.comparators, strict=True):
            relation = _RELATIONS[type(operator)]
            right = self.node(right_tree, depth + 1)
            is_one_of_three = isinstance(right, Constant) and (
                right.value is None or isinstance(right.value, bool)
            )
            if relation in {Relation.IS, Relation.IS_NOT} and not is_one_of_three:
                raise self.source.refused(
                    "is compares only with None, True and False: write ==", right.place
                )
            links.append((relation, right))
        return Comparison(first=first, links=tuple(links), place=place)

    def _access(self, tree: ast.Subscript | ast.Attribute, depth: int) -> Node:
        place = self.source.place(tree)
        target = self.node(tree.value, depth + 1)
        match tree:
            case ast.Attribute():
                return Field(target=target, name=self.name(tree.attr, place), place=place)
            case ast.Subscript(slice=ast.Slice() as cut):
                start, stop, step = (
                    None if part is None else self.node(part, depth + 1)
                    for part in (cut.lower, cut.upper, cut.step)
                )
                return Slice(target=target, start=start, stop=stop, step=step, place=place)
            case ast.Subscript(slice=ast.Tuple()):
                raise self.source.refused("one index is allowed: write a[b][c]", place)
            case ast.Subscript():
                return Subscript(
                    target=target, index=self.node(tree.slice, depth + 1), place=place
                )

    def _call(self, tree: ast.Call, depth: int) -> Node:
        place = self.source.place(tree)
        match tree.func:
            case ast.Name(id=name):
                return self._function(tree, self.name(name, place), depth)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in _MODULES and (
                name[:1] != "_"
            ):
                raise self.source.refused(
                    f"there are no modules here: write {name}(…) instead of {module}.{name}(…)",
                    place,
                )
            case ast.Attribute(value=target, attr=name):
                if tree.keywords:
                    raise self.source.refused(f"{name} takes no named arguments", place)
                return MethodCall(
                    target=self.node(target, depth + 1),
                    method=self.name(name, place),
                    arguments=self._arguments(tree, name, depth),
                    place=place,
                )
            case _:
                raise self.source.refused(
                    "only a function or method that is named can be called", place
                )

    def _function(self, tree: ast.Call, name: str, depth: int) -> Node:
        place = self.source.place(tree)
        if name in {"any", "all"} and not tree.keywords:
            match tree.args:
                case [ast.GeneratorExp() as each]:
                    comprehension = self._comprehension(each, depth + 1)
                    return Quantifier(is_all=name == "all", each=comprehension, place=place)
                case _:
                    pass
        keywords = []
        for keyword in tree.keywords:
            if keyword.arg is None:
                raise self.source.refused("** is not allowed in a call: name the values", place)
            keywords.append((self.name(keyword.arg, place), self.node(keyword.value, depth + 1)))
        return Call(
            function=name,
            arguments=self._arguments(tree, name, depth),
            keywords=tuple(keywords),
            place=place,
        )

    def _arguments(self, tree: ast.Call, name: str, depth: int) -> tuple[Node, ...]:
        match tree.args:
            case [ast.GeneratorExp() as each, *more] if name in _TAKES_GENERATOR:
                return (self._comprehension(each, depth + 1), *self._nodes(more, depth))
            case arguments:
                return self._nodes(arguments, depth)

    def _comprehension(self, tree: ast.ListComp | ast.GeneratorExp, depth: int) -> Comprehension:
        place = self.source.place(tree)
        if len(tree.generators) > 1:
            raise self.source.refused("one for is allowed: put a list inside a list", place)
        loop = tree.generators[0]
        if loop.is_async:
            raise self.source.refused("async is not allowed: leave it out", place)
        targets = [loop.target]
        if isinstance(loop.target, ast.Tuple) and len(loop.target.elts) > 1:
            targets = loop.target.elts
        variables = []
        for target in targets:
            if not isinstance(target, ast.Name):
                raise self.source.refused("write names after for", self.source.place(target))
            variables.append(self.name(target.id, self.source.place(target)))
        return Comprehension(
            element=self.node(tree.elt, depth + 1),
            variables=tuple(variables),
            iterable=self.node(loop.iter, depth + 1),
            conditions=self._nodes(loop.ifs, depth),
            place=place,
        )

    def _unknown(self, tree: ast.expr) -> Exception:
        message = _REFUSED.get(type(tree), f"{type(tree).__name__} is not allowed")
        return self.source.refused(message, self.source.place(tree))
