"""``upgrader schema``: the JSON Schemas of what people write for us and of what we write for programs."""

import json

import click

from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 300


@click.command()
@click.argument("name", required=False)
@reports("schema")
def command(_console: Console, name: str | None) -> Outcome:
    """Print the JSON Schema NAME, or list the names.

    Editors check upgrader.toml and upgrade.toml with the schemas `project` and `manifest`; programs read what
    a command prints with --json by the name in its `schema` field, or by `outcome` alone.
    """
    from upgrader.reports.schemas import SCHEMAS, schema

    if name is None:
        lines = tuple(f"{known:<25} {what}" for known, (what, _) in SCHEMAS.items())
        described = {known: what for known, (what, _) in SCHEMAS.items()}
        return Outcome({"schemas": described}, lines, next="upgrader schema manifest")
    found = schema(name)
    return Outcome(found, tuple(json.dumps(found, indent=2).splitlines()))
