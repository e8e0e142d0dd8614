"""What comes in with a command, and what the payload of a message or error sets."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.model import Value, Values, checked


def carried(payload: Value, into: str | None) -> Values:
    """Return the variables that a payload sets: one by name, or each of a map's own."""
    if into is not None:
        return {into: payload}
    if isinstance(payload, Mapping):
        return payload
    return {}


def taken(payload: Value) -> Value:
    """Return a payload as a case keeps it. Raises ValueRefused."""
    return None if payload is None else checked({"payload": payload})["payload"]
