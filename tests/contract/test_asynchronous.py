"""The asynchronous face: what is its own, besides doing what the other one does."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator

import pytest
from tests.contract.diagrams import one_task
from tests.contract.faces import Loop

from caseflow.engine import AsyncEngine, AsyncWork, Engine, Work
from caseflow.errors import CaseNotOpen, StaleCase, StoreError, UnknownProcess
from caseflow.testing import BEGINNING, FakeClock


@pytest.fixture
def loop() -> Iterator[Loop]:
    """A loop that runs one coroutine after the other."""
    made = Loop()
    yield made
    made.close()


def public(kind: type[object]) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind) if not name.startswith("_")}


def test_both_faces_of_a_unit_of_work_have_the_same_methods() -> None:
    facets = {name for name in public(Work) if isinstance(getattr(Work, name), property)}

    assert public(AsyncWork) - {"call"} == public(Work) - facets


def test_both_engines_take_the_same_but_for_what_brings_jobs() -> None:
    taken = [set(inspect.signature(one).parameters) for one in (Engine, AsyncEngine)]

    assert taken[0] - taken[1] == {"dispatcher"}
    assert taken[1] - taken[0] == set()


def test_a_method_tells_the_same_on_both_faces() -> None:
    assert inspect.getdoc(AsyncWork.__dict__["claim"]) == inspect.getdoc(Work.claim)


async def ways(url: str) -> None:
    async with AsyncEngine(url, clock=FakeClock(BEGINNING)) as engine:
        with pytest.raises(UnknownProcess):
            async with engine.begin() as work:
                await work.start("request")
        (deployed,) = await engine.deploy({"request.bpmn": one_task()}, actor="li")

        async with engine.begin(actor="li") as work:
            case = await work.start("request", business_key="2026-1", variables={"a": 1})
            task = (await work.tasks(case=case)).one()
            await work.claim(task)
            with pytest.raises(StoreError, match="open in this thread already"):
                await engine.deploy({"request.bpmn": one_task("request", "")})

        async def stumble() -> None:
            async with engine.begin(actor="li") as work:
                await work.complete(task)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await stumble()
        async with engine.read() as work:
            found = await work.case(case.id)
            page = await work.call(lambda work: work.cases())
    assert (deployed.version, found.version) == (1, 2)
    assert [row.business_key for row in page] == ["2026-1"]
    with pytest.raises(StoreError, match="the engine is closed"):
        await engine.next_due()


def test_a_case_is_worked_in_coroutines(database_url: str, loop: Loop) -> None:
    loop.wait(ways(database_url))


async def many(url: str) -> tuple[int, int]:
    async with AsyncEngine(url, clock=FakeClock(BEGINNING)) as engine:
        await engine.deploy({"request.bpmn": one_task()})

        async def open_one(number: int) -> None:
            async with engine.begin(actor="li") as work:
                case = await work.start("request", business_key=str(number))
                await work.claim((await work.tasks(case=case)).one())

        await asyncio.gather(*(open_one(number) for number in range(20)))
        async with engine.read() as work:
            return len(await work.cases()), await work.count_tasks()


def test_many_coroutines_have_units_of_work_at_the_same_time(
    database_url: str, loop: Loop
) -> None:
    assert loop.wait(many(database_url)) == (20, 20)


async def racing(url: str) -> list[type[BaseException] | None]:
    async with AsyncEngine(url, clock=FakeClock(BEGINNING)) as engine:
        await engine.deploy({"request.bpmn": one_task()})
        async with engine.begin(actor="li") as work:
            task = (await work.tasks(case=await work.start("request"))).one()

        async def complete(person: str) -> None:
            async def act(work: AsyncWork) -> None:
                await work.complete(task, person=person)

            await engine.run(act, actor=person)

        done = await asyncio.gather(
            *(complete(f"person-{number}") for number in range(10)), return_exceptions=True
        )
        return [None if one is None else type(one) for one in done]


def test_of_many_who_complete_one_task_one_does_and_the_others_are_told(
    database_url: str, loop: Loop
) -> None:
    outcomes = loop.wait(racing(database_url))

    assert (outcomes.count(None), outcomes.count(CaseNotOpen)) == (1, 9)


async def stumbling(url: str) -> list[int]:
    tries: list[int] = []
    async with AsyncEngine(url) as engine:
        await engine.deploy({"request.bpmn": one_task()})

        async def act(work: AsyncWork) -> None:
            await work.start("request")
            tries.append(len(await work.cases()))
            if len(tries) < 3:
                raise StaleCase("1", version=1)

        await engine.run(act)
    return tries


def test_what_was_in_another_s_way_is_tried_again(database_url: str, loop: Loop) -> None:
    assert loop.wait(stumbling(database_url)) == [1, 1, 1]


async def cancelled(url: str) -> int:
    async with AsyncEngine(url) as engine:
        await engine.deploy({"request.bpmn": one_task()})
        has_started = asyncio.Event()

        async def work_for_ever() -> None:
            async with engine.begin() as work:
                await work.start("request")
                has_started.set()
                await asyncio.Event().wait()

        working = asyncio.create_task(work_for_ever())
        await has_started.wait()
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        async with engine.begin() as work:
            return len(await work.cases())


def test_a_coroutine_that_is_cancelled_leaves_nothing(database_url: str, loop: Loop) -> None:
    assert loop.wait(cancelled(database_url)) == 0


async def opening_together(url: str) -> int:
    engines = [AsyncEngine(url) for _ in range(3)]
    await asyncio.gather(*(one.next_due() for one in engines))
    for one in engines:
        await one.close()
    return len(engines)


def test_several_engines_of_one_loop_bring_a_database_up_to_date_at_once(
    file_url: str, loop: Loop
) -> None:
    assert loop.wait(opening_together(file_url)) == 3
    Engine(file_url).close()
