"""What is refused at deployment: every reason at once, with the element and the way out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.kernel.drawing import (
    call,
    catch,
    event_gateway,
    event_sub,
    link,
    looped,
    mapped,
    message,
    process,
    receive,
    script,
    start,
    sub,
    throw,
    user,
)
from tests.unit.kernel.playing import MONDAY, compiled

from caseflow.errors import DiagramRefused, Finding, Severity
from caseflow.kernel import (
    CaseId,
    Kernel,
    ProcessKey,
    Setting,
    StartCase,
    advance,
    compile_process,
)
from caseflow.model import (
    CalendarKind,
    Formula,
    Limit,
    Node,
    Notation,
    ParameterSet,
    Process,
    ProcessId,
    ScriptTask,
    Value,
)

FEEL = Formula(text="x", notation=Notation.FEEL)
SETS = {
    "s": ParameterSet(
        name="s",
        limits={"sign": Limit(name="sign", kind=CalendarKind.CLK, amount=5)},
        values={"most": 2},
    ),
    "t": ParameterSet(name="t", values={"most": 3}),
}


def refusals(drawn: Process, setting: Setting | None = None) -> list[tuple[str, str]]:
    """The rules that refuse a process, each with the element."""
    with pytest.raises(DiagramRefused) as refusal:
        compile_process(drawn, setting=setting or Setting())
    return [(one.rule, one.element) for one in refusal.value.findings]


def test_a_finding_names_file_line_element_problem_and_way_out() -> None:
    task = replace(user("a", due="x +"), name="Answer", line=12)

    with pytest.raises(DiagramRefused) as refusal:
        compile_process(process("start > a > end", task))

    (finding,) = refusal.value.findings
    assert finding == Finding(
        rule="expression-refused",
        severity=Severity.ERROR,
        file="p.bpmn",
        line=12,
        element="a",
        name="Answer",
        message=finding.message,
        remedy="see docs/reference/expressions.md for what can be written",
    )
    assert "(column 4 of 'x +')" in finding.message


def test_the_line_of_the_expression_comes_before_that_of_the_element() -> None:
    task = replace(
        script("a", "x ="), line=12, behaviour=ScriptTask(script=Formula(text="x =", line=14))
    )

    with pytest.raises(DiagramRefused) as refusal:
        compile_process(process("start > a", task))

    assert [one.line for one in refusal.value.findings] == [14]


def test_all_reasons_are_told_at_once_from_every_scope() -> None:
    inner = sub("s", "start > b", script("b", "import os"))
    drawn = process("start > a > s > c > end", user("a", due="1 +"), inner, call("c", "q"))

    assert refusals(drawn) == [
        ("expression-refused", "a"),
        ("expression-refused", "b"),
        ("unknown-called-process", "c"),
    ]


def test_a_script_in_feel_needs_a_variable_for_its_value() -> None:
    bare = replace(script("a", ""), behaviour=ScriptTask(script=FEEL))
    named = replace(script("a", ""), behaviour=ScriptTask(script=FEEL, result="y"))

    assert refusals(process("start > a", bare)) == [("expression-language", "a")]
    compile_process(process("start > a", named))


def test_a_function_that_nobody_offers_is_refused_and_one_of_the_host_is_not() -> None:
    drawn = process("start > a > end", script("a", "x = twice(2)"))

    def twice(number: Value) -> Value:
        return [number, number]

    assert refusals(drawn) == [("expression-refused", "a")]
    program = compile_process(drawn, setting=Setting(functions={"twice": twice}))
    command = StartCase(at=MONDAY, case=CaseId("c"), process=program.key)
    assert advance(program, None, command).case.variables == {"x": [2, 2]}


@pytest.mark.parametrize("text", ["x = both(1)", "x = both(1, 2, 3)"])
def test_a_function_of_the_host_is_called_with_as_many_arguments_as_it_takes(text: str) -> None:
    def both(one: Value, other: Value) -> Value:
        return [one, other]

    setting = Setting(functions={"both": both})

    assert refusals(process("start > a", script("a", text)), setting) == [
        ("expression-refused", "a")
    ]


def test_a_function_of_the_host_may_take_any_number_of_arguments() -> None:
    def listed(*values: Value) -> Value:
        return list(values)

    setting = Setting(functions={"listed": listed})

    compile_process(process("start > a", script("a", "x = listed(1, 2, 3)")), setting=setting)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("limit('sign')", ["t"]),
        ("due('sign')", ["t"]),
        ("limit('none')", ["s", "t"]),
        ("param('most')", []),
        ("param('least')", ["s", "t"]),
        ("limit(name)", []),
    ],
)
def test_a_limit_or_value_that_a_parameter_set_lacks_is_refused_for_each_set(
    text: str, missing: list[str]
) -> None:
    drawn = process("start > a > end", user("a", due=text))

    if missing:
        with pytest.raises(DiagramRefused) as refusal:
            compiled(drawn, parameters=SETS)
        assert [one.message.split()[2] for one in refusal.value.findings] == missing
    else:
        compiled(drawn, parameters=SETS)


def test_a_limit_without_any_parameter_file_is_refused() -> None:
    drawn = process("start > a > end", user("a", due="limit('sign')"))

    assert refusals(drawn) == [("unknown-parameter", "a")]


def test_a_called_process_must_be_there_and_begin_at_one_plain_start() -> None:
    drawn = process("start > c", call("c", "q"))
    two = compiled(process(start("s1"), start("s2"), "s1 > a", "s2 > a", name="q"))
    by_message = compiled(process(start("on", message("m")), "on > a", name="q"))
    without = compiled(process("a > b", name="q"))

    assert refusals(drawn) == [("unknown-called-process", "c")]
    for called in (two, by_message):
        setting = Setting(called={ProcessId("q"): called})
        assert refusals(drawn, setting) == [("called-process-start", "c")]
    compiled(drawn, calls=[without])


def test_a_called_process_must_have_the_parameter_sets_of_its_caller() -> None:
    drawn = process("start > c", call("c", "q"))
    called = compiled(process("start > a", name="q"), parameters={"s": SETS["s"]})
    indifferent = compiled(process("start > a", name="q"))

    with pytest.raises(DiagramRefused) as refusal:
        compiled(drawn, calls=[called], parameters=SETS)

    (finding,) = refusal.value.findings
    assert (finding.rule, finding.element) == ("unknown-parameter-set", "c")
    assert "has no parameter set t" in finding.message
    compiled(drawn, calls=[indifferent], parameters=SETS)


def test_a_loop_that_could_never_end_is_refused() -> None:
    assert refusals(process("start > a", looped(user("a")))) == [("endless-loop", "a")]


def test_a_scope_in_which_nothing_begins_is_refused() -> None:
    around = sub("s", "a > b > a")

    assert refusals(process("start > s", around)) == [("no-beginning", "s")]
    assert refusals(process("a > b > a")) == [("no-beginning", "p")]


def test_a_sub_process_with_several_start_events_is_refused() -> None:
    inner = sub("s", start("s1"), start("s2"), "s1 > a", "s2 > a")

    assert refusals(process("start > s", inner)) == [("several-starts", "s")]


@pytest.mark.parametrize(
    "handler",
    [
        event_sub("es", "start > a"),
        event_sub("es", "a > b"),
        event_sub("es", start("s1", message("m")), start("s2", message("n")), "s1 > a"),
    ],
)
def test_an_event_sub_process_begins_at_one_event(handler: Node) -> None:
    assert refusals(process("start > x", handler)) == [("event-sub-process-start", "es")]


@pytest.mark.parametrize(
    "behind",
    [
        user("a"),
        looped(receive("a", message("m")), "x"),
        mapped(receive("a", message("m")), outputs={"x": "1"}),
    ],
)
def test_an_event_gateway_waits_only_for_events(behind: Node) -> None:
    drawn = process(
        "start > g > a > end", "g > c > end", event_gateway("g"), behind, catch("c", message("n"))
    )

    assert refusals(drawn) == [("event-gateway-target", "a")]


def test_a_link_without_its_other_end_is_refused() -> None:
    assert refusals(process("start > t", throw("t", link("l")))) == [("link-without-target", "t")]


def test_a_script_with_a_result_is_compiled_as_an_expression() -> None:
    drawn = process("start > a", script("a", "x = 1", result="y"))

    assert refusals(drawn) == [("expression-refused", "a")]


def test_a_business_key_that_cannot_be_read_is_refused() -> None:
    drawn = replace(process("start > a"), business_key=Formula(text="1 +", line=3))

    with pytest.raises(DiagramRefused) as refusal:
        compile_process(drawn)

    assert [(one.element, one.line) for one in refusal.value.findings] == [("p", 3)]


def test_a_program_tells_what_it_is_and_holds_what_it_calls() -> None:
    deepest = compiled(process("start > a", name="r"))
    called = compiled(process("start > d", call("d", "r"), name="q"), calls=[deepest])

    program = compile_process(
        replace(process("start > c", call("c", "q")), name="Main"),
        version=3,
        setting=Setting(called={called.key.id: called}),
    )

    assert (program.key, program.name) == (ProcessKey(id=ProcessId("p"), version=3), "Main")
    assert set(program.library) == {program.key, called.key, deepest.key}
    assert list(program.starts) == ["start"]


def test_the_kernel_is_an_interpreter() -> None:
    kernel = Kernel()
    program = kernel.compile(process("start > a"), version=2, setting=Setting())
    command = StartCase(at=MONDAY, case=CaseId("c"), process=program.key)

    assert kernel.advance(program, None, command) == advance(program, None, command)
