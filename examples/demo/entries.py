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
    match field.kind:
        case Kind.NUMBER:
            return 1
        case Kind.BOOLEAN:
            return False
        case Kind.MOMENT:
            return at + timedelta(days=10)
        case Kind.DATE:
            return at.date()
        case Kind.CHOICES | Kind.TABLE:
            return []
        case Kind.CHOICE:
            return (field.options or ("",))[0]
        case _:
            return "—"
