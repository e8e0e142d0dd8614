"""An engine with handlers for worker processes under test: what they do stands in a folder."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from tests.contract.diagrams import END, START, drawn, process, service

from caseflow.engine import Engine
from caseflow.jobs import Job, Output

URL = "CASEFLOW_TEST_URL"
FOLDER = "CASEFLOW_TEST_FOLDER"

DIAGRAMS = {
    "steps.bpmn": drawn(
        process("steps", START, service("one"), service("two"), END, flows="start>one>two>end")
    ),
    "deadly.bpmn": drawn(process("deadly", START, service("kill"), END, flows="start>kill>end")),
    "slow.bpmn": drawn(process("slow", START, service("wait"), END, flows="start>wait>end")),
}


def engine() -> Engine:
    """Make the engine of one worker process."""
    made = Engine(os.environ[URL])
    folder = Path(os.environ[FOLDER])

    def note(job: Job) -> None:
        with (folder / "calls").open("a") as calls:  # appended in one piece
            calls.write(f"{job.idempotency_key} {os.getpid()}\n")

    @made.handler("one")
    @made.handler("two")
    def count(job: Job) -> Output:
        note(job)
        return {job.topic: job.attempt}

    @made.handler("kill")
    def kill(job: Job) -> Output:
        note(job)
        if not (folder / "spare").exists():
            (folder / "spare").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return {"done": True}

    @made.handler("wait", limit=1)
    def wait(job: Job) -> Output:
        note(job)
        ends = time.monotonic() + 60
        while not (folder / "go").exists() and time.monotonic() < ends:
            threading.Event().wait(0.02)
        return {"done": True}

    return made


def calls(folder: Path) -> list[str]:
    """Return the idempotency keys of all calls so far."""
    path = folder / "calls"
    return [line.split()[0] for line in path.read_text().splitlines()] if path.exists() else []
