"""Pools, lanes, who works in them, notes and the drawing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from caseflow.bpmn import Reading, lane_of
from caseflow.model import (
    Annotation,
    Assignment,
    Bounds,
    Drawing,
    Edge,
    ElementId,
    Formula,
    Lane,
    MessageFlow,
    Participant,
    Process,
    ProcessId,
    Shape,
    SubProcess,
    UserTask,
)

LANES = (
    '<laneSet><lane id="out" name="Village" caseflow:role="officer">'
    "<flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef><flowNodeRef>s</flowNodeRef>"
    '<childLaneSet><lane id="in" name="Desk" {role}><flowNodeRef>b</flowNodeRef></lane>'
    "</childLaneSet></lane></laneSet>"
)
TASKS = (
    '<userTask id="a"/><manualTask id="b"/><userTask id="c"/>'
    '<subProcess id="s">{lanes}<userTask id="d"/></subProcess>'
)


def roles(process: Process) -> dict[str, tuple[str, ...]]:
    found = {}
    nodes = list(process.scope.nodes.values())
    for node in nodes:
        if isinstance(node.behaviour, SubProcess):
            nodes.extend(node.behaviour.scope.nodes.values())
        assignment = getattr(node.behaviour, "assignment", None)
        if isinstance(assignment, Assignment):
            found[str(node.id)] = tuple(role.text for role in assignment.roles)
    return found


def test_lanes_are_nested_and_hold_what_no_inner_lane_holds(
    process_of: Callable[..., Process],
) -> None:
    process = process_of(LANES.format(role="") + TASKS.format(lanes=""))

    assert process.lanes == (
        Lane(
            id=ElementId("out"),
            name="Village",
            role="officer",
            nodes=frozenset({ElementId("a"), ElementId("s")}),
            lanes=(Lane(id=ElementId("in"), name="Desk", nodes=frozenset({ElementId("b")})),),
        ),
    )


def test_the_innermost_lane_of_an_element(process_of: Callable[..., Process]) -> None:
    process = process_of(LANES.format(role="") + TASKS.format(lanes=""))

    found = {each: lane_of(process, ElementId(each)) for each in ("a", "b", "c", "d", "nobody")}

    assert {each: lane.name if lane else None for each, lane in found.items()} == {
        "a": "Village",
        "b": "Desk",
        "c": None,
        "d": "Village",
        "nobody": None,
    }


@pytest.mark.parametrize(
    ("role", "inner", "expected"),
    [
        ("", "", {"a": ('"officer"',), "b": ('"officer"',), "c": (), "d": ('"officer"',)}),
        (
            'caseflow:role="clerk"',
            (
                '<laneSet><lane id="deep" caseflow:role="guest">'
                "<flowNodeRef>d</flowNodeRef></lane></laneSet>"
            ),
            {"a": ('"officer"',), "b": ('"clerk"',), "c": (), "d": ('"guest"',)},
        ),
    ],
    ids=["outer", "inner"],
)
def test_a_task_without_people_is_for_the_role_of_its_lane(
    role: str,
    inner: str,
    expected: dict[str, tuple[str, ...]],
    process_of: Callable[..., Process],
) -> None:
    process = process_of(LANES.format(role=role) + TASKS.format(lanes=inner))

    assert roles(process) == expected


def test_a_task_with_people_is_not_for_its_lane(process_of: Callable[..., Process]) -> None:
    process = process_of(
        LANES.format(role="") + '<userTask id="a" caseflow:assignee="=li"/><task id="b"/>'
        '<subProcess id="s"/>'
    )

    assert process.scope.nodes[ElementId("a")].behaviour == UserTask(
        assignment=Assignment(assignee=Formula(text="li", line=2))
    )


@pytest.mark.parametrize(
    ("role", "assignment"),
    [
        (
            "<potentialOwner><resourceRef>r</resourceRef></potentialOwner>",
            Assignment(roles=(Formula(text='"Mediators"', line=2),)),
        ),
        (
            (
                "<potentialOwner><resourceAssignmentExpression><formalExpression>user(li), "
                "group(office)</formalExpression></resourceAssignmentExpression></potentialOwner>"
            ),
            Assignment(
                roles=(Formula(text='"office"', line=2),),
                people=(Formula(text='"li"', line=2),),
            ),
        ),
        (
            (
                "<potentialOwner><resourceAssignmentExpression><formalExpression>${owners}"
                "</formalExpression></resourceAssignmentExpression></potentialOwner>"
            ),
            Assignment(roles=(Formula(text="owners", line=2),)),
        ),
        (
            (
                "<humanPerformer><resourceAssignmentExpression><formalExpression>starter"
                "</formalExpression></resourceAssignmentExpression></humanPerformer>"
            ),
            Assignment(assignee=Formula(text="starter", line=2)),
        ),
    ],
    ids=["resource", "users and groups", "expression", "performer"],
)
def test_resource_roles_of_bpmn_itself(
    role: str, assignment: Assignment, process_of: Callable[..., Process]
) -> None:
    process = process_of(
        f'<userTask id="a">{role}</userTask>', beside='<resource id="r" name="Mediators"/>'
    )

    assert process.scope.nodes[ElementId("a")].behaviour == UserTask(assignment=assignment)


def test_pools_messages_between_them_and_notes(examined: Callable[..., Reading]) -> None:
    reading = examined(
        '<collaboration id="c"><participant id="us" name="We" processRef="p"/>'
        '<participant id="they" name="They"/>'
        '<messageFlow id="m" name="letter" sourceRef="a" targetRef="they"/>'
        '<textAnnotation id="n1"><text> Read\nme </text></textAnnotation></collaboration>\n'
        '<process id="p" isExecutable="true"><sendTask id="a"/>'
        '<textAnnotation id="n2"/></process>'
    )

    assert reading.diagram is not None
    assert reading.diagram.participants == (
        Participant(id=ElementId("us"), name="We", process=ProcessId("p")),
        Participant(id=ElementId("they"), name="They"),
    )
    assert reading.diagram.message_flows == (
        MessageFlow(
            id=ElementId("m"), name="letter", source=ElementId("a"), target=ElementId("they")
        ),
    )
    assert reading.diagram.annotations == (
        Annotation(id=ElementId("n1"), text="Read\nme"),
        Annotation(id=ElementId("n2"), text=""),
    )


def test_the_drawing(examined: Callable[..., Reading]) -> None:
    reading = examined(
        '<process id="p" isExecutable="true"><task id="a"/><subProcess id="s"/>'
        '<sequenceFlow id="f" sourceRef="a" targetRef="s"/></process>'
        '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">'
        '<bpmndi:BPMNShape bpmnElement="a"><dc:Bounds x="10" y="-2.5" width="100" height="80"/>'
        '<bpmndi:BPMNLabel><dc:Bounds x="1" y="2" width="3" height="4"/></bpmndi:BPMNLabel>'
        "</bpmndi:BPMNShape>"
        '<bpmndi:BPMNShape bpmnElement="s" isExpanded="false" isHorizontal="false">'
        '<dc:Bounds x="200" y="0" width="100" height="80"/><bpmndi:BPMNLabel/>'
        "</bpmndi:BPMNShape>"
        '<bpmndi:BPMNEdge bpmnElement="f"><di:waypoint x="110" y="40"/>'
        '<di:waypoint x="200" y="40.5"/></bpmndi:BPMNEdge>'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="s">'
        '<bpmndi:BPMNShape bpmnElement="a"><dc:Bounds x="0" y="0" width="1" height="1"/>'
        "</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )

    assert reading.findings == ()
    assert reading.diagram is not None
    assert reading.diagram.drawing == Drawing(
        shapes={
            ElementId("a"): Shape(
                element=ElementId("a"),
                bounds=Bounds(x=10, y=-2.5, width=100, height=80),
                label=Bounds(x=1, y=2, width=3, height=4),
            ),
            ElementId("s"): Shape(
                element=ElementId("s"),
                bounds=Bounds(x=200, y=0, width=100, height=80),
                is_horizontal=False,
                is_expanded=False,
            ),
        },
        edges={ElementId("f"): Edge(element=ElementId("f"), points=((110, 40), (200, 40.5)))},
    )
