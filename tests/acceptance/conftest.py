"""What tests of the whole process library share: all of it, deployed once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from caseflow.engine.programs import Programs
from caseflow.kernel import Program
from caseflow.store import DeployedProcess, ProcessStore
from caseflow.testing import Caseflow

_COMPILED: dict[tuple[str, str], Program] = {}


@pytest.fixture(scope="session")
def library(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all processes deployed, which a test copies."""
    database = tmp_path_factory.mktemp("library") / "deployed.db"
    made = Caseflow(target=f"sqlite:///{database}")
    made.deploy(repository / "processes")
    made.close()
    return database


@pytest.fixture(scope="module")
def compiled_once() -> Iterator[None]:
    """Let engines share what they compile: the same library in a hundred of them.

    That is safe here because all of them have the same calendar and functions.
    """
    load = Programs._load  # what is slow is the reading, which this alone does

    def shared(programs: Programs, store: ProcessStore, stored: DeployedProcess) -> Program:
        key = (stored.id, stored.digest)
        if key not in _COMPILED:
            _COMPILED[key] = load(programs, store, stored)
        return _COMPILED[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Programs, "_load", shared)
        yield
