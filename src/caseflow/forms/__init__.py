"""Forms that are deployed with a process, and what is wrong with what was filled in."""

from __future__ import annotations

from caseflow.forms.fields import Field, Kind
from caseflow.forms.files import FORM, SCHEMA, FormFile, form_named, is_form, parse_form
from caseflow.forms.form import FieldForm, Form
from caseflow.forms.formjs import read_form
from caseflow.forms.problems import Label, Problem

__all__ = [
    "FORM",
    "SCHEMA",
    "Field",
    "FieldForm",
    "Form",
    "FormFile",
    "Kind",
    "Label",
    "Problem",
    "form_named",
    "is_form",
    "parse_form",
    "read_form",
]
