"""Draws a diagram that has no drawing, or draws it anew.

The way from a diagram to coordinates, a module for each step::

    sheets, lanes     what is arranged together: pools and lanes; each sub-process by itself
    graph, sizes      boxes in bands, joined by links
    ranks             columns: from left to right along the flow
    strips, rows      rows: what follows each other is level (shelves, strain: the bookkeeping)
    seats, aside      boundary events on their hosts; what takes no part in the flow
    grid, routes      lines between boxes: few bends, few crossings (search, traffic)
    tracks, scale     routes side by side; how wide columns and channels must be
    shapes, lines     coordinates (coordinates, nudge, captions, labels)
    canvas, loose     everything in one drawing
"""

from __future__ import annotations

from caseflow.bpmn.layout_arrange import arranged
from caseflow.bpmn.layout_canvas import Canvas
from caseflow.bpmn.layout_lanes import bands_of
from caseflow.bpmn.layout_sheets import frames_of, sheet_of
from caseflow.bpmn.layout_sizes import HEADER
from caseflow.model import Diagram, Drawing


def lay_out(diagram: Diagram) -> Drawing:
    """Return a drawing of the whole diagram.

    The main way runs level from left to right, lanes lie one below the other in the order
    of the file, and no line runs through a shape. The same diagram always gives the same
    drawing.

    Sub-processes are drawn open, but for those that are empty or that the present drawing
    shows collapsed; what stands inside of these is not drawn.
    """
    bands = bands_of(diagram)
    if not bands.pools:
        return Drawing(shapes={}, edges={})
    old = diagram.drawing.shapes.values()
    frames = frames_of(diagram, {shape.element for shape in old if not shape.is_expanded})
    sheet = arranged(sheet_of(diagram, bands, frames))
    left = HEADER * max(pool.depth for pool in bands.pools)
    canvas = Canvas(diagram, frames)
    canvas.put(sheet, (left, 0))
    canvas.pools(bands, sheet, left)
    canvas.notes(diagram.annotations, sheet.height)
    for flow in diagram.message_flows:
        canvas.message(flow)
    return Drawing(shapes=canvas.shapes, edges=canvas.edges)
