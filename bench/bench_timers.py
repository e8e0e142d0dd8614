"""How long do timers take that are due at once, and how long do people wait meanwhile?

A hundred thousand cases wait for the same moment. One process fires their timers while a
person in another one claims one task after the other, now and then; the same person alone
comes first. SQLite in a file, and PostgreSQL where ``CASEFLOW_BENCH_POSTGRES`` names an empty
database. ``CASES=10000 python bench/bench_timers.py`` takes fewer.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from datetime import timedelta
from statistics import median
from time import perf_counter, sleep

from sqlalchemy import create_engine, insert, select

from caseflow.engine import Done, Engine
from caseflow.store.tables import CASES, TASKS, TIMERS
from caseflow.testing import BEGINNING, FakeClock

COUNT = int(os.environ.get("CASES", "100000"))
POSTGRES = os.environ.get("CASEFLOW_BENCH_POSTGRES")
REAL = 100  # cases that are started; the rest are copies of their rows
PEOPLE = 200  # commands of the person who is alone
PAUSE = 0.02  # seconds between two commands of a person
DIAGRAM = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:caseflow="urn:caseflow:bpmn:1.0" targetNamespace="urn:caseflow:bench">
  <process id="request" name="Request" isExecutable="true">
    <startEvent id="asked"/>
    <userTask id="answer" name="Answer" caseflow:role="clerk"/>
    <endEvent id="answered"/>
    <boundaryEvent id="late" attachedToRef="answer" cancelActivity="false">
      <timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <userTask id="remind" name="Remind" caseflow:role="supervisor"/>
    <sequenceFlow id="f1" sourceRef="asked" targetRef="answer"/>
    <sequenceFlow id="f2" sourceRef="answer" targetRef="answered"/>
    <sequenceFlow id="f3" sourceRef="late" targetRef="remind"/>
  </process>
</definitions>
"""


def main() -> None:
    """Measure on each database."""
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{folder}/cases.db")
    if POSTGRES:
        measure("PostgreSQL", POSTGRES)
    else:
        print("PostgreSQL is left out: CASEFLOW_BENCH_POSTGRES names no database")


def measure(what: str, url: str) -> None:
    """Let the timers of all cases fire, with a person beside."""
    clock = FakeClock(BEGINNING)
    with Engine(url, clock=clock) as engine:
        engine.deploy({"request.bpmn": DIAGRAM})
        with engine.begin() as work:
            for number in range(REAL):
                work.start("request", business_key=f"{number}")
        people = []
        clock.move(timedelta(days=30))  # so that theirs are not due
        with engine.begin() as work:
            for number in range(PEOPLE + COUNT // 20):
                case = work.start("request", business_key=f"P-{number}", unit="desk")
                people.append(work.tasks(case=case).one().id)
    copy_cases(url, COUNT // REAL)
    print(f"{what}: {COUNT} timers due at once")
    report("a person alone", claims(url, people[:PEOPLE], until=None))

    is_over = multiprocessing.Event()
    mine, theirs = multiprocessing.Pipe()
    beside = multiprocessing.Process(
        target=person, args=[url, people[PEOPLE:], is_over, theirs], daemon=True
    )
    beside.start()
    mine.recv()
    with Engine(url, clock=clock) as engine:
        begun = perf_counter()
        done = engine.run_due()
        span = perf_counter() - begun
    is_over.set()
    report("the person meanwhile", mine.recv())
    beside.join()
    told(done, span)


def told(done: Done, span: float) -> None:
    """Print how long it took."""
    print(f"    {done.timers} timers in {span:.1f} s, {done.timers / span:.0f} a second")


def person(url: str, tasks: list[str], is_over: object, pipe: object) -> None:
    """Claim one task after the other until the timers have fired."""
    pipe.send("here")  # type: ignore[attr-defined]  # one end of a pipe
    pipe.send(claims(url, tasks, until=is_over))  # type: ignore[attr-defined]


def claims(url: str, tasks: list[str], *, until: object) -> list[float]:
    """Return how long each claim took, in milliseconds."""
    spans = []
    with Engine(url, clock=FakeClock(BEGINNING)) as engine:
        for task in tasks:
            if until is not None and until.is_set():  # type: ignore[attr-defined]  # an event
                break
            begun = perf_counter()
            with engine.begin(actor="li") as work:
                work.claim(task)
            spans.append((perf_counter() - begun) * 1e3)
            sleep(PAUSE)
    return spans


def report(what: str, spans: list[float]) -> None:
    """Print how long commands took."""
    spans.sort()
    print(
        f"    {what:24}{len(spans):>5} commands: median {median(spans):7.2f} ms, slowest of a"
        f" hundred {spans[int(len(spans) * 0.99)]:7.2f} ms, slowest {spans[-1]:7.2f} ms"
    )


def copy_cases(url: str, times: int) -> None:
    """Copy the rows of the first cases until there are so many times as many."""
    database = create_engine(url)
    with database.begin() as connection:
        first = [
            row.case_id
            for row in connection.execute(
                select(CASES.c.case_id).where(CASES.c.unit == "").order_by(CASES.c.case_id)
            )
        ]
        for table in (CASES, TASKS, TIMERS):
            rows = [
                row._asdict()
                for row in connection.execute(select(table).where(table.c.case_id.in_(first)))
            ]
            for copy in range(1, times):
                connection.execute(insert(table), [copied(row, copy) for row in rows])
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    database.dispose()


def copied(row: dict[str, object], copy: int) -> dict[str, object]:
    """Return a row of a case for another case."""
    old = str(row["case_id"])
    new = f"{copy:08x}{old[8:]}"
    changed = {**row, "case_id": new}
    if "body" in row:
        changed["body"] = str(row["body"]).replace(old, new)
    return changed


if __name__ == "__main__":
    main()
