"""Event definitions: what an event waits for or throws (BPMN 2.0.2, 10.5.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from caseflow.model.formula import Formula
from caseflow.model.ids import ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationValue:
    """How one property of a correlation key is read from a message's payload (8.4.2)."""

    property: str
    path: Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationKey:
    """A key: its properties in order, and for a waiting case where their values come from.

    ``retrieval`` reads a property from an arriving message, ``binding`` the same
    property from the case file (processPropertyBinding); without a binding the first
    message that carries the key fixes it for the case.
    """

    name: str
    retrieval: tuple[CorrelationValue, ...]
    binding: tuple[CorrelationValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTrigger:
    """A message, by name; ``keys`` tell which case it is for, ``payload`` what it carries.

    ``correlation`` is the shorthand of the field: one expression that the sender and the
    waiting case both evaluate. Without any key a message is correlated by business key.
    """

    name: str
    correlation: Formula | None = None
    keys: tuple[CorrelationKey, ...] = ()
    payload: Formula | None = None
    into: str | None = None
    time_to_live: Formula | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerTrigger:
    """A timer; exactly one of the three is set."""

    date: Formula | None = None
    duration: Formula | None = None
    cycle: Formula | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalTrigger:
    """A signal, broadcast to all who wait for its name."""

    name: str
    payload: Formula | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorTrigger:
    """An error by code; a catching event without a code catches every error."""

    code: str | None = None
    name: str = ""
    payload: Formula | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationTrigger:
    """An escalation by code; a catching event without a code catches every one."""

    code: str | None = None
    name: str = ""
    payload: Formula | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionTrigger:
    """Becomes true on the case file."""

    condition: Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTrigger:
    """Goes on at the catching link of the same name in the same scope."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationTrigger:
    """Undoes one completed activity, or all of the scope in reverse order."""

    activity: ElementId | None = None
    wait_for_completion: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTrigger:
    """Cancels the transaction it stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateTrigger:
    """Ends the scope it stands in, with everything that is still alive in it."""


Trigger: TypeAlias = (
    MessageTrigger
    | TimerTrigger
    | SignalTrigger
    | ErrorTrigger
    | EscalationTrigger
    | ConditionTrigger
    | LinkTrigger
    | CompensationTrigger
    | CancelTrigger
    | TerminateTrigger
)
