"""From the elements of a DMN file to the model: decisions, inputs and knowledge."""

from __future__ import annotations

from dataclasses import replace

from caseflow.bpmn.dmn.notes import Notes
from caseflow.bpmn.dmn.tables import table_of
from caseflow.bpmn.dmn.texts import formula_of
from caseflow.bpmn.dmn.types import Types
from caseflow.bpmn.elements import Element
from caseflow.bpmn.formulas import notation_of
from caseflow.decisions import (
    ANY_TYPE,
    Aggregation,
    Decision,
    DecisionModel,
    InputData,
    Kind,
    Knowledge,
    Table,
    Type,
)
from caseflow.model import Formula, Notation

_BOXED = frozenset(
    {"context", "conditional", "every", "filter", "for", "functionDefinition", "invocation"}
) | {"list", "relation", "some"}
_DOCUMENTATION = frozenset(
    {
        "artifact",
        "association",
        "businessContextElement",
        "description",
        "elementCollection",
        "extensionElements",
        "group",
        "knowledgeSource",
        "organizationUnit",
        "performanceIndicator",
        "textAnnotation",
    }
)
_DRAWN = ("decision", "inputData", "businessKnowledgeModel")
_OF_DECISION = _DOCUMENTATION | {
    "allowedAnswers",
    "authorityRequirement",
    "decisionMaker",
    "decisionOwner",
    "decisionTable",
    "impactedPerformanceIndicator",
    "informationRequirement",
    "knowledgeRequirement",
    "literalExpression",
    "question",
    "supportedObjective",
    "usingProcess",
    "usingTask",
    "variable",
}


def model_of(root: Element, notes: Notes) -> DecisionModel:
    """Return the model of a file; what cannot be read leaves findings."""
    _check_language(root, notes)
    types = Types(root, notes)
    drawn = {name: list(root.all(name)) for name in _DRAWN}
    seen: set[str] = set()
    for element in root.children:
        if element.name in _DRAWN:
            _check_id(element, seen, notes)
        else:
            _check_other(element, notes)
    _check_references(root, seen, notes)
    if not drawn["decision"]:
        notes.refuse(
            "no-decision",
            root,
            "there is no decision in this file",
            "draw one, with a decision table or an expression",
        )
    return DecisionModel(
        file=notes.file,
        id=root.id,
        name=root.get("name"),
        decisions={one.id: _decision(one, types, notes) for one in drawn["decision"]},
        inputs={one.id: _input(one, types) for one in drawn["inputData"]},
        knowledge={one.id: _knowledge(one, notes) for one in drawn["businessKnowledgeModel"]},
    )


def _check_other(element: Element, notes: Notes) -> None:
    match element.name:
        case "decisionService":
            notes.warn(
                "decision-service",
                element,
                "a decision service is not run",
                "ask the decision that is its output",
            )
        case "import":
            notes.refuse(
                "decision-element",
                element,
                "import is not read",
                "put everything that a decision needs into its own file",
            )
        case "itemDefinition":
            pass
        case name if name not in _DOCUMENTATION and not name.startswith("{"):
            _refuse_unknown(element, notes)
        case _:
            pass


def _check_id(element: Element, seen: set[str], notes: Notes) -> None:
    if not element.id:
        notes.refuse("element-without-id", element, f"{element.name} has no id", "give it an id")
    elif element.id in seen:
        notes.refuse(
            "duplicate-id",
            element,
            f"the id {element.id} is given twice",
            "give each element an id of its own",
        )
    seen.add(element.id)


def _decision(element: Element, types: Types, notes: Notes) -> Decision:
    variable = element.first("variable")
    declared = ANY_TYPE if variable is None else types.of(variable)
    logic = _logic(element, declared, types, notes)
    for child in element.children:
        if child.name not in _OF_DECISION | _BOXED and not child.name.startswith("{"):
            _refuse_unknown(child, notes)
    return Decision(
        id=element.id,
        name=element.get("name"),
        variable=_variable(element),
        logic=logic,
        type=_result_type(logic, declared),
        needs=_required(element, "informationRequirement", "requiredDecision", "requiredInput"),
        knowledge=_required(element, "knowledgeRequirement", "requiredKnowledge"),
        line=element.line,
    )


def _logic(element: Element, declared: Type, types: Types, notes: Notes) -> Table | Formula:
    for boxed in element.children:
        if boxed.name in _BOXED:
            notes.refuse(
                "decision-element",
                boxed,
                f"a decision by {boxed.name} is not read",
                "write a decision table, or a literal expression",
            )
            return Formula(text="null")
    table = element.first("decisionTable")
    if table is not None:
        return table_of(table, declared, types, notes)
    literal = element.first("literalExpression")
    if literal is None:
        notes.refuse(
            "decision-without-logic",
            element,
            "the decision says nothing about how it is made",
            "draw a decision table, or write a literal expression",
        )
        return Formula(text="null")
    return formula_of(literal, notes)


def _result_type(logic: Table | Formula, declared: Type) -> Type:
    """Return the type of the whole result; modelers often declare that of one output."""
    if not isinstance(logic, Table):
        return declared
    if logic.aggregation is Aggregation.COUNT:
        return Type(kind=Kind.NUMBER)
    if len(logic.outputs) > 1:
        return ANY_TYPE
    if logic.hit_policy.is_single or logic.aggregation is not None:
        return replace(declared, allowed=None)
    return replace(declared, is_list=True, allowed=None)


def _input(element: Element, types: Types) -> InputData:
    variable = element.first("variable")
    return InputData(
        id=element.id,
        name=element.get("name"),
        variable=_variable(element),
        type=ANY_TYPE if variable is None else types.of(variable),
        line=element.line,
    )


def _knowledge(element: Element, notes: Notes) -> Knowledge:
    logic = element.first("encapsulatedLogic")
    body = None if logic is None else logic.first("literalExpression")
    if logic is None or body is None or logic.get("kind") not in {"", "FEEL", "F"}:
        notes.refuse(
            "decision-element",
            element,
            "a business knowledge model is read only as a FEEL function of one expression",
            "write its body as a literal expression, or make it a decision",
        )
    parameters = () if logic is None else tuple(logic.all("formalParameter"))
    return Knowledge(
        id=element.id,
        name=_variable(element),
        parameters=tuple(one.get("name") for one in parameters),
        body=Formula(text="null") if body is None else formula_of(body, notes),
        knowledge=_required(element, "knowledgeRequirement", "requiredKnowledge"),
        line=element.line,
    )


def _variable(element: Element) -> str:
    variable = element.first("variable")
    name = "" if variable is None else variable.get("name")
    return name or element.get("name") or element.id


def _required(element: Element, requirement: str, *names: str) -> tuple[str, ...]:
    return tuple(
        reference.get("href").removeprefix("#")
        for one in element.all(requirement)
        for reference in one.all(*names)
    )


def _check_references(root: Element, known: set[str], notes: Notes) -> None:
    for element in root.walk():
        if element.name not in {"requiredDecision", "requiredInput", "requiredKnowledge"}:
            continue
        reference = element.get("href")
        if reference.removeprefix("#") not in known:
            notes.refuse(
                "dangling-reference",
                element,
                f"refers to {reference}, which is not in this file",
                "refer to the id of an input, decision or knowledge model of the same file",
            )


def _check_language(root: Element, notes: Notes) -> None:
    language = root.get("expressionLanguage")
    if language and notation_of(language) is not Notation.FEEL:
        notes.refuse(
            "unsupported-language",
            root,
            f"the language {language} is not read in decisions",
            "remove expressionLanguage and write the expressions in FEEL",
        )


def _refuse_unknown(element: Element, notes: Notes) -> None:
    notes.refuse(
        "unknown-element",
        element,
        f"DMN knows no {element.name} here",
        "remove it or mend its name",
    )
