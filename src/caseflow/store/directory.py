"""The directory that ships: units, roles and people in tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select

from caseflow.org import (
    TIERS as FOUR_TIERS,
)
from caseflow.org import (
    Absence,
    Action,
    Organisation,
    Person,
    Post,
    Reach,
    Role,
    Substitute,
    Tier,
    Unit,
    Units,
)
from caseflow.store.database import begin_writing
from caseflow.store.tables import (
    ABSENCES,
    ORGANISATIONS,
    PEOPLE,
    POSTS,
    ROLES,
    SUBSTITUTES,
    TIERS,
    UNITS,
)

ZONE = "Asia/Shanghai"

_TABLES = (TIERS, UNITS, ROLES, PEOPLE, POSTS, ABSENCES, SUBSTITUTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What is the same for everybody: the units and roles of one digest."""

    digest: str
    zone: str
    units: Units
    roles: Mapping[str, Role]


class SqlDirectory:
    """One tenant's organisation, within one transaction.

    People are looked up one by one. Units and roles are read once, and again when they
    have changed: their digest tells.
    """

    def __init__(
        self, connection: Connection, *, tenant: str, kept: dict[str, Structure] | None = None
    ) -> None:
        """Use a connection that is inside a transaction, which somebody else ends.

        ``kept`` holds the units and roles of each tenant from one transaction to the next.
        """
        self._connection = connection
        self._tenant = tenant
        self._kept = {} if kept is None else kept
        self._current: Structure | None = None
        self._people: dict[str, Person | None] = {}

    @property
    def zone(self) -> str:
        """The time zone in which its days begin."""
        return self._structure().zone

    def units(self) -> Units:
        """Return the tree of units."""
        return self._structure().units

    def role(self, role: str) -> Role | None:
        """Return a role, or None where there is none of this code."""
        return self._structure().roles.get(role)

    def _structure(self) -> Structure:
        if self._current is None:
            row = self._connection.execute(
                select(ORGANISATIONS).where(ORGANISATIONS.c.tenant == self._tenant)
            ).one_or_none()
            digest, zone = ("", ZONE) if row is None else (row.digest, row.zone)
            kept = self._kept.get(self._tenant)
            if kept is None or kept.digest != digest:
                kept = self._read(zone)
                self._kept[self._tenant] = kept
            self._current = kept
        return self._current

    def _read(self, zone: str) -> Structure:
        tiers = [Tier(code=r.tier, rank=r.rank, name=r.name) for r in self._all(TIERS)]
        units = [
            Unit(id=row.unit, name=row.name, tier=row.tier, parent=row.parent)
            for row in self._all(UNITS)
        ]
        roles = [_role(row) for row in self._all(ROLES)]
        return Structure(
            digest=_digest(zone, tiers, units, roles),  # of what was read, whoever wrote meanwhile
            zone=zone,
            units=Units(tiers or FOUR_TIERS, units),
            roles={one.code: one for one in roles},
        )

    def person(self, person: str) -> Person | None:
        """Return a person with all posts, or None where there is none of this id."""
        if person not in self._people:
            self._load([person])
        return self._people[person]

    def acts_for(self, person: str) -> Iterable[Person]:
        """Return everybody who has named this person a substitute."""
        return self._named(
            select(SUBSTITUTES.c.person).where(
                SUBSTITUTES.c.tenant == self._tenant, SUBSTITUTES.c.substitute == person
            )
        )

    def holders(self, role: str, unit: str) -> Iterable[Person]:
        """Return everybody who has a post of this role in this unit."""
        return self._named(
            select(POSTS.c.person).where(
                POSTS.c.tenant == self._tenant, POSTS.c.role == role, POSTS.c.unit == unit
            )
        )

    def organisation(self) -> Organisation:
        """Return all of it, to be written to a file."""
        self._load([row.person for row in self._all(PEOPLE)])
        units = self.units()
        return Organisation(
            zone=self.zone,
            tiers=units.tiers.values(),
            units=units.all.values(),
            roles=self._structure().roles.values(),
            people=[one for _, one in sorted(self._people.items()) if one is not None],
        )

    def replace(self, organisation: Organisation) -> None:
        """Put an organisation in the place of the one that is there."""
        begin_writing(self._connection)
        rows = _rows(organisation)
        for table in (*_TABLES, ORGANISATIONS):
            self._connection.execute(delete(table).where(table.c.tenant == self._tenant))
        units = organisation.units()
        digest = _digest(
            organisation.zone,
            units.tiers.values(),
            units.all.values(),
            organisation.roles.values(),
        )
        self._insert(ORGANISATIONS, [{"zone": organisation.zone, "digest": digest}])
        for table in _TABLES:
            self._insert(table, rows[table])
        self._current = None
        self._people = {}

    def put(self, person: Person) -> None:
        """Add a person, or put them in the place of who has this id."""
        begin_writing(self._connection)
        for table in (PEOPLE, POSTS, ABSENCES, SUBSTITUTES):
            is_it = table.c.tenant == self._tenant, table.c.person == person.id
            self._connection.execute(delete(table).where(*is_it))
        for table, rows in _person_rows([person]).items():
            self._insert(table, rows)
        self._people.pop(person.id, None)

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            tenant = {"tenant": self._tenant}
            self._connection.execute(insert(table), [{**tenant, **row} for row in rows])

    def _all(self, table: Table) -> Iterator[Row[Any]]:
        query = select(table).where(table.c.tenant == self._tenant)
        return iter(self._connection.execute(query.order_by(*table.primary_key.columns)).all())

    def _named(self, query: Any) -> tuple[Person, ...]:
        names = sorted({row.person for row in self._connection.execute(query)})
        self._load([name for name in names if name not in self._people])
        found = (self._people[name] for name in names)
        return tuple(one for one in found if one is not None)

    def _load(self, names: list[str]) -> None:
        """Read some people, a few hundred a query."""
        for start in range(0, len(names), 500):
            some = names[start : start + 500]
            rows = {table: self._of(table, some) for table in (POSTS, ABSENCES, SUBSTITUTES)}
            self._people.update(dict.fromkeys(some))
            for (name,), (row,) in self._of(PEOPLE, some).items():
                self._people[name] = _person(
                    row, *(rows[table].get((name,), ()) for table in rows)
                )

    def _of(self, table: Table, names: list[str]) -> dict[tuple[str], list[Row[Any]]]:
        query = select(table).where(table.c.tenant == self._tenant, table.c.person.in_(names))
        found: dict[tuple[str], list[Row[Any]]] = {}
        for row in self._connection.execute(query.order_by(*table.primary_key.columns)):
            found.setdefault((row.person,), []).append(row)
        return found


def _digest(zone: str, tiers: Iterable[Tier], units: Iterable[Unit], roles: Iterable[Role]) -> str:
    """Return the digest of what is the same for everybody, in whatever order it comes."""
    told = [
        sorted((one.code, one.rank, one.name) for one in tiers),
        sorted((one.id, one.name, one.tier, one.parent or "") for one in units),
        sorted((one.code, one.name, list(one.tiers), sorted(one.rights.items())) for one in roles),
    ]
    return hashlib.sha256(json.dumps([zone, told]).encode()).hexdigest()


def _role(row: Row[Any]) -> Role:
    rights = {Action(name): Reach(reach) for name, reach in json.loads(row.rights).items()}
    return Role(code=row.role, name=row.name, tiers=tuple(json.loads(row.tiers)), rights=rights)


def _person(
    row: Row[Any],
    posts: Iterable[Row[Any]],
    absences: Iterable[Row[Any]],
    substitutes: Iterable[Row[Any]],
) -> Person:
    return Person(
        id=row.person,
        name=row.name,
        is_active=row.is_active,
        posts=tuple(
            Post(role=one.role, unit=one.unit, since=one.since, until=one.until) for one in posts
        ),
        absences=tuple(
            Absence(since=one.since, until=one.until, reason=one.reason) for one in absences
        ),
        substitutes=tuple(
            Substitute(
                person=one.substitute,
                since=one.since,
                until=one.until,
                while_absent=one.while_absent,
                roles=tuple(json.loads(one.roles)),
            )
            for one in substitutes
        ),
    )


def _rows(organisation: Organisation) -> dict[Table, list[dict[str, Any]]]:
    units = organisation.units()
    return {
        TIERS: [
            {"tier": one.code, "rank": one.rank, "name": one.name} for one in units.tiers.values()
        ],
        UNITS: [
            {"unit": one.id, "name": one.name, "tier": one.tier, "parent": one.parent}
            for one in units.all.values()
        ],
        ROLES: [
            {
                "role": one.code,
                "name": one.name,
                "tiers": json.dumps(one.tiers),
                "rights": json.dumps(dict(one.rights)),
            }
            for one in organisation.roles.values()
        ],
        **_person_rows(organisation.people.values()),
    }


def _person_rows(people: Iterable[Person]) -> dict[Table, list[dict[str, Any]]]:
    rows: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (PEOPLE, POSTS, ABSENCES, SUBSTITUTES)
    }
    for person in people:
        rows[PEOPLE].append(
            {"person": person.id, "name": person.name, "is_active": person.is_active}
        )
        for number, post in enumerate(person.posts):
            key = {"person": person.id, "number": number}
            span = {"since": post.since, "until": post.until}
            rows[POSTS].append({**key, **span, "role": post.role, "unit": post.unit})
        for number, absence in enumerate(person.absences):
            key = {"person": person.id, "number": number}
            span = {"since": absence.since, "until": absence.until}
            rows[ABSENCES].append({**key, **span, "reason": absence.reason})
        for number, one in enumerate(person.substitutes):
            rows[SUBSTITUTES].append(
                {
                    "person": person.id,
                    "number": number,
                    "substitute": one.person,
                    "since": one.since,
                    "until": one.until,
                    "while_absent": one.while_absent,
                    "roles": json.dumps(one.roles),
                }
            )
    return rows
