"""On which line a key of a TOML text stands."""

from __future__ import annotations

import tomllib

import pytest

from caseflow.parameters.lines import Lines

TEXT = '''\
top = 1
[ sets . "a b".limits ]  # a comment
one.two = 3
x = { y = 1 }
"q\\"uote" = """
[sets.fake]
fake = 1
"""
[sets.last]
'key' = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 1),
        (("sets",), 2),
        (("sets", "a b"), 2),
        (("sets", "a b", "limits"), 2),
        (("sets", "a b", "limits", "one"), 3),
        (("sets", "a b", "limits", "one", "two"), 3),
        (("sets", "a b", "limits", "x", "y"), 4),
        (("sets", "a b", "limits", 'q"uote'), 5),
        (("sets", "a b", "limits", "fake"), 2),
        (("sets", "a b", "limits", "missing"), 2),
        (("sets", "last", "key"), 10),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_a_key_stands_where_it_is_written_or_else_its_table(
    path: tuple[str, ...], line: int
) -> None:
    assert Lines(TEXT).of(path) == line


def test_a_comment_with_three_quotes_may_hide_lines_but_breaks_nothing() -> None:
    text = 'a = 1  # """\n' + "b = '''\n" + '"\\q" = is no key\n' + "'''\n"

    lines = Lines(text)

    assert tomllib.loads(text)["a"] == 1
    assert (lines.of(("a",)), lines.of(("b",))) == (1, 1)
