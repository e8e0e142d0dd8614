"""Commands on machine work: ``worker``, ``jobs`` and ``doctor``."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from caseflow.cli.arguments import Arguments, count, seconds
from caseflow.cli.command import Command
from caseflow.cli.failures import Exit, Misused
from caseflow.cli.findings import plural
from caseflow.cli.moments import iso, local
from caseflow.cli.output import Cell, Column, Style, Table
from caseflow.cli.paging import PAGE
from caseflow.cli.references import find_case
from caseflow.cli.session import Session
from caseflow.cli.stopping import Stopping
from caseflow.engine import Checkup, Engine, JobView
from caseflow.jobs import Health, JsonLines, Unwatched, Watch, WorkerOptions

_DEFAULTS = WorkerOptions()
_DRAIN = 30.0
_LOOK = 3_600.0  # seconds; a signal ends the wait
_MOST_PORTS = 65_535


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_PORTS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, 0 to {_MOST_PORTS}")
    return int(text)


def _configure_worker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--app",
        required=True,
        metavar="MODULE:ENGINE",
        help="the engine with its handlers: a variable, or a function that makes it",
    )
    parser.add_argument("--queues", metavar="TOPICS", help="only jobs of these topics: sms,mail")
    parser.add_argument(
        "--threads",
        type=count,
        default=_DEFAULTS.threads,
        metavar="N",
        help=f"jobs of one topic at a time, where its handler does not say; {_DEFAULTS.threads}",
    )
    for name, default, words in (
        ("--poll", _DEFAULTS.poll, "the longest time between two looks at the table"),
        ("--lease", _DEFAULTS.lease, "after how long without a word others take its jobs"),
        ("--patience", _DEFAULTS.patience, "after how long a task engine is told of a job again"),
        ("--drain", _DRAIN, "how long what runs may go on when it is stopped"),
    ):
        parser.add_argument(
            name, type=seconds, default=default, metavar="SECONDS", help=f"{words}; {default}"
        )
    parser.add_argument(
        "--no-timers", action="store_true", help="leave timers and messages to other workers"
    )
    parser.add_argument(
        "--health-port", type=_port, metavar="PORT", help="answer /healthz, /readyz and /metrics"
    )
    parser.add_argument(
        "--log-json", action="store_true", help="write the log as one JSON object a line"
    )


def _worker(session: Session, arguments: Arguments) -> Exit:
    _log(is_json=arguments.get("log_json", bool))
    engine = engine_of(arguments.get("app", str))
    named = arguments.maybe("queues", str)
    queues = tuple(one.strip() for one in named.split(",")) if named else ()
    threads = arguments.get("threads", int)
    options = WorkerOptions(
        queues=queues,
        threads=threads,
        poll=arguments.get("poll", float),
        lease=arguments.get("lease", float),
        patience=arguments.get("patience", float),
        has_time=not arguments.get("no_timers", bool),
    )
    watch, metrics, kind = _telemetry()
    worker = engine.worker(options, watch=watch)
    port = arguments.maybe("health_port", int)
    health: AbstractContextManager[object] = nullcontext()
    if port is not None:
        health = Health(worker, port=port, metrics=metrics, metrics_type=kind)
    topics = queues or tuple(one.topic for one in engine.handlers)
    carried = engine.dispatcher.carry(topics, threads=threads)
    with Stopping() as stopping, health, carried:
        worker.start()
        session.out.note(f"Worker {worker.name} runs; Ctrl-C or SIGTERM drains it")
        while not stopping.is_asked:
            stopping.wait(_LOOK)
        left = worker.stop(grace=arguments.get("drain", float))
    engine.close()
    if left:
        session.out.note(f"{plural(left, 'job')} did not end in time: others will do them again")
    return Exit.REFUSED if left else Exit.OK


def engine_of(app: str) -> Engine:
    """Return the engine that ``module:name`` names. Raises Misused."""
    module, colon, name = app.partition(":")
    if not colon or not name:
        raise Misused(f"--app {app}: write MODULE:ENGINE, such as office.cases:engine")
    here = str(Path.cwd())
    if here not in sys.path:  # as python -m does
        sys.path.insert(0, here)
    try:
        found: object = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as failure:
        raise Misused(f"--app {app}: {failure}") from failure
    made = found() if callable(found) else found
    if not isinstance(made, Engine):
        raise Misused(f"--app {app}: that is a {type(made).__name__}, and no engine")
    return made


def _log(*, is_json: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLines()
        if is_json
        else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _telemetry() -> tuple[Watch, Callable[[], bytes] | None, str]:
    """Return what counts and traces, where the extra ``telemetry`` is installed."""
    try:
        from caseflow.jobs import telemetry  # noqa: PLC0415 - it needs an extra
    except ModuleNotFoundError:
        return Unwatched(), None, ""
    watch = telemetry.Telemetry()
    return watch, watch.metrics, telemetry.CONTENT_TYPE


def _configure_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--case", metavar="CASE", help="only those of a case")
    parser.add_argument("--topic", metavar="TOPIC", help="only those of a topic")
    parser.add_argument(
        "--limit", type=count, default=PAGE, metavar="N", help=f"how many at most; {PAGE}"
    )


def _jobs(session: Session, arguments: Arguments) -> Exit:
    case = arguments.maybe("case", str)
    with session.view() as work:
        found = work.jobs(
            topic=arguments.maybe("topic", str),
            case=None if case is None else find_case(work, case),
            has_all=True,
            limit=arguments.get("limit", int),
        )
    if session.out.is_json:
        session.out.document({"jobs": [_document(one) for one in found]})
    elif found:
        session.out.table(
            Table(
                columns=(
                    Column(name="Job", is_whole=True),
                    Column(name="Since", is_whole=True, is_extra=True),
                    Column(name="Topic"),
                    Column(name="Element", is_extra=True),
                    Column(name="Attempt"),
                    Column(name="Tries left"),
                    Column(name="State"),
                ),
                rows=[
                    (
                        one.id,
                        local(one.created_at),
                        one.topic,
                        one.element,
                        f"{one.attempt}",
                        f"{one.tries_left}",
                        _state(one),
                    )
                    for one in found
                ],
            )
        )
    else:
        session.out.note("no jobs")
    return Exit.OK


def _state(job: JobView) -> Cell:
    if job.tries_left == 0:
        return Cell(text="waits for an operator: caseflow incidents", style=Style.BAD)
    if job.owner is not None:
        return Cell(text=f"{job.owner} has it until {local(job.ready_at)}")
    if job.ready_at > job.created_at:
        return Cell(text=f"tried again from {local(job.ready_at)}")
    return Cell(text="waits for a worker")


def _document(job: JobView) -> dict[str, object]:
    return {
        "id": job.id,
        "case": job.case,
        "process": job.process,
        "element": job.element,
        "topic": job.topic,
        "attempt": job.attempt,
        "tries_left": job.tries_left,
        "priority": job.priority,
        "created_at": iso(job.created_at),
        "ready_at": None if job.tries_left == 0 else iso(job.ready_at),
        "owner": job.owner,
    }


def _doctor(session: Session, _: Arguments) -> Exit:
    with session.engine() as engine:
        found = engine.examine()
    if session.out.is_json:
        session.out.document(_finding(found))
    else:
        for line in _lines(found):
            session.out.line(line)
    return Exit.OK if found.is_sound else Exit.REFUSED


def _finding(found: Checkup) -> dict[str, object]:
    return {
        "orphans": [
            {"kind": one.kind, "case": one.case, "number": one.number} for one in found.orphans
        ],
        "stuck": list(found.stuck),
        "expired_leases": found.expired,
        "waiting": [
            {"topic": one.topic, "jobs": one.jobs, "since": iso(one.since)}
            for one in found.backlog
        ],
    }


def _lines(found: Checkup) -> list[str]:
    lines = [
        f"orphan {one.kind} {one.case}:{one.number}: no open case or incident stands behind it"
        for one in found.orphans
    ]
    lines += [f"case {case} is running, but nothing in it waits" for case in found.stuck]
    if found.expired:
        lines.append(
            f"{plural(found.expired, 'lease')} ended without a word of the worker: does one run?"
        )
    lines += [
        f"{plural(one.jobs, 'job')} of topic {one.topic} since {local(one.since)}"
        for one in found.backlog
    ]
    return lines or ["Nothing is stuck, and nothing waits for a worker"]


COMMANDS = (
    Command(
        name="worker",
        help="do jobs, fire timers and deliver messages, until it is stopped",
        example="caseflow worker --app office.cases:engine --threads 8 --health-port 8080",
        configure=_configure_worker,
        run=_worker,
    ),
    Command(
        name="jobs",
        help="list what waits for machines, who has it, and how often it was tried",
        example="caseflow jobs --topic send_sms",
        configure=_configure_jobs,
        run=_jobs,
        prints_tables=True,
    ),
    Command(
        name="doctor",
        help="look for stuck cases, rows without a case, and jobs that nobody does",
        example="caseflow doctor --json",
        run=_doctor,
    ),
)
