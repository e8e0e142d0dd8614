"""What stands in forms.toml, and what is said where it is wrong."""

from __future__ import annotations

import pytest

from caseflow.documents import Archive, Bundle, Field, Form, Kind, NumberRule, make_bundle
from caseflow.errors import FormRefused

FILES = {"a.html": b"<p>{{ name }}</p>", "a.docx": b"PK", "b.txt": b"{{ name }}"}
FORMS = """
[forms.letter]
title = "函"
template = "a.html"
docx = "a.docx"
series = "letters"
number = "{mark}函〔{year}〕{number}号"
fields.name = { label = "姓名" }
fields.born_on = { label = "出生日期", kind = "day", required = false }

[forms.message]
title = "短信"
template = "b.txt"

[archives.request]
always = ["letter", ["message", "letter"]]
[archives.request.outcomes]
agreed = ["message"]
"""


def bundle(text: str = FORMS) -> Bundle:
    return make_bundle(text.encode(), FILES)


def test_a_form_is_read_whole() -> None:
    assert bundle().form("letter") == Form(
        id="letter",
        title="函",
        template="a.html",
        docx="a.docx",
        rule=NumberRule(series="letters", pattern="{mark}函〔{year}〕{number}号"),
        fields=(
            Field(name="name", label="姓名"),
            Field(name="born_on", label="出生日期", kind=Kind.DAY, is_required=False),
        ),
    )


def test_a_number_is_printed_by_its_pattern() -> None:
    rule = NumberRule(series="s", pattern="（{year}）{mark}调字第{number}号{{year}}{other}")

    assert rule.number(year=2026, mark="云{number}", number=17) == (
        "（2026）云{number}调字第17号{2026}{other}"
    )


def test_the_digest_covers_every_byte() -> None:
    whole = bundle().digest

    assert bundle().digest == whole
    assert bundle(FORMS + "\n").digest != whole
    assert make_bundle(FORMS.encode(), {**FILES, "b.txt": b"{{ name }}!"}).digest != whole
    assert make_bundle(FORMS.encode(), {**FILES, "c.css": b""}).digest != whole


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "函"\n', "", "form letter: title is missing"),
        ('"a.html"', '"z.html"', "form letter: there is no file z.html"),
        ('"a.docx"', '"z.docx"', "form letter: there is no file z.docx"),
        ("series =", "serie =", "form letter: serie: unknown"),
        ("{number}号", "号", "its number has no place for {number}"),
        ('kind = "day"', 'kind = "date"', "field born_on: kind 'date' is none of text, long"),
        ('label = "姓名"', 'lable = "姓名"', "field name: lable: unknown"),
        ('["message", "letter"]', '["letters"]', "its archive asks for letters, which is no form"),
        ("[forms.letter]", "[forms.letter", "forms.toml: "),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, told: str) -> None:
    with pytest.raises(FormRefused) as refusal:
        bundle(FORMS.replace(old, new, 1))

    assert told in str(refusal.value)


def test_a_form_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(FormRefused, match="form memo: there is none; there are letter, message"):
        bundle().form("memo")


def test_an_archive_says_what_is_missing() -> None:
    archive = bundle().archives["request"]

    assert archive == Archive(
        always=(("letter",), ("message", "letter")), by_outcome={"agreed": (("message",),)}
    )
    assert archive.missing({"letter"}, outcome="failed") == ()
    assert archive.missing({"letter"}, outcome="agreed") == (("message",),)
    assert archive.missing(set(), outcome="") == (("letter",), ("message", "letter"))
