"""Expressions of all notations, and the times among them."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.bpmn import Reading
from caseflow.bpmn.formulas import literal, notation_of
from caseflow.bpmn.juel import in_python, unwrapped
from caseflow.bpmn.times import is_cycle, is_duration, is_moment
from caseflow.model import FlowId, Formula, Notation, Process, ScriptTask

FEEL_1_3 = "https://www.omg.org/spec/DMN/20191111/FEEL/"


def condition(text: str, attributes: str = "") -> str:
    return (
        '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b">'
        f'<conditionExpression xsi:type="tFormalExpression" {attributes}>{text}'
        "</conditionExpression></sequenceFlow>"
    )


def read(process: Process) -> Formula | None:
    return process.scope.flows[FlowId("f")].condition


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("a == 1", Formula(text="a == 1", line=2)),
        (" =a == 1 ", Formula(text="a == 1", line=2)),
        ("== 1", Formula(text="== 1", line=2)),
        ("${a == 1}", Formula(text="a == 1", line=2)),
        ("#{ a == 1 }", Formula(text="a == 1", line=2)),
        ("<![CDATA[${a && !b}]]>", Formula(text="a and not b", line=2)),
        ("\n\n  a\n  or b\n", Formula(text="a\nor b", line=4)),
        ("a<!-- not --> == 1", Formula(text="a == 1", line=2)),
        ("受理 == 1", Formula(text="受理 == 1", line=2)),
    ],
)
def test_a_condition_is_an_expression_in_python(
    text: str, formula: Formula, process_of: Callable[..., Process]
) -> None:
    assert read(process_of(condition(text))) == formula


def test_an_expression_may_name_its_language(process_of: Callable[..., Process]) -> None:
    process = process_of(condition("a = 1", f'language="{FEEL_1_3}"'))

    assert read(process) == Formula(text="a = 1", notation=Notation.FEEL, line=2)


@pytest.mark.parametrize(
    ("attributes", "text", "formula"),
    [
        (
            f'expressionLanguage="{FEEL_1_3}"',
            "a = 1",
            Formula(text="a = 1", notation=Notation.FEEL, line=2),
        ),
        ('expressionLanguage="http://www.w3.org/1999/XPath"', "a", Formula(text="a", line=2)),
        (
            'xmlns:m="http://camunda.org/schema/modeler/1.0" m:executionPlatform="Camunda Cloud"',
            "=a = 1",
            Formula(text="a = 1", notation=Notation.FEEL, line=2),
        ),
    ],
    ids=["FEEL", "default of the schema", "Camunda 8"],
)
def test_a_file_may_say_the_language_of_all_expressions(
    attributes: str, text: str, formula: Formula, examined: Callable[..., Reading]
) -> None:
    reading = examined(
        f'<process id="p" isExecutable="true">{condition(text)}</process>', attributes=attributes
    )

    assert reading.diagram is not None
    assert read(reading.diagram.processes[0]) == formula


def test_a_language_that_is_not_read_is_named(examined: Callable[..., Reading]) -> None:
    reading = examined(
        '<process id="p" isExecutable="true"/>', attributes='expressionLanguage="urn:mvel"'
    )

    assert [(each.rule, each.message) for each in reading.findings] == [
        (
            "unsupported-language",
            "the expression language of the file, urn:mvel, is not read",
        )
    ]


@pytest.mark.parametrize(
    ("language", "notation"),
    [
        ("python", Notation.PYTHON),
        ("Python3.11", Notation.PYTHON),
        ("text/x-python", Notation.PYTHON),
        ("https://www.python.org/", Notation.PYTHON),
        ("feel", Notation.FEEL),
        ("http://www.omg.org/spec/FEEL/20140401", Notation.FEEL),
        (FEEL_1_3, Notation.FEEL),
        ("javascript", None),
        ("groovy", None),
        ("http://www.java.com/java", None),
        ("http://www.w3.org/1999/XPath", None),
    ],
)
def test_languages_have_many_names(language: str, notation: Notation | None) -> None:
    assert notation_of(language) is notation


def test_a_script_keeps_its_lines_and_loses_its_margin(
    process_of: Callable[..., Process],
) -> None:
    process = process_of(
        '<scriptTask id="a"><script>\n      if x:\n          y = 1\n      z = 2\n  </script>'
        "</scriptTask>"
    )

    (node,) = process.scope.nodes.values()
    assert node.behaviour == ScriptTask(script=Formula(text="if x:\n    y = 1\nz = 2", line=3))


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("${a}", "a"),
        ("#{a}", "a"),
        ("${ {'a': 1} }", "{'a': 1}"),
        ("${a == '}'}", "a == '}'"),
        ("${a} ${b}", None),
        ("a ${b}", None),
        ("${a", None),
        ("${'a}", None),
        ("a", None),
    ],
)
def test_only_a_wrapper_around_everything_is_taken_off(text: str, inner: str | None) -> None:
    assert unwrapped(text) == inner


@pytest.mark.parametrize(
    ("java", "python"),
    [
        ("a&&b", "a and b"),
        ("a || !b", "a or not b"),
        ("a != b", "a != b"),
        ("a eq 1 and b ne null", "a == 1 and b != None"),
        ("a lt 1 or a ge 2 div 3 mod 4", "a < 1 or a >= 2 / 3 % 4"),
        ("yes == true", "yes == True"),
        ("'true && false' == a", "'true && false' == a"),
        ("order.eq + trueness", "order.eq + trueness"),
        ("empty a", "empty a"),
    ],
)
def test_operators_of_java_become_those_of_python(java: str, python: str) -> None:
    assert in_python(java) == python


@given(st.text(alphabet="ab'\"\\${}#!&| \n", max_size=60))
def test_any_wrapped_text_can_be_looked_at(text: str) -> None:
    inner = unwrapped("${" + text + "}")

    assert inner is None or inner == text.strip()
    in_python(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_literal_is_its_text(text: str) -> None:
    assert ast.literal_eval(literal(text, line=1).text) == text


@pytest.mark.parametrize(
    "text", ["PT1H", "P1D", "P2W", "P1Y2M10DT2H30M", "PT0S", "PT1.5S", "PT36H"]
)
def test_a_duration(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "1D", "P-1D", "PT1D", "P1H", "p1d"])
def test_no_duration(text: str) -> None:
    assert not is_duration(text)


@pytest.mark.parametrize(
    "text", ["2026-01-31T09:00:00+08:00", "2026-01-31T09:00Z", "2026-01-31T09:00:00.5+00:00"]
)
def test_a_moment(text: str) -> None:
    assert is_moment(text)


@pytest.mark.parametrize("text", ["2026-01-31", "2026-01-31T09:00:00", "2026-02-30T00:00:00Z", ""])
def test_no_moment(text: str) -> None:
    assert not is_moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "R/PT1H",
        "R3/PT1H",
        "R3/2026-01-31T09:00:00Z/P1D",
        "R3/P1D/2026-01-31T09:00:00Z",
        "R/2026-01-31T09:00:00Z/2026-02-01T09:00:00Z",
    ],
)
def test_a_cycle(text: str) -> None:
    assert is_cycle(text)


@pytest.mark.parametrize(
    "text", ["R", "R3", "R3/", "PT1H", "R-1/PT1H", "R3/2026-01-31/P1D", "R/1/2/3"]
)
def test_no_cycle(text: str) -> None:
    assert not is_cycle(text)
