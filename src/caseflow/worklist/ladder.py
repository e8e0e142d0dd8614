"""The part of a desk that hands cases from unit to unit, with the rights that a person has."""

from __future__ import annotations

from caseflow.engine import CaseView, TaskView
from caseflow.errors import CommandRefused, NotAllowed, UnknownCase
from caseflow.kernel import Custody, Ruling
from caseflow.model import Hand
from caseflow.org import (
    Action,
    Passage,
    Subject,
    Verdict,
    may_decide,
    may_designate,
    may_send,
    passage,
)
from caseflow.worklist.contributions import CaseDesk

MOST_TASKS = 10_000
"""Open tasks of one case that are looked at."""


class LadderDesk(CaseDesk):
    """Handing cases, and single tasks, up, down and sideways, and settling whose they are.

    A case or task that may not be seen is answered like one that does not exist (UnknownCase,
    TaskNotOpen), what may be seen but not done with NotAllowed. ``CASE:NUMBER`` is a task.
    """

    def custody(self, case: str | CaseView) -> Custody:
        """Return how a case came to its unit, and what is undecided about that."""
        return self._work.handing.of(self._given(case))

    def escalate(
        self,
        what: str | CaseView | TaskView,
        *,
        reason: str,
        to: str | None = None,
        skips: bool = False,
        ground: str = "",
    ) -> CaseView:
        """Give a case or task to the unit above, or another one further up (上报)."""
        found = self._found(what)
        if to is None:
            line = self._access.directory.units().above(found.unit)
            to = line[1] if len(line) > 1 else None
        self._check_sending(found, to, Hand.ESCALATE)
        after = self._work.handing.escalate(
            found, reason=reason, to=to, skips=skips, ground=ground
        )
        return self._done(after)

    def dispatch(  # noqa: PLR0913 - each is a fact about the handing, and goes by its name
        self,
        what: str | CaseView | TaskView,
        to: str,
        *,
        reason: str,
        skips: bool = False,
        ground: str = "",
        return_limit: str = "",
    ) -> CaseView:
        """Give a case or task to a unit below (下派)."""
        found = self._found(what)
        self._check_sending(found, to, Hand.DISPATCH)
        after = self._work.handing.dispatch(
            found, to, reason=reason, skips=skips, ground=ground, return_limit=return_limit
        )
        return self._done(after)

    def transfer_to_unit(
        self,
        what: str | CaseView | TaskView,
        to: str,
        *,
        reason: str,
        ground: str = "",
        return_limit: str = "",
    ) -> CaseView:
        """Give a case or task to a unit neither above nor below (移送)."""
        found = self._found(what)
        self._check_sending(found, to, Hand.TRANSFER)
        after = self._work.handing.transfer(
            found, to, reason=reason, ground=ground, return_limit=return_limit
        )
        return self._done(after)

    def hand_by_rule(
        self, case: str | CaseView, decision: str, *, skips: bool = False, reason: str = ""
    ) -> CaseView:
        """Hand a case to the unit that a decision names; for who could send it there."""
        found = self._access.case(case)
        said = self._work.handing.jurisdiction(found, decision)
        units = self._access.directory.units()
        to = said.unit or (units.seat(found.unit, (said.tier,)) if said.tier else None)
        way = None if to is None else passage(units, found.unit, to)
        if way is not None:
            self._check_sending(found, to, way.hand)
        return self._done(self._work.handing.by_rule(found, decision, skips=skips, reason=reason))

    def take_back(self, what: str | CaseView | TaskView, *, reason: str, to: str = "") -> CaseView:
        """Take back what was dispatched (收回); for who dispatches for the unit it comes to."""
        found = self._found(what, is_givers=True)
        if isinstance(found, TaskView):
            giver = self._work.handing.giver(found)
        else:
            above = self._work.handing.of(found).above
            giver = to or (above[-1].unit if above else "")
        if giver:
            self._check(self._may_decide(giver), "take back")
        return self._done(self._work.handing.take_back(found, reason=reason, to=to))

    def ask_return(self, case: str | CaseView, *, basis: str, suggested: str) -> CaseView:
        """Ask to return a case that was dispatched or transferred (退单)."""
        found = self._access.case(case)
        self._check(self._may(Action.RETURN, found), "return")
        return self._done(self._work.handing.ask_return(found, basis=basis, suggested=suggested))

    def rule_on_return(
        self, case: str | CaseView, ruling: Ruling, *, reason: str, to: str = ""
    ) -> CaseView:
        """Rule on the request to return a case (裁定); for the sender or a common superior."""
        found = self._given(case)
        giver = self._work.handing.of(found).giver
        if giver is not None:
            self._check(self._may_decide(giver.unit), "rule on the return of")
        return self._done(self._work.handing.rule(found, ruling, reason=reason, to=to))

    def claim_for_unit(self, case: str | CaseView, unit: str, *, basis: str) -> CaseView:
        """Say that a case is another unit's (争管辖); for who transfers the matters of that."""
        found = self._access.case(case)
        self._check(self._access.may_on_unit(Action.TRANSFER, unit), f"claim for {unit}")
        return self._done(self._work.handing.claim(found, unit=unit, basis=basis))

    def designate(self, case: str | CaseView, to: str, *, reason: str) -> CaseView:
        """Say whose a case is (指定管辖); for who dispatches from above all in the conflict."""
        found = self._access.case(case)
        conflict = self._work.handing.of(found).conflict
        units = (found.unit, *(() if conflict is None else conflict.units))
        verdict = may_designate(self._access.rights, self.person, units, to, on=self._work.now)
        self._check(verdict, "designate a unit for")
        return self._done(self._work.handing.designate(found, to, reason=reason))

    # Rights

    def _found(
        self, what: str | CaseView | TaskView, *, is_givers: bool = False
    ) -> CaseView | TaskView:
        """Return a case or task that the person may see. Raises UnknownCase, TaskNotOpen."""
        if isinstance(what, TaskView) or (isinstance(what, str) and ":" in what):
            return self._access.task(what)
        return self._given(what) if is_givers else self._access.case(what)

    def _given(self, case: str | CaseView) -> CaseView:
        """Return a case that the person may see, or that their unit gave and has a say in.

        Raises UnknownCase.
        """
        try:
            return self._access.case(case)
        except UnknownCase:
            custody = self._work.handing.of(case)
            givers = [one.unit for one in custody.above]
            if custody.giver is not None and custody.asked is not None:
                givers.append(custody.giver.unit)
            if not any(self._may_decide(one) for one in givers):
                raise
            return self._work.case(case)

    def _check_sending(self, found: CaseView | TaskView, to: str | None, hand: Hand) -> None:
        """Refuse who may not send something there. Raises NotAllowed, CommandRefused."""
        units = self._access.directory.units()
        way = None if to is None else passage(units, found.unit, to)
        if way is None:  # what is wrong with it is told to who may send at all
            way = Passage(hand=hand, source=found.unit, target=to or "", tier="")
        elif way.hand is not hand:
            self._check(self._access.may_on_unit(Action.SEE, found.unit), hand)
            raise CommandRefused(f"unit {to} cannot be reached so: {way.hand} it")
        verdict = may_send(
            self._access.rights, self.person, way, self._subjects(found), on=self._work.now
        )
        self._check(verdict, hand)

    def _subjects(self, found: CaseView | TaskView) -> tuple[Subject, ...]:
        """Return the tasks by which somebody may send a case, or the one that is sent."""
        if isinstance(found, TaskView):
            return (self._access.subject(found),)
        tasks = self._work.tasks(case=found, limit=MOST_TASKS)
        return tuple(self._access.subject(one) for one in tasks if one.unit == found.unit)

    def _may(self, action: Action, case: CaseView) -> Verdict:
        """Tell whether the person may do something with a case, or one of its unit's tasks."""
        first = self._access.may_on_unit(action, case.unit)
        rights, now = self._access.rights, self._work.now
        others = (rights.may(self.person, action, one, on=now) for one in self._subjects(case))
        return first or next((one for one in others if one), first)

    def _may_decide(self, giver: str) -> Verdict:
        return may_decide(self._access.rights, self.person, giver, on=self._work.now)

    def _check(self, verdict: Verdict, what: str) -> None:
        if not verdict:
            raise NotAllowed(self.person, action=what, because=verdict.because)

    def _done(self, after: CaseView) -> CaseView:
        """Let the person see what becomes of what they handed on."""
        self._work.teamwork.take_part(after.id, [self.person])
        return after
