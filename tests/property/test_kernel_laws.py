"""What is true of every process and every walk through a case of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.kernel_diagrams import compiled, processes
from tests.property.kernel_walks import Walk

from caseflow.kernel import Case, advance, dump_case, dump_command, load_command
from caseflow.model import Process

STEPS = 25


def walk(drawn: Process, data: st.DataObject) -> Walk:
    """Go through a case of a process; every step on the way is checked against the laws."""
    walking = Walk(data.draw, compiled(drawn))
    walking.begin()
    for _ in range(data.draw(st.integers(0, STEPS), label="steps")):
        if walking.case is None or walking.case.state.is_over:
            break
        walking.step()
    return walking


def replayed(walking: Walk) -> Case | None:
    """The case after all its commands again, each as it was stored."""
    case: Case | None = None
    for command in walking.taken:
        case = advance(walking.program, case, load_command(dump_command(command))).case
    return case


@settings(max_examples=400)
@given(drawn=processes(), data=st.data())
def test_every_walk_keeps_the_laws(drawn: Process, data: st.DataObject) -> None:
    walking = walk(drawn, data)

    again = replayed(walking)

    assert again == walking.case
    assert walking.case is None or again is None or dump_case(again) == dump_case(walking.case)


@pytest.mark.long
@given(drawn=processes(), data=st.data())
def test_every_walk_of_many_keeps_the_laws(drawn: Process, data: st.DataObject) -> None:
    walking = walk(drawn, data)

    assert replayed(walking) == walking.case
