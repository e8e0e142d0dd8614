"""What is deployed: the files of a folder, and the processes that stand in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from caseflow.bpmn import read_diagrams
from caseflow.engine.decisions import DECISIONS
from caseflow.engine.forms import forms_of, read_forms
from caseflow.errors import DiagramRefused, Finding, ParametersRefused, Severity
from caseflow.forms import FormFile, is_form
from caseflow.model import (
    AdHocSubProcess,
    CallActivity,
    Node,
    ParameterSet,
    Process,
    ProcessId,
    Scope,
    SubProcess,
    Transaction,
)
from caseflow.overlays import is_overlay, with_overlays
from caseflow.parameters import read_parameters

DIAGRAM = ".bpmn"
PARAMETERS = "parameters.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One process with everything that decides how it runs, but for what it calls."""

    process: Process
    diagram: bytes
    parameters: str | None
    sets: Mapping[str, ParameterSet]
    forms: Mapping[str, FormFile] = field(default_factory=dict)


def files_of(path: Path) -> dict[str, bytes]:
    """Return the diagrams and all that belongs to them of a folder with all below, or one file.

    That is: decisions, parameter files, forms and overlays.

    A diagram alone brings the parameter file and the decisions that stand beside it.

    Raises:
        DiagramRefused: there is no diagram.
    """
    if path.is_dir():
        found = sorted(one for one in path.rglob("*") if _is_deployed(one.name) and one.is_file())
        files = {one.relative_to(path).as_posix(): one.read_bytes() for one in found}
    elif path.is_file():
        beside = path.with_name(PARAMETERS)
        found = [path, beside] if beside.is_file() else [path]
        if path.suffix == DIAGRAM:
            found += sorted(path.parent.glob(f"*{DECISIONS}"))
            found += sorted(one for one in path.parent.iterdir() if is_form(one.name))
        files = {one.name: one.read_bytes() for one in found}
    else:
        files = {}
    _check_diagrams(files, where=str(path))
    return files


def together(files: Mapping[str, bytes], folders: Iterable[Path]) -> Mapping[str, bytes]:
    """Return files with those of other folders, each under the end of its path.

    That end is as short as it can be without two folders being taken for one.

    Raises:
        DiagramRefused: there is nothing to deploy in one of them.
    """
    found = dict(files)
    for folder in folders:
        parts = (folder if folder.is_dir() else folder.parent).resolve().parts[1:]
        ends = ("/".join(parts[-length:]) for length in range(1, len(parts) + 1))
        taken = tuple(found)
        name = next(
            (end for end in ends if not any(one.startswith(f"{end}/") for one in taken)),
            str(folder),
        )
        found |= {f"{name}/{one}": data for one, data in files_of(folder).items()}
    return found


def _is_deployed(name: str) -> bool:
    is_named = name == PARAMETERS or is_form(name) or is_overlay(name)
    return is_named or name.endswith((DIAGRAM, DECISIONS))


def read_sources(
    files: Mapping[str, bytes], *, known_processes: Collection[ProcessId]
) -> dict[ProcessId, Source]:
    """Read all files, and return the executable processes in them.

    Raises:
        DiagramRefused: with what is wrong in any of the files, or that nothing is there.
    """
    _check_diagrams(files, where="")
    expansion = with_overlays(files)
    files = expansion.files
    texts, sets, findings = _parameters(files)
    findings += [one for one in expansion.findings if one.severity is Severity.ERROR]
    forms, wrong = read_forms(files)
    findings += wrong
    diagrams = {name: data for name, data in files.items() if name.endswith(DIAGRAM)}
    try:
        read = read_diagrams(diagrams, known_processes=known_processes)
    except DiagramRefused as refusal:
        raise DiagramRefused([*findings, *refusal.findings]) from refusal
    if findings:
        raise DiagramRefused(findings)
    sources: dict[ProcessId, Source] = {}
    shared = [one for one in forms if one.file not in expansion.aside]
    for diagram in read:
        folder = str(PurePosixPath(diagram.file).parent)
        near = expansion.forms.get(diagram.file, shared)
        for process in diagram.processes:
            if process.is_executable:
                sources[process.id] = Source(
                    process=process,
                    diagram=files[diagram.file],
                    parameters=texts.get(folder),
                    sets=sets.get(folder, {}),
                    forms=forms_of(process, near, findings),
                )
    if findings:
        raise DiagramRefused(findings)
    if diagrams and not sources:
        raise DiagramRefused([_nothing_executable(next(iter(diagrams)))])
    return sources


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


def calls_of(scope: Scope) -> Iterator[ProcessId]:
    """Yield the processes that are called in a scope or below, in the order of the file."""
    for _, call in call_nodes(scope):
        yield call.called


def call_nodes(scope: Scope) -> Iterator[tuple[Node, CallActivity]]:
    """Yield the call activities of a scope and below, in the order of the file."""
    for node in scope.nodes.values():
        match node.behaviour:
            case CallActivity() as call:
                yield node, call
            case SubProcess() | Transaction() | AdHocSubProcess():
                yield from call_nodes(node.behaviour.scope)
            case _:
                pass


def _check_diagrams(files: Mapping[str, bytes], *, where: str) -> None:
    if any(name.endswith((DIAGRAM, DECISIONS)) or is_overlay(name) for name in files):
        return
    raise DiagramRefused(
        [
            Finding(
                rule="no-diagram",
                severity=Severity.ERROR,
                file=where,
                line=0,
                message="there is no diagram here",
                remedy=f"name a {DIAGRAM} file, or a folder that holds some",
            )
        ]
    )


def _nothing_executable(file: str) -> Finding:
    return Finding(
        rule="nothing-executable",
        severity=Severity.ERROR,
        file=file,
        line=0,
        message="no process of these files is executable, so nothing would be deployed",
        remedy='set isExecutable="true" on the process',
    )


def _not_text(file: str, failure: UnicodeDecodeError) -> Finding:
    return Finding(
        rule="not-utf-8",
        severity=Severity.ERROR,
        file=file,
        line=0,
        message=f"the file is not UTF-8 text: {failure.reason} at byte {failure.start}",
        remedy="save it as UTF-8",
    )
