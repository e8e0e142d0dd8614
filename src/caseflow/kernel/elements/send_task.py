"""Send tasks (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.activity import complete
from caseflow.kernel.case import Token
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.throwing import Throwing, send


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWork:
    """Sends a message and is done."""

    throwing: Throwing
    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Send."""
        for message in self.throwing.prepare(run, vertex, token.frame).messages:
            send(run, vertex, message)
        complete(run, token)
