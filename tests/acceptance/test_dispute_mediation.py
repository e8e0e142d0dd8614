"""Dispute mediation, walked on a virtual clock: every end state, every exit, every limit."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from caseflow.kernel import CaseState, MessageSent
from caseflow.testing import Caseflow, RunningCase

CHINA_TIME = ZoneInfo("Asia/Shanghai")
KEY = "2026-0017"
DEFAULT = "yuxi-default"


def moment(month: int, day: int, hour: int = 0, *, year: int = 2026) -> datetime:
    """Return a moment in China; tests begin on Monday 2 March 2026 at 9:00."""
    return datetime(year, month, day, hour, tzinfo=CHINA_TIME)


def end_of(month: int, day: int, *, year: int = 2026) -> datetime:
    """Return 24:00 of a day, when a limit of days ends."""
    return datetime.fromordinal(
        datetime(year, month, day, tzinfo=CHINA_TIME).toordinal() + 1
    ).replace(tzinfo=CHINA_TIME)


MONDAY = moment(3, 2, 9)
INSTALMENTS: list[dict[str, object]] = [
    {"what": "首期 first", "due_at": moment(3, 31)},
    {"what": "末期 last", "due_at": moment(4, 15)},
]


@pytest.fixture(scope="module")
def deployed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the processes deployed, which every test copies."""
    database = tmp_path_factory.mktemp("dispute_mediation") / "deployed.db"
    made = Caseflow(target=f"sqlite:///{database}")
    made.deploy(repository / "processes" / "dispute_mediation")
    made.close()
    return database


@pytest.fixture
def office(deployed: Path, tmp_path: Path) -> Iterator[Callable[[datetime], Caseflow]]:
    """Open the processes at the moment that a test wants."""
    made: list[Caseflow] = []

    def opened(now: datetime) -> Caseflow:
        database = shutil.copy(deployed, tmp_path / "cases.db")
        made.append(Caseflow(now=now, target=f"sqlite:///{database}"))
        return made[-1]

    yield opened
    for one in made:
        one.close()


@pytest.fixture
def town(office: Callable[[datetime], Caseflow]) -> Caseflow:
    return office(MONDAY)


def begin(
    town: Caseflow, process: str, facts: dict[str, object], *, parameters: str = DEFAULT
) -> RunningCase:
    with town.engine.begin(actor="test") as work:
        case = work.start(process, business_key=KEY, parameters=parameters, variables=facts)
    town.engine.run_due()
    return RunningCase(town, case.id)


def dispute(town: Caseflow, kind: str = "neighbour", **facts: object) -> RunningCase:
    """Register and screen a dispute."""
    return begin(town, "dispute_mediation", {"kind": kind}).complete("screen", **facts)


def consent(case: RunningCase) -> RunningCase:
    """Offer the next layer; both parties accept it."""
    return case.complete("offer_layer").complete("answer_offer", both_consent=True)


def refuse(case: RunningCase) -> RunningCase:
    """Offer the next layer; a party refuses it."""
    return case.complete("offer_layer").complete("answer_offer", both_consent=False)


def into_sessions(case: RunningCase) -> RunningCase:
    """Accept the matter in people's mediation, up to the first session."""
    case.complete("decide_acceptance", accepted=True).complete("appoint_mediator")
    return case.complete("tell_rights").complete("inquire")


def agree_among_people(case: RunningCase, **facts: object) -> RunningCase:
    """Reach a written agreement in people's mediation."""
    into_sessions(case).complete("hold_session", session_result="agreed")
    return case.complete("sign_agreement", signed=True, **facts).complete("issue_papers")


def peoples(town: Caseflow, *, parameters: str = DEFAULT, **facts: object) -> RunningCase:
    start: dict[str, object] = {"handling_unit": "", "both_consent": True, "major": False, **facts}
    return begin(town, "peoples_mediation", start, parameters=parameters)


def administrative(
    town: Caseflow, variant: str, *, parameters: str = DEFAULT, **facts: object
) -> RunningCase:
    start: dict[str, object] = {
        "handling_unit": "",
        "variant": f"administrative_{variant}",
        "both_consent": True,
        "after_peoples_mediation": False,
        "application_counts_from": town.clock.now(),
        **facts,
    }
    return begin(town, "administrative_mediation", start, parameters=parameters)


def into_meeting(case: RunningCase, **facts: object) -> RunningCase:
    """Accept a matter in administrative mediation, up to the first meeting."""
    case.complete("check_power", power="own").complete("decide_acceptance", accepted=True, **facts)
    return case.complete("invite")


def at_court(town: Caseflow, **facts: object) -> RunningCase:
    start: dict[str, object] = {
        "handling_unit": "",
        "stage": "before_filing",
        "procedure": "ordinary",
        "both_consent": True,
        **facts,
    }
    return begin(town, "judicial_mediation", start).complete("screen_case", suits_mediation=True)


def into_court_session(case: RunningCase) -> RunningCase:
    return case.complete("choose_mediator").complete("accept_commission", commission_accepted=True)


def confirmation(town: Caseflow) -> RunningCase:
    start: dict[str, object] = {"handling_unit": "", "agreement_effective_at": town.clock.now()}
    return begin(town, "judicial_confirmation", start)


def into_review(case: RunningCase) -> RunningCase:
    """File the application and have it accepted."""
    case.complete("apply_jointly", both_apply=True)
    return case.complete("examine_application", papers_complete=True)


def follow_up(town: Caseflow, **facts: object) -> RunningCase:
    start: dict[str, object] = {
        "handling_unit": "",
        "court_unit": "",
        "perform_mode": "later",
        "instalments": INSTALMENTS,
        "agreement_effective_at": town.clock.now(),
        "may_be_confirmed": False,
        "is_enforceable": False,
        **facts,
    }
    return begin(town, "agreement_follow_up", start)


def watch(town: Caseflow, case: RunningCase, *, performed: bool) -> RunningCase:
    """Let both instalments fall due and both revisits take place."""
    for day in (moment(4, 1), moment(4, 16)):
        town.advance_to(day)
        case.complete("check_instalment", performed=performed)
        if not performed:
            case.complete("tell_remedies")
        case.complete("call_on_parties", revisit_result="kept")
    return case


def due_of(case: RunningCase, element: str) -> datetime | None:
    return case.task(element).due_at


def timers_of(case: RunningCase) -> list[datetime]:
    return [timer.due_at for timer in case.view.timers]


def ended(case: RunningCase) -> tuple[CaseState, str]:
    return case.state, case.outcome


# 大调解联动 The linkage


@pytest.mark.parametrize(
    ("kind", "layers", "last_route"),
    [
        ("neighbour", ["peoples_village", "peoples_town", "judicial_before_filing"], "litigation"),
        (
            "property",
            ["peoples_industry", "administrative_general", "judicial_before_filing"],
            "litigation",
        ),
        ("labour", ["administrative_labour"], "arbitration"),
        ("public_security", ["administrative_police", "peoples_station"], "litigation"),
        ("traffic", ["peoples_industry", "administrative_traffic"], "litigation"),
        ("land", ["peoples_village", "peoples_town"], "arbitration"),
        ("medical", ["peoples_industry", "administrative_general"], "litigation"),
    ],
)
def test_every_kind_of_dispute_is_offered_its_layers_and_then_its_legal_route(
    town: Caseflow, kind: str, layers: list[str], last_route: str
) -> None:
    case = dispute(town, kind)

    offered = []
    while "offer_layer" in case.waiting_at:
        offered.append(case.variables["layer"])
        refuse(case)
    case.complete("inform_last_route").complete("archive_file")

    assert offered == layers
    assert ended(case) == (CaseState.COMPLETED, f"to_{last_route}")


def test_parties_to_an_accident_may_choose_the_traffic_police_first(town: Caseflow) -> None:
    case = dispute(town, "traffic", traffic_police_first=True)

    assert case.variables["layers"] == ["administrative_traffic", "peoples_industry"]


@pytest.mark.parametrize(
    "fact",
    [
        "administrative_dispute",
        "special_organ_only",
        "already_handled",
        "unfinished_litigation",
        "refuses_all_mediation",
    ],
)
def test_a_matter_unfit_for_mediation_is_told_its_legal_route(town: Caseflow, fact: str) -> None:
    case = dispute(town, "neighbour", **{fact: True})

    case.complete("explain_legal_route")

    assert ended(case) == (CaseState.COMPLETED, "not_admissible")


def test_a_crime_is_handed_to_the_police(town: Caseflow) -> None:
    case = dispute(town, crime_or_punishable=True)

    case.complete("hand_to_police")

    assert ended(case) == (CaseState.COMPLETED, "police_case")


def test_a_minor_offence_may_be_mediated(town: Caseflow) -> None:
    case = dispute(town, "public_security", crime_or_punishable=True, minor_case=True)

    assert case.waiting_at == {"offer_layer"}


def test_silence_for_seven_days_refuses_a_layer_and_the_next_one_is_offered(
    town: Caseflow,
) -> None:
    case = dispute(town).complete("offer_layer")
    assert due_of(case, "answer_offer") == end_of(3, 9)

    town.advance_to(end_of(3, 9))

    assert case.waiting_at == {"offer_layer"}
    assert case.variables["layer"] == "peoples_town"


def test_an_agreement_that_is_performed_settles_the_dispute(town: Caseflow) -> None:
    case = agree_among_people(consent(dispute(town)), instalments=INSTALMENTS)
    case.complete("confirm_plan").complete("apply_jointly", both_apply=False)

    watch(town, case, performed=True).complete("final_revisit").complete("archive_file")

    assert ended(case) == (CaseState.COMPLETED, "settled_performed")


def test_an_agreement_performed_at_once_needs_only_a_revisit(town: Caseflow) -> None:
    case = into_sessions(consent(dispute(town)))
    case.complete("hold_session", session_result="agreed", perform_mode="instant")
    case.complete("record_oral", recorded=True).complete("issue_papers")

    case.complete("final_revisit").complete("archive_file")

    assert ended(case) == (CaseState.COMPLETED, "settled_performed")


def test_a_confirmed_and_performed_agreement_settles_the_dispute(town: Caseflow) -> None:
    case = agree_among_people(consent(dispute(town)), instalments=INSTALMENTS)
    into_review(case.complete("confirm_plan")).complete("hear_parties", both_came=True)
    case.complete("decide", ruling="valid").complete("serve_and_explain")

    watch(town, case, performed=True).complete("final_revisit").complete("archive_file")

    assert ended(case) == (CaseState.COMPLETED, "settled_confirmed")


def test_a_confirmed_agreement_that_is_not_kept_is_settled_by_enforcement(town: Caseflow) -> None:
    case = agree_among_people(consent(dispute(town)), instalments=INSTALMENTS)
    into_review(case.complete("confirm_plan")).complete("hear_parties", both_came=True)
    case.complete("decide", ruling="valid").complete("serve_and_explain")
    watch(town, case, performed=False)

    case.complete("apply_for_enforcement", enforcement_applied=True)
    case.complete("final_revisit").complete("archive_file")

    assert ended(case) == (CaseState.COMPLETED, "settled_enforced")


def test_an_unconfirmed_agreement_that_is_not_kept_goes_to_court(town: Caseflow) -> None:
    case = agree_among_people(consent(dispute(town)), instalments=INSTALMENTS)
    case.complete("confirm_plan").complete("apply_jointly", both_apply=False)
    watch(town, case, performed=False).complete("final_revisit")

    case.complete("inform_last_route").complete("archive_file")

    assert ended(case) == (CaseState.COMPLETED, "to_litigation")


def test_after_a_dismissed_confirmation_the_next_layer_is_offered(town: Caseflow) -> None:
    case = agree_among_people(consent(dispute(town)), instalments=INSTALMENTS)
    into_review(case.complete("confirm_plan")).complete("hear_parties", both_came=True)
    case.complete("decide", ruling="dismissed").complete("serve_and_explain")

    case.complete("choose_after_dismissal", keeps_agreement=False)

    assert case.waiting_at == {"offer_layer"}
    assert case.variables["layer"] == "peoples_town"


def test_the_tasks_of_a_layer_go_to_the_unit_that_mediates(town: Caseflow) -> None:
    case = dispute(town, court_unit="county-court")
    case.complete("offer_layer", handling_unit="village-3")
    case.complete("answer_offer", both_consent=True)
    committee = case.task("decide_acceptance").unit

    agree_among_people(case, instalments=INSTALMENTS).complete("confirm_plan")

    assert committee == "village-3"
    assert case.task("apply_jointly").unit == "county-court"


def test_a_layer_that_a_party_refuses_to_go_on_with_is_followed_by_the_next(
    town: Caseflow,
) -> None:
    case = into_sessions(consent(dispute(town)))

    town.send("party_refused", key=KEY)
    case.complete("terminate_mediation", exit_reason="refused")

    assert case.waiting_at == {"offer_layer"}
    assert case.variables["layer_result"] == ""
    assert case.variables["layer"] == "peoples_town"


@pytest.mark.parametrize(
    ("message", "closing", "outcome"),
    [
        ("party_sued", "close_for_suit", "to_litigation"),
        ("arbitration_filed", "close_for_arbitration", "to_arbitration"),
        ("party_withdrew", "close_for_withdrawal", "withdrawn"),
    ],
)
@pytest.mark.parametrize(
    "reach",
    [
        pytest.param(lambda case: case, id="offered"),
        pytest.param(lambda case: into_sessions(consent(case)), id="in-people's-mediation"),
        pytest.param(
            lambda case: agree_among_people(consent(case), instalments=INSTALMENTS),
            id="in-follow-up",
        ),
    ],
)
def test_a_party_may_leave_at_any_time_and_nothing_more_is_offered(
    town: Caseflow,
    reach: Callable[[RunningCase], RunningCase],
    message: str,
    closing: str,
    outcome: str,
) -> None:
    case = reach(dispute(town))
    before = case.opened

    town.send(message, key=KEY)
    case.complete(closing)

    assert case.opened == [*before, closing]
    assert ended(case) == (CaseState.COMPLETED, outcome)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("sued", "to_litigation"), ("arbitration", "to_arbitration"), ("withdrew", "withdrawn")],
)
def test_an_exit_that_the_mediator_records_ends_the_whole_dispute(
    town: Caseflow, reason: str, outcome: str
) -> None:
    case = into_sessions(consent(dispute(town)))

    town.send("party_refused", key=KEY)
    case.complete("terminate_mediation", exit_reason=reason).complete("archive_file")

    assert ended(case) == (CaseState.COMPLETED, outcome)


def test_violence_is_reported_within_the_hour_while_mediation_goes_on(town: Caseflow) -> None:
    case = into_sessions(consent(dispute(town)))

    town.send("risk_up", key=KEY, payload={"violence": True, "risk_colour": "red"})

    assert case.waiting_at == {"hold_session", "report_to_police"}
    assert due_of(case, "report_to_police") == moment(3, 2, 10)
    case.complete("report_to_police").complete("register_major_matter")
    assert case.waiting_at == {"hold_session"}


def test_a_red_dispute_is_reported_as_a_major_matter_from_the_beginning(town: Caseflow) -> None:
    case = dispute(town, risk_colour="red")

    case.complete("register_major_matter")

    reported = [one.event for one in case.history if isinstance(one.event, MessageSent)]
    assert [(one.name, one.payload) for one in reported] == [
        (
            "major_matter_reported",
            {"dispute": KEY, "kind": "neighbour", "risk_colour": "red", "violence": False},
        )
    ]
    assert case.waiting_at == {"offer_layer"}


def test_after_ninety_days_the_case_is_reviewed_and_not_closed(town: Caseflow) -> None:
    case = dispute(town)

    # 31 May is a Sunday, so the last day moves to Monday, 1 June.
    town.advance_to(moment(6, 1, 23))
    assert case.waiting_at == {"offer_layer"}
    town.advance_to(end_of(6, 1))

    assert case.waiting_at == {"offer_layer", "review_case"}
    assert case.complete("review_case").state is CaseState.RUNNING


def test_a_police_decision_ends_the_dispute_as_a_police_case(town: Caseflow) -> None:
    case = consent(dispute(town, "public_security"))
    case.complete("check_scope", within_scope=False)

    case.complete("decide_on_punishment", punishment_opened=True).complete("hand_to_police")

    assert ended(case) == (CaseState.COMPLETED, "police_case")


def test_a_police_agreement_that_is_not_kept_goes_back_to_the_police(town: Caseflow) -> None:
    case = consent(dispute(town, "public_security")).complete("check_scope", within_scope=True)
    case.complete("hold_first_mediation", mediation_agreed=True)
    case.complete("sign_police_agreement", signed=True, instalments=INSTALMENTS)
    case.complete("confirm_plan").complete("apply_jointly", both_apply=False)

    watch(town, case, performed=False).complete("final_revisit").complete("hand_to_police")

    assert ended(case) == (CaseState.COMPLETED, "police_case")


def test_failed_labour_mediation_leads_to_arbitration(town: Caseflow) -> None:
    case = into_meeting(consent(dispute(town, "labour")))
    case.complete("hold_session", session_result="failed").complete("issue_papers")

    case.complete("inform_last_route").complete("archive_file")

    assert ended(case) == (CaseState.COMPLETED, "to_arbitration")


def test_the_last_layer_at_court_leads_to_trial(town: Caseflow) -> None:
    case = consent(refuse(refuse(dispute(town)))).complete("screen_case", suits_mediation=True)
    into_court_session(case).complete("hold_session", session_result="failed")
    case.complete("record_failure").complete("file_case", filed=True)

    case.complete("consider_entrusting", entrusts=False).complete("archive_file")

    assert ended(case) == (CaseState.COMPLETED, "to_litigation")


def test_a_mediation_letter_is_enforced_without_confirmation(town: Caseflow) -> None:
    case = consent(refuse(refuse(dispute(town)))).complete("screen_case", suits_mediation=False)
    case.complete("file_case", filed=True).complete("consider_entrusting", entrusts=True)
    case.complete("answer_court", both_consent=True)
    into_court_session(case).complete(
        "hold_session", session_result="agreed", instalments=INSTALMENTS
    )
    case.complete("review_agreement", court_document="mediation_letter")
    case.complete("serve_document", signed_for_by_both=True).complete("confirm_plan")
    assert "apply_jointly" not in case.waiting_at

    watch(town, case, performed=False)
    case.complete("apply_for_enforcement", enforcement_applied=True)
    case.complete("final_revisit").complete("archive_file")

    assert ended(case) == (CaseState.COMPLETED, "settled_enforced")


# 协议跟进 What follows an agreement


def test_an_overdue_instalment_is_urged_after_three_days_and_ends_with_remedies_after_ten(
    town: Caseflow,
) -> None:
    case = follow_up(town, instalments=INSTALMENTS[:1]).complete("confirm_plan")
    town.advance_to(moment(3, 31))
    assert "check_instalment" in case.waiting_at

    town.advance_to(end_of(4, 3))
    assert {"check_instalment", "urge"} <= case.waiting_at
    town.advance_to(end_of(4, 10))

    assert "check_instalment" not in case.waiting_at
    assert {"urge", "tell_remedies"} <= case.waiting_at
    case.complete("urge").complete("tell_remedies")
    assert case.waiting_at == {"call_on_parties"}


def test_one_missed_instalment_is_a_default(town: Caseflow) -> None:
    case = follow_up(town).complete("confirm_plan")
    town.advance_to(moment(4, 1))
    case.complete("check_instalment", performed=True).complete("call_on_parties")
    town.advance_to(moment(4, 16))
    case.complete("check_instalment", performed=False).complete("tell_remedies")
    case.complete("call_on_parties")

    case.complete("final_revisit")

    assert case.variables["performances"] == [True, False]
    assert ended(case) == (CaseState.COMPLETED, "defaulted")


def test_parties_are_revisited_after_seven_and_thirty_days(town: Caseflow) -> None:
    case = follow_up(town).complete("confirm_plan")

    town.advance_to(end_of(3, 9))
    assert due_of(case, "call_on_parties") == end_of(3, 13)
    case.complete("call_on_parties", revisit_result="kept")
    town.advance_to(end_of(3, 31))
    assert case.tasks("call_on_parties") == ()
    town.advance_to(end_of(4, 1))

    assert len(case.tasks("call_on_parties")) == 1


def test_enforcement_lapses_after_two_years_and_the_agreement_stays_confirmed(
    town: Caseflow,
) -> None:
    case = follow_up(town, is_enforceable=True).complete("confirm_plan")
    watch(town, case, performed=False)
    assert due_of(case, "apply_for_enforcement") == end_of(4, 17, year=2028)

    town.advance_to(end_of(4, 17, year=2028))
    case.complete("final_revisit")

    assert ended(case) == (CaseState.COMPLETED, "settled_confirmed")


def test_parties_may_keep_an_agreement_that_the_court_did_not_confirm(town: Caseflow) -> None:
    case = follow_up(town, may_be_confirmed=True).complete("confirm_plan")
    into_review(case).complete("hear_parties", both_came=True)
    case.complete("decide", ruling="dismissed").complete("serve_and_explain")

    case.complete("choose_after_dismissal", keeps_agreement=True)
    watch(town, case, performed=True).complete("final_revisit")

    assert ended(case) == (CaseState.COMPLETED, "settled_performed")


def test_giving_up_a_dismissed_agreement_stops_the_watch(town: Caseflow) -> None:
    case = follow_up(town, may_be_confirmed=True).complete("confirm_plan")
    into_review(case).complete("hear_parties", both_came=True)
    case.complete("decide", ruling="dismissed").complete("serve_and_explain")

    case.complete("choose_after_dismissal", keeps_agreement=False)

    assert ended(case) == (CaseState.COMPLETED, "remediate")
    assert timers_of(case) == []


# 人民调解 People's mediation


def test_people_decide_on_acceptance_within_three_working_days(town: Caseflow) -> None:
    case = peoples(town)

    assert due_of(case, "decide_acceptance") == end_of(3, 5)


def test_a_matter_that_people_do_not_accept_ends_with_papers(town: Caseflow) -> None:
    case = peoples(town).complete("decide_acceptance", accepted=False)

    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "not_accepted")


def test_the_other_side_is_asked_twice_and_then_counts_as_refusing(town: Caseflow) -> None:
    case = peoples(town, both_consent=False).complete("decide_acceptance", accepted=True)
    assert due_of(case, "answer_request") == end_of(3, 5)

    town.advance_to(end_of(3, 5))
    assert case.waiting_at == {"answer_request"}
    town.advance_to(end_of(3, 11))
    case.complete("issue_papers")

    assert case.opened.count("answer_request") == 2
    assert ended(case) == (CaseState.COMPLETED, "terminated_refused")


def test_the_other_side_may_refuse(town: Caseflow) -> None:
    case = peoples(town, both_consent=False).complete("decide_acceptance", accepted=True)

    case.complete("answer_request", other_side_consents=False).complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_refused")


def test_the_other_side_may_consent_when_asked_again(town: Caseflow) -> None:
    case = peoples(town, both_consent=False).complete("decide_acceptance", accepted=True)
    town.advance_to(end_of(3, 5))

    case.complete("answer_request", other_side_consents=True)

    assert case.waiting_at == {"appoint_mediator"}


def test_a_mediator_with_a_conflict_of_interest_is_replaced_however_often(town: Caseflow) -> None:
    case = peoples(town).complete("decide_acceptance", accepted=True)

    for _ in range(3):
        case.complete("appoint_mediator").complete("tell_rights", conflict_of_interest=True)
    case.complete("appoint_mediator").complete("tell_rights")

    assert case.waiting_at == {"inquire"}


def test_a_party_may_object_to_the_mediator_once(town: Caseflow) -> None:
    case = peoples(town).complete("decide_acceptance", accepted=True)
    case.complete("appoint_mediator").complete("tell_rights", mediator_fits=False)
    assert due_of(case, "appoint_mediator") == end_of(3, 3)

    case.complete("appoint_mediator").complete("tell_rights", mediator_fits=False)
    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_refused")


def test_sessions_are_three_days_apart_and_at_most_three(town: Caseflow) -> None:
    case = into_sessions(peoples(town))

    case.complete("hold_session", session_result="again")
    town.advance_to(moment(3, 5, 23))
    assert case.waiting_at == {"session_gap"}
    town.advance_to(end_of(3, 5))
    case.complete("hold_session", session_result="again")
    town.advance_to(end_of(3, 9))
    case.complete("hold_session", session_result="again").complete("issue_papers")

    assert case.opened.count("hold_session") == 3
    assert ended(case) == (CaseState.COMPLETED, "terminated_failed")


def test_the_mediator_may_find_that_there_will_be_no_agreement(town: Caseflow) -> None:
    case = into_sessions(peoples(town))

    case.complete("hold_session", session_result="failed").complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_failed")


def test_what_is_agreed_in_part_is_recorded_and_the_rest_goes_on(town: Caseflow) -> None:
    case = into_sessions(peoples(town))
    case.complete("hold_session", session_result="partial", agreed_items=2)

    case.complete("record_part")

    assert case.waiting_at == {"session_gap"}


@pytest.mark.parametrize(
    ("started", "ends"),
    [
        pytest.param(MONDAY, end_of(4, 2), id="2-March"),
        pytest.param(moment(1, 31, 9), end_of(2, 28), id="31-January-ends-with-February"),
    ],
)
def test_people_mediate_for_one_month(
    office: Callable[[datetime], Caseflow], started: datetime, ends: datetime
) -> None:
    town = office(started)
    case = into_sessions(peoples(town))

    assert timers_of(case) == [ends]
    town.advance_to(ends)

    assert case.waiting_at == {"agree_extension"}


def test_in_shenzhen_people_mediate_for_thirty_days(town: Caseflow) -> None:
    case = into_sessions(peoples(town, parameters="shenzhen"))

    assert timers_of(case) == [end_of(4, 1)]


def test_both_parties_may_extend_people_s_mediation_once_by_thirty_days(town: Caseflow) -> None:
    case = into_sessions(peoples(town))
    town.advance_to(end_of(4, 2))
    case.complete("agree_extension", extension_agreed=True)
    assert case.waiting_at == {"hold_session"}

    # 2 May lies in the holidays that end on the 5th.
    town.advance_to(moment(5, 6, 23))
    assert case.waiting_at == {"hold_session"}
    town.advance_to(end_of(5, 6))
    case.complete("issue_papers")

    assert case.opened.count("agree_extension") == 1
    assert ended(case) == (CaseState.COMPLETED, "terminated_expired")


@pytest.mark.parametrize("is_silent", [False, True])
def test_without_an_extension_people_s_mediation_ends_at_its_limit(
    town: Caseflow, *, is_silent: bool
) -> None:
    case = into_sessions(peoples(town))
    town.advance_to(end_of(4, 2))

    if is_silent:
        town.advance_to(end_of(4, 10))
    else:
        case.complete("agree_extension", extension_agreed=False)
    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_expired")


@pytest.mark.parametrize(
    ("is_major", "session"),
    [
        pytest.param(True, {"perform_mode": "instant"}, id="major"),
        pytest.param(False, {"perform_mode": "instant", "written_asked": True}, id="asked-for"),
        pytest.param(False, {"perform_mode": "later"}, id="performed-later"),
    ],
)
def test_an_agreement_must_be_written_if_major_asked_for_or_performed_later(
    town: Caseflow, session: dict[str, object], *, is_major: bool
) -> None:
    case = into_sessions(peoples(town, major=is_major))

    case.complete("hold_session", session_result="agreed", **session)
    case.complete("sign_agreement", signed=True).complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "agreed_written")


def test_an_agreement_performed_at_once_may_be_oral(town: Caseflow) -> None:
    case = into_sessions(peoples(town))

    case.complete("hold_session", session_result="agreed", perform_mode="instant")
    case.complete("record_oral", recorded=True).complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "agreed_oral")


def test_an_agreement_that_nobody_signs_in_time_is_none(town: Caseflow) -> None:
    case = into_sessions(peoples(town)).complete("hold_session", session_result="agreed")

    town.advance_to(end_of(3, 9))
    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_failed")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("party_refused", "refused"),
        ("party_sued", "sued"),
        ("arbitration_filed", "arbitration"),
        ("party_withdrew", "withdrew"),
    ],
)
def test_people_s_mediation_stops_when_a_party_leaves(
    town: Caseflow, message: str, reason: str
) -> None:
    case = into_sessions(peoples(town))

    town.send(message, key=KEY)
    case.complete("terminate_mediation", exit_reason=reason)

    assert ended(case) == (CaseState.COMPLETED, "terminated_refused")


def test_signs_of_escalation_are_reported_while_people_go_on(town: Caseflow) -> None:
    case = into_sessions(peoples(town))

    town.send("escalation_sign", key=KEY)
    town.send("escalation_sign", key=KEY)

    assert [task.due_at for task in case.tasks("prevent_and_report")] == [moment(3, 2, 10)] * 2
    case.complete("prevent_and_report").complete("prevent_and_report")
    assert case.waiting_at == {"hold_session"}


# 行政调解 Administrative mediation


@pytest.mark.parametrize(
    ("variant", "role"),
    [("general", "dept_handler"), ("traffic", "station_police"), ("labour", "mediator")],
)
def test_the_variant_decides_who_mediates(town: Caseflow, variant: str, role: str) -> None:
    case = administrative(town, variant)

    assert case.task("check_power").roles == (role,)


def test_a_matter_of_another_organ_is_referred_within_three_working_days(town: Caseflow) -> None:
    case = administrative(town, "general").complete("check_power", power="other")
    assert due_of(case, "refer_matter") == end_of(3, 5)

    case.complete("refer_matter").complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "not_accepted")


def test_a_shared_matter_stays_where_the_superior_designates_it(town: Caseflow) -> None:
    case = administrative(town, "general").complete("check_power", power="shared")

    case.complete("refer_matter", designated_here=True)

    assert case.waiting_at == {"decide_acceptance"}


@pytest.mark.parametrize(("is_complex", "ends"), [(False, end_of(3, 9)), (True, end_of(3, 16))])
def test_acceptance_takes_five_working_days_and_ten_for_a_complex_matter(
    town: Caseflow, ends: datetime, *, is_complex: bool
) -> None:
    case = administrative(town, "general")

    case.complete("check_power", power="own", is_complex=is_complex)

    assert due_of(case, "decide_acceptance") == ends


def test_a_matter_that_the_department_does_not_accept_ends_with_papers(town: Caseflow) -> None:
    case = administrative(town, "general").complete("check_power", power="own")

    case.complete("decide_acceptance", accepted=False).complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "not_accepted")


def test_the_department_needs_the_consent_of_both(town: Caseflow) -> None:
    case = administrative(town, "general", both_consent=False).complete("check_power", power="own")

    case.complete("answer_request", both_consent=False)
    case.complete("decide_acceptance", accepted=False).complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_refused")


def test_silence_to_the_department_counts_as_refusal(town: Caseflow) -> None:
    case = administrative(town, "general", both_consent=False).complete("check_power", power="own")

    town.advance_to(end_of(3, 9))
    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_refused")


def test_a_clear_small_matter_is_mediated_on_the_spot(town: Caseflow) -> None:
    case = administrative(town, "general").complete("check_power", power="own")

    case.complete("decide_acceptance", accepted=True, clear=True, small=True, both_present=True)
    case.complete("hold_session", session_result="agreed")
    case.complete("sign_agreement", signed=True, in_writing=False, perform_mode="instant")
    case.complete("issue_papers")

    assert "invite" not in case.opened
    assert ended(case) == (CaseState.COMPLETED, "agreed_oral")


def test_a_written_agreement_ends_administrative_mediation(town: Caseflow) -> None:
    case = into_meeting(administrative(town, "general"))

    case.complete("hold_session", session_result="again").complete("invite")
    case.complete("hold_session", session_result="agreed")
    case.complete("sign_agreement", signed=True, instalments=INSTALMENTS).complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "agreed_written")


def test_an_administrative_agreement_that_nobody_signs_is_none(town: Caseflow) -> None:
    case = into_meeting(administrative(town, "general"))
    case.complete("hold_session", session_result="agreed")

    town.advance_to(end_of(3, 9))
    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_failed")


@pytest.mark.parametrize(
    ("parameters", "first", "second"),
    [
        pytest.param(DEFAULT, end_of(4, 1), end_of(4, 16), id="30+15-days"),
        pytest.param("earlier-municipal", end_of(3, 30), end_of(4, 14), id="20+10-working-days"),
    ],
)
def test_administrative_mediation_may_be_extended_once_by_consent(
    town: Caseflow, parameters: str, first: datetime, second: datetime
) -> None:
    case = into_meeting(administrative(town, "general", parameters=parameters))

    town.advance_to(first)
    case.complete("agree_extension", extension_agreed=True).complete("invite")
    assert timers_of(case) == [second]
    town.advance_to(second)
    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_expired")


@pytest.mark.parametrize("is_silent", [False, True])
def test_without_consent_administrative_mediation_is_not_extended(
    town: Caseflow, *, is_silent: bool
) -> None:
    case = into_meeting(administrative(town, "general"))
    town.advance_to(end_of(4, 1))

    if is_silent:
        town.advance_to(end_of(4, 9))
    else:
        case.complete("agree_extension", extension_agreed=False)
    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_expired")


def test_ten_days_of_appraisal_move_the_limit_by_ten_days(town: Caseflow) -> None:
    case = into_meeting(administrative(town, "general"))
    town.advance_to(moment(3, 10, 15))
    case.complete("hold_session", session_result="appraisal")
    assert timers_of(case) == []

    town.advance_to(moment(3, 20, 11))
    case.complete("await_appraisal")

    assert timers_of(case) == [end_of(4, 11)]


def test_labour_mediation_ends_fifteen_days_after_receipt_without_extension(
    town: Caseflow,
) -> None:
    case = administrative(town, "labour")
    town.advance_to(moment(3, 4, 9))
    into_meeting(case)

    town.advance_to(end_of(3, 17))
    case.complete("issue_papers")

    assert "agree_extension" not in case.opened
    assert ended(case) == (CaseState.COMPLETED, "terminated_expired")


@pytest.mark.parametrize(
    ("after_peoples", "ends"),
    [
        pytest.param(False, end_of(3, 16), id="10-working-days"),
        pytest.param(True, end_of(3, 5), id="3-working-days-after-people's-mediation"),
    ],
)
def test_parties_to_an_accident_apply_in_time_or_not_at_all(
    town: Caseflow, ends: datetime, *, after_peoples: bool
) -> None:
    case = administrative(town, "traffic", after_peoples_mediation=after_peoples)
    case.complete("check_power", power="own")
    assert due_of(case, "apply_jointly") == ends

    town.advance_to(ends)
    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "not_accepted")


def test_traffic_mediation_begins_after_notice_and_ends_ten_working_days_after_its_start(
    town: Caseflow,
) -> None:
    case = administrative(town, "traffic").complete("check_power", power="own")
    case.complete("apply_jointly", applied=True)
    case.complete("decide_acceptance", accepted=True, starts_at=moment(3, 4)).complete("invite")
    assert case.waiting_at == {"notice_time"}

    town.advance_to(end_of(3, 5))
    assert case.waiting_at == {"hold_session"}
    town.advance_to(end_of(3, 18))
    case.complete("issue_papers")

    assert ended(case) == (CaseState.COMPLETED, "terminated_expired")


@pytest.mark.parametrize(
    "message", ["party_refused", "party_sued", "arbitration_filed", "party_withdrew"]
)
def test_administrative_mediation_stops_when_a_party_leaves(town: Caseflow, message: str) -> None:
    case = into_meeting(administrative(town, "general"))

    town.send(message, key=KEY)
    case.complete("terminate_mediation", exit_reason="refused")

    assert ended(case) == (CaseState.COMPLETED, "terminated_refused")


# 治安调解 Police mediation


def test_a_police_agreement_is_signed(town: Caseflow) -> None:
    case = administrative(town, "police").complete("check_scope", within_scope=True)

    case.complete("hold_first_mediation", mediation_agreed=True)
    case.complete("sign_police_agreement", signed=True, instalments=INSTALMENTS)

    assert ended(case) == (CaseState.COMPLETED, "agreed_written")


def test_a_second_police_mediation_may_succeed_within_seven_working_days(town: Caseflow) -> None:
    case = administrative(town, "police").complete("check_scope", within_scope=True)
    case.complete("hold_first_mediation", mediation_agreed=False)
    assert due_of(case, "hold_second_mediation") == end_of(3, 11)

    town.advance_to(moment(3, 11, 23))
    case.complete("hold_second_mediation", mediation_agreed=True)

    assert case.waiting_at == {"sign_police_agreement"}


def test_a_second_police_mediation_is_blocked_on_the_eighth_working_day(town: Caseflow) -> None:
    case = administrative(town, "police").complete("check_scope", within_scope=True)
    case.complete("hold_first_mediation", mediation_agreed=False)

    town.advance_to(moment(3, 12, 9))

    assert case.waiting_at == {"decide_on_punishment"}
    assert due_of(case, "decide_on_punishment") == end_of(4, 13)


@pytest.mark.parametrize(
    ("is_opened", "outcome"), [(True, "administrative_decision"), (False, "terminated_failed")]
)
def test_after_two_police_mediations_a_person_decides_on_punishment(
    town: Caseflow, outcome: str, *, is_opened: bool
) -> None:
    case = administrative(town, "police").complete("check_scope", within_scope=True)
    case.complete("hold_first_mediation", mediation_agreed=False)
    case.complete("hold_second_mediation", mediation_agreed=False)

    case.complete("decide_on_punishment", punishment_opened=is_opened)

    assert ended(case) == (CaseState.COMPLETED, outcome)


def test_an_excluded_police_case_is_not_mediated(town: Caseflow) -> None:
    case = administrative(town, "police")

    case.complete("check_scope", within_scope=True, excluded_case=True)

    assert case.waiting_at == {"decide_on_punishment"}


@pytest.mark.parametrize("is_silent", [False, True])
def test_police_mediation_needs_the_consent_of_both(town: Caseflow, *, is_silent: bool) -> None:
    case = administrative(town, "police", both_consent=False)
    case.complete("check_scope", within_scope=True)

    if is_silent:
        town.advance_to(end_of(3, 9))
    else:
        case.complete("answer_police", both_consent=False)
    case.complete("decide_on_punishment", punishment_opened=False)

    assert ended(case) == (CaseState.COMPLETED, "terminated_refused")


def test_consent_given_to_the_police_opens_the_mediation(town: Caseflow) -> None:
    case = administrative(town, "police", both_consent=False)
    case.complete("check_scope", within_scope=True)

    case.complete("answer_police", both_consent=True)

    assert case.waiting_at == {"hold_first_mediation"}


def test_an_unsigned_police_agreement_leads_to_the_decision(town: Caseflow) -> None:
    case = administrative(town, "police").complete("check_scope", within_scope=True)
    case.complete("hold_first_mediation", mediation_agreed=True)

    town.advance_to(end_of(3, 9))

    assert case.waiting_at == {"decide_on_punishment"}


@pytest.mark.parametrize(
    ("is_opened", "outcome"), [(True, "administrative_decision"), (False, "terminated_refused")]
)
def test_when_a_party_leaves_the_police_decide_by_law(
    town: Caseflow, outcome: str, *, is_opened: bool
) -> None:
    case = administrative(town, "police").complete("check_scope", within_scope=True)

    town.send("party_refused", key=KEY)
    case.complete("terminate_mediation", exit_reason="refused", punishment_opened=is_opened)

    assert ended(case) == (CaseState.COMPLETED, outcome)


# 司法调解 Court-annexed mediation


def test_a_delegated_mediation_ends_by_itself_on_day_thirty_and_the_case_is_filed(
    town: Caseflow,
) -> None:
    case = into_court_session(at_court(town))

    town.advance_to(end_of(4, 1))
    assert case.waiting_at == {"record_failure"}
    case.complete("record_failure")

    assert case.waiting_at == {"file_case"}
    assert due_of(case, "file_case") == end_of(4, 9)


def test_both_parties_may_extend_a_delegated_mediation_before_its_end(town: Caseflow) -> None:
    case = into_court_session(at_court(town))
    town.send("extension_agreed", key=KEY, payload=end_of(4, 20))

    town.advance_to(end_of(4, 1))
    assert case.waiting_at == {"hold_session"}
    town.advance_to(end_of(4, 20))

    assert case.waiting_at == {"record_failure"}


@pytest.mark.parametrize(
    ("procedure", "ends"), [("ordinary", end_of(3, 17)), ("summary", end_of(3, 9))]
)
def test_an_entrusted_mediation_lasts_fifteen_or_seven_days_and_then_goes_to_trial(
    town: Caseflow, procedure: str, ends: datetime
) -> None:
    case = into_court_session(at_court(town, stage="after_filing", procedure=procedure))

    town.advance_to(ends)
    case.complete("record_failure")

    assert ended(case) == (CaseState.COMPLETED, "to_trial")


def test_the_court_appoints_where_the_parties_choose_nobody_in_two_working_days(
    town: Caseflow,
) -> None:
    case = at_court(town)
    assert due_of(case, "choose_mediator") == end_of(3, 4)

    town.advance_to(end_of(3, 4))

    assert due_of(case, "appoint_mediator") == end_of(3, 10)


@pytest.mark.parametrize("is_silent", [False, True])
def test_a_mediator_who_does_not_accept_is_replaced(town: Caseflow, *, is_silent: bool) -> None:
    case = at_court(town).complete("choose_mediator")
    assert due_of(case, "accept_commission") == end_of(3, 5)

    if is_silent:
        town.advance_to(end_of(3, 5))
    else:
        case.complete("accept_commission", commission_accepted=False)
    case.complete("appoint_mediator")

    assert case.waiting_at == {"accept_commission"}


def test_a_party_that_cannot_be_reached_in_three_working_days_is_not_mediated_with(
    town: Caseflow,
) -> None:
    case = at_court(town, both_consent=False)
    assert due_of(case, "answer_court") == end_of(3, 5)

    town.advance_to(end_of(3, 5))
    case.complete("file_case", filed=False)

    assert ended(case) == (CaseState.COMPLETED, "terminated_failed")


@pytest.mark.parametrize(("is_willing", "at"), [(True, "choose_mediator"), (False, "file_case")])
def test_the_court_mediates_only_with_consent(
    town: Caseflow, at: str, *, is_willing: bool
) -> None:
    case = at_court(town, both_consent=False).complete("answer_court", both_consent=is_willing)

    assert case.waiting_at == {at}


def test_a_delegated_agreement_is_submitted_to_the_court(town: Caseflow) -> None:
    case = into_court_session(at_court(town))

    case.complete("hold_session", session_result="again")
    case.complete("hold_session", session_result="agreed").complete("submit_agreement")

    assert ended(case) == (CaseState.COMPLETED, "agreed_written")


@pytest.mark.parametrize(
    ("document", "is_signed_for", "outcome"),
    [
        ("mediation_letter", True, "mediation_letter"),
        ("mediation_letter", False, "to_trial"),
        ("withdrawal", False, "suit_withdrawn"),
        ("refused", False, "to_trial"),
    ],
)
def test_the_court_reviews_an_entrusted_agreement(
    town: Caseflow, document: str, outcome: str, *, is_signed_for: bool
) -> None:
    case = into_court_session(at_court(town, stage="after_filing"))
    case.complete("hold_session", session_result="agreed")

    case.complete("review_agreement", court_document=document)
    case.complete("serve_document", signed_for_by_both=is_signed_for)

    assert ended(case) == (CaseState.COMPLETED, outcome)


def test_a_sham_mediation_is_stopped_by_the_judge(town: Caseflow) -> None:
    case = into_court_session(at_court(town)).complete("hold_session", session_result="sham")

    case.complete("review_sham", sham_found=True)

    assert case.waiting_at == {"record_failure"}


def test_time_under_suspicion_does_not_count_where_there_was_no_sham(town: Caseflow) -> None:
    case = into_court_session(at_court(town)).complete("hold_session", session_result="sham")
    town.advance_to(moment(3, 7, 9))

    case.complete("review_sham", sham_found=False)

    assert timers_of(case) == [end_of(4, 6)]


@pytest.mark.parametrize("message", ["party_refused", "party_sued"])
def test_refusing_mediation_at_court_leads_to_filing(town: Caseflow, message: str) -> None:
    case = into_court_session(at_court(town))

    town.send(message, key=KEY)
    case.complete("record_failure")

    assert case.waiting_at == {"file_case"}


@pytest.mark.parametrize(
    ("message", "reason"), [("party_withdrew", "withdrew"), ("arbitration_filed", "arbitration")]
)
def test_court_mediation_stops_when_a_party_withdraws(
    town: Caseflow, message: str, reason: str
) -> None:
    case = into_court_session(at_court(town))

    town.send(message, key=KEY)
    case.complete("record_withdrawal", exit_reason=reason)

    assert ended(case) == (CaseState.COMPLETED, "withdrawn")


# 司法确认 Judicial confirmation


def test_the_window_of_an_agreement_of_25_january_ends_on_24_february(
    office: Callable[[datetime], Caseflow],
) -> None:
    court = office(moment(1, 25, 10))
    case = confirmation(court)
    assert due_of(case, "apply_jointly") == end_of(2, 24)

    court.advance_to(moment(2, 24, 17))
    case.complete("apply_jointly", both_apply=True)

    assert case.waiting_at == {"examine_application"}


def test_an_application_on_25_february_is_refused(
    office: Callable[[datetime], Caseflow],
) -> None:
    court = office(moment(1, 25, 10))
    case = confirmation(court)

    court.advance_to(moment(2, 25, 9))

    assert ended(case) == (CaseState.COMPLETED, "lapsed")


def test_a_confirmation_opened_after_the_window_lapses_at_once(town: Caseflow) -> None:
    start: dict[str, object] = {
        "handling_unit": "",
        "agreement_effective_at": moment(1, 25, 10),
    }

    case = begin(town, "judicial_confirmation", start)

    assert ended(case) == (CaseState.COMPLETED, "lapsed")


def test_without_a_joint_application_the_agreement_stays_a_contract(town: Caseflow) -> None:
    case = confirmation(town).complete("apply_jointly", both_apply=False)

    assert ended(case) == (CaseState.COMPLETED, "lapsed")


@pytest.mark.parametrize(
    "exclusion",
    [
        "outside_civil_scope",
        "without_jurisdiction",
        "identity_relation",
        "special_procedure",
        "rights_or_ip",
    ],
)
def test_the_ownership_of_a_house_and_other_excluded_matters_are_not_confirmed(
    town: Caseflow, exclusion: str
) -> None:
    case = confirmation(town).complete("apply_jointly", both_apply=True)
    assert due_of(case, "examine_application") == end_of(3, 5)

    case.complete("examine_application", exclusion=exclusion, papers_complete=True)
    case.complete("serve_and_explain")

    assert ended(case) == (CaseState.COMPLETED, "not_accepted")


def test_papers_may_be_supplemented_once(town: Caseflow) -> None:
    case = confirmation(town).complete("apply_jointly", both_apply=True)
    case.complete("examine_application", papers_complete=False)
    assert due_of(case, "supplement_papers") == end_of(3, 9)

    case.complete("supplement_papers").complete("examine_application", papers_complete=False)
    case.complete("serve_and_explain")

    assert case.opened.count("supplement_papers") == 1
    assert ended(case) == (CaseState.COMPLETED, "not_accepted")


def test_papers_that_do_not_come_in_time_end_the_application(town: Caseflow) -> None:
    case = confirmation(town).complete("apply_jointly", both_apply=True)
    case.complete("examine_application", papers_complete=False)

    town.advance_to(end_of(3, 9))
    case.complete("serve_and_explain")

    assert ended(case) == (CaseState.COMPLETED, "not_accepted")


@pytest.mark.parametrize("ruling", ["valid", "dismissed"])
def test_the_court_rules_on_an_application(town: Caseflow, ruling: str) -> None:
    case = into_review(confirmation(town)).complete("hear_parties", both_came=True)

    case.complete("decide", ruling=ruling).complete("serve_and_explain")

    assert ended(case) == (CaseState.COMPLETED, ruling)


def test_who_does_not_come_to_be_heard_has_withdrawn(town: Caseflow) -> None:
    case = into_review(confirmation(town))

    case.complete("hear_parties", both_came=False).complete("serve_and_explain")

    assert ended(case) == (CaseState.COMPLETED, "withdrawn")


def test_the_parties_may_withdraw_their_application(town: Caseflow) -> None:
    case = into_review(confirmation(town))

    town.send("application_withdrawn", key=KEY)
    case.complete("record_withdrawal")

    assert ended(case) == (CaseState.COMPLETED, "withdrawn")


def test_a_ruling_is_extended_after_fifteen_days_and_pressed_for_ten_days_later(
    town: Caseflow,
) -> None:
    case = into_review(confirmation(town)).complete("hear_parties", both_came=True)

    town.advance_to(end_of(3, 17))
    assert case.waiting_at == {"decide", "approve_extension"}
    case.complete("approve_extension")
    town.advance_to(end_of(3, 27))
    assert case.waiting_at == {"decide", "press_for_ruling"}
    case.complete("press_for_ruling").complete("decide", ruling="valid").complete(
        "serve_and_explain"
    )

    assert ended(case) == (CaseState.COMPLETED, "valid")


def test_thirty_days_are_the_hard_stop_of_a_confirmation(town: Caseflow) -> None:
    case = into_review(confirmation(town)).complete("hear_parties", both_came=True)

    town.advance_to(end_of(4, 1))
    assert case.waiting_at == {"rule_at_ceiling"}
    case.complete("rule_at_ceiling", ruling="dismissed").complete("serve_and_explain")

    assert ended(case) == (CaseState.COMPLETED, "dismissed")
