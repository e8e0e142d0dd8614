"""Methods and fields of values: our own tables, never an attribute of the object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

from caseflow.expressions import texts
from caseflow.expressions.access import item
from caseflow.expressions.bounds import Work
from caseflow.expressions.comparison import contains
from caseflow.expressions.functions import Builtin
from caseflow.expressions.values import Result, adopted, kind
from caseflow.model import Value

Read: TypeAlias = Callable[[Result], Result]


def field_of(target: Result, name: str) -> Result:
    """Return ``target.name``: a key of a map, or a part of a date, moment or duration.

    Raises:
        LookupError: the map has no such key.
        TypeError: the value has no such part.
    """
    if isinstance(target, Mapping):
        if name in target:
            return adopted(target[name])
        raise LookupError(f"the map has no key {name}: write .get('{name}') if it may be missing")
    if name in FIELDS:
        return FIELDS[name](target)
    if name in METHODS:
        raise TypeError(f"{name} is a method: write .{name}(…)")
    raise _missing(name, target)


def _get(work: Work, target: Result, key: Result, default: Result = None) -> Result:
    work.spend(1)
    found = _map(target, "get")
    if not contains(found, key, work):
        return default
    return item(found, key)


def _keys(work: Work, target: Result) -> Result:
    found = _map(target, "keys")
    work.items(len(found))
    return list(found)


def _values(work: Work, target: Result) -> Result:
    found = _map(target, "values")
    work.items(len(found))
    return list(found.values())


def _items(work: Work, target: Result) -> Result:
    found = _map(target, "items")
    work.items(len(found))
    work.spend(len(found) * 2)
    return [[key, value] for key, value in found.items()]


def _join(work: Work, separator: Result, items: Result) -> Result:
    return texts.join(work, items, separator)


def _map(target: Result, method: str) -> Mapping[str, Value]:
    if isinstance(target, Mapping):
        return target
    raise _missing(method, target)


def _missing(name: str, target: Result) -> TypeError:
    return TypeError(f"{kind(target)} has no {name}")


def _of_date(name: str, read: Callable[[date], Result]) -> Read:
    def part(target: Result) -> Result:
        if isinstance(target, date):
            return read(target)
        raise _missing(name, target)

    return part


def _of_moment(name: str, read: Callable[[datetime], Result]) -> Read:
    def part(target: Result) -> Result:
        if isinstance(target, datetime):
            return read(target)
        raise _missing(name, target)

    return part


def _of_duration(name: str, read: Callable[[timedelta], Result]) -> Read:
    def part(target: Result) -> Result:
        if isinstance(target, timedelta):
            return read(target)
        raise _missing(name, target)

    return part


def _method(part: Read) -> Callable[..., Result]:
    def call(work: Work, target: Result) -> Result:
        work.spend(1)
        return part(target)

    return call


FIELDS: Mapping[str, Read] = MappingProxyType(
    {
        "year": _of_date("year", lambda day: day.year),
        "month": _of_date("month", lambda day: day.month),
        "day": _of_date("day", lambda day: day.day),
        "hour": _of_moment("hour", lambda moment: moment.hour),
        "minute": _of_moment("minute", lambda moment: moment.minute),
        "second": _of_moment("second", lambda moment: moment.second),
        "days": _of_duration("days", lambda span: span.days),
    }
)
"""The parts of dates, moments and durations, in the time zone they are written in."""

_TABLE = (
    Builtin(signature="text.lower()", summary="the same as lower(text)", call=texts.lower),
    Builtin(signature="text.upper()", summary="the same as upper(text)", call=texts.upper),
    Builtin(
        signature="text.strip(characters=None)",
        summary="the same as strip(text, characters)",
        call=texts.strip,
        most=2,
    ),
    Builtin(
        signature="text.lstrip(characters=None)",
        summary="strip at the start only",
        call=texts.strip_left,
        most=2,
    ),
    Builtin(
        signature="text.rstrip(characters=None)",
        summary="strip at the end only",
        call=texts.strip_right,
        most=2,
    ),
    Builtin(
        signature="text.startswith(start)",
        summary="the same as startswith(text, start)",
        call=texts.starts_with,
        least=2,
        most=2,
    ),
    Builtin(
        signature="text.endswith(end)",
        summary="the same as endswith(text, end)",
        call=texts.ends_with,
        least=2,
        most=2,
    ),
    Builtin(
        signature="text.split(separator=None)",
        summary="the same as split(text, separator)",
        call=texts.split,
        most=2,
    ),
    Builtin(
        signature="text.replace(old, new)",
        summary="the same as replace(text, old, new)",
        call=texts.replace,
        least=3,
        most=3,
    ),
    Builtin(
        signature="separator.join(items)",
        summary="the same as join(items, separator)",
        call=_join,
        least=2,
        most=2,
    ),
    Builtin(
        signature="map.get(key, default=None)",
        summary="the value of the key, or the default where there is none",
        call=_get,
        least=2,
        most=3,
    ),
    Builtin(signature="map.keys()", summary="a list of the keys", call=_keys),
    Builtin(signature="map.values()", summary="a list of the values", call=_values),
    Builtin(signature="map.items()", summary="a list of [key, value]", call=_items),
    Builtin(
        signature="moment.date()",
        summary="the day of the moment",
        call=_method(_of_moment("date", lambda moment: moment.date())),
    ),
    Builtin(
        signature="day.weekday()",
        summary="0 for Monday to 6 for Sunday",
        call=_method(_of_date("weekday", lambda day: day.weekday())),
    ),
    Builtin(
        signature="day.isoweekday()",
        summary="1 for Monday to 7 for Sunday",
        call=_method(_of_date("isoweekday", lambda day: day.isoweekday())),
    ),
    Builtin(
        signature="day.isoformat()",
        summary="the date or moment as ISO 8601 writes it",
        call=_method(_of_date("isoformat", lambda day: day.isoformat())),
    ),
    Builtin(
        signature="duration.total_seconds()",
        summary="how many seconds it lasts",
        call=_method(_of_duration("total_seconds", lambda span: span.total_seconds())),
    ),
)
METHODS: Mapping[str, Builtin] = MappingProxyType(
    {builtin.signature.partition("(")[0].partition(".")[2]: builtin for builtin in _TABLE}
)
