"""Tasks of no kind, which pass at once (BPMN 2.0.2, 13.3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.activity import complete
from caseflow.kernel.case import Token
from caseflow.kernel.run import Run, Vertex


@dataclass(frozen=True, slots=True)
class PlainWork:
    """No work at all."""

    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:  # noqa: ARG002
        """Be done."""
        complete(run, token)
