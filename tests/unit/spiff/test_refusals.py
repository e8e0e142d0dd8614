"""SpiffWorkflow gets no diagram that it would run wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from caseflow.bpmn import read_diagram
from caseflow.errors import DiagramRefused, Finding
from caseflow.kernel import Setting
from caseflow.spiff import SpiffInterpreter

FOLDER = Path(__file__).parents[4] / "shared" / "semantics"
HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:caseflow="urn:caseflow:bpmn:1.0" targetNamespace="urn:caseflow:test">
<message id="m" name="m"/><error id="e" errorCode="e"/><escalation id="c" escalationCode="c"/>
<process id="p" isExecutable="true">
"""
TAIL = "</process></definitions>"
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"


def findings(body: str, flows: str, source: bytes | None = None) -> tuple[Finding, ...]:
    """Return why a process of this body is refused; flows are written ``s>a a>e``."""
    arrows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{start}" targetRef="{end}"/>\n'
        for number, (start, end) in enumerate(one.split(">") for one in flows.split())
    )
    text = (HEAD + body + arrows + TAIL).encode()
    (process,) = read_diagram(text, file="p.bpmn").processes
    setting = Setting(source=text if source is None else source)
    try:
        SpiffInterpreter().compile(process, version=1, setting=setting)
    except DiagramRefused as refusal:
        return refusal.findings
    return ()


def told(body: str, flows: str) -> list[tuple[str, str]]:
    """Return the rule and the element of each finding."""
    return [(one.rule, one.element) for one in findings(body, flows)]


def border(host: str, definition: str, more: str = "") -> str:
    return f'<boundaryEvent id="b" attachedToRef="{host}" {more}>{definition}</boundaryEvent>'


PLAIN = '<startEvent id="s"/><userTask id="a"/><endEvent id="e1"/>'
INNER = '<startEvent id="i"/><endEvent id="j"/><sequenceFlow id="k" sourceRef="i" targetRef="j"/>'


def test_what_is_run_rightly_is_accepted() -> None:
    assert findings(PLAIN, "s>a a>e1") == ()


def test_a_finding_says_where_what_and_the_way_out() -> None:
    body = '\n<startEvent id="s"/>\n<userTask id="End" name="Ask"/>\n<endEvent id="e1"/>'

    (finding,) = findings(body, "s>End End>e1")

    assert str(finding) == (
        "p.bpmn:7: error: End “Ask”: SpiffWorkflow calls one of its own tasks End, and drops "
        "one of the two → give the element another id [spiff-id-clash]"
    )


@pytest.mark.parametrize(
    ("body", "flows", "expected"),
    [
        pytest.param(
            PLAIN + '<sequenceFlow sourceRef="s" targetRef="a"/>',
            "a>e1",
            [("spiff-flow-without-id", "flow:s->a")],
            id="a flow without an id",
        ),
        pytest.param(
            PLAIN + '<callActivity id="late" calledElement="q" caseflow:binding="latest"/>',
            "s>a a>late late>e1",
            [("spiff-late-call", "late")],
            id="a call of the newest version",
        ),
        pytest.param(
            PLAIN.replace('"a"', '"p.EndJoin"'),
            "s>p.EndJoin p.EndJoin>e1",
            [("spiff-id-clash", "p.EndJoin")],
            id="an id that SpiffWorkflow makes up itself",
        ),
        pytest.param(
            PLAIN + '<userTask id="b"/>',
            "s>a a>b a>e1 b>e1",
            [("spiff-implicit-split", "a")],
            id="an implicit split",
        ),
        pytest.param(
            PLAIN + '<sequenceFlow id="x" sourceRef="a" targetRef="e1">'
            "<conditionExpression>agreed</conditionExpression></sequenceFlow>",
            "s>a",
            [("spiff-condition-ignored", "x")],
            id="a condition on a flow out of a task",
        ),
        pytest.param(
            PLAIN + '<userTask id="b"/><parallelGateway id="g"/>',
            "s>g g>a g>b a>e1",
            [("spiff-no-way-out", "b")],
            id="a task without outgoing flows",
        ),
        pytest.param(
            PLAIN + '<userTask id="b"/>',
            "s>a a>e1 b>e1",
            [("spiff-no-way-in", "b")],
            id="a task that nothing leads to",
        ),
        pytest.param(
            PLAIN + '<startEvent id="t"/>',
            "s>a t>a a>e1",
            [("spiff-one-start", "p")],
            id="two start events",
        ),
        pytest.param(
            PLAIN + '<parallelGateway id="g"/><parallelGateway id="h"/>',
            "s>g g>h g>h h>a a>e1",
            [("spiff-two-flows-of-a-pair", "f2")],
            id="two flows of a pair",
        ),
        pytest.param(
            PLAIN + '<inclusiveGateway id="g"/>',
            "s>g g>a a>e1",
            [("spiff-gateway", "g")],
            id="an inclusive gateway",
        ),
        pytest.param(
            PLAIN.replace(
                '<userTask id="a"/>',
                '<userTask id="a"><multiInstanceLoopCharacteristics>'
                "<loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>",
            ),
            "s>a a>e1",
            [("spiff-loop", "a")],
            id="a multi-instance task",
        ),
        pytest.param(
            PLAIN
            + border("a", '<messageEventDefinition messageRef="m"/>', 'cancelActivity="false"'),
            "s>a a>e1 b>e1",
            [("spiff-not-armed-again", "b")],
            id="a non-interrupting boundary message",
        ),
        pytest.param(
            PLAIN + border("a", TIMER.replace("Duration", "Cycle").replace("PT1H", "R/PT1H")),
            "s>a a>e1 b>e1",
            [("spiff-cycle", "b")],
            id="a timer cycle",
        ),
        pytest.param(
            PLAIN
            + border(
                "a",
                "<conditionalEventDefinition><condition>agreed</condition>"
                "</conditionalEventDefinition>",
            ),
            "s>a a>e1 b>e1",
            [("spiff-condition", "b")],
            id="a conditional event",
        ),
        pytest.param(
            PLAIN + '<intermediateThrowEvent id="t"><linkEventDefinition name="l"/>'
            '</intermediateThrowEvent><intermediateCatchEvent id="u">'
            '<linkEventDefinition name="l"/></intermediateCatchEvent>',
            "s>t u>a a>e1",
            [("spiff-link", "t"), ("spiff-link", "u")],
            id="links",
        ),
        pytest.param(
            PLAIN + '<subProcess id="q" triggeredByEvent="true"><startEvent id="i">'
            '<messageEventDefinition messageRef="m"/></startEvent><endEvent id="j"/>'
            '<sequenceFlow id="k" sourceRef="i" targetRef="j"/></subProcess>',
            "s>a a>e1",
            [("spiff-event-sub-process", "q")],
            id="an event sub-process",
        ),
        pytest.param(
            PLAIN + '<dataObject id="d" name="invoice"/>',
            "s>a a>e1",
            [("spiff-data-object", "p")],
            id="a data object",
        ),
        pytest.param(
            PLAIN.replace(
                '<userTask id="a"/>', f'<subProcess id="a">{INNER}</subProcess>'
            ).replace('<endEvent id="j"/>', '<userTask id="j"/>'),
            "s>a a>e1",
            [("spiff-no-end", "a"), ("spiff-no-way-out", "j")],
            id="a sub-process without an end",
        ),
        pytest.param(
            PLAIN.replace(
                '<userTask id="a"/>', '<scriptTask id="a"><script>x = 1</script></scriptTask>'
            )
            + border("a", '<errorEventDefinition errorRef="e"/>'),
            "s>a a>e1 b>e1",
            [("spiff-boundary-of-what-does-not-wait", "b")],
            id="an event on a task that does not wait",
        ),
        pytest.param(
            PLAIN + '<userTask id="b"/><parallelGateway id="g"/><exclusiveGateway id="h"/>'
            '<parallelGateway id="i"/><userTask id="d"/><parallelGateway id="j"/>',
            "s>j j>g j>d g>a g>b a>h b>h h>i d>i i>e1",
            [("spiff-two-tokens", "f7")],
            id="two tokens on one flow",
        ),
        pytest.param(
            PLAIN + '<userTask id="b"/><exclusiveGateway id="g" default="f1"/>'
            '<parallelGateway id="h"/><sequenceFlow id="x" sourceRef="g" targetRef="b">'
            "<conditionExpression>agreed</conditionExpression></sequenceFlow>",
            "s>g g>a a>h b>h h>e1",
            [("spiff-waits-for-ever", "h")],
            id="a join that waits for ever",
        ),
    ],
)
def test_what_would_be_run_wrong_is_refused(
    body: str, flows: str, expected: list[tuple[str, str]]
) -> None:
    assert told(body, flows) == expected


def test_a_diagram_that_is_not_handed_over_is_refused() -> None:
    (finding,) = findings(PLAIN, "s>a a>e1", source=b"")

    assert (finding.rule, finding.element) == ("spiff-refused", "p")


def test_flows_that_spiffworkflow_reads_otherwise_are_refused() -> None:
    other = (HEAD + PLAIN + '<sequenceFlow id="f0" sourceRef="s" targetRef="e1"/>' + TAIL).encode()

    assert {one.rule for one in findings(PLAIN, "s>a a>e1", source=other)} == {
        "spiff-read-otherwise"
    }


def test_all_reasons_are_told_at_once_with_those_of_the_kernel() -> None:
    body = PLAIN.replace("<userTask", '<userTask caseflow:priority="=import x"')
    body += '<inclusiveGateway id="g"/>'

    assert sorted(one.rule for one in findings(body, "s>g g>a a>e1")) == [
        "expression-refused",
        "spiff-gateway",
    ]


ACCEPTED = {
    *("07_signal_end_event", "13_late_interrupt", "17_signal_caught_inside_not_broadcast"),
    *(f"15_dur_{span}" for span in ("P0D", "P1D", "P1M", "P1W", "P1Y2M10DT2H30M")),
    *("15_dur_PT0S", "15_dur_PT36H", "15_timer_plain_iso", "22_uncaught_error_end"),
    *("24_variable_of_a_sibling_branch", "28_lanes_nested", "33_terminate_in_subprocess"),
    *("36_business_rule_plain", "38_event_definition_ref", "42_receive_task_no_message"),
    *("43_exclusive_default_single", "44_correlation", "44b_correlation_catch_first"),
    "46_boundary_in_rework_loop",
}
"""What of ../shared/semantics is run, and rightly: see test_semantics."""


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.bpmn")), ids=lambda path: path.stem)
def test_every_point_that_spiffworkflow_gets_wrong_is_mended_or_refused(path: Path) -> None:
    source = path.read_bytes()
    functions = {"log": lambda text: None}  # noqa: ARG005 - what scripts of these call
    is_accepted = True

    try:
        (process, *_) = read_diagram(source, file=path.name).processes
        setting = Setting(source=source, functions=functions)
        SpiffInterpreter().compile(process, version=1, setting=setting)
    except DiagramRefused:
        is_accepted = False

    assert is_accepted is (path.stem in ACCEPTED)
