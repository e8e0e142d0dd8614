"""How long does one evaluation of an expression take, and against what?

Each expression is measured four ways: compiled by caseflow; as Python's own code object,
which is as quick as Python gets; by SpiffWorkflow's script environment, which parses the
text each time; and being compiled by caseflow, which happens once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from timeit import repeat

from SpiffWorkflow.bpmn.script_engine import TaskDataEnvironment

from caseflow.expressions import compile_expression
from caseflow.model import Value

NAMES: Mapping[str, Value] = {
    "a": 1,
    "b": 3,
    "kind": "daily",
    "agreed": True,
    "person": {"name": "Li", "age": 30},
    "items": [*range(100)],
}
EXPRESSIONS = (
    "agreed",
    "a == 1 and b > 2",
    "kind in ['daily', 'urgent'] and not agreed",
    "person['age'] >= 18",
    "a + b * 2 > 6",
    "f'{kind} of {a}'",
    "sum(item for item in items if item > 50)",
)
SAMPLES = 100
SPIFF = TaskDataEnvironment()


def main() -> None:
    """Measure every expression every way."""
    for source in EXPRESSIONS:
        print(source)
        for what, (act, number) in ways(source).items():
            measure(what, act, number)


def ways(source: str) -> Mapping[str, tuple[Callable[[], object], int]]:
    """Return what is measured for an expression, and how often in one sample."""
    expression = compile_expression(source)
    code = compile(source, "<constant text>", "eval")
    data = dict(NAMES)
    return {
        "caseflow": (lambda: expression.evaluate(NAMES), 1_000),
        "Python": (lambda: eval(code, {}, data), 1_000),  # noqa: S307 - constant text
        "SpiffWorkflow": (lambda: SPIFF.evaluate(source, data), 50),
        "compiled": (lambda: compile_expression(source), 20),
    }


def measure(what: str, act: Callable[[], object], number: int) -> None:
    """Print the median and the slowest of a hundred samples, for one evaluation each."""
    times = [sample / number * 1e6 for sample in repeat(act, number=number, repeat=SAMPLES)]
    print(
        f"    {what:14}{SAMPLES} x {number:>5}: median {median(times):8.2f} µs,"
        f" slowest {max(times):8.2f} µs"
    )


if __name__ == "__main__":
    main()
