"""Receive tasks and event-based gateways that open cases (BPMN 2.0.2, 10.3.4, 10.6.6, 13.4.4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.kernel.drawing import (
    catch,
    duration,
    event_gateway,
    looped,
    message,
    process,
    receive,
    signal,
    start,
    sub,
)
from tests.unit.kernel.playing import compiled, play

from caseflow.errors import CommandRefused, DiagramRefused
from caseflow.kernel import CaseStarted, MessageReceived, PathTaken, SignalReceived, starting_nodes
from caseflow.model import (
    ElementId,
    EventGateway,
    FlowId,
    Node,
    Process,
    ProcessId,
    ReceiveTask,
)

P = ProcessId("p")


def opening(node: Node, *, parallel: bool = False) -> Node:
    match node.behaviour:
        case ReceiveTask():
            return replace(node, behaviour=replace(node.behaviour, instantiate=True))
        case EventGateway():
            behaviour = replace(node.behaviour, instantiate=True, parallel=parallel)
            return replace(node, behaviour=behaviour)
        case _:
            raise AssertionError(node)


def _gateway(*, parallel: bool = False) -> Process:
    return process(
        opening(event_gateway("g"), parallel=parallel),
        *("g > asked > a", "g > told > b"),
        catch("asked", message("ask")),
        receive("told", message("tell", into="text")),
    )


def test_a_message_opens_a_case_behind_its_receive_task() -> None:
    drawn = process(opening(receive("r", message("ask", into="question"))), "r > a > end")

    case = play(drawn, begin="r", payload="why?")

    assert (case.tasks, case.variables) == (["a"], {"question": "why?"})
    assert [one for one in case.history if isinstance(one, MessageReceived | PathTaken)] == [
        MessageReceived(process=P, element=ElementId("r"), name="ask", payload="why?"),
        PathTaken(process=P, flows=(FlowId("r>a"),)),
    ]


def test_it_cannot_be_opened_without_the_message() -> None:
    with pytest.raises(CommandRefused, match="no plain start event"):
        play(process(opening(receive("r", message("ask"))), "r > a"))


def test_a_plain_receive_task_at_the_beginning_waits_inside_the_case() -> None:
    case = play(process("r > a", receive("r", message("ask"))))

    assert (case.awaited, case.send("ask").tasks) == (["r"], ["a"])


def test_one_event_behind_an_exclusive_gateway_opens_the_case_without_the_others() -> None:
    case = play(_gateway(), begin="told", payload="so")

    assert (case.tasks, case.awaited, case.variables) == (["b"], [], {"text": "so"})
    assert case.facts(PathTaken) == [
        PathTaken(process=P, flows=(FlowId("g>told"), FlowId("told>b")))
    ]


def test_behind_a_parallel_gateway_the_case_waits_for_all_of_the_others() -> None:
    case = play(_gateway(parallel=True), begin="asked")
    before = (case.tasks, case.awaited)

    case.do("a")
    still = case.state
    case.send("tell", "so")

    assert (before, still, case.tasks) == ((["a"], ["told"]), "running", ["b"])


def test_a_signal_can_open_a_case_behind_a_gateway() -> None:
    drawn = process(opening(event_gateway("g")), "g > heard > a", catch("heard", signal("s")))

    case = play(drawn, begin="heard")

    assert len(case.facts(SignalReceived, CaseStarted)) == 2
    assert case.tasks == ["a"]


def test_what_opens_cases_is_known_from_the_diagram() -> None:
    drawn = process(
        "start > w",
        opening(receive("r", message("ask"))),
        opening(event_gateway("g")),
        *("r > a", "g > c > a", "g > d > a"),
        catch("c", message("m")),
        receive("d"),
    )

    names = [one.id for one in starting_nodes(drawn.scope)]

    assert sorted(names) == ["c", "d", "r", "start"]
    assert sorted(compiled(drawn).starts) == sorted(names)


@pytest.mark.parametrize(
    ("drawn", "what"),
    [
        (
            process("start > r > a", opening(receive("r", message("ask")))),
            "it opens cases, but a flow leads to it",
        ),
        (
            process(opening(looped(receive("r", message("ask")), maximum=2)), "r > a"),
            "a receive task that opens cases, with loop or mappings",
        ),
        (
            process(opening(event_gateway("g")), "g > c > a", catch("c", duration("PT1H"))),
            "an event that opens cases, and is no message or signal",
        ),
        (
            process(
                "start > part",
                sub("part", start("in"), "in > w", opening(receive("r")), "r > w"),
            ),
            "what would start cases, but inside a sub-process",
        ),
        (
            process(
                "start > g",
                replace(event_gateway("g"), behaviour=EventGateway(parallel=True)),
                "g > c > a",
                catch("c", message("m")),
            ),
            "a parallel event-based gateway inside a case",
        ),
    ],
)
def test_what_cannot_open_cases_is_refused(drawn: Process, what: str) -> None:
    with pytest.raises(DiagramRefused, match=what):
        compiled(drawn)
