"""From one database to another, with live cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from tests.contract.diagrams import (
    END,
    START,
    after,
    catches,
    drawn,
    message,
    on_border,
    process,
    service,
    throws,
    user,
)

from caseflow.engine import Engine, TaskFilter
from caseflow.errors import StoreError, ValueRefused
from caseflow.store import METADATA, copy_database
from caseflow.testing import BEGINNING, FakeClock

LIVELY = drawn(
    process(
        "lively",
        START,
        throws("tell", message("told")),
        user("ask", 'caseflow:role="clerk" caseflow:people="李, 王"'),
        on_border("late", "ask", after("P1D"), interrupts=False),
        user("remind"),
        service("print"),
        catches("wait", message("answer")),
        END,
        flows="start>tell>ask>end, start>print>end, start>wait>end, late>remind>end",
    ),
    roots="m:told m:answer",
)


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A database with three live cases of two tenants."""
    url = f"sqlite:///{tmp_path / 'source.db'}"
    for tenant in ("", "玉溪"):
        with Engine(url, tenant=tenant, clock=FakeClock(BEGINNING)) as engine:
            engine.deploy({"lively.bpmn": LIVELY})
            with engine.begin(actor="li") as work:
                cases = [
                    work.start("lively", business_key=key, variables={"title": "路灯不亮\0"})
                    for key in (("2026-1", "2026-2") if tenant == "" else ("2026-3",))
                ]
                work.claim(work.tasks(case=cases[-1]).one(), person="李")
    return url


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database to copy into."""
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'target.db'}"
    return str(request.getfixturevalue("bare_postgres_url"))


def looks(url: str, tenant: str) -> list[object]:
    with Engine(url, tenant=tenant, clock=FakeClock(BEGINNING)) as engine, engine.read() as work:
        cases = work.cases().items
        return [
            cases,
            work.tasks().items,
            work.messages(),
            [(work.case(row.id), work.history(row.id)) for row in cases],
        ]


def test_a_copy_is_the_same_for_every_tenant_and_goes_on(source: str, target: str) -> None:
    shown: list[tuple[int, int]] = []

    copied = copy_database(source, target, on_rows=lambda done, total: shown.append((done, total)))

    assert (copied.cases, set(copied.rows)) == (3, set(METADATA.tables))
    assert copied.rows["caseflow_history"] == copied.events > 9
    assert shown == sorted(shown)
    assert shown[-1][0] == shown[-1][1] > sum(copied.rows.values())
    for tenant in ("", "玉溪"):
        assert looks(target, tenant) == looks(source, tenant)
    clock = FakeClock(BEGINNING + timedelta(days=2))
    with Engine(target, clock=clock) as engine:
        assert engine.run_due().timers == 2
        with engine.begin(actor="李") as work:
            done = work.complete(work.tasks(TaskFilter(assignee="李")).one())
            work.verify(done)


def test_what_was_copied_can_be_copied_back(source: str, target: str, tmp_path: Path) -> None:
    back = f"sqlite:///{tmp_path / 'back.db'}"

    there = copy_database(source, target)
    and_back = copy_database(target, back)

    assert there == and_back
    assert looks(back, "玉溪") == looks(source, "玉溪")


def test_a_database_that_is_not_empty_is_not_copied_into(source: str, target: str) -> None:
    with Engine(target) as engine:
        engine.deploy({"lively.bpmn": LIVELY})

    with pytest.raises(StoreError, match=r"is not empty: there are rows in caseflow_\w+"):
        copy_database(source, target)

    with pytest.raises(StoreError, match="is not empty"):
        copy_database(source, source)


def test_a_database_without_tables_or_of_another_release_is_not_copied(
    source: str, target: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="has no tables of caseflow"):
        copy_database(f"sqlite:///{tmp_path / 'nothing.db'}", target)

    engine = create_engine(source)
    with engine.begin() as connection:
        connection.execute(text("UPDATE caseflow_schema SET version_num = '0001'"))
    engine.dispose()
    with pytest.raises(StoreError, match="are of revision 0001"):
        copy_database(source, target)


def test_nothing_is_copied_while_cases_go_on(source: str, target: str) -> None:
    def go_on(done: int, total: int) -> None:
        if done == total:
            with Engine(source) as engine, engine.begin() as work:
                work.start("lively")

    with pytest.raises(StoreError, match="cases went on while they were copied"):
        copy_database(source, target, on_rows=go_on)

    assert looks(target, "")[0] == ()
    copy_database(source, target)


@pytest.fixture
def falsified(source: str) -> Iterator[Callable[[str], None]]:
    """Change the source behind the back of caseflow."""
    engine = create_engine(source)

    def change(statement: str) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement))

    yield change
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE caseflow_history SET actor = 'wang' WHERE sequence = 2",
        "DELETE FROM caseflow_history WHERE sequence = 2",
        "DELETE FROM caseflow_history",
        "UPDATE caseflow_cases SET events = events + 1",
    ],
)
def test_a_history_that_does_not_prove_itself_is_not_copied(
    source: str, target: str, falsified: Callable[[str], None], statement: str
) -> None:
    falsified(statement)

    with pytest.raises(StoreError, match="nothing was copied"):
        copy_database(source, target)

    assert looks(target, "")[0] == ()


def test_a_row_that_arrives_otherwise_is_noticed(source: str, target: str) -> None:
    def lose_one(_connection: object, _cursor: object, statement: str, *rest: object) -> None:
        (parameters, _context, _many) = rest
        if statement.startswith("INSERT INTO caseflow_tasks") and isinstance(parameters, list):
            parameters.pop()

    goal = create_engine(target)
    event.listen(goal, "before_cursor_execute", lose_one)

    with pytest.raises(
        StoreError, match="the copy of caseflow_tasks is not the same: 2 rows of 3"
    ):
        copy_database(source, goal)

    goal.dispose()


@pytest.mark.postgres
def test_what_the_new_database_cannot_keep_is_said(
    source: str, bare_postgres_url: str, falsified: Callable[[str], None]
) -> None:
    falsified("UPDATE caseflow_cases SET business_key = 'a' || char(0)")

    with pytest.raises(ValueRefused, match=r"cannot keep a row of caseflow_cases: .*NUL"):
        copy_database(source, bare_postgres_url)
