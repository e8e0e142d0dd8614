"""Loops, data objects and data associations in the model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from caseflow.model import (
    DataFlow,
    DataMapping,
    DataObject,
    ElementId,
    EscalationTrigger,
    Formula,
    MultiInstance,
    Process,
    SignalTrigger,
)

LOOP = "multiInstanceLoopCharacteristics"
IO = (
    "<ioSpecification><dataInput id='in1' name='invoices'/><dataInput id='in2'/>"
    "<dataOutput id='out1' name='totals'/><inputSet/><outputSet/></ioSpecification>"
)


def f(text: str) -> Formula:
    return Formula(text=text, line=2)


def loop_of(process: Process) -> object:
    return process.scope.nodes[ElementId("a")].loop


@pytest.mark.parametrize(
    ("content", "loop"),
    [
        (
            (
                f"<{LOOP} isSequential='true'><loopCardinality>n</loopCardinality>"
                f"<completionCondition>${{enough}}</completionCondition></{LOOP}>"
            ),
            MultiInstance(is_sequential=True, cardinality=f("n"), completion=f("enough")),
        ),
        (
            (
                f"<{LOOP}><loopDataInputRef>members</loopDataInputRef>"
                "<loopDataOutputRef>votes</loopDataOutputRef><inputDataItem id='i' name='member'/>"
                f"<outputDataItem id='vote'/></{LOOP}>"
            ),
            MultiInstance(
                collection=f("members"),
                item="member",
                output_collection="votes",
                output_item=f("vote"),
            ),
        ),
        (
            (
                f"<{LOOP} caseflow:collection='=parties' caseflow:item='party' "
                f"caseflow:outputCollection='answers' caseflow:outputItem='answer'/>"
            ),
            MultiInstance(
                collection=f("parties"),
                item="party",
                output_collection="answers",
                output_item=f("answer"),
            ),
        ),
        (
            (
                f"<{LOOP} behavior='None' noneBehaviorEventRef='ed'>"
                f"<loopCardinality>2</loopCardinality></{LOOP}>"
            ),
            MultiInstance(
                cardinality=f("2"), behavior="None", none_event=EscalationTrigger(code="E")
            ),
        ),
        (
            (
                f"<{LOOP} behavior='One' oneBehaviorEventRef='sd'>"
                f"<loopCardinality>2</loopCardinality></{LOOP}>"
            ),
            MultiInstance(cardinality=f("2"), behavior="One", one_event=SignalTrigger(name="s")),
        ),
    ],
    ids=["cardinality", "names", "own", "none", "one"],
)
def test_a_multi_instance_loop(
    content: str, loop: MultiInstance, process_of: Callable[..., Process]
) -> None:
    process = process_of(
        f'<task id="a">{content}</task>',
        beside='<escalation id="e" escalationCode="E"/><signal id="s"/>'
        '<escalationEventDefinition id="ed" escalationRef="e"/>'
        '<signalEventDefinition id="sd" signalRef="s"/>',
    )

    assert loop_of(process) == loop


def test_a_loop_takes_its_collection_from_where_the_association_says(
    process_of: Callable[..., Process],
) -> None:
    process = process_of(
        '<dataObject id="bills"/><dataObject id="sums"/><dataObject id="rate"/>'
        f'<task id="a">{IO}'
        "<dataInputAssociation><sourceRef>bills</sourceRef><targetRef>in1</targetRef>"
        "</dataInputAssociation>"
        "<dataInputAssociation><sourceRef>rate</sourceRef><targetRef>in2</targetRef>"
        "</dataInputAssociation>"
        "<dataOutputAssociation><sourceRef>out1</sourceRef><targetRef>sums</targetRef>"
        "</dataOutputAssociation>"
        f"<{LOOP}><loopDataInputRef>in1</loopDataInputRef>"
        "<loopDataOutputRef>out1</loopDataOutputRef><inputDataItem id='bill'/>"
        f"<outputDataItem id='total'/></{LOOP}></task>"
    )

    assert loop_of(process) == MultiInstance(
        collection=f("bills"), item="bill", output_collection="sums", output_item=f("total")
    )
    assert process.scope.nodes[ElementId("a")].data == DataFlow(
        inputs=(DataMapping(source=f("rate"), target="in2"),)
    )


def test_a_loop_may_compute_its_collection(process_of: Callable[..., Process]) -> None:
    process = process_of(
        f'<dataObject id="bills"/><task id="a">{IO}'
        "<dataInputAssociation><sourceRef>bills</sourceRef><targetRef>in1</targetRef>"
        "<transformation>sorted(bills)</transformation></dataInputAssociation>"
        f"<{LOOP}><loopDataInputRef>in1</loopDataInputRef></{LOOP}></task>"
    )

    assert loop_of(process) == MultiInstance(collection=f("sorted(bills)"))


def test_a_loop_may_name_its_input_or_a_data_object(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<dataObject id="list"/><dataObjectReference id="r" dataObjectRef="list"/>'
        f'<task id="a">{IO}<{LOOP}><loopDataInputRef>in1</loopDataInputRef>'
        f"<loopDataOutputRef>r</loopDataOutputRef></{LOOP}></task>"
    )

    assert loop_of(process) == MultiInstance(collection=f("invoices"), output_collection="list")


@pytest.mark.parametrize(
    ("associations", "data"),
    [
        ("", DataFlow()),
        (
            (
                "<dataInputAssociation><sourceRef>r</sourceRef><targetRef>in1</targetRef>"
                "</dataInputAssociation>"
            ),
            DataFlow(inputs=(DataMapping(source=f("bill"), target="invoices"),)),
        ),
        (
            (
                "<dataInputAssociation><sourceRef>r</sourceRef><sourceRef>rate</sourceRef>"
                "<targetRef>in2</targetRef><transformation>bill * rate</transformation>"
                "</dataInputAssociation>"
            ),
            DataFlow(inputs=(DataMapping(source=f("bill * rate"), target="in2"),)),
        ),
        (
            (
                "<dataOutputAssociation><sourceRef>out1</sourceRef><targetRef>r</targetRef>"
                "</dataOutputAssociation>"
            ),
            DataFlow(outputs=(DataMapping(source=f("totals"), target="bill"),)),
        ),
        (
            (
                "<dataOutputAssociation><targetRef>r</targetRef><assignment><from>totals[0]</from>"
                "<to>bill</to></assignment><assignment><from>len(totals)</from><to>count</to>"
                "</assignment></dataOutputAssociation>"
            ),
            DataFlow(
                outputs=(
                    DataMapping(source=f("totals[0]"), target="bill"),
                    DataMapping(source=f("len(totals)"), target="count"),
                )
            ),
        ),
        # Lines to and from a data object that only say what is read and written
        ("<dataOutputAssociation><targetRef>r</targetRef></dataOutputAssociation>", DataFlow()),
        (
            (
                "<property id='ph' name='__targetRef_placeholder'/><dataInputAssociation>"
                "<sourceRef>r</sourceRef><targetRef>ph</targetRef></dataInputAssociation>"
            ),
            DataFlow(),
        ),
    ],
    ids=[
        "none",
        "input",
        "transformation",
        "output",
        "assignments",
        "output line",
        "input line",
    ],
)
def test_data_flows_along_associations(
    associations: str, data: DataFlow, process_of: Callable[..., Process]
) -> None:
    process = process_of(
        '<dataObject id="bill"/><dataObjectReference id="r" name="Bill" dataObjectRef="bill"/>'
        f'<dataObject id="rate"/><task id="a">{IO}{associations}</task>'
    )

    assert process.scope.nodes[ElementId("a")].data == data


def test_own_mappings_come_before_those_of_associations(
    process_of: Callable[..., Process],
) -> None:
    process = process_of(
        '<dataObject id="bill"/><task id="a"><extensionElements>'
        '<caseflow:input source="=1 + 1" target="two"/><caseflow:input source="two" target="t"/>'
        f"</extensionElements>{IO}<dataInputAssociation><sourceRef>bill</sourceRef>"
        "<targetRef>in2</targetRef></dataInputAssociation></task>"
    )

    assert process.scope.nodes[ElementId("a")].data == DataFlow(
        inputs=(
            DataMapping(source=f("1 + 1"), target="two"),
            DataMapping(source=f('"two"'), target="t"),
            DataMapping(source=f("bill"), target="in2"),
        )
    )


def test_data_objects_are_their_references(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<dataObject id="bill" isCollection="true"/>'
        '<dataObjectReference id="r1" name="Bill (new)" dataObjectRef="bill"/>'
        '<dataObjectReference id="r2" dataObjectRef="bill"/>'
        '<dataObject id="d-1" name="报告"/>'
        '<dataStoreReference id="s" name="Archive"/>'
    )

    assert process.scope.data_objects == (
        DataObject(
            id=ElementId("r1"), name="Bill (new)", variable="bill", line=2, is_collection=True
        ),
        DataObject(id=ElementId("r2"), variable="bill", line=2, is_collection=True),
        DataObject(id=ElementId("d-1"), name="报告", variable="报告", line=2),
        DataObject(id=ElementId("s"), name="Archive", line=2, is_store=True),
    )


def test_events_have_data_too(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<dataObject id="bill"/><receiveTask id="t"/>'
        '<intermediateCatchEvent id="a"><dataOutput id="letter"/><dataOutputAssociation>'
        "<sourceRef>letter</sourceRef><targetRef>bill</targetRef></dataOutputAssociation>"
        '<signalEventDefinition signalRef="s"/></intermediateCatchEvent>',
        beside='<signal id="s"/>',
    )

    assert process.scope.nodes[ElementId("a")].data == DataFlow(
        outputs=(DataMapping(source=f("letter"), target="bill"),)
    )
