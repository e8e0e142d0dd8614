"""Files of an organisation: what reads, what is refused, and what is written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.errors import OrganisationRefused
from caseflow.org import (
    Organisation,
    Person,
    Post,
    Unit,
    read_organisation,
    write_organisation,
)

TOML = """\
zone = "Asia/Shanghai"

[tiers]
village = { rank = 1 }
town = { rank = 2, name = "镇" }

[units.qingshan]
name = "青山镇"
tier = "town"

[units.v1]
tier = "village"
parent = "qingshan"

[roles.mediator]
tiers = ["village", "town"]
may = { see = "unit", supervise = "below" }

[people]
li = { name = "李明", posts = [{ role = "mediator", unit = "v1", since = 2026-01-01 }] }
wang = { active = false }

[people.zhao]
absences = [{ since = 2026-02-01, until = 2026-02-03, reason = "病假" }]
substitutes = [{ person = "li", while_absent = true, roles = ["mediator"] }]
"""
YAML = """\
zone: Asia/Shanghai
tiers:
  village: {rank: 1}
  town: {rank: 2, name: 镇}
units:
  qingshan: {name: 青山镇, tier: town}
  v1: {tier: village, parent: qingshan}
roles:
  mediator: {tiers: [village, town], may: {see: unit, supervise: below}}
people:
  li:
    name: 李明
    posts:
      - {role: mediator, unit: v1, since: 2026-01-01}
  wang: {active: false}
  zhao:
    absences: [{since: 2026-02-01, until: 2026-02-03, reason: 病假}]
    substitutes: [{person: li, while_absent: true, roles: [mediator]}]
"""


def refused(text: str, *, file: str = "org.toml") -> list[tuple[int, str, str]]:
    with pytest.raises(OrganisationRefused) as refusal:
        read_organisation(text, file=file)
    return [(one.line, one.element, one.rule) for one in refusal.value.findings]


def test_toml_and_yaml_say_the_same() -> None:
    toml = read_organisation(TOML, file="org.toml")
    yaml = read_organisation(YAML, file="org.yaml")

    assert write_organisation(toml) == write_organisation(yaml)
    assert toml.people == yaml.people
    assert toml.units().above("v1") == ("v1", "qingshan")


def test_all_that_is_wrong_is_told_at_once_with_its_line() -> None:
    wrong = (
        TOML.replace('tier = "town"\n', 'tier = "twon"\n')
        .replace('parent = "qingshan"', 'parent = "qingsan"')
        .replace('supervise = "below"', 'oversee = "below"')
        .replace('unit = "v1"', 'unit = "v2"')
        .replace("active = false", 'active = "no"')
        .replace("until = 2026-02-03", "until = 2026-01-03")
        .replace('person = "li"', 'person = "zhao"')
    ) + "\n[persons]\n"

    assert refused(wrong) == [
        (9, "units.qingshan.tier", "unknown-tier"),
        (13, "units.v1.parent", "unknown-unit"),
        (17, "roles.mediator.may.oversee", "choice"),
        (20, "people.li.posts.0", "unknown-unit"),
        (21, "people.wang.active", "type"),
        (24, "people.zhao.absences.0", "date"),
        (25, "people.zhao.substitutes.0", "self"),
        (27, "persons", "unknown-key"),
    ]


def test_yaml_is_refused_with_the_line_inside_a_list() -> None:
    assert refused(YAML.replace("unit: v1, since", "unit: v9, since"), file="org.yml") == [
        (14, "people.li.posts.0", "unknown-unit")
    ]


BAD_TEXTS = {
    "no TOML": ("[units\n", "org.toml", 1),
    "a key twice": ("zone = 'UTC'\nzone = 'UTC'\n", "org.toml", 2),
    "no YAML": ("zone: UTC\nunits: [", "org.yaml", 2),
    "a YAML key twice": ("zone: UTC\nzone: UTC\n", "org.yaml", 2),
    "a list": ("- zone\n", "org.yaml", 1),
    "an alias": ("roles: &a {b: {}}\nunits: *a\n", "org.yaml", 1),
    "an object": ("zone: !!python/name:os.system ''\n", "org.yaml", 1),
    "deep": ("units: " + "[" * 2_000, "org.yaml", 1),
}


@pytest.mark.parametrize(("text", "file", "line"), BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, file: str, line: int) -> None:
    assert [(at, rule) for at, _, rule in refused(text, file=file)] == [(line, "unreadable")]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('[units.a]\ntier = "city"\nparent = "a"', (3, "units.a.parent", "circle")),
        (
            '[units.a]\ntier = "village"\n[units.b]\ntier = "city"\nparent = "a"',
            (5, "units.b.parent", "tier"),
        ),
        ('[units." a"]\ntier = "city"', (1, "units. a", "id")),
        ("[units.a]", (1, "units.a", "tier")),
        ('zone = "China"', (1, "zone", "zone")),
        ("[tiers]\nvillage = {}", (2, "tiers.village.rank", "rank")),
        ("[people.a]\nposts = [{}]", (2, "people.a.posts.0", "missing")),
        ("[people.a]\nposts = 1", (2, "people.a.posts", "type")),
        ("[people.a]\nabsences = [{ since = 2026-01-01 }]", (2, "people.a.absences.0", "date")),
        ('[roles.r]\ntiers = ["vilage"]', (2, "roles.r.tiers", "unknown-tier")),
        (
            (
                '[units.a]\ntier = "city"\n[roles.r]\ntiers = ["village"]\n'
                '[people.p]\nposts = [{ role = "r", unit = "a" }]'
            ),
            (6, "people.p.posts.0", "tier"),
        ),
    ],
)
def test_what_does_not_fit_is_refused(text: str, finding: tuple[int, str, str]) -> None:
    assert finding in refused(text)


IDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@given(names=st.dictionaries(IDS, st.text(st.characters(codec="utf-8")), min_size=1))
def test_what_is_written_reads_back_as_the_same(names: dict[str, str]) -> None:
    made = Organisation(
        units=[Unit(id=one, name=name, tier="city") for one, name in names.items()],
        people=[
            Person(id=one, name=name, posts=(Post(role="r", unit=one),))
            for one, name in names.items()
        ],
    )
    text = write_organisation(made) + "\n[roles.r]\n"
    text = text.replace("\n[roles]\n", "\n", 1)

    read = read_organisation(text, file="org.toml")

    assert dict(read.people) == dict(made.people)
    assert dict(read.units().all) == dict(made.units().all)


def test_json_is_good_enough_for_texts() -> None:
    text = json.dumps({"zone": "UTC", "units": {"a": {"tier": "city"}}})

    assert read_organisation(text, file="org.yaml").units().get("a") == Unit(id="a", tier="city")
