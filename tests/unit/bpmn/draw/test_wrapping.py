from __future__ import annotations

import pytest

from caseflow.bpmn.draw_wrap import columns, shortened, width, wrapped


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("签收 Sign in", ("签收", "Sign in")),
        ("X3 退单 Return (late)", ("X3 退单", "Return (late)")),
        ("召开 CAB 会议 Convene", ("召开 CAB 会议", "Convene")),
        ("阶段 2", ("阶段 2",)),
        ("方案 A", ("方案 A",)),
        ("Sign in", ("Sign in",)),
        ("分级分类办理机制评估", ("分级分类办", "理机制评估")),
        ("等待,3 天(工作日)内", ("等待,3 天", "(工作日)内")),
        ("one\ntwo", ("one", "two")),
        ("  spaces   between  ", ("spaces", "between")),
        ("", ()),
        (" \n ", ()),
    ],
)
def test_chinese_and_its_translation_get_lines_of_their_own(
    text: str, lines: tuple[str, ...]
) -> None:
    assert wrapped(text, within=86, size=12) == lines


def test_no_line_starts_with_closing_punctuation() -> None:
    lines = wrapped("受理群众诉求。办理", within=60, size=10, balanced=False)

    assert lines == ("受理群众诉", "求。办理")


def test_no_line_ends_with_opening_punctuation() -> None:
    lines = wrapped("受理群众(紧急)", within=50, size=10, balanced=False)

    assert lines == ("受理群众", "(紧急)")


def test_an_accent_stays_with_its_letter() -> None:
    assert wrapped("签e\u0301收", within=20, size=10, balanced=False) == ("签e\u0301", "收")


def test_a_word_that_is_too_wide_is_cut_at_a_joint() -> None:
    lines = wrapped("very_long_identifier", within=70, size=12, balanced=False)

    assert lines == ("very_long_", "identifier")


def test_a_word_without_a_joint_is_cut_where_the_line_ends() -> None:
    lines = wrapped("a" * 30, within=66, size=12, balanced=False)

    assert lines == ("a" * 10, "a" * 10, "a" * 10)


def test_wrapping_ends_where_not_even_one_character_fits() -> None:
    assert wrapped("ab 签收", within=1, size=12) == ("a", "b", "签", "收")


@pytest.mark.parametrize("within", [40.0, 63.0, 90.0, 200.0])
@pytest.mark.parametrize(
    "text",
    [
        "县级部门联络员签收后由承办人在规定的期限内办结并答复群众",
        "The department signs in, handles the request and answers within the limit",
        "退回补正(限3个工作日)Return for correction, once only",
    ],
)
def test_lines_fit_and_nothing_is_lost(text: str, within: float) -> None:
    lines = wrapped(text, within=within, size=12)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, 12) <= within for line in lines)


def test_balanced_lines_are_as_few_as_filled_ones() -> None:
    text = "县级部门联络员签收后由承办人在规定的期限内办结"

    balanced = wrapped(text, within=100, size=12)
    filled = wrapped(text, within=100, size=12, balanced=False)

    assert [len(line) for line in filled] == [8, 8, 7]
    assert [len(line) for line in balanced] == [8, 8, 7]
    assert [len(line) for line in wrapped(text[:17], within=192, size=12)] == [9, 8]


def test_what_does_not_fit_is_shown_to_be_missing() -> None:
    assert shortened(("one", "two", "three"), 2) == ("one", "tw…")
    assert shortened(("one", "two"), 2) == ("one", "two")


def test_a_chinese_character_is_as_wide_as_type_is_high() -> None:
    assert width("签收", 12) == 24
    assert width("a\u0301", 10) == width("a", 10) == 5.5


def test_a_terminal_gives_a_chinese_character_two_columns() -> None:
    assert columns("签收 Sign") == 9
    assert columns("e\u0301\u200b") == 1
