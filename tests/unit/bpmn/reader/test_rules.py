"""Every rule on a diagram that breaks it and nothing else, and on one that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from caseflow.bpmn import Reading, Rule
from caseflow.bpmn.rules import INTEGRITY, WARNINGS
from caseflow.errors import Severity

# Rules about a file as a whole, or about several, have tests of their own.
ELSEWHERE = {
    # test_untrusted
    Rule.EMPTY_FILE,
    Rule.TOO_LARGE,
    Rule.TOO_DEEP,
    Rule.UNREADABLE_TEXT,
    Rule.DOCTYPE,
    Rule.NOT_XML,
    Rule.NOT_BPMN,
    # test_schema
    Rule.UNKNOWN_ELEMENT,
    Rule.UNKNOWN_ATTRIBUTE,
    Rule.MISSING_ATTRIBUTE,
    Rule.STRAY_TEXT,
    Rule.BAD_VALUE,
    Rule.DUPLICATE_ID,
    Rule.AGAINST_SCHEMA,
    # test_together
    Rule.DUPLICATE_PROCESS,
    Rule.UNKNOWN_CALLED_PROCESS,
    Rule.CALLED_PROCESS_NOT_EXECUTABLE,
    Rule.CALLED_PROCESS_START,
    Rule.ENDLESS_RECURSION,
    Rule.RECURSION,
}


class Case(NamedTuple):
    """What stands in a process, and beside it, with and without a fault."""

    rule: Rule
    bad: str
    good: str
    beside: str = ""


def timer(definition: str) -> str:
    inside = f"<timerEventDefinition>{definition}</timerEventDefinition>"
    return f'<startEvent id="s">{inside}</startEvent>'


def event_sub_process(content: str) -> str:
    return f'<subProcess id="e" triggeredByEvent="true">{content}</subProcess>'


def adhoc(content: str) -> str:
    return f'<adHocSubProcess id="h">{content}<task id="t"/></adHocSubProcess>'


def flow(source: str, target: str, *, name: str = "f", inside: str = "", more: str = "") -> str:
    return (
        f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}" {more}>'
        f"{inside}</sequenceFlow>"
    )


def catch(name: str, definition: str = '<signalEventDefinition signalRef="sig"/>') -> str:
    return f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>'


def throw(name: str, definition: str) -> str:
    return f'<intermediateThrowEvent id="{name}">{definition}</intermediateThrowEvent>'


def border(definition: str, *, host: str = "a", more: str = "", name: str = "b") -> str:
    return f'<boundaryEvent id="{name}" attachedToRef="{host}" {more}>{definition}</boundaryEvent>'


CONDITION = "<conditionExpression>x == 1</conditionExpression>"
WHEN = "<condition>x</condition>"
LOOP = "<multiInstanceLoopCharacteristics {more}>{inside}</multiInstanceLoopCharacteristics>"
ONE = "behavior='One'"
COMPLEX = "behavior='Complex'"
COLLECTION = "caseflow:collection='x'"
CARDINALITY = "<loopCardinality>3</loopCardinality>"
SIGNAL = '<signal id="sig" name="sig"/>'
MESSAGE = '<message id="msg" name="msg"/>'
ERROR = '<error id="err" errorCode="E1"/><error id="bare"/>'
UNDO = border("<compensateEventDefinition/>")
UNDONE = (
    f'<task id="a"/>{UNDO}<task id="u" isForCompensation="true"/>'
    '<association sourceRef="b" targetRef="u"/>'
)
ON_ERROR = '<startEvent id="s"><errorEventDefinition/></startEvent>'
LINK = '<linkEventDefinition name="L"/>'
PARAMETER = (
    '<extensionElements><camunda:inputOutput><camunda:inputParameter name="x">'
    "{}</camunda:inputParameter></camunda:inputOutput></extensionElements>"
)

CASES = [
    # What caseflow cannot run
    Case(
        Rule.UNSUPPORTED_ELEMENT,
        '<implicitThrowEvent id="a"/>',
        throw("a", ""),
    ),
    Case(
        Rule.UNSUPPORTED_ELEMENT,
        '<choreographyTask id="a" initiatingParticipantRef="x"><participantRef>x</participantRef>'
        "<participantRef>y</participantRef><messageFlowRef>z</messageFlowRef></choreographyTask>",
        '<sendTask id="a"/>',
    ),
    Case(
        Rule.UNSUPPORTED_LANGUAGE,
        timer('<timeDuration xsi:type="tFormalExpression" language="groovy">x</timeDuration>'),
        timer('<timeDuration xsi:type="tFormalExpression" language="python">x</timeDuration>'),
    ),
    Case(
        Rule.UNSUPPORTED_LANGUAGE,
        '<scriptTask id="a" scriptFormat="text/javascript"><script>x = 1</script></scriptTask>',
        '<scriptTask id="a" scriptFormat="text/x-python"><script>x = 1</script></scriptTask>',
    ),
    Case(
        Rule.UNSUPPORTED_EXTENSION,
        '<task id="a"><extensionElements><camunda:executionListener class="X" event="start"/>'
        "</extensionElements></task>",
        '<task id="a"/>',
    ),
    Case(
        Rule.UNSUPPORTED_EXTENSION,
        '<task id="a"><extensionElements><spiffworkflow:preScript>x = 1'
        "</spiffworkflow:preScript></extensionElements></task>",
        '<task id="a"><extensionElements><spiffworkflow:preScript/></extensionElements></task>',
    ),
    Case(
        Rule.UNSUPPORTED_EXTENSION,
        f'<task id="a">{PARAMETER.format("<camunda:list/>")}</task>',
        f'<task id="a">{PARAMETER.format("${[1, 2]}")}</task>',
    ),
    Case(
        Rule.UNSUPPORTED_EXTENSION,
        '<callActivity id="a" calledElement="q"><extensionElements><camunda:in variables="all"/>'
        '<camunda:in source="x" target="y"/></extensionElements></callActivity>',
        '<callActivity id="a" calledElement="q"><extensionElements><camunda:in variables="all"/>'
        "</extensionElements></callActivity>",
    ),
    Case(
        Rule.UNKNOWN_EXTENSION,
        '<userTask id="a" caseflow:rol="mediator"/>',
        '<userTask id="a" caseflow:role="mediator"/>',
    ),
    Case(
        Rule.UNKNOWN_EXTENSION,
        '<task id="a" caseflow:topic="mail"/>',
        '<serviceTask id="a" caseflow:topic="mail"/>',
    ),
    Case(
        Rule.UNKNOWN_EXTENSION,
        '<dataObject id="a" caseflow:role="mediator"/>',
        '<dataObject id="a"/>',
    ),
    Case(
        Rule.UNREAD_EXTENSION,
        '<startEvent id="s" camunda:initiator="starter"/>',
        '<startEvent id="s" camunda:asyncBefore="true"/>',
    ),
    Case(
        Rule.UNREAD_EXTENSION,
        '<serviceTask id="a"><extensionElements><spiffworkflow:serviceTaskOperator id="x">'
        '<spiffworkflow:retry retries="3"/></spiffworkflow:serviceTaskOperator>'
        "</extensionElements></serviceTask>",
        '<serviceTask id="a"><extensionElements><spiffworkflow:serviceTaskOperator id="x"/>'
        "</extensionElements></serviceTask>",
    ),
    Case(
        Rule.BAD_EXTENSION_VALUE,
        '<userTask id="a" caseflow:priority="high"/>',
        '<userTask id="a" caseflow:priority="=high"/>',
    ),
    Case(
        Rule.BAD_EXTENSION_VALUE,
        '<userTask id="a" camunda:dueDate="tomorrow"/>',
        '<userTask id="a" camunda:dueDate="P1D"/>',
    ),
    Case(
        Rule.BAD_EXTENSION_VALUE,
        '<callActivity id="a"><extensionElements><zeebe:calledElement processId="=x"/>'
        "</extensionElements></callActivity>",
        '<callActivity id="a"><extensionElements><zeebe:calledElement processId="x"/>'
        "</extensionElements></callActivity>",
    ),
    Case(
        Rule.BAD_EXTENSION_VALUE,
        '<serviceTask id="a" caseflow:topic="=kind"/>',
        '<serviceTask id="a" caseflow:topic="kind"/>',
    ),
    Case(
        Rule.BAD_EXTENSION_VALUE,
        '<callActivity id="a" calledElement="q" caseflow:binding="newest"/>',
        '<callActivity id="a" calledElement="q" caseflow:binding="latest"/>',
    ),
    Case(
        Rule.HANDLER_FROM_CODE,
        '<serviceTask id="a" flowable:class="org.example.Mail"/>',
        '<serviceTask id="a" flowable:topic="mail"/>',
    ),
    # Names and references
    Case(Rule.ELEMENT_WITHOUT_ID, "<task/>", '<task id="a"/>'),
    Case(Rule.ELEMENT_WITHOUT_ID, "<dataObject/>", '<dataObject id="a"/>'),
    Case(
        Rule.DANGLING_REFERENCE,
        f'<task id="a"/>{flow("a", "b")}',
        f'<task id="a"/><task id="b"/>{flow("a", "b")}',
    ),
    Case(
        Rule.DANGLING_REFERENCE,
        f'<task id="a"/><dataObject id="b"/>{flow("a", "b")}',
        '<task id="a"/><dataObject id="b"/>',
    ),
    Case(
        Rule.DANGLING_REFERENCE,
        '<receiveTask id="a" messageRef="sig"/>',
        '<receiveTask id="a" messageRef="msg"/>',
        beside=SIGNAL + MESSAGE,
    ),
    Case(
        Rule.DANGLING_REFERENCE,
        '<task id="a"><dataInputAssociation><sourceRef>a</sourceRef><targetRef>p1</targetRef>'
        '</dataInputAssociation></task><dataObject id="p1"/>',
        '<task id="a"><dataInputAssociation><sourceRef>p2</sourceRef><targetRef>p1</targetRef>'
        '</dataInputAssociation></task><dataObject id="p1"/><dataObject id="p2"/>',
    ),
    Case(
        Rule.UNUSABLE_NAME,
        '<scriptTask id="a" caseflow:result="my result"><script>1</script></scriptTask>',
        '<scriptTask id="a" caseflow:result="结果"><script>1</script></scriptTask>',
    ),
    Case(
        Rule.UNUSABLE_NAME,
        '<task id="a"><dataInputAssociation><sourceRef>p-2</sourceRef><targetRef>p1</targetRef>'
        '</dataInputAssociation></task><dataObject id="p1"/><dataObject id="p-2"/>',
        '<task id="a"><dataInputAssociation><sourceRef>p-2</sourceRef><targetRef>p1</targetRef>'
        '</dataInputAssociation></task><dataObject id="p1"/><dataObject id="p-2" name="p2"/>',
    ),
    Case(
        Rule.COMPUTED_NAME,
        '<receiveTask id="a" messageRef="computed"/>',
        '<receiveTask id="a" messageRef="msg"/>',
        beside='<message id="computed" name="order-${id}"/>' + MESSAGE,
    ),
    Case(
        Rule.COMPUTED_NAME,
        throw("a", '<escalationEventDefinition escalationRef="computed"/>'),
        throw("a", '<escalationEventDefinition escalationRef="fixed"/>'),
        beside='<escalation id="computed" escalationCode="=code"/>'
        '<escalation id="fixed" escalationCode="code"/>',
    ),
    # Expressions and values
    Case(
        Rule.EMPTY_EXPRESSION,
        '<task id="a"><multiInstanceLoopCharacteristics><loopCardinality/>'
        "</multiInstanceLoopCharacteristics></task>",
        f'<task id="a">{LOOP.format(more="", inside=CARDINALITY)}</task>',
    ),
    Case(
        Rule.MIXED_EXPRESSION,
        '<userTask id="a" camunda:assignee="mayor-${town}"/>',
        '<userTask id="a" camunda:assignee="${&quot;mayor-&quot; + town}"/>',
    ),
    Case(
        Rule.MIXED_EXPRESSION,
        timer("<timeDuration>P${days}D</timeDuration>"),
        timer("<timeDuration>${days}</timeDuration>"),
    ),
    Case(
        Rule.BAD_TIME_VALUE,
        timer("<timeDuration>P1X</timeDuration>"),
        timer("<timeDuration>P1Y</timeDuration>"),
    ),
    Case(
        Rule.BAD_TIME_VALUE,
        timer("<timeDate>2026-01-31T09:00:00</timeDate>"),
        timer("<timeDate>2026-01-31T09:00:00+08:00</timeDate>"),
    ),
    Case(
        Rule.BAD_TIME_VALUE,
        timer("<timeCycle>0 0/5 * * * ?</timeCycle>"),
        timer("<timeCycle>R/PT5M</timeCycle>"),
    ),
    Case(
        Rule.BAD_TIME_VALUE,
        timer("<timeDate>'P1D'</timeDate>"),
        timer("<timeDuration>'P1D'</timeDuration>"),
    ),
    Case(Rule.TIMER_VALUES, timer(""), timer("<timeCycle>every_day</timeCycle>")),
    Case(Rule.BAD_NUMBER, '<task id="a" startQuantity="0"/>', '<task id="a" startQuantity="2"/>'),
    Case(
        Rule.BAD_NUMBER,
        '<task id="a"><standardLoopCharacteristics loopMaximum="-1"/></task>',
        '<task id="a"><standardLoopCharacteristics loopMaximum="+1"/></task>',
    ),
    # Sequence flows
    Case(
        Rule.FLOW_CROSSES_SCOPE,
        f'<task id="a"/><subProcess id="s"><task id="b"/></subProcess>{flow("a", "b")}',
        f'<task id="a"/><subProcess id="s"><task id="b"/></subProcess>{flow("a", "s")}',
    ),
    Case(
        Rule.FLOW_LISTS,
        f'<task id="a"/><task id="b"><incoming>g</incoming></task>{flow("a", "b")}',
        f'<task id="a"/><task id="b"><incoming>f</incoming></task>{flow("a", "b")}',
    ),
    Case(
        Rule.START_WITH_INCOMING,
        f'<task id="a"/><startEvent id="s"/>{flow("a", "s")}',
        f'<task id="a"/><startEvent id="s"/>{flow("s", "a")}',
    ),
    Case(
        Rule.END_WITH_OUTGOING,
        f'<task id="a"/><endEvent id="x"/>{flow("x", "a")}',
        f'<task id="a"/><endEvent id="x"/>{flow("a", "x")}',
    ),
    Case(
        Rule.BOUNDARY_WITH_INCOMING,
        f'<task id="a"/>{border("<errorEventDefinition/>")}{flow("a", "b")}',
        f'<task id="a"/><task id="c"/>{border("<errorEventDefinition/>")}{flow("b", "c")}',
    ),
    Case(
        Rule.DEFAULT_FLOW,
        f'<task id="a" default="f"/><task id="b"/>{flow("b", "a")}',
        f'<task id="a" default="f"/><task id="b"/>{flow("a", "b")}',
    ),
    Case(
        Rule.DEFAULT_FLOW,
        f'<task id="a" default="f"/><task id="b"/>{flow("a", "b", inside=CONDITION)}',
        f'<task id="a"/><task id="b"/>{flow("a", "b", inside=CONDITION)}',
    ),
    Case(
        Rule.CONDITION_IGNORED,
        f'<parallelGateway id="g"/><task id="b"/>{flow("g", "b", inside=CONDITION)}',
        f'<inclusiveGateway id="g"/><task id="b"/>{flow("g", "b", inside=CONDITION)}',
    ),
    Case(
        Rule.CONDITION_AFTER_EVENT,
        f'<startEvent id="s"/><task id="b"/>{flow("s", "b", inside=CONDITION)}',
        f'<startEvent id="s"/><task id="b"/>{flow("s", "b")}',
    ),
    # Gateways
    Case(
        Rule.GATEWAY_DIRECTION,
        '<exclusiveGateway id="g" gatewayDirection="Converging"/><task id="a"/><task id="b"/>'
        + flow("g", "a")
        + flow("g", "b", name="f2"),
        '<exclusiveGateway id="g" gatewayDirection="Diverging"/><task id="a"/><task id="b"/>'
        + flow("g", "a")
        + flow("g", "b", name="f2"),
    ),
    Case(
        Rule.EVENT_GATEWAY_TARGET,
        f'<eventBasedGateway id="g"/><userTask id="a"/>{flow("g", "a")}',
        f'<eventBasedGateway id="g"/><receiveTask id="a"/>{flow("g", "a")}',
    ),
    Case(
        Rule.EVENT_GATEWAY_TARGET,
        f'<eventBasedGateway id="g"/><task id="t"/>{catch("a")}{flow("g", "a")}'
        + flow("t", "a", name="f2"),
        f'<eventBasedGateway id="g"/><task id="t"/>{catch("a")}{flow("g", "a")}',
        beside=SIGNAL,
    ),
    Case(
        Rule.EVENT_GATEWAY_TARGET,
        f'<eventBasedGateway id="g"/><receiveTask id="a"/>{border("<errorEventDefinition/>")}'
        + flow("g", "a"),
        f'<receiveTask id="a"/>{border("<errorEventDefinition/>")}',
    ),
    Case(
        Rule.EVENT_GATEWAY_TARGET,
        '<eventBasedGateway id="g"/><receiveTask id="a"/>'
        + catch("c", '<messageEventDefinition messageRef="msg"/>')
        + flow("g", "a")
        + flow("g", "c", name="f2"),
        '<eventBasedGateway id="g"/><receiveTask id="a"/>'
        + catch("c")
        + flow("g", "a")
        + flow("g", "c", name="f2"),
        beside=MESSAGE + SIGNAL,
    ),
    Case(
        Rule.EVENT_GATEWAY_TYPE,
        '<eventBasedGateway id="g" eventGatewayType="Parallel"/>',
        '<eventBasedGateway id="g" eventGatewayType="Parallel" instantiate="true"/>',
    ),
    Case(
        Rule.INSTANTIATE_WITH_INCOMING,
        f'<task id="t"/><receiveTask id="a" instantiate="true"/>{flow("t", "a")}',
        f'<task id="t"/><receiveTask id="a" instantiate="true"/>{flow("a", "t")}',
    ),
    # Events
    Case(
        Rule.BOUNDARY_HOST,
        '<exclusiveGateway id="a"/>' + border("<errorEventDefinition/>"),
        '<task id="a"/>' + border("<errorEventDefinition/>"),
    ),
    Case(
        Rule.BOUNDARY_HOST,
        '<subProcess id="s"><task id="a"/></subProcess>' + border("<errorEventDefinition/>"),
        f'<subProcess id="s"><task id="a"/>{border("<errorEventDefinition/>")}</subProcess>',
    ),
    Case(
        Rule.BOUNDARY_HOST,
        event_sub_process('<startEvent id="s"><errorEventDefinition/></startEvent>')
        + border("<errorEventDefinition/>", host="e"),
        event_sub_process('<startEvent id="s"><errorEventDefinition/></startEvent>'),
    ),
    Case(Rule.EVENT_WITHOUT_TRIGGER, catch("a", ""), catch("a"), beside=SIGNAL),
    Case(
        Rule.EVENT_WITHOUT_TRIGGER,
        '<task id="a"/>' + border(""),
        '<task id="a"/>' + border("<escalationEventDefinition/>"),
    ),
    Case(
        Rule.EVENT_WITHOUT_TRIGGER,
        event_sub_process('<startEvent id="s"/>'),
        event_sub_process('<startEvent id="s"><escalationEventDefinition/></startEvent>'),
    ),
    Case(
        Rule.EVENT_NAMES_NOTHING,
        catch("a", "<messageEventDefinition/>"),
        catch("a", '<messageEventDefinition messageRef="msg"/>'),
        beside=MESSAGE,
    ),
    Case(
        Rule.EVENT_NAMES_NOTHING,
        catch("a", "<signalEventDefinition/>"),
        catch("a"),
        beside=SIGNAL,
    ),
    Case(
        Rule.TRIGGER_NOT_ALLOWED,
        '<startEvent id="s"><errorEventDefinition/></startEvent>',
        event_sub_process('<startEvent id="s"><errorEventDefinition/></startEvent>'),
    ),
    Case(
        Rule.TRIGGER_NOT_ALLOWED,
        f'<subProcess id="u">{timer("<timeDuration>PT1H</timeDuration>")}</subProcess>',
        '<subProcess id="u"><startEvent id="s"/></subProcess>',
    ),
    Case(
        Rule.TRIGGER_NOT_ALLOWED,
        catch("a", "<errorEventDefinition/>"),
        catch("a", f"<conditionalEventDefinition>{WHEN}</conditionalEventDefinition>"),
    ),
    Case(
        Rule.TRIGGER_NOT_ALLOWED,
        throw("a", "<terminateEventDefinition/>"),
        '<endEvent id="a"><terminateEventDefinition/></endEvent>',
    ),
    Case(
        Rule.TRIGGER_NOT_ALLOWED,
        '<endEvent id="a"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        "</timerEventDefinition></endEvent>",
        '<endEvent id="a"/>',
    ),
    Case(
        Rule.TRIGGER_STANDS_ALONE,
        catch("a", LINK + '<signalEventDefinition signalRef="sig"/>'),
        catch("a", LINK) + catch("b"),
        beside=SIGNAL,
    ),
    Case(
        Rule.PARALLEL_WITH_ONE_TRIGGER,
        catch("a").replace(' id="a"', ' id="a" parallelMultiple="true"'),
        catch("a"),
        beside=SIGNAL,
    ),
    Case(
        Rule.MUST_INTERRUPT,
        '<task id="a"/>' + border("<errorEventDefinition/>", more='cancelActivity="false"'),
        '<task id="a"/>' + border("<escalationEventDefinition/>", more='cancelActivity="false"'),
    ),
    Case(
        Rule.MUST_INTERRUPT,
        event_sub_process(
            '<startEvent id="s" isInterrupting="false"><errorEventDefinition/></startEvent>'
        ),
        event_sub_process(
            '<startEvent id="s" isInterrupting="true"><errorEventDefinition/></startEvent>'
        ),
    ),
    Case(
        Rule.THROW_WITHOUT_CODE,
        '<endEvent id="x"><errorEventDefinition errorRef="bare"/></endEvent>',
        '<endEvent id="x"><errorEventDefinition errorRef="err"/></endEvent>',
        beside=ERROR,
    ),
    Case(
        Rule.LINK_WITHOUT_TARGET,
        throw("a", LINK) + f'<subProcess id="u">{catch("b", LINK)}</subProcess>',
        throw("a", LINK) + catch("b", LINK),
    ),
    Case(
        Rule.DUPLICATE_LINK_TARGET,
        throw("a", LINK) + catch("b", LINK) + catch("c", LINK),
        throw("a", LINK) + throw("c", LINK) + catch("b", LINK),
    ),
    Case(
        Rule.LINK_WITH_FLOW,
        throw("a", LINK) + catch("b", LINK) + f'<task id="t"/>{flow("a", "t")}',
        throw("a", LINK) + catch("b", LINK) + f'<task id="t"/>{flow("t", "a")}',
    ),
    Case(
        Rule.CANCEL_OUTSIDE_TRANSACTION,
        '<subProcess id="u"><endEvent id="x"><cancelEventDefinition/></endEvent></subProcess>',
        '<transaction id="u"><endEvent id="x"><cancelEventDefinition/></endEvent></transaction>',
    ),
    Case(
        Rule.CANCEL_OUTSIDE_TRANSACTION,
        '<subProcess id="a"/>' + border("<cancelEventDefinition/>"),
        '<transaction id="a"/>' + border("<cancelEventDefinition/>"),
    ),
    Case(
        Rule.COMPENSATION_HANDLER,
        '<task id="a"/><task id="u" isForCompensation="true"/>'
        + border("<compensateEventDefinition/>"),
        '<task id="a"/><task id="u" isForCompensation="true"/>'
        + border("<compensateEventDefinition/>")
        + '<association sourceRef="u" targetRef="b"/>',
    ),
    Case(
        Rule.COMPENSATION_HANDLER,
        '<task id="a"/><task id="u"/>'
        + border("<compensateEventDefinition/>")
        + '<association sourceRef="b" targetRef="u"/>',
        '<task id="a"/><task id="u"/>'
        + border("<escalationEventDefinition/>")
        + '<association sourceRef="b" targetRef="u"/>',
    ),
    Case(
        Rule.COMPENSATION_WITH_FLOW,
        f'<task id="a" isForCompensation="true"/><task id="t"/>{flow("a", "t")}',
        f'<task id="a"/><task id="t"/>{flow("a", "t")}',
    ),
    Case(
        Rule.COMPENSATION_WITH_FLOW,
        f"<task id='t'/>{flow('b', 't')}{UNDONE}",
        f"<task id='t'/>{flow('a', 't')}{UNDONE}",
    ),
    Case(
        Rule.COMPENSATION_HANDLER,
        f"<task id='a'/>{UNDO}<subProcess id='s'><task id='u' isForCompensation='true'/>"
        "</subProcess><association sourceRef='b' targetRef='u'/>",
        UNDONE,
    ),
    Case(
        Rule.NOTHING_TO_COMPENSATE,
        event_sub_process(ON_ERROR + throw("t", "<compensateEventDefinition/>")),
        event_sub_process(ON_ERROR + throw("t", "<compensateEventDefinition/>")) + UNDONE,
    ),
    Case(
        Rule.NOTHING_TO_COMPENSATE,
        throw("t", '<compensateEventDefinition activityRef="a"/>') + '<task id="a"/>',
        throw("t", '<compensateEventDefinition activityRef="a"/>')
        + '<task id="a"/><task id="u" isForCompensation="true"/>'
        + border("<compensateEventDefinition/>")
        + '<association sourceRef="b" targetRef="u"/>',
    ),
    Case(
        Rule.NOTHING_TO_COMPENSATE,
        throw("t", "<compensateEventDefinition/>") + '<subProcess id="a"/>',
        throw("t", "<compensateEventDefinition/>")
        + '<subProcess id="a"><subProcess id="e" triggeredByEvent="true"><startEvent id="s">'
        "<compensateEventDefinition/></startEvent></subProcess></subProcess>",
    ),
    # Activities and their data
    Case(
        Rule.MISSING_CALLED_ELEMENT,
        '<callActivity id="a"/>',
        '<callActivity id="a" calledElement="q"/>',
    ),
    Case(
        Rule.MISSING_SCRIPT,
        '<scriptTask id="a"><script> </script></scriptTask>',
        '<scriptTask id="a"><script>x = 1</script></scriptTask>',
    ),
    Case(
        Rule.MULTI_INSTANCE_COUNT,
        f'<task id="a">{LOOP.format(more="", inside="")}</task>',
        f'<task id="a">{LOOP.format(more=COLLECTION, inside="")}</task>',
    ),
    Case(
        Rule.MULTI_INSTANCE_COUNT,
        f'<task id="a">{LOOP.format(more=COLLECTION, inside=CARDINALITY)}</task>',
        f'<task id="a">{LOOP.format(more="", inside=CARDINALITY)}</task>',
    ),
    Case(
        Rule.MULTI_INSTANCE_BEHAVIOR,
        f'<task id="a">{LOOP.format(more=ONE, inside=CARDINALITY)}</task>',
        '<task id="a">'
        + LOOP.format(more=ONE + " oneBehaviorEventRef='sd'", inside=CARDINALITY)
        + "</task>",
        beside=SIGNAL + '<signalEventDefinition id="sd" signalRef="sig"/>',
    ),
    Case(
        Rule.MULTI_INSTANCE_BEHAVIOR,
        f'<task id="a">{LOOP.format(more=COMPLEX, inside=CARDINALITY)}</task>',
        f'<task id="a">{LOOP.format(more="", inside=CARDINALITY)}</task>',
    ),
    Case(
        Rule.TRANSACTION_METHOD,
        '<transaction id="a" method="##Store"/>',
        '<transaction id="a" method="##Compensate"/>',
    ),
    Case(
        Rule.EVENT_SUBPROCESS_START,
        event_sub_process('<task id="t"/>'),
        event_sub_process('<startEvent id="s"><errorEventDefinition/></startEvent>'),
    ),
    Case(
        Rule.EVENT_SUBPROCESS_FLOW,
        event_sub_process('<startEvent id="s"><errorEventDefinition/></startEvent>')
        + f'<task id="t"/>{flow("t", "e")}',
        event_sub_process('<startEvent id="s"><errorEventDefinition/></startEvent>')
        + '<task id="t"/>',
    ),
    Case(Rule.ADHOC_CONTENT, adhoc('<startEvent id="s"/>'), adhoc("")),
    Case(
        Rule.TRIGGER_NOT_ALLOWED,
        '<task id="a"/>' + border("<terminateEventDefinition/>"),
        '<endEvent id="x"><terminateEventDefinition/></endEvent>',
    ),
    Case(
        Rule.TRIGGER_NOT_ALLOWED,
        event_sub_process('<startEvent id="s"><terminateEventDefinition/></startEvent>'),
        event_sub_process(ON_ERROR),
    ),
    Case(Rule.ADHOC_CONTENT, adhoc('<endEvent id="s"/>'), adhoc("")),
    Case(
        Rule.DATA_STORE_IGNORED,
        '<task id="a"><dataOutputAssociation><sourceRef>o</sourceRef><targetRef>r</targetRef>'
        '</dataOutputAssociation></task><dataObject id="o"/><dataStoreReference id="r"/>',
        '<task id="a"><dataOutputAssociation><targetRef>r</targetRef></dataOutputAssociation>'
        '</task><dataObject id="o"/><dataStoreReference id="r"/>',
    ),
    Case(
        Rule.MISSING_ELEMENT,
        '<task id="a"><dataInputAssociation><sourceRef>o</sourceRef><sourceRef>r</sourceRef>'
        '<targetRef>t</targetRef></dataInputAssociation></task><dataObject id="o"/>'
        '<dataObject id="r"/><dataObject id="t"/>',
        '<task id="a"><dataInputAssociation><sourceRef>o</sourceRef><sourceRef>r</sourceRef>'
        "<targetRef>t</targetRef><transformation>o + r</transformation>"
        '</dataInputAssociation></task><dataObject id="o"/><dataObject id="r"/>'
        '<dataObject id="t"/>',
    ),
    # Processes, pools and the drawing
    Case(
        Rule.LANE_OF_NOTHING,
        '<laneSet><lane id="l"><flowNodeRef>a</flowNodeRef></lane></laneSet>',
        '<laneSet><lane id="l"><flowNodeRef>a</flowNodeRef></lane></laneSet><task id="a"/>',
    ),
]

PROCESS = '<process id="p" isExecutable="{}"/>'
KEY = (
    '<collaboration id="c"><correlationKey id="k"><correlationPropertyRef>x'
    "</correlationPropertyRef><correlationPropertyRef>y</correlationPropertyRef>"
    "</correlationKey></collaboration>"
)
READ_FROM = (
    '<correlationProperty id="{}"><correlationPropertyRetrievalExpression messageRef="{}">'
    "<messagePath>x</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)
DRAWN = (
    PROCESS.format("true")
    + '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane><bpmndi:BPMNShape bpmnElement="{}">'
    '<dc:Bounds x="0" y="0" width="{}" height="80"/></bpmndi:BPMNShape></bpmndi:BPMNPlane>'
    "</bpmndi:BPMNDiagram>"
)
LINE = (
    PROCESS.format("true")
    + '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane><bpmndi:BPMNEdge bpmnElement="p">'
    '<di:waypoint x="0" y="0"/><di:waypoint x="1" y="{}"/></bpmndi:BPMNEdge>'
    "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
)

FILES = [
    Case(Rule.NO_PROCESS, MESSAGE, MESSAGE + PROCESS.format("true")),
    Case(Rule.EXECUTABLE_UNSAID, '<process id="p"/>', '<process id="p" processType="Public"/>'),
    Case(Rule.BAD_DRAWING, DRAWN.format("q", "100"), DRAWN.format("p", "100")),
    Case(Rule.BAD_DRAWING, DRAWN.format("p", "INF"), DRAWN.format("p", "100")),
    Case(Rule.BAD_DRAWING, DRAWN.format("p", "-1"), DRAWN.format("p", "0")),
    Case(Rule.BAD_DRAWING, LINE.format("INF"), LINE.format("1e3")),
    Case(Rule.ELEMENT_WITHOUT_ID, '<process isExecutable="true"/>', PROCESS.format("true")),
    Case(
        Rule.INCOMPLETE_CORRELATION,
        READ_FROM.format("x", "msg") + READ_FROM.format("y", "other"),
        READ_FROM.format("x", "msg") + READ_FROM.format("y", "msg"),
        beside=KEY + MESSAGE + PROCESS.format("true"),
    ),
    Case(
        Rule.DANGLING_REFERENCE,
        '<collaboration id="c"><messageFlow id="m" sourceRef="p" targetRef="q"/></collaboration>',
        '<collaboration id="c"><messageFlow id="m" sourceRef="p" targetRef="p"/></collaboration>',
        beside=PROCESS.format("true"),
    ),
    Case(
        Rule.UNSUPPORTED_EXTENSION,
        '<extension definition="x" mustUnderstand="true"/>' + PROCESS.format("true"),
        '<extension definition="x" mustUnderstand="false"/>' + PROCESS.format("true"),
    ),
]


IDS = [f"{case.rule}-{number}" for number, case in enumerate(CASES + FILES)]


def whole(content: str, case: Case) -> str:
    if case in FILES:
        return content + case.beside
    return f'{case.beside}<process id="p" isExecutable="true">{content}</process>'


@pytest.mark.parametrize("case", CASES + FILES, ids=IDS)
def test_a_diagram_breaks_one_rule(case: Case, examined: Callable[..., Reading]) -> None:
    reading = examined(whole(case.bad, case))

    assert {finding.rule for finding in reading.findings} == {case.rule.value}
    assert (reading.diagram is None) == (case.rule not in WARNINGS)


@pytest.mark.parametrize("case", CASES + FILES, ids=IDS)
def test_a_diagram_keeps_all_rules(case: Case, examined: Callable[..., Reading]) -> None:
    reading = examined(whole(case.good, case))

    assert reading.findings == ()
    assert reading.diagram is not None


@pytest.mark.parametrize("case", CASES, ids=IDS[: len(CASES)])
def test_where_nobody_executes_a_process_its_errors_are_warnings(
    case: Case, examined: Callable[..., Reading]
) -> None:
    body = whole(case.bad, case).replace('isExecutable="true"', 'isExecutable="false"', 1)

    severities = {finding.severity for finding in examined(body).findings}

    stays = case.rule in INTEGRITY or case.rule in OF_THE_FILE
    assert severities == {Severity.ERROR if stays else Severity.WARNING}


OF_THE_FILE = {Rule.UNSUPPORTED_ELEMENT}


def test_every_rule_has_a_diagram_that_breaks_it() -> None:
    assert {case.rule for case in CASES + FILES} | ELSEWHERE == set(Rule)


def test_what_is_wrong_is_told_with_the_way_out(examined: Callable[..., Reading]) -> None:
    for case in CASES + FILES:
        for finding in examined(whole(case.bad, case)).findings:
            assert finding.line > 0
            assert finding.message
            assert finding.remedy
