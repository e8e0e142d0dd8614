"""The command line under test, with nothing of the developer's own surroundings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.unit.cli.shell import DATA, Shell

from caseflow.testing import BEGINNING, Caseflow, FakeClock

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


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that knows the processes of ``data``, which every test copies."""
    database = tmp_path_factory.mktemp("cli") / "deployed.db"
    made = Caseflow(target=f"sqlite:///{database}")
    made.deploy(DATA)
    made.close()
    return database


@pytest.fixture
def office(shell: Shell, deployed: Path) -> Shell:
    """A command line whose database knows the processes of ``data``."""
    shutil.copy(deployed, shell.database)
    return shell
