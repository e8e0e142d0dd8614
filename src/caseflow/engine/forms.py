"""Forms of processes: found at deployment, and asked when a task is completed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from caseflow.errors import DiagramRefused, EntriesRefused, Finding, Severity
from caseflow.forms import Form, FormFile, form_named, is_form, parse_form
from caseflow.kernel import Case, FrameKind, ProcessKey
from caseflow.model import (
    AdHocSubProcess,
    ManualTask,
    Node,
    Process,
    Scope,
    SubProcess,
    Transaction,
    UserTask,
    Values,
)
from caseflow.store import ProcessStore


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskForm:
    """The form of a task: the file as it was deployed, to be shown, and what it asks."""

    file: str
    digest: str
    form: Form


class Forms:
    """The forms of deployed processes, each read once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._read: dict[tuple[str, str], TaskForm] = {}

    def of_task(self, store: ProcessStore, case: Case, number: int) -> TaskForm | None:
        """Return the form of an open task; None where it has none, or one of the host's."""
        task = case.tasks.get(number)
        if task is None or task.form is None:
            return None
        key = _process_of(case, number)
        named = store.form(key.id, key.version, task.form)
        if named is None:
            return None
        if named not in self._read:
            file, digest = named
            form = parse_form(store.resource(digest), file=file)
            self._read[named] = TaskForm(file=file, digest=digest, form=form)
        return self._read[named]

    def check(self, store: ProcessStore, case: Case, number: int, values: Values) -> None:
        """Refuse what does not fit the form of a task. Raises EntriesRefused."""
        form = self.of_task(store, case, number)
        if form is None:
            return
        problems = form.form.problems(values, case.variables)
        if problems:
            raise EntriesRefused(f"{case.id}:{number}", problems=problems)


def read_forms(files: Mapping[str, bytes]) -> tuple[list[FormFile], list[Finding]]:
    """Read the forms among some files, and return them and what is wrong with others."""
    found: list[FormFile] = []
    findings: list[Finding] = []
    for file, data in files.items():
        if is_form(file):
            try:
                found.append(FormFile(file=file, data=data, form=parse_form(data, file=file)))
            except DiagramRefused as refusal:
                findings.extend(refusal.findings)
    return found, findings


def forms_of(
    process: Process, files: Iterable[FormFile], findings: list[Finding]
) -> dict[str, FormFile]:
    """Return the forms of a process by the keys under which its tasks name them."""
    forms: dict[str, FormFile] = {}
    for node, key in _keys(process.scope):
        try:
            found = form_named(key, files, near=process.file)
        except LookupError as failure:
            findings.append(_finding(process, node, str(failure.args[0])))
            continue
        if found is not None:
            forms[key] = found
    return forms


def _keys(scope: Scope) -> Iterator[tuple[Node, str]]:
    """Yield the tasks with a form, in a scope and below."""
    for node in scope.nodes.values():
        match node.behaviour:
            case UserTask(assignment=assignment) | ManualTask(assignment=assignment):
                if assignment.form:
                    yield node, assignment.form
            case SubProcess() | Transaction() | AdHocSubProcess():
                yield from _keys(node.behaviour.scope)
            case _:
                pass


def _finding(process: Process, node: Node, message: str) -> Finding:
    return Finding(
        rule="form-missing",
        severity=Severity.ERROR,
        file=process.file,
        line=node.line,
        element=node.id,
        name=node.name,
        message=message,
        remedy="put one form of this name beside the diagram, and deploy both together",
    )


def _process_of(case: Case, number: int) -> ProcessKey:
    """Return the version of the process that a task belongs to, which a call may run."""
    frame = case.frames[case.tokens[number].frame]
    while frame.kind is not FrameKind.PROCESS and frame.parent is not None:
        frame = case.frames[frame.parent]
    return frame.process or case.process
