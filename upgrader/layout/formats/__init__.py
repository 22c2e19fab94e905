"""Files that describe storage, recognised by what is in them: parsed JSON in, an artifact or a layout out."""

from upgrader.layout.formats._base import FORMATS, Described, Format, describe, describe_every, document_of, form_of

__all__ = ["FORMATS", "Described", "Format", "describe", "describe_every", "document_of", "form_of"]
