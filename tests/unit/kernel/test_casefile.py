"""The case file: who sees which variables, and where they are written (BPMN 2.0.2, 10.4)."""

from __future__ import annotations

from tests.unit.kernel.drawing import (
    call,
    event_sub,
    exclusive,
    looped,
    mapped,
    message,
    multi,
    parallel,
    process,
    script,
    start,
    sub,
    user,
)
from tests.unit.kernel.playing import compiled, play


def test_branches_see_what_the_others_have_written() -> None:
    drawn = process(
        "start > fork > a > wx",
        "fork > b > rx",
        parallel("fork"),
        script("wx", "x = 1"),
        script("rx", "y = x + 1"),
    )

    assert play(drawn).do("a").do("b").variables == {"x": 1, "y": 2}


def test_a_write_goes_to_the_nearest_scope_that_has_the_name() -> None:
    deep = sub("t", "start > a", script("a", "own = 1\ninner = 2\nouter = 3"))
    drawn = process("start > s > b", sub("s", "start > t > c", deep, data=["inner"]))

    case = play(drawn, outer=0)

    inner = next(one for one in case.case.frames.values() if one.element == "s")
    assert inner.variables == {"inner": 2}
    assert case.variables == {"own": 1, "outer": 3}


def test_a_data_object_hides_a_variable_of_the_same_name_only_when_it_is_set() -> None:
    inner = sub("s", "start > a > b", script("a", "seen = x\nx = 5\nnow = x"), data=["x"])

    case = play(process("start > s > end", inner), x=1)

    assert case.variables == {"x": 1, "seen": 1, "now": 5}


def test_a_data_object_of_the_scope_is_written_from_a_repeated_activity_too() -> None:
    inner = sub(
        "s",
        "start > a > b > end",
        looped(script("a", "x = loopCounter"), "loopCounter < 3"),
        script("b", "out = x"),
        data=["x"],
    )

    assert play(process("start > s > end", inner)).variables == {"out": 3}


def test_a_data_object_of_the_process_is_written_from_a_mapped_activity() -> None:
    task = mapped(script("a", "y = 1"), inputs={"i": "1"})

    assert play(process("start > a > end", task, data=["y"])).variables == {"y": 1}


def test_what_a_sub_process_in_an_instance_writes_stays_in_the_instance() -> None:
    inner = sub("a", "start > t > end", sub("t", "start > w", script("w", "n = one")))
    task = multi(inner, each="[1, 2]", item="one", into="got", gives="n")

    assert play(process("start > a > end", task), n=0).variables == {"n": 0, "got": [1, 2]}


def test_what_a_handler_in_an_instance_gets_stays_in_the_instance() -> None:
    note = start("on", message("note"), interrupting=False)
    inner = sub("a", "start > b", event_sub("es", note, "on > end"))
    case = play(process("start > a > end", multi(inner, times="2", into="got", gives="x")))

    case.send("note", {"x": 1}).do("b", x=2).do("b", x=3)

    assert case.variables == {"got": [2, 3]}


def test_inputs_of_an_instance_can_use_its_item() -> None:
    task = mapped(
        multi(script("a", "z = y"), each="[1, 2]", item="x", into="got", gives="z"),
        inputs={"y": "x * 10 + base"},
    )

    assert play(process("start > a > end", task), base=5).variables == {"base": 5, "got": [15, 25]}


def test_a_called_process_with_data_of_its_own_in_an_instance_sees_only_that() -> None:
    called = compiled(process("start > a", script("a", "y = x"), name="q"))
    task = mapped(
        multi(call("c", "q"), each="[1, 2]", item="x", into="got", gives="y"),
        inputs={"x": "x + n"},
    )

    case = play(compiled(process("start > c > end", task), calls=[called]), n=10)

    assert case.variables == {"n": 10, "got": [11, 12]}


def test_conditions_inside_a_scope_see_its_variables_first() -> None:
    inner = mapped(
        sub("s", "start > g", "g > a : n > 5", "g > b : default", exclusive("g")),
        inputs={"n": "n * 10"},
    )

    assert play(process("start > s > end", inner), n=1).tasks == ["a"]


def test_the_due_time_of_an_instance_can_depend_on_its_item() -> None:
    task = multi(user("a", assignee="who"), each="['li', 'wu']", item="who")

    case = play(process("start > a > end", task))

    assert [one.assignee for one in case.case.tasks.values()] == ["li", "wu"]


def test_a_variable_can_be_none() -> None:
    case = play(process("start > a > end", script("a", "y = x is None")), x=None)

    assert case.variables == {"x": None, "y": True}
