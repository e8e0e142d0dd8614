"""Reading a diagram with SpiffWorkflow's own parser, and putting the case behind it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.exceptions import SpiffWorkflowException

from caseflow.kernel import Setting
from caseflow.model import (
    BoundaryEvent,
    CatchEvent,
    ElementId,
    EndEvent,
    EventGateway,
    ExclusiveGateway,
    Node,
    Process,
    ReceiveTask,
    Scope,
    SendTask,
    StartEvent,
    SubProcess,
    TerminateTrigger,
    ThrowEvent,
)
from caseflow.spiff.findings import Refusals
from caseflow.spiff.specs import Awaited, CaseParser, Condition, SpiffSpec, SpiffTask, Terminates

SPLIT = ".BoundaryEventSplit"
JOIN = (".BoundaryEventJoin", ".EndJoin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A process as SpiffWorkflow runs it: ``specs`` has all its scopes and all that it calls."""

    main: str
    specs: Mapping[str, SpiffSpec] = field(repr=False)


def plan_of(refusals: Refusals, process: Process, setting: Setting) -> Plan | None:
    """Read a process with SpiffWorkflow, or note why that is not possible."""
    specs: dict[str, SpiffSpec] = {}
    for called in setting.called.values():
        if isinstance(called.plan, Plan):
            _add_called(refusals, process, specs, called.plan)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of older spiffworkflow: elements
            read = _Reading(refusals, setting.source, process)
            read.scope(process.id, process.scope)
    except SpiffWorkflowException as failure:
        where = _node(process.scope, getattr(failure, "id", "")) or process
        refusals.refuse("refused", where, f"SpiffWorkflow does not read this: {failure}")
        return None
    for name, spec in read.specs.items():
        if name in specs:
            _refuse_clash(refusals, process, name)
        specs[name] = spec
    return None if refusals.found else Plan(main=process.id, specs=specs)


def _add_called(
    refusals: Refusals, process: Process, specs: dict[str, SpiffSpec], called: Plan
) -> None:
    for name, spec in called.specs.items():
        if specs.setdefault(name, spec) is not spec:
            _refuse_clash(refusals, process, name)


def _refuse_clash(refusals: Refusals, process: Process, name: str) -> None:
    refusals.refuse(
        "id-clash",
        process,
        f"two processes or sub-processes that run here are called {name}, and SpiffWorkflow "
        "tells them apart by their ids alone",
        "give the sub-process another id, or deploy the called processes together",
    )


def _node(scope: Scope, name: str) -> Node | None:
    for node in scope.nodes.values():
        if node.id == name:
            return node
        if isinstance(node.behaviour, SubProcess):
            found = _node(node.behaviour.scope, name)
            if found is not None:
                return found
    return None


class _Reading:
    """One file in SpiffWorkflow's parser, compared with what caseflow's reader saw in it."""

    def __init__(self, refusals: Refusals, source: bytes, process: Process) -> None:
        self.refusals = refusals
        self.specs: dict[str, SpiffSpec] = {}
        if not source:
            raise ValidationException("the file of the process was not handed over")
        self._parser = CaseParser()
        self._parser.add_bpmn_str(source, process.file)

    def scope(self, name: str, scope: Scope) -> None:
        """Read a process or sub-process and everything inside it."""
        spec = self._parser.get_spec(name)
        self.specs[name] = spec
        for task in spec.task_specs.values():
            task.data_input_associations = []
            task.data_output_associations = []
            task.io_specification = None
        for node in scope.nodes.values():
            self._check(spec, scope, node)
            if isinstance(node.behaviour, SubProcess):
                self.scope(node.id, node.behaviour.scope)
        if self.refusals.found:
            return
        for node in scope.nodes.values():
            _bind(spec, scope, node)

    def _check(self, spec: SpiffSpec, scope: Scope, node: Node) -> None:
        """Compare the flows: what SpiffWorkflow has read must be what is drawn."""
        task = spec.task_specs.get(node.id)
        drawn = sorted(scope.flows[one].target for one in node.outgoing)
        names = [] if task is None else task._outputs  # noqa: SLF001 - there is no other way
        read = sorted(one.removesuffix(SPLIT) for one in names if not one.endswith(JOIN))
        if task is None or read != drawn:
            self.refusals.refuse(
                "read-otherwise",
                node,
                f"SpiffWorkflow goes on from here to {', '.join(read) or 'nothing'}, "
                f"and drawn is {', '.join(drawn) or 'nothing'}",
            )


def _bind(spec: SpiffSpec, scope: Scope, node: Node) -> None:
    """Let a task of SpiffWorkflow ask the case where it would have looked itself."""
    task = spec.task_specs[node.id]
    match node.behaviour:
        case ExclusiveGateway():
            _bind_choice(scope, node, task)
        case EventGateway():
            targets = [one.removesuffix(SPLIT) for one in task._outputs]  # noqa: SLF001
            task.event_definition = MultipleEventDefinition([Awaited(name=one) for one in targets])
        case BoundaryEvent():
            task.event_definition = Awaited(name=node.id)
        case CatchEvent() | ReceiveTask():
            before = {scope.nodes[scope.flows[one].source].id for one in node.incoming}
            is_chosen = any(isinstance(scope.nodes[one].behaviour, EventGateway) for one in before)
            task.event_definition = NoneEventDefinition() if is_chosen else Awaited(name=node.id)
        case EndEvent(triggers=triggers):
            ends = any(isinstance(one, TerminateTrigger) for one in triggers)
            task.event_definition = Terminates() if ends else NoneEventDefinition()
        case StartEvent() | ThrowEvent() | SendTask():
            task.event_definition = NoneEventDefinition()
        case _:
            pass


def _bind_choice(scope: Scope, node: Node, task: SpiffTask) -> None:
    """Put the conditions of the case in the order of the file, and the default flow last."""
    names = {one.removesuffix(SPLIT): one for one in task._outputs}  # noqa: SLF001
    task.cond_task_specs = []
    task.default_task_spec = None
    for flow_id in node.outgoing:
        flow = scope.flows[flow_id]
        name = names[flow.target]
        if flow_id == node.default or flow.condition is None:
            task.default_task_spec = name
            task.cond_task_specs.append((None, name))
        else:
            condition = Condition(ElementId(node.id), ElementId(flow.target))
            task.cond_task_specs.append((condition, name))
