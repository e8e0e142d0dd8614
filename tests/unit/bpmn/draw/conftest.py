"""Diagrams to draw: one with every symbol, one of a real procedure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from caseflow.bpmn import read_diagram
from caseflow.bpmn.draw_marks import Marks
from caseflow.model import (
    AdHocSubProcess,
    Annotation,
    Association,
    Behaviour,
    BoundaryEvent,
    Bounds,
    BusinessRuleTask,
    CallActivity,
    CancelTrigger,
    CatchEvent,
    CompensationTrigger,
    ComplexGateway,
    ConditionTrigger,
    DataObject,
    Diagram,
    Drawing,
    Edge,
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
    LinkTrigger,
    ManualTask,
    MessageTrigger,
    MultiInstance,
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
    Shape,
    SignalTrigger,
    StandardLoop,
    StartEvent,
    SubProcess,
    TerminateTrigger,
    ThrowEvent,
    TimerTrigger,
    Transaction,
    Trigger,
    UserTask,
)

EVENT = (36.0, 36.0)
GATEWAY = (50.0, 50.0)
TASK = (100.0, 80.0)

MESSAGE = MessageTrigger(name="reply")
TIMER = TimerTrigger(duration=Formula(text='limit("sign_in")'))
SIGNAL = SignalTrigger(name="flood")
ERROR = ErrorTrigger(code="E1")
ESCALATION = EscalationTrigger(code="X1")
CONDITION = ConditionTrigger(condition=Formula(text="level > 2"))
LINK = LinkTrigger(name="A")
COMPENSATION = CompensationTrigger()
CANCEL = CancelTrigger()
TERMINATE = TerminateTrigger()
SOME = (MESSAGE, TIMER)


class Sheet:
    """A drawing in the making."""

    def __init__(self) -> None:
        self.shapes: dict[ElementId, Shape] = {}
        self.edges: dict[ElementId, Edge] = {}

    def put(
        self,
        element: str,
        at: tuple[float, float],
        size: tuple[float, float],
        *,
        is_expanded: bool = True,
        label: Bounds | None = None,
    ) -> None:
        """Place an element by its upper left corner."""
        self.shapes[ElementId(element)] = Shape(
            element=ElementId(element),
            bounds=Bounds(x=at[0], y=at[1], width=size[0], height=size[1]),
            is_expanded=is_expanded,
            label=label,
        )

    def line(self, element: str, *points: tuple[float, float]) -> None:
        """Draw an edge."""
        self.edges[ElementId(element)] = Edge(element=ElementId(element), points=points)

    def drawing(self) -> Drawing:
        """Return what was placed so far."""
        return Drawing(shapes=dict(self.shapes), edges=dict(self.edges))


def node(element: str, behaviour: Behaviour, name: str = "") -> Node:
    return Node(id=ElementId(element), name=name, behaviour=behaviour)


def flow(element: str, source: str, target: str, *, name: str = "", condition: str = "") -> Flow:
    return Flow(
        id=FlowId(element),
        name=name,
        source=ElementId(source),
        target=ElementId(target),
        condition=Formula(text=condition) if condition else None,
    )


def scope(nodes: Iterable[Node], flows: Iterable[Flow] = ()) -> Scope:
    return Scope(
        nodes={element.id: element for element in nodes}, flows={line.id: line for line in flows}
    )


def events() -> Iterable[tuple[str, list[Behaviour]]]:
    """Every event of BPMN that the model knows, a row for each place in the flow."""
    starts: list[tuple[Trigger, ...]] = [(), (MESSAGE,), (TIMER,), (SIGNAL,), (CONDITION,), SOME]
    yield "start", [StartEvent(triggers=triggers) for triggers in starts]
    yield (
        "start_non_interrupting",
        [
            *(StartEvent(triggers=triggers, is_interrupting=False) for triggers in starts[1:]),
            StartEvent(triggers=SOME, parallel=True, is_interrupting=False),
            StartEvent(triggers=(ERROR,)),
            StartEvent(triggers=(ESCALATION,)),
            StartEvent(triggers=(COMPENSATION,)),
        ],
    )
    catches: list[Trigger] = [MESSAGE, TIMER, SIGNAL, CONDITION, LINK]
    yield (
        "catch",
        [
            *(CatchEvent(triggers=(trigger,)) for trigger in catches),
            CatchEvent(triggers=SOME),
            CatchEvent(triggers=SOME, parallel=True),
        ],
    )
    throws: list[Trigger] = [MESSAGE, SIGNAL, ESCALATION, LINK, COMPENSATION]
    yield (
        "throw",
        [
            ThrowEvent(),
            *(ThrowEvent(triggers=(trigger,)) for trigger in throws),
            ThrowEvent(triggers=SOME),
        ],
    )
    ends: list[Trigger] = [MESSAGE, SIGNAL, ERROR, ESCALATION, COMPENSATION, CANCEL, TERMINATE]
    yield (
        "end",
        [
            EndEvent(),
            *(EndEvent(triggers=(trigger,)) for trigger in ends),
            EndEvent(triggers=(MESSAGE, SIGNAL)),
        ],
    )
    alone: list[Trigger] = [MESSAGE, TIMER, SIGNAL, CONDITION, ESCALATION]
    host = ElementId("host")
    yield (
        "boundary",
        [
            *(
                BoundaryEvent(attached_to=host, triggers=(trigger,))
                for trigger in (*alone, ERROR, CANCEL, COMPENSATION)
            ),
            BoundaryEvent(attached_to=host, triggers=SOME),
        ],
    )
    yield (
        "boundary_non_interrupting",
        [
            *(
                BoundaryEvent(attached_to=host, triggers=(trigger,), is_interrupting=False)
                for trigger in alone
            ),
            BoundaryEvent(attached_to=host, triggers=SOME, is_interrupting=False, parallel=True),
        ],
    )


GATEWAYS: list[tuple[str, Behaviour]] = [
    ("exclusive", ExclusiveGateway()),
    ("parallel", ParallelGateway()),
    ("inclusive", InclusiveGateway()),
    ("complex", ComplexGateway()),
    ("event", EventGateway()),
    ("event_start", EventGateway(instantiate=True)),
    ("event_start_all", EventGateway(instantiate=True, parallel=True)),
]

TASKS: list[tuple[str, str, Behaviour]] = [
    ("plain", "任务 Plain task", PlainTask()),
    ("user", "签收 Sign in", UserTask()),
    ("manual", "入户走访 Home visit", ManualTask()),
    ("service", "登记台账 Register", ServiceTask()),
    ("send", "发送通知 Notify", SendTask()),
    ("receive", "等待回执 Await receipt", ReceiveTask()),
    ("receive_start", "接到来电 Hotline call", ReceiveTask(instantiate=True)),
    ("script", "计算期限 Compute the limit", ScriptTask(script=Formula(text="a = 1"))),
    ("rule", "分级分类 Classify", BusinessRuleTask()),
]


@pytest.fixture(scope="session")
def gallery() -> Diagram:
    """Every symbol of BPMN that the model knows, in rows."""
    sheet = Sheet()
    nodes: list[Node] = []
    y = 0.0
    for row, behaviours in events():
        for column, behaviour in enumerate(behaviours):
            element = f"{row}_{column}"
            nodes.append(node(element, behaviour))
            sheet.put(element, (column * 60.0, y), EVENT)
        y += 56
    for column, (element, gateway) in enumerate(GATEWAYS):
        nodes.append(node(element, gateway, element.replace("_", " ")))
        sheet.put(element, (column * 110.0, y), GATEWAY)
    y += 100
    for column, (element, name, task) in enumerate(TASKS):
        nodes.append(node(element, task, name))
        sheet.put(element, (column * 120.0, y), TASK)
    nodes += _activities(sheet, y + 110)
    data = _artifacts(sheet, y + 440)
    chain, flows = _chain(sheet, y + 440)
    inner = scope([*nodes, *chain], flows)
    undone = Association(
        id=ElementId("undoing"), source=ElementId("failed"), target=ElementId("revoke")
    )
    process = Process(
        id=ProcessId("gallery"),
        name="All symbols",
        scope=Scope(
            nodes=inner.nodes, flows=inner.flows, data_objects=data, associations=(undone,)
        ),
    )
    return Diagram(
        file="gallery.bpmn",
        processes=(process,),
        annotations=(
            Annotation(
                id=ElementId("note"),
                text="一般事项5个工作日内办结,复杂事项经批准可延长。\nEvery span is a limit.",
            ),
        ),
        drawing=sheet.drawing(),
    )


def _activities(sheet: Sheet, y: float) -> list[Node]:
    """Place markers and sub-processes of every kind."""
    loops: list[tuple[str, StandardLoop | MultiInstance, Behaviour]] = [
        ("loop", StandardLoop(), UserTask()),
        ("instances", MultiInstance(), UserTask()),
        ("sequence", MultiInstance(is_sequential=True), SubProcess(scope=Scope())),
    ]
    nodes: list[Node] = []
    for column, (element, loop, behaviour) in enumerate(loops):
        nodes.append(Node(id=ElementId(element), name=element, behaviour=behaviour, loop=loop))
        sheet.put(element, (column * 120.0, y), TASK, is_expanded=False)
    undo = Node(
        id=ElementId("undo"), name="撤销 Undo", behaviour=ServiceTask(), is_for_compensation=True
    )
    start = node("starter", StartEvent(triggers=(TIMER,), is_interrupting=False))
    closed: list[Node] = [
        undo,
        node("call", CallActivity(called=ProcessId("supervise")), "督办闭环 Supervise"),
        node("closed", SubProcess(scope=Scope()), "联席会议 Joint meeting"),
        node("closed_transaction", Transaction(scope=Scope()), "司法确认 Confirm"),
        node("closed_ad_hoc", AdHocSubProcess(scope=Scope()), "六必访 Visits"),
        node("closed_event", SubProcess(scope=scope([start]), triggered_by_event=True), "超期"),
    ]
    for column, activity in enumerate(closed, 3):
        sheet.put(activity.id, (column * 120.0, y), TASK, is_expanded=False)
    opened: list[tuple[str, str, Behaviour]] = [
        ("open", "调解 Mediate", SubProcess(scope=_content(sheet, "open", (0, y + 110)))),
        (
            "open_event",
            "受理后撤回 Withdrawal",
            SubProcess(
                scope=_content(sheet, "open_event", (280, y + 110)), triggered_by_event=True
            ),
        ),
        (
            "open_transaction",
            "确认 Confirm",
            Transaction(scope=_content(sheet, "open_transaction", (560, y + 110))),
        ),
        (
            "open_ad_hoc",
            "走访 Visits",
            AdHocSubProcess(scope=_content(sheet, "open_ad_hoc", (840, y + 110))),
        ),
    ]
    for column, (element, name, behaviour) in enumerate(opened):
        nodes.append(node(element, behaviour, name))
        sheet.put(element, (column * 280.0, y + 110), (250, 160))
    return [*nodes, *closed]


def _content(sheet: Sheet, name: str, at: tuple[float, float]) -> Scope:
    x, y = at
    sheet.put(f"{name}_a", (x + 20, y + 70), EVENT)
    sheet.put(f"{name}_b", (x + 90, y + 48), TASK)
    sheet.put(f"{name}_c", (x + 172, y + 110), EVENT)
    sheet.line(f"{name}_f", (x + 56, y + 88), (x + 90, y + 88))
    return scope(
        [
            node(f"{name}_a", StartEvent()),
            node(f"{name}_b", PlainTask(), "步骤 Step"),
            node(
                f"{name}_c",
                BoundaryEvent(attached_to=ElementId(f"{name}_b"), triggers=(COMPENSATION,)),
            ),
        ],
        [flow(f"{name}_f", f"{name}_a", f"{name}_b")],
    )


def _chain(sheet: Sheet, y: float) -> tuple[list[Node], list[Flow]]:
    """Place an activity that decides by itself, and that can be undone."""
    decide = Node(
        id=ElementId("decide"),
        name="受理审查 Check",
        behaviour=UserTask(),
        default=FlowId("accepted"),
    )
    revoke = Node(
        id=ElementId("revoke"), name="撤回 Revoke", behaviour=UserTask(), is_for_compensation=True
    )
    failed = BoundaryEvent(attached_to=decide.id, triggers=(COMPENSATION,))
    nodes = [
        decide,
        revoke,
        node("failed", failed),
        node("accept", UserTask(), "受理 Accept"),
        node("refuse", EndEvent(), "不予受理 Refused"),
    ]
    sheet.put("decide", (700, y - 20), TASK)
    sheet.put("failed", (718, y + 42), EVENT)
    sheet.put("accept", (930, y - 20), TASK)
    sheet.put("refuse", (962, y + 92), EVENT)
    sheet.put("revoke", (800, y + 100), TASK)
    sheet.line("accepted", (800, y), (930, y))
    sheet.line(
        "refused", (800, y + 40), (880, y + 40), (880, y + 85), (980, y + 85), (980, y + 92)
    )
    sheet.line("undoing", (736, y + 78), (736, y + 140), (800, y + 140))
    flows = [
        flow("accepted", "decide", "accept", name="属实"),
        flow("refused", "decide", "refuse", condition="not founded"),
    ]
    return nodes, flows


def _artifacts(sheet: Sheet, y: float) -> tuple[DataObject, ...]:
    sheet.put("data", (0, y), (36, 50))
    sheet.put("collection", (90, y), (36, 50))
    sheet.put("store", (180, y), (50, 50))
    sheet.put("note", (300, y), (160, 60))
    sheet.put("group", (500, y - 10), (160, 80))
    sheet.line("read", (230, y + 25), (300, y + 25))
    sheet.line("remark", (460, y + 30), (500, y + 30))
    return (
        DataObject(id=ElementId("data"), name="工单 Ticket"),
        DataObject(id=ElementId("collection"), name="附件 Files", is_collection=True),
        DataObject(id=ElementId("store"), name="台账 Ledger", is_store=True),
    )


@pytest.fixture(scope="session")
def handling() -> Diagram:
    """A procedure as the library has them: pools, lanes, deadlines, a rework loop."""
    file = Path(__file__).with_name("handling.bpmn")
    return read_diagram(file.read_bytes(), file=file.name)


@pytest.fixture(scope="session")
def where_it_stands() -> Marks:
    """A case in the procedure: signed in after two returns, and now in trouble."""
    passed = ("start", "classify", "urgent", "dispatch", "sign_in", "result")
    return Marks(
        tokens={ElementId("handle"): 2, ElementId("overdue"): 1},
        passed={ElementId(element): 3 if element == "sign_in" else 1 for element in passed},
        flows=frozenset(map(FlowId, ("f1", "f2", "f3", "f5", "f6", "f7", "f9", "f10"))),
        incidents={ElementId("supervise"): "no version of supervise is deployed"},
        caption="2026-0017 · 邻里噪音 Neighbour noise",
    )
