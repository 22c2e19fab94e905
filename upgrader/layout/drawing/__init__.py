"""Both layouts side by side: slots as rows, bytes as columns, what changed marked."""

from upgrader.layout.drawing.sheet import draw
from upgrader.layout.drawing.spans import SPAN_KINDS, Drawing, Span, halves

__all__ = ["SPAN_KINDS", "Drawing", "Span", "draw", "halves"]
