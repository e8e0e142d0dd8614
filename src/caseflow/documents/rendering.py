"""Making documents: a form and values become HTML, text, PDF or DOCX."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from jinja2 import TemplateError, UndefinedError

from caseflow.documents.docx import docx_of
from caseflow.documents.forms import Bundle, Form, Kind
from caseflow.documents.pdf import pdf_of
from caseflow.documents.sandbox import BundleLoader, Sandbox, budget
from caseflow.errors import DocumentRefused, FormRefused
from caseflow.model import Value, Values

_OWN = frozenset({"case", "form", "paper"})


class Format(StrEnum):
    """In which format a document is made; the value is its media type."""

    HTML = "text/html; charset=utf-8"
    TEXT = "text/plain; charset=utf-8"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What a document says besides its values: who issues it, when, under which number."""

    organ: str
    issued_at: datetime | date
    number: str = ""
    case: str = ""
    business_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it was made; ``digest`` is the SHA-256 of its bytes."""

    form: str
    title: str
    number: str
    format: Format
    data: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the document."""
        return hashlib.sha256(self.data).hexdigest()


class Press:
    """Makes documents of the forms of one bundle; its templates are compiled once."""

    def __init__(self, bundle: Bundle) -> None:
        """Use a bundle of forms."""
        self.bundle = bundle
        self._sandbox = Sandbox(BundleLoader(bundle.texts))

    def make(
        self,
        form: str,
        values: Values,
        particulars: Particulars,
        *,
        format: Format | None = None,  # noqa: A002 - that is what it is
    ) -> Document:
        """Make a document.

        Args:
            form: the id of the form.
            values: what its fields are filled with.
            particulars: who issues it, when, under which number.
            format: HTML or text as its template is written, where nothing is said.

        Raises:
            DocumentRefused: values are missing, or the format is not installed.
            FormRefused: the template is wrong, or does what templates may not.
        """
        chosen = self.bundle.form(form)
        check_values(chosen, values)
        context = _context(chosen, values, particulars)
        written = Format.TEXT if chosen.template.endswith(".txt") else Format.HTML
        wanted = written if format is None else format
        match wanted:
            case Format.DOCX:
                data = self._docx(chosen, context)
            case Format.PDF:
                data = pdf_of(self._text(chosen, context), self.bundle.files)
            case Format.HTML | Format.TEXT:
                if wanted is not written:
                    raise DocumentRefused(f"{form} is written in {written}, not in {wanted}")
                data = self._text(chosen, context).encode()
            case _:
                assert_never(wanted)
        return Document(
            form=form, title=chosen.title, number=particulars.number, format=wanted, data=data
        )

    def _text(self, form: Form, context: Mapping[str, object]) -> str:
        try:
            with budget():
                return self._sandbox.get_template(form.template).render(context)
        except UndefinedError as failure:
            raise DocumentRefused(f"{form.id}: {failure.message}") from failure
        except TemplateError as failure:
            raise FormRefused(form.id, _told(failure)) from failure
        except RecursionError as failure:
            raise FormRefused(form.id, "its templates are nested too deep") from failure

    def _docx(self, form: Form, context: Mapping[str, object]) -> bytes:
        if form.docx is None:
            raise DocumentRefused(f"{form.id} has no DOCX template")
        try:
            with budget():
                return docx_of(self.bundle.files[form.docx], context)
        except UndefinedError as failure:
            raise DocumentRefused(f"{form.id}: {failure.message}") from failure
        except TemplateError as failure:
            raise FormRefused(form.id, _told(failure)) from failure


def check_values(form: Form, values: Values) -> None:
    """Make sure that a form can be filled. Raises DocumentRefused with all that is missing."""
    missing = [
        f"{one.label} ({one.name})"
        for one in form.fields
        if one.is_required and one.kind is not Kind.BLANK and _is_empty(values.get(one.name))
    ]
    if missing:
        raise DocumentRefused(f"{form.id} 《{form.title}》 lacks {', '.join(missing)}")


def _is_empty(value: Value) -> bool:
    return value is None or value in ("", [], {})


def _context(form: Form, values: Values, particulars: Particulars) -> dict[str, object]:
    fields = [
        {
            "name": one.name,
            "label": one.label,
            "kind": one.kind.value,
            "value": values.get(one.name),
        }
        for one in form.fields
    ]
    optional = {one.name: None for one in form.fields}
    return {
        **optional,
        **{name: value for name, value in values.items() if name not in _OWN},
        "form": {"id": form.id, "title": form.title, "fields": fields},
        "paper": {
            "number": particulars.number,
            "organ": particulars.organ,
            "issued_at": particulars.issued_at,
        },
        "case": {"id": particulars.case, "business_key": particulars.business_key},
    }


def _told(failure: TemplateError) -> str:
    line = getattr(failure, "lineno", None)
    name = getattr(failure, "name", None)
    where = f"{name}:{line}: " if name and line else ""
    return f"{where}{failure.message}"
