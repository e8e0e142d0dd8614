"""Overlays among the files of a deployment: each becomes the files of an overlaid process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from caseflow.bpmn import examine
from caseflow.errors import DiagramRefused, Finding, OverlayRefused, ParametersRefused, Severity
from caseflow.forms import FormFile, is_form, parse_form
from caseflow.model import ProcessId
from caseflow.overlays.applying import Overlaid, apply_overlay
from caseflow.overlays.elements import Base
from caseflow.overlays.form_files import forms_for, own_forms
from caseflow.overlays.overlay import Overlay
from caseflow.overlays.reading import OVERLAY, read_overlay
from caseflow.parameters import Path, Report, one_of, read_parameters

_DIAGRAM = ".bpmn"
_PARAMETERS = "parameters.toml"
_WIDE = b"\0"
"""What stands in every file of which each character takes two bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """Files without overlays: what these make of them stands among them.

    ``overlaid`` are the processes that were made, and ``forms`` the forms that they ask for,
    by the file of the diagram of each; ``aside`` are files of forms that only overlays ask
    for. ``findings`` say what is wrong with overlays, warnings included.
    """

    files: Mapping[str, bytes]
    overlaid: Mapping[str, Overlaid] = field(default_factory=dict)
    forms: Mapping[str, tuple[FormFile, ...]] = field(default_factory=dict)
    aside: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def with_overlays(files: Mapping[str, bytes]) -> Expansion:
    """Return the files that a deployment consists of when its overlays are laid over.

    What is wrong with a base itself is not told here, but where that is read.

    Args:
        files: the content of each file, by its name; the overlays are called overlay.toml.
    """
    plain = {name: data for name, data in files.items() if not is_overlay(name)}
    if len(plain) == len(files):
        return Expansion(files=files)
    expanding = _Expanding(plain)
    expanding.lay({name: data for name, data in files.items() if is_overlay(name)})
    return Expansion(
        files={**plain, **expanding.made},
        overlaid=expanding.overlaid,
        forms=expanding.forms,
        aside=frozenset(expanding.aside),
        findings=tuple(expanding.findings),
    )


def is_overlay(name: str) -> bool:
    """Tell whether a file is an overlay, by its name."""
    return PurePosixPath(name).name == OVERLAY


class _Expanding:
    """Overlays that are being laid over the diagrams of some files."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._forms = list(_forms(files))
        self._bases: dict[ProcessId, Base] = {}
        self._has_refused = False
        self.made: dict[str, bytes] = {}
        self.overlaid: dict[str, Overlaid] = {}
        self.forms: dict[str, tuple[FormFile, ...]] = {}
        self.aside: set[str] = set()
        self.findings: list[Finding] = []

    def lay(self, files: Mapping[str, bytes]) -> None:
        """Lay the overlays of some files over their bases."""
        read = (self._read(name, data) for name, data in files.items())
        overlays = [one for one in read if one is not None]
        wanted = {one.base.encode() for one in overlays}
        for name, data in self._files.items():
            # Reading takes long; a file that does not speak of a base does not hold it.
            if name.endswith(_DIAGRAM) and (_WIDE in data or any(one in data for one in wanted)):
                self._examine(name, data)
        taken: dict[str, Overlay] = {}
        for overlay in overlays:
            base = self._base(overlay)
            if base is None:
                continue
            made = overlay.named(base.diagram.file)
            if made in taken:
                message = f"{taken[made].file} lies over the same diagram for the same unit"
                self._refuse(overlay, ("overlay",), message, "write one overlay of the two")
                continue
            taken[made] = overlay
            self._lay(overlay, base, self._others(overlay, overlays))

    def _read(self, name: str, data: bytes) -> Overlay | None:
        try:
            return read_overlay(data.decode(), file=name)
        except UnicodeDecodeError as failure:
            self.findings.append(_not_text(name, failure))
        except OverlayRefused as refusal:
            self.findings.extend(refusal.findings)
        return None

    def _lay(self, overlay: Overlay, base: Base, others: Mapping[ProcessId, ProcessId]) -> None:
        folder = PurePosixPath(overlay.file).parent / overlay.named(overlay.base)
        file = str(folder / PurePosixPath(base.diagram.file).name)
        try:
            overlaid = apply_overlay(overlay, base, file=file, others=others)
        except OverlayRefused as refusal:
            self.findings.extend(refusal.findings)
            return
        self.findings.extend(overlaid.warnings)
        self.overlaid[file] = overlaid
        self.made[file] = overlaid.data
        if overlaid.parameters is not None:
            self.made[str(folder / _PARAMETERS)] = overlaid.parameters.encode()
        self._place_forms(overlaid, file)

    def _place_forms(self, overlaid: Overlaid, file: str) -> None:
        overlay, base = overlaid.overlay, overlaid.base
        own = own_forms(overlay, base.diagram.file, self._forms)
        shared = [one for one in self._forms if one not in own]
        report = Report(overlay.file, overlay.text)
        self.forms[file] = forms_for(overlaid, own, shared, report)
        self.aside.update(one.file for one in own)
        self.findings.extend(report.findings)

    def _others(self, overlay: Overlay, overlays: list[Overlay]) -> dict[ProcessId, ProcessId]:
        """Return what overlays for the same unit make of other diagrams."""
        return {
            process.id: ProcessId(overlay.named(process.id))
            for one in overlays
            if one.name == overlay.name and one.base in self._bases
            for process in self._bases[one.base].diagram.processes
        }

    def _base(self, overlay: Overlay) -> Base | None:
        base = self._bases.get(overlay.base)
        if base is None and not self._has_refused:
            for name, data in self._files.items():
                if name.endswith(_DIAGRAM):
                    self._examine(name, data)
        if base is None and not self._has_refused:
            message = f"there is no process “{overlay.base}” among these files"
            remedy = f"deploy it together with its base; {one_of(self._bases, overlay.base)}"
            self._refuse(overlay, ("base",), message, remedy, rule="overlay-base")
        return base

    def _examine(self, name: str, data: bytes) -> None:
        diagram = examine(data, file=name).diagram
        if diagram is None:
            self._has_refused = True  # it may be the base of an overlay
            return
        file = str(PurePosixPath(name).parent / _PARAMETERS)
        try:
            text = self._files[file].decode() if file in self._files else None
            if text is not None:
                read_parameters(text, file=file)
        except (ParametersRefused, UnicodeDecodeError):
            self._has_refused = True
            return
        base = Base(diagram=diagram, data=data, parameters=text, parameters_file=file)
        self._bases |= {one.id: base for one in diagram.processes if one.overlay_of is None}

    def _refuse(
        self,
        overlay: Overlay,
        path: Path,
        message: str,
        remedy: str,
        *,
        rule: str = "overlay",
    ) -> None:
        report = Report(overlay.file, overlay.text)
        report.add(rule, path, message, remedy)
        self.findings.extend(report.findings)


def _forms(files: Mapping[str, bytes]) -> Iterator[FormFile]:
    """Yield the forms that can be read; what is wrong with others is told elsewhere."""
    for file, data in files.items():
        if is_form(file):
            try:
                yield FormFile(file=file, data=data, form=parse_form(data, file=file))
            except DiagramRefused:
                continue


def _not_text(file: str, failure: UnicodeDecodeError) -> Finding:
    return Finding(
        rule="not-utf-8",
        severity=Severity.ERROR,
        file=file,
        line=0,
        message=f"the file is not UTF-8 text: {failure.reason} at byte {failure.start}",
        remedy="save it as UTF-8",
    )
