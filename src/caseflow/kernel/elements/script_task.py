"""Script tasks, in caseflow's own small language (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression, Script
from caseflow.kernel.activity import Activity, complete
from caseflow.kernel.case import Token
from caseflow.kernel.casefile import assigned, value, write
from caseflow.kernel.events import VariablesSet
from caseflow.kernel.faults import Fault
from caseflow.kernel.flows import leave
from caseflow.kernel.incidents import stick
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.kernel.throwing import throw
from caseflow.model import Value

SCRIPT_ERROR = "script_failed"
"""The code of the BPMN error that a failing script throws where its task catches one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptWork:
    """Runs its script and is done; with ``result`` it is one expression for that variable."""

    script: Script | Expression
    result: str = ""
    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Run; a failure is thrown as an error where the task catches errors."""
        try:
            self.run(run, token.frame, vertex)
        except ExpressionFailed as failure:
            fault = Fault(code=SCRIPT_ERROR, payload={"error": str(failure)})
            if not _catches(vertex, fault):
                raise
            throw(run, vertex, fault, frame=token.frame, token=token)
            return
        complete(run, token)

    def run(self, run: Run, frame: int, vertex: Vertex) -> None:
        """Evaluate the script and set what it assigned. Raises ExpressionFailed."""
        values: dict[str, Value]
        if isinstance(self.script, Script):
            values = assigned(run, self.script, frame)
        else:
            values = {self.result: value(run, self.script, frame)}
        if values:
            write(run, frame, values)
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
            stick(run, frame, vertex, str(failure), arc=arc)
            return
        leave(run, frame, vertex)


def _catches(vertex: Vertex, fault: Fault) -> bool:
    return isinstance(vertex.element, Activity) and any(
        event.handler is not None and event.handler.faults.catches(fault)
        for event in vertex.element.boundary
    )
