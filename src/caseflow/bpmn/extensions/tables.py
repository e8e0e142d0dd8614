"""The shape of a vendor's table: which attribute of which element fills what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType

from caseflow.bpmn.elements import Element
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.formulas import Dialect
from caseflow.model import CorrelationValue, DataMapping, Formula


class Slot(StrEnum):
    """What an extension can fill; the value names the place in the model."""

    ASSIGNEE = "Assignment.assignee"
    BINDING = "CallActivity.binding"
    BUSINESS_KEY = "Process.business_key"
    CALLED = "CallActivity.called"
    COLLECTION = "MultiInstance.collection"
    CORRELATION = "MessageTrigger.correlation"
    DECISION = "BusinessRuleTask.decision"
    DUE = "Assignment.due"
    EXTENSION_POINT = "Flow.extension_point"
    FOLLOW_UP = "Assignment.follow_up"
    FORM = "Assignment.form"
    HAND = "Handing.hand"
    HAND_GROUND = "Handing.ground"
    HAND_REASON = "Handing.reason"
    HAND_TO = "Handing.to"
    INTO = "Trigger.into"
    IS_LEGAL = "Node.is_legal, Flow.is_legal"
    IS_OPTIONAL = "Node.is_optional"
    IS_REPLACEABLE = "BusinessRuleTask.is_replaceable"
    ITEM = "MultiInstance.item"
    LADDER = "Assignment.ladder"
    MANDATORY = "Process.mandatory, EndEvent.mandatory"
    NOT_SAME_AS = "Assignment.not_same_as"
    OUTCOME = "EndEvent.outcome"
    OUTPUT_COLLECTION = "MultiInstance.output_collection"
    OUTPUT_ITEM = "MultiInstance.output_item"
    OVERLAY_OF = "Process.overlay_of"
    PAYLOAD = "Trigger.payload"
    PEOPLE = "Assignment.people"
    PRIORITY = "Task.priority"
    RESULT = "Task.result"
    RETRIES = "Task.retries"
    ROLE = "Lane.role"
    ROLES = "Assignment.roles"
    SCRIPT = "ScriptTask.script"
    TIME_TO_LIVE = "MessageTrigger.time_to_live"
    TOPIC = "Task.topic"
    UNIT = "Assignment.unit"


class Kind(Enum):
    """How the text of an attribute is read; the value says it to people."""

    VALUE = "text or an expression"
    VALUES = "texts separated by commas, or an expression"
    EXPRESSION = "an expression"
    VARIABLE = "the name of a variable, or an expression"
    NUMBER = "a whole number or an expression"
    LIMIT = "the name of a time limit, or an expression"
    MOMENT = "a moment or duration of ISO 8601, or an expression"
    NAME = "the name of a variable"
    TEXT = "text"
    TEXTS = "texts separated by commas"
    FLAG = "true or false"
    CODE = "code of the host, whose text becomes the topic (with a warning)"
    TRIES = "a retry cycle (R3/PT10M), of which the number of tries is read"
    BINDING = "deployment or latest"
    HAND = "escalate, dispatch, transfer, take_back, return, rule or designate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One attribute, or the text of one element, that fills a slot.

    ``path`` is ``@name`` for an attribute of the BPMN element, ``child`` for the text and
    ``child/@name`` for an attribute of an extension element, and ``properties/name`` for
    a named property.
    """

    path: str
    on: frozenset[str]
    slot: Slot
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured:
    """What extension elements that hold more than one value say together."""

    inputs: tuple[DataMapping, ...] | None = None
    outputs: tuple[DataMapping, ...] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    bindings: tuple[CorrelationValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Extension elements that are read together, by a function of the vendor."""

    names: tuple[str, ...]
    on: frozenset[str]
    fills: str
    read: Callable[[tuple[Element, ...], Findings], Structured]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """Everything that caseflow knows about the extensions of one modeler.

    ``ignored`` tells why a path has no meaning here, ``refused`` what to do instead of a
    path that would change what happens; every other path that no row knows is reported.
    """

    name: str
    prefix: str
    namespaces: tuple[str, ...]
    dialect: Dialect
    rows: tuple[Row, ...]
    structures: tuple[Structure, ...] = ()
    ignored: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """What all vendors together say about one element."""

    formulas: Mapping[Slot, tuple[Formula, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    names: Mapping[Slot, str] = field(default_factory=lambda: MappingProxyType({}))
    structured: Structured = Structured()

    def formula(self, slot: Slot) -> Formula | None:
        """Return the one formula of a slot."""
        found = self.formulas.get(slot, ())
        return found[0] if found else None

    def all(self, slot: Slot) -> tuple[Formula, ...]:
        """Return every formula of a slot that takes several."""
        return self.formulas.get(slot, ())

    def name(self, slot: Slot) -> str:
        """Return the text of a slot, or nothing."""
        return self.names.get(slot, "")

    def texts(self, slot: Slot) -> tuple[str, ...]:
        """Return the texts of a slot that are separated by commas."""
        parts = (part.strip() for part in self.name(slot).split(","))
        return tuple(part for part in parts if part)

    def says(self, slot: Slot) -> bool:
        """Return whether a slot is true."""
        return self.name(slot) == "true"


PEOPLE_TASKS = frozenset({"manualTask", "userTask"})
MACHINE_TASKS = frozenset({"businessRuleTask", "sendTask", "serviceTask"})
RESULT_TASKS = MACHINE_TASKS | {"scriptTask"}
ACTIVITIES = (
    PEOPLE_TASKS
    | RESULT_TASKS
    | {
        "adHocSubProcess",
        "callActivity",
        "receiveTask",
        "subProcess",
        "task",
        "transaction",
    }
)
EVENTS = frozenset(
    {
        "boundaryEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "startEvent",
    }
)
GATEWAYS = frozenset(
    {
        "complexGateway",
        "eventBasedGateway",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
    }
)
HANDS = ACTIVITIES | {"endEvent", "intermediateThrowEvent"}
CALL = frozenset({"callActivity"})
RULE_TASK = frozenset({"businessRuleTask"})
LOOP = frozenset({"multiInstanceLoopCharacteristics"})
MESSAGES = frozenset({"messageEventDefinition", "receiveTask", "sendTask"})
EVENT_DATA = MESSAGES | {
    "errorEventDefinition",
    "escalationEventDefinition",
    "signalEventDefinition",
}
