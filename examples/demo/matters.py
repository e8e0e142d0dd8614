"""The incoming matters: read from CSV and JSON lines, each started as the right process."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

PROCESS_OF = {
    "dispute": "dispute_mediation",
    "whistle": "summons_response",
    "emergency": "emergency_handling",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One thing that somebody reported; ``facts`` is what the staff will find out."""

    number: str
    received_at: datetime
    process: str
    unit: str
    title: str
    location: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, object]:
        """What the case file holds at the beginning."""
        known: dict[str, object] = {"title": self.title, "location": self.location}
        if "kind" in self.facts:
            known["kind"] = self.facts["kind"]
        return known


def read_matters(folder: Path) -> list[Matter]:
    """Return the matters of all files in a folder, in the order in which they came in.

    Raises:
        ValueError: a line cannot be read; file, line and reason are named.
    """
    found = [
        *(matter for path in sorted(folder.glob("*.csv")) for matter in _from_csv(path)),
        *(matter for path in sorted(folder.glob("*.jsonl")) for matter in _from_lines(path)),
    ]
    return sorted(found, key=lambda matter: (matter.received_at, matter.number))


def _from_csv(path: Path) -> Iterator[Matter]:
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            facts: dict[str, object] = {}
            if row.get("kind"):
                facts["kind"] = row["kind"]
            if row.get("departments"):
                facts |= {
                    "departments": row["departments"].split(),
                    "emergency": row["emergency"] == "yes",
                    "age_days": int(row["age_days"]),
                    "repeat": int(row["repeat"]),
                }
            yield _matter(row, facts, where=f"{path}:{line}")


def _from_lines(path: Path) -> Iterator[Matter]:
    with path.open(encoding="utf-8") as file:
        for line, text in enumerate(file, start=1):
            try:
                row = json.loads(text)
            except json.JSONDecodeError as failure:
                raise ValueError(f"{path}:{line}: not JSON: {failure}") from failure
            yield _matter(row, row.get("facts", {}), where=f"{path}:{line}")


def _matter(row: Mapping[str, str], facts: Mapping[str, object], *, where: str) -> Matter:
    try:
        return Matter(
            number=row["number"],
            received_at=datetime.fromisoformat(row["received_at"]),
            process=PROCESS_OF[row["category"]],
            unit=row["unit"],
            title=row["title"],
            location=row["location"],
            facts=facts,
        )
    except (KeyError, ValueError) as failure:
        raise ValueError(f"{where}: not a matter: {failure!r}") from failure
