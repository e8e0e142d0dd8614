"""The closures that evaluate a compiled expression, one maker for each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from caseflow.errors import CaseflowError, ExpressionFailed
from caseflow.expressions.access import cut, item
from caseflow.expressions.arithmetic import Operate, signed
from caseflow.expressions.bounds import Work
from caseflow.expressions.comparison import PLAIN, RELATIONS, Relate
from caseflow.expressions.methods import field_of
from caseflow.expressions.texts import written
from caseflow.expressions.tree import Relation, Sign
from caseflow.expressions.values import (
    PLAIN_TYPES,
    REAL_TYPES,
    Result,
    adopted,
    are_values,
    is_value,
    kind,
)
from caseflow.model import Value


class Names(Protocol):
    """The variables of an evaluation: anything that raises KeyError for an unknown name."""

    def __getitem__(self, name: str, /) -> Value:
        """Return the value of a variable."""
        ...


Code: TypeAlias = Callable[[Names, Work], Result]
Fail: TypeAlias = Callable[[Exception], ExpressionFailed]

FAULTS = (TypeError, ValueError, ArithmeticError, LookupError)
"""What an operation on values may raise; each becomes an ExpressionFailed with its place."""


def constant(value: Result) -> Code:
    """A value that is written in the source."""
    return lambda names, work: value  # noqa: ARG005 - every closure takes the same


def variable(name: str, fail: Fail) -> Code:
    """A variable; what comes from outside must be plain data."""

    def code(names: Names, work: Work) -> Result:  # noqa: ARG001 - every closure takes the same
        try:
            value = names[name]
            return value if type(value) in PLAIN_TYPES else adopted(value)
        except KeyError:
            raise fail(_unknown(name)) from None
        except TypeError as fault:
            raise fail(TypeError(f"{name} cannot be used: {fault}")) from None

    return code


def display(items: Sequence[Code], fail: Fail) -> Code:
    """``[a, b]``."""

    def code(names: Names, work: Work) -> Result:
        values = [each(names, work) for each in items]
        if not are_values(values):
            raise fail(HANDED_ON)
        return values

    return code


def map_display(entries: Sequence[tuple[Code, Code]], fail: Fail) -> Code:
    """``{"a": b}``."""

    def code(names: Names, work: Work) -> Result:
        made: dict[str, Value] = {}
        for key_code, value_code in entries:
            key, value = key_code(names, work), value_code(names, work)
            if not isinstance(key, str):
                raise fail(TypeError(f"a key of a map must be a text, not {kind(key)}"))
            if not is_value(value):
                raise fail(HANDED_ON)
            made[key] = value
        return made

    return code


def template(parts: Sequence[Code], fail: Fail) -> Code:
    """``f"text {a}"``."""

    def code(names: Names, work: Work) -> Result:
        values = [part(names, work) for part in parts]
        try:
            texts = [value if type(value) is str else written(work, value) for value in values]
            work.text(sum(map(len, texts)))
        except FAULTS as fault:
            raise fail(fault) from None
        return "".join(texts)

    return code


def negation(operand: Code) -> Code:
    """``not a``."""
    return lambda names, work: not operand(names, work)


def unary(sign: Sign, operand: Code, fail: Fail) -> Code:
    """``-a``."""

    def code(names: Names, work: Work) -> Result:
        value = operand(names, work)
        try:
            return signed(sign, value)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def binary(operate: Operate, left: Code, right: Code, fail: Fail) -> Code:
    """``a + b``."""

    def code(names: Names, work: Work) -> Result:
        one, other = left(names, work), right(names, work)
        try:
            return operate(one, other, work)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def related(relation: Relation, left: Code, right: Code, fail: Fail) -> Code:
    """``a < b``."""
    relate = RELATIONS[relation]
    quick = PLAIN.get(relation)

    def code(names: Names, work: Work) -> Result:
        one, other = left(names, work), right(names, work)
        try:
            if quick is not None and type(one) is type(other) and type(one) in REAL_TYPES:
                return quick(one, other)
            return relate(one, other, work)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def chain(first: Code, links: Sequence[tuple[Relate, Code]], fail: Fail) -> Code:
    """``a < b <= c``."""

    def code(names: Names, work: Work) -> Result:
        left = first(names, work)
        for relate, right_code in links:
            right = right_code(names, work)
            try:
                holds = relate(left, right, work)
            except FAULTS as fault:
                raise fail(fault) from None
            if not holds:
                return False
            left = right
        return True

    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantSide:
    """A comparison with a constant: the quick way for its very type, and the way for others."""

    value: Result
    quick: Callable[[object, object], bool]
    relate: Relate


def variable_to_constant(name: str, side: ConstantSide, fail: Fail) -> Code:
    """``name == 1``: the most common condition, without a call for the variable."""
    value, quick, relate, quick_type = side.value, side.quick, side.relate, type(side.value)

    def code(names: Names, work: Work) -> Result:
        try:
            found = names[name]
            if type(found) is quick_type:
                return quick(found, value)
            return relate(adopted(found), value, work)
        except KeyError:
            raise fail(_unknown(name)) from None
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def to_constant(left: Code, side: ConstantSide, fail: Fail) -> Code:
    """``a.b == 1``."""
    value, quick, relate, quick_type = side.value, side.quick, side.relate, type(side.value)

    def code(names: Names, work: Work) -> Result:
        found = left(names, work)
        try:
            if type(found) is quick_type:
                return quick(found, value)
            return relate(found, value, work)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def one_of(left: Code, options: tuple[Value, ...], relation: Relation, fail: Fail) -> Code:
    """``a in ["b", "c"]`` where all options are texts, whole numbers, truth values or None."""
    types = frozenset(map(type, options))
    is_in = relation is Relation.IN
    relate = RELATIONS[relation]

    def code(names: Names, work: Work) -> Result:
        value = left(names, work)
        if type(value) in types:
            return (value in options) is is_in
        try:
            return relate(value, options, work)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def conjunction(operands: Sequence[Code]) -> Code:
    """``a and b``."""
    if len(operands) == 1:
        return operands[0]
    if len(operands) == 2:  # noqa: PLR2004 - the most common number
        left, right = operands
        return lambda names, work: left(names, work) and right(names, work)
    *before, last = operands

    def code(names: Names, work: Work) -> Result:
        for operand in before:
            value = operand(names, work)
            if not value:
                return value
        return last(names, work)

    return code


def disjunction(operands: Sequence[Code]) -> Code:
    """``a or b``."""
    if len(operands) == 2:  # noqa: PLR2004 - the most common number
        left, right = operands
        return lambda names, work: left(names, work) or right(names, work)
    *before, last = operands

    def code(names: Names, work: Work) -> Result:
        for operand in before:
            value = operand(names, work)
            if value:
                return value
        return last(names, work)

    return code


def choice(condition: Code, then: Code, otherwise: Code) -> Code:
    """``then if condition else otherwise``."""
    return lambda names, work: (
        then(names, work) if condition(names, work) else otherwise(names, work)
    )


def subscript(target: Code, index: Code, fail: Fail) -> Code:
    """``target[index]``."""

    def code(names: Names, work: Work) -> Result:
        holder, key = target(names, work), index(names, work)
        try:
            if type(holder) is dict and type(key) is str and key in holder:
                value = holder[key]
                return value if type(value) in PLAIN_TYPES else adopted(value)
            return item(holder, key)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def part(target: Code, bounds: Sequence[Code], fail: Fail) -> Code:
    """``target[start:stop:step]``."""

    def code(names: Names, work: Work) -> Result:
        holder = target(names, work)
        values = [bound(names, work) for bound in bounds]
        try:
            return cut(holder, values, work)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def field(target: Code, name: str, fail: Fail) -> Code:
    """``target.name``."""

    def code(names: Names, work: Work) -> Result:
        holder = target(names, work)
        try:
            if type(holder) is dict and name in holder:
                value = holder[name]
                return value if type(value) in PLAIN_TYPES else adopted(value)
            return field_of(holder, name)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def builtin_call(
    call: Callable[..., Result],
    arguments: Sequence[Code],
    keywords: Mapping[str, Code],
    fail: Fail,
) -> Code:
    """``lower(a)`` and ``a.lower()``."""
    if len(arguments) == 1 and not keywords:
        return _unary_call(call, arguments[0], fail)

    def code(names: Names, work: Work) -> Result:
        values = [argument(names, work) for argument in arguments]
        named = {name: keyword(names, work) for name, keyword in keywords.items()}
        try:
            return call(work, *values, **named)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def _unary_call(call: Callable[..., Result], argument: Code, fail: Fail) -> Code:
    def code(names: Names, work: Work) -> Result:
        value = argument(names, work)
        try:
            return call(work, value)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def host_call(name: str, arguments: Sequence[Code], fail: Fail) -> Code:
    """A function that the caller supplies with each evaluation."""

    def code(names: Names, work: Work) -> Result:
        values = [argument(names, work) for argument in arguments]
        function = work.functions.get(name)
        if function is None:
            raise fail(LookupError(f"{name}() cannot be called here: nothing supplies it"))
        try:
            return adopted(function(*values))
        except (*FAULTS, CaseflowError) as fault:
            raise fail(ValueError(f"{name}() failed: {fault}")) from fault

    return code


HANDED_ON = TypeError("a limit or period cannot stand in a list or map: hand it on at once")


def _unknown(name: str) -> LookupError:
    return LookupError(f"there is no variable {name}: set it before, or check its spelling")
