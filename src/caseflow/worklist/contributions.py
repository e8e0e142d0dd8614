"""What a person sees of cases and adds to them: copies, comments, files."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from caseflow.engine import CaseView, Entry, TaskView
from caseflow.errors import CommandRefused, NotAllowed
from caseflow.org import Action, Capacity
from caseflow.store import CommentRow, FileRow, Party
from caseflow.worklist.access import HANDING_ON, Access


class Visibility(StrEnum):
    """Who may read a comment, among those who may see the case."""

    CASE = "case"
    UNIT = "unit"
    """People with a post in the unit that it names."""
    PEOPLE = "people"
    """The people that it names."""
    PRIVATE = "private"
    """Its author."""


class CaseDesk:
    """The part of a desk that is about whole cases."""

    def __init__(self, access: Access) -> None:
        """Act with the rights of a person."""
        self._access = access
        self._work = access.work
        self.person = access.person

    def case(self, case: str | CaseView) -> CaseView:
        """Return a case as it stands. Raises UnknownCase where it may not be seen, too."""
        return self._access.case(case)

    def history(self, case: str | CaseView, *, after: int = 0) -> tuple[Entry, ...]:
        """Return the facts about a case that the person may see. Raises UnknownCase."""
        return self._work.history(self._access.case(case), after=after)

    def may(self, action: Action, what: CaseView | TaskView) -> bool:
        """Tell whether the person may do something; no to what they may not even see."""
        if isinstance(what, TaskView):
            return self._access.may(action, what).allowed
        return self._access.may_on_unit(action, what.unit).allowed

    # Copies

    def copy(
        self,
        case: str | CaseView,
        people: Iterable[str],
        *,
        message: str = "",
    ) -> None:
        """Let people look at a case from now on, and tell them so (抄送).

        That is for who holds one of its tasks or did an earlier step, and for who dispatches,
        supervises or administers its unit.
        """
        found = self._access.case(case)
        tasks = self._work.tasks(case=found, limit=10_000)
        parties = self._work.teamwork.parties(found)
        holders = [one.assignee for one in tasks]
        did = [one.person for one in parties if one.kind == "did"]
        is_part = any(self._access.acts_as(one) for one in [*holders, *did])
        if not is_part and not any(
            self._access.may_on_unit(action, found.unit) for action in HANDING_ON
        ):
            raise NotAllowed(self.person, action="copy", because="they have no task in it")
        names = list(people)
        for person in names:
            known = self._access.directory.person(person)
            if known is None or not known.is_active:
                raise CommandRefused(f"{person} is not an active person here")
        self._work.teamwork.copy(found, names, message=message)

    def copies(self, *, after: str | None = None, limit: int = 100) -> tuple[Party, ...]:
        """Return what the person was sent copies of, the newest case first."""
        return self._work.teamwork.copies(self.person, after=after, limit=limit)

    def read_copy(self, case: str | CaseView) -> CaseView:
        """Look at a case that one was sent a copy of, which remembers that one did."""
        found = self._access.case(case)
        self._work.teamwork.read_copy(found)
        return found

    # Comments

    def comment(
        self,
        case: str | CaseView,
        text: str,
        *,
        visibility: Visibility = Visibility.CASE,
        audience: Iterable[str] = (),
        task: str | TaskView | None = None,
    ) -> CommentRow:
        """Comment on a case.

        Args:
            case: which one.
            text: what to say.
            visibility: who may read it.
            audience: the unit, one of those in which the person has a post, or the people.
            task: which task it is about.
        """
        found = self._access.case(case)
        names = tuple(dict.fromkeys(audience))
        self._check_audience(Visibility(visibility), names)
        about = None if task is None else self._access.task(task)
        return self._work.teamwork.comment(
            found, text, visibility=visibility, audience=names, task=about
        )

    def comments(self, case: str | CaseView) -> tuple[CommentRow, ...]:
        """Return the comments on a case that the person may read, the oldest first."""
        found = self._access.case(case)
        units = {one.unit for one in self._capacities()}
        return tuple(
            one for one in self._work.teamwork.comments(found) if self._may_read(one, units)
        )

    def _may_read(self, comment: CommentRow, units: set[str]) -> bool:
        if comment.author == self.person:
            return True
        match Visibility(comment.visibility):
            case Visibility.CASE:
                return True
            case Visibility.UNIT:
                return not units.isdisjoint(comment.audience)
            case Visibility.PEOPLE:
                return any(self._access.acts_as(one) for one in comment.audience)
            case Visibility.PRIVATE:
                return False

    def _check_audience(self, visibility: Visibility, names: tuple[str, ...]) -> None:
        match visibility:
            case Visibility.UNIT:
                if len(names) != 1 or names[0] not in {one.unit for one in self._capacities()}:
                    raise CommandRefused("name one unit in which you have a post")
            case Visibility.PEOPLE:
                if not names:
                    raise CommandRefused("name the people who may read it")
            case Visibility.CASE | Visibility.PRIVATE:
                if names:
                    raise CommandRefused(f"a comment for {visibility} names nobody")

    def _capacities(self) -> tuple[Capacity, ...]:
        return self._access.rights.capacities(self.person, on=self._work.now)

    # Files

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
        found = self._access.case(case)
        about = None if task is None else self._access.task(task)
        return self._work.teamwork.attach(
            found,
            name,
            reference=reference,
            digest=digest,
            size=size,
            media_type=media_type,
            task=about,
        )

    def files(self, case: str | CaseView) -> tuple[FileRow, ...]:
        """Return the files of a case that the person may see."""
        return self._work.teamwork.files(self._access.case(case))
