"""Reading parameter files: what is accepted, what is refused, and on which line."""

from __future__ import annotations

from decimal import Decimal

import pytest

from caseflow.errors import Finding, ParametersRefused, Severity
from caseflow.model import CalendarKind, Limit, ParameterSet
from caseflow.parameters import read_parameters

GOOD = """\
[sets.yuxi-default.limits.sign_in]
span = "1 h"
kind = "WH"
outside = "sign_in_outside_hours"
label = "签收 Sign in"
source = "[F:W-NJGL] 1 h"

[sets.yuxi-default.limits.sign_in_outside_hours]
span = "2 h"
kind = "CLK"
label = "非工作时间签收 Sign in outside office hours"
source = "[D]"

[sets.yuxi-default.limits."签收提醒"]
of = "sign_in"
share = "0.5"
label = "签收提醒 Reminder"
source = "[D] half time"

[sets.yuxi-default.values]
max_rework = { value = 2, label = "返工 Rework", source = "[D]" }

[sets.beijing]
extends = "yuxi-default"

[sets.beijing.limits.sign_in]
span = "30 min"
kind = "CLK"
label = "签收 Sign in"
source = "[F*:W-BJ24H1]"
"""

SIGN_IN = Limit(
    name="sign_in",
    kind=CalendarKind.WH,
    amount=60,
    outside="sign_in_outside_hours",
    label="签收 Sign in",
    source="[F:W-NJGL] 1 h",
)
OUTSIDE = Limit(
    name="sign_in_outside_hours",
    kind=CalendarKind.CLK,
    amount=120,
    label="非工作时间签收 Sign in outside office hours",
    source="[D]",
)
REMINDER = Limit(
    name="签收提醒",
    kind=CalendarKind.WH,
    amount=60,
    of="sign_in",
    share=Decimal("0.5"),
    outside="sign_in_outside_hours",
    label="签收提醒 Reminder",
    source="[D] half time",
)


def limit_file(span: str, kind: str) -> str:
    return (
        f'[sets.s.limits.x]\nspan = "{span}"\nkind = "{kind}"\n'
        'label = "X"\nsource = "[K: 民法典 Art.202]"\n'
    )


def value_file(value: str) -> str:
    return f'[sets.s.values]\nx = {{ value = {value}, label = "X", source = "[S]" }}\n'


def findings(text: str) -> tuple[Finding, ...]:
    with pytest.raises(ParametersRefused) as refusal:
        read_parameters(text, file="p.toml")
    return refusal.value.findings


def briefly(text: str) -> list[tuple[int, str, str]]:
    """Line, element and rule of every finding."""
    return [(finding.line, finding.element, finding.rule) for finding in findings(text)]


def test_a_set_holds_its_limits_and_values() -> None:
    sets = read_parameters(GOOD, file="p.toml")

    assert dict(sets)["yuxi-default"] == ParameterSet(
        name="yuxi-default",
        limits={"sign_in": SIGN_IN, "sign_in_outside_hours": OUTSIDE, "签收提醒": REMINDER},
        values={"max_rework": 2},
    )


def test_a_set_that_extends_another_holds_all_of_it_and_a_share_follows_what_it_replaces() -> None:
    beijing = read_parameters(GOOD, file="p.toml")["beijing"]

    sign_in = Limit(
        name="sign_in",
        kind=CalendarKind.CLK,
        amount=30,
        label="签收 Sign in",
        source="[F*:W-BJ24H1]",
    )
    reminder = Limit(
        name="签收提醒",
        kind=CalendarKind.CLK,
        amount=30,
        of="sign_in",
        share=Decimal("0.5"),
        label="签收提醒 Reminder",
        source="[D] half time",
    )
    assert beijing == ParameterSet(
        name="beijing",
        limits={"sign_in": sign_in, "sign_in_outside_hours": OUTSIDE, "签收提醒": reminder},
        values={"max_rework": 2},
    )


def test_the_order_of_the_sets_does_not_matter() -> None:
    child, parent = GOOD.index("[sets.beijing]"), GOOD.index("[sets.yuxi")

    turned = GOOD[child:] + GOOD[parent:child]

    assert dict(read_parameters(turned, file="p.toml")) == dict(read_parameters(GOOD, file="p"))


@pytest.mark.parametrize(
    ("span", "kind", "amount"),
    [
        ("30 min", "CLK", 30),
        ("24 h", "CLK", 24 * 60),
        ("24h", "CLK", 24 * 60),
        ("4 h", "WH", 240),
        ("3 d", "CD", 3),
        ("10 d", "WD", 10),
        ("1 month", "CM", 1),
        ("6 months", "CM", 6),
        ("1 year", "CY", 1),
        ("2 years", "CY", 2),
    ],
)
def test_a_span_is_written_in_the_unit_of_its_kind(span: str, kind: str, amount: int) -> None:
    limit = read_parameters(limit_file(span, kind), file="p.toml")["s"].limits["x"]

    assert (limit.kind, limit.amount) == (CalendarKind(kind), amount)


@pytest.mark.parametrize(
    ("span", "kind"),
    [
        ("3 d", "CLK"),
        ("3 d", "WH"),
        ("72 h", "CD"),
        ("1 month", "CD"),
        ("1 year", "CM"),
        ("12 months", "CY"),
        ("1 h", "WD"),
        ("0 d", "WD"),
        ("-1 d", "WD"),
        ("1.5 h", "CLK"),
        ("99999 d", "CD"),
        ("３ d", "CD"),  # noqa: RUF001 - a full-width digit
        ("d", "CD"),
        ("P3D", "CD"),
    ],
)
def test_a_span_that_does_not_fit_its_kind_is_refused(span: str, kind: str) -> None:
    assert briefly(limit_file(span, kind)) == [(2, "sets.s.limits.x.span", "span")]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("2", 2),
        ("0.75", Decimal("0.75")),
        ('"0.75"', Decimal("0.75")),
        ('"-12.50"', Decimal("-12.50")),
        ('"12345"', "12345"),  # the hotline, not a number
        ('"1.2.3"', "1.2.3"),
        ('"红色"', "红色"),
        ('["a", 1, "0.5", [true]]', ("a", 1, Decimal("0.5"), (True,))),
    ],
)
def test_a_value_is_plain_data_and_a_fraction_is_exact(written: str, value: object) -> None:
    read = read_parameters(value_file(written), file="p.toml")["s"].values["x"]

    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("written", ["2026-01-01", "08:00:00", "{ a = 1 }", "[{ a = 1 }]", "inf"])
def test_a_value_that_a_case_could_not_keep_is_refused(written: str) -> None:
    assert briefly(value_file(written)) == [(2, "sets.s.values.x.value", "value")]


@pytest.mark.parametrize(
    "source", ["[S]", "[D]", "[F:L-XF Art.23]", "[F*:W-DB] weak", "first [D], later [K: 民法典]"]
)
def test_every_mark_of_evidence_is_accepted(source: str) -> None:
    text = limit_file("3 d", "CD").replace("[K: 民法典 Art.202]", source)

    assert read_parameters(text, file="p.toml")["s"].limits["x"].source == source


@pytest.mark.parametrize("source", ["D", "[X]", "[F:]", "[F: x]", "[K:]", "[K: ]", "[]", "[d]"])
def test_a_source_without_a_mark_of_evidence_is_refused(source: str) -> None:
    text = limit_file("3 d", "CD").replace("[K: 民法典 Art.202]", source)

    assert briefly(text) == [(5, "sets.s.limits.x.source", "source-mark")]


def test_a_finding_says_where_what_and_what_to_do() -> None:
    text = GOOD.replace('kind = "WH"', 'kind = "WHO"')

    assert findings(text) == (
        Finding(
            rule="kind",
            severity=Severity.ERROR,
            file="p.toml",
            line=3,
            element="sets.yuxi-default.limits.sign_in.kind",
            message="“WHO” is no kind of calendar",
            remedy="did you mean “WH”?",
        ),
    )


def test_all_findings_come_at_once_in_the_order_of_the_lines() -> None:
    text = """\
title = "x"
[sets."yuxi default"]
extend = "other"
[sets.a]
extends = "b"
[sets.b.limits.one]
kind = "XX"
spam = "3 d"
[sets.b.limits."2nd"]
of = "on"
share = 2
label = " "
source = 3
[sets.b.limits.three]
share = "0.5"
label = "Three"
source = "[D]"
[sets.b.values]
four = { label = "Four", source = "[D]" }
five = 5
"""

    assert briefly(text) == [
        (1, "title", "unknown-key"),
        (2, "sets.yuxi default", "name"),
        (3, "sets.yuxi default.extend", "unknown-key"),
        (6, "sets.b.limits.one", "label"),
        (6, "sets.b.limits.one", "source"),
        (6, "sets.b.limits.one", "span"),
        (7, "sets.b.limits.one.kind", "kind"),
        (8, "sets.b.limits.one.spam", "unknown-key"),
        (9, "sets.b.limits.2nd", "name"),
        (11, "sets.b.limits.2nd.share", "share"),
        (12, "sets.b.limits.2nd.label", "label"),
        (13, "sets.b.limits.2nd.source", "source"),
        (14, "sets.b.limits.three", "of"),
        (19, "sets.b.values.four", "value"),
        (20, "sets.b.values.five", "value"),
    ]


@pytest.mark.parametrize(
    "share", ['"0"', '"1.01"', "-0.5", '"half"', "true", '"NaN"', '"inf"', "[0.5]"]
)
def test_a_share_lies_above_nothing_and_up_to_the_whole(share: str) -> None:
    text = GOOD.replace('share = "0.5"', f"share = {share}")

    assert briefly(text) == [(16, "sets.yuxi-default.limits.签收提醒.share", "share")]


@pytest.mark.parametrize("share", ["0.25", '"0.25"', '".25"'])
def test_a_share_is_a_number_or_text_and_exact(share: str) -> None:
    limits = read_parameters(GOOD.replace('"0.5"', share), file="p.toml")["beijing"].limits

    assert limits["签收提醒"].share == Decimal("0.25")


def test_a_share_needs_its_share() -> None:
    text = GOOD.replace('share = "0.5"\n', "")

    assert briefly(text) == [(14, "sets.yuxi-default.limits.签收提醒", "share")]


def test_a_limit_needs_its_kind() -> None:
    assert briefly(GOOD.replace('kind = "WH"\n', "")) == [
        (1, "sets.yuxi-default.limits.sign_in", "kind")
    ]


def test_a_share_inherits_its_kind_and_takes_no_span() -> None:
    text = GOOD.replace('share = "0.5"\n', 'share = "0.5"\nkind = "WD"\nspan = "1 d"\n')

    assert briefly(text) == [
        (17, "sets.yuxi-default.limits.签收提醒.kind", "unknown-key"),
        (18, "sets.yuxi-default.limits.签收提醒.span", "unknown-key"),
    ]


def test_what_a_limit_names_must_exist() -> None:
    text = GOOD.replace('of = "sign_in"', 'of = "sign_on"').replace(
        'outside = "sign_in_outside_hours"', 'outside = "later"'
    )

    found = findings(text)

    assert [(one.line, one.message, one.remedy) for one in found] == [
        (
            4,
            "there is no limit “later”",
            "use one of: sign_in, sign_in_outside_hours, 签收提醒",
        ),
        (15, "there is no limit “sign_on”", "did you mean “sign_in”?"),
        (15, "there is no limit “sign_on”, in set “beijing”", "did you mean “sign_in”?"),
    ]


def test_a_share_of_a_share_is_refused() -> None:
    text = GOOD + (
        '[sets.beijing.limits.soon]\nof = "签收提醒"\nshare = "0.5"\n'
        'label = "Soon"\nsource = "[D]"\n'
    )

    (finding,) = findings(text)

    assert (finding.line, finding.message) == (32, "“签收提醒” is itself a share")
    assert finding.remedy == "name a whole limit, such as “sign_in”"


def test_a_set_may_not_break_what_it_inherits() -> None:
    text = GOOD + (
        '[sets.beijing.limits.sign_in_outside_hours]\nof = "sign_in"\nshare = "0.5"\n'
        'label = "Outside"\nsource = "[D]"\n'
    )
    text = text.replace("[sets.beijing.limits.sign_in]\n", "[sets.beijing.limits.other]\n")

    (finding,) = findings(text)

    assert (finding.line, finding.message) == (
        4,
        "“sign_in_outside_hours” is itself a share, in set “beijing”",
    )


def test_the_limit_for_outside_office_hours_holds_at_every_hour() -> None:
    text = GOOD.replace('span = "2 h"\n', 'span = "2 h"\noutside = "sign_in"\n')

    assert [finding.message for finding in findings(text)][:2] == [
        "“sign_in_outside_hours” itself depends on office hours",
        "“sign_in” itself depends on office hours",
    ]


def test_a_refused_limit_is_not_reported_again_where_it_is_named() -> None:
    text = GOOD.replace('kind = "WH"', 'kind = "X"')

    assert [finding.rule for finding in findings(text)] == ["kind"]


def test_a_set_that_extends_no_set_is_refused_once() -> None:
    text = '[sets.a]\nextends = "b"\n[sets.b]\nextends = "bb"\n'

    (finding,) = findings(text)

    assert (finding.line, finding.message, finding.remedy) == (
        4,
        "there is no set “bb”",
        "did you mean “b”?",
    )


def test_sets_that_extend_each_other_are_refused_once() -> None:
    text = (
        '[sets.a]\nextends = "b"\n[sets.b]\nextends = "c"\n[sets.c]\nextends = "b"\n'
        '[sets.self]\nextends = "self"\n'
    )

    assert [(one.line, one.message) for one in findings(text)] == [
        (4, "extends itself: b → c → b"),
        (8, "extends itself: self → self"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "element", "rule"),
    [
        ("", 1, "", "sets"),
        ("sets = {}", 1, "", "sets"),
        ("\nsets = 3", 2, "sets", "sets"),
        ("[sets]\na = 3", 2, "sets.a", "sets"),
        ("[sets.a]\nlimits = 3", 2, "sets.a.limits", "limits"),
        ("[sets.a]\nvalues = []", 2, "sets.a.values", "values"),
        ("[sets.a.limits]\nx = 3", 2, "sets.a.limits.x", "limit"),
        ("[sets.a]\nextends = 3", 2, "sets.a.extends", "extends"),
        (
            "[sets.a.values]\nx-y = { value = 1, label = 'X', source = '[D]' }",
            2,
            "sets.a.values.x-y",
            "name",
        ),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str, line: int, element: str, rule: str) -> None:
    assert (line, element, rule) in briefly(text)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[sets.a]\nx = \n", 2, "Invalid value"),
        ("签收 = 1", 1, "Invalid statement"),
        ("\n\na = " + "[" * 10_000, 3, "recursion"),
        ("a = 1e99999999999999999999999", 1, "InvalidOperation"),
        ("\na = " + "9" * 5_000, 2, "4300 digits"),
    ],
)
def test_what_is_not_toml_is_refused(text: str, line: int, says: str) -> None:
    (finding,) = findings(text)

    assert (finding.rule, finding.line) == ("toml", line)
    assert says in finding.message
