"""The state of a case is what is alive in it, and not how long it has lived."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    catch,
    cycle,
    duration,
    event_gateway,
    event_sub,
    exclusive,
    inclusive,
    message,
    multi,
    parallel,
    process,
    script,
    signal,
    start,
    sub,
    throw,
    user,
)
from tests.unit.kernel.playing import Played, play

from caseflow.kernel import advance, dump_case
from caseflow.model import Node, Process

Act = Callable[[Played], object]


def again(*parts: Node | str) -> Process:
    """A loop round a task, with these parts between the task and the way back."""
    return process(
        "start > m > work",
        "g > m : True",
        "g > end : default",
        exclusive("m"),
        exclusive("g"),
        *parts,
    )


SET_X = script("a", "x = 1")
ON_MESSAGE = event_sub("es", start("on", message("m")), "on > x")
ON_SIGNAL = event_sub("es", start("on", signal("s"), interrupting=False), "on > end4")

LOOPS: dict[str, tuple[Process, Act]] = {
    "a task": (again("work > g"), lambda case: case.do("work", n=1)),
    "a script": (
        again("work > s > g", script("s", "n = (n + 1) % 7")),
        lambda case: case.do("work", n=1),
    ),
    "a join": (
        again("work > f > a > j > g", "f > j", parallel("f"), inclusive("j"), SET_X),
        lambda case: case.do("work"),
    ),
    "a sub-process": (
        again("work > s > g", sub("s", "start > in > end", ON_MESSAGE)),
        lambda case: (case.do("work"), case.do("in")),
    ),
    "many instances": (
        again("work > v > g", multi(user("v"), times="3", into="got", gives="loopCounter")),
        lambda case: (case.do("work"), case.do("v"), case.do("v"), case.do("v")),
    ),
    "timers": (
        again(
            "work > g",
            boundary("late", "work", duration("PT1H"), interrupting=False),
            "late > end2",
            boundary("now", "work", cycle("R3/PT2H"), interrupting=False),
            "now > end3",
        ),
        lambda case: (case.later(hours=5), case.do("work")),
    ),
    "a sub-process with a timer on it and many instances inside": (
        again(
            "work > s > g",
            sub("s", "start > v > in > end", multi(user("v"), times="2", into="got", gives="n")),
            boundary("late", "s", cycle("R/PT1H"), interrupting=False),
            "late > note > end2",
            script("note", "late = loopless"),
        ),
        lambda case: (
            case.do("work"),
            case.later(hours=1),
            *(case.do("v"), case.do("v"), case.do("in")),
        ),
    ),
    "events": (
        again(
            "work > e",
            "e > c1 > g",
            "e > c2 > g",
            event_gateway("e"),
            catch("c1", message("m")),
            catch("c2", signal("s")),
        ),
        lambda case: (case.do("work"), case.send("m", {"n": 1})),
    ),
    "signals": (
        again("work > t > g", throw("t", signal("s")), ON_SIGNAL),
        lambda case: case.do("work"),
    ),
    "incidents": (
        again("work > s > g", script("s", "x = 1 / n")),
        lambda case: (case.do("work", n=0), case.set(n=1), case.resolve("s")),
    ),
}


def calls(act: Act, case: Played) -> int:
    """How many functions are called to do this, on any machine the same."""
    count = 0

    def see(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        act(case)
    finally:
        sys.setprofile(before)
    return count


def bytes_and_calls(act: Act, case: Played, rounds: int) -> tuple[int, int]:
    """The largest state and the most calls among some rounds."""
    seen = [(calls(act, case), len(dump_case(case.case))) for _ in range(rounds)]
    return max(size for _, size in seen), max(count for count, _ in seen)


def check_rounds(name: str, rounds: int) -> None:
    """The last hundred rounds cost in bytes and in function calls what the first did."""
    drawn, act = LOOPS[name]
    case = play(drawn, by=advance, n=1, loopless=1)
    first = bytes_and_calls(act, case, 100)
    for _ in range(rounds - 200):
        act(case)
        case.history.clear()

    last = bytes_and_calls(act, case, 100)

    assert last[0] <= 1.2 * first[0]
    assert last[1] <= 1.2 * first[1]


@pytest.mark.parametrize("name", LOOPS)
def test_the_thousandth_round_costs_what_the_first_did(name: str) -> None:
    check_rounds(name, 1_000)


@pytest.mark.slow
def test_the_ten_thousandth_round_of_a_task_costs_what_the_first_did() -> None:
    check_rounds("a task", 10_000)


@pytest.mark.long
@pytest.mark.parametrize("name", LOOPS)
def test_the_ten_thousandth_round_costs_what_the_first_did(name: str) -> None:
    check_rounds(name, 10_000)
