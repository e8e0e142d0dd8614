"""Cases are reopened, linked, merged, split, supervised, followed up and filed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.contract.diagrams import END, START, drawn, process, user

from caseflow.documents import Archive
from caseflow.engine import Part
from caseflow.errors import CaseNotOpen, CommandRefused, UnknownCase, UnknownProcess
from caseflow.kernel import CaseArchived, CaseRelated, CaseState, Relation, TaskPlanned
from caseflow.testing import Caseflow, RunningCase

DUE = 'caseflow:due="=due"'


def files() -> dict[str, bytes]:
    return {
        "matter.bpmn": drawn(
            process("matter", START, user("handle", DUE), END, flows="start>handle>end")
        ),
        "watch.bpmn": drawn(process("watch", START, user("look"), END, flows="start>look>end")),
    }


@pytest.fixture
def office(flow: Caseflow) -> Caseflow:
    flow.deploy(files())
    return flow


def begun(office: Caseflow, key: str, *, days: int = 10) -> RunningCase:
    due = office.clock.now() + timedelta(days=days)
    return office.start("matter", business_key=key, due=due, place="桥头村")


def relations(office: Caseflow, case: str) -> list[tuple[Relation, str]]:
    with office.engine.read() as work:
        return [(one.relation, one.business_key) for one in work.matters.of(case)]


def told(case: RunningCase, kind: type[object]) -> list[object]:
    return [entry.event for entry in case.history if isinstance(entry.event, kind)]


def test_a_case_that_is_over_is_opened_anew_with_its_lineage(office: Caseflow) -> None:
    first = begun(office, "2026-1")
    first.complete("handle")
    with office.engine.begin(actor="li") as work:
        second = work.matters.reopen(first.id, reason="the wall fell again")
        work.complete(work.tasks(case=second).items[0])
        third = work.matters.reopen(second, reason="once more", variables={"place": "村口"})

    with office.engine.read() as work:
        lineages = {work.matters.lineage(one) for one in (first.id, second.id, third.id)}
        variables = work.case(third.id).variables
    assert lineages == {(first.id, second.id, third.id)}
    assert (third.business_key, variables["place"]) == ("2026-1", "村口")
    assert first.state is CaseState.COMPLETED
    assert relations(office, second.id) == [
        (Relation.REOPENS, "2026-1"),
        (Relation.REOPENED_BY, "2026-1"),
    ]
    assert told(first, CaseRelated) == [
        CaseRelated(relation=Relation.REOPENED_BY, other=second.id, reason="the wall fell again")
    ]


def test_what_is_open_or_reopened_is_not_reopened(office: Caseflow) -> None:
    case = begun(office, "2026-1")
    with office.engine.begin() as work, pytest.raises(CommandRefused, match="is running"):
        work.matters.reopen(case.id, reason="why")
    case.complete("handle")
    with office.engine.begin() as work:
        work.matters.reopen(case.id, reason="why")
        with pytest.raises(CommandRefused, match="reopened already"):
            work.matters.reopen(case.id, reason="why")


def test_linked_cases_know_of_each_other(office: Caseflow) -> None:
    one, two = begun(office, "2026-1"), begun(office, "2026-2")
    with office.engine.begin(actor="li") as work:
        work.matters.link(one.id, two.id, reason="the same wall")
    for case, other, reason, match in (
        (two, one, "again", "already"),
        (one, one, "why", "itself"),
        (one, two, " ", "reason"),
    ):
        with office.engine.begin() as work, pytest.raises(CommandRefused, match=match):
            work.matters.link(case.id, other.id, reason=reason)

    assert relations(office, one.id) == [(Relation.LINKED, "2026-2")]
    assert relations(office, two.id) == [(Relation.LINKED, "2026-1")]


def test_a_merger_ends_the_others_and_gives_nobody_more_time(office: Caseflow) -> None:
    main, early, late = (
        begun(office, "2026-1", days=10),
        begun(office, "2026-2", days=3),
        begun(office, "2026-3", days=20),
    )
    soon = early.task("handle").due_at
    with office.engine.begin(actor="li") as work:
        work.matters.merge(main.id, [early.id, late.id], reason="the same wall")

    assert (early.state, late.state) == (CaseState.CANCELLED, CaseState.CANCELLED)
    assert main.task("handle").due_at == soon
    assert len(told(main, TaskPlanned)) == 1
    assert main.variables["merged_cases"] == ["2026-2", "2026-3"]
    assert relations(office, main.id) == [
        (Relation.TOOK_IN, "2026-2"),
        (Relation.TOOK_IN, "2026-3"),
    ]
    assert relations(office, late.id) == [(Relation.MERGED_INTO, "2026-1")]


def test_a_merger_with_a_case_that_is_over_changes_nothing(office: Caseflow) -> None:
    main, other = begun(office, "2026-1"), begun(office, "2026-2")
    other.complete("handle")
    with pytest.raises(CaseNotOpen), office.engine.begin() as work:
        work.matters.merge(main.id, [other.id], reason="the same wall")
    with pytest.raises(CommandRefused), office.engine.begin() as work:
        work.matters.merge(main.id, [main.id], reason="the same wall")

    assert relations(office, main.id) == []
    assert main.waiting_at == {"handle"}


def test_a_split_opens_a_case_for_each_part(office: Caseflow) -> None:
    case = begun(office, "2026-1", days=5)
    later = office.clock.now() + timedelta(days=30)
    with office.engine.begin(actor="li") as work:
        parts = work.matters.split(
            case.id,
            [
                Part(business_key="2026-1-1", variables={"due": later}),
                Part(business_key="2026-1-2", process="watch"),
            ],
            reason="two walls",
            ends=True,
        )

    first, second = (RunningCase(office, one.id) for one in parts)
    assert case.state is CaseState.CANCELLED
    assert first.task("handle").due_at == case.view.started_at + timedelta(days=5)
    assert (second.waiting_at, second.variables["place"]) == ({"look"}, "桥头村")
    assert relations(office, case.id) == [
        (Relation.SPLIT_INTO, "2026-1-1"),
        (Relation.SPLIT_INTO, "2026-1-2"),
    ]
    assert relations(office, second.id) == [(Relation.SPLIT_FROM, "2026-1")]


def test_a_split_needs_parts(office: Caseflow) -> None:
    case = begun(office, "2026-1")
    with office.engine.begin() as work, pytest.raises(CommandRefused, match="part"):
        work.matters.split(case.id, [], reason="why")


def test_supervision_and_follow_up_run_beside_the_case(office: Caseflow) -> None:
    case = begun(office, "2026-1")
    with office.engine.begin(actor="li") as work:
        watch = work.matters.supervise(
            case.id, process="watch", reason="red light", variables={"level": 2}
        )
        with pytest.raises(UnknownProcess):
            work.matters.supervise(case.id, process="unknown", reason="why")
        work.complete(work.tasks(case=case.id).items[0])
        visit = work.matters.follow_up(case.id, process="watch", reason="seven days later")
        with pytest.raises(CaseNotOpen):
            work.matters.supervise(case.id, process="watch", reason="too late")

    assert (watch.business_key, watch.variables["level"]) == ("2026-1", 2)
    assert relations(office, case.id) == [
        (Relation.SUPERVISED_BY, "2026-1"),
        (Relation.FOLLOWED_UP_BY, "2026-1"),
    ]
    assert relations(office, visit.id) == [(Relation.FOLLOWS_UP, "2026-1")]


def test_a_file_is_closed_when_it_is_whole_and_takes_nothing_more(office: Caseflow) -> None:
    case = begun(office, "2026-1")
    nothing = Archive()
    with office.engine.begin(actor="li") as work, pytest.raises(CommandRefused, match="is over"):
        work.matters.archive(case.id, nothing)
    case.complete("handle")
    with office.engine.begin(actor="li") as work:
        work.matters.archive(case.id, nothing, retention="30 years")
        with pytest.raises(CommandRefused, match="is closed"):
            work.matters.archive(case.id, nothing)
        again = work.matters.reopen(case.id, reason="an appeal")

    assert told(case, CaseArchived) == [CaseArchived(papers=(), retention="30 years")]
    assert again.state is CaseState.RUNNING


def test_a_case_that_is_none_belongs_to_nothing(office: Caseflow) -> None:
    with office.engine.read() as work, pytest.raises(UnknownCase):
        work.matters.of("00000000-0000-7000-8000-000000000000")
