"""Errors and escalations: what is thrown, and what an event catches of it."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.model import ErrorTrigger, EscalationTrigger, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An error, or an escalation, on its way to a handler."""

    code: str
    payload: Value = None
    is_escalation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The errors and escalations that an event catches: by code, or all of them."""

    errors: tuple[ErrorTrigger, ...] = ()
    escalations: tuple[EscalationTrigger, ...] = ()

    def catches(self, fault: Fault) -> bool:
        """Tell whether a fault is caught here, by its code or with all others."""
        return any(one.code is None or one.code == fault.code for one in self._of(fault))

    def names(self, fault: Fault) -> bool:
        """Tell whether a fault is caught here by its very code."""
        return any(one.code == fault.code for one in self._of(fault))

    def into(self, fault: Fault) -> str | None:
        """Return the variable that takes the payload of a fault that is caught here."""
        matching = [one for one in self._of(fault) if one.code in {None, fault.code}]
        matching.sort(key=lambda one: one.code is None)
        return matching[0].into if matching else None

    def _of(self, fault: Fault) -> tuple[ErrorTrigger, ...] | tuple[EscalationTrigger, ...]:
        return self.escalations if fault.is_escalation else self.errors
