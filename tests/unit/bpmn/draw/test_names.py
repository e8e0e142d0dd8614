from __future__ import annotations

from dataclasses import replace

from caseflow.bpmn.draw_labels import TextBlock
from caseflow.bpmn.draw_names import outer_names
from caseflow.bpmn.draw_scene import scene_of
from caseflow.model import (
    Bounds,
    Diagram,
    Drawing,
    Edge,
    ElementId,
    ExclusiveGateway,
    Flow,
    FlowId,
    Node,
    Process,
    ProcessId,
    Scope,
    Shape,
    UserTask,
)

GATE, TASK, FLOW = ElementId("gate"), ElementId("task"), ElementId("flow")


def a_split(*points: tuple[float, float], name: str = "") -> Diagram:
    """A gateway at (0, 0) with one flow, to a task at (200, -15)."""
    gate = Node(id=GATE, name="紧急? Urgent?", behaviour=ExclusiveGateway())
    task = Node(id=TASK, behaviour=UserTask())
    flow = Flow(id=FlowId(FLOW), name=name, source=gate.id, target=task.id)
    scope = Scope(nodes={gate.id: gate, task.id: task}, flows={flow.id: flow})
    shapes = {
        GATE: Shape(element=GATE, bounds=Bounds(x=0, y=0, width=50, height=50)),
        TASK: Shape(element=TASK, bounds=Bounds(x=200, y=-15, width=100, height=80)),
    }
    return Diagram(
        file="split.bpmn",
        processes=(Process(id=ProcessId("p"), scope=scope),),
        drawing=Drawing(shapes=shapes, edges={FLOW: Edge(element=FLOW, points=points)}),
    )


def names(diagram: Diagram) -> dict[ElementId, TextBlock]:
    return dict(outer_names(scene_of(diagram)))


def test_the_name_of_a_gateway_stands_below_it() -> None:
    block = names(a_split((50, 25), (200, 25)))[GATE]

    assert block == TextBlock(lines=("紧急?", "Urgent?"), size=11, x=25, y=54)


def test_it_stands_above_where_a_flow_leaves_downwards() -> None:
    block = names(a_split((25, 50), (25, 120), (250, 120), (250, 65)))[GATE]

    assert block.bounds.y + block.bounds.height == -4


def test_it_stands_where_the_diagram_says_with_at_least_the_usual_width() -> None:
    diagram = a_split((50, 25), (200, 25))
    shape = replace(diagram.drawing.shapes[GATE], label=Bounds(x=60, y=-40, width=20, height=14))
    drawing = replace(diagram.drawing, shapes={**diagram.drawing.shapes, GATE: shape})

    block = names(replace(diagram, drawing=drawing))[GATE]

    assert block == TextBlock(lines=("紧急?", "Urgent?"), size=11, x=70, y=-40)


def test_the_name_of_a_level_flow_stands_above_its_middle() -> None:
    block = names(a_split((50, 25), (200, 25), name="是"))[FLOW]

    assert (block.anchor, block.x) == ("middle", 125)
    assert block.bounds.y + block.bounds.height == 22


def test_the_name_of_an_upright_flow_stands_beside_it() -> None:
    block = names(a_split((25, 50), (25, 250), name="否"))[FLOW]

    assert (block.anchor, block.x) == ("start", 31)
    assert block.bounds.y + block.bounds.height / 2 == 150


def test_the_name_of_a_slanting_flow_keeps_clear_of_the_line() -> None:
    diagram = a_split((50, 25), (200, 145), name="退回 Return")

    place = names(diagram)[FLOW].bounds

    covered = [
        (x, y)
        for x in range(50, 201)
        for y in [25 + 0.8 * (x - 50)]
        if place.x < x < place.x + place.width and place.y < y < place.y + place.height
    ]
    assert covered == []


def test_names_do_not_stand_on_each_other() -> None:
    diagram = a_split((50, 25), (80, 25), name="一个比较长的条件名称")

    placed = [block.bounds for block in names(diagram).values()]

    first, second = placed
    apart = first.x + first.width <= second.x or second.x + second.width <= first.x
    above = first.y + first.height <= second.y or second.y + second.height <= first.y
    assert apart or above


def test_blank_names_take_no_place() -> None:
    assert list(names(a_split((50, 25), (200, 25), name="  "))) == [GATE]


def test_a_label_of_a_flow_stands_where_the_diagram_says() -> None:
    diagram = a_split((50, 25), (200, 25), name="是 yes")
    edge = Edge(
        element=FLOW,
        points=((50, 25), (200, 25)),
        label=Bounds(x=100, y=0, width=18, height=28),
    )
    drawing = replace(diagram.drawing, edges={FLOW: edge})

    block = names(replace(diagram, drawing=drawing))[FLOW]

    assert block == TextBlock(lines=("是", "yes"), size=11, x=109, y=0)
