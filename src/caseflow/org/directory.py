"""The directory: where units, roles and people come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from caseflow.org.people import Person, Role
from caseflow.org.units import TIERS, Tier, Unit, Units


class Directory(Protocol):
    """What caseflow asks a host about its organisation.

    `Organisation` keeps one in memory, the store ships one in SQL; a host that has its own
    users and units answers these five questions instead.
    """

    @property
    def zone(self) -> str:
        """The time zone in which its days begin."""
        ...

    def units(self) -> Units:
        """Return the tree of units."""
        ...

    def role(self, role: str) -> Role | None:
        """Return a role, or None where there is none of this code."""
        ...

    def person(self, person: str) -> Person | None:
        """Return a person with all posts, past and coming ones too, or None."""
        ...

    def acts_for(self, person: str) -> Iterable[Person]:
        """Return everybody who has named this person a substitute, whenever that holds."""
        ...

    def holders(self, role: str, unit: str) -> Iterable[Person]:
        """Return everybody who has a post of this role in this unit, whenever that holds."""
        ...


class Organisation:
    """An organisation in memory: read from a file, or put together by the host."""

    def __init__(
        self,
        *,
        zone: str = "Asia/Shanghai",
        tiers: Iterable[Tier] = TIERS,
        units: Iterable[Unit] = (),
        roles: Iterable[Role] = (),
        people: Iterable[Person] = (),
    ) -> None:
        """Keep what belongs together; `read_organisation` checks that it does."""
        self._zone = zone
        self._units = Units(tiers, units)
        self.roles: Mapping[str, Role] = MappingProxyType({one.code: one for one in roles})
        self.people: Mapping[str, Person] = MappingProxyType({one.id: one for one in people})
        self._acts_for: dict[str, dict[str, Person]] = {}
        self._holders: dict[tuple[str, str], dict[str, Person]] = {}
        for person in self.people.values():
            for one in person.substitutes:
                self._acts_for.setdefault(one.person, {})[person.id] = person
            for post in person.posts:
                self._holders.setdefault((post.role, post.unit), {})[person.id] = person

    @property
    def zone(self) -> str:
        """The time zone in which its days begin."""
        return self._zone

    def units(self) -> Units:
        """Return the tree of units."""
        return self._units

    def role(self, role: str) -> Role | None:
        """Return a role, or None where there is none of this code."""
        return self.roles.get(role)

    def person(self, person: str) -> Person | None:
        """Return a person with all posts, or None where there is none of this id."""
        return self.people.get(person)

    def acts_for(self, person: str) -> Iterable[Person]:
        """Return everybody who has named this person a substitute."""
        return tuple(self._acts_for.get(person, {}).values())

    def holders(self, role: str, unit: str) -> Iterable[Person]:
        """Return everybody who has a post of this role in this unit."""
        return tuple(self._holders.get((role, unit), {}).values())
