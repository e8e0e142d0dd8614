"""Multi-instance activities, one after the other or all at once (BPMN 2.0.2, 13.3.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.activity import Activity, complete
from caseflow.kernel.case import Frame, FrameKind, Rounds, Token
from caseflow.kernel.casefile import value, write
from caseflow.kernel.elements.instance_events import InstanceEvents, throw_from
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.scopes import cancel_frames
from caseflow.kernel.throwing import Thrown
from caseflow.model import Value

MAX_INSTANCES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstanceLoop:
    """Once for each of a number or of a collection; every instance has its own variables."""

    is_sequential: bool
    cardinality: Expression | None = None
    collection: Expression | None = None
    item: str | None = None
    completion: Expression | None = None
    output_collection: str | None = None
    output_item: Expression | None = None
    events: InstanceEvents | None = None
    keeps_writes: bool = True

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Count the instances and begin the first, or all of them."""
        total, items = self._instances(run, token.frame)
        if self.output_collection is not None:
            write(run, token.frame, {self.output_collection: [None] * total})
        if total == 0:
            complete(run, token)
            return
        frame = Frame(
            id=run.number(),
            kind=FrameKind.LOOP,
            parent=token.frame,
            token=token.id,
            element=vertex.id,
            variables={},
            rounds=Rounds(total=total, items=items, outputs=(None,) * total),
        )
        run.open_frame(frame, run.graphs[token.frame])
        for _ in range(1 if self.is_sequential else total):
            self._start_next(run, frame.id, vertex)

    def _instances(self, run: Run, frame: int) -> tuple[int, tuple[Value, ...] | None]:
        if self.collection is not None:
            items = _items(self.collection, value(run, self.collection, frame))
            return len(items), items
        if self.cardinality is None:
            return 0, None
        total = value(run, self.cardinality, frame)
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise _failed(
                self.cardinality, f"the number of instances is a whole number, not {total!r}"
            )
        _check_number(self.cardinality, total)
        return total, None

    def _start_next(self, run: Run, loop: int, vertex: Vertex) -> None:
        frame = run.frames[loop]
        rounds = frame.rounds
        if rounds is None or not isinstance(vertex.element, Activity):
            return
        variables: dict[str, Value] = {}
        if rounds.items is not None and self.item is not None:
            variables[self.item] = rounds.items[rounds.started]
        number = rounds.started + 1
        run.frames[loop] = replace(frame, rounds=replace(rounds, started=number))
        vertex.element.open_local(run, vertex, parent=loop, number=number, variables=variables)

    def round_done(self, run: Run, frame: Frame, vertex: Vertex) -> None:
        """Count an instance, keep what it gave, and see whether that is enough."""
        loop = run.frames[frame.parent or 0]
        rounds = loop.rounds
        if rounds is None or loop.parent is None or loop.token is None:
            return
        done = self._counted(run, frame, rounds)
        thrown = self._thrown(run, frame, vertex)
        run.frames[loop.id] = replace(loop, rounds=done)
        try:
            is_enough = self.completion is not None and value(run, self.completion, frame.id)
        except ExpressionFailed:
            run.frames[loop.id] = loop
            raise
        if self.output_collection is not None:
            write(run, loop.parent, {self.output_collection: list(done.outputs)})
        if not throw_from(run, vertex, thrown, run.tokens[loop.token]):
            return
        if is_enough:
            self._stop(run, loop.id, frame)
        elif self.is_sequential and done.started < (done.total or 0):
            self._start_next(run, loop.id, vertex)

    def _counted(self, run: Run, frame: Frame, rounds: Rounds) -> Rounds:
        outputs = rounds.outputs
        if self.output_item is not None:
            given = value(run, self.output_item, frame.id)
            outputs = (*outputs[: frame.round - 1], given, *outputs[frame.round :])
        return replace(rounds, completed=rounds.completed + 1, outputs=outputs)

    def _thrown(self, run: Run, frame: Frame, vertex: Vertex) -> Thrown:
        rounds = run.frames[frame.parent or 0].rounds
        if self.events is None or rounds is None:
            return Thrown()
        return self.events.prepare(run, vertex, frame.id, rounds)

    def _stop(self, run: Run, loop: int, finished: Frame) -> None:
        others = [
            one.id for one in run.frames.values() if one.parent == loop and one.id != finished.id
        ]
        cancel_frames(run, others, loop)


def _items(source: Expression, found: Value) -> tuple[Value, ...]:
    if isinstance(found, Mapping):
        found = list(found.values())
    if isinstance(found, str) or not isinstance(found, Sequence):
        raise _failed(source, f"a collection is a list, not {found!r}")
    _check_number(source, len(found))
    return tuple(found)


def _check_number(source: Expression, total: int) -> None:
    if total > MAX_INSTANCES:
        raise _failed(source, f"{total} instances are more than {MAX_INSTANCES}")


def _failed(expression: Expression, message: str) -> ExpressionFailed:
    return ExpressionFailed(message, source=expression.source, column=1)
