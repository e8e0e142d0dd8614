"""Why a route was taken and why something is due then, found in the diagram and the limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal

from caseflow.engine import Counting
from caseflow.errors import TimeRefused
from caseflow.explain.tongue import Tongue
from caseflow.kernel import DecisionMade, PathTaken
from caseflow.model import (
    AdHocSubProcess,
    CalendarKind,
    ElementId,
    Flow,
    FlowId,
    Limit,
    Node,
    Process,
    Scope,
    SubProcess,
    Transaction,
    Values,
)
from caseflow.worktime import Due, due

_PARAMETER = re.compile(r"""\bparam\(\s*["'](\w+)["']\s*\)""")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All nodes and flows of one process, at any depth."""

    nodes: Mapping[ElementId, Node]
    flows: Mapping[FlowId, Flow]
    leaving: Mapping[ElementId, tuple[Flow, ...]]

    @classmethod
    def of(cls, process: Process) -> Chart:
        """Return the nodes and flows of a process."""
        nodes: dict[ElementId, Node] = {}
        flows: dict[FlowId, Flow] = {}
        leaving: dict[ElementId, tuple[Flow, ...]] = {}
        for scope in _scopes(process.scope):
            nodes |= scope.nodes
            flows |= scope.flows
            for flow in scope.flows.values():
                leaving[flow.source] = (*leaving.get(flow.source, ()), flow)
        return cls(nodes=nodes, flows=flows, leaving=leaving)


def route(path: PathTaken, chart: Chart, *, counting: Counting, tongue: Tongue) -> Iterator[str]:
    """Yield why each flow of a path was taken that had a condition, or stood beside one."""
    for flow_id in path.flows:
        flow = chart.flows.get(flow_id)
        if flow is None:
            continue
        beside = chart.leaving.get(flow.source, ())
        failed = [
            one.condition.text
            for one in (beside[: beside.index(flow)] if flow.condition is not None else beside)
            if one.condition is not None and one.id not in path.flows
        ]
        for text in failed:
            yield _tested("not", text, path.values, counting, tongue)
        if flow.condition is not None:
            yield _tested("because", flow.condition.text, path.values, counting, tongue)
        elif failed:
            yield tongue.other("else")


def _tested(key: str, text: str, values: Values, counting: Counting, tongue: Tongue) -> str:
    """Say whether a condition holds, with the values of the names and parameters in it."""
    names = dict.fromkeys(_NAME.findall(text))
    known = [tongue.values({name: values[name]}) for name in names if name in values]
    known += [
        tongue.other("parameter", name=name, value=tongue.value(counting.parameters.values[name]))
        for name in dict.fromkeys(_PARAMETER.findall(text))
        if name in counting.parameters.values
    ]
    return tongue.other(key, condition=tongue.word(text), values=tongue.several(known))


def decision(event: DecisionMade, tongue: Tongue) -> Iterator[str]:
    """Yield what a decision was made on, and which rules hit."""
    if event.inputs:
        yield tongue.other("inputs", values=tongue.values(event.inputs))
    for rule, reason in zip(event.rules, event.reasons, strict=False):
        yield tongue.other("rule", rule=rule, reason=tongue.word(reason))
    if event.is_default:
        yield tongue.other("default")


def due_date(
    limit: str | None,
    due_at: datetime | None,
    *,
    moments: Sequence[datetime],
    counting: Counting,
    tongue: Tongue,
) -> Iterator[str]:
    """Yield by which limit something is due then, and how that is counted.

    It is counted from the latest of these moments from which the limit gives that date:
    what is told is checked, not remembered.
    """
    found = counting.parameters.limits.get(limit or "")
    if found is None or due_at is None:
        return
    yield tongue.other("limit", limit=tongue.limit(found), source=found.source)
    counted = _counted(found, due_at, moments, counting)
    if counted is None:
        yield tongue.other("uncounted")
        return
    for step in counted.steps:
        words = {
            one.name: _WORDS[type(value)](tongue, value)
            for one in fields(step)
            for value in [getattr(step, one.name)]
            if type(value) in _WORDS
        }
        if words.get("amount") == "1":
            words["kind"] = words["kind"].removesuffix("s")
        yield tongue.step(type(step).__name__, words)


def _counted(
    limit: Limit, due_at: datetime, moments: Iterable[datetime], counting: Counting
) -> Due | None:
    for start in moments:
        try:
            counted = due(limit, start, counting.calendar, limits=counting.parameters.limits)
        except TimeRefused:
            continue
        if counted.at == due_at:
            return counted
    return None


def _days_or_years(tongue: Tongue, value: tuple[object, ...]) -> str:
    if all(isinstance(one, date) for one in value):
        return tongue.days(one for one in value if isinstance(one, date))
    return tongue.several(map(str, value))


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for node in scope.nodes.values():
        match node.behaviour:
            case SubProcess() | Transaction() | AdHocSubProcess():
                yield from _scopes(node.behaviour.scope)
            case _:
                pass


_WORDS: Mapping[type[object], Callable[..., str]] = {
    datetime: Tongue.moment,
    date: Tongue.day,
    timedelta: Tongue.span,
    CalendarKind: Tongue.kind,
    Limit: Tongue.limit,
    tuple: _days_or_years,
    Decimal: lambda _tongue, share: f"{(share * 100).normalize():f}%",
    int: lambda _tongue, number: str(number),
}
