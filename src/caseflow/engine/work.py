"""One unit of work: what somebody does to cases inside one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from caseflow.bpmn import read_diagram
from caseflow.engine.cases import Cases
from caseflow.engine.deadlines import Deadlines
from caseflow.engine.handing import Handing
from caseflow.engine.ids import case_id
from caseflow.engine.matters import Matters
from caseflow.engine.messages import deliver
from caseflow.engine.pages import Page, checked_limit, key_of, parsed_key
from caseflow.engine.papers import Papers
from caseflow.engine.receiving import give, put_in
from caseflow.engine.records import Records
from caseflow.engine.schedules import Schedules
from caseflow.engine.staff import Staff
from caseflow.engine.teamwork import Teamwork
from caseflow.engine.views import (
    CaseView,
    IncidentView,
    JobView,
    MessageView,
    Place,
    ProcessView,
    TaskView,
    places_of,
    view_case,
    view_incident,
    view_job,
    view_message,
    view_task,
)
from caseflow.errors import CommandRefused, NothingWaits, TaskNotOpen, UnknownCase, ValueRefused
from caseflow.kernel import (
    AssignTask,
    CancelCase,
    CaseId,
    ClaimTask,
    Command,
    CompleteJob,
    CompleteTask,
    FailJob,
    ResolveIncident,
    ResumeCase,
    SetVariables,
    StartCase,
    SubscriptionKind,
    SuspendCase,
    ThrowError,
    UnclaimTask,
)
from caseflow.model import Diagram, ElementId, ProcessId, Value, Values, checked
from caseflow.org import Directory
from caseflow.store import CaseFilter, CaseRow, Entry, MessageRow, MessageState, TaskFilter

PAGE = 100
"""Items of a page, unless asked otherwise."""

_NUMBER = re.compile(r"[0-9]{1,9}")


class Work:
    """Everything that can be done to cases; all of it happens, or none, with its transaction.

    Made by `Engine.begin`. Every call is one command on one case, at the moment that the
    engine's clock tells, on behalf of ``actor``.
    """

    def __init__(self, cases: Cases) -> None:
        """Work on cases within a transaction that somebody else ends."""
        self.schedules = Schedules(cases)
        self.records = Records(cases)
        self.matters = Matters(cases)
        self.handing = Handing(cases)
        self.papers = Papers(cases)
        self.teamwork = Teamwork(cases)
        self.staff = Staff(cases)
        self._cases = cases
        self._stores = cases.stores
        self._actor = cases.actor

    @property
    def actor(self) -> str:
        """On whose behalf the work is done."""
        return self._actor

    @property
    def now(self) -> datetime:
        """The moment it is."""
        return self._cases.now()

    @property
    def directory(self) -> Directory:
        """Units, roles and people: the host's, or those in the tables of caseflow."""
        return self._cases.directory

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
            unit: the unit of the organisation whose case it is; an overlay of it, or of one
                above it, is what the case runs, unless a version is asked for.
            tier: the tier of that unit.
            parameters: the parameter set; the first of the process where nothing is said.
            variables: what the case file holds at the beginning.
            element: the start event, where there are several.

        Raises:
            UnknownProcess: it is not deployed.
            CommandRefused: the start event or parameter set does not exist.
            ValueRefused: a variable is not plain data.
        """
        named = checked({"business_key": business_key, "unit": unit, "tier": tier})
        command = StartCase(
            at=self._cases.now(),
            actor=self._actor,
            case=self._cases.new_id(),
            process=self._cases.opening_key(ProcessId(process), version, unit=unit),
            business_key=_text(named, "business_key"),
            unit=_text(named, "unit"),
            tier=_text(named, "tier"),
            parameters=parameters,
            variables=checked(variables or {}),
            start=None if element is None else ElementId(element),
        )
        return view_case(self._cases.start(command))

    def case(self, case: str | CaseView) -> CaseView:
        """Return a case as it stands. Raises UnknownCase."""
        return view_case(self._stores.cases.load(case_id(case)))

    def places(self, case: str | CaseView) -> tuple[Place, ...]:
        """Return every place of a case, to mark it on diagrams. Raises UnknownCase."""
        return places_of(self._stores.cases.load(case_id(case)))

    def cases(
        self, wanted: CaseFilter | None = None, *, after: str | None = None, limit: int = PAGE
    ) -> Page[CaseRow]:
        """Return a page of cases, in the order in which they were opened."""
        rows = self._stores.worklist.cases(
            wanted or CaseFilter(),
            after=None if after is None else CaseId(after),
            limit=checked_limit(limit) + 1,
        )
        return Page(
            items=tuple(rows[:limit]), next=rows[limit - 1].id if len(rows) > limit else None
        )

    def history(self, case: str | CaseView, *, after: int = 0) -> tuple[Entry, ...]:
        """Return the facts about a case in order, from the entry behind ``after``.

        Raises:
            UnknownCase: there is no such case.
        """
        return tuple(self._stores.cases.history(case_id(case), after=after))

    @property
    def deadlines(self) -> Deadlines:
        """The deadlines of cases: why they are due when, pausing and extending them."""
        return Deadlines(self._cases)

    def verify(self, case: str | CaseView) -> None:
        """Check by their hashes that the facts about a case are those that were written.

        Raises:
            UnknownCase: there is no such case.
            StoreError: one was changed, taken out or put in behind the back of caseflow.
        """
        self.records.verify(case)

    def hold(self, *cases: str | CaseView) -> None:
        """Keep others from changing several cases until the end of the unit of work.

        A unit of work that changes several cases names them here first: they are taken in
        the order of their ids, so that no two units wait for each other. Every command takes
        its own case by itself.

        Raises:
            UnknownCase: there is no such case.
            TryAgain: others hold one of them for too long.
        """
        self._cases.check_may_write()
        self._stores.cases.hold(case_id(case) for case in cases)

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

    def tasks(  # noqa: PLR0913 - each narrows the list, and goes by its name
        self,
        wanted: TaskFilter | None = None,
        *,
        case: str | CaseView | None = None,
        candidate: str | None = None,
        role: str | None = None,
        element: str | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[TaskView]:
        """Return a page of open tasks, those due first in front.

        Args:
            wanted: which tasks; all of them, where nothing is said.
            case: only those of this case.
            candidate: only those that this person holds or may take by name.
            role: only those that are open to this role.
            element: only those of this element of the diagram.
            after: the key of the page before.
            limit: how many at most.

        Raises:
            CommandRefused: the key or the limit is none.
        """
        asked = wanted or TaskFilter()
        if case is not None:
            asked = replace(asked, case=case_id(case))
        if candidate is not None:
            asked = replace(asked, candidate=candidate)
        if role is not None:
            asked = replace(asked, role=role)
        if element is not None:
            asked = replace(asked, element=ElementId(element))
        rows = self._stores.worklist.tasks(
            asked,
            after=None if after is None else parsed_key(after),
            limit=checked_limit(limit) + 1,
        )
        return Page(
            items=tuple(view_task(row) for row in rows[:limit]),
            next=key_of(rows[limit - 1]) if len(rows) > limit else None,
        )

    def count_tasks(self, wanted: TaskFilter | None = None) -> int:
        """Return how many open tasks there are."""
        return self._stores.worklist.count_tasks(wanted or TaskFilter())

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
        return self._on_job(
            task,
            lambda at, number: ThrowError(
                at=at, actor=self._actor, token=number, code=code, payload=value
            ),
        )

    # Jobs and incidents

    def jobs(
        self,
        *,
        topic: str | None = None,
        case: str | CaseView | None = None,
        has_all: bool = False,
        limit: int = PAGE,
    ) -> tuple[JobView, ...]:
        """Return open jobs of running cases that have tries left, the oldest first.

        ``has_all``: those of suspended cases and those that wait for an operator as well.
        """
        rows = self._stores.waiting.jobs(
            topic=topic,
            case=None if case is None else case_id(case),
            has_all=has_all,
            limit=checked_limit(limit),
        )
        return tuple(view_job(row) for row in rows)

    def complete_job(
        self, job: str | JobView, variables: Mapping[str, object] | None = None
    ) -> CaseView:
        """Hand in what a machine made of a job. Raises NothingWaits, ValueRefused."""
        values = checked(variables or {})
        return self._on_job(
            job,
            lambda at, number: CompleteJob(at=at, actor=self._actor, job=number, variables=values),
        )

    def fail_job(self, job: str | JobView, message: str) -> CaseView:
        """Say that a job failed; with the last try it becomes an incident."""
        return self._on_job(
            job,
            lambda at, number: FailJob(at=at, actor=self._actor, job=number, message=message),
        )

    def incidents(
        self, *, case: str | CaseView | None = None, limit: int = PAGE
    ) -> tuple[IncidentView, ...]:
        """Return open incidents, the oldest first."""
        rows = self._stores.waiting.incidents(
            case=None if case is None else case_id(case), limit=checked_limit(limit)
        )
        return tuple(view_incident(row) for row in rows)

    def resolve(
        self,
        incident: str | IncidentView,
        *,
        tries: int = 1,
        variables: Mapping[str, object] | None = None,
    ) -> CaseView:
        """Let a case try again where it is stuck, or go on with the result of the job.

        Args:
            incident: which one.
            tries: how often a job may be tried before the next incident.
            variables: what came of a job that somebody did by hand.

        Raises:
            NothingWaits: it is resolved, or has no job that could have a result.
        """
        if variables is not None:
            return self.complete_job(
                incident if isinstance(incident, str) else incident.id, variables
            )
        return self._on_job(
            incident,
            lambda at, number: ResolveIncident(
                at=at, actor=self._actor, incident=number, tries=tries
            ),
        )

    # Messages and signals

    def send(
        self, name: str, *, key: str = "", payload: object = None, message_id: str | None = None
    ) -> CaseView:
        """Give a message to the case that waits for it, or open a case that it starts.

        Args:
            name: the name of the message.
            key: what it is correlated by; the business key, unless the diagram says else.
            payload: what it carries.
            message_id: tells it from all others: when it comes in again it changes nothing,
                and the case that took it is returned as it stands now.

        Raises:
            NothingWaits: no case waits for it and no process starts with it.
            CaseNotOpen: the case that waits for it is suspended.
            CommandRefused: another message came in under this id.
        """
        value = checked({"payload": payload})["payload"]
        return view_case(give(self._cases, name, key=key, payload=value, message_id=message_id))

    def deliver(self, name: str, *, key: str, payload: Value) -> CaseView | None:
        """Give a message to whom it concerns; None where nobody does."""
        case = deliver(self._cases, name, key=key, payload=payload)
        return None if case is None else view_case(case)

    def post(
        self,
        name: str,
        *,
        key: str = "",
        payload: object = None,
        message_id: str | None = None,
        kept_for: timedelta | None = None,
    ) -> bool:
        """Put a message on its way, which is delivered with the next run of what is due.

        Where nobody waits for it, it is kept until somebody does, ``kept_for`` so long or
        30 days. Those of one name and key arrive in the order in which they were put in.

        Returns:
            False where a message with this id came in before; then nothing is done.

        Raises:
            CommandRefused: another message came in under this id.
        """
        row = self._message(SubscriptionKind.MESSAGE, name, key=key, payload=payload)
        if kept_for is not None:
            row = replace(row, expires_at=row.sent_at + kept_for)
        return put_in(self._cases, row, message_id=message_id)

    def broadcast(
        self, name: str, *, payload: object = None, message_id: str | None = None
    ) -> bool:
        """Throw a signal to every case that waits for it, with the next run of what is due.

        Returns:
            False where a signal with this id came in before; then nothing is done.
        """
        row = self._message(SubscriptionKind.SIGNAL, name, key="", payload=payload)
        return put_in(self._cases, row, message_id=message_id)

    def messages(
        self, *, state: MessageState | None = None, limit: int = PAGE
    ) -> tuple[MessageView, ...]:
        """Return messages and signals that are not delivered yet, the oldest first."""
        rows = self._stores.messages.all(state=state, limit=checked_limit(limit))
        return tuple(view_message(row) for row in rows)

    def resend(self, message: str | MessageView) -> None:
        """Let a message be looked at again that is stuck. Raises CommandRefused."""
        self._on_message(message, self._stores.messages.resend)

    def discard(self, message: str | MessageView) -> None:
        """Forget a message that is not delivered yet. Raises CommandRefused."""
        self._on_message(message, self._stores.messages.drop)

    # Commands

    def _message(
        self, kind: SubscriptionKind, name: str, *, key: str, payload: object
    ) -> MessageRow:
        return MessageRow(
            id=f"{kind}:{self._cases.new_id()}",
            kind=kind,
            name=name,
            key=key,
            payload=checked({"payload": payload})["payload"],
            source="",
            sent_at=self._cases.now(),
        )

    def _on_message(self, message: str | MessageView, act: Callable[[str], bool]) -> None:
        self._cases.check_may_write()
        name = message if isinstance(message, str) else message.id
        if not act(name):
            raise CommandRefused(f"there is no message {name!r} that waits to be delivered")

    def _on_task(
        self, task: str | TaskView, command: Callable[[datetime, int], Command]
    ) -> CaseView:
        name = task if isinstance(task, str) else task.id
        try:
            return self._numbered(name, command)
        except UnknownCase as failure:
            raise TaskNotOpen(name) from failure

    def _on_job(
        self,
        job: str | TaskView | JobView | IncidentView,
        command: Callable[[datetime, int], Command],
    ) -> CaseView:
        name = job if isinstance(job, str) else job.id
        try:
            return self._numbered(name, command)
        except UnknownCase as failure:
            raise NothingWaits(f"nothing waits under the name {name!r}") from failure

    def _numbered(self, name: str, command: Callable[[datetime, int], Command]) -> CaseView:
        """Give a command to what goes by CASE:NUMBER. Raises UnknownCase where it is neither."""
        case, _, number = name.rpartition(":")
        if not _NUMBER.fullmatch(number):
            raise UnknownCase(name)
        return self._change(case, lambda at: command(at, int(number)))

    def _change(self, case: str | CaseView, command: Callable[[datetime], Command]) -> CaseView:
        return view_case(self._cases.change(case_id(case), command))

    def _someone(self, person: str | None) -> str:
        who = person if person is not None else self._actor
        if not who:
            raise CommandRefused("nobody is named: give begin() an actor, or this call a person")
        return who


def _text(values: Values, name: str) -> str:
    value = values[name]
    if not isinstance(value, str):
        raise ValueRefused(f"{name}: a text is wanted, not {value!r}")
    return value
