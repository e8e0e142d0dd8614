"""Writing TOML, so that what was put together from several files is a file again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from caseflow.parameters import Path, Table

_DELETE = "\x7f"  # the one character that JSON lets stand in a text and TOML does not


def write_toml(document: Table) -> str:
    """Return the text of a document, its tables one after the other, in their order."""
    return "\n".join(_tables(document, ())).lstrip("\n") + "\n"


def _tables(table: Table, path: Path) -> Iterator[str]:
    inner = {name: one for name, one in table.items() if isinstance(one, Mapping)}
    plain = {name: one for name, one in table.items() if name not in inner}
    if path and (plain or not inner):
        yield ""
        yield f"[{'.'.join(map(_text, path))}]"
    for name, value in plain.items():
        yield f"{_text(name)} = {_value(value)}"
    for name, one in inner.items():
        yield from _tables(one, (*path, name))


def _value(value: object) -> str:
    match value:
        case bool() | int() | Decimal():
            return str(value).lower().replace("infinity", "inf")
        case date() | datetime() | time():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            rows = (f"{_text(str(name))} = {_value(one)}" for name, one in value.items())
            return f"{{ {', '.join(rows)} }}"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007F")
