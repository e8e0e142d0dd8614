"""Small diagrams for the tests of the engine and its database."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from html import escape
from types import MappingProxyType

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:caseflow="urn:caseflow:bpmn:1.0" targetNamespace="urn:caseflow:test">
"""


NO_CONDITIONS: Mapping[str, str] = MappingProxyType({})


def drawn(*processes: str, roots: str = "") -> bytes:
    """Return a file of processes; ``roots`` names messages and signals: ``m:paid s:flood``."""
    kinds = {"m": "message", "s": "signal"}
    named = [one.partition(":") for one in roots.split()]
    return (
        HEAD
        + "".join(f'<{kinds[kind]} id="{kind}_{name}" name="{name}"/>' for kind, _, name in named)
        + "".join(processes)
        + "</definitions>"
    ).encode()


def process(
    name: str, *elements: str, flows: str, conditions: Mapping[str, str] = NO_CONDITIONS
) -> str:
    """Return a process; flows are written ``start>ask>end, start>tell``."""
    pairs = [
        pair
        for path in flows.split(",")
        for steps in [path.strip().split(">")]
        for pair in itertools.pairwise(steps)
    ]
    arrows = "".join(
        f'<sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{condition(conditions.get(f'{source}>{target}'))}</sequenceFlow>"
        for source, target in pairs
    )
    return (
        f'<process id="{name}" name="{name.title()}" isExecutable="true">'
        f"{''.join(elements)}{arrows}</process>"
    )


def condition(text: str | None) -> str:
    """Return the condition of a flow, if it has one."""
    return "" if text is None else f"<conditionExpression>{escape(text)}</conditionExpression>"


START = '<startEvent id="start"/>'
END = '<endEvent id="end"/>'


def user(name: str, more: str = "", inside: str = "") -> str:
    """Return a user task."""
    return f'<userTask id="{name}" name="{name.title()}" {more}>{inside}</userTask>'


def service(name: str, more: str = "") -> str:
    """Return a service task whose topic is its name."""
    return f'<serviceTask id="{name}" caseflow:topic="{name}" {more}/>'


def script(name: str, text: str) -> str:
    """Return a script task."""
    return f'<scriptTask id="{name}"><script>{text}</script></scriptTask>'


def call(name: str, called: str, more: str = "") -> str:
    """Return a call activity."""
    return f'<callActivity id="{name}" calledElement="{called}" {more}/>'


def exclusive(name: str, more: str = "") -> str:
    """Return an exclusive gateway."""
    return f'<exclusiveGateway id="{name}" {more}/>'


def catches(name: str, definition: str) -> str:
    """Return an intermediate event that waits."""
    return f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>'


def throws(name: str, definition: str) -> str:
    """Return an intermediate event that throws."""
    return f'<intermediateThrowEvent id="{name}">{definition}</intermediateThrowEvent>'


def begins(name: str, definition: str) -> str:
    """Return a start event that something triggers."""
    return f'<startEvent id="{name}">{definition}</startEvent>'


def message(name: str, more: str = "") -> str:
    """Return what makes an event one of a message."""
    return f'<messageEventDefinition messageRef="m_{name}" {more}/>'


def signal(name: str, more: str = "") -> str:
    """Return what makes an event one of a signal."""
    return f'<signalEventDefinition signalRef="s_{name}" {more}/>'


def after(duration: str) -> str:
    """Return what makes an event one of a timer that runs once."""
    return f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"


def every(cycle: str) -> str:
    """Return what makes an event one of a timer that repeats."""
    return f"<timerEventDefinition><timeCycle>{cycle}</timeCycle></timerEventDefinition>"


def on_border(name: str, host: str, definition: str, *, interrupts: bool = True) -> str:
    """Return an event on the border of an activity."""
    return (
        f'<boundaryEvent id="{name}" attachedToRef="{host}" '
        f'cancelActivity="{str(interrupts).lower()}">{definition}</boundaryEvent>'
    )


def one_task(name: str = "request", task: str = 'caseflow:role="clerk"') -> bytes:
    """Return a process of one user task ``ask``."""
    return drawn(process(name, START, user("ask", task), END, flows="start>ask>end"))
