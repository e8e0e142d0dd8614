"""The one way in which a case changes: ``advance(program, case, command) -> Outcome``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from caseflow.errors import (
    CaseNotOpen,
    CommandRefused,
    StepLimitReached,
    TimeRefused,
    UnknownProcess,
)
from caseflow.kernel.activity import finish
from caseflow.kernel.applying import apply
from caseflow.kernel.case import (
    ROOT,
    Case,
    CaseState,
    Condition,
    FixedKey,
    Met,
    Phase,
    Subscription,
    Timer,
    TokenKind,
)
from caseflow.kernel.commands import (
    CancelCase,
    Command,
    Note,
    ResumeCase,
    SetVariables,
    StartCase,
)
from caseflow.kernel.effects import Effect, FindNewest, FindUnit, changes
from caseflow.kernel.elements.ad_hoc import take_turn
from caseflow.kernel.elements.call_activity import is_any_unbound
from caseflow.kernel.elements.inclusive_gateway import settle
from caseflow.kernel.events import Event
from caseflow.kernel.handing_wishes import asks_for_unit, is_any_unplaced
from caseflow.kernel.incidents import raise_incident
from caseflow.kernel.notes import noted
from caseflow.kernel.run import Arc, Program, Run, Vertex
from caseflow.kernel.starting import start
from caseflow.kernel.waking import follow_keys, look_at_conditions

MAX_STEPS = 100_000
"""How many elements one command may pass before it is taken for an endless loop."""

DEAD_END = (
    "this join waits for tokens that cannot come, and nothing else is alive in the case: "
    "resolve it to go on without them, or cancel the case"
)
_WHILE_SUSPENDED = (ResumeCase, CancelCase, SetVariables)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command made of a case: the case, the facts, and what the shell has to do."""

    case: Case
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]


def advance(program: Program, case: Case | None, command: Command) -> Outcome:
    """Apply one command to a case, and return what comes of it; nothing else changes.

    Args:
        program: the compiled process that the case runs.
        case: the case as it was stored; None only for `StartCase`.
        command: what is asked, with its moment, its actor and all ids.

    Raises:
        CommandRefused: what is asked is not possible now.
    """
    if isinstance(command, Note):
        return note(case, command)
    if case is not None and case.memory:
        raise CommandRefused(f"case {case.id} is run by another interpreter, not by the kernel")
    run = begin(program, case, command)
    _drain(run)
    return outcome_of(run)


def note(case: Case | None, command: Note) -> Outcome:
    """Put something on record, whichever interpreter runs the case and whatever its state.

    Raises:
        CommandRefused: what is asked is not possible now.
    """
    if case is None:
        raise CommandRefused("a case begins with StartCase")
    if command.at.tzinfo is None:
        raise TimeRefused(f"a moment needs a time zone: {command.at.isoformat()}")
    after, fact = noted(case, command)
    return Outcome(case=after, events=(fact,), effects=())


def begin(program: Program, case: Case | None, command: Command) -> Run:
    """Do what a command asks for itself, and leave the tokens that it sets free in the queue.

    Raises:
        CommandRefused: what is asked is not possible now.
    """
    if command.at.tzinfo is None:
        raise TimeRefused(f"a moment needs a time zone: {command.at.isoformat()}")
    if isinstance(command, StartCase):
        if case is not None:
            raise CommandRefused(f"case {command.case} exists already")
        return start(program, command)
    if case is None:
        raise CommandRefused("a case begins with StartCase")
    _check_open(case, command)
    if case.process != program.key:
        raise UnknownProcess(case.process.id, version=case.process.version)
    run = Run(program, case, at=command.at)
    apply(run, command)
    return run


def _check_open(case: Case, command: Command) -> None:
    if case.state is CaseState.RUNNING:
        is_welcome = not isinstance(command, ResumeCase)
    else:
        is_welcome = case.state is CaseState.SUSPENDED and isinstance(command, _WHILE_SUSPENDED)
    if not is_welcome:
        raise CaseNotOpen(case.id, state=case.state)


def _drain(run: Run) -> None:
    """Move tokens until all of them wait, and finish the frames that run empty."""
    steps = 0
    while True:
        while run.queue and not run.has_news:
            frame, vertex, arc = run.queue.popleft()
            if frame in run.frames:
                steps += 1
                _enter(run, frame, vertex, arc)
            if steps > MAX_STEPS:
                raise StepLimitReached(
                    f"case {run.case.id} passed {MAX_STEPS} elements at {run.at.isoformat()} "
                    f"without waiting, lastly {vertex.id} of process {vertex.process}: "
                    "the diagram loops without a task, timer or event in the loop"
                )
        if run.has_news:
            look_at_conditions(run)
        elif run.idle:
            _finish_next(run)
        elif not take_turn(run) and not settle(run) and not look_at_conditions(run):
            _report_dead_end(run)
            return


def _enter(run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
    if vertex.wish is None or not asks_for_unit(run, frame, vertex, arc):
        vertex.element.enter(run, frame, vertex, arc)


def _keys(run: Run) -> tuple[FixedKey, ...]:
    if run.state.is_over:
        return ()
    return tuple(FixedKey(name=name, text=text) for name, text in run.keys.items())


def _finish_next(run: Run) -> None:
    """Finish the frame that ran empty last, unless something came into it since."""
    number = run.idle.pop()
    if number in run.frames and not run.live[number] and not run.state.is_over:
        finish(run, run.frames[number])


def _report_dead_end(run: Run) -> None:
    """Raise incidents where all that is left are tokens that wait for tokens.

    Without them such a case would stand still for ever, and nobody would be told.
    """
    if run.state is not CaseState.RUNNING:
        return
    if run.tasks or run.jobs or run.wakes or run.incidents or is_any_unbound(run):
        return
    if is_any_unplaced(run):
        return
    joining = [one for waiting in run.joins.values() for one in waiting]
    for token in [one for one in joining if one.kind is TokenKind.JOINING]:
        raise_incident(run, token, run.vertex(token), DEAD_END, phase=Phase.LEAVE)


def _wanted_still(run: Run) -> Iterator[Effect]:
    """Yield what was sent; what a token asks for only if it was not cancelled since."""
    for one in run.sent:
        match one:
            case FindNewest(call=token) | FindUnit(token=token) if token not in run.tokens:
                pass
            case _:
                yield one


def outcome_of(run: Run) -> Outcome:
    """Return what a run has made of its case."""
    follow_keys(run)
    for number, variables in run.changed.items():
        run.frames[number] = replace(run.frames[number], variables=variables)
    if run.frames[ROOT].done and run.state.is_over:
        run.frames[ROOT] = replace(run.frames[ROOT], done=())
    before, is_over = run.case, run.state.is_over
    wakes = list(run.wakes.values())
    after = Case(
        id=before.id,
        process=before.process,
        version=before.version + 1,
        state=run.state,
        business_key=before.business_key,
        unit=before.unit,
        tier=before.tier,
        parameters=before.parameters,
        started_at=before.started_at,
        ended_at=run.at if is_over else None,
        outcome=run.frames[ROOT].outcome,
        counter=run.counter,
        frames=run.frames,
        tokens=run.tokens,
        tasks=run.tasks,
        jobs=run.jobs,
        timers={one.id: one for one in wakes if isinstance(one, Timer)},
        subscriptions={one.id: one for one in wakes if isinstance(one, Subscription)},
        conditions={one.id: one for one in wakes if isinstance(one, Condition)},
        incidents=run.incidents,
        met=tuple(one for one in wakes if isinstance(one, Met)),
        keys=_keys(run),
        custody=before.custody,
    )
    effects = changes(before, after) + tuple(_wanted_still(run))
    return Outcome(case=after, events=run.history(), effects=effects)
