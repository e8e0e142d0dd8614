"""Several who do what is due at once, with people in between: everything happens exactly once."""

from __future__ import annotations

import signal as signals
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, select, text
from tests.contract.diagrams import (
    END,
    START,
    after,
    catches,
    drawn,
    message,
    on_border,
    process,
    script,
    signal,
    user,
)

from caseflow.engine import Done, Engine, Entry
from caseflow.errors import CaseNotOpen, TaskNotOpen
from caseflow.kernel import CaseState, MessageReceived, SignalReceived, TimerFired
from caseflow.store.tables import HISTORY
from caseflow.testing import BEGINNING, FakeClock

LIMITED = drawn(
    process(
        "limited",
        START,
        user("ask"),
        on_border("late", "ask", after("PT1H")),
        user("explain"),
        END,
        flows="start>ask>end, late>explain>end",
    )
)
LISTENS = drawn(
    process(
        "listens",
        START,
        catches("wait", signal("flood")),
        user("act"),
        END,
        flows="start>wait>act>end",
    ),
    roots="s:flood",
)
PAID = drawn(
    process(
        "paid",
        START,
        catches("wait", message("paid")),
        user("thank"),
        END,
        flows="start>wait>thank>end",
    ),
    roots="m:paid",
)
NOTES = drawn(
    process(
        "notes",
        START,
        catches("wait", message("told", 'caseflow:into="number"')),
        script("note", "seen = seen + [number]"),
        flows="start>wait>note>wait",
    ),
    roots="m:told",
)
FILES = {"limited.bpmn": LIMITED, "listens.bpmn": LISTENS, "paid.bpmn": PAID, "notes.bpmn": NOTES}


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that several connections can use at once."""
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'cases.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(BEGINNING)


@pytest.fixture
def engine(url: str, clock: FakeClock) -> Iterator[Engine]:
    made = Engine(url, clock=clock)
    made.deploy(FILES)
    yield made
    made.close()


def opened(engine: Engine, process: str, count: int) -> list[str]:
    """Open cases, and return their ids."""
    with engine.begin(actor="li") as work:
        return [work.start(process, business_key=f"{number}").id for number in range(count)]


def events(url: str, kind: type) -> Counter[str]:
    """Count the events of a kind of each case."""
    database = create_engine(url)
    with database.connect() as connection:
        rows = connection.execute(
            select(HISTORY.c.case_id).where(HISTORY.c.kind == kind.__name__)
        ).all()
    database.dispose()
    return Counter(row.case_id for row in rows)


def at_once(count: int, act: Callable[[int], object]) -> None:
    """Do the same thing in several threads."""
    with ThreadPoolExecutor(count) as threads:
        for result in [threads.submit(act, number) for number in range(count)]:
            result.result()


def swept(engines: list[Engine]) -> list[Done]:
    """Let several engines do what is due at once, until nothing is."""
    done: list[Done] = []

    def sweep(number: int) -> None:
        for _ in range(1_000):
            did = engines[number].run_due()
            done.append(did)
            if engines[number].next_due() is None:
                return
        raise AssertionError("it never ends")

    at_once(len(engines), sweep)
    return done


@pytest.fixture
def several(url: str, clock: FakeClock, engine: Engine) -> Iterator[list[Engine]]:
    """Three more engines on the database of the first."""
    made = [engine, *(Engine(url, clock=clock) for _ in range(3))]
    yield made
    for one in made[1:]:
        one.close()


def test_sweepers_fire_every_timer_once(url: str, clock: FakeClock, several: list[Engine]) -> None:
    cases = opened(several[0], "limited", 70)
    clock.move(timedelta(hours=1))

    done = swept(several)

    assert sum(one.timers for one in done) == 70
    assert sum(one.failed for one in done) == 0
    assert events(url, TimerFired) == Counter(cases)


def test_sweepers_bring_a_signal_to_every_case_once(url: str, several: list[Engine]) -> None:
    cases = opened(several[0], "listens", 70)
    with several[0].begin() as work:
        work.broadcast("flood")

    done = swept(several)

    assert sum(one.signals for one in done) == 70
    assert events(url, SignalReceived) == Counter(cases)


def test_sweepers_deliver_every_message_once(url: str, several: list[Engine]) -> None:
    cases = opened(several[0], "paid", 60)
    with several[0].begin() as work:
        for number in range(60):
            work.post("paid", key=str(number))

    done = swept(several)

    assert sum(one.messages for one in done) == 60
    assert events(url, MessageReceived) == Counter(cases)


def test_sweepers_keep_the_order_of_messages_with_one_key(several: list[Engine]) -> None:
    with several[0].begin() as work:
        case = work.start("notes", business_key="1", variables={"seen": []}).id
        for number in range(40):
            work.post("told", key="1", payload=number)

    swept(several)

    with several[0].read() as work:
        assert work.case(case).variables["seen"] == [*range(40)]


def test_of_a_timer_and_a_completion_one_wins_and_the_other_is_told(
    url: str, clock: FakeClock, several: list[Engine]
) -> None:
    cases = opened(several[0], "limited", 25)
    with several[0].read() as work:
        tasks = [work.tasks(case=case).one().id for case in cases]
    clock.move(timedelta(hours=1))
    lost: list[str] = []

    def complete(engine: Engine) -> None:
        for task in reversed(tasks):
            try:
                with engine.begin(actor="li") as work:
                    work.complete(task)
            except (TaskNotOpen, CaseNotOpen):
                lost.append(task)

    def act(number: int) -> None:
        if number == 0:
            complete(several[0])
        else:
            several[number].run_due()

    at_once(3, act)
    several[0].run_due()

    fired = events(url, TimerFired)
    assert sorted(f"{case}:" for case in fired) == sorted(
        f"{task.rpartition(':')[0]}:" for task in lost
    )
    assert set(fired.values()) <= {1}
    with several[0].read() as work:
        for case in cases:
            view = work.case(case)
            assert view.waiting_at == ({"explain"} if case in fired else set())
            assert view.state is (CaseState.RUNNING if case in fired else CaseState.COMPLETED)


SWEEPER = """
import sys
from caseflow.engine import Engine

def told():
    print("step", flush=True)

with Engine(sys.argv[1]) as engine:
    engine.run_due(on_step=told)
    print("done", flush=True)
"""


def killed_after(url: str, steps: int) -> bool:
    """Let a process do what is due and kill it after so many steps; tell whether it ended."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", SWEEPER, url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout as said:
        for number, line in enumerate(said, 1):
            if line == "done\n":
                process.wait()
                return True
            if number == steps:
                process.send_signal(signals.SIGKILL)
                break
    process.wait()
    return False


@pytest.mark.parametrize(
    ("count", "steps", "kills"),
    [(60, 30, 1), pytest.param(10_000, 1_200, 7, marks=pytest.mark.long)],
)
def test_a_signal_reaches_every_case_once_however_often_who_brings_it_is_killed(
    url: str, engine: Engine, count: int, steps: int, kills: int
) -> None:
    cases = opened(engine, "listens", count)
    with engine.begin() as work:
        work.broadcast("flood")

    has_ended = [killed_after(url, steps) for _ in range(kills)]
    half_way = sum(events(url, SignalReceived).values())
    while engine.run_due().total or engine.next_due() is not None:
        pass

    assert not any(has_ended)
    assert kills * steps <= half_way < count
    assert events(url, SignalReceived) == Counter(cases)
    with engine.read() as work:
        assert work.messages() == ()
        for case in cases[:50]:
            work.verify(case)


def held(url: str, case: str) -> Connection:
    """Take the row of a case, as somebody does who works on it, until this is closed."""
    connection = create_engine(url).connect()
    connection.execute(
        text("SELECT 1 FROM caseflow_cases WHERE case_id = :case FOR UPDATE"), {"case": case}
    )
    return connection


@pytest.mark.postgres
def test_a_case_that_somebody_works_on_holds_up_no_other(
    postgres_url: str,
) -> None:
    clock = FakeClock(BEGINNING)
    with Engine(postgres_url, clock=clock) as engine:
        engine.deploy(FILES)
        timers, floods = opened(engine, "limited", 3), opened(engine, "listens", 3)
        payers = opened(engine, "paid", 2)
        clock.move(timedelta(hours=1))
        with engine.begin() as work:
            work.broadcast("flood")
            for number in range(2):
                work.post("paid", key=str(number))

        busy = [held(postgres_url, case) for case in (timers[1], floods[1], payers[0])]
        meanwhile = engine.run_due()
        waiting = engine.next_due()
        for connection in busy:
            connection.close()
            connection.engine.dispose()
        afterwards = engine.run_due()

    assert meanwhile == Done(timers=2, signals=2, messages=1)
    assert waiting == BEGINNING + timedelta(hours=1)
    assert afterwards == Done(timers=1, signals=1, messages=1)


@pytest.mark.postgres
def test_events_that_are_committed_late_are_not_passed_over(postgres_url: str) -> None:
    heard: list[tuple[str, int]] = []

    def hear(entry: Entry) -> None:
        heard.append((entry.case, entry.sequence))

    with Engine(postgres_url, clock=FakeClock(BEGINNING)) as engine:
        engine.deploy(FILES)
        engine.events.subscribe("crm", hear)
        (late,) = opened(engine, "limited", 1)
        engine.run_due()
        with engine.read() as work:
            task = work.tasks(case=late).one()
        host = create_engine(postgres_url)
        with host.connect() as slow:
            with engine.begin(slow, actor="li") as work:
                work.claim(task)
            with engine.begin(actor="li") as work:
                early = work.start("limited").id
            engine.run_due()
            meanwhile = [case for case, _ in heard]
            slow.commit()
        engine.run_due()
        with engine.read() as work:
            expected = [
                (case, one.sequence) for case in (late, early) for one in work.history(case)
            ]
        host.dispose()

    assert set(meanwhile) == {late, early}
    assert sorted(heard) == sorted(expected)


@pytest.mark.postgres
def test_an_event_that_comes_while_the_others_are_acknowledged_is_not_lost(
    postgres_url: str,
) -> None:
    with Engine(postgres_url, clock=FakeClock(BEGINNING)) as engine:
        engine.deploy(FILES)
        engine.events.subscribe("feed")
        (case,) = opened(engine, "limited", 1)
        with engine.read() as work:
            task = work.tasks(case=case).one()
        page = engine.events.read("feed")
        host = create_engine(postgres_url)
        with host.connect() as slow, ThreadPoolExecutor(1) as threads:
            with engine.begin(slow, actor="li") as work:
                work.claim(task)
            following = threads.submit(engine.events.read, "feed", after=page.next)
            while not blocked(host):
                threading.Event().wait(0.01)
            slow.commit()
            rest = following.result()
        host.dispose()
        with engine.read() as work:
            history = work.history(case)

    assert (*page, *rest) == history


def blocked(host: object) -> bool:
    """Tell whether somebody waits for a lock."""
    connect = host.connect  # type: ignore[attr-defined]  # an engine of SQLAlchemy
    with connect() as connection:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        return bool(connection.execute(text(waiting)).scalar_one())


@pytest.mark.postgres
def test_a_message_that_is_kept_while_a_case_begins_to_wait_is_found_again(
    postgres_url: str,
) -> None:
    clock = FakeClock(BEGINNING)
    with Engine(postgres_url, clock=clock) as engine:
        engine.deploy(FILES)
        engine.run_due()
        with engine.begin() as work:
            work.post("paid", key="7")
        host = create_engine(postgres_url)
        with host.connect() as slow:
            with engine.begin(slow) as work:
                case = work.start("paid", business_key="7").id
            kept = engine.run_due()
            slow.commit()
        host.dispose()
        soon = engine.run_due()
        clock.move(timedelta(minutes=1))
        found = engine.run_due()
        with engine.read() as work:
            waiting_at = work.case(case).waiting_at

    assert (kept, soon, found) == (Done(messages=1), Done(), Done(messages=1))
    assert waiting_at == {"thank"}
