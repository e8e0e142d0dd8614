"""Counting a limit from what a deadline keeps of itself."""

from __future__ import annotations

from caseflow.errors import TimeRefused
from caseflow.kernel.case import Count
from caseflow.kernel.functions import calendar_of, parameters
from caseflow.kernel.run import Run
from caseflow.model import Limit
from caseflow.worktime import Deadline, Due, count


def due_of(run: Run, frame: int, limit: Limit, counting: Count) -> Due | None:
    """Count a limit with its pauses and extensions; None where dates run out of years."""
    setting = run.graphs[frame].setting
    limits = parameters(run, setting).limits
    deadline = Deadline(
        limit=limit,
        started_at=counting.started_at,
        outside=None if limit.outside is None else limits.get(limit.outside),
        pauses=counting.pauses,
        extensions=tuple(limits[name] for name in counting.extensions if name in limits),
    )
    try:
        return count(deadline, calendar_of(run, setting, counting.unit))
    except TimeRefused:
        return None
