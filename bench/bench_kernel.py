"""What does an element cost in the kernel, and in SpiffWorkflow, on the same diagram?

And what does the ten-thousandth round of a loop cost, in time and in bytes of state?
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from caseflow.bpmn import read_diagram
from caseflow.kernel import (
    Case,
    CaseId,
    CompleteTask,
    Program,
    StartCase,
    advance,
    compile_process,
    dump_case,
    load_case,
)

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LENGTH = 100
REPEATS = 100
ROUNDS = 10_000
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:bench">'
    '<process id="p" isExecutable="true"><startEvent id="start"/>'
)
TAIL = "</process></definitions>"


def sequence(element: str) -> bytes:
    """A process of so many elements one after the other; ``{n}`` is the number of each."""
    names = ["start", *(f"t{n}" for n in range(LENGTH)), "end"]
    elements = "".join(element.format(n=n) for n in range(LENGTH))
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{source}" targetRef="{target}"/>'
        for n, (source, target) in enumerate(pairwise(names))
    )
    return f'{HEAD}{elements}<endEvent id="end"/>{flows}{TAIL}'.encode()


def loop() -> bytes:
    """A user task that is done again and again."""
    parts = (
        '<exclusiveGateway id="m"/><userTask id="work"/><exclusiveGateway id="g" default="out"/>'
        '<endEvent id="end"/><sequenceFlow id="f1" sourceRef="start" targetRef="m"/>'
        '<sequenceFlow id="f2" sourceRef="m" targetRef="work"/>'
        '<sequenceFlow id="f3" sourceRef="work" targetRef="g"/>'
        '<sequenceFlow id="back" sourceRef="g" targetRef="m">'
        '<conditionExpression xsi:type="tFormalExpression">again</conditionExpression>'
        '</sequenceFlow><sequenceFlow id="out" sourceRef="g" targetRef="end"/>'
    )
    return f"{HEAD}{parts}{TAIL}".encode()


def rich_loop() -> bytes:
    """The same round a sub-process with a timer on its border and several instances inside."""
    inside = (
        '<startEvent id="i0"/><userTask id="v"><multiInstanceLoopCharacteristics>'
        '<loopCardinality xsi:type="tFormalExpression">2</loopCardinality>'
        '</multiInstanceLoopCharacteristics></userTask><endEvent id="i1"/>'
        '<sequenceFlow id="j1" sourceRef="i0" targetRef="v"/>'
        '<sequenceFlow id="j2" sourceRef="v" targetRef="i1"/>'
    )
    timer = (
        '<boundaryEvent id="late" attachedToRef="work" cancelActivity="false">'
        "<timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition>"
        "</boundaryEvent>"
    )
    task, sub = b'<userTask id="work"/>', f'<subProcess id="work">{inside}</subProcess>{timer}'
    return loop().replace(task, sub.encode())


def program(xml: bytes) -> Program:
    """The process, compiled for the kernel."""
    return compile_process(read_diagram(xml, file="bench.bpmn").processes[0])


def workflow(xml: bytes) -> BpmnWorkflow:
    """The process, at its beginning in SpiffWorkflow."""
    parser = BpmnParser()
    parser.add_bpmn_str(xml)
    return BpmnWorkflow(parser.get_spec("p"))


def start(compiled: Program) -> Case:
    """A new case in the kernel."""
    command = StartCase(
        at=AT, case=CaseId("c"), process=compiled.key, variables={"x": 0, "again": True}
    )
    return advance(compiled, None, command).case


def do(compiled: Program, case: Case) -> Case:
    """Complete the open task."""
    task = next(iter(case.tasks))
    return advance(compiled, case, CompleteTask(at=AT, task=task, variables={"again": True})).case


def check(*, is_done: bool) -> None:
    """Make sure that what was measured is all of it."""
    if not is_done:
        raise RuntimeError("the process did not run to its end")


def kernel_at_once(xml: bytes) -> Callable[[], None]:
    """All elements in one command."""
    compiled = program(xml)

    def run() -> None:
        check(is_done=not start(compiled).tokens)

    return run


def kernel_by_hand(xml: bytes, *, stored: bool = False) -> Callable[[], None]:
    """A command for each task; ``stored``: written and read between the commands."""
    compiled = program(xml)

    def run() -> None:
        case = start(compiled)
        for _ in range(LENGTH):
            case = do(compiled, case)
            if stored:
                case = load_case(dump_case(case))
        check(is_done=not case.tokens)

    return run


def spiff_at_once(xml: bytes) -> Callable[[], None]:
    """All elements in one go. The parsed process is shared, as with the kernel."""
    template = workflow(xml)

    def run() -> None:
        flow = BpmnWorkflow(template.spec)
        flow.data["x"] = 0
        flow.get_next_task().data["x"] = 0
        flow.do_engine_steps()
        while (task := flow.get_next_task(state=TaskState.READY)) is not None:
            task.run()
        check(is_done=flow.is_completed())

    return run


def spiff_by_hand(xml: bytes) -> Callable[[], None]:
    """A step for each task."""
    template = workflow(xml)

    def run() -> None:
        flow = BpmnWorkflow(template.spec)
        flow.do_engine_steps()
        for _ in range(LENGTH):
            spiff_do(flow)
        flow.do_engine_steps()
        check(is_done=flow.is_completed())

    return run


def spiff_do(flow: BpmnWorkflow) -> None:
    """Complete the open task."""
    task = flow.get_next_task(state=TaskState.READY, manual=True)
    task.data["again"] = True
    task.run()
    flow.do_engine_steps()


def microseconds(run: Callable[[], None], *, repeats: int) -> list[float]:
    """How long the processor took in each run for each element; others may use it besides."""
    seen = []
    for _ in range(repeats):
        before = time.process_time()
        run()
        seen.append((time.process_time() - before) / LENGTH * 1e6)
    return seen


def compare() -> Iterator[str]:
    """One line for each kind of element."""
    scripted = '<scriptTask id="t{n}"><script>x = x + 1</script></scriptTask>'
    yield (
        f"{'microseconds for each element':32}{'runs':>6}{'median':>9}{'slowest':>9}"
        f"{'Spiff':>9}{'ratio':>8}"
    )
    for what, ours, theirs in (
        (
            "plain task",
            kernel_at_once(sequence('<task id="t{n}"/>')),
            spiff_at_once(sequence('<task id="t{n}"/>')),
        ),
        ("script task", kernel_at_once(sequence(scripted)), spiff_at_once(sequence(scripted))),
        (
            "user task, a command each",
            kernel_by_hand(sequence('<userTask id="t{n}"/>')),
            spiff_by_hand(sequence('<userTask id="t{n}"/>')),
        ),
        (
            "the same, stored between",
            kernel_by_hand(sequence('<userTask id="t{n}"/>'), stored=True),
            None,
        ),
    ):
        kernel = microseconds(ours, repeats=REPEATS)
        middle = statistics.median(kernel)
        line = f"{what:32}{REPEATS:>6}{middle:>9.1f}{max(kernel):>9.1f}"
        if theirs is not None:
            spiff = statistics.median(microseconds(theirs, repeats=5))
            line += f"{spiff:>9.0f}{spiff / middle:>7.0f}x"
        yield line


def kernel_rounds(who: str, xml: bytes, *, tasks: int) -> Iterator[str]:
    """Time and bytes of rounds of so many tasks, early and late."""
    compiled = program(xml)
    case = start(compiled)
    for first in (0, 100, 1_000, ROUNDS - 100):
        while case.version - 1 < first * tasks:
            case = do(compiled, case)
        before = time.process_time()
        for _ in range(100 * tasks):
            case = do(compiled, case)
        spent = (time.process_time() - before) / 100 * 1e6
        yield row(who, first, 100, spent, len(dump_case(case)))


def spiff_rounds() -> Iterator[str]:
    """The same for SpiffWorkflow, as many as it can."""
    flow = workflow(loop())
    flow.do_engine_steps()
    serializer = BpmnWorkflowSerializer()
    rounds = 0
    while rounds < ROUNDS and not flow.is_completed():
        before = time.process_time()
        done = 0
        while done < 100 and not flow.is_completed():
            spiff_do(flow)
            done += 1
        spent = (time.process_time() - before) / done * 1e6
        size = len(serializer.serialize_json(flow))
        yield row("Spiff", rounds, done, spent, size)
        rounds += done
    if rounds < ROUNDS:
        yield f"Spiff reports it completed after round {rounds}, though the loop goes on"


def row(who: str, first: int, count: int, spent: float, size: int) -> str:
    """One line about some rounds of a loop."""
    where = f"{who}, rounds {first + 1} to {first + count}"
    return f"{where:32}{count:>6}{spent:>9.1f} us a round{size:>9} bytes"


def main() -> None:
    """Print everything."""
    warnings.simplefilter("ignore")
    print(f"Python {sys.version.split()[0]}, sequences of {LENGTH} elements")
    for line in compare():
        print(line)
    for line in kernel_rounds("kernel", loop(), tasks=1):
        print(line)
    for line in kernel_rounds("kernel, rich", rich_loop(), tasks=2):
        print(line)
    for line in spiff_rounds():
        print(line)


if __name__ == "__main__":
    main()
