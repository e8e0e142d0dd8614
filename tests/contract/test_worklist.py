"""The worklist: what a filter finds, in which order, page after page."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.diagrams import END, START, drawn, one_task, process, user

from caseflow.engine import CaseFilter, TaskFilter, TaskView, Work
from caseflow.errors import CommandRefused, ValueRefused
from caseflow.model import ElementId, ProcessId
from caseflow.testing import BEGINNING, Caseflow

T = TypeVar("T")

REQUEST = drawn(
    process(
        "request",
        START,
        user("ask", 'caseflow:role="=roles" caseflow:people="=people" caseflow:due="=due_at"'),
        user("check", 'caseflow:role="supervisor"'),
        END,
        flows="start>ask>end, start>check>end",
    )
)
DAYS = [None, 1, 2, 2]
UNITS = ["", "town-1", "town-2"]
ROLES = [[], ["clerk"], ["clerk", "chief"]]
PEOPLE = ["li", "wang"]
PLAIN = ("case", "process", "element", "business_key", "assignee")
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def office() -> Iterator[Caseflow]:
    """Seventy-two tasks, many of them due at the same moment."""
    made = Caseflow()
    made.deploy({"request.bpmn": REQUEST})
    for number, (days, unit, roles) in enumerate(product(DAYS, UNITS, ROLES)):
        due_at = None if days is None else BEGINNING + timedelta(days=days)
        people = PEOPLE[: number % 3]
        case = made.start(
            "request", business_key=f"K-{number % 5}", unit=unit, roles=roles, people=people,
            due_at=due_at,
        )  # fmt: skip
        task = case.task("ask")
        with made.engine.begin() as work:
            if number % 4 == 0:
                work.claim(task, person=PEOPLE[number % 2])
            if number % 11 == 0:
                work.suspend(case.id, reason="a test")
    yield made
    made.close()


def everything(office: Caseflow) -> tuple[TaskView, ...]:
    with office.engine.read() as work:
        return work.tasks(limit=1_000).items


def is_found(task: TaskView, wanted: TaskFilter, asleep: frozenset[str]) -> bool:
    """What a filter means, said in Python."""
    is_open_to_roles = not {*wanted.roles}.isdisjoint(task.roles)
    may_take = task.assignee == wanted.candidate or (
        task.assignee is None and (is_open_to_roles or wanted.candidate in task.people)
    )
    return (
        all(getattr(wanted, name) in {None, getattr(task, name)} for name in PLAIN)
        and wanted.is_assigned in {None, task.assignee is not None}
        and wanted.is_suspended in {None, task.case in asleep}
        and (wanted.role is None or wanted.role in task.roles)
        and (wanted.units is None or task.unit in wanted.units)
        and (wanted.candidate is None or may_take)
        and (wanted.candidate is not None or not wanted.roles or is_open_to_roles)
        and (
            wanted.due_before is None
            or (task.due_at is not None and task.due_at < wanted.due_before)
        )
        and (
            wanted.due_after is None
            or (task.due_at is not None and task.due_at >= wanted.due_after)
        )
    )


def maybe(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | st.none() | values


MOMENTS = st.integers(0, 3).map(lambda days: BEGINNING + timedelta(days=days))
FILTERS = st.builds(
    TaskFilter,
    element=maybe(st.sampled_from([ElementId("ask"), ElementId("check")])),
    process=maybe(st.sampled_from([ProcessId("request"), ProcessId("other")])),
    business_key=maybe(st.sampled_from(["K-1", "K-4", "K-9"])),
    assignee=maybe(st.sampled_from(PEOPLE)),
    is_assigned=maybe(st.booleans()),
    is_suspended=maybe(st.booleans()),
    candidate=maybe(st.sampled_from([*PEOPLE, "zhao"])),
    roles=st.sampled_from([(), ("clerk",), ("chief", "supervisor"), ("nobody",)]),
    role=maybe(st.sampled_from(["clerk", "chief", "supervisor"])),
    units=maybe(st.sampled_from([(), ("town-1",), ("", "town-2")])),
    due_before=maybe(MOMENTS),
    due_after=maybe(MOMENTS),
)


def test_tasks_stand_in_the_order_in_which_they_are_due(office: Caseflow) -> None:
    tasks = everything(office)

    order = [(task.due_at or END_OF_TIME, task.case, int(task.id[37:])) for task in tasks]

    assert len(tasks) == 2 * len(DAYS) * len(UNITS) * len(ROLES)
    assert order == sorted(order)


@given(wanted=FILTERS, limit=st.integers(1, 30))
def test_pages_show_each_task_that_is_asked_for_once_and_in_order(
    office: Caseflow, wanted: TaskFilter, limit: int
) -> None:
    with office.engine.read() as work:
        asleep = frozenset(row.id for row in work.cases(CaseFilter(state="suspended")))
        page = work.tasks(wanted, limit=limit)
        shown = [*page]
        while page.next is not None:
            assert len(page) == limit
            page = work.tasks(wanted, after=page.next, limit=limit)
            shown += page
        count = work.count_tasks(wanted)

    expected = [task for task in everything(office) if is_found(task, wanted, asleep)]
    assert shown == expected
    assert count == len(expected)


def test_a_page_holds_its_place_while_tasks_in_front_of_it_go(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    for _ in range(5):
        flow.start("request")

    with flow.engine.begin() as work:
        first = work.tasks(limit=2)
        for task in first:
            work.complete(task)
        rest = work.tasks(after=first.next)
        left = work.tasks()

    assert len(rest) == 3
    assert rest.items == left.items


def test_a_task_is_found_by_its_case_and_by_whoever_may_take_it(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task(task='caseflow:people="li"')})
    case, other = flow.start("request"), flow.start("request")

    with flow.engine.begin() as work:
        work.claim(other.task("ask"), person="wang")
        mine = work.tasks(case=case.view, candidate="li").one()
        all_mine = work.tasks(candidate="li").one()

    assert mine.case == all_mine.case == case.id


def test_roles_and_people_that_are_named_twice_count_once(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task(task='caseflow:role="clerk, clerk"')})

    case = flow.start("request")

    assert case.task("ask").roles in {("clerk",), ("clerk", "clerk")}
    with flow.engine.read() as work:
        assert len(work.tasks(TaskFilter(role="clerk"))) == 1


CASE = "a" * 36
HOSTILE_KEYS = {
    "empty": "",
    "of another kind": '["2026-01-01T00:00:00+00:00", "x", 1]',
    "without a zone": f"2026-01-01T00:00:00|{CASE}|1",
    "in another zone": f"2026-01-01T00:00:00+08:00|{CASE}|1",
    "in month 13": f"2026-13-01T00:00:00+00:00|{CASE}|1",
    "in year 0": f"0000-01-01T00:00:00+00:00|{CASE}|1",
    "at 99 hours": f"2026-01-01T99:00:00+00:00|{CASE}|1",
    "a number no database keeps": f"2026-01-01T00:00:00+00:00|{CASE}|99999999999999999999",
    "a negative number": f"2026-01-01T00:00:00+00:00|{CASE}|-1",
    "digits of another script": f"2026-01-01T00:00:00+00:00|{CASE}|٣",
    "SQL": "2026-01-01T00:00:00+00:00|' OR 1=1 --|1",
    "deep": "[" * 100_000,
    "half a character": "\ud800",
}


@pytest.mark.parametrize("key", HOSTILE_KEYS.values(), ids=HOSTILE_KEYS)
def test_a_text_that_is_no_key_of_a_page_is_refused(office: Caseflow, key: str) -> None:
    with office.engine.read() as work, pytest.raises(CommandRefused, match="is not the key"):
        work.tasks(after=key)


@given(key=st.text(max_size=80))
def test_whatever_key_is_sent_the_answer_is_a_page_or_a_refusal(
    office: Caseflow, key: str
) -> None:
    with office.engine.read() as work, contextlib.suppress(CommandRefused):
        work.tasks(after=key)


@pytest.mark.parametrize("limit", [0, -1, 10_001, 10**30])
def test_a_page_has_a_sensible_size(office: Caseflow, limit: int) -> None:
    lists: list[Callable[[Work], object]] = [
        lambda work: work.tasks(limit=limit),
        lambda work: work.cases(limit=limit),
        lambda work: work.jobs(limit=limit),
        lambda work: work.incidents(limit=limit),
        lambda work: work.messages(limit=limit),
    ]

    for one in lists:
        with office.engine.read() as work, pytest.raises(CommandRefused, match="a page has"):
            one(work)


def test_one_is_the_only_one(office: Caseflow) -> None:
    with office.engine.read() as work:
        none = work.tasks(TaskFilter(role="nobody"))
        several = work.tasks(TaskFilter(role="clerk"), limit=2)
        single = work.tasks(limit=1)

    for page, count in ((none, "0"), (several, "more than 2"), (single, "more than 1")):
        with pytest.raises(CommandRefused, match=f"there are {count}$"):
            page.one()


def test_cases_stand_in_the_order_in_which_they_were_opened(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    opened = [flow.start("request").id for _ in range(20)]
    flow.advance(minutes=1)
    opened += [flow.start("request").id for _ in range(5)]

    pages: list[list[str]] = []
    with flow.engine.read() as work:
        page = work.cases(limit=10)
        pages.append([row.id for row in page])
        while page.next is not None:
            page = work.cases(after=page.next, limit=10)
            pages.append([row.id for row in page])

    assert [len(ids) for ids in pages] == [10, 10, 5]
    assert [case for ids in pages for case in ids] == opened
    assert [case.id for case in flow.cases("request")] == opened
    assert flow.cases("other") == []


def test_cases_are_found_by_what_is_known_of_them(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task(), "other.bpmn": one_task("other")})
    flow.start("request", business_key="1", unit="town-1")
    flow.start("request", business_key="2", unit="town-2").complete("ask")
    flow.start("other", business_key="1", unit="town-2").cancel("a test")

    def keys(wanted: CaseFilter) -> list[tuple[str, str]]:
        with flow.engine.read() as work:
            return [(row.process, row.business_key) for row in work.cases(wanted)]

    assert keys(CaseFilter(process=ProcessId("request"))) == [("request", "1"), ("request", "2")]
    assert keys(CaseFilter(business_key="1")) == [("request", "1"), ("other", "1")]
    assert keys(CaseFilter(units=("town-2",))) == [("request", "2"), ("other", "1")]
    assert keys(CaseFilter(units=())) == []
    assert keys(CaseFilter(state="cancelled")) == [("other", "1")]


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_half_a_character_is_refused_wherever_it_comes_in(flow: Caseflow, text: str) -> None:
    flow.deploy({"request.bpmn": one_task()})
    task = flow.start("request").task("ask")
    acts: list[Callable[[Work], object]] = [
        lambda work: work.start("request", business_key=text),
        lambda work: work.start("request", variables={"title": text}),
        lambda work: work.claim(task, person=text),
        lambda work: work.case(text),
        lambda work: work.claim(text, person="li"),
        lambda work: work.tasks(TaskFilter(role=text)),
        lambda work: work.cases(after=text),
        lambda work: work.send("paid", key=text),
        lambda work: work.discard(text),
        lambda work: work.start(text),
    ]

    for act in acts:
        with flow.engine.begin() as work, pytest.raises(CommandRefused):
            act(work)
    with flow.engine.read() as work:
        assert len(work.cases()) == 1


def test_a_number_that_no_database_can_keep_is_refused(flow: Caseflow) -> None:
    with flow.engine.read() as work, pytest.raises(ValueRefused, match="cannot keep this"):
        work.diagram("request", 10**30)
