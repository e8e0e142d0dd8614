"""Business rule tasks that make their decision themselves (BPMN 2.0.2, 13.3.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.decisions.drawing import NUMBER, TEXT, feel, model, table
from tests.unit.kernel.drawing import boundary, error, mapped, process, rule, user
from tests.unit.kernel.playing import Played, play

from caseflow.decisions import DecisionModel
from caseflow.errors import DiagramRefused
from caseflow.kernel import (
    DECISION_ERROR,
    DecisionMade,
    Setting,
    VariablesSet,
    compile_process,
    dump_event,
    load_event,
)
from caseflow.model import (
    Assignment,
    BusinessRuleTask,
    ElementId,
    Formula,
    Node,
    Notation,
    ParameterSet,
    Process,
    ProcessId,
    UserTask,
    Value,
)

P, A = ProcessId("p"), ElementId("a")
GRADE = model(table({"people": NUMBER}, '< 30 | "E2"', '>= 30 | "E4"'))
BOTH = model(table({"people": NUMBER}, '< 30 | "E2" | 3', outputs={"level": TEXT, "days": NUMBER}))


def asking(result: str | None = "level") -> Node:
    return replace(rule("a"), behaviour=BusinessRuleTask(decision="d", result=result))


def played(drawn: Process, asked: DecisionModel = GRADE, **variables: Value) -> Played:
    program = compile_process(drawn, setting=Setting(decisions={"d": asked}))
    return play(program, case_file=variables)


def refused(drawn: Process, setting: Setting) -> list[str]:
    with pytest.raises(DiagramRefused) as refusal:
        compile_process(drawn, setting=setting)
    return [finding.rule for finding in refusal.value.findings]


def test_a_decision_is_made_at_once_and_told_with_its_reasons() -> None:
    case = played(process("start > a > end", asking()), people=40)

    made = DecisionMade(
        process=P,
        element=A,
        decision="d",
        name="D",
        inputs={"people": 40},
        rules=("r2",),
        reasons=("people = 40 fits >= 30",),
        is_default=False,
        result="E4",
    )
    assert (case.state, case.variables) == ("completed", {"people": 40, "level": "E4"})
    assert case.facts(DecisionMade) == [made]
    assert load_event(dump_event(made)) == made


def test_several_outputs_become_variables_where_no_result_is_named() -> None:
    case = played(process("start > a > end", asking(None)), BOTH, people=4)

    assert case.variables == {"people": 4, "level": "E2", "days": 3}
    assert case.facts(VariablesSet) == [
        VariablesSet(process=P, element=A, variables={"level": "E2", "days": 3})
    ]


def test_where_no_rule_fits_nothing_is_set() -> None:
    case = played(process("start > a > end", asking(None)), BOTH, people=99)

    assert (case.state, case.variables) == ("completed", {"people": 99})


def test_a_failing_decision_is_an_incident_that_can_be_resolved() -> None:
    case = played(process("start > a > end", asking()))

    assert case.stuck == ["a"]
    (incident,) = case.case.incidents.values()
    assert incident.message == (
        "decision d, people: there is no variable people: set it before, or check its "
        "spelling (column 1 of 'people')"
    )
    case.set(people=3).resolve("a")
    assert (case.state, case.variables["level"]) == ("completed", "E2")


def test_a_failing_decision_goes_the_way_of_an_error_that_is_caught() -> None:
    drawn = process(
        "start > a > end",
        "b > help > e2",
        asking(),
        boundary("b", "a", error(DECISION_ERROR)),
        user("help"),
    )

    case = played(drawn)

    assert (case.tasks, case.stuck) == (["help"], [])


def test_inputs_and_outputs_of_the_task_are_mapped() -> None:
    drawn = process(
        "start > a > end",
        mapped(asking("level"), inputs={"people": "crowd + 1"}, outputs={"grade": "level"}),
    )

    case = played(drawn, crowd=29)

    assert case.variables == {"crowd": 29, "grade": "E4"}


def test_a_decision_that_is_not_deployed_is_refused_and_a_topic_needs_none() -> None:
    drawn = process("start > a > end", asking())
    by_topic = process("start > a > end", rule("a", decision="d", topic="ask"))

    assert refused(drawn, Setting()) == ["unknown-decision"]
    assert play(by_topic).jobs == ["a"]


def test_one_value_needs_a_variable() -> None:
    drawn = process("start > a > end", asking(None))

    assert refused(drawn, Setting(decisions={"d": GRADE})) == ["decision-result"]


def test_a_table_may_speak_of_parameters_and_only_of_those_there_are() -> None:
    asked = model(feel('if people > param("most") then "many" else "few"'))
    drawn = process("start > a > end", asking())
    without = Setting(decisions={"d": asked}, parameters={"s": ParameterSet(name="s")})
    having = Setting(
        decisions={"d": asked}, parameters={"s": ParameterSet(name="s", values={"most": 5})}
    )

    assert refused(drawn, without) == ["unknown-parameter"]
    assert play(compile_process(drawn, setting=having), people=9).variables["level"] == "many"


def test_a_faulty_table_is_refused_with_its_own_place() -> None:
    asked = model(table({"people": NUMBER}, '"x" | 1'))

    assert refused(process("start > a", asking()), Setting(decisions={"d": asked})) == [
        "decision-type"
    ]


def test_what_a_modeler_writes_in_feel_is_evaluated() -> None:
    source = Formula(
        text='if people between 1 and 9 then "few" else "many"', notation=Notation.FEEL
    )
    task = replace(user("a"), behaviour=UserTask(assignment=Assignment(assignee=source)))

    case = play(process("start > a > end", task), people=3)

    assert case.task("a").assignee == "few"


def test_an_error_in_feel_is_an_incident_with_its_place() -> None:
    source = Formula(text="people + 1", notation=Notation.FEEL)
    task = replace(user("a"), behaviour=UserTask(assignment=Assignment(assignee=source)))

    case = play(process("start > a > end", task), people="x")

    (incident,) = case.case.incidents.values()
    assert incident.message == (
        "+ does not work on a text and a number (column 8 of 'people + 1')"
    )
