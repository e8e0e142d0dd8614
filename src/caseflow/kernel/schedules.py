"""Timers that open cases: when each fires first, and when again (BPMN 2.0.2, 10.5.2)."""

from __future__ import annotations

from datetime import datetime

from caseflow.kernel.case import ROOT, Frame, FrameKind, Timer
from caseflow.kernel.elements.start_event import StartElement
from caseflow.kernel.listener import occurs_again
from caseflow.kernel.run import Program, Run
from caseflow.kernel.starting import blank
from caseflow.model import ElementId


def start_timers(program: Program, element: ElementId, at: datetime) -> tuple[Timer, ...]:
    """Return the timers of a start event, of a process that is deployed at a moment.

    They are counted from that moment, limits in the first parameter set of the process.
    What lies before it is left out, so that deploying again repeats nothing.

    Raises:
        ExpressionFailed: a timer asks for what only a case could know.
    """
    run = _before_any_case(program, at)
    vertex = program.starts[element]
    if isinstance(vertex.element, StartElement) and vertex.element.timers is not None:
        vertex.element.timers.arm(run, vertex, frame=ROOT, token=None)
    timers = (one for one in run.wakes.values() if isinstance(one, Timer))
    return tuple(one for one in timers if one.due_at >= run.at)


def next_start_timer(program: Program, timer: Timer) -> Timer | None:
    """Return a timer as it waits after it fired, or None where that was the last time.

    It is counted from when it was due: what nobody was there to see happens later, each
    occurrence for itself.
    """
    return occurs_again(_before_any_case(program, timer.due_at), timer)


def _before_any_case(program: Program, at: datetime) -> Run:
    """Return a run that knows the process and the moment, and no variable."""
    run = Run(program, blank(program.key, at=at), at=at)
    root = Frame(id=ROOT, kind=FrameKind.PROCESS, process=program.key, variables={})
    run.open_frame(root, program.graph)
    return run
