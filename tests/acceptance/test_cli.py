"""The command line as people and service managers meet it: real processes, terminals, signals."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import pytest

from caseflow.cli import main

CALL = (sys.executable, "-W", "error", "-m", "caseflow.cli")
STYLES = re.compile(r"\x1b\[[\d;]*m")
OWN = ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR")

WAIT = """\
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">
  <process id="wait" isExecutable="true">
    <startEvent id="s"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="moment"/>
    <intermediateCatchEvent id="moment">
      <timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="moment" targetRef="task"/>
    <userTask id="task"/>
    <sequenceFlow id="f3" sourceRef="task" targetRef="e"/>
    <endEvent id="e"/>
  </process>
</definitions>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A folder to run commands in, without a developer's own settings."""

    folder: Path
    surroundings: dict[str, str]
    capture: pytest.CaptureFixture[str]

    def do(self, *arguments: str) -> str:
        """Run a command inside the test, which must not fail; return what it prints."""
        self.capture.readouterr()
        code = main(arguments)
        printed = self.capture.readouterr()
        assert code == 0, printed.err
        return printed.out

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a command as a process of its own."""
        return subprocess.Popen(  # noqa: S603 - the arguments are of this module
            [*CALL, *arguments],
            cwd=self.folder,
            env=self.surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def on_terminal(self, *arguments: str, width: int) -> str:
        """Run a command on a terminal of this many columns, and return what that shows."""
        outer, inner = pty.openpty()
        ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
        with subprocess.Popen(  # noqa: S603 - the arguments are of this module
            [*CALL, *arguments],
            cwd=self.folder,
            env=self.surroundings,
            stdout=inner,
            stderr=inner,
        ) as command:
            os.close(inner)
            shown = b"".join(chunks(outer))
        os.close(outer)
        assert command.returncode == 0, shown.decode()
        return shown.decode()


def chunks(terminal: int) -> Iterator[bytes]:
    """What a terminal shows, until nobody writes to it any more."""
    while True:
        try:
            chunk = os.read(terminal, 65_536)
        except OSError:  # how Linux says that the other side is closed
            return
        if not chunk:
            return
        yield chunk


def columns(text: str) -> int:
    """How many columns a line takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """An empty folder, in which li works."""
    for name in [name for name in os.environ if name.startswith("CASEFLOW_") or name in OWN]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CASEFLOW_ACTOR", "li")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir(tmp_path)
    return Desk(folder=tmp_path, surroundings=dict(os.environ), capture=capsys)


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """A folder with a database, in which a case waits for a second."""
    (desk.folder / "wait.bpmn").write_text(WAIT, encoding="utf-8")
    desk.do("deploy", "wait.bpmn")
    desk.do("start", "wait", "--key", "W-1")
    return desk


def test_a_dispute_is_worked_from_the_command_line(repository: Path, desk: Desk) -> None:
    desk.do("deploy", str(repository / "processes"))

    started = desk.do(
        *("start", "dispute_mediation", "--key", "2026-0017", "--parameters", "yuxi-default"),
        *("--unit", "town-3", "--tier", "township", "-v", "kind=neighbour"),
    )
    (first,) = re.findall(r"task (\S+)  准入审查", started)
    desk.do("claim", first)
    moved = desk.do("complete", first, "-v", "risk_colour=yellow")
    tasks = json.loads(desk.do("tasks", "--role", "town_center", "--json"))["tasks"]
    told = desk.do("history", "2026-0017", "--kind", "TaskCompleted")
    left = json.loads(desk.do("send", "party_withdrew", "--key", "2026-0017", "--json"))["case"]
    drawn = desk.do("show", "2026-0017", "--svg", "-")

    assert "提供该层调解" in moved
    assert [(task["element"], task["unit"]) for task in tasks] == [("offer_layer", "town-3")]
    assert "准入审查、风险研判 Screen and assess risk" in told
    assert left["waiting_at"] == ["close_for_withdrawal"]
    assert drawn.startswith("<svg")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_fires_timers_until_it_is_stopped(waiting: Desk, number: signal.Signals) -> None:
    with waiting.begin("run", "--interval", "600") as worker:
        assert worker.stderr is not None
        said = [worker.stderr.readline(), worker.stderr.readline()]
        worker.send_signal(number)
        result, rest = worker.communicate(timeout=60)

    assert said[0] == "Running; Ctrl-C or SIGTERM stops\n"
    assert said[1].endswith("  Done: 1 timer\n")
    assert (worker.returncode, result, rest) == (0, "Done: 1 timer\n", "")
    tasks = json.loads(waiting.do("tasks", "--json"))["tasks"]
    assert [task["element"] for task in tasks] == ["task"]


@pytest.mark.slow
def test_an_interrupted_command_says_so_and_changes_nothing(waiting: Desk) -> None:
    pipe = waiting.folder / "variables.json"
    os.mkfifo(pipe)

    with (
        waiting.begin("start", "wait", "--variables", str(pipe)) as command,
        pipe.open("wb"),  # which opens when the command reads it
    ):
        command.send_signal(signal.SIGINT)
        result, said = command.communicate(timeout=60)

    assert (command.returncode, result) == (130, "")
    assert said == "interrupted; what was not finished did not happen\n"
    assert len(json.loads(waiting.do("cases", "--json"))["cases"]) == 1


@pytest.mark.slow
def test_a_reader_who_goes_away_is_no_fault(waiting: Desk) -> None:
    with waiting.begin("history", "W-1") as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        said = command.stderr.read()

    assert (command.returncode, said) == (141, "")


@pytest.mark.slow
@pytest.mark.parametrize("width", [80, 140])
def test_tables_fit_the_terminal_and_show_what_is_urgent(
    repository: Path, desk: Desk, width: int
) -> None:
    desk.do("deploy", str(repository / "processes" / "emergency_handling"))
    desk.do("start", "emergency_handling", "--key", "E-1", "--unit", "county-center")

    shown = desk.on_terminal("tasks", width=width)

    lines = STYLES.sub("", shown).splitlines()
    assert max(columns(line.rstrip()) for line in lines) <= width
    assert "\x1b[33m" in shown
    assert ("emergency_handling" in shown) is (width == 140)
    assert any(re.match(r"E-1:\d+ ", line) for line in lines)


@pytest.mark.slow
def test_a_terminal_without_chinese_stops_nothing(waiting: Desk) -> None:
    waiting.do("set", "W-1", "-v", "title=屋檐")
    told = waiting.surroundings | {"PYTHONIOENCODING": "ascii"}

    printed = [
        subprocess.run(  # noqa: S603 - the arguments are of this module
            [*CALL, *arguments], env=told, capture_output=True, check=True
        ).stdout
        for arguments in (["history", "W-1"], ["show", "W-1", "--json"])
    ]

    assert b"set title=??" in printed[0]
    assert json.loads(printed[1])["case"]["variables"] == {"title": "屋檐"}


@pytest.mark.slow
def test_a_terminal_shows_that_something_long_goes_on(repository: Path, desk: Desk) -> None:
    shown = desk.on_terminal("deploy", str(repository / "processes"), width=300)

    *_, last = STYLES.sub("", shown).split("\r\n")[:-1]
    assert "Deploying" in shown
    assert last.endswith("new versions, 0 unchanged")


@pytest.mark.slow
def test_the_command_line_speaks_json_without_rich(waiting: Desk) -> None:
    program = (
        "import sys; sys.modules['rich'] = None; from caseflow.cli import main; "
        "sys.exit(main(sys.argv[1:]))"
    )

    done = [
        subprocess.run(  # noqa: S603 - the arguments are of this module
            [sys.executable, "-c", program, *arguments],
            env=waiting.surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        for arguments in (["--version"], ["cases", "--json"], ["cases"])
    ]

    assert [one.returncode for one in done] == [0, 0, 2]
    assert done[2].stderr == 'rich is not installed: pip install "caseflow-engine[cli]"\n'
