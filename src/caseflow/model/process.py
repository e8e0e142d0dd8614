"""A process and the diagram it is drawn in: lanes, pools, positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from caseflow.model.formula import Formula
from caseflow.model.ids import ElementId, ProcessId
from caseflow.model.nodes import Scope
from caseflow.model.triggers import CorrelationKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane; ``role`` is who works in it, ``nodes`` what stands in it and in no inner lane."""

    id: ElementId
    name: str = ""
    role: str = ""
    nodes: frozenset[ElementId] = frozenset()
    lanes: tuple[Lane, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process as its diagram says it; immutable, and what the kernel compiles.

    ``overlay_of`` is the process that this one was made from by an overlay, ``mandatory``
    the forms of documents that the file of each case must hold.
    """

    id: ProcessId
    name: str = ""
    file: str = ""
    line: int = 0
    is_executable: bool = True
    scope: Scope
    lanes: tuple[Lane, ...] = ()
    correlation_keys: tuple[CorrelationKey, ...] = ()
    documentation: str = ""
    business_key: Formula | None = None
    properties: tuple[tuple[str, str], ...] = ()
    overlay_of: ProcessId | None = None
    mandatory: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A pool; ``process`` is empty for a black box."""

    id: ElementId
    name: str = ""
    process: ProcessId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFlow:
    """A line between pools; drawn, not executed (9.3)."""

    id: ElementId
    name: str = ""
    source: ElementId
    target: ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A rectangle of the drawing, in its own units, y downwards."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Where an element is drawn, and its label if that has a place of its own."""

    element: ElementId
    bounds: Bounds
    label: Bounds | None = None
    is_horizontal: bool = True
    is_expanded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """How a flow is drawn: its way points (x, y)."""

    element: ElementId
    points: tuple[tuple[float, float], ...]
    label: Bounds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A text on the drawing, without meaning for execution."""

    id: ElementId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The diagram interchange part of a file."""

    shapes: Mapping[ElementId, Shape] = field(default_factory=lambda: MappingProxyType({}))
    edges: Mapping[ElementId, Edge] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """Everything that one BPMN file holds."""

    file: str
    processes: tuple[Process, ...] = ()
    participants: tuple[Participant, ...] = ()
    message_flows: tuple[MessageFlow, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    drawing: Drawing = Drawing()
