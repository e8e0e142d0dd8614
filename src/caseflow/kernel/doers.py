"""Who did the steps that others must not be done by the same person with."""

from __future__ import annotations

from caseflow.kernel.run import Run
from caseflow.model import ElementId


def doers(run: Run, frame: int, step: ElementId | None) -> tuple[str, ...]:
    """Return who did a step last, in the scope of a frame or the nearest around it."""
    number: int | None = frame
    while number is not None and step is not None:
        here = run.frames[number]
        for did in here.did:
            if did.element == step:
                return did.people
        number = here.parent
    return ()
