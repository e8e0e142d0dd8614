"""The commands of the tier ladder."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.cli.shell import Shell

ORGANISATION = """\
[units]
county = { tier = "county" }
east = { tier = "township", parent = "county" }
west = { tier = "township", parent = "county" }

[roles.center]
may = { dispatch = "below", escalate = "below", return = "unit", transfer = "unit" }

[people]
li = { posts = [{ role = "center", unit = "east" }] }
wang = { posts = [{ role = "center", unit = "west" }] }
zhao = { posts = [{ role = "center", unit = "county" }] }
"""


@pytest.fixture
def desk(office: Shell, tmp_path: Path) -> Shell:
    """A county of two towns, and a case in the eastern one."""
    (tmp_path / "org.toml").write_text(ORGANISATION, encoding="utf-8")
    office.do("organise", str(tmp_path / "org.toml"))
    office.do("start", "visit", "--key", "A-1", "--unit", "east")
    return office


def unit(desk: Shell) -> str:
    case = desk.do("show", "A-1", "--json").document["case"]
    assert isinstance(case, dict)
    return str(case["unit"])


def test_a_case_goes_up_down_sideways_and_back(desk: Shell) -> None:
    units = []
    for words in (
        ("escalate", "A-1", "--reason", "too big"),
        ("--actor", "zhao", "dispatch", "A-1", "west", "--reason", "theirs"),
        ("--actor", "zhao", "take-back", "A-1", "--reason", "slow"),
        ("--actor", "zhao", "dispatch", "A-1", "east", "--reason", "theirs"),
        ("transfer-unit", "A-1", "west", "--reason", "the river"),
    ):
        desk.do(*words)
        units.append(unit(desk))

    assert units == ["county", "west", "county", "east", "west"]
    told = desk.do("history", "A-1").out
    assert "escalated from east to county: too big" in told
    assert "county took the case back from west: slow" in told


def test_a_return_is_ruled_on_and_a_conflict_ended(desk: Shell) -> None:
    desk.do("transfer-unit", "A-1", "west", "--reason", "the river")
    desk.do("--actor", "wang", "ask-return", "A-1", "east", "--basis", "4.2")
    desk.do("rule", "A-1", "back", "--reason", "agreed")
    desk.do("copy", "A-1", "wang")
    desk.do("--actor", "wang", "claim-case", "A-1", "west", "--basis", "4.3")
    refused = desk.run("escalate", "A-1", "--reason", "why")
    desk.do("--actor", "zhao", "designate", "A-1", "west", "--reason", "the river")

    told = desk.do("history", "A-1").out
    assert refused.code == 1
    assert "only a superior" in refused.err
    assert unit(desk) == "west"
    for line in (
        "west asked east to return it, suggests east: 4.2",
        "the return of west was ruled on: it goes back to east: agreed",
        "west claimed the case from east: 4.3",
        "east, west claim the case: a superior designates",
        "west was designated: the river",
    ):
        assert line in told


def test_a_task_goes_alone(desk: Shell) -> None:
    tasks = desk.do("tasks", "--json").document["tasks"]
    assert isinstance(tasks, list)
    name = "A-1:" + str(tasks[0]["id"]).rpartition(":")[2]

    desk.do("transfer-unit", name, "west", "--reason", "look")
    told = desk.do("history", "A-1").out

    assert unit(desk) == "east"
    assert "was transferred from east to west: look" in told
