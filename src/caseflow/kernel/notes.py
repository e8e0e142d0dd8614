"""Notes: commands that put something on record and move no token, in whatever state a case is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import assert_never

from caseflow.errors import CommandRefused
from caseflow.kernel.case import Case, Frame
from caseflow.kernel.commands import Note, RecordDocument, RedactValues, WithdrawDocument
from caseflow.kernel.desk_notes import desk_fact
from caseflow.kernel.events import DocumentIssued, DocumentWithdrawn, Event, ValuesRedacted
from caseflow.kernel.matters import ArchiveCase, CaseArchived, CaseRelated, RelateCase
from caseflow.kernel.task_commands import AddComment, AttachFile, SendCopy

REDACTED = "[redacted]"
"""What stands where a value was deleted."""


def noted(case: Case, command: Note) -> tuple[Case, Event]:
    """Return the case after a note, and the fact. Raises CommandRefused."""
    if case.is_archived and not isinstance(command, _ALWAYS_WELCOME):
        raise CommandRefused(f"the file of case {case.id} is closed: reopen the case")
    after = replace(case, version=case.version + 1)
    match command:
        case RecordDocument() | WithdrawDocument():
            return after, _of_document(command)
        case AddComment() | AttachFile() | SendCopy():
            return after, desk_fact(command)
        case RelateCase():
            return after, CaseRelated(
                relation=command.relation, other=command.other, reason=command.reason
            )
        case ArchiveCase():
            if not case.state.is_over:
                raise CommandRefused(f"case {case.id} is {case.state}: only what is over is filed")
            fact = CaseArchived(papers=command.papers, retention=command.retention)
            return replace(after, is_archived=True), fact
        case RedactValues():
            return _redacted(after, command)
        case _:
            assert_never(command)


_ALWAYS_WELCOME = (RedactValues, RelateCase, WithdrawDocument)


def _of_document(command: RecordDocument | WithdrawDocument) -> Event:
    if isinstance(command, WithdrawDocument):
        return DocumentWithdrawn(
            document=command.document, number=command.number, reason=command.reason
        )
    return DocumentIssued(
        document=command.document,
        form=command.form,
        number=command.number,
        media_type=command.media_type,
        digest=command.digest,
        template=command.template,
    )


def _redacted(case: Case, command: RedactValues) -> tuple[Case, Event]:
    if not case.state.is_over:
        raise CommandRefused(
            f"case {case.id} is {case.state} and may still need its values: set them to "
            "something else, and redact when it is over"
        )
    frames = _without(case.frames, command.names)
    return replace(case, frames=frames), ValuesRedacted(names=command.names, reason=command.reason)


def _without(frames: Mapping[int, Frame], names: Collection[str]) -> dict[int, Frame]:
    return {
        number: replace(
            frame,
            variables={
                name: REDACTED if name in names else value
                for name, value in frame.variables.items()
            },
        )
        for number, frame in frames.items()
    }
