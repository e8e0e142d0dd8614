"""How a token leaves an element: one flow, several, or none (BPMN 2.0.2, 13.3.1)."""

from __future__ import annotations

from caseflow.errors import ExpressionFailed
from caseflow.kernel.case import Phase
from caseflow.kernel.casefile import value
from caseflow.kernel.incidents import stick
from caseflow.kernel.reasons import tell_why
from caseflow.kernel.run import Arc, Run, Vertex

NO_WAY = "no outgoing flow can be taken: no condition holds and there is no default flow"


def leave(run: Run, frame: int, vertex: Vertex) -> None:
    """Send a token on by the outgoing flows of a vertex.

    Several flows without a condition split implicitly; a flow with a condition is
    taken where that holds, the default flow where no condition held. Without any
    outgoing flow the path ends.
    """
    outgoing = vertex.outgoing
    if len(outgoing) == 1 and outgoing[0].condition is None and vertex.quantity == 1:
        run.take(frame, outgoing[0])
    elif not outgoing:
        run.consume(frame)
    else:
        split(run, frame, vertex, phase=Phase.LEAVE)


def split(
    run: Run, frame: int, vertex: Vertex, *, phase: Phase = Phase.ENTER, arc: Arc | None = None
) -> None:
    """Send one token along each flow that has no condition, or whose condition holds.

    Where there is none of either, along the default flow; without that, the case is stuck.
    An activity may send several along each, 13.3.2.
    """
    default = vertex.default
    try:
        chosen = [
            way
            for way in vertex.outgoing
            if way is not default and (way.condition is None or value(run, way.condition, frame))
        ]
    except ExpressionFailed as failure:
        stick(run, frame, vertex, str(failure), phase=phase, arc=arc)
        return
    if not chosen and default is not None:
        chosen.append(default)
    if chosen or not vertex.outgoing:
        tell_why(run, vertex.process, frame, vertex.outgoing)
        run.fan_out(frame, chosen * vertex.quantity)
    else:
        stick(run, frame, vertex, NO_WAY, phase=phase, arc=arc)
