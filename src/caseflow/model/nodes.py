"""Flow nodes and the scopes they stand in (BPMN 2.0.2, chapter 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from caseflow.model.formula import Formula
from caseflow.model.handing import Handing
from caseflow.model.ids import ElementId, FlowId, ProcessId
from caseflow.model.triggers import MessageTrigger, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEvent:
    """10.5.2. More than one trigger: any of them, or all of them when ``parallel``."""

    triggers: tuple[Trigger, ...] = ()
    parallel: bool = False
    is_interrupting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchEvent:
    """An intermediate event that waits, 10.5.4."""

    triggers: tuple[Trigger, ...] = ()
    parallel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowEvent:
    """An intermediate event that throws, 10.5.4."""

    triggers: tuple[Trigger, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryEvent:
    """An event on the border of an activity, 10.5.4."""

    attached_to: ElementId
    triggers: tuple[Trigger, ...] = ()
    parallel: bool = False
    is_interrupting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEvent:
    """10.5.3; ``outcome`` is the end state that a case takes which ends here.

    ``mandatory`` are the forms of documents that the file of such a case must hold.
    """

    triggers: tuple[Trigger, ...] = ()
    outcome: str = ""
    mandatory: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusiveGateway:
    """10.6.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelGateway:
    """10.6.4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusiveGateway:
    """10.6.3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplexGateway:
    """10.6.5."""

    activation: Formula | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGateway:
    """10.6.6."""

    instantiate: bool = False
    parallel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who may do a task, by when, in which form; empty where the diagram says nothing.

    ``not_same_as`` names a step that another person has to do (four eyes), ``ladder`` the
    warnings on the way to the due time.
    """

    assignee: Formula | None = None
    roles: tuple[Formula, ...] = ()
    people: tuple[Formula, ...] = ()
    unit: Formula | None = None
    due: Formula | None = None
    follow_up: Formula | None = None
    priority: Formula | None = None
    form: str | None = None
    not_same_as: ElementId | None = None
    ladder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask:
    """A person works with the help of the software, 10.3.4."""

    assignment: Assignment = Assignment()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualTask:
    """A person works without the software, which only waits to hear that it is done."""

    assignment: Assignment = Assignment()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTask:
    """A machine works: ``topic`` names the handler, ``retries`` how often it may fail."""

    topic: str = ""
    retries: Formula | None = None
    priority: Formula | None = None
    headers: tuple[tuple[str, str], ...] = ()
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTask:
    """Sends a message, or is worked by a handler where it names a topic."""

    message: MessageTrigger | None = None
    topic: str = ""
    retries: Formula | None = None
    priority: Formula | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTask:
    """Waits for a message."""

    message: MessageTrigger | None = None
    instantiate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTask:
    """Runs a script in caseflow's own small language."""

    script: Formula
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessRuleTask:
    """Asks a decision: a DMN table by id, or a handler where it names a topic.

    ``is_replaceable``: an overlay may have it ask another decision.
    """

    decision: str = ""
    is_replaceable: bool = False
    topic: str = ""
    retries: Formula | None = None
    priority: Formula | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTask:
    """A task of no kind: passes at once, 13.3.3."""


class AdHocOrdering(StrEnum):
    """Whether several activities of an ad-hoc sub-process may be active at a time."""

    PARALLEL = "Parallel"
    SEQUENTIAL = "Sequential"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess:
    """An embedded sub-process, or an event sub-process where ``triggered_by_event``."""

    scope: Scope
    triggered_by_event: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A sub-process that can be cancelled and is then compensated, 13.3.4."""

    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHocSubProcess:
    """Activities without an order of their own, 13.3.5."""

    scope: Scope
    ordering: AdHocOrdering = AdHocOrdering.PARALLEL
    completion: Formula | None = None
    cancel_remaining: bool = True


class Binding(StrEnum):
    """Which version of a called process runs."""

    DEPLOYMENT = "deployment"
    LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallActivity:
    """Runs another process inside the same case, 10.3.6."""

    called: ProcessId
    binding: Binding = Binding.DEPLOYMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLoop:
    """Again while the condition holds, 13.3.6."""

    condition: Formula | None = None
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance:
    """Once for each of a number or of a collection, 13.3.7."""

    is_sequential: bool = False
    cardinality: Formula | None = None
    collection: Formula | None = None
    item: str | None = None
    completion: Formula | None = None
    output_collection: str | None = None
    output_item: Formula | None = None
    behavior: str = "All"
    none_event: Trigger | None = None
    one_event: Trigger | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataMapping:
    """One value that goes into or comes out of an activity."""

    source: Formula
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFlow:
    """What an activity or event takes from its surroundings and gives back.

    ``None`` for ``inputs`` or ``outputs`` means that nothing was declared, so the
    surrounding case file is shared; an empty tuple means that nothing passes.
    """

    inputs: tuple[DataMapping, ...] | None = None
    outputs: tuple[DataMapping, ...] | None = None


Behaviour: TypeAlias = (
    StartEvent
    | CatchEvent
    | ThrowEvent
    | BoundaryEvent
    | EndEvent
    | ExclusiveGateway
    | ParallelGateway
    | InclusiveGateway
    | ComplexGateway
    | EventGateway
    | UserTask
    | ManualTask
    | ServiceTask
    | SendTask
    | ReceiveTask
    | ScriptTask
    | BusinessRuleTask
    | PlainTask
    | SubProcess
    | Transaction
    | AdHocSubProcess
    | CallActivity
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One flow node: where it stands in the diagram, and how it behaves.

    ``is_optional``: an overlay may leave it out; ``is_legal``: a law wants it as it is.
    """

    id: ElementId
    name: str = ""
    line: int = 0
    behaviour: Behaviour
    incoming: tuple[FlowId, ...] = ()
    outgoing: tuple[FlowId, ...] = ()
    default: FlowId | None = None
    loop: StandardLoop | MultiInstance | None = None
    data: DataFlow = DataFlow()
    is_for_compensation: bool = False
    start_quantity: int = 1
    completion_quantity: int = 1
    documentation: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    handing: Handing | None = None
    is_optional: bool = False
    is_legal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A sequence flow. ``id`` is made up by the reader where the diagram gives none.

    ``extension_point`` is the name by which an overlay may put steps on it; where it
    ``is_legal``, nothing may come in between.
    """

    id: FlowId
    name: str = ""
    line: int = 0
    source: ElementId
    target: ElementId
    condition: Formula | None = None
    extension_point: str = ""
    is_legal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataObject:
    """A named piece of data of a scope, 10.4.1; ``is_store`` where it outlives the case.

    ``variable`` is what expressions call it; several drawn ones may be the same variable.
    """

    id: ElementId
    name: str = ""
    variable: str = ""
    line: int = 0
    is_collection: bool = False
    is_store: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """Joins a compensation boundary event to its handler; drawn where it has an id."""

    id: ElementId | None = None
    source: ElementId
    target: ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What stands inside a process or a sub-process, in the order of the file."""

    nodes: Mapping[ElementId, Node] = field(default_factory=lambda: MappingProxyType({}))
    flows: Mapping[FlowId, Flow] = field(default_factory=lambda: MappingProxyType({}))
    data_objects: tuple[DataObject, ...] = ()
    associations: tuple[Association, ...] = ()
