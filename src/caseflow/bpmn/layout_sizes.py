"""How large shapes and their texts are drawn, in the units of the common BPMN modelers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from caseflow.bpmn.draw_wrap import width as width_of
from caseflow.bpmn.draw_wrap import wrapped
from caseflow.model import (
    AdHocSubProcess,
    Behaviour,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CatchEvent,
    ComplexGateway,
    EndEvent,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ManualTask,
    ParallelGateway,
    PlainTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    StartEvent,
    SubProcess,
    ThrowEvent,
    Transaction,
    UserTask,
)

TASK_WIDTH = 120
TASK_HEIGHT = 80
EVENT = 36
GATEWAY = 50
HEADER = 30  # of a pool or lane
BLACK_BOX = 60

LABEL_WIDTH = 90  # the modelers wrap a label outside of its shape at this width
LABEL_LINE = 14
_LABEL_FONT = 11
_TASK_FONT = 12
_TASK_PADDING = 12
_TASK_LINES = 4
_WIDER_TASKS = (TASK_WIDTH, 150, 180, 220)
_GUEST_GAP = 10


class Kind(StrEnum):
    """What the outline of a shape looks like, and so where a flow may touch it."""

    TASK = "task"
    EVENT = "event"
    GATEWAY = "gateway"
    FRAME = "frame"
    POOL = "pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A width and a height."""

    width: int
    height: int


NO_SIZE = Size(width=0, height=0)


def kind_of(behaviour: Behaviour) -> Kind:
    """Return the outline of a node; a sub-process is a frame only when it is expanded."""
    match behaviour:
        case StartEvent() | CatchEvent() | ThrowEvent() | BoundaryEvent() | EndEvent():
            return Kind.EVENT
        case (
            ExclusiveGateway()
            | ParallelGateway()
            | InclusiveGateway()
            | ComplexGateway()
            | EventGateway()
        ):
            return Kind.GATEWAY
        case (
            UserTask()
            | ManualTask()
            | ServiceTask()
            | SendTask()
            | ReceiveTask()
            | ScriptTask()
            | BusinessRuleTask()
            | PlainTask()
            | CallActivity()
            | SubProcess()
            | Transaction()
            | AdHocSubProcess()
        ):
            return Kind.TASK
        case _:
            assert_never(behaviour)


def label_size(text: str) -> Size:
    """Return the room that a label outside of its shape takes; none for an empty text."""
    lines = wrapped(text, within=LABEL_WIDTH, size=_LABEL_FONT)
    if not lines:
        return NO_SIZE
    longest = max(width_of(line, _LABEL_FONT) for line in lines)
    return Size(width=even(longest + 2), height=LABEL_LINE * len(lines))


def task_size(name: str, guests: tuple[Size, ...] = ()) -> Size:
    """Return the size of a task whose name fits, with room for its boundary events."""
    width = next(
        (
            wide
            for wide in _WIDER_TASKS
            if len(wrapped(name, within=wide - _TASK_PADDING, size=_TASK_FONT)) <= _TASK_LINES
        ),
        _WIDER_TASKS[-1],
    )
    return Size(width=max(width, guest_room(guests)), height=TASK_HEIGHT)


def guest_room(guests: tuple[Size, ...]) -> int:
    """Return how long a border must be for boundary events with labels of these sizes.

    Two events turn their labels away from each other; from three on each label
    stands between its event and the next.
    """
    if len(guests) <= 2:  # noqa: PLR2004
        return 0
    return len(guests) * even(EVENT + max(size.width for size in guests) + _GUEST_GAP)


def even(size: float) -> int:
    """Round up to an even number, so that the middle of a shape has whole coordinates."""
    return int(-(-size // 2) * 2)
