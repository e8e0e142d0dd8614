"""The commands of people at their desks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.cli.shell import Shell

ORGANISATION = """\
[units]
county = { tier = "county" }
town = { tier = "township", parent = "county" }

[roles]
visitor = { tiers = ["township"], may = { supervise = "unit" } }
leader = { tiers = ["county"], may = { see = "below" } }

[people]
li = { posts = [{ role = "visitor", unit = "town" }] }
wang = { posts = [{ role = "visitor", unit = "town" }] }
zhao = { posts = [{ role = "leader", unit = "county" }] }
stranger = {}
"""


@pytest.fixture
def desk(office: Shell, tmp_path: Path) -> Shell:
    """An office in which li and wang visit, and zhao looks on."""
    (tmp_path / "org.toml").write_text(ORGANISATION, encoding="utf-8")
    office.do("organise", str(tmp_path / "org.toml"))
    office.do("start", "visit", "--key", "A-1", "--unit", "town")
    return office


def task(desk: Shell) -> str:
    document = desk.do("tasks", "--json").document
    tasks = document["tasks"]
    assert isinstance(tasks, list)
    return "A-1:" + str(tasks[0]["id"]).rpartition(":")[2]


def test_an_organisation_is_read_checked_and_printed(desk: Shell, tmp_path: Path) -> None:
    printed = desk.do("organisation").out
    (tmp_path / "again.toml").write_text(printed, encoding="utf-8")
    (tmp_path / "wrong.toml").write_text(ORGANISATION.replace("parent", "parnt"), encoding="utf-8")

    again = desk.do("organise", str(tmp_path / "again.toml"), "--check").out
    wrong = desk.run("organise", str(tmp_path / "wrong.toml"))

    assert again == "2 units, 2 roles, 4 people\n"
    assert wrong.code == 1
    assert "did you mean “parent”?" in wrong.out
    assert desk.do("organisation").out == printed


def test_people_hand_a_task_on_and_get_it_back(desk: Shell) -> None:
    name = task(desk)
    desk.do("assign", name, "li")

    desk.do("delegate", name, "wang", "--reason", "busy")
    desk.do("handback", name, "--actor", "wang", "-v", "found=3")
    desk.do("ask", name, "wang", "--policy", "any", "--result", "agreed")
    desk.do("vote", name, "agree", "--actor", "wang")
    desk.do("urge", name, "please")
    desk.do("plan", name, "--priority", "90", "--due", "2026-03-09")
    desk.do("transfer", name, "wang")
    desk.do("copy", "A-1", "stranger", "--actor", "wang", "--message", "look")

    history = desk.do("history", "A-1").out
    for words in ("delegated", "went back from wang to li", "voted agree", "urged: please"):
        assert words in history
    assert desk.run("desk", "--json").document["tasks"] == []
    seen = desk.do("desk", "--all", "--json", "--actor", "stranger").document["tasks"]
    assert isinstance(seen, list)
    assert len(seen) == 1


def test_a_comment_is_printed_for_whom_it_is(desk: Shell) -> None:
    desk.do("comment", "A-1", "all can read this")
    desk.clock.move_to(desk.clock.now() + timedelta(minutes=1))
    desk.do("comment", "A-1", "the town only", "--for", "unit", "--audience", "town")

    assert desk.do("comment", "A-1", "--actor", "wang").lines == [
        "li (for case): all can read this",
        "li (for unit): the town only",
    ]
    assert desk.do("comment", "A-1", "--actor", "zhao").lines == [
        "li (for case): all can read this"
    ]
    assert desk.run("comment", "A-1", "--actor", "stranger").code == 3
