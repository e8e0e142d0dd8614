"""A template can neither reach what is not its own, nor run for ever, nor fill the memory."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.unit.documents.samples import at

from caseflow.documents import MAX_OUTPUT, Particulars, Press, make_bundle
from caseflow.errors import DocumentRefused, FormRefused
from caseflow.model import Value

FORM = '[forms.letter]\ntitle = "Letter"\ntemplate = "letter.html"\n'
PARTICULARS = Particulars(organ="O", issued_at=at(3, 2))
VALUES: Mapping[str, Value] = {
    "name": "li",
    "party": {"name": "li", "items": 3, "__class__": "mine"},
    "many": list(range(1000)),
    "long": "x" * 10_000,
}

REACHES = {
    "class": "{{ name.__class__ }}",
    "class of a map": "{{ party | items | length }}{{ many.__class__ }}",
    "subclasses": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "subscript": "{{ name['__class__'] }}",
    "method": "{{ name.upper() }}",
    "format": "{{ '{0.__class__}'.format(name) }}",
    "list append": "{{ many.append(1) }}",
    "map method": "{{ party.keys() }}",
    "globals": "{{ self.__init__.__globals__ }}",
    "block globals": "{% block b %}{% endblock %}{{ self.b.__globals__ }}",
    "macro globals": "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "macro code": "{% macro m() %}{% endmacro %}{{ m._func }}",
    "loop": "{% for x in many %}{{ loop.__class__ }}{% endfor %}",
    "loop internals": "{% for x in many %}{{ loop._iterator }}{% endfor %}",
    "cycler": "{{ cycler }}",
    "lipsum": "{{ lipsum.__globals__ }}",
    "namespace": "{{ namespace() }}",
    "dict": "{{ dict() }}",
    "range": "{% for x in range(3) %}{% endfor %}",
    "attr filter": "{{ name | attr('__class__') }}",
    "map filter": "{{ many | map(attribute='__class__') | list }}",
    "safe filter": "{{ name | safe }}",
    "pprint filter": "{{ name | pprint }}",
    "xmlattr filter": "{{ party | xmlattr }}",
    "counted by hand": "{{ party | _counted | first }}",
    "a test of objects": "{{ name is sameas name }}",
    "callable test": "{{ name is callable }}",
    "import of a file": "{% import '/etc/passwd' as p %}",
    "include of a file": "{% include '../../../../etc/passwd' %}",
    "include of a url": "{% include 'file:///etc/passwd' %}",
    "extends a variable": "{% extends name %}",
    "call a value": "{{ name() }}",
    "call a filter's value": "{{ (name | length)() }}",
    "autoescape off": "{% autoescape false %}{{ name }}{% endautoescape %}",
    "filter block": "{% filter length %}x{% endfilter %}",
    "set a global": "{% set self = 1 %}{{ self.x }}",
    "do": "{% do many.append(1) %}",
    "debug": "{% debug %}",
}

BOMBS = {
    "nested loops": "{% for a in many %}{% for b in many %}{% for c in many %}x{% endfor %}"
    "{% endfor %}{% endfor %}",
    "loops without output": "{% for a in many %}{% for b in many %}{% if a == b %}{% endif %}"
    "{% endfor %}{% endfor %}",
    "long output": "{% for a in many %}{{ long }}{% endfor %}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "large product": "{% set a = 999999999 * 999999999 * 999999999 %}{{ a }}",
    "text times number": "{{ 'x' * 1000000000 }}",
    "list times number": "{{ (many * 1000000) | length }}",
    "width": "{{ '%1000000000d' % 1 }}",
    "tilde": "{% set a = long ~ long %}{{ a }}",
    "set blocks": "{% set a %}{{ long }}{{ long }}{% endset %}" * 1
    + "".join(
        f"{{% set {chr(98 + n)} %}}{{{{ {chr(97 + n)} }}}}{{{{ {chr(97 + n)} }}}}{{% endset %}}"
        for n in range(20)
    ),
    "macros that call twice": "{% macro m0() %}x{% endmacro %}"
    + "".join(
        f"{{% macro m{n + 1}() %}}{{{{ m{n}() }}}}{{{{ m{n}() }}}}{{% endmacro %}}"
        for n in range(40)
    )
    + "{{ m40() }}",
    "macros in conditions": "{% macro m0() %}{% endmacro %}"
    + "".join(
        f"{{% macro m{n + 1}() %}}{{% if m{n}() or m{n}() %}}{{% endif %}}{{% endmacro %}}"
        for n in range(40)
    )
    + "{% if m40() %}{% endif %}",
    "recursive macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "recursive loop": "{% for a in many recursive %}{{ loop(many) }}{% endfor %}",
    "include of itself": "{% include 'letter.html' %}{% include 'letter.html' %}",
    "recursive block": "{% block b %}{{ self.b() }}{% endblock %}",
}


def made(template: str, values: Mapping[str, Value] = VALUES) -> str:
    """What a template makes of values."""
    bundle = make_bundle(FORM.encode(), {"letter.html": template.encode()})
    return Press(bundle).make("letter", values, PARTICULARS).data.decode()


@pytest.mark.parametrize("template", REACHES.values(), ids=REACHES)
def test_a_template_reaches_nothing_of_python(template: str) -> None:
    with pytest.raises((DocumentRefused, FormRefused)):
        made(template)


@pytest.mark.parametrize("template", BOMBS.values(), ids=BOMBS)
def test_a_template_ends_in_bounded_time_and_memory(template: str) -> None:
    with pytest.raises(FormRefused):
        made(template)


def test_what_people_enter_is_text_and_never_markup() -> None:
    attack = "<script>alert(1)</script>{{ 7 * 7 }}"

    assert made("<p title='{{ name }}'>{{ name }}</p>", {"name": attack}) == (
        "<p title='&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}'>"
        "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}</p>"
    )


def test_a_name_that_is_missing_is_told() -> None:
    with pytest.raises(DocumentRefused, match="'nobody' is undefined"):
        made("{{ nobody }}")
    with pytest.raises(DocumentRefused, match="no attribute 'phone'"):
        made("{{ party.phone }}")


def test_an_entry_of_a_map_is_never_a_method_of_it() -> None:
    assert made("{{ party.items }} {{ party.name }} {{ party['__class__'] }}") == "3 li mine"


def test_a_fault_in_a_template_is_told_with_its_line() -> None:
    with pytest.raises(FormRefused, match=r"form letter: letter\.html:3: .*unknown tag 'what'"):
        made("a\nb\n{% what %}")
    with pytest.raises(FormRefused, match="`~` is not allowed"):
        made("{{ name ~ name }}")


def test_a_budget_is_for_one_document() -> None:
    template = "{% for x in many %}{{ long }}{% endfor %}"
    values: Mapping[str, Value] = {"many": [1] * (MAX_OUTPUT // 1000 - 1), "long": "x" * 1000}

    assert [len(made(template, values)) for _ in range(2)] == [MAX_OUTPUT - 1000] * 2


def test_what_templates_need_works() -> None:
    template = (
        "{% macro row(p) %}<b>{{ p.name | default('?') }}</b>{% endmacro %}"
        "{% for x in many %}{% if loop.first %}{{ row(party) }}{% endif %}"
        "{{ loop.index }}/{{ loop.length }}{{ x + 1 }};{% else %}none{% endfor %}"
        "{% if name is defined and name == 'li' %}{{ many | join('+') }}{% endif %}"
        "{% with a = 2 %}{{ a * 3 }}{% endwith %}"
    )

    assert made(template, {**VALUES, "many": [1, 2]}) == "<b>li</b>1/22;2/23;1+26"
