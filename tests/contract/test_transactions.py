"""One unit of work, one transaction: of the engine, or of the host."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.orm import Session
from tests.contract.diagrams import (
    END,
    START,
    after,
    catches,
    drawn,
    message,
    one_task,
    process,
    script,
    service,
    throws,
    user,
)

from caseflow.engine import Done, Work
from caseflow.engine import Engine as Caseflow
from caseflow.errors import CommandRefused, StoreError, TaskNotOpen
from caseflow.store import METADATA
from caseflow.store.rows import OF_CASES
from caseflow.store.tables import CASES, COMMANDS, HISTORY, MESSAGES
from caseflow.testing import BEGINNING, FakeClock
from caseflow.testing import Caseflow as Flow


@pytest.fixture
def host(file_url: str) -> Iterator[Engine]:
    """The database of a host that has a table of its own."""
    engine = create_engine(file_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE letters (number INTEGER)"))
    yield engine
    engine.dispose()


@pytest.fixture
def embedded(host: Engine) -> Caseflow:
    """An engine in the database of the host."""
    engine = Caseflow(host, clock=FakeClock(BEGINNING))
    engine.deploy({"request.bpmn": one_task()})
    return engine


def written(host: Engine) -> tuple[int, int]:
    """Count the letters of the host and its cases, as another connection sees them."""
    with host.connect() as connection:
        letters = connection.execute(text("SELECT count(*) FROM letters")).scalar_one()
        cases = connection.execute(text("SELECT count(*) FROM caseflow_cases")).scalar_one()
    return letters, cases


class HostError(Exception):
    """The host stumbles in the middle of its work."""


LETTER = text("INSERT INTO letters VALUES (1)")


def test_what_is_done_in_a_unit_of_work_stays(flow: Flow) -> None:
    flow.deploy({"request.bpmn": one_task()})

    with flow.engine.begin() as work:
        case = work.start("request", business_key="2026-1")

    with flow.engine.begin() as work:
        assert work.case(case) == case


def test_an_error_takes_back_all_of_a_unit_of_work(flow: Flow) -> None:
    flow.deploy({"request.bpmn": one_task()})

    def stumble() -> None:
        with flow.engine.begin() as work:
            work.start("request")
            work.broadcast("flood")
            raise HostError

    with pytest.raises(HostError):
        stumble()

    with flow.engine.begin() as work:
        assert (work.cases().items, work.messages()) == ((), ())


def test_a_refused_command_leaves_the_rest_of_the_unit_of_work(flow: Flow) -> None:
    flow.deploy({"request.bpmn": one_task()})

    with flow.engine.begin() as work:
        case = work.start("request")
        with pytest.raises(TaskNotOpen):
            work.claim(f"{case.id}:99", person="li")

    with flow.engine.begin() as work:
        assert work.case(case.id) == case


@pytest.mark.parametrize("kind", [Connection, Session])
def test_work_in_a_transaction_of_the_host_is_committed_by_the_host(
    host: Engine, embedded: Caseflow, kind: type[Connection | Session]
) -> None:
    with kind(host) as session:
        session.execute(LETTER)
        with embedded.begin(session, actor="li") as work:
            work.start("request")
        before = written(host)
        session.commit()

    assert (before, written(host)) == ((0, 0), (1, 1))


@pytest.mark.parametrize("kind", [Connection, Session])
def test_the_host_takes_the_case_back_with_its_own_rows(
    host: Engine, embedded: Caseflow, kind: type[Connection | Session]
) -> None:
    with kind(host) as session:
        session.execute(LETTER)
        with embedded.begin(session) as work:
            case = work.start("request")
            work.claim(work.tasks(case=case).one(), person="li")
        session.rollback()

    assert written(host) == (0, 0)


def test_the_host_takes_back_what_was_the_first_thing_in_its_transaction(
    host: Engine, embedded: Caseflow
) -> None:
    with host.connect() as connection:
        with embedded.begin(connection) as work:
            work.start("request")
        connection.rollback()

    assert written(host) == (0, 0)


def test_the_host_takes_back_a_case_to_its_savepoint(host: Engine, embedded: Caseflow) -> None:
    with host.begin() as connection:
        with embedded.begin(connection) as work:
            kept = work.start("request")
        savepoint = connection.begin_nested()
        with embedded.begin(connection) as work:
            work.start("request")
            work.claim(work.tasks(case=kept).one(), person="li")
        savepoint.rollback()
        with embedded.begin(connection) as work:
            claimed = work.claim(work.tasks(case=kept).one(), person="wang")

    assert (written(host), claimed.version) == ((0, 1), 2)


def test_an_engine_on_the_engine_of_the_host_keeps_its_own_transactions(
    host: Engine, embedded: Caseflow
) -> None:
    def stumble() -> None:
        with embedded.begin() as work:
            work.start("request")
            raise HostError

    with embedded.begin() as work:
        work.start("request")
    with pytest.raises(HostError):
        stumble()

    assert written(host) == (0, 1)


def test_closing_leaves_the_engine_of_the_host_open(host: Engine, embedded: Caseflow) -> None:
    pool = host.pool

    embedded.close()

    assert host.pool is pool
    assert written(host) == (0, 0)


def test_a_closed_engine_says_so(database_url: str) -> None:
    with Caseflow(database_url) as engine:
        pass

    with pytest.raises(StoreError, match="the engine is closed"), engine.begin():
        pass


def test_reading_does_not_hold_up_a_writer_nor_a_writer_reading(file_url: str) -> None:
    writer, reader = Caseflow(file_url), Caseflow(file_url)
    writer.deploy({"request.bpmn": one_task()})

    with reader.read() as looking:
        before = looking.cases().items
        with writer.begin() as work:
            case = work.start("request")
            meanwhile = looking.cases().items
        unchanged = looking.cases().items
    with reader.read() as looking:
        found = [row.id for row in looking.cases()]

    writer.close()
    reader.close()
    assert (before, meanwhile, unchanged, found) == ((), (), (), [case.id])


def test_looking_inside_a_unit_of_work_sees_what_it_has_done(flow: Flow) -> None:
    flow.deploy({"request.bpmn": one_task()})

    with flow.engine.begin() as work:
        case = work.start("request")
        with flow.engine.read() as looking, flow.engine.read() as again:
            assert looking.case(case) == again.case(case) == case


def test_looking_refuses_every_change(flow: Flow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    task = flow.start("request").task("ask")
    changes: list[Callable[[Work], object]] = [
        lambda work: work.start("request"),
        lambda work: work.claim(task, person="li"),
        lambda work: work.broadcast("flood"),
        lambda work: work.send("paid"),
        lambda work: work.discard("1"),
    ]

    for change in changes:
        with flow.engine.read() as work, pytest.raises(CommandRefused, match="looking only"):
            change(work)


@pytest.mark.parametrize("url", ["file", "memory"])
def test_a_unit_of_work_inside_another_is_refused_at_once(url: str, file_url: str) -> None:
    engine = Caseflow(file_url if url == "file" else "sqlite://")

    with engine.begin(), pytest.raises(StoreError, match="open in this thread already"):
        engine.deploy({"request.bpmn": one_task()})

    assert engine.run_due() == Done()
    engine.close()


RICH = drawn(
    process(
        "rich",
        START,
        throws("tell", message("told")),
        user(
            "ask",
            'caseflow:role="clerk" caseflow:people="li, wang"',
            "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
            "</multiInstanceLoopCharacteristics>",
        ),
        service("print"),
        catches("wait", message("answer")),
        catches("tomorrow", after("P1D")),
        script("stumble", "x = missing"),
        END,
        flows="start>tell>ask>end, start>print>end, start>wait>end, start>tomorrow>end, "
        "start>stumble>end",
    ),
    roots="m:told m:answer",
)
"""Its start writes to every table of a case, its end takes most of it out again."""


class CrashError(Exception):
    """The machine stumbles at one statement."""


def dumped(host: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables."""
    with host.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def crashes(
    connection: Connection, engine: Caseflow, act: Callable[[Work], object], *, statement: int
) -> bool:
    """Act, but crash at one statement; tell whether there were as many."""
    left = itertools.count(statement, -1)

    def crash(_connection: object, _cursor: object, text: str, *_: object) -> None:
        # With the release of the savepoint nothing is written any more.
        if not text.startswith("RELEASE") and next(left) == 0:
            raise CrashError

    event.listen(connection, "before_cursor_execute", crash)
    try:
        with engine.begin(connection) as work:
            act(work)
    except CrashError:
        return True
    finally:
        event.remove(connection, "before_cursor_execute", crash)
    return False


@pytest.mark.parametrize("what", ["start", "complete", "cancel"])
def test_a_crash_at_any_statement_of_a_command_leaves_nothing_half_written(
    host: Engine, what: str
) -> None:
    engine = Caseflow(host, clock=FakeClock(BEGINNING))
    engine.deploy({"rich.bpmn": RICH})
    with engine.begin() as work:
        case = work.start("rich")
        task = work.tasks(case=case)[0]
    acts: dict[str, Callable[[Work], object]] = {
        "start": lambda work: work.start("rich"),
        "complete": lambda work: work.complete(task),
        "cancel": lambda work: work.cancel(case, reason="a test"),
    }
    before = dumped(host)

    statement = 0
    has_crashed = True
    while has_crashed:
        with host.connect() as connection:
            has_crashed = crashes(connection, engine, acts[what], statement=statement)
            if has_crashed:
                connection.commit()  # the host goes on as if nothing had been
        assert dumped(host) == before
        statement += 1

    assert statement > {"start": 14, "complete": 8, "cancel": 10}[what]


def test_the_case_of_the_crash_test_writes_to_every_table_of_a_case(flow: Flow) -> None:
    flow.deploy({"rich.bpmn": RICH})
    with flow.engine.begin() as work:
        work.start("rich")

        connection = work._stores.cases._connection
        empty = {
            table.name
            for table in (CASES, COMMANDS, HISTORY, MESSAGES, *OF_CASES)
            if connection.execute(select(table)).first() is None
        }

    assert empty == set()
