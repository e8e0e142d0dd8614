from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from caseflow.bpmn.draw_marks import Marks
from caseflow.bpmn.draw_order import flow_order
from caseflow.bpmn.draw_text import draw_text
from caseflow.bpmn.draw_words import awaited, kind_in_words, workers
from caseflow.bpmn.draw_wrap import columns
from caseflow.model import (
    AdHocSubProcess,
    Assignment,
    Association,
    Behaviour,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CancelTrigger,
    CatchEvent,
    CompensationTrigger,
    ComplexGateway,
    ConditionTrigger,
    Diagram,
    ElementId,
    EndEvent,
    ErrorTrigger,
    EscalationTrigger,
    EventGateway,
    ExclusiveGateway,
    Flow,
    FlowId,
    Formula,
    InclusiveGateway,
    Lane,
    LinkTrigger,
    ManualTask,
    MessageTrigger,
    Node,
    ParallelGateway,
    PlainTask,
    Process,
    ProcessId,
    ReceiveTask,
    Scope,
    ScriptTask,
    SendTask,
    ServiceTask,
    SignalTrigger,
    StartEvent,
    SubProcess,
    TerminateTrigger,
    ThrowEvent,
    TimerTrigger,
    Transaction,
    Trigger,
    UserTask,
)

GOLDEN = Path(__file__).parent / "golden"
LEGEND = "● waiting  ✓ passed  ✗ incident  · not reached"


def an_id(element: str) -> ElementId:
    return ElementId(element)


def node(element: str, behaviour: Behaviour | None = None, name: str = "") -> Node:
    return Node(id=an_id(element), name=name, behaviour=behaviour or PlainTask())


def scope(nodes: Iterable[Node], *arrows: str) -> Scope:
    """A scope with a flow for each arrow: ``"a b"``."""
    flows = {}
    for arrow in arrows:
        source, target = arrow.split()
        flow = FlowId(f"{source}-{target}")
        flows[flow] = Flow(id=flow, source=an_id(source), target=an_id(target))
    return Scope(nodes={element.id: element for element in nodes}, flows=flows)


def plain_scope(letters: str, *arrows: str) -> Scope:
    return scope([node(letter) for letter in letters], *arrows)


def order(of: Scope) -> str:
    return "".join(element.id for element in flow_order(of))


def a_process(of: Scope) -> Process:
    return Process(id=ProcessId("p"), scope=of)


def chain(length: int) -> Process:
    """Steps n0, n1, ... one after the other."""
    return a_process(
        scope(
            [node(f"n{step}") for step in range(length)],
            *(f"n{step} n{step + 1}" for step in range(length - 1)),
        )
    )


def test_the_outline_is_as_it_was_reviewed(
    handling: Diagram, where_it_stands: Marks, tmp_path: Path
) -> None:
    outline = draw_text(handling, marks=where_it_stands)

    # Read the new outline; if it is better than the old one, let it take its place.
    (tmp_path / "handling.txt").write_text(outline, encoding="utf-8")
    assert outline == (GOLDEN / "handling.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("of", "read"),
    [
        (plain_scope("cba", "a b", "b c"), "abc"),
        (plain_scope("abcd", "a b", "a c", "b d", "c d"), "abcd"),
        (plain_scope("abcd", "a c", "a b", "b d", "c d"), "acbd"),
        (plain_scope("abc", "a b", "b c", "b a"), "abc"),
        (plain_scope("abcd", "a b", "b c", "c b", "c d"), "abcd"),
        (plain_scope("abc", "a c", "a b", "b c"), "abc"),
        (plain_scope("ab", "a b", "b a"), "ab"),
        (plain_scope("aba", "a a"), "ab"),
        (plain_scope("a", "a z", "z a"), "a"),
        (scope([node("a"), node("b", StartEvent()), node("c")], "b c", "a c"), "bac"),
    ],
)
def test_an_element_is_read_after_what_leads_to_it(of: Scope, read: str) -> None:
    assert order(of) == read


def test_a_boundary_event_is_read_behind_its_activity_and_its_way_at_the_end() -> None:
    timer = BoundaryEvent(attached_to=an_id("b"))
    nodes = [node("d"), node("t", timer), node("a"), node("b"), node("c")]

    assert order(scope(nodes, "a b", "b c", "t d")) == "abtcd"


def test_a_handler_is_read_after_what_it_undoes_and_a_link_where_it_arrives() -> None:
    undone = BoundaryEvent(attached_to=an_id("a"), triggers=(CompensationTrigger(),))
    link = LinkTrigger(name="A")
    nodes = [
        node("h"),
        node("i", CatchEvent(triggers=(link,))),
        node("a"),
        node("u", undone),
        node("o", ThrowEvent(triggers=(link, SignalTrigger(name="s")))),
    ]
    association = Association(source=an_id("u"), target=an_id("h"))

    of = replace(scope(nodes, "a o"), associations=(association,))

    assert order(of) == "auoih"


def test_a_diagram_of_ten_thousand_steps_is_no_problem() -> None:
    assert len(flow_order(chain(10_000).scope)) == 10_000


def test_content_is_indented_and_stands_in_the_lane_of_its_sub_process() -> None:
    inner = scope([node("b")])
    of = scope([node("a", SubProcess(scope=inner))])
    lane = Lane(id=an_id("lane"), name="Office", nodes=frozenset({an_id("a")}))

    outline = draw_text(replace(a_process(of), name="Sub", lanes=(lane,)))

    assert outline.splitlines() == [
        "Sub (p)",
        "· a    sub-process  Office",
        "·   b  task         Office",
        "",
        LEGEND,
    ]


def test_where_a_flow_does_not_lead_to_the_next_line_it_says_where() -> None:
    of = scope([node("a"), node("b"), node("c"), node("d")], "a b", "a c", "b d", "c d", "d a")
    gate = replace(of.nodes[an_id("a")], default=FlowId("a-c"))
    flows = {
        **of.flows,
        FlowId("c-z"): Flow(id=FlowId("c-z"), name="out", source=an_id("c"), target=an_id("z")),
    }

    outline = draw_text(
        a_process(replace(of, nodes={**of.nodes, gate.id: gate}, flows=flows)),
        marks=Marks(flows=frozenset({FlowId("a-b")})),
    )

    assert outline.splitlines()[1:-2] == [
        "· a  task",
        "✓   → b",
        "    otherwise → c",
        "· b  task",
        "    → d",
        "· c  task",
        "    → d",
        "    out ↑ z",
        "· d  task",
        "    ↑ a",
    ]


def test_each_process_of_a_diagram_has_its_outline() -> None:
    first, second = a_process(scope([node("a")])), a_process(scope([]))
    diagram = Diagram(file="two.bpmn", processes=(first, replace(second, id=ProcessId("q"))))

    assert draw_text(diagram) == f"p\n· a  task\n\nq\n\n{LEGEND}\n"


def test_marks_on_other_elements_are_named() -> None:
    process = a_process(scope([node("a")]))
    marks = Marks(tokens={an_id("gone"): 1, an_id("a"): 1}, incidents={an_id("lost"): "why"})

    outline = draw_text(process, marks=marks)

    assert outline.splitlines()[1:4] == [
        "● a (1)  task",
        "",
        "Also marked, but not drawn: gone, lost",
    ]


def test_columns_line_up_whatever_the_script() -> None:
    nodes = [node("a", name="签收"), node("b", name="Sign in"), node("c", UserTask(), "办e\u0301")]

    lines = draw_text(a_process(scope(nodes))).splitlines()[1:4]

    assert {columns(line[: line.index("task")].removesuffix("user ")) for line in lines} == {11}


def test_a_very_long_name_pushes_only_its_own_line() -> None:
    nodes = [node("a", name="办" * 40), node("b")]

    lines = draw_text(a_process(scope(nodes))).splitlines()

    assert lines[1:3] == [f"· {'办' * 40}  task", f"· b{' ' * 41}  task"]


def test_names_cannot_steer_the_terminal() -> None:
    nodes = [node("a", name="\x1b[31mred\u202e\u200b\r\nline\ud800")]

    outline = draw_text(a_process(scope(nodes)), marks=Marks(caption="a\x07b\nc"))

    assert outline.splitlines()[0] == "ab c"
    assert outline.splitlines()[3] == "· [31mred line  task"


def test_of_a_long_process_only_what_is_near_the_tokens_is_shown() -> None:
    marks = Marks(tokens={an_id("n10"): 1}, passed={an_id(f"n{step}"): 1 for step in range(10)})

    outline = draw_text(chain(30), marks=marks)

    assert outline.splitlines()[1:-2] == [
        "  … 8 elements, 8 passed",
        "✓ n8       task",
        "✓ n9       task",
        "● n10 (1)  task",
        "· n11      task",
        "  … 18 elements",
    ]


def test_the_sub_process_around_a_token_is_shown_too() -> None:
    steps = chain(30).scope
    nodes = [node("outside"), node("sub", SubProcess(scope=steps))]

    outline = draw_text(
        a_process(scope(nodes, "outside sub")), marks=Marks(tokens={an_id("n0"): 1})
    )

    assert outline.splitlines()[1:-2] == [
        "  … 1 element",
        "· sub       sub-process",
        "●   n0 (1)  task",
        "·   n1      task",
        "  … 28 elements",
    ]


def test_of_a_long_finished_case_the_way_it_took_is_shown() -> None:
    marks = Marks(passed={an_id("n0"): 1, an_id("n1"): 2})

    outline = draw_text(chain(30), marks=marks)

    assert outline.splitlines()[1:-2] == ["✓ n0     task", "✓ n1 ×2  task", "  … 28 elements"]


def test_a_long_process_is_shown_in_full_when_asked_or_when_nothing_is_marked() -> None:
    marks = Marks(tokens={an_id("n10"): 1})

    assert len(draw_text(chain(30), marks=marks, full=True).splitlines()) == 33
    assert len(draw_text(chain(30)).splitlines()) == 33


TIMER = TimerTrigger(duration=Formula(text='limit("sign_in")'))
MESSAGE = MessageTrigger(name="reply")
STAFF = Assignment(
    roles=(Formula(text="'mediator'"),),
    people=(Formula(text="host"),),
    due=Formula(text='limit("mediate")'),
)
OFFICE = Lane(id=ElementId("lane"), name="Office", role="clerk")


@pytest.mark.parametrize(
    ("behaviour", "awaits"),
    [
        (UserTask(assignment=STAFF), 'mediator, host, due limit("mediate")'),
        (ManualTask(), "clerk"),
        (UserTask(assignment=Assignment(assignee=Formula(text='"li"'))), "li"),
        (ServiceTask(topic="register"), "the job register"),
        (SendTask(topic="mail"), "the job mail"),
        (SendTask(message=MESSAGE), ""),
        (BusinessRuleTask(decision="grade"), ""),
        (ReceiveTask(message=MESSAGE), "the message reply"),
        (ReceiveTask(), "a message"),
        (CatchEvent(triggers=(TIMER, MESSAGE)), 'the timer limit("sign_in") or the message reply'),
        (
            CatchEvent(triggers=(TIMER, MESSAGE), parallel=True),
            'the timer limit("sign_in") and the message reply',
        ),
        (BoundaryEvent(attached_to=an_id("a"), triggers=(ErrorTrigger(),)), "any error"),
        (StartEvent(triggers=(SignalTrigger(name="flood"),)), "the signal flood"),
        (ParallelGateway(), "the other branches"),
        (InclusiveGateway(), "the other branches"),
        (ComplexGateway(), "the other branches"),
        (CallActivity(called=ProcessId("supervise")), "the process supervise"),
        (SubProcess(scope=Scope()), "what is inside"),
        (Transaction(scope=Scope()), "what is inside"),
        (AdHocSubProcess(scope=Scope()), "what is inside"),
        (ScriptTask(script=Formula(text="a = 1")), ""),
        (PlainTask(), ""),
        (ThrowEvent(), ""),
        (EndEvent(), ""),
        (ExclusiveGateway(), ""),
    ],
)
def test_an_element_says_what_it_waits_for(behaviour: Behaviour, awaits: str) -> None:
    assert awaited(node("a", behaviour), OFFICE, Scope()) == awaits


@pytest.mark.parametrize(
    ("trigger", "awaits"),
    [
        (TimerTrigger(date=Formula(text='"2026-01-01"')), "the timer 2026-01-01"),
        (TimerTrigger(cycle=Formula(text='"R/PT1H"')), "the timer R/PT1H"),
        (ErrorTrigger(code="E1"), "the error E1"),
        (EscalationTrigger(code="X1"), "the escalation X1"),
        (EscalationTrigger(), "any escalation"),
        (ConditionTrigger(condition=Formula(text="level > 2")), "the condition level > 2"),
        (LinkTrigger(name="A"), "the link A"),
        (CompensationTrigger(), "a compensation"),
        (CancelTrigger(), "a cancellation"),
        (TerminateTrigger(), "the end"),
    ],
)
def test_a_trigger_says_what_it_waits_for(trigger: Trigger, awaits: str) -> None:
    assert awaited(node("a", CatchEvent(triggers=(trigger,))), None, Scope()) == awaits


def test_an_event_gateway_waits_for_the_events_behind_it() -> None:
    gate = node("g", EventGateway())
    nodes = [
        gate,
        node("t", CatchEvent(triggers=(TIMER,))),
        node("m", ReceiveTask(message=MESSAGE)),
    ]

    assert awaited(gate, None, scope(nodes, "g t", "g m", "g z")) == (
        'the timer limit("sign_in") or the message reply'
    )


def test_a_task_of_nobody_waits_for_somebody() -> None:
    assert awaited(node("a", UserTask()), None, Scope()) == "somebody"


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (StartEvent(), "start event"),
        (StartEvent(triggers=(TIMER, MESSAGE)), "timer + message start event"),
        (
            CatchEvent(triggers=(ConditionTrigger(condition=Formula(text="x")),)),
            "conditional catch event",
        ),
        (ThrowEvent(triggers=(LinkTrigger(name="A"),)), "link throw event"),
        (EndEvent(triggers=(TerminateTrigger(),)), "terminate end event"),
        (BusinessRuleTask(), "business rule task"),
        (PlainTask(), "task"),
        (SubProcess(scope=Scope()), "sub-process"),
        (SubProcess(scope=Scope(), triggered_by_event=True), "event sub-process"),
        (AdHocSubProcess(scope=Scope()), "ad-hoc sub-process"),
        (EventGateway(), "event gateway"),
    ],
)
def test_an_element_says_what_it_is(behaviour: Behaviour, kind: str) -> None:
    assert kind_in_words(node("a", behaviour)) == kind


def test_a_task_says_its_lane_and_who_works_there() -> None:
    assert workers(node("a", UserTask()), OFFICE) == "Office · clerk"
    assert workers(node("a", UserTask(assignment=STAFF)), OFFICE) == "Office · mediator, host"
    assert workers(node("a", UserTask(assignment=STAFF)), None) == "mediator, host"
    assert workers(node("a", ServiceTask()), OFFICE) == "Office"
    assert workers(node("a", ServiceTask()), None) == ""
