"""A person's desk: what they have to do, and everything they can do with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from caseflow.engine import CaseView, Page, TaskFilter, TaskView, Work
from caseflow.errors import CommandRefused, NotAllowed
from caseflow.kernel import Vote
from caseflow.org import Action, Directory
from caseflow.store import Way
from caseflow.worklist.access import Access
from caseflow.worklist.ladder import LadderDesk
from caseflow.worklist.lists import Due, due_within, narrowed, own_ways, visible_ways

PAGE = 100
"""Tasks of a page, unless asked otherwise."""

COUNTED = 1_000
"""How far lists are counted, unless asked otherwise."""


class Desk(LadderDesk):
    """Everything that one person sees and does, with the rights that they have today.

    ::

        with engine.begin(actor="li") as work:
            desk = Desk(work)
            for task in desk.mine(due=Due.OVERDUE):
                desk.claim(task)

    The person is the actor of the unit of work. What may not be seen is answered like what
    does not exist (TaskNotOpen, UnknownCase), what may be seen but not done with NotAllowed.
    """

    def __init__(self, work: Work, directory: Directory | None = None) -> None:
        """Sit down at the desk of the actor; the directory is the engine's unless given."""
        super().__init__(Access(work, directory or work.directory))

    # Lists

    def mine(  # noqa: PLR0913 - each narrows the list, and goes by its name
        self,
        wanted: TaskFilter | None = None,
        *,
        due: Due | None = None,
        under: str | None = None,
        tier: str | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[TaskView]:
        """Return a page of what the person has to do or could take, those due first in front.

        Args:
            wanted: which tasks; all of them, where nothing is said.
            due: how they stand with their due time.
            under: only those of this unit and the units below it.
            tier: only those of units on this tier.
            after: the key of the page before.
            limit: how many at most.
        """
        asked = self._asked(wanted, due=due, under=under, tier=tier)
        return self._work.teamwork.tasks(
            own_ways(self._access.sight), asked, after=after, limit=limit
        )

    def visible(  # noqa: PLR0913 - each narrows the list, and goes by its name
        self,
        wanted: TaskFilter | None = None,
        *,
        due: Due | None = None,
        under: str | None = None,
        tier: str | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[TaskView]:
        """Return a page of every task that the person may see; narrowed like `mine`."""
        asked = self._asked(wanted, due=due, under=under, tier=tier)
        return self._work.teamwork.tasks(
            visible_ways(self._access.sight), asked, after=after, limit=limit
        )

    def count_mine(
        self,
        wanted: TaskFilter | None = None,
        *,
        due: Due | None = None,
        under: str | None = None,
        tier: str | None = None,
        up_to: int = COUNTED,
    ) -> int:
        """Return how many tasks `mine` has, counted no further than ``up_to``."""
        asked = self._asked(wanted, due=due, under=under, tier=tier)
        return self._count(own_ways(self._access.sight), asked, up_to)

    def count_visible(
        self,
        wanted: TaskFilter | None = None,
        *,
        due: Due | None = None,
        under: str | None = None,
        tier: str | None = None,
        up_to: int = COUNTED,
    ) -> int:
        """Return how many tasks `visible` has, counted no further than ``up_to``."""
        asked = self._asked(wanted, due=due, under=under, tier=tier)
        return self._count(visible_ways(self._access.sight), asked, up_to)

    def task(self, task: str | TaskView) -> TaskView:
        """Return a task as it stands. Raises TaskNotOpen where it may not be seen, too."""
        return self._access.task(task)

    # Doing

    def claim(self, task: str | TaskView) -> CaseView:
        """Take a task for oneself. Raises TaskHeldByOther, NotSamePerson."""
        found = self._access.task(task)
        if found.assignee is None and self.person not in found.excluded:
            self._access.check(Action.CLAIM, found)
        return self._work.claim(found, person=self.person)

    def release(self, task: str | TaskView) -> CaseView:
        """Give a task back to its candidates."""
        found = self._access.task(task)
        self._access.check_holder(found, "release")
        return self._work.unclaim(found)

    def complete(
        self, task: str | TaskView, variables: Mapping[str, object] | None = None
    ) -> CaseView:
        """Say that a task is done and what came of it; a substitute does it for its holder."""
        found = self._access.task(task)
        if self.person not in found.excluded:
            self._access.check(Action.COMPLETE, found)
        holder = found.assignee if self._access.acts_as(found.assignee) else self.person
        after = self._work.complete(found, variables, person=holder)
        self._work.teamwork.take_part(found.case, dict.fromkeys([self.person, str(holder)]))
        return after

    def assign(self, task: str | TaskView, to: str) -> CaseView:
        """Give a task to a person, whoever holds it; for who dispatches or administers."""
        found = self._access.task(task)
        if not self._access.may(Action.DISPATCH, found):
            self._access.check(Action.ADMINISTER, found)
        self._access.check_receiver(to, found)
        return self._work.assign(found, person=to)

    def delegate(self, task: str | TaskView, to: str, *, reason: str = "") -> CaseView:
        """Let another person do a task and hand it back (委派)."""
        found = self._access.task(task)
        self._access.check_holder(found, "delegate")
        self._access.check_receiver(to, found)
        return self._work.teamwork.delegate(found, to=to, reason=reason)

    def hand_back(
        self,
        task: str | TaskView,
        variables: Mapping[str, object] | None = None,
        *,
        reason: str = "",
    ) -> CaseView:
        """Give a delegated task back to its owner, or take it back as the owner."""
        found = self._access.task(task)
        if not self._access.acts_as(found.owner):
            self._access.check_holder(found, "hand back")
        return self._work.teamwork.hand_back(found, variables, reason=reason)

    def transfer(self, task: str | TaskView, to: str, *, reason: str = "") -> CaseView:
        """Give a task to another person for good (转办)."""
        found = self._access.task(task)
        self._access.check_holder(found, "transfer")
        self._access.check_receiver(to, found)
        return self._work.teamwork.transfer(found, to=to, reason=reason)

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
        """Ask people for their vote before the task can be completed (加签)."""
        found = self._access.task(task)
        asked = people if isinstance(people, Mapping) else dict.fromkeys(people, 1)
        self._access.check_holder(found, "ask others about")
        for person in asked:
            self._access.check_receiver(person, found)
        return self._work.teamwork.add_participants(
            found, asked, policy=policy, result=result, reason=reason
        )

    def remove_participants(
        self, task: str | TaskView, people: Iterable[str], *, reason: str = ""
    ) -> CaseView:
        """No longer ask people who have not voted yet (减签)."""
        found = self._access.task(task)
        self._access.check_holder(found, "change who is asked about")
        return self._work.teamwork.remove_participants(found, people, reason=reason)

    def vote(self, task: str | TaskView, vote: Vote, *, reason: str = "") -> CaseView:
        """Say what one thinks who was asked, or whom one is the substitute of (会签)."""
        found = self._access.task(task)
        asked = next((one for one in found.signers if self._access.acts_as(one)), None)
        if asked is None:
            raise NotAllowed(self.person, action="vote on", because="they are not asked")
        after = self._work.teamwork.vote(found, vote, person=asked, reason=reason)
        self._work.teamwork.take_part(found.case, dict.fromkeys([self.person, asked]))
        return after

    # Time

    def urge(self, task: str | TaskView, message: str = "") -> CaseView:
        """Ask for a task to be done soon (催办); for who supervises, or did an earlier step."""
        found = self._access.task(task)
        did = [one for one in self._work.teamwork.parties(found.case) if one.kind == "did"]
        if not any(self._access.acts_as(one.person) for one in did):
            self._access.check(Action.SUPERVISE, found)
        return self._work.teamwork.urge(found, message)

    def plan(
        self,
        task: str | TaskView,
        *,
        priority: int | None = None,
        due_at: datetime | None = None,
        follow_up_at: datetime | None = None,
        reason: str = "",
    ) -> CaseView:
        """Set the priority, due or follow-up time of a task.

        The holder sets priority and follow-up; the due time is for who supervises.
        """
        found = self._access.task(task)
        if due_at is not None or not self._access.acts_as(found.assignee):
            self._access.check(Action.SUPERVISE, found)
        return self._work.teamwork.plan(
            found, priority=priority, due_at=due_at, follow_up_at=follow_up_at, reason=reason
        )

    # Going back

    def return_to(
        self, task: str | TaskView, element: str, *, reason: str, person: str | None = None
    ) -> CaseView:
        """Send the case back from a task to an earlier step with a reason (退回)."""
        found = self._access.task(task)
        self._access.check(Action.RETURN, found)
        after = self._work.teamwork.return_to(found, element, reason=reason, person=person)
        self._work.teamwork.take_part(found.case, [self.person])
        return after

    def recall(self, case: str | CaseView, element: str, *, reason: str = "") -> CaseView:
        """Take back what one completed last, while nobody acted on it (撤回)."""
        found = self._access.case(case)
        return self._work.teamwork.recall(found, element, reason=reason)

    def _asked(
        self, wanted: TaskFilter | None, *, due: Due | None, under: str | None, tier: str | None
    ) -> TaskFilter:
        asked = wanted or TaskFilter()
        directory = self._access.directory
        if under is not None or tier is not None:
            asked = narrowed(asked, directory.units(), under=under, tier=tier)
        if due is not None:
            asked = due_within(asked, due, now=self._work.now, zone=directory.zone)
        return asked

    def _count(self, ways: tuple[Way, ...], asked: TaskFilter, up_to: int) -> int:
        if up_to < 1:
            raise CommandRefused(f"lists are counted up to 1 or more, not {up_to}")
        return self._work.teamwork.count(ways, asked, up_to=up_to)
