"""The port that executes cases, on SpiffWorkflow 3.2."""

from __future__ import annotations

from caseflow.errors import CommandRefused, DiagramRefused, Finding
from caseflow.kernel import (
    Case,
    CaseState,
    Command,
    CompleteJob,
    CompleteTask,
    Note,
    Outcome,
    Places,
    Program,
    ResolveIncident,
    Setting,
    TokenKind,
    compile_process,
    note,
)
from caseflow.model import Process
from caseflow.spiff.counting import Counter, counted
from caseflow.spiff.findings import Refusals
from caseflow.spiff.memory import Memory, dump_memory, load_memory, new_memory
from caseflow.spiff.moves import Moves
from caseflow.spiff.plan import Plan, plan_of
from caseflow.spiff.refusals import check_process

_COMPLETING = (CompleteTask, CompleteJob, ResolveIncident)


class SpiffInterpreter:
    """Runs diagrams as SpiffWorkflow does, and refuses those that it would run wrong.

    ::

        engine = Engine("sqlite:///cases.db", interpreter=SpiffInterpreter())

    SpiffWorkflow reads the diagram and moves the tokens. The case file, the tasks and
    jobs with who may do them by when, timers and messages are caseflow's, and so are all
    expressions: nothing of a diagram is executed as Python.
    """

    def compile(self, process: Process, *, version: int, setting: Setting) -> Program:
        """Make a process executable. Raises DiagramRefused with every reason against it."""
        refusals = Refusals(process)
        check_process(refusals, process)
        findings: list[Finding] = list(refusals.found)
        try:
            program = compile_process(process, version=version, setting=setting)
        except DiagramRefused as refusal:
            refused = {finding.element for finding in findings}
            findings.extend(one for one in refusal.findings if one.element not in refused)
            raise DiagramRefused(findings) from refusal
        if not findings:
            program.plan = plan_of(refusals, process, setting)
            findings.extend(refusals.found)
        if findings:
            raise DiagramRefused(findings)
        return program

    def advance(self, program: Program, case: Case | None, command: Command) -> Outcome:
        """Apply one command to a case. Raises CommandRefused, and then nothing has changed."""
        if isinstance(command, Note):
            return note(case, command)
        plan = program.plan
        if not isinstance(plan, Plan):
            raise CommandRefused(f"process {program.key.id} was not compiled for SpiffWorkflow")
        if case is not None and not case.memory and not case.state.is_over:
            raise CommandRefused(f"case {case.id} was not started on SpiffWorkflow")
        places = Places(program, case, command)
        memory = _memory(plan, case)
        with counted(memory.counter):
            _move(places, memory, case, command)
        return places.outcome("" if places.state.is_over else dump_memory(memory))


def _memory(plan: Plan, case: Case | None) -> Memory:
    if case is not None:
        return load_memory(case.memory, plan.specs, plan.main)
    counter = Counter()
    with counted(counter):
        return new_memory(plan.specs, plan.main, counter)


def _move(places: Places, memory: Memory, case: Case | None, command: Command) -> None:
    """Let SpiffWorkflow move the tokens that a command set free."""
    moves = Moves(places, memory)
    if case is not None and isinstance(command, _COMPLETING):
        active = (one for one in case.tokens.values() if one.kind is TokenKind.ACTIVE)
        moves.complete({one.id for one in active if not places.has(one.id)})
    moves.follow(places.happened)
    moves.go_on()
    if places.state is CaseState.RUNNING and moves.is_done:
        places.finish()
    elif places.state is CaseState.RUNNING and not memory.tokens:
        raise CommandRefused(
            "SpiffWorkflow has come to a standstill here: it waits for nothing and has not "
            "ended; run the process on caseflow's own kernel"
        )
