"""The small diagrams of ``../shared/semantics``, each about one point of BPMN execution.

Each is driven and must do what ``EXPECTED.md`` beside them says. What the kernel does not
execute yet it must refuse at deployment, by the name of the element.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.unit.kernel.playing import Played, play

from caseflow.bpmn import read_diagram
from caseflow.errors import DiagramRefused, NothingWaits
from caseflow.kernel import (
    BroadcastSignal,
    CaseFailed,
    MessageSent,
    Program,
    Setting,
    advance,
    compile_process,
)
from caseflow.model import Value

Drive = Callable[[Played], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class See:
    """What is seen of a case: what its scripts logged, its open tasks, where it is stuck."""

    log: str = ""
    tasks: str = ""
    stuck: str = ""
    state: str = "running"
    variables: Mapping[str, Value] | None = None


def over(log: str = "", *, state: str = "completed", **variables: Value) -> See:
    return See(log=log, state=state, variables=variables or None)


def do(element: str, **variables: Value) -> Drive:
    return lambda case: case.do(element, **variables)


def send(name: str) -> Drive:
    return lambda case: case.send(name)


def later(**span: float) -> Drive:
    return lambda case: case.later(**span)


def put(**variables: Value) -> Drive:
    return lambda case: case.set(**variables)


SCENES: dict[str, list[See | Drive]] = {
    "01_flow_without_id": [over("A")],
    "02_id_clash_End": [See(tasks="U"), do("U"), over()],
    "02b_id_clash_Start": [over("A")],
    "03_compensation": [over("Book Undo")],
    "03b_compensate_throw_dropped": [over("A")],
    "04_error_event_subprocess_runs_without_error": [over("A")],
    "05_interrupting_event_subprocess": [See(tasks="Work"), send("msg"), over("Handler")],
    "06_event_subprocess_in_subprocess": [send("msg"), See(log="Handler", tasks="Work")],
    "07_signal_end_event": [See(tasks="W"), do("W"), over("Got")],
    "08_link": [over("A B")],
    "09_implicit_split": [over("A B C")],
    "09b_condition_on_task_flow": [See(log="A", stuck="A")],
    "10_task_without_outgoing": [over("A")],
    "11_complex_gateway": [over()],
    "12_adhoc_sequential": [  # which is never done: its condition is False
        See(tasks="T1 T2"),
        *(do("T1"), See(tasks="T2 T1"), do("T2"), See(tasks="T1 T2")),
    ],
    "12b_adhoc_no_condition": [See(tasks="T1 T2"), do("T1"), See(tasks="T2"), do("T2"), over()],
    "12c_adhoc_parallel_condition": [
        See(tasks="T1 T2"),
        *(do("T1"), See(tasks="T2 T1"), do("T2", done=True), over()),
    ],
    "12d_adhoc_with_a_data_object": [
        See(tasks="T1 T2"),
        *(do("T1"), See(tasks="T2 T1"), do("T2", done=True), over()),
    ],
    "12e_adhoc_own_data_object": [
        See(tasks="T1 T2"),
        *(do("T1"), See(tasks="T2 T1"), do("T2", done=True), over()),
    ],
    "13_late_interrupt": [over("Handler")],
    "14_noninterrupting_boundary_twice": [
        *(send("msg"), See(log="Note", tasks="Work")),
        *(send("msg"), See(log="Note Note", tasks="Work")),
        *(do("Work"), over("Note Note")),
    ],
    "15_timer_plain_iso": [See(), later(seconds=2), over("A")],
    "15_dur_P0D": [See(), later(seconds=1), over()],
    "15_dur_PT0S": [See(), later(seconds=1), over()],
    "15_dur_P1D": [later(hours=23), See(), later(hours=1), over()],
    "15_dur_P1W": [later(days=6), See(), later(days=1), over()],
    "15_dur_P1M": [later(days=30), See(), later(days=1), over()],  # from the 2nd of March
    "15_dur_PT36H": [later(hours=35), See(), later(hours=1), over()],
    "15_dur_P1Y2M10DT2H30M": [later(days=430), See(), later(days=20), over()],
    "16_cycle_catchup": [
        later(hours=3, minutes=10),
        See(log="Remind Remind Remind", tasks="Work"),
    ],
    "16b_cycle_open_ended": [
        later(hours=4, seconds=4),
        See(log="Remind Remind Remind Remind", tasks="Work"),
        *(do("Work"), over("Remind Remind Remind Remind")),
    ],
    "16c_cycle_interrupting": [later(hours=1, seconds=1), over("Remind")],
    "16d_cycle_start_date": [later(days=9), See(tasks="Work")],
    "17_signal_caught_inside_not_broadcast": [do("W"), over("Got")],
    "18_mi_builtin_attributes": [See(tasks="V V V"), do("V"), do("V"), over()],
    "18b_mi_condition_own_var": [do("V", done=True), over()],
    "19_mi_negative_cardinality": [See(stuck="V")],
    "19b_mi_output_preset": [over(out=[1, 1])],
    "20_inclusive_two_flows_same_pair": [over("A")],
    "20b_inclusive_join_in_a_loop": [over("A B A B", n=2)],
    "20c_inclusive_direct_flows_in_a_loop": [
        *(See(tasks="U"), do("U"), See(tasks="U"), do("U"), over(n=2)),
    ],
    "21_parallel_join_two_tokens_one_flow": [
        See(log="B1 B2", tasks="U"),
        do("U"),
        See(log="B1 B2 A", stuck="j"),  # the second token of B1 and B2 has none to join
    ],
    "22_uncaught_error_end": [over(state="failed")],
    "23_conditional_event_other_branch": [See(tasks="W"), do("W"), over("Got", ready=True)],
    "23b_conditional_event_data_object": [See(tasks="W"), do("W"), over("Got", ready=True)],
    "23c_conditional_boundary_user_task": [
        *(See(tasks="Work"), put(urgent=True), over("Esc", urgent=True)),
    ],
    "23d_conditional_event_subprocess": [do("W"), See(log="Handler", tasks="W2")],
    "24_variable_of_a_sibling_branch": [do("A"), do("B"), over(x=1, y=1)],
    "25_data_object_two_levels_up": [over(do=1)],
    "26_data_association_mapping": [over(invoice=5)],
    "27_data_store": [See(tasks="T"), do("T"), over()],
    "28_lanes_nested": [See(tasks="T"), do("T"), See(tasks="Inner")],
    "30_multiple_none_starts": [over("A")],
    "31_start_none_and_message": [over("A")],
    "33_terminate_in_subprocess": [over("After")],
    "34_cancel_compensates": [over("Pay Refund Cancelled")],
    "35_script_raises_boundary_error": [
        over("Handler"),
    ],
    "36_business_rule_plain": [See(), lambda case: case.finish("br"), over()],
    "37_signal_start_eventsub_twice": [
        *(send("msg"), send("msg"), See(log="Handler Handler", tasks="Work")),
    ],
    "38_event_definition_ref": [See(), later(hours=1), over("A")],
    "39_isExecutable_1": [over("A")],
    "40_escalation_code_mismatch": [over()],
    "41_subprocess_without_start": [over("A")],
    "42_receive_task_no_message": [See(), send("r"), over("A")],
    "43_exclusive_default_single": [See(stuck="g")],
    "44_correlation": [
        *(See(stuck="t"), put(case_id=1), lambda case: case.resolve("t"), See()),
        *(lambda case: case.send("msg2", {"case_id": 1}), over("Got", case_id=1)),
    ],
    "44b_correlation_catch_first": [
        *(See(), lambda case: case.send("msg2", {"case_id": 7}), over("Got", case_id=7)),
    ],
    "45_message_end_event_named_End": [over("A")],
    "46_boundary_in_rework_loop": [
        *(later(hours=2), do("Work", redo=True), later(hours=2)),
        *(See(log="Late Late", tasks="Work"), do("Work", redo=False)),
        over("Late Late", redo=False),
    ],
    "47_nonint_timer_boundary_on_mi": [See(tasks="V V"), later(hours=2), over("Late")],
}

REFUSED = {
    "16e_cron": "is not an ISO 8601 repeating interval",
    "29_call_activity_missing": "process other is called, but not deployed",
}
"""What is refused, and by which words: cron is no ISO 8601, an unknown call is a mistake."""

ELSEWHERE = {"32_receive_task_instantiate"}
"""What has a test of its own below, because no plain start opens a case of it."""


@pytest.fixture(scope="module")
def semantics(repository: Path) -> Path:
    """Where the diagrams lie."""
    folder = repository.parent / "shared" / "semantics"
    if not folder.is_dir():
        pytest.skip("the semantics diagrams (../shared/semantics) are not on this machine")
    return folder


def opened(folder: Path, name: str, log: list[str], *, begin: str | None = None) -> Played:
    """Deploy a diagram whose scripts log to a list, and open a case.

    The laws are not checked on the way, because that runs every command, and so its
    scripts, over again.
    """
    return play(deployed(folder, name, log), begin=begin, by=advance)


def deployed(folder: Path, name: str, log: list[str]) -> Program:
    path = folder / f"{name}.bpmn"
    diagram = read_diagram(path.read_bytes(), file=path.name)
    (process,) = diagram.processes

    def note(what: Value) -> None:
        log.append(str(what))

    return compile_process(process, setting=Setting(functions={"log": note}))


def seen(case: Played, log: list[str], expected: See) -> See:
    """What is seen, with the variables only where those are asked for."""
    return See(
        log=" ".join(log),
        tasks=" ".join(case.tasks),
        stuck=" ".join(case.stuck),
        state=case.state,
        variables=None if expected.variables is None else case.variables,
    )


@pytest.mark.parametrize("name", SCENES)
def test_a_diagram_does_what_it_must(semantics: Path, name: str) -> None:
    log: list[str] = []
    case = opened(semantics, name, log)

    for step in SCENES[name]:
        if isinstance(step, See):
            assert seen(case, log, step) == step
        else:
            step(case)


@pytest.mark.parametrize("name", REFUSED)
def test_a_diagram_that_cannot_be_executed_is_refused_by_name(semantics: Path, name: str) -> None:
    with pytest.raises(DiagramRefused, match=REFUSED[name]):
        deployed(semantics, name, [])


def test_every_diagram_has_its_scene_or_is_refused(semantics: Path) -> None:
    shown = SCENES.keys() | REFUSED.keys() | ELSEWHERE
    assert {path.stem for path in semantics.glob("*.bpmn")} == shown


def test_every_point_of_the_expected_behaviour_has_its_scene(semantics: Path) -> None:
    lines = (semantics / "EXPECTED.md").read_text(encoding="utf-8").splitlines()
    points = {line.split("`")[1].removesuffix(".bpmn") for line in lines if line[:3] == "| `"}

    assert len(points) >= 60
    assert points <= SCENES.keys() | REFUSED.keys() | ELSEWHERE


def test_a_message_opens_a_case_at_its_own_start_event(semantics: Path) -> None:
    log: list[str] = []

    opened(semantics, "31_start_none_and_message", log, begin="s2")

    assert log == ["B"]


def test_a_message_opens_a_case_at_a_receive_task(semantics: Path) -> None:
    log: list[str] = []

    case = opened(semantics, "32_receive_task_instantiate", log, begin="r")

    assert (log, case.state) == (["A"], "completed")


def test_a_message_with_the_key_of_another_case_is_not_caught(semantics: Path) -> None:
    case = opened(semantics, "44b_correlation_catch_first", [])

    with pytest.raises(NothingWaits, match="whose key K is '7', not '8'"):
        case.send("msg2", {"case_id": 8})


def test_a_signal_that_is_caught_inside_goes_to_other_cases_too(semantics: Path) -> None:
    case = opened(semantics, "17_signal_caught_inside_not_broadcast", []).do("W")

    assert [one.name for one in case.last.effects if isinstance(one, BroadcastSignal)] == ["sig"]


def test_a_message_end_event_throws_whatever_it_is_called(semantics: Path) -> None:
    case = opened(semantics, "45_message_end_event_named_End", [])

    assert [one.name for one in case.history if isinstance(one, MessageSent)] == ["msg"]


def test_an_uncaught_error_names_its_code(semantics: Path) -> None:
    case = opened(semantics, "22_uncaught_error_end", [])

    assert case.history[-1] == CaseFailed(code="E1")
