"""What is wrong with what was filled in, said in the language of the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.errors import FormProblem

_HAN = re.compile(r"[\u3400-\u9fff]")

_MESSAGES: Mapping[str, tuple[str, str]] = {
    "required": ("must be filled in", "必须填写"),
    "text": ("must be text", "必须是文本"),
    "number": ("must be a number", "必须是数字"),
    "whole": ("must be a whole number", "必须是整数"),
    "boolean": ("must be yes or no", "必须是“是”或“否”"),
    "list": ("must be a list", "必须是列表"),
    "table": ("must be a table of fields", "必须是一组字段"),
    "option": ("must be one of: {0}", "必须是以下之一：{0}"),
    "options": ("may only hold: {0}", "只能包含：{0}"),
    "twice": ("holds something twice", "包含重复项"),
    "shortest": ("must have at least {0} characters", "至少 {0} 个字符"),
    "longest": ("may have at most {0} characters", "最多 {0} 个字符"),
    "least": ("must be {0} or more", "不能小于 {0}"),
    "most": ("must be {0} or less", "不能大于 {0}"),
    "digits": ("may have at most {0} decimal places", "最多 {0} 位小数"),
    "pattern": ("does not have the right form", "格式不正确"),
    "email": ("must be an e-mail address", "必须是电子邮件地址"),
    "phone": ("must be a phone number with +", "必须是带 + 的电话号码"),
    "date": ("must be a day such as 2026-01-31", "必须是日期，例如 2026-01-31"),
    "time": ("must be a time such as 09:30", "必须是时间，例如 09:30"),
    "moment": (
        "must be a moment such as 2026-01-31T09:30:00+08:00",
        "必须是时刻，例如 2026-01-31T09:30:00+08:00",
    ),
    "readonly": ("may not be changed", "不能修改"),
    "unknown": ("is no field of this form", "不是本表单的字段"),
    "fewest": ("must have at least {0} entries", "至少 {0} 项"),
    "entries": ("may have at most {0} entries", "最多 {0} 项"),
    "schema": ("is not as it should be: {0}", "不符合要求：{0}"),
}
"""What to say by rule, in English and in Chinese, behind the label of the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The name of a field as people read it, in one language or several."""

    text: str
    by_language: Mapping[str, str]

    def said(self, language: str | None) -> tuple[str, str]:
        """Return the label and the language to speak: the one asked for, or the label's own."""
        if language is not None and language in self.by_language:
            return self.by_language[language], language
        own = "zh" if _HAN.search(self.text) else "en"
        return self.text, language if language in ("zh", "en") else own


Problem = FormProblem


def problem(
    field: str, rule: str, label: Label, *, language: str | None, of: object = ""
) -> Problem:
    """Say what is wrong with a field, in the language asked for or else in its own."""
    name, spoken = label.said(language)
    english, chinese = _MESSAGES[rule]
    if spoken == "zh":
        return Problem(field=field, rule=rule, message=f"{name}：{chinese.format(of)}")
    return Problem(field=field, rule=rule, message=f"{name}: {english.format(of)}")
