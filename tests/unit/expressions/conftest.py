"""The values and functions that hostile expressions are tried on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from caseflow.expressions import Function, Functions
from caseflow.model import CalendarKind, Limit, Value


class HostObject:
    name = "secret"


def a_limit(name: str) -> Limit:
    return Limit(name=name, kind=CalendarKind.CLK, amount=60)


def broken() -> Value:
    raise KeyError("gone")


@pytest.fixture(scope="session")
def declared() -> Mapping[str, Function]:
    return {
        "limit": Function(least=1, most=1),
        "broken": Function(),
        "host": Function(),
        "missing_function": Function(),
    }


@pytest.fixture(scope="session")
def supplied() -> Functions:
    return {"limit": a_limit, "broken": broken, "host": HostObject}


@pytest.fixture(scope="session")
def names() -> Mapping[str, Value]:
    values: dict[str, Value] = {
        "n": 3,
        "text": "abc" * 200,
        "items": [*range(1_000)],
        "many": [*range(100_000)],
        "others": [*range(100_000)],
        "big": "a" * 500_000,
        "same": "a" * 499_999 + "b",
        "person": {"name": "Li", "eval": "a key, not the function"},
        "day": date(2026, 1, 31),
        "moment": datetime(2026, 1, 31, 9, tzinfo=UTC),
        "naive": datetime(2026, 1, 31, 9),  # noqa: DTZ001 - what must be refused
        "raw": b"bytes",
    }
    values["host_object"] = HostObject()  # type: ignore[assignment]  # what must be refused
    return values
