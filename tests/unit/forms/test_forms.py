"""Forms: what fits their fields, what does not, and in which words that is said."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.errors import DiagramRefused
from caseflow.forms import Form, FormFile, form_named, parse_form
from caseflow.model import Value

COMPONENTS: list[dict[str, object]] = [
    {"type": "text", "text": "# 登记"},
    {
        "type": "textfield",
        "key": "name",
        "label": "姓名",
        "validate": {"required": True, "minLength": 2, "maxLength": 4},
    },
    {"type": "textfield", "key": "id", "label": "ID", "validate": {"pattern": "^[0-9]{4}$"}},
    {
        "type": "textfield",
        "key": "mail",
        "label": "E-mail",
        "validate": {"validationType": "email"},
    },
    {"type": "textfield", "key": "tel", "label": "电话", "validate": {"validationType": "phone"}},
    {
        "type": "number",
        "key": "count",
        "label": "Count",
        "decimalDigits": 1,
        "validate": {"min": 1, "max": 9},
    },
    {"type": "checkbox", "key": "agreed", "label": "Agreed"},
    {
        "type": "radio",
        "key": "kind",
        "label": "类别",
        "values": [{"label": "邻里", "value": "neighbour"}, {"label": "土地", "value": "land"}],
    },
    {
        "type": "checklist",
        "key": "needs",
        "label": "Needs",
        "values": [{"value": "a"}, {"value": "b"}],
    },
    {"type": "select", "key": "town", "label": "Town", "valuesKey": "towns"},
    {"type": "datetime", "subtype": "date", "key": "day", "label": "Day"},
    {"type": "datetime", "subtype": "datetime", "key": "at", "label": "At"},
    {"type": "datetime", "subtype": "time", "key": "hour", "label": "Hour"},
    {"type": "textfield", "key": "number", "label": "编号", "readonly": True},
    {
        "type": "textfield",
        "key": "why",
        "label": "Why",
        "conditional": {"hide": "=agreed"},
        "validate": {"required": True},
    },
    {
        "type": "group",
        "path": "party",
        "components": [{"type": "textfield", "key": "street", "label": "Street"}],
    },
    {
        "type": "dynamiclist",
        "path": "items",
        "label": "清单",
        "components": [
            {"type": "textfield", "key": "what", "label": "What", "validate": {"required": True}}
        ],
    },
    {"type": "button", "action": "submit", "label": "提交"},
]
KNOWN: dict[str, Value] = {"number": "2026-1", "towns": [{"label": "A", "value": "a"}, "b"]}


def form(*components: dict[str, object], **more: object) -> Form:
    document = {"id": "f", "type": "default", "components": list(components), **more}
    return parse_form(json.dumps(document).encode(), file="f.form")


REGISTER = form(*COMPONENTS)


def wrong(values: dict[str, Value], language: str | None = None) -> list[tuple[str, str]]:
    found = REGISTER.problems({"name": "李明", **values}, KNOWN, language=language)
    return [(one.field, one.message) for one in found]


def test_what_fits_is_taken() -> None:
    assert wrong({}) == []
    assert (
        wrong(
            {
                "id": "0042",
                "mail": "li@example.cn",
                "tel": "+86 871 1234567",
                "count": 2.5,
                "agreed": False,
                "kind": "land",
                "needs": ["a"],
                "town": "a",
                "day": "2026-01-31",
                "at": datetime(2026, 1, 31, tzinfo=UTC),
                "hour": "09:30",
                "number": "2026-1",
                "why": "",
                "party": {"street": "x"},
                "items": [{"what": "x"}],
            }
        )
        == []
    )
    assert wrong({"count": "2.5", "day": date(2026, 1, 31), "town": "b", "id": None}) == []
    assert wrong({"count": Decimal("1.0")}) == []


NOT_FITTING: list[tuple[str, Value, str]] = [
    ("name", "", "姓名：必须填写"),
    ("name", "李", "姓名：至少 2 个字符"),
    ("name", "李李李李李", "姓名：最多 4 个字符"),
    ("name", 7, "姓名：必须是文本"),
    ("id", "42", "ID: does not have the right form"),
    ("id", "9" * 3000, "ID: does not have the right form"),
    ("mail", "li@", "E-mail: must be an e-mail address"),
    ("tel", "110", "电话：必须是带 + 的电话号码"),
    ("count", 0, "Count: must be 1 or more"),
    ("count", 10, "Count: must be 9 or less"),
    ("count", 1.25, "Count: may have at most 1 decimal places"),
    ("count", True, "Count: must be a number"),
    ("count", "many", "Count: must be a number"),
    ("count", float("nan"), "Count: must be a number"),
    ("agreed", 1, "Agreed: must be yes or no"),
    ("kind", "water", "类别：必须是以下之一：neighbour, land"),
    ("needs", ["a", "c"], "Needs: may only hold: a, b"),
    ("needs", ["a", "a"], "Needs: holds something twice"),
    ("needs", "a", "Needs: must be a list"),
    ("town", "c", "Town: must be one of: a, b"),
    ("day", "31.1.2026", "Day: must be a day such as 2026-01-31"),
    ("day", datetime(2026, 1, 31, tzinfo=UTC), "Day: must be a day such as 2026-01-31"),
    ("at", "soon", "At: must be a moment such as 2026-01-31T09:30:00+08:00"),
    ("hour", "25:00", "Hour: must be a time such as 09:30"),
    ("number", "2026-2", "编号：不能修改"),
    ("more", 1, "more: is no field of this form"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "message"), NOT_FITTING)
def test_what_does_not_fit_is_said_in_the_language_of_the_field(
    field: str, value: Value, message: str
) -> None:
    assert wrong({field: value}) == [(field, message)]


def test_everything_is_said_at_once_and_with_its_place() -> None:
    values: dict[str, Value] = {
        "name": "",
        "count": 0,
        "party": {"street": 1, "zip": 2},
        "items": [{"what": "x"}, {"what": ""}, {"other": 1}, 7],
    }

    assert [(field, message.partition(":")[2]) for field, message in wrong(values, "en")] == [
        ("name", " must be filled in"),
        ("count", " must be 1 or more"),
        ("party.street", " must be text"),
        ("items[2].what", " must be filled in"),
        ("items[3].other", " is no field of this form"),
        ("items[3].what", " must be filled in"),
        ("items[4]", " must be a table of fields"),
        ("party.zip", " is no field of this form"),
    ]
    assert wrong({"count": 0}, "zh") == [("count", "Count：不能小于 1")]


def test_labels_may_be_given_in_several_languages() -> None:
    named = form(
        {
            "type": "textfield",
            "key": "name",
            "label": "姓名",
            "properties": {"label_en": "Name"},
            "validate": {"required": True},
        }
    )

    assert [
        str(named.problems({}, {}, language=language)[0]) for language in (None, "zh", "en")
    ] == ["姓名：必须填写", "姓名：必须填写", "Name: must be filled in"]


def test_a_form_may_take_what_it_does_not_name() -> None:
    assert form(properties={"takesMore": "true"}).problems({"x": 1}, {}) == ()


BAD_FORMS = {
    "no JSON": (b"{", "form-json"),
    "no UTF-8": (b"\xff", "form-json"),
    "no map": (b"[]", "form-json"),
    "deep": (b"[" * 100_000, "form-json"),
    "no components": (b"{}", "form-components"),
    "an unknown type": (b'{"components": [{"type": "magic", "key": "a"}]}', "form-component"),
    "no key": (b'{"components": [{"type": "textfield"}]}', "form-component"),
    "no component": (b'{"components": [7]}', "form-component"),
    "a key twice": (
        b'{"components": [{"type": "textfield", "key": "a"}, {"type": "number", "key": "a"}]}',
        "form-key",
    ),
    "a bad pattern": (
        b'{"components": [{"type": "textfield", "key": "a", "validate": {"pattern": "("}}]}',
        "form-pattern",
    ),
    "a bad limit": (
        b'{"components": [{"type": "number", "key": "a", "validate": {"min": []}}]}',
        "form-limit",
    ),
}


@pytest.mark.parametrize(("data", "rule"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_a_form_that_cannot_be_used_is_refused(data: bytes, rule: str) -> None:
    with pytest.raises(DiagramRefused) as refusal:
        parse_form(data, file="f.form")

    assert [one.rule for one in refusal.value.findings] == [rule]


VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["what", "street", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = [str(one.get("key", one.get("path"))) for one in COMPONENTS]


@given(st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_whatever_is_filled_in_the_answer_is_a_list_of_problems(values: dict[str, Value]) -> None:
    for one in REGISTER.problems(values, KNOWN):
        assert one.message


SCHEMA = {
    "type": "object",
    "required": ["name", "count"],
    "properties": {
        "name": {"type": "string", "title": "姓名", "x-labels": {"en": "Name"}, "minLength": 2},
        "count": {"type": "integer", "title": "Count", "minimum": 1},
        "kind": {"enum": ["a", "b"]},
        "day": {"type": "string", "format": "date", "title": "日期"},
        "number": {"type": "string", "readOnly": True, "title": "编号"},
        "party": {
            "type": "object",
            "properties": {"street": {"type": "string"}},
            "required": ["street"],
        },
    },
}


def schema(**more: object) -> Form:
    return parse_form(json.dumps({**SCHEMA, **more}).encode(), file="register.schema.json")


def test_a_schema_tells_all_that_is_wrong() -> None:
    values: dict[str, Value] = {
        "name": "李", "kind": "c", "day": "soon", "number": "2", "party": {}, "x": 1,
    }  # fmt: skip

    assert sorted(str(one) for one in schema().problems(values, {"number": "1"})) == sorted(
        [
            "姓名：至少 2 个字符",
            "Count: must be filled in",
            "kind: must be one of: a, b",
            "日期：必须是日期，例如 2026-01-31",
            "编号：不能修改",
            "street: must be filled in",
            "x: is no field of this form",
        ]
    )
    assert [str(one) for one in schema().problems({"count": 1}, {}, language="en")] == [
        "Name: must be filled in"
    ]


def test_a_schema_takes_what_fits_and_says_itself_what_more() -> None:
    fits: dict[str, Value] = {"name": "李明", "count": Decimal(2), "day": date(2026, 1, 31)}

    assert schema().problems(fits, {}) == ()
    assert schema(additionalProperties=True).problems({**fits, "x": 1}, {}) == ()
    assert len(schema(additionalProperties=False).problems({**fits, "x": 1}, {})) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"type": "array"}',
        '{"type": "magic"}',
        "[]",
        '{"properties": {"a": {"$ref": "https://example.org/a.json"}}, "required": ["a"]}',
        '{"$ref": "file:///etc/passwd"}',
        '{"properties": {"a": {"$ref": "#/$defs/none"}}}',
    ],
)
def test_a_schema_that_is_none_or_leads_out_of_its_file_is_refused(text: str) -> None:
    with pytest.raises(DiagramRefused, match="form-schema"):
        parse_form(text.encode(), file="a.schema.json")


def test_a_task_means_the_form_nearest_to_its_diagram() -> None:
    files = [
        FormFile(file=name, data=b"", form=form(id="ask"))
        for name in ("a/ask.form", "b/forms/ask.form")
    ]

    def named(key: str, near: str) -> str | None:
        found = form_named(key, files, near=near)
        return None if found is None else found.file

    assert named("ask", "a/p.bpmn") == "a/ask.form"
    assert named("ask.form", "b/p.bpmn") == "b/forms/ask.form"
    assert named("camunda-forms:deployment:ask.form", "b/p.bpmn") == "b/forms/ask.form"
    assert named("host/page-7", "a/p.bpmn") is None
    for key in ("none.form", "camunda-forms:deployment:none", "camunda-forms:bpmn:x"):
        with pytest.raises(LookupError):
            named(key, "a/p.bpmn")
    with pytest.raises(LookupError, match=r"a/ask\.form, b/forms/ask\.form"):
        named("ask", "c/p.bpmn")
