"""The organisation in caseflow's own tables: reading, replacing and changing it."""

from __future__ import annotations

from caseflow.engine.cases import Cases
from caseflow.errors import CommandRefused
from caseflow.org import Organisation, Person


class Staff:
    """Units, roles and people in the database. Made by `Work.staff`.

    A host with a directory of its own leaves these tables empty.
    """

    def __init__(self, cases: Cases) -> None:
        """Work within a transaction that somebody else ends."""
        self._cases = cases
        self._tables = cases.stores.directory

    def organisation(self) -> Organisation:
        """Return all of it, for example to write it to a file."""
        return self._tables.organisation()

    def replace(self, organisation: Organisation) -> None:
        """Put an organisation in the place of the one that is there."""
        self._cases.check_may_write()
        self._tables.replace(organisation)

    def put(self, person: Person) -> None:
        """Add a person, or put them in the place of who has this id.

        Raises:
            CommandRefused: a role, unit or substitute does not exist.
        """
        self._cases.check_may_write()
        for post in person.posts:
            if self._tables.role(post.role) is None:
                raise CommandRefused(f"there is no role {post.role}")
            if self._tables.units().get(post.unit) is None:
                raise CommandRefused(f"there is no unit {post.unit}")
        for one in person.substitutes:
            if one.person == person.id or self._tables.person(one.person) is None:
                raise CommandRefused(f"{one.person} cannot act for {person.id}")
        self._tables.put(person)
