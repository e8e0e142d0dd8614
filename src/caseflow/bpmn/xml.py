"""Reads the XML of a diagram that nobody trusts: bounded, without entities, without network."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.rules import Rule

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"

MAX_BYTES = 8 * 1024 * 1024
MAX_MARKUP = 250_000  # characters "<", so at least as many as there are elements
MAX_ELEMENTS = 20_000  # of the BPMN model; the drawing and extensions do not count
MAX_DEPTH = 200

_ENCODINGS = {"ascii", "gb18030", "gb2312", "gbk", "iso8859-1", "utf-16", "utf-8"}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""^<\?xml[^>]{1,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DOCTYPE = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_SHOWN = 60


def parse(data: bytes, findings: Findings) -> etree._Element | None:
    """Return the ``definitions`` element of a BPMN file, or None with findings that say why."""
    root = parse_safely(data, findings)
    return root if root is not None and _is_bounded_bpmn(root, findings) else None


def parse_safely(data: bytes, findings: Findings) -> etree._Element | None:
    """Return the root of a file of bounded size, or None with findings that say why."""
    if not data.strip():
        findings.add(
            Rule.EMPTY_FILE, Place(1), "the file is empty", "save the diagram again in the modeler"
        )
        return None
    if len(data) > MAX_BYTES or data.count(b"<") > MAX_MARKUP:
        findings.add(
            Rule.TOO_LARGE,
            Place(1),
            f"the file has {len(data):,} bytes and {data.count(b'<'):,} tags; "
            f"the limits are {MAX_BYTES:,} and {MAX_MARKUP:,}",
            "split the process and call the parts with call activities",
        )
        return None
    text = _decoded(data, findings)
    if text is None or _declares_a_doctype(text, findings):
        return None
    return _parsed(text, findings)


def line_of(element: etree._Element) -> int:
    """Return the line of the file on which an element begins."""
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs leave it open
    return line or 1


def _decoded(data: bytes, findings: Findings) -> str | None:
    encoding = _encoding(data)
    if encoding is None:
        findings.add(
            Rule.UNREADABLE_TEXT,
            Place(1),
            f"the file is written in an encoding that is not read: {_declared(data)}",
            "save it as UTF-8",
        )
        return None
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as failure:
        findings.add(
            Rule.UNREADABLE_TEXT,
            Place(data.count(b"\n", 0, failure.start) + 1),
            f"the file says it is {encoding}, but byte {failure.start + 1} of it is not",
            "save it as UTF-8, and say so in the first line",
        )
        return None


def _encoding(data: bytes) -> str | None:
    """Return the name of the codec, or None for one that is not read."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    try:
        encoding = codecs.lookup(_declared(data)).name
    except LookupError:
        return None
    # A file whose first line could be read byte by byte is not UTF-16, whatever it says.
    return encoding if encoding in _ENCODINGS and encoding != "utf-16" else None


def _declared(data: bytes) -> str:
    declared = _DECLARED.match(data)
    return declared[1].decode("ascii") if declared else "utf-8"


def _declares_a_doctype(text: str, findings: Findings) -> bool:
    declaration = _DOCTYPE.match(text)
    if declaration is None:
        return False
    findings.add(
        Rule.DOCTYPE,
        Place(text.count("\n", 0, declaration.end()) + 1),
        "the file has a document type declaration (DOCTYPE), which could define entities",
        "remove the line; a BPMN file needs none",
    )
    return True


def _parsed(text: str, findings: Findings) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8",  # decoded above, so that what the file declares no longer counts
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: etree._Element = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as failure:
        rule = Rule.TOO_DEEP if "Excessive depth" in failure.msg else Rule.NOT_XML
        findings.add(
            rule,
            Place(max(failure.lineno or 1, 1)),
            f"the file is not well-formed XML: {failure.msg.strip()}",
            "save the diagram again in the modeler, or mend the file at this line",
        )
        return None
    return root


def _is_bounded_bpmn(root: etree._Element, findings: Findings) -> bool:
    place = Place(line_of(root))
    if root.tag != f"{{{MODEL}}}definitions":
        findings.add(
            Rule.NOT_BPMN,
            place,
            f"the root element is {root.tag[:_SHOWN]}, not definitions of BPMN 2.0",
            f"export the diagram as BPMN 2.0 ({MODEL})",
        )
        return False
    if is_too_deep(root, findings):
        return False
    count = sum(1 for _ in root.iter(f"{{{MODEL}}}*"))
    if count > MAX_ELEMENTS:
        findings.add(
            Rule.TOO_LARGE,
            place,
            f"the diagram has {count:,} BPMN elements; the limit is {MAX_ELEMENTS:,}",
            "split the process and call the parts with call activities",
        )
    return count <= MAX_ELEMENTS


def is_too_deep(root: etree._Element, findings: Findings) -> bool:
    """Refuse a file whose elements are nested too deep to be read."""
    deepest = _too_deep(root)
    if deepest:
        findings.add(
            Rule.TOO_DEEP,
            Place(deepest),
            f"elements are nested more than {MAX_DEPTH} deep",
            "split the process and call the parts with call activities",
        )
    return deepest > 0


def _too_deep(root: etree._Element) -> int:
    """Return the line of the first element that is nested too deep, or 0."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            return line_of(element)
    return 0
