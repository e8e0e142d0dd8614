"""Random processes: blocks inside blocks, each with one way in and one way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tests.unit.kernel.drawing import (
    ad_hoc,
    boundary,
    call,
    cancellation,
    catch,
    compensation,
    condition,
    cycle,
    duration,
    end,
    error,
    escalation,
    event_gateway,
    event_sub,
    exclusive,
    inclusive,
    looped,
    mapped,
    message,
    multi,
    parallel,
    plain,
    process,
    receive,
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

from caseflow.kernel import Program, Setting, compile_process
from caseflow.model import (
    CatchEvent,
    ComplexGateway,
    ElementId,
    Formula,
    Node,
    Process,
    Trigger,
)

CONDITIONS = ("a > 0", "a > b", "c == 2", "again", "maybe > 1")
"""What flows ask. Nothing sets ``maybe`` in the beginning, so some of them cannot be answered."""

CODES = ("E1", "E2")
NAMES = ("m1", "m2")
SPANS = ("PT0S", "PT1H", "P1D")

LEAVES = (
    *("user", "user", "user", "service", "script", "plain", "receive", "send"),
    *("catch", "catch", "throw"),
)
BLOCKS = (
    *("sequence", "sequence", "sequence", "exclusive", "parallel", "parallel", "inclusive"),
    *("inclusive", "split", "events", "loop", "loop", "sub", "sub", "guarded", "guarded"),
    *("guarded", "multi", "multi", "looped", "call", "early", "undoing", "undoing"),
    *("transaction", "complex", "chosen", "quantities", "all_of"),
)


Choose: TypeAlias = Callable[[int], int]
"""Returns any number from 0 to the given one: by a search for examples, or by dice."""


@dataclass(slots=True)
class Sketch:
    """A process in the making: the parts of the scope at hand, and how much may still come."""

    choose: Choose
    parts: list[Node | str] = field(default_factory=list)
    number: list[int] = field(default_factory=lambda: [0])
    left: list[int] = field(default_factory=lambda: [12])
    depth: int = 0

    def pick(self, *options: str) -> str:
        return options[self.choose(len(options) - 1)]

    def chance(self, of: int = 2) -> bool:
        """Whether it falls out so, one time out of so many."""
        return self.choose(of - 1) == of - 1

    def name(self, kind: str) -> str:
        self.number[0] += 1
        return f"{kind}{self.number[0]}"

    def add(self, node: Node) -> str:
        self.parts.append(node)
        return node.id

    def flow(self, source: str, target: str, condition: str = "") -> None:
        self.parts.append(
            f"{source} > {target} : {condition}" if condition else f"{source} > {target}"
        )

    def inner(self) -> Sketch:
        """A sketch of a scope inside."""
        return Sketch(self.choose, [], self.number, self.left, self.depth + 1)


Ways = tuple[str, str]
"""The first and the last element of a block."""


def block(sketch: Sketch) -> Ways:
    """Draw any block; small ones where little is left."""
    sketch.left[0] -= 1
    if sketch.left[0] <= 0 or sketch.depth > 3:
        return leaf(sketch)
    kind = sketch.pick("leaf", "leaf", *BLOCKS)
    return leaf(sketch) if kind == "leaf" else _BLOCKS[kind](sketch)


def leaf(sketch: Sketch) -> Ways:
    name = sketch.add(_leaf(sketch))
    return name, name


def _leaf(sketch: Sketch) -> Node:  # noqa: PLR0911 - one return a kind
    kind = sketch.pick(*LEAVES)
    name = sketch.name(kind)
    match kind:
        case "service":
            return service(name, retries="2")
        case "script":
            text = sketch.pick(
                "a = a + 1", "b = b - 1", "c = (c + 1) % 3", "x = maybe", "again = a < 2"
            )
            return script(name, text)
        case "plain":
            return plain(name)
        case "receive":
            return receive(name, message(sketch.pick(*NAMES)))
        case "send":
            return send(name, message(sketch.pick(*NAMES), payload="{'a': a}"))
        case "catch":
            return catch(name, _waited(sketch))
        case "throw":
            return throw(name, _thrown(sketch))
        case _:
            return user(name)


def _waited(sketch: Sketch) -> Trigger:
    match sketch.pick("message", "signal", "duration", "condition"):
        case "message":
            return message(sketch.pick(*NAMES))
        case "signal":
            return signal(sketch.pick(*NAMES))
        case "duration":
            return duration(sketch.pick(*SPANS))
        case _:
            return condition(sketch.pick(*CONDITIONS))


def _thrown(sketch: Sketch) -> Trigger:
    match sketch.pick("message", "signal", "escalation"):
        case "message":
            return message(sketch.pick(*NAMES))
        case "signal":
            return signal(sketch.pick(*NAMES))
        case _:
            return escalation(sketch.pick(*CODES))


def _sequence(sketch: Sketch) -> Ways:
    first, last = block(sketch)
    for _ in range(1 + sketch.choose(2)):
        into, out = block(sketch)
        sketch.flow(last, into)
        last = out
    return first, last


def _branches(sketch: Sketch, opens: Node, closes: Node, *, asks: bool) -> Ways:
    """Two or three branches between two gateways, with conditions where those are asked."""
    first, last = sketch.add(opens), sketch.add(closes)
    count = 2 + sketch.chance()
    for number in range(count):
        condition = ""
        if asks:
            condition = "default" if number == count - 1 else sketch.pick(*CONDITIONS)
        if sketch.chance() or number == 0:
            into, out = block(sketch)
            sketch.flow(first, into, condition)
            sketch.flow(out, last)
        else:
            sketch.flow(first, last, condition)
    return first, last


def _exclusive(sketch: Sketch) -> Ways:
    return _branches(
        sketch, exclusive(sketch.name("xor")), exclusive(sketch.name("merge")), asks=True
    )


def _parallel(sketch: Sketch) -> Ways:
    return _branches(
        sketch, parallel(sketch.name("fork")), parallel(sketch.name("join")), asks=False
    )


def _inclusive(sketch: Sketch) -> Ways:
    return _branches(
        sketch, inclusive(sketch.name("or")), inclusive(sketch.name("orjoin")), asks=True
    )


def _split(sketch: Sketch) -> Ways:
    """A task that splits without a gateway, joined by a gateway that may not fit."""
    closing = sketch.pick("parallel", "inclusive", "exclusive")
    closes = {"parallel": parallel, "inclusive": inclusive, "exclusive": exclusive}[closing]
    return _branches(sketch, user(sketch.name("user")), closes(sketch.name("join")), asks=False)


def _events(sketch: Sketch) -> Ways:
    first, last = (
        sketch.add(event_gateway(sketch.name("events"))),
        sketch.add(exclusive(sketch.name("merge"))),
    )
    for _ in range(2):
        event = sketch.add(catch(sketch.name("catch"), _waited(sketch)))
        into, out = block(sketch)
        sketch.flow(first, event)
        sketch.flow(event, into)
        sketch.flow(out, last)
    return first, last


def _loop(sketch: Sketch) -> Ways:
    """A loop of flows, with a task in it so that each round waits."""
    first, last = (
        sketch.add(exclusive(sketch.name("again"))),
        sketch.add(exclusive(sketch.name("xor"))),
    )
    task = sketch.add(user(sketch.name("user")))
    into, out = block(sketch)
    sketch.flow(first, task)
    sketch.flow(task, into)
    sketch.flow(out, last)
    sketch.flow(last, first, sketch.pick("again", "a < 2"))
    after = sketch.add(plain(sketch.name("plain")))
    sketch.flow(last, after, "default")
    return first, after


def _early(sketch: Sketch) -> Ways:
    """A choice one of whose branches ends there and then."""
    first, last = (
        sketch.add(exclusive(sketch.name("xor"))),
        sketch.add(plain(sketch.name("plain"))),
    )
    triggers: dict[str, tuple[Trigger, ...]] = {
        "none": (),
        "terminate": (terminate(),),
        "error": (error(sketch.pick(*CODES), payload="a"),),
        "escalation": (escalation(sketch.pick(*CODES)),),
        "signal": (signal(sketch.pick(*NAMES)),),
        "message": (message(sketch.pick(*NAMES)),),
    }
    kind = sketch.pick(*triggers)
    ending = sketch.add(end(sketch.name("end"), *triggers[kind], outcome=sketch.pick("", "early")))
    sketch.flow(first, ending, sketch.pick(*CONDITIONS))
    sketch.flow(first, last, "default")
    return first, last


def _activity(sketch: Sketch) -> Node:
    """A task or sub-process on which events can stand, or which is repeated."""
    match sketch.pick("user", "user", "service", "script", "sub", "sub"):
        case "user":
            return user(sketch.name("user"))
        case "service":
            return service(sketch.name("service"), retries="1")
        case "script":
            return script(sketch.name("script"), sketch.pick("a = a + 1", "x = maybe"))
        case _:
            return _scope(sketch)


def _scope(sketch: Sketch) -> Node:
    inside = sketch.inner()
    first, last = block(inside)
    parts = [*inside.parts, f"start > {first}"]
    if sketch.chance():
        parts.append(f"{last} > end")
    if sketch.chance(3):
        parts.append(_event_scope(sketch))
    name = sketch.name("sub")
    return sub(name, *parts, data=("c",) if sketch.chance() else ())


def _event_scope(sketch: Sketch) -> Node:
    inside = sketch.inner()
    first, _ = block(inside)
    trigger, may_run_beside = _caught(sketch)
    name = sketch.name("on")
    is_interrupting = not may_run_beside or sketch.chance()
    begin = start(name, trigger, interrupting=is_interrupting)
    return event_sub(sketch.name("es"), begin, f"{name} > {first}", *inside.parts)


def _caught(sketch: Sketch) -> tuple[Trigger, bool]:
    """A trigger of an event on a border or in an event sub-process; errors must interrupt."""
    match sketch.pick("error", "escalation", "cycle", "waited", "waited"):
        case "error":
            return error(*([sketch.pick(*CODES)] if sketch.chance() else [])), False
        case "escalation":
            return escalation(*([sketch.pick(*CODES)] if sketch.chance() else [])), True
        case "cycle":
            return cycle("R3/PT1H"), True
        case _:
            return _waited(sketch), True


def _sub(sketch: Sketch) -> Ways:
    node = _scope(sketch)
    name = sketch.add(_with_data(sketch, node) if sketch.chance() else node)
    return name, name


def _with_data(sketch: Sketch, node: Node) -> Node:
    inputs = {"a": "b", "own": "a + 1"} if sketch.chance() else None
    outputs = {"b": sketch.pick("a", "maybe", "c")} if sketch.chance() else None
    return mapped(node, inputs=inputs, outputs=outputs)


def _guarded(sketch: Sketch) -> Ways:
    """An activity with one or two events on its border, which lead on or end."""
    name = sketch.add(_with_data(sketch, _activity(sketch)))
    last = sketch.add(exclusive(sketch.name("merge")))
    sketch.flow(name, last)
    for _ in range(1 + sketch.chance()):
        trigger, may_run_beside = _caught(sketch)
        interrupting = not may_run_beside or sketch.chance()
        event = sketch.add(boundary(sketch.name("b"), name, trigger, interrupting=interrupting))
        into, out = block(sketch)
        sketch.flow(event, into)
        if sketch.chance():
            sketch.flow(out, last)
    return name, last


def _multi(sketch: Sketch) -> Ways:
    node = multi(
        _activity(sketch),
        times=sketch.pick("2", "3", "a"),
        sequential=sketch.chance(),
        until=sketch.pick("numberOfCompletedInstances > 1", "again", "maybe")
        if sketch.chance()
        else None,
        into="all" if sketch.chance() else None,
        gives=sketch.pick("a", "loopCounter", "maybe"),
    )
    name = sketch.add(_with_data(sketch, node))
    return name, name


def _looped(sketch: Sketch) -> Ways:
    node = looped(
        _activity(sketch),
        sketch.pick("again", "a > loopCounter", "maybe"),
        test_before=sketch.chance(),
        maximum=3,
    )
    name = sketch.add(node)
    return name, name


def _call(sketch: Sketch) -> Ways:
    name = sketch.name("call")
    sketch.add(_with_data(sketch, call(name, sketch.pick(*(one.key.id for one in CALLED)))))
    return name, name


def _undoing(sketch: Sketch) -> Ways:
    """Activities that can be compensated, and an event that does so, now or perhaps never."""
    first, last = _undoable(sketch)
    if sketch.chance():
        into, out = _undoable(sketch)
        sketch.flow(last, into)
        last = out
    named = first if sketch.chance(3) else None
    undo = sketch.add(throw(sketch.name("undo"), compensation(named, waits=not sketch.chance(4))))
    sketch.flow(last, undo)
    return first, undo


def _undoable(sketch: Sketch) -> Ways:
    node = _activity(sketch)
    if sketch.chance(3):
        node = multi(node, times="2", sequential=sketch.chance())
    name = sketch.add(_with_data(sketch, node) if sketch.chance() else node)
    handler = sketch.name("handler")
    by = {"user": user(handler), "script": script(handler, "b = a"), "plain": plain(handler)}
    sketch.parts.extend(undone(name, by[sketch.pick(*by)]))
    return name, name


def _transaction(sketch: Sketch) -> Ways:
    """A transaction that may be cancelled."""
    inside = sketch.inner()
    first, last = _undoing(inside) if sketch.chance() else block(inside)
    choice, cancel = exclusive(sketch.name("xor")), end(sketch.name("cancel"), cancellation())
    parts = (f"start > {first}", f"{last} > {choice.id}", choice, cancel)
    ways = (
        f"{choice.id} > {cancel.id} : {sketch.pick(*CONDITIONS)}",
        f"{choice.id} > end : default",
    )
    name = sketch.add(transaction(sketch.name("transaction"), *inside.parts, *parts, *ways))
    merge = sketch.add(exclusive(sketch.name("merge")))
    sketch.flow(name, merge)
    cancelled = sketch.add(boundary(sketch.name("cancelled"), name, cancellation()))
    into, out = block(sketch)
    sketch.flow(cancelled, into)
    sketch.flow(out, merge)
    return name, merge


def _complex(sketch: Sketch) -> Ways:
    """Branches that are joined by a complex gateway, which may go on early."""
    rule = sketch.pick("activationCount >= 2", "activationCount >= 1", "a > 0", "maybe > 0")
    closes = complex_gateway(sketch.name("complex"), rule if sketch.chance() else None)
    return _branches(sketch, parallel(sketch.name("fork")), closes, asks=False)


def _chosen(sketch: Sketch) -> Ways:
    """An ad-hoc sub-process of tasks, perhaps with flows between some."""
    one, two, three = (sketch.name("user") for _ in range(3))
    parts: list[Node | str] = [user(one), user(two)]
    parts.append(f"{two} > {three}" if sketch.chance() else user(three))
    name = sketch.add(
        ad_hoc(
            sketch.name("chosen"),
            *parts,
            until=sketch.pick("again", "a > 1", "maybe > 0") if sketch.chance() else None,
            sequential=sketch.chance(),
            cancels=sketch.chance(),
        )
    )
    return name, name


def _quantities(sketch: Sketch) -> Ways:
    """A task that gives several tokens, and one that takes several."""
    gives = sketch.add(replace(plain(sketch.name("gives")), completion_quantity=2))
    between = sketch.add(_leaf(sketch))
    takes = sketch.add(replace(user(sketch.name("takes")), start_quantity=2))
    sketch.flow(gives, between)
    sketch.flow(between, takes)
    return gives, takes


def _all_of(sketch: Sketch) -> Ways:
    """An event that waits for several things at once."""
    triggers = _waited(sketch), _waited(sketch)
    node = catch(sketch.name("all"), *triggers)
    name = sketch.add(replace(node, behaviour=CatchEvent(triggers=triggers, parallel=True)))
    return name, name


def complex_gateway(name: str, activation: str | None) -> Node:
    rule = None if activation is None else Formula(text=activation)
    return Node(id=ElementId(name), behaviour=ComplexGateway(activation=rule))


_BLOCKS = {
    "undoing": _undoing,
    "transaction": _transaction,
    "complex": _complex,
    "chosen": _chosen,
    "quantities": _quantities,
    "all_of": _all_of,
    "sequence": _sequence,
    "exclusive": _exclusive,
    "parallel": _parallel,
    "inclusive": _inclusive,
    "split": _split,
    "events": _events,
    "loop": _loop,
    "early": _early,
    "sub": _sub,
    "guarded": _guarded,
    "multi": _multi,
    "looped": _looped,
    "call": _call,
}

CALLED: tuple[Program, ...] = tuple(
    compile_process(one)
    for one in (
        process("start > u > end", name="simple"),
        process(
            "start > g",
            "g > end2 : a > 1",
            "g > u : default",
            end("end2", error("E1")),
            exclusive("g"),
            name="failing",
        ),
        process(
            "start > s > end",
            script("s", "a = a + 1"),
            event_sub("es", start("on", message("m1")), "on > u"),
            name="listening",
        ),
    )
)
"""Processes that random ones call."""

SETTING = Setting(called={one.key.id: one for one in CALLED})


def any_process(choose: Choose, *, size: int) -> Process:
    """A process of these blocks, of about so many of them."""
    sketch = Sketch(choose, left=[size])
    first, last = _sequence(sketch)
    parts = [f"start > {first}", *sketch.parts]
    if sketch.chance():
        parts.append(f"{last} > end")
    if sketch.chance(3):
        parts.append(_event_scope(sketch))
    return process(*parts, name="random", data=("a",) if sketch.chance() else ())


def compiled(drawn: Process) -> Program:
    return compile_process(drawn, setting=SETTING)
