"""What people do with tasks and cases together; nobody's rights are asked here.

`caseflow.worklist.Desk` asks them, and then does the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import get_args

from caseflow.engine.cases import Cases
from caseflow.engine.forms import TaskForm
from caseflow.engine.ids import case_id
from caseflow.engine.pages import Page, checked_limit, key_of, parsed_key
from caseflow.engine.views import CaseView, TaskView, view_case, view_task
from caseflow.errors import CommandRefused, FormProblem, TaskNotOpen, UnknownCase
from caseflow.kernel import (
    AddComment,
    AddParticipants,
    AttachFile,
    Case,
    CaseId,
    CastVote,
    Command,
    DelegateTask,
    HandBackTask,
    HandingEvent,
    JobStarted,
    MessageSent,
    Participant,
    PlanTask,
    RecallTask,
    RemoveParticipants,
    ReturnTask,
    SendCopy,
    SignalThrown,
    TaskCompleted,
    TaskOpened,
    TransferTask,
    UrgeTask,
    Vote,
)
from caseflow.model import ElementId, checked
from caseflow.store import CommentRow, Entry, FileRow, Party, TaskFilter, Way

MAX_TEXT = 20_000
"""Characters of a comment."""

MAX_PEOPLE = 1_000
"""People who can be sent a copy at once."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_GONE_OUT = (JobStarted, MessageSent, SignalThrown, *get_args(HandingEvent))


class Teamwork:
    """Handing tasks on, going back, and what people add to cases. Made by `Work.teamwork`."""

    def __init__(self, cases: Cases) -> None:
        """Work on cases within a transaction that somebody else ends."""
        self._cases = cases
        self._actor = cases.actor
        self._people = cases.stores.contributions

    # Handing on

    def delegate(self, task: str | TaskView, *, to: str, reason: str = "") -> CaseView:
        """Let another person do a task, which stays the holder's own (委派)."""
        return self._task(
            task,
            lambda at, number: DelegateTask(
                at=at, actor=self._actor, task=number, person=_text(to), reason=_text(reason)
            ),
        )

    def hand_back(
        self,
        task: str | TaskView,
        variables: Mapping[str, object] | None = None,
        *,
        reason: str = "",
    ) -> CaseView:
        """Give a delegated task back to its owner, or take it back, with what came of it."""
        values = checked(variables or {})
        return self._task(
            task,
            lambda at, number: HandBackTask(
                at=at, actor=self._actor, task=number, variables=values, reason=_text(reason)
            ),
        )

    def transfer(self, task: str | TaskView, *, to: str, reason: str = "") -> CaseView:
        """Give a task that somebody holds to another person for good (转办)."""
        return self._task(
            task,
            lambda at, number: TransferTask(
                at=at, actor=self._actor, task=number, person=_text(to), reason=_text(reason)
            ),
        )

    # Countersigning

    def add_participants(
        self,
        task: str | TaskView,
        people: Iterable[str] | Mapping[str, int],
        *,
        policy: str = "",
        result: str | None = None,
        reason: str = "",
    ) -> CaseView:
        """Ask people for their vote before a task can be completed (加签).

        Args:
            task: which one.
            people: who is asked; a map tells how much each vote weighs.
            policy: ``all``, ``any``, a share such as ``2/3``, or a weight such as ``60``.
            result: the variable that takes whether they agreed.
            reason: why.
        """
        weights = people if isinstance(people, Mapping) else dict.fromkeys(people, 1)
        asked = tuple(
            Participant(person=_text(person), weight=weight) for person, weight in weights.items()
        )
        return self._task(
            task,
            lambda at, number: AddParticipants(
                at=at,
                actor=self._actor,
                task=number,
                participants=asked,
                policy=policy,
                result=result,
                reason=_text(reason),
            ),
        )

    def remove_participants(
        self, task: str | TaskView, people: Iterable[str], *, reason: str = ""
    ) -> CaseView:
        """No longer ask people who have not voted yet (减签)."""
        names = tuple(_text(one) for one in people)
        return self._task(
            task,
            lambda at, number: RemoveParticipants(
                at=at, actor=self._actor, task=number, people=names, reason=_text(reason)
            ),
        )

    def vote(self, task: str | TaskView, vote: Vote, *, person: str, reason: str = "") -> CaseView:
        """Say what a person thinks who was asked (会签)."""
        return self._task(
            task,
            lambda at, number: CastVote(
                at=at,
                actor=self._actor,
                task=number,
                person=_text(person),
                vote=Vote(vote),
                reason=_text(reason),
            ),
        )

    # Time

    def urge(self, task: str | TaskView, message: str = "") -> CaseView:
        """Ask for a task to be done soon (催办)."""
        return self._task(
            task,
            lambda at, number: UrgeTask(
                at=at, actor=self._actor, task=number, message=_text(message)
            ),
        )

    def plan(
        self,
        task: str | TaskView,
        *,
        priority: int | None = None,
        due_at: datetime | None = None,
        follow_up_at: datetime | None = None,
        reason: str = "",
    ) -> CaseView:
        """Set the priority, due or follow-up time of a task; what is None stays as it is."""
        return self._task(
            task,
            lambda at, number: PlanTask(
                at=at,
                actor=self._actor,
                task=number,
                priority=priority,
                due_at=due_at,
                follow_up_at=follow_up_at,
                reason=_text(reason),
            ),
        )

    # Going back

    def return_to(
        self,
        task: str | TaskView,
        element: str,
        *,
        reason: str,
        person: str | None = None,
    ) -> CaseView:
        """Send a case back from a task to an earlier step with a reason (退回).

        What is withdrawn and what stays is said in `caseflow.kernel.back`.

        Args:
            task: the open task from which it goes back.
            element: the step, which was done before in this case.
            reason: why; a return without one is refused.
            person: who gets it; whoever did it last, where nothing is said, and with an
                empty text whoever could take it at first.
        """
        if not reason.strip():
            raise CommandRefused("a return needs a reason")
        step = ElementId(element)
        case, _ = self._place(task)
        done = self._last_done(case, step)
        if done is None:
            raise CommandRefused(f"step {element} was not done in this case")
        whom = done.actor if person is None else _text(person)
        return self._task(
            task,
            lambda at, number: ReturnTask(
                at=at,
                actor=self._actor,
                task=number,
                to=step,
                person=whom or None,
                reason=_text(reason),
            ),
        )

    def recall(self, case: str | CaseView, element: str, *, reason: str = "") -> CaseView:
        """Take a task back that the actor completed last, while nobody acted on it (撤回).

        Raises:
            CommandRefused: somebody else did it last; somebody acted on it, or a message,
                signal or job went out with it.
        """
        name, step = case_id(case), ElementId(element)
        done = self._last_done(name, step)
        if done is None or not isinstance(done.event, TaskCompleted) or done.actor != self._actor:
            raise CommandRefused(f"step {element} was not done last by {self._actor or 'nobody'}")
        fact = done.event
        since = self._cases.stores.cases.history(name, after=done.sequence)
        same = [one.event for one in since if one.version == done.version]
        if any(isinstance(one, _GONE_OUT) for one in same):
            raise CommandRefused(f"step {element} cannot be taken back: something went out")
        opened = tuple(one.task for one in same if isinstance(one, TaskOpened))
        return self._change(
            name,
            lambda at: RecallTask(
                at=at,
                actor=self._actor,
                task=fact.task,
                process=fact.process,
                element=step,
                opened=opened,
                person=self._actor,
                reason=_text(reason),
            ),
        )

    # What people add

    def copy(
        self,
        case: str | CaseView,
        people: Iterable[str],
        *,
        message: str = "",
        task: str | TaskView | None = None,
    ) -> None:
        """Let people look at a case from now on, and tell them so (抄送)."""
        name, names = case_id(case), tuple(dict.fromkeys(_text(one) for one in people))
        if not names or not all(names) or len(names) > MAX_PEOPLE:
            raise CommandRefused(f"a copy goes to 1 to {MAX_PEOPLE} people")
        number = None if task is None else self._place(task)[1]
        self._change(
            name,
            lambda at: SendCopy(
                at=at, actor=self._actor, task=number, people=names, message=_text(message)
            ),
        )
        self.take_part(name, names, kind="copy", message=message)

    def take_part(
        self, case: CaseId, people: Iterable[str], *, kind: str = "did", message: str = ""
    ) -> None:
        """Remember that people have a part in a case."""
        at = self._cases.now()
        self._people.add_parties(
            Party(case=case, person=one, kind=kind, at=at, by=self._actor, message=message)
            for one in people
        )

    def comment(
        self,
        case: str | CaseView,
        text: str,
        *,
        visibility: str,
        audience: Sequence[str] = (),
        task: str | TaskView | None = None,
    ) -> CommentRow:
        """Keep a comment; the history tells that there is one, and not what it says."""
        if not text.strip() or len(text) > MAX_TEXT:
            raise CommandRefused(f"a comment has 1 to {MAX_TEXT} characters")
        name = case_id(case)
        row = CommentRow(
            case=name,
            id=self._cases.new_id(),
            task=None if task is None else self._place(task)[1],
            author=self._actor,
            at=self._cases.now(),
            visibility=visibility,
            audience=tuple(audience),
            text=_text(text),
        )
        self._change(
            name,
            lambda at: AddComment(
                at=at, actor=self._actor, comment=row.id, task=row.task, visibility=visibility
            ),
        )
        self._people.add_comment(row)
        return row

    def attach(  # noqa: PLR0913 - each is a fact about the file, and goes by its name
        self,
        case: str | CaseView,
        name: str,
        *,
        reference: str,
        digest: str,
        size: int,
        media_type: str = "application/octet-stream",
        task: str | TaskView | None = None,
    ) -> FileRow:
        """Attach a file that the host keeps under ``reference``; ``digest`` is its SHA-256."""
        if not _DIGEST.fullmatch(digest):
            raise CommandRefused("a digest is a SHA-256 in 64 small hexadecimal digits")
        if not name.strip() or size < 0:
            raise CommandRefused("a file has a name and a size")
        row = FileRow(
            case=case_id(case),
            id=self._cases.new_id(),
            task=None if task is None else self._place(task)[1],
            author=self._actor,
            at=self._cases.now(),
            name=_text(name),
            media_type=_text(media_type),
            size=size,
            digest=digest,
            reference=_text(reference),
        )
        self._change(
            row.case,
            lambda at: AttachFile(
                at=at,
                actor=self._actor,
                file=row.id,
                task=row.task,
                name=row.name,
                media_type=row.media_type,
                size=row.size,
                digest=digest,
            ),
        )
        self._people.add_file(row)
        return row

    def check_file(self, file: FileRow, data: bytes) -> bool:
        """Tell whether some bytes are those that were attached."""
        return len(data) == file.size and hashlib.sha256(data).hexdigest() == file.digest

    def comments(self, case: str | CaseView) -> tuple[CommentRow, ...]:
        """Return all comments on a case, whoever may read them."""
        return tuple(self._people.comments(case_id(case)))

    def files(self, case: str | CaseView) -> tuple[FileRow, ...]:
        """Return all files of a case."""
        return tuple(self._people.files(case_id(case)))

    def parties(self, case: str | CaseView) -> tuple[Party, ...]:
        """Return everybody with a part in a case."""
        return tuple(self._people.parties(case_id(case)))

    def copies(
        self, person: str, *, after: str | None = None, limit: int = 100
    ) -> tuple[Party, ...]:
        """Return what a person was sent copies of, the newest case first."""
        behind = None if after is None else case_id(after)
        return tuple(self._people.copies(person, after=behind, limit=checked_limit(limit)))

    def read_copy(self, case: str | CaseView) -> None:
        """Remember that the actor has read their copy."""
        self._cases.check_may_write()
        self._people.read_copy(case_id(case), self._actor, at=self._cases.now())

    # Lists

    def tasks(
        self,
        ways: Sequence[Way],
        wanted: TaskFilter,
        *,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[TaskView]:
        """Return a page of the open tasks that some ways lead to, those due first in front."""
        rows = self._cases.stores.worklist.tasks_by(
            ways,
            wanted,
            after=None if after is None else parsed_key(after),
            limit=checked_limit(limit) + 1,
        )
        return Page(
            items=tuple(view_task(row) for row in rows[:limit]),
            next=key_of(rows[limit - 1]) if len(rows) > limit else None,
        )

    def count(self, ways: Sequence[Way], wanted: TaskFilter, *, up_to: int) -> int:
        """Return how many open tasks some ways lead to, counted no further than ``up_to``."""
        return self._cases.stores.worklist.count_tasks_by(ways, wanted, up_to=up_to)

    def task(self, task: str | TaskView) -> TaskView:
        """Return an open task as it stands. Raises TaskNotOpen."""
        case, number = self._place(task)
        row = self._cases.stores.worklist.task(case, number)
        if row is None:
            raise TaskNotOpen(task if isinstance(task, str) else task.id)
        return view_task(row)

    def form(self, task: str | TaskView) -> TaskForm | None:
        """Return the form that a task is completed with; None where it has none.

        A form of the host's own, which was not deployed, is none here.
        """
        case, number = self._loaded(task)
        return self._cases.form(case, number)

    def problems(
        self,
        task: str | TaskView,
        variables: Mapping[str, object],
        *,
        language: str | None = None,
    ) -> tuple[FormProblem, ...]:
        """Return what is wrong with what was filled in, before the task is completed.

        ``language`` is ``zh`` or ``en``; that of each field's label, where nothing is said.
        """
        case, number = self._loaded(task)
        form, values = self._cases.form(case, number), checked(variables)
        return (
            () if form is None else form.form.problems(values, case.variables, language=language)
        )

    def _loaded(self, task: str | TaskView) -> tuple[Case, int]:
        name, number = self._place(task)
        try:
            return self._cases.stores.cases.load(name), number
        except UnknownCase as failure:
            raise TaskNotOpen(task if isinstance(task, str) else task.id) from failure

    def done(self, case: str | CaseView) -> tuple[tuple[ElementId, str], ...]:
        """Return the steps that were done in a case, each with who did it last, in order."""
        last: dict[ElementId, str] = {}
        for entry in self._cases.stores.cases.history(case_id(case)):
            if isinstance(entry.event, TaskCompleted):
                last.pop(entry.event.element, None)
                last[entry.event.element] = entry.actor
        return tuple(last.items())

    # Commands

    def _last_done(self, case: CaseId, element: ElementId) -> Entry | None:
        found = None
        for entry in self._cases.stores.cases.history(case):
            if isinstance(entry.event, TaskCompleted) and entry.event.element == element:
                found = entry
        return found

    def _place(self, task: str | TaskView) -> tuple[CaseId, int]:
        name = task if isinstance(task, str) else task.id
        case, _, number = name.rpartition(":")
        if not _NUMBER.fullmatch(number):
            raise TaskNotOpen(name)
        try:
            return case_id(case), int(number)
        except UnknownCase as failure:
            raise TaskNotOpen(name) from failure

    def _task(self, task: str | TaskView, command: Callable[[datetime, int], Command]) -> CaseView:
        case, number = self._place(task)
        try:
            return self._change(case, lambda at: command(at, number))
        except UnknownCase as failure:
            raise TaskNotOpen(task if isinstance(task, str) else task.id) from failure

    def _change(self, case: CaseId, command: Callable[[datetime], Command]) -> CaseView:
        return view_case(self._cases.change(case, command))


def _text(text: str) -> str:
    """Return a text that every database can keep. Raises ValueRefused."""
    return str(checked({"text": text})["text"])
