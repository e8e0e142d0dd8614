"""Tasks of no kind (BPMN 2.0.2, 13.3.3)."""

from __future__ import annotations

from tests.unit.kernel.drawing import boundary, duration, mapped, plain, process
from tests.unit.kernel.playing import play


def test_a_plain_task_passes_at_once() -> None:
    assert play(process("start > a > b", plain("a"))).tasks == ["b"]


def test_a_timer_on_a_plain_task_never_gets_to_wait() -> None:
    case = play(process("start > a > b", plain("a"), boundary("t", "a", duration("PT0S"))))

    assert (case.tasks, case.timers, case.last.effects[0].__class__.__name__) == (
        ["b"],
        [],
        "ShowTask",
    )


def test_a_plain_task_can_carry_data() -> None:
    task = mapped(plain("a"), inputs={"x": "n + 1"}, outputs={"y": "x * 2"})

    case = play(process("start > a > end", task), n=1)

    assert case.variables == {"n": 1, "y": 4}
