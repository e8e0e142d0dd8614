"""Write down how this release stores a case: run once for each release, keep the file for ever.

python tools/make_golden_case.py tests/data/stored/0.1.json
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from caseflow.testing import Caseflow

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:caseflow="urn:caseflow:bpmn:1.0" targetNamespace="urn:caseflow:golden">
  <message id="m_answer" name="answer"/>
  <process id="golden" name="Golden" isExecutable="true">
    <startEvent id="start"/>
    <parallelGateway id="all"/>
    <userTask id="ask" name="Ask" caseflow:role="clerk" caseflow:people="li, 王"
        caseflow:due="=started_at + span">
      <multiInstanceLoopCharacteristics isSequential="true">
        <loopCardinality>3</loopCardinality>
      </multiInstanceLoopCharacteristics>
    </userTask>
    <boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">
      <timerEventDefinition><timeCycle>R3/P1D</timeCycle></timerEventDefinition>
    </boundaryEvent>
    <userTask id="remind" name="Remind"/>
    <serviceTask id="print" caseflow:topic="print" caseflow:retries="2"/>
    <intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m_answer"/>
    </intermediateCatchEvent>
    <scriptTask id="stumble"><script>x = missing</script></scriptTask>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="all"/>
    <sequenceFlow id="f2" sourceRef="all" targetRef="ask"/>
    <sequenceFlow id="f3" sourceRef="all" targetRef="print"/>
    <sequenceFlow id="f4" sourceRef="all" targetRef="wait"/>
    <sequenceFlow id="f5" sourceRef="all" targetRef="stumble"/>
    <sequenceFlow id="f6" sourceRef="ask" targetRef="end"/>
    <sequenceFlow id="f7" sourceRef="print" targetRef="end"/>
    <sequenceFlow id="f8" sourceRef="wait" targetRef="end"/>
    <sequenceFlow id="f9" sourceRef="stumble" targetRef="end"/>
    <sequenceFlow id="f10" sourceRef="late" targetRef="remind"/>
    <sequenceFlow id="f11" sourceRef="remind" targetRef="end"/>
  </process>
</definitions>
"""
VARIABLES = {
    "title": "路灯不亮",
    "amount": Decimal("12.50"),
    "span": timedelta(days=5, seconds=1),
    "filed_on": date(2026, 3, 2),
    "heard_at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    "started_at": datetime(2026, 3, 2, 1, tzinfo=UTC),
    "nested": {"list": [1, 2.5, True, None, "x"], "$": "a key that looks like a tag"},
}


def main(path: Path) -> None:
    """Let a case wait for all there is, and write down its rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "golden.db"
        flow = Caseflow(target=f"sqlite:///{file}")
        flow.deploy({"golden.bpmn": DIAGRAM.encode()})
        case = flow.start(
            "golden", business_key="2026-1", unit="town-1", tier="township", **VARIABLES
        )
        case.complete("ask", answer="yes")
        flow.advance(days=1)
        flow.close()
        with sqlite3.connect(file) as database:
            database.row_factory = sqlite3.Row
            golden = {
                "diagram": DIAGRAM,
                "case": _rows(database, "SELECT schema, body FROM caseflow_cases")[0],
                "commands": _rows(
                    database, "SELECT schema, body FROM caseflow_commands ORDER BY version"
                ),
                "events": _rows(
                    database,
                    "SELECT schema, body, openings FROM caseflow_history ORDER BY sequence",
                ),
            }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _rows(database: sqlite3.Connection, query: str) -> list[dict[str, object]]:
    return [dict(row) for row in database.execute(query)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
