"""The emergency process, walked on a virtual clock: every end, every level, every limit."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from caseflow.kernel import CaseState, MessageSent
from caseflow.model import Value
from caseflow.parameters import read_parameters
from caseflow.testing import Caseflow, RunningCase

CHINA_TIME = ZoneInfo("Asia/Shanghai")
ACCIDENT: dict[str, object] = {
    "event_verified": True,
    "event_class": "accident",
    "event_kind": "work_safety",
    "deaths": 0,
    "serious_injuries": 0,
    "injured": 0,
    "loss": 0,
    "people": 0,
}
NATURAL: dict[str, object] = {**ACCIDENT, "event_class": "natural", "event_kind": "geological"}
HEALTH: dict[str, object] = {**ACCIDENT, "event_class": "health", "event_kind": "infectious"}
SOCIAL: dict[str, object] = {**ACCIDENT, "event_class": "social", "event_kind": "mass"}
NO_MEASURES: dict[str, object] = {
    "needs_rescue": False,
    "needs_cordon": False,
    "needs_medical": False,
    "needs_evacuation": False,
    "needs_supplies": False,
    "needs_information": False,
}
RESPONSE: dict[str, object] = {
    "response_matter": "厂房起火",
    "response_measures": "救援、警戒",
    "response_level": "IV",
    "response_until": datetime(2026, 3, 3, 9, tzinfo=CHINA_TIME),
    "beyond_capacity": False,
    **NO_MEASURES,
}


def moment(day: int, hour: int = 0, minute: int = 0, *, month: int = 3) -> datetime:
    """Return a moment of 2026 in China; tests begin on Monday 2 March at 9:00."""
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA_TIME)


@pytest.fixture
def emergency(caseflow: Caseflow, repository: Path) -> Caseflow:
    caseflow.deploy(repository / "processes" / "emergency_handling")
    return caseflow


def found(caseflow: Caseflow, *, parameters: str = "yuxi-default") -> RunningCase:
    return caseflow.start(
        "emergency_handling",
        business_key="E-1",
        unit="town-3",
        parameters=parameters,
        title="厂房起火",
        location="红塔大道",
    )


def verified(
    caseflow: Caseflow, facts: dict[str, object], *, parameters: str = "yuxi-default"
) -> RunningCase:
    """Bring a case to where it is reported up and the response is started."""
    case = found(caseflow, parameters=parameters).complete("phone_first_report")
    return case.complete("verify_report", **facts)


def commanded(
    caseflow: Caseflow, facts: dict[str, object] = ACCIDENT, **response: object
) -> RunningCase:
    """Bring a case to where the command on site waits for its first assessment."""
    case = verified(caseflow, facts)
    while "report_up" in case.waiting_at:
        case.complete("report_up", receipt="已收", medium="书面")
    return case.complete("start_response", **{**RESPONSE, **response}).complete("set_up_command")


def assess(caseflow: Caseflow, case: RunningCase, *, after: float, **variables: object) -> None:
    caseflow.advance(hours=after)
    if "report_progress" in case.waiting_at:
        case.complete("report_progress", stable=False)
    case.complete("assess", **{"beyond_capacity": False, **NO_MEASURES, **variables})


def ended(
    caseflow: Caseflow, facts: dict[str, object] = ACCIDENT, **response: object
) -> RunningCase:
    """Bring a case to where aftercare is planned."""
    case = commanded(caseflow, facts, **response)
    assess(caseflow, case, after=12, assessment="end")
    case.complete("declare_end", threat_controlled=True, no_secondary=True)
    return case.complete("first_response")


def investigated(caseflow: Caseflow, facts: dict[str, object] = ACCIDENT) -> RunningCase:
    """Bring a case to where it is decided who investigates."""
    case = ended(caseflow, facts)
    case.complete("plan_aftercare", aftercare_plan="救助", investigation_needed=False)
    return case.complete("carry_out_aftercare")


def sent(case: RunningCase, name: str) -> list[Value]:
    """Return what the messages of this name carried, in order."""
    return [
        entry.event.payload
        for entry in case.history
        if isinstance(entry.event, MessageSent) and entry.event.name == name
    ]


def due(case: RunningCase, element: str) -> tuple[str | None, datetime | None]:
    task = case.task(element)
    return task.limit, task.due_at


# At once


def test_the_first_response_begins_before_anybody_decides_anything(emergency: Caseflow) -> None:
    case = found(emergency)

    assert case.waiting_at == {"first_response", "phone_first_report", "verify_report"}
    assert len(sent(case, "forces_notified")) == 1


def test_a_false_alarm_stops_everything_and_is_told(emergency: Caseflow) -> None:
    case = found(emergency).complete("verify_report", event_verified=False)

    assert (case.state, case.outcome) == (CaseState.COMPLETED, "false_alarm")
    assert case.tasks() == ()
    assert len(sent(case, "false_alarm_informed")) == 1


def test_the_first_report_by_phone_is_due_in_20_minutes(emergency: Caseflow) -> None:
    case = found(emergency)
    assert due(case, "phone_first_report") == ("first_phone_report", moment(2, 9, 20))

    emergency.advance(minutes=20)

    assert sent(case, "reminder") == [{"task": "phone_first_report"}]


# Grading


@pytest.mark.parametrize(
    ("kind", "figures", "expected"),
    [
        ("accident", {"deaths": 2, "serious_injuries": 9, "loss": 9_999_999}, "IV"),
        ("accident", {"deaths": 3}, "III"),
        ("accident", {"serious_injuries": 50}, "II"),
        ("accident", {"deaths": 3, "loss": 100_000_000}, "I"),
        ("natural", {"loss": 999_999}, "IV"),
        ("natural", {"loss": 1_000_000}, "III"),
        ("natural", {"deaths": 10}, "II"),
        ("natural", {"deaths": 30}, "I"),
        ("health", {"deaths": 30, "stated_level": "III"}, "III"),
        ("social", {"people": 49}, "IV"),
        ("social", {"people": 50}, "III"),
        ("social", {"people": 200}, "II"),
        ("social", {"people": 20, "injured": 10}, "II"),
        ("social", {"people": 5_000}, "I"),
    ],
)
def test_the_level_is_the_highest_that_any_criterion_gives(
    emergency: Caseflow, kind: str, figures: dict[str, object], expected: str
) -> None:
    case = verified(emergency, {**ACCIDENT, "event_class": kind, **figures})

    assert case.variables["event_level"] == expected


@pytest.mark.parametrize(("people", "expected"), [(4, False), (5, True), (9, True), (10, False)])
def test_a_small_crowd_is_an_early_sign(
    emergency: Caseflow, people: int, *, expected: bool
) -> None:
    case = verified(emergency, {**SOCIAL, "people": people})

    assert case.variables["early_sign"] is expected


# Reports


@pytest.mark.parametrize(
    ("facts", "parameters", "expected"),
    [
        (
            ACCIDENT,
            "yuxi-default",
            [("report_accident_county", 1 * 60), ("report_accident_city", 2 * 60)],
        ),
        (
            {**NATURAL, "deaths": 3},
            "yuxi-default",
            [
                ("report_natural_county", 1 * 60),
                ("report_natural_city", 2 * 60),
                ("report_natural_province", 2 * 60),
            ],
        ),
        (
            {**HEALTH, "stated_level": "IV"},
            "yuxi-default",
            [
                ("report_health_county_health", 2 * 60),
                ("report_health_county", 2 * 60),
                ("report_health_city", 2 * 60),
                ("report_health_province", 2 * 60),
                ("report_health_state", 1 * 60),
            ],
        ),
        (
            {**SOCIAL, "people": 50},
            "yuxi-default",
            [
                ("report_social_county", 40),
                ("report_social_city", 2 * 60),
                ("report_social_province", 3 * 60),
            ],
        ),
        (
            ACCIDENT,
            "chongqing",
            [("report_accident_county", 1 * 60), ("report_accident_city", 1 * 60)],
        ),
    ],
)
def test_an_event_is_reported_tier_by_tier_each_within_its_own_limit(
    emergency: Caseflow,
    facts: dict[str, object],
    parameters: str,
    expected: list[tuple[str, int]],
) -> None:
    case = verified(emergency, facts, parameters=parameters)
    minutes: list[tuple[str | None, int]] = []
    while "report_up" in case.waiting_at:
        task = case.task("report_up")
        assert task.due_at is not None
        minutes.append((task.limit, (task.due_at - task.created_at).seconds // 60))
        case.complete("report_up", receipt="已收", medium="书面")

    assert minutes == expected


def test_a_report_that_is_late_at_the_second_tier_is_known_by_its_tier(
    emergency: Caseflow,
) -> None:
    case = verified(emergency, {**ACCIDENT, "deaths": 3})

    emergency.advance(minutes=59)
    case.complete("report_up", receipt="1", medium="书面")
    emergency.advance(minutes=121)
    case.complete("report_up", receipt="2", medium="书面")
    emergency.advance(minutes=119)
    case.complete("report_up", receipt="3", medium="书面")

    assert case.variables["reports"] == [
        {"to": "county", "receipt": "1", "late": False},
        {"to": "city", "receipt": "2", "late": True},
        {"to": "province", "receipt": "3", "late": False},
    ]
    assert sent(case, "reminder") == [{"task": "report_up", "to": "city"}]


def test_progress_is_reported_every_two_hours_and_daily_once_it_is_stable(
    emergency: Caseflow,
) -> None:
    case = commanded(emergency)
    opened: list[datetime] = []
    for stable in (False, True, True):
        while "report_progress" not in case.waiting_at:
            emergency.advance(minutes=30)
            if "assess" in case.waiting_at:
                case.complete("assess", assessment="hold")
        opened.append(case.task("report_progress").created_at)
        case.complete("report_progress", stable=stable)

    assert opened == [moment(2, 11), moment(2, 13), moment(3, 13)]


# Command


def test_only_the_measures_that_are_needed_are_ordered(emergency: Caseflow) -> None:
    case = commanded(emergency, needs_rescue=True, needs_evacuation=True)

    assert case.waiting_at == {"first_response", "rescue", "evacuate", "wait_for_assessment"}


def test_measures_run_at_the_same_time_and_end_one_by_one(emergency: Caseflow) -> None:
    everything: dict[str, object] = dict.fromkeys(NO_MEASURES, True)
    case = commanded(emergency, ACCIDENT, **everything)
    before = case.waiting_at
    measures = ["rescue", "cordon", "medical", "evacuate", "supply", "inform_public"]

    for measure in measures:
        case.complete(measure)

    assert before - case.waiting_at == set(measures)


def test_a_response_without_measures_waits_for_its_assessment(emergency: Caseflow) -> None:
    assert commanded(emergency).waiting_at == {"first_response", "wait_for_assessment"}


@pytest.mark.parametrize(("level", "hours"), [("I", 1), ("II", 2), ("III", 4), ("IV", 12)])
def test_the_command_assesses_at_the_interval_of_the_level(
    emergency: Caseflow, level: str, hours: int
) -> None:
    case = commanded(emergency, response_level=level)

    emergency.advance(hours=hours, minutes=-1)
    assert "assess" not in case.waiting_at

    emergency.advance(minutes=1)
    assert "assess" in case.waiting_at


@pytest.mark.parametrize(
    ("facts", "response", "expected"),
    [
        (ACCIDENT, {}, []),
        (ACCIDENT, {"beyond_capacity": True}, ["IV"]),
        ({**ACCIDENT, "deaths": 3}, {}, ["III"]),
    ],
    ids=["IV", "IV beyond capacity", "III"],
)
def test_the_upper_government_is_asked_from_level_iii_or_beyond_capacity(
    emergency: Caseflow,
    facts: dict[str, object],
    response: dict[str, object],
    expected: list[str],
) -> None:
    case = commanded(emergency, facts, **response)

    requests = sent(case, "upper_support_requested")
    assert [one["level"] for one in requests if isinstance(one, dict)] == expected


def test_a_raised_level_shortens_the_interval_adds_measures_and_asks_only_once(
    emergency: Caseflow,
) -> None:
    case = commanded(emergency, needs_rescue=True)

    assess(
        emergency,
        case,
        after=12,
        assessment="raise",
        assessed_level="II",
        beyond_capacity=True,
        needs_supplies=True,
    )
    assert {"rescue", "supply"} <= case.waiting_at
    assess(emergency, case, after=2, assessment="lower", assessed_level="III")

    assert case.variables["response_level"] == "III"
    assert len(sent(case, "upper_support_requested")) == 1


def test_the_response_goes_on_while_the_threat_is_not_controlled(emergency: Caseflow) -> None:
    case = commanded(emergency)
    assess(emergency, case, after=12, assessment="end")

    case.complete("declare_end", threat_controlled=True, no_secondary=False)

    assert case.waiting_at == {"first_response", "wait_for_assessment", "next_follow_up"}


def test_an_upper_takeover_stops_the_command_but_not_the_evacuation(
    emergency: Caseflow,
) -> None:
    case = verified(emergency, {**ACCIDENT, "deaths": 3})
    case.complete("start_response", **{**RESPONSE, "needs_evacuation": True})
    case.complete("set_up_command")

    emergency.send("upper_takeover", key="E-1", payload={"by": "city"})

    assert case.waiting_at == {"first_response", "report_up", "evacuate", "assist_upper"}
    assert case.variables["command_role"] == "assist"


def test_a_case_that_was_taken_over_ends_handed_up(emergency: Caseflow) -> None:
    case = commanded(emergency, needs_evacuation=True)
    emergency.send("upper_takeover", key="E-1", payload={"by": "city"})

    case.complete("evacuate", people_moved=40).complete("assist_upper")
    case.complete("first_response").complete("archive", file_number="E-2026-1")

    assert (case.state, case.outcome) == (CaseState.COMPLETED, "handed_up")


# Beside the main line


def test_a_secondary_event_opens_a_case_of_its_own(emergency: Caseflow) -> None:
    case = commanded(emergency)

    emergency.send(
        "secondary_event", key="E-1", payload={"title": "有毒气体泄漏", "location": "红塔大道"}
    )

    (second,) = (one for one in emergency.cases("emergency_handling") if one.id != case.id)
    assert second.variables["source_case"] == case.id
    assert second.waiting_at == {"first_response", "phone_first_report", "verify_report"}
    assert case.waiting_at == {"first_response", "wait_for_assessment"}


def test_a_rumour_is_clarified_beside_the_command(emergency: Caseflow) -> None:
    case = commanded(emergency)

    emergency.send("rumour", key="E-1", payload={"text": "大坝决口"})

    assert case.waiting_at == {"first_response", "wait_for_assessment", "clarify"}
    assert case.complete("clarify").waiting_at == {"first_response", "wait_for_assessment"}


def test_a_third_death_on_the_third_day_raises_the_level_and_moves_the_investigation(
    emergency: Caseflow,
) -> None:
    case = commanded(emergency, {**ACCIDENT, "deaths": 2})
    emergency.advance(days=3)

    emergency.send("casualties_changed", key="E-1", payload={"deaths": 3})

    case.complete("supplement_report", supplement_receipt="已收")
    levels = ("event_level", "lead_tier", "investigating_tier")
    assert [case.variables[name] for name in levels] == ["III", "city", "city"]


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [("work_safety", 29, "III"), ("work_safety", 31, "IV"), ("fire", 6, "III"), ("fire", 8, "IV")],
)
def test_changed_casualties_are_supplemented_only_while_that_is_due(
    emergency: Caseflow, kind: str, days: int, expected: str
) -> None:
    case = commanded(emergency, {**ACCIDENT, "event_kind": kind})
    emergency.advance(days=days)

    emergency.send("casualties_changed", key="E-1", payload={"deaths": 3})

    assert case.variables["event_level"] == expected


# Afterwards


def test_the_plan_for_aftercare_is_due_in_ten_working_days(emergency: Caseflow) -> None:
    assert due(ended(emergency), "plan_aftercare") == ("aftercare_plan", moment(17))


def test_an_event_without_investigation_ends_normally(emergency: Caseflow) -> None:
    case = investigated(emergency, NATURAL).complete("archive", file_number="E-2026-1")

    assert (case.state, case.outcome) == (CaseState.COMPLETED, "ended_normal")


def test_an_accident_of_level_iv_is_investigated_by_the_county(emergency: Caseflow) -> None:
    case = investigated(emergency)
    assert case.task("investigate").due_at == moment(7, month=5)  # 60 days end on Labour Day

    case.complete("investigate", investigation_result="违规动火")
    assert due(case, "approve_report") == ("investigation_approval", moment(18))

    case.complete("approve_report", report_approved_on=moment(10).date()).complete("improve")
    case.complete("archive", file_number="E-2026-1")

    assert (case.state, case.outcome) == (CaseState.COMPLETED, "ended_with_investigation")


def test_an_accident_of_a_higher_level_is_investigated_by_the_upper_tier(
    emergency: Caseflow,
) -> None:
    case = investigated(emergency, {**ACCIDENT, "deaths": 3})
    assert sent(case, "investigation_handed_over") == [
        {"case": case.id, "level": "III", "tier": "city"}
    ]

    emergency.send("investigation_report", key="E-1", payload={"cause": "违规动火"})

    assert case.waiting_at == {"improve"}


def test_another_event_is_investigated_where_the_town_asks_for_it(emergency: Caseflow) -> None:
    case = ended(emergency, NATURAL)
    case.complete("plan_aftercare", aftercare_plan="重建", investigation_needed=True)

    case.complete("carry_out_aftercare")

    assert case.waiting_at == {"investigate"}


def test_an_investigation_that_is_over_its_limit_goes_to_supervision(
    emergency: Caseflow,
) -> None:
    case = investigated(emergency)

    emergency.advance_to(moment(6, 23, 59, month=5))
    assert sent(case, "supervision_requested") == []

    emergency.advance_to(moment(7, month=5))
    assert sent(case, "supervision_requested") == [
        {"case": case.id, "reason": "investigation_overdue"}
    ]
    assert case.waiting_at == {"investigate"}


def test_an_investigation_is_extended_once_from_the_end_of_its_limit(
    emergency: Caseflow,
) -> None:
    case = investigated(emergency)
    for _ in range(2):
        emergency.send("extension_requested", key="E-1")
        case.complete("decide_extension", extension_agreed=True)
    assert case.variables["extensions_granted"] == 1

    emergency.advance_to(moment(6, month=7))
    assert sent(case, "supervision_requested") == []

    emergency.advance_to(moment(7, month=7))
    assert len(sent(case, "supervision_requested")) == 1


def test_an_approval_that_is_late_is_reminded(emergency: Caseflow) -> None:
    case = investigated(emergency).complete("investigate", investigation_result="违规动火")

    emergency.advance_to(moment(18))

    assert sent(case, "reminder") == [{"task": "approve_report"}]


# The files beside each other


def test_the_diagram_uses_every_limit_and_the_readme_explains_it(repository: Path) -> None:
    folder = repository / "processes" / "emergency_handling"
    diagram = unescape((folder / "emergency_handling.bpmn").read_text(encoding="utf-8"))
    readme = (folder / "README.md").read_text(encoding="utf-8")
    text = (folder / "parameters.toml").read_text(encoding="utf-8")
    yuxi = read_parameters(text, file="parameters.toml")["yuxi-default"]

    clocks = (folder / "reporting_clocks.dmn").read_text(encoding="utf-8")

    used = set(re.findall(r'(?:limit\(|due\(|extended\(|caseflow:due=)"(\w+)"', diagram))
    used |= set(re.findall(r'"(report_\w+)"', clocks))

    assert used == set(yuxi.limits)
    assert [name for name in yuxi.limits if f"| `{name}` |" not in readme] == []


def test_the_readme_lists_every_task_message_and_end(repository: Path) -> None:
    folder = repository / "processes" / "emergency_handling"
    diagram = (folder / "emergency_handling.bpmn").read_text(encoding="utf-8")
    readme = (folder / "README.md").read_text(encoding="utf-8")
    patterns = (r'userTask id="(\w+)"', r'message id="\w+" name="(\w+)"', r'outcome="(\w+)"')

    named = [name for pattern in patterns for name in re.findall(pattern, diagram)]

    assert [name for name in named if f"`{name}`" not in readme] == []
