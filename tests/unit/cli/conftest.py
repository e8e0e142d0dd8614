"""The command line under test, with nothing of the developer's own surroundings."""

from __future__ import annotations

from pathlib import Path

import pytest

from caseflow.testing import BEGINNING, FakeClock
from tests.unit.cli.shell import DATA, Shell

SURROUNDINGS = ("CASEFLOW_DB", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """A command line on an empty folder, on Monday 2 March 2026 at 9:00 in China."""
    for name in SURROUNDINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CASEFLOW_ACTOR", "li")
    monkeypatch.chdir(tmp_path)
    return Shell(capture=capsys, clock=FakeClock(BEGINNING), folder=tmp_path)


@pytest.fixture
def office(shell: Shell) -> Shell:
    """A command line whose database knows the processes of ``data``."""
    shell.do("deploy", str(DATA))
    return shell
