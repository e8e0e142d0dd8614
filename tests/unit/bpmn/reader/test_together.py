"""Files that are deployed together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from caseflow.bpmn import Reading, examine_diagrams, read_diagrams
from caseflow.errors import DiagramRefused, Finding
from caseflow.model import ProcessId

Written = Callable[..., bytes]


def process(name: str, content: str, *, executable: str = "true") -> str:
    return f'<process id="{name}" isExecutable="{executable}">{content}</process>'


def calling(*called: str) -> str:
    return "".join(
        f'<callActivity id="call{i}" calledElement="{each}"/>' for i, each in enumerate(called)
    )


def together(written: Written, **bodies: str) -> dict[str, bytes]:
    return {f"{name}.bpmn": written(body) for name, body in bodies.items()}


def findings(readings: tuple[Reading, ...]) -> list[Finding]:
    return [finding for reading in readings for finding in reading.findings]


def rules(readings: tuple[Reading, ...]) -> list[tuple[str, str, str]]:
    return [(each.rule, each.file, each.element) for each in findings(readings)]


def test_files_that_fit_are_read_in_their_order(written: Written) -> None:
    files = together(written, b=process("b", calling("a")), a=process("a", ""))

    diagrams = read_diagrams(files)

    assert [(each.file, each.processes[0].id) for each in diagrams] == [
        ("b.bpmn", "b"),
        ("a.bpmn", "a"),
    ]


def test_a_called_process_must_be_there(written: Written) -> None:
    files = together(written, a=process("a", f'<subProcess id="s">{calling("b")}</subProcess>'))

    with pytest.raises(DiagramRefused) as caught:
        read_diagrams(files)

    (finding,) = caught.value.findings
    assert str(finding) == (
        "a.bpmn:2: error: call0: calls the process b, which is not here → deploy it together "
        "with this one, or call one of: a [unknown-called-process]"
    )


def test_a_called_process_may_be_known_from_elsewhere(written: Written) -> None:
    files = together(written, a=process("a", calling("b")))

    assert len(read_diagrams(files, known_processes={ProcessId("b")})) == 1


def test_a_call_that_nobody_executes_may_go_nowhere(written: Written) -> None:
    files = together(written, a=process("a", calling("b"), executable="false"))

    readings = examine_diagrams(files)

    assert rules(readings) == [("unknown-called-process", "a.bpmn", "call0")]
    assert readings[0].diagram is not None


def test_what_a_refused_file_would_hold_is_not_missed(written: Written) -> None:
    files = together(
        written, a=process("a", calling("b")), b=process("b", '<task id="t" colour="red"/>')
    )

    assert rules(examine_diagrams(files)) == [("unknown-attribute", "b.bpmn", "t")]


def test_every_finding_of_every_file_is_told(written: Written) -> None:
    files = together(
        written,
        a=process("a", '<userTask id="t" caseflow:rol="x"/>'),
        b=process("b", '<intermediateCatchEvent id="e"/>'),
        c="<process id='c'/>",
    )

    with pytest.raises(DiagramRefused) as caught:
        read_diagrams(files)

    assert [(each.file, each.rule) for each in caught.value.findings] == [
        ("a.bpmn", "unknown-extension"),
        ("b.bpmn", "event-without-trigger"),
        ("c.bpmn", "executable-unsaid"),
    ]


def test_a_process_stands_in_one_file(written: Written) -> None:
    files = together(written, a=process("p", ""), b=process("p", ""))

    readings = examine_diagrams(files)

    assert rules(readings) == [("duplicate-process", "b.bpmn", "p")]
    assert [reading.diagram is None for reading in readings] == [False, True]


def test_a_called_process_must_be_executable(written: Written) -> None:
    files = together(written, a=process("a", calling("b")), b=process("b", "", executable="0"))

    assert rules(examine_diagrams(files)) == [("called-process-not-executable", "a.bpmn", "call0")]


def test_a_called_process_must_start_at_once(written: Written) -> None:
    start = (
        '<startEvent id="s"><timerEventDefinition><timeCycle>R/P1D</timeCycle>'
        "</timerEventDefinition></startEvent>"
    )
    caller = process("a", calling("b"))
    timed = together(written, a=caller, b=process("b", start))
    plain = together(written, a=caller, b=process("b", start + '<startEvent id="n"/>'))

    assert rules(examine_diagrams(timed)) == [("called-process-start", "a.bpmn", "call0")]
    assert findings(examine_diagrams(plain)) == []


FLOW = '<sequenceFlow id="{0}_{1}" sourceRef="{0}" targetRef="{1}"/>'
GATED = (
    '<startEvent id="s"/><{0} id="g"/><callActivity id="c" calledElement="{1}"/>'
    '<endEvent id="x"/><endEvent id="y"/>'
    + "".join(FLOW.format(*ends) for ends in ("sg", "gc", "cx", "gy"))
)
ALWAYS = '<startEvent id="s"/><callActivity id="c" calledElement="{0}"/>' + FLOW.format("s", "c")
LIMITED = '<boundaryEvent id="b" attachedToRef="{0}"><errorEventDefinition/></boundaryEvent>'
LINKED = (
    '<startEvent id="s"/><exclusiveGateway id="g"/><callActivity id="c" calledElement="{0}"/>'
    '<intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent>'
    '<intermediateCatchEvent id="m"><linkEventDefinition name="L"/></intermediateCatchEvent>'
    '<task id="t"/>' + "".join(FLOW.format(*ends) for ends in ("sg", "gc", "cg", "gl", "mt"))
)


ESCAPE = (
    '<subProcess id="e" triggeredByEvent="true">'
    '<startEvent id="z"><errorEventDefinition/></startEvent></subProcess>'
)
INSIDE = '<subProcess id="u">{0}</subProcess>'


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (ALWAYS.format("a"), "endless-recursion"),
        (GATED.format("parallelGateway", "a"), "endless-recursion"),
        (GATED.format("exclusiveGateway", "a"), "recursion"),
        (ALWAYS.format("a") + LIMITED.format("c"), "recursion"),
        (LINKED.format("a"), "recursion"),
        (LINKED.format("a").replace(FLOW.format("g", "l"), ""), "endless-recursion"),
        (INSIDE.format(ALWAYS.format("a")), "endless-recursion"),
        (INSIDE.format(GATED.format("exclusiveGateway", "a")), "recursion"),
        (ALWAYS.format("a") + ESCAPE, "recursion"),
    ],
    ids=[
        "always",
        "parallel",
        "choice",
        "border",
        "link",
        "no way to the link",
        "inside",
        "choice inside",
        "event sub-process",
    ],
)
def test_a_process_that_calls_itself_needs_a_way_out(
    content: str, rule: str, written: Written
) -> None:
    files = together(written, a=process("a", content))

    assert [each.rule for each in findings(examine_diagrams(files))] == [rule]


def test_recursion_by_way_of_others_needs_one_way_out(written: Written) -> None:
    endless = together(
        written,
        a=process("a", ALWAYS.format("b")),
        b=process("b", ALWAYS.format("a")),
        caller=process("caller", calling("a")),
    )
    ending = together(
        written,
        a=process("a", ALWAYS.format("b")),
        b=process("b", GATED.format("exclusiveGateway", "a")),
    )

    assert rules(examine_diagrams(endless)) == [
        ("endless-recursion", "a.bpmn", "c"),
        ("endless-recursion", "b.bpmn", "c"),
    ]
    assert rules(examine_diagrams(ending)) == [
        ("recursion", "a.bpmn", "c"),
        ("recursion", "b.bpmn", "c"),
    ]
