"""DMN files: what is read of them, and what is refused where."""

from __future__ import annotations

from pathlib import Path

import pytest

from caseflow.bpmn import examine_decisions, read_decisions
from caseflow.decisions import (
    Aggregation,
    Decision,
    DecisionModel,
    HitPolicy,
    InputClause,
    InputData,
    Kind,
    Knowledge,
    OutputClause,
    Rule,
    Table,
    Type,
    compile_decisions,
)
from caseflow.errors import DiagramRefused, Severity
from caseflow.model import Formula, Notation

DATA = Path(__file__).parents[3] / "data" / "dmn"
DMN_1_3 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def feel(text: str, line: int) -> Formula:
    return Formula(text=text, notation=Notation.FEEL, line=line)


def file(*lines: str, namespace: str = DMN_1_3, attributes: str = "") -> bytes:
    """A file whose content begins on line 2."""
    head = f'<definitions xmlns="{namespace}" xmlns:x="urn:x" id="m" name="M" {attributes}>'
    return "\n".join([head, *lines, "</definitions>"]).encode()


def entry(kind: str, text: str) -> str:
    return f"<{kind}><text>{text}</text></{kind}>"


def drawn(*content: str, attributes: str = "") -> bytes:
    """A file with one table, whose content begins on line 3."""
    return file(
        f'<decision id="d" name="D"><decisionTable {attributes}>',
        *content,
        "</decisionTable></decision>",
    )


INPUT = (
    '<input label="X"><inputExpression typeRef="number"><text>x</text></inputExpression></input>'
)
OUTPUT = '<output name="out"/>'
RULE = f'<rule id="r1">{entry("inputEntry", "&lt; 5")}{entry("outputEntry", "1")}</rule>'


def findings(data: bytes) -> list[tuple[str, int, str]]:
    found = examine_decisions(data, file="t.dmn").findings
    return [(finding.rule, finding.line, finding.message) for finding in found]


def test_a_table_is_read_with_its_lines() -> None:
    data = drawn(
        '<input label="X"><inputExpression typeRef="number"><text> x </text></inputExpression>',
        entry("inputValues", "[0..9]") + "</input>",
        '<output name="level" label="级别" typeRef="string">',
        entry("outputValues", '"E1", "E2"') + entry("defaultOutputEntry", '"E2"') + "</output>",
        '<annotation name="why"/>',
        '<rule id="r1"><description>first</description>',
        entry("inputEntry", "&lt; 5") + entry("outputEntry", '"E1"'),
        entry("annotationEntry", "a law") + "</rule>",
        attributes='hitPolicy="PRIORITY"',
    )

    assert read_decisions(data, file="t.dmn") == DecisionModel(
        file="t.dmn",
        id="m",
        name="M",
        decisions={
            "d": Decision(
                id="d",
                name="D",
                variable="D",
                line=2,
                logic=Table(
                    inputs=(
                        InputClause(
                            label="X",
                            expression=feel("x", 3),
                            type=Type(kind=Kind.NUMBER, allowed=feel("[0..9]", 4)),
                            line=3,
                        ),
                    ),
                    outputs=(
                        OutputClause(
                            name="level",
                            label="级别",
                            type=Type(kind=Kind.TEXT, allowed=feel('"E1", "E2"', 6)),
                            default=feel('"E2"', 6),
                            line=5,
                        ),
                    ),
                    rules=(
                        Rule(
                            id="r1",
                            number=1,
                            tests=(feel("< 5", 9),),
                            outputs=(feel('"E1"', 9),),
                            note="first; a law",
                            line=8,
                        ),
                    ),
                    hit_policy=HitPolicy.PRIORITY,
                ),
            )
        },
    )


def test_a_graph_is_read() -> None:
    data = file(
        '<inputData id="i" name="I"><variable name="x" typeRef="level"/></inputData>',
        '<itemDefinition name="level"><typeRef>string</typeRef>',
        entry("allowedValues", '"a"') + "</itemDefinition>",
        '<businessKnowledgeModel id="k" name="K"><encapsulatedLogic><formalParameter name="n"/>',
        entry("literalExpression", "n") + "</encapsulatedLogic></businessKnowledgeModel>",
        '<decision id="d" name="D"><variable name="dd" typeRef="number"/>',
        '<informationRequirement><requiredInput href="#i"/></informationRequirement>',
        '<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>',
        entry("literalExpression", "K(1)") + "</decision>",
    )

    assert read_decisions(data, file="t.dmn") == DecisionModel(
        file="t.dmn",
        id="m",
        name="M",
        decisions={
            "d": Decision(
                id="d",
                name="D",
                variable="dd",
                logic=feel("K(1)", 10),
                type=Type(kind=Kind.NUMBER),
                needs=("i",),
                knowledge=("k",),
                line=7,
            )
        },
        inputs={
            "i": InputData(
                id="i",
                name="I",
                variable="x",
                type=Type(kind=Kind.TEXT, allowed=feel('"a"', 4)),
                line=2,
            )
        },
        knowledge={"k": Knowledge(id="k", name="K", parameters=("n",), body=feel("n", 6), line=5)},
    )


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        DMN_1_3,
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_the_namespaces_of_dmn_1_1_to_1_5_are_read(namespace: str) -> None:
    data = file(
        f'<decision id="d" name="D">{entry("literalExpression", "1")}</decision>',
        namespace=namespace,
    )

    assert read_decisions(data, file="t.dmn").decisions["d"].logic == feel("1", 2)


def test_what_tools_and_people_add_is_left_alone() -> None:
    data = file(
        "<extensionElements><x:y/></extensionElements><description>text</description>",
        '<knowledgeSource id="s" name="Law"/>',
        '<textAnnotation id="a"><text>note</text></textAnnotation>',
        '<decision id="d" name="D" x:version="1"><question>?</question>',
        '<authorityRequirement><requiredAuthority href="#s"/></authorityRequirement>',
        entry("literalExpression", "1") + "</decision>",
        "<x:diagram/>",
    )

    assert findings(data) == []


REFUSED: list[tuple[bytes, tuple[str, int]]] = [
    (b"", ("empty-file", 1)),
    (b"<definitions/>", ("not-dmn", 1)),
    (b'<!DOCTYPE a [<!ENTITY b "c">]><definitions/>', ("doctype", 1)),
    (file('<decision id="d">', namespace="urn:other").replace(b"</", b"<"), ("not-xml", 3)),
    (file(namespace="http://www.omg.org/spec/DMN/20130901"), ("not-dmn", 1)),
    (file(), ("no-decision", 1)),
    (file('<decision id="d"/>'), ("decision-without-logic", 2)),
    (
        file(f"<decision>{entry('literalExpression', '1')}</decision>"),
        ("element-without-id", 2),
    ),
    (
        file(
            '<inputData id="d"/>',
            f'<decision id="d">{entry("literalExpression", "1")}</decision>',
        ),
        ("duplicate-id", 3),
    ),
    (
        file('<decision id="d"><literalExpression><text/></literalExpression></decision>'),
        ("empty-expression", 2),
    ),
    (
        file(
            '<decision id="d"><informationRequirement><requiredInput href="#x"/>',
            f"</informationRequirement>{entry('literalExpression', '1')}</decision>",
        ),
        ("dangling-reference", 2),
    ),
    (
        file("<import/>", f'<decision id="d">{entry("literalExpression", "1")}</decision>'),
        ("decision-element", 2),
    ),
    (file('<decision id="d"><context/></decision>'), ("decision-element", 2)),
    (file('<decision id="d"><invocation/></decision>'), ("decision-element", 2)),
    (
        file(
            '<businessKnowledgeModel id="k" name="K"/>',
            f'<decision id="d">{entry("literalExpression", "1")}</decision>',
        ),
        ("decision-element", 2),
    ),
    (
        file(f'<decision id="d">{entry("literalExpression", "1")}<strange/></decision>'),
        ("unknown-element", 2),
    ),
    (
        file(
            f'<decision id="d"><variable name="d" typeRef="colour"/>'
            f"{entry('literalExpression', '1')}</decision>"
        ),
        ("decision-type", 2),
    ),
    (
        file(
            '<itemDefinition name="a"><typeRef>a</typeRef></itemDefinition>',
            f'<decision id="d">{entry("literalExpression", "1")}</decision>',
        ),
        ("decision-type", 2),
    ),
    (
        file(
            f'<decision id="d">{entry("literalExpression", "1")}</decision>',
            attributes='expressionLanguage="http://groovy"',
        ),
        ("unsupported-language", 1),
    ),
    (drawn(INPUT, OUTPUT, RULE, attributes='hitPolicy="BEST"'), ("bad-value", 2)),
    (
        drawn(INPUT, OUTPUT, RULE, attributes='hitPolicy="COLLECT" aggregation="AVG"'),
        ("bad-value", 2),
    ),
    (
        drawn(INPUT, OUTPUT, RULE, attributes='aggregation="SUM"'),
        ("decision-aggregation", 2),
    ),
    (drawn(INPUT), ("decision-outputs", 2)),
    (drawn(INPUT, OUTPUT, "<rule/>"), ("decision-rule", 5)),
    (drawn("<input/>", OUTPUT), ("empty-expression", 3)),
    (
        drawn(
            INPUT.replace(
                "<input ",
                '<input xmlns:c="http://camunda.org/schema/1.0/dmn" c:inputVariable="v" ',
            ),
            OUTPUT,
        ),
        ("unsupported-extension", 3),
    ),
    (
        drawn(
            INPUT.replace("<inputExpression ", '<inputExpression expressionLanguage="juel" '),
            OUTPUT,
        ),
        ("unsupported-language", 3),
    ),
]


@pytest.mark.parametrize(
    ("data", "expected"),
    REFUSED,
    ids=[f"{number}-{rule}" for number, (_, (rule, _)) in enumerate(REFUSED)],
)
def test_what_is_not_read_is_refused_with_its_line(data: bytes, expected: tuple[str, int]) -> None:
    assert [(rule, line) for rule, line, _ in findings(data)] == [expected]
    with pytest.raises(DiagramRefused):
        read_decisions(data, file="t.dmn")


def test_a_decision_service_is_told_but_does_not_refuse_the_file() -> None:
    data = file(
        '<decisionService id="s"/>',
        f'<decision id="d">{entry("literalExpression", "1")}</decision>',
    )

    (finding,) = examine_decisions(data, file="t.dmn").findings

    assert (finding.rule, finding.severity) == ("decision-service", Severity.WARNING)


def test_all_findings_are_told_at_once() -> None:
    data = drawn(INPUT, OUTPUT, "<rule/>", "<rule/>", attributes='hitPolicy="BEST"')

    assert [rule for rule, _, _ in findings(data)] == [
        "bad-value",
        "decision-rule",
        "decision-rule",
    ]


@pytest.mark.parametrize(
    ("attributes", "declared", "result"),
    [
        ('hitPolicy="FIRST"', "number", Type(kind=Kind.NUMBER)),
        ('hitPolicy="COLLECT"', "number", Type(kind=Kind.NUMBER, is_list=True)),
        ('hitPolicy="COLLECT" aggregation="SUM"', "number", Type(kind=Kind.NUMBER)),
        ('hitPolicy="COLLECT" aggregation="COUNT"', "string", Type(kind=Kind.NUMBER)),
    ],
)
def test_the_type_of_a_result_follows_from_the_hit_policy(
    attributes: str, declared: str, result: Type
) -> None:
    data = file(
        f'<decision id="d" name="D"><variable name="d" typeRef="{declared}"/>',
        f"<decisionTable {attributes}>{INPUT}{OUTPUT}{RULE}</decisionTable></decision>",
    )

    assert read_decisions(data, file="t.dmn").decisions["d"].type == result


def test_aggregation_is_read() -> None:
    data = drawn(INPUT, OUTPUT, RULE, attributes='hitPolicy="COLLECT" aggregation="MAX"')

    logic = read_decisions(data, file="t.dmn").decisions["d"].logic

    assert isinstance(logic, Table)
    assert (logic.hit_policy, logic.aggregation) == (HitPolicy.COLLECT, Aggregation.MAX)


@pytest.mark.parametrize(
    ("name", "decision", "values", "result"),
    [
        (
            "grading",
            "handling",
            {"people": 5, "risk colour": "blue", "has power": True},
            {"tier": "village", "days": 3},
        ),
        (
            "grading",
            "handling",
            {"people": 5, "risk colour": "red", "has power": True},
            {"tier": "county", "days": 30},
        ),
        ("severity", "severity", {"dead": 3, "hurt": 60, "loss": 0}, "II"),
        ("severity", "severity", {"dead": 0, "hurt": 0, "loss": 0}, "IV"),
    ],
)
def test_the_examples_decide(
    name: str, decision: str, values: dict[str, str | int | bool], result: object
) -> None:
    model = read_decisions((DATA / f"{name}.dmn").read_bytes(), file=f"{name}.dmn")

    assert compile_decisions(model).decide(decision, values).result == result
