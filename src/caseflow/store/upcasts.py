"""Reading what older releases stored: one step from each schema to the next."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from caseflow.errors import StoreError

SCHEMA = 1
"""How this release writes cases, commands and events."""


class Stored(StrEnum):
    """What kind of record a stored text is."""

    CASE = "case"
    COMMAND = "command"
    EVENT = "event"


Upcast: TypeAlias = Callable[[Stored, dict[str, Any]], dict[str, Any]]
"""Turns a record of one schema into one of the next."""

UPCASTS: Mapping[int, Upcast] = {}
"""The step that leads on from each schema but the newest."""


def upcast(
    text: str,
    kind: Stored,
    *,
    schema: int,
    steps: Mapping[int, Upcast] = UPCASTS,
    newest: int = SCHEMA,
) -> str:
    """Return a stored text as the newest schema writes it.

    Raises:
        StoreError: a newer release wrote it.
    """
    if schema == newest:
        return text
    if schema > newest:
        raise StoreError(
            f"a {kind} was stored with schema {schema}, this release reads up to {newest}: "
            "use the release that wrote it, or a newer one"
        )
    record: dict[str, Any] = json.loads(text)
    for step in range(schema, newest):
        record = steps[step](kind, record)
    return json.dumps(record, ensure_ascii=False)
