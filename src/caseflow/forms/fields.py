"""Fields of a form, and whether a value fits them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType

from caseflow.forms.problems import Label
from caseflow.model import Value, Values

MAX_MATCHED = 2_000
"""Characters of a text that a pattern of a form is tried on; longer ones do not fit."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(?:\.[^@\s.]{1,63}){1,8}")
_PHONE = re.compile(r"\+[0-9][0-9 ()-]{5,20}")

Wrong = tuple[str, str, object]
"""A field inside, the rule, and what the rule names."""


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    TABLE = "table"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: ``options`` is None where everything may be chosen.

    ``options_from`` names the variable that holds them. ``may_hide``: a condition of the form
    may take it away, so nobody is made to fill it in. ``rows`` are the fields of each line.
    """

    key: str
    label: Label
    kind: Kind
    is_required: bool = False
    is_readonly: bool = False
    may_hide: bool = False
    limits: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    pattern: re.Pattern[str] | None = None
    is_email: bool = False
    is_phone: bool = False
    options: tuple[Value, ...] | None = None
    options_from: str | None = None
    rows: tuple[Field, ...] = ()

    def wrongs(self, value: Value, known: Values) -> Iterator[Wrong]:
        """Yield what is wrong with a value that was filled in."""
        if value is None or (isinstance(value, str | list) and not value):
            if self.is_required and not self.may_hide:
                yield "", "required", ""
            return
        yield from _CHECKS[self.kind](self, value, known)

    def choices(self, known: Values) -> tuple[Value, ...] | None:
        """Return what may be chosen, or None where that is anything."""
        if self.options_from is None:
            return self.options
        found = known.get(self.options_from)
        if not isinstance(found, Sequence) or isinstance(found, str):
            return ()
        return tuple(one.get("value") if isinstance(one, Mapping) else one for one in found)


def _text(field: Field, value: Value, _known: Values) -> Iterator[Wrong]:
    if not isinstance(value, str):
        yield "", "text", ""
        return
    length, limits = len(value), field.limits
    if "shortest" in limits and length < limits["shortest"]:
        yield "", "shortest", limits["shortest"]
    if "longest" in limits and length > limits["longest"]:
        yield "", "longest", limits["longest"]
    is_long = length > MAX_MATCHED
    if field.pattern is not None and (is_long or not field.pattern.search(value)):
        yield "", "pattern", ""
    if field.is_email and not _EMAIL.fullmatch(value):
        yield "", "email", ""
    if field.is_phone and not _PHONE.fullmatch(value):
        yield "", "phone", ""


def _number(field: Field, value: Value, _known: Values) -> Iterator[Wrong]:
    number = _decimal(value)
    if number is None:
        yield "", "number", ""
        return
    limits = field.limits
    if "least" in limits and number < limits["least"]:
        yield "", "least", limits["least"]
    if "most" in limits and number > limits["most"]:
        yield "", "most", limits["most"]
    exponent = number.normalize().as_tuple().exponent
    if "digits" in limits and isinstance(exponent, int) and -exponent > limits["digits"]:
        yield "", "digits", limits["digits"]


def _decimal(value: Value) -> Decimal | None:
    """Return a number as it was written; forms may also send it as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _boolean(_field: Field, value: Value, _known: Values) -> Iterator[Wrong]:
    if not isinstance(value, bool):
        yield "", "boolean", ""


def _choice(field: Field, value: Value, known: Values) -> Iterator[Wrong]:
    options = field.choices(known)
    if options is not None and not _is_among(value, options):
        yield "", "option", _listed(options)


def _choices(field: Field, value: Value, known: Values) -> Iterator[Wrong]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        yield "", "list", ""
        return
    options = field.choices(known)
    if options is not None and not all(_is_among(one, options) for one in value):
        yield "", "options", _listed(options)
    if any(_is_among(one, value[:place]) for place, one in enumerate(value)):
        yield "", "twice", ""


def _is_among(value: Value, options: Sequence[Value]) -> bool:
    """Tell whether a value is one of some; yes and 1 are two things."""
    return any(value == one and type(value) is type(one) for one in options)


def _listed(options: Sequence[Value]) -> str:
    return ", ".join(str(one) for one in options[:20])


def _date(_field: Field, value: Value, _known: Values) -> Iterator[Wrong]:
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    if not is_day and not _parses(date.fromisoformat, value):
        yield "", "date", ""


def _time(_field: Field, value: Value, _known: Values) -> Iterator[Wrong]:
    if not _parses(time.fromisoformat, value):
        yield "", "time", ""


def _moment(_field: Field, value: Value, _known: Values) -> Iterator[Wrong]:
    if not isinstance(value, datetime) and not _parses(datetime.fromisoformat, value):
        yield "", "moment", ""


def _parses(parse: Callable[[str], object], value: Value) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parse(value)
    except ValueError:
        return False
    return True


def _table(field: Field, value: Value, known: Values) -> Iterator[Wrong]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        yield "", "list", ""
        return
    for place, row in enumerate(value):
        if isinstance(row, Mapping):
            yield from _row(field, row, known, f"[{place + 1}]")
        else:
            yield f"[{place + 1}]", "table", ""


def _row(table: Field, row: Values, known: Values, place: str) -> Iterator[Wrong]:
    names = {one.key for one in table.rows}
    yield from ((f"{place}.{key}", "unknown", "") for key in row if key not in names)
    for inner in table.rows:
        for below, rule, of in inner.wrongs(row.get(inner.key), known):
            yield f"{place}.{inner.key}{below}", rule, of


def _any(_field: Field, _value: Value, _known: Values) -> Iterator[Wrong]:
    return iter(())


_CHECKS: Mapping[Kind, Callable[[Field, Value, Values], Iterator[Wrong]]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.MOMENT: _moment,
    Kind.TABLE: _table,
    Kind.ANY: _any,
}
