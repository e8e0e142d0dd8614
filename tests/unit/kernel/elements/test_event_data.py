"""Data that events take and give by themselves (BPMN 2.0.2, 10.4.2 and 13.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    catch,
    end,
    error,
    event_sub,
    mapped,
    message,
    process,
    signal,
    start,
    throw,
)
from tests.unit.kernel.playing import compiled, play

from caseflow.errors import CommandRefused, DiagramRefused
from caseflow.kernel import SendMessage
from caseflow.model import BoundaryEvent, CatchEvent, Node, Process


@pytest.mark.parametrize(
    ("source", "payload", "given"),
    [
        ("total + 1", {"total": 4, "note": "x"}, 5),  # a name that the payload brings
        ("payload", {"total": 4}, {"total": 4}),
        ("invoice_data", {"total": 4}, {"total": 4}),  # the event's data output
        ("number", 7, 7),
    ],
)
def test_a_catching_event_gives_only_what_it_declares(
    source: str, payload: object, given: object
) -> None:
    drawn = process("start > c > a", mapped(catch("c", message("m")), outputs={"invoice": source}))

    case = play(drawn).send("m", payload)  # type: ignore[arg-type]  # plain data, each of them

    assert (case.tasks, case.variables) == (["a"], {"invoice": given})


def test_what_an_event_cannot_take_in_stops_there_and_goes_on_when_mended() -> None:
    drawn = process(
        "start > c > a", mapped(catch("c", message("m")), outputs={"x": "payload.total + y"})
    )
    case = play(drawn).send("m", {"total": 4})
    before = (case.stuck, case.tasks)

    case.set(x=5).resolve("c")

    assert (before, case.tasks, case.stuck) == ((["c"], []), ["a"], [])


@pytest.mark.parametrize("interrupting", [True, False])
def test_boundary_events_and_event_sub_processes_do_the_same(*, interrupting: bool) -> None:
    boundary_event = boundary("b", "work", message("m"), interrupting=interrupting)
    inner = start("on", message("m"), interrupting=interrupting)
    drawings = [
        process("start > work", mapped(boundary_event, outputs={"x": "n + 1"}), "b > a"),
        process("start > work", event_sub("es", mapped(inner, outputs={"x": "n + 1"}), "on > a")),
    ]

    cases = [play(drawn).send("m", {"n": 1}) for drawn in drawings]
    failed = [play(drawn).send("m", {}) for drawn in drawings]

    left = [] if interrupting else ["work"]
    assert [(case.tasks, case.variables) for case in cases] == [([*left, "a"], {"x": 2})] * 2
    assert [(case.tasks, case.stuck) for case in failed] == [(left, ["b"]), (left, ["on"])]
    assert [case.resolve(case.stuck[0]).tasks for case in failed] == [[*left, "a"]] * 2


def test_a_caught_error_gives_what_its_event_declares() -> None:
    drawn = process(
        "start > work",
        mapped(boundary("b", "work", error("E")), outputs={"reason": "text"}),
        "b > a",
    )

    case = play(drawn).raise_error("work", "E", {"text": "no", "more": 1})

    assert (case.tasks, case.variables) == (["a"], {"reason": "no"})


def test_a_start_event_takes_in_what_it_declares_or_opens_no_case() -> None:
    drawn = process(mapped(start("s", message("m")), outputs={"x": "n + 1"}), "s > a")

    assert play(drawn, begin="s", payload={"n": 1}).variables == {"x": 2}
    with pytest.raises(CommandRefused, match="cannot be opened"):
        play(drawn, begin="s", payload={})


@pytest.mark.parametrize(
    "drawn",
    [
        process(
            "start > t > w", mapped(throw("t", message("m")), inputs={"total": "n", "who": "'li'"})
        ),
        process("start > t", mapped(end("t", message("m")), inputs={"total": "n", "who": "'li'"})),
    ],
)
def test_a_throwing_event_carries_the_data_that_it_takes(drawn: Process) -> None:
    case = play(drawn, n=4)

    sent = [one.payload for one in case.last.effects if isinstance(one, SendMessage)]
    assert sent == [{"total": 4, "who": "li"}]


def test_a_payload_that_is_said_may_use_the_data_that_the_event_takes() -> None:
    drawn = process(
        "start > t > w",
        mapped(throw("t", signal("s", payload="{'sum': total + 1}")), inputs={"total": "n"}),
        event_sub("es", start("on", signal("s"), interrupting=False), "on > a"),
    )

    case = play(drawn, n=4)

    assert case.variables == {"n": 4, "sum": 5}


def _both(node: Node) -> Node:
    """The event, waiting for both of its triggers."""
    match node.behaviour:
        case CatchEvent() | BoundaryEvent():
            return replace(node, behaviour=replace(node.behaviour, parallel=True))
        case _:
            raise AssertionError(node)


def test_the_outputs_of_an_event_that_needs_several_things_know_what_all_of_them_brought() -> None:
    event = mapped(_both(catch("c", message("m"), message("n"))), outputs={"sum": "one + two"})
    case = play(process("start > c > a", event), one=0)

    before = case.send("n", {"two": 2}).variables
    after = case.send("m", {"one": 1})

    assert (before, after.tasks, after.variables) == ({"one": 0}, ["a"], {"one": 0, "sum": 3})


def test_what_they_brought_is_forgotten_when_it_waits_for_all_of_them_again() -> None:
    event = boundary("b", "a", message("m", into="m"), message("n"), interrupting=False)
    event = mapped(_both(event), outputs={"got": "[m, two]"})
    case = play(process("start > a", event, "b > end2"))

    seen = [case.send("m", 1).send("n", {"two": 2}).variables]
    seen.append(case.send("m", 3).variables)
    seen.append(case.send("n", {"two": 4}).variables)

    assert seen == [{"got": [1, 2]}, {"got": [1, 2]}, {"got": [3, 4]}]


def test_outputs_that_none_of_them_brought_stop_the_token() -> None:
    event = mapped(_both(catch("c", message("m"), message("n"))), outputs={"x": "three + 1"})

    case = play(process("start > c > a", event)).send("m").send("n")

    assert case.stuck == ["c"]


@pytest.mark.parametrize(
    "node",
    [
        mapped(catch("c", message("m")), inputs={"x": "1"}),
        mapped(throw("c", message("m")), outputs={"x": "1"}),
        mapped(throw("c"), inputs={"x": "1"}),
    ],
)
def test_data_that_an_event_would_not_use_is_refused(node: Node) -> None:
    with pytest.raises(DiagramRefused, match="an event with data that it neither takes nor gives"):
        compiled(process("start > c > a", node))
