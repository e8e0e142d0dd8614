"""Reading an overlay file, which is TOML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from caseflow.errors import OverlayRefused, ParametersRefused
from caseflow.model import ElementId, ProcessId
from caseflow.overlays.overlay import Addition, Documents, Overlay
from caseflow.parameters import Path, Report, Table, check_keys, one_of, read_text, read_toml

OVERLAY = "overlay.toml"
"""The name of an overlay file."""

KINDS = ("userTask", "manualTask", "callActivity")
"""The kinds of steps that an overlay may add."""

_KEYS = frozenset(
    {
        "add",
        "base",
        "decisions",
        "documents",
        "forms",
        "label",
        "labels",
        "leave_out",
        "new_roles",
        "overlay",
        "parameters",
        "roles",
        "written_for",
    }
)
_STEP = frozenset({"at", "kind", "name", "role", "due", "ladder", "form", "calls"})
_FOR_PEOPLE = ("role", "due", "ladder", "form")
_NAME = re.compile(r"[\w-]+")
_FORBIDDEN = {
    "conditions": "which way a case goes is decided by the base alone",
    "flows": "which way a case goes is decided by the base alone",
    "ids": "running cases and histories know a step by its id",
    "outcomes": "how a case may end is decided by the base alone",
    "rename": "running cases and histories know a step by its id",
    "scripts": "what is computed is decided by the base alone",
}


def read_overlay(text: str, *, file: str) -> Overlay:
    """Return what an overlay file says.

    Raises:
        OverlayRefused: something is wrong with the file; ``findings`` lists all of it.
    """
    try:
        document = read_toml(text, file=file)
    except ParametersRefused as refusal:
        raise OverlayRefused(refusal.findings) from refusal
    report = Report(file, text)
    _check_top(document, report)
    overlay = Overlay(
        file=file,
        text=text,
        name=_name(document, report),
        base=ProcessId(read_text(document, "base", (), report) or ""),
        label=_maybe(document, "label", (), report),
        written_for=_maybe(document, "written_for", (), report),
        leave_out=tuple(map(ElementId, _texts(document, "leave_out", (), report))),
        additions=tuple(_additions(document, report)),
        new_roles=_texts(document, "new_roles", (), report),
        roles=_names(document, "roles", report),
        labels=_names(document, "labels", report),
        forms=_names(document, "forms", report),
        decisions=_names(document, "decisions", report),
        documents=_documents(document, report),
        parameters=_table(document, "parameters", (), report) or None,
    )
    for role in (*overlay.new_roles, *overlay.roles.values()):
        if role.startswith("=") or "," in role:
            remedy = "write one name; nothing is computed in an overlay"
            report.add("overlay-role", ("roles",), f"“{role}” is not one role", remedy)
    if report.findings:
        raise OverlayRefused(report.findings)
    return overlay


def _check_top(document: Table, report: Report) -> None:
    known = {key: value for key, value in document.items() if key not in _FORBIDDEN}
    for key in document.keys() - known.keys():
        remedy = "leave it to the base, or propose it to those who keep that"
        report.add("overlay-forbidden", (key,), f"cannot be changed: {_FORBIDDEN[key]}", remedy)
    check_keys(known, _KEYS, (), report)


def _name(document: Table, report: Report) -> str:
    name = read_text(document, "overlay", (), report) or ""
    if name and not _NAME.fullmatch(name):
        remedy = "use the id of the unit that it is for: letters, digits, - and _"
        report.add("name", ("overlay",), f"“{name}” is not a name", remedy)
    return name


def _additions(document: Table, report: Report) -> Iterable[Addition]:
    for name, row in _table(document, "add", (), report).items():
        path = ("add", name)
        if not name.isidentifier():
            remedy = "use letters (Chinese too), digits and _, with a letter first"
            report.add("name", path, f"“{name}” is not a name", remedy)
        if not isinstance(row, Mapping):
            report.add("add", path, "is not a table", f"write [add.{name}] above its keys")
            continue
        check_keys(row, _STEP, path, report)
        kind = _kind(row, path, report)
        is_call = kind == "callActivity"
        for key in _FOR_PEOPLE if is_call else ("calls",):
            if key in row:
                remedy = "remove it, or choose another kind"
                report.add("add", (*path, key), f"does not belong to a {kind}", remedy)
        yield Addition(
            id=name,
            at=read_text(row, "at", path, report) or "",
            kind=kind,
            name=read_text(row, "name", path, report) or "",
            role=_maybe(row, "role", path, report),
            due=_maybe(row, "due", path, report),
            ladder=_maybe(row, "ladder", path, report),
            form=_maybe(row, "form", path, report),
            calls=(read_text(row, "calls", path, report) or "") if is_call else "",
        )


def _kind(row: Table, path: Path, report: Report) -> str:
    kind = _maybe(row, "kind", path, report) or KINDS[0]
    if kind not in KINDS:
        report.add("kind", (*path, "kind"), f"“{kind}” cannot be added", one_of(KINDS, kind))
    return kind


def _documents(document: Table, report: Report) -> Documents:
    table = _table(document, "documents", (), report)
    path = ("documents",)
    for key in table.keys() - {"always", "outcomes"}:
        remedy = "write always = [...], or [documents.outcomes]"
        report.add("overlay-documents", (*path, key), "an overlay only adds documents", remedy)
    outcomes = _table(table, "outcomes", path, report)
    inner = (*path, "outcomes")
    return Documents(
        always=_texts(table, "always", path, report),
        by_outcome={name: _texts(outcomes, name, inner, report) for name in outcomes},
    )


def _names(document: Table, key: str, report: Report) -> dict[str, str]:
    table = _table(document, key, (), report)
    return {name: read_text(table, name, (key,), report) or "" for name in table}


def _maybe(table: Table, key: str, path: Path, report: Report) -> str:
    return (read_text(table, key, path, report) or "") if key in table else ""


def _texts(table: Table, key: str, path: Path, report: Report) -> tuple[str, ...]:
    rows = table.get(key, [])
    if isinstance(rows, list) and all(isinstance(one, str) and one for one in rows):
        return tuple(dict.fromkeys(rows))
    report.add(key, (*path, key), "is not a list of texts", f'write {key} = ["..."]')
    return ()


def _table(table: Table, key: str, path: Path, report: Report) -> Table:
    inner = table.get(key, {})
    if isinstance(inner, Mapping):
        return inner
    report.add(key, (*path, key), "is not a table", f"write [{'.'.join((*path, key))}]")
    return {}
