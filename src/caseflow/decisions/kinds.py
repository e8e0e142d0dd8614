"""Which kind of value something is, and whether it fits the type that was declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from caseflow.decisions.model import Kind, Type
from caseflow.expressions import Period, Result, exact

_WORDS = {
    Kind.ANY: "a value",
    Kind.BOOLEAN: "true or false",
    Kind.DATE: "a date",
    Kind.DAYS: "a duration of days and time",
    Kind.MOMENT: "a moment",
    Kind.MONTHS: "a duration of years and months",
    Kind.NUMBER: "a number",
    Kind.TEXT: "a text",
}
# Python takes a truth value for a number and a moment for a date, so those come first.
_KINDS: tuple[tuple[type | tuple[type, ...], Kind], ...] = (
    (bool, Kind.BOOLEAN),
    ((int, float, Decimal), Kind.NUMBER),
    (str, Kind.TEXT),
    (datetime, Kind.MOMENT),
    (date, Kind.DATE),
    (timedelta, Kind.DAYS),
    (Period, Kind.MONTHS),
)
_WORDS_OF_TRUTH = {None: "null", True: "true", False: "false"}


def kind_of(value: Result) -> Kind | None:
    """Return the kind of a plain value, or None for null, lists, contexts and limits."""
    return next((kind for types, kind in _KINDS if isinstance(value, types)), None)


def in_words(kind: Kind) -> str:
    """Say what a value of a kind is: ``a number``."""
    return _WORDS[kind]


def misfit(value: Result, declared: Type) -> str:
    """Return why a value does not fit its declared type, or nothing where it does."""
    if value is None:
        return ""
    if not declared.is_list:
        return _misfit(value, declared)
    if not isinstance(value, list | tuple):
        return f"{written(value)} is no list"
    return next(filter(None, (_misfit(each, declared) for each in value)), "")


def _misfit(value: Result, declared: Type) -> str:
    if value is None or declared.kind is Kind.ANY:
        return ""
    if kind_of(value) is not declared.kind:
        return f"{written(value)} is not {in_words(declared.kind)}"
    if declared.is_whole and isinstance(value, int | float | Decimal) and value != int(value):
        return f"{written(value)} is not a whole number"
    return ""


def written(value: Result) -> str:
    """Write a value as it would stand in a table."""
    match value:
        case None | bool():
            return _WORDS_OF_TRUTH[value]
        case Mapping():
            parts = ", ".join(f"{key}: {written(each)}" for key, each in value.items())
            return f"{{{parts}}}"
        case list() | tuple():
            return f"[{', '.join(map(written, value))}]"
        case int() | float() | Decimal():
            return f"{exact(value):f}" if not isinstance(value, int) else str(value)
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return _written_time(value)


def _written_time(value: Result) -> str:
    match value:
        case datetime():
            return f'date and time("{value.isoformat()}")'
        case date():
            return f'date("{value.isoformat()}")'
        case timedelta():
            return f'duration("{_duration(value)}")'
        case Period():
            return f'duration("{_period(value)}")'
        case _:
            return str(value)


def _duration(span: timedelta) -> str:
    sign = "-" if span < timedelta() else ""
    span = abs(span)
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = {"H": str(hours), "M": str(minutes), "S": str(seconds)}
    if span.microseconds:
        parts["S"] = f"{seconds}.{span.microseconds:06}"
    time = "".join(f"{number}{unit}" for unit, number in parts.items() if number != "0")
    days = f"{span.days}D" if span.days or not time else ""
    return f"{sign}P{days}{'T' if time else ''}{time}"


def _period(period: Period) -> str:
    months = period.years * 12 + period.months
    years, rest = divmod(abs(months), 12)
    text = f"{years}Y" if years else ""
    if rest or not years:
        text += f"{rest}M"
    return f"{'-' if months < 0 else ''}P{text}"
