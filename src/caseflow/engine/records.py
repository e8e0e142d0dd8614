"""The records of cases: checking, exporting, replaying and redacting what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import takewhile

from caseflow.engine.cases import Cases
from caseflow.engine.ids import case_id
from caseflow.engine.views import CaseView, view_case
from caseflow.errors import CaseRedacted, CommandRefused, StoreError
from caseflow.history import (
    Checked,
    Checkpoint,
    End,
    ExportedCase,
    Flaw,
    Signer,
    load_openings,
    names_in,
    write_checkpoint,
    write_export,
)
from caseflow.kernel import (
    Case,
    CaseId,
    Event,
    RedactValues,
    ValuesRedacted,
    dump_case,
    dump_event,
)
from caseflow.model import ParameterSet, ProcessId
from caseflow.store import CaseFilter
from caseflow.worktime import Calendar

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What limits of a case are counted by."""

    parameters: ParameterSet
    calendar: Calendar


class Records:
    """What can be proved about cases, and what can be taken out of their histories.

    Made by `Work.records`.
    """

    def __init__(self, cases: Cases) -> None:
        """Look into cases within a transaction that somebody else ends."""
        self._cases = cases
        self._store = cases.stores.cases

    def verify(self, case: str | CaseView) -> None:
        """Check a history. Raises UnknownCase, and StoreError with all that is wrong."""
        checked = self.check(case)
        if not checked.is_sound:
            raise StoreError(
                "a history was changed behind the back of caseflow:\n"
                + "\n".join(map(str, checked.flaws))
            )

    def check(self, case: str | CaseView) -> Checked:
        """Check the history of a case; what is wrong stands in the result.

        Raises:
            UnknownCase: there is no such case.
        """
        return self._store.check(case_id(case))

    def check_all(self) -> Iterator[Checked]:
        """Check the history of every case, in the order in which they were opened."""
        return map(self._store.check, self.ids())

    def ends(self) -> Iterator[tuple[str, End]]:
        """Yield where the history of every case ends."""
        return ((case, self._store.end(case)) for case in self.ids())

    def checkpoint(self, signer: Signer) -> Iterator[str]:
        """Yield the lines of a signed file that says where every history ends now."""
        return write_checkpoint(self.ends(), at=self._cases.now(), signer=signer)

    def compare(self, checkpoint: Checkpoint) -> Iterator[Flaw]:
        """Yield where a history no longer is what it was at a checkpoint."""
        for name, end in checkpoint.ends.items():
            found = self._store.hash_at(case_id(name), end.length)
            if found != end.hash:
                what = "is missing" if found is None else "is not the one of the checkpoint"
                yield Flaw(case=name, sequence=end.length, what=what)

    def export(self, case: str | CaseView) -> Iterator[str]:
        """Yield the lines of a file from which anybody can check the history of a case.

        Raises:
            UnknownCase: there is no such case.
        """
        loaded = self._store.load(case_id(case))
        return write_export(
            ExportedCase(
                case=loaded.id,
                process=loaded.process.id,
                process_version=loaded.process.version,
                business_key=loaded.business_key,
                facts=self._store.facts.facts(loaded.id),
                end=self._store.end(loaded.id),
            )
        )

    def names(self, case: str | CaseView) -> tuple[str, ...]:
        """Return the names under which a case and its history hold what people entered."""
        number = case_id(case)
        held: set[str] = set(self._store.load(number).variables)
        for fact in self._store.facts.facts(number):
            held |= names_in(load_openings(fact.openings))
        return tuple(sorted(held))

    def redact(
        self, case: str | CaseView, names: Collection[str] | None = None, *, reason: str
    ) -> CaseView:
        """Delete values from a case that is over and from its history, on record.

        The history stays provable: of each value its commitment is left. Documents keep
        what they say; `Papers.erase` deletes their content.

        Args:
            case: the case.
            names: the variables whose values go; all, where nothing is said.
            reason: why; it stands in the history.

        Raises:
            UnknownCase: there is no such case.
            CommandRefused: the case is not over, or it has no such value.
        """
        number = case_id(case)
        held = self.names(number)
        chosen = tuple(sorted(held if names is None else set(names)))
        unknown = set(chosen) - set(held)
        if unknown or not chosen:
            raise CommandRefused(
                f"case {number} has no value of {', '.join(sorted(unknown)) or 'any name'}"
            )
        after = self._cases.change(
            number,
            lambda at: RedactValues(at=at, actor=self._cases.actor, names=chosen, reason=reason),
        )
        self._store.facts.redact(number, chosen, before=after.version)
        return view_case(after)

    def counting(self, case: str | CaseView, process: ProcessId) -> Counting:
        """Return what limits of a case are counted by: those of its process, or of one it calls.

        Raises:
            UnknownCase: there is no such case.
        """
        loaded = self._store.load(case_id(case))
        library = self._cases.program(loaded.process).library
        setting = next(
            (one.setting for key, one in library.items() if key.id == process),
            self._cases.program(loaded.process).setting,
        )
        name = loaded.parameters or next(iter(setting.parameters), "")
        return Counting(
            parameters=setting.parameters.get(name, ParameterSet(name=name)),
            calendar=setting.calendars.get(loaded.unit, setting.calendar),
        )

    def replay(self, case: str | CaseView) -> None:
        """Give a case all its commands again, and compare what comes of them.

        Raises:
            UnknownCase: there is no such case.
            CaseRedacted: values were deleted, so that the commands are not whole any more.
            StoreError: the case or its history is not what its commands lead to.
        """
        number = case_id(case)
        history = self._store.history(number)
        for entry in history:
            if isinstance(entry.event, ValuesRedacted):
                raise CaseRedacted(number, names=entry.event.names, sequence=entry.sequence)
        process = self._store.load(number).process
        replayed: Case | None = None
        told: list[Event] = []
        for step in self._store.commands(number):
            outcome = self._cases.again(process, replayed, step.command)
            replayed = outcome.case
            told += outcome.events
        stored = [dump_event(entry.event) for entry in history]
        again = [dump_event(event) for event in told]
        if stored != again:
            same = takewhile(lambda pair: pair[0] == pair[1], zip(stored, again, strict=False))
            differs = sum(1 for _ in same) + 1
            raise StoreError(f"case {number}: event {differs} is not what its commands lead to")
        if replayed is None or dump_case(replayed) != self._store.body(number):
            raise StoreError(f"case {number} is not what its commands lead to")

    def ids(self) -> Iterator[CaseId]:
        """Yield the id of every case, in the order in which they were opened."""
        after: CaseId | None = None
        while rows := self._cases.stores.worklist.cases(CaseFilter(), after=after, limit=_PAGE):
            yield from (row.id for row in rows)
            after = rows[-1].id
