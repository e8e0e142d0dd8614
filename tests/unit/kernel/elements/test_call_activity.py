"""Call activities (BPMN 2.0.2, 10.3.6)."""

from __future__ import annotations

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    call,
    duration,
    end,
    error,
    exclusive,
    mapped,
    message,
    multi,
    process,
    script,
    user,
)
from tests.unit.kernel.playing import MONDAY, compiled, play

from caseflow.errors import UnknownProcess
from caseflow.kernel import (
    CaseFailed,
    CompleteTask,
    PathTaken,
    Program,
    ScopeEntered,
    ScopeLeft,
    Setting,
    TaskOpened,
    advance,
    compile_process,
)
from caseflow.model import (
    CalendarKind,
    ElementId,
    FlowId,
    Limit,
    ParameterSet,
    ProcessId,
)

P, Q = ProcessId("p"), ProcessId("q")
C = ElementId("c")


def calling(*called: Program) -> Program:
    return compiled(process("start > c > after", call("c", "q")), calls=called)


def test_a_called_process_runs_inside_the_case() -> None:
    case = play(calling(compiled(process("start > a > end", name="q"))))

    assert case.tasks == ["a"]
    assert case.task("a").process == "q"
    assert case.facts(TaskOpened) == [
        TaskOpened(process=Q, element=ElementId("a"), task=4, due_at=None, limit=None)
    ]
    assert case.do("a").tasks == ["after"]
    assert case.history[1:4] == [
        PathTaken(process=P, flows=(FlowId("start>c"),)),
        ScopeEntered(process=P, element=C),
        PathTaken(process=Q, flows=(FlowId("start>a"),)),
    ]


def test_the_history_tells_what_outcome_it_had() -> None:
    called = compiled(process("start > end", end(outcome="agreed"), name="q"))

    case = play(calling(called))

    assert case.facts(ScopeLeft) == [ScopeLeft(process=P, element=C, outcome="agreed")]


def test_without_declared_data_it_shares_the_case_file() -> None:
    called = compiled(process("start > a", script("a", "x = n + 1"), name="q"))

    assert play(calling(called), n=1).variables == {"n": 1, "x": 2}


def test_a_data_object_of_the_called_process_stays_in_it() -> None:
    called = compiled(
        process("start > a", script("a", "own = 1\nx = own"), name="q", data=["own"])
    )

    assert play(calling(called)).variables == {"x": 1}


def test_with_declared_data_it_sees_its_inputs_and_gives_its_outputs() -> None:
    called = compiled(process("start > a", script("a", "m = m + 1\nx = m"), name="q"))
    drawn = process(
        "start > c > end", mapped(call("c", "q"), inputs={"m": "n"}, outputs={"y": "x"})
    )

    assert play(compiled(drawn, calls=[called]), n=1).variables == {"n": 1, "y": 2}


@pytest.mark.parametrize(
    "data", [{"inputs": {"m": "1"}}, {"outputs": {"y": "1"}}, {"inputs": {}, "outputs": {}}]
)
def test_with_declared_data_of_any_kind_the_case_file_is_out_of_sight(
    data: dict[str, dict[str, str]],
) -> None:
    called = compiled(process("start > a", script("a", "x = n"), name="q"))
    drawn = process("start > c > end", mapped(call("c", "q"), **data))

    case = play(compiled(drawn, calls=[called]), n=1)

    assert case.stuck == ["a"]
    assert "there is no variable n" in next(iter(case.case.incidents.values())).message


def test_with_declared_inputs_alone_nothing_comes_out() -> None:
    called = compiled(process("start > a", script("a", "x = m"), name="q"))
    drawn = process("start > c > end", mapped(call("c", "q"), inputs={"m": "n"}))

    assert play(compiled(drawn, calls=[called]), n=1).variables == {"n": 1}


def test_its_outcome_can_be_given_out() -> None:
    called = compiled(process("start > end", end(outcome="agreed"), name="q"))
    drawn = process("start > c > end", mapped(call("c", "q"), outputs={"result": "outcome"}))

    assert play(compiled(drawn, calls=[called])).variables == {"result": "agreed"}


def test_an_error_that_it_does_not_catch_goes_to_the_caller() -> None:
    called = compiled(process("start > end", end("end", error("E1")), name="q"))
    drawn = process("start > c > end", call("c", "q"), boundary("b", "c", error("E1")), "b > mend")

    assert play(compiled(drawn, calls=[called])).tasks == ["mend"]


def test_an_error_that_nobody_catches_fails_the_whole_case() -> None:
    case = play(calling(compiled(process("start > end", end("end", error("E1")), name="q"))))

    assert (case.state, case.last.events[-1]) == ("failed", CaseFailed(code="E1"))


def test_it_can_be_called_for_each_of_many() -> None:
    called = compiled(process("start > a", script("a", "y = x * 2"), name="q"))
    task = multi(call("c", "q"), each="[1, 2]", item="x", into="all", gives="y")

    case = play(compiled(process("start > c > end", task), calls=[called]))

    assert case.variables == {"all": [2, 4]}


def test_called_processes_can_call_others() -> None:
    deepest = compiled(process("start > a", name="r"))
    called = compiled(process("start > d > b", call("d", "r"), name="q"), calls=[deepest])

    case = play(calling(called))

    assert case.do("a").tasks == ["b"]
    assert case.do("b").tasks == ["after"]


def test_a_process_can_call_itself() -> None:
    drawn = process(
        "start > less > g",
        "g > c : n > 0",
        "g > end : default",
        "c > end",
        script("less", "n = n - 1"),
        exclusive("g"),
        call("c", "p"),
    )

    case = play(drawn, n=50)

    assert (case.state, case.variables) == ("completed", {"n": 0})


def test_it_keeps_the_functions_and_parameters_it_was_compiled_with() -> None:
    limits = {"answer": Limit(name="answer", kind=CalendarKind.CLK, amount=60)}
    parameters = {"s": ParameterSet(name="s", limits=limits, values={"most": 3})}
    drawn = process(
        "start > a > b",
        script("a", "x = twice(param('most'))"),
        user("b", due="limit('answer')"),
        name="q",
    )
    called = compile_process(
        drawn, setting=Setting(parameters=parameters, functions={"twice": lambda n: n * 2})
    )

    case = play(calling(called))

    assert case.variables == {"x": 6}
    assert case.task("b").due_at == MONDAY.replace(hour=2)


def test_a_case_whose_called_version_is_missing_is_refused() -> None:
    case = play(calling(compiled(process("start > a > end", name="q"))))
    drawn = process("start > a > end", name="q")
    newer = compile_process(drawn, version=2)
    program = compile_process(
        process("start > c > after", call("c", "q")), setting=Setting(called={Q: newer})
    )

    with pytest.raises(UnknownProcess) as refusal:
        advance(program, case.case, CompleteTask(at=MONDAY, task=4))

    assert (refusal.value.process, refusal.value.version) == ("q", 1)


def test_it_listens_for_what_its_own_events_wait_for() -> None:
    called = compiled(
        process("start > a", boundary("b", "a", message("m"), duration("PT1H")), "b > x", name="q")
    )
    case = play(calling(called))

    assert [(one.process, one.element) for one in case.case.timers.values()] == [("q", "b")]
    assert case.send("m").tasks == ["x"]
