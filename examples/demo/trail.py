"""One matter through all of its cases, which a number and the messages between them tie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from examples.demo.report import cases_of

from caseflow import Work
from caseflow.engine import CaseFilter, CaseRow
from caseflow.explain import Language, explain
from caseflow.kernel import MessageSent
from caseflow.worktime import CHINA

OPENED_BY = {
    "grid_matter": "grid_event_reported",
    "hotline_ticket": "ticket_filed",
    "summons_response": "whistle_requested",
    "dispute_mediation": "dispute_reported",
    "emergency_handling": "emergency_reported",
    "major_matter": "major_matter_reported",
    "deliberation": "topic_requested",
    "joint_conference": "conference_requested",
    "supervision_request": "supervision_requested",
    "topic_watch": "ticket_topic_noted",
    "petition": "petition_accepted",
    "home_visit": "visit_due",
    "training_class": "class_planned",
}
"""The message that opens a case of each process, as in `processes/README.md`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One case of a matter."""

    case: str
    process: str
    origin: str
    opened: str
    state: str
    story: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """A matter and its cases, in the order in which they were opened."""

    number: str
    steps: tuple[Step, ...]


def longest_number(work: Work) -> str:
    """Return the number under which cases of the most processes were opened, all but over."""
    processes: defaultdict[str, set[str]] = defaultdict(set)
    ended: defaultdict[str, int] = defaultdict(int)
    for case in cases_of(work):
        processes[case.business_key].add(case.process)
        ended[case.business_key] += case.ended_at is not None
    return max(processes, key=lambda one: (len(processes[one]), ended[one], one))


def follow(work: Work, number: str) -> Trail:
    """Follow a matter by its number."""
    cases = sorted(
        work.cases(CaseFilter(business_key=number)), key=lambda case: (case.started_at, case.id)
    )
    return Trail(number=number, steps=tuple(_step(work, case, cases) for case in cases))


def _step(work: Work, case: CaseRow, cases: list[CaseRow]) -> Step:
    state = f"{case.state}: {case.outcome}" if case.outcome else case.state
    return Step(
        case=case.id,
        process=case.process,
        origin=_origin(work, case, cases),
        opened=case.started_at.astimezone(CHINA.zone).strftime("%Y-%m-%d %H:%M"),
        state=state,
        story=tuple(_story(work, case)),
    )


def _origin(work: Work, case: CaseRow, cases: list[CaseRow]) -> str:
    """Tell which case sent the message that opened this one, the last before it was opened."""
    found = [
        (entry.at, f"{entry.event.name} ← {other.process}")
        for other in cases
        if other.id != case.id
        for entry in work.history(other.id)
        if isinstance(entry.event, MessageSent)
        and entry.event.name == OPENED_BY.get(case.process)
        and entry.at <= case.started_at
    ]
    return max(found, default=(None, "came in 来件"))[1]


def _story(work: Work, case: CaseRow) -> Iterator[str]:
    """Tell what people had to do and did; `caseflow explain` tells all of it."""
    story = explain(work, case.id, language=Language.ENGLISH)
    for line in story.lines:
        if not line.text.startswith("Task"):
            continue
        yield f"{line.when}  {line.actor}  {line.text}"
        yield from (f"    · {reason}" for reason in line.reasons)
    if story.ending:
        yield story.ending
