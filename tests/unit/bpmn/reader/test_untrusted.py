"""Files that somebody made to do harm, or that are no diagrams at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from caseflow.bpmn import examine, read_diagram
from caseflow.errors import DiagramRefused

PROCESS = '<process id="p" isExecutable="true"><task id="a" name="{name}"/></process>'
DEFINITIONS = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t">'
    "{body}</definitions>"
)


def refused(data: bytes) -> list[tuple[str, int]]:
    with pytest.raises(DiagramRefused) as caught:
        read_diagram(data, file="t.bpmn")
    return [(finding.rule, finding.line) for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"", ("empty-file", 1)),
        (b" \r\n\t", ("empty-file", 1)),
        (b"PK\x03\x04 a zip file", ("not-xml", 1)),
        (b"a text", ("not-xml", 1)),
        (b"<a>\n<b>\n</a>", ("not-xml", 3)),
        (b"<definitions/>", ("not-bpmn", 1)),
        (b"\n\n<svg xmlns='http://www.w3.org/2000/svg'/>", ("not-bpmn", 3)),
        (
            b"<definitions xmlns='http://schema.omg.org/spec/BPMN/2.0'/>",
            ("not-bpmn", 1),
        ),
        (b"<a>&nobody;</a>", ("not-xml", 1)),
        (b"<a>\x01</a>", ("not-xml", 1)),
        ("<a>\n中</a>".encode("gbk"), ("unreadable-text", 2)),
        (b"<?xml version='1.0' encoding='ebcdic-cp-us'?><a/>", ("unreadable-text", 1)),
        (b"<?xml version='1.0' encoding='hex'?><a/>", ("unreadable-text", 1)),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", ("unreadable-text", 1)),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", ("unreadable-text", 1)),
        (b"\xff\xfe<", ("unreadable-text", 1)),
    ],
)
def test_what_is_no_diagram_is_refused(data: bytes, finding: tuple[str, int]) -> None:
    assert refused(data) == [finding]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_a_diagram_is_read_in_the_usual_encodings(encoding: str) -> None:
    declared = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>' + DEFINITIONS.replace(
        "{body}", PROCESS.replace("{name}", "受理")
    )

    (process,) = read_diagram(text.encode(encoding), file="t.bpmn").processes

    assert [node.name for node in process.scope.nodes.values()] == ["受理"]


def test_an_external_entity_is_refused_and_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    data = (
        f'<?xml version="1.0"?>\n<!DOCTYPE definitions [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n'
        + DEFINITIONS.replace("{body}", PROCESS.replace("{name}", "&x;"))
    ).encode()

    with pytest.raises(DiagramRefused) as caught:
        read_diagram(data, file="t.bpmn")

    assert [finding.rule for finding in caught.value.findings] == ["doctype"]
    assert "top secret" not in str(caught.value)


def test_an_external_document_type_is_refused_and_never_loaded(tmp_path: Path) -> None:
    grammar = tmp_path / "evil.dtd"
    grammar.write_text('<!ENTITY x "from outside">')
    data = (
        f"<!-- harmless -->\n<?and this?>\n<!DOCTYPE definitions SYSTEM '{grammar.as_uri()}'>\n"
        + DEFINITIONS.replace("{body}", PROCESS.replace("{name}", "&x;"))
    ).encode()

    assert refused(data) == [("doctype", 3)]


def test_a_billion_laughs_are_refused_at_once() -> None:
    laughs = "".join(
        f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' if i else '<!ENTITY l0 "ha">' for i in range(10)
    )
    data = (
        f"<!DOCTYPE definitions [{laughs}]>"
        + DEFINITIONS.replace("{body}", PROCESS.replace("{name}", "&l9;"))
    ).encode()
    before = time.perf_counter()

    assert refused(data) == [("doctype", 1)]
    assert time.perf_counter() - before < 1


def test_a_doctype_inside_a_comment_is_only_a_comment() -> None:
    text = "<!-- <!DOCTYPE definitions> -->" + DEFINITIONS.replace("{body}", PROCESS)

    assert len(read_diagram(text.encode(), file="t.bpmn").processes) == 1


def test_a_schema_that_a_file_names_is_never_opened(tmp_path: Path) -> None:
    schema = tmp_path / "own.xsd"
    schema.write_text("this is no schema, and reading it would fail")
    data = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:t" '
        'xsi:schemaLocation="http://www.omg.org/spec/BPMN/20100524/MODEL '
        f'{schema.as_uri()} urn:other http://192.0.2.1/never.xsd">' + PROCESS + "</definitions>"
    ).encode()

    assert len(read_diagram(data, file="t.bpmn").processes) == 1


def test_an_include_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    body = (
        '<process id="p" isExecutable="true"><documentation>'
        f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" '
        f'href="{secret.as_uri()}"/></documentation></process>'
    )

    (process,) = read_diagram(
        DEFINITIONS.replace("{body}", body).encode(), file="t.bpmn"
    ).processes

    assert process.documentation == ""


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<!--" + "x" * 10_000_000 + "-->", "too-large"),
        ("<task/>" * 300_000, "too-large"),
        ('<process id="p">' + '<task id="a"/>' * 100_000 + "</process>", "too-large"),
        ("<a>" * 50_000 + "</a>" * 50_000, "too-deep"),
        ("<text>" * 230 + "</text>" * 230, "too-deep"),
        (
            '<process id="p">'
            + "".join(f'<subProcess id="s{i}">' for i in range(60))
            + "</subProcess>" * 60
            + "</process>",
            "too-deep",
        ),
    ],
    ids=["10 MB", "300,000 tags", "100,000 tasks", "50,000 levels", "230 levels", "60 scopes"],
)
def test_what_is_too_large_is_refused_fast(body: str, rule: str) -> None:
    data = DEFINITIONS.replace("{body}", body).encode()
    before = time.perf_counter()

    assert [finding.rule for finding in examine(data, file="t.bpmn").findings] == [rule]
    assert time.perf_counter() - before < 2


def test_fifty_scopes_are_not_too_deep(written: Callable[..., bytes]) -> None:
    body = (
        '<process id="p" isExecutable="true">'
        + "".join(f'<subProcess id="s{i}">' for i in range(50))
        + "</subProcess>" * 50
        + "</process>"
    )

    assert examine(written(body), file="t.bpmn").findings == ()


def test_lanes_may_be_nested_as_deep_as_a_file_may() -> None:
    inner = "<laneSet>{}</laneSet>"
    for level in range(90):
        inner = inner.replace(
            "{}", f'<lane id="l{level}"><childLaneSet>{{}}</childLaneSet></lane>'
        )
    body = f'<process id="p" isExecutable="true">{inner.replace("{}", "")}</process>'

    assert examine(DEFINITIONS.replace("{body}", body).encode(), file="t.bpmn").findings == ()
