"""The published schemas accept what we write and read, and refuse what we refuse."""

import importlib
import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from reports_world import FINDINGS, PLAN, SIMULATION

from upgrader.cli.commands.schema import command
from upgrader.cli.outcome import Outcome, document, failure_document
from upgrader.errors import InputError
from upgrader.findings import Verdict
from upgrader.plan.manifest import read_manifest
from upgrader.plan.project import read_project
from upgrader.plan.reading import written
from upgrader.plan.upgrade_plan import write_plan
from upgrader.reports import documents
from upgrader.reports.documents import DOCUMENTS
from upgrader.reports.schemas import SCHEMAS, schema
from upgrader.simulation.regression import Compared, Regression, Shown
from upgrader.simulation.reproduction import Reproduction, write_reproduction
from upgrader.simulation.result import Simulation
from upgrader.simulation.scenario import Act, Moment, Override, Question, Scenario
from upgrader.simulation.unseen import Unseen
from upgrader.units import BlockNumber, ChainId, Hash32, Seconds, Slot, Wei, address, hexed

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
SILENT = {"$schema", "$defs", "title", "description", "default", "format", "discriminator", "then", "else"}

MANIFEST = {
    "schema": 1,
    "upgrade": {"name": "002-put-spreads", "summary": "Put spreads.", "governance": "main"},
    "change": [{"contract": "OptionsMarket", "source": "a.sol:B", "call": {"function": "f(uint256)", "args": ["1"]}}],
    "window": {"opens": 1_796_119_200, "closes": 1_796_205_600},
    "waiver": [{"code": "a-b", "subject": "C", "reason": "r", "author": "a", "until": 1_796_119_200}],
}
PROJECT = {
    "schema": 1,
    "project": {"name": "Strike"},
    "governance": {"main": {"network": "mainnet", "safe": "0x" + "11" * 20, "delay": "48h"}},
    "contracts": {"A": {"network": "mainnet", "proxy": "0x" + "22" * 20, "source": "a.sol:A", "governance": "main"}},
}
MARKET = address("0x" + "22" * 20)
REGRESSION = Regression(
    1,
    (Compared("calm", 1, 2, (("market", "buy(uint256)"),)),),
    (Shown("calm", "answer", "market", "priceOf(uint256)", "calm: a day", 1, "price", "1", "2", relative="1"),),
    absent=(("market", "version()", ""),),
    unseen=(Unseen("These conditions were left out: gas_spike.", chosen=True),),
)
SCRIPT = Reproduction(
    Scenario("calm: a day", (Moment(Seconds(1), (Act(MARKET, MARKET, b"12", Wei(2**70)),), (Question(MARKET, b""),)),)),
    (Moment(Seconds(12), overrides={MARKET: Override(Wei(1), b"", {Slot(2**200): bytes(32)})}),),
    (0,),
    "calm",
    "market.buy(uint256) (status): 1 -> 2",
    ChainId(1),
    BlockNumber(7),
    Hash32(bytes(32)),
)
WRITTEN = {
    "finding": FINDINGS[0].to_json(),
    "manifest": MANIFEST,
    "outcome": document("check", Outcome({}, findings=FINDINGS, verdict=Verdict.SAFE), 0),
    "plan": write_plan(PLAN),
    "project": PROJECT,
    "regression": {"plan_digest": hexed(PLAN.digest), "regression": written(Regression, REGRESSION)},
    "script": write_reproduction(SCRIPT),
    "simulation": {"plan_digest": hexed(PLAN.digest), "simulation": written(Simulation, SIMULATION)},
}


def complaints(value, node, root, path="$"):  # noqa: C901, PLR0912 - one branch a keyword
    """Yield what is wrong with ``value``; knows every keyword that our schemas use, and refuses any other.

    Source: https://json-schema.org/draft/2020-12/json-schema-validation
    """
    for keyword, wanted in node.items():
        match keyword:
            case "$ref":
                yield from complaints(value, root["$defs"][wanted.removeprefix("#/$defs/")], root, path)
            case "type":
                if not isinstance(value, TYPES[wanted]) or (wanted == "integer" and isinstance(value, bool)):
                    yield f"{path} is no {wanted}"
            case "const" | "enum":
                if value not in (wanted if keyword == "enum" else [wanted]):
                    yield f"{path} is not {wanted}"
            case "pattern":
                if isinstance(value, str) and not re.search(wanted, value):
                    yield f"{path} does not look like {wanted}"
            case "minimum":
                if isinstance(value, int) and value < wanted:
                    yield f"{path} is below {wanted}"
            case "anyOf" | "oneOf":
                fitting = sum(not list(complaints(value, one, root, path)) for one in wanted)
                if fitting == 0 or (keyword == "oneOf" and fitting > 1):
                    yield f"{path} fits {fitting} of {keyword}"
            case "required" if isinstance(value, dict):
                yield from (f"{path}.{name} is missing" for name in wanted if name not in value)
            case "properties" if isinstance(value, dict):
                for name in value.keys() & wanted.keys():
                    yield from complaints(value[name], wanted[name], root, f"{path}.{name}")
            case "additionalProperties" if isinstance(value, dict):
                for name in value.keys() - node.get("properties", {}).keys():
                    if wanted is False:
                        yield f"{path}.{name} is not known"
                    elif wanted is not True:
                        yield from complaints(value[name], wanted, root, f"{path}.{name}")
            case "prefixItems" if isinstance(value, list):
                for at, (item, one) in enumerate(zip(value, wanted, strict=False)):
                    yield from complaints(item, one, root, f"{path}[{at}]")
            case "minItems" | "maxItems" if isinstance(value, list):
                if len(value) < wanted if keyword == "minItems" else len(value) > wanted:
                    yield f"{path} has {len(value)} items"
            case "items" if isinstance(value, list):
                for at, item in enumerate(value):
                    yield from complaints(item, wanted, root, f"{path}[{at}]")
            case "if":
                branch = "else" if list(complaints(value, wanted, root, path)) else "then"
                yield from complaints(value, node[branch], root, path)
            case "properties" | "additionalProperties" | "items" | "required" | "prefixItems" | "minItems" | "maxItems":
                pass
            case _:
                assert keyword in SILENT, f"the schemas use {keyword}, which this test does not know"


@pytest.mark.parametrize("name", WRITTEN)
def test_what_we_write_fits_its_schema(name):
    """A real document of every kind has nothing to complain about."""
    found = schema(name)

    assert list(complaints(json.loads(json.dumps(WRITTEN[name])), found, found)) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_independent_validator_agrees(name):
    """The reference validator accepts the schema itself and the document."""
    jsonschema = pytest.importorskip("jsonschema", reason="needs the jsonschema package")

    jsonschema.Draft202012Validator.check_schema(schema(name))
    if name in WRITTEN:
        jsonschema.Draft202012Validator(schema(name)).validate(json.loads(json.dumps(WRITTEN[name])))


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("manifest", {"waver": []}, "$.waver is not known"),
        ("manifest", {"window": {"opens": "soon"}}, "$.window fits 0 of anyOf"),
        ("project", {"project": {}}, "$.project.name is missing"),
        ("plan", {"digest": "0x12"}, "$.digest does not look like ^0x[0-9a-fA-F]{64}$"),
        ("finding", {"severity": "FATAL"}, "$.severity is not ['NOTE', 'WARNING', 'BLOCKER']"),
        ("outcome", {"exit": 3}, "$.ok is not False"),
    ],
)
def test_what_we_refuse_does_not_fit(name, change, complaint):
    """A mistyped key, a bad value and a contradiction are seen by the schema too."""
    found = schema(name)

    assert complaint in list(complaints({**json.loads(json.dumps(WRITTEN[name])), **change}, found, found))


def test_the_examples_are_what_the_readers_read():
    """The manifest and the project of this test are accepted by the program itself."""
    assert read_manifest(MANIFEST).upgrade.name == "002-put-spreads"
    assert read_project(PROJECT).project.name == "Strike"


def test_failures_fit_the_outcome_schema_too():
    """An error document is an outcome."""
    found = schema("outcome")

    assert list(complaints(failure_document("nodes.check", InputError("m", remedy="r")), found, found)) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_commands_document_may_hold_an_error(name):
    """What could not be done is told in the same frame, under the command's own name."""
    found = schema(f"upgrader.{name}/1")
    failed = failure_document(name, InputError("m", remedy="r"))

    assert list(complaints(failed, found, found)) == []
    assert list(complaints({**failed, "schema": "upgrader.else/1"}, found, found)) != []


def test_every_key_that_a_command_prints_is_explained():
    """A published key without a word on it is a riddle."""
    shapes = [
        shape
        for file in sorted(Path(documents.__file__).parent.glob("[a-z]*.py"))
        for shape in vars(importlib.import_module(f"{documents.__name__}.{file.stem}")).values()
        if is_dataclass(shape) and shape.__module__.startswith(documents.__name__)
    ]
    silent = [
        f"{shape.__name__}.{field.name}"
        for shape in shapes
        for field in fields(shape)
        if f"\n        {field.name}: " not in shape.__doc__
    ]

    assert len(shapes) > 30
    assert silent == []


def test_fields_carry_their_docstrings():
    """An editor shows what a field means."""
    waiver = schema("manifest")["$defs"]["Waiver"]["properties"]

    assert waiver["reason"]["description"] == "Why it is no danger here; shown to every signer."
    assert waiver["until"]["description"].startswith("When it ends")


def test_an_unknown_schema_names_the_known_ones():
    """A wrong name is an input error with the names in its remedy."""
    with pytest.raises(InputError) as caught:
        schema("nope")

    assert caught.value.remedy.startswith(
        "name one of finding, manifest, outcome, plan, project, regression, script, simulation, "
    )


def test_the_command_prints_a_schema():
    """Standard output is the schema, ready to be redirected into a file."""
    result = CliRunner().invoke(command, ["project"])

    assert result.exit_code == 0
    assert json.loads(result.output) == schema("project")


def test_the_command_lists_the_names():
    """Without a name it says what there is, and what to run next."""
    result = CliRunner().invoke(command, ["--json"])

    assert result.exit_code == 0
    assert sorted(json.loads(result.output)["data"]["schemas"]) == sorted(SCHEMAS)
