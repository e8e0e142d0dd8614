"""A case told as a story: what happened, who did it, why this route, why due then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from caseflow.engine import CaseView, Counting, Entry, Work
from caseflow.explain import why
from caseflow.explain.phrases import CODES, Language
from caseflow.explain.tongue import TRUE, Tongue
from caseflow.kernel import (
    CaseStarted,
    DecisionMade,
    PathTaken,
    TaskOpened,
    TimerFired,
)
from caseflow.model import ElementId, FlowId, Process, ProcessId, Value

_HIDDEN = frozenset({"ScopeEntered", "ScopeLeft"})
_ELEMENTS = frozenset({"element", "handler", "to", "caught_by"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened, in words, with the reasons for it."""

    sequence: int
    at: datetime
    when: str
    actor: str
    text: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A case in words."""

    title: str
    lines: tuple[Line, ...]
    ending: str = ""

    def __str__(self) -> str:
        """The whole story as text."""
        told = [self.title, ""]
        for line in self.lines:
            who = f"  {line.actor}" if line.actor else ""
            told.append(f"{line.sequence:>4}  {line.when}{who}  {line.text}")
            told += [f"        · {reason}" for reason in line.reasons]
        return "\n".join([*told, *(["", self.ending] if self.ending else [])])


def explain(work: Work, case: str | CaseView, *, language: Language = Language.CHINESE) -> Story:
    """Tell a case as a story.

    Args:
        work: a unit of work that may look at the case.
        case: the case.
        language: Chinese or English; names in both languages are told in that one.

    Raises:
        UnknownCase: there is no such case.
    """
    return _Teller(work, work.case(case), language).story()


class _Teller:
    """Tells one case in one language."""

    def __init__(self, work: Work, case: CaseView, language: Language) -> None:
        self._work = work
        self._case = case
        self._versions = work.versions(case.process, case.process_version)
        self._charts: dict[ProcessId, why.Chart | None] = {}
        self._countings: dict[ProcessId, Counting] = {}
        zone = self._counting(case.process).calendar.zone
        self._tongue = Tongue(language=language, zone=zone)
        self._history = work.history(case)
        self._tasks = {
            entry.event.task: (entry.event.process, entry.event.element)
            for entry in self._history
            if isinstance(entry.event, TaskOpened)
        }

    def story(self) -> Story:
        """Return the whole story."""
        tongue, case = self._tongue, self._case
        places = sorted(
            self._title(place.process.id, place.element) for place in self._work.places(case)
        )
        is_open = not case.state.is_over
        return Story(
            title=tongue.other("title", name=self._process_name(), key=case.business_key),
            lines=tuple(self._lines()),
            ending=tongue.other("open", places=tongue.several(places)) if is_open else "",
        )

    def _lines(self) -> Iterator[Line]:
        for entry in self._history:
            reasons = tuple(self._reasons(entry))
            kind = type(entry.event).__name__
            if kind in _HIDDEN or (isinstance(entry.event, PathTaken) and not reasons):
                continue
            yield Line(
                sequence=entry.sequence,
                at=entry.at,
                when=self._tongue.moment(entry.at),
                actor=entry.actor,
                text=self._tongue.event(kind, self._words(entry)).strip(),
                reasons=reasons,
            )

    def _reasons(self, entry: Entry) -> Iterator[str]:
        event, tongue = entry.event, self._tongue
        match event:
            case PathTaken() if chart := self._chart(event.process):
                yield from why.route(
                    event, chart, counting=self._counting(event.process), tongue=tongue
                )
            case DecisionMade():
                yield from why.decision(event, tongue)
            case TaskOpened() | TimerFired():
                before = (one.at for one in self._history if one.sequence <= entry.sequence)
                yield from why.due_date(
                    event.limit,
                    event.due_at,
                    moments=sorted(set(before), reverse=True),
                    counting=self._counting(event.process),
                    tongue=tongue,
                )
            case _:
                pass
        if entry.redacted:
            yield tongue.other("redacted", names=tongue.several(entry.redacted))

    def _words(self, entry: Entry) -> Mapping[str, str]:
        """Return the fields of an event in words; who acts need not be named twice."""
        event = entry.event
        process = getattr(event, "process", None)
        inside = process if isinstance(process, str) else self._case.process
        words = {
            one.name: self._word(one.name, getattr(event, one.name), ProcessId(inside))
            for one in fields(event)
        }
        if isinstance(event, CaseStarted):
            words |= {"process": self._process_name(), "version": str(event.process.version)}
        if words.get("person") == entry.actor:
            words["person"] = ""
        return words

    def _word(  # noqa: C901, PLR0911 - one case a kind of field
        self, name: str, value: object, process: ProcessId
    ) -> str:
        """Return a field of an event in words; nothing where it says nothing."""
        tongue = self._tongue
        if name == "approved":
            return tongue.other("yes" if value else "no")
        if value is True:
            return TRUE
        if value is False or value in (None, "", ()):
            return ""
        match value:
            case int() if name == "task":
                return self._title(*self._tasks[value]) if value in self._tasks else str(value)
            case str() if name == "relation":
                return tongue.relation(value)
            case str() if name in CODES:
                return tongue.code(name, value)
            case str():
                is_element = name in _ELEMENTS
                return self._title(process, ElementId(value)) if is_element else tongue.word(value)
            case tuple() if name in {"flows", "activities"}:
                return self._places(process, value)
            case tuple():
                return tongue.several(map(str, value))
            case _:
                return self._value(name, value)

    def _places(self, process: ProcessId, elements: Iterable[str]) -> str:
        """Return where a path led; what has no name is passed over, unless nothing has one."""
        ids = list(elements)
        titles = {one: self._title(process, ElementId(one)) for one in ids}
        chart = self._chart(process)
        known = {node.id for node in chart.nodes.values()} if chart is not None else set()
        named = [title for title in titles.values() if title not in known]
        return " → ".join(dict.fromkeys(named or titles.values()))

    def _value(self, name: str, value: object) -> str:
        tongue = self._tongue
        match value:
            case dict() if name in {"variables", "values", "inputs"}:
                return tongue.values(value) if value else ""
            case datetime():
                return tongue.moment(value)
            case date():
                return tongue.day(value)
            case int() | float() | list() | dict():
                plain: Value = value
                return tongue.value(plain)
            case _:
                return str(value)

    def _process_name(self) -> str:
        process = self._process(self._case.process)
        return self._tongue.name(process.name or process.id)

    def _title(self, process: ProcessId, element: ElementId | FlowId) -> str:
        chart = self._chart(process)
        if chart is None:
            return element
        flow = chart.flows.get(FlowId(element))
        node = chart.nodes.get(ElementId(element) if flow is None else flow.target)
        return self._tongue.name(node.name or node.id) if node is not None else element

    def _process(self, process: ProcessId) -> Process:
        diagram = self._work.diagram(process, self._versions[process])
        return next(one for one in diagram.processes if one.id == process)

    def _chart(self, process: ProcessId) -> why.Chart | None:
        if process not in self._versions:
            return None
        if process not in self._charts:
            self._charts[process] = why.Chart.of(self._process(process))
        return self._charts[process]

    def _counting(self, process: ProcessId) -> Counting:
        if process not in self._countings:
            self._countings[process] = self._work.records.counting(self._case, process)
        return self._countings[process]
