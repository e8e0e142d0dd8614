"""What each command does to a case that is open."""

from __future__ import annotations

from dataclasses import replace

from caseflow.errors import CommandRefused, NothingWaits, TaskHeldByOther
from caseflow.kernel.activity import Activity, complete
from caseflow.kernel.case import (
    ROOT,
    CaseState,
    Job,
    Phase,
    Subscription,
    SubscriptionKind,
    Task,
    Timer,
    Token,
    TokenKind,
)
from caseflow.kernel.casefile import write, write_here
from caseflow.kernel.commands import (
    AssignTask,
    BindCalls,
    CancelCase,
    ClaimTask,
    Command,
    CompleteJob,
    CompleteTask,
    DeliverMessage,
    DeliverSignal,
    FailJob,
    FireTimer,
    RecordDocument,
    RedactValues,
    ResolveIncident,
    ResumeCase,
    SetVariables,
    StartCase,
    SuspendCase,
    ThrowError,
    UnclaimTask,
    WithdrawDocument,
)
from caseflow.kernel.deadline_commands import (
    AskExtension,
    DecideExtension,
    PauseDeadlines,
    RecountDeadlines,
    ResumeDeadlines,
)
from caseflow.kernel.deadlines import apply_to_deadlines
from caseflow.kernel.elements.ad_hoc import check_turn
from caseflow.kernel.elements.call_activity import bind_calls
from caseflow.kernel.elements.complex_gateway import ComplexGatewayElement
from caseflow.kernel.elements.machine_task import MachineWork
from caseflow.kernel.elements.person_task import is_late
from caseflow.kernel.events import (
    CaseCancelled,
    CaseResumed,
    CaseSuspended,
    IncidentResolved,
    JobCompleted,
    JobFailed,
    TaskAssigned,
    TaskClaimed,
    TaskCompleted,
    TaskUnclaimed,
    VariablesSet,
)
from caseflow.kernel.faults import Fault
from caseflow.kernel.four_eyes import check_four_eyes, remember
from caseflow.kernel.handing import apply_handing
from caseflow.kernel.handing_commands import (
    AskReturn,
    ClaimCase,
    DesignateUnit,
    HandCase,
    HandTask,
    PlaceUnit,
    RuleOnReturn,
    TakeBackCase,
)
from caseflow.kernel.handing_wishes import place
from caseflow.kernel.incidents import raise_incident
from caseflow.kernel.ladders import warn
from caseflow.kernel.matters import ArchiveCase, RelateCase
from caseflow.kernel.payload import carried, taken
from caseflow.kernel.run import Run
from caseflow.kernel.scopes import cancel_contents
from caseflow.kernel.task_commands import AddComment, AttachFile, SendCopy
from caseflow.kernel.tasks import apply_to_task, check_ready, open_task, with_votes
from caseflow.kernel.throwing import deliver_signal, throw
from caseflow.kernel.waking import wake
from caseflow.model import Values, checked


def apply(run: Run, command: Command) -> None:  # noqa: C901, PLR0912, PLR0915 - one case a command
    """Do what a command asks for; tokens that it sets free are left in the queue.

    Raises:
        CommandRefused: it is not possible now.
    """
    match command:
        case CompleteTask():
            _complete_task(run, command)
        case ClaimTask():
            task = open_task(run, command.task)
            _check_holder(run, task, command.person)
            check_turn(run, task)
            check_four_eyes(run, task, (command.person,))
            _hand_to(run, task, command.person)
            run.emit(TaskClaimed(task=task.id, person=command.person))
        case UnclaimTask():
            task = open_task(run, command.task)
            _hand_to(run, task, None)
            run.emit(TaskUnclaimed(task=task.id))
        case AssignTask():
            task = open_task(run, command.task)
            check_turn(run, task)
            check_four_eyes(run, task, (command.person,))
            _hand_to(run, task, command.person)
            run.emit(TaskAssigned(task=task.id, person=command.person))
        case CompleteJob():
            _complete_job(run, command)
        case FailJob():
            _fail_job(run, command)
        case ThrowError():
            _throw_error(run, command)
        case DeliverMessage():
            _deliver_message(run, command)
        case DeliverSignal():
            if not deliver_signal(run, command.name, taken(command.payload)):
                raise NothingWaits(f"case {run.case.id} does not wait for signal {command.name}")
        case FireTimer():
            _fire_timer(run, command)
        case BindCalls():
            bind_calls(run, command.newest)
        case SetVariables():
            variables = checked(command.variables)
            write_here(run, ROOT, variables)
            run.emit(VariablesSet(process=run.program.key.id, element=None, variables=variables))
        case ResolveIncident():
            _resolve(run, command)
        case SuspendCase():
            run.state = CaseState.SUSPENDED
            run.emit(CaseSuspended(reason=command.reason))
        case ResumeCase():
            run.state = CaseState.RUNNING
            run.emit(CaseResumed(reason=command.reason))
        case CancelCase():
            cancel_contents(run, ROOT)
            run.state = CaseState.CANCELLED
            run.emit(CaseCancelled(reason=command.reason))
        case StartCase():
            raise CommandRefused(f"case {command.case} exists already")
        case RecordDocument() | WithdrawDocument() | RedactValues():
            raise CommandRefused("a note moves nothing")
        case AddComment() | AttachFile() | SendCopy() | RelateCase() | ArchiveCase():
            raise CommandRefused("a note moves nothing")
        case (
            PauseDeadlines()
            | ResumeDeadlines()
            | AskExtension()
            | DecideExtension()
            | RecountDeadlines()
        ):
            apply_to_deadlines(run, command)
        case (
            HandCase()
            | HandTask()
            | TakeBackCase()
            | AskReturn()
            | RuleOnReturn()
            | ClaimCase()
            | DesignateUnit()
        ):
            apply_handing(run, command)
        case PlaceUnit():
            place(run, command)
        case _:
            apply_to_task(run, command)


def _check_holder(run: Run, task: Task, person: str) -> None:
    if task.assignee is not None and task.assignee != person:
        raise TaskHeldByOther(f"{run.case.id}:{task.id}", holder=task.assignee)


def _hand_to(run: Run, task: Task, person: str | None) -> None:
    run.tasks[task.id] = replace(task, assignee=person, owner=None, is_touched=True)


def _complete_task(run: Run, command: CompleteTask) -> None:
    task = open_task(run, command.task)
    if command.person is not None:
        _check_holder(run, task, command.person)
    check_turn(run, task)
    check_ready(run, task)
    doers = (command.person or command.actor, command.actor)
    check_four_eyes(run, task, doers)
    remember(run, task, doers)
    variables = checked(with_votes(task, command.variables))
    token = run.tokens[task.id]
    run.emit(
        TaskCompleted(
            process=task.process,
            element=task.element,
            task=task.id,
            limit=task.limit,
            due_at=task.due_at,
            is_late=is_late(task.due_at, run.at),
            variables=variables,
        )
    )
    write(run, token.frame, variables)
    complete(run, token)


def _job(run: Run, number: int) -> Job:
    job = run.jobs.get(number)
    if job is None:
        raise NothingWaits(f"case {run.case.id} does not wait for job {number}")
    return job


def _complete_job(run: Run, command: CompleteJob) -> None:
    job = _job(run, command.job)
    token = run.tokens[job.id]
    element = run.vertex(token).element
    work = element.work if isinstance(element, Activity) else None
    into = work.result if isinstance(work, MachineWork) else None
    variables = _result(command, into)
    run.emit(
        JobCompleted(process=job.process, element=job.element, job=job.id, variables=variables)
    )
    write(run, token.frame, variables)
    complete(run, token)


def _result(command: CompleteJob, into: str | None) -> Values:
    """Return the variables that the result of a job sets."""
    variables = checked(command.variables)
    if into is None:
        return {**variables, **carried(taken(command.result), None)}
    if command.result is None:
        return {into: variables}
    return {**variables, into: taken(command.result)}


def _fail_job(run: Run, command: FailJob) -> None:
    job = _job(run, command.job)
    if job.tries_left == 0:
        raise NothingWaits(f"job {job.id} of case {run.case.id} waits for an operator")
    left = _tries_left(job, command)
    run.jobs[job.id] = replace(
        job,
        tries_left=left,
        names_tries=True,
        attempt=job.attempt + 1,
        not_before=command.retry_at,
    )
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
        raise_incident(run, token, run.vertex(token), command.message, phase=Phase.ENTER)


def _tries_left(job: Job, command: FailJob) -> int:
    """Return how often a job that failed may be tried again."""
    if command.is_final:
        return 0
    has_word = job.names_tries or command.tries is None
    return max(0, (job.tries_left if has_word else command.tries or 0) - 1)


def _throw_error(run: Run, command: ThrowError) -> None:
    number = command.token
    if number not in run.tasks and number not in run.jobs:
        raise NothingWaits(f"case {run.case.id} has no open task or job {number}")
    token = run.tokens[number]
    fault = Fault(code=command.code, payload=taken(command.payload))
    throw(run, run.vertex(token), fault, frame=token.frame, token=token)


def _deliver_message(run: Run, command: DeliverMessage) -> None:
    waiting = run.wakes.get(command.subscription)
    if not isinstance(waiting, Subscription) or waiting.kind is not SubscriptionKind.MESSAGE:
        raise NothingWaits(
            f"case {run.case.id} does not wait for a message by {command.subscription}"
        )
    wake(run, waiting, taken(command.payload))


def _fire_timer(run: Run, command: FireTimer) -> None:
    timer = run.wakes.get(command.timer)
    if not isinstance(timer, Timer):
        raise NothingWaits(f"case {run.case.id} does not wait for timer {command.timer}")
    if timer.is_paused:
        raise NothingWaits(f"timer {timer.id} of case {run.case.id} stands still")
    if timer.due_at > run.at:
        raise NothingWaits(
            f"timer {timer.id} of case {run.case.id} is not due before {timer.due_at.isoformat()}"
        )
    if timer.light:
        warn(run, timer)
    else:
        wake(run, timer)


def _resolve(run: Run, command: ResolveIncident) -> None:
    incident = run.incidents.get(command.incident)
    if incident is None:
        raise NothingWaits(f"case {run.case.id} has no open incident {command.incident}")
    token = run.tokens[incident.id]
    run.emit(
        IncidentResolved(process=incident.process, element=incident.element, incident=incident.id)
    )
    if token.kind is TokenKind.ACTIVE:  # a job that ran out of tries
        del run.incidents[incident.id]
        run.jobs[token.id] = replace(
            run.jobs[token.id],
            tries_left=max(1, command.tries),
            names_tries=True,
            not_before=None,
        )
    elif incident.phase is Phase.LEAVE:
        _go_on(run, token)
    else:
        vertex = run.vertex(token)
        run.release(token)
        if incident.phase is Phase.ENTER:  # the case was handed on before it got stuck
            run.placed.append((token.frame, token.element))
        arc = next((way for way in vertex.incoming if way.id == token.flow), None)
        run.queue.append((token.frame, vertex, arc))


def _go_on(run: Run, token: Token) -> None:
    """Let a token go on that could not leave, or that waited in vain for others."""
    vertex = run.vertex(token)
    element = vertex.element
    if isinstance(element, ComplexGatewayElement):
        element.go_on_alone(run, token, vertex)
    elif token.kind is TokenKind.JOINING and isinstance(element, Activity):
        run.release(token)  # it begins with fewer tokens than it asks for
        run.queue.append((token.frame, vertex, None))
    else:
        complete(run, token)
