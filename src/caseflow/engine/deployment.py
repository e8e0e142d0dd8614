"""Deploying: from files to versions of processes, all of them or none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from caseflow.bpmn import read_diagram, read_diagrams
from caseflow.errors import DiagramRefused, Finding, ParametersRefused, Severity
from caseflow.kernel import Interpreter, Program, Setting, SubscriptionKind
from caseflow.model import (
    AdHocSubProcess,
    CallActivity,
    MessageTrigger,
    ParameterSet,
    Process,
    ProcessId,
    Scope,
    SignalTrigger,
    StartEvent,
    SubProcess,
    Transaction,
)
from caseflow.parameters import read_parameters
from caseflow.store import DeployedProcess, ProcessStore, StartOn

DIAGRAM = ".bpmn"
PARAMETERS = "parameters.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What became of one process: its version, and whether that is a new one."""

    process: ProcessId
    version: int
    is_new: bool
    name: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """One process with everything that decides how it runs."""

    process: Process
    diagram: bytes
    parameters: str | None
    sets: Mapping[str, ParameterSet]


def files_of(path: Path) -> dict[str, bytes]:
    """Return the diagrams and parameter files of a folder with all below, or one diagram.

    A diagram alone brings the parameter file that stands beside it.

    Raises:
        DiagramRefused: there is no diagram.
    """
    if path.is_dir():
        found = sorted(
            one for one in path.rglob("*") if one.suffix == DIAGRAM or one.name == PARAMETERS
        )
        files = {one.relative_to(path).as_posix(): one.read_bytes() for one in found}
    elif path.is_file():
        beside = path.with_name(PARAMETERS)
        found = [path, beside] if beside.is_file() else [path]
        files = {one.name: one.read_bytes() for one in found}
    else:
        files = {}
    if not any(name.endswith(DIAGRAM) for name in files):
        raise DiagramRefused(
            [
                Finding(
                    rule="no-diagram",
                    severity=Severity.ERROR,
                    file=str(path),
                    line=0,
                    message="there is no diagram here",
                    remedy=f"name a {DIAGRAM} file, or a folder that holds some",
                )
            ]
        )
    return files


class Deployment:
    """One deployment, within the transaction of its store."""

    def __init__(self, store: ProcessStore, interpreter: Interpreter, setting: Setting) -> None:
        """Deploy into a store, for an interpreter, with what all processes share."""
        self._store = store
        self._interpreter = interpreter
        self._setting = setting

    def deploy(self, files: Mapping[str, bytes], *, at: datetime, actor: str) -> list[Deployed]:
        """Store what is new, and return what became of every process of the files.

        Raises:
            DiagramRefused: with all findings on all files; nothing was stored.
        """
        sources = self._sources(files)
        findings: list[Finding] = []
        programs: dict[ProcessId, Program] = {}
        digests: dict[ProcessId, str] = {}
        result: list[Deployed] = []
        for source in _called_first(sources):
            try:
                result.append(self._deploy(source, programs, digests, at=at, actor=actor))
            except DiagramRefused as refusal:
                findings.extend(refusal.findings)
        if findings:
            raise DiagramRefused(findings)
        return result

    def _sources(self, files: Mapping[str, bytes]) -> dict[ProcessId, _Source]:
        """Read all files. Raises DiagramRefused with what is wrong in any of them."""
        texts, sets, findings = _parameters(files)
        diagrams = {name: data for name, data in files.items() if name.endswith(DIAGRAM)}
        known = frozenset(process for process, _, _ in self._store.all_newest())
        try:
            read = read_diagrams(diagrams, known_processes=known)
        except DiagramRefused as refusal:
            raise DiagramRefused([*findings, *refusal.findings]) from refusal
        if findings:
            raise DiagramRefused(findings)
        sources: dict[ProcessId, _Source] = {}
        for diagram in read:
            folder = str(PurePosixPath(diagram.file).parent)
            for process in diagram.processes:
                if process.is_executable:
                    sources[process.id] = _Source(
                        process=process,
                        diagram=files[diagram.file],
                        parameters=texts.get(folder),
                        sets=sets.get(folder, {}),
                    )
        return sources

    def _deploy(
        self,
        source: _Source,
        programs: dict[ProcessId, Program],
        digests: dict[ProcessId, str],
        *,
        at: datetime,
        actor: str,
    ) -> Deployed:
        process = source.process
        called = self._called(process, programs, digests)
        newest = self._store.newest(process.id)
        digest = _digest(source, {name: digests[name] for name in called})
        is_new = newest is None or newest.digest != digest
        version = (newest.version if newest is not None else 0) + (1 if is_new else 0)
        program = self._interpreter.compile(
            process,
            version=version,
            setting=Setting(
                called=called,
                parameters=source.sets,
                calendar=self._setting.calendar,
                functions=self._setting.functions,
            ),
        )
        if is_new:
            self._store.add(
                DeployedProcess(
                    id=process.id,
                    version=version,
                    digest=digest,
                    name=process.name,
                    file=process.file,
                    diagram=source.diagram,
                    parameters=source.parameters,
                    calls={name: one.key.version for name, one in called.items()},
                    deployed_at=at,
                    deployed_by=actor,
                ),
                _starts(process),
            )
        programs[process.id] = program
        digests[process.id] = digest
        return Deployed(
            process=process.id,
            version=version,
            is_new=is_new,
            name=process.name,
            file=process.file,
        )

    def _called(
        self,
        process: Process,
        programs: Mapping[ProcessId, Program],
        digests: dict[ProcessId, str],
    ) -> dict[ProcessId, Program]:
        """Return the programs of what a process calls, from these files or deployed before."""
        called: dict[ProcessId, Program] = {}
        for name in calls_of(process.scope):
            if name in programs:
                called[name] = programs[name]
            elif (stored := self._store.newest(name)) is not None:
                called[name] = load_program(self._store, stored, self._interpreter, self._setting)
                digests[name] = stored.digest
        return called


def _parameters(
    files: Mapping[str, bytes],
) -> tuple[dict[str, str], dict[str, Mapping[str, ParameterSet]], list[Finding]]:
    """Read the parameter files: their texts and sets by folder, and what is wrong in them."""
    texts: dict[str, str] = {}
    sets: dict[str, Mapping[str, ParameterSet]] = {}
    findings: list[Finding] = []
    for name, data in files.items():
        if PurePosixPath(name).name != PARAMETERS:
            continue
        folder = str(PurePosixPath(name).parent)
        try:
            texts[folder] = data.decode("utf-8")
            sets[folder] = read_parameters(texts[folder], file=name)
        except UnicodeDecodeError as failure:
            findings.append(_not_text(name, failure))
        except ParametersRefused as refusal:
            findings.extend(refusal.findings)
    return texts, sets, findings


def load_program(
    store: ProcessStore,
    stored: DeployedProcess,
    interpreter: Interpreter,
    setting: Setting,
) -> Program:
    """Compile a process as it was deployed, with the versions of what it called then."""
    called = {
        name: load_program(store, store.version(name, version), interpreter, setting)
        for name, version in stored.calls.items()
    }
    # What calls what was checked when it was deployed; other processes of the file may call more.
    diagram = read_diagram(stored.diagram, file=stored.file)
    process = next(one for one in diagram.processes if one.id == stored.id)
    parameters = (
        {} if stored.parameters is None else read_parameters(stored.parameters, file=PARAMETERS)
    )
    return interpreter.compile(
        process,
        version=stored.version,
        setting=Setting(
            called=called,
            parameters=parameters,
            calendar=setting.calendar,
            functions=setting.functions,
        ),
    )


def calls_of(scope: Scope) -> Iterator[ProcessId]:
    """Yield the processes that are called in a scope or below, in the order of the file."""
    for node in scope.nodes.values():
        match node.behaviour:
            case CallActivity(called=called):
                yield called
            case SubProcess() | Transaction() | AdHocSubProcess():
                yield from calls_of(node.behaviour.scope)
            case _:
                pass


def _called_first(sources: Mapping[ProcessId, _Source]) -> Iterable[_Source]:
    """Order processes so that what is called comes before what calls it."""
    ordered: dict[ProcessId, _Source] = {}
    open_calls: set[ProcessId] = set()

    def visit(name: ProcessId) -> None:
        if name in ordered or name not in sources or name in open_calls:
            return
        open_calls.add(name)
        for called in calls_of(sources[name].process.scope):
            visit(called)
        ordered[name] = sources[name]

    for name in sources:
        visit(name)
    return ordered.values()


def _digest(source: _Source, called: Mapping[ProcessId, str]) -> str:
    parts = {
        "diagram": hashlib.sha256(source.diagram).hexdigest(),
        "process": source.process.id,
        "parameters": hashlib.sha256((source.parameters or "").encode()).hexdigest(),
        "called": dict(called),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _starts(process: Process) -> list[StartOn]:
    """Return the messages and signals that open a case of a process."""
    return [
        StartOn(
            process=process.id,
            element=node.id,
            kind=SubscriptionKind.MESSAGE
            if isinstance(trigger, MessageTrigger)
            else SubscriptionKind.SIGNAL,
            name=trigger.name,
        )
        for node in process.scope.nodes.values()
        if isinstance(node.behaviour, StartEvent)
        for trigger in node.behaviour.triggers
        if isinstance(trigger, MessageTrigger | SignalTrigger)
    ]


def _not_text(file: str, failure: UnicodeDecodeError) -> Finding:
    return Finding(
        rule="not-utf-8",
        severity=Severity.ERROR,
        file=file,
        line=0,
        message=f"the file is not UTF-8 text: {failure.reason} at byte {failure.start}",
        remedy="save it as UTF-8",
    )
