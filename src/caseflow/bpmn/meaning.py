"""What caseflow does with every element that BPMN 2.0 declares."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from caseflow.bpmn.elements import Element
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.rules import Rule

READ = frozenset(
    {
        "adHocSubProcess",
        "assignment",
        "association",
        "boundaryEvent",
        "businessRuleTask",
        "callActivity",
        "cancelEventDefinition",
        "collaboration",
        "compensateEventDefinition",
        "complexGateway",
        "conditionalEventDefinition",
        "correlationKey",
        "correlationProperty",
        "correlationPropertyBinding",
        "correlationPropertyRetrievalExpression",
        "correlationSubscription",
        "dataInput",
        "dataInputAssociation",
        "dataObject",
        "dataObjectReference",
        "dataOutput",
        "dataOutputAssociation",
        "dataStoreReference",
        "definitions",
        "documentation",
        "endEvent",
        "error",
        "errorEventDefinition",
        "escalation",
        "escalationEventDefinition",
        "eventBasedGateway",
        "exclusiveGateway",
        "expression",
        "extension",
        "extensionElements",
        "formalExpression",
        "humanPerformer",
        "inclusiveGateway",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "ioSpecification",
        "lane",
        "laneSet",
        "linkEventDefinition",
        "manualTask",
        "message",
        "messageEventDefinition",
        "messageFlow",
        "multiInstanceLoopCharacteristics",
        "operation",
        "parallelGateway",
        "participant",
        "performer",
        "potentialOwner",
        "process",
        "property",
        "receiveTask",
        "resource",
        "resourceAssignmentExpression",
        "script",
        "scriptTask",
        "sendTask",
        "sequenceFlow",
        "serviceTask",
        "signal",
        "signalEventDefinition",
        "standardLoopCharacteristics",
        "startEvent",
        "subProcess",
        "task",
        "terminateEventDefinition",
        "text",
        "textAnnotation",
        "timerEventDefinition",
        "transaction",
        "userTask",
    }
)
"""Elements that go into the model."""

IGNORED: Mapping[str, str] = MappingProxyType(
    {
        "auditing": "10.2.2 leaves its content to tools; the history records every step",
        "category": "8.4.1: groups elements for documentation and analysis",
        "categoryValue": "8.4.1: groups elements for documentation and analysis",
        "choreography": "chapter 11: describes a conversation, and is not executed",
        "conversation": "9.5: describes a conversation, and is not executed",
        "conversationAssociation": "9.5: describes a conversation, and is not executed",
        "conversationLink": "9.5: describes a conversation, and is not executed",
        "dataState": "10.4.1: its meaning is out of the scope of BPMN",
        "dataStore": "10.4.1: lives outside of processes; a reference to it is drawn",
        "endPoint": "8.4.10: the address of a service, which its handler knows",
        "globalBusinessRuleTask": "10.3.6: runs only where it is called, and then is refused",
        "globalChoreographyTask": "chapter 11: describes a conversation, and is not executed",
        "globalConversation": "9.5: describes a conversation, and is not executed",
        "globalManualTask": "10.3.6: runs only where it is called, and then is refused",
        "globalScriptTask": "10.3.6: runs only where it is called, and then is refused",
        "globalTask": "10.3.6: runs only where it is called, and then is refused",
        "globalUserTask": "10.3.6: runs only where it is called, and then is refused",
        "group": "8.4.1: an artifact, which does not affect the flow",
        "import": "8.2.1: types and services of other files; variables need no declared type",
        "inputSet": "10.4.1: an activity begins with the data there is",
        "interface": "8.4.3: a service; its operations give a task its topic or message",
        "ioBinding": "10.3.6: joins a process to a web service",
        "itemDefinition": "8.4.11: a declared type; variables need none",
        "messageFlowAssociation": "9.3: describes a collaboration, and is not executed",
        "monitoring": "10.2.2 leaves its content to tools; the history records every step",
        "outputSet": "10.4.1: an activity ends with the data there is",
        "participantAssociation": "9.2: describes a collaboration, and is not executed",
        "participantMultiplicity": "9.2: describes a collaboration, and is not executed",
        "partnerEntity": "9.2: describes a collaboration, and is not executed",
        "partnerRole": "9.2: describes a collaboration, and is not executed",
        "relationship": "8.2.5: traces between artifacts",
        "rendering": "10.3.4 leaves its content to tools; the host shows the form",
        "resourceParameter": "10.3.1: parameters of a resource; the role alone says who works",
        "resourceParameterBinding": "10.3.1: parameters of a resource; the role alone counts",
        "subConversation": "9.5: describes a conversation, and is not executed",
    }
)
"""Elements that the specification gives no execution, and why."""

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "callChoreography": "draw processes that exchange messages instead of a choreography",
        "callConversation": "draw processes that exchange messages instead of a conversation",
        "choreographyTask": "draw processes that exchange messages instead of a choreography",
        "complexBehaviorDefinition": "use a completionCondition, and throw after the activity",
        "event": "use a start, intermediate, boundary or end event",
        "implicitThrowEvent": "use an intermediate throw event",
        "subChoreography": "draw processes that exchange messages instead of a choreography",
    }
)
"""Elements that would be executed, but not by caseflow, and what to do instead."""

ABSTRACT = frozenset(
    {
        "activity",
        "artifact",
        "baseElement",
        "baseElementWithMixedContent",
        "callableElement",
        "catchEvent",
        "choreographyActivity",
        "conversationNode",
        "dataAssociation",
        "eventDefinition",
        "flowElement",
        "flowNode",
        "gateway",
        "loopCharacteristics",
        "resourceRole",
        "rootElement",
        "throwEvent",
    }
)
"""Elements that only stand for others in the schema."""


def check_meaning(root: Element, findings: Findings) -> None:
    """Note the elements that caseflow cannot execute, and extensions that must be understood."""
    for element in root.walk():
        if element.name in REFUSED:
            findings.add(
                Rule.UNSUPPORTED_ELEMENT,
                element.place,
                f"{element.name} is not executed",
                REFUSED[element.name],
            )
        elif element.name == "extension" and element.says("mustUnderstand"):
            findings.add(
                Rule.UNSUPPORTED_EXTENSION,
                element.place,
                f"the extension {element.get('definition')} must be understood, and is not",
                "remove it, or set mustUnderstand to false if nothing depends on it",
            )
