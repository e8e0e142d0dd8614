"""Forms of bpmn.io's form-js, as its editor and Camunda Modeler write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from caseflow.errors import DiagramRefused, Finding, Severity
from caseflow.forms.fields import Field, Kind
from caseflow.forms.form import FieldForm
from caseflow.forms.problems import Label
from caseflow.model import Value

_KINDS: Mapping[str, Kind] = {
    "textfield": Kind.TEXT,
    "textarea": Kind.TEXT,
    "number": Kind.NUMBER,
    "checkbox": Kind.BOOLEAN,
    "radio": Kind.CHOICE,
    "select": Kind.CHOICE,
    "checklist": Kind.CHOICES,
    "taglist": Kind.CHOICES,
    "dynamiclist": Kind.TABLE,
    "filepicker": Kind.ANY,
}
_MOMENTS = {"date": Kind.DATE, "time": Kind.TIME, "datetime": Kind.MOMENT}
_SHOWN = frozenset(
    {"text", "html", "image", "iframe", "button", "separator", "spacer", "table"}
    | {"documentPreview", "expression"}
)
"""Components that show something and take nothing in."""

_LIMITS = {
    "minLength": "shortest",
    "maxLength": "longest",
    "min": "least",
    "max": "most",
}
MAX_DEPTH = 20


def read_form(data: bytes, *, file: str) -> FieldForm:
    """Return the form of a form-js file.

    Nothing in it is executed. Whether a condition hides a field is not known here, so such a
    field is not required; expressions for readonly and disabled do not count.

    Raises:
        DiagramRefused: with all that is wrong with it.
    """
    reader = _Reader(file)
    form = reader.form(reader.parsed(data))
    if reader.findings:
        raise DiagramRefused(reader.findings)
    return form


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file
        self.findings: list[Finding] = []

    def parsed(self, data: bytes) -> Mapping[str, object]:
        try:
            found = json.loads(data.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 1)
            self._add("form-json", f"is not JSON: {error}", "save it again", line=line)
            return {}
        if isinstance(found, dict):
            return found
        self._add("form-json", "is no form", "save it again")
        return {}

    def form(self, document: Mapping[str, object]) -> FieldForm:
        if not self.findings and not isinstance(document.get("components"), list):
            self._add("form-components", "has no components", "save it with a form editor")
        fields = tuple(self._fields(document.get("components"), 0))
        keys = [one.key for one in fields]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self._add("form-key", "the key stands at two fields", "rename one", element=key)
        properties = document.get("properties")
        more = properties.get("takesMore") if isinstance(properties, dict) else None
        return FieldForm(
            id=str(document.get("id", "")), fields=fields, takes_more=more in {True, "true"}
        )

    def _fields(self, components: object, depth: int, path: str = "") -> Iterator[Field]:
        if depth > MAX_DEPTH:
            self._add("form-depth", f"is deeper than {MAX_DEPTH} groups", "draw it flatter")
            return
        for one in components if isinstance(components, list) else []:
            if not isinstance(one, dict):
                self._add("form-component", "holds something that is no component", "remove it")
            elif one.get("type") == "group":
                inner = f"{path}{one['path']}." if one.get("path") else path
                yield from self._fields(one.get("components"), depth + 1, inner)
            elif one.get("type") not in _SHOWN:
                yield from self._field(one, depth, path)

    def _field(self, one: Mapping[str, object], depth: int, path: str) -> Iterator[Field]:
        name = str(one.get("type", ""))
        kind = _MOMENTS.get(str(one.get("subtype"))) if name == "datetime" else _KINDS.get(name)
        key = str(one.get("path" if kind is Kind.TABLE else "key") or "")
        if kind is None or not key:
            what = "has no key" if kind else f"is of the unknown type “{name}”"
            place = key or str(one.get("id", ""))
            self._add("form-component", what, "mend it in the form editor", element=place)
            return
        validate = one.get("validate")
        rules = validate if isinstance(validate, dict) else {}
        rows = tuple(self._fields(one.get("components"), depth + 1)) if kind is Kind.TABLE else ()
        yield Field(
            key=path + key,
            label=_label(one, key),
            kind=kind,
            is_required=rules.get("required") is True,
            is_readonly=one.get("readonly") is True or one.get("disabled") is True,
            may_hide=bool(one.get("conditional")),
            limits=dict(self._limits(one, rules, key)),
            pattern=self._pattern(rules.get("pattern"), key),
            is_email=rules.get("validationType") == "email",
            is_phone=rules.get("validationType") == "phone",
            options=_options(one),
            options_from=str(one["valuesKey"]) if one.get("valuesKey") else None,
            rows=rows,
        )

    def _limits(
        self, one: Mapping[str, object], rules: Mapping[str, object], key: str
    ) -> Iterator[tuple[str, Decimal]]:
        given = [(rule, rules[name], name) for name, rule in _LIMITS.items() if name in rules]
        if one.get("decimalDigits") is not None:
            given.append(("digits", one["decimalDigits"], "decimalDigits"))
        for rule, limit, name in given:
            if isinstance(limit, str) and limit.startswith("="):
                continue  # an expression, which is not evaluated here
            if isinstance(limit, bool) or not isinstance(limit, int | float | str):
                self._add("form-limit", f"{name} is no number", "write a number", element=key)
                continue
            try:
                yield rule, Decimal(str(limit))
            except ArithmeticError:
                self._add("form-limit", f"{name} is no number", "write a number", element=key)

    def _pattern(self, text: object, key: str) -> re.Pattern[str] | None:
        if not text:
            return None
        try:
            return re.compile(str(text))
        except re.error as error:
            self._add("form-pattern", f"the pattern is wrong: {error}", "mend it", element=key)
            return None

    def _add(
        self, rule: str, message: str, remedy: str, *, line: int = 1, element: str = ""
    ) -> None:
        finding = Finding(
            rule=rule,
            severity=Severity.ERROR,
            file=self._file,
            line=line,
            element=element,
            message=message,
            remedy=remedy,
        )
        self.findings.append(finding)


def _label(one: Mapping[str, object], key: str) -> Label:
    """Return the label, in the languages that custom properties ``label_zh`` … give it."""
    properties = one.get("properties")
    named = properties if isinstance(properties, dict) else {}
    languages = {
        name.removeprefix("label_"): str(text)
        for name, text in named.items()
        if name.startswith("label_")
    }
    return Label(text=str(one.get("label") or key), by_language=languages)


def _options(one: Mapping[str, object]) -> tuple[Value, ...] | None:
    """Return what can be chosen; None where that is told elsewhere, by an expression."""
    values = one.get("values")
    if not isinstance(values, list):
        return None
    found = (row.get("value") if isinstance(row, dict) else row for row in values)
    return tuple(one for one in found if one is None or isinstance(one, str | int | float))
