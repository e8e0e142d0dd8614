"""Everything that is wrong with files before anybody deploys them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

from caseflow.bpmn import examine_diagrams
from caseflow.decisions import DecisionModel
from caseflow.engine import DECISIONS, PARAMETERS, calls_of, files_of, read_decision_files
from caseflow.errors import DiagramRefused, Finding, ParametersRefused, Severity
from caseflow.kernel import Program, Setting, compile_process, declared_functions
from caseflow.model import ParameterSet, Process, ProcessId
from caseflow.overlays import with_overlays
from caseflow.parameters import read_parameters

_DIAGRAM = ".bpmn"
_UNKNOWN_CALLED = "unknown-called-process"


def check_paths(paths: Iterable[str]) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Check diagrams with the parameter files beside them, or whole folders.

    A diagram alone may call what is drawn in its folder.

    Returns:
        The files that were checked, and all findings on them.
    """
    wanted: dict[str, bytes] = {}
    beside: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in map(Path, paths):
        folder = path if path.is_dir() else path.parent
        try:
            found = files_of(path)
        except DiagramRefused as refusal:
            findings.extend(refusal.findings)
            continue
        wanted |= {str(folder / name): data for name, data in found.items()}
        if path.is_file():
            beside |= {
                str(one): one.read_bytes()
                for pattern in (_DIAGRAM, DECISIONS)
                for one in folder.glob(f"*{pattern}")
            }
    everywhere = check_files({**beside, **wanted})
    # What an overlay makes stands under names of its own.
    findings.extend(one for one in everywhere if one.file in wanted or one.file not in beside)
    return tuple(wanted), tuple(findings)


def check_files(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Read diagrams and parameter files, compile every process, and say all that is wrong."""
    expansion = with_overlays(files)
    files = expansion.files
    sets: dict[PurePath, Mapping[str, ParameterSet]] = {}
    findings: list[Finding] = list(expansion.findings)
    for name, data in files.items():
        if PurePath(name).name != PARAMETERS:
            continue
        try:
            sets[PurePath(name).parent] = read_parameters(data.decode(), file=name)
        except ParametersRefused as refusal:
            findings.extend(refusal.findings)
        except UnicodeDecodeError as failure:
            findings.append(_not_text(name, failure))
    refused = {PurePath(finding.file).parent for finding in findings}
    processes: dict[ProcessId, Process] = {}
    for reading in examine_diagrams(
        {name: data for name, data in files.items() if name.endswith(_DIAGRAM)}
    ):
        findings.extend(reading.findings)
        if reading.diagram is not None and PurePath(reading.file).parent not in refused:
            processes |= {process.id: process for process in reading.diagram.processes}
    decisions, found = _decisions(files)
    findings.extend(found)
    findings.extend(_Compilation(processes, sets, decisions).findings())
    return tuple(dict.fromkeys(findings))


def _decisions(
    files: Mapping[str, bytes],
) -> tuple[dict[str, DecisionModel], list[Finding]]:
    """Read the files of decisions: the models by the decisions in them, and what is wrong."""
    models: dict[str, DecisionModel] = {}
    findings: list[Finding] = []
    for read in read_decision_files(files, declared_functions(Setting())):
        findings.extend(read.findings)
        if read.model is not None and not read.is_refused:
            models |= dict.fromkeys(read.model.decisions, read.model)
    return models, findings


class _Compilation:
    """Compiles processes as a deployment would: what is called before what calls it."""

    def __init__(
        self,
        processes: Mapping[ProcessId, Process],
        sets: Mapping[PurePath, Mapping[str, ParameterSet]],
        decisions: Mapping[str, DecisionModel],
    ) -> None:
        self._processes = processes
        self._sets = sets
        self._decisions = decisions
        self._programs: dict[ProcessId, Program] = {}
        self._begun: set[ProcessId] = set()
        self._open: set[ProcessId] = set()
        self._findings: list[Finding] = []

    def findings(self) -> list[Finding]:
        """Compile everything that is executable, and return what is refused."""
        for process in self._processes.values():
            if process.is_executable:
                self._compile(process)
        return self._findings

    def _compile(self, process: Process) -> None:
        if process.id in self._begun:
            return
        self._begun.add(process.id)
        names = tuple(calls_of(process.scope))
        calls_back = not self._open.isdisjoint(names)
        self._open.add(process.id)
        for name in names:
            if name in self._processes:
                self._compile(self._processes[name])
        called = {name: self._programs[name] for name in names if name in self._programs}
        sets = self._sets.get(PurePath(process.file).parent, {})
        try:
            self._programs[process.id] = compile_process(
                process,
                setting=Setting(called=called, parameters=sets, decisions=self._decisions),
            )
        except DiagramRefused as refusal:
            self._findings.extend(
                finding
                for finding in refusal.findings
                # What was not read or is refused itself is told where it stands.
                if calls_back or finding.rule != _UNKNOWN_CALLED
            )
        self._open.remove(process.id)


def _not_text(file: str, failure: UnicodeDecodeError) -> Finding:
    return Finding(
        rule="not-utf-8",
        severity=Severity.ERROR,
        file=file,
        line=0,
        message=f"the file is not UTF-8 text: {failure.reason} at byte {failure.start}",
        remedy="save it as UTF-8",
    )
