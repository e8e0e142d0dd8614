"""SpiffWorkflow behind the port: the same laws as the kernel's, and its own weak points."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from caseflow.bpmn import read_diagram
from caseflow.errors import CommandRefused, StepLimitReached, StoreError
from caseflow.kernel import (
    Case,
    CaseId,
    CaseState,
    CompleteTask,
    Kernel,
    Outcome,
    Program,
    Setting,
    StartCase,
    dump_case,
    load_case,
)
from caseflow.model import Value
from caseflow.spiff import SpiffInterpreter

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
AGAIN = (
    '<sequenceFlow id="again" sourceRef="g" targetRef="m">'
    "<conditionExpression>{}</conditionExpression></sequenceFlow>"
)
LOOP = (
    '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="a"/>'
    '<exclusiveGateway id="g" default="f3"/><endEvent id="e"/>' + AGAIN.format("more")
)


def source(body: str, flows: str) -> bytes:
    """Return a file; flows are written ``s>a a>e``."""
    arrows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{start}" targetRef="{end}"/>'
        for number, (start, end) in enumerate(one.split(">") for one in flows.split())
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'targetNamespace="urn:caseflow:test"><process id="p" isExecutable="true">'
        f"{body}{arrows}</process></definitions>"
    ).encode()


def compiled(body: str, flows: str) -> Program:
    data = source(body, flows)
    (process,) = read_diagram(data, file="p.bpmn").processes
    return SpiffInterpreter().compile(process, version=1, setting=Setting(source=data))


def started(program: Program, **variables: Value) -> Outcome:
    command = StartCase(at=MONDAY, case=CaseId("c"), process=program.key, variables=variables)
    return SpiffInterpreter().advance(program, None, command)


def completing(case: Case, element: str, **variables: Value) -> CompleteTask:
    task = next(task.id for task in case.tasks.values() if task.element == element)
    return CompleteTask(at=MONDAY, task=task, variables=variables)


def done(program: Program, case: Case, element: str, **variables: Value) -> Outcome:
    return SpiffInterpreter().advance(program, case, completing(case, element, **variables))


def as_far_as_it_goes(program: Program, case: Case) -> tuple[Case, str]:
    """Go round until that is refused; return the case as it was then, and why."""
    while case.version < 1_000:
        try:
            case = done(program, case, "a", more=True).case
        except StepLimitReached as refusal:
            return case, str(refusal)
    return case, ""


LOOP_FLOWS = "s>m m>a a>g g>e"
TWO = (
    '<startEvent id="s"/><parallelGateway id="p1"/><userTask id="a"/><userTask id="b"/>'
    '<parallelGateway id="p2"/><endEvent id="e"/>'
)
TWO_FLOWS = "s>p1 p1>a p1>b a>p2 b>p2 p2>e"


def test_the_same_command_on_the_same_case_gives_the_same_bytes() -> None:
    cases = [started(compiled(TWO, TWO_FLOWS)).case for _ in range(2)]
    after = [done(compiled(TWO, TWO_FLOWS), case, "b") for case in cases]

    assert dump_case(cases[0]) == dump_case(cases[1])
    assert after[0] == after[1]
    assert dump_case(after[0].case) == dump_case(after[1].case)


def test_a_command_leaves_the_case_as_it_was() -> None:
    program = compiled(TWO, TWO_FLOWS)
    case = started(program).case
    before = dump_case(case)

    done(program, case, "a")

    assert dump_case(case) == before


def test_a_case_that_was_stored_goes_on_as_if_it_had_not_been() -> None:
    program = compiled(TWO, TWO_FLOWS)
    case = done(program, started(program).case, "a").case
    stored = load_case(dump_case(case))

    assert stored == case
    assert done(program, stored, "b") == done(program, case, "b")


def test_a_finished_case_remembers_nothing() -> None:
    program = compiled(TWO, TWO_FLOWS)
    case = done(program, done(program, started(program).case, "a").case, "b").case

    assert (case.state, case.memory, case.tokens) == (CaseState.COMPLETED, "", {})


def test_a_case_goes_round_for_long_without_growing() -> None:
    program = compiled(LOOP, LOOP_FLOWS)
    case = started(program).case
    sizes = []

    for _ in range(500):
        case = done(program, case, "a", more=True).case
        sizes.append(len(json.loads(case.memory)["workflow"]["tasks"]))

    assert set(sizes[1:]) == {sizes[1]}
    assert done(program, case, "a", more=False).case.state is CaseState.COMPLETED


def test_a_loop_beside_an_open_branch_is_stopped_before_spiffworkflow_loses_sight_of_it() -> None:
    body = LOOP + '<parallelGateway id="p1"/><userTask id="b"/><endEvent id="e2"/>'
    program = compiled(body, "p1>m m>a a>g g>e s>p1 p1>b b>e2")

    case, reason = as_far_as_it_goes(program, started(program).case)

    assert "beside an open branch" in reason
    assert (case.state, len(case.tasks)) == (CaseState.RUNNING, 2)
    without = done(program, case, "b").case
    assert done(program, without, "a", more=True).case.state is CaseState.RUNNING


def test_a_loop_that_waits_for_nobody_is_refused() -> None:
    body = LOOP.replace(
        '<userTask id="a"/>', '<scriptTask id="a"><script>n = 1</script></scriptTask>'
    )

    with pytest.raises(StepLimitReached, match="loops without a task"):
        started(compiled(body, LOOP_FLOWS), more=True)


def test_the_conditions_of_a_gateway_are_looked_at_in_the_order_of_the_file() -> None:
    flow = (
        '<sequenceFlow id="{0}" sourceRef="g" targetRef="{0}">'
        "<conditionExpression>True</conditionExpression></sequenceFlow>"
    )
    shape = (
        '<bpmndi:BPMNShape xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'bpmnElement="{}"><dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'x="0" y="{}" width="1" height="1"/></bpmndi:BPMNShape>'
    )
    body = (
        '<startEvent id="s"/><exclusiveGateway id="g"/><userTask id="a"/><userTask id="b"/>'
        '<endEvent id="e"/>'
        + flow.format("a").replace('id="a"', 'id="fa"', 1)
        + flow.format("b").replace('id="b"', 'id="fb"', 1)
    )
    drawn = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI">'
        '<bpmndi:BPMNPlane bpmnElement="p">'
        f"{shape.format('a', 200)}{shape.format('b', 100)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    data = source(body, "s>g a>e b>e").replace(
        b"</definitions>", f"{drawn}</definitions>".encode()
    )
    (process,) = read_diagram(data, file="p.bpmn").processes
    program = SpiffInterpreter().compile(process, version=1, setting=Setting(source=data))

    case = started(program).case

    assert [task.element for task in case.tasks.values()] == ["a"]  # not b, drawn above it


def test_a_memory_that_cannot_be_read_is_an_error_of_the_store() -> None:
    program = compiled(TWO, TWO_FLOWS)
    case = started(program).case

    for memory in ("{", "{}", '{"schema": 99}'):
        with pytest.raises(StoreError):
            done(program, replace(case, memory=memory), "a")


def test_a_process_compiled_for_the_kernel_is_refused() -> None:
    data = source(TWO, TWO_FLOWS)
    (process,) = read_diagram(data, file="p.bpmn").processes
    program = Kernel().compile(process, version=1, setting=Setting())

    with pytest.raises(CommandRefused, match="not compiled for SpiffWorkflow"):
        started(program)


def test_spiffworkflow_used_beside_caseflow_draws_ids_as_ever() -> None:
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(source(TWO, TWO_FLOWS))

    roots = [BpmnWorkflow(parser.get_spec("p")).task_tree for _ in range(2)]

    assert roots[0].id != roots[1].id
    assert roots[0].last_state_change > 1_000_000_000  # seconds since 1970, and no count
