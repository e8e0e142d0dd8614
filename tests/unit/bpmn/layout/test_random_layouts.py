"""Whatever the diagram, its drawing is sound."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from caseflow.bpmn.layout import lay_out
from caseflow.model import Diagram, Drawing

Sketch = Callable[[str], Diagram]
Faults = Callable[[Diagram, Drawing], list[str]]

_NAMES = (
    "",
    "是",
    "核查通过?",
    "签收超时",
    "Review the application again",
    "一段很长很长的名字" * 2,
)
_KINDS = ("task", "task", "task", "xor", "and", "start", "end", "sub", "each", "event", "adhoc")
_OPEN = frozenset({"sub", "each", "event", "adhoc"})


@st.composite
def _parts(draw: st.DrawFn, prefix: str, depth: int, *, lanes: bool) -> list[str]:
    """Draw the lines of a process or sub-process."""
    lines: list[str] = []
    nodes: list[str] = []
    guests: list[str] = []
    name = st.sampled_from(_NAMES)
    if lanes:
        lines.append(f"lane {prefix}lane 村")
    for number in range(draw(st.integers(0 if depth else 1, 5 if depth else 14))):
        if lanes and draw(st.integers(0, 3)) == 0:
            lines.append(f"lane {prefix}lane{number} {draw(name)}")
        node = f"{prefix}n{number}"
        kind = draw(st.sampled_from(_KINDS))
        if kind in _OPEN and depth > 1:
            kind = "task"
        lines.append(f"{kind} {node} {draw(name)}")
        if kind in _OPEN:
            lines += [*draw(_parts(f"{node}_", depth + 1, lanes=False)), "}"]
        if kind in _OPEN | {"task"}:
            for guest in range(draw(st.integers(0, 3)) if draw(st.booleans()) else 0):
                guests.append(f"{node}b{guest}")
                lines.append(f"timer {guests[-1]} {node} {draw(name)}")
        nodes.append(node)
    if nodes:
        ends = st.tuples(st.sampled_from(nodes + guests), st.sampled_from(nodes), name)
        flows = draw(st.lists(ends, max_size=2 * len(nodes)))
        lines += [f"{one} > {two} : {label}" for one, two, label in flows]
    return lines


@st.composite
def _diagrams(draw: st.DrawFn) -> str:
    """Draw a whole diagram: one process, or several pools with messages between them."""
    if draw(st.booleans()):
        return "\n".join(draw(_parts("", 0, lanes=draw(st.booleans()))))
    lines: list[str] = []
    ends: list[tuple[int, str]] = []
    for number in range(draw(st.integers(1, 3))):
        if draw(st.integers(0, 3)) == 0:
            lines.append(f"box box{number} 群众")
            ends.append((number, f"box{number}"))
        else:
            lines += [
                f"pool p{number} 池",
                *draw(_parts(f"p{number}", 0, lanes=draw(st.booleans()))),
            ]
            ends.append((number, f"p{number}n0"))
    for one, other in draw(
        st.lists(st.tuples(st.sampled_from(ends), st.sampled_from(ends)), max_size=3)
    ):
        if one[0] != other[0]:
            lines.append(f"{one[1]} ~> {other[1]} : 消息")
    return "\n".join(lines)


@given(text=_diagrams())
@settings(max_examples=60)
@example(text="task a\n a > a\n a > a : 是\n a > a")
@example(text="lane one\nlane two\ntask a\ntask b\n a > b")
@example(text="task a\ntimer t a\nend e\n t > e\n t > e\n t > e : 超时")
@example(text="box citizens\npool p\nstart s\nbox police\n police ~> citizens\n s ~> citizens")
def test_nothing_overlaps_and_every_line_keeps_clear_of_shapes(
    text: str, sketch: Sketch, faults: Faults
) -> None:
    diagram = sketch(text)

    drawing = lay_out(diagram)

    assert faults(diagram, drawing) == []


@given(text=_diagrams())
@settings(max_examples=10)
def test_the_same_diagram_gives_the_same_drawing(text: str, sketch: Sketch) -> None:
    assert lay_out(sketch(text)) == lay_out(sketch(text))
