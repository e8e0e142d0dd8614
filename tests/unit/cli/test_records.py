"""Proving, exporting, redacting and telling cases on the command line."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from tests.unit.cli.shell import Shell

KEY = bytes(range(32))


@pytest.fixture
def visited(office: Shell) -> Shell:
    """A command line with a case that is over, and one that is not."""
    office.start("A-1", "-v", "kind=flood", "-v", "name=王建国")
    office.start("A-2")
    office.do("cancel", "A-1", "--reason", "opened twice")
    (office.folder / "key").write_bytes(KEY)
    return office


def attack(shell: Shell, statement: str) -> None:
    engine = create_engine(f"sqlite:///{shell.database}")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_histories_are_verified(visited: Shell) -> None:
    one = visited.do("verify", "A-1")
    both = visited.ask("verify", "--all", "--replay")

    assert one.lines == ["1 case, 5 events: all as written"]
    assert both["wrong"] == []
    assert visited.run("verify").err.startswith("say which cases, --all")


def test_a_changed_event_is_named(visited: Shell) -> None:
    attack(visited, "UPDATE caseflow_history SET actor = 'wang' WHERE sequence = 2")

    printed = visited.run("verify", "A-1")

    assert printed.code == 1
    assert "event 2: was changed, or the one before it was exchanged" in printed.out
    assert printed.lines[-1] == "1 case, 5 events: NOT as written"


def test_an_export_is_verified_without_the_database(visited: Shell) -> None:
    visited.do("export", "--all", "-o", "cases.jsonl")
    visited.database.unlink()
    file = visited.folder / "cases.jsonl"

    whole = visited.do("verify", "--file", "cases.jsonl")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([*lines[:2], *lines[3:]]), encoding="utf-8")
    cut = visited.run("verify", "--file", "cases.jsonl")

    assert whole.lines[-1].endswith(": all as written")
    assert cut.code == 1
    assert "event 2: is missing" in cut.out


def test_a_checkpoint_is_signed_and_compared(visited: Shell) -> None:
    visited.do("checkpoint", "--key-file", "key", "-o", "points")
    compare = ("verify", "--checkpoint", "points", "--key-file", "key")
    visited.do(*compare)
    attack(visited, "DELETE FROM caseflow_history WHERE sequence = 4")

    found = visited.run(*compare)

    assert found.code == 1
    assert "event 4: is missing" in found.out
    assert visited.run("verify", "--checkpoint", "points").code == 2
    (visited.folder / "key").write_bytes(b"short")
    assert "a key needs at least 32 bytes" in visited.run(*compare).err


def test_values_are_listed_and_redacted(visited: Shell) -> None:
    assert "name" in visited.do("redact", "A-1").out
    assert visited.run("redact", "A-1", "name").code == 2

    visited.do("redact", "A-1", "name", "--reason", "asked for")

    assert "王建国" not in visited.do("history", "A-1").out
    assert "1 value redacted on record: all as written" in visited.do("verify", "A-1").out
    assert "王建国" not in visited.do("export", "A-1").out
    assert visited.run("redact", "A-2", "--all", "--reason", "x").code == 1


def test_a_case_is_told_as_a_story(visited: Shell) -> None:
    chinese = visited.do("explain", "A-1").lines
    english = visited.ask("explain", "A-1", "--lang", "en")

    assert "撤销，原因：opened twice" in chinese[-1]
    lines = english["lines"]
    assert isinstance(lines, list)
    assert lines[-1]["text"] == "The case was cancelled: opened twice"
    assert lines[-1]["actor"] == "li"
