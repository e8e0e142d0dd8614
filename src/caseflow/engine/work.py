"""One unit of work: what somebody does to cases inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from caseflow.bpmn import read_diagram
from caseflow.clock import Clock
from caseflow.engine.ids import new_case_id
from caseflow.engine.programs import Programs
from caseflow.engine.views import (
    CaseView,
    IncidentView,
    JobId,
    JobView,
    Page,
    Place,
    ProcessView,
    TaskId,
    TaskView,
    places_of,
    view_case,
)
from caseflow.errors import CommandRefused, NothingWaits, TaskNotOpen, UnknownProcess
from caseflow.kernel import (
    AssignTask,
    CancelCase,
    Case,
    CaseId,
    ClaimTask,
    Command,
    CompleteJob,
    CompleteTask,
    DeliverMessage,
    DeliverSignal,
    FailJob,
    FireTimer,
    ProcessKey,
    ResolveIncident,
    ResumeCase,
    SetVariables,
    StartCase,
    SubscriptionKind,
    SuspendCase,
    ThrowError,
    UnclaimTask,
)
from caseflow.model import Diagram, ElementId, ProcessId, Value, checked
from caseflow.store import (
    CaseFilter,
    CaseRow,
    CaseStore,
    Entry,
    MessageRow,
    ProcessStore,
    StartOn,
    TaskFilter,
    TaskRow,
    WaitingStore,
)

PAGE = 100
"""Items of a page, unless asked otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The rows of one tenant, within one transaction."""

    cases: CaseStore
    processes: ProcessStore
    waiting: WaitingStore


class Work:
    """Everything that can be done to cases; all of it happens, or none, with its transaction.

    Made by `Engine.begin`. Every call is one command on one case, at the moment that the
    engine's clock tells, on behalf of ``actor``.
    """

    def __init__(self, stores: Stores, programs: Programs, clock: Clock, *, actor: str) -> None:
        """Work on stores whose transaction somebody else ends."""
        self._stores = stores
        self._programs = programs
        self._clock = clock
        self._actor = actor

    # Processes

    def processes(self) -> tuple[ProcessView, ...]:
        """Return the newest version of every deployed process, by id."""
        return tuple(
            ProcessView(id=process, version=version, name=name)
            for process, version, name in self._stores.processes.all_newest()
        )

    def diagram(self, process: str, version: int) -> Diagram:
        """Return the diagram that a version of a process was deployed from.

        Raises UnknownProcess.
        """
        stored = self._stores.processes.version(ProcessId(process), version)
        return read_diagram(stored.diagram, file=stored.file)

    def versions(self, process: str, version: int) -> dict[ProcessId, int]:
        """Return the version of a process and of every process that it calls, at any depth.

        Raises UnknownProcess.
        """
        stored = self._stores.processes.version(ProcessId(process), version)
        versions = {stored.id: stored.version}
        for called, number in stored.calls.items():
            versions = {**self.versions(called, number), **versions}
        return versions

    # Cases

    def start(  # noqa: PLR0913 - each is a fact about the new case, and goes by its name
        self,
        process: str,
        *,
        version: int | None = None,
        business_key: str = "",
        unit: str = "",
        tier: str = "",
        parameters: str = "",
        variables: Mapping[str, object] | None = None,
        element: str | None = None,
    ) -> CaseView:
        """Open a case of a process.

        Args:
            process: the id of the process.
            version: which version; the newest where nothing is said.
            business_key: the number by which the host and its people know the matter.
            unit: the unit of the organisation whose case it is.
            tier: the tier of that unit.
            parameters: the parameter set; the first of the process where nothing is said.
            variables: what the case file holds at the beginning.
            element: the start event, where there are several.

        Raises:
            UnknownProcess: it is not deployed.
            CommandRefused: the start event or parameter set does not exist.
            ValueRefused: a variable is not plain data.
        """
        at = self._clock.now()
        command = StartCase(
            at=at,
            actor=self._actor,
            case=new_case_id(at),
            process=self._key(ProcessId(process), version),
            business_key=business_key,
            unit=unit,
            tier=tier,
            parameters=parameters,
            variables=checked(variables or {}),
            start=None if element is None else ElementId(element),
        )
        return view_case(self._apply(None, command))

    def _key(self, process: ProcessId, version: int | None = None) -> ProcessKey:
        if version is None:
            version = self._stores.processes.newest_version(process)
            if version is None:
                raise UnknownProcess(process)
        return ProcessKey(id=process, version=version)

    def case(self, case: str | CaseView) -> CaseView:
        """Return a case as it stands. Raises UnknownCase."""
        return view_case(self._stores.cases.load(_case_id(case)))

    def places(self, case: str | CaseView) -> tuple[Place, ...]:
        """Return every place of a case, to mark it on diagrams. Raises UnknownCase."""
        return places_of(self._stores.cases.load(_case_id(case)))

    def cases(
        self, wanted: CaseFilter | None = None, *, after: str | None = None, limit: int = PAGE
    ) -> Page[CaseRow]:
        """Return a page of cases, in the order in which they were opened."""
        rows = self._stores.waiting.cases(
            wanted or CaseFilter(), after=None if after is None else CaseId(after), limit=limit + 1
        )
        return Page(
            items=tuple(rows[:limit]), next=rows[limit - 1].id if len(rows) > limit else None
        )

    def history(self, case: str | CaseView, *, after: int = 0) -> tuple[Entry, ...]:
        """Return the facts about a case in order, from the entry behind ``after``."""
        return tuple(self._stores.cases.history(_case_id(case), after=after))

    def set_variables(self, case: str | CaseView, variables: Mapping[str, object]) -> CaseView:
        """Change the case file. Raises ValueRefused, CaseNotOpen."""
        values = checked(variables)
        return self._change(
            case, lambda at: SetVariables(at=at, actor=self._actor, variables=values)
        )

    def cancel(self, case: str | CaseView, *, reason: str) -> CaseView:
        """End a case now, with everything that is alive in it. Raises CaseNotOpen."""
        return self._change(case, lambda at: CancelCase(at=at, actor=self._actor, reason=reason))

    def suspend(self, case: str | CaseView, *, reason: str) -> CaseView:
        """Stop a case: no work, no timers, until it is resumed. Raises CaseNotOpen."""
        return self._change(case, lambda at: SuspendCase(at=at, actor=self._actor, reason=reason))

    def resume(self, case: str | CaseView, *, reason: str = "") -> CaseView:
        """Let a suspended case go on. Raises CaseNotOpen."""
        return self._change(case, lambda at: ResumeCase(at=at, actor=self._actor, reason=reason))

    # Tasks

    def tasks(
        self, wanted: TaskFilter | None = None, *, after: str | None = None, limit: int = PAGE
    ) -> Page[TaskView]:
        """Return a page of open tasks, those due first in front."""
        rows = self._stores.waiting.tasks(
            wanted or TaskFilter(),
            after=None if after is None else _key_of(after),
            limit=limit + 1,
        )
        return Page(
            items=tuple(view_task(row) for row in rows[:limit]),
            next=_key_text(rows[limit - 1]) if len(rows) > limit else None,
        )

    def claim(self, task: str | TaskView, *, person: str | None = None) -> CaseView:
        """Take a task for oneself. Raises TaskNotOpen, TaskHeldByOther."""
        who = self._someone(person)
        return self._on_task(
            task,
            lambda at, number: ClaimTask(at=at, actor=self._actor, task=number, person=who),
        )

    def unclaim(self, task: str | TaskView) -> CaseView:
        """Give a task back to its candidates. Raises TaskNotOpen."""
        return self._on_task(
            task, lambda at, number: UnclaimTask(at=at, actor=self._actor, task=number)
        )

    def assign(self, task: str | TaskView, *, person: str) -> CaseView:
        """Give a task to a person, whoever holds it. Raises TaskNotOpen."""
        return self._on_task(
            task,
            lambda at, number: AssignTask(at=at, actor=self._actor, task=number, person=person),
        )

    def complete(
        self,
        task: str | TaskView,
        variables: Mapping[str, object] | None = None,
        *,
        person: str | None = None,
    ) -> CaseView:
        """Say that a task is done and what came of it, as the actor or another person.

        Raises:
            TaskNotOpen: it was done or withdrawn before.
            TaskHeldByOther: somebody else has claimed it.
            ValueRefused: a variable is not plain data.
        """
        values = checked(variables or {})
        who = person if person is not None else self._actor or None
        return self._on_task(
            task,
            lambda at, number: CompleteTask(
                at=at, actor=self._actor, task=number, person=who, variables=values
            ),
        )

    def throw_error(
        self, task: str | TaskView | JobView, code: str, payload: object = None
    ) -> CaseView:
        """End a task or job with a BPMN error. Raises NothingWaits."""
        value = checked({"payload": payload})["payload"]
        return self._on_task(
            task,
            lambda at, number: ThrowError(
                at=at, actor=self._actor, token=number, code=code, payload=value
            ),
        )

    # Jobs and incidents

    def jobs(self, *, topic: str | None = None, limit: int = PAGE) -> tuple[JobView, ...]:
        """Return open jobs that have tries left, the oldest first."""
        return tuple(
            JobView(
                id=JobId(f"{row.case}:{row.number}"),
                case=row.case,
                process=row.process,
                element=row.element,
                topic=row.topic,
                tries_left=row.tries_left,
                created_at=row.created_at,
                input=row.input,
            )
            for row in self._stores.waiting.jobs(topic=topic, limit=limit)
        )

    def complete_job(
        self, job: str | JobView, variables: Mapping[str, object] | None = None
    ) -> CaseView:
        """Hand in what a machine made of a job. Raises NothingWaits, ValueRefused."""
        values = checked(variables or {})
        return self._on_task(
            job,
            lambda at, number: CompleteJob(at=at, actor=self._actor, job=number, variables=values),
        )

    def fail_job(self, job: str | JobView, message: str) -> CaseView:
        """Say that a job failed; with the last try it becomes an incident."""
        return self._on_task(
            job,
            lambda at, number: FailJob(at=at, actor=self._actor, job=number, message=message),
        )

    def incidents(
        self, *, case: str | CaseView | None = None, limit: int = PAGE
    ) -> tuple[IncidentView, ...]:
        """Return open incidents, the oldest first."""
        rows = self._stores.waiting.incidents(
            case=None if case is None else _case_id(case), limit=limit
        )
        return tuple(
            IncidentView(
                id=f"{row.case}:{row.number}",
                case=row.case,
                process=row.process,
                element=row.element,
                message=row.message,
                raised_at=row.raised_at,
            )
            for row in rows
        )

    def resolve(self, incident: str | IncidentView, *, tries: int = 1) -> CaseView:
        """Let a case try again where it is stuck. Raises NothingWaits."""
        return self._on_task(
            incident,
            lambda at, number: ResolveIncident(
                at=at, actor=self._actor, incident=number, tries=tries
            ),
        )

    # Messages and signals

    def send(
        self,
        name: str,
        *,
        key: str = "",
        payload: object = None,
    ) -> CaseView:
        """Give a message to the case that waits for it, or open a case that it starts.

        Args:
            name: the name of the message.
            key: what it is correlated by; the business key, unless the diagram says else.
            payload: what it carries.

        Raises:
            NothingWaits: no case waits for it and no process starts with it.
        """
        value = checked({"payload": payload})["payload"]
        case = self.deliver(name, key=key, payload=value)
        if case is None:
            raise NothingWaits(
                f"no case waits for message {name!r} with key {key!r}, and no process starts "
                "with it"
            )
        return case

    def deliver(self, name: str, *, key: str, payload: Value) -> CaseView | None:
        """Give a message to whom it concerns; None where nobody does."""
        waiting = self._stores.waiting.subscribers(
            SubscriptionKind.MESSAGE, name, key=key, limit=1
        )
        if waiting:
            (one,) = waiting
            return self._change(
                one.case,
                lambda at: DeliverMessage(
                    at=at, actor=self._actor, subscription=one.number, payload=payload
                ),
            )
        for start in self._stores.processes.starts(SubscriptionKind.MESSAGE, name)[:1]:
            return self._start_on(start, key=key, payload=payload)
        return None

    def broadcast(self, name: str, *, payload: object = None) -> None:
        """Throw a signal to every case that waits for it, with the next run of what is due."""
        at = self._clock.now()
        self._stores.waiting.add_message(
            MessageRow(
                id=f"signal:{new_case_id(at)}",
                kind=SubscriptionKind.SIGNAL,
                name=name,
                key="",
                payload=checked({"payload": payload})["payload"],
                source="",
                sent_at=at,
            )
        )

    def deliver_signal(self, case: CaseId, name: str, payload: Value) -> None:
        """Give a signal to one case. Raises NothingWaits."""
        self._change(
            case,
            lambda at: DeliverSignal(at=at, actor=self._actor, name=name, payload=payload),
        )

    def start_on_signal(self, name: str, payload: Value) -> None:
        """Open a case of every process that starts with a signal."""
        for start in self._stores.processes.starts(SubscriptionKind.SIGNAL, name):
            self._start_on(start, key="", payload=payload)

    def fire_timer(self, case: CaseId, number: int) -> None:
        """Say that the moment of a timer has come. Raises NothingWaits."""
        self._change(case, lambda at: FireTimer(at=at, actor=self._actor, timer=number))

    def _start_on(self, start: StartOn, *, key: str, payload: Value) -> CaseView:
        at = self._clock.now()
        command = StartCase(
            at=at,
            actor=self._actor,
            case=new_case_id(at),
            process=self._key(start.process),
            business_key=key,
            start=start.element,
            payload=payload,
        )
        return view_case(self._apply(None, command))

    # Commands

    def _on_task(
        self,
        task: str | TaskView | JobView | IncidentView,
        command: Callable[[datetime, int], Command],
    ) -> CaseView:
        name = task if isinstance(task, str) else task.id
        case, _, number = name.rpartition(":")
        if not case or not number.isdecimal():
            raise TaskNotOpen(name)
        return self._change(case, lambda at: command(at, int(number)))

    def _change(self, case: str | CaseView, command: Callable[[datetime], Command]) -> CaseView:
        before = self._stores.cases.load(_case_id(case))
        return view_case(self._apply(before, command(self._clock.now())))

    def _apply(self, before: Case | None, command: Command) -> Case:
        """Advance a case by one command and store what comes of it."""
        if before is not None:
            key = before.process
        elif isinstance(command, StartCase):
            key = command.process
        else:
            raise CommandRefused("a case begins with StartCase")
        program = self._programs.get(self._stores.processes, key.id, key.version)
        outcome = self._programs.interpreter.advance(program, before, command)
        self._stores.cases.save(before, command, outcome)
        return outcome.case

    def _someone(self, person: str | None) -> str:
        who = person if person is not None else self._actor
        if not who:
            raise CommandRefused("nobody is named: give begin() an actor, or this call a person")
        return who


def view_task(row: TaskRow) -> TaskView:
    """Return what the engine shows of a task on the worklist."""
    return TaskView(
        id=TaskId(f"{row.case}:{row.number}"),
        case=row.case,
        process=row.process,
        element=row.element,
        name=row.name,
        assignee=row.assignee,
        roles=row.roles,
        people=row.people,
        unit=row.unit,
        priority=row.priority,
        created_at=row.created_at,
        due_at=row.due_at,
        limit=row.limit,
        follow_up_at=row.follow_up_at,
        form=row.form,
        business_key=row.business_key,
    )


def _case_id(case: str | CaseView) -> CaseId:
    return case.id if isinstance(case, CaseView) else CaseId(case)


def _key_text(row: TaskRow) -> str:
    return json.dumps([row.order_at.isoformat(), row.case, row.number])


def _key_of(text: str) -> tuple[datetime, CaseId, int]:
    try:
        at, case, number = json.loads(text)
        return datetime.fromisoformat(at), CaseId(case), int(number)
    except (ValueError, TypeError) as failure:
        raise CommandRefused(f"{text!r} is not the key of a page") from failure
