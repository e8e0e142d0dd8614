"""Commands on the documents of cases: issuing, listing, fetching and withdrawing them."""

from __future__ import annotations

import argparse
from pathlib import Path

from caseflow.cli.arguments import STANDARD, Arguments, add_variables, variables_of
from caseflow.cli.command import Command
from caseflow.cli.documents import Document
from caseflow.cli.failures import Exit, Misused
from caseflow.cli.moments import iso, local
from caseflow.cli.output import Cell, Column, Style, Table
from caseflow.cli.references import add_case, find_case
from caseflow.cli.session import Session
from caseflow.documents import Format, Press, read_bundle
from caseflow.engine import Issuer, Paper, Work
from caseflow.library import process_library

FORMATS = {"html": Format.HTML, "text": Format.TEXT, "pdf": Format.PDF, "docx": Format.DOCX}


def _add_forms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--forms",
        metavar="FOLDER",
        default=str(process_library() / "documents"),
        help="where the forms are; default: those that ship",
    )


def _press(arguments: Arguments) -> Press:
    return Press(read_bundle(arguments.get("forms", str)))


def _forms(session: Session, arguments: Arguments) -> Exit:
    bundle = _press(arguments).bundle
    if session.out.is_json:
        forms = [
            {
                "id": form.id,
                "title": form.title,
                "number": form.rule.pattern if form.rule else None,
                "fields": [
                    {
                        "name": one.name,
                        "label": one.label,
                        "kind": one.kind.value,
                        "is_required": one.is_required,
                    }
                    for one in form.fields
                ],
            }
            for form in bundle.forms.values()
        ]
        session.out.document({"forms": forms, "digest": bundle.digest})
        return Exit.OK
    names = (Column(name="Form", is_whole=True), Column(name="Title"), Column(name="Needs"))
    rows = [
        (form.id, form.title, ", ".join(one.name for one in form.fields if one.is_required))
        for form in bundle.forms.values()
    ]
    session.out.table(Table(columns=names, rows=rows))
    return Exit.OK


def _configure_issue(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("form", metavar="FORM", help="the id of a form, as `caseflow forms` says")
    parser.add_argument("--organ", required=True, metavar="NAME", help="who issues it")
    parser.add_argument("--mark", default="", metavar="NAME", help="its short name in the number")
    parser.add_argument("--unit", metavar="UNIT", help="whose numbers; default: the case's unit")
    parser.add_argument(
        "--format", choices=sorted(FORMATS), help="default: as the form is written"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the document there as well")
    _add_forms(parser)
    add_variables(parser)


def _issue(session: Session, arguments: Arguments) -> Exit:
    values, press = variables_of(arguments), _press(arguments)
    wanted = arguments.maybe("format", str)
    output = arguments.maybe("output", str)
    with session.work() as work:
        case = find_case(work, arguments.get("case", str))
        paper = work.papers.issue(
            case,
            arguments.get("form", str),
            press=press,
            issuer=Issuer(
                organ=arguments.get("organ", str),
                mark=arguments.get("mark", str),
                unit=arguments.maybe("unit", str),
            ),
            values=values,
            format=None if wanted is None else FORMATS[wanted],
        )
        data = work.papers.fetch(case, paper.id)
    if output is not None:
        _write(session, output, data)
    elif session.out.is_json:
        session.out.document(paper_document(paper))
    else:
        session.out.line(f"{paper.title} {paper.number}".rstrip() + f": {paper.id}")
    return Exit.OK


def _papers(session: Session, arguments: Arguments) -> Exit:
    with session.view() as work:
        papers = work.papers.of_case(find_case(work, arguments.get("case", str)))
    if session.out.is_json:
        session.out.document({"papers": [paper_document(paper) for paper in papers]})
    elif papers:
        session.out.table(_table(papers))
    else:
        session.out.note("no documents")
    return Exit.OK


def _table(papers: tuple[Paper, ...]) -> Table:
    return Table(
        columns=(
            Column(name="Document", is_whole=True),
            Column(name="Title"),
            Column(name="Number", is_whole=True),
            Column(name="Issued", is_whole=True),
            Column(name="By", is_extra=True),
            Column(name="State"),
        ),
        rows=[
            (
                paper.id,
                paper.title,
                paper.number,
                local(paper.issued_at),
                paper.issued_by,
                _state(paper),
            )
            for paper in papers
        ],
    )


def _state(paper: Paper) -> str | Cell:
    if paper.withdrawn_at is not None:
        return Cell(text=f"withdrawn: {paper.reason}", style=Style.BAD)
    return "erased" if paper.reference is None else ""


def _configure_paper(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("paper", metavar="DOCUMENT", help="its id or its number")
    parser.add_argument("-o", "--output", metavar="FILE", default=STANDARD, help="default: print")


def _paper(session: Session, arguments: Arguments) -> Exit:
    with session.view() as work:
        case = find_case(work, arguments.get("case", str))
        data = work.papers.fetch(case, _find(work, case, arguments.get("paper", str)))
    _write(session, arguments.get("output", str), data)
    return Exit.OK


def _configure_withdraw(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("paper", metavar="DOCUMENT", help="its id or its number")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays on record")


def _withdraw(session: Session, arguments: Arguments) -> Exit:
    with session.work() as work:
        case = find_case(work, arguments.get("case", str))
        paper = work.papers.withdraw(
            case,
            _find(work, case, arguments.get("paper", str)),
            reason=arguments.get("reason", str),
        )
    session.out.line(f"{paper.title} {paper.number}".rstrip() + " is void")
    return Exit.OK


def _find(work: Work, case: str, text: str) -> str:
    """Return the id of the document that goes by a text. Raises Misused."""
    found = [one.id for one in work.papers.of_case(case) if text in (one.id, one.number)]
    if len(found) != 1:
        raise Misused(f"no document of case {case} goes by {text!r}: `caseflow papers` lists them")
    return found[0]


def _write(session: Session, file: str, data: bytes) -> None:
    if file == STANDARD:
        session.out.file(data)
    else:
        Path(file).write_bytes(data)
        session.out.note(f"{file}: {len(data)} bytes")


def paper_document(paper: Paper) -> Document:
    """Return a document that was issued, without its content."""
    return {
        "id": paper.id,
        "case": paper.case,
        "form": paper.form,
        "title": paper.title,
        "number": paper.number,
        "media_type": paper.media_type,
        "digest": paper.digest,
        "template": paper.template,
        "issued_at": iso(paper.issued_at),
        "issued_by": paper.issued_by,
        "withdrawn_at": iso(paper.withdrawn_at),
        "reason": paper.reason,
        "is_erased": paper.reference is None,
    }


COMMANDS = (
    Command(
        name="forms",
        help="list the forms of documents and what they need",
        example="caseflow forms",
        configure=_add_forms,
        run=_forms,
        prints_tables=True,
    ),
    Command(
        name="issue",
        help="make a document of a case, give it its number and put it on record",
        example="caseflow issue 2026-0017 mediation_agreement --organ 青山镇人民调解委员会 "
        "--mark 云 --format pdf -o agreement.pdf",
        configure=_configure_issue,
        run=_issue,
    ),
    Command(
        name="papers",
        help="list the documents of a case",
        example="caseflow papers 2026-0017",
        configure=add_case,
        run=_papers,
        prints_tables=True,
    ),
    Command(
        name="paper",
        help="get a document exactly as it was issued",
        example="caseflow paper 2026-0017 （2026）云调字第17号 -o agreement.pdf",
        configure=_configure_paper,
        run=_paper,
    ),
    Command(
        name="withdraw",
        help="declare a document void, on record",
        example='caseflow withdraw 2026-0017 （2026）云调字第17号 --reason "wrong name"',
        configure=_configure_withdraw,
        run=_withdraw,
    ),
)
