"""Which case a message is for, by keys that both sides agree on (BPMN 2.0.2, 8.4.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from caseflow.errors import ExpressionFailed, NothingWaits
from caseflow.expressions import Expression
from caseflow.kernel.casefile import value, value_in, value_with
from caseflow.kernel.keyed import Keyed
from caseflow.kernel.run import Run
from caseflow.model import Value

ANY_KEY = "(any)"
"""The key of a subscription that takes the first message of its name, and is fixed by it."""

MAX_NAME = 255
"""Characters of a key, a person, a role or a unit: what a database can index."""


def sent_key(run: Run, keyed: Keyed, frame: int, payload: Value) -> str:
    """Return the key of a message that is sent, and fix it for the conversation.

    Each property is read from what the message carries; where that has no such name, from
    the case file. Raises ExpressionFailed.
    """
    own = payload if isinstance(payload, Mapping) else {}
    found = [(path, value_with(run, path, frame, own)) for _, path in keyed.retrieval]
    key = _joined([key_text(path, one) for path, one in found], keyed)
    _fix(run, keyed, frame, key)
    return key


def awaited_key(run: Run, keyed: Keyed, frame: int) -> str:
    """Return the key that a subscription waits for.

    That is what the case file is bound to, else what the first message fixed, else what
    the case file has under the same path; a case that knows nothing of it yet takes any.
    Raises ExpressionFailed where a binding fails.
    """
    bound = [keyed.binding.get(name) for name, _ in keyed.retrieval]
    complete = [one for one in bound if one is not None]
    if len(complete) == len(bound):
        return _joined([key_text(one, value(run, one, frame)) for one in complete], keyed)
    if keyed.name in run.keys and not _is_in_round(run, frame):
        return run.keys[keyed.name]
    paths = [keyed.binding.get(name, path) for name, path in keyed.retrieval]
    try:
        return _joined([key_text(one, value(run, one, frame)) for one in paths], keyed)
    except ExpressionFailed:
        return ANY_KEY


def check_received(run: Run, keyed: Keyed, frame: int, payload: Value, *, awaited: str) -> None:
    """See that a message is for this case, and fix its key for the conversation.

    Raises:
        NothingWaits: it carries the key of another case.
    """
    key = _carried_key(run, keyed, frame, payload)
    if key is None:
        return
    if awaited not in {ANY_KEY, key}:
        raise NothingWaits(
            f"case {run.case.id} waits for a message whose key {keyed.name} is {awaited!r}, "
            f"not {key!r}"
        )
    _fix(run, keyed, frame, key)


def key_text(source: Expression, found: Value) -> str:
    """Return a value as the text by which messages are told apart. Raises ExpressionFailed."""
    text = found.isoformat() if isinstance(found, datetime) else str(found)
    if found is None or isinstance(found, list | dict | bool) or len(text) > MAX_NAME:
        raise ExpressionFailed(
            f"a message is correlated by a short text or number, not by {text[:MAX_NAME]!r}",
            source=source.source,
            column=1,
        )
    return text


def _joined(texts: list[str], keyed: Keyed) -> str:
    """Return one text for all properties: the only one as it is, several as a JSON list."""
    if len(texts) == 1:
        return texts[0]
    key = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    if len(key) > MAX_NAME:
        source = keyed.retrieval[0][1].source
        raise ExpressionFailed(f"the key {keyed.name} is too long", source=source, column=1)
    return key


def _carried_key(run: Run, keyed: Keyed, frame: int, payload: Value) -> str | None:
    """Return the key that a message brings along, or None where it has not all of it."""
    if not isinstance(payload, Mapping):
        return None
    try:
        found = [(path, value_in(run, path, frame, payload)) for _, path in keyed.retrieval]
        return _joined([key_text(path, one) for path, one in found], keyed)
    except ExpressionFailed:
        return None


def _fix(run: Run, keyed: Keyed, frame: int, key: str) -> None:
    """Let the first message of a conversation fix its key; each round of a loop has its own."""
    if not _is_in_round(run, frame):
        run.keys.setdefault(keyed.name, key)


def _is_in_round(run: Run, frame: int) -> bool:
    place: int | None = frame
    while place is not None:
        here = run.frames[place]
        if here.round:
            return True
        place = here.parent
    return False
