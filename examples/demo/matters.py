"""The incoming matters: one stream, read from CSV and JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

PROCESS_OF = {
    "grid": "grid_matter",
    "hotline": "hotline_ticket",
    "visit": "home_visit",
    "residents": "deliberation",
}
"""Where a matter comes in, by its channel. What it is, and where it goes, staff find out."""


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
        if self.process == "home_visit":
            return {
                "category": self.facts["kind"],
                "risk": "low",
                "household": self.location,
                "visits_done": 0,
            }
        return {"title": self.title, "location": self.location}


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
            yield _matter(row, partial(_facts_of_row, row), where=f"{path}:{line}")


def _from_lines(path: Path) -> Iterator[Matter]:
    with path.open(encoding="utf-8") as file:
        for line, text in enumerate(file, start=1):
            try:
                row = json.loads(text)
            except json.JSONDecodeError as failure:
                raise ValueError(f"{path}:{line}: not JSON: {failure}") from failure
            yield _matter(row, partial(_facts_of_line, row), where=f"{path}:{line}")


def _facts_of_row(row: Mapping[str, str]) -> dict[str, object]:
    return {
        "category": row["category"],
        "kind": row["kind"],
        "departments": row["departments"].split(),
        "emergency": row["emergency"] == "yes",
        "age_days": int(row["age_days"]),
        "repeat": int(row["repeat"]),
        "people": int(row["people"]),
        "power": row["power"],
    }


def _facts_of_line(row: Mapping[str, object]) -> dict[str, object]:
    facts = row["facts"]
    if not isinstance(facts, dict):
        raise ValueError(f"facts is no object: {facts!r}")  # noqa: TRY004 - told with its line
    return {"category": row["category"], **facts}


def _matter(
    row: Mapping[str, str], facts: Callable[[], dict[str, object]], *, where: str
) -> Matter:
    try:
        return Matter(
            number=row["number"],
            received_at=datetime.fromisoformat(row["received_at"]),
            process=PROCESS_OF[row["channel"]],
            unit=row["unit"],
            title=row["title"],
            location=row["location"],
            facts=facts(),
        )
    except (KeyError, ValueError) as failure:
        raise ValueError(f"{where}: not a matter: {failure!r}") from failure
