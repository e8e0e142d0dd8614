"""Whoever changes one byte, anywhere in a history or in its export, is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.history.histories import CASE, RECORDS, exported, history

from caseflow.history import Fact, check_export, check_facts, write_export

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
TEXTS = ("actor", "kind", "body", "openings", "hash")


@st.composite
def records(draw: st.DrawFn) -> list[Mapping[str, object]]:
    """Events with whatever people may enter."""
    variables = draw(
        st.lists(st.dictionaries(st.text(max_size=6), VALUES, max_size=3), max_size=3)
    )
    return [*RECORDS, *({"kind": "VariablesSet", "variables": one} for one in variables)]


@given(told=records(), data=st.data())
def test_one_changed_byte_of_a_stored_event_is_found(
    told: list[Mapping[str, object]], data: st.DataObject
) -> None:
    facts, end = history(told)
    index = data.draw(st.integers(0, len(facts) - 1), label="event")
    column = data.draw(st.sampled_from(TEXTS), label="column")
    stored = bytearray(str(getattr(facts[index], column)).encode())
    place = data.draw(st.integers(0, len(stored) - 1), label="byte")
    stored[place] ^= data.draw(st.integers(1, 255), label="flip")
    text = stored.decode("utf-8", errors="replace")
    changed: Fact = replace(
        facts[index],
        **{column: text},  # type: ignore[arg-type]  # each of these columns is a text
    )

    found = check_facts(CASE, [*facts[:index], changed, *facts[index + 1 :]], end=end)

    assert not found.is_sound
    assert index + 1 in {flaw.sequence for flaw in found.flaws}


@given(told=records(), data=st.data())
def test_one_changed_byte_of_an_export_is_found(
    told: list[Mapping[str, object]], data: st.DataObject
) -> None:
    file = bytearray("".join(write_export(exported(told))).encode())
    place = data.draw(st.integers(0, len(file) - 1), label="byte")
    file[place] ^= data.draw(st.integers(1, 255), label="flip")

    text = file.decode("utf-8", errors="replace")
    lines = [line + "\n" for line in text.removesuffix("\n").split("\n")]

    assert not check_export(lines).is_sound


@given(told=records(), data=st.data())
def test_any_other_order_or_choice_of_events_is_found(
    told: list[Mapping[str, object]], data: st.DataObject
) -> None:
    facts, end = history(told)
    order = data.draw(st.lists(st.sampled_from(range(len(facts))), max_size=12), label="order")

    found = check_facts(CASE, [facts[index] for index in order], end=end)

    assert found.is_sound == (order == list(range(len(facts))))
