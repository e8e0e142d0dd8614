"""``caseflow db copy``: everything from one database to another."""

from __future__ import annotations

from tests.unit.cli.shell import DATA, Shell

from caseflow.cli.failures import Exit


def test_a_database_is_copied_and_the_copy_is_worked_with(shell: Shell) -> None:
    shell.do("deploy", str(DATA))
    shell.start("2026-1")
    copy = shell.folder / "copy.db"

    printed = shell.do("db", "copy", str(shell.database), f"sqlite:///{copy}")

    assert printed.lines == [
        "Copied 1 case with 3 events: every row is the same, every history proves itself"
    ]
    assert "from now on: --db 'sqlite:///" in printed.err
    assert shell.do("--db", str(copy), "cases", "--json").out == shell.do("cases", "--json").out


def test_a_copy_tells_programs_what_it_copied(shell: Shell) -> None:
    shell.do("deploy", str(DATA))
    shell.start("2026-1")

    document = shell.ask("db", "copy", str(shell.database), str(shell.folder / "copy.db"))

    assert (document["cases"], document["events"]) == (1, 3)
    rows = document["rows"]
    assert isinstance(rows, dict)
    assert (rows["caseflow_cases"], rows["caseflow_history"]) == (1, 3)


def test_a_copy_is_refused_where_it_would_mix_cases_or_has_nothing_to_copy(shell: Shell) -> None:
    shell.do("deploy", str(DATA))

    mixed = shell.run("db", "copy", str(shell.database), str(shell.database))
    nothing = shell.run("db", "copy", str(shell.folder / "no.db"), str(shell.folder / "copy.db"))

    assert (mixed.code, nothing.code) == (Exit.BROKEN, Exit.BROKEN)
    assert "is not empty: there are rows in caseflow_" in mixed.err
    assert "there is no database" in nothing.err
    assert not (shell.folder / "no.db").exists()
