"""Whatever the bytes are: a diagram or a refusal, never another error."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseflow.bpmn import read_diagram, read_diagrams
from caseflow.errors import DiagramRefused

FOLDER = Path(__file__).parents[3] / "data" / "bpmn"
DIAGRAMS = [path.read_bytes() for path in sorted(FOLDER.glob("*.bpmn"))]
PIECES = [
    b"<",
    b">",
    b"/>",
    b'""',
    b"&",
    b"&#0;",
    b"${",
    b"}",
    b"=",
    b"'",
    b"\x00",
    b"\xff",
    "案".encode(),
    b"<!DOCTYPE a>",
    b"<![CDATA[",
    b' id="Start"',
    b' default="f1"',
    b"<subProcess>",
    b"</subProcess>",
    b"9" * 5000,
    b"R5/",
    b"true",
    b"callActivity",
    b"boundaryEvent",
    b"intermediateCatchEvent",
    b"xmlns",
]


def outcome(files: list[bytes]) -> object:
    """Return the diagrams, or the findings that refuse them; another error breaks the test."""
    try:
        if len(files) == 1:
            return read_diagram(files[0], file="fuzz.bpmn")
        return read_diagrams({f"{number}.bpmn": data for number, data in enumerate(files)})
    except DiagramRefused as refused:
        return refused.findings


@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    assert outcome([data])


@given(st.sampled_from(DIAGRAMS), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_diagram_with_pieces_cut_out_and_put_in(diagram: bytes, data: st.DataObject) -> None:
    changes = st.tuples(
        st.integers(0, len(diagram)), st.integers(0, 80), st.sampled_from([b"", *PIECES])
    )
    for at, length, piece in data.draw(st.lists(changes, min_size=1, max_size=4)):
        diagram = diagram[:at] + piece + diagram[at + length :]

    assert outcome([diagram])


@given(st.sampled_from(DIAGRAMS), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_diagram_whose_words_changed_places(diagram: bytes, data: st.DataObject) -> None:
    words = diagram.split(b'"')
    places = st.integers(0, len(words) - 1)
    for one, other in data.draw(st.lists(st.tuples(places, places), min_size=1, max_size=6)):
        words[one], words[other] = words[other], words[one]

    assert outcome([b'"'.join(words)])


@given(st.sampled_from(DIAGRAMS), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_diagram_whose_lines_are_missing_or_doubled(diagram: bytes, data: st.DataObject) -> None:
    lines = diagram.splitlines(keepends=True)
    drawn = data.draw(
        st.lists(st.tuples(st.integers(0, len(lines) - 1), st.integers(0, 3)), max_size=8)
    )
    for at, times in drawn:
        lines[at] = lines[at] * times

    assert outcome([b"".join(lines)])


@given(st.lists(st.sampled_from([*DIAGRAMS, b"", b"<a/>"]), min_size=1, max_size=4))
def test_any_set_of_files(files: list[bytes]) -> None:
    assert outcome(files)
