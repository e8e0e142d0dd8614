"""Compiles a tree to closures once, and notes which variables and functions it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import DecimalException
from difflib import get_close_matches
from typing import NamedTuple, assert_never

from caseflow.errors import ExpressionRefused
from caseflow.expressions import closures, loops
from caseflow.expressions.bounds import MAX_DIGITS, NO_FUNCTIONS, Work
from caseflow.expressions.closures import FAULTS, Code, ConstantSide, Fail
from caseflow.expressions.comparison import PLAIN, RELATIONS
from caseflow.expressions.functions import Builtin
from caseflow.expressions.language import PYTHON, Language
from caseflow.expressions.source import Source
from caseflow.expressions.tree import (
    Access,
    Binary,
    Call,
    Choice,
    Comparison,
    Comprehension,
    Constant,
    Data,
    Field,
    Invocation,
    ListDisplay,
    Logic,
    MapDisplay,
    MethodCall,
    Node,
    Operation,
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
from caseflow.expressions.values import Result

_INSTEAD = {
    "append": "write items = items + [item]",
    "extend": "write items = items + others",
    "insert": "write items = items[:n] + [item] + items[n:]",
    "remove": "write items = [a for a in items if a != item]",
    "pop": "write items = items[:-1]",
    "clear": "write items = []",
    "sort": "write items = sorted(items)",
    "reverse": "write items = items[::-1]",
    "update": "set the keys one by one: x['key'] = value",
    "setdefault": "write x['key'] = x.get('key', value)",
    "format": "write f'… {name} …'",
    "now": "write now()",
    "today": "write now().date()",
    "print": "keep the value in a variable",
    "set": "write a list",
    "list": "write [a for a in items]",
    "tuple": "write a list",
    "dict": "write {'key': value}",
    "range": "write the numbers as a list",
    "type": "compare the value itself",
    "isinstance": "compare the value itself",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that the caller supplies at evaluation: how many arguments it takes."""

    least: int = 0
    most: int = 0


class FunctionCall(NamedTuple):
    """A call that stands in an expression; ``arguments`` is None unless all are constants."""

    function: str
    arguments: tuple[Result, ...] | None


@dataclass(slots=True)
class Compiler:
    """Compiles the nodes of one source; collects what the whole of it uses."""

    source: Source
    functions: Mapping[str, Function]
    language: Language = PYTHON
    names: set[str] = field(default_factory=set)
    calls: list[FunctionCall] = field(default_factory=list)
    is_counted: bool = False
    nodes: int = 0

    def code(self, node: Node, bound: frozenset[str]) -> Code:
        """Compile one node; ``bound`` are the variables that loops or statements set before.

        Raises:
            ExpressionRefused: it calls an unknown function, or with wrong arguments.
        """
        self.nodes += 1
        match node:
            case Constant() | Variable() | ListDisplay() | MapDisplay() | Template():
                return self._data(node, bound)
            case Unary() | Binary() | Comparison() | Logic() | Choice():
                return self._operation(node, bound)
            case Subscript() | Slice() | Field():
                return self._access(node, bound)
            case Call() | MethodCall() | Comprehension() | Quantifier():
                self.is_counted = True
                return self._invocation(node, bound)
            case _:
                assert_never(node)

    def _codes(self, nodes: Sequence[Node], bound: frozenset[str]) -> tuple[Code, ...]:
        return tuple(self.code(node, bound) for node in nodes)

    def _fail(self, place: Place) -> Fail:
        source = self.source
        return lambda fault: source.failed(reason(fault), place)

    def _data(self, node: Data, bound: frozenset[str]) -> Code:
        fail = self._fail(node.place)
        match node:
            case Constant():
                return closures.constant(node.value)
            case Variable():
                if node.name not in bound:
                    self.names.add(node.name)
                return closures.variable(node.name, fail)
            case ListDisplay():
                return closures.display(self._codes(node.items, bound), fail)
            case MapDisplay():
                entries = [
                    (self.code(key, bound), self.code(value, bound)) for key, value in node.entries
                ]
                return closures.map_display(entries, fail)
            case Template():
                self.is_counted = True
                return closures.template(self._codes(node.parts, bound), fail)
            case _:
                assert_never(node)

    def _operation(self, node: Operation, bound: frozenset[str]) -> Code:
        match node:
            case Unary(sign=Sign.NOT):
                operand = self.code(node.operand, bound)
                return self.language.negation(operand, self._fail(node.place))
            case Unary():
                operand = self.code(node.operand, bound)
                return self.language.unary(node.sign, operand, self._fail(node.place))
            case Binary():
                self.is_counted = True
                left, right = self._codes((node.left, node.right), bound)
                operate = self.language.arithmetic[node.operator]
                return closures.binary(operate, left, right, self._fail(node.place))
            case Comparison():
                return self._comparison(node, bound)
            case Logic():
                language = self.language
                join = language.conjunction if node.is_and else language.disjunction
                return join(self._codes(node.operands, bound), self._fail(node.place))
            case Choice():
                condition, then, otherwise = (
                    self.code(part, bound) for part in (node.condition, node.then, node.otherwise)
                )
                fail = self._fail(node.place)
                return self.language.choice(condition, then, otherwise, fail)
            case _:
                assert_never(node)

    def _comparison(self, node: Comparison, bound: frozenset[str]) -> Code:
        fail = self._fail(node.place)
        first = self.code(node.first, bound)
        match node.links:
            case ((relation, Constant(value=str() | int() | float() | None as value)),) if (
                self.language.is_quick and relation in PLAIN
            ):
                side = ConstantSide(value=value, quick=PLAIN[relation], relate=RELATIONS[relation])
                if isinstance(node.first, Variable):
                    return closures.variable_to_constant(node.first.name, side, fail)
                return closures.to_constant(first, side, fail)
            case ((Relation.IN | Relation.NOT_IN as relation, ListDisplay(items=items)),) if (
                self.language.is_quick
                and all(
                    isinstance(item, Constant) and isinstance(item.value, str | int | None)
                    for item in items
                )
            ):
                options = tuple(item.value for item in items if isinstance(item, Constant))
                return closures.one_of(first, options, relation, fail)
            case ((relation, right),):
                self.is_counted = True
                return self.language.related(relation, first, self.code(right, bound), fail)
            case links:
                self.is_counted = True
                codes = [(RELATIONS[each], self.code(right, bound)) for each, right in links]
                return closures.chain(first, codes, fail)

    def _access(self, node: Access, bound: frozenset[str]) -> Code:
        fail = self._fail(node.place)
        target = self.code(node.target, bound)
        match node:
            case Subscript():
                return self.language.subscript(target, self.code(node.index, bound), fail)
            case Slice():
                self.is_counted = True
                absent = Constant(value=None, place=node.place)
                bounds = [part or absent for part in (node.start, node.stop, node.step)]
                return closures.part(target, self._codes(bounds, bound), fail)
            case Field():
                return self.language.field(target, node.name, fail)
            case _:
                assert_never(node)

    def _invocation(self, node: Invocation, bound: frozenset[str]) -> Code:
        match node:
            case Call():
                return self._call(node, bound)
            case MethodCall():
                methods = self.language.methods
                method = methods.get(node.method)
                if method is None:
                    raise self._unknown(node.method, methods, "method", node.place)
                arguments = (node.target, *node.arguments)
                self._check_number(node.method, method, len(arguments), node.place)
                codes = self._codes(arguments, bound)
                return closures.builtin_call(method.call, codes, {}, self._fail(node.place))
            case Comprehension():
                return loops.comprehension(*self._loop(node, bound))
            case Quantifier():
                self.calls.append(FunctionCall("all" if node.is_all else "any", None))
                loop, element = self._loop(node.each, bound)
                return loops.quantifier(loop, element, is_all=node.is_all)
            case _:
                assert_never(node)

    def _loop(self, node: Comprehension, bound: frozenset[str]) -> tuple[loops.Loop, Code]:
        iterable = self.code(node.iterable, bound)
        inside = bound.union(node.variables)
        before = self.nodes
        conditions = self._codes(node.conditions, inside)
        element = self.code(node.element, inside)
        loop = loops.Loop(
            variables=node.variables,
            iterable=iterable,
            condition=closures.conjunction(conditions) if conditions else None,
            weight=1 + self.nodes - before,
            fail=self._fail(node.place),
        )
        return loop, element

    def _call(self, node: Call, bound: frozenset[str]) -> Code:
        builtin = self.language.functions.get(node.function)
        function = builtin or self.functions.get(node.function)
        if function is None:
            known = {**self.language.functions, **self.functions}
            raise self._unknown(node.function, known, "function", node.place)
        self._check_keywords(node, builtin)
        self._check_number(node.function, function, len(node.arguments), node.place)
        given = _constants(node.arguments)
        self.calls.append(FunctionCall(node.function, None if node.keywords else given))
        fail = self._fail(node.place)
        codes = self._codes(node.arguments, bound)
        if builtin is None:
            return closures.host_call(node.function, codes, fail)
        keywords = {name: self.code(value, bound) for name, value in node.keywords}
        if builtin.is_literal and given is not None:
            named = _constants([value for _, value in node.keywords])
            if named is not None:
                return self._literal(builtin, given, dict(zip(keywords, named, strict=True)), node)
        return closures.builtin_call(builtin.call, codes, keywords, fail)

    def _literal(
        self,
        builtin: Builtin,
        arguments: tuple[Result, ...],
        keywords: Mapping[str, Result],
        node: Call,
    ) -> Code:
        try:
            value = builtin.call(Work(NO_FUNCTIONS), *arguments, **keywords)
        except FAULTS as fault:
            raise self.source.refused(reason(fault), node.place) from None
        return closures.constant(value)

    def _check_number(
        self, name: str, function: Builtin | Function, number: int, place: Place
    ) -> None:
        least, most = function.least, function.most
        if not least <= number <= most:
            takes = str(most) if least == most else f"{least} to {most}"
            values = "value" if most == 1 else "values"
            raise self.source.refused(f"{name} takes {takes} {values}, not {number}", place)

    def _check_keywords(self, node: Call, builtin: Builtin | None) -> None:
        allowed = builtin.keywords if builtin else frozenset[str]()
        seen: set[str] = set()
        for name, _ in node.keywords:
            if name not in allowed:
                raise self.source.refused(f"{node.function} has no argument {name}", node.place)
            if name in seen:
                raise self.source.refused(f"{node.function} is given {name} twice", node.place)
            seen.add(name)

    def _unknown(
        self, name: str, known: Mapping[str, object], what: str, place: Place
    ) -> ExpressionRefused:
        close = get_close_matches(name, known, n=1)
        way_out = f"did you mean {close[0]}?" if close else f"allowed are {', '.join(known)}"
        return self.source.refused(
            f"there is no {what} {name}: {_INSTEAD.get(name, way_out)}", place
        )


def reason(fault: Exception) -> str:
    """Say in words what an operation on values raised."""
    match fault:
        case ZeroDivisionError():
            return "division by zero: test the divisor first"
        case OverflowError():
            return f"too large: a number has {MAX_DIGITS:,} digits at most, a day the year 9999"
        case DecimalException():
            return "the decimal number is not defined"
        case _:
            return str(fault)


def _constants(nodes: Sequence[Node]) -> tuple[Result, ...] | None:
    values = tuple(node.value for node in nodes if isinstance(node, Constant))
    return values if len(values) == len(nodes) else None
