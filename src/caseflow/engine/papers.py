"""The documents of cases: issuing, listing, fetching and withdrawing them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.bpmn import read_diagram
from caseflow.documents import Archive, Document, Format, Particulars, Press, check_values
from caseflow.engine.cases import Cases
from caseflow.engine.ids import case_id
from caseflow.engine.views import CaseView
from caseflow.errors import CommandRefused, StoreError
from caseflow.kernel import Case, RecordDocument, WithdrawDocument
from caseflow.model import EndEvent, Values, checked
from caseflow.store import Paper, PaperStore, Serial


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues a document.

    ``organ`` is the name over and under it, ``mark`` the short name in its number (云),
    ``unit`` whose numbers it takes; the unit of the case, where nothing is said.
    """

    organ: str
    mark: str = ""
    unit: str | None = None


class Papers:
    """Everything that can be done to documents, within one unit of work.

    Made by `Work.papers`.
    """

    def __init__(self, cases: Cases) -> None:
        """Work on documents within a transaction that somebody else ends."""
        self._cases = cases
        self._store: PaperStore = cases.stores.papers

    def issue(  # noqa: PLR0913 - what a document is made of, each by its name
        self,
        case: str | CaseView,
        form: str,
        *,
        press: Press,
        issuer: Issuer,
        values: Mapping[str, object] | None = None,
        format: Format | None = None,  # noqa: A002 - that is what it is
    ) -> Paper:
        """Make a document from the case file, give it its number, and put it on record.

        Until the transaction ends nobody else gets a number of the same series, unit and
        year; where it is rolled back the number is free again.

        Args:
            case: the case, in whatever state.
            form: the id of the form.
            press: the forms.
            issuer: who issues it.
            values: what stands in it besides the case file, or instead of that.
            format: HTML or text as the form is written, where nothing is said.

        Raises:
            UnknownCase: there is no such case.
            DocumentRefused: values are missing.
            FormRefused: there is no such form, or its template is wrong.
        """
        self._cases.check_may_write()
        # The case before the number: whoever works on a case may issue documents later on.
        loaded = self._cases.stores.cases.take(case_id(case))
        filled = {**loaded.variables, **checked(values or {})}
        check_values(press.bundle.form(form), filled)  # so that no number is taken in vain
        serial, number = self._number(loaded, form, press=press, issuer=issuer)
        document = self._make(loaded, form, filled, press, issuer, number, format)
        return self._keep(loaded, document, press=press, serial=serial)

    def of_case(self, case: str | CaseView) -> tuple[Paper, ...]:
        """Return the documents of a case, the withdrawn ones too, in the order of issue."""
        return tuple(self._store.of_case(case_id(case)))

    def fetch(self, case: str | CaseView, paper: str) -> bytes:
        """Return the bytes of a document, exactly as it was issued.

        Raises:
            CommandRefused: there is no such document, or its content was erased.
            StoreError: the bytes are not those that were issued.
        """
        found = self._paper(case, paper)
        data = None if found.reference is None else self._store.contents.get(found.reference)
        if data is None:
            raise CommandRefused(f"the content of document {found.number or paper} was erased")
        if hashlib.sha256(data).hexdigest() != found.digest:
            raise StoreError(
                f"document {found.number or paper} was changed behind the back of caseflow"
            )
        return data

    def withdraw(self, case: str | CaseView, paper: str, *, reason: str) -> Paper:
        """Declare a document void, on record; its number is not given again.

        Raises:
            CommandRefused: there is no such document, or it is void already.
        """
        found = self._paper(case, paper)
        if found.withdrawn_at is not None:
            raise CommandRefused(f"document {found.number or paper} is withdrawn already")
        self._cases.change(
            found.case,
            lambda at: WithdrawDocument(
                at=at,
                actor=self._cases.actor,
                document=found.id,
                number=found.number,
                reason=reason,
            ),
        )
        self._store.withdraw(found, at=self._cases.now(), reason=reason)
        return self._paper(found.case, paper)

    def erase(self, case: str | CaseView, paper: str) -> Paper:
        """Delete what a document says; that it was issued, and its digest, stay on record.

        Raises:
            CommandRefused: there is no such document.
        """
        self._cases.check_may_write()
        self._store.erase(self._paper(case, paper))
        return self._paper(case, paper)

    def missing(self, case: str | CaseView, archive: Archive) -> tuple[tuple[str, ...], ...]:
        """Return which forms the file of a case still lacks: one of each.

        What the diagram of the case declares mandatory is wanted besides.
        """
        loaded = self._cases.stores.cases.load(case_id(case))
        valid = {paper.form for paper in self.of_case(case) if paper.withdrawn_at is None}
        missing = archive.missing(valid, outcome=loaded.outcome)
        declared = (form for form in self._mandatory(loaded) if form not in valid)
        return (*missing, *((form,) for form in declared if (form,) not in missing))

    def _mandatory(self, case: Case) -> tuple[str, ...]:
        """Return the forms that the process of a case declares, always and for its outcome."""
        stored = self._cases.stores.processes.version(case.process.id, case.process.version)
        is_plain = b"\0" not in stored.diagram  # in UTF-16 it stands otherwise
        if is_plain and b"mandatory" not in stored.diagram:  # reading a diagram takes long
            return ()
        diagram = read_diagram(stored.diagram, file=stored.file)
        process = next(one for one in diagram.processes if one.id == stored.id)
        ends = (
            node.behaviour
            for node in process.scope.nodes.values()
            if isinstance(node.behaviour, EndEvent) and node.behaviour.outcome == case.outcome
        )
        wanted = (*process.mandatory, *(form for end in ends for form in end.mandatory))
        return tuple(dict.fromkeys(wanted))

    def _number(
        self, case: Case, form: str, *, press: Press, issuer: Issuer
    ) -> tuple[Serial | None, str]:
        rule = press.bundle.form(form).rule
        if rule is None:
            return None, ""
        year = self._cases.now().astimezone(self._cases.calendar.zone).year
        unit = case.unit if issuer.unit is None else issuer.unit
        serial = self._store.next_serial(rule.series, unit=unit, year=year)
        return serial, rule.number(year=year, mark=issuer.mark, number=serial.serial)

    def _make(  # noqa: PLR0913, PLR0917 - only `issue` calls it
        self,
        case: Case,
        form: str,
        values: Values,
        press: Press,
        issuer: Issuer,
        number: str,
        format: Format | None,  # noqa: A002
    ) -> Document:
        particulars = Particulars(
            organ=issuer.organ,
            issued_at=self._cases.now(),
            number=number,
            case=case.id,
            business_key=case.business_key,
        )
        return press.make(form, values, particulars, format=format)

    def _keep(
        self, case: Case, document: Document, *, press: Press, serial: Serial | None
    ) -> Paper:
        paper = Paper(
            id=self._cases.new_id(),
            case=case.id,
            form=document.form,
            title=document.title,
            number=document.number,
            media_type=document.format.value,
            digest=document.digest,
            template=press.bundle.digest,
            reference=self._store.contents.put(document.data, digest=document.digest),
            issued_at=self._cases.now(),
            issued_by=self._cases.actor,
        )
        self._cases.change(
            case.id,
            lambda at: RecordDocument(
                at=at,
                actor=self._cases.actor,
                document=paper.id,
                form=paper.form,
                number=paper.number,
                media_type=paper.media_type,
                digest=paper.digest,
                template=paper.template,
            ),
        )
        self._store.add(paper, serial)
        return paper

    def _paper(self, case: str | CaseView, paper: str) -> Paper:
        found = self._store.get(case_id(case), paper)
        if found is None:
            raise CommandRefused(f"case {case_id(case)} has no document {paper}")
        return found
