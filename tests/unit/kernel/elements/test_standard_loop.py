"""Standard loops (BPMN 2.0.2, 13.3.6)."""

from __future__ import annotations

from tests.unit.kernel.drawing import looped, mapped, process, script, sub, user
from tests.unit.kernel.playing import play


def test_an_activity_is_done_again_while_the_condition_holds() -> None:
    case = play(process("start > a > end", looped(user("a"), "again")))

    case.do("a", again=True).do("a", again=True)
    assert case.tasks == ["a"]

    assert case.do("a", again=False).state == "completed"


def test_the_condition_is_asked_after_a_round_unless_it_is_to_be_asked_before() -> None:
    after = process("start > a > end", looped(script("a", "n = n + 1"), "False"))
    before = process(
        "start > a > end", looped(script("a", "n = n + 1"), "n < 3", test_before=True)
    )

    assert play(after, n=0).variables == {"n": 1}
    assert play(before, n=0).variables == {"n": 3}
    assert play(before, n=5).variables == {"n": 5}


def test_a_maximum_ends_the_loop_whatever_the_condition_says() -> None:
    for loop in (
        looped(script("a", "n = n + 1"), "True", maximum=4),
        looped(script("a", "n = n + 1"), maximum=4),
    ):
        assert play(process("start > a > end", loop), n=0).variables == {"n": 4}


def test_a_maximum_holds_for_a_condition_that_is_asked_before() -> None:
    loop = looped(script("a", "n = n + 1"), "True", test_before=True, maximum=2)

    assert play(process("start > a > end", loop), n=0).variables == {"n": 2}


def test_the_counter_is_the_number_of_the_round() -> None:
    loop = looped(script("a", "seen = seen + [loopCounter]"), "loopCounter < 3")

    assert play(process("start > a > end", loop), seen=[]).variables == {"seen": [1, 2, 3]}


def test_a_condition_that_is_asked_before_knows_how_many_rounds_there_were() -> None:
    loop = looped(script("a", "n = n + 1"), "loopCounter < 2", test_before=True)

    assert play(process("start > a > end", loop), n=0).variables == {"n": 2}


def test_a_sub_process_can_be_repeated() -> None:
    case = play(process("start > s > end", looped(sub("s", "start > a"), "again")))

    case.do("a", again=True)

    assert case.tasks == ["a"]
    assert len(case.case.frames) == 4
    assert case.do("a", again=False).state == "completed"


def test_each_round_takes_its_inputs_anew_and_gives_its_outputs() -> None:
    loop = looped(
        mapped(script("a", "x = x * 2"), inputs={"x": "n"}, outputs={"n": "x"}), "loopCounter < 3"
    )

    assert play(process("start > a > end", loop), n=1).variables == {"n": 8}


def test_a_condition_that_fails_is_asked_again_without_another_round() -> None:
    case = play(process("start > a > end", looped(user("a"), "more > 0"))).do("a")
    assert (case.tasks, case.stuck) == ([], ["a"])

    case.set(more=1).resolve("a")
    assert (case.tasks, case.stuck) == (["a"], [])

    assert case.do("a", more=0).state == "completed"


def test_a_condition_that_fails_before_the_first_round_is_asked_again() -> None:
    case = play(process("start > a > end", looped(user("a"), "more > 0", test_before=True)))
    assert (case.stuck, list(case.case.frames)) == (["a"], [1])

    assert case.set(more=0).resolve("a").state == "completed"
