"""What can be done with texts; every function checks how long its result would be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from caseflow.expressions.bounds import MAX_ITEMS, Work
from caseflow.expressions.comparison import search_cost
from caseflow.expressions.values import Result, are_texts, kind
from caseflow.model import Value


def written(work: Work, value: Result) -> str:
    """Write a plain value as Python does; what stands in ``f"{…}"`` is written so, too."""
    match value:
        case str():
            return str.__str__(value)
        case None | bool() | int() | float() | Decimal() | date() | timedelta():
            text = str(value)
            work.text(len(text))
            return text
        case list() | tuple():
            raise TypeError("a list is not written as a text: use join")
        case _:
            raise TypeError(f"{kind(value)} is not written as a text: write its parts")


def lower(work: Work, text: Result) -> Result:
    """``lower(text)``."""
    letters = _text(text, "lower")
    work.text(len(letters))
    return letters.lower()


def upper(work: Work, text: Result) -> Result:
    """``upper(text)``."""
    letters = _text(text, "upper")
    work.text(len(letters) * 3)  # a letter becomes at most three, such as ΐ
    return letters.upper()


def strip(work: Work, text: Result, characters: Result = None) -> Result:
    """``strip(text)``; with ``characters`` these are taken away instead of white space."""
    return _stripping(work, text, characters, "strip").strip(_set(characters))


def strip_left(work: Work, text: Result, characters: Result = None) -> Result:
    """``text.lstrip()``."""
    return _stripping(work, text, characters, "lstrip").lstrip(_set(characters))


def strip_right(work: Work, text: Result, characters: Result = None) -> Result:
    """``text.rstrip()``."""
    return _stripping(work, text, characters, "rstrip").rstrip(_set(characters))


def starts_with(work: Work, text: Result, start: Result) -> Result:
    """``startswith(text, start)``."""
    letters, part = _text(text, "startswith"), _text(start, "startswith")
    work.spend(1 + len(part) // 16)
    return letters.startswith(part)


def ends_with(work: Work, text: Result, end: Result) -> Result:
    """``endswith(text, end)``."""
    letters, part = _text(text, "endswith"), _text(end, "endswith")
    work.spend(1 + len(part) // 16)
    return letters.endswith(part)


def split(work: Work, text: Result, separator: Result = None) -> Result:
    """``split(text, separator)``; without a separator at white space."""
    letters = _text(text, "split")
    between = None if separator is None else _text(separator, "split")
    if between == "":
        raise ValueError("split needs a separator that is not empty")
    work.spend(search_cost(letters, between or " "))
    parts = letters.split(between, MAX_ITEMS)
    work.items(len(parts))
    work.text(len(letters))
    return parts


def replace(work: Work, text: Result, old: Result, new: Result) -> Result:
    """``replace(text, old, new)``."""
    letters = _text(text, "replace")
    before, after = _text(old, "replace"), _text(new, "replace")
    work.spend(search_cost(letters, before))
    length = len(letters) + letters.count(before) * (len(after) - len(before))
    work.text(max(length, len(letters)))
    return letters.replace(before, after)


def join(work: Work, items: Result, separator: Result = "") -> Result:
    """``join(items, separator)``."""
    between = _text(separator, "join")
    match items:
        case str() | list() | tuple() | Mapping():
            parts: list[Value] = list(items)
        case _:
            raise TypeError(f"join needs a list of texts, not {kind(items)}")
    work.items(len(parts))
    if not are_texts(parts):
        raise TypeError("join needs a list of texts: write [str(a) for a in …]")
    work.text(sum(map(len, parts)) + len(between) * max(len(parts) - 1, 0))
    return between.join(parts)


def _text(value: Result, who: str) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"{who} needs a text, not {kind(value)}")


def _stripping(work: Work, text: Result, characters: Result, who: str) -> str:
    letters = _text(text, who)
    if characters is not None:
        # Python looks every letter up in the other text.
        work.spend(len(letters) * len(_text(characters, who)) // 64)
    work.text(len(letters))
    return letters


def _set(characters: Result) -> str | None:
    return None if characters is None else _text(characters, "strip")
