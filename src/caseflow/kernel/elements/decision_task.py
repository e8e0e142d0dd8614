"""Business rule tasks that make a decision themselves (BPMN 2.0.2, 13.3.3; DMN 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.decisions import Decisions, Step, written
from caseflow.errors import DecisionFailed
from caseflow.expressions import Period, Result
from caseflow.kernel.activity import Activity, complete
from caseflow.kernel.case import Token
from caseflow.kernel.casefile import View, write
from caseflow.kernel.events import DecisionMade, VariablesSet
from caseflow.kernel.faults import Fault
from caseflow.kernel.functions import functions_of
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.throwing import throw
from caseflow.model import Limit, Value

DECISION_ERROR = "decision_failed"
"""The code of the BPMN error that a failing decision throws where its task catches one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWork:
    """Makes a decision on the case file and is done.

    The result goes into the variable ``result``; without one each output becomes a variable
    of its own.
    """

    decisions: Decisions
    decision: str
    result: str | None = None
    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Decide; a failure is thrown as an error where the task catches errors."""
        frame = token.frame
        try:
            answer = self.decisions.decide(
                self.decision, View(run, frame), functions_of(run, frame)
            )
        except DecisionFailed as failure:
            fault = Fault(code=DECISION_ERROR, payload={"error": str(failure)})
            if not _catches(vertex, fault):
                raise
            throw(run, vertex, fault, frame=frame, token=token)
            return
        for step in answer.steps:
            run.emit(_made(step, vertex))
        values = self._values(answer.result)
        if values:
            write(run, frame, values)
            run.emit(VariablesSet(process=vertex.process, element=vertex.id, variables=values))
        complete(run, token)

    def _values(self, found: Value) -> dict[str, Value]:
        if self.result:
            return {self.result: found}
        # No rule may fit; then there are no outputs that could become variables.
        return dict(found) if isinstance(found, Mapping) else {}


def _made(step: Step, vertex: Vertex) -> DecisionMade:
    return DecisionMade(
        process=vertex.process,
        element=vertex.id,
        decision=step.decision,
        name=step.name,
        inputs={one.title: _plain(one.value) for one in step.seen},
        rules=tuple(hit.rule or str(hit.number) for hit in step.hits),
        reasons=tuple(hit.reason for hit in step.hits),
        is_default=step.is_default,
        result=step.result,
    )


def _plain(value: Result) -> Value:
    """Return what can stand in the history: a period of months only as it is written."""
    return written(value) if isinstance(value, Limit | Period) else value


def _catches(vertex: Vertex, fault: Fault) -> bool:
    return isinstance(vertex.element, Activity) and any(
        event.handler is not None and event.handler.faults.catches(fault)
        for event in vertex.element.boundary
    )
