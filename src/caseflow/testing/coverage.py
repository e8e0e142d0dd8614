"""How much of a process some cases have walked: the sequence flows they took, and those left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from caseflow.bpmn import read_diagram
from caseflow.kernel import Event, PathTaken
from caseflow.model import (
    AdHocSubProcess,
    FlowId,
    Process,
    ProcessId,
    Scope,
    SubProcess,
    Transaction,
)
from caseflow.testing.caseflow import Caseflow, RunningCase


class FlowCoverage:
    """Counts how often each sequence flow was taken, as the histories of cases tell.

    A timer, a message or an error that set something off shows by the flow behind its event,
    and an answer of a gateway by the flow behind that, so all flows taken means that every
    path was.
    """

    def __init__(self, processes: Iterable[Process]) -> None:
        """Measure the coverage of processes; others are passed over."""
        self._flows = {process.id: tuple(_flows(process.scope)) for process in processes}
        self._taken: Counter[tuple[ProcessId, FlowId]] = Counter()

    @classmethod
    def of_folder(cls, path: str | Path) -> FlowCoverage:
        """Measure the coverage of all processes of a folder. Raises DiagramRefused."""
        return cls(
            process
            for file in sorted(Path(path).rglob("*.bpmn"))
            for process in read_diagram(file.read_bytes(), file=str(file)).processes
            if process.is_executable
        )

    @property
    def processes(self) -> tuple[ProcessId, ...]:
        """The processes that are measured."""
        return tuple(self._flows)

    def add(self, case: RunningCase) -> None:
        """Count what a case has taken so far, in the processes that it called as well."""
        self.count(entry.event for entry in case.history)

    def count(self, events: Iterable[Event]) -> None:
        """Count what events tell, for a test that works with the kernel alone."""
        for event in events:
            if isinstance(event, PathTaken):
                self._taken.update((event.process, flow) for flow in event.flows)

    def add_all(self, caseflow: Caseflow) -> None:
        """Count what all cases of an engine have taken so far."""
        for case in caseflow.cases():
            self.add(case)

    def flows(self, process: str) -> tuple[FlowId, ...]:
        """Return all flows of a process, in the order of the file. Raises KeyError."""
        return self._flows[ProcessId(process)]

    def counts(self, process: str) -> Mapping[FlowId, int]:
        """Return how often each flow of a process was taken. Raises KeyError."""
        name = ProcessId(process)
        return {flow: self._taken[name, flow] for flow in self._flows[name]}

    def missing(self, process: str | None = None) -> tuple[FlowId, ...]:
        """Return the flows of a process, or of all, that no case took. Raises KeyError."""
        names = self.processes if process is None else (ProcessId(process),)
        return tuple(
            flow for name in names for flow, times in self.counts(name).items() if not times
        )

    def share(self, process: str | None = None) -> float:
        """Return the share of flows taken, in one process or in all; 1 where there are none."""
        names = self.processes if process is None else (ProcessId(process),)
        flows = sum(len(self._flows[name]) for name in names)
        return 1.0 if flows == 0 else 1 - len(self.missing(process)) / flows

    def check(self) -> None:
        """Raise AssertionError with every flow that no case took."""
        gaps = [f"{name}: {', '.join(self.missing(name))}" for name in self.processes]
        lines = [line for line in gaps if not line.endswith(": ")]
        if lines:
            raise AssertionError("\n".join(["no case took these flows:", *lines]))

    def __str__(self) -> str:
        """Return a table: a line a process, with flows taken, all flows and the share."""
        width = max((len(name) for name in self._flows), default=0)
        return "\n".join(
            f"{name:{width}}  {len(flows) - len(self.missing(name)):>4} of {len(flows):>4}"
            f"  {self.share(name):6.1%}"
            for name, flows in self._flows.items()
        )


def _flows(scope: Scope) -> Iterator[FlowId]:
    yield from scope.flows
    for node in scope.nodes.values():
        match node.behaviour:
            case SubProcess() | Transaction() | AdHocSubProcess() as inner:
                yield from _flows(inner.scope)
            case _:
                pass
