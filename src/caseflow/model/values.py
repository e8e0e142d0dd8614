"""What a case file may hold: plain data, never objects of the host."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
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


def checked(values: Mapping[str, object]) -> dict[str, Value]:
    """Return a copy of ``values`` that is fit to be kept in a case file.

    Sequences become lists and mappings dicts, so nothing that the caller changes
    later reaches the case. Datetimes must be aware.

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
        self._count(len(name), path)
        return name

    def value(self, value: object, path: str, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise ValueRefused(f"{path}: nested more than {MAX_DEPTH} deep")
        match value:
            case str():
                self._count(len(value), path)
                return value
            case datetime() if value.tzinfo is None:
                raise ValueRefused(f"{path}: a moment needs a time zone: {value.isoformat()}")
            case bool() | None | date() | timedelta():
                self._count(1, path)
                return value
            case int() | float() | Decimal():
                return self._number(value, path)
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

    def _number(self, value: float | Decimal, path: str) -> Value:
        self._count(1, path)
        if isinstance(value, int):
            if value.bit_length() > MAX_DIGITS * 4:
                raise ValueRefused(f"{path}: an integer of more than {MAX_DIGITS} digits")
        elif not math.isfinite(value):
            raise ValueRefused(f"{path}: {value} is not a number")
        return value

    def _count(self, characters: int, path: str) -> None:
        self.items += 1
        self.text += characters
        if self.items > MAX_ITEMS:
            raise ValueRefused(f"{path}: more than {MAX_ITEMS} values at once")
        if self.text > MAX_TEXT:
            raise ValueRefused(f"{path}: more than {MAX_TEXT} characters at once")
