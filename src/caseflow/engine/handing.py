"""The tier ladder: handing cases and tasks from unit to unit; nobody's rights are asked here.

`caseflow.worklist.Desk` asks them, and then does the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from caseflow.bpmn import examine_decisions
from caseflow.decisions import compile_decisions
from caseflow.engine.cases import Cases
from caseflow.engine.ids import case_id
from caseflow.engine.placing import Destination, destination, named
from caseflow.engine.views import CaseView, TaskView, view_case
from caseflow.errors import CommandRefused, TaskNotOpen, UnknownCase
from caseflow.kernel import (
    AskReturn,
    CaseId,
    ClaimCase,
    Command,
    Custody,
    DesignateUnit,
    HandCase,
    HandTask,
    RuleOnReturn,
    Ruling,
    TakeBackCase,
)
from caseflow.model import Hand, Value, checked
from caseflow.org import passage

Handed: TypeAlias = str | CaseView | TaskView
"""A case, or one of its open tasks: by its id, ``CASE`` or ``CASE:NUMBER``, or as it was read."""

_TASK = re.compile(r"(.+):([0-9]{1,9})")
_PLACES = ("unit", "tier", "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """Whose a matter is by a decision, and by which of its rules; empty where it is silent."""

    unit: str = ""
    tier: str = ""
    role: str = ""
    decision: str = ""
    rules: tuple[str, ...] = ()


class Handing:
    """Handing cases from unit to unit, within one unit of work. Made by `Work.handing`.

    A case goes with the open tasks of the unit that had it. Units and their tiers are those of
    the directory; where that knows no units at all, the host names unit and tier itself.
    """

    def __init__(self, cases: Cases) -> None:
        """Work on cases within a transaction that somebody else ends."""
        self._cases = cases
        self._actor = cases.actor

    def of(self, case: str | CaseView) -> Custody:
        """Return how a case came to its unit, and what is undecided about that.

        Raises UnknownCase.
        """
        return self._cases.stores.cases.load(case_id(case)).custody

    def giver(self, task: str | TaskView) -> str:
        """Return the unit that gave a task, and it alone, to another; or nothing.

        Raises TaskNotOpen.
        """
        case, number = self._named(task)
        held = self._cases.stores.cases.load(case)
        if number is None or number not in held.tasks:
            raise TaskNotOpen(task if isinstance(task, str) else task.id)
        return held.tasks[number].giver

    # On

    def escalate(  # noqa: PLR0913 - each is a fact about the handing, and goes by its name
        self,
        what: Handed,
        *,
        reason: str,
        to: str | None = None,
        tier: str = "",
        skips: bool = False,
        ground: str = "",
    ) -> CaseView:
        """Give a case, or one of its tasks, to the unit above or another one further up (上报).

        Args:
            what: the case or task.
            reason: why; it stands in the history.
            to: the unit, where it is not the one right above.
            tier: its tier, where the directory knows no units.
            skips: it may pass over units on the way (越级).
            ground: a code of the reason, such as ``no_power``, for statistics.

        Raises:
            CommandRefused: the unit does not lie above, units would be passed over, somebody
                asked to return the case, or units are in conflict about it.
        """
        return self._hand(
            what, Hand.ESCALATE, to, tier=tier, skips=skips, reason=reason, ground=ground
        )

    def dispatch(  # noqa: PLR0913 - each is a fact about the handing, and goes by its name
        self,
        what: Handed,
        to: str,
        *,
        reason: str,
        tier: str = "",
        skips: bool = False,
        ground: str = "",
        return_limit: str = "",
    ) -> CaseView:
        """Give a case, or one of its tasks, to a unit below (下派).

        Args:
            what: the case or task.
            to: the unit.
            reason: why; it stands in the history.
            tier: its tier, where the directory knows no units.
            skips: it may pass over units on the way (越级).
            ground: a code of the reason, for statistics.
            return_limit: the limit within which the case can be returned;
                ``return_normal``, where the parameter set has that.

        Raises:
            CommandRefused: the unit does not lie below, and as for `escalate`.
        """
        return self._hand(
            what,
            Hand.DISPATCH,
            to,
            tier=tier,
            skips=skips,
            reason=reason,
            ground=ground,
            return_limit=return_limit,
        )

    def transfer(  # noqa: PLR0913 - each is a fact about the handing, and goes by its name
        self,
        what: Handed,
        to: str,
        *,
        reason: str,
        tier: str = "",
        ground: str = "",
        return_limit: str = "",
    ) -> CaseView:
        """Give a case, or one of its tasks, to a unit neither above nor below (移送).

        Raises CommandRefused: it lies above or below, and as for `escalate`.
        """
        return self._hand(
            what,
            Hand.TRANSFER,
            to,
            tier=tier,
            reason=reason,
            ground=ground,
            return_limit=return_limit,
        )

    def jurisdiction(
        self,
        case: str | CaseView,
        decision: str,
        variables: Mapping[str, object] | None = None,
    ) -> Jurisdiction:
        """Ask a decision whose a case is; nothing is changed.

        It gives ``unit``, ``tier`` and ``role``, or some of them, from the case file and the
        ``variables`` given here. The newest deployed version is asked.

        Raises:
            CommandRefused: there is no such decision, or it gives something else.
            DecisionFailed: it could not be made.
        """
        found = self._cases.stores.cases.load(case_id(case))
        names = {
            "caseUnit": found.unit,
            "caseTier": found.tier,
            **found.variables,
            **checked(variables or {}),
        }
        stored = self._cases.stores.processes.newest_decision(decision)
        model = None if stored is None else examine_decisions(stored.model, file=stored.file).model
        if model is None:
            raise CommandRefused(f"there is no decision {decision!r}: deploy its .dmn file")
        answer = compile_decisions(model).decide(decision, names)
        last = next(one for one in answer.steps if one.decision == decision)
        return _jurisdiction(
            answer.result, decision, rules=tuple(str(hit.rule) for hit in last.hits)
        )

    def by_rule(
        self,
        case: str | CaseView,
        decision: str,
        variables: Mapping[str, object] | None = None,
        *,
        skips: bool = False,
        reason: str = "",
    ) -> CaseView:
        """Hand a case to the unit that a decision names: up, down or sideways, as it lies.

        Where it names a tier, that is the unit on this tier above the present one. The tasks
        that go along are for the role, if it names one.

        Raises:
            CommandRefused: the decision names no unit, or the one that has the case already;
                and as for `escalate`.
            DecisionFailed: it could not be made.
        """
        held = self._cases.stores.cases.load(case_id(case))
        found = self.jurisdiction(case, decision, variables)
        units = self._cases.directory.units()
        to = found.unit or (units.seat(held.unit, (found.tier,)) if found.tier else None)
        if not to:
            raise CommandRefused(f"decision {decision} names no unit for case {held.id}")
        if to == held.unit:
            raise CommandRefused(f"case {held.id} lies with {to} already, as {decision} says")
        way = passage(units, held.unit, to)
        return self._hand(
            held.id,
            Hand.TRANSFER if way is None else way.hand,
            to,
            tier=found.tier,
            skips=skips,
            reason=reason or f"by decision {decision}",
            by=found,
        )

    # Back

    def take_back(self, what: Handed, *, reason: str, to: str = "") -> CaseView:
        """Take back what was dispatched (收回): for who did last, or ``to`` another who did.

        A single task comes back to the unit that gave it away, whatever the way was.

        Raises:
            CommandRefused: nobody dispatched it, or ``to`` did not.
        """
        case, task = self._named(what)
        if task is not None:
            return self._change(
                case,
                lambda at: HandTask(
                    at=at, actor=self._actor, task=task, hand=Hand.TAKE_BACK, reason=_text(reason)
                ),
            )
        return self._change(
            case,
            lambda at: TakeBackCase(at=at, actor=self._actor, to=to, reason=_text(reason)),
        )

    def ask_return(self, case: str | CaseView, *, basis: str, suggested: str) -> CaseView:
        """Ask to return a case that was dispatched or transferred (退单, X3).

        The third unit that asks is not ruled on: all refuse, and a superior designates one.
        How many may is the value ``max_refusals`` of the parameter set.

        Args:
            case: the case.
            basis: by which rule it is not this unit's.
            suggested: the unit whose it is.

        Raises:
            CommandRefused: the time for it is over, the unit got it by a ruling or from a
                superior, the case came up or was opened here, or something is missing.
        """
        there = named(self._cases.directory, suggested)
        return self._change(
            case_id(case),
            lambda at: AskReturn(
                at=at, actor=self._actor, basis=_text(basis), suggested=there.unit
            ),
        )

    def rule(
        self,
        case: str | CaseView,
        ruling: Ruling,
        *,
        reason: str,
        to: str = "",
        tier: str = "",
    ) -> CaseView:
        """Rule on the request to return a case: it stays, goes back, or to another unit.

        Raises:
            NothingWaits: nobody asked.
            CommandRefused: who asked rules, or no other unit is named.
        """
        there = named(self._cases.directory, to, tier) if to else Destination(unit="")
        return self._change(
            case_id(case),
            lambda at: RuleOnReturn(
                at=at,
                actor=self._actor,
                ruling=ruling,
                to=there.unit,
                tier=there.tier,
                reason=_text(reason),
            ),
        )

    # Conflicts

    def claim(self, case: str | CaseView, *, unit: str, basis: str) -> CaseView:
        """Say that a case is another unit's than the one that has it (争管辖).

        From then on only a superior can say whose it is; the work on its tasks goes on.
        """
        there = named(self._cases.directory, unit)
        return self._change(
            case_id(case),
            lambda at: ClaimCase(at=at, actor=self._actor, unit=there.unit, basis=_text(basis)),
        )

    def designate(self, case: str | CaseView, to: str, *, reason: str, tier: str = "") -> CaseView:
        """End a conflict, or a request to return a case, by saying whose it is (指定管辖).

        Raises CommandRefused: it is settled whose the case is.
        """
        there = named(self._cases.directory, to, tier)
        return self._change(
            case_id(case),
            lambda at: DesignateUnit(
                at=at, actor=self._actor, to=there.unit, tier=there.tier, reason=_text(reason)
            ),
        )

    def _hand(  # noqa: PLR0913 - each is a fact about the handing, and goes by its name
        self,
        what: Handed,
        hand: Hand,
        to: str | None,
        *,
        reason: str,
        tier: str = "",
        skips: bool = False,
        ground: str = "",
        return_limit: str = "",
        by: Jurisdiction | None = None,
    ) -> CaseView:
        case, task = self._named(what)
        there = destination(self._cases.directory, self._source(case, task), hand, to, tier=tier)
        if there.skipped and not skips:
            raise CommandRefused(
                f"that would pass over {', '.join(there.skipped)}: say that it skips them, "
                "or hand it to the next unit"
            )
        if task is not None:
            return self._change(
                case,
                lambda at: HandTask(
                    at=at,
                    actor=self._actor,
                    task=task,
                    hand=hand,
                    to=there.unit,
                    skipped=there.skipped,
                    reason=_text(reason),
                    ground=ground,
                ),
            )
        return self._change(
            case,
            lambda at: HandCase(
                at=at,
                actor=self._actor,
                hand=hand,
                to=there.unit,
                tier=there.tier,
                skipped=there.skipped,
                reason=_text(reason),
                ground=ground,
                return_limit=return_limit,
                roles=(by.role,) if by is not None and by.role else (),
                decision="" if by is None else by.decision,
                rules=() if by is None else by.rules,
            ),
        )

    def _named(self, what: Handed) -> tuple[CaseId, int | None]:
        """Return the case, and the number of the task where that is meant alone."""
        if isinstance(what, CaseView):
            return what.id, None
        name = what if isinstance(what, str) else what.id
        found = _TASK.fullmatch(name)
        if found is None:
            return case_id(name), None
        try:
            return case_id(found[1]), int(found[2])
        except UnknownCase as failure:
            raise TaskNotOpen(name) from failure

    def _source(self, case: CaseId, task: int | None) -> str:
        held = self._cases.stores.cases.load(case)
        if task is None:
            return held.unit
        if task not in held.tasks:
            raise TaskNotOpen(f"{case}:{task}")
        return held.tasks[task].unit

    def _change(self, case: CaseId, command: Callable[[datetime], Command]) -> CaseView:
        return view_case(self._cases.change(case, command))


def _jurisdiction(result: Value, decision: str, *, rules: tuple[str, ...]) -> Jurisdiction:
    """Return what a decision said. Raises CommandRefused where that names no place."""
    given = result if isinstance(result, Mapping) else {"unit": result}
    places = {name: given[name] for name in _PLACES if given.get(name) is not None}
    is_known = any(name in given for name in _PLACES)
    if not is_known or not all(isinstance(one, str) for one in places.values()):
        raise CommandRefused(
            f"decision {decision} gives {result!r}: whose a case is takes a unit, a tier or a "
            "role, as text"
        )
    texts = {name: str(one) for name, one in places.items()}
    return Jurisdiction(decision=decision, rules=rules, **texts)


def _text(text: str) -> str:
    """Return a text that every database can keep. Raises ValueRefused."""
    return str(checked({"text": text})["text"])
