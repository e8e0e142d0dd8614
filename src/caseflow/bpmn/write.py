"""Writes a drawing into a BPMN file and leaves everything else in it as it is, to the byte."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from lxml import etree

from caseflow.bpmn.findings import Findings
from caseflow.bpmn.xml import MODEL, parse
from caseflow.errors import DiagramRefused
from caseflow.model import Bounds, Drawing, Edge, ElementId, Shape

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_NAMESPACES = {
    "bpmndi": _DI,
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
_HORIZONTAL = {"participant", "lane"}
_EXPANDABLE = {"subProcess", "adHocSubProcess", "transaction"}
_UNDRAWN = {"dataObject"}  # only the references to it have a place on a drawing
_MARKS = (
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_SPACE = b" \t\r\n"


def write_drawing(data: bytes, drawing: Drawing, *, file: str = "") -> bytes:
    """Return a BPMN file with this drawing in the place of any that it has.

    Shapes and edges of elements that the file does not know by id are left out. The same
    drawing written twice gives the same bytes.

    Args:
        data: the content of the file.
        drawing: where its elements stand.
        file: its name, for findings.

    Raises:
        DiagramRefused: the file is not XML of BPMN 2.0.
    """
    findings = Findings(file)
    root = parse(data, findings)
    if root is None:
        raise DiagramRefused(findings.ordered())
    codec = _codec(data)
    text = data.decode(codec).encode()
    places = _places(text)
    if not text.startswith(b"</", places.end):
        return data  # the root is an empty element, so there is nothing to draw
    newline = "\r\n" if b"\r\n" in text else "\n"
    lines = _Lines(root=root, unit=_unit(root)).diagram(drawing)
    written = newline.join(["", *lines]).encode()
    start, rest = places.insertion(text)
    if rest.startswith(b"</"):
        written += newline.encode()
    return (text[:start] + written + rest).decode().encode(codec)


def _codec(data: bytes) -> str:
    """Return how the file is encoded; a byte order mark stays a character of it."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec
    declared = _DECLARED.match(data)
    return declared[1].decode("ascii") if declared else "utf-8"


def _unit(root: etree._Element) -> str:
    """Return by how much the file is indented."""
    space = (root.text or "").rpartition("\n")[2]
    return space if space and not space.strip() else "  "


@dataclass(slots=True)
class _Places:
    """Where in the file, counted in bytes, its drawings are and where its root ends."""

    drawings: list[tuple[int, int]] = field(default_factory=list)
    end: int = 0

    def insertion(self, text: bytes) -> tuple[int, bytes]:
        """Return where the new drawing begins, and what follows it."""
        if not self.drawings:
            start = len(text[: self.end].rstrip(_SPACE))
            return start, text[start:]
        first = len(text[: self.drawings[0][0]].rstrip(_SPACE))
        rest = b""
        after = self.drawings[0][1]
        for begin, end in self.drawings[1:]:
            rest += text[after:begin].rstrip(_SPACE)
            after = end
        return first, rest + text[after:]


def _places(text: bytes) -> _Places:
    """Find the drawings of a file that is known to be well-formed, and the end of its root."""
    places = _Places()
    parser = expat.ParserCreate("utf-8", " ")
    open_tags: list[int] = []

    def start(_name: str, _attributes: Mapping[str, str]) -> None:
        open_tags.append(parser.CurrentByteIndex)

    def end(name: str) -> None:
        begin = open_tags.pop()
        if not open_tags:
            places.end = parser.CurrentByteIndex
        elif len(open_tags) == 1 and name == f"{_DI} BPMNDiagram":
            # An empty element has no end tag.
            opening = _tag_end(text, begin)
            is_empty = text[opening - 2 : opening] == b"/>"
            stop = opening if is_empty else _tag_end(text, parser.CurrentByteIndex)
            places.drawings.append((begin, stop))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(text, True)  # noqa: FBT003 - the interface of expat
    return places


def _tag_end(text: bytes, begin: int) -> int:
    tag = _TAG.match(text, begin)
    return begin if tag is None else tag.end()


class _Lines:
    """Writes the lines of a drawing."""

    def __init__(self, *, root: etree._Element, unit: str) -> None:
        self._unit = unit
        self._kinds = {
            str(element.get("id", "")).strip(): _local(element)
            for element in root.iter(f"{{{MODEL}}}*")
            if element.get("id")
        }
        taken = {str(element.get("id")) for element in root.iter() if element.get("id")}
        old = root.iterfind(f"{{{_DI}}}BPMNDiagram")
        self._taken = taken - {
            str(element.get("id")) for diagram in old for element in diagram.iter()
        }
        known = {uri: prefix for prefix, uri in root.nsmap.items() if prefix}
        self._prefix = {prefix: known.get(uri, prefix) for prefix, uri in _NAMESPACES.items()}
        self._declared = "".join(
            f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items() if uri not in known
        )
        plane = root.find(f"{{{MODEL}}}collaboration")
        plane = root.find(f"{{{MODEL}}}process") if plane is None else plane
        self._plane = "" if plane is None else str(plane.get("id", ""))

    def diagram(self, drawing: Drawing) -> Iterator[str]:
        """Yield the whole drawing."""
        di = self._prefix["bpmndi"]
        yield self._line(1, f"<{di}:BPMNDiagram{self._declared} {self._id('BPMNDiagram_1')}>")
        plane = f" bpmnElement={quoteattr(self._plane)}" if self._plane else ""
        yield self._line(2, f"<{di}:BPMNPlane {self._id('BPMNPlane_1')}{plane}>")
        for shape in drawing.shapes.values():
            if self._kinds.get(shape.element, "dataObject") not in _UNDRAWN:
                yield from self._shape(shape)
        for edge in drawing.edges.values():
            if edge.element in self._kinds:
                yield from self._edge(edge)
        yield self._line(2, f"</{di}:BPMNPlane>")
        yield self._line(1, f"</{di}:BPMNDiagram>")

    def _shape(self, shape: Shape) -> Iterator[str]:
        kind = self._kinds[shape.element]
        marks = ""
        if kind in _HORIZONTAL:
            marks = f' isHorizontal="{_boolean(shape.is_horizontal)}"'
        elif kind in _EXPANDABLE:
            marks = f' isExpanded="{_boolean(shape.is_expanded)}"'
        elif kind == "exclusiveGateway":
            marks = ' isMarkerVisible="true"'
        tag = f"{self._prefix['bpmndi']}:BPMNShape"
        yield self._line(3, f"<{tag} {self._drawn(shape.element)}{marks}>")
        yield self._line(4, self._bounds(shape.bounds))
        yield from self._label(shape.label)
        yield self._line(3, f"</{tag}>")

    def _edge(self, edge: Edge) -> Iterator[str]:
        tag = f"{self._prefix['bpmndi']}:BPMNEdge"
        yield self._line(3, f"<{tag} {self._drawn(edge.element)}>")
        for x, y in edge.points:
            point = f'x="{_number(x)}" y="{_number(y)}"'
            yield self._line(4, f"<{self._prefix['di']}:waypoint {point} />")
        yield from self._label(edge.label)
        yield self._line(3, f"</{tag}>")

    def _label(self, bounds: Bounds | None) -> Iterator[str]:
        if bounds is not None:
            tag = f"{self._prefix['bpmndi']}:BPMNLabel"
            yield self._line(4, f"<{tag}>")
            yield self._line(5, self._bounds(bounds))
            yield self._line(4, f"</{tag}>")

    def _bounds(self, bounds: Bounds) -> str:
        place = f'x="{_number(bounds.x)}" y="{_number(bounds.y)}"'
        size = f'width="{_number(bounds.width)}" height="{_number(bounds.height)}"'
        return f"<{self._prefix['dc']}:Bounds {place} {size} />"

    def _drawn(self, element: ElementId) -> str:
        return f"{self._id(f'{element}_di')} bpmnElement={quoteattr(element)}"

    def _id(self, wish: str) -> str:
        """Return an id that nothing else in the file has, as an attribute."""
        while wish in self._taken:
            wish += "_"
        self._taken.add(wish)
        return f"id={quoteattr(wish)}"

    def _line(self, depth: int, content: str) -> str:
        return self._unit * depth + content


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _boolean(value: bool) -> str:  # noqa: FBT001 - the value is what is written
    return "true" if value else "false"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(round(value, 2))
