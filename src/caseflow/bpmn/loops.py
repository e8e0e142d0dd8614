"""Loops of an activity: standard and multi-instance (BPMN 2.0.2, 13.3.6 and 13.3.7)."""

from __future__ import annotations

from typing import NamedTuple

from caseflow.bpmn.data import variable_of
from caseflow.bpmn.elements import Element
from caseflow.bpmn.events import DEFINITIONS, Owner, trigger
from caseflow.bpmn.extensions import Extension, Slot, extension_of
from caseflow.bpmn.formulas import expression, optional_expression
from caseflow.bpmn.names import variable_name
from caseflow.bpmn.numbers import whole_number
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import Formula, MultiInstance, StandardLoop, Trigger

_DATA_OF_LOOP = frozenset({"dataInput", "dataOutput"})


class Looped(NamedTuple):
    """A loop, and the ids of the activity's inputs and outputs that it takes apart."""

    loop: StandardLoop | MultiInstance | None = None
    taken: frozenset[str] = frozenset()


def loop_of(activity: Element, source: Source) -> Looped:
    """Return the loop of an activity, if it has one."""
    element = activity.first("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
    if element is None:
        return Looped()
    if element.name == "standardLoopCharacteristics":
        return Looped(_standard(element, source))
    return _multi_instance(activity, element, source)


def _standard(element: Element, source: Source) -> StandardLoop:
    maximum = whole_number(element, "loopMaximum", source, default=0)
    return StandardLoop(
        condition=optional_expression(element.first("loopCondition"), source),
        test_before=element.says("testBefore"),
        maximum=maximum or None,
    )


def _multi_instance(activity: Element, element: Element, source: Source) -> Looped:
    extension = extension_of(element, source.findings)
    drawn = _reference(element, "loopDataInputRef")
    filled = _reference(element, "loopDataOutputRef")
    loop = MultiInstance(
        is_sequential=element.says("isSequential"),
        cardinality=optional_expression(element.first("loopCardinality"), source),
        collection=_collection(activity, element, drawn, extension, source),
        item=extension.name(Slot.ITEM) or _item(element, "inputDataItem", source),
        completion=optional_expression(element.first("completionCondition"), source),
        output_collection=extension.name(Slot.OUTPUT_COLLECTION)
        or _filled(activity, element, filled, source),
        output_item=_output_item(element, extension, source),
        behavior=element.get("behavior") or "All",
        none_event=_thrown(element, "noneBehaviorEventRef", source),
        one_event=_thrown(element, "oneBehaviorEventRef", source),
    )
    _check_count(element, loop, source)
    _check_behavior(element, loop, source)
    return Looped(loop, frozenset({drawn, filled} - {""}))


def _collection(
    activity: Element, element: Element, reference: str, extension: Extension, source: Source
) -> Formula | None:
    own = extension.formula(Slot.COLLECTION)
    if own is not None or not reference:
        return own
    association = _association(activity, "dataInputAssociation", "targetRef", reference)
    if association is not None:
        transformation = association.first("transformation")
        if transformation is not None:
            return expression(transformation, source)
        reference = next(iter(association.references("sourceRef")), reference)
    return Formula(text=_variable(reference, element, source), line=element.line)


def _filled(activity: Element, element: Element, reference: str, source: Source) -> str | None:
    if not reference:
        return None
    association = _association(activity, "dataOutputAssociation", "sourceRef", reference)
    if association is not None:
        reference = next(iter(association.references("targetRef")), reference)
    return _variable(reference, element, source)


def _association(activity: Element, kind: str, end: str, reference: str) -> Element | None:
    """Return the association between an input or output of the loop and the world outside."""
    return next((each for each in activity.all(kind) if reference in each.references(end)), None)


def _variable(reference: str, element: Element, source: Source) -> str:
    if reference in source.by_id:
        return variable_of(reference, element, source)
    # SpiffWorkflow's modelers write the name of a variable instead of an id.
    return variable_name(reference, element.place, source.findings)


def _reference(element: Element, name: str) -> str:
    return next(iter(element.references(name)), "")


def _item(element: Element, name: str, source: Source) -> str | None:
    item = element.first(name)
    if item is None:
        return None
    return variable_name(item.get("name") or item.id, item.place, source.findings)


def _output_item(element: Element, extension: Extension, source: Source) -> Formula | None:
    own = extension.formula(Slot.OUTPUT_ITEM)
    name = _item(element, "outputDataItem", source)
    if own is not None or name is None:
        return own
    return Formula(text=name, line=element.line)


def _thrown(element: Element, attribute: str, source: Source) -> Trigger | None:
    found = source.resolve(element.reference(attribute), element.place, to=DEFINITIONS)
    if found is None:
        return None
    return trigger(found, Owner(element=element, is_thrown=True), source)


def _check_count(element: Element, loop: MultiInstance, source: Source) -> None:
    if (loop.cardinality is None) == (loop.collection is None):
        has = "neither a number nor a collection" if loop.cardinality is None else "both"
        source.findings.add(
            Rule.MULTI_INSTANCE_COUNT,
            element.place,
            f"the multi-instance activity has {has}",
            "give it a loopCardinality or a collection, not both",
        )


def _check_behavior(element: Element, loop: MultiInstance, source: Source) -> None:
    thrown = {"None": loop.none_event, "One": loop.one_event}.get(loop.behavior)
    if loop.behavior == "Complex" or element.first("complexBehaviorDefinition"):
        problem = "complex behaviour is not run"
    elif loop.behavior in {"None", "One"} and thrown is None:
        problem = f"behaviour {loop.behavior} needs an event to throw"
    else:
        return
    source.findings.add(
        Rule.MULTI_INSTANCE_BEHAVIOR,
        element.place,
        problem,
        "leave behavior at All, or name an event in noneBehaviorEventRef or oneBehaviorEventRef",
    )
