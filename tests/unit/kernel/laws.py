"""What is true of every command on every case, whatever the diagram."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.kernel import (
    BroadcastSignal,
    CancelJob,
    CancelTimer,
    Case,
    CaseState,
    ClearIncident,
    Command,
    Condition,
    Effect,
    FindNewest,
    FindUnit,
    FrameKind,
    HideTask,
    Incident,
    Job,
    Outcome,
    Program,
    RaiseIncident,
    SendMessage,
    ShowTask,
    StartJob,
    StartTimer,
    Subscribe,
    Subscription,
    Task,
    Timer,
    TokenKind,
    Unsubscribe,
    advance,
    dump_case,
    dump_command,
    dump_event,
    load_case,
    load_command,
    load_event,
)
from caseflow.kernel.run import Run
from caseflow.model import Binding, CallActivity

Rows = Mapping[str, Mapping[int, object]]


def lawful(program: Program, case: Case | None, command: Command) -> Outcome:
    """Apply a command, and check everything that must be true of it and of what comes of it."""
    before = None if case is None else dump_case(case)

    outcome = advance(program, case, command)

    assert case is None or dump_case(case) == before, "the case that came in was changed"
    check_same_again(program, before, command, outcome)
    check_round_trips(command, outcome)
    assert folded(rows(case), outcome.effects) == rows(outcome.case)
    check_structure(program, outcome.case)
    return outcome


def check_same_again(
    program: Program, before: str | None, command: Command, outcome: Outcome
) -> None:
    """The same command on the stored case has the same outcome, byte for byte."""
    again = advance(program, None if before is None else load_case(before), command)

    assert again == outcome
    assert dump_case(again.case) == dump_case(outcome.case)
    assert list(map(dump_event, again.events)) == list(map(dump_event, outcome.events))


def check_round_trips(command: Command, outcome: Outcome) -> None:
    """Writing and reading back changes nothing."""
    assert load_case(dump_case(outcome.case)) == outcome.case
    assert load_command(dump_command(command)) == command
    assert tuple(load_event(dump_event(one)) for one in outcome.events) == outcome.events


def rows(case: Case | None) -> Rows:
    """What the tables beside the case show of it."""
    if case is None:
        return {"tasks": {}, "jobs": {}, "timers": {}, "subscriptions": {}, "incidents": {}}
    return {
        "tasks": dict(case.tasks),
        "jobs": dict(case.jobs),
        "timers": dict(case.timers),
        "subscriptions": dict(case.subscriptions),
        "incidents": dict(case.incidents),
    }


def folded(before: Rows, effects: tuple[Effect, ...]) -> Rows:  # noqa: C901, PLR0912 - one case an effect
    """The rows after the effects of a command; what is taken away must have been there."""
    after = {name: dict(table) for name, table in before.items()}
    for effect in effects:
        match effect:
            case ShowTask(task):
                after["tasks"][task.id] = task
            case HideTask(number):
                del after["tasks"][number]
            case StartJob(job):
                after["jobs"][job.id] = job
            case CancelJob(number):
                del after["jobs"][number]
            case StartTimer(timer):
                after["timers"][timer.id] = timer
            case CancelTimer(number):
                del after["timers"][number]
            case Subscribe(subscription):
                after["subscriptions"][subscription.id] = subscription
            case Unsubscribe(number):
                del after["subscriptions"][number]
            case RaiseIncident(incident):
                after["incidents"][incident.id] = incident
            case ClearIncident(number):
                del after["incidents"][number]
            case SendMessage() | BroadcastSignal() | FindNewest() | FindUnit():
                pass
    return after


def check_structure(program: Program, case: Case) -> None:
    """Everything that is alive hangs together, and nothing that is over is left."""
    alive = (case.tokens, case.tasks, case.jobs, case.timers, case.subscriptions)
    if case.state.is_over:
        assert not any((*alive, case.conditions, case.met, case.incidents))
        assert list(case.frames) == [1]
        assert case.ended_at is not None
        return
    assert case.ended_at is None
    check_frames(case)
    check_tokens(Run(program, case, at=case.started_at), case)
    check_wakes(case)
    if case.state is CaseState.RUNNING:
        is_placed = all(one.kind is not TokenKind.HANDING for one in case.tokens.values())
        is_awake = case.tasks or case.jobs or case.incidents or _wakes(case) or not is_placed
        run = Run(program, case, at=case.started_at)
        assert is_awake or _late_calls(run, case), "stands still for ever"


def check_frames(case: Case) -> None:
    """Each frame but the outermost has a parent, a host where it needs one, and life in it."""
    for frame in case.frames.values():
        if frame.parent is None:
            assert frame.id == 1
        else:
            assert frame.parent in case.frames
        if frame.token is not None:
            host = case.tokens[frame.token]
            # An event sub-process waits while what is around it is undone.
            is_beside = host.frame == frame.parent or frame.kind is FrameKind.UNDO
            assert (is_beside, host.element) == (True, frame.element)
        inner = [one for one in case.frames.values() if one.parent == frame.id]
        tokens = [one for one in case.tokens.values() if one.frame == frame.id]
        assert tokens or any(one.token is None for one in inner), f"frame {frame.id} is idle"


def check_tokens(run: Run, case: Case) -> None:  # noqa: C901 - one case a kind of token
    """Each token stands in a frame and waits for something that can happen."""
    hosts, late = [frame.token for frame in case.frames.values()], _late_calls(run, case)
    awaited = [wake.token for wake in _wakes(case)]
    for token in case.tokens.values():
        assert token.frame in case.frames
        match token.kind:
            case TokenKind.STUCK:
                assert token.id in case.incidents
            case TokenKind.HANDING:
                assert run.vertex(token).wish is not None
            case TokenKind.JOINING | TokenKind.SPENT:
                assert token.flow is not None or run.graphs[token.frame].ad_hoc is not None
            case TokenKind.ACTIVE:
                works = [token.id in case.tasks, token.id in case.jobs, token.id in hosts]
                is_known = sum(works) == 1 or token.id in awaited or token.id in late
                assert is_known, f"token {token.id} is forgotten"
    rows: list[Task | Job | Incident] = [*case.tasks.values(), *case.jobs.values()]
    for row in (*rows, *case.incidents.values()):
        assert case.tokens[row.id].element == row.element
    for task in case.tasks.values():
        assert case.tokens[task.id].kind is TokenKind.ACTIVE
    for number in case.incidents:
        is_stopped = case.tokens[number].kind is not TokenKind.ACTIVE
        assert is_stopped or case.jobs[number].tries_left == 0


def check_wakes(case: Case) -> None:
    """Whatever is waited for, is waited for by somebody."""
    for wake in _wakes(case):
        assert wake.frame in case.frames
        assert wake.token is None or case.tokens[wake.token].frame == wake.frame


def _late_calls(run: Run, case: Case) -> list[int]:
    """The calls that wait to know which version they run."""
    hosts = {frame.token for frame in case.frames.values()}
    return [
        token.id
        for token in case.tokens.values()
        if token.kind is TokenKind.ACTIVE
        and token.id not in hosts
        and isinstance(call := run.vertex(token).node.behaviour, CallActivity)
        and call.binding is Binding.LATEST
    ]


def _wakes(case: Case) -> list[Timer | Subscription | Condition]:
    return [*case.timers.values(), *case.subscriptions.values(), *case.conditions.values()]
