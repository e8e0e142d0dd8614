"""Elements that hand the case on before they begin, to a unit that only the outside knows.

Which unit lies above another is no part of a case. So a token waits at such an element until
`PlaceUnit` tells it, in the same transaction: what it was told stands among the commands, and
giving them again leads to the same units, however the organisation has changed since.
"""

from __future__ import annotations

from caseflow.errors import CommandRefused, ExpressionFailed, NothingWaits
from caseflow.expressions import Expression
from caseflow.kernel.case import FrameKind, Phase, TokenKind
from caseflow.kernel.casefile import value
from caseflow.kernel.custody import Ruling
from caseflow.kernel.effects import FindUnit
from caseflow.kernel.handing import WAYS, apply_handing
from caseflow.kernel.handing_commands import (
    AskReturn,
    DesignateUnit,
    HandCase,
    HandingCommand,
    PlaceUnit,
    RuleOnReturn,
    TakeBackCase,
)
from caseflow.kernel.incidents import stick
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.model import Hand


def asks_for_unit(run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> bool:
    """Let a token wait that comes to an element with a wish; tell whether it does."""
    wish, place = vertex.wish, (frame, vertex.id)
    if wish is None or run.frames[frame].kind is FrameKind.LOCAL:
        return False
    if place in run.placed:
        run.placed.remove(place)
        return False
    try:
        to = _text(run, wish.to, frame)
        reason = _text(run, wish.reason, frame)
    except ExpressionFailed as failure:
        stick(run, frame, vertex, str(failure), phase=Phase.HAND, arc=arc)
        return True
    token = run.hold(frame, vertex, arc=arc, kind=TokenKind.HANDING)
    run.sent.append(
        FindUnit(
            token=token.id,
            hand=wish.hand,
            unit=run.case.unit,
            to=to,
            reason=reason or vertex.node.name or vertex.id,
        )
    )
    return True


def is_any_unplaced(run: Run) -> bool:
    """Tell whether a token waits to be told to which unit the case goes."""
    return any(one.kind is TokenKind.HANDING for one in run.tokens.values())


def place(run: Run, command: PlaceUnit) -> None:
    """Hand the case on as an element wants it, and let its token go in.

    What is refused is an incident there: resolving it asks for the unit once more.

    Raises:
        NothingWaits: no token waits for this.
    """
    token = run.tokens.get(command.token)
    if token is None or token.kind is not TokenKind.HANDING:
        raise NothingWaits(f"case {run.case.id} does not wait for a unit by {command.token}")
    vertex = run.vertex(token)
    arc = next((way for way in vertex.incoming if way.id == token.flow), None)
    run.release(token)
    problem = command.problem
    if not problem and not _is_there(run, command):
        try:
            apply_handing(run, _asked(run, vertex, command))
        except CommandRefused as refusal:
            problem = str(refusal)
    if problem:
        stick(run, token.frame, vertex, problem, phase=Phase.HAND, arc=arc)
        return
    run.placed.append((token.frame, vertex.id))
    run.queue.append((token.frame, vertex, arc))


def _is_there(run: Run, command: PlaceUnit) -> bool:
    """Tell whether the case lies already where an element wants it."""
    return command.hand in WAYS and command.to == run.case.unit


def _asked(run: Run, vertex: Vertex, command: PlaceUnit) -> HandingCommand:
    """Return what an element asks for as if somebody had."""
    at, actor, to, reason = command.at, command.actor, command.to, command.reason
    match command.hand:
        case Hand.TAKE_BACK:
            return TakeBackCase(at=at, actor=actor, to=to, reason=reason)
        case Hand.RETURN:
            return AskReturn(at=at, basis=reason, suggested=to)
        case Hand.RULE:
            return RuleOnReturn(
                at=at, ruling=_ruling(run, to), to=to, tier=command.tier, reason=reason
            )
        case Hand.DESIGNATE:
            return DesignateUnit(at=at, to=to, tier=command.tier, reason=reason)
        case _:
            return HandCase(
                at=at,
                actor=actor,
                hand=command.hand,
                to=to,
                tier=command.tier,
                skipped=command.skipped,
                reason=reason,
                ground="" if vertex.wish is None else vertex.wish.ground,
            )


def _ruling(run: Run, to: str) -> Ruling:
    giver = run.case.custody.giver
    if not to or to == run.case.unit:
        return Ruling.STAYS
    return Ruling.BACK if giver is not None and giver.unit == to else Ruling.REASSIGNED


def _text(run: Run, expression: Expression | None, frame: int) -> str:
    found = None if expression is None else value(run, expression, frame)
    return "" if found is None else str(found)
