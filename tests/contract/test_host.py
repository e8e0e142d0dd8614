"""The transaction of the host: its rows and the case are kept together, or neither is."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from tests.contract.diagrams import one_task
from tests.contract.faces import Loop

from caseflow.engine import AsyncEngine
from caseflow.engine import Engine as Caseflow
from caseflow.testing import BEGINNING, FakeClock

LETTER = text("INSERT INTO letters VALUES (1)")


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of a host that has a table of its own."""
    file = f"sqlite:///{tmp_path / 'host.db'}"
    found = file if request.param == "file" else str(request.getfixturevalue("postgres_url"))
    engine = create_engine(found)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE letters (number INTEGER PRIMARY KEY)"))
    engine.dispose()
    return found


@pytest.fixture
def host(url: str) -> Iterator[Engine]:
    """The engine of the host."""
    engine = create_engine(url)
    yield engine
    engine.dispose()


def made(host: Engine, tenant: str = "") -> Caseflow:
    engine = Caseflow(host, tenant=tenant, clock=FakeClock(BEGINNING))
    engine.deploy({"request.bpmn": one_task()})
    return engine


def written(url: str) -> tuple[int, int]:
    """Count the letters of the host and its cases, as another process sees them."""
    engine = create_engine(url)
    with engine.connect() as connection:
        letters = connection.execute(text("SELECT count(*) FROM letters")).scalar_one()
        cases = connection.execute(text("SELECT count(*) FROM caseflow_cases")).scalar_one()
    engine.dispose()
    return letters, cases


CRASHES = """
import os, signal, sys
from sqlalchemy import create_engine, text
from caseflow.engine import Engine

def die(where):
    if where == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

host = create_engine(sys.argv[1])
engine = Engine(host)
with host.begin() as connection:
    connection.execute(text("INSERT INTO letters VALUES (1)"))
    die("after the letter")
    with engine.begin(connection, actor="li") as work:
        case = work.start("request")
        work.claim(work.tasks(case=case).one())
        die("inside the unit of work")
    die("before the commit")
die("after the commit")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "kept"),
    [
        pytest.param("inside the unit of work", 0, marks=pytest.mark.long),
        ("before the commit", 0),
        pytest.param("after the commit", 1, marks=pytest.mark.long),
    ],
)
def test_a_process_that_is_killed_leaves_both_or_neither(url: str, where: str, kept: int) -> None:
    with Caseflow(url) as engine:
        engine.deploy({"request.bpmn": one_task()})

    command = [sys.executable, "-c", CRASHES, url, where]
    killed = subprocess.run(command, check=False)  # noqa: S603 - the text above

    assert killed.returncode == -signal.SIGKILL
    assert written(url) == (kept, kept)


class Base(DeclarativeBase):
    """The models of the host."""


class Letter(Base):
    """A letter of the host."""

    __tablename__ = "letters"
    number: Mapped[int] = mapped_column(primary_key=True)


def test_objects_of_the_host_and_the_case_are_committed_together(url: str, host: Engine) -> None:
    engine = made(host)

    with Session(host) as session:
        session.add(Letter(number=7))
        with engine.begin(session, actor="li") as work:
            work.start("request", business_key="7")
        letter = session.get_one(Letter, 7)  # flushed, and the session goes on
        letter.number = 8
        before = written(url)
        session.commit()

    assert (before, written(url)) == ((0, 0), (1, 1))


def test_a_savepoint_of_the_host_takes_its_rows_and_the_case_back(url: str, host: Engine) -> None:
    engine = made(host)

    with Session(host) as session:
        with engine.begin(session) as work:
            kept = work.start("request")
        savepoint = session.begin_nested()
        session.add(Letter(number=1))
        with engine.begin(session) as work:
            work.start("request")
            work.cancel(kept, reason="a test")
        savepoint.rollback()
        with engine.begin(session) as work:
            work.complete(work.tasks(case=kept).one(), person="li")
        session.commit()

    assert written(url) == (0, 1)


def test_two_engines_share_one_transaction_of_the_host(url: str, host: Engine) -> None:
    one, two = made(host, "one"), made(host, "two")

    with host.connect() as connection:
        connection.execute(LETTER)
        with one.begin(connection) as work, two.begin(connection) as other:
            assert (work.start("request").version, other.start("request").version) == (1, 1)
            assert (len(work.cases()), len(other.cases())) == (1, 1)
        connection.rollback()
        connection.execute(LETTER)
        with one.begin(connection) as work, two.begin(connection) as other:
            work.start("request")
            other.start("request")
        connection.commit()

    assert written(url) == (1, 2)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "settings",
    [
        {"isolation_level": "SERIALIZABLE"},
        {"isolation_level": "REPEATABLE READ"},
        {"connect_args": {"prepare_threshold": None, "options": "-c timezone=America/New_York"}},
        {"connect_args": {"options": "-c search_path=of_the_host"}},
        {"pool_size": 1, "max_overflow": 0},
    ],
)
def test_the_host_sets_its_connections_as_it_likes(
    bare_postgres_url: str, settings: dict[str, object]
) -> None:
    plain = create_engine(bare_postgres_url)
    with plain.begin() as connection:
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS of_the_host"))
        connection.execute(text("DROP SCHEMA of_the_host CASCADE"))
        connection.execute(text("CREATE SCHEMA of_the_host"))
    host = create_engine(bare_postgres_url, **settings)

    engine = made(host)
    with host.begin() as connection, engine.begin(connection, actor="li") as work:
        case = work.start("request", business_key="民")
        task = work.tasks(case=case).one()
    engine.run(lambda work: work.complete(task), actor="li")
    with engine.read() as work:
        found, entries = work.case(case.id), work.history(case.id)

    assert (task.created_at, found.started_at, found.version) == (BEGINNING, BEGINNING, 2)
    assert {entry.at for entry in entries} == {BEGINNING}
    host.dispose()
    with plain.begin() as connection:
        connection.execute(text("DROP SCHEMA of_the_host CASCADE"))
    plain.dispose()


async def work_in(url: str, kind: Callable[..., AsyncConnection | AsyncSession]) -> None:
    host = create_async_engine(url.replace("sqlite://", "sqlite+aiosqlite://"))
    async with AsyncEngine(host, clock=FakeClock(BEGINNING)) as engine:
        await engine.deploy({"request.bpmn": one_task()})
        for is_kept in (False, True):
            async with kind(host) as session:
                await session.execute(LETTER)
                async with engine.begin(session, actor="li") as work:
                    case = await work.start("request")
                    await work.claim((await work.tasks(case=case)).one())
                await (session.commit() if is_kept else session.rollback())
    await host.dispose()


@pytest.mark.parametrize("kind", [AsyncConnection, AsyncSession])
def test_an_asynchronous_host_keeps_both_or_neither(
    url: str, kind: Callable[..., AsyncConnection | AsyncSession]
) -> None:
    loop = Loop()
    loop.wait(work_in(url, kind))
    loop.close()

    assert written(url) == (1, 1)


def test_the_errors_of_the_host_s_own_rows_stay_its_own(host: Engine) -> None:
    engine = made(host)
    heard: list[str] = []
    event.listen(host, "handle_error", lambda context: heard.append(str(context.statement)))

    with host.connect() as connection:
        connection.execute(LETTER)
        with (
            pytest.raises(Exception, match="letters"),
            engine.begin(connection),
        ):
            connection.execute(LETTER)

    assert heard == [str(LETTER)]
