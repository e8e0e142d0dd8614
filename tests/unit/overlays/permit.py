"""A base process and the overlays that are laid over it in these tests."""

from __future__ import annotations

from caseflow.bpmn import read_diagram
from caseflow.errors import OverlayRefused
from caseflow.overlays import Base, Overlaid, apply_overlay, read_overlay, with_overlays

HEAD = 'overlay = "east"\nbase = "permit"\n'

PARAMETERS = """
[sets.common.limits.decide]
span = "10 d"
kind = "WD"
label = "Decide"
source = "[F:L-PERMIT Art.4]"

[sets.common.limits.remind]
of = "decide"
share = "0.5"
label = "Remind"
source = "[D]"

[sets.common.limits.check]
span = "3 d"
kind = "WD"
label = "Check"
source = "[D]"

[sets.common.values]
fee = { value = 20, label = "Fee", source = "[K: fees]" }
copies = { value = 2, label = "Copies", source = "[D]" }

[sets.common.ladders.lights]
label = "Lights"
source = "[D]"

[sets.common.ladders.lights.steps]
red = { share = "1" }

[sets.strict]
extends = "common"

[sets.strict.limits.check]
span = "1 d"
kind = "WD"
label = "Check"
source = "[D]"
"""

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:caseflow="urn:caseflow:bpmn:1.0" id="d" targetNamespace="urn:permit">
  <collaboration id="pools"><participant id="pool" processRef="permit"/></collaboration>
  <process id="permit" name="Permit" isExecutable="true" caseflow:mandatory="application">
    <laneSet id="lanes">
      <lane id="office" name="Office" caseflow:role="clerk">
        <flowNodeRef>asked</flowNodeRef><flowNodeRef>check</flowNodeRef>
        <flowNodeRef>advise</flowNodeRef><flowNodeRef>grade</flowNodeRef>
        <flowNodeRef>route</flowNodeRef><flowNodeRef>granted</flowNodeRef>
        <flowNodeRef>to_court</flowNodeRef><flowNodeRef>appealed</flowNodeRef>
      </lane>
      <lane id="top" name="Heads" caseflow:role="head">
        <flowNodeRef>decide</flowNodeRef><flowNodeRef>sign</flowNodeRef>
        <flowNodeRef>overdue</flowNodeRef><flowNodeRef>told</flowNodeRef>
      </lane>
    </laneSet>
    <startEvent id="asked"><outgoing>f1</outgoing></startEvent>
    <userTask id="check" name="Check" caseflow:role="clerk,helper" caseflow:due="check"
        caseflow:form="check" caseflow:optional="true">
      <incoming>f1</incoming><outgoing>f2</outgoing>
    </userTask>
    <userTask id="advise" name="Advise" caseflow:optional="true"/>
    <businessRuleTask id="grade" name="Grade" caseflow:decision="grade" caseflow:result="mark"
        caseflow:replaceable="true"/>
    <userTask id="decide" name="Decide" caseflow:due="decide" caseflow:form="decide"
        caseflow:optional="true"/>
    <boundaryEvent id="overdue" attachedToRef="decide" cancelActivity="false">
      <timerEventDefinition id="t">
        <timeDuration xsi:type="tFormalExpression">limit("decide")</timeDuration>
      </timerEventDefinition>
    </boundaryEvent>
    <endEvent id="told"/>
    <userTask id="sign" name="Sign" caseflow:notSameAs="advise"/>
    <exclusiveGateway id="route" default="f7"/>
    <endEvent id="granted" name="Granted" caseflow:outcome="granted"/>
    <userTask id="to_court" name="Tell of the court" caseflow:optional="true"
        caseflow:legal="true"/>
    <endEvent id="appealed" name="Appealed" caseflow:outcome="appealed" caseflow:legal="true"/>
    <sequenceFlow id="f1" sourceRef="asked" targetRef="check"/>
    <sequenceFlow id="f2" sourceRef="check" targetRef="advise"
        caseflow:extensionPoint="after_check"/>
    <sequenceFlow id="f3" sourceRef="advise" targetRef="grade"/>
    <sequenceFlow id="f4" sourceRef="grade" targetRef="decide"/>
    <sequenceFlow id="f5" sourceRef="decide" targetRef="sign"/>
    <sequenceFlow id="f6" sourceRef="sign" targetRef="route"/>
    <sequenceFlow id="f7" name="yes" sourceRef="route" targetRef="granted"
        caseflow:extensionPoint="before_end"/>
    <sequenceFlow id="f8" name="no" sourceRef="route" targetRef="to_court">
      <conditionExpression xsi:type="tFormalExpression">refused</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f9" sourceRef="to_court" targetRef="appealed" caseflow:legal="true"
        caseflow:extensionPoint="before_court"/>
    <sequenceFlow id="f10" sourceRef="overdue" targetRef="told"/>
  </process>
</definitions>
"""


def base(text: str = DIAGRAM, parameters: str | None = PARAMETERS) -> Base:
    """Return the base as a deployment would read it."""
    data = text.encode()
    diagram = read_diagram(data, file="permit.bpmn")
    return Base(
        diagram=diagram, data=data, parameters=parameters, parameters_file="parameters.toml"
    )


def overlaid(text: str, on: Base | None = None) -> Overlaid:
    """Lay an overlay over the base."""
    overlay = read_overlay(HEAD + text, file="overlay.toml")
    return apply_overlay(overlay, on or base(), file="east/permit.bpmn")


def refusals(text: str, on: Base | None = None) -> list[tuple[str, str, int]]:
    """Return rule, key and line of everything that an overlay is refused for."""
    try:
        overlaid(text, on)
    except OverlayRefused as refusal:
        return [(one.rule, one.element, one.line) for one in refusal.findings]
    return []


def files(overlay: str, **more: str) -> dict[str, bytes]:
    """Return the files of a deployment with one overlay."""
    texts = {
        "permit/permit.bpmn": DIAGRAM,
        "permit/parameters.toml": PARAMETERS,
        "east/overlay.toml": HEAD + overlay,
        **more,
    }
    return {name: text.encode() for name, text in texts.items()}


def expanded(overlay: str, **more: str) -> tuple[list[str], list[str]]:
    """Return the files that were made, and the rules that were broken."""
    given = files(overlay, **more)
    expansion = with_overlays(given)
    made = [name for name in expansion.files if name not in given]
    return made, [one.rule for one in expansion.findings]
