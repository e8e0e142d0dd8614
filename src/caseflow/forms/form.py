"""Forms: what may be handed in with a completed task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from caseflow.forms.fields import Field
from caseflow.forms.problems import Label, Problem, problem
from caseflow.model import Value, Values


class Form(Protocol):
    """Tells what is wrong with what was filled in."""

    @property
    def id(self) -> str:
        """Its id, by which diagrams name it."""
        ...

    def problems(
        self, values: Values, known: Values, *, language: str | None = None
    ) -> tuple[Problem, ...]:
        """Return all that is wrong, field by field.

        Args:
            values: what was filled in.
            known: the case file before.
            language: ``zh`` or ``en``; that of each field's label, where nothing is said.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldForm:
    """A form of fields. What it does not name is refused, unless it ``takes_more``."""

    id: str
    fields: tuple[Field, ...]
    takes_more: bool = False

    def problems(
        self, values: Values, known: Values, *, language: str | None = None
    ) -> tuple[Problem, ...]:
        """Return all that is wrong, field by field."""
        return tuple(self._problems(values, known, language))

    def _problems(self, values: Values, known: Values, language: str | None) -> Iterator[Problem]:
        given = dict(_flat(values, {one.key for one in self.fields}))
        after = {**known, **values}
        for one in self.fields:
            is_given = one.key in given
            value = given.pop(one.key, None)
            if one.is_readonly:
                if is_given and value != dict(_flat(known, {one.key})).get(one.key):
                    yield problem(one.key, "readonly", one.label, language=language)
                continue
            for below, rule, of in one.wrongs(value, after):
                yield problem(f"{one.key}{below}", rule, one.label, language=language, of=of)
        if not self.takes_more:
            for key in given:
                label = Label(text=key, by_language={})
                yield problem(key, "unknown", label, language=language)


def _flat(values: Values, keys: set[str], path: str = "") -> Iterator[tuple[str, Value]]:
    """Yield values by their keys, which may name a place inside a map with dots."""
    for name, value in values.items():
        key = f"{path}{name}"
        is_around = any(one.startswith(f"{key}.") for one in keys)
        if is_around and isinstance(value, Mapping):
            yield from _flat(value, keys, f"{key}.")
        else:
            yield key, value
