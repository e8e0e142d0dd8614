"""Writes modeler/: element templates and a descriptor of caseflow's own extensions.

Run it as ``python tools/make_modeler_templates.py`` after a change of the reader's table of own
extensions; a test compares the files with what this writes. Every attribute comes from that
table; only the words about it stand here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from caseflow.bpmn.extensions.own import OWN
from caseflow.bpmn.extensions.tables import Row
from caseflow.bpmn.extensions.values import CHOICES

FOLDER = Path(__file__).parents[1] / "modeler"
SCHEMA = "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json"
VERSION = 1

INSIDE = frozenset(
    {
        "errorEventDefinition",
        "escalationEventDefinition",
        "messageEventDefinition",
        "multiInstanceLoopCharacteristics",
        "signalEventDefinition",
    }
)
"""Elements that lie inside of others, which no template can be put on."""

WORDS = {
    "assignee": ("办理人 Assignee", "One person, or =expression"),
    "binding": ("版本 Binding", "Which version of the called process runs"),
    "businessKey": ("业务编号 Business key", "Expression that gives a case its key"),
    "collection": ("集合 Collection", "Expression: once for each of its items"),
    "correlation": ("关联键 Correlation", "Expression: what the message is told apart by"),
    "decision": ("决策 Decision", "Id of a DMN decision"),
    "due": ("时限 Due", "Name of a limit of the parameter set, or =expression"),
    "extensionPoint": ("扩展点 Extension point", "Name under which an overlay adds steps here"),
    "followUp": ("提醒时间 Follow-up", "Name of a limit, or =expression"),
    "form": ("表单 Form", "Id of the form that the task is completed with"),
    "ground": ("事由代码 Ground", "Code of the reason, for statistics: no_power, no_means, ..."),
    "hand": ("移交 Hand on", "How the case goes to another unit before the element begins"),
    "into": ("写入变量 Into", "Variable that takes the payload"),
    "item": ("元素变量 Item", "Variable that has the item of each round"),
    "ladder": ("预警阶梯 Ladder", "Name of the warnings on the way to the due time"),
    "legal": ("法定 Legal", "An overlay may not take it out"),
    "mandatory": ("必备文书 Mandatory papers", "Forms that the file must hold, by commas"),
    "notSameAs": ("回避步骤 Not same as", "Id of a step that another person must do"),
    "optional": ("可省略 Optional", "An overlay may take it out"),
    "outcome": ("结果代码 Outcome", "Code of the end state"),
    "outputCollection": ("结果集合 Output collection", "Variable that takes all outputs"),
    "outputItem": ("每次结果 Output item", "Expression: what each round gives"),
    "overlayOf": ("基础流程 Overlay of", "Id of the process that this one is a local form of"),
    "payload": ("内容 Payload", "Expression: what is carried"),
    "people": ("候选人 People", "People who may take it, by commas, or =expression"),
    "priority": ("优先级 Priority", "0 to 1000000, or =expression; 50 is usual"),
    "reason": ("移交理由 Reason", "Text or =expression; it stands in the history"),
    "replaceable": ("可替换 Replaceable", "An overlay may ask another decision"),
    "result": ("结果变量 Result", "Variable that takes the result"),
    "retries": ("重试次数 Retries", "Whole number, or =expression"),
    "role": ("角色 Role", "Roles that may take it, by commas, or =expression"),
    "timeToLive": ("有效期 Time to live", "Expression: how long the message is kept"),
    "to": ("移交单位 To unit", "Unit or =expression; without it the unit right above"),
    "topic": ("处理程序 Topic", "Name of the handler"),
    "unit": ("承办单位 Unit", "Whose people do it, or =expression; the unit of the case"),
}
"""Label and description of every attribute."""


def templates() -> str:
    """Return the element templates: one for each kind of element, with all its attributes."""
    return _written([_template(name) for name in sorted(_elements() - INSIDE)])


def descriptor() -> str:
    """Return what bpmn-js has to know of the namespace to keep and write its attributes."""
    kinds = [
        {
            "name": f"Own{_type(name)}",
            "extends": [f"bpmn:{_type(name)}"],
            "properties": [
                {"name": row.path.removeprefix("@"), "isAttr": True, "type": "String"}
                for row in _rows(name)
            ],
        }
        for name in sorted(_elements())
    ]
    mappings = [
        {
            "name": name.capitalize(),
            "superClass": ["Element"],
            "properties": [
                {"name": part, "isAttr": True, "type": "String"} for part in ("source", "target")
            ],
        }
        for structure in OWN.structures
        for name in structure.names
    ]
    return _written(
        {
            "name": OWN.name,
            "prefix": OWN.prefix,
            "uri": OWN.namespaces[0],
            "xml": {"tagAlias": "lowerCase"},
            "types": [*kinds, *mappings],
            "associations": [],
        }
    )


def plugin() -> str:
    """Return the script by which Camunda Modeler learns the namespace."""
    return (
        "// Written by tools/make_modeler_templates.py.\n"
        "window.plugins = window.plugins || [];\n"
        'window.plugins.push({ type: "bpmn.modeler.moddleExtension", plugin: '
        f"{descriptor().rstrip()} }});\n"
    )


FILES = {
    "caseflow.json": templates,
    "caseflow-moddle.json": descriptor,
    "plugin/client.js": plugin,
}
"""What is written, by the name of the file."""


def _template(element: str) -> dict[str, object]:
    return {
        "$schema": SCHEMA,
        "id": f"caseflow.{element}",
        "name": f"caseflow {_title(element)}",
        "version": VERSION,
        "appliesTo": [f"bpmn:{_type(element)}"],
        "properties": [_property(row) for row in _rows(element)],
    }


def _property(row: Row) -> dict[str, object]:
    name = row.path.removeprefix("@")
    label, description = WORDS[name]
    made: dict[str, object] = {
        "label": label,
        "description": description,
        "binding": {"type": "property", "name": f"{OWN.prefix}:{name}"},
    }
    choices = CHOICES.get(row.kind)
    if choices is None:
        return {**made, "type": "String"}
    options = [{"name": "", "value": ""}, *({"name": one, "value": one} for one in choices)]
    return {**made, "type": "Dropdown", "choices": options}


def _elements() -> set[str]:
    return {name for row in OWN.rows for name in row.on}


def _rows(element: str) -> Iterator[Row]:
    return (row for row in OWN.rows if element in row.on)


def _type(element: str) -> str:
    return element[0].upper() + element[1:]


def _title(element: str) -> str:
    return "".join(f" {one.lower()}" if one.isupper() else one for one in element)


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for name, make in FILES.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")
