"""Files of forms: which they are, and which one a task means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from caseflow.errors import DiagramRefused, Finding, Severity
from caseflow.forms.form import Form
from caseflow.forms.formjs import read_form

FORM = ".form"
"""The end of the name of a form-js file."""

SCHEMA = ".schema.json"
"""The end of the name of a JSON Schema file."""

_PREFIX = "camunda-forms:"
_DEPLOYED = "camunda-forms:deployment:"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFile:
    """One form of a deployment."""

    file: str
    data: bytes
    form: Form

    @property
    def names(self) -> frozenset[str]:
        """By what a task may mean it: its id, or its file with or without the ending."""
        name = PurePosixPath(self.file).name
        stem = name.removesuffix(SCHEMA).removesuffix(FORM)
        return frozenset({self.form.id, name, stem} - {""})


def is_form(name: str) -> bool:
    """Tell whether a file is a form, by the end of its name."""
    return name.endswith((FORM, SCHEMA))


def parse_form(data: bytes, *, file: str) -> Form:
    """Return the form of a file. Raises DiagramRefused with all that is wrong with it."""
    if not file.endswith(SCHEMA):
        return read_form(data, file=file)
    try:
        from caseflow.forms.schemas import read_schema  # noqa: PLC0415 - an extra
    except ImportError as failure:
        finding = Finding(
            rule="form-schema",
            severity=Severity.ERROR,
            file=file,
            line=1,
            message="JSON Schema cannot be read here",
            remedy="pip install 'caseflow-engine[forms]'",
        )
        raise DiagramRefused([finding]) from failure
    name = PurePosixPath(file).name.removesuffix(SCHEMA)
    return read_schema(data, file=file, name=name)


def form_named(key: str, files: Iterable[FormFile], *, near: str) -> FormFile | None:
    """Return the form that a task means by its key, the one nearest to its diagram.

    None for a form of the host's own: a key that no file goes by and that does not look
    like the name of one.

    Raises:
        LookupError: it looks like the name of a file that is not there, or several go by it.
    """
    name = key.removeprefix(_DEPLOYED)
    if name.startswith(_PREFIX):
        raise LookupError(f"names the form {key}, which stands inside a diagram")
    found = [one for one in files if name in one.names]
    beside = [one for one in found if _folder(one.file).is_relative_to(_folder(near))]
    found = beside or found
    if len(found) > 1:
        raise LookupError(f"names form {name}: {', '.join(one.file for one in found)}")
    if not found and (is_form(name) or name != key):
        raise LookupError(f"names form {name}, which is not deployed with it")
    return found[0] if found else None


def _folder(file: str) -> PurePosixPath:
    return PurePosixPath(file).parent
