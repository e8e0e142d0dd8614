"""Marks on a diagram, derived from where a case stands and what happened in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pytest

from caseflow.bpmn import Marks
from caseflow.cli.standing import marks_of
from caseflow.model import ElementId, FlowId
from caseflow.testing import Caseflow, RunningCase

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:caseflow="urn:caseflow:bpmn:1.0" id="d" targetNamespace="x">'
)


def diagram(body: str, *, process: str = "one") -> bytes:
    """A file with one process."""
    return (
        f'{HEAD}<process id="{process}" isExecutable="true">{body}</process></definitions>'
    ).encode()


def flows(*pairs: str) -> str:
    """Sequence flows ``a-b``, which are their ids too."""
    return "".join(
        f'<sequenceFlow id="{pair}" sourceRef="{source}" targetRef="{target}"/>'
        for pair in pairs
        for source, _, target in [pair.partition("-")]
    )


def nodes(**kinds: str) -> str:
    """Nodes without content, by their ids."""
    return "".join(f'<{kind} id="{name}"/>' for name, kind in kinds.items())


def marks(*, tokens: Mapping[str, int], passed: Mapping[str, int], flows: Iterable[str]) -> Marks:
    """Marks by plain names."""
    return Marks(
        tokens={ElementId(name): count for name, count in tokens.items()},
        passed={ElementId(name): count for name, count in passed.items()},
        flows=frozenset(map(FlowId, flows)),
    )


def look(caseflow: Caseflow, case: RunningCase, *, process: str = "one") -> Marks:
    """Derive the marks of one process of a case, as ``caseflow show`` does."""
    with caseflow.engine.begin() as work:
        view = work.case(case.id)
        versions = {str(name): n for name, n in work.versions(view.process, 1).items()}
        drawn = work.diagram(process, versions[process])
        return marks_of(
            [one for one in drawn.processes if one.id == process],
            places=work.places(view),
            history=work.history(view),
            incidents=view.incidents,
        )


@pytest.fixture
def caseflow() -> Iterator[Caseflow]:
    """An engine in memory, on a clock that the test moves."""
    made = Caseflow()
    yield made
    made.close()


@pytest.fixture
def run(caseflow: Caseflow) -> Callable[[str], RunningCase]:
    """Deploy one process and start a case of it."""

    def started(body: str) -> RunningCase:
        caseflow.deploy({"one.bpmn": diagram(body)})
        return caseflow.start("one")

    return started


def test_a_branch_that_is_done_waits_at_the_join(
    caseflow: Caseflow, run: Callable[[str], RunningCase]
) -> None:
    case = run(
        nodes(s="startEvent", split="parallelGateway", a="userTask", b="userTask")
        + nodes(join="parallelGateway", after="userTask", e="endEvent")
        + flows("s-split", "split-a", "split-b", "a-join", "b-join", "join-after", "after-e")
    )

    case.complete("a")

    assert look(caseflow, case) == marks(
        tokens={"b": 1, "join": 1},
        passed={"s": 1, "split": 1, "a": 1},
        flows={"s-split", "split-a", "split-b", "a-join"},
    )


def test_a_join_is_passed_once_for_all_its_branches(
    caseflow: Caseflow, run: Callable[[str], RunningCase]
) -> None:
    case = run(
        nodes(s="startEvent", split="parallelGateway", a="userTask", b="userTask")
        + nodes(join="parallelGateway", after="userTask", e="endEvent")
        + flows("s-split", "split-a", "split-b", "a-join", "b-join", "join-after", "after-e")
    )

    case.complete("a")
    case.complete("b")
    case.complete("after")

    expected = dict.fromkeys(("s", "split", "a", "b", "join", "after", "e"), 1)
    assert look(caseflow, case).passed == expected


def test_every_round_counts(caseflow: Caseflow, run: Callable[[str], RunningCase]) -> None:
    case = run(
        nodes(s="startEvent", merge="exclusiveGateway", a="userTask", e="endEvent")
        + '<exclusiveGateway id="again" default="again-e"/>'
        + flows("s-merge", "merge-a", "a-again", "again-e")
        + '<sequenceFlow id="again-merge" sourceRef="again" targetRef="merge">'
        "<conditionExpression>more</conditionExpression></sequenceFlow>"
    )

    case.complete("a", more=True)
    case.complete("a", more=True)

    assert look(caseflow, case) == marks(
        tokens={"a": 1},
        passed={"s": 1, "merge": 3, "a": 2, "again": 2},
        flows={"s-merge", "merge-a", "a-again", "again-merge"},
    )


def test_an_interrupted_task_was_passed_too(
    caseflow: Caseflow, run: Callable[[str], RunningCase]
) -> None:
    case = run(
        nodes(s="startEvent", a="userTask", e="endEvent", late="userTask")
        + '<boundaryEvent id="over" attachedToRef="a"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        + flows("s-a", "a-e", "over-late", "late-e")
    )

    caseflow.advance(hours=2)

    assert look(caseflow, case) == marks(
        tokens={"late": 1},
        passed={"s": 1, "a": 1, "over": 1},
        flows={"s-a", "over-late"},
    )


def test_a_sub_process_stands_where_its_content_stands(
    caseflow: Caseflow, run: Callable[[str], RunningCase]
) -> None:
    inside = nodes(t="startEvent", inner="userTask", u="endEvent") + flows("t-inner", "inner-u")
    case = run(
        nodes(s="startEvent", e="endEvent")
        + f'<subProcess id="sub">{inside}</subProcess>'
        + flows("s-sub", "sub-e")
    )
    before = look(caseflow, case)

    case.complete("inner")

    assert before == marks(
        tokens={"sub": 1, "inner": 1},
        passed={"s": 1, "t": 1},
        flows={"s-sub", "t-inner"},
    )
    assert look(caseflow, case).passed == {"s": 1, "t": 1, "inner": 1, "u": 1, "sub": 1, "e": 1}


def test_each_instance_of_many_counts_and_not_the_whole(
    caseflow: Caseflow, run: Callable[[str], RunningCase]
) -> None:
    case = run(
        nodes(s="startEvent", e="endEvent") + '<userTask id="a"><multiInstanceLoopCharacteristics>'
        "<loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
        + flows("s-a", "a-e")
    )

    case.complete("a")

    assert look(caseflow, case) == marks(tokens={"a": 2}, passed={"s": 1}, flows={"s-a"})


def test_an_event_sub_process_stands_and_is_passed(caseflow: Caseflow) -> None:
    caseflow.deploy(
        {
            "one.bpmn": (
                f'{HEAD}<message id="m" name="note"/><process id="one" isExecutable="true">'
                + nodes(s="startEvent", a="userTask", e="endEvent")
                + flows("s-a", "a-e")
                + '<subProcess id="aside" triggeredByEvent="true">'
                '<startEvent id="t" isInterrupting="false">'
                '<messageEventDefinition messageRef="m"/></startEvent>'
                + nodes(inner="userTask", u="endEvent")
                + flows("t-inner", "inner-u")
                + "</subProcess></process></definitions>"
            ).encode()
        }
    )
    case = caseflow.start("one", business_key="K")
    caseflow.send("note", key="K")
    during = look(caseflow, case)

    case.complete("inner")

    assert during == marks(
        tokens={"a": 1, "aside": 1, "inner": 1},
        passed={"s": 1, "t": 1},
        flows={"s-a", "t-inner"},
    )
    assert look(caseflow, case).passed == {"s": 1, "t": 1, "inner": 1, "u": 1, "aside": 1}


def test_a_called_process_has_marks_of_its_own(caseflow: Caseflow) -> None:
    caseflow.deploy(
        {
            "one.bpmn": diagram(
                nodes(s="startEvent", a="userTask", e="endEvent")
                + '<callActivity id="call" calledElement="two"/>'
                + flows("s-a", "a-call", "call-e")
            ),
            "two.bpmn": diagram(
                nodes(s="startEvent", a="userTask", e="endEvent") + flows("s-a", "a-e"),
                process="two",
            ),
        }
    )
    case = caseflow.start("one")

    case.complete("a")

    assert look(caseflow, case) == marks(
        tokens={"call": 1}, passed={"s": 1, "a": 1}, flows={"s-a", "a-call"}
    )
    assert look(caseflow, case, process="two") == marks(
        tokens={"a": 1}, passed={"s": 1}, flows={"s-a"}
    )


def test_an_incident_is_marked_with_its_reason(
    caseflow: Caseflow, run: Callable[[str], RunningCase]
) -> None:
    case = run(
        nodes(s="startEvent", e="endEvent", f="endEvent")
        + '<exclusiveGateway id="g" default="g-e"/>'
        + flows("s-g", "g-e")
        + '<sequenceFlow id="g-f" sourceRef="g" targetRef="f">'
        "<conditionExpression>missing</conditionExpression></sequenceFlow>"
    )

    marks = look(caseflow, case)

    assert (marks.tokens, set(marks.incidents)) == ({"g": 1}, {"g"})
    assert "there is no variable missing" in str(list(marks.incidents.values()))
