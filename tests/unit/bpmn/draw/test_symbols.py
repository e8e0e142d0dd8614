from __future__ import annotations

from collections.abc import Mapping

import pytest
from lxml import etree

from caseflow.bpmn.draw_icons import pentagon, plus
from caseflow.bpmn.draw_svg import draw_svg
from caseflow.model import (
    Bounds,
    Diagram,
    Drawing,
    ElementId,
    Node,
    Process,
    ProcessId,
    Scope,
    Shape,
    SubProcess,
)

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shapes(gallery: Diagram) -> Mapping[str, etree._Element]:
    """The group of each element, by the id of the element."""
    root = etree.fromstring(draw_svg(gallery).encode())
    return {str(group.get("data-element")): group for group in root.iter(f"{SVG}g")}


def icons(shape: etree._Element) -> list[str]:
    found = [str(part.get("class")) for part in shape.iter() if part is not shape]
    return [name.removeprefix("icon ") for name in found if name.startswith("icon ")]


def rings(shape: etree._Element) -> list[tuple[str | None, str | None]]:
    """Thickness and dashes of the circles that the event itself consists of."""
    return [
        (ring.get("stroke-width"), ring.get("stroke-dasharray"))
        for ring in shape.findall(f"{SVG}circle")
    ]


THIN, THICK = ("2", None), ("4", None)
DOUBLE = [("1.5", None), ("1.5", None)]
DASHED, DOUBLE_DASHED = ("2", "5 3.4"), [("1.5", "5 3.4"), ("1.5", "5 3.4")]


@pytest.mark.parametrize(
    ("row", "ring", "signs"),
    [
        ("start", [THIN], ["", "message", "timer", "signal", "conditional", "multiple"]),
        (
            "catch",
            DOUBLE,
            ["message", "timer", "signal", "conditional", "link", "multiple", "parallel-multiple"],
        ),
        (
            "throw",
            DOUBLE,
            ["", "message", "signal", "escalation", "link", "compensation", "multiple"],
        ),
        (
            "end",
            [THICK],
            [
                *("", "message", "signal", "error", "escalation", "compensation", "cancel"),
                *("terminate", "multiple"),
            ],
        ),
        (
            "boundary",
            DOUBLE,
            [
                *("message", "timer", "signal", "conditional", "escalation", "error", "cancel"),
                *("compensation", "multiple"),
            ],
        ),
        (
            "boundary_non_interrupting",
            DOUBLE_DASHED,
            ["message", "timer", "signal", "conditional", "escalation", "parallel-multiple"],
        ),
    ],
)
def test_an_event_shows_its_place_in_its_ring_and_its_trigger_in_its_icon(
    shapes: Mapping[str, etree._Element],
    row: str,
    ring: list[tuple[str | None, str | None]],
    signs: list[str],
) -> None:
    drawn = [shapes[f"{row}_{column}"] for column in range(len(signs))]

    assert [icons(shape) for shape in drawn] == [[sign] if sign else [] for sign in signs]
    assert [rings(shape) for shape in drawn] == [ring] * len(signs)
    assert f"{row}_{len(signs)}" not in shapes


def test_the_start_of_an_event_sub_process_is_dashed_unless_it_interrupts(
    shapes: Mapping[str, etree._Element],
) -> None:
    drawn = [shapes[f"start_non_interrupting_{column}"] for column in range(9)]

    assert [icons(shape)[0] for shape in drawn] == [
        *("message", "timer", "signal", "conditional", "multiple", "parallel-multiple"),
        *("error", "escalation", "compensation"),
    ]
    assert [rings(shape) for shape in drawn] == [[DASHED]] * 6 + [[THIN]] * 3


def test_what_throws_is_filled_and_what_catches_is_not(
    shapes: Mapping[str, etree._Element],
) -> None:
    def fillings(row: str, count: int) -> list[str | None]:
        drawn = [shapes[f"{row}_{column}"] for column in range(count)]
        icon = [shape.find(f".//{SVG}g[@class]/{SVG}path") for shape in drawn]
        return [path.get("fill") for path in icon if path is not None]

    assert fillings("throw", 7) == ["currentColor"] * 6
    assert fillings("end", 9) == ["currentColor"] * 7  # a terminate event is a disc
    assert set(fillings("catch", 7)) == set(fillings("boundary", 9)) == {"none"}


@pytest.mark.parametrize(
    ("element", "signs"),
    [
        ("exclusive", ["exclusive"]),
        ("parallel", ["parallel"]),
        ("inclusive", ["inclusive"]),
        ("complex", ["complex"]),
        ("event", ["event-based"]),
        ("event_start", ["event-based"]),
        ("event_start_all", ["event-based"]),
        ("plain", []),
        ("user", ["user"]),
        ("manual", ["manual"]),
        ("service", ["service"]),
        ("send", ["letter", "message"]),
        ("receive", ["letter", "message"]),
        ("receive_start", ["letter", "message"]),
        ("script", ["script"]),
        ("rule", ["rule"]),
        ("loop", ["user", "loop"]),
        ("instances", ["user", "parallel-instances"]),
        ("sequence", ["sequential-instances", "collapsed"]),
        ("undo", ["service", "compensation"]),
        ("call", ["collapsed"]),
        ("closed", ["collapsed"]),
        ("closed_transaction", ["collapsed"]),
        ("closed_ad_hoc", ["collapsed", "ad-hoc"]),
        ("closed_event", ["starter", "timer", "collapsed"]),
        ("open", []),
        ("open_event", []),
        ("open_transaction", []),
        ("open_ad_hoc", ["ad-hoc"]),
        ("data", []),
        ("collection", ["collection"]),
    ],
)
def test_icons_and_markers_tell_the_kind(
    shapes: Mapping[str, etree._Element], element: str, signs: list[str]
) -> None:
    assert icons(shapes[element]) == signs


@pytest.mark.parametrize(
    ("element", "circles", "data"),
    [
        ("event", 2, pentagon(6.8)),
        ("event_start", 1, pentagon(7.4)),
        ("event_start_all", 1, plus(8.4)),
    ],
)
def test_an_event_gateway_has_one_ring_where_it_starts_the_process(
    shapes: Mapping[str, etree._Element], element: str, circles: int, data: str
) -> None:
    sign = shapes[element].find(f".//{SVG}g[@class='icon event-based']")

    assert sign is not None
    assert len(sign.findall(f"{SVG}circle")) == circles
    assert sign.findall(f"{SVG}path")[0].get("d") == data


@pytest.mark.parametrize(
    ("element", "borders"),
    [
        ("plain", [("2", None)]),
        ("call", [("4.5", None)]),
        ("closed", [("2", None)]),
        ("closed_transaction", [("1.5", None), ("1.5", None)]),
        ("open_transaction", [("1.5", None), ("1.5", None)]),
        ("closed_event", [("2", "0.1 4.4")]),
        ("open_event", [("2", "0.1 4.4")]),
        ("group", [("1.5", "9 5 0.1 5")]),
    ],
)
def test_the_border_tells_calls_transactions_and_event_sub_processes(
    shapes: Mapping[str, etree._Element],
    element: str,
    borders: list[tuple[str | None, str | None]],
) -> None:
    boxes = shapes[element].findall(f"{SVG}rect")

    assert [(box.get("stroke-width"), box.get("stroke-dasharray")) for box in boxes] == borders


@pytest.mark.parametrize(
    ("element", "signs"),
    [
        ("accepted", ["line", "head", "default"]),
        ("refused", ["line", "head", "condition"]),
        ("undoing", ["line", "head"]),
        ("read", ["line", "head"]),
        ("remark", ["line"]),
    ],
)
def test_lines_carry_heads_slashes_and_diamonds(
    shapes: Mapping[str, etree._Element], element: str, signs: list[str]
) -> None:
    assert [part.get("class") for part in shapes[element].iter(f"{SVG}path")] == signs


def test_associations_are_dotted_and_message_flows_dashed(
    shapes: Mapping[str, etree._Element], handling: Diagram
) -> None:
    root = etree.fromstring(draw_svg(handling).encode())
    message = root.find(f".//{SVG}g[@data-element='m1']")

    assert message is not None
    line, head = message.iter(f"{SVG}path")
    assert (line.get("stroke-dasharray"), head.get("fill")) == ("8 6", "#ffffff")
    assert len(message.findall(f".//{SVG}circle")) == 1
    dotted = shapes["undoing"].find(f".//{SVG}path[@class='line']")
    assert dotted is not None
    assert dotted.get("stroke-dasharray") == "0.1 4.6"


def test_every_shape_has_a_class_and_a_title(shapes: Mapping[str, etree._Element]) -> None:
    def said(element: str) -> tuple[str | None, str | None]:
        return shapes[element].get("class"), shapes[element].findtext(f"{SVG}title")

    assert said("user") == ("user-task", "签收 Sign in (user)")
    assert said("start_0") == ("start-event", "start_0")
    assert said("closed_ad_hoc") == ("ad-hoc-sub-process", "六必访 Visits (closed_ad_hoc)")
    assert said("store") == ("data-store", "台账 Ledger (store)")
    assert said("collection") == ("data-object", "附件 Files (collection)")
    assert said("accepted") == ("flow", "属实 (accepted)")
    assert said("group") == ("group", "group")


def test_a_collapsed_event_sub_process_without_a_start_shows_none() -> None:
    element = ElementId("empty")
    node = Node(id=element, behaviour=SubProcess(scope=Scope(), triggered_by_event=True))
    shape = Shape(
        element=element, bounds=Bounds(x=0, y=0, width=100, height=80), is_expanded=False
    )
    process = Process(id=ProcessId("p"), scope=Scope(nodes={element: node}))
    drawing = Drawing(shapes={element: shape})

    root = etree.fromstring(
        draw_svg(Diagram(file="p.bpmn", processes=(process,), drawing=drawing)).encode()
    )

    drawn = root.find(f".//{SVG}g[@data-element='empty']")
    assert drawn is not None
    assert icons(drawn) == ["collapsed"]
