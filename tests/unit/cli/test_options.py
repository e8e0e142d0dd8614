"""What all commands share: options, surroundings, exit codes, errors."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError

import pytest
from tests.unit.cli.shell import DATA, Shell

from caseflow import errors
from caseflow.cli import main
from caseflow.cli.failures import AmbiguousCase, Exit, Misused, exit_code, in_words

CODES: dict[type[errors.CaseflowError], Exit] = {
    errors.StaleCase: Exit.CONFLICT,
    errors.TaskHeldByOther: Exit.CONFLICT,
    errors.UnknownProcess: Exit.NOT_FOUND,
    errors.UnknownCase: Exit.NOT_FOUND,
    errors.TaskNotOpen: Exit.NOT_FOUND,
    errors.NothingWaits: Exit.NOT_FOUND,
    errors.StoreError: Exit.BROKEN,
    errors.GivenUp: Exit.BROKEN,
    errors.OutcomeUnknown: Exit.BROKEN,
    errors.TryAgain: Exit.CONFLICT,
    errors.ConnectionLost: Exit.CONFLICT,
    Misused: Exit.MISUSED,
}


def kinds(kind: type[errors.CaseflowError]) -> set[type[errors.CaseflowError]]:
    return {kind}.union(*(kinds(one) for one in kind.__subclasses__()))


def test_every_error_has_its_exit_code() -> None:
    made = {kind: exit_code(kind.__new__(kind)) for kind in kinds(errors.CaseflowError)}

    assert made == {kind: CODES.get(kind, Exit.REFUSED) for kind in made}
    assert AmbiguousCase in made


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (FileNotFoundError(2, "No such file", "x.bpmn"), 3, "x.bpmn: No such file"),
        (PermissionError(13, "Permission denied", "x.svg"), 5, "x.svg: Permission denied"),
        (OSError("disk full"), 5, "disk full"),
        (
            ModuleNotFoundError("No module named 'rich'", name="rich"),
            2,
            'rich is not installed: pip install "caseflow-engine[cli]"',
        ),
        (
            ModuleNotFoundError("No module named 'oracledb'", name="oracledb"),
            2,
            "No module named 'oracledb': install it beside caseflow",
        ),
        (
            errors.StaleCase("c", version=3),
            4,
            "case c is no longer at version 3: load it again\n→ run the command again",
        ),
        (errors.CaseNotOpen("c", state="completed"), 1, "case c is completed"),
    ],
)
def test_errors_are_told_with_the_way_out(failure: Exception, code: int, words: str) -> None:
    assert (exit_code(failure), in_words(failure)) == (code, words)


def test_options_stand_before_or_behind_the_command(office: Shell) -> None:
    before = office.do("--json", "processes")
    behind = office.do("processes", "--json")

    assert before.document == behind.document


def test_an_option_of_the_program_is_not_undone_by_the_command(
    office: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--db", str(office.database), "--tenant", "other", "cases"])

    assert (code, capsys.readouterr().err) == (0, "no cases\n")


def test_the_database_may_come_from_the_surroundings(
    office: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = main(["processes", "--json"])  # cases.db in the present folder
    monkeypatch.setenv("CASEFLOW_DB", f"sqlite:///{office.folder / 'other.db'}")
    there = main(["processes"])

    assert (here, there) == (0, 5)
    assert "there is no database" in capsys.readouterr().err


def test_the_actor_is_named_or_logged_in(office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    office.start("A-1")
    monkeypatch.delenv("CASEFLOW_ACTOR")
    monkeypatch.setenv("LOGNAME", "zhao")
    office.do("claim", "A-1:3")
    office.do("unclaim", "A-1:3", "--actor", "wang")

    entries = office.part("events", "history", "A-1")

    assert [entry["actor"] for entry in entries][-2:] == ["zhao", "wang"]


def test_somebody_must_act(office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no username set in the environment")

    monkeypatch.delenv("CASEFLOW_ACTOR")
    monkeypatch.setattr("getpass.getuser", nobody)

    printed = office.run("start", "visit")

    assert office.run("tasks").code == 0
    assert (printed.code, printed.err) == (2, "nobody is logged in: say with --actor who acts\n")


def test_a_mistyped_database_is_not_made(shell: Shell) -> None:
    printed = shell.run("tasks")

    assert printed.code == 5
    assert printed.err.splitlines() == [
        f"there is no database {shell.database}: `caseflow deploy PATH` makes it",
        "→ --db or CASEFLOW_DB names the database",
    ]
    assert not shell.database.exists()


def test_a_file_that_is_no_database_is_named(shell: Shell) -> None:
    shell.database.write_text("hello " * 1000, encoding="utf-8")

    printed = shell.run("tasks", "--json")

    assert printed.code == 5
    assert printed.document == {
        "error": {
            "kind": "StoreError",
            "message": "the database refused: file is not a database",
        }
    }


def test_a_source_tree_that_is_not_installed_has_no_version(
    monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    def missing(_name: str) -> str:
        raise PackageNotFoundError

    installed = shell.do("--version").out
    monkeypatch.setattr("caseflow.cli.parser.version", missing)

    assert re.fullmatch(r"caseflow \d+\.\d+.*\n", installed)
    assert shell.do("--version").out == "caseflow (not installed)\n"


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_page_has_at_least_one_line(office: Shell, limit: str) -> None:
    printed = office.run("cases", "--limit", limit)

    assert printed.code == 2


def test_an_unknown_command_is_wrong_use(shell: Shell) -> None:
    printed = shell.run("dance")

    assert printed.code == 2
    assert "invalid choice: 'dance'" in printed.err


def test_a_traceback_is_shown_only_when_wanted(office: Shell) -> None:
    without = office.run("show", "nobody")
    with_one = office.run("show", "nobody", "--debug")

    assert "Traceback" not in without.err
    assert "Traceback" in with_one.err
    assert with_one.err.endswith(without.err)


def test_an_interrupted_command_changes_nothing(
    office: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt  # after the case was started, before that is committed

    monkeypatch.setattr("caseflow.cli.whereabouts.tasks_of", interrupt)

    printed = office.run("start", "visit")

    assert printed.code == 130
    assert printed.err == "interrupted; what was not finished did not happen\n"
    assert office.part("cases", "cases") == []


@pytest.fixture
def no_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if Rich were not installed."""
    for name in [name for name in sys.modules if name.split(".")[0] == "rich"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rich", None)


@pytest.mark.usefixtures("no_rich")
def test_tables_need_rich_before_anything_is_done(shell: Shell) -> None:
    printed = shell.run("deploy", str(DATA))

    assert printed.code == 2
    assert printed.err == 'rich is not installed: pip install "caseflow-engine[cli]"\n'
    assert not shell.database.exists()


@pytest.mark.usefixtures("no_rich")
@pytest.mark.parametrize(
    "arguments",
    [
        ("deploy", str(DATA), "--json"),
        ("tasks", "--json"),
        ("show", "A-1", "--json"),
        ("start", "visit"),
        ("history", "A-1"),
        ("lint", str(DATA)),
        ("tick",),
        ("--help",),
        ("--version",),
    ],
)
def test_everything_else_goes_without_rich(office: Shell, arguments: tuple[str, ...]) -> None:
    office.start("A-1")

    assert office.run(*arguments).code == 0
