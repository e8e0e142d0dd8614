"""The forms of an overlaid process: those of its base, but where the overlay has its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from caseflow.forms import FieldForm, FormFile, form_named
from caseflow.model import Diagram
from caseflow.overlays.applying import Overlaid
from caseflow.overlays.elements import assignment_of, elements_of
from caseflow.overlays.overlay import Overlay
from caseflow.parameters import Report


def own_forms(overlay: Overlay, base: str, files: Iterable[FormFile]) -> tuple[FormFile, ...]:
    """Return the forms that belong to an overlay alone, which stands in a folder of its own.

    Args:
        overlay: what is laid over the base.
        base: the file of the diagram of the base.
        files: all forms that are deployed together.
    """
    folder = PurePosixPath(overlay.file).parent
    if PurePosixPath(base).is_relative_to(folder):
        return ()
    return tuple(one for one in files if PurePosixPath(one.file).is_relative_to(folder))


def forms_for(
    overlaid: Overlaid,
    own: Iterable[FormFile],
    shared: Iterable[FormFile],
    report: Report,
) -> tuple[FormFile, ...]:
    """Return the forms that the tasks of an overlaid process ask for, each once.

    What has no form here, or several, is told when the process is deployed.
    """
    overlay, base = overlaid.overlay, overlaid.base
    near = base.diagram.file
    mine, theirs = tuple(own), tuple(shared)
    chosen = {*overlay.forms.values(), *(one.form for one in overlay.additions)}
    before = dict(_keys(base.diagram))
    found: dict[str, FormFile] = {}
    for element, key in _keys(overlaid.diagram):
        form = _named(key, theirs, near)
        if key in chosen:
            _check_clash(overlay, element, key, is_shared=form is not None, report=report)
            form = _named(key, mine, overlay.file) or form
        if form is None:
            continue
        found[form.file] = form
        if element in overlay.forms and element in before:
            _check_fields(element, form, _named(before[element], theirs, near), report)
    return tuple(found.values())


def _keys(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """Yield every task with a form, and the key of that."""
    for name, node in elements_of(diagram).nodes.items():
        assignment = assignment_of(node)
        if assignment is not None and assignment.form:
            yield name, assignment.form


def _named(key: str, files: Iterable[FormFile], near: str) -> FormFile | None:
    try:
        return form_named(key, files, near=near)
    except LookupError:
        return None


def _check_clash(
    overlay: Overlay, element: str, key: str, *, is_shared: bool, report: Report
) -> None:
    """Note a form of the overlay that a task would take which is not said to have it."""
    is_new = any(overlay.named(one.id) == element for one in overlay.additions)
    if is_shared and not is_new and element not in overlay.forms:
        message = f"the form “{key}” is called like that of “{element}”, which keeps its own"
        report.add(
            "overlay-form", ("forms",), message, "give the form of the overlay another name"
        )


def _check_fields(element: str, new: FormFile, old: FormFile | None, report: Report) -> None:
    """Note fields that the base demands and that another form does not."""
    if old is None or not isinstance(old.form, FieldForm):
        return
    demanded = new.form.fields if isinstance(new.form, FieldForm) else ()
    missing = {one.key for one in old.form.fields if one.is_required}
    missing -= {one.key for one in demanded if one.is_required}
    if missing:
        message = f"{new.file} does not demand {', '.join(sorted(missing))}, as the base does"
        remedy = "add these fields to the form, and make them required"
        report.add("overlay-form", ("forms", element), message, remedy)
