"""Working days, office hours, and when a limit is due."""

from __future__ import annotations

from caseflow.worktime.calendar import (
    DEFAULT_HOURS,
    Calendar,
    OfficeHours,
)
from caseflow.worktime.china import CHINA
from caseflow.worktime.counting import count
from caseflow.worktime.deadline import (
    Deadline,
    Due,
    Pause,
    Recomputed,
)
from caseflow.worktime.due import (
    again_from,
    due,
    due_again,
    extend,
    recompute,
    resume,
)
from caseflow.worktime.elapsed import (
    elapsed,
    working_days_between,
)
from caseflow.worktime.steps import (
    DayNotCounted,
    DaysCounted,
    Ends,
    Extended,
    LastDayMoved,
    MadeUpCounted,
    MonthEnd,
    OutsideOfficeHours,
    Paused,
    PausedTooLate,
    Provisional,
    RestSkipped,
    ShareTaken,
    Started,
    Step,
    TimeCounted,
)

__all__ = [
    "CHINA",
    "DEFAULT_HOURS",
    "Calendar",
    "DayNotCounted",
    "DaysCounted",
    "Deadline",
    "Due",
    "Ends",
    "Extended",
    "LastDayMoved",
    "MadeUpCounted",
    "MonthEnd",
    "OfficeHours",
    "OutsideOfficeHours",
    "Pause",
    "Paused",
    "PausedTooLate",
    "Provisional",
    "Recomputed",
    "RestSkipped",
    "ShareTaken",
    "Started",
    "Step",
    "TimeCounted",
    "again_from",
    "count",
    "due",
    "due_again",
    "elapsed",
    "extend",
    "recompute",
    "resume",
    "working_days_between",
]
