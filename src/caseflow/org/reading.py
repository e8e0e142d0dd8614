"""Reading an organisation from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from caseflow.errors import Finding, OrganisationRefused, Severity
from caseflow.org.directory import Organisation
from caseflow.org.documents import Document, Path, parse_toml, unreadable
from caseflow.org.people import Absence, Action, Person, Post, Reach, Role, Substitute
from caseflow.org.units import TIERS, Tier, Unit

MAX_ID = 200
"""Characters of an id."""

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


def read_organisation(text: str, *, file: str) -> Organisation:
    """Return the organisation of a TOML or YAML text.

    Args:
        text: the file; it is YAML where its name ends in .yaml or .yml, else TOML.
        file: its name, for the findings.

    Raises:
        OrganisationRefused: something is wrong; ``findings`` lists all of it.
    """
    reader = _Reader(_parsed(text, file))
    organisation = reader.organisation()
    if reader.findings:
        found = sorted(dict.fromkeys(reader.findings), key=lambda finding: finding.line)
        raise OrganisationRefused(found)
    return organisation


def _parsed(text: str, file: str) -> Document:
    if not file.endswith((".yaml", ".yml")):
        return parse_toml(text, file=file)
    try:
        from caseflow.org.yaml_documents import parse_yaml  # noqa: PLC0415 - an extra
    except ImportError as failure:
        remedy = "pip install 'caseflow-engine[yaml]', or write TOML"
        raise unreadable(file, 1, "YAML cannot be read here", remedy) from failure
    return parse_yaml(text, file=file)


class _Reader:
    """One reading of one document, which notes all that is wrong."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.findings: list[Finding] = []

    def organisation(self) -> Organisation:
        content = self._document.content
        self._check_keys(content, {"zone", "tiers", "units", "roles", "people"}, ())
        tiers = list(self._each(content, "tiers", self._tier)) if "tiers" in content else TIERS
        units = {one.id: one for one in self._each(content, "units", self._unit)}
        roles = {one.code: one for one in self._each(content, "roles", self._role)}
        people = {one.id: one for one in self._each(content, "people", self._person)}
        ranks = {one.code: one.rank for one in tiers}
        self._check_units(units, ranks)
        for role in roles.values():
            for tier in role.tiers:
                self._check_known(tier, ranks, "tier", ("roles", role.code, "tiers"))
        for person in people.values():
            self._check_person(person, units=units, roles=roles, people=people)
        return Organisation(
            zone=self._zone(content),
            tiers=tiers,
            units=units.values() if not self.findings else (),
            roles=roles.values(),
            people=people.values(),
        )

    def _zone(self, content: Mapping[str, object]) -> str:
        zone = self._text(content, "zone", ()) or "Asia/Shanghai"
        try:
            ZoneInfo(zone)
        except (LookupError, ValueError, OSError):
            self._add("zone", ("zone",), f"“{zone}” is no time zone", 'write "Asia/Shanghai"')
        return zone

    # What the entries are

    def _tier(self, code: str, row: Mapping[str, object], path: Path) -> Tier:
        self._check_keys(row, {"rank", "name"}, path)
        rank = row.get("rank")
        if not isinstance(rank, int) or isinstance(rank, bool):
            self._add("rank", (*path, "rank"), "a tier needs a rank", "write rank = 1, or higher")
            rank = 0
        return Tier(code=code, rank=rank, name=self._text(row, "name", path))

    def _unit(self, name: str, row: Mapping[str, object], path: Path) -> Unit:
        self._check_keys(row, {"name", "tier", "parent"}, path)
        tier = self._text(row, "tier", path)
        if not tier:
            self._add("tier", path, "a unit needs a tier", 'write tier = "village", or another')
        parent = self._text(row, "parent", path) or None
        return Unit(id=name, name=self._text(row, "name", path), tier=tier, parent=parent)

    def _role(self, code: str, row: Mapping[str, object], path: Path) -> Role:
        self._check_keys(row, {"name", "tiers", "may"}, path)
        rights: dict[Action, Reach] = {}
        for action in self._table(row, "may", path):
            found = self._choice(Action, action, (*path, "may", action))
            text = self._text(self._table(row, "may", path), action, (*path, "may"))
            reach = self._choice(Reach, text, (*path, "may", action))
            if found is not None and reach is not None:
                rights[found] = reach
        tiers = tuple(self._texts(row, "tiers", path))
        return Role(code=code, name=self._text(row, "name", path), tiers=tiers, rights=rights)

    def _person(self, name: str, row: Mapping[str, object], path: Path) -> Person:
        self._check_keys(row, {"name", "active", "posts", "absences", "substitutes"}, path)
        return Person(
            id=name,
            name=self._text(row, "name", path),
            is_active=self._flag(row, "active", path, default=True),
            posts=tuple(self._rows(row, "posts", path, self._post)),
            absences=tuple(self._rows(row, "absences", path, self._absence)),
            substitutes=tuple(self._rows(row, "substitutes", path, self._substitute)),
        )

    def _post(self, row: Mapping[str, object], path: Path) -> Post:
        self._check_keys(row, {"role", "unit", "since", "until"}, path)
        since, until = self._span(row, path)
        role, unit = self._needed(row, "role", path), self._needed(row, "unit", path)
        return Post(role=role, unit=unit, since=since, until=until)

    def _absence(self, row: Mapping[str, object], path: Path) -> Absence:
        self._check_keys(row, {"since", "until", "reason"}, path)
        since, until = self._span(row, path)
        if since is None or until is None:
            self._add(
                "date", path, "an absence needs both days", "write since = 2026-01-05, until = …"
            )
        reason = self._text(row, "reason", path)
        return Absence(since=since or date.min, until=until or date.max, reason=reason)

    def _substitute(self, row: Mapping[str, object], path: Path) -> Substitute:
        self._check_keys(row, {"person", "since", "until", "while_absent", "roles"}, path)
        since, until = self._span(row, path)
        return Substitute(
            person=self._needed(row, "person", path),
            since=since,
            until=until,
            while_absent=self._flag(row, "while_absent", path, default=False),
            roles=tuple(self._texts(row, "roles", path)),
        )

    # How they fit together

    def _check_units(self, units: Mapping[str, Unit], ranks: Mapping[str, int]) -> None:
        for unit in units.values():
            path = ("units", unit.id)
            if unit.tier:
                self._check_known(unit.tier, ranks, "tier", (*path, "tier"))
            if unit.parent is None:
                continue
            self._check_known(unit.parent, units, "unit", (*path, "parent"))
            parent = units.get(unit.parent)
            if parent and ranks.get(parent.tier, 0) < ranks.get(unit.tier, 0):
                self._add(
                    "tier",
                    (*path, "parent"),
                    f"{parent.id} is on tier {parent.tier}, below {unit.tier}",
                    "name a parent on the same tier or a higher one",
                )
            if _is_in_circle(unit, units):
                self._add(
                    "circle", (*path, "parent"), "stands above itself", "name another parent"
                )

    def _check_person(
        self,
        person: Person,
        *,
        units: Mapping[str, Unit],
        roles: Mapping[str, Role],
        people: Mapping[str, Person],
    ) -> None:
        path: Path = ("people", person.id)
        for number, post in enumerate(person.posts):
            place = (*path, "posts", str(number))
            self._check_known(post.role, roles, "role", place)
            self._check_known(post.unit, units, "unit", place)
            role, unit = roles.get(post.role), units.get(post.unit)
            if role and unit and role.tiers and unit.tier not in role.tiers:
                self._add(
                    "tier",
                    place,
                    f"{role.code} is not held on tier {unit.tier} ({unit.id})",
                    f"name a unit on tier {' or '.join(role.tiers)}, or add the tier to the role",
                )
        for number, one in enumerate(person.substitutes):
            place = (*path, "substitutes", str(number))
            self._check_known(one.person, people, "person", place)
            for code in one.roles:
                self._check_known(code, roles, "role", place)
            if one.person == person.id:
                self._add("self", place, "acts for themselves", "name somebody else")

    def _check_known(self, name: str, known: Mapping[str, object], what: str, path: Path) -> None:
        if not name or name in known:
            return
        near = get_close_matches(name, known, n=1)
        remedy = f"did you mean “{near[0]}”?" if near else f"add it, or name a {what} of this file"
        self._add(f"unknown-{what}", path, f"there is no {what} “{name}”", remedy)

    # Values

    def _each(
        self,
        content: Mapping[str, object],
        key: str,
        read: Callable[[str, Mapping[str, object], Path], T],
    ) -> Iterator[T]:
        for name in (table := self._table(content, key, ())):
            path = (key, name)
            if not name or len(name) > MAX_ID or not name.isprintable() or name != name.strip():
                self._add("id", path, f"“{name[:40]}” is no id", f"use 1 to {MAX_ID} characters")
            yield read(name, self._table(table, name, (key,)), path)

    def _rows(
        self,
        row: Mapping[str, object],
        key: str,
        path: Path,
        read: Callable[[Mapping[str, object], Path], T],
    ) -> Iterator[T]:
        for number, one in enumerate(self._list(row, key, path)):
            place = (*path, key, str(number))
            if isinstance(one, Mapping):
                yield read(one, place)
            else:
                self._add("type", place, "is not a table", "write { key = value, … }")

    def _table(self, row: Mapping[str, object], key: str, path: Path) -> Mapping[str, object]:
        found = row.get(key, {})
        if isinstance(found, Mapping):
            return found
        self._add("type", (*path, key), "is not a table", "write { key = value, … }")
        return {}

    def _list(self, row: Mapping[str, object], key: str, path: Path) -> Sequence[object]:
        found = row.get(key, [])
        if isinstance(found, list):
            return found
        self._add("type", (*path, key), "is not a list", "write [ …, … ]")
        return []

    def _texts(self, row: Mapping[str, object], key: str, path: Path) -> Iterator[str]:
        for one in self._list(row, key, path):
            if isinstance(one, str):
                yield one
            else:
                self._add("type", (*path, key), f"{one!r} is not text", 'write "text"')

    def _text(self, row: Mapping[str, object], key: str, path: Path) -> str:
        found = row.get(key, "")
        if isinstance(found, str):
            return found
        self._add("type", (*path, key), f"{found!r} is not text", 'write "text"')
        return ""

    def _needed(self, row: Mapping[str, object], key: str, path: Path) -> str:
        if key not in row:
            self._add("missing", path, f"has no {key}", f'write {key} = "…"')
        return self._text(row, key, path)

    def _flag(self, row: Mapping[str, object], key: str, path: Path, *, default: bool) -> bool:
        found = row.get(key, default)
        if isinstance(found, bool):
            return found
        self._add("type", (*path, key), f"{found!r} is not true or false", "write true or false")
        return default

    def _span(self, row: Mapping[str, object], path: Path) -> tuple[date | None, date | None]:
        since, until = self._day(row, "since", path), self._day(row, "until", path)
        if since and until and until < since:
            self._add("date", path, f"ends on {until}, before {since}", "exchange the two days")
        return since, until

    def _day(self, row: Mapping[str, object], key: str, path: Path) -> date | None:
        found = row.get(key)
        if found is None or (isinstance(found, date) and not isinstance(found, datetime)):
            return found
        self._add("date", path, f"{key}: {found!r} is no day", "write 2026-01-31, without quotes")
        return None

    def _choice(self, kind: type[E], text: str, path: Path) -> E | None:
        found = next((one for one in kind if one.value == text), None)
        if found is not None:
            return found
        self._add("choice", path, f"“{text}” is unknown", f"use one of: {', '.join(kind)}")
        return None

    def _check_keys(self, row: Mapping[str, object], known: Iterable[str], path: Path) -> None:
        names = sorted(known)
        for key in row.keys() - set(names):
            near = get_close_matches(key, names, n=1)
            remedy = f"did you mean “{near[0]}”?" if near else f"use one of: {', '.join(names)}"
            self._add("unknown-key", (*path, key), f"“{key}” is no key here", remedy)

    def _add(self, rule: str, path: Path, message: str, remedy: str) -> None:
        finding = Finding(
            rule=rule,
            severity=Severity.ERROR,
            file=self._document.file,
            line=self._document.line(path),
            element=".".join(path),
            message=message,
            remedy=remedy,
        )
        self.findings.append(finding)


def _is_in_circle(unit: Unit, units: Mapping[str, Unit]) -> bool:
    seen: set[str] = set()
    found: Unit | None = unit
    while found is not None and found.id not in seen:
        seen.add(found.id)
        found = None if found.parent is None else units.get(found.parent)
    return found is not None and found.id == unit.id
