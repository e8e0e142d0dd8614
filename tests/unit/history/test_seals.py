"""Commitments open to the values they were made of, and to nothing else."""

from __future__ import annotations

import json

import pytest

from caseflow.errors import StoreError
from caseflow.history import (
    dump_openings,
    load_openings,
    names_in,
    opened,
    redacted,
    sealed,
    without,
)
from caseflow.kernel import REDACTED

EVENT: dict[str, object] = {
    "kind": "TaskCompleted",
    "task": 7,
    "variables": {"name": "王建国", "phones": ["1", "2"], "note": None},
    "reason": "moved away",
}


def test_a_sealed_event_shows_no_value_and_opens_to_the_same_event() -> None:
    body, openings = sealed(EVENT)

    text = json.dumps(body, ensure_ascii=False)
    assert not [one for one in ("王建国", 'phones": [', "moved away") if one in text]
    assert opened(body, openings) == (EVENT, ())
    assert names_in(openings) == {"name", "phones", "note", "reason"}


def test_the_event_that_is_sealed_stays_as_it_was() -> None:
    before = json.dumps(EVENT)

    sealed(EVENT)

    assert json.dumps(EVENT) == before


def test_equal_values_have_different_commitments() -> None:
    body, _ = sealed({"kind": "K", "variables": {"a": "yes", "b": "yes"}})
    again, _ = sealed({"kind": "K", "variables": {"a": "yes", "b": "yes"}})

    found = [str(one["variables"]) for one in (body, again)]
    hashes = [word for text in found for word in text.split("'") if len(word) == 64]
    assert len(set(hashes)) == 4


def test_a_value_without_its_opening_is_told_to_be_gone() -> None:
    body, openings = sealed(EVENT)

    left = without(openings, {"name", "reason"})

    assert opened(body, left) == (
        {
            **EVENT,
            "variables": {"name": REDACTED, "phones": ["1", "2"], "note": None},
            "reason": REDACTED,
        },
        ("variables/name", "reason"),
    )
    assert without(openings, None) == {}


def test_a_map_as_payload_is_sealed_name_by_name() -> None:
    plain, openings = sealed({"kind": "MessageReceived", "payload": {"name": "li", "sum": 3}})
    tagged, whole = sealed({"kind": "M", "payload": {"$": "date", "value": "2026-03-02"}})

    assert set(openings) == {"payload/name", "payload/sum"}
    assert set(whole) == {"payload"}
    assert opened(plain, openings)[0]["payload"] == {"name": "li", "sum": 3}
    assert opened(tagged, whole)[0]["payload"] == {"$": "date", "value": "2026-03-02"}


def test_the_items_of_a_list_are_sealed_one_by_one() -> None:
    event: dict[str, object] = {"kind": "DecisionMade", "reasons": ["sum > 3 (4)", "always"]}

    body, openings = sealed(event)

    assert set(openings) == {"reasons[0]", "reasons[1]"}
    assert names_in(openings) == {"reasons"}
    assert opened(body, openings) == (event, ())
    assert opened(body, without(openings, {"reasons"}))[0]["reasons"] == [REDACTED, REDACTED]


def test_an_event_without_values_needs_no_openings() -> None:
    assert sealed({"kind": "TaskOpened", "task": 1, "reason": ""}) == (
        {"kind": "TaskOpened", "task": 1, "reason": ""},
        {},
    )


def test_a_command_is_redacted_by_name() -> None:
    command: dict[str, object] = {"kind": "SetVariables", "variables": {"name": "li", "sum": 3}}

    assert redacted(command, {"name"}) == {
        "kind": "SetVariables",
        "variables": {"name": REDACTED, "sum": 3},
    }
    assert redacted(command, None)["variables"] == {"name": REDACTED, "sum": REDACTED}
    assert command["variables"] == {"name": "li", "sum": 3}


def test_openings_are_read_as_they_were_written() -> None:
    _, openings = sealed(EVENT)

    assert load_openings(dump_openings(openings)) == openings


@pytest.mark.parametrize("text", ["", "[]", "3", '{"a":1}', '{"a":[1]}', "[" * 100_000])
def test_what_are_no_openings_is_refused(text: str) -> None:
    with pytest.raises(StoreError, match="stored openings cannot be read"):
        load_openings(text)
