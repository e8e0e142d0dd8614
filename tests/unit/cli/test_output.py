"""What reaches the terminal: colours where they are wanted, and nothing that steers it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.cli.shell import Shell

from caseflow.cli.output import Cell, Column, Output, Style, Table
from caseflow.engine import Engine

EVIL = "\x1b[31m红\u202e[bold]x[/bold]\n\x07:smile:"
TABLE = Table(
    title="Title",
    columns=(Column(name="Name", is_whole=True), Column(name="More", is_extra=True)),
    rows=[(Cell(text=EVIL, style=Style.BAD), "y")],
)


def test_text_of_cases_cannot_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    out = Output(is_json=False, has_colour=False)

    out.table(TABLE)
    out.line(EVIL)

    printed = capsys.readouterr().out
    assert [line.rstrip() for line in printed.splitlines()] == [
        "Title",
        "Name                          More",
        "[31m红[bold]x[/bold] :smile:  y",
        "[31m红[bold]x[/bold]:smile:",
    ]


@pytest.mark.parametrize(
    ("surroundings", "has_colour", "expected"),
    [
        ({}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "1"}, False, False),
    ],
)
def test_colours_go_where_they_are_wanted(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    surroundings: dict[str, str],
    has_colour: bool,  # noqa: FBT001 - parametrized
    expected: bool,  # noqa: FBT001
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    out = Output(is_json=False, has_colour=has_colour)

    out.line("late", Style.BAD)
    out.table(TABLE)
    out.note("gone", Style.BAD)

    printed = capsys.readouterr()
    assert ("\x1b[31mlate\x1b[0m" in printed.out) is expected
    assert ("\x1b[31m" in printed.out.split("Title")[1].replace("\x1b[31mlate", "")) is expected
    assert ("\x1b[" in printed.err) is expected


def test_late_is_red_and_soon_is_yellow(office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    office.start("A-1", "--parameters", "county")

    soon = office.do("tasks")
    office.clock.move(timedelta(hours=2))
    late = office.do("tasks")
    plain = office.do("tasks", "--no-color")

    assert "\x1b[33m2026-03-02 10:00" in soon.out
    assert "\x1b[31m2026-03-02 10:00" in late.out
    assert "\x1b[" not in plain.out


@pytest.mark.parametrize(
    "arguments", [("show", "A-1"), ("history", "A-1"), ("claim", "A-1:3"), ("incidents",)]
)
def test_a_slow_reader_does_not_keep_the_database(
    office: Shell, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    office.start("A-1")
    written: list[str] = []

    def write_elsewhere(_out: Output, text: str = "", _style: Style = Style.PLAIN) -> None:
        with Engine(f"sqlite:///{office.database}") as engine, engine.begin() as work:
            work.broadcast("flood")  # waits in vain where the command still holds the file
        written.append(text)

    monkeypatch.setattr(Output, "line", write_elsewhere)
    monkeypatch.setattr(Output, "note", write_elsewhere)

    assert office.run(*arguments).code == 0
    assert written


def test_no_color_is_respected(office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    office.start("A-1", "--parameters", "county")

    assert "\x1b[" not in office.do("tasks").out


def test_wide_characters_take_two_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    rows = [("人民调解人民调解人民调解", "x"), ("abc", "y")]
    columns = (Column(name="Name"), Column(name="Z", is_whole=True))

    Output(is_json=False, has_colour=False).table(Table(columns=columns, rows=rows))

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "Name               Z",
        "人民调解人民调解   x",
        "人民调解",
        "abc                y",
    ]
