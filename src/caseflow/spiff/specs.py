"""What SpiffWorkflow gets to execute: its own specifications, with the case behind them.

SpiffWorkflow decides where tokens go: what follows, which branches meet, what an event
interrupts. What an element does, and whether a condition holds, is asked of the case.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import (
    CallActivityParser,
    SpiffTaskParser,
    SubWorkflowParser,
)
from SpiffWorkflow.spiff.specs.defaults import CallActivity, NoneTask, SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from caseflow.model import ElementId

SpiffTask = Any
"""A task of SpiffWorkflow's tree."""

SpiffSpec = Any
"""A process or sub-process as SpiffWorkflow has read it."""


class Conditions(Protocol):
    """Who knows whether the condition of a flow holds."""

    def may_take(self, task: SpiffTask, source: ElementId, target: ElementId) -> bool:
        """Tell whether a token that stands at ``task`` may go on to ``target``."""
        ...


class CaseWorkflow(BpmnWorkflow):  # type: ignore[misc]  # SpiffWorkflow has no types
    """SpiffWorkflow's tree of tasks for one case."""

    conditions: Conditions


class CaseEngine(PythonScriptEngine):  # type: ignore[misc]  # SpiffWorkflow has no types
    """Keeps SpiffWorkflow from running Python: the case evaluates everything."""

    def evaluate(self, task: SpiffTask, expression: str, external_context: Any = None) -> Any:  # noqa: ARG002
        """Refuse: every expression was replaced when the process was compiled."""
        raise AssertionError(f"SpiffWorkflow was about to evaluate {expression!r}")

    def execute(self, task: SpiffTask, script: str, external_context: Any = None) -> bool:  # noqa: ARG002
        """Do nothing: the case ran the script when its task was reached."""
        return True


class Awaited(EventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An event that happens when the case says so; SpiffWorkflow itself never looks."""

    def catches(self, my_task: SpiffTask, event: Any) -> bool:  # noqa: ARG002
        """Leave it to the case what is caught."""
        return False

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class Terminates(TerminateEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An end event that ends its scope; nobody else needs to hear of it."""

    def throw(self, my_task: SpiffTask) -> None:
        """Tell nobody."""


class Condition(Operator):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The condition of a flow, which the case evaluates."""

    def __init__(self, source: ElementId, target: ElementId) -> None:
        """Stand for the flow from one element to another."""
        super().__init__(source, target)
        self.source = source
        self.target = target

    def _matches(self, task: SpiffTask) -> bool:
        workflow = cast("CaseWorkflow", task.workflow.top_workflow)
        return workflow.conditions.may_take(task, self.source, self.target)


class _StartsWhenTold:
    """A sub-process that waits to be started, so that the case has a say in it before."""

    def _update_hook(self, my_task: SpiffTask) -> bool:
        inside = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if inside is not None:
            return bool(inside.completed)
        return bool(TaskSpec._update_hook(self, my_task))  # noqa: SLF001 - SpiffWorkflow's seam


class SubProcessSpec(_StartsWhenTold, SubWorkflowTask):  # type: ignore[misc]  # no types
    """An embedded sub-process."""


class CallSpec(_StartsWhenTold, CallActivity):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A called process."""


class JoinSpec(ParallelGateway):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A parallel gateway that takes each arriving token once.

    SpiffWorkflow's own finds tokens of the last round again where it stands in a loop, and
    then goes on before all of this round have come.
    """

    def _check_threshold_unstructured(self, my_task: SpiffTask) -> bool:
        arrived = {
            task.parent.task_spec.name
            for task in self._arrivals(my_task)
            if task.parent.state == TaskState.COMPLETED and not task.internal_data.get("joined")
        }
        return arrived.issuperset(self._inputs)

    def _run_hook(self, my_task: SpiffTask) -> bool:
        for task in self._arrivals(my_task):
            if task is my_task or task.has_state(TaskState.FINISHED_MASK):
                task.internal_data["joined"] = True
        return True

    def _arrivals(self, my_task: SpiffTask) -> list[SpiffTask]:
        tasks = my_task.workflow.tasks.values()
        return [task for task in tasks if task.task_spec is self and task.parent is not None]


class _RuleParser(SpiffTaskParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """Reads a business rule task without its table: the case asks for the decision."""

    @staticmethod
    def get_decision_ref(node: Any) -> None:
        """Name no table."""


class CaseParser(SpiffBpmnParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """SpiffWorkflow's parser, with machine work and sub-processes left to the case."""

    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - SpiffWorkflow's way to extend it
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("serviceTask"): (SpiffTaskParser, NoneTask),
        full_tag("businessRuleTask"): (_RuleParser, NoneTask),
        full_tag("parallelGateway"): (GatewayParser, JoinSpec),
        full_tag("subProcess"): (SubWorkflowParser, SubProcessSpec),
        full_tag("callActivity"): (CallActivityParser, CallSpec),
    }
