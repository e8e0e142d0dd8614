"""What a case remembers between commands: SpiffWorkflow's tree of tasks, as JSON.

The tree keeps every task that ever was. What lies behind the point that all open
branches have in common decides nothing any more, so it is cut off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.serializer.default.workflow import (
    BpmnSubWorkflowConverter,
    BpmnWorkflowConverter,
    TaskConverter,
    WorkflowConverter,
)
from SpiffWorkflow.bpmn.serializer.helpers import DefaultRegistry
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from caseflow.errors import StoreError
from caseflow.spiff.counting import Counter
from caseflow.spiff.specs import CaseEngine, CaseWorkflow, SpiffSpec, SpiffTask

SCHEMA = 1
"""The layout of a memory; a release that changes it reads the older ones."""


@dataclass(slots=True, kw_only=True)
class Memory:
    """The tree of a case, the tokens of its waiting tasks, and how far ids are counted."""

    workflow: CaseWorkflow
    tokens: dict[UUID, int]
    counter: Counter


def new_memory(specs: Mapping[str, SpiffSpec], main: str, counter: Counter) -> Memory:
    """Return the memory of a case that begins; within ``counted`` by the same counter."""
    workflow = CaseWorkflow(specs[main], dict(specs), script_engine=CaseEngine())
    return Memory(workflow=workflow, tokens={}, counter=counter)


def dump_memory(memory: Memory) -> str:
    """Return the canonical JSON text of a memory."""
    prune(memory.workflow)
    row = {
        "schema": SCHEMA,
        "counter": memory.counter.value,
        "tokens": {str(task): token for task, token in memory.tokens.items()},
        "workflow": _REGISTRY.convert(memory.workflow),
    }
    return json.dumps(row, sort_keys=True, separators=(",", ":"))


def load_memory(text: str, specs: Mapping[str, SpiffSpec], main: str) -> Memory:
    """Return the memory of a JSON text. Raises StoreError where it is something else."""
    try:
        row = json.loads(text)
        if row["schema"] != SCHEMA:
            raise StoreError(f"a case remembers by schema {row['schema']}, which is not known")
        return Memory(
            workflow=_REGISTRY.restore(row["workflow"], specs=specs, main=main),
            tokens={UUID(task): token for task, token in row["tokens"].items()},
            counter=Counter(row["counter"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as failure:
        raise StoreError(f"what a case remembers cannot be read: {failure!r}") from failure


def trees(workflow: CaseWorkflow) -> Iterator[Any]:
    """Yield the sub-processes that are not done, the innermost first, and the whole last."""
    active = [one for one in workflow.subprocesses.values() if not one.completed]
    yield from sorted(active, key=lambda one: -one.depth)
    yield workflow


def prune(workflow: CaseWorkflow) -> None:
    """Forget what is done and decides nothing any more."""
    for tree in trees(workflow):
        _cut(tree)
    known = {task for tree in trees(workflow) for task in tree.tasks}
    done = [
        host
        for host, inside in workflow.subprocesses.items()
        if inside.completed and (host not in known or _host(workflow, host) is None)
    ]
    for host in done:
        del workflow.subprocesses[host]
    workflow.bpmn_events.clear()


def _host(workflow: CaseWorkflow, host: UUID) -> SpiffTask | None:
    """Return the task that runs a sub-process, if that is not over."""
    for tree in trees(workflow):
        task = tree.tasks.get(host)
        if task is not None:
            return None if task.has_state(TaskState.FINISHED_MASK) else task
    return None


def _cut(tree: Any) -> None:
    """Hang what is alive under the root, from one task before its common beginning.

    Where a branch has ended, SpiffWorkflow waits for the others; whichever of them comes
    last looks for the rest by itself, so that nothing needs to be kept of that.
    """
    alive = [
        task
        for task in tree.tasks.values()
        if task.has_state(TaskState.NOT_FINISHED_MASK) and not _has_ended(task)
    ]
    if not alive:
        return
    common = _ancestors(alive[0])
    for task in alive[1:]:
        own = {one.id for one in _ancestors(task)}
        common = [one for one in common if one.id in own]
    head = common[0].parent
    root = tree.task_tree
    if head is None or head is root or head.parent is root:
        return
    head.parent = root
    root.children = [head]
    kept = {root.id}
    waiting = [head]
    while waiting:
        task = waiting.pop()
        kept.add(task.id)
        waiting.extend(task.children)
    tree.tasks = {number: task for number, task in tree.tasks.items() if number in kept}


def _has_ended(task: SpiffTask) -> bool:
    """Tell whether all that a task does is wait for other branches to end too."""
    end = task.workflow.spec.end
    join = task if task.task_spec is end else task.parent
    return join is not None and join.task_spec is end and join.state == TaskState.WAITING


def _ancestors(task: SpiffTask) -> list[SpiffTask]:
    """Return a task and all before it, up to the root."""
    found = []
    while task is not None:
        found.append(task)
        task = task.parent
    return found


class _CaseConverter(BpmnWorkflowConverter):  # type: ignore[misc]  # SpiffWorkflow has no types
    """Writes the tree without the specifications, which the deployed process has."""

    def to_dict(self, workflow: CaseWorkflow) -> dict[str, Any]:
        """Return the tree with its sub-processes."""
        row: dict[str, Any] = WorkflowConverter.to_dict(self, workflow)
        return {**row, "subprocesses": self.mapping_to_dict(workflow.subprocesses)}

    def from_dict(
        self, dct: dict[str, Any], specs: Mapping[str, SpiffSpec], main: str
    ) -> CaseWorkflow:
        """Return the tree on the specifications of the deployed process."""
        workflow = CaseWorkflow(
            specs[main], dict(specs), script_engine=CaseEngine(), deserializing=True
        )
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(dct["root"])]
        self.set_default_attributes(workflow, dct)
        self.subprocesses_from_dict(dct["subprocesses"], workflow)
        return workflow


def _registry() -> DefaultRegistry:
    registry = DefaultRegistry()
    _CaseConverter(CaseWorkflow, registry)
    BpmnSubWorkflowConverter(BpmnSubWorkflow, registry)
    TaskConverter(Task, registry)
    return registry


_REGISTRY = _registry()
