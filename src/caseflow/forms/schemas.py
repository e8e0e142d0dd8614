"""Forms as JSON Schema (draft 2020-12, or the one that the schema names)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from jsonschema import exceptions
from jsonschema.protocols import Validator
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from caseflow.errors import DiagramRefused, Finding, Severity
from caseflow.forms.problems import Label, Problem, problem
from caseflow.model import Value, Values

_RULES = {
    "required": "required",
    "enum": "option",
    "const": "option",
    "minLength": "shortest",
    "maxLength": "longest",
    "minimum": "least",
    "maximum": "most",
    "pattern": "pattern",
    "minItems": "fewest",
    "maxItems": "entries",
    "uniqueItems": "twice",
}
_TYPES = {
    "string": "text",
    "number": "number",
    "integer": "whole",
    "boolean": "boolean",
    "array": "list",
    "object": "table",
}
_FORMATS = {"email": "email", "date": "date", "time": "time", "date-time": "moment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaForm:
    """A form by its schema; what that does not name is refused unless it says otherwise."""

    id: str
    schema: Mapping[str, object]
    validator: Validator

    def problems(
        self, values: Values, known: Values, *, language: str | None = None
    ) -> tuple[Problem, ...]:
        """Return all that is wrong, field by field."""
        found = [
            *self._unknown(values, language),
            *self._changed(values, known, language),
            *self._broken(values, language),
        ]
        return tuple(dict.fromkeys(found))

    def _properties(self) -> Mapping[str, object]:
        found = self.schema.get("properties")
        return found if isinstance(found, Mapping) else {}

    def _unknown(self, values: Values, language: str | None) -> Iterator[Problem]:
        says = {"additionalProperties", "patternProperties", "unevaluatedProperties"}
        if not says.isdisjoint(self.schema):
            return
        for key in values.keys() - self._properties().keys():
            yield problem(key, "unknown", Label(text=key, by_language={}), language=language)

    def _changed(self, values: Values, known: Values, language: str | None) -> Iterator[Problem]:
        for key, one in self._properties().items():
            is_readonly = isinstance(one, Mapping) and one.get("readOnly") is True
            if is_readonly and key in values and values[key] != known.get(key):
                yield problem(key, "readonly", _label(one, key), language=language)

    def _broken(self, values: Values, language: str | None) -> Iterator[Problem]:
        plain = {key: _plain(value) for key, value in values.items()}
        errors = self.validator.iter_errors(plain)  # type: ignore[arg-type]  # it is plain JSON
        for error in sorted(errors, key=_place):
            yield from self._told(error, language)

    def _told(self, error: exceptions.ValidationError, language: str | None) -> Iterator[Problem]:
        path = [str(one) for one in error.absolute_path]
        rule = _RULES.get(str(error.validator), "schema")
        of: object = error.validator_value
        schema = error.schema if isinstance(error.schema, Mapping) else {}
        match error.validator:
            case "required":
                wanted = error.validator_value
                given = error.instance if isinstance(error.instance, Mapping) else {}
                names = (
                    [str(one) for one in wanted if one not in given]
                    if isinstance(wanted, list)
                    else []
                )
                inner = schema.get("properties")
                inner = inner if isinstance(inner, Mapping) else {}
                for name in names:
                    yield problem(
                        ".".join([*path, name]),
                        "required",
                        _label(inner.get(name), name),
                        language=language,
                    )
                return
            case "type":
                rule, of = _TYPES.get(str(error.validator_value), "schema"), error.message
            case "format":
                rule, of = _FORMATS.get(str(error.validator_value), "schema"), error.message
            case "enum" | "const":
                options = of if isinstance(of, list) else [of]
                of = ", ".join(str(one) for one in options[:20])
            case _ if rule == "schema":
                of = error.message[:200]
        key = ".".join(path) or self.id
        yield problem(
            key, rule, _label(schema, path[-1] if path else key), language=language, of=of
        )


def read_schema(data: bytes, *, file: str, name: str) -> SchemaForm:
    """Return the form of a JSON Schema file; it may only refer to what stands inside it.

    Raises:
        DiagramRefused: it is no JSON Schema for a map of values.
    """
    try:
        schema = json.loads(data.decode("utf-8"))
        kind = validator_for(schema, default=Draft202012Validator)
        kind.check_schema(schema)
        is_map = isinstance(schema, dict) and schema.get("type", "object") == "object"
        if not is_map:
            raise ValueError("it does not describe an object")  # noqa: TRY301 - told like the others
        # A registry of its own without a retriever: nothing is fetched from anywhere.
        validator = kind(schema, registry=Registry(), format_checker=kind.FORMAT_CHECKER)
        _check_references(schema)
    except (ValueError, RecursionError, exceptions.SchemaError) as error:
        message = getattr(error, "message", str(error)) or type(error).__name__
        raise _refused(file, message, getattr(error, "lineno", 1)) from error
    return SchemaForm(id=str(schema.get("$id") or name), schema=schema, validator=validator)


def _check_references(schema: Mapping[str, object]) -> None:
    """Refuse references that lead nowhere or out of the file. Raises ValueError."""
    root = DRAFT202012.create_resource(schema)
    resolver = Registry().with_resource("", root).resolver()
    for reference in _references(schema):
        if not reference.startswith("#"):
            raise ValueError(f"{reference} leads out of it")
        try:
            resolver.lookup(reference)
        except Unresolvable as failure:
            raise ValueError(f"{reference} does not lead to a place in it") from failure


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, one in part.items():
            if key in {"$ref", "$dynamicRef", "$recursiveRef"} and isinstance(one, str):
                yield one
            else:
                yield from _references(one)
    elif isinstance(part, list):
        for one in part:
            yield from _references(one)


def _refused(file: str, message: str, line: int) -> DiagramRefused:
    return DiagramRefused(
        [
            Finding(
                rule="form-schema",
                severity=Severity.ERROR,
                file=file,
                line=line,
                message=f"is no JSON Schema of a form: {message}",
                remedy="mend it; references lead to #/$defs in the same file",
            )
        ]
    )


def _place(error: exceptions.ValidationError) -> str:
    return ".".join(str(one) for one in error.absolute_path)


def _label(schema: object, key: str) -> Label:
    """Return the title, in the languages that ``x-labels`` gives it."""
    found = schema if isinstance(schema, Mapping) else {}
    labels = found.get("x-labels")
    languages = {str(k): str(v) for k, v in labels.items()} if isinstance(labels, dict) else {}
    return Label(text=str(found.get("title") or key), by_language=languages)


def _plain(value: Value) -> object:
    """Return a value as JSON would have it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
