"""A case on its diagrams: as an outline for the terminal, and as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from caseflow.bpmn import Marks, draw_svg, draw_text, lay_out
from caseflow.cli.names import Diagrams
from caseflow.cli.standing import marks_of
from caseflow.engine import CaseView, Work
from caseflow.model import Process, ProcessId


class Pictures:
    """Draws one case."""

    def __init__(self, work: Work, case: CaseView, diagrams: Diagrams) -> None:
        """Look up where the case stands and which way it came."""
        self._case = case
        self._diagrams = diagrams
        self.places = work.places(case)
        self._history = work.history(case)

    def standing_in(self) -> tuple[ProcessId, ...]:
        """Return the processes in which the case stands, its own first."""
        inner = (place.process.id for place in self.places)
        return tuple(dict.fromkeys((self._case.process, *inner)))

    def outlines(self, processes: Iterable[ProcessId], *, is_full: bool) -> str:
        """Return outlines of processes, one below the other."""
        bodies: list[str] = []
        legend = ""
        for name in processes:
            process = self._diagrams.process(name)
            # Each is drawn alone, because two processes may use one id for different elements.
            drawn = draw_text(process, marks=self._marks((process,)), full=is_full)
            body, _, legend = drawn.rstrip("\n").rpartition("\n\n")
            bodies.append(body)
        return "\n\n".join((*bodies, legend)) + "\n"

    def svg(self, process: ProcessId, *, now: str) -> str:
        """Return the diagram in which a process is drawn; it is laid out if it never was."""
        diagram = self._diagrams.diagram(process)
        if not diagram.drawing.shapes:
            diagram = replace(diagram, drawing=lay_out(diagram))
        name = self._case.business_key or self._case.id
        caption = f"{name} · {self._case.state} · {now}"
        return draw_svg(diagram, marks=self._marks(diagram.processes, caption=caption))

    def _marks(self, processes: tuple[Process, ...], *, caption: str = "") -> Marks:
        return marks_of(
            processes,
            places=self.places,
            history=self._history,
            incidents=self._case.incidents,
            caption=caption,
        )
