from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from caseflow.bpmn.draw_marks import Marks
from caseflow.bpmn.draw_svg import draw_svg
from caseflow.errors import ModelError, NotDrawn
from caseflow.model import (
    Annotation,
    Bounds,
    Diagram,
    Drawing,
    Edge,
    ElementId,
    Flow,
    FlowId,
    Lane,
    Node,
    Participant,
    PlainTask,
    Process,
    ProcessId,
    Scope,
    Shape,
    StartEvent,
    SubProcess,
    UserTask,
)

SVG = "{http://www.w3.org/2000/svg}"
GOLDEN = Path(__file__).parent / "golden"


def an_id(element: str) -> ElementId:
    return ElementId(element)


def parsed(picture: str) -> etree._Element:
    return etree.fromstring(picture.encode())


def group(picture: str, element: str) -> etree._Element:
    found = parsed(picture).find(f".//{SVG}g[@data-element='{element}']")
    assert found is not None, f"{element} is not drawn"
    return found


def badges(picture: str) -> list[tuple[str, str]]:
    return [
        (str(badge.get("class")), str(badge.findtext(f"{SVG}text")))
        for badge in parsed(picture).iter(f"{SVG}g")
        if str(badge.get("class")).startswith("badge ")
    ]


def a_diagram(
    *nodes: Node, shapes: dict[str, Bounds], edges: dict[str, tuple[tuple[float, float], ...]]
) -> Diagram:
    flows = {
        FlowId(name): Flow(
            id=FlowId(name), source=nodes[0].id, target=nodes[-1].id, name=f"name of {name}"
        )
        for name in edges
    }
    return Diagram(
        file="small.bpmn",
        processes=(
            Process(
                id=ProcessId("p"),
                scope=Scope(nodes={node.id: node for node in nodes}, flows=flows),
            ),
        ),
        drawing=Drawing(
            shapes={
                an_id(name): Shape(element=an_id(name), bounds=bounds)
                for name, bounds in shapes.items()
            },
            edges={
                an_id(name): Edge(element=an_id(name), points=points)
                for name, points in edges.items()
            },
        ),
    )


def box(x: float, y: float, width: float = 100, height: float = 80) -> Bounds:
    return Bounds(x=x, y=y, width=width, height=height)


def test_the_pictures_are_as_they_were_reviewed(
    gallery: Diagram, handling: Diagram, where_it_stands: Marks, tmp_path: Path
) -> None:
    drawn = {
        "gallery.svg": draw_svg(gallery),
        "handling.svg": draw_svg(handling, marks=where_it_stands),
    }

    # Look at the new picture; if it is better than the old one, let it take its place.
    for name, picture in drawn.items():
        (tmp_path / name).write_text(picture, encoding="utf-8")
        reviewed = (GOLDEN / name).read_text(encoding="utf-8")
        assert picture == reviewed, f"{tmp_path / name} differs from {GOLDEN / name}"


def test_the_same_diagram_gives_the_same_picture(
    handling: Diagram, where_it_stands: Marks
) -> None:
    flows = frozenset(sorted(where_it_stands.flows, reverse=True))
    turned = replace(where_it_stands, flows=flows)

    assert draw_svg(handling, marks=where_it_stands) == draw_svg(handling, marks=turned)


def test_a_picture_is_one_file_that_runs_nothing(gallery: Diagram) -> None:
    root = parsed(draw_svg(gallery))

    names = {str(part.tag).removeprefix(SVG) for part in root.iter()}
    assert names == {"svg", "title", "g", "rect", "circle", "path", "text", "tspan"}
    assert {key for part in root.iter() for key in part.attrib} & {"href", "id", "style"} == set()
    assert (root.get("role"), root.findtext(f"{SVG}title")) == ("img", "All symbols")


def test_a_picture_has_a_white_ground_of_its_own_size(gallery: Diagram) -> None:
    root = parsed(draw_svg(gallery))

    canvas = root.find(f"{SVG}rect")
    assert canvas is not None
    sides = [str(canvas.get(side)) for side in ("x", "y", "width", "height")]
    assert " ".join(sides) == root.get("viewBox")
    assert canvas.get("fill") == "#ffffff"


def test_elements_stand_as_the_marks_say(handling: Diagram, where_it_stands: Marks) -> None:
    picture = draw_svg(handling, marks=where_it_stands)

    classes = {
        str(part.get("data-element")): str(part.get("class"))
        for part in parsed(picture).iter(f"{SVG}g")
    }
    assert classes["handle"] == "user-task waiting"
    assert classes["overdue"] == "boundary-event waiting"
    assert classes["supervise"] == "call-activity incident"
    assert classes["sign_in"] == "user-task passed"
    assert classes["remind"] == "send-task"
    assert (classes["f1"], classes["f4"]) == ("flow passed", "flow")


def test_badges_count_tokens_and_passages_and_show_incidents(
    handling: Diagram, where_it_stands: Marks
) -> None:
    assert badges(draw_svg(handling, marks=where_it_stands)) == [
        ("badge count-badge", "×3"),
        ("badge token-badge", "2"),
        ("badge incident-badge", "!"),
        ("badge token-badge", "1"),
    ]


def test_titles_say_what_badges_show(handling: Diagram, where_it_stands: Marks) -> None:
    picture = draw_svg(handling, marks=where_it_stands)

    assert (
        group(picture, "sign_in").findtext(f"{SVG}title") == "签收 Sign in (sign_in) — passed: 3"
    )
    assert group(picture, "handle").findtext(f"{SVG}title") == "办理 Handle (handle) — waiting: 2"
    assert group(picture, "supervise").findtext(f"{SVG}title") == (
        "督办闭环 Supervise (supervise) — incident: no version of supervise is deployed"
    )


def test_taken_flows_lie_above_the_others(handling: Diagram, where_it_stands: Marks) -> None:
    picture = draw_svg(handling, marks=where_it_stands)

    flows = [
        str(part.get("class"))
        for part in parsed(picture).iter(f"{SVG}g")
        if str(part.get("class")).startswith("flow")
    ]
    assert flows == ["flow"] * 8 + ["flow passed"] * 8


def test_the_caption_is_the_title_of_the_picture(handling: Diagram) -> None:
    root = parsed(draw_svg(handling, marks=Marks(caption="2026-0017")))

    assert root.findtext(f"{SVG}title") == "2026-0017"
    assert root.findtext(f".//{SVG}g[@class='caption']//{SVG}tspan") == "2026-0017"


def test_a_picture_without_a_name_is_called_after_its_file() -> None:
    pool = Participant(id=an_id("pool"), name="")
    shape = Shape(element=pool.id, bounds=box(0, 0, 400, 60))
    diagram = Diagram(
        file="empty.bpmn", participants=(pool,), drawing=Drawing(shapes={pool.id: shape})
    )

    assert parsed(draw_svg(diagram)).findtext(f"{SVG}title") == "empty.bpmn"


def test_hostile_names_stay_text() -> None:
    name = "<script>alert('1')</script> & \"]]>\x00\x1b[31m\ud800"
    task = Node(id=an_id('a" onload="alert(1)'), name=name, behaviour=UserTask())
    diagram = a_diagram(task, shapes={task.id: box(0, 0)}, edges={})

    root = parsed(draw_svg(diagram, marks=Marks(caption=name)))

    assert not list(root.iter(f"{SVG}script"))
    drawn = root.find(f".//{SVG}g[@class='user-task']")
    assert drawn is not None
    assert drawn.get("data-element") == task.id
    shown = "<script>alert('1')</script> & \"]]>\ufffd\ufffd[31m\ufffd"
    assert drawn.findtext(f"{SVG}title") == f"{shown} ({task.id})"
    assert root.findtext(f"{SVG}title") == shown


def test_a_name_that_is_too_long_is_shortened_inside_its_task() -> None:
    task = Node(id=an_id("task"), name="受理" * 60, behaviour=UserTask())
    diagram = a_diagram(task, shapes={"task": box(0, 0)}, edges={})

    drawn = group(draw_svg(diagram), "task")

    lines = drawn.findall(f".//{SVG}tspan")
    assert str(lines[-1].text).endswith("…")
    assert all(6 < float(str(line.get("y"))) < 80 for line in lines)
    assert str(drawn.findtext(f"{SVG}title")).startswith("受理" * 60)


def test_text_keeps_clear_of_the_icons_of_its_task() -> None:
    name = "县级部门联络员签收后由承办人办理"
    plain = Node(id=an_id("plain"), name=name, behaviour=PlainTask())
    user = Node(id=an_id("user"), name=name, behaviour=UserTask())
    shapes = {"plain": box(0, 0, 70, 80), "user": box(100, 0, 70, 80)}
    picture = draw_svg(a_diagram(plain, user, shapes=shapes, edges={}))

    def first_line(element: str) -> float:
        line = group(picture, element).find(f".//{SVG}tspan")
        assert line is not None
        return float(str(line.get("y")))

    assert first_line("plain") < first_line("user")


def test_a_diagram_without_positions_says_how_to_get_them(handling: Diagram) -> None:
    with pytest.raises(NotDrawn) as refused:
        draw_svg(replace(handling, drawing=Drawing()))

    assert isinstance(refused.value, ModelError)
    assert refused.value.file == "handling.bpmn"
    assert str(refused.value) == (
        "handling.bpmn has no drawing: `caseflow layout handling.bpmn` makes one"
    )


def nested(*, is_expanded: bool) -> Diagram:
    """A sub-process in a sub-process, each with its content drawn."""
    start = Node(id=an_id("start"), behaviour=StartEvent())
    task = Node(id=an_id("task"), name="task", behaviour=UserTask())
    line = Flow(id=FlowId("line"), source=start.id, target=task.id)
    inside = Scope(nodes={start.id: start, task.id: task}, flows={line.id: line})
    inner = Node(id=an_id("inner"), name="inner", behaviour=SubProcess(scope=inside))
    outer = Node(
        id=an_id("outer"),
        name="outer",
        behaviour=SubProcess(scope=Scope(nodes={inner.id: inner})),
    )
    places = {
        "outer": box(0, 0, 400, 300),
        "inner": box(20, 40, 300, 200),
        "start": box(40, 100, 36, 36),
        "task": box(120, 78),
    }
    diagram = a_diagram(outer, shapes=places, edges={})
    shapes = dict(diagram.drawing.shapes)
    shapes[outer.id] = replace(shapes[outer.id], is_expanded=is_expanded)
    edge = Edge(element=an_id("line"), points=((76, 118), (120, 118)))
    return replace(diagram, drawing=Drawing(shapes=shapes, edges={edge.element: edge}))


def elements(picture: str) -> set[str]:
    groups = parsed(picture).iter(f"{SVG}g")
    return {str(part.get("data-element")) for part in groups if part.get("data-element")}


def test_a_sub_process_whose_content_is_drawn_elsewhere_is_collapsed() -> None:
    diagram = nested(is_expanded=True)
    shapes = dict(diagram.drawing.shapes)
    shapes[an_id("inner")] = replace(shapes[an_id("inner")], bounds=box(900, 40, 300, 200))

    picture = draw_svg(replace(diagram, drawing=Drawing(shapes=shapes)))

    assert elements(picture) == {"outer"}
    assert group(picture, "outer").find(f".//{SVG}g[@class='icon collapsed']") is not None


def test_an_expanded_sub_process_shows_its_content() -> None:
    assert elements(draw_svg(nested(is_expanded=True))) == {
        *("outer", "inner", "start", "task", "line")
    }


def test_a_collapsed_sub_process_hides_all_that_is_inside() -> None:
    assert elements(draw_svg(nested(is_expanded=False))) == {"outer"}


def test_a_collapsed_sub_process_carries_the_marks_of_its_content() -> None:
    marks = Marks(
        tokens={an_id("outer"): 1, an_id("inner"): 1, an_id("task"): 2},
        incidents={an_id("start"): "first", an_id("task"): "second"},
    )

    picture = draw_svg(nested(is_expanded=False), marks=marks)

    assert badges(picture) == [("badge token-badge", "2"), ("badge incident-badge", "!")]
    assert group(picture, "outer").findtext(f"{SVG}title") == (
        "outer (outer) — waiting: 2, incident: first; second"
    )


def test_a_collapsed_sub_process_counts_its_own_token_if_nothing_inside_waits() -> None:
    picture = draw_svg(nested(is_expanded=False), marks=Marks(tokens={an_id("outer"): 1}))

    assert badges(picture) == [("badge token-badge", "1")]


def test_marks_without_a_place_are_named_in_the_caption() -> None:
    marks = Marks(
        tokens={an_id("gone"): 1, an_id("outer"): 1}, incidents={an_id("lost"): "no handler"}
    )

    root = parsed(draw_svg(nested(is_expanded=True), marks=marks))

    lines = [line.text for line in root.iterfind(f".//{SVG}g[@class='caption']//{SVG}tspan")]
    assert lines == ["Also marked, but not drawn: gone, lost"]


def test_an_element_without_a_shape_is_marked_where_it_is_inside() -> None:
    diagram = nested(is_expanded=True)
    shapes = {name: shape for name, shape in diagram.drawing.shapes.items() if name != "task"}
    drawing = replace(diagram.drawing, shapes=shapes)

    picture = draw_svg(replace(diagram, drawing=drawing), marks=Marks(tokens={an_id("task"): 1}))

    assert group(picture, "inner").get("class") == "sub-process waiting"


def test_a_flow_that_runs_to_the_middle_of_a_shape_ends_at_its_border() -> None:
    start = Node(id=an_id("start"), behaviour=StartEvent())
    task = Node(id=an_id("task"), behaviour=UserTask())
    diagram = a_diagram(
        start,
        task,
        shapes={"start": box(0, 22, 36, 36), "task": box(100, 0)},
        edges={"f": ((10, 40), (18, 40), (150, 40))},
    )

    line = group(draw_svg(diagram), "f").find(f".//{SVG}path[@class='line']")

    assert line is not None
    assert line.get("d") == "M 36 40 L 100 40"


def test_a_flow_of_one_point_and_a_shape_without_size_are_drawn_as_far_as_possible() -> None:
    start = Node(id=an_id("start"), behaviour=StartEvent())
    task = Node(id=an_id("task"), name="task", behaviour=UserTask())
    diagram = a_diagram(
        start,
        task,
        shapes={"start": box(0, 0, 0, 0), "task": box(100, 0)},
        edges={"f": ((0, 0),), "g": ((0, 0), (0, 0), (100, 40))},
    )

    assert elements(draw_svg(diagram)) == {"start", "task", "g"}


def test_pools_and_lanes_may_stand_upright() -> None:
    pool = Participant(id=an_id("pool"), name="县级部门 Department", process=ProcessId("p"))
    lane = Lane(id=an_id("lane"), name="联络员 Liaison")
    upright = {
        an_id("pool"): replace(
            Shape(element=an_id("pool"), bounds=box(0, 0, 300, 600)), is_horizontal=False
        ),
        an_id("lane"): replace(
            Shape(element=an_id("lane"), bounds=box(0, 30, 300, 570)), is_horizontal=False
        ),
    }
    diagram = Diagram(
        file="upright.bpmn",
        processes=(Process(id=ProcessId("p"), scope=Scope(), lanes=(lane,)),),
        participants=(pool,),
        drawing=Drawing(shapes=upright),
    )

    picture = draw_svg(diagram)

    band = group(picture, "pool").find(f"{SVG}path")
    assert band is not None
    assert band.get("d") == "M 0 30 H 300"
    assert "rotate" not in picture


def test_a_name_too_long_for_its_band_is_wrapped(handling: Diagram) -> None:
    pool = replace(handling.participants[0], name="玉溪市各级综治中心群众诉求分级分类办理" * 10)

    picture = draw_svg(replace(handling, participants=(pool,)))

    lines = group(picture, "pool").findall(f".//{SVG}tspan")
    assert len(lines) == 2
    assert str(lines[-1].text).endswith("…")


def test_a_remark_longer_than_its_shape_is_still_on_the_picture() -> None:
    task = Node(id=an_id("task"), behaviour=UserTask())
    diagram = a_diagram(task, shapes={"task": box(0, 0), "note": box(0, 100, 80, 20)}, edges={})
    note = Annotation(id=an_id("note"), text="一般事项5个工作日内办结,复杂事项经批准可延长。" * 3)

    root = parsed(draw_svg(replace(diagram, annotations=(note,))))

    _, top, _, height = map(float, str(root.get("viewBox")).split())
    last = root.findall(f".//{SVG}g[@class='annotation']//{SVG}tspan")[-1]
    assert float(str(last.get("y"))) < top + height
