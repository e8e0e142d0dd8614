"""What the operators of FEEL do with values: exact decimals, three-valued logic, no conversions.

DMN 1.3 gives null wherever types do not fit; here that is an error, so that nobody takes a
mistake for an answer. Only comparisons, and, or and not know null.
"""

from __future__ import annotations

import decimal
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from caseflow.expressions.access import item
from caseflow.expressions.arithmetic import integer
from caseflow.expressions.bounds import MAX_BITS, MAX_NESTING, Work
from caseflow.expressions.closures import FAULTS, Code, Fail, Names
from caseflow.expressions.iso8601 import Period
from caseflow.expressions.methods import field_of
from caseflow.expressions.tree import Arithmetic, Relation, Sign
from caseflow.expressions.values import Result, kind
from caseflow.model import Value

Truth: TypeAlias = "bool | None"

DECIMAL128 = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""The numbers of DMN 1.3, 10.3.2.3.1: IEEE 754-2008 decimal128."""

_CHEAP = 64  # characters that are compared in about one step
_DAY = timedelta(days=1)


def exact(number: float | Decimal) -> int | Decimal:
    """Return a number of FEEL: 0.1 is meant as it is written, not as the nearest binary one."""
    return Decimal(repr(number)) if isinstance(number, float) else number


def whole_if_possible(number: Decimal) -> int | Decimal:
    """Return a whole number as one."""
    if number == number.to_integral_value() and number.adjusted() < DECIMAL128.prec:
        return int(number)
    return number


def number_of(value: Result, who: str) -> int | Decimal:
    """Return a number. Raises TypeError for anything else; a truth value is none."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return exact(value)
    raise TypeError(f"{who} needs a number, not {named(value)}")


def is_number(value: Result) -> bool:
    """Tell whether a value is a number; a truth value is none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def named(value: object) -> str:
    """Name what a value is, in the words of FEEL."""
    return "null" if value is None else kind(value)


# Arithmetic


def add(left: Result, right: Result, work: Work) -> Result:
    """``left + right``."""
    match left, right:
        case (str(), str()):
            work.text(len(left) + len(right))
            return left + right
        case (date(), timedelta() | Period()):
            return _later(left, right)
        case (timedelta() | Period(), date()):
            return _later(right, left)
        case (timedelta(), timedelta()):
            return left + right
        case (Period(), Period()):
            return _months(_as_months(left) + _as_months(right))
        case _:
            return _computed(Arithmetic.ADD, left, right)


def subtract(left: Result, right: Result, work: Work) -> Result:  # noqa: ARG001 - as its siblings
    """``left - right``."""
    match left, right:
        case (date(), timedelta() | Period()):
            return _later(left, -right)
        case (date(), date()):
            return _between(left, right)
        case (timedelta(), timedelta()):
            return left - right
        case (Period(), Period()):
            return _months(_as_months(left) - _as_months(right))
        case _:
            return _computed(Arithmetic.SUBTRACT, left, right)


def multiply(left: Result, right: Result, work: Work) -> Result:
    """``left * right``."""
    match left, right:
        case (timedelta(), int() | float() | Decimal()) if is_number(right):
            return _span(DECIMAL128.multiply(_seconds(left), Decimal(exact(right))))
        case (Period(), int()) if is_number(right):
            return _months(_as_months(left) * right)
        case (int() | float() | Decimal(), timedelta() | Period()):
            return multiply(right, left, work)
        case _:
            return _computed(Arithmetic.MULTIPLY, left, right)


def divide(left: Result, right: Result, work: Work) -> Result:  # noqa: ARG001 - as its siblings
    """``left / right``."""
    match left, right:
        case (timedelta(), timedelta()):
            return _quotient(_seconds(left), _seconds(right))
        case (timedelta(), int() | float() | Decimal()) if is_number(right):
            _check_divisor(right)
            return _span(DECIMAL128.divide(_seconds(left), Decimal(exact(right))))
        case (Period(), Period()):
            return _quotient(Decimal(_as_months(left)), Decimal(_as_months(right)))
        case _:
            one, other = _numbers(Arithmetic.DIVIDE, left, right)
            return _quotient(Decimal(one), Decimal(other))


def power(left: Result, right: Result, work: Work) -> Result:  # noqa: ARG001 - as its siblings
    """``left ** right``."""
    base, exponent = _numbers(Arithmetic.POWER, left, right)
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if base.bit_length() * exponent > MAX_BITS + exponent:
            raise OverflowError
        return integer(base**exponent)
    return whole_if_possible(DECIMAL128.power(base, exponent))


def _computed(symbol: Arithmetic, left: Result, right: Result) -> Result:
    one, other = _numbers(symbol, left, right)
    if isinstance(one, int) and isinstance(other, int):
        if symbol is Arithmetic.MULTIPLY and one.bit_length() + other.bit_length() > MAX_BITS + 1:
            raise OverflowError
        return integer(_WHOLE[symbol](one, other))
    return _DECIMAL[symbol](one, other)


def _numbers(
    symbol: Arithmetic, left: Result, right: Result
) -> tuple[int | Decimal, int | Decimal]:
    if is_number(left) and is_number(right):
        return number_of(left, symbol), number_of(right, symbol)
    raise TypeError(f"{symbol} does not work on {named(left)} and {named(right)}")


def _quotient(one: Decimal, other: Decimal) -> Result:
    _check_divisor(other)
    return whole_if_possible(DECIMAL128.divide(one, other))


def _check_divisor(number: float | Decimal) -> None:
    if not number:
        raise ZeroDivisionError


def _later(day: date, span: timedelta | Period) -> date:
    if isinstance(span, Period):
        return span.add_to(day)
    if not isinstance(day, datetime) and span % _DAY:
        raise TypeError("hours, minutes and seconds cannot be added to a date: use a moment")
    return day + span


def _between(left: date, right: date) -> timedelta:
    if isinstance(left, datetime) is not isinstance(right, datetime):
        raise TypeError(f"- does not work on {kind(left)} and {kind(right)}")
    return left - right


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span.days * 86_400 + span.seconds) + Decimal(span.microseconds).scaleb(-6)


def _span(seconds: Decimal) -> timedelta:
    if abs(seconds) > 10**14:
        raise OverflowError
    return timedelta(microseconds=int(DECIMAL128.quantize(seconds.scaleb(6), Decimal(1))))


def _as_months(period: Period) -> int:
    if period.days or period.seconds or period.microseconds:
        raise TypeError("a period of months and days has no fixed length: use one or the other")
    return period.years * 12 + period.months


def _months(months: int) -> Period:
    years, rest = divmod(abs(months), 12)
    sign = -1 if months < 0 else 1
    return Period(years=sign * years, months=sign * rest)


def sign_of(sign: Sign, value: Result) -> Result:
    """``-value``."""
    is_minus = sign is Sign.MINUS
    match value:
        case timedelta() | Period():
            return -value if is_minus else value
        case _:
            number = number_of(value, sign)
            return -number if is_minus else number


_WHOLE: Mapping[Arithmetic, Callable[[int, int], int]] = MappingProxyType(
    {
        Arithmetic.ADD: operator.add,
        Arithmetic.SUBTRACT: operator.sub,
        Arithmetic.MULTIPLY: operator.mul,
    }
)
_DECIMAL: Mapping[Arithmetic, Callable[[Decimal | int, Decimal | int], Decimal]] = (
    MappingProxyType(
        {
            Arithmetic.ADD: DECIMAL128.add,
            Arithmetic.SUBTRACT: DECIMAL128.subtract,
            Arithmetic.MULTIPLY: DECIMAL128.multiply,
        }
    )
)
ARITHMETIC_OF_FEEL = MappingProxyType(
    {
        Arithmetic.ADD: add,
        Arithmetic.SUBTRACT: subtract,
        Arithmetic.MULTIPLY: multiply,
        Arithmetic.DIVIDE: divide,
        Arithmetic.POWER: power,
    }
)


# Comparison


def equals(left: Result, right: Result, work: Work, *, depth: int = 0) -> bool:
    """``left = right``; null equals null only. Raises TypeError for values of two kinds."""
    if depth > MAX_NESTING:
        raise ValueError(f"compares values more than {MAX_NESTING} levels deep")
    work.spend(1)
    if left is None or right is None:
        return left is right
    match left, right:
        case (list() | tuple(), list() | tuple()):
            return len(left) == len(right) and all(
                equals(one, other, work, depth=depth + 1)
                for one, other in zip(left, right, strict=True)
            )
        case (Mapping(), Mapping()):
            return left.keys() == right.keys() and all(
                equals(value, right[key], work, depth=depth + 1) for key, value in left.items()
            )
        case _:
            one, other = _comparable(left, right, work)
            return one == other


def precedes(left: Result, right: Result, work: Work) -> Truth:
    """``left < right``; null where one of them is null."""
    work.spend(1)
    if left is None or right is None:
        return None
    one, other = _comparable(left, right, work)
    if isinstance(one, bool):
        raise _unordered(left, right)
    return bool(one < other)  # type: ignore[operator]  # both are of one kind


def _follows(left: Result, right: Result, work: Work) -> Truth:
    return precedes(right, left, work)


def _does_not_follow(left: Result, right: Result, work: Work) -> Truth:
    follows = precedes(right, left, work)
    return None if follows is None else not follows


def _does_not_precede(left: Result, right: Result, work: Work) -> Truth:
    precedes_it = precedes(left, right, work)
    return None if precedes_it is None else not precedes_it


def _holds(left: Result, right: Result, work: Work) -> Truth:
    """``left in right``."""
    if isinstance(right, list | tuple):
        return any(equals(left, each, work) for each in right)
    return equals(left, right, work)


def _comparable(left: Result, right: Result, work: Work) -> tuple[object, object]:
    """Return two values of one kind as Python compares them."""
    match left, right:
        case (bool(), bool()) | (timedelta(), timedelta()):
            return left, right
        case (str(), str()):
            work.spend(min(len(left), len(right)) // _CHEAP)
            return left, right
        case (date(), date()):
            return _comparable_days(left, right)
        case (Period(), Period()):
            return _as_months(left), _as_months(right)
        case _ if is_number(left) and is_number(right):
            return number_of(left, "="), number_of(right, "=")
        case _:
            raise _unordered(left, right)


def _comparable_days(left: date, right: date) -> tuple[date, date]:
    match left, right:
        case (datetime(), datetime()):
            if (left.utcoffset() is None) is not (right.utcoffset() is None):
                raise TypeError("one moment has a time zone and the other has none: give it one")
            return left, right
        case (datetime(), _) | (_, datetime()):
            raise _unordered(left, right)
        case _:
            return left, right


def _unordered(left: Result, right: Result) -> TypeError:
    return TypeError(f"{named(left)} and {named(right)} cannot be compared")


_RELATIONS: Mapping[Relation, Callable[[Result, Result, Work], Truth]] = MappingProxyType(
    {
        Relation.EQUAL: equals,
        Relation.UNEQUAL: lambda left, right, work: not equals(left, right, work),
        Relation.LESS: precedes,
        Relation.LESS_OR_EQUAL: _does_not_follow,
        Relation.GREATER: _follows,
        Relation.GREATER_OR_EQUAL: _does_not_precede,
        Relation.IN: _holds,
    }
)


# The closures of FEEL where they differ from those of the Python subset


def related(relation: Relation, left: Code, right: Code, fail: Fail) -> Code:
    """``a < b``."""
    relate = _RELATIONS[relation]

    def code(names: Names, work: Work) -> Result:
        one, other = left(names, work), right(names, work)
        try:
            return relate(one, other, work)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def unary(sign: Sign, operand: Code, fail: Fail) -> Code:
    """``-a``."""

    def code(names: Names, work: Work) -> Result:
        value = operand(names, work)
        try:
            return sign_of(sign, value)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def negation(operand: Code, fail: Fail) -> Code:
    """``not(a)``."""

    def code(names: Names, work: Work) -> Result:
        truth = _truth(operand(names, work), fail)
        return None if truth is None else not truth

    return code


def conjunction(operands: Sequence[Code], fail: Fail) -> Code:
    """``a and b``: false if one of them is, before null."""
    return _joined(operands, fail, decisive=False)


def disjunction(operands: Sequence[Code], fail: Fail) -> Code:
    """``a or b``: true if one of them is, before null."""
    return _joined(operands, fail, decisive=True)


def choice(condition: Code, then: Code, otherwise: Code, fail: Fail) -> Code:
    """``if condition then a else b``; a condition that is null does not hold."""

    def code(names: Names, work: Work) -> Result:
        if _truth(condition(names, work), fail):
            return then(names, work)
        return otherwise(names, work)

    return code


def subscript(target: Code, index: Code, fail: Fail) -> Code:
    """``list[1]``: the first item; -1 is the last."""

    def code(names: Names, work: Work) -> Result:
        holder, key = target(names, work), index(names, work)
        try:
            return nth(holder, key)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def field(target: Code, name: str, fail: Fail) -> Code:
    """``target.name``."""

    def code(names: Names, work: Work) -> Result:
        holder = target(names, work)
        try:
            read = _PARTS.get(name)
            if read is None or isinstance(holder, Mapping):
                return field_of(holder, name)
            return read(holder)
        except FAULTS as fault:
            raise fail(fault) from None

    return code


def nth(target: Result, index: Result) -> Result:
    """Return an item by its number: 1 is the first, -1 the last."""
    if not isinstance(target, list | tuple):
        raise TypeError(f"{named(target)} has no items")
    number = number_of(index, "[…]")
    if number != int(number) or number == 0:
        raise ValueError("items are counted from 1, or from -1 at the end")
    position = int(number)
    if abs(position) > len(target):
        raise LookupError(f"there is no item {position}: the list has only {len(target)}")
    return item(target, position - 1 if position > 0 else position)


def _joined(operands: Sequence[Code], fail: Fail, *, decisive: bool) -> Code:
    def code(names: Names, work: Work) -> Result:
        found: Truth = not decisive
        for operand in operands:
            truth = _truth(operand(names, work), fail)
            if truth is decisive:
                return decisive
            if truth is None:
                found = None
        return found

    return code


def _truth(value: Result, fail: Fail) -> Truth:
    if value is None or isinstance(value, bool):
        return value
    raise fail(TypeError(f"{named(value)} is neither true nor false: compare it with something"))


def _of_span(name: str, read: Callable[[timedelta], Value]) -> Callable[[Result], Result]:
    def part(target: Result) -> Result:
        if isinstance(target, timedelta):
            return read(target)
        raise TypeError(f"{named(target)} has no {name}")

    return part


def _of_period(name: str, read: Callable[[int], Value]) -> Callable[[Result], Result]:
    def part(target: Result) -> Result:
        if isinstance(target, Period):
            return read(_as_months(target))
        raise TypeError(f"{named(target)} has no {name}")

    return part


def _weekday(target: Result) -> Result:
    if isinstance(target, date):
        return target.isoweekday()
    raise TypeError(f"{named(target)} has no weekday")


def _towards_zero(number: int, divisor: int) -> int:
    return number // divisor if number >= 0 else -(-number // divisor)


def _whole_seconds(span: timedelta) -> int:
    return int(_seconds(span))


_PARTS: Mapping[str, Callable[[Result], Result]] = MappingProxyType(
    {
        "weekday": _weekday,
        "years": _of_period("years", lambda months: _towards_zero(months, 12)),
        "months": _of_period("months", lambda months: months - 12 * _towards_zero(months, 12)),
        "days": _of_span("days", lambda span: _towards_zero(_whole_seconds(span), 86_400)),
        "hours": _of_span("hours", lambda span: _towards_zero(_whole_seconds(span), 3_600) % 24),
        "minutes": _of_span("minutes", lambda span: _towards_zero(_whole_seconds(span), 60) % 60),
        "seconds": _of_span("seconds", lambda span: _whole_seconds(span) % 60),
    }
)
"""Parts of values that FEEL names otherwise than the Python subset, or that this one lacks."""
