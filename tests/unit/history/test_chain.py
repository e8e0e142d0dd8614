"""A check says which event was changed, taken out, put in or moved, and which value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.history.histories import CASE, RECORDS, history

from caseflow.history import (
    Checked,
    End,
    Fact,
    check_facts,
    dump_openings,
    fact_hash,
    load_openings,
    without,
)

CHANGED = "was changed, or the one before it was exchanged"


def flaws(facts: list[Fact], end: End | None = None) -> list[tuple[int, str]]:
    """What is wrong, where the end of the history is as it was written."""
    found = check_facts(CASE, facts, end=history_end() if end is None else end)
    return [(flaw.sequence, flaw.what) for flaw in found.flaws]


def history_end() -> End:
    return End(length=len(FACTS), hash=FACTS[-1].hash)


FACTS, END = history()


def test_a_history_as_it_was_written_is_sound() -> None:
    assert check_facts(CASE, FACTS, end=END) == Checked(case=CASE, events=len(RECORDS))


@pytest.mark.parametrize(
    "change",
    [
        lambda fact: replace(fact, version=99),
        lambda fact: replace(fact, at=fact.at + timedelta(microseconds=1)),
        lambda fact: replace(fact, actor="wang"),
        lambda fact: replace(fact, kind="TaskFoo"),
        lambda fact: replace(fact, schema=2),
        lambda fact: replace(fact, body=fact.body + " "),
        lambda fact: replace(fact, hash="0" * 64),
    ],
    ids=["version", "at", "actor", "kind", "schema", "body", "hash"],
)
@pytest.mark.parametrize("index", range(len(RECORDS)))
def test_whatever_is_changed_shows(index: int, change: Callable[[Fact], Fact]) -> None:
    facts = [*FACTS[:index], change(FACTS[index]), *FACTS[index + 1 :]]

    assert (index + 1, CHANGED) in flaws(facts)


def test_one_change_is_one_flaw() -> None:
    facts = [FACTS[0], replace(FACTS[1], actor="wang"), *FACTS[2:]]

    assert flaws(facts) == [(2, CHANGED)]


def test_a_changed_event_with_a_new_hash_shows_at_the_next() -> None:
    forged = replace(FACTS[1], actor="wang")
    forged = replace(forged, hash=fact_hash(forged, before=FACTS[0].hash))

    assert flaws([FACTS[0], forged, *FACTS[2:]]) == [(3, CHANGED)]


def test_a_forged_last_event_with_a_new_hash_is_not_the_one_that_was_written() -> None:
    forged = replace(FACTS[-1], actor="wang")
    forged = replace(forged, hash=fact_hash(forged, before=FACTS[-2].hash))

    assert flaws([*FACTS[:-1], forged]) == [(5, "is not the last one that was written")]


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ([0, 2, 3, 4], [(2, "is missing")]),
        ([1, 2, 3, 4], [(1, "is missing")]),
        ([0, 1, 2, 3], [(5, "is missing")]),
        ([0, 4], [(2, "and all up to event 4 are missing")]),
        ([], [(1, "and all up to event 5 are missing")]),
        ([0, 2, 1, 3, 4], [(2, "is missing"), (2, "stands behind event 3")]),
        ([0, 1, 1, 2, 3, 4], [(2, "stands behind event 2")]),
    ],
    ids=["one", "first", "last", "several", "all", "moved", "twice"],
)
def test_what_is_missing_or_moved_is_named(kept: list[int], told: list[tuple[int, str]]) -> None:
    assert flaws([FACTS[index] for index in kept]) == told


def test_an_event_behind_the_end_is_found() -> None:
    end = End(length=4, hash=FACTS[3].hash)

    assert flaws(FACTS, end) == [(5, "was put in behind the end of the history")]


def test_an_event_of_another_case_is_found() -> None:
    facts = [*FACTS[:2], replace(FACTS[2], case="another"), *FACTS[3:]]

    assert flaws(facts) == [(3, "belongs to case another")]


def test_a_value_that_was_exchanged_is_found() -> None:
    held = load_openings(FACTS[0].openings)
    other = {**held, "variables/name": (held["variables/name"][0], "somebody else")}
    facts = [replace(FACTS[0], openings=dump_openings(other)), *FACTS[1:]]

    assert flaws(facts) == [(1, "the value of variables/name is not the one that was written")]


def test_a_value_that_vanished_without_a_redaction_is_found() -> None:
    left = dump_openings(without(load_openings(FACTS[0].openings), {"name"}))
    facts = [replace(FACTS[0], openings=left), *FACTS[1:]]

    assert flaws(facts) == [(1, "the value of variables/name is gone, and no redaction says so")]


def test_a_value_that_was_redacted_on_record_is_told() -> None:
    redaction = {"kind": "ValuesRedacted", "names": ["name"], "reason": "asked for"}
    facts, end = history([*RECORDS, redaction])
    left = dump_openings(without(load_openings(facts[0].openings), {"name"}))

    found = check_facts(CASE, [replace(facts[0], openings=left), *facts[1:]], end=end)

    assert found == Checked(case=CASE, events=6, redacted=("1:variables/name",))


def test_a_body_that_is_no_json_is_a_flaw() -> None:
    broken = replace(FACTS[0], body="[")
    broken = replace(broken, hash=fact_hash(broken, before="0" * 64))

    found = check_facts(CASE, [broken], end=End(length=1, hash=broken.hash))

    assert [flaw.what[:19] for flaw in found.flaws] == ["the body is no JSON"]
