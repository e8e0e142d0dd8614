"""YAML texts as documents; read with the extra ``yaml``, and only by whom it is asked for."""

from __future__ import annotations

from datetime import date

import yaml

from caseflow.errors import OrganisationRefused
from caseflow.org.documents import Document, Path, unreadable


def parse_yaml(text: str, *, file: str) -> Document:
    """Return the document of a YAML text. Raises OrganisationRefused."""
    try:
        reading = _Reading(text, file)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        problem = " ".join(str(error).split())
        raise unreadable(file, line, f"is not YAML: {problem}") from error
    if not isinstance(reading.content, dict):
        raise unreadable(file, 1, "is not a map of keys", "begin with tiers:, units: or people:")
    return Document(file=file, content=reading.content, lines=reading.lines)


class _Reading:
    """One text as plain values, with the line of each."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._loader = yaml.SafeLoader(text)
        self._open: set[int] = set()
        self.lines: dict[Path, int] = {}
        try:
            node = self._loader.get_single_node()
            self.content = {} if node is None else self._plain(node, ())
        finally:
            self._loader.dispose()

    def _plain(self, node: yaml.Node, path: Path) -> object:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._open:  # a few of them can say more than any memory holds
            raise ValueError(f"an alias of what stands on line {node.start_mark.line + 1}")
        if not isinstance(node, yaml.ScalarNode):
            self._open.add(id(node))
        match node:
            case yaml.MappingNode():
                return self._map(node, path)
            case yaml.SequenceNode():
                return [self._plain(one, (*path, str(n))) for n, one in enumerate(node.value)]
            case _:
                return self._scalar(node)

    def _map(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, inner in node.value:
            name, line = str(self._scalar(key)), key.start_mark.line + 1
            if name in found:
                raise self._twice(name, line)
            self.lines[(*path, name)] = line
            found[name] = self._plain(inner, (*path, name))
        return found

    def _scalar(self, node: yaml.Node) -> object:
        value: object = self._loader.construct_object(node, deep=True)
        if value is None or isinstance(value, str | bool | int | float | date):
            return value
        raise ValueError(f"{value!r} cannot stand here")

    def _twice(self, name: str, line: int) -> OrganisationRefused:
        return unreadable(self._file, line, f"“{name}” stands here twice", "keep one of them")
