"""SpiffWorkflow's tree of tasks at work on one command, step by step with the case."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins import EventBasedGatewayMixin as EventBasedGateway
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent
from SpiffWorkflow.bpmn.specs.mixins.exclusive_gateway import ExclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from caseflow.errors import CommandRefused, ExpressionFailed, StepLimitReached
from caseflow.kernel import ROOT, CaseState, Happened, Places, Subscription, Timer
from caseflow.model import ElementId
from caseflow.spiff.memory import Memory, prune, trees
from caseflow.spiff.plan import SPLIT
from caseflow.spiff.specs import SpiffTask

MAX_STEPS = 2_000
"""How many elements one command may pass before it is taken for an endless loop."""

MAX_DEPTH = 400
"""How deep a tree may be. SpiffWorkflow does not see tasks below a depth of 1,000: it would
report a case as completed that is not."""

PRUNED_EVERY = 50
"""After how many steps of one command what is done is forgotten."""


class Moves:
    """Moves the tokens of a case until all of them wait."""

    def __init__(self, places: Places, memory: Memory) -> None:
        """Work on the places of a case and on what it remembers."""
        self._places = places
        self._workflow = memory.workflow
        self._tokens = memory.tokens
        self._workflow.conditions = self

    # What the command did

    def complete(self, tokens: set[int]) -> None:
        """Let the tasks of these tokens be done, which the case has seen to."""
        for number, token in list(self._tokens.items()):
            if token in tokens:
                del self._tokens[number]
                self._task(number).run()

    def follow(self, happened: Happened) -> None:
        """Let events happen that the case was told of."""
        for wake in happened.woken:
            self._wake(wake)
        for element in happened.caught:
            for task in self._interrupted(element):
                _fire(task)

    def _wake(self, wake: Timer | Subscription) -> None:
        host = next((one for one, token in self._tokens.items() if token == wake.token), None)
        task = None if host is None else self._find(host)
        if task is None or host is None or task.has_state(TaskState.FINISHED_MASK):
            return  # an event before this one has cancelled it
        if task.task_spec.name == wake.element:
            del self._tokens[host]
            _fire(task)
        elif isinstance(task.task_spec, EventBasedGateway):
            del self._tokens[host]
            _choose(task, wake.element)
        else:
            for event in task.parent.children:
                if event.task_spec.name == wake.element:
                    _fire(event)

    def _interrupted(self, element: ElementId) -> Iterator[SpiffTask]:
        """Yield the boundary event on the activity that the case has just interrupted."""
        for tree in trees(self._workflow):
            for task in list(tree.tasks.values()):
                is_it = task.task_spec.name == element and task.state == TaskState.WAITING
                if is_it and any(self._is_gone(one) for one in task.parent.children):
                    yield task
                    return

    def _is_gone(self, task: SpiffTask) -> bool:
        return task.id in self._tokens and not self._places.has(self._tokens[task.id])

    # Going on

    def go_on(self) -> None:
        """Move every token until it waits. Raises StepLimitReached."""
        steps = 0
        self._withdraw()
        while self._places.state is CaseState.RUNNING:
            task = self._next()
            if task is None:
                return
            steps += 1
            self._check_depth(task, steps)
            self._step(task)
            self._withdraw()

    @property
    def is_done(self) -> bool:
        """Whether the case has ended, which only counts if nothing in it can still go on."""
        return bool(self._workflow.completed) and not any(
            task.has_state(TaskState.READY | TaskState.WAITING | TaskState.STARTED)
            for tree in trees(self._workflow)
            for task in tree.tasks.values()
        )

    def _check_depth(self, task: SpiffTask, steps: int) -> None:
        if steps > MAX_STEPS:
            raise StepLimitReached(
                f"this command passed {MAX_STEPS} elements without waiting, lastly "
                f"{task.task_spec.name}: the diagram loops without a task, timer or event"
            )
        if steps % PRUNED_EVERY == 0:
            prune(self._workflow)
        if task.depth > MAX_DEPTH:
            raise StepLimitReached(
                f"SpiffWorkflow keeps all that happened beside an open branch, and that is "
                f"more than {MAX_DEPTH} steps at {task.task_spec.name}: run the process on "
                "caseflow's own kernel, which keeps none of it"
            )

    def _next(self) -> SpiffTask | None:
        """Return a task that can go on: events first, because they may interrupt the others."""
        found = None
        for tree in trees(self._workflow):
            for task in tree.tasks.values():
                if not self._can_go_on(task):
                    continue
                if isinstance(task.task_spec, BoundaryEvent):
                    return task
                found = found or task
        return found

    def _can_go_on(self, task: SpiffTask) -> bool:
        if task.state == TaskState.READY:
            is_inside_done = task.id in self._workflow.subprocesses
            return is_inside_done or not self._is_held(task)
        waits = isinstance(task.task_spec, CatchingEvent)
        is_placed = waits and not isinstance(task.task_spec, BoundaryEvent)
        return task.state == TaskState.WAITING and is_placed and not self._is_held(task)

    def _is_held(self, task: SpiffTask) -> bool:
        return task.id in self._tokens and self._places.has(self._tokens[task.id])

    def _step(self, task: SpiffTask) -> None:
        spec = task.task_spec
        if task.state == TaskState.WAITING:
            self._enter(task)
        elif spec.bpmn_id is None:
            task.run()
        elif isinstance(spec, SubWorkflowTask):
            self._sub_process(task)
        elif isinstance(spec, ExclusiveGateway | ParallelGateway):
            self._gateway(task)
        elif isinstance(spec, CatchingEvent) and not isinstance(spec, StartEvent):
            task.run()  # it happened, and the case knows
            task.internal_data.pop("seen_events", None)
        else:
            self._enter(task)
            if task.state == TaskState.READY and not self._is_held(task):
                task.run()

    def _enter(self, task: SpiffTask) -> None:
        happened = self._places.enter(self._frame(task), _element(task))
        if happened.token is not None:
            self._tokens[task.id] = happened.token
        else:
            self.follow(happened)

    def _sub_process(self, task: SpiffTask) -> None:
        if task.id in self._workflow.subprocesses:
            self._places.finish(self._tokens.pop(task.id))
            task.task_spec._update(task)  # noqa: SLF001 - as SpiffWorkflow's own loop does
            task.run()
            return
        self._enter(task)
        if not self._places.is_stuck(self._tokens[task.id]):
            task.task_spec.start_workflow(task)
            task._set_state(TaskState.STARTED)  # noqa: SLF001 - as SpiffWorkflow's own hook does

    def _gateway(self, task: SpiffTask) -> None:
        frame, element = self._frame(task), _element(task)
        try:
            task.run()
        except ExpressionFailed as failure:
            task._set_state(TaskState.READY)  # noqa: SLF001 - it can be tried again
            self._tokens[task.id] = self._places.stick(frame, element, str(failure))
        except WorkflowException:
            task._set_state(TaskState.READY)  # noqa: SLF001 - it can be tried again
            self._tokens[task.id] = self._places.stick(frame, element)
        else:
            for child in task.children:
                self._places.take(frame, element, _element(child))

    def may_take(self, task: SpiffTask, source: ElementId, target: ElementId) -> bool:
        """Tell whether the condition of a flow holds. Raises ExpressionFailed."""
        return self._places.may_take(self._frame(task), source, target)

    def _withdraw(self) -> None:
        """Take away the tokens of tasks that SpiffWorkflow has cancelled."""
        for number, token in list(self._tokens.items()):
            task = self._find(number)
            if task is None or task.has_state(TaskState.FINISHED_MASK):
                del self._tokens[number]
                if self._places.has(token):
                    self._places.cancel(token)

    # Where things are

    def _frame(self, task: SpiffTask) -> int:
        host = task.workflow.parent_task_id
        return ROOT if host is None else self._places.inside(self._tokens[host])

    def _find(self, number: UUID) -> SpiffTask | None:
        found = (tree.tasks.get(number) for tree in trees(self._workflow))
        return next((task for task in found if task is not None), None)

    def _task(self, number: UUID) -> SpiffTask:
        task = self._find(number)
        if task is None:
            raise CommandRefused(f"SpiffWorkflow no longer has task {number.int} of this case")
        return task


def _element(task: SpiffTask) -> ElementId:
    return ElementId(task.task_spec.name.removesuffix(SPLIT))


def _fire(event: SpiffTask) -> None:
    """Let an event happen that SpiffWorkflow waits for."""
    event._set_internal_data(event_fired=True)  # noqa: SLF001 - SpiffWorkflow's seam
    event.task_spec._update(event)  # noqa: SLF001 - SpiffWorkflow's seam


def _choose(gateway: SpiffTask, element: ElementId) -> None:
    """Let an event happen behind an event-based gateway."""
    definitions = gateway.task_spec.event_definition.event_definitions
    chosen = next(one for one in definitions if one.name == element)
    gateway._set_internal_data(seen_events=[BpmnEvent(chosen)])  # noqa: SLF001
    gateway.task_spec._update(gateway)  # noqa: SLF001 - SpiffWorkflow's seam
