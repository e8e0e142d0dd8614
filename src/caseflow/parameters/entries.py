"""The entries of a set: one limit, one share, one value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from caseflow.errors import ValueRefused
from caseflow.model import CalendarKind, Limit, Value, checked
from caseflow.parameters.lines import Path
from caseflow.parameters.report import Report, one_of
from caseflow.parameters.spans import amount_of, example_of

Table: TypeAlias = Mapping[str, object]

_KINDS = frozenset(CalendarKind)
_WHOLE = frozenset({"span", "kind", "outside", "label", "source"})
_PART = frozenset({"of", "share", "label", "source"})
_VALUE = frozenset({"value", "label", "source"})
_MARK = re.compile(r"\[(?:S|D|K: *[^\]\s][^\]]*|F\*?:[^\]\s][^\]]*)\]")
_DECIMAL = re.compile(r"[+-]?[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A limit that is a share of another one, which is known only with the whole set."""

    name: str
    of: str
    share: Decimal
    label: str
    source: str


def read_limit(table: object, path: Path, report: Report) -> Limit | Share | None:
    """Return the limit at ``path``, or None after noting what is wrong with it."""
    if not isinstance(table, Mapping):
        report.add("limit", path, "is not a table", f"write [{'.'.join(path)}] above its keys")
        return None
    is_share = "of" in table or "share" in table
    check_keys(table, _PART if is_share else _WHOLE, path, report)
    label, source = read_evidence(table, path, report)
    if is_share:
        of, share = read_text(table, "of", path, report), read_share(table, path, report)
        if of is None or share is None:
            return None
        return Share(name=path[-1], of=of, share=share, label=label, source=source)
    kind = _kind(table, path, report)
    amount = _amount(table, kind, path, report)
    outside = read_text(table, "outside", path, report) if "outside" in table else None
    if kind is None or amount is None:
        return None
    return Limit(
        name=path[-1], kind=kind, amount=amount, outside=outside, label=label, source=source
    )


def read_value(table: object, path: Path, report: Report) -> Value:
    """Return the plain value at ``path``, or None after noting what is wrong with it."""
    if not isinstance(table, Mapping):
        remedy = f'write {path[-1]} = {{ value = ..., label = "...", source = "..." }}'
        report.add("value", path, "is not a table", remedy)
        return None
    check_keys(table, _VALUE, path, report)
    read_evidence(table, path, report)
    if "value" not in table:
        report.add("value", path, "has no value", "add value = ...")
        return None
    try:
        value = _plain(table["value"])
        checked({path[-1]: value})
    except ValueRefused as refused:
        remedy = "use true or false, a number, text, or a list of these"
        report.add("value", (*path, "value"), str(refused), remedy)
        return None
    return value


def check_name(path: Path, report: Report) -> None:
    """Note a name that an expression could not use."""
    if not path[-1].isidentifier():
        remedy = "use letters (Chinese too), digits and _, with a letter first"
        report.add("name", path, f"“{path[-1]}” is not a name", remedy)


def check_keys(table: Table, known: Iterable[str], path: Path, report: Report) -> None:
    """Note every key that does not belong here."""
    for key in table:
        if key not in known:
            report.add("unknown-key", (*path, key), "is not known here", one_of(known, key))


def read_text(table: Table, key: str, path: Path, report: Report) -> str | None:
    """Return the text under ``key``, or None after noting that there is none."""
    text = table.get(key)
    if isinstance(text, str) and text.strip():
        return text
    if text is None:
        report.add(key, path, f"has no {key}", f'add {key} = "..."')
    else:
        report.add(key, (*path, key), "is empty, or not a text", f'write {key} = "..."')
    return None


def read_evidence(table: Table, path: Path, report: Report) -> tuple[str, str]:
    """Return label and source, after noting what is wrong with them."""
    label = read_text(table, "label", path, report)
    source = read_text(table, "source", path, report)
    if source is not None and not _MARK.search(source):
        remedy = "begin with [F:key], [F*:key], [K: law], [S] for the seed or [D] for a default"
        report.add("source-mark", (*path, "source"), "carries no mark of evidence", remedy)
    return label or "", source or ""


def _kind(table: Table, path: Path, report: Report) -> CalendarKind | None:
    text = read_text(table, "kind", path, report)
    if text is None:
        return None
    if text not in _KINDS:
        remedy = one_of(_KINDS, text)
        report.add("kind", (*path, "kind"), f"“{text}” is no kind of calendar", remedy)
        return None
    return CalendarKind(text)


def _amount(table: Table, kind: CalendarKind | None, path: Path, report: Report) -> int | None:
    text = read_text(table, "span", path, report)
    if text is None or kind is None:
        return None
    amount = amount_of(text, kind)
    if amount is None:
        message = f"“{text}” is not a span of kind {kind}"
        report.add("span", (*path, "span"), message, f"write for example {example_of(kind)}")
    return amount


def read_share(table: Table, path: Path, report: Report) -> Decimal | None:
    """Return the share above 0 and up to 1, or None after noting that it is none."""
    if "share" not in table:
        report.add("share", path, "has no share", 'add share = "0.5"')
        return None
    share = _number(table["share"])
    if share is None or not 0 < share <= 1:
        remedy = 'write a number above 0 and up to 1, such as "0.5"'
        report.add("share", (*path, "share"), "is not a share", remedy)
        return None
    return share


def _number(value: object) -> Decimal | None:
    """Return a finite number, which may be written as text."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(value: object) -> Value:
    """Return a value as a case keeps it; text with a decimal point becomes a Decimal."""
    match value:
        case str() if _DECIMAL.fullmatch(value):
            return Decimal(value)
        case bool() | int() | Decimal() | str():
            return value
        case list():
            return tuple(_plain(item) for item in value)
        case _:
            raise ValueRefused(f"a {type(value).__name__} is not a plain value")
