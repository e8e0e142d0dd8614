"""Opening a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from caseflow.errors import CommandRefused, ExpressionFailed, UnknownProcess
from caseflow.kernel.case import ROOT, Case, CaseId, CaseState, Frame, FrameKind, ProcessKey
from caseflow.kernel.casefile import write_here
from caseflow.kernel.commands import StartCase
from caseflow.kernel.correlation import ANY_KEY, check_received
from caseflow.kernel.elements.catch_event import CatchElement
from caseflow.kernel.elements.start_event import StartElement
from caseflow.kernel.events import CaseStarted, MessageReceived, SignalReceived, TimerFired
from caseflow.kernel.instantiation import begin_behind, starting_triggers
from caseflow.kernel.intake import Outputs, taken_in
from caseflow.kernel.listener import message_key
from caseflow.kernel.payload import taken
from caseflow.kernel.run import Program, Run, Vertex
from caseflow.kernel.scopes import listen
from caseflow.model import MessageTrigger, SignalTrigger, StartEvent, checked


def start(program: Program, command: StartCase) -> Run:
    """Open a case, with its tokens at the start. Raises CommandRefused."""
    if command.process != program.key:
        raise UnknownProcess(command.process.id, version=command.process.version)
    entries = _entries(program, command)
    variables = checked(command.variables)
    run = Run(program, _new_case(program, command), at=command.at)
    root = Frame(
        id=ROOT,
        kind=FrameKind.PROCESS,
        process=command.process,
        variables=variables,
        takes_writes=True,
    )
    try:
        _open(run, root, command, entries)
    except ExpressionFailed as failure:
        raise CommandRefused(f"case {command.case} cannot be opened: {failure}") from failure
    return run


def _new_case(program: Program, command: StartCase) -> Case:
    names = program.setting.parameters
    if command.parameters and command.parameters not in names:
        raise CommandRefused(
            f"process {command.process.id} has no parameter set {command.parameters!r}: "
            f"it has {', '.join(names) or 'none'}"
        )
    return replace(
        blank(command.process, at=command.at),
        id=command.case,
        business_key=command.business_key,
        unit=command.unit,
        tier=command.tier,
        parameters=command.parameters or next(iter(names), ""),
    )


def blank(process: ProcessKey, *, at: datetime) -> Case:
    """Return a case of which nothing is known but its process."""
    return Case(
        id=CaseId(""),
        process=process,
        version=0,
        state=CaseState.RUNNING,
        business_key="",
        unit="",
        tier="",
        parameters="",
        started_at=at,
        counter=ROOT,
        frames={},
        tokens={},
        tasks={},
        jobs={},
        timers={},
        subscriptions={},
        conditions={},
        incidents={},
    )


def _entries(program: Program, command: StartCase) -> tuple[Vertex, ...]:
    if command.start is None:
        if not program.graph.entries:
            raise CommandRefused(
                f"process {command.process.id} has no plain start event: name the start event, "
                "or send the message it starts with"
            )
        if command.payload is not None:
            raise CommandRefused("a payload needs the start event that takes it: name it")
        return program.graph.entries
    if command.start not in program.starts:
        raise CommandRefused(
            f"process {command.process.id} has no start event {command.start!r}: "
            f"it has {', '.join(program.starts)}"
        )
    return (program.starts[command.start],)


def _open(run: Run, root: Frame, command: StartCase, entries: tuple[Vertex, ...]) -> None:
    """Open the outermost frame, with the payload in it, and begin. Raises ExpressionFailed."""
    run.open_frame(root, run.program.graph)
    payload = taken(command.payload)
    trigger = None if command.start is None else _trigger(entries[0], command)
    into = None if trigger is None else trigger.into
    write_here(run, ROOT, taken_in(run, ROOT, payload, into, outputs=_outputs(entries[0])))
    formula = run.program.business_key
    if formula is not None and not command.business_key:
        run.case = replace(run.case, business_key=message_key(run, formula, ROOT))
    listen(run, ROOT)
    run.emit(
        CaseStarted(
            process=command.process,
            element=command.start,
            business_key=run.case.business_key,
            variables=root.variables,
        )
    )
    if trigger is not None:
        fact = MessageReceived if isinstance(trigger, MessageTrigger) else SignalReceived
        vertex = entries[0]
        run.emit(
            fact(process=vertex.process, element=vertex.id, name=trigger.name, payload=payload)
        )
        keyed = run.program.keyed.get((vertex.id, trigger.name))
        if keyed is not None and isinstance(trigger, MessageTrigger):
            check_received(run, keyed, ROOT, payload, awaited=ANY_KEY)
    elif command.due_at is not None:
        vertex, due_at = entries[0], command.due_at
        run.emit(TimerFired(process=vertex.process, element=vertex.id, due_at=due_at, limit=None))
    for entry in entries:
        if trigger is None or isinstance(entry.node.behaviour, StartEvent):
            run.put(ROOT, entry)
        else:
            begin_behind(run, entry)


def _outputs(vertex: Vertex) -> Outputs:
    match vertex.element:
        case StartElement(outputs=outputs):
            return outputs
        case CatchElement(listener=listener):
            return listener.outputs
        case _:
            return None


def _trigger(vertex: Vertex, command: StartCase) -> MessageTrigger | SignalTrigger | None:
    """Return the message or signal that a case begins with, if it is one of them.

    Where none is named it is the first of the event, unless a timer can open it as well.
    """
    triggers = starting_triggers(vertex.node)
    sent = [one for one in triggers if isinstance(one, MessageTrigger | SignalTrigger)]
    if command.trigger:
        named = [one for one in sent if one.name == command.trigger]
        if not named:
            raise CommandRefused(
                f"start event {vertex.id} does not wait for {command.trigger!r}: it waits for "
                f"{', '.join(one.name for one in sent) or 'no message or signal'}"
            )
        return named[0]
    return sent[0] if len(sent) == len(triggers) and sent else None
