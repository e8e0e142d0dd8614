"""The functions of FEEL that caseflow knows (DMN 1.3, 10.3.4)."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from caseflow.expressions import texts, times
from caseflow.expressions.bounds import Work
from caseflow.expressions.calculation import to_decimal
from caseflow.expressions.comparison import search_cost
from caseflow.expressions.feel import (
    DECIMAL128,
    add,
    divide,
    equals,
    named,
    number_of,
    precedes,
    sign_of,
    whole_if_possible,
)
from caseflow.expressions.functions import Builtin
from caseflow.expressions.iso8601 import Period, parse_duration
from caseflow.expressions.tree import Sign
from caseflow.expressions.values import Result
from caseflow.model import Value

_MANY = 255
_MOST = 1_000_000
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _text(value: Result, who: str) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"{who} needs a text, not {named(value)}")


def _day(value: Result, who: str) -> date:
    if isinstance(value, date):
        return value
    raise TypeError(f"{who} needs a date, not {named(value)}")


def _list(work: Work, value: Result, who: str) -> list[Value]:
    if isinstance(value, list | tuple):
        work.items(len(value))
        return list(value)
    raise TypeError(f"{who} needs a list, not {named(value)}")


def _listed(work: Work, values: tuple[Result, ...], who: str) -> list[Result]:
    """Return the items of one list, or the arguments themselves."""
    if len(values) == 1 and isinstance(values[0], list | tuple):
        return [*_list(work, values[0], who)]
    work.spend(len(values))
    return list(values)


def _whole(value: Result, who: str) -> int:
    number = number_of(value, who)
    if number != int(number) or not -_MOST <= number <= _MOST:
        raise ValueError(f"{who} needs a whole number there")
    return int(number)


# Conversions


def _to_date(work: Work, first: Result, *month_and_day: Result) -> Result:
    if isinstance(first, datetime) and not month_and_day:
        return first.date()
    if isinstance(first, date) and not month_and_day:
        return first
    return times.to_date(work, first, *month_and_day)


def _to_duration(work: Work, text: Result) -> Result:
    work.spend(1)
    period = parse_duration(_text(text, "duration"))
    exact = period.as_timedelta()
    if exact is not None:
        return exact
    if period.days or period.seconds or period.microseconds:
        raise ValueError("months and days do not go together in one duration of FEEL")
    return period


def _months_between(work: Work, first: Result, second: Result) -> Result:
    work.spend(1)
    start, end = _day(first, "years and months duration"), _day(second, "…")
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    years, rest = divmod(abs(months), 12)
    sign = -1 if months < 0 else 1
    return Period(years=sign * years, months=sign * rest)


def _to_number(work: Work, value: Result) -> Result:
    found = to_decimal(work, _text(value, "number"))
    return whole_if_possible(found) if isinstance(found, Decimal) else found


def _to_string(work: Work, value: Result) -> Result:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case timedelta() | Period():
            raise TypeError(f"{named(value)} is not written as a text: write its parts")
        case float() | Decimal():
            return f"{number_of(value, 'string'):f}"
        case None:
            raise TypeError("null is not written as a text: test for it first")
        case _:
            return texts.written(work, value)


# Numbers


def _rounding(mode: str) -> Callable[..., Result]:
    def call(work: Work, value: Result, digits: Result = 0) -> Result:
        work.spend(1)
        number = Decimal(number_of(value, "rounding"))
        step = Decimal(1).scaleb(-_digits(digits))
        rounded = number.quantize(step, rounding=mode, context=DECIMAL128)
        return whole_if_possible(rounded) if digits == 0 else rounded

    return call


def _digits(value: Result) -> int:
    digits = _whole(value, "rounding")
    if abs(digits) > DECIMAL128.prec:
        raise ValueError(f"a number has at most {DECIMAL128.prec} digits")
    return digits


def _absolute(work: Work, value: Result) -> Result:
    work.spend(1)
    if isinstance(value, timedelta):
        return abs(value)
    return sign_of(Sign.MINUS, value) if number_of(value, "abs") < 0 else value


def _modulo(work: Work, left: Result, right: Result) -> Result:
    """Return what is left; the sign is the divisor's, as DMN says."""
    work.spend(1)
    dividend, divisor = number_of(left, "modulo"), number_of(right, "modulo")
    if not divisor:
        raise ZeroDivisionError
    if isinstance(dividend, int) and isinstance(divisor, int):
        return dividend % divisor
    rest = DECIMAL128.remainder(dividend, divisor)
    return DECIMAL128.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _is_odd(work: Work, value: Result) -> Result:
    work.spend(1)
    return number_of(value, "odd") % 2 == 1


def _is_even(work: Work, value: Result) -> Result:
    work.spend(1)
    return number_of(value, "even") % 2 == 0


# Lists


def _count(work: Work, items: Result) -> Result:
    return len(_list(work, items, "count"))


def _sum(work: Work, *values: Result) -> Result:
    found = _listed(work, values, "sum")
    if not found:
        return None
    total = found[0]
    if not isinstance(total, timedelta | Period):
        total = number_of(total, "sum")
    for each in found[1:]:
        total = add(total, each, work)
    return total


def _mean(work: Work, *values: Result) -> Result:
    found = _listed(work, values, "mean")
    return divide(_sum(work, *values), len(found), work) if found else None


def _least(work: Work, *values: Result) -> Result:
    return _chosen(work, values, "min", is_least=True)


def _largest(work: Work, *values: Result) -> Result:
    return _chosen(work, values, "max", is_least=False)


def _chosen(work: Work, values: tuple[Result, ...], who: str, *, is_least: bool) -> Result:
    found = _listed(work, values, who)
    if None in found:
        raise TypeError(f"{who} needs values, and one of them is null")
    best = found[0] if found else None
    for each in found[1:]:
        if precedes(each, best, work) if is_least else precedes(best, each, work):
            best = each
    return best


def _all(work: Work, *values: Result) -> Result:
    return _joined(work, values, decisive=False)


def _any(work: Work, *values: Result) -> Result:
    return _joined(work, values, decisive=True)


def _joined(work: Work, values: tuple[Result, ...], *, decisive: bool) -> Result:
    found = _listed(work, values, "any" if decisive else "all")
    if any(each is not None and not isinstance(each, bool) for each in found):
        raise TypeError("all and any need a list of truth values")
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _contains_item(work: Work, items: Result, value: Result) -> Result:
    return any(equals(each, value, work) for each in _list(work, items, "list contains"))


def _appended(work: Work, items: Result, *more: Result) -> Result:
    return [*_list(work, items, "append"), *_plain(more)]


def _concatenated(work: Work, *lists: Result) -> Result:
    joined = [each for one in lists for each in _list(work, one, "concatenate")]
    work.items(len(joined))
    return joined


def _reversed(work: Work, items: Result) -> Result:
    return _list(work, items, "reverse")[::-1]


def _index_of(work: Work, items: Result, value: Result) -> Result:
    found = _list(work, items, "index of")
    return [number for number, each in enumerate(found, 1) if equals(each, value, work)]


def _distinct(work: Work, items: Result) -> Result:
    kept: list[Value] = []
    for each in _list(work, items, "distinct values"):
        if not any(equals(each, other, work) for other in kept):
            kept.append(each)
    return kept


def _plain(values: tuple[Result, ...]) -> list[Value]:
    kept: list[Value] = []
    for each in values:
        if isinstance(each, Period) or not isinstance(each, _PLAIN):
            raise TypeError(f"{named(each)} cannot stand in a list")
        kept.append(each)
    return kept


# Texts


def _length(work: Work, text: Result) -> Result:
    work.spend(1)
    return len(_text(text, "string length"))


def _substring(work: Work, text: Result, start: Result, length: Result = None) -> Result:
    letters = _text(text, "substring")
    work.text(len(letters))
    first = _whole(start, "substring")
    if first == 0:
        raise ValueError("letters are counted from 1, or from -1 at the end")
    begin = first - 1 if first > 0 else max(len(letters) + first, 0)
    end = len(letters) if length is None else begin + max(_whole(length, "substring"), 0)
    return letters[begin:end]


def _before(work: Work, text: Result, part: Result) -> Result:
    letters, found = _searched(work, text, part, "substring before")
    return letters[: letters.find(found)] if found in letters else ""


def _after(work: Work, text: Result, part: Result) -> Result:
    letters, found = _searched(work, text, part, "substring after")
    return letters[letters.find(found) + len(found) :] if found in letters else ""


def _contains_part(work: Work, text: Result, part: Result) -> Result:
    letters, found = _searched(work, text, part, "contains")
    return found in letters


def _searched(work: Work, text: Result, part: Result, who: str) -> tuple[str, str]:
    letters, found = _text(text, who), _text(part, who)
    work.spend(search_cost(letters, found))
    work.text(len(letters))
    return letters, found


def _value_of(work: Work, context: Result, key: Result) -> Result:
    work.spend(1)
    if not isinstance(context, Mapping):
        raise TypeError(f"get value needs a context, not {named(context)}")
    return context.get(_text(key, "get value"))


# Days


def _day_of_week(work: Work, day: Result) -> Result:
    work.spend(1)
    return _DAYS[_day(day, "day of week").weekday()]


def _month_of_year(work: Work, day: Result) -> Result:
    work.spend(1)
    return _MONTHS[_day(day, "month of year").month - 1]


def _day_of_year(work: Work, day: Result) -> Result:
    work.spend(1)
    return _day(day, "day of year").timetuple().tm_yday


def _negated(work: Work, value: Result) -> Result:
    work.spend(1)
    if value is None or isinstance(value, bool):
        return None if value is None else not value
    raise TypeError(f"not needs a truth value, not {named(value)}")


_PLAIN = (bool, int, float, Decimal, str, date, timedelta, list, tuple, Mapping, type(None))


def _builtin(
    signature: str, summary: str, call: Callable[..., Result], *, least: int = 1, most: int = 1
) -> Builtin:
    is_literal = signature.startswith(("date(", "date and time(", "duration("))
    return Builtin(
        signature=signature,
        summary=summary,
        call=call,
        least=least,
        most=most,
        is_literal=is_literal,
    )


_TABLE = (
    _builtin("not(value)", "true for false, false for true, null for null", _negated),
    _builtin("date(text)", 'a day: date("2026-01-31"), date(2026, 1, 31)', _to_date, most=3),
    _builtin(
        "date and time(text)",
        'a moment with its offset: date and time("2026-01-31T09:00:00+08:00")',
        times.to_moment,
    ),
    _builtin("duration(text)", 'duration("P3D"), duration("P1Y6M")', _to_duration),
    _builtin(
        "years and months duration(from, to)",
        "whole months from one day to another",
        _months_between,
        least=2,
        most=2,
    ),
    _builtin("number(text)", "a number that is written in a text", _to_number),
    _builtin("string(value)", "a number, day or truth value as a text", _to_string),
    _builtin("string length(text)", "how many characters it has", _length),
    _builtin(
        "substring(text, start, length)",
        "a part of a text; the first character is 1, the last -1",
        _substring,
        least=2,
        most=3,
    ),
    _builtin("upper case(text)", "the text in capital letters", texts.upper),
    _builtin("lower case(text)", "the text in small letters", texts.lower),
    _builtin(
        "substring before(text, part)", "what stands before the part", _before, least=2, most=2
    ),
    _builtin("substring after(text, part)", "what stands behind it", _after, least=2, most=2),
    _builtin(
        "contains(text, part)", "whether the part stands in it", _contains_part, least=2, most=2
    ),
    _builtin(
        "starts with(text, part)", "whether it starts so", texts.starts_with, least=2, most=2
    ),
    _builtin("ends with(text, part)", "whether it ends so", texts.ends_with, least=2, most=2),
    _builtin(
        "split(text, separator)",
        "the parts between the separators; the separator is no pattern",
        texts.split,
        least=2,
        most=2,
    ),
    _builtin("string join(list, separator)", "texts one after the other", texts.join, most=2),
    _builtin(
        "list contains(list, value)", "whether it is an item", _contains_item, least=2, most=2
    ),
    _builtin("count(list)", "how many items there are", _count),
    _builtin("min(list)", "the smallest item, or of several values", _least, most=_MANY),
    _builtin("max(list)", "the largest item, or of several values", _largest, most=_MANY),
    _builtin("sum(list)", "all items added up; null for none", _sum, most=_MANY),
    _builtin("mean(list)", "the sum divided by the number; null for none", _mean, most=_MANY),
    _builtin("all(list)", "whether every item is true", _all, most=_MANY),
    _builtin("any(list)", "whether one item is true", _any, most=_MANY),
    _builtin("append(list, value)", "the list with more items", _appended, least=2, most=_MANY),
    _builtin("concatenate(list, list)", "lists one after the other", _concatenated, most=_MANY),
    _builtin("reverse(list)", "the list from its end", _reversed),
    _builtin("index of(list, value)", "where it stands, from 1", _index_of, least=2, most=2),
    _builtin("distinct values(list)", "every value once", _distinct),
    _builtin(
        "decimal(number, digits)",
        "rounded, a half to the even neighbour",
        _rounding(decimal.ROUND_HALF_EVEN),
        least=2,
        most=2,
    ),
    _builtin("floor(number, digits)", "rounded down", _rounding(decimal.ROUND_FLOOR), most=2),
    _builtin("ceiling(number, digits)", "rounded up", _rounding(decimal.ROUND_CEILING), most=2),
    _builtin(
        "round half up(number, digits)",
        "rounded, a half away from zero",
        _rounding(decimal.ROUND_HALF_UP),
        least=2,
        most=2,
    ),
    _builtin(
        "round half down(number, digits)",
        "rounded, a half towards zero",
        _rounding(decimal.ROUND_HALF_DOWN),
        least=2,
        most=2,
    ),
    _builtin("abs(number)", "without its sign", _absolute),
    _builtin(
        "modulo(dividend, divisor)",
        "what is left; its sign is the divisor's",
        _modulo,
        least=2,
        most=2,
    ),
    _builtin("odd(number)", "whether it is odd", _is_odd),
    _builtin("even(number)", "whether it is even", _is_even),
    _builtin(
        "get value(context, key)", "null where there is no such key", _value_of, least=2, most=2
    ),
    _builtin("day of week(date)", '"Monday" to "Sunday"', _day_of_week),
    _builtin("month of year(date)", '"January" to "December"', _month_of_year),
    _builtin("day of year(date)", "1 to 366", _day_of_year),
)
FEEL_FUNCTIONS: Mapping[str, Builtin] = MappingProxyType(
    {builtin.signature.partition("(")[0]: builtin for builtin in _TABLE}
)
