"""Runs one whistle in the limits that ship and in those of our county, and shows when all is due.

python -m examples.parameter_set
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from caseflow.engine import DeadlineView, files_of
from caseflow.library import process_library
from caseflow.testing import Caseflow

OWN = Path(__file__).parent / "our_county.toml"
PROCESS = "summons_response"
EVE_OF_A_HOLIDAY = datetime(2026, 4, 30, 9, 0, tzinfo=UTC)
"""The last working day before a holiday, 17:00 in China."""

CHINA = ZoneInfo("Asia/Shanghai")


def with_own_set(folder: Path, own: Path) -> dict[str, bytes]:
    """Return the files of a process folder, with parameter sets of one's own behind its own.

    The diagrams stay those that were shipped, so the next release brings theirs.
    """
    files = files_of(folder)
    files["parameters.toml"] += b"\n" + own.read_bytes()
    return files


def deadlines(flow: Caseflow, parameters: str) -> Iterator[DeadlineView]:
    """Open a whistle in a parameter set, and yield its deadlines on the way."""
    case = flow.start(PROCESS, parameters=parameters)
    case.complete("draft_whistle", **WHISTLE)
    case.complete("approve_whistle", approved=True)
    with flow.engine.read() as work:
        yield from work.deadlines.of(case.id)
    case.complete("sign_in")
    with flow.engine.read() as work:
        yield from work.deadlines.of(case.id)


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


def main() -> None:
    """Print each limit with its due time in both sets."""
    flow = Caseflow(now=EVE_OF_A_HOLIDAY)
    flow.deploy(with_own_set(process_library() / PROCESS, OWN))
    due: dict[str, dict[str, str]] = {}
    for parameters in ("yuxi-default", "our-county"):
        for one in deadlines(flow, parameters):
            if one.due_at is not None:
                local = one.due_at.astimezone(CHINA)
                due.setdefault(one.limit, {})[parameters] = local.strftime("%m-%d %H:%M")
    flow.close()
    print(f"{'limit':<26}{'yuxi-default':<16}our-county")
    for limit, moments in due.items():
        ships, own = moments["yuxi-default"], moments["our-county"]
        print(f"{limit:<26}{ships:<16}{own}{'' if ships == own else '  ← moved'}")


if __name__ == "__main__":
    main()
