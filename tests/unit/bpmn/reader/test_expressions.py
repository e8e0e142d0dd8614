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
from caseflow.model import (
    FlowId,
    Formula,
    Notation,
    Process,
    ScriptTask,
    StartEvent,
    TimerTrigger,
)

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


TIMER = (
    '<startEvent id="s"><timerEventDefinition><{0}>{1}</{0}></timerEventDefinition></startEvent>'
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("timeDuration", "PT1H"),
        ("timeDuration", "P1Y2M10DT2H30M"),
        ("timeDuration", "P2W"),
        ("timeDate", "2026-01-31T09:00:00+08:00"),
        ("timeDate", "2026-01-31T09:00Z"),
        ("timeCycle", "R3/PT1H"),
        ("timeCycle", "R/2026-01-31T09:00:00Z/P1D"),
    ],
)
def test_a_plain_time_becomes_a_literal(
    name: str, text: str, process_of: Callable[..., Process]
) -> None:
    process = process_of(TIMER.format(name, f" {text}\n"))

    (node,) = process.scope.nodes.values()
    value = Formula(text=f'"{text}"', line=2)
    trigger = {
        "timeDate": TimerTrigger(date=value),
        "timeDuration": TimerTrigger(duration=value),
        "timeCycle": TimerTrigger(cycle=value),
    }[name]
    assert node.behaviour == StartEvent(triggers=(trigger,))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("timeDuration", 'limit("sign_in")'),
        ("timeDuration", "'PT1H'"),
        ("timeDuration", "Pause"),
        ("timeDate", "due_at"),
        ("timeCycle", 'limit("report") * 2'),
    ],
)
def test_any_other_time_is_an_expression(
    name: str, text: str, process_of: Callable[..., Process]
) -> None:
    process = process_of(TIMER.format(name, text))

    (node,) = process.scope.nodes.values()
    assert isinstance(node.behaviour, StartEvent)
    assert Formula(text=text, line=2) in vars_of(node.behaviour.triggers[0])


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("timeDuration", "PT", "is not an ISO 8601 duration"),
        ("timeDuration", "P1DT", "is not an ISO 8601 duration"),
        ("timeDuration", "R3/PT1H", "is not an ISO 8601 duration"),
        ("timeDate", "2026-01-31", "is not an ISO 8601 moment"),
        ("timeDate", "2026-01-31T09:00:00", "lacks its offset"),
        ("timeDate", "2026-02-30T00:00:00Z", "day"),
        ("timeCycle", "R3/", "is not an ISO 8601 repeating interval"),
        ("timeCycle", "@daily", "is not an ISO 8601 repeating interval"),
        ("timeCycle", "'0 0 9 * * MON'", "is not an ISO 8601 repeating interval"),
    ],
)
def test_a_time_that_cannot_be_read_is_told_at_once(
    name: str, text: str, problem: str, examined: Callable[..., Reading]
) -> None:
    reading = examined(f'<process id="p" isExecutable="true">{TIMER.format(name, text)}</process>')

    (finding,) = reading.findings
    assert (finding.rule, finding.element, finding.line) == ("bad-time-value", "s", 2)
    assert finding.message.startswith(f"{name}: ")
    assert problem in finding.message


def vars_of(trigger: object) -> list[object]:
    assert isinstance(trigger, TimerTrigger)
    return [trigger.date, trigger.duration, trigger.cycle]
