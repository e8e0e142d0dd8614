"""Rows of a CSV file as cases to be opened, each checked before anything is written."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

TOO_MANY = "\0"  # the column of what no column is for; none can be called that
YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """One row that is good: what to open."""

    line: int
    process: str
    business_key: str
    unit: str
    element: str | None
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One row that is not, and everything that is wrong with it."""

    line: int
    problems: tuple[str, ...]


class Reader:
    """Reads files whose columns a TOML file describes, as `matters.toml` does."""

    def __init__(self, description: Path) -> None:
        """Take a description. Raises ValueError where it is not TOML."""
        told = tomllib.loads(description.read_text(encoding="utf-8"))
        process = told["process"]
        self._number: str = told["number"]
        self._unit: str = told.get("unit", "")
        self._always: str | None = process.get("always")
        self._column: str = process.get("column", "")
        self._by: dict[str, str] = process.get("by", {})
        self._element: str | None = process.get("element")
        self._variables: dict[str, dict[str, str]] = told["variables"]

    def read(self, file: Path) -> Iterator[NewCase | BadRow]:
        """Yield every row of a file, good or bad.

        Raises:
            ValueError: a column is missing, so that no row can be read.
        """
        seen: dict[str, int] = {}
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened, restkey=TOO_MANY, strict=True)
            self._check_columns(rows.fieldnames or [], file)
            for row in rows:
                cells = [cell for cell in row.values() if isinstance(cell, str)]
                inside = sum(cell.count("\n") for cell in cells)  # a row may go over several lines
                yield self._case(row, rows.line_num - inside, seen)

    def _check_columns(self, columns: Iterable[str], file: Path) -> None:
        wanted = {self._number, *(one["column"] for one in self._variables.values())}
        wanted |= {self._unit, self._column} - {""}
        if missing := sorted(wanted - set(columns)):
            raise ValueError(f"{file}:1: these columns are missing: {', '.join(missing)}")

    def _case(self, row: Mapping[str, str], line: int, seen: dict[str, int]) -> NewCase | BadRow:
        number = _text(row, self._number)
        problems = [*self._number_problems(number, seen)]
        seen.setdefault(number, line)
        if TOO_MANY in row:
            problems.append("there are more cells than columns")
        process = self._always or self._by.get(_text(row, self._column))
        if process is None:
            problems.append(f"{self._column}: no process is for {_text(row, self._column)!r}")
        variables: dict[str, object] = {}
        for name, how in self._variables.items():
            text = _text(row, how["column"])
            try:
                if text or not how.get("optional"):
                    variables[name] = value_of(text, how)
            except ValueError as failure:
                problems.append(f"{how['column']}: {failure}")
        if problems or process is None:
            return BadRow(line=line, problems=tuple(problems))
        return NewCase(
            line=line,
            process=process,
            business_key=number,
            unit=_text(row, self._unit),
            element=self._element,
            variables=variables,
        )

    def _number_problems(self, number: str, seen: Mapping[str, int]) -> Iterator[str]:
        if not number:
            yield f"{self._number}: is empty"
        elif number in seen:
            yield f"{self._number}: {number} stands in line {seen[number]} already"


def _text(row: Mapping[str, str], column: str) -> str:
    """Return a cell; rows that are too short have none in their last columns."""
    return (row.get(column) or "").strip()


def value_of(text: str, how: Mapping[str, str]) -> object:
    """Return the value that a text stands for. Raises ValueError, in words for people."""
    if not text:
        raise ValueError("is empty")
    if "\0" in text:
        raise ValueError("holds a NUL character, which no database keeps")
    match how.get("as", "text"):
        case "text":
            return text
        case "words":
            return tuple(text.split())
        case "whole":
            return _whole(text)
        case "yes or no":
            return _yes_or_no(text)
        case "moment":
            return _moment(text, how)
        case kind:
            raise ValueError(f"the description says {kind!r}, which is no kind of value")


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{text!r} is no whole number") from None


def _yes_or_no(text: str) -> bool:
    if text.lower() not in YES_OR_NO:
        raise ValueError(f"{text!r} is neither yes nor no")
    return YES_OR_NO[text.lower()]


def _moment(text: str, how: Mapping[str, str]) -> datetime:
    try:
        shape = how.get("format")
        found = datetime.fromisoformat(text) if shape is None else datetime.strptime(text, shape)  # noqa: DTZ007 - the zone comes below
    except ValueError:
        raise ValueError(f"{text!r} is no moment") from None
    if found.tzinfo is not None:
        return found
    if "zone" not in how:
        raise ValueError(f"{text!r} has no time zone, and the description names none")
    return found.replace(tzinfo=ZoneInfo(how["zone"]))
