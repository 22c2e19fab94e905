"""Every command is found, described and light; the command line's frame keeps its promises."""

import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import click
import click.testing
import pytest

import upgrader.cli.commands
from upgrader.cli.app import cli
from upgrader.reports.documents import DOCUMENTS

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(module.name for module in pkgutil.iter_modules(upgrader.cli.commands.__path__) if module.name[0] != "_")

HEAVY = (
    "web3",
    "ape",
    "solcx",
    "eth_account",
    "requests",
    "aiohttp",
    "pydantic",
    "jinja2",
    "rich",
    "eth_abi",
    "sqlalchemy",
)
"""Packages that take longer to import than `--help` may take to answer."""

PRINT_HEAVY = f"""
import sys
from upgrader.cli import main
try:
    main(["--help"])
finally:
    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.parametrize("name", NAMES)
def test_a_command_module_has_its_parts(name):
    """A place in the journey, a click command with a help text, and a module docstring."""
    module = importlib.import_module(f"upgrader.cli.commands.{name}")

    assert isinstance(module.ORDER, int)
    assert isinstance(module.command, click.Command)
    assert module.command.help
    assert module.__doc__


def test_every_command_publishes_what_it_prints():
    """A program that reads ``--json`` finds the schema of every command's document under the name that it bears."""
    names = set()
    for name in NAMES:
        command = importlib.import_module(f"upgrader.cli.commands.{name}").command
        inner = sorted(getattr(command, "commands", {}))
        names |= {f"{name}.{each}" for each in inner} or {name}

    assert names | {"usage"} == set(DOCUMENTS)


def test_no_two_commands_share_a_place():
    """The order of the help is a decision, not an accident."""
    orders = [importlib.import_module(f"upgrader.cli.commands.{name}").ORDER for name in NAMES]

    assert len(set(orders)) == len(orders)


def test_help_imports_nothing_heavy():
    """The command list is there before web3, ape or a compiler's driver would be."""
    done = subprocess.run(
        [sys.executable, "-c", PRINT_HEAVY], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )

    assert "[]" == done.stderr.strip()
    assert all(f"  {name.replace('_', '-')} " in done.stdout for name in NAMES)


def test_the_list_of_commands_cuts_no_sentence_short():
    """Each command's first sentence fits a terminal of 80 columns."""
    shown = click.testing.CliRunner().invoke(cli, ["--help"], terminal_width=80).output

    assert "..." not in shown.partition("Commands:")[2]


def test_every_command_explains_itself():
    """``--help`` of each works and shows the options that all share."""
    context = click.Context(cli)
    for name in NAMES:
        shown = cli.get_command(context, name.replace("_", "-")).get_help(click.Context(cli, info_name=name))
        assert "--help" in shown


def test_ape_starts_with_its_plugins():
    """A broken plugin pair ends ``ape --help`` in a traceback; then nothing of Ape works."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ape")), "--help"], capture_output=True, text=True, timeout=120, check=False
    )

    assert (0, "") == (done.returncode, done.stderr.strip())
    assert {"compile", "test", "upgrader"} <= set(done.stdout.split())


def test_ape_lists_our_commands():
    """``ape upgrader`` is the same command line under Ape's roof."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ape")), "upgrader", "--help"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert 0 == done.returncode, done.stderr
    assert {name.replace("_", "-") for name in NAMES} <= set(done.stdout.split())


def test_the_journey_is_there_as_ape_scripts():
    """Every command that works on an upgrade is one file for ``ape run``, and no file is for anything else."""
    commands = {name: cli.get_command(click.Context(cli), name) for name in NAMES}
    journey = {name for name, each in commands.items() if any(param.name == "upgrade" for param in each.params)}

    assert journey == {path.stem for path in (ROOT / "scripts").glob("*.py")}


def test_lock_files_name_no_server():
    """Whoever installs asks the registries that this machine is set to."""
    python, npm = (ROOT / "requirements.lock").read_text(), (ROOT / "package-lock.json").read_text()

    assert "--hash=sha256:" in python
    assert "://" not in python
    assert '"resolved"' not in npm


def test_the_entry_points_are_registered():
    """The distribution offers both ways in."""
    from importlib.metadata import entry_points

    assert "upgrader.cli:main" == entry_points(group="console_scripts", name="upgrader")["upgrader"].value
    assert entry_points(group="ape_cli_subcommands", name="ape_upgrader")["ape_upgrader"].load() is cli


def test_the_pins_that_must_move_together():
    """The Ape trio and the tools are pinned to the versions that were tried together."""
    import tomllib

    pins = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    npm = json.loads((ROOT / "package.json").read_text())

    assert {"eth-ape==0.8.51", "ape-foundry==0.8.12", "ape-solidity==0.8.6", "web3==7.16.0"} <= set(pins)
    assert "1.7.1" == npm["optionalDependencies"]["@foundry-rs/anvil-linux-amd64"]
