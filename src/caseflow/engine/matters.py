"""How cases belong together: reopening, linking, merging, splitting, supervising, filing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from caseflow.documents import Archive
from caseflow.engine.cases import Cases
from caseflow.engine.ids import case_id
from caseflow.engine.papers import Papers
from caseflow.engine.views import CaseView, view_case
from caseflow.errors import CaseNotOpen, CommandRefused
from caseflow.kernel import (
    ArchiveCase,
    CancelCase,
    Case,
    CaseId,
    PlanTask,
    RelateCase,
    Relation,
    SetVariables,
    StartCase,
    Task,
)
from caseflow.model import ElementId, ProcessId, checked
from caseflow.store import RelatedCase

MERGED = "merged_cases"
"""The variable of a case that names the business keys of those that were merged into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A case that another one is split into.

    Where nothing is said, it runs the same process; ``variables`` are added to those of the
    case that is split.
    """

    business_key: str
    process: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict)
    element: str | None = None


class Matters:
    """What people do with whole cases, within one unit of work.

    Every relation stands in the histories of both cases. Cases that one call changes are
    held in the order of their ids. Made by `Work.matters`.
    """

    def __init__(self, cases: Cases) -> None:
        """Work on cases within a transaction that somebody else ends."""
        self._cases = cases

    def of(self, case: str | CaseView) -> tuple[RelatedCase, ...]:
        """Return what a case is to others, in the order in which that came about.

        Raises UnknownCase.
        """
        loaded = self._cases.stores.cases.load(case_id(case))
        return tuple(self._cases.stores.matters.of(loaded.id))

    def lineage(self, case: str | CaseView) -> tuple[CaseId, ...]:
        """Return a case with those that it reopens and that reopen it, the first in front."""
        start = case_id(case)
        found = [start]
        while (before := self._next(found[0], Relation.REOPENS)) is not None:
            found.insert(0, before)
        while (after := self._next(found[-1], Relation.REOPENED_BY)) is not None:
            found.append(after)
        return tuple(found)

    def link(self, case: str | CaseView, other: str | CaseView, *, reason: str) -> None:
        """Put on record that two cases belong together.

        Raises:
            UnknownCase: one of them is none.
            CommandRefused: they are the same, linked already, or no reason is given.
        """
        one, two = case_id(case), case_id(other)
        self._hold(one, two)
        self._relate(one, Relation.LINKED, two, reason=reason)

    def reopen(
        self,
        case: str | CaseView,
        *,
        reason: str,
        variables: Mapping[str, object] | None = None,
        element: str | None = None,
    ) -> CaseView:
        """Open a case anew that is over: a new case with its file and key, and its lineage.

        What is over stays as it is. The new case runs the newest version of the process.

        Args:
            case: the case that is over.
            reason: why.
            variables: what is different in the case file.
            element: the start event, where there are several.

        Raises:
            CommandRefused: it is not over, or was reopened already.
        """
        number = case_id(case)
        self._hold(number)
        old = self._cases.stores.cases.load(number)
        if not old.state.is_over:
            raise CommandRefused(f"case {number} is {old.state}: what is open cannot be reopened")
        if self._next(number, Relation.REOPENED_BY) is not None:
            raise CommandRefused(f"case {number} was reopened already: reopen the latest case")
        part = Part(business_key=old.business_key, variables=variables or {}, element=element)
        new = self._start(old, part)
        self._relate(new.id, Relation.REOPENS, number, reason=reason)
        return view_case(new)

    def merge(
        self, into: str | CaseView, others: Sequence[str | CaseView], *, reason: str
    ) -> CaseView:
        """End cases because another one takes them in (并案).

        An open task of a case that is taken in hands its due time on to the task of the same
        element, where that would be due later: nobody gets more time by a merger. Comments,
        files and papers stay where they are, and are found by the relation.

        Args:
            into: the case that goes on.
            others: those that end with it.
            reason: why.

        Raises:
            CaseNotOpen: one of them is over.
            CommandRefused: a case is to take in itself, or no reason is given.
        """
        main, taken = case_id(into), [case_id(one) for one in others]
        self._hold(main, *taken)
        for number in taken:
            other = self._open(number)
            self._hand_on_due_times(other, self._open(main), reason=reason)
            self._relate(main, Relation.TOOK_IN, number, reason=reason)
            self._cancel(number, f"merged into {main}: {reason}")
        keys = [self._cases.stores.cases.load(number).business_key for number in taken]
        before = self._open(main).variables.get(MERGED)
        known = list(before) if isinstance(before, list | tuple) else []
        return view_case(
            self._cases.change(
                main,
                lambda at: SetVariables(
                    at=at, actor=self._cases.actor, variables=checked({MERGED: [*known, *keys]})
                ),
            )
        )

    def split(
        self,
        case: str | CaseView,
        parts: Sequence[Part],
        *,
        reason: str,
        ends: bool = False,
    ) -> tuple[CaseView, ...]:
        """Open cases for the parts of a case; ``ends`` says that the case itself is over then.

        A part's task of an element that is open in the case is due no later than it is there.

        Raises:
            CaseNotOpen: the case is over.
            CommandRefused: there are no parts, or no reason is given.
        """
        if not parts:
            raise CommandRefused("a case is split into at least one part")
        number = case_id(case)
        self._hold(number)
        old = self._open(number)
        made: list[CaseView] = []
        for part in parts:
            new = self._start(old, part)
            self._relate(new.id, Relation.SPLIT_FROM, number, reason=reason)
            self._hand_on_due_times(old, new, reason=reason)
            made.append(view_case(self._cases.stores.cases.load(new.id)))
        if ends:
            self._cancel(number, f"split into {len(parts)} parts: {reason}")
        return tuple(made)

    def supervise(
        self,
        case: str | CaseView,
        *,
        process: str,
        reason: str,
        variables: Mapping[str, object] | None = None,
    ) -> CaseView:
        """Open a case that supervises another one (督办), by a process such as ``supervision``.

        It has the same business key, so that they are found together and talk to each other.

        Raises:
            CaseNotOpen: the case is over.
            UnknownProcess: the process is not deployed.
        """
        return self._beside(
            case, Relation.SUPERVISES, process=process, reason=reason, variables=variables
        )

    def follow_up(
        self,
        case: str | CaseView,
        *,
        process: str,
        reason: str,
        variables: Mapping[str, object] | None = None,
    ) -> CaseView:
        """Open a case that asks how another one has turned out (回访).

        Raises:
            UnknownProcess: the process is not deployed.
        """
        return self._beside(
            case, Relation.FOLLOWS_UP, process=process, reason=reason, variables=variables
        )

    def archive(self, case: str | CaseView, archive: Archive, *, retention: str = "") -> CaseView:
        """Close the file of a case that is over, if it has all that it needs (X4).

        From then on it takes no more papers, comments or files; it can be reopened.

        Args:
            case: the case.
            archive: which papers it needs.
            retention: how long the file is kept, in words of the host.

        Raises:
            CommandRefused: it is not over, papers are missing (they are named), or it is
                closed already.
        """
        number = case_id(case)
        self._hold(number)
        papers = Papers(self._cases)
        missing = papers.missing(number, archive)
        if missing:
            lacking = "; ".join(" or ".join(choice) for choice in missing)
            raise CommandRefused(f"the file of case {number} lacks: {lacking}")
        filed = [one for one in papers.of_case(number) if one.withdrawn_at is None]
        return view_case(
            self._cases.change(
                number,
                lambda at: ArchiveCase(
                    at=at,
                    actor=self._cases.actor,
                    papers=tuple(one.number or one.form for one in filed),
                    retention=retention,
                ),
            )
        )

    def _beside(
        self,
        case: str | CaseView,
        relation: Relation,
        *,
        process: str,
        reason: str,
        variables: Mapping[str, object] | None,
    ) -> CaseView:
        number = case_id(case)
        self._hold(number)
        old = self._cases.stores.cases.load(number)
        if relation is Relation.SUPERVISES:
            old = self._open(number)
        command = StartCase(
            at=self._cases.now(),
            actor=self._cases.actor,
            case=self._cases.new_id(),
            process=self._cases.key(ProcessId(process)),
            business_key=old.business_key,
            unit=old.unit,
            tier=old.tier,
            variables=checked(variables or {}),
        )
        new = self._cases.start(command)
        self._relate(new.id, relation, number, reason=reason)
        return view_case(self._cases.stores.cases.load(new.id))

    def _start(self, old: Case, part: Part) -> Case:
        process = ProcessId(part.process) if part.process is not None else old.process.id
        return self._cases.start(
            StartCase(
                at=self._cases.now(),
                actor=self._cases.actor,
                case=self._cases.new_id(),
                process=self._cases.key(process),
                business_key=part.business_key,
                unit=old.unit,
                tier=old.tier,
                parameters=old.parameters if process == old.process.id else "",
                variables={**old.variables, **checked(part.variables)},
                start=None if part.element is None else ElementId(part.element),
            )
        )

    def _hand_on_due_times(self, old: Case, new: Case, *, reason: str) -> None:
        """Let tasks be due no later than those of the same element that they stand for."""
        for task in new.tasks.values():
            due_at = _earliest(old, task)
            if due_at is not None and (task.due_at is None or due_at < task.due_at):
                self._cases.change(new.id, _planning(self._cases.actor, task, due_at, reason))

    def _relate(self, case: CaseId, relation: Relation, other: CaseId, *, reason: str) -> None:
        if case == other:
            raise CommandRefused(f"case {case} cannot be related to itself")
        if not reason.strip():
            raise CommandRefused("a reason is needed: it stands in the history")
        now, actor = self._cases.now(), self._cases.actor
        for one, two, kind in ((case, other, relation), (other, case, relation.converse)):
            self._cases.stores.matters.add(one, kind, two, at=now, actor=actor, reason=reason)
            self._cases.change(one, _relating(actor, kind, two, reason))

    def _next(self, case: CaseId, relation: Relation) -> CaseId | None:
        found = self._cases.stores.matters.of(case)
        return next((one.case for one in found if one.relation is relation), None)

    def _open(self, case: CaseId) -> Case:
        found = self._cases.stores.cases.load(case)
        if found.state.is_over:
            raise CaseNotOpen(case, state=found.state)
        return found

    def _cancel(self, case: CaseId, reason: str) -> None:
        self._cases.change(
            case, lambda at: CancelCase(at=at, actor=self._cases.actor, reason=reason)
        )

    def _hold(self, *cases: CaseId) -> None:
        self._cases.check_may_write()
        self._cases.stores.cases.hold(cases)


def _earliest(case: Case, task: Task) -> datetime | None:
    """Return when the open tasks of an element are due at the earliest."""
    due = [
        one.due_at
        for one in case.tasks.values()
        if (one.process, one.element) == (task.process, task.element) and one.due_at is not None
    ]
    return min(due, default=None)


def _planning(
    actor: str, task: Task, due_at: datetime, reason: str
) -> Callable[[datetime], PlanTask]:
    return lambda at: PlanTask(at=at, actor=actor, task=task.id, due_at=due_at, reason=reason)


def _relating(
    actor: str, relation: Relation, other: CaseId, reason: str
) -> Callable[[datetime], RelateCase]:
    return lambda at: RelateCase(at=at, actor=actor, relation=relation, other=other, reason=reason)
