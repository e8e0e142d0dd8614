"""Worker processes: killed, drained, and two at once, on real databases."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.contract import office

from caseflow.engine import CaseFilter, Engine
from caseflow.kernel import CaseState, JobCompleted, JobFailed
from caseflow.store import JobKey

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds after which a test gives up


@pytest.fixture(
    params=["file", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.long])]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that several processes can use."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'cases.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The engine of the process that starts cases."""
    with Engine(url) as made:
        made.deploy(office.DIAGRAMS)
        yield made


class Hands:
    """Worker processes that end with the test."""

    def __init__(self, url: str, folder: Path) -> None:
        self._environment = {**os.environ, office.URL: url, office.FOLDER: str(folder)}
        self._all: list[subprocess.Popen[str]] = []

    def start(self, *options: str) -> subprocess.Popen[str]:
        made = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "caseflow.cli", "worker", "--app",
             "tests.contract.office:engine", "--poll", "0.1", "--lease", "2", *options],
            cwd=REPOSITORY, env=self._environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self._all.append(made)
        return made

    def end(self) -> None:
        for one in self._all:
            one.kill()
            _, told = one.communicate()
            sys.stderr.write(told)  # seen where the test has failed


@pytest.fixture
def hands(url: str, tmp_path: Path) -> Iterator[Hands]:
    made = Hands(url, tmp_path)
    yield made
    made.end()


def wait_until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends, "it did not happen in time"
        threading.Event().wait(0.05)


def completed(engine: Engine) -> int:
    with engine.read() as work:
        return len(work.cases(CaseFilter(state=CaseState.COMPLETED), limit=1_000).items)


def test_what_a_killed_worker_was_at_is_done_once_by_another(
    engine: Engine, hands: Hands, tmp_path: Path
) -> None:
    with engine.begin() as work:
        case = work.start("deadly")
    first = hands.start()
    wait_until(lambda: first.poll() is not None)
    killed = engine.examine()
    second = hands.start()
    wait_until(lambda: completed(engine) == 1 or second.poll() is not None)

    with engine.read() as work:
        done = [one for one in work.history(case) if isinstance(one.event, JobCompleted)]
        failed = [one for one in work.history(case) if isinstance(one.event, JobFailed)]
    keys = office.calls(tmp_path)
    assert first.returncode == -signal.SIGKILL
    assert killed.stuck == ()
    assert (len(done), len(failed)) == (1, 0)
    assert keys == [keys[0], keys[0]]
    assert engine.examine().is_sound


@pytest.mark.long
def test_two_workers_do_two_hundred_jobs_once_each(
    engine: Engine, hands: Hands, tmp_path: Path
) -> None:
    with engine.begin() as work:
        cases = [work.start("steps").id for _ in range(100)]
    for _ in range(2):
        hands.start("--lease", "60")
    wait_until(lambda: completed(engine) == 100)

    keys = office.calls(tmp_path)
    with engine.read() as work:
        done = [
            JobKey(case=entry.case, number=entry.event.job)
            for case in cases
            for entry in work.history(case)
            if isinstance(entry.event, JobCompleted)
        ]
        for case in cases:
            work.verify(case)
    assert len(done) == len(set(done)) == 200
    assert len(keys) == len(set(keys)) == 200
    assert engine.examine().is_sound


def test_sigterm_lets_run_what_runs_and_hands_back_what_was_not_begun(
    engine: Engine, hands: Hands, tmp_path: Path
) -> None:
    with engine.begin() as work:
        for _ in range(3):
            work.start("slow")
    worker = hands.start("--lease", "60", "--log-json")
    wait_until(lambda: len(office.calls(tmp_path)) == 1)

    worker.terminate()
    (tmp_path / "go").touch()
    _, told = worker.communicate(timeout=PATIENCE)

    with engine.read() as work:
        left = work.jobs()
    assert worker.returncode == 0
    assert completed(engine) == 1
    assert [job.owner for job in left] == [None, None]
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert [line["action"] for line in lines if "worker" in line.get("action", "")] == [
        "worker_started",
        "worker_stopped",
    ]
