"""What can be done with numbers, and with lists of values that have an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException

from caseflow.expressions.access import items_of
from caseflow.expressions.arithmetic import DECIMALS, add, finite, integer, real
from caseflow.expressions.bounds import MAX_DIGITS, Work
from caseflow.expressions.comparison import less, order_cost
from caseflow.expressions.values import Result, are_real, kind
from caseflow.model import Value


def length(work: Work, value: Result) -> Result:
    """``len(value)``."""
    match value:
        case str() | list() | tuple() | Mapping():
            work.spend(1)
            return len(value)
        case _:
            raise TypeError(f"len needs a text, a list or a map, not {kind(value)}")


def total_of(work: Work, items: Result, start: Result = 0) -> Result:
    """``sum(items, start)``."""
    if isinstance(start, str):
        raise TypeError("sum does not work on texts: use join")
    found = _counted(work, items, "sum")
    if are_real(found) and isinstance(start, int | float):
        return real(sum(found, start))
    total = start
    for item in found:
        total = add(total, item, work)
    return total


def smallest(work: Work, *values: Result, **default: Result) -> Result:
    """``min(items)``, ``min(a, b)``; the first of several that are equal."""
    items = _candidates(work, "min", values, default)
    if not items:
        return default["default"]
    found = items[0]
    for item in items[1:]:
        if less(item, found, work):
            found = item
    return found


def largest(work: Work, *values: Result, **default: Result) -> Result:
    """``max(items)``, ``max(a, b)``; the first of several that are equal."""
    items = _candidates(work, "max", values, default)
    if not items:
        return default["default"]
    found = items[0]
    for item in items[1:]:
        if less(found, item, work):
            found = item
    return found


def _candidates(
    work: Work, who: str, values: tuple[Result, ...], default: dict[str, Result]
) -> list[Result]:
    if len(values) > 1:
        if default:
            raise TypeError(f"{who} takes default only with one list")
        return list(values)
    items = items_of(work, values[0], who)
    if not items and not default:
        raise ValueError(f"{who} of an empty list: write {who}(…, default=…)")
    work.items(len(items))
    return [*items]


def in_order(work: Work, items: Result, *, reverse: Result = False) -> Result:
    """``sorted(items)``."""
    found = items_of(work, items, "sorted")
    work.items(len(found))
    work.spend(order_cost(found, "sorted") * len(found).bit_length())
    return sorted(found, reverse=bool(reverse))  # type: ignore[type-var]  # all of one kind


def absolute(work: Work, number: Result) -> Result:
    """``abs(number)``."""
    work.spend(1)
    match number:
        case Decimal():
            return DECIMALS.abs(number)
        case int() | float():
            return abs(number)
        case timedelta():
            return abs(number)
        case _:
            raise TypeError(f"abs needs a number or a duration, not {kind(number)}")


def rounded(work: Work, number: Result, ndigits: Result = None) -> Result:
    """``round(number, ndigits)``, a half to the even neighbour."""
    work.spend(1)
    digits = None if ndigits is None else whole(ndigits, "round", MAX_DIGITS)
    match number:
        case Decimal() if digits is None:
            return _integer_of(number.to_integral_value(ROUND_HALF_EVEN))
        case Decimal():
            return DECIMALS.quantize(number, Decimal((0, (1,), -(digits or 0))))
        case int():
            return integer(round(number, digits))
        case float():
            return round(number, digits)
        case _:
            raise TypeError(f"round needs a number, not {kind(number)}")


def is_any(work: Work, items: Result) -> Result:
    """``any(items)``."""
    return any(_counted(work, items, "any"))


def are_all(work: Work, items: Result) -> Result:
    """``all(items)``."""
    return all(_counted(work, items, "all"))


def _counted(work: Work, items: Result, who: str) -> list[Value]:
    found = items_of(work, items, who)
    work.spend(len(found))
    return found


def to_int(work: Work, value: Result) -> Result:
    """``int(value)``."""
    work.spend(1)
    match value:
        case str():
            return integer(int(_short(value)))
        case Decimal():
            return _integer_of(value)
        case int() | float():
            return integer(int(value))
        case _:
            raise TypeError(f"int needs a number or a text, not {kind(value)}")


def to_float(work: Work, value: Result) -> Result:
    """``float(value)``."""
    work.spend(1)
    match value:
        case str():
            return finite(float(_short(value)))
        case int() | float() | Decimal():
            return finite(float(value))
        case _:
            raise TypeError(f"float needs a number or a text, not {kind(value)}")


def to_bool(work: Work, value: Result) -> Result:
    """``bool(value)``."""
    work.spend(1)
    return bool(value)


def to_decimal(work: Work, value: Result) -> Result:
    """``decimal(value)``."""
    work.spend(1)
    match value:
        case float():
            # 0.1 is meant as it is written, not as the binary fraction next to it.
            number = Decimal(repr(value))
        case int() | Decimal():
            number = Decimal(value)
        case str():
            try:
                number = Decimal(_short(value))
            except DecimalException:
                raise ValueError(f"{value!r} is not a decimal: write it like 12.50") from None
        case _:
            raise TypeError(f"decimal needs a number or a text, not {kind(value)}")
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        raise ValueError(f"a decimal has at most {MAX_DIGITS:,} digits")
    return number


def _integer_of(number: Decimal) -> int:
    if number.adjusted() > MAX_DIGITS:
        raise OverflowError
    return integer(int(number))


def _short(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number has at most {MAX_DIGITS:,} digits")
    return text


def whole(value: Result, who: str, most: int) -> int:
    """Return a whole number from ``-most`` to ``most``; raises ValueError for anything else."""
    if isinstance(value, int) and abs(value) <= most:
        return value
    raise ValueError(f"{who} needs whole numbers up to {most:,} there")
