"""Event-based gateways: the first event that happens decides (BPMN 2.0.2, 13.4.4)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.elements.catch_event import await_any
from caseflow.kernel.run import Arc, Run, Vertex


@dataclass(frozen=True, slots=True)
class EventGatewayElement:
    """Listens for all the events behind it; the one that fires takes the token over."""

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Wait for any of the events."""
        events = tuple(way.target for way in vertex.outgoing)
        await_any(run, frame, vertex, events, arc=arc)
