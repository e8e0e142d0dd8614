"""The scripted staff: what a person of the county decides on a task, and how soon.

Everything is drawn from a random number generator that the case number seeds, so a run
can be repeated. The rates are those of public statistics where there are some (late
sign-ins about 1 %, unsatisfied at the first callback 4 %, mediation successful in two
thirds of the sessions); they are a play, not a forecast.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from examples.demo.desk import Decision, Desk, fixed, true
from examples.demo.offices import OFFICES

__all__ = ["Desk", "decide"]


def decide(desk: Desk) -> dict[str, object]:
    """Return what comes of a task; a task without a decision is just done."""
    task = desk.task
    decision = DECISIONS.get(f"{task.process}/{task.element}") or DECISIONS.get(task.element)
    return decision(desk) if decision is not None else {}


def _draft_whistle(desk: Desk) -> dict[str, object]:
    facts = desk.matter.facts
    return {
        "title": desk.matter.title,
        "location": desk.matter.location,
        "departments": desk.departments,
        "emergency": bool(facts.get("emergency") or desk.file.get("emergency")),
        "is_rural": desk.happens(0.3),
        "duplicate": desk.happens(0.03),
        "own_power": desk.happens(0.04),
        "age_days": facts.get("age_days", 0),
        "repeat": facts.get("repeat", 0),
        "legal_basis": "综合执法事项清单",
        "requested_action": "到场处置",
    }


def _object_or_not(desk: Desk) -> dict[str, object]:
    if not desk.happens(0.06):
        return {"objection": False}
    return {
        "objection": True,
        "objection_basis": "不属本部门职责",
        "suggested_department": "urban_management",
    }


def _rule(desk: Desk) -> dict[str, object]:
    ruling = desk.one_of(stays=0.5, reassigned=0.3, released=0.2)
    return {"ruling": ruling, "new_department": "urban_management"}


def _consult(desk: Desk) -> dict[str, object]:
    is_urgent = bool(desk.matter.facts.get("emergency"))
    route = desk.one_of(execute=0.8, county=0.1, legal=0.05, emergency=0.1 if is_urgent else 0.01)
    return {
        "host_department": desk.departments[0],
        "route": route,
        "consultation_minutes": "已会商，形成处置意见",
    }


def _plan(desk: Desk) -> dict[str, object]:
    return {
        "plan_items": [
            {"title": f"任务{turn}", "department": department}
            for turn, department in enumerate(desk.departments, start=1)
        ]
    }


def _rate(desk: Desk) -> dict[str, object]:
    return {
        "department_scores": [
            {
                "department": department,
                "response": desk.chance.randint(20, 30),
                "arrival": desk.chance.randint(12, 20),
                "quality": desk.chance.randint(20, 30),
                "satisfaction": desk.chance.randint(14, 20),
            }
            for department in desk.departments
        ]
    }


def _screen(desk: Desk) -> dict[str, object]:
    is_police = desk.matter.facts.get("kind") == "public_security"
    return {
        "major": desk.happens(0.03),
        "risk_colour": desk.one_of(blue=0.8, yellow=0.15, red=0.05),
        "violence": desk.happens(0.02),
        "administrative_dispute": desk.happens(0.02),
        "special_organ_only": False,
        "already_handled": False,
        "unfinished_litigation": desk.happens(0.01),
        "refuses_all_mediation": desk.happens(0.03),
        "crime_or_punishable": is_police or desk.happens(0.01),
        "minor_case": True,
        "traffic_police_first": desk.happens(0.5),
        "liability_letter_at": desk.at,
    }


def _peoples_session(desk: Desk) -> dict[str, object]:
    return {
        "session_result": desk.one_of(agreed=0.55, partial=0.05, again=0.25, failed=0.15),
        "agreed_items": 1,
        "written_asked": desk.happens(0.6),
        "perform_mode": desk.one_of(instant=0.35, later=0.65),
        "instalments": desk.instalments(),
    }


def _administrative_session(desk: Desk) -> dict[str, object]:
    return {"session_result": desk.one_of(agreed=0.6, again=0.2, appraisal=0.05, failed=0.15)}


def _judicial_session(desk: Desk) -> dict[str, object]:
    return {
        "session_result": desk.one_of(agreed=0.62, again=0.15, sham=0.02, failed=0.21),
        "perform_mode": desk.one_of(instant=0.3, later=0.7),
        "instalments": desk.instalments(),
    }


def _signing(desk: Desk) -> dict[str, object]:
    return {
        "signed": desk.happens(0.96),
        "perform_mode": desk.one_of(instant=0.3, later=0.7),
        "in_writing": True,
        "performed": True,
        "instalments": desk.instalments(),
    }


def _accept_administrative(desk: Desk) -> dict[str, object]:
    return {
        "accepted": desk.happens(0.95),
        "clear": desk.happens(0.4),
        "small": desk.happens(0.5),
        "both_present": desk.happens(0.5),
        "starts_at": desk.at,
    }


def _examine(desk: Desk) -> dict[str, object]:
    exclusion = desk.one_of(none=0.94, rights_or_ip=0.04, identity_relation=0.02)
    return {"exclusion": exclusion, "papers_complete": desk.happens(0.9)}


def _verify_report(desk: Desk) -> dict[str, object]:
    facts = dict(desk.matter.facts)
    facts.setdefault("event_class", "accident")
    facts.setdefault("event_kind", "work_safety")
    for count in ("deaths", "serious_injuries", "injured", "people", "loss"):
        facts.setdefault(count, 0)
    return {
        **facts,
        "event_verified": facts.pop("is_real", True),
        "occurred_at": desk.matter.received_at,
        "stated_level": desk.one_of(IV=0.8, III=0.2),
    }


def _start_response(desk: Desk) -> dict[str, object]:
    return {
        "response_matter": desk.matter.title,
        "response_level": str(desk.file.get("event_level", "IV")),
        "response_until": desk.at + timedelta(days=3),
        "response_measures": "先期处置、警戒、救援",
        "beyond_capacity": desk.happens(0.1),
        "needs_rescue": desk.happens(0.7),
        "needs_cordon": desk.happens(0.8),
        "needs_medical": desk.happens(0.5),
        "needs_evacuation": desk.happens(0.3),
        "needs_supplies": desk.happens(0.3),
        "needs_information": True,
    }


def _assess(desk: Desk) -> dict[str, object]:
    found = desk.one_of(hold=0.4, end=0.5, raise_=0.04, lower=0.06)
    return {
        "assessment": found.rstrip("_"),
        "assessed_level": "III" if found == "raise_" else "IV",
        "beyond_capacity": False,
        **dict.fromkeys(
            (
                "needs_rescue",
                "needs_cordon",
                "needs_medical",
                "needs_evacuation",
                "needs_supplies",
                "needs_information",
            ),
            False,
        ),
    }


DECISIONS: Mapping[str, Decision] = {
    **OFFICES,
    "register_dispute": lambda desk: {
        "kind": desk.matter.facts["kind"] if desk.is_about == "dispute" else "neighbour"
    },
    # summons and response
    "draft_whistle": _draft_whistle,
    "approve_whistle": true("approved", 0.95),
    "sign_as_secretary": true("secretary_agrees", 0.97),
    "sign_as_mayor": true("mayor_agrees", 0.97),
    "accept_or_object": _object_or_not,
    "rule_objection": _rule,
    "report_in": fixed(check_in="24.35N 102.54E"),
    "designate_departments": lambda desk: {"departments": desk.departments[:1]},
    "confer_at_county": fixed(conference_minutes="明确主办部门"),
    "consult": _consult,
    "coordinate_at_county": true("listed", 0.3),
    "stabilise": true("stabilised", 0.9),
    "verify": true("verified", 0.93),
    "supervise": true("listed", 0.2),
    "call_back": lambda desk: {
        "callback_result": desk.one_of(
            satisfied=0.92,
            reasonable_unsatisfied=0.04,
            unreasonable_unsatisfied=0.01,
            unreached=0.03,
        )
    },
    "review_closing": true("close_confirmed", 0.8),
    "rate_departments": _rate,
    "rate_whistle": lambda desk: {"whistle_score": desk.chance.randint(60, 100)},
    "archive": lambda desk: {"file_number": f"档{desk.matter.number}"},
    "approve_afterwards": true("post_approved", 0.97),
    "make_plan": _plan,
    "carry_out_item": fixed(item_result="完成"),
    "summons_response/decide_extension": true("extension_agreed", 0.7),
    "plan_execution/decide_extension": true("extension_agreed", 0.7),
    "hold_liaison_meeting": lambda desk: {
        "missed_items": [{"title": "逾期项"}] if desk.happens(0.15) else []
    },
    # disputes
    "screen": _screen,
    "answer_offer": true("both_consent", 0.9),
    "peoples_mediation/decide_acceptance": true("accepted", 0.97),
    "peoples_mediation/answer_request": true("other_side_consents", 0.9),
    "tell_rights": lambda desk: {
        "mediator_fits": desk.happens(0.97),
        "conflict_of_interest": desk.happens(0.02),
    },
    "peoples_mediation/hold_session": _peoples_session,
    "agree_extension": true("extension_agreed", 0.5),
    "sign_agreement": _signing,
    "sign_police_agreement": _signing,
    "terminate_mediation": lambda desk: {
        "exit_reason": desk.one_of(refused=0.6, sued=0.2, withdrew=0.2),
        "punishment_opened": False,
    },
    "check_power": lambda desk: {
        "power": desk.one_of(own=0.94, other=0.03, shared=0.03),
        "is_complex": desk.happens(0.2),
    },
    "refer_matter": true("designated_here", 0.5),
    "administrative_mediation/apply_jointly": true("applied", 0.9),
    "administrative_mediation/answer_request": true("both_consent", 0.9),
    "administrative_mediation/decide_acceptance": _accept_administrative,
    "administrative_mediation/hold_session": _administrative_session,
    "check_scope": fixed(within_scope=True, excluded_case=False),
    "answer_police": true("both_consent", 0.9),
    "hold_first_mediation": true("mediation_agreed", 0.7),
    "hold_second_mediation": true("mediation_agreed", 0.5),
    "decide_on_punishment": fixed(punishment_opened=True),
    "screen_case": true("suits_mediation", 0.95),
    "answer_court": true("both_consent", 0.85),
    "accept_commission": true("commission_accepted", 0.97),
    "judicial_mediation/hold_session": _judicial_session,
    "review_sham": true("sham_found", 0.3),
    "review_agreement": lambda desk: {
        "court_document": desk.one_of(mediation_letter=0.8, withdrawal=0.15, refused=0.05)
    },
    "serve_document": true("signed_for_by_both", 0.97),
    "file_case": true("filed", 0.9),
    "consider_entrusting": true("entrusts", 0.3),
    "record_withdrawal": fixed(exit_reason="withdrew"),
    "confirm_plan": lambda desk: {"instalments": desk.instalments()},
    "check_instalment": true("performed", 0.93),
    "choose_after_dismissal": true("keeps_agreement", 0.6),
    "call_on_parties": lambda desk: {
        "revisit_result": desk.one_of(performed=0.95, new_problem=0.05),
    },
    "apply_for_enforcement": true("enforcement_applied", 0.8),
    "judicial_confirmation/apply_jointly": true("both_apply", 0.3),
    "examine_application": _examine,
    "hear_parties": true("both_came", 0.97),
    "decide": lambda desk: {"ruling": desk.one_of(valid=0.96, dismissed=0.04)},
    "rule_at_ceiling": fixed(ruling="valid"),
    # emergencies
    "phone_first_report": fixed(first_report_receipt="已收悉"),
    "verify_report": _verify_report,
    "report_up": fixed(receipt="已收悉", medium="书面"),
    "start_response": _start_response,
    "set_up_command": fixed(commander="分管副县长"),
    "assess": _assess,
    "declare_end": fixed(threat_controlled=True, no_secondary=True),
    "report_progress": true("stable", 0.5),
    "plan_aftercare": lambda desk: {
        "aftercare_plan": "救助、补偿、心理疏导",
        "investigation_needed": desk.happens(0.3),
    },
    "approve_report": lambda desk: {"report_approved_on": desk.at.date()},
    "evacuate": lambda desk: {"people_moved": desk.chance.randint(5, 200)},
    "supplement_report": fixed(supplement_receipt="已收悉"),
    "investigate": fixed(investigation_result="查明原因"),
    "emergency_handling/decide_extension": true("extension_agreed", 0.7),
    "event_investigation/decide_extension": true("extension_agreed", 0.7),
}
