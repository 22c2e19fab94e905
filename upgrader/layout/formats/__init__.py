"""Files that describe storage, recognised by what is in them; parsed JSON goes in, an artifact or a layout comes out."""

from upgrader.layout.formats._base import FORMATS, Described, Format, describe

__all__ = ["FORMATS", "Described", "Format", "describe"]
