"""Who may send a case where: a matrix over the reference organisation, and its rules said plainly.

Its units carry their place in their names (``yuxi-2-5-1`` lies below ``yuxi-2-5``), and its people
their role and unit, so that the rules can be said without the tree and without the rights.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from caseflow.model import Hand
from caseflow.org import (
    Organisation,
    Passage,
    Rights,
    Subject,
    Unit,
    Units,
    may_decide,
    may_designate,
    may_send,
    passage,
)
from caseflow.org.units import TIERS

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PERSON = re.compile(r"(?P<role>[a-z_]+)\d+@(?P<unit>.+)")
REACHES = {
    "escalate": {"village_officer": 0, "town_center": 9, "county_center": 9},
    "dispatch": {"town_center": 9, "county_center": 9},
    "transfer": {"town_center": 9, "county_center": 9},
    "skip": {"county_center": 9},
}
"""How many levels below their unit a role may do what."""


@pytest.fixture(scope="module")
def organisation(repository: Path) -> Organisation:
    made = runpy.run_path(str(repository / "examples" / "organisation" / "generate.py"))
    found = made["reference_organisation"]()
    assert isinstance(found, Organisation)
    return found


def is_above(upper: str, lower: str) -> bool:
    return lower.startswith(f"{upper}-")


def brute_may(person: str, action: str, unit: str) -> bool:
    found = PERSON.fullmatch(person)
    assert found is not None
    levels = REACHES[action].get(found["role"])
    if levels is None:
        return False
    return unit == found["unit"] or (levels > 0 and is_above(found["unit"], unit))


def brute_send(person: str, source: str, target: str) -> bool:
    if is_above(target, source):
        allowed, between = brute_may(person, "escalate", source), source[len(target) :]
    elif is_above(source, target):
        allowed, between = brute_may(person, "dispatch", source), target[len(source) :]
    else:
        both = all(brute_may(person, "dispatch", unit) for unit in (source, target))
        return brute_may(person, "transfer", source) or both
    return allowed and (between.count("-") == 1 or brute_may(person, "skip", source))


def people_of(organisation: Organisation, units: Iterable[str]) -> list[str]:
    """One person of every role in each unit."""
    wanted = set(units)
    return [
        person
        for person in organisation.people
        if (found := PERSON.fullmatch(person)) and found["unit"] in wanted
    ]


def check_matrix(organisation: Organisation, people: list[str], targets: list[str]) -> int:
    rights, units = Rights(organisation), organisation.units()
    size = allowed = 0
    for source, target in product(SOURCES, targets):
        way = passage(units, source, target)
        if way is None:
            assert source == target
            continue
        for person in people:
            verdict = may_send(rights, person, way, (), on=NOON)
            assert verdict.allowed == brute_send(person, source, target), (person, way)
            size += 1
            allowed += verdict.allowed
    assert 0.02 < allowed / size < 0.5  # a matrix of one answer would prove nothing
    return size


SOURCES = ("yuxi", "yuxi-2", "yuxi-2-1", "yuxi-2-1-1", "yuxi-3-4-2", "yuxi-9-8")
STAFFED = ("yuxi", "yuxi-2", "yuxi-2-1", "yuxi-2-1-1", "yuxi-3")


def test_who_may_send_a_case_where(organisation: Organisation) -> None:
    targets = [*SOURCES, "yuxi-2-1-2", "yuxi-2-3", *list(organisation.units().all)[::40]]
    people = people_of(organisation, STAFFED)
    assert check_matrix(organisation, people, targets) > 5_000


@pytest.mark.long
def test_who_may_send_a_case_to_any_unit(organisation: Organisation) -> None:
    people = people_of(organisation, (*STAFFED, "yuxi-3-4", "yuxi-3-4-2", "yuxi-9", "yuxi-9-8"))
    assert check_matrix(organisation, people, list(organisation.units().all)) > 300_000


def test_who_may_take_back_and_rule_and_designate(organisation: Organisation) -> None:
    rights = Rights(organisation)
    people = people_of(organisation, STAFFED)
    units = [*SOURCES, "yuxi-2-1-2", "yuxi-2-3"]
    decided = designated = 0
    for person, one in product(people, units):
        verdict = may_decide(rights, person, one, on=NOON)
        assert verdict.allowed == brute_may(person, "dispatch", one), (person, one)
        decided += verdict.allowed
        for other in units:
            verdict = may_designate(rights, person, (one, other), other, on=NOON)
            home = person.rpartition("@")[2]
            is_superior = all(
                brute_may(person, "dispatch", unit) and is_above(home, unit)
                for unit in (one, other)
            )
            assert verdict.allowed == is_superior, (person, one, other)
            designated += verdict.allowed
    assert decided > 0
    assert designated > 0


def test_a_holder_may_send_what_they_hold_up_and_nowhere_else(organisation: Organisation) -> None:
    rights, units = Rights(organisation), organisation.units()
    worker = people_of(organisation, ["yuxi-2-1-1"])[2]
    held = Subject(unit="yuxi-2-1-1", holder=worker)
    ways = [
        passage(units, "yuxi-2-1-1", to) for to in ("yuxi-2-1", "yuxi-2", "yuxi-2-1-2", "yuxi-3")
    ]

    found = [may_send(rights, worker, way, (held,), on=NOON).allowed for way in ways if way]

    assert found == [True, False, False, False]
    assert not may_send(rights, worker, ways[0] or EMPTY, (), on=NOON)


EMPTY = Passage(hand=Hand.TRANSFER, source="", target="", tier="")


def test_a_passage_tells_its_direction_and_what_it_passes_over() -> None:
    units = Units(
        TIERS,
        [
            Unit(id="city", tier="city"),
            Unit(id="county", tier="county", parent="city"),
            Unit(id="town", tier="township", parent="county"),
            Unit(id="bureau", tier="county", parent="county"),
            Unit(id="village", tier="village", parent="town"),
        ],
    )

    assert passage(units, "village", "city") == Passage(
        hand=Hand.ESCALATE,
        source="village",
        target="city",
        tier="city",
        skipped=("town", "county"),
    )
    assert passage(units, "city", "village") == Passage(
        hand=Hand.DISPATCH,
        source="city",
        target="village",
        tier="village",
        skipped=("county", "town"),
    )
    assert passage(units, "town", "bureau") == Passage(
        hand=Hand.TRANSFER, source="town", target="bureau", tier="county"
    )
    assert passage(units, "town", "town") is None
    assert passage(units, "town", "elsewhere") is None
    assert passage(units, "elsewhere", "town") is None
