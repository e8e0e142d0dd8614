"""What drawings look like: where things stand, and which way lines go."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from caseflow.bpmn import lay_out, read_diagram
from caseflow.model import Bounds, Diagram, Drawing, Edge, ElementId, Lane, Shape

Sketch = Callable[[str], Diagram]
Faults = Callable[[Diagram, Drawing], list[str]]

SUMMONS = """
    pool summons 街乡吹哨 部门报到
    lane town 街道综治中心
    start asked 吹哨申请
    task draft 起草吹哨单
    task judge 判定哨型
    xor which 哨型?
    each departments 逐部门处置 {
        start called
        task sign 部门签收
        timer half sign 过半提醒
        timer over sign 签收超时
        task remind 催办提醒
        end reminded
        task late 记迟签
        xor signed
        xor objects 异议?
        task rule 异议裁定
        xor ruling 裁定?
        task report 现场报到
        end arrived 已报到
        end released 已排除
        called > sign > signed > objects
        half > remind > reminded
        over > late > signed
        objects > report : 接受
        objects > rule : 异议
        rule > ruling
        ruling > report : 驳回
        ruling > released : 免除
        report > arrived
    }
    timer due departments 报到期限
    task consult 会商研判
    xor solvable 能否解决?
    task execute 执行
    timer overdue execute 处置超期
    task verify 核查
    xor passed 通过?
    event upgrade 升级移交 {
        start worse 突发事件
        task hand_over 移交
        end handed_over 已移交
        worse > hand_over > handed_over
    }
    lane leader 街道领导
    task approve 审批
    xor agreed 同意?
    end rejected 非吹哨事项
    lane supervision 督查室
    task urge 督办
    end urged
    lane village 村
    task call_back 回访
    xor satisfied 满意?
    task archive 归档
    end resolved 已办结
    lane law 司法所
    task ask_county 上报协调
    end legal 转法律程序
    asked > draft > approve > agreed
    agreed > judge : 同意
    agreed > rejected : 不同意
    judge > which > departments > consult > solvable
    due > urge
    urge > urged
    solvable > execute : 能
    solvable > ask_county : 需上级
    solvable > legal : 走法律程序
    ask_county > execute > verify > passed
    overdue > urge
    passed > call_back : 通过
    passed > execute : 返工
    call_back > satisfied
    satisfied > archive : 满意
    satisfied > execute : 不满意
    archive > resolved
"""


def test_a_process_of_several_lanes_is_drawn_without_a_fault(
    sketch: Sketch, faults: Faults, crossings: Callable[[Drawing], int]
) -> None:
    diagram = sketch(SUMMONS)

    drawing = lay_out(diagram)

    assert faults(diagram, drawing) == []
    assert crossings(drawing) <= 6


def test_the_shipped_processes_are_drawn_without_a_fault(repository: Path, faults: Faults) -> None:
    files = sorted(repository.glob("processes/*/*.bpmn"))
    found = {}
    for file in files:
        diagram = replace(read_diagram(file.read_bytes(), file=file.name), drawing=Drawing())
        found[file.name] = faults(diagram, lay_out(diagram))

    # A known fault of the layout: one line ends short of its event.
    known = [
        "watch_to_limit_over from watch to limit_over runs through limit_over",
        "watch_to_limit_over from watch to limit_over does not touch limit_over: (3935.6, 926)",
    ]
    assert found == {file.name: [] for file in files} | {"hotline_ticket.bpmn": known}


def test_what_follows_each_other_stands_level_from_left_to_right(sketch: Sketch) -> None:
    drawing = lay_out(sketch("start a\ntask b\nxor c\ntask d\nend e\n a > b > c > d > e"))

    middles = [_middle(drawing, name) for name in "abcde"]
    assert len({y for _, y in middles}) == 1
    assert middles == sorted(middles)
    assert all(len(edge.points) == 2 for edge in drawing.edges.values())


def test_the_main_way_stays_level_past_a_detour(sketch: Sketch) -> None:
    drawing = lay_out(
        sketch(
            """
            start a
            xor b
            task c
            task d
            end e
            a > b > c > d > e
            b > d
            """
        )
    )

    levels = {_middle(drawing, name)[1] for name in "abde"}
    assert len(levels) == 1
    assert _middle(drawing, "c")[1] not in levels


def test_a_line_back_runs_beside_the_row(sketch: Sketch) -> None:
    drawing = lay_out(sketch("start a\ntask b\nxor c\nend d\n a > b > c > d\n c > b : 返工"))

    back = drawing.edges[ElementId("f4")].points
    task = drawing.shapes[ElementId("b")].bounds
    assert back[0][0] > back[-1][0]
    assert back[-1][0] == task.x + task.width / 2
    assert len(back) == 4


def test_boundary_events_hang_below_their_host_and_lead_down(sketch: Sketch) -> None:
    drawing = lay_out(
        sketch(
            """
            start a
            task b
            timer first b 提醒
            timer second b 超时
            end c
            end d
            end e
            a > b > c
            first > d
            second > e
            """
        )
    )

    host = drawing.shapes[ElementId("b")].bounds
    for name in ("first", "second"):
        assert _middle(drawing, name)[1] == host.y + host.height
    for name in ("f3", "f4"):
        (x1, y1), (x2, y2), *_ = drawing.edges[ElementId(name)].points
        assert x1 == x2
        assert y2 > y1


def test_a_boundary_event_whose_line_leads_up_sits_on_the_upper_border(sketch: Sketch) -> None:
    drawing = lay_out(
        sketch("lane up\nend a\nlane down\ntask b\ntimer t b\nend c\n b > c\n t > a")
    )

    assert _middle(drawing, "t")[1] == drawing.shapes[ElementId("b")].bounds.y


def test_lanes_lie_one_below_the_other_in_the_order_of_the_file(sketch: Sketch) -> None:
    drawing = lay_out(sketch("pool p\nlane one\nstart a\nlane two\nlane three\nend b\n a > b"))

    pool, one, two, three = (
        drawing.shapes[ElementId(name)].bounds for name in ("p", "one", "two", "three")
    )
    assert (one.y, two.y, three.y) == (pool.y, one.y + one.height, two.y + two.height)
    assert {one.x, two.x, three.x} == {pool.x + 30}
    assert three.y + three.height == pool.y + pool.height


def test_lanes_are_drawn_without_a_pool_too(sketch: Sketch, faults: Faults) -> None:
    diagram = sketch("lane one\nstart a\nlane two\nend b\n a > b")

    drawing = lay_out(diagram)

    assert faults(diagram, drawing) == []
    assert drawing.shapes[ElementId("one")].bounds.x == 0


def test_event_sub_processes_stand_below_the_flow_that_fills_its_scope(sketch: Sketch) -> None:
    drawing = lay_out(
        sketch("start a\ntask b\nend c\nevent e 超期 {\nstart x\nend y\n x > y\n}\n a > b > c")
    )

    below = drawing.shapes[ElementId("b")].bounds
    assert drawing.shapes[ElementId("e")].bounds.y > below.y + below.height


def test_a_sub_process_that_is_collapsed_stays_so(sketch: Sketch, faults: Faults) -> None:
    diagram = sketch("start a\nsub b 办理 {\nstart x\nend y\n x > y\n}\nend c\n a > b > c")
    place = Bounds(x=0, y=0, width=100, height=80)
    closed = Shape(element=ElementId("b"), bounds=place, is_expanded=False)
    diagram = replace(diagram, drawing=Drawing(shapes={closed.element: closed}))

    drawing = lay_out(diagram)

    assert faults(diagram, drawing) == []
    assert not drawing.shapes[ElementId("b")].is_expanded
    assert ElementId("x") not in drawing.shapes


def test_an_empty_sub_process_is_drawn_collapsed(sketch: Sketch) -> None:
    drawing = lay_out(sketch("start a\nsub b 办理 {\n}\nend c\n a > b > c"))

    assert not drawing.shapes[ElementId("b")].is_expanded


def test_a_compensation_handler_is_joined_to_its_event(sketch: Sketch, faults: Faults) -> None:
    diagram = sketch("start a\ntask b\ntimer undo b\ntask c 撤销\nend d\n a > b > d\n undo .. c")

    drawing = lay_out(diagram)

    assert faults(diagram, drawing) == []
    assert ElementId("f3") in drawing.edges


def test_message_flows_keep_clear_of_what_they_pass(sketch: Sketch, faults: Faults) -> None:
    diagram = sketch(
        """
        box citizens 群众
        pool town 街道
        start a
        each b 逐部门办理 {
            start c
            sub d 核实 {
                task e 询问
                task f 答复
                timer g f
                e > f
            }
            end h
            c > d > h
        }
        end i
        a > b > i
        pool county 县
        start j
        task k
        j > k
        box police 公安
        citizens ~> a : 申请
        e ~> citizens : 询问
        f ~> k : 抄送
        g ~> county : 超时
        county ~> police : 移送
        b ~> police : 通报
        """
    )

    drawing = lay_out(diagram)

    assert faults(diagram, drawing) == []


def test_a_message_flow_from_nowhere_is_left_out(sketch: Sketch) -> None:
    assert lay_out(sketch("box citizens\nstart a\n nobody ~> a")).edges == {}


def test_lanes_in_lanes_share_their_outer_lane(sketch: Sketch) -> None:
    diagram = sketch("pool p\nlane one\nstart a\nlane two\nend b\n a > b")
    (process,) = diagram.processes
    outer = Lane(id=ElementId("outer"), nodes=frozenset(), lanes=process.lanes)
    empty = Lane(id=ElementId("empty"))
    diagram = replace(diagram, processes=(replace(process, lanes=(outer, empty)),))

    drawing = lay_out(diagram)

    places = {name: drawing.shapes[ElementId(name)].bounds for name in ("outer", "one", "two")}
    assert places["one"].y == places["outer"].y
    assert places["two"].y == places["one"].y + places["one"].height
    assert places["outer"].height == places["one"].height + places["two"].height
    assert places["one"].x == places["outer"].x + 30
    assert drawing.shapes[ElementId("empty")].bounds.height > 0


def test_a_node_that_no_lane_names_stands_with_its_neighbours(sketch: Sketch) -> None:
    diagram = sketch("lane one\nstart a\nlane two\ntask b\nend c\n a > b > c")
    (process,) = diagram.processes
    one, two = process.lanes
    forgetful = replace(two, nodes=frozenset({ElementId("b")}))
    diagram = replace(diagram, processes=(replace(process, lanes=(one, forgetful)),))

    drawing = lay_out(diagram)

    assert _middle(drawing, "c")[1] == _middle(drawing, "b")[1]


def test_data_objects_stand_aside(sketch: Sketch, faults: Faults) -> None:
    diagram = sketch("start a\nend b\n a > b\ndata c 吹哨单\nsub d {\ndata e 清单\ntask f\n}")

    drawing = lay_out(diagram)

    assert faults(diagram, drawing) == []


def test_annotations_stand_below_everything(sketch: Sketch, faults: Faults) -> None:
    diagram = sketch("note why 依据条例第三条\nnote how\nstart a\nend b\n a > b")

    drawing = lay_out(diagram)

    assert faults(diagram, drawing) == []
    others = (drawing.shapes[ElementId(name)].bounds for name in "ab")
    lowest = max(bounds.y + bounds.height for bounds in others)
    assert all(drawing.shapes[ElementId(name)].bounds.y > lowest for name in ("why", "how"))


def test_nothing_to_draw_gives_an_empty_drawing() -> None:
    assert lay_out(Diagram(file="empty.bpmn")) == Drawing(shapes={}, edges={})


def test_two_tasks_in_a_row_have_these_coordinates(sketch: Sketch) -> None:
    assert lay_out(sketch("task a\ntask b\n a > b : 好")) == Drawing(
        shapes={
            ElementId("a"): Shape(
                element=ElementId("a"), bounds=Bounds(x=30, y=20, width=120, height=80)
            ),
            ElementId("b"): Shape(
                element=ElementId("b"), bounds=Bounds(x=200, y=20, width=120, height=80)
            ),
        },
        edges={
            ElementId("f1"): Edge(
                element=ElementId("f1"),
                points=((150, 60), (200, 60)),
                label=Bounds(x=165, y=43, width=14, height=14),
            )
        },
    )


@pytest.mark.slow
def test_150_nodes_take_less_than_two_seconds(sketch: Sketch, faults: Faults) -> None:
    lines: list[str] = []
    for lane in range(6):
        lines.append(f"lane lane{lane} 角色")
        for step in range(lane, 75, 6):
            lines += [f"task task{step} 办理事项", f"xor gate{step} 通过?"]
    for step in range(75):
        lines.append(f"task{step} > gate{step}")
        lines.append(f"gate{step} > task{min(step + 1, 74)} : 是")
        lines.append(f"gate{step} > task{max(step - 4, 0)} : 否")
    diagram = sketch("\n".join(lines))
    if sys.gettrace() is not None:
        pytest.skip("a measured run is slowed down by what measures it")

    before = process_time()
    drawing = lay_out(diagram)
    seconds = process_time() - before

    assert faults(diagram, drawing) == []
    assert seconds < 2


def _middle(drawing: Drawing, name: str) -> tuple[float, float]:
    bounds = drawing.shapes[ElementId(name)].bounds
    return bounds.x + bounds.width / 2, bounds.y + bounds.height / 2
