"""JSON Schemas of everything that people write for us and that we write for programs.

The models are pydantic's; where a field is read from text (an address, a duration, a time, bytes) the schema says how
the text looks, which pydantic cannot know.  TOML has times of its own, which validators of TOML show to a schema as
strings, so a time may be an integer or an RFC 3339 string.

Source: https://json-schema.org/draft/2020-12
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from upgrader.errors import InputError
from upgrader.findings import Severity, Verdict
from upgrader.plan.manifest import Manifest
from upgrader.plan.project import Project
from upgrader.plan.reading import AddressField, BytesField, SecondsField, TimestampField
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.reports.documents import DOCUMENTS, Failure
from upgrader.simulation.regression import Regression
from upgrader.simulation.reproduction import ScriptFile, WholeField
from upgrader.simulation.result import Simulation
from upgrader.units import hexed

_ATTRIBUTE: Final = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
"""One entry of a docstring's ``Attributes``, with its indented continuation."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_HEX: Final = {"type": "string", "pattern": "^0x([0-9a-fA-F]{2})*$"}
_HASH: Final = {"type": "string", "pattern": "^0x[0-9a-fA-F]{64}$"}
_ADDRESS: Final = {"type": "string", "pattern": "^0[xX][0-9a-fA-F]{40}$"}
_DURATION: Final = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\s*\d+\s*(s|m|h|d|w)?\s*$"}],
    "description": "Seconds, or a number with s, m, h, d or w.",
}
_TIME: Final = {
    "anyOf": [{"type": "integer"}, {"type": "string", "format": "date-time"}],
    "description": "Seconds since 1970-01-01T00:00:00Z, or a time with a zone.",
}


def _reader(field: Any) -> Callable[..., Any]:
    """Return the function by which a field of :mod:`upgrader.plan.reading` reads its text."""
    return field.__metadata__[0].func  # type: ignore[no-any-return]  # Annotated's metadata is untyped


_READ_BY: Final[Mapping[Callable[..., Any], JsonSchemaValue]] = {
    _reader(AddressField): _ADDRESS,
    _reader(SecondsField): _DURATION,
    _reader(TimestampField): _TIME,
    _reader(BytesField): _HEX,
    _reader(WholeField): {"anyOf": [{"type": "string", "pattern": "^[0-9]+$"}, {"type": "integer", "minimum": 0}]},
}


class _AsWritten(GenerateJsonSchema):
    """Says how text that a field reads looks in the file, and gives every field the words of its docstring."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        """Move each line of a docstring's ``Attributes`` to the field that it is about."""
        written = super().dataclass_schema(schema)
        summary, _, attributes = str(written.get("description", "")).partition("\n\nAttributes:\n")
        written["description"] = " ".join(summary.split())
        for name, words in _ATTRIBUTE.findall(attributes):
            if name in written.get("properties", {}):
                written["properties"][name]["description"] = " ".join(words.split())
        return written

    def encode_default(self, dft: Any) -> Any:
        """Write bytes as hex, as in the file."""
        return hexed(dft) if isinstance(dft, bytes) else super().encode_default(dft)

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """Return the schema of the text, where the function is one of ours."""
        known = _READ_BY.get(schema["function"]["function"])
        return dict(known) if known else super().function_before_schema(schema)


FINDING: Final[JsonSchemaValue] = {
    "title": "Finding",
    "description": "One opinion of one check.",
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
        "severity": {"enum": [severity.value for severity in Severity]},
        "subject": {"type": "string"},
        "message": {"type": "string"},
        "remedy": {"type": "string"},
        "evidence": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["code", "severity", "subject", "message", "remedy", "evidence"],
    "additionalProperties": False,
}

OUTCOME: Final[JsonSchemaValue] = {
    "title": "Outcome",
    "description": "What every command prints with --json; ok is true exactly when exit is 0.",
    "type": "object",
    "properties": {
        "schema": {"type": "string", "pattern": "^upgrader\\.[a-z]+([.-][a-z]+)*/1$"},
        "ok": {"type": "boolean"},
        "exit": {"enum": [0, 1, 2, 3, 4, 5, 6, 7, 130]},
        "verdict": {"enum": [*(verdict.value for verdict in Verdict), None]},
        "findings": {"type": "array", "items": {"$ref": "#/$defs/Finding"}},
        "data": {"type": "object"},
    },
    "required": ["schema", "ok", "exit", "verdict", "findings", "data"],
    "additionalProperties": False,
    "if": {"properties": {"exit": {"const": 0}}},
    "then": {"properties": {"ok": {"const": True}}},
    "else": {"properties": {"ok": {"const": False}}},
    "$defs": {"Finding": FINDING},
}


def _document(name: str, field: str, model: Any) -> Callable[[], JsonSchemaValue]:
    """Return the schema of a file that holds a model under ``field`` beside its plan's digest."""

    def build() -> JsonSchemaValue:
        inner = _model(model)()
        definitions = inner.pop("$defs", {})
        digest = "digest" if name == "plan" else "plan_digest"
        return {
            "type": "object",
            "properties": {digest: _HASH, field: inner},
            "required": [digest, field],
            "additionalProperties": False,
            "$defs": definitions,
        }

    return build


def _model(model: Any) -> Callable[[], JsonSchemaValue]:
    return lambda: TypeAdapter(model).json_schema(schema_generator=_AsWritten)


def _printed(command: str, data: Any) -> Callable[[], JsonSchemaValue]:
    """Return the schema of what ``command`` prints with ``--json``: an outcome around its data, or around an error."""

    def build() -> JsonSchemaValue:
        inner = TypeAdapter(data if data is Failure else data | Failure).json_schema(schema_generator=_AsWritten)
        definitions = inner.pop("$defs", {})
        named = {"schema": {"const": f"upgrader.{command}/1"}, "data": inner}
        return OUTCOME | {
            "description": f"What `upgrader {command.replace('.', ' ')} --json` prints; with exit 0, ok is true.",
            "properties": OUTCOME["properties"] | named,
            "$defs": OUTCOME["$defs"] | definitions,
        }

    return build


SCHEMAS: Final[Mapping[str, tuple[str, Callable[[], JsonSchemaValue]]]] = {
    "finding": ("a finding, as commands print it", lambda: dict(FINDING)),
    "manifest": ("upgrade.toml", _model(Manifest)),
    "outcome": ("what every command prints with --json", lambda: dict(OUTCOME)),
    "plan": ("plan.json", _document("plan", "plan", UpgradePlan)),
    "project": ("upgrader.toml", _model(Project)),
    "regression": ("evidence/regression.json", _document("regression", "regression", Regression)),
    "script": ("evidence/scripts/*.json", _model(ScriptFile)),
    "simulation": ("evidence/simulation.json", _document("simulation", "simulation", Simulation)),
} | {f"upgrader.{command}/1": (what, _printed(command, data)) for command, (what, data) in DOCUMENTS.items()}
"""Name -> what it describes, and how it is made; a printed document's is the one that it names itself."""


def schema(name: str) -> dict[str, Any]:
    """Return one JSON Schema.

    Args:
        name: One of :data:`SCHEMAS`.

    Raises:
        InputError: There is none of that name.
    """
    if name not in SCHEMAS:
        raise InputError(f"no schema {name[:60]!r}", remedy=f"name one of {', '.join(SCHEMAS)}")
    what, make = SCHEMAS[name]
    return {"$schema": DIALECT, "title": what, **{key: value for key, value in make().items() if key != "title"}}
