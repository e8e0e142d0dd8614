"""Writing an organisation as a TOML file, which reads back as the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

from caseflow.org.directory import Organisation
from caseflow.org.people import Absence, Person, Post, Role, Substitute
from caseflow.org.units import Tier, Unit

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_organisation(organisation: Organisation) -> str:
    """Return an organisation as TOML: one line a tier, unit, role and person."""
    units = organisation.units()
    sections = {
        "tiers": {one.code: _tier(one) for one in units.tiers.values()},
        "units": {one.id: _unit(one) for one in units.all.values()},
        "roles": {one.code: _role(one) for one in organisation.roles.values()},
        "people": {one.id: _person(one) for one in organisation.people.values()},
    }
    lines = [f"zone = {_text(organisation.zone)}"]
    for section, rows in sections.items():
        lines += ["", f"[{section}]"]
        lines += [f"{_key(name)} = {row}" for name, row in rows.items()]
    return "\n".join(lines) + "\n"


def _tier(tier: Tier) -> str:
    return _table(("rank", str(tier.rank)), ("name", _text(tier.name)))


def _unit(unit: Unit) -> str:
    return _table(
        ("name", _text(unit.name)), ("tier", _text(unit.tier)), ("parent", _text(unit.parent))
    )


def _role(role: Role) -> str:
    rights = ((right.value, _text(reach.value)) for right, reach in role.rights.items())
    return _table(
        ("name", _text(role.name)),
        ("tiers", _list(_text(one) for one in role.tiers)),
        ("may", _table(*rights) if role.rights else ""),
    )


def _person(person: Person) -> str:
    return _table(
        ("name", _text(person.name)),
        ("active", "" if person.is_active else "false"),
        ("posts", _list(_post(one) for one in person.posts)),
        ("absences", _list(_absence(one) for one in person.absences)),
        ("substitutes", _list(_substitute(one) for one in person.substitutes)),
    )


def _post(post: Post) -> str:
    named = ("role", _text(post.role)), ("unit", _text(post.unit))
    return _table(*named, ("since", _day(post.since)), ("until", _day(post.until)))


def _absence(absence: Absence) -> str:
    days = ("since", _day(absence.since)), ("until", _day(absence.until))
    return _table(*days, ("reason", _text(absence.reason)))


def _substitute(substitute: Substitute) -> str:
    return _table(
        ("person", _text(substitute.person)),
        ("since", _day(substitute.since)),
        ("until", _day(substitute.until)),
        ("while_absent", "true" if substitute.while_absent else ""),
        ("roles", _list(_text(one) for one in substitute.roles)),
    )


def _table(*pairs: tuple[str, str]) -> str:
    """Return an inline table of what has a value."""
    return "{ " + ", ".join(f"{key} = {value}" for key, value in pairs if value) + " }"


def _list(values: Iterator[str]) -> str:
    inner = ", ".join(values)
    return f"[{inner}]" if inner else ""


def _text(text: str | None) -> str:
    # Every JSON string is a TOML string, but for the one character that JSON leaves alone.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f") if text else ""


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)
