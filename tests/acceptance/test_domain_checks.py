"""The twenty-six checks of the domain reference (its section 20), each a test of that name.

All run on the whole library, so that what one process sends reaches the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.acceptance import fines
from tests.acceptance import test_dispute_mediation as disputes
from tests.acceptance import test_emergency_handling as emergencies
from tests.acceptance import test_summons_response as summons
from tests.acceptance.scenarios import Play, deployed_copy, scenarios_of, sent
from tests.acceptance.test_dispute_mediation import CHINA_TIME, MONDAY, end_of, moment

from caseflow.kernel import CaseState, TimerFired
from caseflow.model import CalendarKind, Limit
from caseflow.testing import Caseflow, RunningCase
from caseflow.worktime import CHINA, count, due, recompute

pytestmark = pytest.mark.usefixtures("compiled_once")

Opened = Callable[[datetime], Caseflow]


@pytest.fixture
def at(library: Path, tmp_path: Path) -> Iterator[Opened]:
    """Open the whole library at the moment that a test wants."""
    made: list[Caseflow] = []

    def opened(now: datetime) -> Caseflow:
        made.append(deployed_copy(library, tmp_path, at=now))
        return made[-1]

    yield opened
    for one in made:
        one.close()


@pytest.fixture
def county(at: Opened) -> Caseflow:
    return at(MONDAY)


def played(county: Caseflow, repository: Path, folder: str, name: str) -> RunningCase:
    """Play the scenario of a folder whose English name this is, to its end."""
    found = scenarios_of(repository / "processes" / folder)
    scenario = next(one for one in found if one.name.endswith(name))
    return Play(caseflow=county, scenario=scenario).run()


def ticket(county: Caseflow, **facts: object) -> RunningCase:
    case = county.start(
        "hotline_ticket",
        business_key="R-1",
        parameters=str(facts.pop("parameters", "yuxi-default")),
    )
    answers: dict[str, object] = {
        "title": "路灯不亮",
        "topic": "路灯",
        "ticket_type": "help",
        "urgency": "ordinary",
        "is_emergency": False,
        "legal_channel": "",
        "duplicate_of": "",
        "has_secret": False,
        "outside_duty": False,
        "is_unlawful": False,
        "kb_hit": False,
        "owner_known": "clear",
        "handling_unit": "lighting",
    }
    return case.complete("register_ticket", **{**answers, **facts})


# P01


def test_check_01_a_department_that_signs_at_61_minutes_is_late_and_the_case_still_closes(
    county: Caseflow,
) -> None:
    case = summons.dispatch(county)
    county.advance(minutes=61)
    case.complete("sign_in_late").complete("accept_or_object", objection=False)
    case.complete("first_contact").complete("report_in", check_in="GPS")

    assert len(sent(case, "department_head_notified")) == 1
    answer = case.variables["responses"]
    assert isinstance(answer, list)
    assert isinstance(answer[0], dict)
    assert answer[0]["late_sign"] is True

    case.complete("consult", host_department="water", route="execute")
    case.complete("make_plan", plan_items=[]).complete("verify", verified=True)
    case.complete("call_back", callback_result="satisfied")
    assert summons.rate(case).outcome == "resolved"


def test_check_02_a_department_that_a_whistle_is_reassigned_to_cannot_object(
    county: Caseflow,
) -> None:
    case = summons.dispatch(county).complete("sign_in")
    case.complete("accept_or_object", objection=True)

    case.complete("rule_objection", ruling="reassigned", new_department="gas").complete("sign_in")

    assert case.waiting_at == {"first_contact", "report_in"}


def test_check_03_an_item_missed_twice_in_four_meetings_reaches_the_circular(
    county: Caseflow,
) -> None:
    case = summons.plan(county, "water", "power", age_days=31)
    for missed in ([], ["补装"], ["补装"], []):
        county.advance(days=13)
        while "hold_liaison_meeting" not in case.waiting_at:
            county.advance(days=1)
        case.complete("hold_liaison_meeting", missed_items=missed)

    (watch,) = county.cases("supervision_request")
    assert watch.view.business_key == case.view.business_key
    assert len(sent(case, "supervision_requested")) == 2
    watch.complete(
        "open_supervision",
        opened=True,
        matter="补装",
        handling_unit="water",
        due_at=county.clock.now(),
    )
    county.advance(working_days=3)

    measure = watch.task("sign_measure")
    assert (measure.roles, measure.due_at) != ((), None)
    watch.complete("sign_measure", is_signed=True, sign_reason="两次未完成")
    (announced,) = sent(watch, "supervision_measure")
    assert isinstance(announced, dict)
    assert announced["step"] == "circular"


def test_check_04_thirty_minutes_at_two_in_the_morning_of_new_years_eve(at: Opened) -> None:
    county = at(moment(2, 16, 2))
    case = summons.dispatch(county, emergency=True).complete("sign_in")
    assert summons.due(case, "report_in")[1] == datetime(2026, 2, 16, 2, 30, tzinfo=CHINA_TIME)

    county.advance(minutes=31)
    case.complete("first_contact").complete("report_in", check_in="GPS")

    answers = case.variables["responses"]
    assert isinstance(answers, list)
    assert [one["late_report"] for one in answers if isinstance(one, dict)] == [True]


# P02


def test_check_05_five_tickets_of_one_topic_in_seven_days_raise_it_once(
    county: Caseflow,
) -> None:
    for number in range(6):
        case = county.start("hotline_ticket", business_key=f"R-{number}")
        case.complete(
            "register_ticket",
            title="噪声",
            topic="噪声",
            ticket_type="complaint",
            urgency="ordinary",
            owner_known="clear",
            handling_unit="environment",
        )
        county.advance(hours=20)

    assert len(county.cases("joint_conference")) == 1


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [("yuxi-default", end_of(10, 9, year=2025)), ("qinglong", end_of(10, 10, year=2025))],
)
def test_check_06_a_ticket_opened_before_the_national_holiday_by_calendar_and_working_days(
    at: Opened, parameters: str, expected: datetime
) -> None:
    county = at(moment(9, 26, 10, year=2025))
    case = ticket(county, parameters=parameters).complete("sign_in")
    case.complete("apply_for_return", return_wanted=False)

    assert case.task("lead_handling").due_at == expected


def test_check_07_unsatisfied_twice_opens_a_major_matter_and_keeps_the_ticket_open(
    county: Caseflow,
) -> None:
    case = ticket(county).complete("sign_in").complete("apply_for_return", return_wanted=False)
    for _ in range(2):
        case.complete("contact_person_first")
        case.complete("lead_handling", handling_result="solved", co_units=[])
        case.complete("reply", reply_text="…")
        case.complete("contact_person", reached=True, answer="unsatisfied", new_problem=False)

    (major,) = county.cases("major_matter")
    report = major.variables["report"]
    assert isinstance(report, dict)
    assert (major.view.business_key, report["parent"]) == ("R-1", "R-1")
    assert (case.state, case.waiting_at) == (CaseState.RUNNING, {"major_closed"})

    county.send("legal_route_taken", key="R-1", payload="法院")
    major.complete("inform_parties")
    case.complete("index_file", file_number="热-1", retention="ten_years")
    assert case.outcome == "closed_reviewed"


# P03, P04


def test_check_08_a_matter_self_closed_without_the_photo_after_is_not_accepted(
    county: Caseflow, repository: Path
) -> None:
    case = played(county, repository, "grid_matter", "is not accepted")

    assert case.opened.count("supply_papers") == 1


def test_check_09_a_party_that_sues_ends_people_s_mediation_and_nothing_more_is_offered(
    county: Caseflow,
) -> None:
    case = disputes.consent(disputes.dispute(county))
    disputes.into_sessions(case)

    county.send("party_sued", key=disputes.KEY)
    while case.tasks():
        case.complete(case.tasks()[0].element)

    assert case.outcome == "to_litigation"
    assert case.opened.count("offer_layer") == 1


# P05 to P08


def test_check_10_the_window_of_an_agreement_of_25_january_ends_on_24_february(
    at: Opened,
) -> None:
    county = at(moment(1, 25, 10))
    case = disputes.confirmation(county)
    assert case.task("apply_jointly").due_at == end_of(2, 24)

    county.advance_to(moment(2, 25, 9))

    assert case.outcome == "lapsed"


def test_check_11_a_month_from_31_january_ends_on_a_make_up_working_day() -> None:
    month = Limit(name="peoples_mediation", kind=CalendarKind.CM, amount=1)

    counted = due(month, moment(1, 31, 9), CHINA)

    assert counted.at == end_of(2, 28)
    assert CHINA.is_working_day(counted.last_on)


def test_check_12_a_second_police_mediation_is_blocked_on_the_eighth_working_day(
    county: Caseflow,
) -> None:
    case = disputes.administrative(county, "police").complete("check_scope", within_scope=True)
    case.complete("hold_first_mediation", mediation_agreed=False)
    assert case.task("hold_second_mediation").due_at == end_of(3, 11)

    county.advance_to(moment(3, 12, 9))

    assert case.waiting_at == {"decide_on_punishment"}


def test_check_13_a_delegated_mediation_ends_on_day_thirty_and_is_filed_in_seven_days(
    county: Caseflow,
) -> None:
    case = disputes.into_court_session(disputes.at_court(county))
    county.advance_to(end_of(4, 1))

    case.complete("record_failure")

    assert case.task("file_case").due_at == end_of(4, 9)


def test_check_14_an_agreement_about_the_ownership_of_a_house_is_not_confirmed(
    county: Caseflow,
) -> None:
    case = disputes.confirmation(county).complete("apply_jointly", both_apply=True)
    case.complete("examine_application", exclusion="rights_or_ip", papers_complete=True)

    assert case.complete("serve_and_explain").outcome == "not_accepted"


# P09


def test_check_15_a_third_death_raises_the_level_and_moves_the_investigation(
    county: Caseflow,
) -> None:
    case = emergencies.commanded(county, {**emergencies.ACCIDENT, "deaths": 2})
    assert case.variables["event_level"] == "IV"

    county.advance(days=2)
    county.send("casualties_changed", key="E-1", payload={"deaths": 3})
    case.complete("supplement_report", supplement_receipt="已收")

    levels = ("event_level", "lead_tier", "investigating_tier")
    assert [case.variables[name] for name in levels] == ["III", "city", "city"]


def test_check_16_a_report_that_is_late_at_the_second_tier_is_known_by_its_tier(
    county: Caseflow,
) -> None:
    case = emergencies.verified(county, {**emergencies.ACCIDENT, "deaths": 3})
    for minutes in (59, 121, 119):
        county.advance(minutes=minutes)
        case.complete("report_up", receipt="已收", medium="书面")

    assert case.variables["reports"] == [
        {"to": "county", "receipt": "已收", "late": False},
        {"to": "city", "receipt": "已收", "late": True},
        {"to": "province", "receipt": "已收", "late": False},
    ]


def test_check_17_an_upper_takeover_changes_the_role_and_evacuation_goes_on(
    county: Caseflow,
) -> None:
    facts = {**emergencies.ACCIDENT, "deaths": 3}
    case = emergencies.commanded(county, facts, needs_evacuation=True)

    county.send("upper_takeover", key="E-1", payload={"by": "city"})

    assert case.waiting_at == {"first_response", "evacuate", "assist_upper"}
    assert case.variables["command_role"] == "assist"


# P10 to P17


def test_check_18_from_red_to_yellow_one_clock_of_reports_changes_its_cycle(
    county: Caseflow, repository: Path
) -> None:
    case = played(county, repository, "major_matter", "then yellow with weekly ones")

    fired = [
        entry.at
        for entry in case.history
        if isinstance(entry.event, TimerFired) and entry.event.element == "report_due"
    ]
    assert fired == [moment(3, 4), moment(3, 12)]


def test_check_19_one_convener_s_signature_does_not_issue_the_minutes(
    county: Caseflow, repository: Path
) -> None:
    case = played(county, repository, "joint_conference", "does not issue the minutes")

    assert (case.opened.count("draft_minutes"), len(sent(case, "conference_minutes"))) == (2, 1)


def test_check_20_a_family_struck_on_a_sunday_is_visited_within_24_hours(at: Opened) -> None:
    county = at(moment(3, 8, 15))
    case = county.start(
        "home_visit", household="3-2-501", category="major_change", risk="low", visits_done=0
    )

    assert case.task("visit_home").due_at == moment(3, 9, 15)


def test_check_21_seventy_percent_take_part_and_74_percent_of_them_are_not_enough(
    county: Caseflow, repository: Path
) -> None:
    case = played(county, repository, "deliberation", "is not enough")

    assert case.variables["vote"] == {"is_quorate": True, "is_passed": False}


def test_check_22_a_fatal_accident_allows_two_stars_with_95_points(
    county: Caseflow, repository: Path
) -> None:
    case = played(county, repository, "property_rating", "two stars")

    assert case.variables["rating"] == {"stars": 2, "card": "none"}


def test_check_23_nobody_graduates_without_registration(
    county: Caseflow, repository: Path
) -> None:
    case = played(county, repository, "incubation", "after one extension")

    assert case.opened.count("assess_final") == 2


def test_check_24_ten_days_of_appraisal_shift_all_later_steps_by_ten_days(
    county: Caseflow, repository: Path
) -> None:
    case = played(county, repository, "supervision", "by an appraisal")

    assert case.variables["due_at"] == moment(3, 22, 9)


def test_check_25_a_date_in_an_unpublished_year_is_provisional_until_counted_again() -> None:
    limit = Limit(name="report_in", kind=CalendarKind.WD, amount=5)
    before = due(limit, moment(12, 31, 9), CHINA)
    published = CHINA.publish(2027, rest_on=[date(2027, 1, 1), date(2027, 1, 4)], work_on=[])

    again = recompute(before, published)

    assert (again.before.is_provisional, again.after.is_provisional) == (True, False)
    assert again.has_moved
    assert (again.before.at, again.after.at) == (before.at, count(before.deadline, published).at)


@pytest.mark.long  # every day, test_traffic_fines compares the same replay case by case
def test_check_26_the_sixty_days_of_4635_fines_are_reproduced(shared_data: Path) -> None:
    assert len(fines.replay(shared_data / fines.LOG).penalties) == 4635
