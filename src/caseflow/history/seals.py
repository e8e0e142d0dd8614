"""Commitments: an event holds hashes of what people entered, the values lie beside it.

The commitment to a value is SHA-256 over a random salt and the value's canonical JSON.
Whoever has value and salt can prove that this is what was entered; when both are deleted,
the event and its hash stay as they were, and nothing is left to guess the value from.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from copy import copy
from typing import TypeAlias

from caseflow.errors import StoreError
from caseflow.kernel import REDACTED

Record: TypeAlias = dict[str, object]
"""An event or command as plain JSON data."""

Openings: TypeAlias = Mapping[str, tuple[str, object]]
"""What opens the commitments of an event: salt and value by ``field`` or ``field/name``."""

_TAG = "$"
_KIND = "sealed"
_DOMAIN = b"caseflow.value.1"
_SALT_BYTES = 16
_MAPS = frozenset({"inputs", "outputs", "results", "values", "variables"})
_WHOLES = frozenset({"basis", "message", "payload", "reason", "result"})
_LISTS = frozenset({"reasons"})
_SEPARATOR = "/"


def sealed(record: Record) -> tuple[Record, Openings]:
    """Return an event with commitments for what people entered, and what opens them."""
    paths = tuple(_paths(record))
    if not paths:
        return record, {}
    salts = secrets.token_hex(_SALT_BYTES * len(paths))
    length = 2 * _SALT_BYTES
    after: Record = dict(record)
    openings: dict[str, tuple[str, object]] = {}
    for index, path in enumerate(paths):
        salt = salts[index * length : (index + 1) * length]
        value = _get(record, path)
        openings[path] = (salt, value)
        _put(after, record, path, {_TAG: _KIND, "value": _commitment(salt, value)})
    return after, openings


def opened(record: Record, openings: Openings) -> tuple[Record, tuple[str, ...]]:
    """Return an event with its values in place of the commitments, and which are gone."""
    after: Record = dict(record)
    gone: list[str] = []
    for path in _sealed_paths(record):
        opening = openings.get(path)
        if opening is None:
            gone.append(path)
        _put(after, record, path, REDACTED if opening is None else opening[1])
    return after, tuple(gone)


def check_openings(record: Record, openings: Openings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Compare openings with the commitments of an event: which are false, which are gone."""
    committed = {path: _get(record, path) for path in _sealed_paths(record)}
    false = [
        path
        for path, (salt, value) in openings.items()
        if committed.get(path) != {_TAG: _KIND, "value": _commitment(salt, value)}
    ]
    return tuple(false), tuple(path for path in committed if path not in openings)


def redacted(record: Record, names: Collection[str] | None) -> Record:
    """Return a record without the values of these names; without any, where none is said."""
    after: Record = dict(record)
    for path in _paths(record):
        if names is None or name_of(path) in names:
            _put(after, record, path, REDACTED)
    return after


def without(openings: Openings, names: Collection[str] | None) -> Openings:
    """Return the openings that are left when these names are redacted, or all of them."""
    if names is None:
        return {}
    return {path: one for path, one in openings.items() if name_of(path) not in names}


def names_in(openings: Openings) -> frozenset[str]:
    """Return the names whose values openings hold."""
    return frozenset(map(name_of, openings))


def name_of(path: str) -> str:
    """Return the variable that a path leads to, or the field where there is none."""
    field, key = _split(path)
    return key if isinstance(key, str) else field


def dump_openings(openings: Openings) -> str:
    """Return openings as canonical JSON text."""
    if not openings:  # as most events have none
        return "{}"
    return _canonical({path: list(one) for path, one in openings.items()})


def load_openings(text: str) -> Openings:
    """Return the openings of a JSON text. Raises StoreError where it is something else."""
    try:
        rows = json.loads(text)
        return {str(path): (str(salt), value) for path, (salt, value) in rows.items()}
    except (AttributeError, RecursionError, TypeError, ValueError) as failure:
        raise StoreError(f"stored openings cannot be read: {failure!r}") from failure


def _paths(record: Record) -> Iterator[str]:
    """Yield the path of each value that somebody entered."""
    for field, value in record.items():
        if field in _MAPS and isinstance(value, dict):
            yield from (f"{field}{_SEPARATOR}{name}" for name in value)
        elif field in _WHOLES and value is not None and value != "":
            if isinstance(value, dict) and _TAG not in value:
                yield from (f"{field}{_SEPARATOR}{name}" for name in value)
            else:
                yield field
        elif field in _LISTS and isinstance(value, list):
            yield from (f"{field}[{index}]" for index in range(len(value)))


def _sealed_paths(record: Record) -> Iterator[str]:
    for path in _paths(record):
        value = _get(record, path)
        if isinstance(value, dict) and value.get(_TAG) == _KIND:
            yield path


def _split(path: str) -> tuple[str, str | int | None]:
    """Return the field of a path, and the name or index in it where there is one."""
    field, separator, name = path.partition(_SEPARATOR)
    if separator:
        return field, name
    field, bracket, index = path.partition("[")
    return field, int(index[:-1]) if bracket else None


def _get(record: Record, path: str) -> object:
    field, key = _split(path)
    match record[field], key:
        case dict() as values, str():
            return values[key]
        case list() as items, int():
            return items[key]
        case value, _:
            return value


def _put(after: Record, before: Record, path: str, value: object) -> None:
    """Set a value in ``after``, whose parts are those of ``before`` until they are changed."""
    field, key = _split(path)
    if key is None:
        after[field] = value
        return
    inner = after[field]
    if inner is before[field]:
        inner = after[field] = copy(inner)
    match inner, key:
        case dict(), str():
            inner[key] = value
        case list(), int():
            inner[key] = value
        case _:
            raise TypeError(f"{path} leads nowhere")


def _commitment(salt: str, value: object) -> str:
    told = b"\0".join((_DOMAIN, salt.encode(), _canonical(value).encode()))
    return hashlib.sha256(told).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
