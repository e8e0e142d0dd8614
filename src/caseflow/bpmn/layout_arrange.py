"""Arranges one sheet: from boxes and links to shapes and lines with coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from caseflow.bpmn.layout_aside import set_aside
from caseflow.bpmn.layout_captions import captions_of
from caseflow.bpmn.layout_coordinates import coordinates_of
from caseflow.bpmn.layout_graph import Sheet
from caseflow.bpmn.layout_grid import Grid
from caseflow.bpmn.layout_labels import label_places
from caseflow.bpmn.layout_lines import lines_of
from caseflow.bpmn.layout_ranks import Ranks, ranked
from caseflow.bpmn.layout_routes import routed
from caseflow.bpmn.layout_rows import levelled
from caseflow.bpmn.layout_seats import seated
from caseflow.bpmn.layout_shapes import shapes_of
from caseflow.bpmn.layout_sizes import Kind, even
from caseflow.model import Bounds, Edge, ElementId, Shape

_LABEL_MARGIN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A sheet with coordinates, which begin at (0, 0); ``bands`` are from and to."""

    width: int
    height: int
    shapes: Mapping[ElementId, Shape]
    edges: Mapping[ElementId, Edge]
    bands: tuple[tuple[int, int], ...]


def arranged(sheet: Sheet) -> Arrangement:
    """Arrange a sheet: columns, rows, routes, and then coordinates for all of them."""
    ranks = ranked(sheet)
    shelves = levelled(sheet, ranks)
    ranks = set_aside(sheet, ranks, shelves)
    rows = shelves.result()
    sheet = _stretched(sheet, ranks)
    grid = Grid(sheet, ranks, rows, seated(sheet, ranks, rows))
    routes = routed(grid)
    captions = captions_of(sheet, routes)
    coordinates = coordinates_of(grid, routes, captions)
    shapes = shapes_of(grid, coordinates, captions)
    lines = lines_of(grid, routes, coordinates, shapes)
    xs, ys = coordinates.xs, coordinates.ys
    labels = label_places(sheet.links, lines, tuple(shapes.values()), (xs.length, ys.length))
    width, height = _extent(labels, xs.length, ys.length)
    tops = [
        ys.edges[first] + gap for (first, _), gap in zip(grid.band_lines, sheet.gaps, strict=True)
    ]
    bottoms = [ys.edges[last + 1] for _, last in grid.band_lines[:-1]]
    return Arrangement(
        width=width,
        height=height,
        shapes=shapes,
        edges={
            name: Edge(element=name, points=line, label=labels.get(name))
            for name, line in lines.items()
        },
        bands=tuple(zip(tops, [*bottoms, height], strict=True)),
    )


def _stretched(sheet: Sheet, ranks: Ranks) -> Sheet:
    """Let black boxes reach over all columns."""
    boxes = {
        name: replace(box, columns=ranks.width) if box.kind is Kind.POOL else box
        for name, box in sheet.boxes.items()
    }
    return replace(sheet, boxes=boxes)


def _extent(labels: Mapping[ElementId, Bounds], width: int, height: int) -> tuple[int, int]:
    """Return the size of the sheet with the labels that found no room in it."""
    right = [even(label.x + label.width + _LABEL_MARGIN) for label in labels.values()]
    bottom = [even(label.y + label.height + _LABEL_MARGIN) for label in labels.values()]
    return max([width, *right]), max([height, *bottom])
