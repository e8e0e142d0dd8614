"""Call activities (BPMN 2.0.2, 10.3.6)."""

from __future__ import annotations

from collections.abc import Iterable

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
    parallel,
    process,
    script,
    signal,
    start,
    terminate,
    user,
)
from tests.unit.kernel.playing import MONDAY, compiled, play

from caseflow.errors import NothingWaits, UnknownProcess
from caseflow.kernel import (
    BindCalls,
    CaseFailed,
    CompleteTask,
    FindNewest,
    PathTaken,
    ProcessKey,
    Program,
    ScopeEntered,
    ScopeLeft,
    Setting,
    TaskOpened,
    advance,
    compile_process,
)
from caseflow.model import (
    Binding,
    CalendarKind,
    ElementId,
    FlowId,
    Limit,
    Node,
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


def late(*parts: Node | str, versions: Iterable[Program] = ()) -> Program:
    """A process that calls whatever version of q is the newest; those at hand are these."""
    program = compiled(process(*parts, call("c", "q", binding=Binding.LATEST)))
    for one in versions:
        program.library[one.key] = one
    return program


def version(number: int, *parts: Node | str) -> Program:
    return compile_process(process(*parts, name="q"), version=number)


def binding(number: int) -> BindCalls:
    return BindCalls(at=MONDAY, newest=(ProcessKey(id=Q, version=number),))


def test_a_late_call_asks_for_the_newest_version_and_runs_that() -> None:
    versions = version(1, "start > old"), version(2, "start > new")
    case = play(late("start > c > after", versions=versions))
    asked = [one for one in case.last.effects if isinstance(one, FindNewest)]

    case.apply(binding(2))

    assert asked == [FindNewest(call=2, process=Q)]
    assert case.tasks == ["new"]
    assert case.do("new").tasks == ["after"]


def test_which_version_that_was_stands_among_the_commands() -> None:
    program = late("start > c > after", versions=[version(1, "start > old")])
    opened = play(program)
    before = opened.case
    bound = opened.apply(binding(1)).case
    program.library[ProcessKey(id=Q, version=2)] = version(2, "start > new")

    assert advance(program, before, binding(1)).case == bound


def test_calls_that_begin_together_run_the_same_version() -> None:
    program = late(
        "start > m",
        multi(call("m", "q", binding=Binding.LATEST), times="3"),
        versions=[version(4, "start > a")],
    )
    case = play(program)
    asked = [one for one in case.last.effects if isinstance(one, FindNewest)]

    assert (len(asked), case.apply(binding(4)).tasks) == (3, ["a", "a", "a"])


def test_a_late_call_with_declared_data_sees_its_inputs_alone() -> None:
    called = version(1, "start > s", script("s", "x = n + 1"))
    c = mapped(call("c", "q", binding=Binding.LATEST), inputs={"n": "m"}, outputs={"y": "x"})
    program = compiled(process("start > c > after", c))
    program.library[called.key] = called

    assert play(program, m=1).apply(binding(1)).variables == {"m": 1, "y": 2}


def test_a_late_call_can_be_interrupted_before_it_knows_its_version() -> None:
    drawn = late("start > c > after", boundary("b", "c", signal("s")), "b > other")
    case = play(drawn).signal("s")

    assert case.tasks == ["other"]
    with pytest.raises(NothingWaits, match="does not wait for a version of q"):
        case.apply(binding(1))


def test_what_is_cancelled_at_once_asks_for_no_version() -> None:
    drawn = late("start > p", "p > c", "p > end2", parallel("p"), end("end2", terminate()))

    assert [one for one in play(drawn).last.effects if isinstance(one, FindNewest)] == []


def test_a_newest_version_without_a_plain_start_stops_the_call() -> None:
    program = late("start > c", versions=[version(3, start("on", message("m")), "on > a")])

    case = play(program).apply(binding(3))

    assert [one.message for one in case.case.incidents.values()] == [
        "version 3 of process q has no plain start event"
    ]


def test_a_version_that_is_not_at_hand_is_refused() -> None:
    case = play(late("start > c"))

    with pytest.raises(UnknownProcess):
        advance(case.program, case.case, binding(9))


def test_a_called_process_with_nothing_in_it_is_done_at_once() -> None:
    assert play(calling(compiled(process(name="q")))).tasks == ["after"]


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
