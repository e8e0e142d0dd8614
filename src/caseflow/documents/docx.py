"""DOCX templates filled in with docxtpl, in the same sandbox as all templates."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from caseflow.documents.sandbox import Sandbox


def docx_of(template: bytes, context: Mapping[str, object]) -> bytes:
    """Return a DOCX template filled in.

    Raises:
        TemplateError: the template is wrong, or does what templates may not.
        ModuleNotFoundError: docxtpl is not installed.
    """
    from docxtpl import DocxTemplate  # noqa: PLC0415 - an extra, and slow to load

    document = DocxTemplate(BytesIO(template))
    document.render(dict(context), jinja_env=Sandbox(), autoescape=True)
    made = BytesIO()
    document.save(made)
    return made.getvalue()
