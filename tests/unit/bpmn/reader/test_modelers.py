"""Whole diagrams as the usual modelers save them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from caseflow.bpmn import Reading, examine
from caseflow.model import (
    Assignment,
    Behaviour,
    Binding,
    Bounds,
    BusinessRuleTask,
    CallActivity,
    CatchEvent,
    CorrelationKey,
    CorrelationValue,
    DataFlow,
    DataMapping,
    ElementId,
    EndEvent,
    FlowId,
    Formula,
    MessageTrigger,
    MultiInstance,
    Node,
    Notation,
    Process,
    ProcessId,
    ScriptTask,
    SendTask,
    ServiceTask,
    SignalTrigger,
    SubProcess,
    UserTask,
)


def opened(folder: Path, name: str) -> Reading:
    return examine((folder / name).read_bytes(), file=name)


def process(reading: Reading) -> Process:
    assert reading.diagram is not None, "\n".join(map(str, reading.findings))
    return reading.diagram.processes[0]


def node(reading: Reading, name: str) -> Node:
    return process(reading).scope.nodes[ElementId(name)]


def behaviours(reading: Reading, *names: str) -> Mapping[str, Behaviour]:
    return {name: node(reading, name).behaviour for name in names}


def py(text: str, line: int) -> Formula:
    return Formula(text=text, line=line)


def feel(text: str, line: int) -> Formula:
    return Formula(text=text, notation=Notation.FEEL, line=line)


def told(reading: Reading) -> list[tuple[str, str]]:
    return [(finding.rule, finding.element) for finding in reading.findings]


def test_camunda_7(diagrams: Path) -> None:
    reading = opened(diagrams, "camunda7.bpmn")

    assert told(reading) == [("unread-extension", "Rate"), ("handler-from-code", "Patch")]
    assert behaviours(reading, "Inspect", "Rate", "Order", "Close", "Patch", "Told") == {
        "Inspect": UserTask(
            assignment=Assignment(
                assignee=py("inspector", 8),
                roles=(py('"roads"', 8), py("district", 8)),
                people=(py('"mary"', 8), py('"paul"', 8)),
                due=py('"2026-03-01T17:00:00+08:00"', 8),
                follow_up=py("reportedAt", 8),
                priority=py("50", 8),
                form="embedded:app:forms/inspect.html",
            )
        ),
        "Rate": BusinessRuleTask(decision="damage_rating", result="rating"),
        "Order": ServiceTask(topic="order-crew", retries=py("5", 37)),
        "Close": CallActivity(called=ProcessId("road_closure"), binding=Binding.DEPLOYMENT),
        "Patch": ServiceTask(topic="${patchDelegate}"),
        "Told": EndEvent(triggers=(MessageTrigger(name="tell-resident"),)),
    }
    assert node(reading, "Inspect").properties == (("colour", "amber"),)
    assert node(reading, "Order").data == DataFlow(
        inputs=(
            DataMapping(source=py("rating * 2", 39), target="crew"),
            DataMapping(source=py('"asphalt"', 40), target="kind"),
        ),
        outputs=(DataMapping(source=py("order", 41), target="orderId"),),
    )
    assert node(reading, "Close").data == DataFlow(
        inputs=(
            DataMapping(source=py("district", 51), target="area"),
            DataMapping(source=py("depth * 2", 52), target="clearance"),
        )
    )
    assert node(reading, "Patch").loop == MultiInstance(
        is_sequential=True,
        collection=py("holes", 63),
        item="hole",
        completion=py("enough == True", 64),
    )
    condition = process(reading).scope.flows[FlowId("Flow_3")].condition
    assert condition == py("depth > 10 and not closed", 27)


def test_the_drawing_of_camunda_7(diagrams: Path) -> None:
    diagram = opened(diagrams, "camunda7.bpmn").diagram

    assert diagram is not None
    assert list(diagram.drawing.shapes) == ["Reported", "Inspect"]
    assert diagram.drawing.shapes[ElementId("Reported")].label == Bounds(
        x=126, y=145, width=89, height=14
    )
    assert diagram.drawing.edges[ElementId("Flow_1")].points == ((188, 120), (240, 120.5))
    assert [note.text for note in diagram.annotations] == ["Holes deeper than 10 cm need a crew"]


def test_camunda_8(diagrams: Path) -> None:
    reading = opened(diagrams, "camunda8.bpmn")

    assert told(reading) == []
    assert behaviours(reading, "Review", "Fee", "Class", "Ask", "Sign", "Paid", "Granted") == {
        "Review": UserTask(
            assignment=Assignment(
                assignee=feel("reviewer", 14),
                roles=(py('"planners"', 14), py('"fire brigade"', 14)),
                people=(feel("backups", 14),),
                due=feel('now() + duration("P5D")', 15),
                follow_up=py('"2026-04-01T08:00:00Z"', 15),
                priority=py("60", 16),
                form="review-form",
            )
        ),
        "Fee": ScriptTask(script=feel("floorArea * rate", 32), result="fee"),
        "Class": BusinessRuleTask(decision="building_class", result="buildingClass"),
        "Ask": ServiceTask(
            topic="ask-neighbour", retries=py("5", 48), headers=(("channel", "letter"),)
        ),
        "Sign": CallActivity(called=ProcessId("signature"), binding=Binding.LATEST),
        "Paid": CatchEvent(
            triggers=(MessageTrigger(name="fee-paid", correlation=feel("applicationId", 99)),)
        ),
        "Granted": EndEvent(triggers=(MessageTrigger(name="publish-permit"),)),
    }
    assert node(reading, "Review").properties == (("desk", "3"),)
    assert node(reading, "Review").data == DataFlow(
        inputs=(DataMapping(source=feel("application.plans", 22), target="plans"),),
        outputs=(DataMapping(source=feel("verdict", 23), target="reviewVerdict"),),
    )
    assert node(reading, "Ask").loop == MultiInstance(
        collection=feel("neighbours", 57),
        item="neighbour",
        completion=feel('answer = "no"', 59),
        output_collection="answers",
        output_item=feel("answer", 57),
    )
    assert node(reading, "Sign").data == DataFlow(outputs=())
    assert process(reading).scope.flows[FlowId("f8")].condition == feel("amount >= fee", 83)


def test_flowable(diagrams: Path) -> None:
    reading = opened(diagrams, "flowable.bpmn")

    assert told(reading) == [("handler-from-code", "store")]
    assert process(reading).documentation == "A member of the staff asks for leave."
    assert behaviours(reading, "decide", "store", "tell", "plan") == {
        "decide": UserTask(
            assignment=Assignment(
                assignee=py("manager", 7),
                roles=(py('"managers"', 7), py('"hr"', 7)),
                due=py('"P3D"', 7),
                form="leave-form",
            )
        ),
        "store": ServiceTask(
            topic="org.example.StoreLeave",
            retries=py("3", 23),
            headers=(("table", "leaves"), ("mode", "append")),
            result="leaveId",
        ),
        "tell": ServiceTask(topic="tell-team"),
        "plan": CallActivity(called=ProcessId("stand_in")),
    }
    assert node(reading, "tell").loop == MultiInstance(collection=py("team", 28), item="colleague")
    assert node(reading, "plan").data == DataFlow(
        inputs=(DataMapping(source=py("leaveId", 33), target="leave"),),
        outputs=(DataMapping(source=py("who", 34), target="standIn"),),
    )


def test_spiffarena(diagrams: Path) -> None:
    reading = opened(diagrams, "spiffarena.bpmn")

    def key(path: Formula, *binding: CorrelationValue) -> CorrelationKey:
        retrieval = (CorrelationValue(property="Order id", path=path),)
        return CorrelationKey(name="order", retrieval=retrieval, binding=binding)

    bound = CorrelationValue(property="Order id", path=py("order_id", 86))
    script = "if left < 1:\n    left = 0\nelse:\n    left = left - 1"
    assert told(reading) == []
    assert behaviours(
        reading, "Check", "Stock", "Price", "Send_offer", "Reply", "Count", "Gone"
    ) == {
        "Check": UserTask(
            assignment=Assignment(roles=(py('"Sales"', 41),), form="check-schema.json")
        ),
        "Stock": ServiceTask(topic="http/GetRequest", result="stock"),
        "Price": BusinessRuleTask(decision="price_table"),
        "Send_offer": SendTask(
            message=MessageTrigger(
                name="offer",
                keys=(key(py("order_id", 13)),),
                payload=py('{"order_id": order_id, "price": price}', 75),
            )
        ),
        "Reply": CatchEvent(
            triggers=(
                MessageTrigger(
                    name="reply", keys=(key(py('order["id"]', 16), bound),), into="answer"
                ),
            )
        ),
        "Count": ScriptTask(script=py(script, 106)),
        "Gone": EndEvent(
            triggers=(SignalTrigger(name="sold_out", payload=py('{"item": item}', 27)),)
        ),
    }
    assert node(reading, "Check").properties == (
        ("instructionsForEndUser", "Look at {{ item }}."),
        ("formUiSchemaFilename", "check-ui.json"),
    )
    assert node(reading, "Stock").data == DataFlow(
        inputs=(DataMapping(source=py("'stock/' + item", 57), target="url"),)
    )


def test_caseflow_itself(diagrams: Path) -> None:
    reading = opened(diagrams, "caseflow.bpmn")

    assert told(reading) == []
    assert process(reading).business_key == py("number", 4)
    assert behaviours(reading, "register", "archive", "rate", "visit", "to_court") == {
        "register": UserTask(
            assignment=Assignment(
                roles=(py('"village_officer"', 18),),
                unit=py("village", 18),
                due=py('limit("accept")', 18),
                follow_up=py('limit("accept_reminder")', 18),
                priority=py("urgency", 18),
                form="register",
            )
        ),
        "archive": ServiceTask(topic="archive", retries=py("3", 37), result="档案号"),
        "rate": BusinessRuleTask(decision="rating", result="rating"),
        "visit": CallActivity(called=ProcessId("return_visit"), binding=Binding.LATEST),
        "to_court": EndEvent(outcome="to_litigation"),
    }
    assert node(reading, "archive").data == DataFlow(
        inputs=(
            DataMapping(source=py("statements", 39), target="documents"),
            DataMapping(source=py('"mediation"', 40), target="kind"),
        ),
        outputs=(DataMapping(source=py("number", 41), target="archiveNumber"),),
    )


def test_the_sub_process_of_caseflow(diagrams: Path) -> None:
    talks = node(opened(diagrams, "caseflow.bpmn"), "talks").behaviour

    assert isinstance(talks, SubProcess)
    meet, hear = (talks.scope.nodes[ElementId(name)] for name in ("meet", "hear"))
    assert meet.behaviour == UserTask(assignment=Assignment(roles=(py('"mediator"', 23),)))
    assert hear.behaviour == UserTask(
        assignment=Assignment(
            assignee=py("party.officer", 25),
            roles=(py('"justice_office"', 25), py("adviser", 25)),
            people=(py('"li"', 25),),
        )
    )
    assert hear.loop == MultiInstance(
        collection=py("parties", 26),
        item="party",
        output_collection="statements",
        output_item=py("statement", 26),
    )


def test_jbpm_writes_java_which_is_refused_by_name(diagrams: Path) -> None:
    reading = opened(diagrams, "jbpm.bpmn")

    assert told(reading) == [
        ("unsupported-extension", "_ask"),
        ("unsupported-language", "_f3"),
        ("unsupported-language", "_script"),
    ]


def test_without_its_java_a_diagram_of_jbpm_is_read(diagrams: Path) -> None:
    text = (diagrams / "jbpm.bpmn").read_text(encoding="utf-8")
    plain = re.sub(r"<drools:onEntry-script.*?</drools:onEntry-script>", "", text)
    plain = plain.replace(' language="http://www.java.com/java"', "")
    plain = plain.replace(' scriptFormat="http://www.java.com/java"', "")
    plain = plain.replace("return approved;", "approved")
    plain = plain.replace('System.out.println("no");', "told = True")

    reading = examine(plain.encode(), file="jbpm.bpmn")

    assert told(reading) == []
    assert behaviours(reading, "_ask", "_script") == {
        "_ask": UserTask(assignment=Assignment(roles=(py("manager", 31),))),
        "_script": ScriptTask(script=py("told = True", 38)),
    }
