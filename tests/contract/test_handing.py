"""The tier ladder on every database: who hands which case to which unit, and what they see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.contract.diagrams import END, START, drawn, exclusive, process, user

from caseflow.engine import Jurisdiction
from caseflow.errors import CommandRefused, DecisionFailed, DiagramRefused, NotAllowed, UnknownCase
from caseflow.history import sealed
from caseflow.kernel import (
    CaseHanded,
    Conflict,
    ConflictKind,
    HandingEvent,
    ReturnAsked,
    ReturnRuled,
    Ruling,
    Seat,
    UnitDesignated,
    event_record,
)
from caseflow.model import Hand
from caseflow.org import Action, Organisation, Person, Post, Reach, Role, Unit
from caseflow.testing import Caseflow, RunningCase
from caseflow.worklist import Desk

UNITS = (
    Unit(id="city", tier="city"),
    Unit(id="county", tier="county", parent="city"),
    Unit(id="town-1", tier="township", parent="county"),
    Unit(id="town-2", tier="township", parent="county"),
    Unit(id="town-3", tier="township", parent="county"),
    Unit(id="village-1", tier="village", parent="town-1"),
    Unit(id="village-2", tier="village", parent="town-2"),
)
CENTER = {
    Action.ESCALATE: Reach.BELOW,
    Action.DISPATCH: Reach.BELOW,
    Action.TRANSFER: Reach.UNIT,
    Action.RETURN: Reach.UNIT,
}
ROLES = (
    Role(code="clerk"),
    Role(code="officer", tiers=("village",), rights={Action.ESCALATE: Reach.UNIT}),
    Role(code="center", tiers=("township", "county", "city"), rights=CENTER),
    Role(code="skipper", tiers=("county", "city"), rights={**CENTER, Action.SKIP: Reach.BELOW}),
)
PEOPLE = {
    "li": ("officer", "village-1"),
    "chen": ("clerk", "village-1"),
    "wang": ("center", "town-1"),
    "wu": ("center", "town-1"),
    "qian": ("center", "town-2"),
    "hu": ("center", "town-3"),
    "sun": ("center", "county"),
    "zhou": ("skipper", "county"),
    "ma": ("skipper", "city"),
}
ORGANISATION = Organisation(
    units=UNITS,
    roles=ROLES,
    people=[
        Person(id=name, posts=(Post(role=role, unit=unit),))
        for name, (role, unit) in PEOPLE.items()
    ],
)
JURISDICTION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
    id="d" name="d" namespace="https://example.org/d">
  <decision id="jurisdiction" name="Jurisdiction">
    <decisionTable hitPolicy="FIRST">
      <input label="kind"><inputExpression typeRef="string"><text>kind</text></inputExpression>
      </input>
      <output name="unit" /><output name="tier" /><output name="role" />
      <rule id="river"><inputEntry><text>"river"</text></inputEntry>
        <outputEntry><text>"town-2"</text></outputEntry><outputEntry><text>null</text></outputEntry>
        <outputEntry><text>null</text></outputEntry></rule>
      <rule id="big"><inputEntry><text>"big"</text></inputEntry>
        <outputEntry><text>null</text></outputEntry>
        <outputEntry><text>"county"</text></outputEntry>
        <outputEntry><text>"center"</text></outputEntry></rule>
      <rule id="other"><inputEntry><text>-</text></inputEntry>
        <outputEntry><text>null</text></outputEntry><outputEntry><text>null</text></outputEntry>
        <outputEntry><text>null</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="count" name="Count">
    <literalExpression><text>3</text></literalExpression>
  </decision>
</definitions>"""
MATTER = drawn(
    process(
        "matter", START, user("handle", 'caseflow:role="clerk"'), END, flows="start>handle>end"
    )
)


def staffed(url: str) -> Iterator[Caseflow]:
    flow = Caseflow(target=url)
    flow.deploy({"matter.bpmn": MATTER, "jurisdiction.dmn": JURISDICTION})
    with flow.engine.begin() as work:
        work.staff.replace(ORGANISATION)
    yield flow
    flow.close()


@pytest.fixture
def office() -> Iterator[Caseflow]:
    """A city of one county, three townships and two villages."""
    yield from staffed("sqlite://")


@pytest.fixture
def offices(database_url: str) -> Iterator[Caseflow]:
    """The same on each kind of database."""
    yield from staffed(database_url)


@contextmanager
def at_desk(office: Caseflow, who: str) -> Iterator[Desk]:
    with office.engine.begin(actor=who) as work:
        yield Desk(work)


def opened(office: Caseflow, unit: str = "village-1", kind: str | None = None) -> RunningCase:
    tier = next((one.tier for one in UNITS if one.id == unit), "")
    if kind is None:
        return office.start("matter", business_key="K", unit=unit, tier=tier)
    return office.start("matter", business_key="K", unit=unit, tier=tier, kind=kind)


def do(office: Caseflow, who: str, act: Callable[[Desk], object]) -> None:
    with at_desk(office, who) as desk:
        act(desk)


def refused(office: Caseflow, who: str, act: Callable[[Desk], object]) -> str:
    with at_desk(office, who) as desk, pytest.raises(CommandRefused) as refusal:
        act(desk)
    return type(refusal.value).__name__


def lies_with(case: RunningCase) -> Seat:
    return Seat(unit=case.view.unit, tier=case.view.tier)


def told(case: RunningCase) -> list[object]:
    return [entry.event for entry in case.history if isinstance(entry.event, HandingEvent)]


def test_a_case_goes_up_with_its_tasks_and_the_list_of_the_town_shows_them(
    offices: Caseflow,
) -> None:
    case = opened(offices)
    do(offices, "chen", lambda desk: desk.claim(case.task("handle")))

    do(offices, "li", lambda desk: desk.escalate(case.id, reason="why", ground="no_power"))

    assert lies_with(case) == Seat(unit="town-1", tier="township")
    assert (case.task("handle").unit, case.task("handle").assignee) == ("town-1", None)
    with at_desk(offices, "wang") as desk:
        assert [one.id for one in desk.visible(under="town-1")] == [case.task("handle").id]
        assert desk.case(case.id).unit == "town-1"
    with at_desk(offices, "chen") as desk:
        assert desk.mine().items == ()
    (fact,) = told(case)
    assert isinstance(fact, CaseHanded)
    assert (fact.hand, fact.target, fact.ground) == (Hand.ESCALATE, "town-1", "no_power")


def test_who_sent_a_case_up_still_sees_what_becomes_of_it(office: Caseflow) -> None:
    case = opened(office)
    do(office, "li", lambda desk: desk.escalate(case.id, reason="why"))
    with at_desk(office, "li") as desk:
        assert desk.case(case.id).unit == "town-1"
        with pytest.raises(NotAllowed):
            desk.escalate(case.id, reason="again")


def test_who_holds_a_task_of_the_unit_may_escalate_its_case(office: Caseflow) -> None:
    case = opened(office)
    do(office, "chen", lambda desk: desk.claim(case.task("handle")))
    do(office, "chen", lambda desk: desk.escalate(case.id, reason="beyond me"))
    assert lies_with(case).unit == "town-1"


def test_a_level_is_passed_over_only_on_purpose_and_with_the_right_to(office: Caseflow) -> None:
    case = opened(office, "county")
    assert refused(
        office, "zhou", lambda desk: desk.dispatch(case.id, "village-1", reason="why")
    ) == ("CommandRefused")
    assert (
        refused(
            office,
            "sun",
            lambda desk: desk.dispatch(case.id, "village-1", reason="why", skips=True),
        )
        == "NotAllowed"
    )

    do(office, "zhou", lambda desk: desk.dispatch(case.id, "village-1", reason="x", skips=True))
    do(office, "ma", lambda desk: desk.escalate(case.id, to="city", reason="y", skips=True))

    assert lies_with(case).unit == "city"
    assert [one.skipped for one in told(case) if isinstance(one, CaseHanded)] == [
        ("town-1",),
        ("town-1", "county"),
    ]


def test_directions_are_those_of_the_tree(office: Caseflow) -> None:
    case = opened(office, "town-1")
    wrong: list[Callable[[Desk], object]] = [
        lambda desk: desk.escalate(case.id, to="village-1", reason="why"),
        lambda desk: desk.dispatch(case.id, "town-2", reason="why"),
        lambda desk: desk.transfer_to_unit(case.id, "village-1", reason="why"),
        lambda desk: desk.transfer_to_unit(case.id, "elsewhere", reason="why"),
        lambda desk: desk.transfer_to_unit(case.id, "town-1", reason="why"),
    ]
    for act in wrong:
        assert refused(office, "wang", act) == "CommandRefused"
    top = opened(office, "city")
    assert refused(office, "ma", lambda d: d.escalate(top.id, reason="why")) == "CommandRefused"
    assert lies_with(case).unit == "town-1"


def test_a_return_is_ruled_on_by_the_sender_or_a_superior_but_not_by_who_asks(
    office: Caseflow,
) -> None:
    case = opened(office, "town-1")
    do(office, "wang", lambda desk: desk.transfer_to_unit(case.id, "town-2", reason="theirs"))
    do(office, "qian", lambda desk: desk.ask_return(case.id, basis="4.2", suggested="town-3"))

    def rule(desk: Desk) -> object:
        return desk.rule_on_return(case.id, Ruling.REASSIGNED, to="town-3", reason="so")

    assert refused(office, "qian", rule) == "NotAllowed"
    assert refused(office, "hu", rule) == "UnknownCase"
    do(office, "wu", rule)

    assert lies_with(case).unit == "town-3"
    assert (
        refused(office, "hu", lambda desk: desk.ask_return(case.id, basis="x", suggested="town-1"))
        == "CommandRefused"
    )


def test_the_sender_takes_back_and_nobody_else(office: Caseflow) -> None:
    case = opened(office, "county")
    do(office, "sun", lambda desk: desk.dispatch(case.id, "town-1", reason="why"))
    assert refused(office, "wang", lambda d: d.take_back(case.id, reason="why")) == "NotAllowed"
    do(office, "zhou", lambda desk: desk.take_back(case.id, reason="too slow"))
    assert lies_with(case).unit == "county"


def test_a_conflict_is_ended_by_a_superior_of_all_in_it(office: Caseflow) -> None:
    case = opened(office, "town-1")
    do(office, "sun", lambda desk: desk.copy(case.id, ["qian"]))
    assert (
        refused(office, "qian", lambda desk: desk.claim_for_unit(case.id, "town-1", basis="x"))
        == "NotAllowed"
    )
    do(office, "qian", lambda desk: desk.claim_for_unit(case.id, "town-2", basis="our river"))

    def designate(desk: Desk) -> object:
        return desk.designate(case.id, "town-2", reason="the river")

    with office.engine.read() as work:
        assert work.handing.of(case.id).conflict == Conflict(
            kind=ConflictKind.CLAIMED, units=("town-1", "town-2")
        )
    assert refused(office, "qian", designate) == "NotAllowed"
    assert refused(office, "wang", designate) == "NotAllowed"
    do(office, "sun", designate)
    assert lies_with(case).unit == "town-2"
    assert isinstance(told(case)[-1], UnitDesignated)


def test_three_units_that_refuse_meet_a_designation(office: Caseflow) -> None:
    case = opened(office, "county")
    for who, town in (("wang", "town-1"), ("qian", "town-2"), ("hu", "town-3")):
        with at_desk(office, "sun") as desk:
            desk.dispatch(case.id, town, reason="why")
        do(office, who, lambda desk: desk.ask_return(case.id, basis="x", suggested="village-1"))
        if who != "hu":
            do(office, "sun", lambda d: d.rule_on_return(case.id, Ruling.BACK, reason="so"))

    with at_desk(office, "sun") as desk:
        conflict = desk.custody(case.id).conflict
        assert conflict == Conflict(
            kind=ConflictKind.REFUSED, units=("town-1", "town-2", "town-3")
        )
        with pytest.raises(CommandRefused, match="only a superior"):
            desk.take_back(case.id, reason="why")
    do(office, "ma", lambda desk: desk.designate(case.id, "town-1", reason="nearest"))
    assert lies_with(case) == Seat(unit="town-1", tier="township")


def test_one_task_goes_alone_and_comes_back(offices: Caseflow) -> None:
    case = opened(offices, "town-1")
    task = case.task("handle").id
    do(offices, "wang", lambda desk: desk.dispatch(task, "village-1", reason="look"))
    assert (case.task("handle").unit, lies_with(case).unit) == ("village-1", "town-1")
    with at_desk(offices, "chen") as desk:
        assert [one.id for one in desk.mine()] == [task]
    assert refused(offices, "chen", lambda d: d.take_back(task, reason="why")) == "NotAllowed"
    do(offices, "wang", lambda desk: desk.take_back(task, reason="seen"))
    assert case.task("handle").unit == "town-1"


def test_what_may_not_be_seen_is_not_handed(office: Caseflow) -> None:
    case = opened(office)
    acts: list[Callable[[Desk], object]] = [
        lambda desk: desk.custody(case.id),
        lambda desk: desk.escalate(case.id, reason="x"),
        lambda desk: desk.dispatch(case.id, "village-2", reason="x"),
        lambda desk: desk.transfer_to_unit(case.id, "village-2", reason="x"),
        lambda desk: desk.hand_by_rule(case.id, "jurisdiction"),
        lambda desk: desk.take_back(case.id, reason="x"),
        lambda desk: desk.ask_return(case.id, basis="x", suggested="town-2"),
        lambda desk: desk.rule_on_return(case.id, Ruling.STAYS, reason="x"),
        lambda desk: desk.claim_for_unit(case.id, "town-2", basis="x"),
        lambda desk: desk.designate(case.id, "town-2", reason="x"),
    ]
    for act in acts:
        with at_desk(office, "qian") as desk, pytest.raises(UnknownCase):
            act(desk)


def test_what_people_write_about_a_handing_is_sealed_in_the_history() -> None:
    asked = ReturnAsked(unit="t", giver="c", basis="Mr Li says so", suggested="w")
    ruled = ReturnRuled(unit="t", ruling=Ruling.BACK, target="c", reason="Mr Li is right")

    for event, field in ((asked, "basis"), (ruled, "reason")):
        record, openings = sealed(event_record(event))
        assert "Mr Li" not in str(record)
        assert list(openings) == [field]


# By rule


def test_a_decision_says_whose_a_matter_is(office: Caseflow) -> None:
    river, big = opened(office, "town-1", kind="river"), opened(office, kind="big")
    do(office, "sun", lambda desk: desk.hand_by_rule(river.id, "jurisdiction"))
    do(office, "ma", lambda desk: desk.hand_by_rule(big.id, "jurisdiction", skips=True))

    assert (lies_with(river).unit, lies_with(big).unit) == ("town-2", "county")
    assert big.task("handle").roles == ("center",)
    facts = [one for case in (river, big) for one in told(case) if isinstance(one, CaseHanded)]
    assert [(one.hand, one.decision, one.rules) for one in facts] == [
        (Hand.TRANSFER, "jurisdiction", ("river",)),
        (Hand.ESCALATE, "jurisdiction", ("big",)),
    ]


def test_a_decision_is_asked_without_anything_happening(office: Caseflow) -> None:
    case = opened(office, kind="big")
    with office.engine.read() as work:
        said = work.handing.jurisdiction(case.id, "jurisdiction")
        other = work.handing.jurisdiction(case.id, "jurisdiction", {"kind": "river"})
    assert said == Jurisdiction(
        tier="county", role="center", decision="jurisdiction", rules=("big",)
    )
    assert other.unit == "town-2"
    assert told(case) == []


@pytest.mark.parametrize(
    ("decision", "kind", "error", "match"),
    [
        ("nothing", "river", CommandRefused, "no decision 'nothing'"),
        ("count", "river", CommandRefused, "takes a unit, a tier or a role"),
        ("jurisdiction", "x", CommandRefused, "names no unit"),
        ("jurisdiction", None, DecisionFailed, "kind"),
    ],
)
def test_a_decision_that_says_nothing_hands_nothing_on(
    office: Caseflow,
    decision: str,
    kind: str | None,
    error: type[Exception],
    match: str,
) -> None:
    case = opened(office, kind=kind)
    with office.engine.begin(actor="li") as work, pytest.raises(error, match=match):
        work.handing.by_rule(case.id, decision)


# Hosts that see to units themselves


def test_a_host_without_units_in_the_directory_names_them_itself(flow: Caseflow) -> None:
    flow.deploy({"matter.bpmn": MATTER})
    case = flow.start("matter", unit="v", tier="village")
    with flow.engine.begin(actor="li") as work:
        with pytest.raises(CommandRefused, match="name the unit above"):
            work.handing.escalate(case.id, reason="why")
        work.handing.escalate(case.id, to="t", tier="township", reason="why")
        work.handing.dispatch(case.id, "v2", tier="village", reason="why")
        work.handing.ask_return(case.id, basis="x", suggested="t")
    with flow.engine.begin(actor="wu") as work:
        work.handing.rule(case.id, Ruling.BACK, reason="so")
    assert lies_with(case) == Seat(unit="t", tier="township")
    with flow.engine.read() as work:
        work.records.replay(case.id)


# From diagrams


def thrown(name: str, more: str) -> str:
    """Draw an intermediate event that hands the case on."""
    return f'<intermediateThrowEvent id="{name}" {more}/>'


def test_a_diagram_hands_its_case_to_the_unit_above_in_one_transaction(offices: Caseflow) -> None:
    offices.deploy(
        {
            "climb.bpmn": drawn(
                process(
                    "climb",
                    START,
                    user("try", 'caseflow:role="clerk"'),
                    exclusive("solved", 'default="solved_to_above"'),
                    user(
                        "above",
                        'caseflow:role="clerk" caseflow:hand="escalate" '
                        'caseflow:reason="=why + \'!\'" caseflow:ground="no_means"',
                    ),
                    END,
                    flows="start>try>solved>end, solved>above>solved",
                    conditions={"solved>end": "done"},
                )
            )
        }
    )
    case = offices.start("climb", unit="village-1", tier="village", done=False, why="hard")

    case.complete("try")
    assert (lies_with(case).unit, case.task("above").unit) == ("town-1", "town-1")
    case.complete("above")
    case.complete("above")
    assert lies_with(case) == Seat(unit="city", tier="city")
    case.complete("above")

    assert [one.message for one in case.view.incidents] == ["no unit lies above city"]
    assert [one.reason for one in told(case) if isinstance(one, CaseHanded)] == ["hard!"] * 3
    with offices.engine.read() as work:
        work.records.replay(case.id)
        work.verify(case.id)


def test_the_diagram_of_returns_and_rulings_moves_the_case(office: Caseflow) -> None:
    """X3: a unit returns, an arbiter rules, and where too many refuse, a superior designates."""
    hand = 'caseflow:hand="{}" caseflow:to="{}" {}'.format
    office.deploy(
        {
            "x3.bpmn": drawn(
                process(
                    "x3",
                    START,
                    thrown("dispatched", hand("dispatch", "=wanted", "")),
                    user("apply", 'caseflow:role="center"'),
                    thrown("asked", hand("return", "=suggested", 'caseflow:reason="=basis"')),
                    user("arbitrate", 'caseflow:role="center" caseflow:unit="county"'),
                    exclusive("which", 'default="which_to_ruled"'),
                    thrown("ruled", hand("rule", "=ruled_to", 'caseflow:reason="=why"')),
                    thrown("named", hand("designate", "=ruled_to", "")),
                    user("work", 'caseflow:role="center"'),
                    END,
                    flows="start>dispatched>apply>asked>arbitrate>which>ruled>work>end,"
                    "which>named>work",
                    conditions={"which>named": "upward"},
                )
            )
        }
    )
    for ruled_to, upward in (("town-1", False), ("town-2", False), ("town-3", True)):
        case = office.start("x3", unit="county", tier="county", wanted="town-1", why="duties")
        applied = case.task("apply").unit
        case.complete("apply", suggested="town-2", basis="4.2")
        case.complete("arbitrate", ruled_to=ruled_to, upward=upward)
        assert (applied, case.task("work").unit) == ("town-1", ruled_to)
        assert case.view.incidents == ()
        with office.engine.read() as work:
            assert work.handing.of(case.id).bound == (ruled_to,)


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ('caseflow:hand="lift"', "cannot stand here"),
        ('caseflow:to="town-2"', "caseflow:hand too"),
        ('caseflow:hand="dispatch"', "not to which unit"),
    ],
)
def test_a_handing_that_is_drawn_wrong_is_refused(office: Caseflow, more: str, match: str) -> None:
    diagram = drawn(process("bad", START, user("go", more), END, flows="start>go>end"))
    with pytest.raises(DiagramRefused, match=match):
        office.deploy({"bad.bpmn": diagram})
