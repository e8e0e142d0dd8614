"""An overlay changes what it names, and nothing else; what it writes can be read again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.overlays.permit import base, overlaid

from caseflow.model import Assignment, Flow, Node, Process, UserTask
from caseflow.overlays import Overlaid
from caseflow.overlays.toml import write_toml

PLAIN = st.one_of(
    st.booleans(),
    st.integers(),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
)
VALUES = st.recursive(
    st.one_of(PLAIN, st.lists(PLAIN)),
    lambda inner: st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
TEXTS = st.text(alphabet="abc 县，\"'\\", min_size=1).filter(str.strip)
LABELS = st.dictionaries(st.sampled_from(["sign", "decide", "advise", "f7", "f8", "top"]), TEXTS)
POINTS = st.lists(st.sampled_from(["after_check", "before_end"]), max_size=4)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def written(labels: Mapping[str, str], points: list[str], *, without_check: bool) -> str:
    lines = ['leave_out = ["check"]'] if without_check else []
    lines += ["[labels]", *(f"{name} = {quoted(text)}" for name, text in labels.items())]
    for number, point in enumerate(points):
        lines += [f"[add.step_{number}]", f'at = "{point}"', 'name = "New"']
    return "\n".join(lines)


def unplaced(node: Node) -> Node:
    """Return a node without what moves when the file around it changes."""
    behaviour = node.behaviour
    if isinstance(behaviour, UserTask):
        behaviour = UserTask(assignment=_unplaced(behaviour.assignment))
    return replace(node, line=0, behaviour=behaviour)


def _unplaced(assignment: Assignment) -> Assignment:
    due = None if assignment.due is None else replace(assignment.due, line=0)
    roles = tuple(replace(one, line=0) for one in assignment.roles)
    return replace(assignment, roles=roles, due=due)


def flows_of(process: Process) -> dict[str, Flow]:
    return {str(one.id): replace(one, line=0) for one in process.scope.flows.values()}


def steps_of(process: Process) -> dict[str, Node]:
    return {str(one.id): unplaced(one) for one in process.scope.nodes.values()}


def new_of(made: Overlaid) -> Process:
    return made.diagram.processes[0]


@settings(max_examples=30)
@given(labels=LABELS, points=POINTS, without_check=st.booleans())
def test_what_is_not_named_stays_equal(
    *, labels: Mapping[str, str], points: list[str], without_check: bool
) -> None:
    old = base().diagram.processes[0]

    new = new_of(overlaid(written(labels, points, without_check=without_check)))

    gone = {"check"} if without_check else set()
    around = {"asked", "advise", "route", "granted", "check"}  # whose flows may be others
    for name, node in steps_of(old).items():
        if name in gone:
            assert name not in steps_of(new)
        else:
            kept = steps_of(new)[name]
            same = replace(node, name=labels.get(name, node.name).strip())
            if name in around:
                same = replace(same, incoming=kept.incoming, outgoing=kept.outgoing)
            if name not in {"t", "overdue"}:
                assert kept == same
    assert steps_of(new).keys() - steps_of(old).keys() == {
        f"step_{number}.east" for number in range(len(points))
    }
    for name in ("f3", "f4", "f5", "f6", "f9", "f10"):
        assert flows_of(new)[name] == flows_of(old)[name]
    assert flows_of(new)["f8"].target == "to_court"


@settings(max_examples=30)
@given(labels=LABELS, points=POINTS, without_check=st.booleans())
def test_every_way_still_leads_from_the_start_to_the_ends(
    *, labels: Mapping[str, str], points: list[str], without_check: bool
) -> None:
    new = new_of(overlaid(written(labels, points, without_check=without_check)))

    reached = {"asked", "overdue"}
    for _ in new.scope.nodes:
        reached |= {one.target for one in new.scope.flows.values() if one.source in reached}
    assert reached == set(new.scope.nodes)


@settings(max_examples=50)
@given(st.dictionaries(st.text(), VALUES))
def test_what_is_written_as_toml_is_read_as_it_was(document: dict[str, object]) -> None:
    assert tomllib.loads(write_toml(document), parse_float=Decimal) == document
