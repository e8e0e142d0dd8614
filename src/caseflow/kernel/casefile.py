"""The case file: what an expression sees from a frame, and where a variable is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression, Names, Period, Result, Script
from caseflow.kernel.case import Case, FrameKind, Rounds
from caseflow.kernel.functions import functions_of
from caseflow.kernel.run import Function, Run
from caseflow.model import Limit, Value, Values

_SCOPES = frozenset({FrameKind.PROCESS, FrameKind.BODY})
LOOP_COUNTER = "loopCounter"
_NO_FUNCTIONS: Mapping[str, Function] = {}


class View:
    """The variables that can be seen from a frame: its own, and those around it.

    What is inside an isolated frame does not see beyond it; the frame itself does,
    because its inputs come from there.
    """

    __slots__ = ("_frame", "_run")

    def __init__(self, run: Run, frame: int) -> None:
        """Look at the variables as they are whenever one is asked for."""
        self._run = run
        self._frame = frame

    def __getitem__(self, name: str) -> Value:
        """Return the value of a variable. Raises KeyError."""
        run = self._run
        place: int | None = self._frame
        while place is not None:
            here = run.frames[place]
            if here.round and name == LOOP_COUNTER:
                return here.round
            variables = run.variables[place]
            if name in variables:
                return variables[name]
            if here.rounds is not None and name in ROUND_NAMES:
                return ROUND_NAMES[name](here.rounds)
            place = None if here.is_isolated and place != self._frame else here.parent
        return CASE_NAMES[name](run.case)


class _With:
    """Names of an expression's own before those that can be seen around it."""

    __slots__ = ("_around", "_own")

    def __init__(self, own: Values, around: View) -> None:
        self._own = own
        self._around = around

    def __getitem__(self, name: str) -> Value:
        """Return the value of a name. Raises KeyError."""
        return self._own[name] if name in self._own else self._around[name]


def result(run: Run, expression: Expression, frame: int) -> Result:
    """Evaluate an expression as seen from a frame. Raises ExpressionFailed."""
    functions = functions_of(run, frame) if expression.calls else _NO_FUNCTIONS
    return expression.evaluate(View(run, frame), functions)


def value(run: Run, expression: Expression, frame: int) -> Value:
    """Evaluate an expression to a value of the case file. Raises ExpressionFailed."""
    return _plain(expression, result(run, expression, frame))


def value_with(run: Run, expression: Expression, frame: int, own: Values) -> Value:
    """Evaluate an expression that knows names of its own as well. Raises ExpressionFailed."""
    return value_in(run, expression, frame, _With(own, View(run, frame)))


def value_in(run: Run, expression: Expression, frame: int, names: Names) -> Value:
    """Evaluate an expression that sees nothing but these names. Raises ExpressionFailed."""
    functions = functions_of(run, frame) if expression.calls else _NO_FUNCTIONS
    return _plain(expression, expression.evaluate(names, functions))


def _plain(expression: Expression, found: Result) -> Value:
    if isinstance(found, Limit | Period):
        raise ExpressionFailed(
            "a limit or period is no value of a case file: name it where a time is asked for",
            source=expression.source,
            column=1,
        )
    return found


def assigned(run: Run, script: Script, frame: int) -> dict[str, Value]:
    """Return the variables that a script assigns. Raises ExpressionFailed."""
    functions = functions_of(run, frame) if script.calls else _NO_FUNCTIONS
    return script.run(View(run, frame), functions)


def write(run: Run, frame: int, values: Values) -> None:
    """Set variables where they belong: the nearest frame that has or takes the name."""
    for name, one in values.items():
        run.variables_to_change(_place(run, frame, name))[name] = one


def write_here(run: Run, frame: int, values: Values) -> None:
    """Set variables of this very frame."""
    run.variables_to_change(frame).update(values)


def _place(run: Run, frame: int, name: str) -> int:
    place = frame
    while True:
        here = run.frames[place]
        if here.takes_writes or here.parent is None:
            return place
        if here.kind in _SCOPES:
            if name in run.graphs[place].data:
                return place
        elif name in run.variables[place]:
            return place
        place = here.parent


ROUND_NAMES: Mapping[str, Callable[[Rounds], Value]] = {
    LOOP_COUNTER: lambda rounds: rounds.started,
    "numberOfInstances": lambda rounds: rounds.started if rounds.total is None else rounds.total,
    "numberOfActiveInstances": lambda rounds: (
        rounds.started - rounds.completed - rounds.terminated
    ),
    "numberOfCompletedInstances": lambda rounds: rounds.completed,
    "numberOfTerminatedInstances": lambda rounds: rounds.terminated,
}
"""What an activity that repeats knows of its rounds (13.3.6, 13.3.7, table 10.30)."""

CASE_NAMES: Mapping[str, Callable[[Case], Value]] = {
    "caseId": lambda case: case.id,
    "businessKey": lambda case: case.business_key,
    "caseUnit": lambda case: case.unit,
    "caseTier": lambda case: case.tier,
}
"""What every expression knows of its case, unless a variable has the same name."""
