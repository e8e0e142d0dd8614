"""Every shipped form is filled with sample data and says what it should, in every format."""

from __future__ import annotations

import importlib
import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from tests.unit.documents.samples import NUMBERS, SAMPLES, particulars

from caseflow.documents import Bundle, Document, Format, Kind, Press, read_bundle
from caseflow.errors import DocumentRefused
from caseflow.library import process_library

BUNDLE = read_bundle(process_library() / "documents")
PRESS = Press(BUNDLE)
PAGES = sorted(name for name, form in BUNDLE.forms.items() if form.template.endswith(".html"))
WRITTEN = sorted(name for name, form in BUNDLE.forms.items() if form.docx is not None)
ASKED = {
    *("mediation_application", "acceptance_register", "rights_notice", "identity_papers"),
    *("power_of_attorney", "inquiry_record", "evidence_list", "mediation_record"),
    *("mediation_agreement", "oral_agreement_register", "performance_proof", "revisit_record"),
    *("confirmation_application", "file_note", "file_back", "file_cover", "file_contents"),
    *("termination_notice", "delegation_letter", "refusal_letter"),
    *("summons", "sign_in_receipt", "supervision_letter", "reminder_notice"),
    *("notice_letter", "reminder_message"),
}
"""The forms of people's mediation and of its file, then those of whistle and supervision."""


class Text(HTMLParser):
    """The text of a page, without white space and without its style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._skipped = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self._skipped = tag if tag in {"style", "title"} else self._skipped

    def handle_endtag(self, tag: str) -> None:
        self._skipped = "" if tag == self._skipped else self._skipped

    def handle_data(self, data: str) -> None:
        self._parts.append("" if self._skipped else data)

    def __str__(self) -> str:
        return re.sub(r"\s", "", "".join(self._parts))


def made(name: str, format: Format | None = None) -> Document:  # noqa: A002
    """A form filled with its sample."""
    rule = BUNDLE.form(name).rule
    number = rule.number(year=2026, mark="云", number=NUMBERS.get(name, 5)) if rule else ""
    return PRESS.make(name, SAMPLES[name], particulars(name, number), format=format)


def test_the_library_has_the_forms_that_are_asked_for() -> None:
    assert set(BUNDLE.forms) == ASKED
    assert set(SAMPLES) == ASKED


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_what_it_was_given(name: str) -> None:
    document = made(name)
    text = str(Text(document.data.decode()))

    given = SAMPLES[name]
    expected = [
        re.sub(r"\s", "", value)
        for field in BUNDLE.form(name).fields
        if field.kind is Kind.TEXT
        for value in [given.get(field.name)]
        if isinstance(value, str) and value not in {"agreed", "daily"}
    ]
    assert [value for value in expected if value not in text] == []
    assert document.number in text
    assert not re.search(r"None|Undefined|\{\{|\{%|<macro", text)


@pytest.mark.parametrize(
    "field", [(name, one.name) for name in PAGES for one in BUNDLE.form(name).fields][::7]
)
def test_a_required_field_that_is_missing_is_named(field: tuple[str, str]) -> None:
    name, missing = field
    values = {key: value for key, value in SAMPLES[name].items() if key != missing}
    asked = next(one for one in BUNDLE.form(name).fields if one.name == missing)

    if asked.is_required:
        with pytest.raises(DocumentRefused, match=re.escape(f"{asked.label} ({missing})")):
            PRESS.make(name, values, particulars(name))
    else:
        PRESS.make(name, values, particulars(name))


def test_a_message_is_plain_text() -> None:
    assert made("reminder_message").data.decode() == (
        "【云溪县社会治理中心】县水务局联络员：下坝村公共排水沟清障事项（云哨〔2026〕9号）"
        "应于2026年3月23日18时00分前办结，尚未收到办理结果。请及时办理并反馈，"
        "如需延期请在到期前申请。\n"
    )


def needs_weasyprint() -> None:
    """Skip where WeasyPrint or the system libraries that it needs are not on this machine."""
    try:
        importlib.import_module("weasyprint")
    except (ImportError, OSError) as failure:
        pytest.skip(f"WeasyPrint does not work here: {failure}")


def pdf_of(name: str) -> Document:
    """A form as PDF; skipped where what makes it is not on this machine."""
    needs_weasyprint()
    return made(name, Format.PDF)


@pytest.mark.parametrize("name", ["mediation_agreement", "summons", "supervision_letter"])
@pytest.mark.slow
def test_the_text_of_a_pdf_is_the_text_of_the_page(name: str) -> None:
    pypdf = pytest.importorskip("pypdf")
    pages = pypdf.PdfReader(BytesIO(pdf_of(name).data)).pages
    found = "".join(page.extract_text() for page in pages)

    footers = re.sub(r"—\s*\d+\s*—", "", found)
    assert sorted(re.sub(r"\s", "", footers)) == sorted(str(Text(made(name).data.decode())))


@pytest.mark.slow
def test_equal_documents_have_equal_digests() -> None:
    assert pdf_of("notice_letter").digest == pdf_of("notice_letter").digest


@pytest.mark.parametrize("name", WRITTEN)
def test_a_form_in_word_shows_what_it_was_given(name: str) -> None:
    docx = pytest.importorskip("docx")

    document = docx.Document(BytesIO(made(name, Format.DOCX).data))

    (table,) = document.tables
    cells = {row.cells[0].text: row.cells[1].text for row in table.rows}
    form = BUNDLE.form(name)
    assert list(cells) == [field.label for field in form.fields]
    assert form.title in [paragraph.text for paragraph in document.paragraphs]
    assert "赵春生" in " ".join(cells.values()) or name == "file_note"


def test_what_is_entered_is_no_markup_in_word() -> None:
    docx = pytest.importorskip("docx")
    given = {**SAMPLES["file_note"], "filed_by": "<w:p/>{{ 7 * 7 }} & 李"}

    made_of = PRESS.make("file_note", given, particulars("file_note"), format=Format.DOCX)

    (table,) = docx.Document(BytesIO(made_of.data)).tables
    assert "<w:p/>{{ 7 * 7 }} & 李" in [row.cells[1].text for row in table.rows]


def test_a_form_without_a_word_template_says_so() -> None:
    with pytest.raises(DocumentRefused, match="summons has no DOCX template"):
        made("summons", Format.DOCX)


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "/etc/passwd",
        "http://localhost:1/x.png",
        "//localhost:1/x.png",
        "data:image/png;base64,AAAA",
        "bundle:///../../../etc/passwd",
        "ftp://localhost/x",
    ],
)
def test_a_page_gets_no_file_but_those_of_its_bundle(address: str, tmp_path: Path) -> None:
    needs_weasyprint()
    (tmp_path / "page.html").write_text(f'<img src="{address}"><p>{{{{ name }}}}</p>')
    (tmp_path / "forms.toml").write_text('[forms.f]\ntitle = "F"\ntemplate = "page.html"\n')
    bundle: Bundle = read_bundle(tmp_path)

    with pytest.raises(DocumentRefused, match="is no file of the bundle"):
        Press(bundle).make("f", {"name": "li"}, particulars("f"), format=Format.PDF)
