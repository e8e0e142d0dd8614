"""The names of elements, looked up in the diagrams that a case runs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow.engine import CaseView, Work
from caseflow.model import (
    AdHocSubProcess,
    Diagram,
    ElementId,
    FlowId,
    Process,
    ProcessId,
    Scope,
    SubProcess,
    Transaction,
)


class Diagrams:
    """The diagrams of a case's process and of those it calls, each read when it is needed."""

    def __init__(self, work: Work, case: CaseView) -> None:
        """Look into what was deployed when the case was started."""
        self._work = work
        self._versions = work.versions(case.process, case.process_version)
        self._read: dict[ProcessId, Diagram] = {}
        self._titles: dict[ProcessId, Mapping[str, str]] = {}

    @property
    def known(self) -> tuple[ProcessId, ...]:
        """The processes that the case can run."""
        return tuple(self._versions)

    def diagram(self, process: ProcessId) -> Diagram:
        """Return the diagram in which a process is drawn."""
        if process not in self._read:
            self._read[process] = self._work.diagram(process, self._versions[process])
        return self._read[process]

    def process(self, process: ProcessId) -> Process:
        """Return a process as its diagram says it."""
        return next(one for one in self.diagram(process).processes if one.id == process)

    def title(self, process: ProcessId, element: ElementId | FlowId) -> str:
        """Return the name of an element, or of where a flow leads; its id where it has none."""
        if process not in self._versions:
            return element
        if process not in self._titles:
            self._titles[process] = _titles(self.process(process))
        return self._titles[process].get(element, element)


def scopes_of(scope: Scope) -> Iterator[Scope]:
    """Yield a scope and all scopes inside it."""
    yield scope
    for node in scope.nodes.values():
        match node.behaviour:
            case SubProcess() | Transaction() | AdHocSubProcess():
                yield from scopes_of(node.behaviour.scope)
            case _:
                pass


def _titles(process: Process) -> Mapping[str, str]:
    titles: dict[str, str] = {}
    for scope in scopes_of(process.scope):
        titles |= {node.id: node.name or node.id for node in scope.nodes.values()}
        titles |= {flow.id: titles[flow.target] for flow in scope.flows.values()}
    return titles
