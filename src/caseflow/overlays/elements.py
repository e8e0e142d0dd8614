"""What an overlay lies over: a diagram with everything in it by its id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from caseflow.model import (
    AdHocSubProcess,
    Assignment,
    Diagram,
    ElementId,
    Flow,
    Formula,
    Lane,
    ManualTask,
    Node,
    Process,
    ProcessId,
    Scope,
    SubProcess,
    Transaction,
    UserTask,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A diagram as it was read, with its file, and the parameter file beside it."""

    diagram: Diagram
    data: bytes
    parameters: str | None = None
    parameters_file: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the file."""
        return hashlib.sha256(self.data).hexdigest()

    def process(self, name: ProcessId) -> Process:
        """Return a process of the diagram, which must be there."""
        return next(one for one in self.diagram.processes if one.id == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """The elements of all processes of a diagram by their ids."""

    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, Lane]
    processes: Mapping[str, Process]
    """The process that each node and flow stands in."""

    def lanes_with(self, node: ElementId) -> Iterator[Lane]:
        """Yield the lane that lists a node, if there is one."""
        return (lane for lane in self.lanes.values() if node in lane.nodes)


def elements_of(diagram: Diagram) -> Elements:
    """Return what stands in a diagram, by id."""
    nodes: dict[str, Node] = {}
    flows: dict[str, Flow] = {}
    processes: dict[str, Process] = {}
    for process in diagram.processes:
        for scope in scopes_in(process.scope):
            nodes.update({str(name): node for name, node in scope.nodes.items()})
            flows.update({str(name): flow for name, flow in scope.flows.items()})
            processes |= dict.fromkeys((*scope.nodes, *scope.flows), process)
    lanes = {str(one.id): one for process in diagram.processes for one in _lanes(process.lanes)}
    return Elements(nodes=nodes, flows=flows, lanes=lanes, processes=processes)


def scopes_in(scope: Scope) -> Iterator[Scope]:
    """Yield a scope and every scope inside it."""
    yield scope
    for node in scope.nodes.values():
        if (inner := inside(node)) is not None:
            yield from scopes_in(inner)


def inside(node: Node) -> Scope | None:
    """Return what stands inside a node, where it is a sub-process."""
    match node.behaviour:
        case SubProcess(scope=scope) | Transaction(scope=scope) | AdHocSubProcess(scope=scope):
            return scope
        case _:
            return None


def assignment_of(node: Node) -> Assignment | None:
    """Return who does a node, where people do it."""
    match node.behaviour:
        case UserTask(assignment=assignment) | ManualTask(assignment=assignment):
            return assignment
        case _:
            return None


def literal_of(formula: Formula) -> str | None:
    """Return the text that a formula is, or None where it has to be computed."""
    try:
        value: object = json.loads(formula.text)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _lanes(lanes: tuple[Lane, ...]) -> Iterator[Lane]:
    for lane in lanes:
        yield lane
        yield from _lanes(lane.lanes)
