"""Every dispatcher does each job once, tries again, and lets nothing depend on its messages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine, make_url
from tests import rabbit
from tests.contract.diagrams import END, START, drawn, process, service

from caseflow.engine import CaseFilter, Engine
from caseflow.jobs import Dispatcher, Job, Output, Poller, WorkerOptions
from caseflow.jobs.celeried import CeleryDispatcher
from caseflow.jobs.procrastinated import ProcrastinateDispatcher
from caseflow.kernel import CaseState
from caseflow.store import Announced, JobKey

TWO_STEPS = drawn(
    process("steps", START, service("one"), service("two"), END, flows="start>one>two>end")
)
PATIENCE = 20.0  # seconds after which a test gives up
TOPICS = ("one", "two")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """One dispatcher with those who do the jobs that it brings."""

    url: str
    dispatcher: Dispatcher
    carries: Callable[[], AbstractContextManager[object]]


@pytest.fixture(
    params=[
        "poller",
        pytest.param("poller-postgres", marks=pytest.mark.postgres),
        pytest.param("procrastinate", marks=pytest.mark.postgres),
        pytest.param("celery", marks=pytest.mark.long),  # its worker takes seconds to end
        pytest.param("celery-rabbitmq", marks=pytest.mark.long),
    ]
)
def crew(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crew]:
    """A dispatcher of each kind, on a database that it can work with."""
    file = f"sqlite:///{tmp_path / 'cases.db'}"
    match request.param:
        case "poller":
            yield polling(file)
        case "poller-postgres":
            yield polling(request.getfixturevalue("postgres_url"))
        case "procrastinate":
            yield procrastinating(request.getfixturevalue("postgres_url"))
        case "celery":
            # kombu's folder transport reads messages before they are written to the end
            yield celery_on("memory://", file)
        case _:
            yield celery_on(request.getfixturevalue("rabbitmq"), file)


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[str]:
    """A broker of its own."""
    if not rabbit.is_installed():
        pytest.skip("rabbitmq-server is not installed")
    with rabbit.broker() as url:
        yield url


def polling(url: str) -> Crew:
    poller = Poller()
    return Crew(url=url, dispatcher=poller, carries=lambda: poller.carry(TOPICS, threads=2))


def procrastinating(url: str) -> Crew:
    parts = make_url(url)
    conninfo = f"host={parts.query['host']} user={parts.username} dbname={parts.database}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        schema = SchemaManager(connector=SyncPsycopgConnector()).get_schema()
        connection.connection.cursor().execute(schema)
    engine.dispose()
    dispatcher = ProcrastinateDispatcher(App(connector=PsycopgConnector(conninfo=conninfo)))
    return Crew(
        url=url, dispatcher=dispatcher, carries=lambda: dispatcher.carry(TOPICS, threads=2)
    )


def celery_on(broker: str, url: str) -> Crew:
    app = Celery("cases", broker=broker, set_as_current=False)
    app.conf.update(
        broker_transport_options={"polling_interval": 0.02} if broker == "memory://" else {},
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
    )
    return Crew(url=url, dispatcher=CeleryDispatcher(app), carries=lambda: celery_worker(app))


@contextmanager
def celery_worker(app: Celery) -> Iterator[object]:
    with start_worker(
        app,
        pool="solo",
        perform_ping_check=False,
        queues=[f"caseflow.{topic}" for topic in TOPICS],
        shutdown_timeout=PATIENCE,
    ) as worker:
        yield worker


@contextmanager
def running(crew: Crew, *, does: Callable[[Job], Output]) -> Iterator[Engine]:
    """An engine with one handler for all topics, whose jobs are done all the time."""
    with ExitStack() as stack:
        engine = stack.enter_context(Engine(crew.url, dispatcher=crew.dispatcher))
        for topic in TOPICS:
            engine.handler(topic, retries=3, backoff=0.05)(does)
        engine.deploy({"steps.bpmn": TWO_STEPS})
        stack.enter_context(crew.carries())
        options = WorkerOptions(poll=0.05, patience=0.5, threads=2)
        stack.enter_context(engine.worker(options))
        yield engine


def start_in_vain(engine: Engine) -> None:
    with engine.begin() as work:
        work.start("steps", business_key="never")
        raise ZeroDivisionError


def completed(engine: Engine) -> int:
    with engine.read() as work:
        page = work.cases(CaseFilter(state=CaseState.COMPLETED), limit=1_000)
    return len(page.items)


def wait_until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends, "it did not happen in time"
        threading.Event().wait(0.02)


def test_every_job_is_done_once(crew: Crew) -> None:
    done: list[str] = []

    def does(job: Job) -> Output:
        done.append(job.idempotency_key)
        return {job.topic: job.case}

    with running(crew, does=does) as engine:
        for _ in range(5):
            with engine.begin() as work:
                work.start("steps")
                work.start("steps")
        wait_until(lambda: completed(engine) == 10)
        checkup = engine.examine()

    assert len(done) == len(set(done)) == 20
    assert checkup.is_sound
    assert checkup.backlog == ()


def test_what_fails_is_brought_again(crew: Crew) -> None:
    attempts: list[tuple[str, int]] = []

    def does(job: Job) -> Output:
        attempts.append((job.topic, job.attempt))
        if job.topic == "one" and job.attempt < 3:
            raise ConnectionError("not yet")
        return None

    with running(crew, does=does) as engine:
        with engine.begin() as work:
            work.start("steps")
        wait_until(lambda: completed(engine) == 1)

    assert attempts == [("one", 1), ("one", 2), ("one", 3), ("two", 1)]


def test_what_is_rolled_back_is_brought_to_nobody(crew: Crew) -> None:
    done: list[str] = []

    def does(job: Job) -> Output:
        done.append(job.business_key)
        return None

    with running(crew, does=does) as engine:
        with pytest.raises(ZeroDivisionError):
            start_in_vain(engine)
        with engine.begin() as work:
            work.start("steps", business_key="once")
        wait_until(lambda: completed(engine) == 1)

    assert done == ["once", "once"]


def test_news_of_a_job_that_comes_twice_or_of_none_does_nothing(crew: Crew) -> None:
    done: list[str] = []
    errands: list[Callable[[Announced], None]] = []
    bind = crew.dispatcher.bind

    def does(job: Job) -> Output:
        done.append(job.idempotency_key)
        return None

    def bound(errand: Callable[[Announced], None], *, tenant: str) -> None:
        errands.append(errand)
        bind(errand, tenant=tenant)

    object.__setattr__(crew.dispatcher, "bind", bound)
    with running(crew, does=does) as engine:
        with engine.begin() as work:
            case = work.start("steps")
        wait_until(lambda: completed(engine) == 1)
        (errand,) = errands
        for number in range(1, 9):
            errand(Announced(key=JobKey(case=case.id, number=number), topic="one", priority=50))
        nobody = JobKey(case=type(case.id)(str(UUID(int=7))), number=1)
        errand(Announced(key=nobody, topic="two", priority=50))
        errand(Announced(key=nobody, topic="unheard of", priority=50))

    assert len(done) == 2


def test_what_nobody_was_told_of_is_told_after_all(crew: Crew) -> None:
    done: list[str] = []

    def does(job: Job) -> Output:
        done.append(job.topic)
        return None

    with Engine(crew.url) as other:  # a process whose messages are lost
        other.deploy({"steps.bpmn": TWO_STEPS})
        with other.begin() as work:
            work.start("steps")
    with running(crew, does=does) as engine:
        wait_until(lambda: completed(engine) == 1)

    assert done == ["one", "two"]
