"""The kernel against SpiffWorkflow as it is, with nothing of caseflow between them.

Where the two disagree by nature is told in docs/decisions: SpiffWorkflow lets a task of no
kind wait for a person, gives every branch data of its own, and joins too early in loops.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Protocol

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState
from tests.property.oracle_diagrams import SIMPLE, diagram
from tests.property.oracle_walks import COUNT, MAX_MOVES, Move, Walker, moves_of

from caseflow.kernel import Kernel

EVERYDAY = 100
LONG = 1_500
LOOPLESS = tuple(kind for kind in SIMPLE if kind != "rounds")
SEQUENTIAL = tuple(kind for kind in SIMPLE if kind != "parallel")


class SpiffTask(Protocol):
    """What these tests need of a task of SpiffWorkflow."""

    def run(self) -> object: ...

    def set_data(self, **values: int) -> None: ...


class Library:
    """One case in SpiffWorkflow alone."""

    def __init__(self, source: bytes) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(source)
        specs = parser.get_subprocess_specs("oracle")
        self.workflow = BpmnWorkflow(parser.get_spec("oracle"), specs)
        counts = {count.decode(): 0 for count in COUNT.findall(source)}
        self.workflow.task_tree.data.update(counts)
        self.settle()

    def settle(self) -> None:
        """Let everything happen that waits for nobody; tasks of no kind wait for nobody."""
        self.workflow.do_engine_steps()
        while plain := [task for name, task in self.ready() if name.startswith("task")]:
            plain[0].run()
            self.workflow.do_engine_steps()

    def ready(self) -> list[tuple[str, SpiffTask]]:
        """Return the tasks that wait for a person, by name."""
        tasks = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return [(task.task_spec.name, task) for task in tasks]

    def complete(self, name: str, answer: int) -> None:
        """Do a task."""
        task = dict(self.ready())[name]
        task.set_data(**{f"answer_{name}": answer})
        task.run()
        self.settle()


def compared(seed: int, kinds: tuple[str, ...]) -> int:
    """Walk through one random diagram, and return how often tasks and end were compared."""
    random = Random(seed)  # noqa: S311 - the same number gives the same diagram and walk
    source = diagram(random, kinds=kinds)
    library, walker = Library(source), Walker(Kernel(), source)
    outcome = walker.start()
    done = 0
    for _ in range(MAX_MOVES):
        tasks = Counter(move.name for move, _ in moves_of(outcome.case))
        assert Counter(name for name, _ in library.ready()) == tasks
        assert library.workflow.completed == outcome.case.state.is_over
        done += 1
        if not tasks:
            if b"parallelGateway" not in source:
                assert library.workflow.data == outcome.case.variables
            break
        name, answer = random.choice(sorted(tasks)), random.choice((0, 1, 1, 2))
        outcome = walker.move(outcome.case, Move(kind="task", name=name), answer)
        library.complete(name, answer)
    return done


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [LOOPLESS, SEQUENTIAL], ids=["loopless", "sequential"])
def test_the_library_itself_agrees(kinds: tuple[str, ...]) -> None:
    assert sum(compared(seed, kinds) for seed in range(EVERYDAY)) > EVERYDAY


@pytest.mark.long
@pytest.mark.parametrize("kinds", [LOOPLESS, SEQUENTIAL], ids=["loopless", "sequential"])
def test_the_library_itself_agrees_for_long(kinds: tuple[str, ...]) -> None:
    first = 3_000_000

    assert sum(compared(seed, kinds) for seed in range(first, first + LONG)) > 2 * LONG


def test_the_library_joins_too_early_in_the_second_round_of_a_loop() -> None:
    source = _parallel_in_a_loop()
    library = Library(source)
    for name, answer in (("left", 0), ("right", 0), ("check", 0)):
        library.complete(name, answer)

    library.complete("right", 0)

    assert {name for name, _ in library.ready()} == {"left", "check"}  # check waits for left too


def _parallel_in_a_loop() -> bytes:
    flows = "start>again again>split split>left split>right left>join right>join join>check"
    arrows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(one.split(">") for one in flows.split())
    )
    return f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
        targetNamespace="urn:caseflow:oracle"><process id="oracle" isExecutable="true">
        <startEvent id="start"/><exclusiveGateway id="again"/><parallelGateway id="split"/>
        <userTask id="left"/><userTask id="right"/><parallelGateway id="join"/>
        <userTask id="check"/><exclusiveGateway id="ready" default="yes"/><endEvent id="end"/>
        {arrows}
        <sequenceFlow id="checked" sourceRef="check" targetRef="ready"/>
        <sequenceFlow id="yes" sourceRef="ready" targetRef="end"/>
        <sequenceFlow id="no" sourceRef="ready" targetRef="again">
          <conditionExpression>answer_check == 0</conditionExpression></sequenceFlow>
        </process></definitions>""".encode()
