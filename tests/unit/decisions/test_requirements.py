"""Decisions that need other decisions, inputs and knowledge."""

from __future__ import annotations

import pytest
from tests.unit.decisions.drawing import NUMBER, TEXT, feel, table, typed

from caseflow.decisions import (
    Decision,
    DecisionModel,
    InputData,
    Kind,
    Knowledge,
    Seen,
    compile_decisions,
)
from caseflow.errors import DecisionFailed, DiagramRefused
from caseflow.expressions import MAX_STEPS, Function
from caseflow.model import Value

PEOPLE = InputData(id="in_people", name="人数", variable="涉及 人数", type=NUMBER)
LEVEL = Decision(
    id="level",
    name="Level",
    variable="case level",
    logic=table({"涉及 人数": NUMBER}, '< 30 | "E2"', '>= 30 | "E4"'),
    needs=("in_people",),
)
DAYS = Decision(
    id="days",
    name="Days",
    variable="days",
    logic=feel('days for(case level) + (if case level = "E4" then 1 else 0)'),
    needs=("level",),
    knowledge=("k",),
)
K = Knowledge(
    id="k", name="days for", parameters=("grade",), body=feel('if grade = "E2" then 3 else 30')
)


def drawn(
    *decisions: Decision,
    inputs: tuple[InputData, ...] = (PEOPLE,),
    knowledge: tuple[Knowledge, ...] = (K,),
) -> DecisionModel:
    return DecisionModel(
        file="t.dmn",
        id="m",
        name="M",
        decisions={one.id: one for one in decisions},
        inputs={one.id: one for one in inputs},
        knowledge={one.id: one for one in knowledge},
    )


def decide(model: DecisionModel, decision: str, **names: Value) -> Value:
    return compile_decisions(model).decide(decision, names).result


def refusal(model: DecisionModel) -> list[str]:
    with pytest.raises(DiagramRefused) as refused:
        compile_decisions(model)
    return [finding.rule for finding in refused.value.findings]


def test_what_is_needed_is_decided_first_and_only_that() -> None:
    decisions = compile_decisions(drawn(DAYS, LEVEL))

    days = decisions.decide("days", {"涉及 人数": 40})
    level = decisions.decide("level", {"涉及 人数": 4})

    assert (days.result, [step.decision for step in days.steps]) == (31, ["level", "days"])
    assert (level.result, [step.decision for step in level.steps]) == ("E2", ["level"])
    assert days.steps[1].seen == (Seen(title="case level", value="E4"),)


def test_a_needed_input_that_the_case_lacks_is_named() -> None:
    with pytest.raises(DecisionFailed, match="decision level: the case has no 涉及 人数"):
        decide(drawn(LEVEL), "level")


def test_a_needed_input_of_the_wrong_type_is_named() -> None:
    with pytest.raises(DecisionFailed, match='decision level, 人数: "40" is not a number'):
        decide(drawn(LEVEL), "level", **{"涉及 人数": "40"})


def test_the_allowed_values_of_a_type_hold_for_inputs_and_results() -> None:
    colour = typed(Kind.TEXT, allowed='"red", "blue"')
    painted = Decision(
        id="d", name="D", variable="d", logic=feel("upper case(c)"), type=colour, needs=("i",)
    )
    model = drawn(painted, inputs=(InputData(id="i", name="Colour", variable="c", type=colour),))

    with pytest.raises(DecisionFailed, match='decision d, Colour: "green" is not one of the'):
        decide(model, "d", c="green")
    with pytest.raises(DecisionFailed, match='decision d, the result: "RED" is not one of the'):
        decide(model, "d", c="red")


def test_a_result_that_does_not_fit_its_declared_type_fails() -> None:
    wrong = Decision(id="d", name="D", variable="d", logic=feel('"a"'), type=NUMBER)

    with pytest.raises(DecisionFailed, match='decision d: the result: "a" is not a number'):
        decide(drawn(wrong), "d")


def test_parts_of_a_needed_result_go_by_their_names() -> None:
    outputs = {"tier name": TEXT, "days": NUMBER}
    both = Decision(
        id="both", name="B", variable="both", logic=table({}, '"town" | 3', outputs=outputs)
    )
    one = Decision(
        id="one", name="O", variable="one", logic=feel("both.tier name"), needs=("both",)
    )

    assert decide(drawn(both, one), "one") == "town"


def test_knowledge_may_need_knowledge() -> None:
    twice = Knowledge(id="t", name="twice", parameters=("n",), body=feel("n * 2"))
    fourfold = Knowledge(
        id="f", name="fourfold", parameters=("n",), body=feel("twice(twice(n))"), knowledge=("t",)
    )
    asks = Decision(id="d", name="D", variable="d", logic=feel("fourfold(x)"), knowledge=("f",))

    assert decide(drawn(asks, knowledge=(twice, fourfold)), "d", x=3) == 12


def test_knowledge_sees_nothing_but_its_parameters() -> None:
    peeks = Knowledge(id="k", name="peek", parameters=(), body=feel("secret"))
    asks = Decision(id="d", name="D", variable="d", logic=feel("peek()"), knowledge=("k",))

    with pytest.raises(DecisionFailed, match="there is no variable secret"):
        decide(drawn(asks, knowledge=(peeks,)), "d", secret=1)


def test_one_decision_has_one_budget_however_deep_its_knowledge() -> None:
    slow = Knowledge(
        id="s",
        name="slow",
        parameters=("xs",),
        body=feel("count(for a in xs return for b in xs return a + b)"),
    )
    asks = Decision(
        id="d",
        name="D",
        variable="d",
        logic=feel("for i in xs return slow(xs)"),
        knowledge=("s",),
    )

    with pytest.raises(DecisionFailed, match=f"more than {MAX_STEPS:,} steps"):
        decide(drawn(asks, knowledge=(slow,)), "d", xs=list(range(300)))


def test_functions_of_the_caller_can_be_called() -> None:
    asks = Decision(id="d", name="D", variable="d", logic=feel('param("most") + 1'))
    functions = {"param": Function(least=1, most=1)}
    compiled = compile_decisions(drawn(asks), functions=functions)

    def param(name: Value) -> Value:
        return 2 if name == "most" else 0

    assert compiled.decide("d", {}, {"param": param}).result == 3
    assert [call.function for call in compiled.calls] == ["param"]


def test_an_unknown_decision_fails_by_name() -> None:
    with pytest.raises(DecisionFailed, match=r"decision other: t\.dmn has no such decision"):
        decide(drawn(LEVEL), "other")


@pytest.mark.parametrize(
    ("model", "rules"),
    [
        (
            drawn(
                Decision(id="a", name="A", variable="a", logic=feel("b"), needs=("b",)),
                Decision(id="b", name="B", variable="b", logic=feel("a"), needs=("a",)),
            ),
            ["decision-circle"],
        ),
        (
            drawn(
                LEVEL,
                knowledge=(
                    Knowledge(id="k", name="k", parameters=(), body=feel("k()"), knowledge=("k",)),
                ),
            ),
            ["decision-circle"],
        ),
        (
            drawn(LEVEL, inputs=(PEOPLE, InputData(id="x", name="X", variable="case level"))),
            ["decision-name"],
        ),
        (
            drawn(
                LEVEL, knowledge=(Knowledge(id="k", name="sum", parameters=(), body=feel("1")),)
            ),
            ["decision-name"],
        ),
        (
            drawn(LEVEL, inputs=(PEOPLE, InputData(id="x", name="X", variable="people (all)"))),
            ["decision-name"],
        ),
        (
            drawn(Decision(id="a", name="A", variable="a", logic=feel("k(1)"))),
            ["decision-expression"],
        ),
    ],
)
def test_a_graph_that_cannot_be_decided_is_refused(model: DecisionModel, rules: list[str]) -> None:
    assert refusal(model) == rules
