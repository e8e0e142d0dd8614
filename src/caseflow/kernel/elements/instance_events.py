"""Events that a multi-instance activity throws as its instances complete (BPMN 2.0.2, 13.3.7)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.case import Rounds, Token
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.throwing import Throwing, Thrown, broadcast, send, throw


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceEvents:
    """Behaviour None throws with every instance that completes, behaviour One with the first."""

    throwing: Throwing
    is_first_only: bool

    def prepare(self, run: Run, vertex: Vertex, frame: int, rounds: Rounds) -> Thrown:
        """Evaluate what a completing instance throws, as it sees it. Raises ExpressionFailed."""
        if self.is_first_only and rounds.completed:
            return Thrown()
        return self.throwing.prepare(run, vertex, frame)


def throw_from(run: Run, vertex: Vertex, thrown: Thrown, host: Token) -> bool:
    """Throw out of the whole activity, whose boundary events catch it first.

    Tell whether the activity is still there afterwards.
    """
    for message in thrown.messages:
        send(run, vertex, message)
    for signal in thrown.signals:
        broadcast(run, vertex, signal)
    for fault in thrown.faults:
        if host.id in run.tokens:
            throw(run, vertex, fault, frame=host.frame, token=host)
    return host.id in run.tokens
