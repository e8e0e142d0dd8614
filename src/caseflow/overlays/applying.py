"""Laying an overlay over a process: a new diagram and parameter file, or all that forbids it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from caseflow.bpmn import (
    Edit,
    RenameProcesses,
    SetAttribute,
    examine,
    lay_out,
    rewritten,
    write_drawing,
)
from caseflow.errors import Finding, OverlayRefused, Severity
from caseflow.model import Diagram, ParameterSet, ProcessId
from caseflow.overlays.elements import Base, Elements, elements_of
from caseflow.overlays.names import decisions, documents, forms, labels, renamed_roles
from caseflow.overlays.numbers import Numbers, numbers_of
from caseflow.overlays.overlay import Overlay
from caseflow.overlays.steps import insertions, omissions
from caseflow.parameters import Report, one_of

_NO_OTHERS: Mapping[ProcessId, ProcessId] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaid:
    """A process with an overlay on it, as files that are deployed like any others.

    ``before`` and ``after`` are the parameter set that the overlay began with and the one
    it made; ``warnings`` do not forbid anything.
    """

    overlay: Overlay
    base: Base
    data: bytes
    diagram: Diagram
    parameters: str | None
    before: ParameterSet | None
    after: ParameterSet | None
    warnings: tuple[Finding, ...] = ()

    @property
    def process(self) -> ProcessId:
        """The id of the overlaid process."""
        return ProcessId(self.overlay.named(self.overlay.base))


def apply_overlay(
    overlay: Overlay,
    base: Base,
    *,
    file: str,
    others: Mapping[ProcessId, ProcessId] = _NO_OTHERS,
) -> Overlaid:
    """Lay an overlay over a process. The same two always give the same bytes.

    Args:
        overlay: what differs.
        base: the diagram with the process that it names.
        file: what to call the new diagram.
        others: overlaid processes that are called in the place of what the base calls.

    Raises:
        OverlayRefused: with everything that an overlay may not do, or that is not there.
    """
    report = Report(overlay.file, overlay.text)
    elements = elements_of(base.diagram)
    if all(one.id != overlay.base for one in base.diagram.processes):
        known = (one.id for one in base.diagram.processes)
        message = f"{base.diagram.file} has no process “{overlay.base}”"
        report.add("overlay-base", ("base",), message, one_of(known, overlay.base))
        raise OverlayRefused(report.findings)
    numbers = numbers_of(overlay, base.parameters, file=base.parameters_file, report=report)
    edits = list(_edits(overlay, base, elements, numbers.after, report))
    if report.findings:
        raise OverlayRefused(report.findings)
    names = {one.id: ProcessId(overlay.named(one.id)) for one in base.diagram.processes}
    edits.append(RenameProcesses(names={**others, **names}))
    edits += [_own(new, "overlayOf", old) for old, new in names.items()]
    data = rewritten(base.data, edits, file=file)
    return _read(overlay, base, numbers, data, file=file, report=report)


def _edits(
    overlay: Overlay,
    base: Base,
    elements: Elements,
    numbers: ParameterSet | None,
    report: Report,
) -> Iterable[Edit]:
    # What is added comes first: a step may be put behind one that is left out.
    yield from insertions(overlay, elements, numbers, report)
    yield from omissions(overlay, elements, report)
    yield from renamed_roles(overlay, elements, report)
    yield from labels(overlay, elements, report)
    yield from forms(overlay, elements, report)
    yield from decisions(overlay, elements, report)
    yield from documents(overlay, base, report)
    if overlay.label:
        name = base.process(overlay.base).name or overlay.base
        yield SetAttribute(element=overlay.base, name="name", value=f"{name} · {overlay.label}")


def _read(  # noqa: PLR0913 - what goes in, each by its name
    overlay: Overlay, base: Base, numbers: Numbers, data: bytes, *, file: str, report: Report
) -> Overlaid:
    """Read the new diagram as any other, and draw it anew where its steps are others."""
    reading = examine(data, file=file)
    if reading.diagram is None:
        raise OverlayRefused(_readdressed(one, overlay) for one in reading.findings)
    diagram = reading.diagram
    is_new = bool(overlay.leave_out or overlay.additions)
    if is_new and base.diagram.drawing.shapes:
        drawing = lay_out(diagram)
        data = write_drawing(data, drawing, file=file)
        diagram = replace(diagram, drawing=drawing)
    return Overlaid(
        overlay=overlay,
        base=base,
        data=data,
        diagram=diagram,
        parameters=numbers.text,
        before=numbers.before,
        after=numbers.after,
        warnings=tuple(_outdated(overlay, base, report)),
    )


def _readdressed(finding: Finding, overlay: Overlay) -> Finding:
    """Return a finding on the new diagram as one on the overlay, where people can mend it."""
    message = f"with this overlay: {finding.message}"
    return replace(finding, file=overlay.file, line=1, message=message)


def _outdated(overlay: Overlay, base: Base, report: Report) -> Iterable[Finding]:
    if overlay.written_for and not base.digest.startswith(overlay.written_for):
        report.add(
            "overlay-outdated",
            ("written_for",),
            f"the base has changed: its digest is now {base.digest[:12]}",
            "look at `caseflow overlay diff`, then write the new digest here",
        )
        for one in report.findings:
            yield replace(one, severity=Severity.WARNING)


def _own(element: str, name: str, value: str) -> SetAttribute:
    return SetAttribute(element=element, name=f"caseflow:{name}", value=value)
