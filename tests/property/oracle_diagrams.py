"""Random structured diagrams, as BPMN files, of what both interpreters run rightly."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from textwrap import indent

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    id="definitions" targetNamespace="urn:caseflow:oracle">
  <message id="note" name="note"/>
  <signal id="bell" name="bell"/>
  <error id="fault" name="fault" errorCode="fault"/>
  <process id="oracle" isExecutable="true">
"""
TAIL = "  </process>\n</definitions>\n"

SIMPLE = (
    "user",
    "user",
    "manual",
    "script",
    "plain",
    "choice",
    "parallel",
    "sub_process",
    "rounds",
)
WITH_EVENTS = (
    *SIMPLE,
    "catch",
    "late",
    "reminder",
    "race",
    "failing",
    "stopping",
    "service",
    "aside",
)


@dataclass(slots=True)
class Drawing:
    """One scope being drawn: its elements, and the flows that join them."""

    random: Random
    kinds: tuple[str, ...]
    numbers: list[int]
    elements: list[str] = field(default_factory=list)

    def name(self, kind: str) -> str:
        """Return an id that nothing else has."""
        self.numbers[0] += 1
        return f"{kind}{self.numbers[0]}"

    def element(self, kind: str, inside: str = "", attributes: str = "") -> str:
        """Draw an element and return its id."""
        name = self.name(kind)
        self.elements.append(f'<{kind} id="{name}"{attributes}>{inside}</{kind}>')
        return name

    def flow(self, source: str, target: str, condition: str = "") -> str:
        """Join two elements and return the id of the flow."""
        when = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        name = self.name("flow")
        self.elements.append(
            f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">'
            f"{when}</sequenceFlow>"
        )
        return name

    def scope(self, depth: int) -> str:
        """Draw everything between a start and an end."""
        last = self.sequence(self.element("startEvent"), depth)
        self.flow(last, self.element("endEvent"))
        return "\n".join(self.elements)

    def inner(self, depth: int) -> str:
        """Return the content of a scope inside this one."""
        drawing = Drawing(random=self.random, kinds=self.kinds, numbers=self.numbers)
        return "\n" + indent(drawing.scope(depth), "  ") + "\n"

    def sequence(self, last: str, depth: int) -> str:
        """Draw some parts one after the other, and return where they end."""
        for _ in range(self.random.randint(1, 3)):
            kind = self.random.choice(self.kinds if depth else ("user", "script"))
            last = getattr(self, kind)(last, depth - 1)
        return last

    def after(self, last: str, element: str) -> str:
        """Join an element to what comes before it, and return it."""
        self.flow(last, element)
        return element

    # Parts: each goes on from ``last`` and returns where it ends

    def user(self, last: str, _: int) -> str:
        return self.after(last, self.element("userTask"))

    def manual(self, last: str, _: int) -> str:
        return self.after(last, self.element("manualTask"))

    def service(self, last: str, _: int) -> str:
        return self.after(last, self.element("serviceTask"))

    def plain(self, last: str, _: int) -> str:
        return self.after(last, self.element("task"))

    def script(self, last: str, _: int) -> str:
        count = self.name("count_")
        return self.after(
            last, self.element("scriptTask", f"<script>{count} = {count} + 1</script>")
        )

    def asked(self, last: str) -> tuple[str, str]:
        """Draw a task whose answer is the variable ``answer_<task>``."""
        task = self.user(last, 0)
        return task, f"answer_{task}"

    def choice(self, last: str, depth: int) -> str:
        task, answer = self.asked(last)
        split, merge = self.name("exclusiveGateway"), self.element("exclusiveGateway")
        self.flow(task, split)
        ways = self.random.randint(2, 3)
        default = ""
        for way in range(ways):
            first = self.element("task")
            is_default = way == ways - 1
            flow = self.flow(split, first, "" if is_default else f"{answer} &lt;= {way}")
            default = flow if is_default else default
            is_empty = self.random.random() < 0.3
            self.flow(first if is_empty else self.sequence(first, depth), merge)
        self.elements.append(f'<exclusiveGateway id="{split}" default="{default}"/>')
        return merge

    def parallel(self, last: str, depth: int) -> str:
        split, join = self.element("parallelGateway"), self.element("parallelGateway")
        self.flow(last, split)
        ways = self.random.randint(2, 3)
        empty = self.random.randrange(6)
        for way in range(ways):
            self.flow(split if way == empty else self.sequence(split, depth), join)
        return join

    def sub_process(self, last: str, depth: int) -> str:
        return self.after(last, self.element("subProcess", self.inner(depth)))

    def rounds(self, last: str, depth: int) -> str:
        """A loop that a person leaves."""
        again, leave = self.element("exclusiveGateway"), self.name("exclusiveGateway")
        self.flow(last, again)
        task, answer = self.asked(self.sequence(again, depth))
        self.flow(task, leave)
        after = self.element("task")
        default = self.flow(leave, after)
        self.flow(leave, again, f"{answer} == 0")
        self.elements.append(f'<exclusiveGateway id="{leave}" default="{default}"/>')
        return after

    def catch(self, last: str, _: int) -> str:
        return self.after(last, self.element("intermediateCatchEvent", self.random.choice(WAITS)))

    def host(self, last: str, depth: int) -> str:
        """Draw an activity that takes a while."""
        if depth > 0 and self.random.random() < 0.5:
            return self.sub_process(last, depth)
        return self.user(last, 0)

    def border(self, host: str, trigger: str, *, interrupting: bool = True) -> str:
        """Draw an event on the border of an activity."""
        cancels = str(interrupting).lower()
        attributes = f' attachedToRef="{host}" cancelActivity="{cancels}"'
        return self.element("boundaryEvent", trigger, attributes)

    def late(self, last: str, depth: int) -> str:
        """An activity that an event interrupts."""
        host, merge = self.host(last, depth), self.element("exclusiveGateway")
        event = self.border(host, self.random.choice(WAITS))
        self.flow(host, merge)
        is_empty = self.random.random() < 0.5
        self.flow(event if is_empty else self.sequence(event, min(depth, 1)), merge)
        return merge

    def reminder(self, last: str, depth: int) -> str:
        """An activity beside which something happens once."""
        host = self.host(last, depth)
        event = self.border(host, TIMER, interrupting=False)
        self.flow(self.sequence(event, 0), self.element("endEvent"))
        return host

    def race(self, last: str, depth: int) -> str:
        """Several events, of which the first decides."""
        gateway, merge = self.element("eventBasedGateway"), self.element("exclusiveGateway")
        self.flow(last, gateway)
        for wait in self.random.sample(WAITS, 2):
            event = self.after(gateway, self.element("intermediateCatchEvent", wait))
            self.flow(self.sequence(event, min(depth, 1)), merge)
        return merge

    def failing(self, last: str, depth: int) -> str:
        """A sub-process that may end with an error, which its border catches."""
        inner = Drawing(random=self.random, kinds=self.kinds, numbers=self.numbers)
        task, answer = inner.asked(inner.sequence(inner.element("startEvent"), min(depth, 1)))
        split, error = inner.name("exclusiveGateway"), inner.element("endEvent", ERROR)
        inner.flow(task, split)
        inner.flow(split, error, f"{answer} == 0")
        default = inner.flow(split, inner.element("endEvent"))
        inner.elements.append(f'<exclusiveGateway id="{split}" default="{default}"/>')
        host = self.element("subProcess", "\n".join(inner.elements))
        self.flow(last, host)
        merge = self.element("exclusiveGateway")
        self.flow(host, merge)
        self.flow(self.border(host, ERROR), merge)
        return merge

    def stopping(self, last: str, depth: int) -> str:
        """A sub-process in which one branch may end all others."""
        inner = Drawing(random=self.random, kinds=self.kinds, numbers=self.numbers)
        split = inner.after(inner.element("startEvent"), inner.element("parallelGateway"))
        stop = inner.element("endEvent", "<terminateEventDefinition/>")
        inner.flow(inner.user(split, 0), stop)
        inner.flow(inner.user(inner.sequence(split, min(depth, 1)), 0), inner.element("endEvent"))
        return self.after(last, self.element("subProcess", "\n".join(inner.elements)))

    def aside(self, last: str, depth: int) -> str:
        """A branch that ends by itself, beside the rest."""
        split = self.after(last, self.element("parallelGateway"))
        self.flow(self.sequence(split, min(depth, 1)), self.element("endEvent"))
        return split


TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
MESSAGE = '<messageEventDefinition messageRef="note"/>'
SIGNAL = '<signalEventDefinition signalRef="bell"/>'
ERROR = '<errorEventDefinition errorRef="fault"/>'
WAITS = (TIMER, MESSAGE, SIGNAL)


def diagram(random: Random, *, kinds: tuple[str, ...] = WITH_EVENTS, depth: int = 3) -> bytes:
    """Return a random diagram of some kinds of parts, nested up to a depth."""
    drawing = Drawing(random=random, kinds=kinds, numbers=[0])
    return (HEAD + indent(drawing.scope(random.randint(1, depth)), "    ") + "\n" + TAIL).encode()
