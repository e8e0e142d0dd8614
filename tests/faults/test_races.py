"""Two people complete one task at the same moment: one of them has done it."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable

import pytest
from tests.contract.diagrams import END, START, drawn, process, user
from tests.faults.conftest import Told
from tests.faults.counting import Count, all_cases, left_over, problems_of
from tests.faults.racers import Ended, race
from tests.faults.sizes import SIZES

from caseflow.engine import Engine
from caseflow.kernel import CaseState, TaskCompleted

pytestmark = pytest.mark.faults

PEOPLE = ("li", "wang")
ASK = drawn(process("race", START, user("ask"), END, flows="start>ask>end"))
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """A database of each kind."""
    return str(request.getfixturevalue(request.param))


def raced(url: str, tasks: list[str]) -> list[Ended]:
    """Let two processes race for each task."""
    barrier, ended = SPAWN.Barrier(len(PEOPLE)), SPAWN.Queue()
    racers = [
        SPAWN.Process(target=race, args=(url, person, tasks, barrier, ended), daemon=True)
        for person in PEOPLE
    ]
    for one in racers:
        one.start()
    found = [line for _ in racers for line in ended.get()]
    for one in racers:
        one.join()
    return found


def counted(engine: Engine, url: str, tasks: list[str], winners: Counter[str]) -> Count:
    problems = [f"{task}: {won} won" for task, won in winners.items() if won != 1]
    completed = 0
    with engine.read() as work:
        cases = all_cases(work)
        for case in cases:
            problems.extend(problems_of(work, case))
            if work.case(case).state is not CaseState.COMPLETED:
                problems.append(f"{case} is open")
            completed += sum(isinstance(one.event, TaskCompleted) for one in work.history(case))
    return Count(
        transitions=len(tasks),
        lost=max(len(tasks) - completed, 0),
        doubled=max(completed - len(tasks), 0),
        left=left_over(url),
        again=0,
        problems=problems,
    )


def test_of_two_people_who_complete_one_task_one_wins_and_the_other_is_told(
    url: str, make_engine: Callable[..., Engine], told: Told
) -> None:
    engine = make_engine(url)
    engine.deploy({"race.bpmn": ASK})
    tasks: list[str] = []
    for _ in range(SIZES.races):
        with engine.begin() as work:
            tasks.append(work.tasks(case=work.start("race")).one().id)

    ended = raced(url, tasks)

    winners = Counter(task for task, error, _ in ended if not error)
    losers = Counter((error, may_retry) for _, error, may_retry in ended if error)
    told(
        f"{len(PEOPLE)} people, one task: "
        + ", ".join(f"{number} {error}" for (error, _), number in losers.items()),
        engine_name(url),
        counted(engine, url, tasks, winners),
        workers=2,
        faults=SIZES.races,
    )
    assert len(winners) == losers.total() == SIZES.races
    # Who came second hears that the case is over, with its only task. Who was in the way of the
    # other may try again, and then hears the same.
    assert losers.keys() <= {("CaseNotOpen", False), ("TryAgain", True)}


def engine_name(url: str) -> str:
    return "PostgreSQL" if url.startswith("postgresql") else "SQLite"
