"""Forms: what a kind of document is called, numbered and made of, read from a folder."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from caseflow.errors import FormRefused

FORMS = "forms.toml"
"""The file of a bundle that describes its forms."""

_TEMPLATES = frozenset({".html", ".txt", ".css"})
_FILES = _TEMPLATES | {".docx", ".png", ".svg"}
_PLACE = re.compile(r"\{(year|mark|number)\}")
_FORM = {"title", "template", "docx", "series", "number", "fields"}


class Kind(StrEnum):
    """How the value of a field is written where a form is a table."""

    TEXT = "text"
    LONG = "long"
    """Several lines, in a box of its own."""
    DAY = "day"
    MOMENT = "moment"
    YUAN = "yuan"
    LIST = "list"
    PARTIES = "parties"
    """People with name, gender, born_on, nation, id_number, address and phone."""
    BLANK = "blank"
    """Nothing: a place to sign or to paste on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value that a form asks for."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """How documents are numbered: one series a unit and year.

    ``pattern`` has places for ``{year}``, ``{mark}`` and ``{number}``, such as
    （{year}）{mark}人调字第{number}号.
    """

    series: str
    pattern: str

    def number(self, *, year: int, mark: str, number: int) -> str:
        """Return a number as it is printed."""
        parts = {"year": str(year), "mark": mark, "number": str(number)}
        return _PLACE.sub(lambda place: parts[place[1]], self.pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One kind of document."""

    id: str
    title: str
    template: str
    docx: str | None = None
    rule: NumberRule | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Which documents the file of a case must hold; each entry is one form, or one of several."""

    always: tuple[tuple[str, ...], ...] = ()
    by_outcome: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def missing(self, issued: Collection[str], *, outcome: str) -> tuple[tuple[str, ...], ...]:
        """Return what a file still lacks that holds these forms."""
        wanted = (*self.always, *self.by_outcome.get(outcome, ()))
        return tuple(forms for forms in wanted if not set(forms) & set(issued))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Forms with all files that they are made of; ``digest`` covers every byte of them."""

    forms: Mapping[str, Form]
    archives: Mapping[str, Archive]
    texts: Mapping[str, str]
    files: Mapping[str, bytes]
    digest: str

    def form(self, name: str) -> Form:
        """Return a form. Raises FormRefused."""
        if name not in self.forms:
            raise FormRefused(name, f"there is none; there are {', '.join(sorted(self.forms))}")
        return self.forms[name]


def read_bundle(folder: str | Path) -> Bundle:
    """Return the forms of a folder. Raises FormRefused, FileNotFoundError."""
    top = Path(folder)
    files = {
        one.relative_to(top).as_posix(): one.read_bytes()
        for one in sorted(top.rglob("*"))
        if one.is_file() and one.suffix in _FILES
    }
    description = (top / FORMS).read_bytes()
    return make_bundle(description, files)


def make_bundle(description: bytes, files: Mapping[str, bytes]) -> Bundle:
    """Return the forms that a description and its files make. Raises FormRefused."""
    try:
        table = tomllib.loads(description.decode())
        texts = {name: data.decode() for name, data in files.items() if _is_text(name)}
    except ValueError as failure:
        raise FormRefused(FORMS, str(failure)) from failure
    forms = {name: _form(name, row, files) for name, row in _tables(table, "forms")}
    archives = {name: _archive(name, row, forms) for name, row in _tables(table, "archives")}
    seen = hashlib.sha256(description)
    for name, data in sorted(files.items()):
        seen.update(b"\0" + name.encode() + b"\0" + hashlib.sha256(data).digest())
    return Bundle(
        forms=forms, archives=archives, texts=texts, files=dict(files), digest=seen.hexdigest()
    )


def _is_text(name: str) -> bool:
    return Path(name).suffix in _TEMPLATES


def _tables(table: Mapping[str, object], name: str) -> Iterator[tuple[str, dict[str, object]]]:
    rows = table.get(name, {})
    if not isinstance(rows, dict):
        raise FormRefused(FORMS, f"[{name}] is no table")
    for key, row in rows.items():
        if not isinstance(row, dict):
            raise FormRefused(key, f"[{name}.{key}] is no table")
        yield key, row


def _form(name: str, row: Mapping[str, object], files: Mapping[str, bytes]) -> Form:
    if unknown := sorted(set(row) - _FORM):
        raise FormRefused(name, f"{', '.join(unknown)}: unknown; known are {sorted(_FORM)}")
    template, docx = _text(name, row, "template"), row.get("docx")
    for file in (template, docx):
        if file is not None and file not in files:
            raise FormRefused(name, f"there is no file {file}")
    rule = None
    if "series" in row or "number" in row:
        rule = NumberRule(series=_text(name, row, "series"), pattern=_text(name, row, "number"))
        if "{number}" not in rule.pattern:
            raise FormRefused(name, "its number has no place for {number}")
    return Form(
        id=name,
        title=_text(name, row, "title"),
        template=template,
        docx=None if docx is None else _text(name, row, "docx"),
        rule=rule,
        fields=tuple(_field(name, key, one) for key, one in _tables(row, "fields")),
    )


def _field(form: str, name: str, row: Mapping[str, object]) -> Field:
    if unknown := sorted(set(row) - {"label", "kind", "required"}):
        raise FormRefused(form, f"field {name}: {', '.join(unknown)}: unknown")
    kind = row.get("kind", Kind.TEXT)
    if kind not in set(Kind):
        raise FormRefused(form, f"field {name}: kind {kind!r} is none of {', '.join(Kind)}")
    return Field(
        name=name,
        label=_text(form, row, "label"),
        kind=Kind(str(kind)),
        is_required=row.get("required") is not False,
    )


def _archive(name: str, row: Mapping[str, object], forms: Collection[str]) -> Archive:
    outcomes = row.get("outcomes", {})
    return Archive(
        always=_wanted(name, row.get("always", []), forms),
        by_outcome={
            str(outcome): _wanted(name, wanted, forms)
            for outcome, wanted in (outcomes.items() if isinstance(outcomes, dict) else ())
        },
    )


def _wanted(archive: str, rows: object, forms: Collection[str]) -> tuple[tuple[str, ...], ...]:
    wanted = (
        [row if isinstance(row, list) else [row] for row in rows] if isinstance(rows, list) else []
    )
    if unknown := sorted({str(one) for row in wanted for one in row} - set(forms)):
        raise FormRefused(archive, f"its archive asks for {', '.join(unknown)}, which is no form")
    return tuple(tuple(str(one) for one in row) for row in wanted)


def _text(form: str, row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise FormRefused(form, f"{name} is missing, or no text")
    return value
