"""Start events: where a scope begins (BPMN 2.0.2, 10.5.2 and 13.5.1)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.flows import leave
from caseflow.kernel.intake import Outputs
from caseflow.kernel.listener import Listener
from caseflow.kernel.run import Arc, Run, Vertex


@dataclass(slots=True, kw_only=True)
class StartElement:
    """Passes the token on; what triggered it was looked at before it began.

    ``timers`` are those that open cases here, of which no case knows.
    """

    outputs: Outputs = None
    timers: Listener | None = None

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:  # noqa: ARG002
        """Begin."""
        leave(run, frame, vertex)
