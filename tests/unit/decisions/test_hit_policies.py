from __future__ import annotations

from decimal import Decimal

import pytest
from tests.unit.decisions.drawing import NUMBER, TEXT, answer, decided, refusals, table, typed

from caseflow.decisions import Aggregation, Answer, Hit, Kind, Row, Seen, Step, Type
from caseflow.errors import DecisionFailed
from caseflow.model import Value

X = {"x": NUMBER}
LEVELS = {"out": typed(Kind.TEXT, allowed='"red", "yellow", "blue"')}
PAIR = {"level": TEXT, "days": NUMBER}


def test_unique_gives_the_one_rule_that_fits() -> None:
    assert decided(table(X, '< 5 | "low"', '>= 5 | "high"'), x=7) == "high"


def test_unique_with_two_hits_is_an_error_and_never_the_first_row() -> None:
    drawn = table(X, '< 5 | "low"', '< 9 | "lower"')

    with pytest.raises(DecisionFailed) as failure:
        decided(drawn, x=3)

    assert str(failure.value) == (
        "decision d: rule 1 (r1) and rule 2 (r2) fit at once, but the hit policy is UNIQUE: x = 3"
    )
    assert decided(drawn, x=6) == "lower"


def test_any_gives_what_all_rules_that_fit_agree_on() -> None:
    drawn = table(X, '< 5 | "low"', '< 9 | "low"', '< 2 | "tiny"', policy="ANY")

    assert decided(drawn, x=3) == "low"
    with pytest.raises(DecisionFailed, match="rules 1 and 3 fit at once and give different"):
        decided(drawn, x=1)


def test_any_takes_equal_numbers_for_the_same() -> None:
    assert decided(table(X, "- | 1", "- | 1.0", policy="ANY"), x=3) == 1


def test_first_gives_the_first_rule_that_fits() -> None:
    drawn = table(X, '< 5 | "low"', '< 9 | "lower"', '- | "high"', policy="FIRST")

    assert [decided(drawn, x=value) for value in (3, 7, 11)] == ["low", "lower", "high"]


def test_priority_gives_the_value_that_is_listed_first() -> None:
    rows = ('> 1 | "blue"', '> 5 | "yellow"', '> 9 | "red"')
    drawn = table(X, *rows, policy="PRIORITY", outputs=LEVELS)

    assert [decided(drawn, x=value) for value in (2, 6, 10)] == ["blue", "yellow", "red"]


def test_priority_with_several_outputs_goes_from_left_to_right() -> None:
    outputs = {"a": typed(allowed='"x", "y"'), "b": typed(allowed="1, 2")}
    rows = ('- | "y" | 1', '- | "x" | 2', '- | "x" | 1')

    drawn = table(X, *rows, policy="PRIORITY", outputs=outputs)

    assert decided(drawn, x=1) == {"a": "x", "b": 1}


def test_output_order_gives_all_of_them_by_priority() -> None:
    rows = ('> 1 | "blue"', '> 5 | "yellow"', '> 9 | "red"', '> 2 | "yellow"')
    drawn = table(X, *rows, policy="OUTPUT ORDER", outputs=LEVELS)

    assert decided(drawn, x=10) == ["red", "yellow", "yellow", "blue"]


def test_rule_order_gives_all_of_them_as_they_stand() -> None:
    rows = ('> 1 | "blue"', '> 9 | "red"', '> 5 | "yellow"')

    assert decided(table(X, *rows, policy="RULE ORDER"), x=10) == ["blue", "red", "yellow"]


@pytest.mark.parametrize(
    ("aggregation", "value", "nothing"),
    [
        (None, [10, Decimal("0.5"), 10], []),
        (Aggregation.SUM, Decimal("20.5"), None),
        (Aggregation.MIN, Decimal("0.5"), None),
        (Aggregation.MAX, 10, None),
        (Aggregation.COUNT, 3, 0),
    ],
)
def test_collect_gathers_all_hits(
    aggregation: Aggregation | None, value: Value, nothing: Value
) -> None:
    rows = ("> 1 | 10", "> 2 | 0.5", "> 3 | 10")
    drawn = table(X, *rows, policy="COLLECT", aggregation=aggregation)

    assert decided(drawn, x=9) == value
    assert decided(drawn, x=0) == nothing


def test_collect_cannot_add_up_what_is_no_number() -> None:
    drawn = table(X, "- | 1", '- | "a"', policy="COLLECT", aggregation=Aggregation.SUM)

    with pytest.raises(DecisionFailed, match=r"decision d: SUM: . does not work on"):
        decided(drawn, x=1)


def test_several_outputs_have_their_names() -> None:
    one = table(X, '- | "E1" | 3', outputs=PAIR)
    all_of_them = table(X, '- | "E1" | 3', '- | "E2" | 7', policy="COLLECT", outputs=PAIR)

    assert decided(one, x=1) == {"level": "E1", "days": 3}
    assert decided(all_of_them, x=1) == [
        {"level": "E1", "days": 3},
        {"level": "E2", "days": 7},
    ]


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST"])
def test_where_no_rule_fits_the_default_counts_and_else_null(policy: str) -> None:
    without = table(X, "> 5 | 1", policy=policy)
    drawn = table(X, "> 5 | 1", policy=policy, defaults={"out": "0"})

    assert decided(without, x=1) is None
    assert decided(drawn, x=1) == 0
    assert answer(drawn, x=1).steps[0].is_default
    assert not answer(drawn, x=6).steps[0].is_default


def test_the_default_of_several_outputs_has_null_where_none_is_said() -> None:
    drawn = table(X, '> 5 | "E1" | 3', outputs=PAIR, defaults={"level": '"E9"'})

    assert decided(drawn, x=1) == {"level": "E9", "days": None}


def test_outputs_may_be_computed_and_are_checked() -> None:
    drawn = table(X, "< 5 | x * 2", ">= 5 | label", outputs={"out": NUMBER})

    assert decided(drawn, x=3) == 6
    with pytest.raises(DecisionFailed, match=r"rule 2 \(r2\), out: \"a\" is not a number"):
        decided(drawn, x=7, label="a")


def test_an_output_that_is_not_allowed_is_refused_or_fails() -> None:
    known = table(X, '- | "green"', outputs=LEVELS)
    computed = table(X, "- | colour", outputs=LEVELS)
    allowed = '"green" is not one of the allowed values: "red", "yellow", "blue"'

    assert refusals(known) == [("decision-values", f"rule 1 (r1), out: {allowed}")]
    with pytest.raises(DecisionFailed, match=r"rule 1 \(r1\), out: \"green\" is not one of"):
        decided(computed, x=1, colour="green")


def test_an_error_in_an_output_names_rule_column_and_place() -> None:
    with pytest.raises(DecisionFailed) as failure:
        decided(table(X, "- | x / 0"), x=1)

    error = failure.value
    assert (error.decision, error.rule, error.clause) == ("d", "rule 1 (r1)", "out")
    assert str(error) == (
        "decision d, rule 1 (r1), out: division by zero: test the divisor first "
        "(column 3 of 'x / 0')"
    )


@pytest.mark.parametrize(
    ("drawn", "rule"),
    [
        (table(X, '- | "a"', policy="PRIORITY"), "decision-priority"),
        (table(X, '- | "a"', policy="OUTPUT ORDER"), "decision-priority"),
        (
            table(
                X,
                '- | "a" | 1',
                policy="COLLECT",
                aggregation=Aggregation.SUM,
                outputs=PAIR,
            ),
            "decision-aggregation",
        ),
        (table(X, "- | 1 | 2", outputs={"": Type(), "b": Type()}), "decision-outputs"),
        (table(X, '- | "a"', outputs={"out": NUMBER}), "decision-type"),
        (table(X, "- | 1", defaults={"out": "1 +"}), "decision-expression"),
        (table({"x +": NUMBER}, "- | 1"), "decision-expression"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(drawn: object, rule: str) -> None:
    assert [found for found, _ in refusals(drawn)] == [rule]  # type: ignore[arg-type]  # a Table


def test_the_answer_tells_what_was_seen_which_rules_fit_and_why() -> None:
    drawn = table({"x": NUMBER, "y": TEXT}, '< 5 | "a", "b" | 1', "- | - | 2", policy="COLLECT")

    found = answer(drawn, x=3, y="b")

    assert found == Answer(
        result=[1, 2],
        steps=(
            Step(
                decision="d",
                name="D",
                seen=(Seen(title="x", value=3), Seen(title="y", value="b")),
                result=[1, 2],
                hits=(
                    Hit(
                        rule="r1",
                        number=1,
                        reason='x = 3 fits < 5; y = "b" fits "a", "b"',
                        outputs=(1,),
                    ),
                    Hit(rule="r2", number=2, reason="it asks for nothing", outputs=(2,)),
                ),
                rows=(
                    Row(rule="r1", number=1, tests=("< 5", '"a", "b"'), verdicts=(True, True)),
                    Row(rule="r2", number=2, tests=("-", "-"), verdicts=(True, True)),
                ),
            ),
        ),
    )


def test_every_verdict_can_be_told() -> None:
    drawn = table({"x": NUMBER, "y": TEXT}, '< 5 | "a" | 1', "not(> 5) | - | 2")

    rows = answer(drawn, x=None, y="b").steps[0].rows

    assert [row.verdicts for row in rows] == [(None, False), (None, True)]
    assert [row.fits for row in rows] == [False, False]
