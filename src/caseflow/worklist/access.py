"""What a person may see and do: asked here once, before anything is shown or done."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from caseflow.engine import CaseView, TaskView, Work
from caseflow.errors import CommandRefused, NotAllowed, TaskNotOpen, UnknownCase
from caseflow.org import Action, Directory, Rights, Sight, Subject, Verdict

HANDING_ON = (Action.DISPATCH, Action.SUPERVISE, Action.ADMINISTER)
"""Rights that let somebody hand a task to anybody."""


class Access:
    """The rights of the actor of a unit of work, at its moment.

    What may not be seen is answered exactly like what does not exist: nobody learns from a
    refusal that there is such a case or task.
    """

    def __init__(self, work: Work, directory: Directory) -> None:
        """Look at work with the eyes of its actor. Raises CommandRefused where nobody acts."""
        if not work.actor:
            raise CommandRefused("nobody is named: give begin() an actor")
        self.work = work
        self.person = work.actor
        self.directory = directory
        self.rights = Rights(directory)
        self._sight: Sight | None = None

    @property
    def sight(self) -> Sight:
        """All that the person may see."""
        if self._sight is None:
            self._sight = self.rights.sight(self.person, on=self.work.now)
        return self._sight

    def acts_as(self, person: str | None) -> bool:
        """Tell whether the actor is this person, or their substitute today."""
        return person is not None and person in self.sight.people

    # Tasks

    def task(self, task: str | TaskView) -> TaskView:
        """Return a task as it stands. Raises TaskNotOpen where it may not be seen, too."""
        found = self.work.teamwork.task(task)
        if not self.may(Action.SEE, found):
            raise TaskNotOpen(task if isinstance(task, str) else task.id)
        return found

    def may(self, action: Action, task: TaskView) -> Verdict:
        """Tell whether the actor may do something with a task, and why."""
        return self.rights.may(self.person, action, self.subject(task), on=self.work.now)

    def subject(self, task: TaskView) -> Subject:
        """Return a task as rights look at it."""
        parties = {one.person for one in self.work.teamwork.parties(task.case)}
        return Subject(
            unit=task.unit,
            roles=task.roles,
            people=task.people,
            holder=task.assignee,
            onlookers=(*task.signers, *([task.owner] if task.owner else []), *sorted(parties)),
            excluded=task.excluded,
        )

    def check(self, action: Action, task: TaskView) -> None:
        """Refuse what the actor may not do. Raises NotAllowed."""
        verdict = self.may(action, task)
        if not verdict:
            raise NotAllowed(self.person, action=action, because=verdict.because)

    def check_holder(self, task: TaskView, what: str) -> None:
        """Refuse whoever neither holds a task nor administers its unit. Raises NotAllowed."""
        if not self.acts_as(task.assignee) and not self.may(Action.ADMINISTER, task):
            because = "they do not hold it" if task.assignee else "nobody holds it"
            raise NotAllowed(self.person, action=what, because=because)

    # Cases

    def case(self, case: str | CaseView) -> CaseView:
        """Return a case as it stands. Raises UnknownCase where it may not be seen, too.

        It may be seen by whom a right lets see the matters of its unit, by everybody with a
        part in it, and by who may see one of its open tasks.
        """
        found = self.work.case(case)
        parties = tuple(sorted({one.person for one in self.work.teamwork.parties(found)}))
        if self.may_on_unit(Action.SEE, found.unit, parties):
            return found
        if any(self.may(Action.SEE, one) for one in self.work.tasks(case=found, limit=10_000)):
            return found
        raise UnknownCase(case if isinstance(case, str) else case.id)

    def may_on_unit(self, action: Action, unit: str, onlookers: tuple[str, ...] = ()) -> Verdict:
        """Tell whether the actor may do something with the matters of a unit."""
        subject = Subject(unit=unit, onlookers=onlookers)
        return self.rights.may(self.person, action, subject, on=self.work.now)

    # Receivers

    def check_receiver(self, person: str, task: TaskView, *, must_be_there: bool = True) -> None:
        """Refuse to hand a task to somebody who cannot take it or should not see it.

        It stays on the line of its unit, the units above and below, unless a right over the
        unit lets the actor hand it to anybody.

        Raises:
            CommandRefused: there is no such active person, or they are away.
            NotAllowed: their posts lie elsewhere.
        """
        found = self.directory.person(person)
        if found is None or not found.is_active:
            raise CommandRefused(f"{person} is not an active person here")
        day = self.work.now.astimezone(_zone(self.directory)).date()
        absence = found.absence(day)
        if must_be_there and absence is not None:
            acting = [one.person for one in found.substitutes]
            instead = f"; {' or '.join(acting)} can act instead" if acting else ""
            raise CommandRefused(f"{person} is away until {absence.until}{instead}")
        if any(self.may(action, task) for action in HANDING_ON) or not task.unit:
            return
        line = self._line(task.unit)
        posts = self.rights.capacities(person, on=self.work.now)
        if not any(one.unit in line for one in posts):
            raise NotAllowed(
                self.person,
                action=f"hand to {person}",
                because=f"no post of theirs lies in {task.unit}, above or below it",
            )

    def _line(self, unit: str) -> set[str]:
        units = self.directory.units()
        return {*units.above(unit), *units.below(unit)}


def _zone(directory: Directory) -> ZoneInfo:
    return ZoneInfo(directory.zone)
