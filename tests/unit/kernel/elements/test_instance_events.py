"""Events that a multi-instance activity throws by itself (BPMN 2.0.2, 10.3.8 and 13.3.7)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    error,
    escalation,
    message,
    multi,
    process,
    signal,
    user,
)
from tests.unit.kernel.playing import Played, compiled, play

from caseflow.errors import DiagramRefused
from caseflow.kernel import MessageSent
from caseflow.model import MultiInstance, Node, Trigger


def throwing(node: Node, behavior: str, trigger: Trigger | None) -> Node:
    assert isinstance(node.loop, MultiInstance)
    loop = replace(node.loop, behavior=behavior, none_event=trigger, one_event=trigger)
    return replace(node, loop=loop)


def _votes(
    behavior: str, thrown: Trigger, *, interrupting: bool, sequential: bool = False
) -> Played:
    return play(
        process(
            "start > vote > end",
            throwing(multi(user("vote"), times="3", sequential=sequential), behavior, thrown),
            boundary("b", "vote", thrown, interrupting=interrupting),
            "b > note",
        )
    )


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("thrown", [signal("voted"), escalation("voted")])
def test_behaviour_none_throws_with_every_instance(thrown: Trigger, *, sequential: bool) -> None:
    case = _votes("None", thrown, interrupting=False, sequential=sequential)

    case.do("vote").do("vote").do("vote")

    assert case.tasks == ["note", "note", "note"]


def test_behaviour_one_throws_with_the_first_instance_only() -> None:
    case = _votes("One", escalation("voted"), interrupting=False)

    case.do("vote").do("vote").do("vote")

    assert case.tasks == ["note"]


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("thrown", [error("voted"), escalation("voted"), signal("voted")])
def test_what_it_throws_may_interrupt_the_activity_itself(
    thrown: Trigger, *, sequential: bool
) -> None:
    case = _votes("One", thrown, interrupting=True, sequential=sequential).do("vote")

    assert (case.tasks, len(case.case.frames)) == (["note"], 1)


def test_what_an_instance_throws_it_evaluates_as_it_sees_it() -> None:
    vote = multi(user("vote"), each="['a', 'b']", item="person")
    drawn = process(
        "start > vote > end", throwing(vote, "None", message("voted", payload="person"))
    )

    case = play(drawn).do("vote").do("vote")

    assert [one.payload for one in case.history if isinstance(one, MessageSent)] == ["a", "b"]


@pytest.mark.parametrize(("behavior", "thrown"), [("Complex", signal("s")), ("None", None)])
def test_a_behaviour_that_cannot_be_executed_is_refused(
    behavior: str, thrown: Trigger | None
) -> None:
    drawn = process("start > vote", throwing(multi(user("vote"), times="3"), behavior, thrown))

    with pytest.raises(DiagramRefused, match=f"of behavior {behavior} with what it throws"):
        compiled(drawn)
