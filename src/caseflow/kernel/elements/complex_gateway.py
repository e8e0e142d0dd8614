"""Complex gateways: go on when a condition holds, then wait for the rest (BPMN 2.0.2, 13.4.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.case import Token, TokenKind
from caseflow.kernel.casefile import value_with
from caseflow.kernel.flows import NO_WAY
from caseflow.kernel.incidents import stick
from caseflow.kernel.reasons import tell_why
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.model import ElementId, FlowId, Value

OWN_NAMES = frozenset({"activationCount", "activationCounts", "waitingForStart"})
"""What the expressions of a complex gateway know besides the case file (table 10.59).

``activationCount`` is the number of tokens that have arrived, ``activationCounts`` the same
by incoming flow, ``waitingForStart`` whether the gateway is about to go on or to be reset.
"""


@dataclass(slots=True, kw_only=True)
class ComplexGatewayElement:
    """Waits for start, then for reset; without a condition the first token starts it.

    ``reach`` is that of an inclusive gateway: it tells which late tokens can still come.
    The tokens that were taken at the start stay as spent ones until the reset, so that
    the case knows which flows they came by.
    """

    activation: Expression | None = None
    reach: dict[ElementId, frozenset[FlowId]] = field(default_factory=dict)

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Wait; with this token the condition may come to hold."""
        token = run.hold(frame, vertex, arc=arc, kind=TokenKind.JOINING)
        try:
            self._start(run, frame, vertex)
        except (ExpressionFailed, _NoWay) as failure:
            _stick_instead(run, vertex, token, str(failure))

    def settle(self, run: Run, frame: int, vertex: Vertex) -> bool:
        """Start where data made the condition hold, or reset; tell whether either was done.

        While one of its tokens waits for an operator, the gateway waits as well.
        """
        if _is_stuck(run, frame, vertex):
            return False
        try:
            return self._start(run, frame, vertex) or self._reset(run, frame, vertex)
        except (ExpressionFailed, _NoWay) as failure:
            newest = [one for one in _tokens(run, frame, vertex) if _is_waiting(one)][-1]
            _stick_instead(run, vertex, newest, str(failure))
            return True

    def go_on_alone(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Let a token pass that waits in vain, as if it started the gateway by itself."""
        run.release(token)
        names = _names([token], vertex, is_start=True)
        try:
            ways = self._ways(run, token.frame, vertex, names)
        except ExpressionFailed as failure:
            arc = _arc(vertex, token)
            stick(run, token.frame, vertex, str(failure), arc=arc)
            return
        run.fan_out(token.frame, ways)

    def _start(self, run: Run, frame: int, vertex: Vertex) -> bool:
        here = _tokens(run, frame, vertex)
        waiting = [one for one in here if _is_waiting(one)]
        if not waiting or len(waiting) < len(here):
            return False
        names = _names(waiting, vertex, is_start=True)
        if self.activation is not None and not value_with(run, self.activation, frame, names):
            return False
        ways = self._ways(run, frame, vertex, names)
        if not ways and vertex.outgoing:
            raise _NoWay(NO_WAY)
        taken = {token.flow: token for token in reversed(waiting)}
        for token in reversed(taken.values()):
            run.release(token)
            run.hold(frame, vertex, arc=_arc(vertex, token), kind=TokenKind.SPENT)
        run.live[frame] += 1
        run.fan_out(frame, ways)
        return True

    def _reset(self, run: Run, frame: int, vertex: Vertex) -> bool:
        here = _tokens(run, frame, vertex)
        spent = {one.flow for one in here if one.kind is TokenKind.SPENT}
        if not spent or not self._is_all_there(run, frame, vertex, here):
            return False
        late = {one.flow: one for one in reversed(here) if one.flow not in spent}
        ways: Sequence[Arc] = ()
        if late:
            names = _names(list(late.values()), vertex, is_start=False)
            ways = self._ways(run, frame, vertex, names)
        gone = [one for one in here if one.kind is TokenKind.SPENT or one in late.values()]
        for token in gone:
            run.release(token)
        run.live[frame] -= len(gone) - 1
        run.fan_out(frame, ways)
        return True

    def _is_all_there(self, run: Run, frame: int, vertex: Vertex, here: Sequence[Token]) -> bool:
        """Tell whether no late token can come any more, by the rule of inclusive joins."""
        filled = {one.flow for one in here}
        for token in run.tokens.values():
            if token.frame == frame and token.element != vertex.id:
                reachable = self.reach.get(token.element, frozenset())
                if reachable - filled and not reachable & filled:
                    return False
        return True

    def _ways(self, run: Run, frame: int, vertex: Vertex, names: Mapping[str, Value]) -> list[Arc]:
        """Return the flows whose conditions hold; one without a condition is for the start."""
        chosen = [
            way
            for way in vertex.outgoing
            if way is not vertex.default
            and (
                names["waitingForStart"]
                if way.condition is None
                else value_with(run, way.condition, frame, names)
            )
        ]
        if not chosen and vertex.default is not None:
            chosen.append(vertex.default)
        tell_why(run, vertex.process, frame, vertex.outgoing)
        return chosen


class _NoWay(Exception):
    """No flow can be taken at the start."""


def _is_stuck(run: Run, frame: int, vertex: Vertex) -> bool:
    return any(
        one.kind is TokenKind.STUCK and (one.frame, one.element) == (frame, vertex.id)
        for one in run.tokens.values()
    )


def _tokens(run: Run, frame: int, vertex: Vertex) -> list[Token]:
    return list(run.joins.get((frame, vertex.id), ()))


def _is_waiting(token: Token) -> bool:
    return token.kind is TokenKind.JOINING


def _arc(vertex: Vertex, token: Token) -> Arc | None:
    return next((way for way in vertex.incoming if way.id == token.flow), None)


def _names(tokens: Sequence[Token], vertex: Vertex, *, is_start: bool) -> dict[str, Value]:
    counted = Counter(token.flow for token in tokens)
    counts: dict[str, Value] = {way.id: counted[way.id] for way in vertex.incoming}
    return {
        "activationCount": len(tokens),
        "activationCounts": counts,
        "waitingForStart": is_start,
    }


def _stick_instead(run: Run, vertex: Vertex, token: Token, message: str) -> None:
    """Stop a token that waited, until an operator lets it arrive again."""
    run.release(token)
    stick(run, token.frame, vertex, message, arc=_arc(vertex, token))
