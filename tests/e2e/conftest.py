"""The demo's world, opened once for every end-to-end test: a real chain, a real Safe and timelock, live positions."""

from functools import cache

import demo_build
import jsonschema
import pytest

import upgrader.cli.demo.invoke
from upgrader.cli.demo.invoke import Ran, invoke
from upgrader.cli.demo.journey import CALM, UPGRADE
from upgrader.cli.demo.setting import setting
from upgrader.reports.schemas import schema
from upgrader.units import Seconds

DELAY = Seconds(172_800)


@cache
def published(name):
    """Return the validator of a published schema, without room for keys that it does not name."""
    found = schema(name)
    for shape in found["$defs"].values():
        shape.setdefault("additionalProperties", False)
    return jsonschema.Draft202012Validator(found)


@pytest.fixture(scope="session", autouse=True)
def _documents_are_as_published():
    """Hold every document that a command prints in these tests against the schema that is published for it."""

    class HeldRan(Ran):
        def __post_init__(self):
            held = published(self.document["schema"])
            wrong = [f"{error.json_path}: {error.message}" for error in held.iter_errors(self.document)]
            assert [] == wrong, self.command

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upgrader.cli.demo.invoke, "Ran", HeldRan)
        yield


@pytest.fixture(scope="session")
def world():
    """The chain, the protocol and the project's folder, planned, simulated and deployed once."""
    folder = demo_build.FOLDER
    demo_build.compiled(folder, whole=False)
    with setting(folder, DELAY, lambda _: None) as (sandbox, protocol):
        for command in (["plan"], ["simulate", *CALM], ["deploy", "--execute", "--account", "dev:0"]):
            ran = invoke(folder, command[0], UPGRADE, *command[1:])
            assert ran.exit == 0, ran.document
        yield sandbox, protocol, folder


@pytest.fixture
def desk(world):
    """A copy of the project on the same chain, which is brought back afterwards."""
    sandbox, protocol, folder = world
    with demo_build.copied(folder) as copy:
        handle = sandbox.snapshot()
        yield sandbox, protocol, copy
        sandbox.revert(handle)
