"""Data objects and the associations by which data flows in and out (BPMN 2.0.2, 10.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions import Structured
from caseflow.bpmn.formulas import expression
from caseflow.bpmn.names import is_variable_name, variable_name
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import DataFlow, DataMapping, DataObject, ElementId, Formula

DATA = frozenset(
    {
        "dataInput",
        "dataObject",
        "dataObjectReference",
        "dataOutput",
        "dataStoreReference",
        "inputDataItem",
        "outputDataItem",
        "property",
    }
)
_OBJECT = frozenset({"dataObject"})
_PLACEHOLDER = "__targetRef_placeholder"  # bpmn.io draws an input association to it


def data_objects(container: Element, source: Source) -> tuple[DataObject, ...]:
    """Return the data that a process or sub-process shows, in the order of the file.

    A data object is its references, each of which is drawn; without one it is itself.
    """
    references = list(container.all("dataObjectReference"))
    referred = {each.reference("dataObjectRef") for each in references}
    found: list[DataObject] = []
    for each in container.all("dataObject", "dataObjectReference", "dataStoreReference"):
        if each.name == "dataObject" and each.id in referred:
            continue
        what = _object(each, source)
        found.append(
            DataObject(
                id=ElementId(each.id),
                name=each.get("name") or what.get("name"),
                variable="" if each.name == "dataStoreReference" else _called(what),
                line=each.line,
                is_collection=what.says("isCollection"),
                is_store=each.name == "dataStoreReference",
            )
        )
    return tuple(found)


def data_flow(
    element: Element, structured: Structured, source: Source, *, besides: frozenset[str]
) -> DataFlow:
    """Return what an activity or event takes and gives, by BPMN and by extensions.

    Args:
        element: the activity or event.
        structured: the mappings of its extensions.
        source: the file.
        besides: ids of inputs and outputs that its loop takes, one item for each instance.
    """
    inputs = tuple(_inputs(element, source, besides))
    outputs = tuple(_outputs(element, source, besides))
    return DataFlow(
        inputs=_joined(structured.inputs, inputs), outputs=_joined(structured.outputs, outputs)
    )


def variable_of(reference: str, element: Element, source: Source) -> str:
    """Return the name under which expressions know a piece of data, or nothing.

    That is its name where this can name a variable, else its id.
    """
    found = source.resolve(reference, element.place, to=DATA)
    if found is None:
        return ""
    if found.name == "dataStoreReference":
        source.findings.add(
            Rule.DATA_STORE_IGNORED,
            element.place,
            f"what flows to or from the data store {found.get('name') or found.id} is only drawn",
            "read and write the store with a service task",
        )
        return ""
    return variable_name(_called(_object(found, source)), found.place, source.findings)


def _object(element: Element, source: Source) -> Element:
    """Return the data object behind a reference, or the element itself."""
    if element.name != "dataObjectReference":
        return element
    reference = element.reference("dataObjectRef")
    return source.resolve(reference, element.place, to=_OBJECT) or element


def _called(element: Element) -> str:
    name = element.get("name")
    return name if is_variable_name(name) else element.id


def _inputs(element: Element, source: Source, besides: frozenset[str]) -> Iterator[DataMapping]:
    for association in element.all("dataInputAssociation"):
        targets = association.references("targetRef")
        target = source.by_id.get(targets[0]) if targets else None
        is_drawing = target is not None and target.get("name") == _PLACEHOLDER
        if not is_drawing and besides.isdisjoint(targets):
            yield from _mappings(association, source)


def _outputs(element: Element, source: Source, besides: frozenset[str]) -> Iterator[DataMapping]:
    for association in element.all("dataOutputAssociation"):
        sources = association.references("sourceRef")
        # Without a source an association says only which data the activity writes, and it
        # writes that under its own name already.
        is_drawing = not sources and not association.first("assignment", "transformation")
        if not is_drawing and besides.isdisjoint(sources):
            yield from _mappings(association, source)


def _mappings(association: Element, source: Source) -> Iterator[DataMapping]:
    assignments = list(association.all("assignment"))
    if assignments:
        yield from (_assigned(each, source) for each in assignments)
        return
    target = variable_of(next(iter(association.references("targetRef")), ""), association, source)
    origin = _origin(association, source)
    if target and origin is not None:
        yield DataMapping(source=origin, target=target)


def _origin(association: Element, source: Source) -> Formula | None:
    """Return where the value of an association comes from."""
    transformation = association.first("transformation")
    if transformation is not None:
        return expression(transformation, source)
    names = [
        variable_of(reference, association, source)
        for reference in association.references("sourceRef")
    ]
    if len(names) != 1:
        source.findings.add(
            Rule.MISSING_ELEMENT,
            association.place,
            f"a data association has {len(names)} sources and does not say how they are used",
            "give it one sourceRef, or a transformation",
        )
        return None
    return Formula(text=names[0], line=association.line) if names[0] else None


def _assigned(assignment: Element, source: Source) -> DataMapping:
    origin, target = assignment.first("from"), assignment.first("to")
    return DataMapping(
        source=expression(assignment if origin is None else origin, source),
        target=variable_name(
            "" if target is None else target.text.strip(), assignment.place, source.findings
        ),
    )


def _joined(
    declared: tuple[DataMapping, ...] | None, drawn: Iterable[DataMapping]
) -> tuple[DataMapping, ...] | None:
    found = tuple(drawn)
    return found or None if declared is None else declared + found
