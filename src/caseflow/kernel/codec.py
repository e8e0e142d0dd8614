"""Cases, commands and events as JSON and back: canonical, so that equal values are equal bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, TypeVar, get_args

from caseflow.errors import StoreError, ValueRefused
from caseflow.kernel import commands, events
from caseflow.kernel.case import (
    Case,
    CaseState,
    Condition,
    Count,
    Did,
    ExtensionRequest,
    FixedKey,
    Frame,
    FrameKind,
    Incident,
    Job,
    Met,
    Participant,
    Phase,
    ProcessKey,
    Rounds,
    Subscription,
    SubscriptionKind,
    Task,
    Timer,
    Token,
    TokenKind,
    Vote,
)
from caseflow.kernel.custody import (
    Conflict,
    ConflictKind,
    Custody,
    ReturnRequest,
    Ruling,
    Seat,
)
from caseflow.kernel.matters import Relation
from caseflow.model import Hand, Value, Values
from caseflow.worktime import Pause

Encode: TypeAlias = Callable[[object], object]
Decode: TypeAlias = Callable[[object], object]
T = TypeVar("T")

_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What text that was never written here makes the reading of it raise."""

TAG = "$"
"""The key that marks a value JSON has no type for; a map that has it itself is tagged too."""


def dump_case(case: Case) -> str:
    """Return the canonical JSON text of a case."""
    return _text(_encode(case))


def load_case(text: str) -> Case:
    """Return the case of a JSON text. Raises StoreError where it is something else."""
    return _load(text, Case)


def dump_command(command: commands.Command) -> str:
    """Return the canonical JSON text of a command, with its kind."""
    return _text({"kind": type(command).__name__, **_encode(command)})


def load_command(text: str) -> commands.Command:
    """Return the command of a JSON text. Raises StoreError where it is something else."""
    return _kinded(text, _COMMANDS)


def dump_event(event: events.Event) -> str:
    """Return the canonical JSON text of an event, with its kind."""
    return _text({"kind": type(event).__name__, **_encode(event)})


def event_record(event: events.Event) -> dict[str, object]:
    """Return an event as plain JSON data, with its kind."""
    return {"kind": type(event).__name__, **_encode(event)}


def dump_record(record: Mapping[str, object]) -> str:
    """Return plain JSON data as canonical text."""
    return _text(record)


def load_record(record: Mapping[str, object]) -> events.Event:
    """Return the event of plain JSON data. Raises StoreError where it is something else."""
    row = dict(record)
    try:
        return _decode(_EVENTS[str(row.pop("kind"))], row)
    except _UNREADABLE as failure:
        raise StoreError(f"a stored event cannot be read: {failure!r}") from failure


def load_event(text: str) -> events.Event:
    """Return the event of a JSON text. Raises StoreError where it is something else."""
    return _kinded(text, _EVENTS)


def dump_values(values: Values) -> str:
    """Return the canonical JSON text of variables."""
    return _text(_encode_map(values))


def load_values(text: str) -> dict[str, Value]:
    """Return the variables of a JSON text. Raises StoreError where it is something else."""
    try:
        value = _decode_value(json.loads(text))
    except _UNREADABLE as failure:
        raise StoreError(f"stored values cannot be read: {failure}") from failure
    if not isinstance(value, dict):
        raise StoreError(f"stored values are not a map: {text[:100]}")
    return value


def _text(value: object) -> str:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _load(text: str, kind: type[T]) -> T:
    try:
        return _decode(kind, json.loads(text))
    except _UNREADABLE as failure:
        raise StoreError(f"a stored {kind.__name__} cannot be read: {failure!r}") from failure


def _kinded(text: str, kinds: Mapping[str, type[T]]) -> T:
    try:
        row = json.loads(text)
        return _decode(kinds[row.pop("kind")], row)
    except _UNREADABLE as failure:
        raise StoreError(f"stored text cannot be read: {failure!r}: {text[:100]}") from failure


# Values of a case file: what JSON lacks carries a tag


def _encode_value(value: object) -> object:  # noqa: PLR0911 - one case a type
    match value:
        case str() | bool() | int() | float() | None:
            return value
        case Mapping():
            plain = _encode_map(value)
            return {TAG: "map", "value": plain} if TAG in plain else plain
        case list() | tuple():
            return [_encode_value(one) for one in value]
        case datetime():
            return {TAG: "moment", "value": value.isoformat()}
        case date():
            return {TAG: "date", "value": value.isoformat()}
        case timedelta():
            return {TAG: "span", "value": [value.days, value.seconds, value.microseconds]}
        case Decimal():
            return {TAG: "decimal", "value": str(value)}
        case _:
            raise TypeError(f"{type(value).__name__} cannot be kept in a case file")


def _encode_map(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is not a map")
    return {str(key): _encode_value(one) for key, one in value.items()}


def _decode_value(value: object) -> Value:
    if isinstance(value, list):
        return [_decode_value(one) for one in value]
    if isinstance(value, dict):
        if TAG in value:
            return _TAGGED[value[TAG]](value["value"])
        return {key: _decode_value(one) for key, one in value.items()}
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{value!r} is no value of a case file")


def _decode_map(value: object) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not a map")
    return {key: _decode_value(one) for key, one in value.items()}


def _decode_span(value: object) -> Value:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a span")
    days, seconds, microseconds = value
    return timedelta(days=days, seconds=seconds, microseconds=microseconds)


_TAGGED: Mapping[str, Callable[[object], Value]] = {
    "map": _decode_map,
    "moment": lambda value: datetime.fromisoformat(str(value)),
    "date": lambda value: date.fromisoformat(str(value)),
    "span": _decode_span,
    "decimal": lambda value: Decimal(str(value)),
}


# Fields of records: how each annotation is written and read


def _same(value: object) -> object:
    return value


def _plain(kind: type[object], *, is_optional: bool = False) -> tuple[Encode, Decode]:
    def into(value: object) -> object:
        if type(value) is not kind and not (is_optional and value is None):
            raise TypeError(f"{value!r} is not of type {kind.__name__}")
        return value

    def out(value: object) -> object:
        """Refuse what could be written, but never be read again."""
        is_right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if not is_right and not (is_optional and value is None):
            raise ValueRefused(f"{value!r} is not of type {kind.__name__}")
        return value

    return out, into


def _moment_out(value: object) -> object:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is not a moment")
    return value.astimezone(UTC).isoformat()


def _moment_in(value: object) -> object:
    return datetime.fromisoformat(str(value))


def _optional(pair: tuple[Encode, Decode]) -> tuple[Encode, Decode]:
    out, into = pair
    return (
        lambda value: None if value is None else out(value),
        lambda value: None if value is None else into(value),
    )


def _sequence(pair: tuple[Encode, Decode]) -> tuple[Encode, Decode]:
    out, into = pair
    return (
        lambda value: [out(one) for one in _items(value)],
        lambda value: tuple(into(one) for one in _items(value)),
    )


def _items(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is not a list")
    return value


def _numbered(kind: type[object]) -> tuple[Encode, Decode]:
    """Rows by number: written as a list in the order of their numbers."""

    def out(value: object) -> object:
        if not isinstance(value, Mapping):
            raise TypeError(f"{value!r} is not a map")
        return [_encode(value[number]) for number in sorted(value)]

    def into(value: object) -> object:
        rows = [_decode(kind, row) for row in _items(value)]
        return {getattr(row, "id"): row for row in rows}  # noqa: B009  # each kind has an id

    return out, into


def _enum(kind: type[StrEnum]) -> tuple[Encode, Decode]:
    return _same, lambda value: kind(str(value))


def _record(kind: type[object]) -> tuple[Encode, Decode]:
    return _encode, lambda value: _decode(kind, value)


_Layout: TypeAlias = tuple[tuple[str, object, Encode, Decode], ...]


def _layout(kind: type[object]) -> _Layout:
    """Return the fields of a record: name, default, how to write and how to read."""
    return tuple(
        (one.name, one.default, *_FIELDS[str(one.type)])
        for one in fields(kind)  # type: ignore[arg-type]  # every kind here is a dataclass
    )


def _encode(value: object) -> dict[str, object]:
    """Write a record; what has its default is left out."""
    return {
        name: out(one)
        for name, default, out, _ in _LAYOUTS[type(value)]
        if (one := getattr(value, name)) is not default and (one != default or one is False)
    }


def _decode(kind: type[T], row: object) -> T:
    if not isinstance(row, dict):
        raise TypeError(f"{row!r} is not a record")
    given = {
        name: into(row[name])
        for name, default, _, into in _LAYOUTS[kind]
        if name in row or default is MISSING
    }
    return kind(**given)


_TEXT, _TEXT_OR_NONE = _plain(str), _plain(str, is_optional=True)
_MOMENT = (_moment_out, _moment_in)
_VALUE: tuple[Encode, Decode] = (_encode_value, _decode_value)
_MAP: tuple[Encode, Decode] = (_encode_map, _decode_map)

_FIELDS: Mapping[str, tuple[Encode, Decode]] = {
    **dict.fromkeys(("str", "CaseId", "ProcessId", "ElementId"), _TEXT),
    **dict.fromkeys(("str | None", "ElementId | None", "FlowId | None"), _TEXT_OR_NONE),
    "int": _plain(int),
    "int | None": _plain(int, is_optional=True),
    "bool": _plain(bool),
    "datetime": _MOMENT,
    "datetime | None": _optional(_MOMENT),
    "Value": _VALUE,
    "Values": _MAP,
    "Mapping[str, Value]": _MAP,
    "tuple[str, ...]": _sequence(_TEXT),
    "tuple[FlowId, ...]": _sequence(_TEXT),
    "tuple[Value, ...]": _sequence(_VALUE),
    "tuple[Value, ...] | None": _optional(_sequence(_VALUE)),
    "ProcessKey": _record(ProcessKey),
    "ProcessKey | None": _optional(_record(ProcessKey)),
    "tuple[ProcessKey, ...]": _sequence(_record(ProcessKey)),
    "Rounds | None": _optional(_record(Rounds)),
    "tuple[Frame, ...]": _sequence(_record(Frame)),
    "tuple[ElementId, ...]": _sequence(_TEXT),
    "Timer | None": _optional(_record(Timer)),
    "Subscription | None": _optional(_record(Subscription)),
    "Condition | None": _optional(_record(Condition)),
    "tuple[Met, ...]": _sequence(_record(Met)),
    "tuple[FixedKey, ...]": _sequence(_record(FixedKey)),
    "CaseState": _enum(CaseState),
    "FrameKind": _enum(FrameKind),
    "Vote": _enum(Vote),
    "Vote | None": _optional(_enum(Vote)),
    "tuple[Participant, ...]": _sequence(_record(Participant)),
    "Relation": _enum(Relation),
    "Hand": _enum(Hand),
    "Hand | None": _optional(_enum(Hand)),
    "Ruling": _enum(Ruling),
    "ConflictKind": _enum(ConflictKind),
    "Custody": _record(Custody),
    "Seat | None": _optional(_record(Seat)),
    "tuple[Seat, ...]": _sequence(_record(Seat)),
    "ReturnRequest | None": _optional(_record(ReturnRequest)),
    "Conflict | None": _optional(_record(Conflict)),
    "Count | None": _optional(_record(Count)),
    "ExtensionRequest | None": _optional(_record(ExtensionRequest)),
    "tuple[Pause, ...]": _sequence(_record(Pause)),
    "tuple[Did, ...]": _sequence(_record(Did)),
    "tuple[int, ...]": _sequence(_plain(int)),
    "TokenKind": _enum(TokenKind),
    "SubscriptionKind": _enum(SubscriptionKind),
    "Phase": _enum(Phase),
    "Mapping[int, Frame]": _numbered(Frame),
    "Mapping[int, Token]": _numbered(Token),
    "Mapping[int, Task]": _numbered(Task),
    "Mapping[int, Job]": _numbered(Job),
    "Mapping[int, Timer]": _numbered(Timer),
    "Mapping[int, Subscription]": _numbered(Subscription),
    "Mapping[int, Condition]": _numbered(Condition),
    "Mapping[int, Incident]": _numbered(Incident),
}

_COMMANDS: Mapping[str, type[commands.Command]] = {
    kind.__name__: kind for kind in get_args(commands.Command)
}
_EVENTS: Mapping[str, type[events.Event]] = {
    kind.__name__: kind for kind in get_args(events.Event)
}
_LAYOUTS: Mapping[type[object], _Layout] = {
    kind: _layout(kind)
    for kind in (
        *(Case, Condition, FixedKey, Frame, Incident, Job, Met, ProcessKey, Rounds),
        *(Count, Did, ExtensionRequest, Participant, Pause),
        *(Conflict, Custody, ReturnRequest, Seat),
        *(Subscription, Task, Timer, Token),
        *_COMMANDS.values(),
        *_EVENTS.values(),
    )
}
