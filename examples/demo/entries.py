"""Fits what the staff decides to the form of the task, as somebody does who fills it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from caseflow.forms import Field, FieldForm, Form, Kind


def filled_in(
    answers: Mapping[str, object], form: Form | None, *, at: datetime
) -> dict[str, object]:
    """Return the answers that a form asks for; what it requires and nobody decided is plain."""
    if not isinstance(form, FieldForm):
        return dict(answers)
    return {
        field.key: answers.get(field.key, _plain(field, at))
        for field in form.fields
        if field.key in answers or (field.is_required and not field.may_hide)
    }


def _plain(field: Field, at: datetime) -> object:
    if field.kind is Kind.CHOICE:
        return (field.options or ("",))[0]
    plain: dict[Kind, object] = {
        Kind.NUMBER: 1,
        Kind.BOOLEAN: False,
        Kind.MOMENT: at + timedelta(days=10),
        Kind.DATE: at.date(),
        Kind.CHOICES: [],
        Kind.TABLE: [],
    }
    return plain.get(field.kind, "—")
