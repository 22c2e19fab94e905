"""The demo's world, opened once for every end-to-end test: a real chain, a real Safe and timelock, live positions."""

import shutil
import tempfile
from pathlib import Path

import demo_build
import pytest

from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import CALM, UPGRADE
from upgrader.cli.demo.setting import setting
from upgrader.units import Seconds

DELAY = Seconds(172_800)


@pytest.fixture(scope="session")
def world():
    """The chain, the protocol and the project's folder, planned, simulated and deployed once."""
    folder = demo_build.FOLDER
    demo_build.compiled(folder)
    with setting(folder, DELAY, lambda _: None) as (sandbox, protocol):
        for command in (["plan"], ["simulate", *CALM], ["deploy", "--execute", "--account", "dev:0"]):
            ran = invoke(folder, command[0], UPGRADE, *command[1:])
            assert ran.exit == 0, ran.document
        yield sandbox, protocol, folder


@pytest.fixture
def desk(world):
    """A copy of the project on the same chain, which is brought back afterwards."""
    sandbox, protocol, folder = world
    with tempfile.TemporaryDirectory(dir=demo_build.BUILD, prefix="e2e-") as parent:
        copy = Path(parent) / "desk"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".build"))
        demo_build.share_compilations(copy)
        handle = sandbox.snapshot()
        yield sandbox, protocol, copy
        sandbox.revert(handle)
