"""What an overlay makes of its base: a diagram and a parameter file like any others."""

from __future__ import annotations

import pytest
from tests.unit.overlays.permit import DIAGRAM, PARAMETERS, base, overlaid, refusals

from caseflow.bpmn import lay_out, write_drawing
from caseflow.errors import Finding, Severity
from caseflow.model import (
    CallActivity,
    ElementId,
    EndEvent,
    Flow,
    ManualTask,
    Node,
    Process,
    UserTask,
)
from caseflow.overlays import Overlaid
from caseflow.parameters import read_parameters

REVIEW = """
new_roles = ["deputy"]
[add.review]
at = "after_check"
name = "Review"
role = "deputy"
due = "decide"
[add.stamp]
at = "after_check"
kind = "manualTask"
name = "Stamp"
"""


def process(made: Overlaid) -> Process:
    (only,) = made.diagram.processes
    return only


def node(made: Overlaid, name: str) -> Node:
    return process(made).scope.nodes[ElementId(name)]


def flow(made: Overlaid, name: str) -> Flow:
    return next(one for one in process(made).scope.flows.values() if one.id == name)


def ways(made: Overlaid) -> dict[str, tuple[str, str]]:
    return {one.id: (one.source, one.target) for one in process(made).scope.flows.values()}


def roles(made: Overlaid, name: str) -> list[str]:
    behaviour = node(made, name).behaviour
    assert isinstance(behaviour, UserTask | ManualTask)
    return [one.text.strip('"') for one in behaviour.assignment.roles]


def test_the_process_has_an_id_of_its_own_and_knows_its_base() -> None:
    made = overlaid('label = "East"')

    assert (process(made).id, process(made).overlay_of, process(made).name) == (
        "permit.east",
        "permit",
        "Permit · East",
    )
    assert [one.process for one in made.diagram.participants] == ["permit.east"]


def test_steps_at_one_point_follow_each_other_in_the_order_of_the_file() -> None:
    made = overlaid(REVIEW)

    before = ways(overlaid(""))
    assert ways(made) == {
        **before,
        "f2": ("check", "review.east"),
        "review.east.next": ("review.east", "stamp.east"),
        "stamp.east.next": ("stamp.east", "advise"),
    }
    assert roles(made, "review.east") == ["deputy"]


def test_a_step_without_a_role_is_for_that_of_its_lane() -> None:
    made = overlaid(REVIEW)

    assert roles(made, "stamp.east") == ["clerk"]
    office = next(lane for lane in process(made).lanes if lane.id == "office")
    assert {"review.east", "stamp.east"} <= office.nodes


def test_a_call_can_be_added() -> None:
    text = '[add.ask]\nat = "after_check"\nkind = "callActivity"\nname = "Ask"\ncalls = "asking"'

    added = node(overlaid(text), "ask.east")

    assert isinstance(added.behaviour, CallActivity)
    assert added.behaviour.called == "asking"


def test_a_step_that_is_left_out_leaves_one_flow() -> None:
    made = overlaid('leave_out = ["check"]')

    before = ways(overlaid(""))
    del before["f2"]
    assert ways(made) == {**before, "f1": ("asked", "advise")}
    assert "check" not in process(made).scope.nodes


def test_a_step_can_be_put_in_the_place_of_one_that_is_left_out() -> None:
    made = overlaid('leave_out = ["check"]\n' + REVIEW)

    assert ways(made)["f1"] == ("asked", "review.east")
    assert ways(made)["stamp.east.next"] == ("stamp.east", "advise")
    assert node(made, "review.east").incoming == ("f1",)


def test_an_added_step_keeps_the_condition_of_its_flow() -> None:
    conditional = base(
        DIAGRAM.replace('name="no" sourceRef', 'name="no" caseflow:extensionPoint="no" sourceRef')
    )
    made = overlaid('[add.ask]\nat = "no"\nname = "Ask"', conditional)

    assert flow(made, "f8").condition is not None
    assert (flow(made, "f8").target, flow(made, "ask.east.next").target) == (
        "ask.east",
        "to_court",
    )


def test_a_role_is_called_otherwise_in_lanes_and_tasks() -> None:
    made = overlaid('[roles]\nclerk = "officer"')

    assert [lane.role for lane in process(made).lanes] == ["officer", "head"]
    assert roles(made, "check") == ["officer", "helper"]
    assert roles(made, "advise") == ["officer"]
    assert roles(made, "sign") == ["head"]


def test_documents_are_only_added() -> None:
    text = '[documents]\nalways = ["photo"]\n[documents.outcomes]\ngranted = ["receipt"]'

    made = overlaid(text)

    assert process(made).mandatory == ("application", "photo")
    granted = node(made, "granted").behaviour
    assert isinstance(granted, EndEvent)
    assert granted.mandatory == ("receipt",)


def test_the_parameter_file_holds_the_one_set_of_the_overlay() -> None:
    made = overlaid(
        '[parameters]\nextends = "strict"\n[parameters.limits.decide]\n'
        'span = "8 d"\nkind = "WD"\nlabel = "Decide"\nsource = "[D]"'
    )

    sets = read_parameters(made.parameters or "", file="parameters.toml")
    (own,) = sets.values()
    assert own.name == "strict"  # by which the processes that it calls know the set
    amounts = {name: limit.amount for name, limit in own.limits.items()}
    assert amounts == {"decide": 8, "remind": 8, "check": 1}
    assert own.values == {"fee": 20, "copies": 2}
    assert list(own.ladders) == ["lights"]


def test_where_the_base_has_no_set_that_of_the_overlay_goes_by_its_name() -> None:
    text = '[parameters.values]\nsize = { value = 1, label = "s", source = "[D]" }'

    assert refusals(text, base(parameters=None)) == [
        ("overlay-unknown-parameter", "parameters.values.size", 4)
    ]
    limited = text.replace("[parameters.values]\nsize", "[parameters.limits]\nreview").replace(
        "value = 1", 'span = "1 d", kind = "WD"'
    )
    added = '[add.review]\nat = "after_check"\nname = "Review"\ndue = "review"\n'
    made = overlaid(f"{limited}\n{added}", base(parameters=None))
    assert list(read_parameters(made.parameters or "", file="p")) == ["east"]


def test_without_parameters_of_its_own_it_keeps_those_of_the_base() -> None:
    assert overlaid("").parameters == PARAMETERS


def test_a_new_limit_is_allowed_where_a_new_step_names_it() -> None:
    text = (
        '[parameters.limits.review]\nspan = "1 d"\nkind = "WD"\nlabel = "R"\nsource = "[D]"\n'
        '[add.review]\nat = "after_check"\nname = "Review"\ndue = "review"\n'
    )

    behaviour = node(overlaid(text), "review.east").behaviour

    assert isinstance(behaviour, UserTask)
    assert behaviour.assignment.due is not None
    assert behaviour.assignment.due.text == 'limit("review")'


def test_the_same_overlay_on_the_same_base_gives_the_same_bytes() -> None:
    text = 'leave_out = ["check"]\n' + REVIEW

    assert overlaid(text).data == overlaid(text).data
    assert overlaid(text).parameters == overlaid(text).parameters


@pytest.mark.parametrize(("text", "is_new"), [(REVIEW, True), ('[labels]\nsign = "X"', False)])
def test_a_drawing_is_made_anew_only_where_steps_are_others(*, text: str, is_new: bool) -> None:
    plain = base()
    drawing = lay_out(plain.diagram)
    data = write_drawing(plain.data, drawing)
    drawn = base(data.decode())

    made = overlaid(text, drawn)

    assert ("review.east" in made.diagram.drawing.shapes) is is_new
    assert (made.diagram.drawing == drawn.diagram.drawing) is not is_new


def test_an_overlay_that_was_written_for_another_base_is_warned_of() -> None:
    right = overlaid(f'written_for = "{base().digest[:12]}"')
    wrong = overlaid('written_for = "0123456789ab"')

    assert right.warnings == ()
    assert wrong.warnings == (
        Finding(
            rule="overlay-outdated",
            severity=Severity.WARNING,
            file="overlay.toml",
            line=3,
            element="written_for",
            message=f"the base has changed: its digest is now {base().digest[:12]}",
            remedy="look at `caseflow overlay diff`, then write the new digest here",
        ),
    )
