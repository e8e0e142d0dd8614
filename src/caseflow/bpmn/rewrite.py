"""Changes to the elements of a BPMN file: attributes, steps put in or left out, other names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from lxml import etree

from caseflow.bpmn.elements import local
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.xml import MODEL, parse
from caseflow.errors import DiagramRefused
from caseflow.model import ElementId, FlowId, ProcessId

_OWN = "urn:caseflow:bpmn:1.0"
_PREFIX = "caseflow:"
_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_ENDS = ("sourceRef", "targetRef")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAttribute:
    """An attribute of an element gets a value; ``caseflow:name`` is one of caseflow's own."""

    element: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """An activity to be put on a flow; ``onward`` is the id of the flow that leaves it."""

    id: ElementId
    kind: str
    attributes: Mapping[str, str]
    onward: FlowId
    lane: ElementId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertSteps:
    """Steps are put on a flow, one after the other; the flow leads to the first of them."""

    flow: FlowId
    steps: tuple[NewStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOut:
    """A step with one flow in and one out is left out; the flow in leads past it."""

    element: ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameProcesses:
    """Processes get other ids, wherever the file speaks of them."""

    names: Mapping[ProcessId, ProcessId]


Edit: TypeAlias = SetAttribute | InsertSteps | TakeOut | RenameProcesses


def rewritten(data: bytes, edits: Iterable[Edit], *, file: str) -> bytes:
    """Return a BPMN file with all changes made, in their order.

    What stands where, the drawing, stays as it is: `lay_out` draws what is new.

    Args:
        data: the content of the file.
        edits: what to change; every element that they name is there.
        file: its name, for findings.

    Raises:
        DiagramRefused: the file is not XML of BPMN 2.0.
    """
    findings = Findings(file)
    root = parse(data, findings)
    if root is None:
        raise DiagramRefused(findings.ordered())
    rewriting = _Rewriting(root)
    for edit in edits:
        rewriting.make(edit)
    etree.indent(root)
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


class _Rewriting:
    """The tree of a file that is being changed."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._by_id = {
            str(each.get("id")).strip(): each for each in self._all("*") if each.get("id")
        }

    def make(self, edit: Edit) -> None:
        match edit:
            case SetAttribute():
                self._by_id[edit.element].set(_qualified(edit.name), edit.value)
            case InsertSteps():
                self._insert(edit)
            case TakeOut():
                self._take_out(edit.element)
            case RenameProcesses():
                self._rename(edit.names)
            case _:
                assert_never(edit)

    def _insert(self, edit: InsertSteps) -> None:
        flow = self._by_id[edit.flow]
        container = flow.getparent()
        if container is None:  # a flow is never the root, which `parse` has looked at
            return
        after = self._by_id[local(str(flow.get("targetRef")))]
        arriving = edit.flow
        for step in edit.steps:
            drawn = self._step(step, arriving)
            container.insert(container.index(after), drawn)
            onward = etree.SubElement(container, f"{{{MODEL}}}sequenceFlow", id=step.onward)
            onward.set("sourceRef", step.id)
            self._by_id[step.onward] = onward
            self._by_id[arriving].set("targetRef", step.id)
            arriving = step.onward
        self._by_id[arriving].set("targetRef", str(after.get("id")))
        _relist(after, "incoming", edit.flow, arriving)
        # Behind the flows comes what the schema wants there: artifacts.
        container.extend(list(container.iterchildren(*_ARTIFACTS)))

    def _step(self, step: NewStep, arriving: FlowId) -> etree._Element:
        drawn = etree.Element(f"{{{MODEL}}}{step.kind}", id=step.id)
        for name, value in step.attributes.items():
            drawn.set(_qualified(name), value)
        etree.SubElement(drawn, f"{{{MODEL}}}incoming").text = arriving
        etree.SubElement(drawn, f"{{{MODEL}}}outgoing").text = step.onward
        self._by_id[step.id] = drawn
        if step.lane is not None:
            lane = self._by_id[step.lane]
            reference = etree.Element(f"{{{MODEL}}}flowNodeRef")
            reference.text = step.id
            inner = lane.find(f"{{{MODEL}}}childLaneSet")
            lane.insert(len(lane) if inner is None else lane.index(inner), reference)
        return drawn

    def _take_out(self, element: ElementId) -> None:
        flows = list(self._all("sequenceFlow"))
        (into,) = (one for one in flows if local(str(one.get("targetRef"))) == element)
        (out,) = (one for one in flows if local(str(one.get("sourceRef"))) == element)
        target = local(str(out.get("targetRef")))
        into.set("targetRef", target)
        _relist(self._by_id[target], "incoming", str(out.get("id", "")), str(into.get("id", "")))
        for gone in (out, self._by_id[element], *self._mentions(element)):
            parent = gone.getparent()
            if parent is not None:
                parent.remove(gone)

    def _mentions(self, element: ElementId) -> Iterator[etree._Element]:
        """Yield what stands in the file only for the sake of an element."""
        for each in self._all("flowNodeRef"):
            if local((each.text or "").strip()) == element:
                yield each
        for each in self._all("association", "messageFlow"):
            if element in {local(str(each.get(end, ""))) for end in _ENDS}:
                yield each

    def _rename(self, names: Mapping[ProcessId, ProcessId]) -> None:
        spoken = [
            *((each, "id") for each in self._all("process")),
            *((each, "processRef") for each in self._all("participant")),
            *((each, "calledElement") for each in self._all("callActivity")),
            *((each, "bpmnElement") for each in self._root.iter(f"{{{_DI}}}BPMNPlane")),
        ]
        for each, attribute in spoken:
            prefix, colon, old = str(each.get(attribute, "")).strip().rpartition(":")
            if (new := names.get(ProcessId(old))) is not None:
                each.set(attribute, f"{prefix}{colon}{new}")
                if attribute == "id":
                    self._by_id[new] = each

    def _all(self, *names: str) -> Iterator[etree._Element]:
        return self._root.iter(*(f"{{{MODEL}}}{name}" for name in names))


_ARTIFACTS = tuple(
    f"{{{MODEL}}}{name}"
    for name in (
        "association",
        "group",
        "textAnnotation",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "correlationSubscription",
        "supports",
    )
)


def _relist(node: etree._Element, name: str, old: str, new: str) -> None:
    """Put another flow into the place of one in the lists of a node, where it is listed."""
    for each in node.iterchildren(f"{{{MODEL}}}{name}"):
        if local((each.text or "").strip()) == old:
            each.text = new


def _qualified(name: str) -> str:
    return f"{{{_OWN}}}{name.removeprefix(_PREFIX)}" if name.startswith(_PREFIX) else name
