"""Small diagrams for the tests of the reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from caseflow.bpmn import Reading, examine
from caseflow.model import Process

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:caseflow="urn:caseflow:bpmn:1.0" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'targetNamespace="urn:test" {attributes}>\n'
)


@pytest.fixture(scope="session")
def written() -> Callable[..., bytes]:
    """Write a file: what stands in ``definitions``, and attributes of that."""

    def write(body: str, *, attributes: str = "") -> bytes:
        return (HEAD.replace("{attributes}", attributes) + body + "\n</definitions>").encode()

    return write


@pytest.fixture(scope="session")
def examined(written: Callable[..., bytes]) -> Callable[..., Reading]:
    """Examine what stands in ``definitions``, which begin on line 1."""

    def run(body: str, *, attributes: str = "") -> Reading:
        return examine(written(body, attributes=attributes), file="t.bpmn")

    return run


@pytest.fixture(scope="session")
def process_of(examined: Callable[..., Reading]) -> Callable[..., Process]:
    """Read the one process whose content is given, on line 2, beside other root elements."""

    def run(content: str, *, beside: str = "", attributes: str = "") -> Process:
        written = f'<process id="p" isExecutable="true" {attributes}>{content}</process>'
        reading = examined(f"{written}\n{beside}")
        assert reading.diagram is not None, "\n".join(map(str, reading.findings))
        (process,) = reading.diagram.processes
        return process

    return run


@pytest.fixture(scope="session")
def diagrams(repository: Path) -> Path:
    """The folder of whole diagrams, one of each modeler."""
    return repository / "tests" / "data" / "bpmn"
