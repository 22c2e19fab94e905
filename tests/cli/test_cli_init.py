"""``init`` writes a project that every other command can read, and touches nothing that is there."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from upgrader.cli.commands.init import command
from upgrader.cli.demo.folder import require_imports, take_folder
from upgrader.edges.files import write_file
from upgrader.edges.networks import load_network
from upgrader.edges.project import load_project
from upgrader.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
OURS = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "scripts").glob("*.py"))]
"""The checkout's own Ape scripts."""

WRITTEN = [
    "upgrader.toml",
    "networks/local.toml",
    "ape-config.yaml",
    "upgrades/README.md",
    "networks/local.fleet.toml",
    *OURS,
]


def run(*arguments):
    """Run ``upgrader init`` and return its result."""
    return CliRunner(mix_stderr=False).invoke(command, [str(argument) for argument in arguments])


def contents(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_new_project_can_be_read(tmp_path):
    """The files parse, and the name is the folder's."""
    folder = tmp_path / "options-desk"
    done = run(folder)

    assert 0 == done.exit_code
    assert "options-desk" == load_project(folder).project.name
    assert (31337, True) == (load_network("local", folder).chain_id, load_network("local", folder).test)
    assert "next: upgrader doctor" == done.stdout.splitlines()[-1]


def test_json_names_what_was_written(tmp_path):
    """One document with the lists."""
    document = json.loads(run(tmp_path, "--name", "x", "--json").stdout)

    assert {"written": WRITTEN, "extended": [".gitignore"], "kept": []} == document["data"]


@pytest.mark.parametrize("path", ["networks/local.fleet.toml", *OURS])
def test_a_new_project_has_the_checkouts_scripts_and_fleet(tmp_path, path):
    """What the README types with `ape run` and `nodes` works in a project as it does here."""
    run(tmp_path)

    assert (ROOT / path).read_text() == (tmp_path / path).read_text()


def test_a_second_time_changes_nothing(tmp_path):
    """Every file is kept, byte for byte."""
    run(tmp_path)
    before = contents(tmp_path)
    document = json.loads(run(tmp_path, "--name", "other", "--json").stdout)

    assert before == contents(tmp_path)
    assert {"written": [], "extended": [], "kept": WRITTEN} == document["data"]


def test_what_is_there_stays_and_shapes_the_rest(tmp_path):
    """An old ape-config and .gitignore are kept; the sources' folder is found; npm's OpenZeppelin is mapped."""
    (tmp_path / ".gitignore").write_text("/node_modules\nout")
    (tmp_path / "src").mkdir()
    (tmp_path / "node_modules" / "@openzeppelin" / "contracts-upgradeable").mkdir(parents=True)
    run(tmp_path)

    lines = (tmp_path / ".gitignore").read_text().splitlines()
    assert ["/node_modules", "out", ".build/", ".tools/", "upgrader-crash-*.txt"] == lines
    assert "src" == load_project(tmp_path).project.sources
    assert "@openzeppelin/contracts=" in (tmp_path / "ape-config.yaml").read_text()


def test_a_file_in_place_of_a_folder_is_bad_input(tmp_path):
    """The error names it, and nothing half-written remains."""
    (tmp_path / "networks").write_text("")
    done = run(tmp_path, "--name", "x")

    assert "cannot be written" in str(done.exception)
    assert 2 == done.exception.exit_code
    assert not list(tmp_path.glob("**/*.part"))


@pytest.mark.parametrize("name", ['say "hi"', "back\\slash", "naïve 衍生品", "x" * 100])
def test_any_printable_name_survives(tmp_path, name):
    """Quotes and backslashes are escaped as TOML wants."""
    run(tmp_path, "--name", name)

    assert name == load_project(tmp_path).project.name


@pytest.mark.parametrize("name", [" ", "line\nbreak", "\x1b[2J", "x" * 101, "\u202egnp"])
def test_a_name_that_is_none_is_bad_input(tmp_path, name):
    """Nothing is written for a name that cannot be shown."""
    done = run(tmp_path, "--name", name)

    assert 2 == done.exception.exit_code
    assert [] == list(tmp_path.iterdir())


def test_the_demo_says_where_its_imports_are_not_found(tmp_path):
    """Outside a checkout no compiler would find them; inside one any folder will do, there or not."""
    (tmp_path / "node_modules" / "@openzeppelin").mkdir(parents=True)

    require_imports(tmp_path / "out" / "demo")
    (tmp_path / "node_modules" / "@openzeppelin").rmdir()
    with pytest.raises(InputError) as caught:
        require_imports(tmp_path / "out" / "demo")

    assert "--folder" in caught.value.remedy


def test_the_demo_takes_no_folder_that_holds_something_else(tmp_path):
    """It replaces contracts, networks and upgrades of its folder, so it must be its own."""
    (tmp_path / "contracts").mkdir()

    with pytest.raises(InputError, match="holds no demo"):
        take_folder(tmp_path)

    assert ["contracts"] == [item.name for item in tmp_path.iterdir()]


@pytest.mark.parametrize("earlier", ["", "networks/local.toml"])
def test_the_demo_takes_its_own_folder_again(tmp_path, earlier):
    """A second run finds its mark; one of before there was a mark is known by its network."""
    folder = tmp_path / "demo"
    if earlier:
        write_file(folder / earlier, "# The demo's own chain; gone when the demo ends.\nchain_id = 31337\n")
    take_folder(folder)
    (folder / "contracts").mkdir()

    take_folder(folder)

    assert (folder / "contracts").is_dir()
