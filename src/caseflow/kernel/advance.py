"""The one way in which a case changes: ``advance(program, case, command) -> Outcome``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from caseflow.errors import (
    CaseNotOpen,
    CommandRefused,
    NothingWaits,
    StepLimitReached,
    TaskHeldByOther,
    TaskNotOpen,
)
from caseflow.kernel.activity import complete, finish
from caseflow.kernel.case import (
    ROOT,
    Case,
    CaseState,
    Frame,
    FrameKind,
    Phase,
    Task,
    TokenKind,
)
from caseflow.kernel.commands import (
    AssignTask,
    CancelCase,
    ClaimTask,
    Command,
    CompleteJob,
    CompleteTask,
    DeliverMessage,
    DeliverSignal,
    FailJob,
    FireTimer,
    ResolveIncident,
    ResumeCase,
    SetVariables,
    StartCase,
    SuspendCase,
    ThrowError,
    UnclaimTask,
)
from caseflow.kernel.effects import Effect, changes
from caseflow.kernel.elements.inclusive_gateway import settle
from caseflow.kernel.elements.person_task import is_late
from caseflow.kernel.events import (
    CaseCancelled,
    CaseResumed,
    CaseStarted,
    CaseSuspended,
    Event,
    IncidentResolved,
    JobCompleted,
    JobFailed,
    TaskAssigned,
    TaskClaimed,
    TaskCompleted,
    TaskUnclaimed,
    VariablesSet,
)
from caseflow.kernel.listener import carried
from caseflow.kernel.moments import counted, counted_on, parameters
from caseflow.kernel.run import Function, Program, Run, Vertex
from caseflow.kernel.scopes import cancel_contents, open_scope
from caseflow.kernel.throwing import Fault, deliver_signal, throw_error
from caseflow.model import Limit, MessageTrigger, SignalTrigger, StartEvent, Value

MAX_STEPS = 100_000
"""How many elements one command may pass before it is taken for an endless loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command made of a case: the case, the facts, and what the shell has to do."""

    case: Case
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]


def advance(program: Program, case: Case | None, command: Command) -> Outcome:
    """Apply one command to a case, and return what comes of it; nothing else changes.

    Args:
        program: the compiled process that the case runs.
        case: the case as it was stored; None only for `StartCase`.
        command: what is asked, with its moment, its actor and all ids.

    Raises:
        CommandRefused: what is asked is not possible now.
        ExpressionFailed: a case cannot be started with these variables.
    """
    if isinstance(command, StartCase):
        if case is not None:
            raise CommandRefused(f"case {command.case} exists already")
        return _start(program, command)
    if case is None:
        raise CommandRefused("a case begins with StartCase")
    _check_open(case, command)
    run = Run(program, case, at=command.at, actor=command.actor)
    run.functions = _functions(run)
    _apply(run, command)
    return _outcome(run)


def _check_open(case: Case, command: Command) -> None:
    if case.state is CaseState.RUNNING and not isinstance(command, ResumeCase):
        return
    if case.state is CaseState.SUSPENDED and isinstance(
        command, ResumeCase | CancelCase | SetVariables
    ):
        return
    raise CaseNotOpen(case.id, state=case.state)


def _apply(run: Run, command: Command) -> None:  # noqa: C901, PLR0912, PLR0915 - one case a command
    match command:
        case ClaimTask():
            _claim(run, command)
        case UnclaimTask():
            task = _task(run, command.task)
            run.tasks[task.id] = replace(task, assignee=None)
            run.emit(TaskUnclaimed(task=task.id))
        case AssignTask():
            task = _task(run, command.task)
            run.tasks[task.id] = replace(task, assignee=command.person)
            run.emit(TaskAssigned(task=task.id, person=command.person))
        case CompleteTask():
            _complete_task(run, command)
        case CompleteJob():
            _complete_job(run, command)
        case FailJob():
            _fail_job(run, command)
        case ThrowError():
            _throw_error(run, command)
        case DeliverMessage() | FireTimer():
            _wake(run, command)
        case DeliverSignal():
            if not deliver_signal(run, command.name, command.payload):
                raise NothingWaits(f"case {run.case.id} does not wait for signal {command.name}")
        case SetVariables():
            _set_variables(run, command)
        case ResolveIncident():
            _resolve(run, command)
        case SuspendCase():
            run.state = CaseState.SUSPENDED
            run.emit(CaseSuspended(reason=command.reason))
        case ResumeCase():
            run.state = CaseState.RUNNING
            run.emit(CaseResumed(reason=command.reason))
        case CancelCase():
            _cancel(run, command)
        case StartCase():
            raise CommandRefused(f"case {command.case} exists already")
        case _:
            assert_never(command)


def _start(program: Program, command: StartCase) -> Outcome:
    root = Frame(
        id=ROOT,
        kind=FrameKind.PROCESS,
        process=command.process,
        variables=dict(command.variables),
        takes_writes=True,
    )
    names = program.setting.parameters
    blank = Case(
        id=command.case,
        process=command.process,
        version=0,
        state=CaseState.RUNNING,
        business_key=command.business_key,
        unit=command.unit,
        tier=command.tier,
        parameters=command.parameters or next(iter(names), ""),
        started_at=command.at,
        counter=ROOT,
        frames={},
        tokens={},
        tasks={},
        jobs={},
        timers={},
        subscriptions={},
        incidents={},
    )
    if command.parameters and command.parameters not in names:
        raise CommandRefused(
            f"process {command.process.id} has no parameter set {command.parameters!r}: "
            f"it has {', '.join(names) or 'none'}"
        )
    run = Run(program, blank, at=command.at, actor=command.actor)
    run.functions = _functions(run)
    entries = _entries(program, command)
    open_scope(run, root, program.graph)
    run.emit(
        CaseStarted(
            process=command.process,
            element=command.start,
            business_key=command.business_key,
            variables=command.variables,
        )
    )
    if command.start is not None:
        run.write(root.id, carried(command.payload, _payload_name(entries[0])))
    for entry in entries:
        run.put(root.id, entry)
    return _outcome(run)


def _entries(program: Program, command: StartCase) -> tuple[Vertex, ...]:
    if command.start is None:
        if not program.graph.entries:
            raise CommandRefused(
                f"process {command.process.id} has no plain start event: name the start event, "
                "or send the message it starts with"
            )
        return program.graph.entries
    if command.start not in program.starts:
        raise CommandRefused(
            f"process {command.process.id} has no start event {command.start!r}: "
            f"it has {', '.join(program.starts)}"
        )
    return (program.starts[command.start],)


def _payload_name(vertex: Vertex) -> str | None:
    """Return the variable that takes what a start event's message or signal carries."""
    behaviour = vertex.node.behaviour
    if isinstance(behaviour, StartEvent):
        for trigger in behaviour.triggers:
            if isinstance(trigger, MessageTrigger | SignalTrigger):
                return trigger.into
    return None


def _outcome(run: Run) -> Outcome:
    _drain(run)
    after = replace(
        run.case,
        version=run.case.version + 1,
        state=run.state,
        outcome=run.frames[ROOT].outcome,
        ended_at=run.at if run.state.is_over else None,
        counter=run.counter,
        frames=run.frames,
        tokens=run.tokens,
        tasks=run.tasks,
        jobs=run.jobs,
        timers=run.timers,
        subscriptions=run.subscriptions,
        incidents=run.incidents,
    )
    effects = (*changes(run.case, after), *run.sent)
    return Outcome(case=after, events=run.history(), effects=effects)


def _drain(run: Run) -> None:
    """Move tokens until all of them wait, and finish the frames that run empty."""
    steps = 0
    while True:
        while run.queue:
            frame, vertex, arc = run.queue.popleft()
            if frame in run.frames:
                steps += 1
                vertex.element.enter(run, frame, vertex, arc)
            if steps > MAX_STEPS:
                raise StepLimitReached(
                    f"case {run.case.id} passed {MAX_STEPS} elements at {run.at.isoformat()} "
                    f"without waiting, lastly {vertex.id} of process {vertex.process}: "
                    "the diagram loops without a task, timer or event in the loop"
                )
        if run.idle:
            number = run.idle.pop()
            if number in run.frames and not run.live[number] and not run.state.is_over:
                finish(run, run.frames[number])
        elif not settle(run):
            return


def _task(run: Run, number: int) -> Task:
    task = run.tasks.get(number)
    if task is None:
        raise TaskNotOpen(f"{run.case.id}:{number}")
    return task


def _claim(run: Run, command: ClaimTask) -> None:
    task = _task(run, command.task)
    if task.assignee not in {None, command.person}:
        raise TaskHeldByOther(f"{run.case.id}:{task.id}", holder=str(task.assignee))
    run.tasks[task.id] = replace(task, assignee=command.person)
    run.emit(TaskClaimed(task=task.id, person=command.person))


def _complete_task(run: Run, command: CompleteTask) -> None:
    task = _task(run, command.task)
    if command.person is not None and task.assignee not in {None, command.person}:
        raise TaskHeldByOther(f"{run.case.id}:{task.id}", holder=str(task.assignee))
    token = run.tokens[task.id]
    run.emit(
        TaskCompleted(
            process=task.process,
            element=task.element,
            task=task.id,
            limit=task.limit,
            due_at=task.due_at,
            is_late=is_late(task.due_at, run.at),
            variables=command.variables,
        )
    )
    run.write(token.frame, command.variables)
    complete(run, token)


def _complete_job(run: Run, command: CompleteJob) -> None:
    job = run.jobs.get(command.job)
    if job is None:
        raise NothingWaits(f"case {run.case.id} does not wait for job {command.job}")
    token = run.tokens[job.id]
    run.emit(
        JobCompleted(
            process=job.process, element=job.element, job=job.id, variables=command.variables
        )
    )
    run.write(token.frame, command.variables)
    complete(run, token)


def _fail_job(run: Run, command: FailJob) -> None:
    job = run.jobs.get(command.job)
    if job is None or job.tries_left == 0:
        raise NothingWaits(f"case {run.case.id} does not wait for job {command.job}")
    left = job.tries_left - 1
    run.jobs[job.id] = replace(job, tries_left=left)
    run.emit(
        JobFailed(
            process=job.process,
            element=job.element,
            job=job.id,
            message=command.message,
            tries_left=left,
        )
    )
    if left == 0:
        token = run.tokens[job.id]
        run.raise_incident(token, run.vertex(token), command.message, phase=Phase.ENTER)


def _throw_error(run: Run, command: ThrowError) -> None:
    token = run.tokens.get(command.token)
    if token is None or token.id not in run.tasks.keys() | run.jobs.keys():
        raise NothingWaits(f"case {run.case.id} has no open task or job {command.token}")
    throw_error(
        run,
        run.vertex(token),
        Fault(code=command.code, payload=command.payload),
        frame=token.frame,
        token=token,
    )


def _wake(run: Run, command: DeliverMessage | FireTimer) -> None:
    wake = (
        run.timers.get(command.timer)
        if isinstance(command, FireTimer)
        else run.subscriptions.get(command.subscription)
    )
    if wake is None:
        raise NothingWaits(f"case {run.case.id} no longer waits for this")
    if isinstance(command, FireTimer) and run.timers[wake.id].due_at > command.at:
        raise NothingWaits(
            f"timer {wake.id} of case {run.case.id} is not due before "
            f"{run.timers[wake.id].due_at.isoformat()}"
        )
    vertex = run.graphs[wake.frame].vertices[wake.element]
    if vertex.catcher is not None:
        payload = command.payload if isinstance(command, DeliverMessage) else None
        vertex.catcher.fired(run, wake, vertex, payload)


def _set_variables(run: Run, command: SetVariables) -> None:
    run.write_here(ROOT, command.variables)
    run.emit(VariablesSet(process=run.program.key.id, element=None, variables=command.variables))


def _resolve(run: Run, command: ResolveIncident) -> None:
    incident = run.incidents.get(command.incident)
    if incident is None:
        raise NothingWaits(f"case {run.case.id} has no open incident {command.incident}")
    token = run.tokens[incident.id]
    vertex = run.vertex(token)
    run.emit(
        IncidentResolved(process=incident.process, element=incident.element, incident=incident.id)
    )
    if token.kind is not TokenKind.STUCK:  # a job that ran out of tries
        del run.incidents[incident.id]
        run.jobs[token.id] = replace(run.jobs[token.id], tries_left=max(1, command.tries))
    elif incident.phase is Phase.LEAVE:
        complete(run, token)
    else:
        run.release(token)
        arc = next((way for way in vertex.incoming if way.id == token.flow), None)
        run.queue.append((token.frame, vertex, arc))


def _cancel(run: Run, command: CancelCase) -> None:
    cancel_contents(run, ROOT)
    run.state = CaseState.CANCELLED
    run.emit(CaseCancelled(reason=command.reason))


def _functions(run: Run) -> Mapping[str, Function]:
    """Return the functions of expressions that depend on the case or the moment."""
    return {**run.program.setting.functions, **_case_functions(run)}


def _case_functions(run: Run) -> dict[str, Function]:
    def limit(name: Value) -> Limit:
        found = parameters(run).limits.get(str(name))
        if found is None:
            raise ValueError(f"the parameter set has no limit {name!r}")
        return found

    def due_at(name: Value, start: Value = None) -> datetime:
        return counted(run, limit(name), run.at if start is None else start)

    def extended(name: Value, due_at: Value) -> datetime:
        return counted_on(run, limit(name), due_at)

    def param(name: Value) -> Value:
        values = parameters(run).values
        if not isinstance(name, str) or name not in values:
            raise ValueError(f"the parameter set has no value {name!r}")
        return values[name]

    def now() -> datetime:
        return run.at

    def today() -> Value:
        return run.at.astimezone(run.program.setting.calendar.zone).date()

    return {
        "limit": limit,
        "param": param,
        "due": due_at,
        "extended": extended,
        "now": now,
        "today": today,
    }
