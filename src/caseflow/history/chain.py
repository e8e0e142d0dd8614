"""Checking a history: which events were changed, taken out, put in or moved, and which values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from caseflow.errors import StoreError
from caseflow.history.facts import FIRST_HASH, Fact, fact_hash
from caseflow.history.seals import Record, check_openings, load_openings, name_of

REDACTION = "ValuesRedacted"
"""The kind of event that says which values were deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a history ends: how many events it has, and the hash of the last."""

    length: int = 0
    hash: str = FIRST_HASH


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong with a history; ``sequence`` is the event, counted from 1."""

    case: str
    sequence: int
    what: str

    def __str__(self) -> str:
        """One line for people."""
        return f"case {self.case}, event {self.sequence}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of checking one history: ``redacted`` lists values that are gone on record."""

    case: str
    events: int
    flaws: tuple[Flaw, ...] = ()
    redacted: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether the history is as it was written."""
        return not self.flaws


def check_facts(case: str, facts: Iterable[Fact], *, end: End) -> Checked:
    """Check the facts of one case, in the order in which they are stored.

    Args:
        case: whose they should be.
        facts: all of them.
        end: where the history ends by what is stored apart from it: the case, or the last
            line of an export.
    """
    checker = _Checker(case=case)
    for fact in facts:
        checker.take(fact)
    checker.finish(end)
    return Checked(
        case=case,
        events=checker.count,
        flaws=tuple(sorted(checker.flaws, key=lambda flaw: flaw.sequence)),
        redacted=tuple(f"{sequence}:{path}" for sequence, path in checker.gone),
    )


@dataclass(slots=True, kw_only=True)
class _Checker:
    """One walk along a history."""

    case: str
    count: int = 0
    last: int = 0
    before: str = FIRST_HASH
    flaws: list[Flaw] = field(default_factory=list)
    gone: list[tuple[int, str]] = field(default_factory=list)
    redactions: dict[str, int] = field(default_factory=dict)
    """The last redaction of each name."""

    def take(self, fact: Fact) -> None:
        self.count += 1
        expected = self.last + 1
        if fact.sequence > expected:
            self._missing(expected, fact.sequence - 1)
        elif fact.sequence < expected:
            self._flaw(fact.sequence, f"stands behind event {self.last}")
        # Behind a gap nobody knows the hash before, so the gap is the flaw that is told.
        if fact.case != self.case:
            self._flaw(fact.sequence, f"belongs to case {fact.case}")
        elif fact.sequence == expected and fact_hash(fact, before=self.before) != fact.hash:
            self._flaw(fact.sequence, "was changed, or the one before it was exchanged")
        else:
            self._check_values(fact)
        if fact.sequence > self.last:
            self.last, self.before = fact.sequence, fact.hash

    def finish(self, end: End) -> None:
        if self.last < end.length:
            self._missing(self.last + 1, end.length)
        elif self.last > end.length:
            self._flaw(end.length + 1, "was put in behind the end of the history")
        elif self.before != end.hash and not self.flaws:
            self._flaw(self.last, "is not the last one that was written")
        for sequence, path in self.gone:
            if self.redactions.get(name_of(path), 0) <= sequence:
                self._flaw(sequence, f"the value of {path} is gone, and no redaction says so")

    def _check_values(self, fact: Fact) -> None:
        try:
            record = _record(fact.body)
            false, gone = check_openings(record, load_openings(fact.openings))
        except StoreError as failure:
            self._flaw(fact.sequence, str(failure))
            return
        for path in false:
            self._flaw(fact.sequence, f"the value of {path} is not the one that was written")
        self.gone += [(fact.sequence, path) for path in gone]
        names = record.get("names") if fact.kind == REDACTION else None
        if isinstance(names, list):
            self.redactions |= {str(name): fact.sequence for name in names}

    def _missing(self, first: int, last: int) -> None:
        what = "is missing" if first == last else f"and all up to event {last} are missing"
        self._flaw(first, what)

    def _flaw(self, sequence: int, what: str) -> None:
        self.flaws.append(Flaw(case=self.case, sequence=sequence, what=what))


def _record(body: str) -> Record:
    try:
        record = json.loads(body)
    except (RecursionError, ValueError) as failure:
        raise StoreError(f"the body is no JSON: {failure}") from failure
    if not isinstance(record, dict):
        raise StoreError("the body is no JSON object")
    return record
