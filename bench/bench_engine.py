"""How many commands a second does the engine take, and how long is a page of the worklist?

Commands are measured one a transaction, as a host gives them, on SQLite (a file, and memory) and
on PostgreSQL, on a server of this machine that waits for the disk at each commit. The
worklists hold cases of which each waits at one of ten roles in one of a hundred units; the
rows of a thousand real cases are copied until there are enough.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter

from caseflow.engine import Engine, TaskFilter
from caseflow.testing import BEGINNING, FakeClock

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.postgres import NoServerError, PostgresServer

CASES = 1_000
PAGES = 100
WORKLISTS = (10_000, 100_000)
DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:caseflow="urn:caseflow:bpmn:1.0" targetNamespace="urn:caseflow:bench">
  <process id="request" name="Request" isExecutable="true">
    <startEvent id="asked"/>
    <userTask id="answer" name="Answer" caseflow:role="=role" caseflow:due="=days(answer_days)"/>
    <userTask id="check" name="Check" caseflow:role="supervisor"/>
    <endEvent id="answered"/>
    <boundaryEvent id="late" attachedToRef="answer" cancelActivity="false">
      <timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <userTask id="remind" name="Remind" caseflow:role="supervisor"/>
    <sequenceFlow id="f1" sourceRef="asked" targetRef="answer"/>
    <sequenceFlow id="f2" sourceRef="answer" targetRef="check"/>
    <sequenceFlow id="f3" sourceRef="check" targetRef="answered"/>
    <sequenceFlow id="f4" sourceRef="late" targetRef="remind"/>
  </process>
</definitions>
"""


def main() -> None:
    """Measure the commands, then the worklists."""
    with tempfile.TemporaryDirectory() as folder:
        measure_commands("SQLite in a file", f"sqlite:///{folder}/commands.db")
        measure_commands("SQLite in memory", "sqlite://")
        measure_on_postgres()
        for size in WORKLISTS:
            measure_worklist(Path(folder) / f"worklist-{size}.db", size)


def measure_on_postgres() -> None:
    """Measure the commands on PostgreSQL, and how many come from eight threads at once."""
    try:
        with PostgresServer(is_safe=True) as server:
            measure_commands("PostgreSQL", server.create("commands"))
            measure_threads("PostgreSQL", server.create("threads"))
    except NoServerError as failure:
        print(f"PostgreSQL is left out: {failure}")


def measure_threads(what: str, url: str) -> None:
    """Start cases from several threads, each with units of work of its own."""
    engine, _ = opened(url)

    def start(number: int) -> None:
        with engine.begin(actor="li") as work:
            work.start("request", business_key=str(number), variables=file(number))

    print(f"cases started on {what}, from several threads")
    for threads in (1, 4, 8):
        begun = perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(start, range(CASES)))
        print(f"    {threads} threads{CASES / (perf_counter() - begun):30.0f} a second")
    engine.close()


def opened(url: str) -> tuple[Engine, FakeClock]:
    """Open an engine with the diagram deployed."""
    clock = FakeClock(BEGINNING)
    engine = Engine(url, clock=clock)
    engine.deploy({"request.bpmn": DIAGRAM.encode()})
    return engine, clock


def measure_commands(what: str, url: str) -> None:
    """Take cases from start to end, one command a transaction."""
    engine, clock = opened(url)
    cases: list[str] = []
    tasks: list[str] = []

    def start(number: int) -> None:
        with engine.begin(actor="li") as work:
            case = work.start("request", business_key=str(number), variables=file(number))
            cases.append(case.id)

    def claim(number: int) -> None:
        with engine.begin(actor="li") as work:
            work.claim(tasks[number])

    def complete(number: int) -> None:
        with engine.begin(actor="li") as work:
            work.complete(tasks[number], {"answer": "yes"})

    def fire(_: int) -> None:
        engine.run_due(limit=1)

    print(f"commands on {what}")
    report("start", start)
    tasks[:] = open_tasks(engine)
    report("claim", claim)
    clock.move_to(max(engine.next_due() or clock.now(), clock.now()))
    report("fire a timer", fire)
    report("complete", complete)
    engine.close()


def measure_worklist(path: Path, size: int) -> None:
    """Read first pages of a worklist of this size."""
    engine, _ = opened(f"sqlite:///{path}")
    for number in range(CASES):
        with engine.begin() as work:
            work.start(
                "request",
                business_key=f"W-{number}",
                unit=f"unit-{number % 100}",
                variables=file(number),
            )
    copy_cases(path, size // CASES)
    first = TaskFilter()
    pages = {
        "all": first,
        "a role": TaskFilter(role="role-3"),
        "a unit": TaskFilter(units=("unit-42",)),
        "a candidate in a unit": TaskFilter(
            candidate="li", roles=("role-2", "role-7"), units=("unit-42",)
        ),
        "a candidate in three units": TaskFilter(
            candidate="li", roles=("role-2", "role-7"), units=("unit-42", "unit-57", "unit-92")
        ),
        "a candidate anywhere": TaskFilter(candidate="li", roles=("role-2", "role-7")),
        "a candidate of nothing": TaskFilter(candidate="li", roles=("nobody",)),
        "due before tomorrow": TaskFilter(due_before=BEGINNING),
        "a business key": TaskFilter(business_key="W-77"),
    }
    print(f"first page of a hundred of {size} open tasks")
    for what, wanted in pages.items():
        found: list[int] = []

        def read(_: int, wanted: TaskFilter = wanted, found: list[int] = found) -> None:
            with engine.begin() as work:
                found.append(len(work.tasks(wanted, limit=100)))

        report(f"{what}", read, times=PAGES)
    engine.close()


def copy_cases(path: Path, times: int) -> None:
    """Copy the rows of all cases until there are so many times as many."""
    with sqlite3.connect(path) as database:
        for table in ("cases", "tasks", "candidates", "timers"):
            name = f"caseflow_{table}"
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
            rows = database.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - a constant
            place = columns.index("case_id")
            for copy in range(1, times):
                database.executemany(
                    f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})",  # noqa: S608
                    [
                        (*row[:place], f"{row[place][:-4]}{copy:04}", *row[place + 1 :])
                        for row in rows
                    ],
                )
        database.execute("ANALYZE")


def file(number: int) -> dict[str, object]:
    """Return what a case file holds at the beginning."""
    return {
        "role": f"role-{number % 10}",
        "answer_days": number % 20 + 1,
        "title": "A lamp does not burn",
    }


def open_tasks(engine: Engine) -> Iterable[str]:
    """Return the ids of all open tasks."""
    with engine.begin() as work:
        return [task.id for task in work.tasks(limit=CASES)]


def report(what: str, act: Callable[[int], None], *, times: int = CASES) -> None:
    """Print how long one act takes, and how many fit into a second."""
    spans = []
    for number in range(times):
        begun = perf_counter()
        act(number)
        spans.append((perf_counter() - begun) * 1e3)
    spans.sort()
    print(
        f"    {what:28}{times:>5} x: median {median(spans):7.2f} ms, slowest of a hundred"
        f" {spans[int(len(spans) * 0.99)]:7.2f} ms, {1e3 / median(spans):6.0f} a second"
    )


if __name__ == "__main__":
    main()
