"""One case of the library told as a story: what stands in the documentation is what is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from caseflow.engine import CaseView
from caseflow.explain import Language, Story, explain
from caseflow.explain.phrases import EVENTS, RELATIONS, STEPS
from caseflow.kernel import Event, Relation
from caseflow.testing import Caseflow
from caseflow.worktime import Step

PAGE = Path("docs", "howto", "explained-case.md")
BEFORE_SPRING_FESTIVAL = datetime(2026, 2, 12, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
FACTS = {
    "handling_unit": "qingshan",
    "kind": "neighbour",
    "both_consent": False,
    "major": False,
}


@pytest.fixture
def village(repository: Path) -> Iterator[Caseflow]:
    made = Caseflow(now=BEFORE_SPRING_FESTIVAL)
    made.deploy(repository / "processes" / "dispute_mediation")
    yield made
    made.close()


@pytest.fixture
def mediated(village: Caseflow) -> CaseView:
    """A dispute that was settled in the second session."""
    with village.engine.begin(actor="李秀英") as work:
        case = work.start(
            "peoples_mediation",
            business_key="2026-0017",
            unit="qingshan",
            parameters="yuxi-default",
            variables=FACTS,
        )
    steps: tuple[tuple[timedelta, str, dict[str, object]], ...] = (
        (timedelta(hours=1), "decide_acceptance", {"accepted": True}),
        (timedelta(days=12), "answer_request", {"other_side_consents": True}),
        (timedelta(hours=1), "appoint_mediator", {}),
        (timedelta(days=1), "tell_rights", {"mediator_fits": True}),
        (timedelta(days=1), "inquire", {}),
        (timedelta(days=1), "hold_session", {"session_result": "again"}),
        (
            timedelta(days=4),
            "hold_session",
            {"session_result": "agreed", "agreed_items": 3, "perform_mode": "later"},
        ),
        (timedelta(hours=1), "sign_agreement", {"signed": True}),
        (timedelta(hours=1), "conclude", {}),
        (timedelta(hours=1), "issue_papers", {}),
    )
    for wait, element, variables in steps:
        village.advance_to(village.clock.now() + wait)
        with village.engine.begin(actor="孙德明") as work:
            for task in work.tasks(case=case):
                if task.element == element:
                    work.claim(task)
                    work.complete(task, variables)
        village.run_due()
    with village.engine.read() as work:
        return work.case(case)


def told(village: Caseflow, case: CaseView, language: Language) -> Story:
    with village.engine.read() as work:
        return explain(work, case, language=language)


@pytest.mark.parametrize("language", list(Language))
def test_the_page_shows_what_is_told(
    village: Caseflow, mediated: CaseView, repository: Path, language: Language
) -> None:
    page = (repository / PAGE).read_text(encoding="utf-8")

    story = str(told(village, mediated, language))

    assert f"```text\n{story}\n```\n" in page


def test_a_story_says_why_and_by_when(village: Caseflow, mediated: CaseView) -> None:
    story = told(village, mediated, Language.ENGLISH)

    reasons = {line.text: line.reasons for line in story.lines}
    assert mediated.outcome == "agreed_written"
    assert reasons["Task “Decide on acceptance” was opened, due 2026-02-24 24:00"] == (
        "by the limit Decide on acceptance, [D]",
        "starts 2026-02-12 15:00",
        "2026-02-12 itself does not count",
        "days of rest do not count: 2026-02-15 to 2026-02-23",
        "make-up working days count: 2026-02-14",
        "3 working days: the last day is 2026-02-24",
        "ends 2026-02-24 24:00",
    )
    assert reasons["On to Accepted? → Count the request"] == (
        "accepted and both_consent does not hold (accepted = true, both_consent = false)",
        "because accepted holds (accepted = true)",
    )


def test_a_redacted_case_still_has_a_story(village: Caseflow, mediated: CaseView) -> None:
    with village.engine.begin(actor="keeper") as work:
        work.records.redact(mediated, {"kind", "accepted"}, reason="asked for")

    story = told(village, mediated, Language.ENGLISH)

    assert "kind = [redacted]" in story.lines[0].text
    assert story.lines[0].reasons == ("deleted since: variables/kind",)
    assert story.lines[-1].text == "Values were deleted: accepted, kind; asked for"


def test_there_are_words_for_every_kind_of_event_and_step() -> None:
    assert set(EVENTS) == {kind.__name__ for kind in get_args(Event)}
    assert set(RELATIONS) == {relation.value for relation in Relation}
    assert set(STEPS) == {kind.__name__ for kind in get_args(Step)}
