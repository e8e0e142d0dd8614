"""Opening a case."""

from __future__ import annotations

from dataclasses import replace

from caseflow.errors import CommandRefused, ExpressionFailed, UnknownProcess
from caseflow.kernel.case import ROOT, Case, CaseState, Frame, FrameKind
from caseflow.kernel.casefile import write_here
from caseflow.kernel.commands import StartCase
from caseflow.kernel.correlation import ANY_KEY, check_received
from caseflow.kernel.elements.catch_event import CatchElement
from caseflow.kernel.elements.start_event import StartElement
from caseflow.kernel.events import CaseStarted, MessageReceived, SignalReceived
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
    run = Run(program, _blank(program, command), at=command.at)
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


def _blank(program: Program, command: StartCase) -> Case:
    names = program.setting.parameters
    if command.parameters and command.parameters not in names:
        raise CommandRefused(
            f"process {command.process.id} has no parameter set {command.parameters!r}: "
            f"it has {', '.join(names) or 'none'}"
        )
    return Case(
        id=command.case,
        process=command.process,
        version=0,
        state=CaseState.RUNNING,
        business_key=command.business_key,
        unit=command.unit,
        tier=command.tier,
        parameters=command.parameters or next(iter(names), ""),
        started_at=command.at,
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
    trigger = None if command.start is None else _trigger(entries[0])
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
        if vertex.id in run.program.keyed:
            keyed = run.program.keyed[vertex.id]
            check_received(run, keyed, ROOT, payload, awaited=ANY_KEY)
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


def _trigger(vertex: Vertex) -> MessageTrigger | SignalTrigger | None:
    """Return the message or signal that a case begins with, if it is one of them."""
    for trigger in starting_triggers(vertex.node):
        if isinstance(trigger, MessageTrigger | SignalTrigger):
            return trigger
    return None
