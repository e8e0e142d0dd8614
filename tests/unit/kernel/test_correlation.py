"""Correlation keys: which case a message is for (BPMN 2.0.2, 8.4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.unit.kernel.drawing import (
    catch,
    multi,
    parallel,
    process,
    receive,
    script,
    start,
    sub,
    throw,
)
from tests.unit.kernel.playing import Played, compiled, play

from caseflow.errors import DiagramRefused, NothingWaits
from caseflow.kernel import ANY_KEY, SendMessage
from caseflow.model import CorrelationKey, CorrelationValue, Formula, MessageTrigger


def _values(pairs: Sequence[tuple[str, str]]) -> tuple[CorrelationValue, ...]:
    return tuple(CorrelationValue(property=name, path=Formula(text=path)) for name, path in pairs)


def keyed(
    name: str, *retrieval: str, bound: Sequence[tuple[str, str]] = (), payload: str | None = None
) -> MessageTrigger:
    """A message that carries the key K, each property under its own name."""
    key = CorrelationKey(
        name="K",
        retrieval=_values([(one.rpartition(".")[2], one) for one in retrieval]),
        binding=_values(bound),
    )
    found = None if payload is None else Formula(text=payload)
    return MessageTrigger(name=name, keys=(key,), payload=found)


def _awaited(case: Played) -> list[str]:
    return [one.key for one in case.case.subscriptions.values()]


def _sent(case: Played) -> list[str]:
    return [one.key for one in case.last.effects if isinstance(one, SendMessage)]


def test_the_sender_reads_the_key_from_what_the_message_carries() -> None:
    drawn = process("start > t > w", throw("t", keyed("m", "order", payload='{"order": 4711}')))

    assert _sent(play(drawn, order=1)) == ["4711"]


def test_what_the_message_does_not_carry_is_read_from_the_case_file() -> None:
    drawn = process("start > t > w", throw("t", keyed("m", "order")))

    assert _sent(play(drawn, order=1)) == ["1"]


def test_a_message_without_its_key_is_not_sent() -> None:
    case = play(process("start > t > w", throw("t", keyed("m", "order"))))

    assert (case.stuck, _sent(case)) == (["t"], [])


def test_several_properties_make_one_key() -> None:
    drawn = process(
        "start > t > c > w",
        throw("t", keyed("m", "order", "line")),
        catch("c", keyed("answer", "order", "line")),
    )

    case = play(drawn, order="单/7", line=2)

    assert (_sent(case), _awaited(case)) == (['["单/7","2"]'], ['["单/7","2"]'])


def test_a_binding_says_where_the_case_has_the_value() -> None:
    bound = [("order", "matter.number")]
    drawn = process("start > c > w", catch("c", keyed("m", "order", bound=bound)))

    case = play(drawn, matter={"number": 5}, order=6)

    assert _awaited(case) == ["5"]


def test_the_first_message_fixes_the_key_for_the_rest_of_the_case() -> None:
    drawn = process(
        "start > t > set > c > w",
        throw("t", keyed("m", "order")),
        script("set", "order = 2"),
        catch("c", keyed("answer", "order")),
    )

    assert _awaited(play(drawn, order=1)) == ["1"]


def test_a_case_that_knows_no_key_yet_takes_any_and_is_fixed_by_it() -> None:
    drawn = process(
        "start > first > second > w",
        receive("first", keyed("m", "order")),
        catch("second", keyed("m", "order")),
    )
    case = play(drawn)
    before = _awaited(case)

    case.send("m", {"order": 9, "text": "a"})

    assert (before, _awaited(case)) == ([ANY_KEY], ["9"])


def test_the_message_that_opens_a_case_fixes_its_key() -> None:
    drawn = process(
        start("asked", keyed("m", "head.order")),
        "asked > c > w",
        catch("c", keyed("answer", "order")),
    )

    case = play(drawn, begin="asked", payload={"head": {"order": 3}})

    assert _awaited(case) == ["3"]


def test_a_message_that_carries_another_key_is_refused() -> None:
    case = play(process("start > c > w", catch("c", keyed("m", "order"))), order=7)

    with pytest.raises(NothingWaits, match="whose key K is '7', not '8'"):
        case.send("m", {"order": 8})
    assert case.send("m", {"order": 7}).tasks == ["w"]


def test_each_round_of_a_loop_has_a_conversation_of_its_own() -> None:
    part = sub(
        "part",
        start("in"),
        "in > t > c > out",
        throw("t", keyed("m", "order")),
        catch("c", keyed("answer", "order")),
    )
    drawn = process("start > part > end", multi(part, each="[1, 2]", item="order"))

    assert _awaited(play(drawn)) == ["1", "2"]


def test_a_message_that_belongs_to_two_keys_is_refused() -> None:
    one = keyed("m", "order")
    two = replace(one, keys=(*one.keys, replace(one.keys[0], name="L")))

    with pytest.raises(DiagramRefused, match=r"several correlation keys \(K, L\)"):
        compiled(process("start > c > w", catch("c", two)))


def test_a_case_that_is_over_has_its_keys_no_more_than_anything_else() -> None:
    case = play(process("start > t > end", throw("t", keyed("m", "order"))), order=1)

    assert (case.state, case.case.keys) == ("completed", ())


def test_a_subscription_follows_the_case_file_that_it_is_bound_to() -> None:
    bound = [("order", "number")]
    drawn = process("start > c > w", catch("c", keyed("m", "order", bound=bound)))
    case = play(drawn, number=5)

    seen = [_awaited(case), _awaited(case.set(number=6)), _awaited(case.set(number=None))]

    assert seen == [["5"], ["6"], ["6"]]  # nothing to be bound to: it waits as it did


def test_a_subscription_that_took_any_message_takes_its_own_once_the_case_knows_it() -> None:
    drawn = process("start > c > w", catch("c", keyed("m", "order")))
    case = play(drawn)

    assert (_awaited(case), _awaited(case.set(order=7))) == ([ANY_KEY], ["7"])


def test_another_message_that_waits_follows_the_key_that_the_first_one_fixed() -> None:
    drawn = process(
        "start > p", "p > c > end2", "p > d > w", parallel("p"),
        catch("c", keyed("m", "order")), catch("d", keyed("n", "order")),
    )  # fmt: skip
    case = play(drawn)

    case.send("m", {"order": 7})

    assert _awaited(case) == ["7"]
