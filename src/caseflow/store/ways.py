"""Ways by which a person comes to open tasks, each walked along one index in order.

A page needs the first few tasks of several ways: those that the person holds, those that
are open to a role in a unit, those of a unit. Each way reads its first few in the order of
the worklist and stops; the database merges them. So a page costs what its ways cost, however
many tasks there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, assert_never

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select, union_all

from caseflow.store.tables import CANDIDATES, PARTIES, TASKS

MANY_CASES = 2**31 - 1

MANY_UNITS = 40
"""From so many units on, an index of all of them is walked instead of one of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Tasks that a person holds."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Tasks that name a person: who may take it, is asked for a vote, or delegated it."""

    person: str
    kind: str
    is_free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenToRole:
    """Tasks that are open to a role in some units."""

    role: str
    units: frozenset[str]
    is_free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfUnits:
    """All tasks of some units."""

    units: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfParty:
    """Tasks of the cases that a person has a part in."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    """All tasks."""


Way: TypeAlias = Held | Named | OpenToRole | OfUnits | OfParty | Everywhere

Tests: TypeAlias = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What holds on all ways: the tenant, the tests on tasks, and how many are wanted.

    ``is_narrow``: the tests leave few tasks, which are better found first and sorted then.
    """

    tenant: str
    tests: Tests
    limit: int
    after: tuple[Any, ...] | None = None
    is_narrow: bool = False


def keys_of(ways: Sequence[Way], walk: Walk) -> FromClause:
    """Return the keys of tasks on any of some ways, in no order and perhaps several times."""
    seeks = [seek for way in ways for seek in _seeks(way, walk)]
    return union_all(*(select(seek.subquery()) for seek in seeks)).subquery("found")


def _seeks(way: Way, walk: Walk) -> Iterator[Select[Any]]:  # noqa: C901 - one case a way
    match way:
        case Held():
            yield _of_tasks(walk, TASKS.c.assignee == way.person)
        case Named():
            yield _of_candidates(walk, way.kind, way.person, is_free=way.is_free)
        case OpenToRole():
            for where in _in_units(CANDIDATES.c.unit, way.units):
                yield _of_candidates(walk, "role", way.role, where, is_free=way.is_free)
        case OfUnits():
            for where in _in_units(TASKS.c.unit, way.units):
                yield _of_tasks(walk, where)
        case OfParty():
            yield _of_party(walk, way.person)
        case Everywhere():
            yield _of_tasks(walk)
        case _:
            assert_never(way)


def _in_units(unit: ColumnElement[str], units: Collection[str]) -> Iterator[ColumnElement[bool]]:
    """Yield one test a unit, or one on all of them where they are many."""
    if len(units) < MANY_UNITS:
        for one in sorted(units):
            yield unit == one
    else:
        # An expression in place of the column, so that no database walks unit after unit.
        yield (unit + "").in_(sorted(units))


def _of_tasks(walk: Walk, *tests: ColumnElement[bool]) -> Select[Any]:
    query = select(TASKS.c.order_at, TASKS.c.case_id, TASKS.c.number).where(
        TASKS.c.tenant == walk.tenant, *tests, *walk.tests
    )
    return _first(query, TASKS, walk)


def _of_party(walk: Walk, person: str) -> Select[Any]:
    """Return the keys of the tasks of few cases, which are found first and sorted then."""
    # The limit, beyond what anybody has a part in, keeps a database from looking at all tasks
    # first and asking of each whose it is.
    cases = (
        select(PARTIES.c.case_id)
        .where(PARTIES.c.tenant == walk.tenant, PARTIES.c.person == person)
        .limit(MANY_CASES)
        .subquery("cases")
    )
    query = (
        select(TASKS.c.order_at, TASKS.c.case_id, TASKS.c.number)
        .select_from(cases)
        .join(TASKS, and_(TASKS.c.tenant == walk.tenant, TASKS.c.case_id == cases.c.case_id))
        .where(*walk.tests)
    )
    return _first(query, TASKS, replace(walk, is_narrow=True))


def _of_candidates(
    walk: Walk, kind: str, name: str, *tests: ColumnElement[bool], is_free: bool
) -> Select[Any]:
    query = select(CANDIDATES.c.order_at, CANDIDATES.c.case_id, CANDIDATES.c.number).where(
        CANDIDATES.c.tenant == walk.tenant,
        CANDIDATES.c.kind == kind,
        CANDIDATES.c.name == name,
        *tests,
    )
    on_tasks = [*walk.tests, TASKS.c.assignee.is_(None)] if is_free else list(walk.tests)
    if on_tasks:
        query = query.join(TASKS, _TASK_OF_CANDIDATE).where(*on_tasks)
    return _first(query, CANDIDATES, walk)


_TASK_OF_CANDIDATE = and_(
    TASKS.c.tenant == CANDIDATES.c.tenant,
    TASKS.c.case_id == CANDIDATES.c.case_id,
    TASKS.c.number == CANDIDATES.c.number,
)


def _first(query: Select[Any], table: FromClause, walk: Walk) -> Select[Any]:
    key = table.c.order_at, table.c.case_id, table.c.number
    if walk.after is not None:
        at, case, number = walk.after
        # The first test alone is what an index can begin at, on every database.
        query = query.where(
            table.c.order_at >= at,
            (table.c.order_at > at)
            | (table.c.case_id > case)
            | and_(table.c.case_id == case, table.c.number > number),
        )
    if walk.is_narrow:  # an expression in place of the column, so that no index of it is walked
        return query.order_by(func.coalesce(key[0], key[0]), *key[1:]).limit(walk.limit)
    return query.order_by(*key).limit(walk.limit)
