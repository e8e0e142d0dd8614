"""Arithmetic that checks what it would cost before it computes."""

from __future__ import annotations

import decimal
import math
import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from caseflow.expressions.bounds import MAX_BITS, Work
from caseflow.expressions.iso8601 import Period
from caseflow.expressions.tree import Arithmetic, Sign
from caseflow.expressions.values import REAL_TYPES, Result, kind
from caseflow.model import Value

Operate: TypeAlias = Callable[[Result, Result, Work], Result]

# The same digits everywhere, whatever the host set for its own decimals.
DECIMALS = decimal.Context(
    prec=28,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-999_999,
    Emax=999_999,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


def add(left: Result, right: Result, work: Work) -> Result:
    """``left + right``."""
    if type(left) in REAL_TYPES and type(right) in REAL_TYPES:
        return real(operator.add(left, right))
    match left, right:
        case (str(), str()):
            work.text(len(left) + len(right))
            return left + right
        case (list() | tuple(), list() | tuple()):
            work.items(len(left) + len(right))
            return [*left, *right]
        case (date(), Period()):
            return right.add_to(left)
        case (Period(), date()):
            return left.add_to(right)
        case _:
            return _computed(Arithmetic.ADD, left, right)


def subtract(left: Result, right: Result, work: Work) -> Result:
    """``left - right``."""
    if type(left) in REAL_TYPES and type(right) in REAL_TYPES:
        return real(operator.sub(left, right))
    if isinstance(left, date) and isinstance(right, Period):
        return add(left, -right, work)
    return _computed(Arithmetic.SUBTRACT, left, right)


def multiply(left: Result, right: Result, work: Work) -> Result:
    """``left * right``."""
    match left, right:
        case (int(), int()):
            if left.bit_length() + right.bit_length() > MAX_BITS + 1:
                raise OverflowError
            return left * right
        case (float() | int(), float() | int()):
            return finite(left * right)
        case (str() | list() | tuple(), int()):
            return _repeated(left, right, work)
        case (int(), str() | list() | tuple()):
            return _repeated(right, left, work)
        case _:
            return _computed(Arithmetic.MULTIPLY, left, right)


def power(left: Result, right: Result, work: Work) -> Result:  # noqa: ARG001 - as its siblings
    """``left ** right``."""
    match left, right:
        case (int(), int()) if right > 0 and left.bit_length() * right > MAX_BITS + right:
            raise OverflowError
        case (int() | float(), int() | float()):
            return real(operator.pow(left, right))
        case _:
            return _computed(Arithmetic.POWER, left, right)


def divide(left: Result, right: Result, work: Work) -> Result:  # noqa: ARG001 - as its siblings
    """``left / right``."""
    return _computed(Arithmetic.DIVIDE, left, right)


def floor(left: Result, right: Result, work: Work) -> Result:  # noqa: ARG001 - as its siblings
    """``left // right``."""
    return _computed(Arithmetic.FLOOR, left, right)


def remainder(left: Result, right: Result, work: Work) -> Result:  # noqa: ARG001 - as its siblings
    """``left % right``, of numbers and durations only."""
    return _computed(Arithmetic.REMAINDER, left, right)


def signed(sign: Sign, value: Result) -> Result:
    """``+value`` or ``-value``."""
    is_minus = sign is Sign.MINUS
    match value:
        case Decimal():
            return DECIMALS.minus(value) if is_minus else DECIMALS.plus(value)
        case int() | float() | timedelta():
            return -value if is_minus else +value
        case Period():
            return -value if is_minus else value
        case _:
            raise TypeError(f"{sign} does not work on {kind(value)}")


def finite(number: float) -> float:
    """Return ``number``, if it is one."""
    if not math.isfinite(number):
        raise OverflowError
    return number


def integer(number: int) -> int:
    """Return ``number``, if it has no more digits than a number may have."""
    if number.bit_length() > MAX_BITS:
        raise OverflowError
    return number


def real(number: object) -> int | float:
    """Return the result of a calculation, if it is a number of allowed size."""
    match number:
        case int():
            return integer(number)
        case float():
            return finite(number)
        case _:
            raise ValueError("a power of a negative number must be whole")


def _repeated(items: str | list[Value] | tuple[Value, ...], times: int, work: Work) -> Result:
    times = max(times, 0)
    length = len(items) * times
    if isinstance(items, str):
        work.text(length)
        return items * times
    work.items(length)
    return list(items) * times


_PYTHON: Mapping[Arithmetic, Callable[[object, object], object]] = MappingProxyType(
    {
        Arithmetic.ADD: operator.add,
        Arithmetic.SUBTRACT: operator.sub,
        Arithmetic.MULTIPLY: operator.mul,
        Arithmetic.DIVIDE: operator.truediv,
        Arithmetic.FLOOR: operator.floordiv,
        Arithmetic.REMAINDER: operator.mod,
        Arithmetic.POWER: operator.pow,
    }
)
_DECIMAL: Mapping[Arithmetic, Callable[[Decimal | int, Decimal | int], Decimal]] = (
    MappingProxyType(
        {
            Arithmetic.ADD: DECIMALS.add,
            Arithmetic.SUBTRACT: DECIMALS.subtract,
            Arithmetic.MULTIPLY: DECIMALS.multiply,
            Arithmetic.DIVIDE: DECIMALS.divide,
            Arithmetic.FLOOR: DECIMALS.divide_int,
            Arithmetic.REMAINDER: DECIMALS.remainder,
            Arithmetic.POWER: DECIMALS.power,
        }
    )
)
_DIVIDES = frozenset({Arithmetic.DIVIDE, Arithmetic.FLOOR, Arithmetic.REMAINDER})


def _computed(symbol: Arithmetic, left: Result, right: Result) -> Result:
    """Compute with numbers, decimals, dates and durations; Python knows which go together."""
    match left, right:
        case (int() | float(), int() | float()):
            return real(_PYTHON[symbol](left, right))
        case (Decimal() | int(), Decimal() | int()):
            if symbol in _DIVIDES and not right:
                raise ZeroDivisionError
            return _DECIMAL[symbol](left, right)
        case (date() | timedelta() | int() | float(), date() | timedelta() | int() | float()):
            return _of_time(symbol, left, right)
        case _:
            raise _unfit(symbol, left, right)


def _of_time(symbol: Arithmetic, left: Result, right: Result) -> Result:
    try:
        result = _PYTHON[symbol](left, right)
    except TypeError:
        raise _unfit(symbol, left, right) from None
    match result:
        case date() | timedelta():
            return result
        case _:
            return real(result)


def _unfit(symbol: Arithmetic, left: Result, right: Result) -> TypeError:
    return TypeError(
        f"{symbol} does not work on {kind(left)} and {kind(right)}: convert one of them"
    )


ARITHMETIC: Mapping[Arithmetic, Operate] = MappingProxyType(
    {
        Arithmetic.ADD: add,
        Arithmetic.SUBTRACT: subtract,
        Arithmetic.MULTIPLY: multiply,
        Arithmetic.DIVIDE: divide,
        Arithmetic.FLOOR: floor,
        Arithmetic.REMAINDER: remainder,
        Arithmetic.POWER: power,
    }
)
