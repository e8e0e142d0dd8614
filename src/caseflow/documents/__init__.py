"""Documents: forms filled with the values of a case, as HTML, text, PDF or DOCX."""

from __future__ import annotations

from caseflow.documents.forms import (
    Archive,
    Bundle,
    Field,
    Form,
    Kind,
    NumberRule,
    make_bundle,
    read_bundle,
)
from caseflow.documents.rendering import (
    Document,
    Format,
    Particulars,
    Press,
    check_values,
)
from caseflow.documents.sandbox import (
    MAX_OUTPUT,
    MAX_STEPS,
)

__all__ = [
    "MAX_OUTPUT",
    "MAX_STEPS",
    "Archive",
    "Bundle",
    "Document",
    "Field",
    "Form",
    "Format",
    "Kind",
    "NumberRule",
    "Particulars",
    "Press",
    "check_values",
    "make_bundle",
    "read_bundle",
]
