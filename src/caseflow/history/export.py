"""Histories as a file that anybody can check without the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from caseflow.errors import StoreError
from caseflow.history.chain import Checked, End, check_facts
from caseflow.history.facts import Fact
from caseflow.history.seals import dump_openings, load_openings

FORMAT = "caseflow history 1"
"""What the first line of an exported case says."""

_NAMES = ("sequence", "version", "at", "actor", "kind", "schema", "body", "openings", "hash")
_LAST = ("events", "head", "lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCase:
    """One case to be exported: what names it, its events and where they end."""

    case: str
    process: str
    process_version: int
    business_key: str
    facts: Iterable[Fact]
    end: End


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedExport:
    """What came of checking a file: each case in it, and what is wrong with the file itself.

    ``ends`` is where the history of each case ends by what the file says.
    """

    cases: tuple[Checked, ...]
    faults: tuple[str, ...] = ()
    ends: Mapping[str, End] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether file and histories are as they were written."""
        return not self.faults and all(case.is_sound for case in self.cases)


def write_export(case: ExportedCase) -> Iterator[str]:
    """Yield the lines of an exported case, each with its line break.

    The first names the case, the last has the length and hash of the history and the
    SHA-256 of all lines before it.
    """
    seen = hashlib.sha256()
    head = {
        "format": FORMAT,
        "case": case.case,
        "process": case.process,
        "process_version": case.process_version,
        "business_key": case.business_key,
    }
    for row in (head, *map(_row, case.facts)):
        line = _line(row)
        seen.update(line.encode())
        yield line
    last = (case.end.length, case.end.hash, seen.hexdigest())
    yield _line(dict(zip(_LAST, last, strict=True)))


def check_export(lines: Iterable[str]) -> CheckedExport:
    """Check a file of one or several exported cases, and nothing but the file."""
    checked: list[Checked] = []
    faults: list[str] = []
    ends: dict[str, End] = {}
    for block in _blocks(lines):
        facts = list(block.facts())
        faults += block.faults
        end = block.end if block.end is not None else End(length=len(facts))
        if block.end is not None:
            ends[block.case] = block.end
        checked.append(check_facts(block.case, facts, end=end))
    if not checked and not faults:
        faults.append("there is no exported case in this file")
    return CheckedExport(cases=tuple(checked), faults=tuple(faults), ends=ends)


@dataclass(slots=True, kw_only=True)
class _Block:
    """The lines of one case, the first of them the one that names it."""

    case: str
    rows: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    end: End | None = None
    seen: hashlib._Hash = field(default_factory=hashlib.sha256)

    def take(self, number: int, line: str, row: dict[str, object]) -> None:
        """Take the next line."""
        if self.end is not None:
            self.faults.append(f"line {number} belongs to no case")
        elif "head" in row:
            self._close(number, line, row)
        else:
            if row.get("format") != FORMAT:
                self.rows.append((number, row))
            if _line(row) != line:
                self.faults.append(f"line {number} is not as it was written")
            self.seen.update(line.encode())

    def _close(self, number: int, line: str, row: Mapping[str, object]) -> None:
        length, head = row.get("events"), row["head"]
        is_right = row.get("lines") == self.seen.hexdigest() and _line(row) == line
        self.end = End()
        if isinstance(length, int) and isinstance(head, str):
            self.end = End(length=length, hash=head)
        if not is_right or tuple(row) != _LAST:
            self.faults.append(
                f"line {number}: the lines of case {self.case} are not those that were written"
            )

    def facts(self) -> Iterator[Fact]:
        """Yield the events; what is none is a fault."""
        for number, row in self.rows:
            try:
                yield _fact(self.case, row)
            except (KeyError, TypeError, ValueError, StoreError) as failure:
                self.faults.append(f"line {number} is no event: {failure!r}")
        if self.end is None:
            self.faults.append(
                f"the export of case {self.case} was cut off: its last line is missing"
            )


def _blocks(lines: Iterable[str]) -> Iterator[_Block]:
    block: _Block | None = None
    for number, line in enumerate(lines, 1):
        row = _read(line)
        if block is None or row.get("format") == FORMAT:
            if block is not None:
                yield block
            block = _Block(case=str(row.get("case", "")))
        block.take(number, line, row)
    if block is not None:
        yield block


def _row(fact: Fact) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(fact, name) for name in _NAMES}
    openings = {path: list(one) for path, one in load_openings(fact.openings).items()}
    return {**row, "at": fact.at.isoformat(), "openings": openings}


def _fact(case: str, row: Mapping[str, object]) -> Fact:
    openings = row["openings"]
    if set(row) != set(_NAMES) or not isinstance(openings, dict):
        raise ValueError("it has other fields")
    return Fact(
        case=case,
        sequence=_whole(row["sequence"]),
        version=_whole(row["version"]),
        at=datetime.fromisoformat(_text(row["at"])),
        actor=_text(row["actor"]),
        kind=_text(row["kind"]),
        schema=_whole(row["schema"]),
        body=_text(row["body"]),
        openings=dump_openings(load_openings(json.dumps(openings))),
        hash=_text(row["hash"]),
    )


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is no number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _line(row: Mapping[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def _read(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (RecursionError, ValueError):
        return {}
    return row if isinstance(row, dict) else {}
