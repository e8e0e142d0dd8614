"""Every event of a history in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from caseflow.cli.words import Teller, value_in_words, values_in_words
from caseflow.engine import Entry
from caseflow.kernel import (
    ActivityCancelled,
    CaseArchived,
    CaseCancelled,
    CaseClaimed,
    CaseCompleted,
    CaseFailed,
    CaseHanded,
    CaseId,
    CaseRelated,
    CaseResumed,
    CaseStarted,
    CaseSuspended,
    CaseTakenBack,
    CommentAdded,
    CompensationStarted,
    CompensationThrown,
    ConditionMet,
    ConflictArose,
    ConflictKind,
    CopySent,
    DeadlineMoved,
    DeadlinesPaused,
    DeadlinesRecounted,
    DeadlinesResumed,
    DeadlineWarned,
    DecisionMade,
    DocumentIssued,
    DocumentWithdrawn,
    ErrorThrown,
    EscalationThrown,
    Event,
    ExtensionAsked,
    ExtensionDecided,
    FileAttached,
    IncidentRaised,
    IncidentResolved,
    JobCompleted,
    JobFailed,
    JobStarted,
    MessageReceived,
    MessageSent,
    Participant,
    ParticipantsAdded,
    ParticipantsRemoved,
    PathTaken,
    ProcessKey,
    Relation,
    ReturnAsked,
    ReturnRuled,
    Ruling,
    ScopeEntered,
    ScopeLeft,
    SignalReceived,
    SignalThrown,
    TaskAssigned,
    TaskClaimed,
    TaskCompleted,
    TaskDelegated,
    TaskHanded,
    TaskHandedBack,
    TaskOpened,
    TaskPlanned,
    TaskRecalled,
    TaskReturned,
    TaskTransferred,
    TaskUnclaimed,
    TaskUrged,
    TimerFired,
    TransactionCancelled,
    UnitDesignated,
    ValuesRedacted,
    VariablesSet,
    Vote,
    VoteCast,
    VotesDecided,
)
from caseflow.model import ElementId, FlowId, Hand, ProcessId, Value

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PROCESS = ProcessId("visit")
KEY = ProcessKey(id=PROCESS, version=2)
A, B = ElementId("a"), ElementId("b")

TOLD: list[tuple[Event, str]] = [
    (
        CaseStarted(process=KEY, element=None, business_key="K", variables={"kind": "flood"}),
        "case of visit version 2 opened with kind=flood",
    ),
    (
        CaseStarted(process=KEY, element=A, business_key="", variables={}),
        "case of visit version 2 opened",
    ),
    (CaseCompleted(outcome="fine"), "case completed: fine"),
    (CaseCompleted(outcome=""), "case completed"),
    (CaseFailed(code="E1"), "case failed: nobody caught the error E1"),
    (CaseCancelled(reason="twice"), "case cancelled: twice"),
    (CaseSuspended(reason="court"), "case suspended: court"),
    (CaseResumed(reason=""), "case goes on"),
    (CaseResumed(reason="over"), "case goes on: over"),
    (PathTaken(process=PROCESS, flows=(FlowId("a"), FlowId("b"))), "→ A → B"),
    (ScopeEntered(process=PROCESS, element=A), "A began"),
    (ScopeLeft(process=PROCESS, element=A), "A is done"),
    (ScopeLeft(process=PROCESS, element=A, outcome="agreed"), "A is done: agreed"),
    (ActivityCancelled(process=PROCESS, element=A), "A was interrupted"),
    (
        TaskOpened(process=PROCESS, element=A, task=7, due_at=AT, limit="visit"),
        "task A (7) opened, due 2026-03-02 09:00 by visit",
    ),
    (TaskClaimed(task=7, person="li"), "li claimed A (7)"),
    (TaskUnclaimed(task=7), "A (7) went back to its candidates"),
    (TaskAssigned(task=7, person="li"), "A (7) was given to li"),
    (
        TaskDelegated(task=7, owner="li", person="wang", reason="busy"),
        "li delegated A (7) to wang: busy",
    ),
    (TaskHandedBack(task=7, owner="li", person="wang"), "A (7) went back from wang to li"),
    (
        TaskTransferred(task=7, giver="li", person="wang"),
        "A (7) was transferred from li to wang",
    ),
    (
        ParticipantsAdded(
            task=7,
            participants=(Participant(person="li"), Participant(person="wang")),
            policy="2/3",
        ),
        "A (7) asks li, wang to agree (2/3)",
    ),
    (ParticipantsRemoved(task=7, people=("li",)), "A (7) no longer asks li"),
    (VoteCast(task=7, person="li", vote=Vote.AGREE), "li voted agree on A (7)"),
    (VotesDecided(task=7, approved=True), "the votes on A (7) are decided: agreed"),
    (VotesDecided(task=7, approved=False), "the votes on A (7) are decided: refused"),
    (TaskUrged(task=7, message="please"), "A (7) was urged: please"),
    (
        TaskPlanned(task=7, priority=0, due_at=AT, follow_up_at=AT),
        "A (7) has priority 0, due 2026-03-02 09:00, follow-up 2026-03-02 09:00",
    ),
    (
        TaskReturned(process=PROCESS, element=A, task=7, to=B, person="li", reason="no x"),
        "A (7) was returned to B, to li: no x",
    ),
    (TaskRecalled(process=PROCESS, element=A, task=7, person="li"), "li took A back"),
    (CommentAdded(comment="c", visibility="unit"), "commented, to be read by unit"),
    (
        FileAttached(file="f", name="a.pdf", media_type="x", size=1, digest="0" * 64),
        "attached a.pdf, SHA-256 000000000000…",
    ),
    (CopySent(people=("li", "wang"), message="look"), "copied to li, wang: look"),
    (
        TaskCompleted(
            process=PROCESS,
            element=A,
            task=7,
            limit=None,
            due_at=None,
            is_late=False,
            variables={},
        ),
        "A (7) was completed",
    ),
    (
        TaskCompleted(
            process=PROCESS,
            element=A,
            task=7,
            limit="visit",
            due_at=AT,
            is_late=True,
            variables={"ok": True},
        ),
        "A (7) was completed late with ok=true",
    ),
    (JobStarted(process=PROCESS, element=A, job=8, topic="post"), "job A (8) waits for post"),
    (
        JobCompleted(process=PROCESS, element=A, job=8, variables={"n": 1}),
        "job A (8) was done with n=1",
    ),
    (
        JobFailed(process=PROCESS, element=A, job=8, message="timeout", tries_left=2),
        "job A (8) failed, tries left 2: timeout",
    ),
    (
        DecisionMade(
            process=PROCESS,
            element=A,
            decision="level",
            name="Level",
            inputs={"people": 5},
            rules=("few",),
            reasons=("people = 5 fits < 30",),
            is_default=False,
            result="E2",
        ),
        "A decided level: E2 (rule few: people = 5 fits < 30)",
    ),
    (
        DecisionMade(
            process=PROCESS,
            element=A,
            decision="level",
            name="Level",
            inputs={"people": 5},
            rules=(),
            reasons=(),
            is_default=True,
            result="E2",
        ),
        "A decided level: E2 (by default, no rule fits)",
    ),
    (
        TimerFired(process=PROCESS, element=A, due_at=AT, limit=None),
        "timer A fired, due 2026-03-02 09:00",
    ),
    (
        TimerFired(process=PROCESS, element=A, due_at=AT, limit="visit"),
        "timer A fired, due 2026-03-02 09:00 by visit",
    ),
    (ConditionMet(process=PROCESS, element=A), "the condition of A became true"),
    (
        MessageSent(process=PROCESS, element=A, name="m", key="K", payload=1),
        "message m sent at A, key K",
    ),
    (
        MessageReceived(process=PROCESS, element=A, name="m", payload={"x": 1}),
        'message m came to A with {"x": 1}',
    ),
    (SignalThrown(process=PROCESS, element=A, name="s", payload=None), "signal s thrown at A"),
    (SignalReceived(process=PROCESS, element=A, name="s", payload=None), "signal s came to A"),
    (
        ErrorThrown(process=PROCESS, element=A, code="E1", caught_by=B),
        "error E1 thrown at A, caught by B",
    ),
    (
        EscalationThrown(process=PROCESS, element=A, code="E2", caught_by=None),
        "escalation E2 thrown at A, which nobody caught",
    ),
    (CompensationThrown(process=PROCESS, element=A, activities=(B, A)), "A undoes B, A"),
    (CompensationThrown(process=PROCESS, element=A, activities=()), "A undoes nothing"),
    (CompensationStarted(process=PROCESS, element=A, handler=B), "B undoes A"),
    (
        TransactionCancelled(process=PROCESS, element=A, activities=(B,)),
        "A was cancelled, which undoes B",
    ),
    (VariablesSet(process=PROCESS, element=None, variables={"x": 1}), "set x=1"),
    (VariablesSet(process=PROCESS, element=A, variables={"x": 1}), "set x=1 at A"),
    (
        IncidentRaised(process=PROCESS, element=A, incident=9, message="no x"),
        "incident 9 at A: no x",
    ),
    (IncidentResolved(process=PROCESS, element=A, incident=9), "incident 9 at A was resolved"),
    (
        DocumentIssued(
            document="d", form="letter", number="No. 7", media_type="text/html", digest="0"
        ),
        "document No. 7 issued: letter",
    ),
    (
        DocumentWithdrawn(document="d", number="", reason="wrong name"),
        "document d withdrawn: wrong name",
    ),
    (
        ValuesRedacted(names=("name", "phone"), reason="asked for"),
        "values deleted of name, phone: asked for",
    ),
    (
        CaseHanded(hand=Hand.ESCALATE, source="v", target="c", skipped=("t",), reason="big"),
        "escalated from v to c, past t: big",
    ),
    (
        TaskHanded(task=7, hand=Hand.TRANSFER, source="", target="t", reason="theirs"),
        "A (7) was transferred from no unit to t: theirs",
    ),
    (
        CaseTakenBack(source="t", target="c", reason="slow"),
        "c took the case back from t: slow",
    ),
    (
        ReturnAsked(unit="t", giver="c", basis="4.2", suggested="w"),
        "t asked c to return it, suggests w: 4.2",
    ),
    (
        ReturnRuled(unit="t", ruling=Ruling.STAYS, target="t", reason="so"),
        "the return of t was ruled on: it stays with it: so",
    ),
    (
        ReturnRuled(unit="t", ruling=Ruling.REASSIGNED, target="w", reason="so"),
        "the return of t was ruled on: it goes to w: so",
    ),
    (CaseClaimed(unit="w", against="t", basis="4.3"), "w claimed the case from t: 4.3"),
    (
        ConflictArose(conflict=ConflictKind.REFUSED, units=("a", "b", "c")),
        "a, b, c refuse the case: a superior designates",
    ),
    (UnitDesignated(source="t", target="w", reason="so"), "w was designated: so"),
    (DeadlinesPaused(tasks=(7,), timers=(8,), reason="so"), "2 deadlines stopped: so"),
    (DeadlinesPaused(tasks=(7,), timers=(), reason="so"), "1 deadline stopped: so"),
    (DeadlinesResumed(tasks=(7,), timers=(8,), reason=""), "2 deadlines went on"),
    (DeadlinesResumed(tasks=(7,), timers=(8,), reason="so"), "2 deadlines went on: so"),
    (
        DeadlineMoved(process=PROCESS, element=A, number=7, limit="l", due_before=AT, due_at=AT),
        "A is due 2026-03-02 09:00",
    ),
    (
        DeadlineMoved(process=PROCESS, element=A, number=7, limit="l", due_before=AT, due_at=None),
        "A is not due for the time being",
    ),
    (
        ExtensionAsked(task=7, by="more", reason="so"),
        "task (7): an extension by more was asked for: so",
    ),
    (
        ExtensionDecided(task=7, by="more", approved=True, reason=""),
        "task (7): the extension by more was approved",
    ),
    (
        ExtensionDecided(task=7, by="more", approved=False, reason="so"),
        "task (7): the extension by more was refused: so",
    ),
    (DeadlinesRecounted(reason="so"), "all deadlines were counted again: so"),
    (
        DeadlineWarned(process=PROCESS, element=A, task=7, light="red", due_at=AT),
        "red light for A, due 2026-03-02 09:00",
    ),
    (
        CaseRelated(relation=Relation.MERGED_INTO, other=CaseId("d"), reason="so"),
        "this case was merged into d: so",
    ),
    (CaseArchived(papers=("1", "2"), retention=""), "the file was closed, with 2 papers"),
]


def upper(_process: ProcessId, element: ElementId | FlowId) -> str:
    return element.upper()


@pytest.fixture
def teller() -> Teller:
    opened = TaskOpened(process=PROCESS, element=A, task=7, due_at=None, limit=None)
    entry = Entry(case=CaseId("c"), sequence=1, version=1, at=AT, actor="li", event=opened)
    return Teller.of([entry], upper)


@pytest.mark.parametrize(("event", "words"), TOLD, ids=[words for _, words in TOLD])
def test_an_event_is_told(teller: Teller, event: Event, words: str) -> None:
    assert teller.tell(event) == words


def test_every_kind_of_event_is_told() -> None:
    assert {type(event) for event, _ in TOLD} == set(get_args(Event))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("text", "text"),
        ("", '""'),
        ("x" * 61, "x" * 59 + "…"),
        (None, "null"),
        (True, "true"),
        (Decimal("1.50"), "1.50"),
        (AT, "2026-03-02 09:00"),
        (date(2026, 3, 2), "2026-03-02"),
        (timedelta(hours=3), "3 h"),
        ({"sum": Decimal("1.50"), "at": [AT]}, '{"sum": "1.50", "at": ["2026-03-02 09:00"]}'),
    ],
)
def test_a_value_is_told_as_people_read_it(value: Value, words: str) -> None:
    assert value_in_words(value) == words


def test_many_values_are_cut_to_a_line() -> None:
    values: dict[str, Value] = {f"name{number}": "x" * 40 for number in range(5)}

    assert values_in_words(values) == f"name0={'x' * 40}, name1={'x' * 40}, … 3 more"
    assert values_in_words({"a": "x" * 200, "b": 1}) == f"a={'x' * 59}…, b=1"
