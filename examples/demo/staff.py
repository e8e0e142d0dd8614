"""The scripted staff: what a person of the county decides on a task, and how soon.

Everything is drawn from a random number generator that the case number seeds, so a run
can be repeated. The rates are those of public statistics where there are some (late
sign-ins about 1 %, unsatisfied at the first callback 4 %, mediation successful in two
thirds of the sessions); they are a play, not a forecast.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from examples.demo.matters import Matter

from caseflow.engine import TaskView


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What lies before the person who works a task."""

    matter: Matter
    task: TaskView
    at: datetime
    file: Mapping[str, object]
    chance: random.Random

    def happens(self, share: float) -> bool:
        """Tell whether something that is true in this share of cases is true here."""
        return self.chance.random() < share

    def one_of(self, **shares: float) -> str:
        """Choose one of several answers by their shares."""
        return self.chance.choices(list(shares), weights=list(shares.values()))[0]

    @property
    def departments(self) -> list[str]:
        """The departments that the matter concerns."""
        named = self.matter.facts.get("departments", ["urban_management"])
        return [str(one) for one in named] if isinstance(named, list) else []

    def instalments(self) -> list[dict[str, object]]:
        """What the parties agree to perform, and by when."""
        count = self.chance.choice((1, 1, 2, 3))
        return [
            {"what": f"第{turn}期 instalment {turn}", "due_at": self.at + timedelta(days=7 * turn)}
            for turn in range(1, count + 1)
        ]


Decision = Callable[[Desk], dict[str, object]]


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
        "emergency": facts.get("emergency", False),
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
    route = desk.one_of(execute=0.8, county=0.1, legal=0.05, emergency=0.35 if is_urgent else 0.01)
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


def _true(name: str, share: float) -> Decision:
    return lambda desk: {name: desk.happens(share)}


def _fixed(**values: object) -> Decision:
    return lambda desk: dict(values)  # noqa: ARG005 - nobody has to look


def _open_supervision(desk: Desk) -> dict[str, object]:
    return {
        "opened": desk.happens(0.4),
        "matter": desk.matter.title,
        "handling_unit": desk.departments[0],
        "due_at": desk.at + timedelta(days=10),
    }


def _register_major(desk: Desk) -> dict[str, object]:
    return {
        "matter": desk.matter.title,
        "matter_tier": "township",
        "people": desk.chance.choice((2, 6, 40)),
        "counties": 1,
        "violence": desk.happens(0.2),
        "mood": desk.one_of(calm=0.5, agitated=0.4, extreme=0.1),
        "life_or_safety": desk.happens(0.2),
        "in_media": desk.happens(0.05),
        "days_old": desk.chance.randint(0, 60),
        "repeat": desk.chance.randint(0, 4),
        "overdue_ratio": 0,
        "leader_note": desk.happens(0.1),
    }


DECISIONS: Mapping[str, Decision] = {
    # supervision, follow-up visits, major matters
    "open_supervision": _open_supervision,
    "reply_to_order": _fixed(reply="抓紧办理"),
    "sign_measure": lambda desk: {"is_signed": desk.happens(0.5), "sign_reason": "逾期"},
    "report_result": _fixed(result_text="完成", evidence="照片"),
    "verify_result": _true("verified", 0.9),
    "agree_closing": _true("closing_agreed", 0.95),
    "contact_person": lambda desk: {
        "reached": desk.happens(0.9),
        "answer": desk.one_of(satisfied=0.93, unsatisfied=0.05, unreasonable=0.02),
        "new_problem": False,
    },
    "review_answer": lambda desk: {"redo_wanted": desk.happens(0.3), "review_reason": "已复核"},
    "register_matter": _register_major,
    "divert_matter": lambda desk: {
        "host_unit": desk.departments[0],
        "co_hosts": [],
        "demand": "…",
    },
    "decide_upward": _fixed(upward="keep", upward_reason="将结"),
    "index_file": lambda desk: {
        "file_number": f"档{desk.matter.number}",
        "retention": "ten_years",
    },
    "major_matter/make_plan": _fixed(plan_text="约见当事人,逐项解决"),
    "register_dispute": _fixed(kind="neighbour"),
    "capture": lambda desk: {
        "title": desk.matter.title,
        "location": desk.matter.location,
        "matter_class": "appeal",
        "invalid": desk.happens(0.5),
        "is_duplicate": True,
    },
    # summons and response
    "draft_whistle": _draft_whistle,
    "approve_whistle": _true("approved", 0.95),
    "sign_as_secretary": _true("secretary_agrees", 0.97),
    "sign_as_mayor": _true("mayor_agrees", 0.97),
    "accept_or_object": _object_or_not,
    "rule_objection": _rule,
    "report_in": _fixed(check_in="24.35N 102.54E"),
    "designate_departments": lambda desk: {"departments": desk.departments[:1]},
    "confer_at_county": _fixed(conference_minutes="明确主办部门"),
    "consult": _consult,
    "coordinate_at_county": _true("listed", 0.3),
    "stabilise": _true("stabilised", 0.9),
    "verify": _true("verified", 0.93),
    "supervise": _true("listed", 0.2),
    "call_back": lambda desk: {
        "callback_result": desk.one_of(
            satisfied=0.92,
            reasonable_unsatisfied=0.04,
            unreasonable_unsatisfied=0.01,
            unreached=0.03,
        )
    },
    "review_closing": _true("close_confirmed", 0.8),
    "rate_departments": _rate,
    "rate_whistle": lambda desk: {"whistle_score": desk.chance.randint(60, 100)},
    "archive": lambda desk: {"file_number": f"档{desk.matter.number}"},
    "approve_afterwards": _true("post_approved", 0.97),
    "make_plan": _plan,
    "carry_out_item": _fixed(item_result="完成"),
    "summons_response/decide_extension": _true("extension_agreed", 0.7),
    "plan_execution/decide_extension": _true("extension_agreed", 0.7),
    "hold_liaison_meeting": lambda desk: {
        "missed_items": [{"title": "逾期项"}] if desk.happens(0.15) else []
    },
    # disputes
    "screen": _screen,
    "answer_offer": _true("both_consent", 0.9),
    "peoples_mediation/decide_acceptance": _true("accepted", 0.97),
    "peoples_mediation/answer_request": _true("other_side_consents", 0.9),
    "tell_rights": lambda desk: {
        "mediator_fits": desk.happens(0.97),
        "conflict_of_interest": desk.happens(0.02),
    },
    "peoples_mediation/hold_session": _peoples_session,
    "agree_extension": _true("extension_agreed", 0.5),
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
    "refer_matter": _true("designated_here", 0.5),
    "administrative_mediation/apply_jointly": _true("applied", 0.9),
    "administrative_mediation/answer_request": _true("both_consent", 0.9),
    "administrative_mediation/decide_acceptance": _accept_administrative,
    "administrative_mediation/hold_session": _administrative_session,
    "check_scope": _fixed(within_scope=True, excluded_case=False),
    "answer_police": _true("both_consent", 0.9),
    "hold_first_mediation": _true("mediation_agreed", 0.7),
    "hold_second_mediation": _true("mediation_agreed", 0.5),
    "decide_on_punishment": _fixed(punishment_opened=True),
    "screen_case": _true("suits_mediation", 0.95),
    "answer_court": _true("both_consent", 0.85),
    "accept_commission": _true("commission_accepted", 0.97),
    "judicial_mediation/hold_session": _judicial_session,
    "review_sham": _true("sham_found", 0.3),
    "review_agreement": lambda desk: {
        "court_document": desk.one_of(mediation_letter=0.8, withdrawal=0.15, refused=0.05)
    },
    "serve_document": _true("signed_for_by_both", 0.97),
    "file_case": _true("filed", 0.9),
    "consider_entrusting": _true("entrusts", 0.3),
    "record_withdrawal": _fixed(exit_reason="withdrew"),
    "confirm_plan": lambda desk: {"instalments": desk.instalments()},
    "check_instalment": _true("performed", 0.93),
    "choose_after_dismissal": _true("keeps_agreement", 0.6),
    "call_on_parties": lambda desk: {
        "revisit_result": desk.one_of(performed=0.95, new_problem=0.05),
    },
    "apply_for_enforcement": _true("enforcement_applied", 0.8),
    "judicial_confirmation/apply_jointly": _true("both_apply", 0.3),
    "examine_application": _examine,
    "hear_parties": _true("both_came", 0.97),
    "decide": lambda desk: {"ruling": desk.one_of(valid=0.96, dismissed=0.04)},
    "rule_at_ceiling": _fixed(ruling="valid"),
    # emergencies
    "phone_first_report": _fixed(first_report_receipt="已收悉"),
    "verify_report": _verify_report,
    "report_up": _fixed(receipt="已收悉", medium="书面"),
    "start_response": _start_response,
    "set_up_command": _fixed(commander="分管副县长"),
    "assess": _assess,
    "declare_end": _fixed(threat_controlled=True, no_secondary=True),
    "report_progress": _true("stable", 0.5),
    "plan_aftercare": lambda desk: {
        "aftercare_plan": "救助、补偿、心理疏导",
        "investigation_needed": desk.happens(0.3),
    },
    "approve_report": lambda desk: {"report_approved_on": desk.at.date()},
    "evacuate": lambda desk: {"people_moved": desk.chance.randint(5, 200)},
    "supplement_report": _fixed(supplement_receipt="已收悉"),
    "investigate": _fixed(investigation_result="查明原因"),
    "emergency_handling/decide_extension": _true("extension_agreed", 0.7),
    "event_investigation/decide_extension": _true("extension_agreed", 0.7),
}
