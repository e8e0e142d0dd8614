"""Who may do what: Django's users, with its groups as their roles."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import Group, User

from caseflow.org import TIERS, Person, Post, Role, Unit, Units

OFFICE = Unit(id="county", name="县信访局 Petition office", tier="county")


class GroupsAsRoles:
    """The directory that caseflow asks: one office, whose people stand in groups."""

    @property
    def zone(self) -> str:
        """The time zone in which its days begin."""
        return str(settings.TIME_ZONE)

    def units(self) -> Units:
        """Return the tree of units."""
        return Units(TIERS, [OFFICE])

    def role(self, role: str) -> Role | None:
        """Return a role; every group is one."""
        return Role(code=role) if Group.objects.filter(name=role).exists() else None

    def person(self, person: str) -> Person | None:
        """Return a person by their user name."""
        user = User.objects.filter(username=person).prefetch_related("groups").first()
        return None if user is None else _person(user)

    def acts_for(self, person: str) -> Iterable[Person]:  # noqa: ARG002 - Django has no substitutes
        """Return nobody: users have no substitutes here."""
        return ()

    def holders(self, role: str, unit: str) -> Iterable[Person]:
        """Return everybody in a group."""
        if unit != OFFICE.id:
            return ()
        found = User.objects.filter(groups__name=role).prefetch_related("groups")
        return tuple(_person(user) for user in found)


def _person(user: User) -> Person:
    return Person(
        id=user.username,
        name=user.get_full_name(),
        is_active=user.is_active,
        posts=tuple(Post(role=group.name, unit=OFFICE.id) for group in user.groups.all()),
    )
