"""Compensation events and their handlers (BPMN 2.0.2, 10.5.5 and 13.5.5)."""

from __future__ import annotations

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    call,
    compensation,
    end,
    error,
    event_sub,
    exclusive,
    looped,
    mapped,
    message,
    multi,
    parallel,
    process,
    script,
    service,
    signal,
    start,
    sub,
    terminate,
    throw,
    undone,
    user,
)
from tests.unit.kernel.playing import Played, compiled, play

from caseflow.errors import DiagramRefused
from caseflow.kernel import (
    ActivityCancelled,
    CaseFailed,
    CompensationStarted,
    CompensationThrown,
    IncidentRaised,
    ScopeEntered,
    ScopeLeft,
    Setting,
    compile_process,
    dump_case,
)
from caseflow.model import ElementId, Node, Process, ProcessId

P = ProcessId("p")


def logging(name: str) -> Node:
    """A script that notes that it ran."""
    return script(name, f"log = log + ['{name}']")


def undo_all() -> Node:
    return throw("undo", compensation())


def handlers(case: Played) -> list[str]:
    """The handlers that have begun, in their order."""
    return [one.handler for one in case.history if isinstance(one, CompensationStarted)]


def a_trip(*parts: Node | str) -> Process:
    """Books a flight and a hotel, then does what is drawn behind ``hotel``."""
    return process(
        "start > flight > hotel",
        *undone("flight", user("no-flight")),
        *undone("hotel", user("no-hotel")),
        *parts,
    )


# 13.5.5.1: handlers on the border


def test_a_handler_runs_when_the_completed_activity_is_compensated() -> None:
    drawn = process(
        "start > Book > undo > end",
        logging("Book"),
        *undone("Book", logging("Undo")),
        undo_all(),
    )

    case = play(drawn, log=[])

    assert (case.state, case.variables) == ("completed", {"log": ["Book", "Undo"]})
    assert case.facts(CompensationThrown, CompensationStarted) == [
        CompensationThrown(process=P, element=ElementId("undo"), activities=(ElementId("Book"),)),
        CompensationStarted(process=P, element=ElementId("Book"), handler=ElementId("Undo")),
    ]


def test_a_handler_is_outside_the_normal_flow() -> None:
    case = play(process("start > a > end", *undone("a", user("no-a"))))

    assert case.tasks == ["a"]
    assert case.do("a").state == "completed"


def test_an_activity_that_is_still_active_is_not_compensated() -> None:
    drawn = process(
        "start > fork > a > end",
        "fork > undo",
        parallel("fork"),
        undo_all(),
        *undone("a", user("no-a")),
    )

    case = play(drawn)

    assert case.tasks == ["a"]
    assert case.facts(CompensationThrown) == [
        CompensationThrown(process=P, element=ElementId("undo"), activities=())
    ]
    assert case.do("a").state == "completed"


def test_an_activity_that_was_interrupted_is_not_compensated() -> None:
    late = boundary("late", "a", message("late"))
    drawn = process("start > a > end", late, "late > undo", undo_all(), *undone("a", user("no-a")))

    case = play(drawn).send("late")

    assert (case.state, handlers(case)) == ("completed", [])


# 13.5.5.2: throwing


def test_compensation_without_anything_to_compensate_passes_and_says_so() -> None:
    drawn = process("start > undo > end", undo_all(), end("end", compensation()))

    case = play(drawn)

    assert case.state == "completed"
    assert case.facts(CompensationThrown) == [
        CompensationThrown(process=P, element=ElementId("undo"), activities=()),
        CompensationThrown(process=P, element=ElementId("end"), activities=()),
    ]


def test_a_scope_is_compensated_in_reverse_order_of_completion_one_after_the_other() -> None:
    case = play(a_trip("hotel > undo > after", undo_all())).do("flight").do("hotel")

    assert case.tasks == ["no-hotel"]
    assert case.do("no-hotel").tasks == ["no-flight"]
    assert case.do("no-flight").tasks == ["after"]
    assert case.do("after").state == "completed"


def test_reverse_order_is_that_of_completion_and_not_of_beginning() -> None:
    drawn = process(
        "start > fork > a > join",
        "fork > b > join > undo > end",
        parallel("fork"),
        parallel("join"),
        undo_all(),
        *undone("a", user("no-a")),
        *undone("b", user("no-b")),
    )

    case = play(drawn).do("b").do("a")

    assert case.tasks == ["no-a"]
    assert case.do("no-a").tasks == ["no-b"]


def test_a_named_activity_alone_is_compensated() -> None:
    only = throw("undo", compensation("flight"))
    case = play(a_trip("hotel > undo > after", only)).do("flight").do("hotel")

    assert case.tasks == ["no-flight"]
    assert case.do("no-flight").tasks == ["after"]


def test_every_completion_is_compensated_once_only() -> None:
    case = play(a_trip("hotel > undo > again > end", undo_all(), throw("again", compensation())))

    case.do("flight").do("hotel").do("no-hotel").do("no-flight")

    assert (case.state, handlers(case)) == ("completed", ["no-hotel", "no-flight"])


def test_an_activity_that_was_completed_twice_is_compensated_twice() -> None:
    drawn = process(
        "start > merge > a > more",
        "more > merge : again",
        "more > undo : default",
        "undo > end",
        exclusive("merge"),
        exclusive("more"),
        undo_all(),
        *undone("a", user("no-a")),
    )

    case = play(drawn).do("a", again=True).do("a", again=False)

    assert case.do("no-a").tasks == ["no-a"]
    assert case.do("no-a").state == "completed"


def test_an_event_that_does_not_wait_goes_on_at_once_and_the_case_ends_after_both() -> None:
    going_on = throw("undo", compensation(waits=False))
    case = play(a_trip("hotel > undo > after", going_on)).do("flight").do("hotel")

    assert sorted(case.tasks) == ["after", "no-hotel"]
    case.do("after")
    assert (case.state, case.tasks) == ("running", ["no-hotel"])
    case.do("no-hotel").do("no-flight")
    assert case.state == "completed"


def test_an_end_event_compensates_before_it_ends_the_path_and_names_the_outcome() -> None:
    ending = end("end", compensation(), outcome="undone")
    case = play(a_trip("hotel > end", ending)).do("flight").do("hotel")

    case.do("no-hotel").do("no-flight")

    assert (case.state, case.case.outcome) == ("completed", "undone")


def test_an_event_that_throws_a_signal_too_throws_it_before_it_waits() -> None:
    both = throw("undo", signal("alarm"), compensation("flight"))

    case = play(a_trip("hotel > undo > after", both)).do("flight").do("hotel")

    assert case.tasks == ["no-flight"]
    assert [type(one).__name__ for one in case.last.events][-4:] == [
        "SignalThrown",
        "CompensationThrown",
        "CompensationStarted",
        "TaskOpened",
    ]


def test_what_is_being_compensated_is_given_up_with_its_scope() -> None:
    stop = event_sub("es", start("s", message("stop")), "s > stopped")
    case = play(a_trip("hotel > undo > after", undo_all(), stop)).do("flight").do("hotel")

    case.send("stop")

    assert case.tasks == ["stopped"]
    assert case.facts(ActivityCancelled) == [
        ActivityCancelled(process=P, element=ElementId("no-hotel"))
    ]


def test_a_terminate_end_event_gives_compensation_up() -> None:
    drawn = process(
        "start > fork > a > undo > end",
        "fork > b > stop",
        parallel("fork"),
        undo_all(),
        end("stop", terminate()),
        *undone("a", user("no-a")),
    )

    case = play(drawn).do("a")

    assert case.do("b").state == "completed"


# Data: the snapshot


def test_a_handler_sees_the_case_file_as_it_is_now() -> None:
    drawn = process(
        "start > a > change > undo > end",
        script("a", "price = 5"),
        script("change", "price = 7"),
        undo_all(),
        *undone("a", script("no-a", "refund = price")),
    )

    assert play(drawn).variables == {"price": 7, "refund": 7}


def test_a_handler_sees_the_data_that_its_activity_had_of_its_own() -> None:
    booked = mapped(user("a"), inputs={"seat": "wanted"}, outputs={"booked": "seat"})
    drawn = process(
        "start > a > undo > end",
        booked,
        undo_all(),
        *undone("a", script("no-a", "freed = seat")),
    )

    case = play(drawn, wanted="7B").do("a")

    assert case.variables == {"wanted": "7B", "booked": "7B", "freed": "7B"}


# Loops and multi-instance activities (13.5.5.2: once for each instance)


def test_each_completed_instance_is_compensated_with_its_own_data_the_last_first() -> None:
    drawn = process(
        "start > a > undo > end",
        multi(user("a"), each="seats", item="seat"),
        undo_all(),
        *undone("a", script("no-a", "freed = freed + [[seat, ticket, loopCounter]]")),
    )

    case = play(drawn, seats=["1A", "2B"], freed=[])
    case.do("a", ticket="x").do("a", ticket="y")

    assert case.state == "completed"
    assert case.variables["freed"] == [["2B", "y", 2], ["1A", "x", 1]]


def test_a_machine_that_compensates_gets_the_data_of_its_activity() -> None:
    drawn = process(
        "start > a > undo > end",
        multi(user("a"), each="seats", item="seat"),
        undo_all(),
        *undone("a", service("no-a")),
    )

    case = play(drawn, seats=["1A"]).do("a", ticket="x")

    (job,) = case.case.jobs.values()
    assert job.input == {"seat": "1A", "ticket": "x", "loopCounter": 1}


def test_instances_are_not_compensated_before_the_whole_activity_is_completed() -> None:
    drawn = process(
        "start > fork > a > end",
        "fork > b > undo > end",
        parallel("fork"),
        multi(user("a"), times="2"),
        undo_all(),
        *undone("a", user("no-a")),
    )

    case = play(drawn).do("a").do("b")

    assert (case.tasks, handlers(case)) == (["a"], [])


def test_instances_that_were_stopped_are_not_compensated() -> None:
    drawn = process(
        "start > a > undo > end",
        multi(user("a"), times="3", until="numberOfCompletedInstances >= 1"),
        undo_all(),
        *undone("a", user("no-a")),
    )

    case = play(drawn).do("a").do("no-a")

    assert (case.state, handlers(case)) == ("completed", ["no-a"])


def test_an_activity_of_no_instance_leaves_nothing_to_compensate() -> None:
    drawn = process(
        "start > a > undo > end",
        multi(user("a"), times="0"),
        undo_all(),
        *undone("a", user("no-a")),
    )

    case = play(drawn)

    assert (case.state, handlers(case)) == ("completed", [])


def test_each_round_of_a_loop_is_compensated() -> None:
    drawn = process(
        "start > a > undo > end",
        looped(user("a"), "loopCounter < 3"),
        undo_all(),
        *undone("a", script("no-a", "freed = freed + [loopCounter]")),
    )

    case = play(drawn, freed=[]).do("a").do("a").do("a")

    assert (case.state, case.variables) == ("completed", {"freed": [3, 2, 1]})


def test_each_instance_of_a_sub_process_is_compensated_by_its_own_event_sub_process() -> None:
    undoing = event_sub("es", start("c", compensation()), "c > note", script("note", "out = item"))
    inner = sub("s", "si > a", start("si"), undoing)
    drawn = process("start > s > undo > end", multi(inner, each="items", item="item"), undo_all())

    case = play(drawn, items=["x", "y"]).do("a").do("a")

    assert (case.state, handlers(case)) == ("completed", ["es", "es"])


# Nested scopes


def a_sub_process(*parts: Node | str) -> Node:
    return sub(
        "s",
        "si > a > b > ei",
        start("si"),
        end("ei"),
        *undone("a", user("no-a")),
        *undone("b", user("no-b")),
        *parts,
    )


def test_a_completed_sub_process_is_compensated_by_compensating_what_is_inside() -> None:
    drawn = process("start > s > undo > after", a_sub_process(), undo_all())
    case = play(drawn).do("a").do("b")

    assert case.tasks == ["no-b"]
    assert case.do("no-b").tasks == ["no-a"]
    assert case.do("no-a").tasks == ["after"]


def test_a_compensated_sub_process_does_not_enter_the_history_a_second_time() -> None:
    drawn = process("start > s > undo > after", a_sub_process(), undo_all())

    case = play(drawn).do("a").do("b").do("no-b").do("no-a")

    assert len(case.facts(ScopeEntered)) == len(case.facts(ScopeLeft)) == 1


def test_a_handler_on_the_border_compensates_a_sub_process_as_a_black_box() -> None:
    drawn = process(
        "start > s > undo > after", a_sub_process(), undo_all(), *undone("s", user("no-s"))
    )

    case = play(drawn).do("a").do("b")

    assert case.do("no-s").tasks == ["after"]


def test_an_event_sub_process_compensates_its_completed_sub_process_instead() -> None:
    undoing = event_sub("es", start("c", compensation()), "c > mend")
    drawn = process("start > s > undo > after", a_sub_process(undoing), undo_all())
    case = play(drawn).do("a").do("b")

    assert case.tasks == ["mend"]
    assert case.do("mend").tasks == ["after"]


def test_such_an_event_sub_process_can_compensate_what_is_inside() -> None:
    again = throw("again", compensation())
    undoing = event_sub("es", start("c", compensation()), "c > mend > again > mended", again)
    drawn = process("start > s > undo > after", a_sub_process(undoing), undo_all())
    case = play(drawn).do("a").do("b").do("mend")

    assert case.do("no-b").tasks == ["no-a"]
    assert case.do("no-a").tasks == ["mended"]
    assert case.do("mended").tasks == ["after"]


def test_such_an_event_sub_process_sees_the_data_of_the_sub_process_at_its_end() -> None:
    undoing = event_sub("es", start("c", compensation()), "c > mend", script("mend", "out = seat"))
    inner = sub("s", "si > a", start("si"), undoing, data=["seat"])
    drawn = process("start > s > undo > end", inner, undo_all())

    case = play(drawn).do("a", seat="7B")

    assert case.variables == {"out": "7B"}


def test_a_compensation_event_sub_process_of_a_running_scope_does_not_run() -> None:
    undoing = event_sub("es", start("c", compensation()), "c > mend")
    case = play(a_trip("hotel > undo > after", undo_all(), undoing)).do("flight").do("hotel")

    assert case.tasks == ["no-hotel"]


def test_an_error_handler_compensates_the_scope_that_it_took_over() -> None:
    caught = event_sub(
        "es", start("e", error("E")), "e > undo > told", throw("undo", compensation())
    )
    inner = a_sub_process(caught, "b > ei2", end("ei2", error("E")))
    case = play(process("start > s > after", inner)).do("a").do("b")

    assert case.do("no-b").tasks == ["no-a"]
    assert case.do("no-a").tasks == ["told"]
    assert case.do("told").tasks == ["after"]


def test_what_an_event_sub_process_did_is_compensated_before_the_scope_it_serves() -> None:
    caught = event_sub(
        "es",
        start("e", message("stop")),
        "e > x > undo > told",
        undo_all(),
        *undone("x", user("no-x")),
    )
    case = play(a_trip("hotel > wait", caught)).do("flight").do("hotel").send("stop").do("x")

    assert case.do("no-x").tasks == ["no-hotel"]
    assert case.do("no-hotel").tasks == ["no-flight"]
    assert case.do("no-flight").tasks == ["told"]


def test_what_a_finished_event_sub_process_did_can_be_compensated() -> None:
    beside = event_sub(
        "es",
        start("e", message("note"), interrupting=False),
        "e > x",
        *undone("x", user("no-x")),
    )
    drawn = process("start > a > undo > end", beside, undo_all())

    case = play(drawn).send("note").do("x").do("a")

    assert case.do("no-x").state == "completed"


def test_an_event_sub_process_can_name_the_activity_of_the_scope_that_it_serves() -> None:
    caught = event_sub(
        "es", start("e", message("stop")), "e > undo > told", throw("undo", compensation("flight"))
    )
    case = play(a_trip("hotel > wait", caught)).do("flight").do("hotel").send("stop")

    assert case.do("no-flight").tasks == ["told"]


def test_an_event_sub_process_can_name_the_sub_process_that_it_stands_in() -> None:
    caught = event_sub(
        "es", start("e", message("stop")), "e > undo > told", throw("undo", compensation("s"))
    )
    case = play(process("start > s > after", a_sub_process(caught))).do("a").send("stop")

    assert case.do("no-a").tasks == ["told"]


def test_what_an_interrupted_sub_process_had_done_is_not_compensated() -> None:
    late = boundary("late", "s", message("late"))
    drawn = process("start > s > end", a_sub_process(), late, "late > undo > after", undo_all())

    case = play(drawn).do("a").send("late")

    assert case.tasks == ["after"]


# Called processes


def test_a_called_process_is_compensated_by_what_is_drawn_in_it() -> None:
    other = compiled(
        process("start > x > y > end", *undone("x", user("no-x")), user("y"), name="q")
    )
    drawn = process("start > c > undo > after", call("c", "q"), undo_all())
    case = play(compiled(drawn, calls=[other])).do("x").do("y")

    assert case.tasks == ["no-x"]
    assert case.do("no-x").tasks == ["after"]


def test_a_called_process_with_an_event_sub_process_compensates_itself() -> None:
    undoing = event_sub("es", start("c", compensation()), "c > mend", script("mend", "out = x"))
    other = compiled(process("start > t > end", undoing, user("t"), name="q"))
    called = mapped(call("c", "q"), inputs={"x": "n"}, outputs={})
    drawn = process("start > c > undo > end", called, undo_all())

    case = play(compiled(drawn, calls=[other]), n=3).do("t")

    assert (case.state, handlers(case), case.variables) == ("completed", ["es"], {"n": 3})


def test_a_handler_can_call_a_process() -> None:
    other = compiled(process("start > x > end", name="q"))
    drawn = process("start > a > undo > after", undo_all(), *undone("a", call("no-a", "q")))
    case = play(compiled(drawn, calls=[other])).do("a")

    assert case.tasks == ["x"]
    assert case.do("x").tasks == ["after"]


# Handlers are activities like others


def test_an_error_in_a_handler_is_caught_on_its_border() -> None:
    caught = boundary("caught", "no-a", error("E"))
    drawn = process(
        "start > a > undo > after",
        undo_all(),
        *undone("a", service("no-a")),
        caught,
        "caught > mend",
    )
    case = play(drawn).do("a").raise_error("no-a", "E")

    assert case.tasks == ["mend"]
    assert case.do("mend").tasks == ["after"]


def test_an_error_in_a_handler_leaves_the_scope_that_is_compensated() -> None:
    caught = event_sub("es", start("e", error("E")), "e > undo", throw("undo", compensation()))
    inner = sub(
        "s",
        "si > a > ei",
        start("si"),
        end("ei", error("E")),
        *undone("a", service("no-a")),
        caught,
    )
    outer = boundary("outer", "s", error("E"))
    case = play(process("start > s > end", inner, outer, "outer > mend")).do("a")

    case.raise_error("no-a", "E")

    assert case.tasks == ["mend"]


def test_an_error_in_a_handler_is_not_caught_by_the_scope_that_is_completed() -> None:
    caught = event_sub("es", start("e", error("E")), "e > wrong")
    inner = sub("s", "si > a", start("si"), *undone("a", service("no-a")), caught)
    case = play(process("start > s > undo > end", inner, undo_all())).do("a")

    case.raise_error("no-a", "E")

    assert case.state == "failed"
    assert case.facts(CaseFailed) == [CaseFailed(code="E")]


def test_a_handler_that_fails_waits_for_an_operator_and_goes_on() -> None:
    drawn = process(
        "start > a > undo > after",
        undo_all(),
        *undone("a", script("no-a", "x = missing")),
    )
    case = play(drawn).do("a")

    assert (case.stuck, len(case.facts(IncidentRaised))) == (["no-a"], 1)
    case.set(missing=1).resolve("no-a")
    assert (case.tasks, case.variables["x"]) == (["after"], 1)


def test_a_handler_can_be_a_sub_process_or_run_for_many() -> None:
    inside = sub("no-a", "si > x", start("si"))
    drawn = process(
        "start > a > b > undo > after",
        undo_all(),
        *undone("a", inside),
        *undone("b", multi(user("no-b"), times="2")),
    )

    case = play(drawn).do("a").do("b").do("no-b").do("no-b")

    assert case.tasks == ["x"]
    assert case.do("x").tasks == ["after"]


def test_what_a_handler_did_is_not_compensated() -> None:
    inside = sub("no-a", "si > x > ei", start("si"), end("ei"), *undone("x", user("no-x")))
    drawn = process(
        "start > a > undo > again > after",
        undo_all(),
        throw("again", compensation()),
        *undone("a", inside),
    )

    case = play(drawn).do("a").do("x")

    assert (case.tasks, handlers(case)) == (["after"], ["no-a"])


def test_what_a_compensation_that_was_given_up_has_not_undone_can_still_be_compensated() -> None:
    again = throw("again", compensation())
    caught = event_sub("es", start("e", message("stop")), "e > again > told", again)
    case = play(a_trip("hotel > undo > after", undo_all(), caught)).do("flight").do("hotel")
    assert case.tasks == ["no-hotel"]

    case.send("stop")

    assert case.tasks == ["no-flight"]
    assert case.do("no-flight").tasks == ["told"]


def test_a_compensation_inside_a_sub_process_that_was_given_up_can_be_taken_up_again() -> None:
    again = throw("again", compensation())
    caught = event_sub("es", start("e", message("stop")), "e > again > told", again)
    drawn = process("start > s > undo > after", a_sub_process(), undo_all(), caught)
    case = play(drawn).do("a").do("b")
    assert case.tasks == ["no-b"]

    case.send("stop")

    assert case.tasks == ["no-a"]
    assert case.do("no-a").tasks == ["told"]


def test_an_event_sub_process_that_ends_takes_its_compensation_along() -> None:
    caught = event_sub(
        "es",
        start("e", message("stop")),
        "e > fork > undo > told",
        "fork > x > last",
        parallel("fork"),
        undo_all(),
        end("last", terminate()),
    )
    inner = sub("s", "si > a > b", start("si"), *undone("a", user("no-a")), caught)
    case = play(process("start > s > after", inner)).do("a").send("stop")
    assert case.tasks == ["x", "no-a"]

    assert case.do("x").tasks == ["after"]


# State


def test_nothing_is_kept_of_activities_without_a_handler() -> None:
    drawn = process("start > a > s > c > end", sub("s", "si > b", start("si")))

    case = play(drawn).do("a").do("b")

    assert '"done"' not in dump_case(case.case)


def test_what_can_be_compensated_ends_with_the_scope_or_the_case() -> None:
    inner = sub("s", "si > a", start("si"), *undone("a", user("no-a")))
    drawn = process("start > s > b > end", inner, *undone("s", user("no-s")))

    case = play(drawn).do("a")

    assert '"no-a"' not in dump_case(case.case)
    assert "done" in dump_case(case.case)
    assert "done" not in dump_case(case.do("b").case)


@pytest.mark.parametrize(
    ("drawn", "what"),
    [
        (
            process("start > a > undo > end", throw("undo", compensation("a"), compensation("b"))),
            "an event that compensates several things at once",
        ),
        (
            process("start > end", end("end", compensation(), terminate())),
            "an event that compensates a scope and ends it as well",
        ),
        (
            process(
                "start > a > end",
                *undone("a", user("x")),
                boundary("second", "a", compensation()),
            ),
            "an activity with two compensation handlers",
        ),
        (
            process(
                "start > a",
                event_sub("e1", start("c1", compensation()), "c1 > x"),
                event_sub("e2", start("c2", compensation()), "c2 > y"),
            ),
            "a second event sub-process that compensates its scope",
        ),
    ],
)
def test_what_is_unclear_is_refused_by_name(drawn: Process, what: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        compile_process(drawn, setting=Setting())

    assert [one.message for one in refused.value.findings] == [f"{what} cannot be executed yet"]
