"""Worker processes that are killed, drained, and started again as a supervisor would."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults import office

REPOSITORY = Path(__file__).parents[2]

PATIENCE = 600.0
"""Seconds after which a test gives up."""

LEASE = 3.0
"""Seconds after which the jobs of a worker that was killed are done by others."""

CHANCE = random.Random(20261123)  # noqa: S311 - who is killed when is the same in every run
"""Chooses whom it hits, and when."""

WORKER = (
    *(sys.executable, "-m", "caseflow.cli", "worker", "--app", "tests.faults.office:engine"),
    *("--poll", "0.1", "--lease", f"{LEASE}", "--patience", "2"),
)
CELERY = (
    *(sys.executable, "-m", "celery", "--app", "tests.faults.celery_app", "worker"),
    *("--pool", "threads", "--concurrency", "4", "--queues", "caseflow.count"),
    *("--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
)


class Crew:
    """Processes of one kind, as many as are wanted, whatever happens to them."""

    def __init__(  # noqa: PLR0913 - each goes by its name
        self,
        url: str,
        folder: Path,
        *,
        count: int,
        carrier: str = "",
        command: tuple[str, ...] = WORKER,
        path: Path | None = None,
    ) -> None:
        """Prepare processes on a database; ``path`` holds another release of the package."""
        self._environment = {
            **os.environ,
            office.URL: url,
            office.FOLDER: str(folder),
            office.CARRIER: carrier,
            "PYTHONPATH": os.pathsep.join(
                str(one) for one in (path, REPOSITORY, REPOSITORY / "src") if one is not None
            ),
        }
        self._count = count
        self._command = command
        self._folder = folder
        self._all: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._supervisor: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start the processes, and from now on another for each that ends."""
        self._all = [self._begun() for _ in range(self._count)]
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let nothing be left."""
        self._is_over.set()
        if self._supervisor is not None:
            self._supervisor.join()
        for one in self._all:
            one.kill()
            one.wait()

    def kill(self, candidates: set[int] | None = None) -> bool:
        """Kill one of the processes, of these where they are named; tell whether there was one."""
        with self._lock:
            alive = [
                one
                for one in self._all
                if one.poll() is None and (candidates is None or one.pid in candidates)
            ]
            if not alive:
                return False
            victim = CHANCE.choice(alive)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            return True

    def renew(self) -> list[int]:
        """Drain one after the other, with one more beside; return how they ended."""
        ended = []
        for place in range(len(self._all)):
            with self._lock:
                old, self._all[place] = self._all[place], self._begun()
            old.terminate()
            ended.append(old.wait(PATIENCE))
        return ended

    def stop(self, *, grace: float = 60.0) -> list[int]:
        """Drain all of them; return how they ended."""
        self._is_over.set()
        if self._supervisor is not None:
            self._supervisor.join()
        for one in self._all:
            one.terminate()
        return [one.wait(grace) for one in self._all]

    def _supervise(self) -> None:
        while not self._is_over.wait(0.2):
            with self._lock:
                self._all = [one if one.poll() is None else self._begun() for one in self._all]

    def _begun(self) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own program
                self._command, cwd=REPOSITORY, env=self._environment, stdout=log, stderr=log
            )


def wait_until(is_so: Callable[[], bool], *, within: float = PATIENCE) -> None:
    """Wait for something, but not for ever."""
    ends = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < ends, "it did not happen in time"
        threading.Event().wait(0.1)


def wait_for_calls(folder: Path, calls: int) -> None:
    """Wait until handlers were called so often."""
    wait_until(lambda: len(office.ledger(folder)) >= calls)
