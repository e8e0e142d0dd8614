"""Activities, gateways and flows of a diagram in the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from caseflow.bpmn import Reading
from caseflow.model import (
    AdHocOrdering,
    AdHocSubProcess,
    Association,
    Behaviour,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CompensationTrigger,
    ComplexGateway,
    ElementId,
    EventGateway,
    ExclusiveGateway,
    Flow,
    FlowId,
    Formula,
    InclusiveGateway,
    ManualTask,
    MessageTrigger,
    Node,
    Notation,
    ParallelGateway,
    PlainTask,
    Process,
    ProcessId,
    ReceiveTask,
    Scope,
    ScriptTask,
    SendTask,
    ServiceTask,
    StandardLoop,
    SubProcess,
    Transaction,
    UserTask,
)

EMPTY = Scope(nodes={}, flows={})
MESSAGE = '<message id="m" name="letter"/>'
OPERATION = (
    '<interface name="I"><operation id="o" name="post">'
    "<inMessageRef>m</inMessageRef></operation></interface>"
)
ACTIVATION = "<activationCondition>n &gt; 1</activationCondition>"
IN_TURN = 'ordering="Sequential" cancelRemainingInstances="false"'
COMPLETION = "<completionCondition>done</completionCondition>"


@pytest.mark.parametrize(
    ("content", "behaviour"),
    [
        ('<task id="a"/>', PlainTask()),
        ('<userTask id="a"/>', UserTask()),
        ('<manualTask id="a"/>', ManualTask()),
        ('<serviceTask id="a"/>', ServiceTask()),
        ('<serviceTask id="a" operationRef="o"/>', ServiceTask(topic="post")),
        ('<sendTask id="a"/>', SendTask()),
        ('<sendTask id="a" messageRef="m"/>', SendTask(message=MessageTrigger(name="letter"))),
        ('<sendTask id="a" operationRef="o"/>', SendTask(message=MessageTrigger(name="letter"))),
        ('<receiveTask id="a"/>', ReceiveTask()),
        (
            '<receiveTask id="a" messageRef="m" instantiate="1"/>',
            ReceiveTask(message=MessageTrigger(name="letter"), instantiate=True),
        ),
        ('<businessRuleTask id="a"/>', BusinessRuleTask()),
        (
            '<scriptTask id="a"><script>x = 1</script></scriptTask>',
            ScriptTask(script=Formula(text="x = 1", line=2)),
        ),
        (
            '<scriptTask id="a" scriptFormat="feel"><script>1 + 2</script></scriptTask>',
            ScriptTask(script=Formula(text="1 + 2", notation=Notation.FEEL, line=2)),
        ),
        (
            '<callActivity id="a" calledElement="other"/>',
            CallActivity(called=ProcessId("other")),
        ),
        (
            '<callActivity id="a" xmlns:o="urn:o" calledElement="o:other"/>',
            CallActivity(called=ProcessId("other")),
        ),
        ('<exclusiveGateway id="a"/>', ExclusiveGateway()),
        ('<parallelGateway id="a"/>', ParallelGateway()),
        ('<inclusiveGateway id="a"/>', InclusiveGateway()),
        ('<complexGateway id="a"/>', ComplexGateway()),
        (
            f'<complexGateway id="a">{ACTIVATION}</complexGateway>',
            ComplexGateway(activation=Formula(text="n > 1", line=2)),
        ),
        ('<eventBasedGateway id="a"/>', EventGateway()),
        (
            '<eventBasedGateway id="a" instantiate="true" eventGatewayType="Parallel"/>',
            EventGateway(instantiate=True, parallel=True),
        ),
        ('<subProcess id="a"/>', SubProcess(scope=EMPTY)),
        ('<transaction id="a"/>', Transaction(scope=EMPTY)),
        ('<adHocSubProcess id="a"/>', AdHocSubProcess(scope=EMPTY)),
        (
            f'<adHocSubProcess id="a" {IN_TURN}>{COMPLETION}</adHocSubProcess>',
            AdHocSubProcess(
                scope=EMPTY,
                ordering=AdHocOrdering.SEQUENTIAL,
                completion=Formula(text="done", line=2),
                cancel_remaining=False,
            ),
        ),
    ],
)
def test_an_element_becomes_its_behaviour(
    content: str, behaviour: Behaviour, process_of: Callable[..., Process]
) -> None:
    process = process_of(content, beside=MESSAGE + OPERATION)

    assert process.scope.nodes == {
        ElementId("a"): Node(id=ElementId("a"), line=2, behaviour=behaviour)
    }


def test_a_node_has_everything_that_stands_at_it(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<task id="a" name=" Check " startQuantity="2" completionQuantity="3" default="g">'
        "<documentation>Why.</documentation><documentation>How.</documentation>"
        "<standardLoopCharacteristics testBefore='true' loopMaximum='5'>"
        "<loopCondition>more</loopCondition></standardLoopCharacteristics></task>\n"
        '<task id="b"/>'
        '<sequenceFlow id="f" sourceRef="b" targetRef="a"/>'
        '<sequenceFlow id="g" sourceRef="a" targetRef="b"/>'
    )

    assert process.scope.nodes[ElementId("a")] == Node(
        id=ElementId("a"),
        name="Check",
        line=2,
        behaviour=PlainTask(),
        incoming=(FlowId("f"),),
        outgoing=(FlowId("g"),),
        default=FlowId("g"),
        loop=StandardLoop(condition=Formula(text="more", line=2), test_before=True, maximum=5),
        start_quantity=2,
        completion_quantity=3,
        documentation="Why.\n\nHow.",
    )


def test_documentation_may_be_marked_up(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<task id="a"><documentation>Read <b xmlns="http://www.w3.org/1999/xhtml">all</b> of it.'
        "</documentation></task>"
    )

    assert process.scope.nodes[ElementId("a")].documentation == "Read all of it."


def test_flows_keep_the_order_of_the_file(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<task id="a"/><task id="b"/><task id="c"/>'
        '<sequenceFlow id="z" sourceRef="a" targetRef="c"/>'
        '<sequenceFlow id="y" sourceRef="a" targetRef="b"/>'
        '<sequenceFlow id="x" sourceRef="b" targetRef="c"/>'
    )

    nodes = process.scope.nodes
    assert list(process.scope.flows) == ["z", "y", "x"]
    assert nodes[ElementId("a")].outgoing == ("z", "y")
    assert nodes[ElementId("c")].incoming == ("z", "x")


def test_flows_without_ids_get_one_that_stays_the_same(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<task id="a"/>\n<task id="b"/>'
        '<sequenceFlow sourceRef="a" targetRef="b"/>'
        '<sequenceFlow sourceRef="a" targetRef="b" name="again">'
        '<conditionExpression xsi:type="tFormalExpression">x</conditionExpression></sequenceFlow>'
    )

    first, second = FlowId("flow:a->b"), FlowId("flow:a->b:2")
    plain = Flow(id=first, line=3, source=ElementId("a"), target=ElementId("b"))
    condition = Formula(text="x", line=3)
    assert process.scope.flows == {
        first: plain,
        second: replace(plain, id=second, name="again", condition=condition),
    }
    assert process.scope.nodes[ElementId("b")].incoming == (first, second)


def test_scopes_are_nested_as_they_are_drawn(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<subProcess id="s" triggeredByEvent="false"><subProcess id="t">'
        '<task id="a"/></subProcess></subProcess><task id="b"/>'
    )

    inner = Scope(
        nodes={ElementId("a"): Node(id=ElementId("a"), line=2, behaviour=PlainTask())}, flows={}
    )
    middle = Scope(
        nodes={ElementId("t"): Node(id=ElementId("t"), line=2, behaviour=SubProcess(scope=inner))},
        flows={},
    )
    assert process.scope.nodes == {
        ElementId("s"): Node(id=ElementId("s"), line=2, behaviour=SubProcess(scope=middle)),
        ElementId("b"): Node(id=ElementId("b"), line=2, behaviour=PlainTask()),
    }


def test_names_like_start_and_end_are_names_like_any_other(
    process_of: Callable[..., Process],
) -> None:
    process = process_of('<startEvent id="Start"/><endEvent id="End"/><task id="p.EndJoin"/>')

    assert list(process.scope.nodes) == ["Start", "End", "p.EndJoin"]


def test_compensation_joins_an_event_to_its_handler(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition '
        'waitForCompletion="false"/></boundaryEvent><task id="u" isForCompensation="true"/>'
        '<textAnnotation id="n"><text>why</text></textAnnotation>'
        '<association id="line" sourceRef="b" targetRef="u"/>'
        '<association id="note" sourceRef="b" targetRef="n"/>'
    )

    assert process.scope.associations == (
        Association(id=ElementId("line"), source=ElementId("b"), target=ElementId("u")),
    )
    assert process.scope.nodes[ElementId("u")].is_for_compensation
    assert process.scope.nodes[ElementId("b")].behaviour == BoundaryEvent(
        attached_to=ElementId("a"),
        triggers=(CompensationTrigger(wait_for_completion=False),),
    )


def test_whether_a_process_is_executable(examined: Callable[..., Reading]) -> None:
    said = {
        'isExecutable="true"': True,
        'isExecutable="1"': True,
        'isExecutable="false"': False,
        'isExecutable="0"': False,
        'processType="Public"': False,
        'processType="Private"': True,
        "": True,
    }

    processes = "".join(f'<process id="p{i}" {each}/>' for i, each in enumerate(said))
    reading = examined(processes)

    assert reading.diagram is not None
    assert [each.is_executable for each in reading.diagram.processes] == list(said.values())


def test_a_process_knows_where_it_stands(examined: Callable[..., Reading]) -> None:
    reading = examined(
        '\n<process id="p" name="Repair" isExecutable="true" caseflow:businessKey="number">'
        "<documentation> What for. </documentation></process>"
    )

    assert reading.diagram is not None
    assert reading.diagram.processes == (
        Process(
            id=ProcessId("p"),
            name="Repair",
            file="t.bpmn",
            line=3,
            scope=EMPTY,
            documentation="What for.",
            business_key=Formula(text="number", line=3),
        ),
    )


def test_a_file_may_hold_several_processes(examined: Callable[..., Reading]) -> None:
    reading = examined(
        '<process id="p" isExecutable="true"/><process id="q" isExecutable="false"/>'
    )

    assert reading.diagram is not None
    assert [(each.id, each.is_executable) for each in reading.diagram.processes] == [
        ("p", True),
        ("q", False),
    ]
