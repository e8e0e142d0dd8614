"""How people name cases and tasks: by id, by the beginning of it, or by business key."""

from __future__ import annotations

import argparse
import re

from caseflow.cli.failures import AmbiguousCase, Misused
from caseflow.cli.moments import local
from caseflow.engine import CaseFilter, CaseRow, Work
from caseflow.errors import UnknownCase

_ID_LENGTH = 36
_ID = re.compile(r"[0-9a-f-]+")
_SHOWN = 5


def add_case(parser: argparse.ArgumentParser) -> None:
    """Let a command take a case."""
    parser.add_argument(
        "case", metavar="CASE", help="its id, the beginning of it, or its business key"
    )


def add_task(parser: argparse.ArgumentParser) -> None:
    """Let a command take a task."""
    parser.add_argument(
        "task", metavar="TASK", help="CASE:NUMBER, as `caseflow tasks` shows it; any form of CASE"
    )


def find_case(work: Work, text: str) -> str:
    """Return the id of the case that goes by a text. Raises UnknownCase, AmbiguousCase."""
    if len(text) == _ID_LENGTH and _ID.fullmatch(text):
        return work.case(text).id
    found = work.cases(CaseFilter(business_key=text), limit=_SHOWN).items
    if not found and _ID.fullmatch(text):
        # Ids are listed in order, and a text comes before every longer one that it begins.
        page = work.cases(after=text, limit=_SHOWN)
        found = tuple(row for row in page if row.id.startswith(text))
    if not found:
        raise UnknownCase(text)
    if len(found) > 1:
        raise _ambiguous(text, found)
    return found[0].id


def find_numbered(work: Work, text: str) -> str:
    """Return the full id of a task or incident. Raises Misused, UnknownCase, AmbiguousCase."""
    case, colon, number = text.rpartition(":")
    if not colon or not number.isdecimal():
        raise Misused(f"{text!r} names nothing: write CASE:NUMBER, as the lists show it")
    return f"{find_case(work, case)}:{number}"


def _ambiguous(text: str, found: tuple[CaseRow, ...]) -> AmbiguousCase:
    lines = [
        f"  {row.id}  {row.process}, {row.state}, since {local(row.started_at)}" for row in found
    ]
    many = "at least " if len(found) == _SHOWN else ""
    return AmbiguousCase(
        f"{many}{len(found)} cases go by {text!r}; name one by its id:\n" + "\n".join(lines)
    )
