"""The functions that every expression may call, each counting its work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException
from types import MappingProxyType

from caseflow.expressions import texts
from caseflow.expressions.arithmetic import DECIMALS, add, finite, integer
from caseflow.expressions.bounds import MAX_DIGITS, Work
from caseflow.expressions.comparison import contains, less, order_cost
from caseflow.expressions.iso8601 import parse_date, parse_duration, parse_moment
from caseflow.expressions.values import Result, kind
from caseflow.model import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Builtin:
    """A function of the language: how it is written, what it gives, and what computes it.

    ``call`` takes the work to count on, then the arguments. A function that
    ``is_literal`` writes a value down: with constant arguments it is computed once.
    """

    signature: str
    summary: str
    call: Callable[..., Result]
    least: int = 1
    most: int = 1
    keywords: frozenset[str] = frozenset()
    is_literal: bool = False


def items_of(work: Work, value: Result, who: str) -> list[Value]:
    """Return what a loop or function goes through: items, keys of a map, letters of a text."""
    match value:
        case list():
            return value
        case str() | tuple() | Mapping():
            work.items(len(value))
            return list(value)
        case _:
            raise TypeError(f"{who} needs a list, not {kind(value)}")


def _length(work: Work, value: Result) -> Result:
    match value:
        case str() | list() | tuple() | Mapping():
            work.spend(1)
            return len(value)
        case _:
            raise TypeError(f"len needs a text, a list or a map, not {kind(value)}")


def _sum(work: Work, items: Result, start: Result = 0) -> Result:
    if isinstance(start, str):
        raise TypeError("sum does not work on texts: use join")
    total = start
    for item in items_of(work, items, "sum"):
        work.spend(1)
        total = add(total, item, work)
    return total


def _smallest(work: Work, *values: Result, **default: Result) -> Result:
    items = _candidates(work, "min", values, default)
    if not items:
        return default["default"]
    found = items[0]
    for item in items[1:]:
        if less(item, found, work):
            found = item
    return found


def _largest(work: Work, *values: Result, **default: Result) -> Result:
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


def _sorted(work: Work, items: Result, *, reverse: Result = False) -> Result:
    found = items_of(work, items, "sorted")
    work.items(len(found))
    work.spend(order_cost(found, "sorted") * len(found).bit_length())
    return sorted(found, reverse=bool(reverse))  # type: ignore[type-var]  # all of one kind


def _absolute(work: Work, number: Result) -> Result:
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


def _round(work: Work, number: Result, ndigits: Result = None) -> Result:
    work.spend(1)
    digits = None if ndigits is None else _whole(ndigits, "round", MAX_DIGITS)
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


def _any(work: Work, items: Result) -> Result:
    return any(_counted(work, items, "any"))


def _all(work: Work, items: Result) -> Result:
    return all(_counted(work, items, "all"))


def _counted(work: Work, items: Result, who: str) -> list[Value]:
    found = items_of(work, items, who)
    work.spend(len(found))
    return found


def _int(work: Work, value: Result) -> Result:
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


def _float(work: Work, value: Result) -> Result:
    work.spend(1)
    match value:
        case str():
            return finite(float(_short(value)))
        case int() | float() | Decimal():
            return finite(float(value))
        case _:
            raise TypeError(f"float needs a number or a text, not {kind(value)}")


def _bool(work: Work, value: Result) -> Result:
    work.spend(1)
    return bool(value)


def _decimal(work: Work, value: Result) -> Result:
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


def _whole(value: Result, who: str, most: int) -> int:
    if isinstance(value, int) and abs(value) <= most:
        return value
    raise ValueError(f"{who} needs whole numbers up to {most:,} there")


def _date(work: Work, first: Result, *month_and_day: Result) -> Result:
    work.spend(1)
    if isinstance(first, str) and not month_and_day:
        return parse_date(first)
    if len(month_and_day) != 2:  # noqa: PLR2004 - a month and a day
        raise TypeError("date needs a text like '2026-01-31', or a year, a month and a day")
    year, month, day = (_whole(part, "date", 9_999) for part in (first, *month_and_day))
    return date(year, month, day)


def _moment(work: Work, text: Result) -> Result:
    work.spend(1)
    if not isinstance(text, str):
        raise TypeError("datetime needs a text like '2026-01-31T09:00:00+08:00'")
    return parse_moment(text)


def _duration(work: Work, text: Result) -> Result:
    work.spend(1)
    if not isinstance(text, str):
        raise TypeError("duration needs a text like 'P1DT2H' or 'P1M'")
    period = parse_duration(text)
    exact = period.as_timedelta()
    return period if exact is None else exact


def _timedelta(work: Work, days: Result = 0, **units: Result) -> Result:
    work.spend(1)
    for unit, amount in {"days": days, **units}.items():
        _amount(amount, unit)
    return timedelta(
        weeks=_amount(units.get("weeks", 0), "weeks"),
        days=_amount(days, "days"),
        hours=_amount(units.get("hours", 0), "hours"),
        minutes=_amount(units.get("minutes", 0), "minutes"),
        seconds=_amount(units.get("seconds", 0), "seconds"),
    )


def _days(work: Work, amount: Result) -> Result:
    work.spend(1)
    return timedelta(days=_amount(amount, "days"))


def _hours(work: Work, amount: Result) -> Result:
    work.spend(1)
    return timedelta(hours=_amount(amount, "hours"))


def _minutes(work: Work, amount: Result) -> Result:
    work.spend(1)
    return timedelta(minutes=_amount(amount, "minutes"))


def _amount(value: Result, unit: str) -> float:
    if isinstance(value, int | float):
        return value
    raise TypeError(f"{unit} needs a number, not {kind(value)}")


def _contains(work: Work, container: Result, item: Result) -> Result:
    return contains(container, item, work)


_TIMEDELTA_UNITS = frozenset({"weeks", "days", "hours", "minutes", "seconds"})
_TABLE = (
    Builtin(
        signature="len(value)",
        summary="how many characters a text, items a list or keys a map has",
        call=_length,
    ),
    Builtin(
        signature="sum(items, start=0)",
        summary="all items added up",
        call=_sum,
        most=2,
        keywords=frozenset({"start"}),
    ),
    Builtin(
        signature="min(items, default=…)",
        summary="the smallest item, or the smallest of several arguments",
        call=_smallest,
        most=255,
        keywords=frozenset({"default"}),
    ),
    Builtin(
        signature="max(items, default=…)",
        summary="the largest item, or the largest of several arguments",
        call=_largest,
        most=255,
        keywords=frozenset({"default"}),
    ),
    Builtin(
        signature="abs(number)", summary="a number or duration without its sign", call=_absolute
    ),
    Builtin(
        signature="round(number, ndigits=None)",
        summary="rounded to so many digits, a half to the even neighbour; without digits whole",
        call=_round,
        most=2,
        keywords=frozenset({"ndigits"}),
    ),
    Builtin(signature="any(items)", summary="whether one item is true", call=_any),
    Builtin(signature="all(items)", summary="whether every item is true", call=_all),
    Builtin(
        signature="sorted(items, reverse=False)",
        summary="the items in order; they are of one kind",
        call=_sorted,
        keywords=frozenset({"reverse"}),
    ),
    Builtin(
        signature="str(value)", summary="a number, date or duration as a text", call=texts.written
    ),
    Builtin(
        signature="int(value)",
        summary="a number cut to a whole one, or read from a text",
        call=_int,
    ),
    Builtin(
        signature="float(value)",
        summary="a binary floating-point number, or one read from a text",
        call=_float,
    ),
    Builtin(signature="bool(value)", summary="False for 0, None and what is empty", call=_bool),
    Builtin(
        signature="decimal(value)",
        summary="an exact decimal number, such as money: decimal('12.50')",
        call=_decimal,
        is_literal=True,
    ),
    Builtin(
        signature="date(text)",
        summary="a day: date('2026-01-31') or date(2026, 1, 31)",
        call=_date,
        most=3,
        is_literal=True,
    ),
    Builtin(
        signature="datetime(text)",
        summary="a moment with its offset: datetime('2026-01-31T09:00:00+08:00')",
        call=_moment,
        is_literal=True,
    ),
    Builtin(
        signature="duration(text)",
        summary="an ISO 8601 duration: duration('PT36H'), duration('P1M')",
        call=_duration,
        is_literal=True,
    ),
    Builtin(
        signature="timedelta(days=0, weeks=0, hours=0, minutes=0, seconds=0)",
        summary="a duration, all units added up",
        call=_timedelta,
        least=0,
        keywords=_TIMEDELTA_UNITS,
        is_literal=True,
    ),
    Builtin(
        signature="days(number)", summary="so many days of 24 hours", call=_days, is_literal=True
    ),
    Builtin(signature="hours(number)", summary="so many hours", call=_hours, is_literal=True),
    Builtin(
        signature="minutes(number)", summary="so many minutes", call=_minutes, is_literal=True
    ),
    Builtin(signature="lower(text)", summary="the text in small letters", call=texts.lower),
    Builtin(signature="upper(text)", summary="the text in capital letters", call=texts.upper),
    Builtin(
        signature="strip(text, characters=None)",
        summary="the text without white space, or these characters, around it",
        call=texts.strip,
        most=2,
    ),
    Builtin(
        signature="startswith(text, start)",
        summary="whether the text starts so",
        call=texts.starts_with,
        least=2,
        most=2,
    ),
    Builtin(
        signature="endswith(text, end)",
        summary="whether the text ends so",
        call=texts.ends_with,
        least=2,
        most=2,
    ),
    Builtin(
        signature="contains(container, item)",
        summary="the same as item in container",
        call=_contains,
        least=2,
        most=2,
    ),
    Builtin(
        signature="split(text, separator=None)",
        summary="the parts between the separators; without one, between white space",
        call=texts.split,
        most=2,
    ),
    Builtin(
        signature="replace(text, old, new)",
        summary="the text with every old part replaced",
        call=texts.replace,
        least=3,
        most=3,
    ),
    Builtin(
        signature="join(items, separator='')",
        summary="the texts of a list one after the other, with the separator between",
        call=texts.join,
        most=2,
    ),
)
FUNCTIONS: Mapping[str, Builtin] = MappingProxyType(
    {builtin.signature.partition("(")[0]: builtin for builtin in _TABLE}
)
