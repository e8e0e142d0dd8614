"""How many jobs a second workers do, and how long a job waits from its commit to its handler.

For each database and each dispatcher, with 1, 2 and 4 worker processes, beside the row floor:
processes that do nothing but take a row with ``SELECT ... FOR UPDATE SKIP LOCKED`` and delete it.

Run it at the top of the repository::

    python bench/bench_jobs.py --cases 20 --steps 50 --workers 1 2 4
    python bench/bench_jobs.py --ways postgres-poller procrastinate --probes 200
    python bench/bench_jobs.py --postgres postgresql+psycopg://me@/bench   # which it empties
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from celery import Celery
from celery.contrib.testing.worker import start_worker
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine, make_url, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests import rabbit
from tests.contract.diagrams import END, START, drawn, process, service
from tests.postgres import PostgresServer

from caseflow.engine import CaseFilter, Engine
from caseflow.jobs import Dispatcher, Job, Output, WorkerOptions
from caseflow.jobs.celeried import CeleryDispatcher
from caseflow.jobs.procrastinated import ProcrastinateDispatcher
from caseflow.kernel import CaseState

WAYS = ("sqlite-floor", "sqlite-poller", "postgres-floor", "postgres-poller", "procrastinate",
        "celery")  # fmt: skip
TOPICS = ("work", "probe")
BROKER = "CASEFLOW_BENCH_BROKER"
POLL = 0.05
PATIENCE = 600.0


def diagrams(steps: int) -> dict[str, bytes]:
    """A case of so many jobs one after the other, and one of a single job."""
    names = [f"s{number}" for number in range(steps)]
    tasks = [f'<serviceTask id="{name}" caseflow:topic="work"/>' for name in names]
    long = process("long", START, *tasks, END, flows=">".join(["start", *names, "end"]))
    short = process("short", START, service("probe"), END, flows="start>probe>end")
    return {"long.bpmn": drawn(long), "short.bpmn": drawn(short)}


# Worker processes


def dispatcher_of(way: str, url: str) -> Dispatcher | None:
    """Make what brings the jobs."""
    if way == "procrastinate":
        parts = make_url(url)
        info = f"host={parts.query['host']} user={parts.username} dbname={parts.database}"
        return ProcrastinateDispatcher(App(connector=PsycopgConnector(conninfo=info)))
    if way == "celery":
        return CeleryDispatcher(celery_app())
    return None


def celery_app() -> Celery:
    """Make an app on the broker of the environment."""
    app = Celery("bench", broker=os.environ[BROKER], set_as_current=False)
    app.conf.update(worker_hijack_root_logger=False, worker_prefetch_multiplier=4)
    return app


def work(way: str, url: str, folder: Path, number: int) -> None:
    """Be one worker process until a file says that it is over."""
    (folder / "seen").mkdir(exist_ok=True)
    with ExitStack() as stack:
        dispatcher = dispatcher_of(way, url)
        engine = stack.enter_context(Engine(url, dispatcher=dispatcher))

        @engine.handler("work")
        def nothing(_: Job) -> Output:
            return None

        @engine.handler("probe")
        def probe(job: Job) -> Output:
            (folder / "seen" / job.case).write_text(f"{time.monotonic()}")
            return None

        if isinstance(dispatcher, CeleryDispatcher) and number > 0:
            stack.enter_context(
                start_worker(
                    dispatcher.app, pool="threads", concurrency=4,
                    perform_ping_check=False, queues=[f"caseflow.{one}" for one in TOPICS],
                )
            )  # fmt: skip
        else:
            stack.enter_context(engine.dispatcher.carry(TOPICS, threads=4))
        if way != "celery" or number == 0:
            stack.enter_context(engine.worker(WorkerOptions(poll=POLL, patience=300)))
        (folder / f"ready{number}").touch()
        while not (folder / "over").exists():
            threading.Event().wait(0.05)


def floor(url: str, folder: Path, number: int) -> None:
    """Take and delete rows until there are none."""
    engine = create_engine(url)
    is_sqlite = engine.dialect.name == "sqlite"
    (folder / f"ready{number}").touch()
    while not (folder / "go").exists():
        threading.Event().wait(0.001)
    take = "SELECT id FROM floor ORDER BY id LIMIT 1"
    take += "" if is_sqlite else " FOR UPDATE SKIP LOCKED"
    with engine.connect() as connection:
        while True:
            if is_sqlite:
                connection.connection.dbapi_connection.isolation_level = None
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            row = connection.execute(text(take)).first()
            if row is not None:
                connection.execute(text("DELETE FROM floor WHERE id = :id"), {"id": row.id})
            connection.commit()
            if row is None:
                return


@contextmanager
def workers(way: str, url: str, folder: Path, count: int) -> Iterator[list[subprocess.Popen]]:
    """Start worker processes; with Celery one more, that relays."""
    numbers = range(count + (way == "celery"))
    started = [
        subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, __file__, "--be", way, url, str(folder), str(number)],
            stderr=subprocess.DEVNULL,
        )
        for number in numbers
    ]
    try:
        wait_until(lambda: all((folder / f"ready{number}").exists() for number in numbers))
        yield started
    finally:
        (folder / "over").touch()
        for one in started:
            one.wait(60)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something, but not for ever."""
    ends = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > ends:
            raise TimeoutError("the bench did not come to an end")
        threading.Event().wait(0.01)


# Measuring


def rate(way: str, url: str, asked: argparse.Namespace, count: int) -> float:
    """Return how many jobs a second so many workers do."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        engine = stack.enter_context(Engine(url, dispatcher=dispatcher_of(way, url)))
        engine.deploy(diagrams(asked.steps))
        before = completed(engine)
        stack.enter_context(workers(way, url, folder, count))
        began = time.monotonic()
        for _ in range(asked.cases):
            with engine.begin() as unit:
                unit.start("long")
        wait_until(lambda: completed(engine) - before == asked.cases)
        return asked.cases * asked.steps / (time.monotonic() - began)


def floor_rate(way: str, url: str, asked: argparse.Namespace, count: int) -> float:
    """Return how many rows a second so many processes take and delete."""
    rows = asked.cases * asked.steps
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS floor")
        connection.exec_driver_sql("CREATE TABLE floor (id INTEGER PRIMARY KEY, body TEXT)")
        connection.execute(
            text("INSERT INTO floor VALUES (:id, :body)"),
            [{"id": number, "body": "x" * 200} for number in range(rows)],
        )
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    engine.dispose()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with workers(way, url, folder, count) as started:
            began = time.monotonic()
            (folder / "go").touch()
            for one in started:
                one.wait(PATIENCE)
            return rows / (time.monotonic() - began)


def latencies(way: str, url: str, asked: argparse.Namespace, *, is_loaded: bool) -> list[float]:
    """Return the seconds from commit to handler of single jobs, in order of size."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        engine = stack.enter_context(Engine(url, dispatcher=dispatcher_of(way, url)))
        engine.deploy(diagrams(asked.steps))
        stack.enter_context(workers(way, url, folder, 1))
        if is_loaded:
            for _ in range(4 * asked.cases):
                with engine.begin() as unit:
                    unit.start("long")
        committed: dict[str, float] = {}
        for _ in range(asked.probes):
            with engine.begin() as unit:
                case = unit.start("short").id
            committed[case] = time.monotonic()
            threading.Event().wait(0.02)
        seen = folder / "seen"
        wait_until(lambda: all((seen / case).exists() for case in committed))
        return sorted(float((seen / case).read_text()) - at for case, at in committed.items())


def completed(engine: Engine) -> int:
    """Return how many long cases have ended."""
    with engine.read() as unit:
        wanted = CaseFilter(process="long", state=CaseState.COMPLETED)
        return len(unit.cases(wanted, limit=1_000).items)


def measure(way: str, url: Callable[[], str], asked: argparse.Namespace) -> None:
    """Print all that is asked of one way."""
    is_floor = way.endswith("floor")
    for count in asked.workers:
        found = (floor_rate if is_floor else rate)(way, url(), asked, count)
        print(f"{way:16} {count} workers {found:8.0f} jobs/s", flush=True)
    if is_floor or not asked.probes:
        return
    for state in ("idle", "loaded"):
        found = latencies(way, url(), asked, is_loaded=state == "loaded")
        p50, p99 = (found[int(share * (len(found) - 1))] * 1_000 for share in (0.5, 0.99))
        print(f"{way:16} {state:6} p50 {p50:7.1f} ms  p99 {p99:7.1f} ms", flush=True)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--be", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--probes", type=int, default=100)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--postgres", help="a database that may be emptied; default: a new server")
    asked = parser.parse_args()
    if asked.be:
        way, url, folder, number = asked.be
        if way.endswith("floor"):
            floor(url, Path(folder), int(number))
        else:
            work(way, url, Path(folder), int(number))
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if "celery" in asked.ways and BROKER not in os.environ:
            if not rabbit.is_installed():
                parser.error(f"{BROKER} names no broker, and rabbitmq-server is not installed")
            os.environ[BROKER] = stack.enter_context(rabbit.broker())
        fresh = databases(stack, folder, asked.ways, given=asked.postgres)
        for way in asked.ways:
            measure(way, lambda way=way: fresh(way), asked)


def databases(
    stack: ExitStack, folder: Path, ways: Sequence[str], *, given: str | None
) -> Callable[[str], str]:
    """Return what makes an empty database for a way."""
    server: PostgresServer | None = None
    if given is None and any(one.startswith(("postgres", "procrastinate")) for one in ways):
        server = stack.enter_context(PostgresServer(is_safe=True))
    made = 0

    def fresh(way: str) -> str:
        nonlocal made
        made += 1
        if way.startswith(("sqlite", "celery")):
            return f"sqlite:///{folder / f'{made}.db'}"
        url = given or server.create(f"bench{made}")
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            if way == "procrastinate":
                schema = SchemaManager(connector=SyncPsycopgConnector()).get_schema()
                connection.connection.cursor().execute(schema)
        engine.dispose()
        return url

    return fresh


if __name__ == "__main__":
    main()
