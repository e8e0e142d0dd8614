"""Whatever the diagram, its drawing is sound."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from caseflow.bpmn import lay_out
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
_NAME = st.sampled_from(_NAMES)
_DEEP = 2
_OPEN = frozenset({"sub", "each", "event", "adhoc"})


@st.composite
def _parts(draw: st.DrawFn, prefix: str, depth: int, *, lanes: bool) -> list[str]:
    """Draw the lines of a process or sub-process."""
    lines = [f"lane {prefix}lane 村"] if lanes else []
    nodes = [f"{prefix}n{number}" for number in range(draw(st.integers(1, 4 if depth else 14)))]
    guests: list[str] = []
    for node in nodes:
        if lanes and draw(st.integers(0, 3)) == 0:
            lines.append(f"lane {node}lane {draw(_NAME)}")
        kind = draw(st.sampled_from(_KINDS)) if depth < _DEEP else "task"
        lines.append(f"{kind} {node} {draw(_NAME)}")
        if kind in _OPEN:
            inner = _parts(f"{node}_", depth + 1, lanes=False)
            lines += [*draw(st.one_of(st.just([]), inner)), "}"]
        if kind in _OPEN | {"task"}:
            hosted = [
                f"{node}b{guest}" for guest in range(draw(st.sampled_from((0, 0, 0, 1, 2, 3))))
            ]
            lines += [f"timer {guest} {node} {draw(_NAME)}" for guest in hosted]
            guests += hosted
    ends = st.tuples(st.sampled_from(nodes + guests), st.sampled_from(nodes), _NAME)
    flows = draw(st.lists(ends, max_size=2 * len(nodes)))
    return lines + [f"{one} > {two} : {label}" for one, two, label in flows]


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
