"""What an event takes in, and gives on, by data of its own (BPMN 2.0.2, 10.4.2 and 13.5)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from caseflow.errors import ExpressionFailed
from caseflow.kernel.activity import Transfer
from caseflow.kernel.casefile import value, value_with, write
from caseflow.kernel.payload import carried
from caseflow.kernel.run import Run
from caseflow.model import Value, Values

Outputs = tuple[Transfer, ...] | None
"""What an event declares that it gives to the case file; None where it declares nothing."""

PAYLOAD = "payload"
"""The name under which the outputs of an event know all of what came."""


_NOTHING: Values = MappingProxyType({})


def take_in(  # noqa: PLR0913 - each is a fact about what came, and goes by its name
    run: Run,
    frame: int,
    payload: Value,
    into: str | None,
    *,
    outputs: Outputs,
    brought: Values = _NOTHING,
) -> str:
    """Put what came into the case file; return why that failed, or nothing.

    Without declared outputs that is the payload itself, otherwise only what they say.
    """
    try:
        write(run, frame, taken_in(run, frame, payload, into, outputs=outputs, brought=brought))
    except ExpressionFailed as failure:
        return str(failure)
    return ""


def taken_in(  # noqa: PLR0913 - each is a fact about what came, and goes by its name
    run: Run,
    frame: int,
    payload: Value,
    into: str | None,
    *,
    outputs: Outputs,
    brought: Values = _NOTHING,
) -> Values:
    """Return the variables that an event sets with what came. Raises ExpressionFailed.

    Its outputs know the names that the payload brings, and ``payload`` for all of it; a
    lone name that nobody knows is taken for the data output of the event, which is that too.
    Where the event needed several things, they know what the others ``brought`` as well.
    """
    if outputs is None:
        return carried(payload, into)
    own = {**brought, PAYLOAD: payload, **carried(payload, into)}
    return {one.target: _given(run, one, frame, own) for one in outputs}


def _given(run: Run, output: Transfer, frame: int, own: Mapping[str, Value]) -> Value:
    try:
        return value_with(run, output.source, frame, own)
    except ExpressionFailed:
        if output.source.source.strip().isidentifier() and own[PAYLOAD] is not None:
            return own[PAYLOAD]
        raise


def own_data(run: Run, frame: int, inputs: tuple[Transfer, ...] | None) -> Values | None:
    """Return what a throwing event takes from the case file. Raises ExpressionFailed."""
    if inputs is None:
        return None
    return {one.target: value(run, one.source, frame) for one in inputs}
