"""Ladders of warnings: what happens on the way to a deadline, and behind it."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.model import Ladder, LadderStep
from caseflow.parameters.entries import (
    Table,
    check_keys,
    check_name,
    read_evidence,
    read_share,
    read_text,
)
from caseflow.parameters.lines import Path
from caseflow.parameters.report import Report

MAX_PRIORITY = 1_000_000

_LADDER = frozenset({"label", "source", "steps"})
_STEP = frozenset({"after", "message", "notify", "priority", "share"})


def read_ladder(table: object, path: Path, report: Report) -> Ladder | None:
    """Return the ladder at ``path``, or None after noting what is wrong with it."""
    if not isinstance(table, Mapping):
        report.add("ladder", path, "is not a table", f"write [{'.'.join(path)}] above its keys")
        return None
    check_keys(table, _LADDER, path, report)
    label, source = read_evidence(table, path, report)
    rows = table.get("steps")
    if not isinstance(rows, Mapping) or not rows:
        remedy = f'write [{".".join(path)}.steps] with lines such as red = {{ share = "1" }}'
        report.add("ladder", path, "has no steps", remedy)
        return None
    read = [_step(row, (*path, "steps", light), report) for light, row in rows.items()]
    steps = tuple(step for step in read if step is not None)
    if len(steps) == len(read):
        _check_order(steps, path, report)
    return Ladder(name=path[-1], steps=steps, label=label, source=source)


def _step(row: object, path: Path, report: Report) -> LadderStep | None:
    check_name(path, report)
    if not isinstance(row, Mapping):
        report.add("ladder", path, "is not a table", f'write {path[-1]} = {{ share = "0.5" }}')
        return None
    check_keys(row, _STEP, path, report)
    if ("share" in row) == ("after" in row):
        remedy = 'write share = "0.8" up to the due time, or after = "<limit>" behind it'
        report.add("ladder", path, "does not say when it comes", remedy)
        return None
    share = read_share(row, path, report) if "share" in row else None
    after = read_text(row, "after", path, report) if "after" in row else None
    if share is None and after is None:
        return None
    return LadderStep(
        light=path[-1],
        share=share,
        after=after,
        notify=_names(row, path, report),
        message=read_text(row, "message", path, report) if "message" in row else None,
        priority=_priority(row, path, report),
    )


def _names(row: Table, path: Path, report: Report) -> tuple[str, ...]:
    names = row.get("notify", [])
    if isinstance(names, list) and all(isinstance(one, str) and one for one in names):
        return tuple(names)
    report.add("ladder", (*path, "notify"), "is not a list", 'write notify = ["holder"]')
    return ()


def _priority(row: Table, path: Path, report: Report) -> int | None:
    priority = row.get("priority")
    if priority is None:
        return None
    is_number = isinstance(priority, int) and not isinstance(priority, bool)
    if is_number and isinstance(priority, int) and 0 <= priority <= MAX_PRIORITY:
        return priority
    remedy = f"write a whole number from 0 to {MAX_PRIORITY}"
    report.add("ladder", (*path, "priority"), "is no priority", remedy)
    return None


def _check_order(steps: tuple[LadderStep, ...], path: Path, report: Report) -> None:
    """Note shares that do not rise, and shares behind the due time."""
    highest = None
    for step in steps:
        where = (*path, "steps", step.light)
        if step.share is None:
            highest = step
        elif highest is not None and (highest.share is None or highest.share >= step.share):
            remedy = "write the steps in the order of time, those with after last"
            report.add("ladder", where, f"comes before “{highest.light}”", remedy)
        else:
            highest = step
