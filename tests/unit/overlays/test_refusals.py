"""What an overlay may not do, each with the rule, the key and the line of its finding."""

from __future__ import annotations

import pytest
from tests.unit.overlays.permit import DIAGRAM, PARAMETERS, base, overlaid, refusals

from caseflow.errors import OverlayRefused

LIMIT = (
    '[parameters.limits.{name}]\nspan = "{span}"\nkind = "{kind}"\nlabel = "x"\nsource = "[D]"\n'
)
STEP = '[add.{name}]\nat = "{at}"\nname = "New"\n'


def limit(name: str, span: str, kind: str = "WD") -> str:
    return LIMIT.format(name=name, span=span, kind=kind)


def step(name: str = "ask", at: str = "after_check", more: str = "") -> str:
    return STEP.format(name=name, at=at) + more


@pytest.mark.parametrize(
    ("text", "rule", "key", "line"),
    [
        # the file
        ('conditions = "x"', "overlay-forbidden", "conditions", 3),
        ('[rename]\ncheck = "x"', "overlay-forbidden", "rename", 3),
        ('labls = "x"', "unknown-key", "labls", 3),
        ('leave_out = "check"', "leave_out", "leave_out", 3),
        ("[roles]\nclerk = 3", "clerk", "roles.clerk", 4),
        ('roles = "x"', "roles", "roles", 3),
        # steps
        ('leave_out = ["sign"]', "overlay-not-optional", "leave_out", 3),
        ('leave_out = ["granted"]', "overlay-not-optional", "leave_out", 3),
        ('leave_out = ["appealed"]', "overlay-legal", "leave_out", 3),
        ('leave_out = ["to_court"]', "overlay-legal", "leave_out", 3),
        ('leave_out = ["decide"]', "overlay-not-optional", "leave_out", 3),
        ('leave_out = ["advise"]', "overlay-not-optional", "leave_out", 3),
        ('leave_out = ["chek"]', "overlay-unknown-element", "leave_out", 3),
        (step(at="after_chek"), "overlay-unknown-point", "add.ask.at", 4),
        (step(at="before_court"), "overlay-legal", "add.ask.at", 4),
        (step(more='role = "cleric"'), "overlay-role", "add.ask.role", 6),
        (step(more='due = "chek"'), "overlay-due", "add.ask.due", 6),
        (step(more='ladder = "light"'), "overlay-ladder", "add.ask.ladder", 6),
        (step(more='kind = "scriptTask"'), "kind", "add.ask.kind", 6),
        (
            step(more='kind = "callActivity"\ncalls = "x"\nrole = "clerk"'),
            "add",
            "add.ask.role",
            8,
        ),
        (step(more='condition = "x"'), "unknown-key", "add.ask.condition", 6),
        (step(name="1st"), "name", "add.1st", 3),
        # names
        ('[roles]\nclerc = "x"', "overlay-role", "roles.clerc", 4),
        ('[labels]\nchek = "x"', "overlay-unknown-element", "labels.chek", 4),
        ('[labels]\nappealed = "x"', "overlay-legal", "labels.appealed", 4),
        ('[labels]\nf9 = "x"', "overlay-legal", "labels.f9", 4),
        ('[forms]\ngrade = "x"', "overlay-form", "forms.grade", 4),
        ('[forms]\nchek = "x"', "overlay-unknown-element", "forms.chek", 4),
        ('[decisions]\nsign = "x"', "overlay-decision", "decisions.sign", 4),
        # documents
        ("[documents]\nremove = []", "overlay-documents", "documents.remove", 4),
        (
            '[documents.outcomes]\ngrant = ["x"]',
            "overlay-documents",
            "documents.outcomes.grant",
            4,
        ),
        # numbers
        (limit("decide", "11 d"), "overlay-beyond-law", "parameters.limits.decide", 3),
        (limit("decide", "9 d", "CD"), "overlay-beyond-law", "parameters.limits.decide", 3),
        (limit("decde", "9 d"), "overlay-unknown-parameter", "parameters.limits.decde", 3),
        (limit("check", "9 h"), "span", "parameters.limits.check.span", 4),
        (
            '[parameters.values]\nfee = { value = 30, label = "x", source = "[D]" }',
            "overlay-beyond-law",
            "parameters.values.fee",
            4,
        ),
        ('[parameters]\nextends = "commn"', "extends", "parameters.extends", 4),
        ("[parameters.limit]\nx = 1", "unknown-key", "parameters.limit", 3),
    ],
)
def test_what_it_may_not_do_is_refused(text: str, rule: str, key: str, line: int) -> None:
    assert refusals(text) == [(rule, key, line)]


def test_an_overlay_of_no_process_of_the_file_is_refused() -> None:
    other = base(DIAGRAM.replace('"permit"', '"licence"'))

    assert refusals("", on=other) == [("overlay-base", "base", 2)]


def test_a_finding_says_what_is_wrong_and_the_way_out() -> None:
    with pytest.raises(OverlayRefused) as refusal:
        overlaid(limit("decide", "12 d"))

    assert str(refusal.value) == (
        "overlay.toml:3: error: parameters.limits.decide: is longer than the law allows: 12 d WD "
        "instead of 10 d WD; [F:L-PERMIT Art.4] says so → leave it to the base, or have that "
        "changed where the law has changed [overlay-beyond-law]"
    )


def test_everything_is_told_at_once() -> None:
    text = 'leave_out = ["sign"]\n[roles]\nclerc = "x"\n' + limit("decide", "12 d")

    assert [rule for rule, _, _ in refusals(text)] == [
        "overlay-not-optional",
        "overlay-role",
        "overlay-beyond-law",
    ]


def test_a_decision_that_is_not_declared_replaceable_stays() -> None:
    fixed = base(DIAGRAM.replace('caseflow:replaceable="true"', ""))

    assert refusals('[decisions]\ngrade = "x"', on=fixed) == [
        ("overlay-decision", "decisions.grade", 4)
    ]


def test_a_share_of_a_law_may_not_grow_by_way_of_its_whole() -> None:
    only_the_share = PARAMETERS.replace("[F:L-PERMIT Art.4]", "[D]").replace(
        'label = "Remind"\nsource = "[D]"', 'label = "Remind"\nsource = "[K: law]"'
    )

    found = refusals(limit("decide", "20 d"), on=base(parameters=only_the_share))

    assert found == [("overlay-beyond-law", "parameters.limits.remind", 3)]


def test_a_lawful_limit_may_be_shortened() -> None:
    assert refusals(limit("decide", "5 d")) == []


def test_a_role_that_an_expression_names_keeps_its_name() -> None:
    computed = DIAGRAM.replace(
        'name="Sign"', 'name="Sign" caseflow:role="=&quot;head&quot; if late else chosen"'
    )

    assert refusals('[roles]\nhead = "chief"', on=base(computed)) == [
        ("overlay-role", "roles.head", 4)
    ]


@pytest.mark.parametrize("role", ["=chosen", "clerk,head"])
def test_a_role_is_one_name(role: str) -> None:
    assert refusals(f'[roles]\nclerk = "{role}"') == [("overlay-role", "roles", 3)]


def test_what_only_the_reader_finds_is_told_at_the_overlay() -> None:
    with pytest.raises(OverlayRefused) as refusal:
        overlaid('[forms]\ncheck = "=chosen"')

    (finding,) = refusal.value.findings
    assert (finding.rule, finding.file, finding.element) == (
        "bad-extension-value",
        "overlay.toml",
        "check",
    )


def test_a_file_that_is_not_toml_is_refused() -> None:
    with pytest.raises(OverlayRefused) as refusal:
        overlaid("leave_out = [")

    assert [(one.rule, one.file) for one in refusal.value.findings] == [("toml", "overlay.toml")]
