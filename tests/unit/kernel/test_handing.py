"""The tier ladder: cases and tasks go up, down, sideways and back, and nobody passes them on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.kernel.drawing import (
    ad_hoc,
    boundary,
    duration,
    event_sub,
    message,
    parallel,
    plain,
    process,
    start,
    user,
)
from tests.unit.kernel.playing import MONDAY, Played, compiled, play

from caseflow.errors import CommandRefused, DiagramRefused, NothingWaits, TaskNotOpen
from caseflow.kernel import (
    AskReturn,
    CaseClaimed,
    CaseHanded,
    CaseTakenBack,
    ClaimCase,
    Command,
    Conflict,
    ConflictArose,
    ConflictKind,
    Custody,
    DeadlineMoved,
    DesignateUnit,
    FindUnit,
    HandCase,
    HandTask,
    PlaceUnit,
    Program,
    ReturnAsked,
    ReturnRequest,
    ReturnRuled,
    RuleOnReturn,
    Ruling,
    Seat,
    Setting,
    TakeBackCase,
    TaskHanded,
    UnitDesignated,
    compile_process,
    dump_case,
    dump_command,
    dump_event,
    load_case,
    load_command,
    load_event,
)
from caseflow.model import (
    CalendarKind,
    Formula,
    Hand,
    Handing,
    Limit,
    Node,
    ParameterSet,
    Process,
)
from caseflow.worktime import CHINA, OfficeHours

VILLAGE, TOWN = Seat(unit="village-3", tier="village"), Seat(unit="town-1", tier="township")
COUNTY, CITY = Seat(unit="county", tier="county"), Seat(unit="city", tier="city")
OTHER = Seat(unit="town-2", tier="township")
WORK = process(
    "start > split > handle > end",
    "split > advise > done",
    parallel("split"),
    user("handle", roles=["'clerk'"], people=["'li'"]),
    user("advise", roles=["'expert'"], unit="'bureau'"),
    user("done"),
)


def opened() -> Played:
    return play(WORK)


def handed(case: Played, hand: Hand, to: Seat, **more: object) -> Played:
    command = HandCase(at=case.at, hand=hand, to=to.unit, tier=to.tier, reason="why")
    return case.apply(replace(command, **more))  # type: ignore[arg-type]  # fields of the command


def ask(case: Played, suggested: str = "bureau", actor: str = "wang") -> Played:
    return case.apply(
        AskReturn(at=case.at, actor=actor, basis="the list of duties", suggested=suggested)
    )


def rule(case: Played, ruling: Ruling, to: Seat | None = None, actor: str = "zhao") -> Played:
    there = to or Seat(unit="")
    return case.apply(
        RuleOnReturn(
            at=case.at, actor=actor, ruling=ruling, to=there.unit, tier=there.tier, reason="so"
        )
    )


def lies_with(case: Played) -> Seat:
    return Seat(unit=case.case.unit, tier=case.case.tier)


# What goes along


def test_a_case_that_goes_up_takes_the_tasks_of_its_unit_along_and_no_others() -> None:
    case = opened().claim("handle", "li").claim("advise", "expert-1")
    number = case.task("handle").id

    handed(case, Hand.ESCALATE, TOWN, ground="no_power")

    task, stays = case.task("handle"), case.task("advise")
    assert lies_with(case) == TOWN
    assert (task.unit, task.assignee, task.roles, task.people) == ("town-1", None, ("clerk",), ())
    assert (stays.unit, stays.assignee) == ("bureau", "expert-1")
    assert case.facts(CaseHanded) == [
        CaseHanded(
            hand=Hand.ESCALATE,
            source="village-3",
            source_tier="village",
            target="town-1",
            target_tier="township",
            tasks=(number,),
            reason="why",
            ground="no_power",
        )
    ]
    assert case.case.custody == Custody(came=Hand.ESCALATE, giver=VILLAGE)


def test_people_that_a_task_names_stay_where_no_role_could_take_it() -> None:
    case = play(process("start > ask > end", user("ask", people=["'li'"])))

    handed(case, Hand.ESCALATE, TOWN)

    assert case.task("ask").people == ("li",)


def test_a_decision_may_name_the_roles_that_take_it_there() -> None:
    case = opened()

    handed(
        case, Hand.ESCALATE, TOWN, roles=("town_center",), decision="jurisdiction", rules=("r2",)
    )

    (fact,) = case.facts(CaseHanded)
    assert case.task("handle").roles == ("town_center",)
    assert isinstance(fact, CaseHanded)
    assert (fact.decision, fact.rules) == ("jurisdiction", ("r2",))


def test_one_task_goes_to_another_unit_and_comes_back_and_the_case_stays() -> None:
    case = opened().claim("handle", "li")
    number = case.task("handle").id

    case.apply(HandTask(at=case.at, task=number, hand=Hand.TRANSFER, to="town-2", reason="theirs"))
    there = case.task("handle")
    case.apply(HandTask(at=case.at, task=number, hand=Hand.TAKE_BACK, reason="done"))

    assert (there.unit, there.assignee, there.giver) == ("town-2", None, "village-3")
    assert (case.task("handle").unit, case.task("handle").giver) == ("village-3", "")
    assert lies_with(case) == VILLAGE
    assert case.facts(TaskHanded) == [
        TaskHanded(
            task=number, hand=Hand.TRANSFER, source="village-3", target="town-2", reason="theirs"
        ),
        TaskHanded(
            task=number, hand=Hand.TAKE_BACK, source="town-2", target="village-3", reason="done"
        ),
    ]


@pytest.mark.parametrize(
    ("hand", "to", "reason", "match"),
    [
        (Hand.TAKE_BACK, "", "why", "no unit gave task"),
        (Hand.TRANSFER, "village-3", "why", "another unit than its own"),
        (Hand.TRANSFER, "town-2", " ", "reason is needed"),
        (Hand.RULE, "town-2", "why", "a command of its own"),
    ],
)
def test_a_task_is_not_handed_so(hand: Hand, to: str, reason: str, match: str) -> None:
    case = opened()
    before = case.case

    with pytest.raises(CommandRefused, match=match):
        case.apply(
            HandTask(at=case.at, task=case.task("handle").id, hand=hand, to=to, reason=reason)
        )
    with pytest.raises(TaskNotOpen):
        case.apply(HandTask(at=case.at, task=99, hand=Hand.TRANSFER, to="x", reason="why"))
    assert case.case == before


# Time


def office(opens: int, closes: int) -> Program:
    """A process whose case has other office hours in the town: three hours of work each."""
    limit = Limit(name="handle", kind=CalendarKind.WH, amount=180)
    drawn = process(
        "start > handle > end",
        "late > reminded > end2",
        user("handle", due='limit("handle")'),
        boundary("late", "handle", duration('limit("handle")'), interrupting=False),
        user("reminded"),
    )
    town = replace(CHINA, office_hours=(OfficeHours(opens=time(opens), closes=time(closes)),))
    return compile_process(
        drawn,
        setting=Setting(
            parameters={"standard": ParameterSet(name="standard", limits={"handle": limit})},
            calendar=replace(CHINA, office_hours=(OfficeHours(opens=time(9), closes=time(17)),)),
            calendars={"town-1": town},
        ),
    )


def at(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def test_a_deadline_keeps_its_start_and_is_counted_on_the_calendar_of_the_new_unit() -> None:
    case = play(office(10, 12), at=at(9))
    before = case.task("handle").due_at

    case.at = at(11)
    handed(case, Hand.ESCALATE, TOWN)

    after = datetime(2026, 3, 3, 11, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    assert before == at(12)
    assert (case.task("handle").due_at, case.task("handle").created_at) == (after, at(9))
    assert [one.due_at for one in case.case.timers.values()] == [after]
    assert [type(one) for one in case.last.events] == [CaseHanded, DeadlineMoved, DeadlineMoved]


def test_a_task_that_goes_alone_takes_its_own_deadlines_along() -> None:
    case = play(office(10, 12), at=at(9))
    number = case.task("handle").id

    case.apply(HandTask(at=at(9), task=number, hand=Hand.DISPATCH, to="town-1", reason="why"))

    after = datetime(2026, 3, 3, 11, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    assert case.task("handle").due_at == after
    assert [one.due_at for one in case.case.timers.values()] == [after]


# Down, and back


def test_what_was_dispatched_down_is_taken_back_by_any_unit_on_the_way() -> None:
    case = handed(opened(), Hand.ESCALATE, COUNTY, skipped=("town-1",))
    handed(handed(case, Hand.DISPATCH, TOWN), Hand.DISPATCH, VILLAGE)
    below = case.case.custody.above

    case.apply(TakeBackCase(at=case.at, to="county", reason="too slow"))

    assert below == (COUNTY, TOWN)
    assert lies_with(case) == COUNTY
    assert case.task("handle").unit == "county"
    assert case.case.custody == Custody(came=Hand.TAKE_BACK, giver=VILLAGE)
    assert case.facts(CaseTakenBack) == [
        CaseTakenBack(
            source="village-3",
            target="county",
            target_tier="county",
            tasks=(case.task("handle").id,),
            reason="too slow",
        )
    ]


def test_who_dispatched_last_takes_back_first() -> None:
    case = handed(handed(opened(), Hand.ESCALATE, COUNTY), Hand.DISPATCH, TOWN)
    handed(case, Hand.DISPATCH, VILLAGE)

    case.apply(TakeBackCase(at=case.at, reason="why"))

    assert lies_with(case) == TOWN
    assert case.case.custody.above == (COUNTY,)


@pytest.mark.parametrize(
    ("to", "above"),
    [(TOWN, (COUNTY,)), (COUNTY, ()), (CITY, ())],
    ids=["to who dispatched it", "to who dispatched it first", "beyond them"],
)
def test_what_goes_up_is_owed_to_nobody_it_came_back_to(to: Seat, above: tuple[Seat, ...]) -> None:
    case = handed(handed(opened(), Hand.ESCALATE, COUNTY), Hand.DISPATCH, TOWN)
    handed(case, Hand.DISPATCH, VILLAGE)

    handed(case, Hand.ESCALATE, to)

    assert case.case.custody.above == above


def test_only_what_was_dispatched_is_taken_back_and_by_who_did() -> None:
    case = opened()
    with pytest.raises(CommandRefused, match="nobody dispatched"):
        case.apply(TakeBackCase(at=case.at, reason="why"))
    handed(handed(case, Hand.ESCALATE, COUNTY), Hand.DISPATCH, TOWN)
    for to, reason, match in (("city", "why", "did not dispatch"), ("", "", "reason is needed")):
        with pytest.raises(CommandRefused, match=match):
            case.apply(TakeBackCase(at=case.at, to=to, reason=reason))


# Returning


def dispatched() -> Played:
    return handed(handed(opened(), Hand.ESCALATE, COUNTY), Hand.DISPATCH, TOWN)


def test_a_return_waits_for_a_ruling_and_nothing_else_moves_the_case_meanwhile() -> None:
    case = ask(dispatched())

    assert case.facts(ReturnAsked) == [
        ReturnAsked(unit="town-1", giver="county", basis="the list of duties", suggested="bureau")
    ]
    assert case.case.custody.asked == ReturnRequest(person="wang", suggested="bureau")
    for command in (
        HandCase(at=case.at, hand=Hand.TRANSFER, to="town-2", reason="why"),
        AskReturn(at=case.at, basis="again", suggested="bureau"),
    ):
        with pytest.raises(CommandRefused, match="waits for a ruling"):
            case.apply(command)


def test_a_unit_that_was_told_to_keep_it_cannot_ask_again() -> None:
    case = rule(ask(dispatched()), Ruling.STAYS)

    assert lies_with(case) == TOWN
    assert case.case.custody.refusals == ()
    with pytest.raises(CommandRefused, match="no second return"):
        ask(case)
    handed(handed(case, Hand.ESCALATE, COUNTY), Hand.DISPATCH, TOWN)
    with pytest.raises(CommandRefused, match="no second return"):
        ask(case)


def test_a_unit_that_a_ruling_gave_it_to_cannot_return_it() -> None:
    case = rule(ask(dispatched()), Ruling.REASSIGNED, OTHER)

    assert lies_with(case) == OTHER
    assert case.task("handle").unit == "town-2"
    with pytest.raises(CommandRefused, match="no second return"):
        ask(case)
    assert case.facts(ReturnRuled) == [
        ReturnRuled(
            unit="town-1",
            ruling=Ruling.REASSIGNED,
            target="town-2",
            target_tier="township",
            tasks=(case.task("handle").id,),
            reason="so",
        )
    ]


def test_what_goes_back_lies_with_the_giver_again_who_may_give_it_to_another() -> None:
    case = rule(ask(dispatched()), Ruling.BACK)

    assert lies_with(case) == COUNTY
    assert case.case.custody == Custody(came=Hand.RULE, giver=TOWN, refusals=("town-1",))
    handed(case, Hand.DISPATCH, OTHER)
    ask(case)
    assert case.case.custody.refusals == ("town-1", "town-2")


def test_taking_back_settles_a_return() -> None:
    case = ask(dispatched()).apply(TakeBackCase(at=MONDAY, reason="agreed"))

    assert lies_with(case) == COUNTY
    assert case.case.custody.asked is None


@pytest.mark.parametrize(
    ("ruling", "to", "actor", "match"),
    [
        (Ruling.STAYS, None, "wang", "cannot rule"),
        (Ruling.REASSIGNED, None, "zhao", "name it"),
        (Ruling.REASSIGNED, TOWN, "zhao", "another unit than town-1"),
    ],
)
def test_a_ruling_is_not_made_so(ruling: Ruling, to: Seat | None, actor: str, match: str) -> None:
    case = ask(dispatched())

    with pytest.raises(CommandRefused, match=match):
        rule(case, ruling, to, actor=actor)


def test_nobody_rules_on_what_nobody_asked() -> None:
    with pytest.raises(NothingWaits, match="nobody asked"):
        rule(dispatched(), Ruling.BACK)


def test_only_what_was_dispatched_or_transferred_is_returned() -> None:
    case = opened()
    with pytest.raises(CommandRefused, match="opened there"):
        ask(case)
    with pytest.raises(CommandRefused, match="came there by escalate"):
        ask(handed(case, Hand.ESCALATE, TOWN))
    ask(handed(case, Hand.TRANSFER, OTHER))


@pytest.mark.parametrize(
    ("basis", "suggested", "match"),
    [(" ", "bureau", "basis"), ("the list", " ", "basis"), ("the list", "town-1", "another unit")],
)
def test_a_return_says_why_and_whose_it_is(basis: str, suggested: str, match: str) -> None:
    case = dispatched()
    with pytest.raises(CommandRefused, match=match):
        case.apply(AskReturn(at=case.at, basis=basis, suggested=suggested))


def with_parameters(**values: int) -> Program:
    limits = {
        "return_normal": Limit(name="return_normal", kind=CalendarKind.WD, amount=1),
        "return_urgent": Limit(name="return_urgent", kind=CalendarKind.CLK, amount=240),
    }
    standard = ParameterSet(name="standard", limits=limits, values=values)
    return compiled(WORK, parameters={"standard": standard})


def test_a_return_is_asked_within_its_limit() -> None:
    case = handed(play(with_parameters()), Hand.TRANSFER, OTHER)
    until = case.case.custody.return_by
    assert until is not None

    case.at = until + timedelta(seconds=1)
    with pytest.raises(CommandRefused, match="could be returned until"):
        ask(case)
    case.at = until
    ask(case)


def test_the_limit_of_a_return_may_be_another() -> None:
    case = play(with_parameters())
    with pytest.raises(CommandRefused, match="no limit 'never'"):
        handed(case, Hand.TRANSFER, OTHER, return_limit="never")

    handed(case, Hand.TRANSFER, OTHER, return_limit="return_urgent")

    assert case.case.custody.return_by == MONDAY + timedelta(hours=4)


# Conflicts


def refused(times: int, program: Program | Process = WORK) -> Played:
    """A case that so many towns have asked to return, each after a dispatch of its own."""
    case = handed(play(program), Hand.ESCALATE, COUNTY)
    for number in range(1, times + 1):
        handed(case, Hand.DISPATCH, Seat(unit=f"town-{number}", tier="township"))
        ask(case)
        if case.case.custody.conflict is None:
            rule(case, Ruling.BACK)
    return case


def test_the_third_unit_that_refuses_is_not_ruled_on_but_a_superior_designates() -> None:
    case = refused(3)
    towns = ("town-1", "town-2", "town-3")

    assert case.case.custody.conflict == Conflict(kind=ConflictKind.REFUSED, units=towns)
    assert case.facts(ConflictArose) == [ConflictArose(conflict=ConflictKind.REFUSED, units=towns)]
    blocked: list[Command] = [
        RuleOnReturn(at=case.at, ruling=Ruling.BACK, reason="why"),
        TakeBackCase(at=case.at, reason="why"),
        HandCase(at=case.at, hand=Hand.ESCALATE, to="city", reason="why"),
        ClaimCase(at=case.at, unit="bureau", basis="ours"),
    ]
    for command in blocked:
        with pytest.raises(CommandRefused, match="only a superior can designate"):
            case.apply(command)

    case.apply(DesignateUnit(at=case.at, to="town-2", tier="township", reason="nearest"))

    assert lies_with(case) == OTHER
    assert case.case.custody == Custody(
        came=Hand.DESIGNATE,
        giver=Seat(unit="town-3", tier="township"),
        above=(COUNTY,),
        bound=("town-2",),
    )
    with pytest.raises(CommandRefused, match="no second return"):
        ask(case)


def test_how_many_may_refuse_is_a_parameter() -> None:
    assert refused(1, with_parameters(max_refusals=1)).case.custody.conflict is not None
    assert refused(3, with_parameters(max_refusals=4)).case.custody.conflict is None


def test_units_that_claim_a_case_wait_for_a_superior_and_the_work_goes_on() -> None:
    case = opened()
    case.apply(ClaimCase(at=case.at, actor="wang", unit="bureau", basis="our duty"))
    case.apply(ClaimCase(at=case.at, unit="town-2", basis="our ground"))
    for unit, basis, match in (("bureau", "why", "claims it already"), ("x", " ", "basis")):
        with pytest.raises(CommandRefused, match=match):
            case.apply(ClaimCase(at=case.at, unit=unit, basis=basis))
    case.do("handle")

    units = ("village-3", "bureau", "town-2")
    assert case.case.custody.conflict == Conflict(kind=ConflictKind.CLAIMED, units=units)
    assert case.facts(CaseClaimed)[0] == CaseClaimed(
        unit="bureau", against="village-3", basis="our duty"
    )
    case.apply(DesignateUnit(at=case.at, to="village-3", tier="village", reason="it began there"))
    assert lies_with(case) == VILLAGE
    assert case.case.custody == Custody(came=Hand.DESIGNATE, bound=("village-3",))
    assert case.facts(UnitDesignated) == [
        UnitDesignated(
            source="village-3", target="village-3", target_tier="village", reason="it began there"
        )
    ]


def test_nobody_designates_a_unit_where_it_is_settled_whose_the_case_is() -> None:
    case = opened()
    with pytest.raises(CommandRefused, match="settled"):
        case.apply(DesignateUnit(at=case.at, to="town-1", reason="why"))


def test_a_superior_may_designate_instead_of_ruling() -> None:
    case = ask(dispatched())
    case.apply(DesignateUnit(at=case.at, to="town-2", tier="township", reason="why"))
    assert lies_with(case) == OTHER


# What a case keeps


@pytest.mark.parametrize(
    ("to", "reason", "hand", "match"),
    [
        ("village-3", "why", Hand.TRANSFER, "another unit than village-3"),
        ("", "why", Hand.ESCALATE, "name it"),
        ("town-1", " ", Hand.ESCALATE, "reason is needed"),
        ("town-1", "why", Hand.DESIGNATE, "a command of its own"),
    ],
)
def test_a_case_is_not_handed_so(to: str, reason: str, hand: Hand, match: str) -> None:
    case = opened()
    before = case.case

    with pytest.raises(CommandRefused, match=match):
        case.apply(HandCase(at=case.at, hand=hand, to=to, reason=reason))
    assert case.case == before


def test_custody_is_no_longer_after_many_handings() -> None:
    case = opened()
    sizes = set()
    for _ in range(40):
        for hand, to in ((Hand.ESCALATE, TOWN), (Hand.DISPATCH, VILLAGE)):
            handed(case, hand, to)
        case.history.clear()
        sizes.add(len(dump_case(case.case)) - len(str(case.case.version)))
    assert len(sizes) == 1


Step = tuple[str, Hand, Seat, Ruling]


def commanded(step: Step, moment: datetime) -> Command:
    what, hand, seat, ruling = step
    to, tier = seat.unit, seat.tier
    commands: dict[str, Command] = {
        "hand": HandCase(at=moment, hand=hand, to=to, tier=tier, reason="why"),
        "back": TakeBackCase(at=moment, reason="why"),
        "ask": AskReturn(at=moment, actor="wang", basis="why", suggested=to),
        "rule": RuleOnReturn(at=moment, ruling=ruling, to=to, tier=tier, reason="why"),
        "claim": ClaimCase(at=moment, unit=to, basis="why"),
        "designate": DesignateUnit(at=moment, to=to, tier=tier, reason="why"),
    }
    return commands[what]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["hand", "back", "ask", "rule", "claim", "designate"]),
            st.sampled_from([Hand.ESCALATE, Hand.DISPATCH, Hand.TRANSFER]),
            st.sampled_from([VILLAGE, TOWN, OTHER, COUNTY, CITY]),
            st.sampled_from(list(Ruling)),
        ),
        max_size=25,
    )
)
def test_whatever_units_do_a_case_replays_and_survives_storing(steps: list[Step]) -> None:
    case, taken = opened(), list[Command]()
    for step in steps:
        command = commanded(step, case.at)
        try:
            case.apply(command)
        except CommandRefused:
            continue
        taken.append(load_command(dump_command(command)))
        assert [load_event(dump_event(one)) for one in case.last.events] == [*case.last.events]
    again = opened()
    for command in taken:
        again.apply(command)

    assert dump_case(again.case) == dump_case(case.case)
    assert load_case(dump_case(case.case)) == case.case
    assert len(case.case.custody.above) <= len({VILLAGE, TOWN, OTHER, COUNTY, CITY})
    assert (case.task("handle").unit, case.task("advise").unit) == (case.case.unit, "bureau")


# From diagrams


def wishing(
    node: Node, hand: Hand, to: str | None = None, reason: str | None = None, ground: str = ""
) -> Node:
    made = Handing(
        hand=hand,
        to=None if to is None else Formula(text=to),
        reason=None if reason is None else Formula(text=reason),
        ground=ground,
    )
    return replace(node, handing=made)


def answer(case: Played, to: Seat, *, problem: str = "", skipped: tuple[str, ...] = ()) -> Played:
    """Tell the element that asked which unit it is."""
    (asked,) = [one for one in case.last.effects if isinstance(one, FindUnit)]
    return case.apply(
        PlaceUnit(
            at=case.at,
            token=asked.token,
            hand=asked.hand,
            to=to.unit,
            tier=to.tier,
            skipped=skipped,
            reason=asked.reason,
            problem=problem,
        )
    )


def test_an_element_asks_for_its_unit_and_begins_there() -> None:
    above = wishing(user("above"), Hand.ESCALATE, reason="'too big: ' + what", ground="no_power")
    case = play(process("start > here > above > end", above), what="a wall").do("here")

    (asked,) = [one for one in case.last.effects if isinstance(one, FindUnit)]
    assert (asked.hand, asked.unit, asked.to, asked.reason) == (
        Hand.ESCALATE,
        "village-3",
        "",
        "too big: a wall",
    )
    assert case.tasks == []
    answer(case, TOWN)

    assert (lies_with(case), case.task("above").unit) == (TOWN, "town-1")
    (fact,) = case.facts(CaseHanded)
    assert isinstance(fact, CaseHanded)
    assert (fact.reason, fact.ground) == ("too big: a wall", "no_power")
    case.do("above")
    assert case.state == "completed"


def test_a_unit_that_cannot_be_found_is_an_incident_that_can_be_resolved() -> None:
    case = play(process("start > up > then > end", wishing(plain("up"), Hand.ESCALATE)))
    answer(case, Seat(unit=""), problem="nothing lies above")

    assert case.stuck == ["up"]
    answer(case.resolve("up"), TOWN)
    assert (case.stuck, case.tasks, lies_with(case)) == ([], ["then"], TOWN)


def test_what_got_stuck_behind_a_handing_does_not_hand_the_case_on_again() -> None:
    drawn = wishing(user("up", due="missing"), Hand.ESCALATE)
    case = answer(play(process("start > up > end", drawn)), TOWN)
    assert (case.stuck, lies_with(case)) == (["up"], TOWN)

    case.set(missing="2026-04-01T00:00:00+08:00").resolve("up")

    assert (case.tasks, lies_with(case)) == (["up"], TOWN)
    assert len(case.facts(CaseHanded)) == 1


def test_an_element_whose_unit_has_the_case_already_passes() -> None:
    drawn = wishing(plain("move"), Hand.TRANSFER, to="place")
    case = answer(play(process("start > move > then > end", drawn), place="village-3"), VILLAGE)

    assert case.tasks == ["then"]
    assert case.facts(CaseHanded) == []


def test_a_wrong_expression_is_an_incident() -> None:
    case = play(process("start > move > end", wishing(plain("move"), Hand.TRANSFER, to="nobody")))
    assert case.stuck == ["move"]
    answer(case.set(nobody="town-2").resolve("move"), OTHER)
    assert (case.state, lies_with(case)) == ("completed", OTHER)


def test_a_diagram_returns_rules_and_designates() -> None:
    drawn = process(
        "start > give > back > ruled > done > end",
        wishing(plain("give"), Hand.TRANSFER, to="'town-2'"),
        wishing(plain("back"), Hand.RETURN, to="'bureau'", reason="'duties'"),
        wishing(plain("ruled"), Hand.RULE, to="ruled_to"),
    )
    for ruled, seat, ruling in (
        (None, OTHER, Ruling.STAYS),
        ("village-3", VILLAGE, Ruling.BACK),
        ("town-1", TOWN, Ruling.REASSIGNED),
    ):
        case = answer(play(drawn, ruled_to=ruled), OTHER)
        answer(case, Seat(unit="bureau"))
        answer(case, Seat(unit=ruled or "", tier=seat.tier if ruled else ""))
        (fact,) = case.facts(ReturnRuled)
        assert isinstance(fact, ReturnRuled)
        assert (fact.ruling, lies_with(case)) == (ruling, seat)


def test_a_superior_designates_by_a_diagram() -> None:
    drawn = process(
        "start > wait > name > then > end", wishing(plain("name"), Hand.DESIGNATE, to="'town-2'")
    )
    case = play(drawn)
    case.apply(ClaimCase(at=case.at, unit="bureau", basis="ours"))
    answer(case.do("wait"), OTHER)
    assert (lies_with(case), case.case.custody.conflict) == (OTHER, None)


def test_a_diagram_takes_back_what_was_dispatched() -> None:
    drawn = process(
        "start > down > wait > up > then > end",
        wishing(plain("down"), Hand.DISPATCH, to="'town-2'"),
        wishing(plain("up"), Hand.TAKE_BACK),
    )
    case = answer(play(drawn), OTHER).do("wait")
    answer(case, Seat(unit=""))
    assert lies_with(case) == VILLAGE


def test_what_a_case_cannot_do_now_is_an_incident_at_the_element() -> None:
    case = play(process("start > back > end", wishing(plain("back"), Hand.TAKE_BACK)))
    answer(case, Seat(unit=""))
    assert case.stuck == ["back"]
    (incident,) = case.case.incidents.values()
    assert "nobody dispatched" in incident.message


def test_a_place_that_nobody_asked_for_is_refused() -> None:
    case = opened()
    with pytest.raises(NothingWaits, match="does not wait for a unit"):
        case.apply(PlaceUnit(at=case.at, token=2, hand=Hand.ESCALATE, to="town-1"))


@pytest.mark.parametrize(
    ("drawn", "match"),
    [
        (process("start > a > end", wishing(plain("a"), Hand.DISPATCH)), "not to which unit"),
        (
            process("start > a > end", wishing(plain("a"), Hand.RETURN, to="'x'")),
            "without a basis",
        ),
        (
            process("start > some > end", ad_hoc("some", wishing(user("a"), Hand.ESCALATE))),
            "in any order",
        ),
        (
            process(
                "start > a > end",
                wishing(event_sub("e", start("s", message("m")), "s > b > end_e"), Hand.ESCALATE),
            ),
            "no single token enters",
        ),
        (
            process(
                "start > a > end", replace(wishing(plain("a"), Hand.ESCALATE), start_quantity=2)
            ),
            "no single token enters",
        ),
        (process("start > a > end", wishing(plain("a"), Hand.TRANSFER, to="1 +")), "1 \\+"),
    ],
)
def test_a_handing_that_cannot_work_is_refused_at_deployment(drawn: Process, match: str) -> None:
    with pytest.raises(DiagramRefused, match=match):
        compiled(drawn)
