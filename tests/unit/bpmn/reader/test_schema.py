"""Differences from the OMG's schema, in plain words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from caseflow.bpmn import Reading
from caseflow.errors import Finding, Severity

P = '<process id="p" isExecutable="true">\n{}</process>'


IN_A_TIMER = ["documentation", "extensionElements", "timeDate", "timeDuration", "timeCycle"]
DIFFERENCES = [
    (
        '<task id="a"/>\n<wurst id="x" name="W"/>',
        (4, "x", "unknown-element", "wurst must not stand here", "remove or move it"),
    ),
    (
        '<subProcess id="a"><foo:bar xmlns:foo="urn:foo"/></subProcess>',
        (3, "a", "unknown-element", "bar must not stand here", "remove or move it"),
    ),
    (
        '<startEvent id="s"><timerEventDefinition>\n<timer/></timerEventDefinition></startEvent>',
        (
            4,
            "s",
            "unknown-element",
            "timer must not stand here",
            f"remove or move it; here may stand: {', '.join(IN_A_TIMER)}",
        ),
    ),
    (
        '<task id="a" name="Check" colour="red"/>',
        (
            3,
            "a",
            "unknown-attribute",
            "BPMN 2.0 knows no attribute colour of task",
            "remove it or mend its name; attributes of a tool need its namespace prefix",
        ),
    ),
    (
        '<intermediateThrowEvent id="a">\n<linkEventDefinition/></intermediateThrowEvent>',
        (4, "a", "missing-attribute", "linkEventDefinition has no attribute name", "add name"),
    ),
    (
        '<task id="a"><ioSpecification><inputSet/></ioSpecification></task>',
        (
            3,
            "a",
            "missing-element",
            "ioSpecification is not complete",
            "add one of: inputSet, outputSet",
        ),
    ),
    (
        '<task id="a"/><task\n id="a" name="B"/>',
        (
            4,
            "a",
            "duplicate-id",
            "the id a is given twice",
            "give each element an id of its own",
        ),
    ),
    (
        '<task id="1a"/>',
        (
            3,
            "1a",
            "bad-value",
            "id of task is “1a”",
            "write an id: a letter or _, then letters, digits, - _ .",
        ),
    ),
    (
        '<exclusiveGateway id="g" gatewayDirection="Left"/>',
        (
            3,
            "g",
            "bad-value",
            "gatewayDirection of exclusiveGateway is “Left”",
            "write one of: Unspecified, Converging, Diverging, Mixed",
        ),
    ),
    (
        '<startEvent id="s" isInterrupting="perhaps"/>',
        (
            3,
            "s",
            "bad-value",
            "isInterrupting of startEvent is “perhaps”",
            "write true or false",
        ),
    ),
    (
        '<task id="a" isForCompensation="x"/>',
        (3, "a", "bad-value", "isForCompensation of task is “x”", "write true or false"),
    ),
    (
        '<task id="a"/> and then what?',
        (
            2,
            "p",
            "stray-text",
            "text stands directly in process",
            "remove it, or put it into documentation",
        ),
    ),
    (
        '<flowElement id="a"/>',
        (
            3,
            "a",
            "against-schema",
            "flowElement: The type definition is abstract.",
            "compare the element with the BPMN 2.0 schema",
        ),
    ),
]


@pytest.mark.parametrize(
    ("content", "expected"), DIFFERENCES, ids=[expected[3] for _, expected in DIFFERENCES]
)
def test_a_difference_is_told_in_plain_words(
    content: str, expected: tuple[int, str, str, str, str], examined: Callable[..., Reading]
) -> None:
    findings = examined(P.format(content)).findings

    assert [
        (each.line, each.element, each.rule, each.message, each.remedy) for each in findings
    ] == [expected]


def test_a_finding_names_the_element_as_its_author_knows_it(
    examined: Callable[..., Reading],
) -> None:
    (finding,) = examined(P.format('<task id="a" name="Check" colour="red"/>')).findings

    assert finding == Finding(
        rule="unknown-attribute",
        severity=Severity.ERROR,
        file="t.bpmn",
        line=3,
        element="a",
        name="Check",
        message="BPMN 2.0 knows no attribute colour of task",
        remedy="remove it or mend its name; attributes of a tool need its namespace prefix",
    )


def test_a_file_with_thousands_of_differences_names_a_hundred(
    examined: Callable[..., Reading],
) -> None:
    body = P.format("".join(f'<task id="t{i}" colour="red"/>\n' for i in range(5_000)))

    findings = examined(body).findings

    assert len(findings) == 101
    assert findings[-1].message == "4900 more differences from the schema of BPMN 2.0"


def test_the_schema_is_found_without_running_spiffworkflow() -> None:
    program = (
        "import sys; from caseflow.bpmn import examine; "
        "examine(b'<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"/>', "
        "file='x'); print([name for name in sys.modules if 'Spiff' in name])"
    )

    done = subprocess.run(  # noqa: S603 - a fixed program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
