"""Rights: the one place that decides who may do what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from caseflow.org.directory import Directory
from caseflow.org.people import Action, Person, Post, Reach, is_within

OF_HOLDERS = frozenset({Action.SEE, Action.COMPLETE, Action.RETURN, Action.ESCALATE})
"""What one may do with a task that one holds."""

OF_CANDIDATES = OF_HOLDERS | {Action.CLAIM}
"""What one may do with a task that nobody holds and one could take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is to be acted on: a task, or with nobody named, all matters of a unit.

    ``onlookers`` have a part in it that lets them see it and no more: they were sent a copy,
    are asked for their vote, delegated it, or did something in the case before. ``excluded``
    may neither claim nor complete it, because another step was theirs.
    """

    unit: str = ""
    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    holder: str | None = None
    onlookers: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether somebody may do something, and why."""

    allowed: bool
    because: str

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """A role in a unit in which somebody acts, their own or that of ``person``."""

    person: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody may see, said once, so that a query can find it and nothing else.

    ``people`` are the person and those whose tasks they do as a substitute. ``open_to`` names
    the units in which tasks for a role are theirs to take; the unit without a name stands for
    tasks of no unit. ``units`` are those whose matters a right lets them see;
    ``is_everywhere``: of all units, those that no directory knows too.
    """

    people: tuple[str, ...]
    open_to: tuple[tuple[str, frozenset[str]], ...] = ()
    units: frozenset[str] = frozenset()
    is_everywhere: bool = False


class Rights:
    """Who may do what, in one organisation.

    A person acts in their own posts of the day and in those of everybody for whom they are
    a substitute that day; a substitute of a substitute does not. A task may be

    - seen, completed, returned and escalated by its holder, who holds it alone;
    - all that and claimed, while nobody holds it, by whom it names, and by whoever holds
      a role that it names where that role sits for its unit, or anywhere for no unit;
    - seen by these also while somebody else holds it, and by its onlookers.

    Beyond tasks, a role gives the rights that it lists, over the matters that they reach; who
    may do anything with a matter may see it. Nothing else is allowed.
    """

    def __init__(self, directory: Directory) -> None:
        """Decide by what a directory says."""
        self._directory = directory
        self._zone = ZoneInfo(directory.zone)

    def may(self, person: str, action: Action, subject: Subject, *, on: datetime) -> Verdict:
        """Tell whether a person may do something on a moment, and why."""
        day = on.astimezone(self._zone).date()
        found = self._directory.person(person)
        if found is None or not found.is_active:
            return Verdict(allowed=False, because=f"{person} is not an active person here")
        if action in {Action.CLAIM, Action.COMPLETE} and person in subject.excluded:
            return Verdict(allowed=False, because=f"{person} did the step that another must check")
        acts_as = (person, *self._acts_as(found, day))
        capacities = tuple(self._capacities(found, day))
        reasons = (
            self._by_name(acts_as, action, subject),
            self._by_role(capacities, action, subject),
            self._by_right(capacities, action, subject),
        )
        because = next((one for one in reasons if one), None)
        if because is not None:
            return Verdict(allowed=True, because=because)
        where = f"matters of {subject.unit}" if subject.unit else "matters of no unit"
        return Verdict(allowed=False, because=f"no post of {person} lets them {action} {where}")

    def may_from_above(
        self, person: str, action: Action, units: Iterable[str], *, on: datetime
    ) -> Verdict:
        """Tell whether a person may do something as a superior of units, and of none of them."""
        wanted = tuple(dict.fromkeys(units))
        tree = self._directory.units()
        for capacity in self.capacities(person, on=on):
            role = self._directory.role(capacity.role)
            reach = role.rights.get(action) if role else None
            is_above = all(
                capacity.unit in tree.above(one)[1:] and self._reaches(capacity, reach, one)
                for one in wanted
                if reach is not None
            )
            if reach is not None and is_above:
                return Verdict(
                    allowed=True,
                    because=f"{capacity.person} is {capacity.role} in {capacity.unit}, above them",
                )
        return Verdict(
            allowed=False,
            because=f"no post of {person} lets them {action} from above {', '.join(wanted)}",
        )

    def capacities(self, person: str, *, on: datetime) -> tuple[Capacity, ...]:
        """Return the roles in units in which a person acts on a moment."""
        found = self._directory.person(person)
        if found is None or not found.is_active:
            return ()
        return tuple(self._capacities(found, on.astimezone(self._zone).date()))

    def acts_as(self, person: str, *, on: datetime) -> tuple[str, ...]:
        """Return a person and everybody whose tasks they do on a moment as a substitute."""
        found = self._directory.person(person)
        if found is None or not found.is_active:
            return ()
        return (person, *self._acts_as(found, on.astimezone(self._zone).date()))

    def sight(self, person: str, *, on: datetime) -> Sight:
        """Return all that a person may see on a moment; it says what `may` says of SEE."""
        units = self._directory.units()
        open_to: dict[str, set[str]] = {}
        seen: set[str] = set()
        is_everywhere = False
        for capacity in self.capacities(person, on=on):
            role = self._directory.role(capacity.role)
            served = open_to.setdefault(capacity.role, {""})
            served.update(units.served_from(capacity.unit, role.tiers if role else ()))
            reaches = set(role.rights.values()) if role else set()
            is_everywhere = is_everywhere or Reach.EVERYWHERE in reaches
            if Reach.BELOW in reaches:
                seen.update(units.below(capacity.unit))
            elif Reach.UNIT in reaches:
                seen.add(capacity.unit)
        return Sight(
            people=self.acts_as(person, on=on),
            open_to=tuple((role, frozenset(where)) for role, where in sorted(open_to.items())),
            units=frozenset(seen),
            is_everywhere=is_everywhere,
        )

    def _by_name(self, acts_as: Iterable[str], action: Action, subject: Subject) -> str | None:
        allowed = OF_HOLDERS if subject.holder is not None else OF_CANDIDATES
        for one in acts_as:
            if one == subject.holder and action in allowed | {Action.CLAIM}:
                return f"{one} holds the task"
            is_named = one in subject.people
            if is_named and action in allowed and (subject.holder is None or action is Action.SEE):
                return f"the task is open to {one}"
            if one in subject.onlookers and action is Action.SEE:
                return f"{one} has a part in it"
        return None

    def _by_role(
        self, capacities: Iterable[Capacity], action: Action, subject: Subject
    ) -> str | None:
        is_free = subject.holder is None
        if action not in OF_CANDIDATES or not (is_free or action is Action.SEE):
            return None
        for capacity in capacities:
            if capacity.role in subject.roles and self._sits_for(capacity, subject.unit):
                return f"{capacity.person} is {capacity.role} in {capacity.unit}"
        return None

    def _by_right(
        self, capacities: Iterable[Capacity], action: Action, subject: Subject
    ) -> str | None:
        for capacity in capacities:
            role = self._directory.role(capacity.role)
            for right, reach in role.rights.items() if role else ():
                if action in {right, Action.SEE} and self._reaches(capacity, reach, subject.unit):
                    return (
                        f"{capacity.person} is {capacity.role} in {capacity.unit}, which may "
                        f"{right} ({reach})"
                    )
        return None

    def _sits_for(self, capacity: Capacity, unit: str) -> bool:
        if not unit:
            return True
        role = self._directory.role(capacity.role)
        return self._directory.units().seat(unit, role.tiers if role else ()) == capacity.unit

    def _reaches(self, capacity: Capacity, reach: Reach, unit: str) -> bool:
        match reach:
            case Reach.EVERYWHERE:
                return True
            case Reach.UNIT:
                return unit == capacity.unit
            case Reach.BELOW:
                return capacity.unit in self._directory.units().above(unit)

    def _capacities(self, person: Person, day: date) -> Iterator[Capacity]:
        yield from _held(person, person.posts, day)
        for absent, roles in self._substituted(person, day):
            posts = [one for one in absent.posts if not roles or one.role in roles]
            yield from _held(absent, posts, day)

    def _acts_as(self, person: Person, day: date) -> Iterator[str]:
        return (absent.id for absent, roles in self._substituted(person, day) if not roles)

    def _substituted(self, person: Person, day: date) -> Iterator[tuple[Person, tuple[str, ...]]]:
        for other in self._directory.acts_for(person.id):
            is_away = other.absence(day) is not None
            for one in other.substitutes:
                holds = one.person == person.id and is_within(day, one.since, one.until)
                if holds and other.is_active and (is_away or not one.while_absent):
                    yield other, one.roles


def _held(person: Person, posts: Iterable[Post], day: date) -> Iterator[Capacity]:
    return (
        Capacity(person=person.id, role=one.role, unit=one.unit)
        for one in posts
        if is_within(day, one.since, one.until)
    )
