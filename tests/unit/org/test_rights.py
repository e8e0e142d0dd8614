"""Rights: one matrix of people, subjects and actions, checked against the rules said plainly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from caseflow.org import (
    TIERS,
    Absence,
    Action,
    Capacity,
    Organisation,
    Person,
    Post,
    Reach,
    Rights,
    Role,
    Subject,
    Substitute,
    Tier,
    Unit,
    Verdict,
)

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""12:00 in China."""

UNITS = {
    "city": ("city", None),
    "county-a": ("county", "city"),
    "county-b": ("county", "city"),
    "justice-a": ("department", "county-a"),
    "town-a1": ("township", "county-a"),
    "town-a2": ("township", "county-a"),
    "town-b1": ("township", "county-b"),
    "village-a11": ("village", "town-a1"),
    "village-a12": ("village", "town-a1"),
    "village-b11": ("village", "town-b1"),
}
ROLES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "mediator": (("village", "township"), {}),
    "center": (("township",), {"dispatch": "below", "supervise": "below"}),
    "head": (("village",), {"see": "unit", "escalate": "unit"}),
    "handler": ((), {}),
    "leader": (("county",), {"see": "below", "return": "below"}),
    "admin": (("city",), {"administer": "everywhere"}),
    "auditor": (("township", "county", "city"), {"see": "unit"}),
}
POSTS: dict[str, list[tuple[str, str, date | None, date | None]]] = {
    "mo": [("mediator", "village-a11", None, None)],
    "mi": [("mediator", "town-a1", None, None)],
    "ce": [("center", "town-a1", None, None)],
    "cb": [("center", "town-b1", None, None)],
    "he": [("head", "village-a11", None, None)],
    "ha": [("handler", "justice-a", None, None), ("handler", "county-a", None, None)],
    "le": [("leader", "county-a", None, None)],
    "ad": [("admin", "city", None, None)],
    "au": [("auditor", "town-a2", None, None), ("auditor", "county-b", None, None)],
    "past": [("center", "town-a2", None, date(2026, 3, 1))],
    "today": [("center", "town-a2", date(2026, 3, 2), date(2026, 3, 2))],
    "coming": [("center", "town-a2", date(2026, 3, 3), None)],
    "gone": [("admin", "city", None, None)],
    "idle": [],
    "deputy": [],
    "deputy2": [],
    "deputy3": [],
    "narrow": [],
    "chain": [],
}
INACTIVE = {"gone"}
# absent person, substitute, since, until, only while absent, roles
SUBSTITUTES = [
    ("ce", "deputy", date(2026, 3, 1), date(2026, 3, 2), False, ()),
    ("le", "deputy", None, None, True, ()),
    ("mo", "deputy2", None, None, True, ()),
    ("mi", "deputy3", None, date(2026, 3, 1), False, ()),
    ("ha", "narrow", None, None, False, ("handler",)),
    ("he", "narrow", None, None, False, ("mediator",)),
    ("gone", "deputy3", None, None, False, ()),
    ("deputy", "chain", None, None, False, ()),
]
ABSENT = {"mo": (date(2026, 3, 2), date(2026, 3, 2)), "le": (date(2026, 3, 3), date(2026, 3, 9))}


def organisation() -> Organisation:
    return Organisation(
        tiers=(*TIERS, Tier(code="department", rank=3)),
        units=[Unit(id=name, tier=tier, parent=up) for name, (tier, up) in UNITS.items()],
        roles=[
            Role(
                code=code,
                tiers=tiers,
                rights={Action(right): Reach(reach) for right, reach in rights.items()},
            )
            for code, (tiers, rights) in ROLES.items()
        ],
        people=[
            Person(
                id=name,
                is_active=name not in INACTIVE,
                posts=tuple(
                    Post(role=role, unit=unit, since=since, until=until)
                    for role, unit, since, until in posts
                ),
                absences=(Absence(since=ABSENT[name][0], until=ABSENT[name][1]),)
                if name in ABSENT
                else (),
                substitutes=tuple(
                    Substitute(person=by, since=since, until=until, while_absent=away, roles=roles)
                    for absent, by, since, until, away, roles in SUBSTITUTES
                    if absent == name
                ),
            )
            for name, posts in POSTS.items()
        ],
    )


# The rules once more, said over the plain data above, without a word of the code under test.


def brute_acting(person: str, day: date) -> list[tuple[str, tuple[str, ...] | None]]:
    acting: list[tuple[str, tuple[str, ...] | None]] = [(person, None)]
    for absent, by, since, until, only_away, roles in SUBSTITUTES:
        if by != person or absent in INACTIVE:
            continue
        if since is not None and day < since:
            continue
        if until is not None and day > until:
            continue
        away = absent in ABSENT and ABSENT[absent][0] <= day <= ABSENT[absent][1]
        if only_away and not away:
            continue
        acting.append((absent, roles or None))
    return acting


def brute_posts(person: str, day: date) -> list[tuple[str, str]]:
    found = []
    for one, only in brute_acting(person, day):
        for role, unit, since, until in POSTS[one]:
            if only is not None and role not in only:
                continue
            if (since is None or since <= day) and (until is None or day <= until):
                found.append((role, unit))
    return found


def brute_is_at_or_under(unit: str, top: str) -> bool:
    while unit != top:
        if unit not in UNITS or UNITS[unit][1] is None:
            return False
        unit = str(UNITS[unit][1])
    return unit in UNITS


def brute_is_seat(role: str, seat: str, unit: str) -> bool:
    if unit == "":
        return True
    tiers = ROLES[role][0]
    if not tiers:
        return unit == seat
    here: str | None = unit if unit in UNITS else None
    while here is not None:
        if UNITS[here][0] in tiers:
            return here == seat
        here = UNITS[here][1]
    return False


def brute_may(person: str, action: str, subject: Subject, day: date) -> bool:  # noqa: C901, PLR0911, PLR0912
    if person not in POSTS or person in INACTIVE:
        return False
    if action in {"claim", "complete"} and person in subject.excluded:
        return False
    posts = brute_posts(person, day)
    selves = [one for one, only in brute_acting(person, day) if only is None]
    for role, unit in posts:
        for right, reach in ROLES[role][1].items():
            if action not in {right, "see"}:
                continue
            if reach == "everywhere":
                return True
            if reach == "unit" and subject.unit == unit:
                return True
            if reach == "below" and subject.unit and brute_is_at_or_under(subject.unit, unit):
                return True
    if subject.holder in selves:
        return action in {"see", "claim", "complete", "return", "escalate"}
    if action == "see" and any(one in subject.onlookers for one in selves):
        return True
    is_candidate = any(one in subject.people for one in selves) or any(
        role in subject.roles and brute_is_seat(role, unit, subject.unit) for role, unit in posts
    )
    if is_candidate and action == "see":
        return True
    if is_candidate and subject.holder is None:
        return action in {"claim", "complete", "return", "escalate"}
    return False


@dataclass(frozen=True)
class Cell:
    person: str
    action: str
    subject: Subject
    on: datetime


def subjects() -> Iterator[Subject]:
    shapes = (
        Subject(),
        Subject(roles=("mediator",)),
        Subject(roles=("center", "handler")),
        Subject(roles=("head",), people=("idle",), onlookers=("au", "mo")),
        Subject(roles=("mediator",), holder="mo"),
        Subject(roles=("handler",), holder="idle", onlookers=("he",)),
        Subject(people=("ce", "deputy2"), excluded=("ce", "mi")),
        Subject(roles=("mediator",), holder="mi", excluded=("mi",)),
        Subject(holder="ha"),
        Subject(holder="nobody-knows", people=("mo",)),
    )
    for unit, shape in product((*UNITS, "", "elsewhere"), shapes):
        yield replace(shape, unit=unit)


def cells() -> Iterator[Cell]:
    moments = (NOON, NOON + timedelta(days=1), NOON - timedelta(days=1))
    people = (*POSTS, "stranger")
    for person, action, subject, on in product(people, Action, subjects(), moments):
        yield Cell(person, action.value, subject, on)


def test_every_cell_of_the_matrix_is_as_the_rules_say() -> None:
    rights = Rights(organisation())
    size = allowed = 0

    for cell in cells():
        verdict = rights.may(cell.person, Action(cell.action), cell.subject, on=cell.on)
        day = (cell.on + timedelta(hours=8)).date()
        assert verdict.allowed == brute_may(cell.person, cell.action, cell.subject, day), cell
        size += 1
        allowed += verdict.allowed

    assert size == 20 * 10 * 12 * 10 * 3
    assert 0.05 < allowed / size < 0.5  # a matrix of one answer would prove nothing


def test_whoever_may_do_something_may_see_it() -> None:
    rights = Rights(organisation())

    for person, action, subject in product(POSTS, Action, subjects()):
        if rights.may(person, action, subject, on=NOON):
            assert rights.may(person, Action.SEE, subject, on=NOON)


def test_what_a_query_finds_is_what_may_be_seen() -> None:
    rights = Rights(organisation())

    for person, subject in product((*POSTS, "stranger"), subjects()):
        sight = rights.sight(person, on=NOON)
        named = {subject.holder, *subject.people, *subject.onlookers}
        by_role = any(
            role in subject.roles and subject.unit in units for role, units in sight.open_to
        )
        is_found = (
            sight.is_everywhere
            or subject.unit in sight.units
            or by_role
            or not named.isdisjoint(sight.people)
        )
        assert is_found == rights.may(person, Action.SEE, subject, on=NOON).allowed


def test_a_verdict_says_why() -> None:
    rights = Rights(organisation())
    village = Subject(unit="village-a11", roles=("center",))

    assert [
        rights.may("ce", Action.SUPERVISE, village, on=NOON),
        rights.may("deputy", Action.CLAIM, village, on=NOON),
        rights.may("cb", Action.SEE, village, on=NOON),
        rights.may("gone", Action.SEE, village, on=NOON),
        rights.may("ce", Action.COMPLETE, Subject(people=("ce",), excluded=("ce",)), on=NOON),
    ] == [
        Verdict(allowed=True, because="ce is center in town-a1, which may supervise (below)"),
        Verdict(allowed=True, because="ce is center in town-a1"),
        Verdict(allowed=False, because="no post of cb lets them see matters of village-a11"),
        Verdict(allowed=False, because="gone is not an active person here"),
        Verdict(allowed=False, because="ce did the step that another must check"),
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (datetime(2026, 3, 1, 15, 59, tzinfo=UTC), ()),
        (
            datetime(2026, 3, 1, 16, 0, tzinfo=UTC),
            (Capacity(person="today", role="center", unit="town-a2"),),
        ),
        (
            datetime(2026, 3, 2, 15, 59, tzinfo=UTC),
            (Capacity(person="today", role="center", unit="town-a2"),),
        ),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), ()),
    ],
)
def test_a_post_begins_and_ends_at_midnight_of_the_organisation(
    on: datetime, expected: tuple[Capacity, ...]
) -> None:
    assert Rights(organisation()).capacities("today", on=on) == expected
