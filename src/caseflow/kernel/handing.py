"""The tier ladder: how a case and its tasks come from unit to unit, and who may not say no.

What goes along are the open tasks of the unit that had the case: claims, delegations and open
votes fall away, roles stay and name people of the new unit. A due time that comes from a limit
keeps its start and its pauses, and is counted on the calendar of the new unit: nobody gains or
loses time but by the office hours of who has to act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from caseflow.errors import CommandRefused, NothingWaits
from caseflow.kernel.case import Task
from caseflow.kernel.custody import Conflict, ConflictKind, Custody, ReturnRequest, Ruling, Seat
from caseflow.kernel.deadlines import count_for_unit, count_task_for_unit
from caseflow.kernel.functions import counted, parameters
from caseflow.kernel.handing_commands import (
    AskReturn,
    ClaimCase,
    DesignateUnit,
    HandCase,
    HandingCommand,
    HandTask,
    PlaceUnit,
    RuleOnReturn,
    TakeBackCase,
)
from caseflow.kernel.handing_events import (
    CaseClaimed,
    CaseHanded,
    CaseTakenBack,
    ConflictArose,
    HandingEvent,
    ReturnAsked,
    ReturnRuled,
    TaskHanded,
    UnitDesignated,
)
from caseflow.kernel.run import Run
from caseflow.kernel.tasks import open_task
from caseflow.kernel.voting import decided
from caseflow.model import Hand

RETURN_LIMIT = "return_normal"
"""The limit of the parameter set within which a case can be returned, unless another is named."""

MAX_REFUSALS = "max_refusals"
"""The value of the parameter set that says how many units may refuse a case."""

DEFAULT_REFUSALS = 3
"""How many that are where the parameter set does not say (DOMAIN §15.3)."""

WAYS = frozenset({Hand.ESCALATE, Hand.DISPATCH, Hand.TRANSFER})
"""How a case, or a task, is given to another unit."""

_RETURNABLE = frozenset({Hand.DISPATCH, Hand.TRANSFER})


def apply_handing(run: Run, command: HandingCommand) -> None:  # noqa: C901 - one case a command
    """Do what a command asks for.

    Raises:
        CommandRefused: it is not possible now.
        NothingWaits: nobody asked to return the case.
        TaskNotOpen: there is no such task.
    """
    match command:
        case HandCase():
            _hand(run, command)
        case HandTask():
            _hand_task(run, command)
        case TakeBackCase():
            _take_back(run, command)
        case AskReturn():
            _ask_return(run, command)
        case RuleOnReturn():
            _rule(run, command)
        case ClaimCase():
            _claim(run, command)
        case DesignateUnit():
            _designate(run, command)
        case PlaceUnit():
            raise NothingWaits("a place is the answer to an element that asked for it")
        case _:
            assert_never(command)


# Handing on


def _hand(run: Run, command: HandCase) -> None:
    custody, here = run.case.custody, _here(run)
    _check_settled(run)
    _check_reason(command.reason)
    _check_way(command.hand)
    there = _target(run, command.to, command.tier)
    return_by = None
    if command.hand in _RETURNABLE:
        return_by = _return_by(run, command.return_limit, unit=there.unit)
    above = _cut(custody.above, there.unit)
    if command.hand is Hand.DISPATCH:
        above = (*_cut(above, here.unit), here)
    elif command.hand is Hand.ESCALATE and len(above) == len(custody.above):
        above = ()  # it went beyond all who had dispatched it
    _move(
        run,
        there,
        replace(custody, came=command.hand, giver=here, above=above, return_by=return_by),
        lambda tasks: CaseHanded(
            hand=command.hand,
            source=here.unit,
            source_tier=here.tier,
            target=there.unit,
            target_tier=there.tier,
            skipped=command.skipped,
            tasks=tasks,
            reason=command.reason,
            ground=command.ground,
            return_by=return_by,
            decision=command.decision,
            rules=command.rules,
        ),
        roles=command.roles,
    )


def _hand_task(run: Run, command: HandTask) -> None:
    task = open_task(run, command.task)
    _check_reason(command.reason)
    if command.hand is Hand.TAKE_BACK:
        if not task.giver:
            raise CommandRefused(f"no unit gave task {run.case.id}:{task.id} to another")
        to, giver = task.giver, ""
    else:
        _check_way(command.hand)
        to, giver = command.to, task.unit
    if not to or to == task.unit:
        raise CommandRefused(f"task {run.case.id}:{task.id} goes to another unit than its own")
    run.emit(
        TaskHanded(
            task=task.id,
            hand=command.hand,
            source=task.unit,
            target=to,
            skipped=command.skipped,
            reason=command.reason,
            ground=command.ground,
        )
    )
    run.tasks[task.id] = replace(_received(task, to), giver=giver)
    count_task_for_unit(run, run.tasks[task.id], to)


def _take_back(run: Run, command: TakeBackCase) -> None:
    custody, here = run.case.custody, _here(run)
    _check_no_conflict(run)
    _check_reason(command.reason)
    if not custody.above:
        raise CommandRefused(f"nobody dispatched case {run.case.id} who could take it back")
    wanted = command.to or custody.above[-1].unit
    there = next((one for one in custody.above if one.unit == wanted), None)
    if there is None:
        raise CommandRefused(f"unit {wanted} did not dispatch case {run.case.id}")
    _move(
        run,
        there,
        replace(
            custody,
            came=Hand.TAKE_BACK,
            giver=here,
            above=_cut(custody.above, there.unit),
            return_by=None,
            asked=None,
        ),
        lambda tasks: CaseTakenBack(
            source=here.unit,
            target=there.unit,
            target_tier=there.tier,
            tasks=tasks,
            reason=command.reason,
        ),
    )


# Returning, and conflicts


def _ask_return(run: Run, command: AskReturn) -> None:
    case, custody = run.case, run.case.custody
    _check_settled(run)
    if custody.giver is None or case.unit in custody.bound or custody.came not in _RETURNABLE:
        raise CommandRefused(_why_not_returned(run))
    if custody.return_by is not None and run.at > custody.return_by:
        raise CommandRefused(
            f"case {case.id} could be returned until {custody.return_by.isoformat()}"
        )
    if not command.basis.strip() or not command.suggested.strip():
        raise CommandRefused("a return needs a basis, and the unit that is responsible")
    if command.suggested == case.unit:
        raise CommandRefused("a return suggests another unit than the one that asks")
    refusals = (*(one for one in custody.refusals if one != case.unit), case.unit)
    run.emit(
        ReturnAsked(
            unit=case.unit,
            giver=custody.giver.unit,
            basis=command.basis,
            suggested=command.suggested,
        )
    )
    asked = ReturnRequest(person=command.actor, suggested=command.suggested)
    _keep(run, replace(custody, asked=asked, refusals=refusals))
    if len(refusals) >= _most_refusals(run):
        _arise(run, Conflict(kind=ConflictKind.REFUSED, units=refusals))


def _why_not_returned(run: Run) -> str:
    case, came = run.case, run.case.custody.came
    if case.unit in case.custody.bound:
        return (
            f"unit {case.unit} got case {case.id} by a ruling or from a superior: "
            "there is no second return"
        )
    how = "opened there" if came is None else f"came there by {came}"
    return (
        f"only what was dispatched or transferred is returned, and case {case.id} {how}: "
        "hand it on instead"
    )


def _rule(run: Run, command: RuleOnReturn) -> None:
    custody, here = run.case.custody, _here(run)
    _check_no_conflict(run)
    _check_reason(command.reason)
    if custody.asked is None or custody.giver is None:
        raise NothingWaits(f"nobody asked to return case {run.case.id}")
    if command.actor and command.actor == custody.asked.person:
        raise CommandRefused("who asks to return a case cannot rule on it")
    refusals = custody.refusals
    above = custody.above
    match command.ruling:
        case Ruling.STAYS:
            there, bound, came = here, here.unit, custody.came
            refusals = tuple(one for one in refusals if one != here.unit)
        case Ruling.BACK:
            there, bound, came = custody.giver, "", Hand.RULE
            above = _cut(above, there.unit)
        case Ruling.REASSIGNED:
            there, came = _target(run, command.to, command.tier), Hand.RULE
            bound = there.unit
            above = _cut(above, there.unit)
        case _:
            assert_never(command.ruling)
    _move(
        run,
        there,
        replace(
            custody,
            came=came,
            giver=custody.giver if there == here else here,
            above=above,
            return_by=None,
            bound=_with(custody.bound, bound),
            asked=None,
            refusals=refusals,
        ),
        lambda tasks: ReturnRuled(
            unit=here.unit,
            ruling=command.ruling,
            target=there.unit,
            target_tier=there.tier,
            tasks=tasks,
            reason=command.reason,
        ),
    )


def _claim(run: Run, command: ClaimCase) -> None:
    case, conflict = run.case, run.case.custody.conflict
    if conflict is not None and conflict.kind is ConflictKind.REFUSED:
        _check_no_conflict(run)
    units = (case.unit,) if conflict is None else conflict.units
    if not command.unit or command.unit in units:
        raise CommandRefused(f"unit {command.unit} has case {case.id}, or claims it already")
    if not command.basis.strip():
        raise CommandRefused("a claim needs a basis: it stands in the history")
    run.emit(CaseClaimed(unit=command.unit, against=case.unit, basis=command.basis))
    _arise(run, Conflict(kind=ConflictKind.CLAIMED, units=(*units, command.unit)))


def _designate(run: Run, command: DesignateUnit) -> None:
    custody, here = run.case.custody, _here(run)
    _check_reason(command.reason)
    if custody.conflict is None and custody.asked is None:
        raise CommandRefused(
            f"it is settled whose case {run.case.id} is: dispatch or transfer it instead"
        )
    there = here if command.to == here.unit else _target(run, command.to, command.tier)
    _move(
        run,
        there,
        Custody(
            came=Hand.DESIGNATE,
            giver=custody.giver if there == here else here,
            above=_cut(custody.above, there.unit),
            bound=_with(custody.bound, there.unit),
        ),
        lambda tasks: UnitDesignated(
            source=here.unit,
            target=there.unit,
            target_tier=there.tier,
            tasks=tasks,
            reason=command.reason,
        ),
    )


def _arise(run: Run, conflict: Conflict) -> None:
    _keep(run, replace(run.case.custody, conflict=conflict))
    run.emit(ConflictArose(conflict=conflict.kind, units=conflict.units))


# What goes along


def _move(
    run: Run,
    there: Seat,
    custody: Custody,
    fact: Callable[[tuple[int, ...]], HandingEvent],
    *,
    roles: tuple[str, ...] = (),
) -> None:
    """Let a case lie with a unit from now on, and its open tasks of the old one with it."""
    old = run.case.unit
    going = [one for one in run.tasks.values() if one.unit == old] if there.unit != old else []
    run.case = replace(run.case, unit=there.unit, tier=there.tier, custody=custody)
    run.emit(fact(tuple(one.id for one in going)))
    for task in going:
        run.tasks[task.id] = replace(_received(task, there.unit), roles=roles or task.roles)
    if there.unit != old:
        run.has_news = run.is_watched  # conditions may ask whose the case is
        count_for_unit(run, old, there.unit)


def _received(task: Task, unit: str) -> Task:
    """Return a task as another unit gets it: nobody there has begun it.

    People that it names are of the old unit; they stay only where no role could take it.
    """
    is_decided = bool(task.participants) and decided(task.policy, task.participants) is not None
    return replace(
        task,
        unit=unit,
        assignee=None,
        owner=None,
        people=() if task.roles else task.people,
        participants=task.participants if is_decided else (),
        asked=None,
        is_touched=True,
    )


# Checks


def _here(run: Run) -> Seat:
    return Seat(unit=run.case.unit, tier=run.case.tier)


def _target(run: Run, unit: str, tier: str) -> Seat:
    if not unit.strip() or unit == run.case.unit:
        raise CommandRefused(
            f"case {run.case.id} goes to another unit than {run.case.unit or 'none'}: name it"
        )
    return Seat(unit=unit, tier=tier)


def _check_way(hand: Hand) -> None:
    if hand not in WAYS:
        raise CommandRefused(f"{hand} has a command of its own")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise CommandRefused("a reason is needed: it stands in the history")


def _check_no_conflict(run: Run) -> None:
    conflict = run.case.custody.conflict
    if conflict is not None:
        raise CommandRefused(
            f"case {run.case.id} is {conflict.kind} by {', '.join(conflict.units)}: "
            "only a superior can designate whose it is"
        )


def _check_settled(run: Run) -> None:
    _check_no_conflict(run)
    if run.case.custody.asked is not None:
        raise CommandRefused(
            f"unit {run.case.unit} asked to return case {run.case.id}: it waits for a ruling"
        )


def _keep(run: Run, custody: Custody) -> None:
    run.case = replace(run.case, custody=custody)


def _cut(above: Iterable[Seat], unit: str) -> tuple[Seat, ...]:
    """Return the units that dispatched a case before it came to one of them again."""
    found = tuple(above)
    places = [place for place, one in enumerate(found) if one.unit == unit]
    return found[: places[0]] if places else found


def _with(units: tuple[str, ...], unit: str) -> tuple[str, ...]:
    return units if not unit or unit in units else (*units, unit)


def _return_by(run: Run, name: str, *, unit: str) -> datetime | None:
    """Return until when a case can be returned; None where no limit says so."""
    setting = run.program.setting
    limit = parameters(run, setting).limits.get(name or RETURN_LIMIT)
    if limit is None:
        if name:
            raise CommandRefused(f"the parameter set has no limit {name!r}")
        return None
    try:
        return counted(run, setting, limit, run.at, unit=unit)
    except ValueError as failure:
        raise CommandRefused(f"the time to return it cannot be counted: {failure}") from failure


def _most_refusals(run: Run) -> int:
    found = parameters(run, run.program.setting).values.get(MAX_REFUSALS, DEFAULT_REFUSALS)
    return found if isinstance(found, int) and found > 0 else DEFAULT_REFUSALS
