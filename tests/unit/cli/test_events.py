"""``subscribers``, ``letters``, ``redeliver`` and ``discard``."""

from __future__ import annotations

import pytest
from tests.unit.cli.shell import Shell

from caseflow.engine import Engine, Entry
from caseflow.kernel import CaseStarted


def stumble(_: Entry) -> None:
    raise ZeroDivisionError("the listener stumbles")


@pytest.fixture
def failed(office: Shell) -> Shell:
    """Two events that a subscriber could not take."""
    with Engine(f"sqlite:///{office.database}") as engine:
        engine.events.subscribe("crm", stumble, kinds=[CaseStarted], waits=[], is_apart=True)
    for key in ("A-1", "A-2"):
        office.start(key)
        with Engine(f"sqlite:///{office.database}") as engine:
            engine.events.subscribe("crm", stumble, kinds=[CaseStarted], waits=[], is_apart=True)
            engine.events.deliver("crm")
    return office


def test_nobody_and_nothing_are_no_fault(office: Shell) -> None:
    assert office.do("subscribers").err == "nobody has subscribed to events\n"
    assert office.do("letters").err == "no dead letters\n"
    assert office.part("subscribers", "subscribers") == []


def test_subscribers_say_how_far_behind_they_are(failed: Shell) -> None:
    (told,) = failed.part("subscribers", "subscribers")

    assert (told["name"], told["kinds"], told["cases"]) == ("crm", ["CaseStarted"], 0)
    assert failed.do("subscribers").lines[1].split()[0] == "crm"


def test_dead_letters_say_what_is_wrong_and_are_delivered_again_or_forgotten(
    failed: Shell,
) -> None:
    first, second = failed.part("letters", "letters", "--subscriber", "crm")
    printed = failed.do("letters")

    again = failed.do("redeliver", str(first["id"]))
    gone = failed.do("discard", str(second["id"]))
    (left,) = failed.part("letters", "letters")

    assert first["problem"] == "ZeroDivisionError: the listener stumbles"
    assert printed.lines[1].split()[0] == first["id"]
    assert again.lines == [f"{first['id']} is delivered again with the next run"]
    assert gone.lines == [f"{second['id']} is gone"]
    assert (left["id"], left["next_at"] is None) == (first["id"], False)
    assert failed.run("discard", str(second["id"])).code == 1
