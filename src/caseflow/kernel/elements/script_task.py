"""Script tasks, in caseflow's own small language (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Script
from caseflow.kernel.activity import Activity, complete
from caseflow.kernel.case import Token
from caseflow.kernel.events import VariablesSet
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.kernel.throwing import Fault, throw_error

SCRIPT_ERROR = "script_failed"
"""The code of the BPMN error that a failing script throws where its task catches one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptWork:
    """Runs its script and is done."""

    script: Script
    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Run; a failure is thrown as an error where the task catches errors."""
        try:
            self.run(run, token.frame, vertex)
        except ExpressionFailed as failure:
            if not _catches_errors(vertex):
                raise
            throw_error(
                run,
                vertex,
                Fault(code=SCRIPT_ERROR, payload={"error": str(failure)}),
                frame=token.frame,
                token=token,
            )
            return
        complete(run, token)

    def run(self, run: Run, frame: int, vertex: Vertex) -> None:
        """Evaluate the script and set what it assigned. Raises ExpressionFailed."""
        values = self.script.run(run.read(frame, self.script.names), run.functions)
        if values:
            run.write(frame, values)
            run.emit(VariablesSet(process=vertex.process, element=vertex.id, variables=values))


@dataclass(frozen=True, slots=True)
class BareScriptElement:
    """A script task with nothing around it: runs without a token of its own."""

    work: ScriptWork

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Run and go on."""
        try:
            self.work.run(run, frame, vertex)
        except ExpressionFailed as failure:
            run.stick(frame, vertex, str(failure), arc=arc)
            return
        run.leave(frame, vertex)


def _catches_errors(vertex: Vertex) -> bool:
    element = vertex.element
    return isinstance(element, Activity) and any(
        event.handler is not None and event.handler.catches_error(SCRIPT_ERROR)
        for event in element.boundary
    )
