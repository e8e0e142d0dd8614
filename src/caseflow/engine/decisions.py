"""Deploying decisions: from files to versions, and the versions that a process asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from caseflow.bpmn import examine_decisions
from caseflow.decisions import DecisionModel, compile_decisions, lint_decisions
from caseflow.errors import DiagramRefused, Finding, Severity
from caseflow.expressions import Function
from caseflow.model import (
    AdHocSubProcess,
    BusinessRuleTask,
    Scope,
    SubProcess,
    Transaction,
)
from caseflow.store import DeployedDecision, ProcessStore

DECISIONS = ".dmn"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFile:
    """A file of decisions, and everything that is wrong with it."""

    model: DecisionModel | None
    data: bytes
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether one of the findings refuses the file."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The version of a decision that a process asks."""

    version: int
    model: DecisionModel


def read_decision_files(
    files: Mapping[str, bytes], functions: Mapping[str, Function]
) -> tuple[DecisionFile, ...]:
    """Read, compile and check every file of decisions among ``files``."""
    read: list[DecisionFile] = []
    taken: dict[str, str] = {}
    for name, data in files.items():
        if not name.endswith(DECISIONS):
            continue
        reading = examine_decisions(data, file=name)
        findings = [*reading.findings]
        if reading.model is not None:
            findings.extend(_meaning(reading.model, functions))
            findings.extend(_given_twice(reading.model, taken))
        read.append(DecisionFile(model=reading.model, data=data, findings=tuple(findings)))
    return tuple(read)


def asked_in(scope: Scope) -> Iterator[str]:
    """Yield the decisions that are asked in a scope or below, in the order of the file."""
    for node in scope.nodes.values():
        match node.behaviour:
            case BusinessRuleTask(topic="") as task if task.decision:
                yield task.decision
            case SubProcess() | Transaction() | AdHocSubProcess():
                yield from asked_in(node.behaviour.scope)
            case _:
                pass


class DecisionPlan:
    """The decisions of one deployment: what is new, and what each process is bound to."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        store: ProcessStore,
        functions: Mapping[str, Function],
    ) -> None:
        """Read the files; what is wrong with them is in ``findings``."""
        read = read_decision_files(files, functions)
        self.findings = [finding for one in read if one.is_refused for finding in one.findings]
        self._store = store
        self._new: dict[str, tuple[DecisionModel, bytes]] = {}
        self._bound: dict[str, Bound] = {}
        for one in read:
            if one.model is not None:
                for decision in one.model.decisions:
                    self._plan(decision, one.model, one.data)

    @property
    def has_new(self) -> bool:
        """Whether a decision would get a new version."""
        return bool(self._new)

    def bound(self, scope: Scope) -> dict[str, Bound]:
        """Return the decisions that a process asks: deployed together with it, or the newest."""
        found = {name: self._find(name) for name in dict.fromkeys(asked_in(scope))}
        return {name: one for name, one in found.items() if one is not None}

    def store(self, *, at: datetime, actor: str) -> None:
        """Store the new versions."""
        for name, (model, data) in self._new.items():
            self._store.add_decision(
                DeployedDecision(
                    id=name,
                    version=self._bound[name].version,
                    name=model.decisions[name].name,
                    file=model.file,
                    model=data,
                    deployed_at=at,
                    deployed_by=actor,
                )
            )

    def _plan(self, decision: str, model: DecisionModel, data: bytes) -> None:
        newest = self._store.newest_decision(decision)
        is_new = newest is None or newest.model != data
        version = (0 if newest is None else newest.version) + is_new
        self._bound[decision] = Bound(version=version, model=model)
        if is_new:
            self._new[decision] = model, data

    def _find(self, decision: str) -> Bound | None:
        if decision not in self._bound:
            newest = self._store.newest_decision(decision)
            if newest is None:
                return None
            reading = examine_decisions(newest.model, file=newest.file)
            if reading.model is None:
                return None
            self._bound[decision] = Bound(version=newest.version, model=reading.model)
        return self._bound[decision]


def _meaning(model: DecisionModel, functions: Mapping[str, Function]) -> tuple[Finding, ...]:
    try:
        return lint_decisions(compile_decisions(model, functions=functions))
    except DiagramRefused as refusal:
        return refusal.findings


def _given_twice(model: DecisionModel, taken: dict[str, str]) -> Iterator[Finding]:
    for decision in model.decisions.values():
        other = taken.setdefault(decision.id, model.file)
        if other != model.file:
            yield Finding(
                rule="duplicate-decision",
                severity=Severity.ERROR,
                file=model.file,
                line=decision.line,
                element=decision.id,
                name=decision.name,
                message=f"decision {decision.id} stands in {other} too",
                remedy="give each decision an id of its own, or deploy one of the files",
            )
