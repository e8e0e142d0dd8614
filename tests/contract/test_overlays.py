"""Overlays that are deployed: whose cases run them, and what is a new version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.overlays.permit import files

from caseflow.documents import Archive
from caseflow.engine import Deployed, Engine
from caseflow.errors import DiagramRefused
from caseflow.kernel import CaseState
from caseflow.model import ProcessId
from caseflow.org import Organisation, Unit
from caseflow.testing import Caseflow

UNITS = Organisation(
    units=(
        Unit(id="city", tier="city"),
        Unit(id="east", tier="county", parent="city"),
        Unit(id="mill", tier="township", parent="east"),
        Unit(id="west", tier="county", parent="city"),
    )
)
GRADE = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="g" name="g" namespace="g">
  <decision id="grade" name="grade">
    <variable id="v" name="grade"/>
    <literalExpression id="e"><text>1</text></literalExpression>
  </decision>
</definitions>
"""
STEPS = """
leave_out = ["check"]
[add.review]
at = "before_end"
name = "Review"
role = "head"
[documents]
always = ["photo"]
[documents.outcomes]
granted = ["receipt"]
"""
SHORTER = '[parameters.limits.check]\nspan = "1 d"\nkind = "WD"\nlabel = "C"\nsource = "[D]"\n'


def deployable(overlay: str) -> dict[str, bytes]:
    return {**files(overlay), "permit/grade.dmn": GRADE}


def versions(deployed: tuple[Deployed, ...]) -> dict[str, tuple[int, bool]]:
    return {str(one.process): (one.version, one.is_new) for one in deployed}


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine("sqlite://", directory=UNITS) as made:
        yield made


def test_an_overlay_is_a_process_beside_its_base(engine: Engine) -> None:
    assert versions(engine.deploy(deployable(STEPS))) == {
        "permit": (1, True),
        "permit.east": (1, True),
    }


def test_deploying_twice_makes_no_new_version(engine: Engine) -> None:
    engine.deploy(deployable(STEPS))

    assert versions(engine.deploy(deployable(STEPS))) == {
        "permit": (1, False),
        "permit.east": (1, False),
    }


def test_a_new_overlay_is_a_new_version_of_the_overlaid_process_alone(engine: Engine) -> None:
    engine.deploy(deployable(STEPS))

    assert versions(engine.deploy(deployable(STEPS + SHORTER))) == {
        "permit": (1, False),
        "permit.east": (2, True),
    }


def test_a_new_base_is_a_new_version_of_both(engine: Engine) -> None:
    engine.deploy(deployable(STEPS))
    newer = deployable(STEPS)
    newer["permit/permit.bpmn"] = newer["permit/permit.bpmn"].replace(b'"Sign"', b'"Sign it"')

    assert versions(engine.deploy(newer)) == {"permit": (2, True), "permit.east": (2, True)}


@pytest.mark.parametrize(
    ("unit", "process"),
    [
        ("east", "permit.east"),
        ("mill", "permit.east"),
        ("west", "permit"),
        ("city", "permit"),
        ("", "permit"),
        ("nowhere", "permit"),
    ],
)
def test_a_case_runs_the_overlay_of_the_nearest_unit(
    engine: Engine, unit: str, process: str
) -> None:
    engine.deploy(deployable(STEPS))

    with engine.begin(actor="li") as work:
        assert work.start("permit", unit=unit).process == process


def test_a_version_that_is_asked_for_is_that_of_the_process(engine: Engine) -> None:
    engine.deploy(deployable(STEPS))

    with engine.begin(actor="li") as work:
        assert work.start("permit", unit="east", version=1).process == "permit"


def test_a_process_that_is_only_called_like_an_overlay_is_none(engine: Engine) -> None:
    plain = deployable("")
    plain["other.bpmn"] = plain["permit/permit.bpmn"].replace(b'"permit"', b'"permit.west"')
    plain["parameters.toml"] = plain["permit/parameters.toml"]
    engine.deploy(plain)

    with engine.begin(actor="li") as work:
        assert work.start("permit", unit="west").process == "permit"


def test_a_case_runs_from_end_to_end_on_an_overlay(engine: Engine) -> None:
    engine.deploy(deployable(STEPS))
    done: list[str] = []
    with engine.begin() as work:
        case = work.start("permit", unit="mill", variables={"refused": False})

    for person in ("ann", "bo", "cai", "deng"):  # who signs is not who advised
        with engine.begin(actor=person) as work:
            (task,) = work.tasks(case=case).items
            done.append(task.element)
            work.claim(task)
            work.complete(task)

    with engine.read() as work:
        ended = work.case(case)
    assert done == ["advise", "decide", "sign", "review.east"]
    assert (ended.state, ended.outcome) == (CaseState.COMPLETED, "granted")


def test_the_file_of_a_case_lacks_what_base_and_overlay_declare(engine: Engine) -> None:
    engine.deploy(deployable(STEPS))

    with engine.begin(actor="li") as work:
        open_case = work.start("permit", unit="east", variables={"refused": False})
        lacking = work.papers.missing(open_case, Archive(always=(("letter",),)))
        of_the_base = work.papers.missing(work.start("permit"), Archive())

    assert lacking == (("letter",), ("application",), ("photo",))
    assert of_the_base == (("application",),)


def test_the_limit_of_an_overlay_holds_for_its_cases() -> None:
    flow = Caseflow()
    flow.deploy(deployable(SHORTER))

    with flow.engine.begin(actor="li") as work:
        here, there = work.start("permit", unit="east"), work.start("permit")
        (short,), (long,) = work.tasks(case=here).items, work.tasks(case=there).items

    assert short.due_at is not None
    assert long.due_at is not None
    assert (long.due_at - short.due_at).days == 2
    flow.close()


def test_what_an_overlay_may_not_do_refuses_the_deployment(engine: Engine) -> None:
    with pytest.raises(DiagramRefused) as refusal:
        engine.deploy(deployable('leave_out = ["sign"]'))

    assert [(one.rule, one.file, one.line) for one in refusal.value.findings] == [
        ("overlay-not-optional", "east/overlay.toml", 3)
    ]
    with engine.read() as work:
        assert work.processes() == ()


def test_an_overlay_can_stand_elsewhere(engine: Engine, tmp_path: Path) -> None:
    for name, data in deployable(STEPS).items():
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)

    deployed = engine.deploy(tmp_path / "permit", overlays=[tmp_path / "east"])

    assert {one.process: one.file for one in deployed} == {
        ProcessId("permit"): "permit.bpmn",
        ProcessId("permit.east"): "east/permit.east/permit.bpmn",
    }
