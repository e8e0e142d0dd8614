"""What the offices around the three great processes decide: from the grid to the lecture hall."""

from __future__ import annotations

from collections.abc import Mapping

from examples.demo.desk import Decision, Desk, fixed, true


def _whole(value: object, *, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _capture(desk: Desk) -> dict[str, object]:
    facts, about = desk.matter.facts, desk.is_about
    power = str(facts.get("power", "village"))
    return {
        "title": desk.matter.title,
        "location": desk.matter.location,
        "matter_class": {"public": "public", "emergency": "hazard"}.get(about, "appeal"),
        "invalid": about == "matter" and desk.happens(0.03),
        "is_duplicate": about == "matter" and desk.happens(0.03),
        "danger": about == "emergency" or bool(facts.get("emergency")),
        "safety_hazard": about == "emergency" and desk.happens(0.5),
        "red_risk": about == "major",
        "people": _whole(facts.get("people"), otherwise=2),
        "in_media": False,
        "cross_county": False,
        "repeat": _whole(facts.get("repeat"), otherwise=0),
        "department_count": max(1, len(desk.departments)),
        "town_has_power": power != "county",
        "village_has_power": power in {"worker", "village"},
        "worker_can": power == "worker",
        "is_dispute": about == "dispute",
    }


ROUTES = {
    "dispute": "dispute",
    "whistle": "whistle",
    "ticket": "ticket",
    "public": "public",
    "major": "major",
}
"""Where a matter goes that the grid passes on."""


def _triage(desk: Desk) -> dict[str, object]:
    route = ROUTES.get(desk.is_about, "dispatch")
    if desk.matter.facts.get("emergency"):
        route = "dispatch"  # the whistle was blown at once
    if (
        route in {"dispatch", "dispute"}
        and desk.file.get("tier") != "county"
        and desk.happens(0.1)
    ):
        route = "upward"
    return {
        "triage_route": route,
        "handling_unit": desk.unit,
        "reason_code": desk.one_of(no_power=0.5, no_means=0.3, several=0.2),
    }


def _register_ticket(desk: Desk) -> dict[str, object]:
    kind = str(desk.matter.facts.get("kind", "help"))
    is_consultation = kind == "consult"
    return {
        "title": desk.matter.title,
        "topic": str(desk.matter.facts.get("topic") or desk.matter.title),
        "ticket_type": kind if kind in _TICKETS else "complaint",
        "urgency": desk.one_of(ordinary=0.72, supply=0.15, complex=0.1, life=0.03),
        "is_emergency": desk.happens(0.02),
        "legal_channel": "信访" if desk.happens(0.05) else "",
        "duplicate_of": "",
        "has_secret": False,
        "outside_duty": desk.happens(0.03),
        "is_unlawful": False,
        "kb_hit": is_consultation and desk.happens(0.8),
        "owner_known": desk.one_of(clear=0.8, district=0.12, unclear=0.08),
        "handling_unit": desk.unit,
    }


_TICKETS = frozenset({"consult", "help", "complaint", "report", "suggestion"})


def _lead_handling(desk: Desk) -> dict[str, object]:
    result = desk.one_of(solved=0.74, explained=0.2, blocked=0.06)
    if desk.is_about == "whistle" and desk.file.get("handling_result") != "whistle":
        result = "whistle"  # once: the others come, and the first receiver goes on
    return {"handling_result": result, "co_units": desk.departments[1:]}


def _register_major(desk: Desk) -> dict[str, object]:
    is_major = desk.is_about == "major"
    return {
        "matter": desk.matter.title,
        "matter_tier": desk.one_of(township=0.6, county=0.4),
        "people": _whole(
            desk.matter.facts.get("people"), otherwise=desk.chance.choice((2, 6, 40))
        ),
        "counties": 1,
        "violence": desk.happens(0.1),
        "mood": desk.one_of(calm=0.5, agitated=0.4, extreme=0.1),
        "life_or_safety": desk.happens(0.2),
        "in_media": desk.happens(0.05),
        "days_old": desk.chance.randint(0, 60),
        "repeat": desk.chance.randint(3, 4) if is_major else desk.chance.randint(0, 4),
        "overdue_ratio": 0,
        "leader_note": desk.happens(0.1),
    }


def _open_supervision(desk: Desk) -> dict[str, object]:
    return {
        "opened": desk.happens(0.6),
        "matter": desk.matter.title,
        "handling_unit": desk.unit,
        "due_at": desk.in_days(10),
    }


def _contact(desk: Desk) -> dict[str, object]:
    answer = desk.one_of(satisfied=0.93, unsatisfied=0.05, unreasonable=0.02)
    return {"reached": desk.happens(0.9), "answer": answer, "new_problem": False}


def _supply(desk: Desk) -> dict[str, object]:
    missing = desk.file.get("missing_papers", [])
    return {"added_papers": missing}


def _screen_topics(desk: Desk) -> dict[str, object]:
    topics = ("飞线充电整治 Charging cables", "农贸市场周边拥堵 Jams at the market")
    return {
        "agenda": [{"title": topic} for topic in topics],
        "circulated": [],
        "conference_at": desk.in_days(10),
    }


def _decide_item(desk: Desk) -> dict[str, object]:
    return {
        "decision": desk.one_of(lead=0.8, restudy=0.2),
        "lead_unit": desk.unit,
        "decision_due_at": desk.in_days(20),
    }


def _visitors(desk: Desk) -> dict[str, object]:
    matters = ("低保核定", "征地补偿", "欠薪", "邻里通行", "房产登记", "退役安置")
    chosen = desk.chance.sample(matters, desk.chance.randint(2, 4))
    return {
        "visitors": [
            {"visitor": f"来访人{turn}", "matter": one} for turn, one in enumerate(chosen, start=1)
        ]
    }


def _talk(desk: Desk) -> dict[str, object]:
    return {
        "talk_result": desk.one_of(answered=0.3, legal_route=0.2, accepted=0.4, major=0.1),
        "route": desk.one_of(litigation=0.5, administrative=0.5),
        "responsible_unit": desk.unit,
    }


def _visit_home(desk: Desk) -> dict[str, object]:
    found = desk.one_of(no_issue=0.6, issue=0.2, dispute=0.08, refused=0.07, gone=0.05)
    return {"visit_result": found, "issue_text": "门前路面破损 Broken pavement"}


def _screen_topic(desk: Desk) -> dict[str, object]:
    drawn = desk.one_of(
        self_instant=0.2, self_deep=0.4, owners=0.1, four_steps=0.1, government=0.1, rejected=0.1
    )
    return {"scope": desk.matter.facts.get("kind") or drawn}


def _count_votes(desk: Desk) -> dict[str, object]:
    agree = desk.chance.randint(190, 320)
    return {
        "entitled": 420,
        "present": 340,
        "agree": agree,
        "area_entitled": 42_000,
        "area_present": 34_000,
        "area_agree": agree * 100,
    }


def _tasks(desk: Desk, *titles: str) -> list[dict[str, object]]:
    return [
        {"title": title, "lead_unit": desk.unit, "due_at": desk.in_days(14)} for title in titles
    ]


def _survey(desk: Desk) -> dict[str, object]:
    return {
        "households": 400,
        "respondents": desk.chance.choice((90, 130, 160)),
        "service_points": desk.chance.randint(18, 29),
    }


def _count_tickets(desk: Desk) -> dict[str, object]:
    assessed = desk.chance.randint(18, 30)
    return {
        "assessed": assessed,
        "responded": assessed - desk.chance.randint(0, 2),
        "answered": assessed - 2,
        "solved": assessed - desk.chance.randint(2, 6),
        "satisfied": assessed - desk.chance.randint(3, 6),
        "basically_satisfied": 1,
    }


_VOTE = {"entitled": 40, "present": 36, "agree": 31}

OFFICES: Mapping[str, Decision] = {
    # P03, the grid
    "capture": _capture,
    "control_hazard": fixed(control_record="已警戒"),
    "assist_on_site": fixed(handling_text="已移交"),
    "handle_oneself": lambda desk: {
        "handling_text": "已处置",
        "has_before_photo": True,
        "has_after_photo": desk.happens(0.85),
    },
    "triage": _triage,
    "handle": fixed(handling_text="已办结"),
    "grid_matter/verify": lambda desk: {
        "verification": desk.one_of(passed=0.9, rework=0.07, disputed=0.03)
    },
    "rule_verification": true("verification_stands", 0.7),
    # P02, the hotline
    "register_ticket": _register_ticket,
    "tell_progress": fixed(told_text="正在办理"),
    "explain_channel": fixed(told_text="请依法定途径提出"),
    "answer_now": fixed(told_text="已答复"),
    "route_in_district": lambda desk: {"handling_unit": desk.unit},
    "confer_on_owner": lambda desk: {"handling_unit": desk.unit},
    "lead_handling": _lead_handling,
    "co_handling": lambda desk: {"co_result": desk.one_of(done=0.9, staged=0.1)},
    "hotline_ticket/decide_extension": true("extension_granted", 0.7),
    "sign_listing": lambda desk: {"listing_signed": desk.happens(0.8), "listing_reason": "待规划"},
    "recheck_listed": true("now_possible", 0.6),
    "reply": fixed(reply_text="已办理并答复"),
    "count_tickets": _count_tickets,
    # P10, major matters
    "register_matter": _register_major,
    "divert_matter": lambda desk: {"host_unit": desk.unit, "co_hosts": [], "demand": "限期办结"},
    "take_charge_red": fixed(leader_in_charge="县委常委"),
    "take_charge_yellow": fixed(leader_in_charge="镇长"),
    "major_matter/make_plan": fixed(plan_text="约见当事人,逐项解决"),
    "write_report": fixed(staged_report="进展正常"),
    "decide_upward": fixed(upward="keep", upward_reason="将结"),
    "follow_instruction": fixed(instruction_report="已落实"),
    # P11, the joint conference
    "name_members": fixed(
        members=["urban_management", "water", "market_regulation"], open_decisions=[]
    ),
    "propose_topic": fixed(topic="飞线充电整治"),
    "screen_topics": _screen_topics,
    "approve_as_organisation": true("organisation_approves", 0.97),
    "approve_as_law": true("law_approves", 0.97),
    "record_attendance": lambda desk: {"present": desk.chance.choice((2, 3, 3))},
    "hear_reports": fixed(report_notes="已落实"),
    "decide_item": _decide_item,
    "draft_minutes": fixed(minutes="会议纪要"),
    "sign_as_organisation": true("organisation_signs", 0.97),
    "sign_as_law": true("law_signs", 0.97),
    "joint_conference/report_follow_up": fixed(follow_up_report="按期推进"),
    # P12, reception and visits
    "plan_reception": lambda desk: {
        "leader_name": "副县长",
        "reception_at": desk.in_days(6),
        "place": "接访大厅",
    },
    "register_visitors": _visitors,
    "talk": _talk,
    "notify_acceptance": lambda desk: {"is_accepted": desk.happens(0.85), "notice_text": "告知书"},
    "handle_petition": fixed(answer_text="答复意见书"),
    "petition/decide_extension": true("extension_granted", 0.7),
    "petition/review_answer": lambda desk: {"review_result": desk.one_of(upheld=0.8, changed=0.2)},
    "recheck_answer": fixed(recheck_result="upheld"),
    "recheck_after_hearing": fixed(recheck_result="upheld"),
    "propose_talk": fixed(person="信访人", matter="补偿标准", unsatisfied=2, is_overdue=False),
    "approve_talk": lambda desk: {"talk_approved": True, "talk_at": desk.in_days(5)},
    "record_presence": true("came", 0.7),
    "hold_talk": lambda desk: {"talk_minutes": "纪要", "talk_tasks": _tasks(desk, "逐户核实")},
    "visit_home": _visit_home,
    "record_refusal": true("may_retry", 0.5),
    # P13, deliberation
    "submit_topic": lambda desk: {"title": desk.matter.title, "proposers": 12},
    "screen_topic": _screen_topic,
    "discuss_at_once": lambda desk: {
        "consultation_result": desk.one_of(consensus=0.7, deeper=0.2, failed=0.1)
    },
    "form_group": fixed(participants=["居民代表", "物业", "业委会"]),
    "deliberation/consult": lambda desk: {
        "consultation_result": desk.one_of(consensus=0.6, vote=0.15, again=0.15, failed=0.1)
    },
    "prepare_vote": fixed(vote_kind="owners_ordinary"),
    "count_votes": _count_votes,
    "deliberation/examine_objection": true("objection_upheld", 0.2),
    "deliberation/make_plan": lambda desk: {"plan_tasks": _tasks(desk, "划线", "公示")},
    "review_outcome": fixed(review_text="效果良好"),
    "branch_proposes": fixed(**_VOTE),
    "committees_discuss": fixed(**_VOTE),
    "members_review": fixed(**_VOTE),
    "representatives_resolve": fixed(**_VOTE),
    "carry_out": fixed(carry_out_text="已实施"),
    # P14, property rating
    "assess_oneself": lambda desk: {"self_points": desk.chance.randint(70, 98)},
    "check_by_community": lambda desk: {
        "party_points": desk.chance.randint(12, 25),
        "governance_points": desk.chance.randint(10, 20),
    },
    "check_by_town": lambda desk: {
        "safety_points": desk.chance.randint(4, 10),
        "fatal_accident": False,
        "refused_handover": False,
        "falsified": desk.happens(0.03),
    },
    "pull_data": lambda desk: {"request_points": desk.chance.randint(6, 15)},
    "survey_residents": _survey,
    "decide_appeal": fixed(appeal_upheld=False),
    "propose_red_card": fixed(red_card_confirmed=False, red_card_reason="首次"),
    # P15, incubation
    "apply": lambda desk: {
        "organisation_name": desk.matter.title,
        "organisation_type": desk.one_of(living=0.4, welfare=0.3, mediation=0.3),
        "plan_text": "服务计划",
    },
    "check_application": fixed(first_check="accepted"),
    "review_application": lambda desk: {
        "review_passed": not desk.matter.number.endswith("2"),
        "review_text": "评审意见",
    },
    "incubation/examine_objection": fixed(objection_upheld=False),
    "sign_agreement": fixed(support_items=["training", "registration"]),
    "carry_out_support": fixed(support_record="已培训"),
    # P16, lecture forum
    "collect_themes": fixed(theme="矛盾纠纷源头化解"),
    "confirm_theme": fixed(theme_decision="confirmed"),
    "choose_expert": fixed(expert_name="党校教授"),
    "answer_invitation": true("expert_accepts", 0.8),
    "fix_session": lambda desk: {
        "held_at": desk.in_days(9),
        "place": "党校",
        "capacity": 60,
    },
    "hold_forum": lambda desk: {"attendance": desk.chance.randint(30, 60), "satisfied_share": 94},
    "write_summary": fixed(summary="讲坛综述", suggestions=[{"title": "建调解室"}]),
    "screen_suggestions": lambda desk: {
        "tasks": _tasks(desk, "建调解室"),
        "for_conference": [],
    },
    # P17, training
    "draft_plan": fixed(
        classes=[
            {"title": "网格员", "hours": 16},
            {"title": "调解员", "hours": 24},
            {"title": "热线受理员", "hours": 8},
        ]
    ),
    "approve_plan": true("plan_approved", 0.9),
    "announce_class": lambda desk: {
        "trainees": [f"学员{turn}" for turn in range(1, 7)],
        "class_at": desk.in_days(12),
    },
    "hold_class": fixed(attended=[f"学员{turn}" for turn in range(1, 6)]),
    "record_score": lambda desk: {"score": desk.chance.randint(52, 98)},
    "review_candidate": lambda desk: {
        "candidate_accepted": not desk.matter.number.endswith("2"),
        "mentor": "人民调解员",
    },
    "assess_candidate": fixed(assessment="pool"),
    # X1 to X4
    "open_supervision": _open_supervision,
    "reply_to_order": fixed(reply="抓紧办理"),
    "sign_measure": lambda desk: {"is_signed": desk.happens(0.5), "sign_reason": "逾期"},
    "report_result": fixed(result_text="完成", evidence="照片"),
    "verify_result": true("verified", 0.9),
    "agree_closing": true("closing_agreed", 0.95),
    "contact_person": _contact,
    "follow_up_visit/review_answer": lambda desk: {
        "redo_wanted": desk.happens(0.3),
        "review_reason": "已复核",
    },
    "apply_for_return": lambda desk: {
        "return_wanted": desk.happens(0.08),
        "return_basis": "权责清单",
        "suggested_unit": "urban_management",
    },
    "rule_on_return": lambda desk: {
        "ruling": desk.one_of(stays=0.45, reassigned=0.45, upward=0.1),
        "new_unit": "urban_management",
        "ruling_reason": "三定规定",
    },
    "designate_unit": fixed(new_unit="urban_management"),
    "supply_papers": _supply,
    "decide_missing": fixed(waived=True, waive_reason="已说明"),
    "index_file": lambda desk: {
        "file_number": f"档{desk.matter.number}",
        "retention": "ten_years",
    },
    "destroy_personal_data": fixed(destruction_record="已销毁"),
}
