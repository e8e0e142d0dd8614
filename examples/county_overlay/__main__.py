"""Lays the overlay of a county over the summons-response process, and runs a case on it.

python -m examples.county_overlay
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from caseflow import Engine
from caseflow.engine import files_of, together
from caseflow.library import process_library
from caseflow.org import Organisation, Unit
from caseflow.overlays import differences, with_overlays
from caseflow.testing import FakeClock

HERE = Path(__file__).parent
PROCESS = "summons_response"
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""9:00 in China."""

CITY = Organisation(
    units=(
        Unit(id="yuxi", tier="city"),
        Unit(id="tonghai", tier="county", parent="yuxi"),
        Unit(id="xiushan", tier="township", parent="tonghai"),
        Unit(id="huaning", tier="county", parent="yuxi"),
    )
)
WHISTLE: Mapping[str, object] = {
    "title": "消防通道被占",
    "location": "3组",
    "departments": ["fire_rescue"],
    "emergency": False,
    "is_rural": False,
    "duplicate": False,
    "own_power": False,
    "age_days": 2,
    "repeat": 0,
}


def tell_differences() -> None:
    """Print what the overlay changes, as `caseflow overlay diff` does."""
    files = together(files_of(process_library() / PROCESS), [HERE])
    for overlaid in with_overlays(files).overlaid.values():
        for one in differences(overlaid):
            print(f"  {one}")


def run_cases(engine: Engine) -> None:
    """Open a case of each unit, and print when its departments have to sign in."""
    for unit in ("xiushan", "huaning"):
        with engine.begin(actor="li") as work:
            case = work.start(PROCESS, unit=unit)
            for values in (WHISTLE, APPROVED):  # draft_whistle, approve_whistle
                work.complete(work.tasks(case=case).one(), variables=values)
            sign_in = work.tasks(case=case).one()
            print(f"{unit}: {case.process}, sign in by {sign_in.due_at:%H:%M} UTC")


APPROVED: Mapping[str, object] = {"approved": True}


def main() -> None:
    """Print the differences, then run a case of the county and one of its neighbour."""
    tell_differences()
    with Engine("sqlite://", directory=CITY, clock=FakeClock(MONDAY)) as engine:
        engine.deploy(process_library() / PROCESS, overlays=[HERE])
        run_cases(engine)


if __name__ == "__main__":
    main()
