"""Decision tables of a DMN file."""

from __future__ import annotations

from dataclasses import replace

from caseflow.bpmn.dmn.notes import Notes
from caseflow.bpmn.dmn.texts import entry_of, formula_of, text_of
from caseflow.bpmn.dmn.types import Types
from caseflow.bpmn.elements import Element
from caseflow.decisions import (
    Aggregation,
    HitPolicy,
    InputClause,
    OutputClause,
    Rule,
    Table,
    Type,
)
from caseflow.model import Formula, Notation

_VARIABLE_OF_CAMUNDA = "{http://camunda.org/schema/1.0/dmn}inputVariable"


def table_of(element: Element, declared: Type, types: Types, notes: Notes) -> Table:
    """Read a decision table; ``declared`` is the type of the decision's variable."""
    policy = HitPolicy.UNIQUE
    written = element.get("hitPolicy") or policy.value
    if written in {one.value for one in HitPolicy}:
        policy = HitPolicy(written)
    else:
        _refuse_value(element, "hitPolicy", ", ".join(HitPolicy), notes)
    outputs = list(element.all("output"))
    inputs = tuple(_input(one, types, notes) for one in element.all("input"))
    if not outputs:
        notes.refuse(
            "decision-outputs", element, "the table has no output", "add an output column"
        )
    return Table(
        inputs=inputs,
        outputs=tuple(
            _output(one, types, notes, declared=declared if len(outputs) == 1 else None)
            for one in outputs
        ),
        rules=tuple(
            _rule(one, number, len(inputs), len(outputs), notes)
            for number, one in enumerate(element.all("rule"), 1)
        ),
        hit_policy=policy,
        aggregation=_aggregation(element, policy, notes),
    )


def _aggregation(element: Element, policy: HitPolicy, notes: Notes) -> Aggregation | None:
    written = element.get("aggregation")
    if not written:
        return None
    if written not in {one.value for one in Aggregation}:
        _refuse_value(element, "aggregation", ", ".join(Aggregation), notes)
        return None
    if policy is not HitPolicy.COLLECT:
        notes.refuse(
            "decision-aggregation",
            element,
            f"{written} goes with COLLECT only, and the hit policy is {policy}",
            "set the hit policy to COLLECT, or remove the aggregation",
        )
    return Aggregation(written)


def _input(element: Element, types: Types, notes: Notes) -> InputClause:
    expression = element.first("inputExpression")
    if element.get(_VARIABLE_OF_CAMUNDA):
        notes.refuse(
            "unsupported-extension",
            element,
            "camunda:inputVariable names the input for its tests",
            "remove it, and write ? in the tests",
        )
    if expression is None:
        notes.refuse(
            "empty-expression", element, "the input has no expression", "write what is tested"
        )
        formula, declared = Formula(text="null", notation=Notation.FEEL), types.of(element)
    else:
        formula, declared = formula_of(expression, notes), types.of(expression)
    return InputClause(
        label=element.get("label"),
        expression=formula,
        type=_with_values(declared, element.first("inputValues"), notes),
        line=element.line,
    )


def _output(
    element: Element, types: Types, notes: Notes, *, declared: Type | None
) -> OutputClause:
    own = types.of(element)
    if declared is not None and not element.get("typeRef"):
        own = replace(declared, is_list=False) if declared.is_list else declared
    default = element.first("defaultOutputEntry")
    return OutputClause(
        name=element.get("name"),
        label=element.get("label"),
        type=_with_values(own, element.first("outputValues"), notes),
        default=entry_of(default, notes) if default is not None and text_of(default) else None,
        line=element.line,
    )


def _with_values(declared: Type, values: Element | None, notes: Notes) -> Type:
    if values is None or not text_of(values):
        return declared
    return replace(declared, allowed=entry_of(values, notes))


def _rule(element: Element, number: int, inputs: int, outputs: int, notes: Notes) -> Rule:
    tests = [entry_of(one, notes) for one in element.all("inputEntry")]
    values = [entry_of(one, notes) for one in element.all("outputEntry")]
    if (len(tests), len(values)) != (inputs, outputs):
        notes.refuse(
            "decision-rule",
            element,
            f"rule {number} has {len(tests)} inputs and {len(values)} outputs; "
            f"the table has {inputs} and {outputs}",
            "give each rule one entry for each column",
        )
    blank = Formula(text="", notation=Notation.FEEL, line=element.line)
    return Rule(
        id=element.id,
        number=number,
        tests=tuple([*tests, *[blank] * inputs][:inputs]),
        outputs=tuple([*values, *[blank] * outputs][:outputs]),
        note=_note(element),
        line=element.line,
    )


def _note(element: Element) -> str:
    described = element.first("description")
    texts = [described.text.strip()] if described is not None else []
    texts += [text_of(one) for one in element.all("annotationEntry")]
    return "; ".join(filter(None, texts))


def _refuse_value(element: Element, attribute: str, choice: str, notes: Notes) -> None:
    notes.refuse(
        "bad-value",
        element,
        f"{attribute} of decisionTable is “{element.get(attribute)}”",
        f"write one of: {choice}",
    )
