"""The demo's world, opened once for every end-to-end test: a real chain, a real Safe and timelock, live positions."""

import shutil

import pytest

from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import UPGRADE
from upgrader.cli.demo.setting import setting
from upgrader.units import Seconds

DELAY = Seconds(172_800)


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """The chain, the protocol and the project's folder, planned and simulated once."""
    folder = tmp_path_factory.mktemp("desk")
    with setting(folder, DELAY, lambda _: None) as (sandbox, protocol):
        assert invoke(folder, "plan", UPGRADE).exit == 0
        assert invoke(folder, "simulate", UPGRADE).exit == 0
        assert invoke(folder, "deploy", UPGRADE, "--execute", "--account", "dev:0").exit == 0
        yield sandbox, protocol, folder


@pytest.fixture
def desk(world, tmp_path):
    """A copy of the project on the same chain, which is brought back afterwards."""
    sandbox, protocol, folder = world
    copy = tmp_path / "desk"
    shutil.copytree(folder, copy)
    handle = sandbox.snapshot()
    yield sandbox, protocol, copy
    sandbox.revert(handle)
