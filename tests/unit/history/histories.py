"""Histories to check, made as the store makes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from caseflow.history import FIRST_HASH, End, ExportedCase, Fact, dump_openings, fact_hash, sealed

CASE = "01928c6f-0000-7000-8000-000000000001"
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
RECORDS: tuple[Mapping[str, object], ...] = (
    {"kind": "CaseStarted", "business_key": "2026-1", "variables": {"name": "王建国", "sum": 3.5}},
    {"kind": "TaskOpened", "element": "ask", "task": 2},
    {"kind": "TaskCompleted", "element": "ask", "task": 2, "variables": {"agreed": True}},
    {"kind": "MessageReceived", "name": "sued", "payload": "by 王建国"},
    {"kind": "CaseCompleted", "outcome": "agreed"},
)


def history(records: Sequence[Mapping[str, object]] = RECORDS) -> tuple[list[Fact], End]:
    """The facts of records, and where they end."""
    facts: list[Fact] = []
    before = FIRST_HASH
    for sequence, record in enumerate(records, 1):
        body, openings = sealed(dict(record))
        fact = Fact(
            case=CASE,
            sequence=sequence,
            version=sequence,
            at=AT + timedelta(hours=sequence),
            actor="li",
            kind=str(record["kind"]),
            schema=1,
            body=json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            openings=dump_openings(openings),
            hash="",
        )
        before = fact_hash(fact, before=before)
        facts.append(replace(fact, hash=before))
    return facts, End(length=len(facts), hash=before)


def exported(records: Sequence[Mapping[str, object]] = RECORDS, case: str = CASE) -> ExportedCase:
    """A case to be exported."""
    facts, end = history(records)
    return ExportedCase(
        case=case,
        process="request",
        process_version=1,
        business_key="2026-1",
        facts=facts,
        end=end,
    )
