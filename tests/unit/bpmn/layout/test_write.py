"""A drawing goes into a file, and everything else in the file stays as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.bpmn import lay_out, read_diagram, write_drawing
from caseflow.errors import DiagramRefused
from caseflow.model import Bounds, Drawing, Edge, ElementId, Shape

PLAIN = """\
<?xml version='1.0' encoding="UTF-8"?>
<!-- 起草 -->
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             targetNamespace='urn:test'>
    <process id="p" isExecutable="true">
        <startEvent   id="开始"/><!-- a comment -->
        <exclusiveGateway id="which" name="a &lt; b&#10;吗?" />
        <subProcess id="s"><startEvent id="x" /></subProcess>
        <sequenceFlow id="f" sourceRef="开始" targetRef="which"></sequenceFlow>
    </process>
    <!-- the end -->
</definitions>
"""

DRAWING = Drawing(
    shapes={
        ElementId("开始"): Shape(
            element=ElementId("开始"),
            bounds=Bounds(x=10, y=20, width=36, height=36),
            label=Bounds(x=8, y=60.5, width=40, height=14),
        ),
        ElementId("which"): Shape(
            element=ElementId("which"), bounds=Bounds(x=100, y=13, width=50, height=50)
        ),
        ElementId("s"): Shape(
            element=ElementId("s"),
            bounds=Bounds(x=200, y=0, width=100, height=80),
            is_expanded=False,
        ),
        ElementId("unknown"): Shape(
            element=ElementId("unknown"), bounds=Bounds(x=0, y=0, width=1, height=1)
        ),
    },
    edges={
        ElementId("f"): Edge(element=ElementId("f"), points=((46, 38), (100, 38))),
    },
)

WRITTEN = """
    <bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"\
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"\
 xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="BPMNDiagram_1">
        <bpmndi:BPMNPlane id="BPMNPlane_1" bpmnElement="p">
            <bpmndi:BPMNShape id="开始_di" bpmnElement="开始">
                <dc:Bounds x="10" y="20" width="36" height="36" />
                <bpmndi:BPMNLabel>
                    <dc:Bounds x="8" y="60.5" width="40" height="14" />
                </bpmndi:BPMNLabel>
            </bpmndi:BPMNShape>
            <bpmndi:BPMNShape id="which_di" bpmnElement="which" isMarkerVisible="true">
                <dc:Bounds x="100" y="13" width="50" height="50" />
            </bpmndi:BPMNShape>
            <bpmndi:BPMNShape id="s_di" bpmnElement="s" isExpanded="false">
                <dc:Bounds x="200" y="0" width="100" height="80" />
            </bpmndi:BPMNShape>
            <bpmndi:BPMNEdge id="f_di" bpmnElement="f">
                <di:waypoint x="46" y="38" />
                <di:waypoint x="100" y="38" />
            </bpmndi:BPMNEdge>
        </bpmndi:BPMNPlane>
    </bpmndi:BPMNDiagram>"""


def test_the_drawing_stands_at_the_end_and_nothing_else_changes() -> None:
    before, after = PLAIN[: -len("\n</definitions>\n")], "\n</definitions>\n"

    written = write_drawing(PLAIN.encode(), DRAWING)

    assert written.decode() == before + WRITTEN + after


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_and_line_ends_are_those_of_the_file(encoding: str, newline: str) -> None:
    declared = "UTF-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    text = mark + PLAIN.replace("UTF-8", declared)
    expected = mark + PLAIN.replace("UTF-8", declared).replace(
        "\n</definitions>", f"{WRITTEN}\n</definitions>"
    )

    written = write_drawing(text.replace("\n", newline).encode(encoding), DRAWING)

    assert written == expected.replace("\n", newline).encode(encoding)


def test_a_second_time_changes_nothing() -> None:
    once = write_drawing(PLAIN.encode(), DRAWING)

    assert write_drawing(once, DRAWING) == once


def test_the_drawings_of_a_file_are_replaced_where_the_first_was() -> None:
    old = (
        '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" name=">"'
        ' id="BPMNDiagram_1"><d:BPMNPlane/></d:BPMNDiagram>'
    )
    closed = '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI"/>'
    text = PLAIN.replace("<!-- the end -->", f"{old}\n    <!-- the end -->{closed}")

    written = write_drawing(text.encode(), DRAWING).decode()

    expected = PLAIN.replace("\n    <!-- the end -->", f"{WRITTEN}\n    <!-- the end -->")
    assert written == expected


def test_the_prefixes_of_the_file_are_used() -> None:
    text = PLAIN.replace(
        "targetNamespace",
        'xmlns:draw="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:c="http://www.omg.org/spec/DD/20100524/DC"'
        ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace',
    )

    written = write_drawing(text.encode(), DRAWING).decode()

    assert '<draw:BPMNDiagram id="BPMNDiagram_1">' in written
    assert '<c:Bounds x="10" y="20" width="36" height="36" />' in written


def test_ids_keep_clear_of_those_of_the_file() -> None:
    text = PLAIN.replace('id="x"', 'id="which_di"')

    written = write_drawing(text.encode(), DRAWING).decode()

    assert '<bpmndi:BPMNShape id="which_di_" bpmnElement="which"' in written


def test_a_collaboration_is_what_the_plane_shows() -> None:
    pool = '<collaboration id="c"><participant id="pool" processRef="p"/></collaboration>'
    text = PLAIN.replace("<process", pool + "<process")
    shape = Shape(element=ElementId("pool"), bounds=Bounds(x=0, y=0, width=600, height=120))

    written = write_drawing(text.encode(), Drawing(shapes={shape.element: shape})).decode()

    assert 'id="BPMNPlane_1" bpmnElement="c">' in written
    assert 'id="pool_di" bpmnElement="pool" isHorizontal="true">' in written


def test_a_file_without_anything_stays_as_it_is() -> None:
    data = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" />'

    assert write_drawing(data, Drawing()) == data


def test_what_is_not_bpmn_is_refused() -> None:
    with pytest.raises(DiagramRefused, match=r"a\.bpmn:1: error: .*well-formed"):
        write_drawing(b"<definitions", DRAWING, file="a.bpmn")


def test_the_shipped_processes_keep_their_meaning_and_take_their_drawing(
    repository: Path,
) -> None:
    for file in sorted(repository.glob("processes/*/*.bpmn")):
        data = file.read_bytes()
        diagram = read_diagram(data, file=file.name)
        drawing = lay_out(diagram)

        again = read_diagram(write_drawing(data, drawing), file=file.name)

        assert again == replace(diagram, drawing=drawing)


@given(name=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=20))
def test_whatever_a_name_says_it_stays(name: str) -> None:
    quoted = name.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    text = PLAIN.replace('id="p"', f'id="p" name="{quoted}"')

    written = write_drawing(text.encode(), DRAWING).decode()

    assert written.replace(WRITTEN, "") == text
