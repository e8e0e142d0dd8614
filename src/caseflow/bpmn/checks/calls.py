"""What processes that are deployed together say about each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from caseflow.bpmn.checks.recursion import finishing
from caseflow.bpmn.checks.walk import place_of, scopes_of
from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.rules import Rule
from caseflow.errors import Finding
from caseflow.model import CallActivity, Diagram, Node, Process, ProcessId, StartEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    caller: Process
    node: Node
    called: ProcessId


def check_together(
    diagrams: Iterable[Diagram],
    *,
    known_processes: Collection[ProcessId],
    is_complete: bool,
) -> Mapping[str, tuple[Finding, ...]]:
    """Check processes that are deployed together, and return the findings by file.

    Args:
        diagrams: what is deployed.
        known_processes: ids of other processes that may be called.
        is_complete: whether every file could be read, so that what is missing is missing.
    """
    findings: dict[str, Findings] = {}
    processes: dict[ProcessId, Process] = {}
    for diagram in diagrams:
        for process in diagram.processes:
            own = findings.setdefault(process.file, Findings(process.file))
            if process.id in processes:
                _note_duplicate(process, processes[process.id], own)
            processes.setdefault(process.id, process)
    calls = [call for process in processes.values() for call in _calls(process)]
    for call in calls:
        own = Findings(call.caller.file, is_lenient=not call.caller.is_executable)
        callee = processes.get(call.called)
        if callee is not None:
            _check_callee(call, callee, own)
        elif is_complete and call.called not in known_processes:
            _note_unknown(call, processes, own)
        findings[call.caller.file].extend(own)
    _check_recursion(calls, processes, findings)
    return {file: own.ordered() for file, own in findings.items()}


def _calls(process: Process) -> Iterator[_Call]:
    for standing in scopes_of(process):
        for node in standing.scope.nodes.values():
            if isinstance(node.behaviour, CallActivity) and node.behaviour.called:
                yield _Call(caller=process, node=node, called=node.behaviour.called)


def _note_duplicate(process: Process, first: Process, findings: Findings) -> None:
    findings.add(
        Rule.DUPLICATE_PROCESS,
        Place(process.line, process.id, process.name),
        f"the process {process.id} stands in {first.file} too",
        "give one of them another id, or leave one file out",
    )


def _note_unknown(call: _Call, processes: Mapping[ProcessId, Process], findings: Findings) -> None:
    findings.add(
        Rule.UNKNOWN_CALLED_PROCESS,
        place_of(call.node),
        f"calls the process {call.called}, which is not here",
        f"deploy it together with this one, or call one of: {', '.join(sorted(processes))}",
    )


def _check_callee(call: _Call, callee: Process, findings: Findings) -> None:
    if not callee.is_executable:
        findings.add(
            Rule.CALLED_PROCESS_NOT_EXECUTABLE,
            place_of(call.node),
            f"calls the process {callee.id}, which is not executable",
            f'set isExecutable="true" in {callee.file}',
        )
    starts = [
        node.behaviour
        for node in callee.scope.nodes.values()
        if isinstance(node.behaviour, StartEvent)
    ]
    if starts and all(start.triggers for start in starts):
        findings.add(
            Rule.CALLED_PROCESS_START,
            place_of(call.node),
            f"calls the process {callee.id}, whose start events all wait for something",
            "give the called process a start event without a trigger",
        )


def _check_recursion(
    calls: list[_Call],
    processes: Mapping[ProcessId, Process],
    findings: Mapping[str, Findings],
) -> None:
    """Note calls that come back to their own process, at once or by way of others."""
    called: dict[ProcessId, set[ProcessId]] = {identity: set() for identity in processes}
    for call in calls:
        if call.called in processes:
            called[call.caller.id].add(call.called)
    recursive = [
        call
        for call in calls
        if call.called in processes and call.caller.id in _reached(call.called, called)
    ]
    finish = finishing(processes) if recursive else frozenset()
    for call in recursive:
        if call.caller.id in finish:
            rule, then = Rule.RECURSION, "ends only where a branch without the call is taken"
        else:
            rule, then = Rule.ENDLESS_RECURSION, "never ends, because no branch avoids the call"
        findings[call.caller.file].add(
            rule,
            place_of(call.node),
            f"calls {call.called}, which calls {call.caller.id} again; that {then}",
            "make sure that a branch ends without the call",
        )


def _reached(start: ProcessId, called: Mapping[ProcessId, set[ProcessId]]) -> frozenset[ProcessId]:
    found: set[ProcessId] = set()
    waiting = [start]
    while waiting:
        process = waiting.pop()
        if process not in found:
            found.add(process)
            waiting.extend(called[process])
    return frozenset(found)
