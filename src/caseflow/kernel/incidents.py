"""Incidents: where a case is stuck until an operator acts."""

from __future__ import annotations

from caseflow.kernel.case import Incident, Phase, Token, TokenKind
from caseflow.kernel.events import IncidentRaised
from caseflow.kernel.run import Arc, Run, Vertex


def stick(  # noqa: PLR0913 - where, why, and how it came there
    run: Run,
    frame: int,
    vertex: Vertex,
    message: str,
    *,
    phase: Phase = Phase.ENTER,
    arc: Arc | None = None,
) -> None:
    """Stop a token with an incident; the rest of the case goes on."""
    token = run.hold(frame, vertex, arc=arc, kind=TokenKind.STUCK)
    raise_incident(run, token, vertex, message, phase=phase)


def raise_incident(run: Run, token: Token, vertex: Vertex, message: str, *, phase: Phase) -> None:
    """Tell an operator that a token or its job needs help."""
    run.incidents[token.id] = Incident(
        id=token.id,
        process=vertex.process,
        element=vertex.id,
        phase=phase,
        message=message,
        raised_at=run.at,
    )
    run.emit(
        IncidentRaised(
            process=vertex.process, element=vertex.id, incident=token.id, message=message
        )
    )
