"""Random processes without any structure: elements of every kind, and flows wherever one may be.

Most of what people draw is made of blocks; what is not must still do what the clauses say
of each element, or be refused. Joins that nothing can fill, loops without an end, ends in
the middle and elements that nothing leads to are meant.
"""

from __future__ import annotations

from dataclasses import replace

from tests.property.kernel_diagrams import (
    CALLED,
    CODES,
    CONDITIONS,
    NAMES,
    SPANS,
    Choose,
    Sketch,
    complex_gateway,
)
from tests.unit.kernel.drawing import (
    ad_hoc,
    boundary,
    call,
    cancellation,
    catch,
    compensation,
    condition,
    cycle,
    date,
    duration,
    end,
    error,
    escalation,
    event_gateway,
    event_sub,
    exclusive,
    inclusive,
    link,
    looped,
    manual,
    mapped,
    message,
    multi,
    parallel,
    plain,
    process,
    receive,
    rule,
    script,
    send,
    service,
    signal,
    start,
    sub,
    terminate,
    throw,
    transaction,
    undone,
    user,
)

from caseflow.model import (
    Binding,
    CatchEvent,
    CorrelationKey,
    CorrelationValue,
    EventGateway,
    Formula,
    MessageTrigger,
    Node,
    Process,
    ReceiveTask,
    StartEvent,
    Transaction,
    Trigger,
)

DEEPEST = 2
"""Sub-processes inside each other."""

KINDS = (
    *("user", "user", "user", "manual", "service", "rule", "script", "plain", "send", "receive"),
    *("catch", "catch", "throw", "throw", "end", "end", "link", "boundary", "boundary"),
    *("exclusive", "exclusive", "parallel", "parallel", "inclusive", "inclusive", "complex"),
    *("events", "sub", "transaction", "chosen", "call", "undone", "event_sub"),
)


def any_tangle(choose: Choose, *, size: int) -> Process:
    """A process of so many elements, joined at random."""
    sketch = Sketch(choose)
    return process(*_parts(sketch, size, is_top=True), name="tangle", data=("a",))


def _parts(sketch: Sketch, size: int, *, is_top: bool = False) -> tuple[Node | str, ...]:
    """The elements of a scope, and flows between them."""
    sources: list[str] = []
    targets: list[str] = []
    for _ in range(size):
        _draw(sketch, sources, targets)
    starts = [_start(sketch, is_top=is_top and place > 0) for place in range(1 + 2 * is_top)]
    for begin in starts:
        sketch.add(begin)
        if targets:
            sketch.flow(begin.id, sketch.pick(*targets))
    if sources and targets:
        for source in sources:
            for _ in range(1 + (sketch.choose(3) == 0)):
                asked = sketch.pick("", "", *CONDITIONS) if _may_ask(source) else ""
                sketch.flow(source, sketch.pick(*targets), asked)
    return tuple(sketch.parts)


def _may_ask(source: str) -> bool:
    return source.startswith(("exclusive", "inclusive", "complex", "user", "plain", "script"))


def _start(sketch: Sketch, *, is_top: bool) -> Node:
    name = sketch.name("start")
    if not is_top:
        return start(name)
    match sketch.pick("none", "message", "signal", "timer", "several"):
        case "message":
            return start(name, _message(sketch))
        case "signal":
            return start(name, signal(sketch.pick(*NAMES)))
        case "timer":
            return start(name, _timer(sketch))
        case "several":
            return start(name, message("m1"), message("m2"), duration("P1D"))
        case _:
            return start(name)


def _draw(sketch: Sketch, sources: list[str], targets: list[str]) -> None:
    """Add an element, with whatever it needs beside it."""
    kind = sketch.pick(*KINDS)
    name = sketch.name(kind)
    match kind:
        case "event_sub":
            sketch.add(_event_scope(sketch, name))
        case "link":
            sketch.add(throw(f"{name}-from", link(name)))
            sketch.add(catch(f"{name}-to", link(name)))
            targets.append(f"{name}-from")
            sources.append(f"{name}-to")
        case "events":
            _draw_events(sketch, name, sources, targets)
        case "undone":
            sketch.add(user(name))
            sketch.parts.extend(undone(name, _handler(sketch)))
            sources.append(name)
            targets.append(name)
        case "boundary":
            _draw_guarded(sketch, name, sources, targets)
        case "end":
            sketch.add(end(name, *_ending(sketch)))
            targets.append(name)
        case "transaction":
            _add_transaction(sketch, _scope(sketch, "transaction", name), sources)
            targets.append(name)
        case _:
            node = _node(sketch, kind, name)
            _add_transaction(sketch, node, sources)
            targets.extend([] if _opens(node) else [name])


def _opens(node: Node) -> bool:
    return isinstance(node.behaviour, ReceiveTask) and node.behaviour.instantiate


def _add_transaction(sketch: Sketch, node: Node, sources: list[str]) -> None:
    """Add a transaction, and the event on its border without which it cannot be cancelled."""
    sketch.add(node)
    sources.append(node.id)
    if isinstance(node.behaviour, Transaction):
        event = boundary(sketch.name("cancelled"), node.id, cancellation())
        sources.append(sketch.add(event))


def _draw_events(sketch: Sketch, name: str, sources: list[str], targets: list[str]) -> None:
    instantiates = sketch.depth == 0 and sketch.chance(4)
    gateway = event_gateway(name)
    behaviour = EventGateway(instantiate=instantiates, parallel=instantiates and sketch.chance())
    sketch.add(replace(gateway, behaviour=behaviour))
    if not instantiates:
        targets.append(name)
    for place in range(2):
        trigger = _message(sketch) if instantiates or sketch.chance() else _waited(sketch)
        event = sketch.add(catch(f"{name}-{place}", trigger))
        sketch.flow(name, event)
        sources.append(event)


def _draw_guarded(sketch: Sketch, name: str, sources: list[str], targets: list[str]) -> None:
    _add_transaction(sketch, _activity(sketch, name), sources)
    targets.append(name)
    for place in range(1 + sketch.choose(1)):
        trigger, must = _caught(sketch)
        interrupts = must or sketch.chance()
        event = sketch.add(boundary(f"{name}-{place}", name, trigger, interrupting=interrupts))
        sources.append(event)


def _handler(sketch: Sketch) -> Node:
    name = sketch.name("handler")
    return user(name) if sketch.chance() else script(name, "b = a")


def _node(sketch: Sketch, kind: str, name: str) -> Node:  # noqa: C901, PLR0911, PLR0912 - one a kind
    match kind:
        case "manual":
            return manual(name)
        case "service":
            return service(name, retries="2")
        case "rule":
            return rule(name, topic="d")
        case "script":
            return script(name, sketch.pick("a = a + 1", "b = b - 1", "x = maybe"))
        case "plain":
            return plain(name)
        case "send":
            return send(name, _message(sketch))
        case "receive":
            opens = sketch.depth == 0 and sketch.chance(4)
            return replace(
                receive(name), behaviour=ReceiveTask(message=_message(sketch), instantiate=opens)
            )
        case "catch":
            return _catch(sketch, name)
        case "throw":
            return throw(name, *_thrown(sketch))
        case "exclusive":
            return exclusive(name)
        case "parallel":
            return parallel(name)
        case "inclusive":
            return inclusive(name)
        case "complex":
            return complex_gateway(name, sketch.pick("activationCount >= 2", "a > 0"))
        case "sub" | "chosen" | "call":
            return _scope(sketch, kind, name)
        case _:
            return _activity(sketch, name)


def _activity(sketch: Sketch, name: str) -> Node:
    kind = sketch.pick("user", "service", "sub", "transaction", "call")
    if kind in {"user", "service"}:
        node = user(name) if kind == "user" else service(name, retries="1")
    else:
        node = _scope(sketch, kind, name)
    match sketch.pick("once", "once", "multi", "looped", "mapped", "several"):
        case "multi":
            return multi(node, times="2", sequential=sketch.chance(), into="all", gives="a")
        case "looped":
            return looped(node, "again", test_before=sketch.chance(), maximum=2)
        case "mapped":
            return mapped(node, inputs={"a": "b"}, outputs={"b": "a"})
        case "several":
            return replace(node, start_quantity=1 + sketch.choose(1), completion_quantity=2)
        case _:
            return node


def _scope(sketch: Sketch, kind: str, name: str) -> Node:
    if kind == "call":
        binding = Binding.LATEST if sketch.chance() else Binding.DEPLOYMENT
        return call(name, sketch.pick(*(one.key.id for one in CALLED)), binding=binding)
    if sketch.depth >= DEEPEST:
        return user(name)
    inside = sketch.inner()
    if kind == "chosen":
        for place in range(3):
            kind_of_it = inside.pick("user", "user", "service", "script")
            inside.add(_node(inside, kind_of_it, f"{name}-{place}"))
        until = inside.pick("again", "a > 1") if inside.chance() else None
        return ad_hoc(name, *inside.parts, until=until, sequential=inside.chance())
    parts = _parts(inside, 1 + inside.choose(3))
    if kind == "transaction":
        cancel = end(inside.name("cancel"), cancellation())
        return transaction(name, *parts, cancel, f"{_first(parts)} > {cancel.id}")
    return sub(name, *parts)


def _first(parts: tuple[Node | str, ...]) -> str:
    """The start event of a scope, or what else can have a flow."""
    return next(one.id for one in parts if isinstance(one, Node) and _is_start(one))


def _is_start(node: Node) -> bool:
    return isinstance(node.behaviour, StartEvent)


def _event_scope(sketch: Sketch, name: str) -> Node:
    inside = sketch.inner()
    begin = sketch.name("on")
    if sketch.depth > 0 and sketch.chance(4):
        return event_sub(name, start(begin, compensation()), f"{begin} > {inside.name('user')}")
    trigger, must = _caught(sketch)
    inner = inside.name("user")
    opening = start(begin, trigger, interrupting=must or sketch.chance())
    return event_sub(name, opening, f"{begin} > {inner}")


def _catch(sketch: Sketch, name: str) -> Node:
    triggers = tuple(_waited(sketch) for _ in range(1 + sketch.choose(1)))
    node = catch(name, *triggers)
    if len(triggers) > 1 and sketch.chance():
        node = replace(node, behaviour=CatchEvent(triggers=triggers, parallel=True))
        return mapped(node, outputs={"got": "payload"}) if sketch.chance() else node
    return node


def _message(sketch: Sketch) -> MessageTrigger:
    name = sketch.pick(*NAMES)
    match sketch.pick("plain", "shorthand", "keyed"):
        case "shorthand":
            return message(name, correlation="a", payload="{'a': a}")
        case "keyed":
            path = (CorrelationValue(property="a", path=Formula(text="a")),)
            bound = path if sketch.chance() else ()
            key = CorrelationKey(name="K", retrieval=path, binding=bound)
            return MessageTrigger(name=name, keys=(key,), payload=Formula(text="{'a': a}"))
        case _:
            return message(name, payload="b")


def _timer(sketch: Sketch) -> Trigger:
    match sketch.pick("date", "duration", "cycle"):
        case "date":
            return date("'2026-03-05T09:00:00+08:00'")
        case "duration":
            return duration(sketch.pick(*SPANS))
        case _:
            return cycle(sketch.pick("R2/PT1H", "R/P1D"))


def _waited(sketch: Sketch) -> Trigger:
    match sketch.pick("message", "signal", "timer", "condition"):
        case "message":
            return _message(sketch)
        case "signal":
            return signal(sketch.pick(*NAMES), into="s" if sketch.chance() else None)
        case "timer":
            return _timer(sketch)
        case _:
            return condition(sketch.pick(*CONDITIONS))


def _caught(sketch: Sketch) -> tuple[Trigger, bool]:
    """A trigger on a border or of an event sub-process, and whether it must interrupt."""
    match sketch.pick("error", "escalation", "waited", "waited"):
        case "error":
            return error(*([sketch.pick(*CODES)] if sketch.chance() else [])), True
        case "escalation":
            return escalation(*([sketch.pick(*CODES)] if sketch.chance() else [])), False
        case _:
            return _waited(sketch), False


def _thrown(sketch: Sketch) -> tuple[Trigger, ...]:
    match sketch.pick("none", "message", "signal", "escalation", "compensation", "several"):
        case "message":
            return (_message(sketch),)
        case "signal":
            return (signal(sketch.pick(*NAMES), payload="a"),)
        case "escalation":
            return (escalation(sketch.pick(*CODES)),)
        case "compensation":
            return (compensation(waits=sketch.chance()),)
        case "several":
            return signal("m1"), message("m2"), escalation("E1")
        case _:
            return ()


def _ending(sketch: Sketch) -> tuple[Trigger, ...]:
    match sketch.pick("none", "none", "terminate", "error", "compensation", "signal"):
        case "terminate":
            return (terminate(),)
        case "error":
            return (error(sketch.pick(*CODES), payload="a"),)
        case "compensation":
            return (compensation(),)
        case "signal":
            return (signal(sketch.pick(*NAMES)),)
        case _:
            return ()
