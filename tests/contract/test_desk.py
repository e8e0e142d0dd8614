"""The desk: what a person sees and does, and that nothing else can be learned from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from itertools import product

import pytest
from tests.contract.diagrams import END, START, drawn, process, user

from caseflow.engine import TaskFilter, TaskView, Work
from caseflow.errors import (
    CommandRefused,
    NotAllowed,
    NotSamePerson,
    TaskHeldByOther,
    TaskNotOpen,
    UnknownCase,
    VotesMissing,
)
from caseflow.kernel import Vote
from caseflow.model import ProcessId
from caseflow.org import (
    Absence,
    Action,
    Organisation,
    Person,
    Post,
    Reach,
    Rights,
    Role,
    Subject,
    Substitute,
    Unit,
)
from caseflow.testing import Caseflow, RunningCase
from caseflow.worklist import Desk, Due, Visibility

UNITS = (
    Unit(id="county", tier="county"),
    Unit(id="town-1", tier="township", parent="county"),
    Unit(id="town-2", tier="township", parent="county"),
    Unit(id="village-1", tier="village", parent="town-1"),
    Unit(id="village-2", tier="village", parent="town-2"),
)
ROLES = (
    Role(code="officer", tiers=("village",)),
    Role(code="clerk", tiers=("township",)),
    Role(
        code="center",
        tiers=("township",),
        rights={Action.SUPERVISE: Reach.BELOW, Action.DISPATCH: Reach.BELOW},
    ),
    Role(code="leader", tiers=("county",), rights={Action.SEE: Reach.BELOW}),
    Role(code="admin", tiers=("county",), rights={Action.ADMINISTER: Reach.EVERYWHERE}),
)
AWAY = Absence(since=date(2026, 3, 1), until=date(2026, 3, 5))


def person(name: str, *posts: tuple[str, str], **more: object) -> Person:
    held = tuple(Post(role=role, unit=unit) for role, unit in posts)
    return Person(id=name, posts=held, **more)  # type: ignore[arg-type]  # named as there


ORGANISATION = Organisation(
    units=UNITS,
    roles=ROLES,
    people=(
        person("li", ("officer", "village-1")),
        person("lu", ("officer", "village-1")),
        person("wang", ("officer", "village-2")),
        person("chen", ("clerk", "town-1")),
        person("zhao", ("center", "town-1")),
        person("qian", ("center", "town-2")),
        person("sun", ("leader", "county")),
        person("adam", ("admin", "county")),
        person(
            "away",
            ("officer", "village-1"),
            absences=(AWAY,),
            substitutes=(Substitute(person="stand-in", while_absent=True),),
        ),
        person("stand-in"),
        person("gone", ("admin", "county"), is_active=False),
        person("idle"),
    ),
)
REQUEST = drawn(
    process(
        "request",
        START,
        user("record", 'caseflow:role="officer"'),
        user("handle", 'caseflow:role="clerk" caseflow:notSameAs="record"'),
        user("close", 'caseflow:role="officer" caseflow:people="idle"'),
        END,
        flows="start>record>handle>close>end",
    )
)


@pytest.fixture
def office(database_url: str) -> Iterator[Caseflow]:
    """A county of two townships with one village each, and a process of three steps."""
    flow = Caseflow(target=database_url)
    flow.deploy({"request.bpmn": REQUEST})
    with flow.engine.begin() as work:
        work.staff.replace(ORGANISATION)
    yield flow
    flow.close()


@contextmanager
def at_desk(office: Caseflow, who: str) -> Iterator[Desk]:
    with office.engine.begin(actor=who) as work:
        yield Desk(work)


def opened(office: Caseflow, unit: str = "village-1", key: str = "K") -> RunningCase:
    return office.start("request", unit=unit, business_key=key)


def do(office: Caseflow, who: str, act: Callable[[Desk], object]) -> None:
    with at_desk(office, who) as desk:
        act(desk)


# Lists


def test_a_list_shows_exactly_what_may_be_seen_and_counts_no_more(office: Caseflow) -> None:
    cases = [opened(office, unit) for unit in [one.id for one in UNITS] + ["", "elsewhere"] * 2]
    do(office, "li", lambda desk: desk.claim(cases[3].task("record")))
    do(office, "li", lambda desk: desk.complete(cases[3].task("record")))
    do(office, "wang", lambda desk: desk.claim(cases[4].task("record")))
    do(office, "adam", lambda desk: desk.copy(cases[0].id, ["idle", "wang"]))
    with office.engine.read() as work:
        everything = work.tasks(limit=1_000).items
        parties = {one.id: work.teamwork.parties(one.id) for one in cases}
    rights = Rights(ORGANISATION)

    for who in ORGANISATION.people:
        with at_desk(office, who) as desk:
            shown = desk.visible(limit=1_000).items
            pages = paged(desk)
            count = desk.count_visible()
            mine = {one.id for one in desk.mine(limit=1_000)}
        allowed = {
            action: [
                one
                for one in everything
                if rights.may(who, action, subject(one, parties), on=office.clock.now())
            ]
            for action in Action
        }
        assert list(shown) == allowed[Action.SEE], who
        assert pages == list(shown)
        assert count == len(shown)
        could = {one.id for one in allowed[Action.CLAIM]} | {
            one.id for one in allowed[Action.COMPLETE]
        }
        assert mine == could, who


def subject(task: TaskView, parties: object) -> Subject:
    people = parties[task.case]  # type: ignore[index]  # a map by case
    return Subject(
        unit=task.unit,
        roles=task.roles,
        people=task.people,
        holder=task.assignee,
        onlookers=tuple(one.person for one in people),
    )


def paged(desk: Desk) -> list[TaskView]:
    page = desk.visible(limit=3)
    shown = [*page]
    while page.next is not None:
        page = desk.visible(after=page.next, limit=3)
        shown += page
    return shown


def test_what_may_not_be_seen_is_answered_like_what_is_not_there(office: Caseflow) -> None:
    case = opened(office)
    task = case.task("record")
    unknown = f"{'0' * 8}-0000-7000-8000-{'0' * 12}"
    on_tasks: list[Callable[[Desk, str], object]] = [
        lambda desk, name: desk.task(name),
        lambda desk, name: desk.claim(name),
        lambda desk, name: desk.release(name),
        lambda desk, name: desk.complete(name),
        lambda desk, name: desk.assign(name, "wang"),
        lambda desk, name: desk.delegate(name, "wang"),
        lambda desk, name: desk.hand_back(name),
        lambda desk, name: desk.transfer(name, "wang"),
        lambda desk, name: desk.add_participants(name, ["wang"]),
        lambda desk, name: desk.remove_participants(name, ["wang"]),
        lambda desk, name: desk.vote(name, Vote.AGREE),
        lambda desk, name: desk.urge(name),
        lambda desk, name: desk.plan(name, priority=1),
        lambda desk, name: desk.return_to(name, "record", reason="x"),
    ]
    on_cases: list[Callable[[Desk, str], object]] = [
        lambda desk, name: desk.case(name),
        lambda desk, name: desk.history(name),
        lambda desk, name: desk.comments(name),
        lambda desk, name: desk.comment(name, "x"),
        lambda desk, name: desk.files(name),
        lambda desk, name: desk.copy(name, ["wang"]),
        lambda desk, name: desk.recall(name, "record"),
        lambda desk, name: desk.read_copy(name),
        lambda desk, name: desk.attach(name, "a", reference="r", digest="0" * 64, size=1),
    ]

    for who, act in product(("wang", "qian", "idle", "gone", "stranger"), on_tasks):
        assert refused(office, who, act, f"{task.id}", TaskNotOpen) == refused(
            office, who, act, f"{unknown}:{task.id[37:]}", TaskNotOpen
        )
    for who, act in product(("wang", "idle"), on_cases):
        assert refused(office, who, act, case.id, UnknownCase) == refused(
            office, who, act, unknown, UnknownCase
        )


def refused(
    office: Caseflow,
    who: str,
    act: Callable[[Desk, str], object],
    name: str,
    kind: type[CommandRefused],
) -> str:
    with at_desk(office, who) as desk, pytest.raises(kind) as refusal:
        act(desk, name)
    return str(refusal.value).replace(name, "NAME")


def test_a_desk_without_a_person_is_refused(office: Caseflow) -> None:
    with office.engine.begin() as work, pytest.raises(CommandRefused, match="nobody is named"):
        Desk(work)


def test_lists_are_narrowed_by_unit_tier_due_state_text_and_more(office: Caseflow) -> None:  # noqa: PLR0915 - one line a filter
    for number, unit in enumerate(("village-1", "village-2", "town-1", "county")):
        opened(office, unit, key=f"AB-{number}_%")
    office.advance(days=1)
    now = office.clock.now()
    with office.engine.begin(actor="adam") as work:
        tasks = {one.unit: one for one in work.tasks()}
        work.teamwork.plan(tasks["village-1"], due_at=now - timedelta(hours=1))
        work.teamwork.plan(tasks["village-2"], due_at=now + timedelta(hours=2))
        work.teamwork.plan(tasks["town-1"], due_at=now + timedelta(days=3), priority=99)
        work.teamwork.plan(tasks["county"], follow_up_at=now)
        work.teamwork.urge(tasks["county"])

    def units(**narrow: object) -> list[str]:
        with at_desk(office, "adam") as desk:
            found = desk.visible(**narrow)  # type: ignore[arg-type]  # named as there
            counted = desk.count_visible(**narrow)  # type: ignore[arg-type]  # named as there
        assert counted == len(found)
        return [one.unit for one in found]

    assert units() == ["village-1", "village-2", "town-1", "county"]
    assert units(under="town-1") == ["village-1", "town-1"]
    assert units(tier="village") == ["village-1", "village-2"]
    assert units(tier="village", under="town-2") == ["village-2"]
    assert units(under="nowhere") == []
    assert units(wanted=TaskFilter(units=("town-1", "county")), under="town-1") == ["town-1"]
    assert units(due=Due.OVERDUE) == ["village-1"]
    assert units(due=Due.TODAY) == ["village-2"]
    assert units(due=Due.WEEK) == ["village-2", "town-1"]
    assert units(wanted=TaskFilter(text="ab-2")) == ["town-1"]
    assert units(wanted=TaskFilter(text="RECORD")) == units()
    assert units(wanted=TaskFilter(text="_%")) == units()
    assert units(wanted=TaskFilter(text="b_1")) == []
    assert units(wanted=TaskFilter(is_urged=True)) == ["county"]
    assert units(wanted=TaskFilter(follow_up_before=now + timedelta(seconds=1))) == ["county"]
    assert units(wanted=TaskFilter(business_key="AB-1_%")) == ["village-2"]
    assert units(wanted=TaskFilter(process=ProcessId("other"))) == []


def test_a_count_stops_where_it_is_told_to(office: Caseflow) -> None:
    for _ in range(5):
        opened(office)

    with at_desk(office, "li") as desk:
        assert (desk.count_mine(up_to=3), desk.count_mine(), desk.count_visible()) == (3, 5, 5)
        with pytest.raises(CommandRefused):
            desk.count_mine(up_to=0)


def test_many_units_are_listed_as_few_are(office: Caseflow) -> None:
    villages = [Unit(id=f"v{n}", tier="village", parent="town-1") for n in range(60)]
    with office.engine.begin() as work:
        work.staff.replace(
            Organisation(
                units=(*UNITS, *villages),
                roles=ROLES,
                people=(person("zhao", ("center", "town-1"), ("clerk", "town-1")),),
            )
        )
    for village in villages[:10]:
        opened(office, village.id)
    opened(office, "village-2")
    cases = [opened(office, village.id) for village in villages[:3]]
    with office.engine.begin(actor="x") as work:
        for case in cases:
            work.complete(case.task("record"))

    with at_desk(office, "zhao") as desk:
        assert len(desk.visible()) == 13
        assert [one.element for one in desk.mine()] == ["handle"] * 3


# Doing


def test_a_request_goes_its_way_from_desk_to_desk(office: Caseflow) -> None:
    case = opened(office)
    record = case.task("record")

    with pytest.raises(TaskNotOpen):
        do(office, "wang", lambda desk: desk.claim(record))
    do(office, "li", lambda desk: desk.claim(record))
    with pytest.raises(TaskHeldByOther):
        do(office, "lu", lambda desk: desk.claim(record))
    with pytest.raises(NotAllowed):
        do(office, "lu", lambda desk: desk.complete(record))
    with pytest.raises(NotAllowed):
        do(office, "lu", lambda desk: desk.release(record))
    do(office, "li", lambda desk: desk.complete(record, {"title": "flood"}))
    handle = case.task("handle")
    with pytest.raises(TaskNotOpen):
        do(office, "lu", lambda desk: desk.claim(handle))
    with pytest.raises(NotAllowed):
        do(office, "sun", lambda desk: desk.claim(handle))
    do(office, "chen", lambda desk: desk.complete(handle))
    do(office, "idle", lambda desk: desk.complete(case.task("close")))

    assert (case.state, case.variables) == ("completed", {"title": "flood"})


def test_four_eyes_hold_at_the_desk(office: Caseflow) -> None:
    with office.engine.begin() as work:
        work.staff.put(person("li", ("officer", "village-1"), ("clerk", "town-1")))
    case = opened(office)
    do(office, "li", lambda desk: desk.complete(case.task("record")))

    for act in (Desk.claim, Desk.complete):
        with pytest.raises(NotSamePerson):
            do(office, "li", lambda desk, act=act: act(desk, case.task("handle")))  # type: ignore[misc]  # both take a task


def test_a_substitute_does_what_the_absent_person_holds_and_could_take(office: Caseflow) -> None:
    held, free = opened(office), opened(office)
    with office.engine.begin() as work:
        work.claim(held.task("record"), person="away")

    with at_desk(office, "stand-in") as desk:
        assert {one.case for one in desk.mine()} == {held.id, free.id}
        desk.complete(held.task("record"))
        desk.claim(free.task("record"))
    office.advance(days=10)
    with at_desk(office, "stand-in") as desk:
        assert [one.case for one in desk.mine()] == [free.id]
        assert desk.case(held.id).waiting_at == {"handle"}

    assert [one.actor for one in held.history if type(one.event).__name__ == "TaskCompleted"] == [
        "stand-in"
    ]
    assert held.task("handle").excluded == ("away", "stand-in")


def test_tasks_are_handed_on_only_to_whom_they_may_go(office: Caseflow) -> None:
    task = opened(office).task("record")
    do(office, "li", lambda desk: desk.claim(task))

    for act in (
        Desk.delegate,
        Desk.transfer,
        lambda desk, task, to: desk.add_participants(task, [to]),
    ):
        for to, kind in (
            ("away", CommandRefused),
            ("gone", CommandRefused),
            ("stranger", CommandRefused),
            ("wang", NotAllowed),
            ("idle", NotAllowed),
        ):
            with pytest.raises(kind):
                do(office, "li", lambda desk, act=act, to=to: act(desk, task, to))  # type: ignore[misc]  # all take a task and a person
    with pytest.raises(NotAllowed):
        do(office, "li", lambda desk: desk.assign(task, "lu"))
    do(office, "zhao", lambda desk: desk.assign(task, "wang"))

    with at_desk(office, "wang") as desk:
        assert desk.mine().one().assignee == "wang"


def test_a_delegated_task_is_handed_back_or_taken_back(office: Caseflow) -> None:
    task = opened(office).task("record")
    with at_desk(office, "li") as desk:
        desk.claim(task)
        desk.delegate(task, "lu", reason="busy")
        assert desk.mine().items == ()
        assert desk.visible().one().owner == "li"
    with at_desk(office, "lu") as desk:
        assert desk.mine().one().id == task.id
        desk.hand_back(task, {"found": 1})
    with at_desk(office, "li") as desk:
        desk.delegate(task, "lu")
        desk.hand_back(task)
        desk.complete(task)


def test_votes_come_in_at_the_desks_of_those_who_are_asked(office: Caseflow) -> None:
    case = opened(office)
    task = case.task("record")
    with at_desk(office, "li") as desk:
        desk.claim(task)
        desk.add_participants(task, {"lu": 3, "chen": 1}, policy="2/3", result="agreed")
        with pytest.raises(VotesMissing):
            desk.complete(task)
        with pytest.raises(NotAllowed):
            desk.vote(task, Vote.AGREE)
    with at_desk(office, "lu") as desk:
        assert desk.mine().one().signers == ("chen", "lu")
        desk.vote(task, Vote.AGREE, reason="fine")
        assert desk.mine().items == ()
    with at_desk(office, "li") as desk:
        desk.complete(task)

    assert case.variables["agreed"] is True


def test_a_case_is_returned_to_who_did_the_step(office: Caseflow) -> None:
    case = opened(office)
    do(office, "li", lambda desk: desk.complete(case.task("record")))

    with at_desk(office, "chen") as desk:
        task = case.task("handle")
        with pytest.raises(CommandRefused, match="needs a reason"):
            desk.return_to(task, "record", reason=" ")
        with pytest.raises(CommandRefused, match="was not done"):
            desk.return_to(task, "close", reason="x")
        desk.return_to(task, "record", reason="no address")

    assert case.task("record").assignee == "li"
    with at_desk(office, "chen") as desk:
        assert desk.case(case.id).waiting_at == {"record"}  # who had a part may still look


def test_a_step_is_taken_back_by_who_did_it_while_nobody_acted(office: Caseflow) -> None:
    case = opened(office)
    do(office, "li", lambda desk: desk.complete(case.task("record")))

    with pytest.raises(UnknownCase):
        do(office, "lu", lambda desk: desk.recall(case.id, "record"))
    with pytest.raises(CommandRefused, match="was not done last by chen"):
        do(office, "chen", lambda desk: desk.recall(case.id, "record"))
    do(office, "li", lambda desk: desk.recall(case.id, "record", reason="typo"))
    assert case.task("record").assignee == "li"

    do(office, "li", lambda desk: desk.complete(case.task("record")))
    do(office, "chen", lambda desk: desk.claim(case.task("handle")))
    with pytest.raises(CommandRefused, match="went on since"):
        do(office, "li", lambda desk: desk.recall(case.id, "record"))


def test_urging_and_planning_need_a_right_or_a_part(office: Caseflow) -> None:
    case = opened(office)
    do(office, "li", lambda desk: desk.complete(case.task("record")))
    task = case.task("handle")
    later = office.clock.now() + timedelta(days=9)

    do(office, "li", lambda desk: desk.urge(task, "please"))
    do(office, "zhao", lambda desk: desk.urge(task))
    with at_desk(office, "chen") as desk:
        with pytest.raises(NotAllowed):
            desk.urge(task)
        desk.claim(task)
        desk.plan(task, priority=80, follow_up_at=later)
        with pytest.raises(NotAllowed):
            desk.plan(task, due_at=later)
    do(office, "zhao", lambda desk: desk.plan(task, due_at=later))

    planned = case.task("handle")
    assert (planned.urged, planned.priority, planned.due_at, planned.follow_up_at) == (
        2, 80, later, later,
    )  # fmt: skip


# What people add


def test_a_copy_lets_people_look_and_no_more(office: Caseflow) -> None:
    case = opened(office)
    with pytest.raises(NotAllowed):
        do(office, "lu", lambda desk: desk.copy(case.id, ["idle"]))
    do(office, "li", lambda desk: desk.claim(case.task("record")))
    with pytest.raises(CommandRefused):
        do(office, "li", lambda desk: desk.copy(case.id, ["stranger"]))
    do(office, "li", lambda desk: desk.copy(case.id, ["wang"], message="for you"))

    with at_desk(office, "wang") as desk:
        assert desk.visible().one().case == case.id
        assert desk.mine().items == ()
        assert [one.message for one in desk.copies()] == ["for you"]
        assert desk.copies()[0].read_at is None
        desk.read_copy(case.id)
        assert desk.copies()[0].read_at == office.clock.now()
        with pytest.raises(NotAllowed):
            desk.complete(case.task("record"))


def test_a_comment_is_read_by_whom_it_is_for(office: Caseflow) -> None:
    case = opened(office)
    do(office, "zhao", lambda desk: desk.copy(case.id, ["wang", "idle"]))
    with at_desk(office, "li") as desk:
        desk.comment(case.id, "all")
        desk.comment(case.id, "unit", visibility=Visibility.UNIT, audience=["village-1"])
        desk.comment(case.id, "people", visibility=Visibility.PEOPLE, audience=["idle"])
        desk.comment(case.id, "own", visibility=Visibility.PRIVATE, task=case.task("record"))
        for visibility, audience in (
            (Visibility.UNIT, ["village-2"]),
            (Visibility.UNIT, []),
            (Visibility.PEOPLE, []),
            (Visibility.CASE, ["idle"]),
        ):
            with pytest.raises(CommandRefused):
                desk.comment(case.id, "x", visibility=visibility, audience=audience)

    def read(who: str) -> list[str]:
        with at_desk(office, who) as desk:
            return [one.text for one in desk.comments(case.id)]

    assert read("li") == ["all", "unit", "people", "own"]
    assert read("lu") == ["all", "unit"]
    assert read("idle") == ["all", "people"]
    assert read("wang") == read("zhao") == read("adam") == ["all"]
    told = [one.event for one in case.history if type(one.event).__name__ == "CommentAdded"]
    assert len(told) == 4
    assert not any("all" in str(one) for one in told)


def test_a_file_is_known_by_its_digest(office: Caseflow) -> None:
    case = opened(office)
    data = "材料".encode()
    with at_desk(office, "li") as desk:
        file = desk.attach(
            case.id,
            "材料.txt",
            reference="s3://files/1",
            digest=sha256(data).hexdigest(),
            size=len(data),
            task=case.task("record"),
        )
        with pytest.raises(CommandRefused, match="SHA-256"):
            desk.attach(case.id, "a", reference="r", digest="x", size=1)
        assert desk.files(case.id) == (file,)
    with office.engine.read() as work:
        assert work.teamwork.check_file(file, data)
        assert not work.teamwork.check_file(file, data + b"!")


# The directory


def test_what_is_stored_of_an_organisation_is_what_was_put_in(office: Caseflow) -> None:
    with office.engine.read() as work:
        stored = work.staff.organisation()
        directory = work.directory
        acting = [one.id for one in directory.acts_for("stand-in")]
        holders = [one.id for one in directory.holders("officer", "village-1")]

    assert dict(stored.people) == dict(ORGANISATION.people)
    assert dict(stored.roles) == dict(ORGANISATION.roles)
    assert dict(stored.units().all) == dict(ORGANISATION.units().all)
    assert (stored.zone, acting, holders) == ("Asia/Shanghai", ["away"], ["away", "li", "lu"])


def test_a_person_is_put_into_units_and_roles_that_exist(office: Caseflow) -> None:
    with office.engine.begin() as work:
        for wrong in (
            person("new", ("officer", "nowhere")),
            person("new", ("nothing", "village-1")),
            person("new", substitutes=(Substitute(person="stranger"),)),
            person("new", substitutes=(Substitute(person="new"),)),
        ):
            with pytest.raises(CommandRefused):
                work.staff.put(wrong)
    with office.engine.read() as work:
        with pytest.raises(CommandRefused, match="for looking only"):
            work.staff.put(person("new"))
        assert work.directory.person("new") is None


def test_one_tenant_knows_nothing_of_the_people_of_another(office: Caseflow) -> None:
    with office.engine.read() as work:
        assert isinstance(work, Work)
        assert work.directory.person("li") is not None


def test_the_host_brings_its_own_directory() -> None:
    made = Caseflow()
    made.deploy({"request.bpmn": REQUEST})
    case = made.start("request", unit="village-1")

    with made.engine.begin(actor="li") as work:
        Desk(work, ORGANISATION).claim(case.task("record"))
        with pytest.raises(TaskNotOpen):
            Desk(work).task(case.task("record"))
    made.close()
