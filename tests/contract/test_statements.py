"""How often a command asks the database: each time is a journey to another machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event
from tests.contract.diagrams import END, START, after, drawn, on_border, process, user

from caseflow.engine import Work
from caseflow.testing import Caseflow

TWO_STEPS = drawn(
    process(
        "two_steps",
        START,
        user("answer", 'caseflow:role="clerk"'),
        on_border("late", "answer", after("P30D"), interrupts=False),
        user("remind"),
        user("check", 'caseflow:role="chief"'),
        END,
        flows="start>answer>check>end, late>remind>end",
    )
)
AT_MOST = {"start": 9, "claim": 7, "complete": 11, "set": 6, "case": 1}
"""Statements of a command, each with the beginning of its transaction and without the commit."""


@pytest.mark.parametrize("what", AT_MOST)
def test_a_plain_command_asks_the_database_no_more_often_than_it_must(
    flow: Caseflow, what: str
) -> None:
    flow.deploy({"two_steps.bpmn": TWO_STEPS})
    case = flow.start("two_steps")
    task = case.task("answer")
    acts: dict[str, Callable[[Work], object]] = {
        "start": lambda work: work.start("two_steps"),
        "claim": lambda work: work.claim(task, person="li"),
        "complete": lambda work: work.complete(task),
        "set": lambda work: work.set_variables(case.id, {"a": 1}),
        "case": lambda work: work.case(case.id),
    }
    asked: list[str] = []

    with flow.engine.begin(actor="li") as work:
        connection = work._stores.cases._connection
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(str(told[2])))
        acts[what](work)

    assert len(asked) <= AT_MOST[what], asked
