"""Which case a message is for: correlation keys, their properties and bindings (8.4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from caseflow.bpmn.elements import Element
from caseflow.bpmn.formulas import expression
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import CorrelationKey, CorrelationValue

_KEY = frozenset({"correlationKey"})
_PROPERTY = frozenset({"correlationProperty"})


def keys_by_message(root: Element, source: Source) -> Mapping[str, tuple[CorrelationKey, ...]]:
    """Return the correlation keys of a file, by the id of the message they are read from."""
    found: dict[str, list[CorrelationKey]] = {}
    for key in _keys(root):
        properties = _properties(key, source)
        retrievals = [_retrievals(each, source) for each in properties]
        messages = dict.fromkeys(message for each in retrievals for message in each)
        for message in messages:
            values = tuple(each[message] for each in retrievals if message in each)
            if len(values) == len(properties):
                complete = CorrelationKey(name=_name(key), retrieval=values)
                found.setdefault(message, []).append(complete)
            else:
                source.findings.add(
                    Rule.INCOMPLETE_CORRELATION,
                    key.place,
                    f"the key {_name(key)} is not used for {message}, "
                    "because not all of its properties are read from that message",
                    "add a correlationPropertyRetrievalExpression for the missing ones",
                )
    return {message: tuple(keys) for message, keys in found.items()}


def bindings_of(process: Element, source: Source) -> Mapping[str, tuple[CorrelationValue, ...]]:
    """Return what the correlation subscriptions of a process bind, by the key's name."""
    found: dict[str, tuple[CorrelationValue, ...]] = {}
    for subscription in process.all("correlationSubscription"):
        reference = subscription.reference("correlationKeyRef")
        key = source.resolve(reference, subscription.place, to=_KEY)
        if key is not None:
            found[_name(key)] = tuple(
                _binding(each, source) for each in subscription.all("correlationPropertyBinding")
            )
    return found


def keys_of(
    root: Element, bindings: Mapping[str, tuple[CorrelationValue, ...]]
) -> tuple[CorrelationKey, ...]:
    """Return the keys of a file as one process binds them; what is read depends on a message."""
    return tuple(
        CorrelationKey(name=_name(key), retrieval=(), binding=bindings.get(_name(key), ()))
        for key in _keys(root)
    )


def bound(
    key: CorrelationKey, source: Source, own: tuple[CorrelationValue, ...]
) -> CorrelationKey:
    """Return a key with what its process, or the event itself, binds it to."""
    names = {value.property for value in key.retrieval}
    values = {value.property: value for value in source.bindings.get(key.name, ())}
    for value in own:
        declared = source.by_id.get(value.property)
        name = value.property if declared is None else _name(declared)
        values[name] = replace(value, property=name)
    return replace(key, binding=tuple(each for name, each in values.items() if name in names))


def _keys(root: Element) -> list[Element]:
    return [each for each in root.walk() if each.name == "correlationKey"]


def _name(element: Element) -> str:
    return element.get("name") or element.id


def _properties(key: Element, source: Source) -> list[Element]:
    found = [
        source.resolve(reference, key.place, to=_PROPERTY)
        for reference in key.references("correlationPropertyRef")
    ]
    return [each for each in found if each is not None]


def _retrievals(prop: Element, source: Source) -> dict[str, CorrelationValue]:
    """Return how a property is read, by the id of the message."""
    return {
        each.reference("messageRef"): CorrelationValue(
            property=_name(prop), path=expression(path, source)
        )
        for each in prop.all("correlationPropertyRetrievalExpression")
        for path in each.all("messagePath")
    }


def _binding(element: Element, source: Source) -> CorrelationValue:
    reference = element.reference("correlationPropertyRef")
    prop = source.resolve(reference, element.place, to=_PROPERTY)
    path = element.first("dataPath")
    return CorrelationValue(
        property=reference if prop is None else _name(prop),
        path=expression(element if path is None else path, source),
    )
