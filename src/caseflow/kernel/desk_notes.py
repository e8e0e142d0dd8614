"""The facts that notes from people's desks leave in the history."""

from __future__ import annotations

from typing import assert_never

from caseflow.kernel.task_commands import AddComment, AttachFile, DeskNote, SendCopy
from caseflow.kernel.task_events import CommentAdded, CopySent, FileAttached, TaskEvent


def desk_fact(command: DeskNote) -> TaskEvent:
    """Return the fact that a note puts on record."""
    match command:
        case AddComment():
            return CommentAdded(
                comment=command.comment, task=command.task, visibility=command.visibility
            )
        case AttachFile():
            return FileAttached(
                file=command.file,
                task=command.task,
                name=command.name,
                media_type=command.media_type,
                size=command.size,
                digest=command.digest,
            )
        case SendCopy():
            return CopySent(task=command.task, people=command.people, message=command.message)
        case _:
            assert_never(command)
