"""Documents of cases on each database: numbers, digests, withdrawal, and where the bytes are."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.contract.diagrams import one_task

from caseflow.documents import Archive, Format, Press, make_bundle
from caseflow.engine import AsyncEngine, CaseView, Engine, Issuer, Paper
from caseflow.errors import CommandRefused, DocumentRefused, FormRefused, StoreError, TryAgain
from caseflow.kernel import DocumentIssued, DocumentWithdrawn
from caseflow.testing import BEGINNING, Caseflow, FakeClock

FORMS = """
[forms.letter]
title = "函"
template = "letter.html"
series = "letters"
number = "（{year}）{mark}函字第{number}号"
fields.name = { label = "姓名" }

[forms.note]
title = "便条"
template = "note.txt"

[forms.broken]
title = "坏"
template = "broken.html"
series = "letters"
number = "{number}"
"""
FILES = {
    "letter.html": "{{ paper.organ }} {{ paper.number }} {{ name }}，{{ paper.issued_at | day }}",
    "note.txt": "{{ case.business_key }}: {{ name }}",
    "broken.html": "{{ missing }}",
}
BUNDLE = make_bundle(FORMS.encode(), {name: one.encode() for name, one in FILES.items()})
PRESS = Press(BUNDLE)
ISSUER = Issuer(organ="云溪县", mark="云")


@pytest.fixture
def flow(database_url: str) -> Iterator[Caseflow]:
    """An engine on each kind of database; its other face reaches all this with `call`."""
    made = Caseflow(target=database_url)
    yield made
    made.close()


def started(flow: Caseflow, **variables: object) -> CaseView:
    flow.deploy({"request.bpmn": one_task()})
    with flow.engine.begin(actor="li") as work:
        return work.start(
            "request", business_key="2026-1", unit="yunxi", variables={"name": "王", **variables}
        )


def issued(flow: Caseflow, case: CaseView, form: str = "letter", **more: str) -> Paper:
    with flow.engine.begin(actor="li") as work:
        return work.papers.issue(
            case, form, press=PRESS, issuer=Issuer(organ="云溪县", mark="云", **more)
        )


def test_a_document_is_made_from_the_case_file_and_put_on_record(flow: Caseflow) -> None:
    case = started(flow)

    paper = issued(flow, case)

    with flow.engine.read() as work:
        data = work.papers.fetch(case, paper.id)
        papers = work.papers.of_case(case)
        last = work.history(case)[-1]
        work.verify(case)
        work.records.replay(case)
    assert data.decode() == "云溪县 （2026）云函字第1号 王，2026年3月2日"
    assert papers == (paper,)
    assert paper == Paper(
        id=paper.id,
        case=case.id,
        form="letter",
        title="函",
        number="（2026）云函字第1号",
        media_type="text/html; charset=utf-8",
        digest=hashlib.sha256(data).hexdigest(),
        template=BUNDLE.digest,
        reference=paper.digest,
        issued_at=BEGINNING,
        issued_by="li",
    )
    assert (last.actor, last.event) == (
        "li",
        DocumentIssued(
            document=paper.id,
            form="letter",
            number=paper.number,
            media_type=paper.media_type,
            digest=paper.digest,
            template=BUNDLE.digest,
        ),
    )


def test_values_of_the_call_come_before_the_case_file(flow: Caseflow) -> None:
    case = started(flow)

    with flow.engine.begin() as work:
        paper = work.papers.issue(
            case, "note", press=PRESS, issuer=ISSUER, values={"name": "somebody else"}
        )
        data = work.papers.fetch(case, paper.id)

    assert (data, paper.number) == (b"2026-1: somebody else", "")


def test_numbers_run_by_unit_and_by_year_of_the_office(flow: Caseflow) -> None:
    case = started(flow)
    numbers = [issued(flow, case).number, issued(flow, case, unit="other").number]

    flow.clock.move(datetime(2026, 12, 31, 15, 59, tzinfo=UTC) - flow.clock.now())
    numbers.append(issued(flow, case).number)
    flow.clock.move(timedelta(minutes=1))  # midnight in China
    numbers.append(issued(flow, case).number)

    assert numbers == [
        "（2026）云函字第1号",
        "（2026）云函字第1号",
        "（2026）云函字第2号",
        "（2027）云函字第1号",
    ]


def test_a_number_that_is_rolled_back_is_given_again(flow: Caseflow) -> None:
    case = started(flow)

    roll_back(flow.engine, case.id)
    for form, refusal in (("broken", DocumentRefused), ("nothing", FormRefused)):
        with pytest.raises(refusal), flow.engine.begin() as work:
            work.papers.issue(case, form, press=PRESS, issuer=ISSUER)

    assert issued(flow, case).number == "（2026）云函字第1号"
    with flow.engine.read() as work:
        assert len(work.papers.of_case(case)) == 1


def test_a_withdrawn_document_stays_on_record_and_keeps_its_number(flow: Caseflow) -> None:
    case = started(flow)
    paper = issued(flow, case)

    with flow.engine.begin(actor="wang") as work:
        void = work.papers.withdraw(case, paper.id, reason="wrong name")
        with pytest.raises(CommandRefused, match="（2026）云函字第1号 is withdrawn already"):
            work.papers.withdraw(case, paper.id, reason="again")

    with flow.engine.read() as work:
        assert work.history(case)[-1].event == DocumentWithdrawn(
            document=paper.id, number=paper.number, reason="wrong name"
        )
        assert work.papers.fetch(case, paper.id) != b""
    assert (void.withdrawn_at, void.reason) == (BEGINNING, "wrong name")
    assert issued(flow, case).number == "（2026）云函字第2号"


def test_a_case_that_is_over_still_gets_documents(flow: Caseflow) -> None:
    case = started(flow)
    with flow.engine.begin() as work:
        over = work.complete(work.tasks(case=case).one(), person="li")

    issued(flow, case)

    with flow.engine.read() as work:
        assert work.case(case).ended_at == over.ended_at
        work.verify(case)


def test_the_archive_says_which_documents_are_missing(flow: Caseflow) -> None:
    case = started(flow)
    archive = Archive(always=(("letter", "broken"), ("note",)))
    paper = issued(flow, case)

    with flow.engine.begin() as work:
        missing = [work.papers.missing(case, archive)]
        work.papers.withdraw(case, paper.id, reason="void")
        missing.append(work.papers.missing(case, archive))

    assert missing == [(("note",),), (("letter", "broken"), ("note",))]


def test_an_erased_document_is_gone_but_stays_on_record(flow: Caseflow) -> None:
    case = started(flow)
    first, twin = issued(flow, case, "note"), issued(flow, case, "note")

    with flow.engine.begin() as work:
        erased = work.papers.erase(case, first.id)
        assert work.papers.fetch(case, twin.id) == b"2026-1: \xe7\x8e\x8b"
        work.papers.erase(case, twin.id)

    with flow.engine.read() as work, pytest.raises(CommandRefused, match="was erased"):
        work.papers.fetch(case, twin.id)
    assert (erased.digest, erased.reference) == (first.digest, None)


def test_bytes_that_were_exchanged_are_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    flow = Caseflow(target=url)
    case = started(flow)
    paper = issued(flow, case)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE caseflow_paper_contents SET data = X'00'"))
    engine.dispose()

    with (
        flow.engine.read() as work,
        pytest.raises(StoreError, match="（2026）云函字第1号 was changed behind the back"),
    ):
        work.papers.fetch(case, paper.id)
    flow.close()


def test_unknown_documents_and_readers_are_refused(flow: Caseflow) -> None:
    case = started(flow)

    with flow.engine.read() as work:
        with pytest.raises(CommandRefused, match="has no document x"):
            work.papers.fetch(case, "x")
        with pytest.raises(CommandRefused, match="for looking only"):
            work.papers.issue(case, "note", press=PRESS, issuer=ISSUER)


class Shelf:
    """Bytes that a host keeps by itself."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, data: bytes, *, digest: str) -> str:
        self.kept[f"shelf/{digest}"] = data
        return f"shelf/{digest}"

    def get(self, reference: str) -> bytes | None:
        return self.kept.get(reference)

    def erase(self, reference: str) -> None:
        del self.kept[reference]


def test_a_host_keeps_the_bytes_where_it_likes(database_url: str) -> None:
    shelf = Shelf()
    with Engine(database_url, contents=shelf, clock=FakeClock(BEGINNING)) as engine:
        engine.deploy({"request.bpmn": one_task()})
        with engine.begin() as work:
            case = work.start("request", variables={"name": "li"})
            paper = work.papers.issue(case, "letter", press=PRESS, issuer=ISSUER)
            data = work.papers.fetch(case, paper.id)
            kept = dict(shelf.kept)
            work.papers.erase(case, paper.id)

    assert kept == {f"shelf/{paper.digest}": data}
    assert shelf.kept == {}


@pytest.mark.parametrize("kind", ["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_numbers_have_no_gaps_however_many_ask_at_once(
    kind: str, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue(f"{kind}_url"))
    people, each = 4, 6
    start = threading.Barrier(people)
    troubles: list[str] = []
    with Engine(url, clock=FakeClock(BEGINNING)) as engine:
        engine.deploy({"request.bpmn": one_task()})
        with engine.begin() as work:
            cases = [
                work.start("request", unit="yunxi", variables={"name": "li"}).id
                for _ in range(people)
            ]

        def ask(person: int) -> None:
            start.wait()
            for number in range(each):
                while not issue(engine, cases[person], fails=(number + person) % 3 == 0):
                    troubles.append("again")

        threads = [threading.Thread(target=ask, args=(person,)) for person in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        with engine.read() as work:
            numbers = [paper.number for case in cases for paper in work.papers.of_case(case)]
            for case in cases:
                work.verify(case)
    assert sorted(numbers) == sorted(
        f"（2026）云函字第{number}号" for number in range(1, people * each + 1)
    )


def issue(engine: Engine, case: str, *, fails: bool) -> bool:
    """Issue a letter, where it is so after one that is rolled back; False where to try again."""
    try:
        if fails:
            roll_back(engine, case)
        with engine.begin() as work:
            work.papers.issue(case, "letter", press=PRESS, issuer=ISSUER)
    except TryAgain:
        return False
    return True


def roll_back(engine: Engine, case: str) -> None:
    """Issue a letter in a unit of work that comes to nothing."""
    with suppress(_Undone), engine.begin() as work:
        work.papers.issue(case, "letter", press=PRESS, issuer=ISSUER)
        raise _Undone


class _Undone(Exception):
    """What ends a unit of work."""


def test_the_other_face_issues_documents_as_well(tmp_path: Path) -> None:
    async def issuing() -> tuple[Paper, ...]:
        url = f"sqlite:///{tmp_path / 'cases.db'}"
        async with AsyncEngine(url, clock=FakeClock(BEGINNING)) as engine:
            await engine.deploy({"request.bpmn": one_task()})
            async with engine.begin() as work:
                case = await work.start("request", variables={"name": "li"})
                await work.call(
                    lambda work: work.papers.issue(case, "letter", press=PRESS, issuer=ISSUER)
                )
                return await work.call(lambda work: work.papers.of_case(case))

    (paper,) = asyncio.run(issuing())
    assert paper.number == "（2026）云函字第1号"


def test_formats_are_refused_where_the_form_has_none(flow: Caseflow) -> None:
    case = started(flow)
    asked: Mapping[Format, str] = {
        Format.DOCX: "letter has no DOCX template",
        Format.TEXT: "letter is written in text/html; charset=utf-8",
    }

    for format_, told in asked.items():
        with flow.engine.begin() as work, pytest.raises(DocumentRefused, match=told):
            work.papers.issue(case, "letter", press=PRESS, issuer=ISSUER, format=format_)

    assert issued(flow, case).number in {"（2026）云函字第1号", "（2026）云函字第3号"}
