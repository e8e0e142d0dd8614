"""The engine of worker processes under test: each call of a handler is written to a ledger."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

from celery import Celery
from procrastinate import App, PsycopgConnector
from sqlalchemy import make_url
from tests.contract.diagrams import (
    END,
    START,
    after,
    catches,
    drawn,
    message,
    on_border,
    process,
    signal,
    user,
)

from caseflow.engine import Engine
from caseflow.jobs import Dispatcher, Job, Output
from caseflow.jobs.celeried import CeleryDispatcher
from caseflow.jobs.procrastinated import ProcrastinateDispatcher

URL = "CASEFLOW_FAULTS_URL"
FOLDER = "CASEFLOW_FAULTS_FOLDER"
CARRIER = "CASEFLOW_FAULTS_CARRIER"
"""``procrastinate``, the URL of a broker for Celery, or nothing."""

STEPS = 20
"""Jobs of one case of ``count``; a timer stands in the middle."""


def work(name: str, topic: str) -> str:
    """Return a service task that is told the total so far."""
    return (
        f'<serviceTask id="{name}" caseflow:topic="{topic}"><extensionElements>'
        '<caseflow:input source="=total" target="total"/>'
        '<caseflow:output source="=total" target="total"/></extensionElements></serviceTask>'
    )


def counting(steps: int) -> bytes:
    """Return a process that counts its jobs, with a timer half way."""
    names = [f"s{number}" for number in range(steps)]
    half = steps // 2
    path = ["start", *names[:half], "wait", *names[half:], "end"]
    jobs = [work(name, "count") for name in names]
    wait = catches("wait", after("PT1S"))
    return drawn(process("count", START, *jobs, wait, END, flows=">".join(path)))


def one_job(topic: str) -> bytes:
    """Return a process of one job, named for its topic."""
    return drawn(process(topic, START, work("only", topic), END, flows="start>only>end"))


STUMBLING = ("hang", "hang_async", "garbage", "unreadable", "leave", "never")
"""Topics whose handlers go wrong: all but the last for the first time only."""

DIAGRAMS = {
    "count.bpmn": counting(STEPS),
    **{f"{topic}.bpmn": one_job(topic) for topic in STUMBLING},
    "matter.bpmn": drawn(
        process(
            "matter",
            START,
            user("ask", 'caseflow:role="clerk"'),
            on_border("alarm", "ask", signal("alarm"), interrupts=False),
            user("note", 'caseflow:role="clerk"'),
            work("tell", "count"),
            catches("rest", after("PT1S")),
            catches("answer", message("answer")),
            END,
            flows="start>ask>tell>rest>answer>end, alarm>note>end",
        ),
        roots="m:answer s:alarm",
    ),
}


def carrier(url: str, kind: str) -> Dispatcher | None:
    """Return what brings the jobs."""
    if not kind:
        return None
    if kind == "procrastinate":
        parts = make_url(url)
        conninfo = f"host={parts.query['host']} user={parts.username} dbname={parts.database}"
        return ProcrastinateDispatcher(App(connector=PsycopgConnector(conninfo=conninfo)))
    app = Celery("faults", broker=kind, set_as_current=False)
    app.conf.update(worker_hijack_root_logger=False, worker_prefetch_multiplier=1)
    return CeleryDispatcher(app)


def engine() -> Engine:
    """Make the engine of one process."""
    url, folder = os.environ[URL], Path(os.environ[FOLDER])
    made = Engine(url, dispatcher=carrier(url, os.environ.get(CARRIER, "")))
    register(made, folder)
    return made


def celery_app() -> Celery:
    """Return the app of one process of Celery."""
    dispatcher = engine().dispatcher
    assert isinstance(dispatcher, CeleryDispatcher)
    return dispatcher.app


def register(made: Engine, folder: Path) -> None:
    """Register all handlers; what they are called with is written to a ledger."""

    def note(job: Job) -> Output:
        line = f"{job.idempotency_key} {job.attempt} {os.getpid()}\n"
        ledger = os.open(folder / "ledger", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(ledger, line.encode())  # appended in one piece
        finally:
            os.close(ledger)
        total = job.input["total"]
        assert isinstance(total, int)
        return {"total": total + 1}

    made.handler("count", timeout=5)(note)
    register_stumbling(made, note)


def register_stumbling(  # noqa: C901 - six small functions
    made: Engine, note: Callable[[Job], Output]
) -> None:
    """Register what goes wrong the first time, each in its own way."""

    def hang(job: Job) -> Output:
        threading.Event().wait(0 if job.attempt > 1 else None)
        return note(job)

    async def hang_async(job: Job) -> Output:
        if job.attempt == 1:
            await asyncio.Event().wait()
        return note(job)

    def garbage(job: Job) -> object:
        return note(job) if job.attempt > 1 else [1, 2, 3]

    def unreadable(job: Job) -> Output:
        return note(job) if job.attempt > 1 else {"total": object()}

    def leave(job: Job) -> Output:
        if job.attempt == 1:
            raise SystemExit(3)
        return note(job)

    def never(job: Job) -> Output:
        note(job)
        raise ConnectionError("the service is gone for good")

    made.handler("hang", timeout=3, backoff=0.1)(hang)
    made.handler("hang_async", timeout=3, backoff=0.1)(hang_async)
    made.handler("garbage", backoff=0.1)(garbage)
    made.handler("unreadable", backoff=0.1)(unreadable)
    made.handler("leave", backoff=0.1)(leave)
    made.handler("never", retries=2, backoff=0.1)(never)


def ledger(folder: Path) -> list[tuple[str, int]]:
    """Return each call of a handler so far: the idempotency key, and the process."""
    path = folder / "ledger"
    if not path.exists():
        return []
    lines = [line.split() for line in path.read_text().splitlines()]
    return [(key, int(process)) for key, _, process in lines]
