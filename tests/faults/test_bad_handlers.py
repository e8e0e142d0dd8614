"""Handlers that hang, return garbage, or try to end their worker, beside others at work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults import office
from tests.faults.conftest import Told
from tests.faults.counting import Expected, count, open_cases, start_cases
from tests.faults.crew import Crew, wait_until
from tests.faults.sizes import SIZES

from caseflow.engine import CaseFilter, Engine
from caseflow.kernel import JobFailed
from caseflow.model import ProcessId

pytestmark = pytest.mark.faults

CASES = SIZES.transitions // office.STEPS // 2
EACH = 3  # cases of each kind; a handler that hangs keeps its thread
HANG = "did not end within 3 s"  # says who sees it first, the call or the worker
ENDS = {
    "hang": HANG,
    "hang_async": HANG,
    "garbage": "the handler returned an object of type list: it returns a mapping of variables, "
    "or None",
    "unreadable": "the handler returned what no case can keep",
    "leave": "SystemExit: 3",
}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """A database of each kind."""
    return str(request.getfixturevalue(request.param))


def failures(engine: Engine, process: ProcessId) -> list[str]:
    """Return why jobs of a process failed."""
    with engine.read() as work:
        rows = work.cases(CaseFilter(process=process), limit=100)
        return [
            entry.event.message
            for row in rows
            for entry in work.history(row.id)
            if isinstance(entry.event, JobFailed)
        ]


def incidents(engine: Engine) -> int:
    with engine.read() as work:
        return len(work.incidents())


def test_handlers_that_go_wrong_hold_up_nobody_and_lose_nothing(
    url: str, tmp_path: Path, make_engine: Callable[..., Engine], told: Told
) -> None:
    engine = make_engine(url)

    with Crew(url, tmp_path, count=2) as workers:
        for topic in office.STUMBLING:
            start_cases(engine, (f"{topic} {number}" for number in range(EACH)), process=topic)
        start_cases(engine, (f"{number}" for number in range(CASES)))
        wait_until(lambda: incidents(engine) == EACH)
        with engine.begin(actor="operator") as work:
            for incident in work.incidents():
                work.resolve(incident, variables={"total": 1})
        wait_until(lambda: open_cases(engine) == 0)
        ended = workers.stop()

    found = {topic: Counter(failures(engine, ProcessId(topic))) for topic in office.STUMBLING}
    assert {topic: sum(why.values()) for topic, why in found.items()} == {
        **dict.fromkeys(office.STUMBLING, EACH),
        "never": 2 * EACH,
    }
    for topic, words in ENDS.items():
        assert all(words in why for why in found[topic]), found[topic]
    assert ended == [0, 0]
    kind = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
    counted = count(
        engine,
        url,
        tmp_path,
        {"count": Expected(cases=CASES, jobs=office.STEPS, timers=1)}
        | {topic: Expected(cases=EACH, jobs=1) for topic in office.STUMBLING},
    )
    told("handlers that go wrong", kind, counted, workers=2, faults=(len(ENDS) + 2) * EACH)
