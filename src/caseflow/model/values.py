"""What a case file may hold: plain data, never objects of the host."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeAlias

from caseflow.errors import ValueRefused

Value: TypeAlias = (
    "bool | int | float | Decimal | str | date | datetime | timedelta"
    " | Sequence[Value] | Mapping[str, Value] | None"
)
Values: TypeAlias = Mapping[str, Value]

MAX_DEPTH = 32
MAX_ITEMS = 100_000
MAX_TEXT = 1_000_000
MAX_DIGITS = 1_000
_BEYOND = 10**MAX_DIGITS


def checked(values: Mapping[str, object]) -> dict[str, Value]:
    """Return a copy of ``values`` that is fit to be kept in a case file.

    Sequences become lists and mappings dicts, so nothing that the caller changes
    later reaches the case. Datetimes must be aware; of their zone the offset is kept.

    Raises:
        ValueRefused: a value is of another type, too large (over 100,000 items or
            1,000,000 characters in all), nested more than 32 deep, or not a number.
    """
    budget = _Budget()
    return {budget.key(name, ""): budget.value(value, name, 1) for name, value in values.items()}


class _Budget:
    """Counts what one set of values holds altogether."""

    def __init__(self) -> None:
        self.items = 0
        self.text = 0

    def key(self, name: object, path: str) -> str:
        if not isinstance(name, str):
            raise ValueRefused(f"{path or 'a case file'}: a key must be text, not {name!r}")
        return self._text(name, path or "a case file")

    def value(self, value: object, path: str, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise ValueRefused(f"{path}: nested more than {MAX_DEPTH} deep")
        match value:
            case str():
                return self._text(value, path)
            case bool() | None:
                self._count(1, path)
                return value
            case int() | float() | Decimal():
                return self._number(value, path)
            case date() | timedelta():
                return self._time(value, path)
            case Mapping():
                self._count(1, path)
                return {
                    self.key(k, path): self.value(v, f"{path}.{k}", depth + 1)
                    for k, v in value.items()
                }
            case list() | tuple():
                self._count(1, path)
                return [self.value(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(value)]
            case _:
                raise ValueRefused(
                    f"{path}: a case file keeps plain data, not {type(value).__name__}"
                )

    # What comes back from a database is of Python's own types, so what goes in is made so too:
    # a case must not go on otherwise before it was stored than after.

    def _text(self, value: str, path: str) -> str:
        self._count(len(value), path)
        try:
            value.encode()
        except UnicodeEncodeError as failure:
            raise ValueRefused(f"{path}: a text with half a character in it") from failure
        return str.__str__(value)

    def _time(self, value: date | timedelta, path: str) -> Value:
        self._count(1, path)
        match value:
            case timedelta():
                return timedelta(value.days, value.seconds, value.microseconds)
            case datetime():
                offset = value.utcoffset()
                if offset is None:
                    raise ValueRefused(f"{path}: a moment needs a time zone: {value.isoformat()}")
                own = datetime.combine(date(value.year, value.month, value.day), value.time())
                return own.replace(tzinfo=timezone(offset), fold=0)
            case date():
                return date(value.year, value.month, value.day)

    def _number(self, value: float | Decimal, path: str) -> Value:
        self._count(1, path)
        match value:
            case int():
                if abs(value) >= _BEYOND:
                    raise ValueRefused(f"{path}: an integer of more than {MAX_DIGITS} digits")
                return int(value)
            case float():
                if math.isfinite(value):
                    return float(value)
            case Decimal():
                if value.is_finite():
                    if max(len(value.as_tuple().digits), abs(value.adjusted())) > MAX_DIGITS:
                        raise ValueRefused(f"{path}: a decimal of more than {MAX_DIGITS} digits")
                    return Decimal(value)
        raise ValueRefused(f"{path}: {value} is not a number")

    def _count(self, characters: int, path: str) -> None:
        self.items += 1
        self.text += characters
        if self.items > MAX_ITEMS:
            raise ValueRefused(f"{path}: more than {MAX_ITEMS} values at once")
        if self.text > MAX_TEXT:
            raise ValueRefused(f"{path}: more than {MAX_TEXT} characters at once")
