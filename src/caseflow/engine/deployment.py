"""Deploying: from files to versions of processes, all of them or none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from caseflow.engine.decisions import DecisionPlan
from caseflow.engine.files import Source, call_nodes, read_sources
from caseflow.engine.programs import Programs
from caseflow.errors import DiagramRefused, ExpressionFailed, Finding, Severity
from caseflow.kernel import (
    Program,
    SubscriptionKind,
    Timer,
    start_timers,
    starting_nodes,
    starting_triggers,
)
from caseflow.model import (
    Binding,
    MessageTrigger,
    Node,
    Process,
    ProcessId,
    SignalTrigger,
)
from caseflow.store import DeployedProcess, ProcessStore, ScheduleStore, StartOn


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What became of one process: its version, and whether that is a new one."""

    process: ProcessId
    version: int
    is_new: bool
    name: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """One process that can be deployed, as it will be stored."""

    source: Source
    version: int
    is_new: bool
    digest: str
    calls: Mapping[ProcessId, int]
    decisions: Mapping[str, int]
    timers: tuple[Timer, ...]

    @property
    def result(self) -> Deployed:
        process = self.source.process
        return Deployed(
            process=process.id,
            version=self.version,
            is_new=self.is_new,
            name=process.name,
            file=process.file,
        )


class Deployment:
    """The deployment of some files; ``compiled`` is what was last compiled of them."""

    def __init__(self, files: Mapping[str, bytes], programs: Programs) -> None:
        """Deploy files, compiled as ``programs`` compiles them."""
        self._files = files
        self._programs = programs
        self._sources: dict[ProcessId, Source] = {}
        self.compiled: tuple[Program, ...] = ()
        self.decisions: DecisionPlan

    def plan(self, store: ProcessStore, *, at: datetime) -> tuple[Deployed, ...]:
        """Return what would become of every process of the files.

        Raises:
            DiagramRefused: with all findings on all files.
        """
        return tuple(one.result for one in self._plan(store, at=at))

    def deploy(
        self, store: ProcessStore, schedules: ScheduleStore, *, at: datetime, actor: str
    ) -> tuple[Deployed, ...]:
        """Store what is new, and return what became of every process of the files.

        From then on timers open cases of the new versions, and none of older ones.

        Raises:
            DiagramRefused: with all findings on all files; nothing was stored.
        """
        planned = self._plan(store, at=at)
        self.decisions.store(at=at, actor=actor)
        for one in planned:
            if one.is_new:
                store.add(_stored(one, at=at, actor=actor), _starts(one.source.process))
                schedules.replace(one.source.process.id, one.version, one.timers)
        return tuple(one.result for one in planned)

    def _plan(self, store: ProcessStore, *, at: datetime) -> list[_Planned]:
        if not self._sources:
            self._sources = read_sources(self._files, known_processes=store.ids())
        self.decisions = DecisionPlan(self._files, store, self._programs.functions)
        if self.decisions.findings:
            raise DiagramRefused(self.decisions.findings)
        findings = _shared_starts(self._sources, store)
        plan = _Plan(
            store=store,
            programs=self._programs,
            sources=self._sources,
            decisions=self.decisions,
            at=at,
        )
        for source in _called_first(self._sources):
            plan.add(source)
        findings.extend(plan.findings)
        if findings:
            raise DiagramRefused(findings)
        self.compiled = tuple(plan.compiled.values())
        return list(plan.made.values())


@dataclass(slots=True, kw_only=True)
class _Plan:
    """Versions of processes in the making: what is called comes before what calls it."""

    store: ProcessStore
    programs: Programs
    sources: Mapping[ProcessId, Source]
    decisions: DecisionPlan
    at: datetime
    made: dict[ProcessId, _Planned] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    compiled: dict[ProcessId, Program] = field(default_factory=dict)
    _seen: set[ProcessId] = field(default_factory=set)

    def add(self, source: Source) -> None:
        """Add a process, or the findings on it; if something it calls is refused, neither."""
        process = source.process
        findings = list(self._findings_on_calls(process))
        self._seen.add(process.id)
        self.findings.extend(findings)
        called = _bound_calls(process)
        if findings or any(one in self._seen and one not in self.made for one in called):
            return
        programs = {one: self._program(one) for one in called}
        found = {one: program for one, program in programs.items() if program is not None}
        self._compile(source, found)

    def _program(self, called: ProcessId) -> Program | None:
        """Return what a call runs: what is deployed together, or the newest from before."""
        if called in self.compiled:
            return self.compiled[called]
        version = self.store.newest_version(called)
        return None if version is None else self.programs.get(self.store, called, version)

    def _compile(self, source: Source, called: Mapping[ProcessId, Program]) -> None:
        process = source.process
        calls = {name: program.key.version for name, program in called.items()}
        bound = self.decisions.bound(process.scope)
        asks = {name: one.version for name, one in bound.items()}
        digest = _digest(source, calls, asks)
        newest = self.store.newest(process.id)
        is_new = newest is None or newest.digest != digest
        version = (0 if newest is None else newest.version) + is_new
        try:
            self.compiled[process.id] = self.programs.compile(
                process,
                version=version,
                called=called,
                parameters=source.sets,
                decisions={name: one.model for name, one in bound.items()},
                source=source.diagram,
            )
        except DiagramRefused as refusal:
            self.findings.extend(refusal.findings)
            return
        timers, findings = _timers(self.compiled[process.id], process, at=self.at)
        self.findings.extend(findings)
        self.made[process.id] = _Planned(
            source=source,
            version=version,
            is_new=is_new,
            digest=digest,
            calls=calls,
            decisions=asks,
            timers=timers,
        )

    def _findings_on_calls(self, process: Process) -> Iterable[Finding]:
        for node, call in call_nodes(process.scope):
            is_late = call.binding is Binding.LATEST
            if call.called in self.sources and call.called not in self._seen and not is_late:
                yield _finding(
                    process,
                    node,
                    rule="recursive-call",
                    message=f"calls {call.called}, which calls {process.id} again",
                    remedy="draw the repetition as a loop; processes cannot call each other "
                    "in a circle",
                )


def _bound_calls(process: Process) -> list[ProcessId]:
    """Return what a process calls in the version of its deployment, each once."""
    calls = (call for _, call in call_nodes(process.scope))
    return list(dict.fromkeys(one.called for one in calls if one.binding is Binding.DEPLOYMENT))


def _called_first(sources: Mapping[ProcessId, Source]) -> Iterable[Source]:
    """Order processes so that what is called comes before what calls it."""
    ordered: dict[ProcessId, Source] = {}
    open_calls: set[ProcessId] = set()

    def visit(name: ProcessId) -> None:
        if name in ordered or name not in sources or name in open_calls:
            return
        open_calls.add(name)
        for called in _bound_calls(sources[name].process):
            visit(called)
        ordered[name] = sources[name]

    for name in sources:
        visit(name)
    return ordered.values()


def _shared_starts(sources: Mapping[ProcessId, Source], store: ProcessStore) -> list[Finding]:
    """Find messages that would start more than one process, or one at several places."""
    findings: list[Finding] = []
    taken: dict[str, StartOn] = {}
    for source in sources.values():
        for start in _starts(source.process):
            if start.kind is not SubscriptionKind.MESSAGE:
                continue
            others = (
                one for one in store.starts(start.kind, start.name) if one.process not in sources
            )
            other = taken.setdefault(start.name, next(others, start))
            if other != start:
                findings.append(_start_is_taken(source.process, start, other))
    return findings


def _start_is_taken(process: Process, start: StartOn, other: StartOn) -> Finding:
    return _finding(
        process,
        process.scope.nodes[start.element],
        rule="message-start-taken",
        message=f"starts with message {start.name}, as start event {other.element} of process "
        f"{other.process} does; a message opens one case",
        remedy="name the messages differently, or throw a signal, which starts them all",
    )


def _finding(process: Process, node: Node, *, rule: str, message: str, remedy: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.ERROR,
        file=process.file,
        line=node.line,
        element=node.id,
        name=node.name,
        message=message,
        remedy=remedy,
    )


def _digest(source: Source, calls: Mapping[ProcessId, int], decisions: Mapping[str, int]) -> str:
    parts = {
        "diagram": hashlib.sha256(source.diagram).hexdigest(),
        "process": source.process.id,
        "parameters": hashlib.sha256((source.parameters or "").encode()).hexdigest(),
        "calls": dict(calls),
        "decisions": dict(decisions),
        "forms": {key: hashlib.sha256(one.data).hexdigest() for key, one in source.forms.items()},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _stored(planned: _Planned, *, at: datetime, actor: str) -> DeployedProcess:
    source = planned.source
    return DeployedProcess(
        id=source.process.id,
        version=planned.version,
        digest=planned.digest,
        name=source.process.name,
        file=source.process.file,
        overlay_of=source.process.overlay_of,
        diagram=source.diagram,
        parameters=source.parameters,
        calls=planned.calls,
        decisions=planned.decisions,
        forms={key: (one.file, one.data) for key, one in source.forms.items()},
        deployed_at=at,
        deployed_by=actor,
    )


def _timers(
    program: Program, process: Process, *, at: datetime
) -> tuple[tuple[Timer, ...], list[Finding]]:
    """Return the timers that open cases of a process, and what is wrong with them."""
    timers: list[Timer] = []
    findings: list[Finding] = []
    if process.overlay_of is not None:
        return (), []
    for element, vertex in program.starts.items():
        try:
            timers.extend(start_timers(program, element, at))
        except ExpressionFailed as failure:
            findings.append(
                _finding(
                    process,
                    vertex.node,
                    rule="timer-of-no-case",
                    message=f"no case is open yet when this timer is set: {failure}",
                    remedy="write a moment, a span, a cycle or a named limit without variables",
                )
            )
    return tuple(timers), findings


def _starts(process: Process) -> list[StartOn]:
    """Return the messages and signals that open a case of a process.

    What comes by itself opens a case of the base alone, and not one more of each overlay.
    """
    if process.overlay_of is not None:
        return []
    return [
        StartOn(
            process=process.id,
            element=node.id,
            kind=SubscriptionKind.MESSAGE
            if isinstance(trigger, MessageTrigger)
            else SubscriptionKind.SIGNAL,
            name=trigger.name,
        )
        for node in starting_nodes(process.scope)
        for trigger in starting_triggers(node)
        if isinstance(trigger, MessageTrigger | SignalTrigger)
    ]
