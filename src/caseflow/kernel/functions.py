"""The functions of expressions that depend on the case, its parameters or the moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from caseflow.errors import TimeRefused
from caseflow.expressions import Function as FunctionDeclared
from caseflow.kernel.run import Function, Run, Setting
from caseflow.model import Limit, ParameterSet, Value
from caseflow.worktime import Calendar, due, due_again

KERNEL_FUNCTIONS = {
    "limit": FunctionDeclared(least=1, most=1),
    "param": FunctionDeclared(least=1, most=1),
    "due": FunctionDeclared(least=1, most=2),
    "extended": FunctionDeclared(least=2, most=2),
    "now": FunctionDeclared(),
    "today": FunctionDeclared(),
}
"""What every expression of a diagram can call besides the functions of the language."""


def functions_of(run: Run, frame: int) -> Mapping[str, Function]:
    """Return the functions that expressions can call in a frame: the host's and the kernel's.

    A called process keeps the functions, parameters and calendar it was compiled with.
    """
    graph = run.graphs[frame]
    if graph.process not in run.functions:
        own = _Functions(run, graph.setting).by_name()
        run.functions[graph.process] = {**graph.setting.functions, **own}
    return run.functions[graph.process]


def parameters(run: Run, setting: Setting) -> ParameterSet:
    """Return the parameter set of the case, as one process has it; an empty one if it has none."""
    name = run.case.parameters or next(iter(setting.parameters), "")
    return setting.parameters.get(name, _NO_PARAMETERS)


def calendar_of(run: Run, setting: Setting, unit: str = "") -> Calendar:
    """Return the calendar of a unit, by default that of the case."""
    return setting.calendars.get(unit or run.case.unit, setting.calendar)


def counted(
    run: Run, setting: Setting, limit: Limit, start: datetime | date, *, unit: str = ""
) -> datetime:
    """Return when a limit is due that is counted from a moment or a day.

    A day stands for its beginning in the calendar's zone, so that the rules which leave
    out the first day leave out that one. Raises ValueError.
    """
    calendar = calendar_of(run, setting, unit)
    if not isinstance(start, datetime):
        start = datetime.combine(start, time(), tzinfo=calendar.zone)
    try:
        return due(limit, start, calendar, limits=parameters(run, setting).limits).at
    except TimeRefused as refusal:
        raise ValueError(str(refusal)) from refusal


def counted_on(
    run: Run, setting: Setting, limit: Limit, due_at: datetime, *, unit: str = ""
) -> datetime:
    """Return when a limit is due that begins where another one ends. Raises ValueError.

    The 24:00 at which a limit of days ends belongs to the day that ends then, so that
    ten working days and five more are fifteen.
    """
    limits = parameters(run, setting).limits
    try:
        return due_again(limit, due_at, calendar_of(run, setting, unit), limits=limits).at
    except TimeRefused as refusal:
        raise ValueError(str(refusal)) from refusal


class _Functions:
    """The kernel's own functions, for one command and one process."""

    def __init__(self, run: Run, setting: Setting) -> None:
        self._run = run
        self._setting = setting

    def limit(self, name: Value) -> Limit:
        found = parameters(self._run, self._setting).limits.get(str(name))
        if found is None:
            raise ValueError(f"the parameter set has no limit {name!r}")
        return found

    def due(self, name: Value, start: Value = None) -> datetime:
        if start is None:
            start = self._run.at
        if not isinstance(start, date):
            raise TypeError(f"a limit is counted from a moment or a day, not from {start!r}")
        return counted(self._run, self._setting, self.limit(name), start)

    def extended(self, name: Value, due_at: Value) -> datetime:
        if not isinstance(due_at, datetime):
            raise TypeError(f"a limit is extended from a moment, not from {due_at!r}")
        return counted_on(self._run, self._setting, self.limit(name), due_at)

    def param(self, name: Value) -> Value:
        values = parameters(self._run, self._setting).values
        if not isinstance(name, str) or name not in values:
            raise ValueError(f"the parameter set has no value {name!r}")
        return values[name]

    def now(self) -> datetime:
        return self._run.at

    def today(self) -> date:
        return self._run.at.astimezone(calendar_of(self._run, self._setting).zone).date()

    def by_name(self) -> dict[str, Function]:
        return {name: getattr(self, name) for name in KERNEL_FUNCTIONS}


_NO_PARAMETERS = ParameterSet(name="")
