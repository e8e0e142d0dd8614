"""The summons and response process, walked on a virtual clock: every end, every limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from caseflow.errors import EntriesRefused, NotSamePerson
from caseflow.kernel import CaseState, MessageSent
from caseflow.model import Value
from caseflow.parameters import read_parameters
from caseflow.testing import Caseflow, RunningCase

CHINA_TIME = ZoneInfo("Asia/Shanghai")
FACTS: dict[str, object] = {
    "title": "井盖缺失",
    "location": "玉兴路",
    "emergency": False,
    "is_rural": False,
    "duplicate": False,
    "own_power": False,
    "age_days": 3,
    "repeat": 0,
}
KEY_ISSUE: dict[str, object] = {"age_days": 31}
EMERGENCY: dict[str, object] = {"emergency": True}


def moment(day: int, hour: int = 0, minute: int = 0, *, month: int = 3) -> datetime:
    """Return a moment of 2026 in China; tests begin on Monday 2 March at 9:00."""
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA_TIME)


@pytest.fixture
def summons(caseflow: Caseflow, repository: Path) -> Caseflow:
    caseflow.deploy(repository / "processes" / "summons_response")
    return caseflow


@pytest.fixture
def new_years_eve(repository: Path) -> Iterator[Caseflow]:
    made = Caseflow(now=moment(16, 2, month=2))
    made.deploy(repository / "processes" / "summons_response")
    yield made
    made.close()


def draft(caseflow: Caseflow, *departments: str, **facts: object) -> RunningCase:
    """Draft a whistle; ``parameters`` among the facts names the parameter set."""
    parameters = str(facts.pop("parameters", "yuxi-default"))
    case = caseflow.start(
        "summons_response", business_key="W-1", unit="town-3", parameters=parameters
    )
    filled = {**FACTS, "departments": list(departments or ["water"]), **facts}
    return case.complete("draft_whistle", **filled)


def dispatch(caseflow: Caseflow, *departments: str, **facts: object) -> RunningCase:
    """Bring a whistle to the departments, whoever has to approve it."""
    case = draft(caseflow, *departments, **facts)
    if "approve_whistle" in case.waiting_at:
        case.complete("approve_whistle", approved=True)
    if "sign_as_mayor" in case.waiting_at:
        sign(caseflow, case, "sign_as_secretary", by="wang", secretary_agrees=True)
        sign(caseflow, case, "sign_as_mayor", by="li", mayor_agrees=True)
    return case


def sign(
    caseflow: Caseflow, case: RunningCase, element: str, *, by: str, **variables: object
) -> None:
    """Complete a task as one person."""
    task = case.task(element)
    with caseflow.engine.begin(actor=by) as work:
        work.complete(task, variables)
    caseflow.run_due()


def complete_for(
    caseflow: Caseflow, case: RunningCase, element: str, unit: str, **variables: object
) -> None:
    """Complete the task of one of several departments."""
    task = next(task for task in case.tasks(element) if task.unit == unit)
    with caseflow.engine.begin(actor=unit) as work:
        work.complete(task, variables)
    caseflow.engine.run_due()


def gather(caseflow: Caseflow, *departments: str, **facts: object) -> RunningCase:
    """Bring all departments to the place, in time and without objection."""
    case = dispatch(caseflow, *departments, **facts)
    for _ in departments or ["water"]:
        case.complete("sign_in")
    while "accept_or_object" in case.waiting_at:
        case.complete("accept_or_object", objection=False)
    for _ in departments or ["water"]:
        case.complete("first_contact").complete("report_in", check_in="GPS")
    return case


def plan(caseflow: Caseflow, *departments: str, **facts: object) -> RunningCase:
    """Bring a case to where its items are carried out."""
    case = gather(caseflow, *departments, **facts)
    case.complete("consult", host_department="water", route="execute")
    return case.complete("make_plan", plan_items=[{"title": "补装", "department": "water"}])


def verify(caseflow: Caseflow, *departments: str, **facts: object) -> RunningCase:
    """Bring a case to where the town verifies."""
    return plan(caseflow, *departments, **facts).complete("carry_out_item", item_result="完成")


def rate(case: RunningCase) -> RunningCase:
    case.complete("rate_departments", department_scores=[])
    while "rate_whistle" in case.waiting_at:
        case.complete("rate_whistle", whistle_score=90)
    return case.complete("archive", file_number="2026-1")


def sent(case: RunningCase, name: str) -> list[Value]:
    """Return what the messages of this name carried, in order."""
    return [
        entry.event.payload
        for entry in case.history
        if isinstance(entry.event, MessageSent) and entry.event.name == name
    ]


def reminded(case: RunningCase) -> list[Value]:
    return [one["task"] for one in sent(case, "reminder") if isinstance(one, dict)]


def supervised(case: RunningCase) -> list[Value]:
    return [one["reason"] for one in sent(case, "supervision_requested") if isinstance(one, dict)]


def due(case: RunningCase, element: str) -> tuple[str | None, datetime | None]:
    task = case.task(element)
    return task.limit, task.due_at


# Draft and approval


def test_a_daily_whistle_that_everybody_answers_in_time_is_resolved(summons: Caseflow) -> None:
    case = verify(summons, "water", "power")

    case.complete("verify", verified=True)
    case.complete("call_back", callback_result="satisfied")
    rate(case)

    assert (case.state, case.outcome) == (CaseState.COMPLETED, "resolved")
    assert reminded(case) == supervised(case) == []


def test_a_whistle_that_another_process_asks_for_begins_with_its_facts(
    summons: Caseflow,
) -> None:
    case = summons.send("whistle_requested", key="G-7", payload={"source_case": "grid-7"})

    assert case.waiting_at == {"draft_whistle"}
    assert case.variables["source_case"] == "grid-7"


@pytest.mark.parametrize(
    ("departments", "facts", "expected"),
    [
        (["water"], {"age_days": 31}, {"approve_whistle"}),
        (["water", "power"], {"age_days": 30, "repeat": 2}, {"approve_whistle"}),
        (["water", "power"], {"age_days": 31}, {"sign_as_secretary", "sign_as_mayor"}),
        (["water", "power"], {"repeat": 3}, {"sign_as_secretary", "sign_as_mayor"}),
        (["water", "power"], {"repeat": 3, "emergency": True}, {"approve_afterwards", "sign_in"}),
    ],
)
def test_the_type_of_a_whistle_decides_who_approves_it(
    summons: Caseflow, departments: list[str], facts: dict[str, object], expected: set[str]
) -> None:
    assert draft(summons, *departments, **facts).waiting_at == expected


@pytest.mark.parametrize(
    "facts", [{"duplicate": True}, {"own_power": True}, {"approved": False}], ids=str
)
def test_a_whistle_without_ground_is_refused(summons: Caseflow, facts: dict[str, object]) -> None:
    case = draft(summons).complete("approve_whistle", **{"approved": True, **facts})

    assert case.outcome == "rejected_not_whistle"
    assert len(sent(case, "whistle_refused")) == 1


@pytest.mark.parametrize(("secretary", "mayor"), [(True, False), (False, True)])
def test_a_key_issue_needs_both_signatures(
    summons: Caseflow, *, secretary: bool, mayor: bool
) -> None:
    case = draft(summons, "water", "power", **KEY_ISSUE)

    sign(summons, case, "sign_as_mayor", by="li", mayor_agrees=mayor)
    sign(summons, case, "sign_as_secretary", by="wang", secretary_agrees=secretary)

    assert case.outcome == "rejected_not_whistle"


@pytest.mark.parametrize(
    ("first", "second"),
    [("sign_as_secretary", "sign_as_mayor"), ("sign_as_mayor", "sign_as_secretary")],
)
def test_nobody_signs_a_key_issue_twice(summons: Caseflow, first: str, second: str) -> None:
    case = draft(summons, "water", "power", **KEY_ISSUE)
    sign(summons, case, first, by="wang")

    with pytest.raises(NotSamePerson):
        sign(summons, case, second, by="wang")


def test_who_stabilised_an_emergency_does_not_verify_it(summons: Caseflow) -> None:
    case = gather(summons, **EMERGENCY).complete("approve_afterwards", post_approved=True)
    case.complete("consult", host_department="water", route="execute")
    sign(summons, case, "stabilise", by="wang", stabilised=True)

    with pytest.raises(NotSamePerson):
        sign(summons, case, "verify", by="wang", verified=True)


def test_an_emergency_is_approved_afterwards_and_a_refusal_stops_nothing(
    summons: Caseflow,
) -> None:
    case = draft(summons, **EMERGENCY)
    assert due(case, "approve_afterwards") == ("post_approval", moment(2, 11))

    summons.advance(hours=2)
    case.complete("approve_afterwards", post_approved=False)

    assert "approve_afterwards" in reminded(case)
    assert case.state is CaseState.RUNNING


def test_the_town_can_withdraw_a_whistle_at_any_time(summons: Caseflow) -> None:
    case = plan(summons)

    summons.send("whistle_withdrawn", key="W-1", payload={"why": "已自行解决"})

    assert (case.state, case.outcome) == (CaseState.COMPLETED, "withdrawn_by_town")
    assert case.tasks() == ()
    assert len(sent(case, "whistle_recalled")) == 1


# Sign-in


def test_each_department_gets_its_own_order(summons: Caseflow) -> None:
    case = dispatch(summons, "water", "power")

    assert {task.unit for task in case.tasks("sign_in")} == {"water", "power"}
    assert [one["department"] for one in sent(case, "whistle_order") if isinstance(one, dict)] == [
        "water",
        "power",
    ]


@pytest.mark.parametrize(
    ("facts", "parameters", "at", "expected"),
    [
        ({}, "yuxi-default", moment(2, 9), ("sign_in", moment(2, 10))),
        ({}, "yuxi-default", moment(2, 20), ("sign_in", moment(2, 22))),
        ({}, "yuxi-default", moment(2, 11, 30), ("sign_in", moment(2, 14, 30))),
        ({}, "nanjing-gulou", moment(2, 11, 30), ("sign_in", moment(2, 12, 30))),
        (EMERGENCY, "yuxi-default", moment(2, 23, 58), ("sign_in_emergency", moment(3, 0, 3))),
    ],
)
def test_sign_in_is_due_by_type_and_time_of_day(
    summons: Caseflow,
    facts: dict[str, object],
    parameters: str,
    at: datetime,
    expected: tuple[str, datetime],
) -> None:
    summons.advance_to(at)

    case = dispatch(summons, parameters=parameters, **facts)

    assert due(case, "sign_in") == expected


def test_a_department_is_reminded_when_half_of_the_time_to_sign_is_over(
    summons: Caseflow,
) -> None:
    case = dispatch(summons)

    summons.advance(minutes=29)
    assert reminded(case) == []

    summons.advance(minutes=1)
    assert reminded(case) == ["sign_in"]


def test_a_department_that_signs_at_61_minutes_is_marked_late_and_the_case_goes_on(
    summons: Caseflow,
) -> None:
    case = dispatch(summons, "water", "power")
    complete_for(summons, case, "sign_in", "power")

    summons.advance(minutes=61)
    case.complete("sign_in_late")
    for _ in range(2):
        case.complete("accept_or_object", objection=False)
        case.complete("first_contact").complete("report_in", check_in="GPS")

    assert len(sent(case, "department_head_notified")) == 1
    answer = {"objected": False, "ruling": "none", "late_report": False}
    assert case.variables["responses"] == [
        {"department": "water", "late_sign": True, **answer},
        {"department": "power", "late_sign": False, **answer},
    ]
    assert case.waiting_at == {"consult"}


def test_the_county_centre_assigns_a_signer_one_hour_after_the_head_was_told(
    summons: Caseflow,
) -> None:
    case = dispatch(summons)

    summons.advance(minutes=119)
    assert case.waiting_at == {"sign_in_late"}

    summons.advance(minutes=1)
    assert case.task("assign_signer").roles == ("county_center",)
    assert case.complete("assign_signer").waiting_at == {"accept_or_object"}


# Objection


@pytest.mark.parametrize(
    ("facts", "objection", "ruling"),
    [
        ({}, ("objection_daily", moment(2, 15)), ("ruling_daily", moment(4))),
        (KEY_ISSUE, ("objection_key_issue", moment(4)), ("ruling_key_issue", moment(5))),
    ],
)
def test_objection_and_ruling_have_their_limits(
    summons: Caseflow,
    facts: dict[str, object],
    objection: tuple[str, datetime],
    ruling: tuple[str, datetime],
) -> None:
    case = dispatch(summons, "water", "power", **facts)
    complete_for(summons, case, "sign_in", "water")

    assert due(case, "accept_or_object") == objection
    case.complete("accept_or_object", objection=True)
    assert due(case, "rule_objection") == ruling


def test_silence_until_the_end_of_the_objection_period_is_acceptance(summons: Caseflow) -> None:
    case = dispatch(summons).complete("sign_in")

    summons.advance_to(moment(2, 14, 59))
    assert case.waiting_at == {"accept_or_object"}

    summons.advance_to(moment(2, 15))
    assert case.waiting_at == {"first_contact", "report_in"}


def test_a_department_to_which_a_whistle_is_reassigned_cannot_object_again(
    summons: Caseflow,
) -> None:
    case = dispatch(summons).complete("sign_in").complete("accept_or_object", objection=True)

    case.complete("rule_objection", ruling="reassigned", new_department="gas")
    assert case.task("sign_in").unit == "gas"
    case.complete("sign_in")
    assert case.waiting_at == {"first_contact", "report_in"}

    case.complete("first_contact").complete("report_in", check_in="GPS")
    assert case.variables["responses"] == [
        {
            "department": "gas",
            "objected": True,
            "ruling": "reassigned",
            "late_sign": False,
            "late_report": False,
        }
    ]


def test_a_department_whose_objection_is_rejected_stays(summons: Caseflow) -> None:
    case = dispatch(summons).complete("sign_in").complete("accept_or_object", objection=True)

    case.complete("rule_objection", ruling="stays")

    assert case.waiting_at == {"first_contact", "report_in"}


def test_the_county_names_departments_that_cannot_object_when_nobody_is_left(
    summons: Caseflow,
) -> None:
    case = dispatch(summons).complete("sign_in").complete("accept_or_object", objection=True)
    case.complete("rule_objection", ruling="released")
    assert case.waiting_at == {"designate_departments"}

    case.complete("designate_departments", departments=["gas"])
    case.complete("sign_in")

    assert {task.unit for task in case.tasks()} == {"gas"}
    assert case.waiting_at == {"first_contact", "report_in"}


def test_three_objections_call_a_conference_at_the_county(summons: Caseflow) -> None:
    departments = ("water", "power", "gas")
    case = dispatch(summons, *departments)
    for unit in departments:
        complete_for(summons, case, "sign_in", unit)
        complete_for(summons, case, "accept_or_object", unit, objection=True)
        case.complete("rule_objection", ruling="stays")
        case.complete("first_contact").complete("report_in", check_in="GPS")

    assert case.task("confer_at_county").roles == ("county_leader",)
    assert case.complete("confer_at_county").waiting_at == {"consult"}


def test_nobody_objects_in_an_emergency(summons: Caseflow) -> None:
    case = dispatch(summons, **EMERGENCY).complete("sign_in")

    assert case.waiting_at == {"approve_afterwards", "first_contact", "report_in"}


# First contact and report-in


def test_first_contact_is_due_within_a_day(summons: Caseflow) -> None:
    case = dispatch(summons).complete("sign_in").complete("accept_or_object", objection=False)
    assert due(case, "first_contact") == ("first_contact", moment(3, 9))

    summons.advance(hours=24)

    assert reminded(case) == ["first_contact"]


@pytest.mark.parametrize(
    ("facts", "parameters", "expected"),
    [
        ({}, "yuxi-default", moment(6)),
        (KEY_ISSUE, "yuxi-default", moment(10)),
        (EMERGENCY, "yuxi-default", moment(2, 9, 30)),
        ({**EMERGENCY, "is_rural": True}, "yuxi-default", moment(2, 10)),
        ({**EMERGENCY, "is_rural": True}, "pinggu", moment(2, 9, 30)),
    ],
)
def test_report_in_is_due_by_type_and_place(
    summons: Caseflow, facts: dict[str, object], parameters: str, expected: datetime
) -> None:
    case = dispatch(summons, "water", "power", parameters=parameters, **facts)

    summons.advance(minutes=4)
    complete_for(summons, case, "sign_in", "water")
    if "accept_or_object" in case.waiting_at:
        case.complete("accept_or_object", objection=False)

    assert case.task("report_in").due_at == expected


def test_a_late_report_in_is_marked_and_goes_to_supervision(summons: Caseflow) -> None:
    case = dispatch(summons).complete("sign_in").complete("accept_or_object", objection=False)
    case.complete("first_contact")

    summons.advance_to(moment(5, 23, 59))
    assert (reminded(case), supervised(case)) == (["report_in"], [])

    summons.advance_to(moment(6))
    assert supervised(case) == ["late_report"]

    case.complete("report_in", check_in="GPS")
    assert case.variables["responses"] == [
        {
            "department": "water",
            "objected": False,
            "ruling": "none",
            "late_sign": False,
            "late_report": True,
        }
    ]


def test_the_30_minutes_of_an_emergency_run_at_2_am_on_new_years_eve(
    new_years_eve: Caseflow,
) -> None:
    case = dispatch(new_years_eve, **EMERGENCY).complete("sign_in")

    new_years_eve.advance(minutes=30)
    assert supervised(case) == ["late_report"]

    new_years_eve.advance(minutes=1)
    case.complete("first_contact").complete("report_in", check_in="GPS")
    assert case.waiting_at == {"approve_afterwards", "consult"}


# The routes


def test_a_matter_for_a_legal_procedure_ends_when_the_legal_body_takes_it(
    summons: Caseflow,
) -> None:
    case = gather(summons).complete("consult", host_department="water", route="legal")
    case.complete("inform_of_legal_route")

    summons.send("legal_route_accepted", key="W-1", payload={"body": "人民法院"})

    assert (case.state, case.outcome) == (CaseState.COMPLETED, "transferred_legal")


def test_a_matter_that_the_legal_body_declines_is_consulted_on_again(summons: Caseflow) -> None:
    case = gather(summons).complete("consult", host_department="water", route="legal")
    case.complete("inform_of_legal_route")

    summons.send("legal_route_declined", key="W-1")

    assert case.waiting_at == {"consult"}


def test_a_matter_that_the_county_coordinates_is_planned_and_carried_out(
    summons: Caseflow,
) -> None:
    case = gather(summons).complete("consult", host_department="water", route="county")

    case.complete("coordinate_at_county", listed=False)

    assert case.waiting_at == {"make_plan"}


def test_a_matter_that_the_county_lists_ends_partially_resolved(summons: Caseflow) -> None:
    case = gather(summons).complete("consult", host_department="water", route="county")

    case.complete("coordinate_at_county", listed=True)
    case.complete("verify", verified=True).complete("call_back", callback_result="unreached")
    rate(case)

    assert case.outcome == "resolved_partially_listed"


def test_a_whistle_that_reaches_an_emergency_level_opens_an_emergency(
    summons: Caseflow, repository: Path
) -> None:
    summons.deploy(repository / "processes" / "emergency_handling")
    case = gather(summons, **EMERGENCY).complete("approve_afterwards", post_approved=True)

    case.complete("consult", host_department="water", route="emergency")

    (emergency,) = summons.cases("emergency_handling")
    assert (case.state, case.outcome) == (CaseState.COMPLETED, "handed_to_emergency")
    assert emergency.variables["source_case"] == case.id


def test_an_emergency_is_worked_on_until_it_is_stable_and_then_verified(
    summons: Caseflow,
) -> None:
    case = gather(summons, **EMERGENCY).complete("approve_afterwards", post_approved=True)
    case.complete("consult", host_department="water", route="execute")
    assert case.waiting_at == {"stabilise"}

    sign(summons, case, "stabilise", by="wang", stabilised=True)
    case.complete("verify", verified=True)

    assert due(case, "call_back") == ("feedback_emergency", moment(3, 9))


def test_an_emergency_that_grows_is_handed_over(summons: Caseflow) -> None:
    case = gather(summons, **EMERGENCY).complete("approve_afterwards", post_approved=True)
    case.complete("consult", host_department="water", route="execute")

    case.complete("stabilise", stabilised=False)

    assert case.outcome == "handed_to_emergency"


# Plan and execution


@pytest.mark.parametrize(
    ("facts", "making", "doing"),
    [
        ({}, ("handle_daily", moment(17)), ("handle_daily", moment(17))),
        (
            KEY_ISSUE,
            ("plan_key_issue", moment(17)),
            ("handle_key_issue", moment(7, month=5)),  # 60 days end on Labour Day
        ),
    ],
)
def test_plan_and_items_are_due_by_type(
    summons: Caseflow,
    facts: dict[str, object],
    making: tuple[str, datetime],
    doing: tuple[str, datetime],
) -> None:
    case = gather(summons, "water", "power", **facts)
    case.complete("consult", host_department="power", route="execute")
    assert (due(case, "make_plan"), case.task("make_plan").unit) == (making, "power")

    case.complete("make_plan", plan_items=[{"title": "补装", "department": "water"}])

    assert (due(case, "carry_out_item"), case.task("carry_out_item").unit) == (doing, "water")


def test_all_items_are_done_in_parallel_before_the_town_verifies(summons: Caseflow) -> None:
    case = gather(summons, "water", "power")
    case.complete("consult", host_department="water", route="execute")
    items = [{"title": "补装", "department": "water"}, {"title": "修灯", "department": "power"}]
    case.complete("make_plan", plan_items=items)

    complete_for(summons, case, "carry_out_item", "power", item_result="已修")
    assert case.waiting_at == {"carry_out_item"}
    complete_for(summons, case, "carry_out_item", "water", item_result="已装")

    assert case.variables["item_results"] == [
        {"title": "补装", "result": "已装"},
        {"title": "修灯", "result": "已修"},
    ]
    assert case.waiting_at == {"verify"}


def test_what_is_not_done_within_the_limit_goes_to_supervision_and_stays_open(
    summons: Caseflow,
) -> None:
    case = plan(summons)

    summons.advance_to(moment(16, 23, 59))
    assert supervised(case) == []

    summons.advance_to(moment(17))
    assert supervised(case) == ["overdue"]
    assert case.waiting_at == {"carry_out_item"}


def test_an_extension_counts_from_the_end_of_the_limit(summons: Caseflow) -> None:
    case = plan(summons)
    summons.advance(days=3)
    summons.send("extension_requested", key="W-1", payload={"why": "待料"})
    case.complete("decide_extension", extension_agreed=True)
    assert sent(case, "extension_decided") == [{"case": case.id, "granted": True}]

    summons.advance_to(moment(23, 23, 59))
    assert supervised(case) == []

    summons.advance_to(moment(24))
    assert supervised(case) == ["overdue"]


def test_a_daily_whistle_is_extended_only_once(summons: Caseflow) -> None:
    case = plan(summons)
    for _ in range(2):
        summons.send("extension_requested", key="W-1")
        case.complete("decide_extension", extension_agreed=True)

    assert [
        one["granted"] for one in sent(case, "extension_decided") if isinstance(one, dict)
    ] == [
        True,
        False,
    ]


def test_a_key_issue_is_extended_twice(summons: Caseflow) -> None:
    case = plan(summons, "water", "power", **KEY_ISSUE)
    for _ in range(3):
        summons.send("extension_requested", key="W-1")
        case.complete("decide_extension", extension_agreed=True)

    assert [
        one["granted"] for one in sent(case, "extension_decided") if isinstance(one, dict)
    ] == [
        True,
        True,
        False,
    ]


def test_a_key_issue_meets_every_14_days_and_missed_items_go_to_supervision(
    summons: Caseflow,
) -> None:
    case = plan(summons, "water", "power", **KEY_ISSUE)
    missed: list[list[str]] = [[], ["补装"], ["补装"], []]

    for number, items in enumerate(missed, start=1):
        summons.advance_to(
            moment(3 + 14 * number) if number <= 2 else moment(14 * number - 28, month=4)
        )
        case.complete("hold_liaison_meeting", missed_items=items)

    assert supervised(case) == ["missed_items", "missed_items"]
    assert [
        one["missed_items"] for one in sent(case, "staged_feedback") if isinstance(one, dict)
    ] == missed


def test_a_daily_whistle_has_no_liaison_meeting(summons: Caseflow) -> None:
    case = plan(summons)

    summons.advance(days=15)

    assert case.waiting_at == {"carry_out_item"}


def test_nothing_is_timed_any_more_when_the_items_are_done(summons: Caseflow) -> None:
    case = verify(summons)

    assert case.view.timers == ()


# Verification, callback and rating


def test_a_case_is_reworked_twice_and_then_supervised(summons: Caseflow) -> None:
    case = verify(summons)
    for _ in range(2):
        case.complete("verify", verified=False)
        case.complete("make_plan", plan_items=[{"title": "返工", "department": "water"}])
        case.complete("carry_out_item", item_result="完成")

    case.complete("verify", verified=False)
    assert case.task("supervise").roles == ("supervision_office",)
    assert due(case, "supervise") == ("supervision_reply", moment(6))

    assert case.complete("supervise", listed=False).waiting_at == {"verify"}


def test_what_supervision_lists_ends_partially_resolved(summons: Caseflow) -> None:
    case = verify(summons)
    for _ in range(2):
        case.complete("verify", verified=False).complete("make_plan", plan_items=[])
    case.complete("verify", verified=False).complete("supervise", listed=True)

    case.complete("verify", verified=True).complete("call_back", callback_result="satisfied")
    rate(case)

    assert case.outcome == "resolved_partially_listed"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [({}, ("feedback_daily", moment(4))), (KEY_ISSUE, ("feedback_key_issue", moment(4)))],
)
def test_feedback_is_due_after_verification(
    summons: Caseflow, facts: dict[str, object], expected: tuple[str, datetime]
) -> None:
    case = verify(summons, "water", "power", **facts)

    case.complete("verify", verified=True)

    assert due(case, "call_back") == expected


def test_a_reasonable_complaint_leads_to_rework(summons: Caseflow) -> None:
    case = verify(summons).complete("verify", verified=True)

    case.complete("call_back", callback_result="reasonable_unsatisfied")

    assert case.waiting_at == {"make_plan"}


@pytest.mark.parametrize(
    ("confirmed", "expected"),
    [(True, {"rate_departments", "rate_whistle"}), (False, {"make_plan"})],
)
def test_an_unreasonable_complaint_is_reviewed_by_a_leader(
    summons: Caseflow, expected: set[str], *, confirmed: bool
) -> None:
    case = verify(summons).complete("verify", verified=True)
    case.complete("call_back", callback_result="unreasonable_unsatisfied")
    assert case.task("review_closing").roles == ("town_leader",)

    case.complete("review_closing", close_confirmed=confirmed)

    assert case.waiting_at == expected


def test_the_departments_that_stayed_rate_the_whistle(summons: Caseflow) -> None:
    case = dispatch(summons, "water", "power")
    for unit in ("water", "power"):
        complete_for(summons, case, "sign_in", unit)
        complete_for(summons, case, "accept_or_object", unit, objection=unit == "power")
    case.complete("rule_objection", ruling="released")
    case.complete("first_contact").complete("report_in", check_in="GPS")
    case.complete("consult", host_department="water", route="execute")
    case.complete("make_plan", plan_items=[]).complete("verify", verified=True)
    case.complete("call_back", callback_result="satisfied")

    assert [task.unit for task in case.tasks("rate_whistle")] == ["water"]
    rate(case)
    assert case.variables["whistle_ratings"] == [{"department": "water", "score": 90}]


def test_a_form_that_leaves_out_a_decision_is_not_taken(summons: Caseflow) -> None:
    case = gather(summons)

    with pytest.raises(EntriesRefused) as refusal:
        case.complete("consult", host_department="water")

    assert [problem.field for problem in refusal.value.problems] == ["route"]
    assert case.waiting_at == {"consult"}


# The files beside each other


def test_the_diagram_uses_every_limit_and_the_readme_explains_it(repository: Path) -> None:
    folder = repository / "processes" / "summons_response"
    diagram = unescape((folder / "summons_response.bpmn").read_text(encoding="utf-8"))
    readme = (folder / "README.md").read_text(encoding="utf-8")
    text = (folder / "parameters.toml").read_text(encoding="utf-8")
    limits = read_parameters(text, file="parameters.toml")["yuxi-default"].limits

    used = set(re.findall(r'(?:limit\(|due\(|extended\(|caseflow:due=)"(\w+)"', diagram))
    used |= {limit.outside for limit in limits.values() if limit.outside is not None}

    assert used == set(limits)
    assert [name for name in limits if f"| `{name}` |" not in readme] == []


def test_the_readme_lists_every_task_message_and_end(repository: Path) -> None:
    folder = repository / "processes" / "summons_response"
    diagram = (folder / "summons_response.bpmn").read_text(encoding="utf-8")
    readme = (folder / "README.md").read_text(encoding="utf-8")
    patterns = (r'userTask id="(\w+)"', r'message id="\w+" name="(\w+)"', r'outcome="(\w+)"')

    named = [name for pattern in patterns for name in re.findall(pattern, diagram)]

    assert [name for name in named if f"`{name}`" not in readme] == []
