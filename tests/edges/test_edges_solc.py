"""The compiler behind its port: imports, versions, cache, and its refusals."""

import shutil
from pathlib import Path

import pytest

from upgrader.edges import solc_compile
from upgrader.edges.imports import gathered, project_of, project_remappings
from upgrader.edges.own_results import keep, kept
from upgrader.edges.pragma import allows, newest_allowed, parsed, pragmas
from upgrader.edges.settings import foreign_choice
from upgrader.edges.solc import Outputs, Runs, Solc
from upgrader.edges.solc_run import CACHE
from upgrader.errors import InputError, UnavailableError
from upgrader.plan.compiler import SolcChoice

LIBRARY = "pragma solidity ^0.8.20; library Fees { struct Store { uint256 rate; } }"
MARKET = """
pragma solidity ^0.8.20;
import {Fees} from "../lib-ours/Fees.sol";
import "fees/Extra.sol";
contract Market { Fees.Store fees; Extra.Store extra; uint256 immutable cap = 1; }
"""
EXTRA = "pragma solidity ^0.8.20; library Extra { struct Store { address owner; } }"


@pytest.fixture
def project(tmp_path):
    """Return a Foundry project with an import by path, one by remapping and one from a library folder."""
    for path, text in {
        "foundry.toml": '[profile.default]\nremappings = ["fees/=vendor/fees/"]\nsolc = "0.8.37"\noptimizer_runs = 7\n',
        "src/Market.sol": MARKET,
        "lib-ours/Fees.sol": LIBRARY,
        "vendor/fees/Extra.sol": EXTRA,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("expression", "inside", "outside"),
    [
        ("^0.8.20", ["0.8.20", "0.8.37"], ["0.8.19", "0.9.0"]),
        ("0.7.6", ["0.7.6"], ["0.7.5", "0.8.0"]),
        (">=0.6.0 <0.9.0", ["0.6.0", "0.8.37"], ["0.5.17", "0.9.0"]),
        ("~0.8.4", ["0.8.4", "0.8.9"], ["0.9.0"]),
        ("0.7.6 || ^0.8.20", ["0.7.6", "0.8.21"], ["0.8.1"]),
        ("0.8.0 - 0.8.20", ["0.8.0", "0.8.20"], ["0.8.21"]),
        ("^0.4.11", ["0.4.26"], ["0.5.0"]),
        ("^0.0.3", ["0.0.3"], ["0.0.4"]),
        (">0.8.20", ["0.8.21"], ["0.8.20"]),
        ("<=0.8", ["0.8.37"], ["0.9.0"]),
        ("*", ["0.4.11", "9.9.9"], []),
        ("nonsense", [], ["0.8.20"]),
    ],
)
def test_pragma_ranges(expression, inside, outside):
    """Ranges mean what npm's semver says. Source: https://github.com/npm/node-semver#ranges."""
    assert [True] * len(inside) == [allows(expression, parsed(version)) for version in inside]
    assert [False] * len(outside) == [allows(expression, parsed(version)) for version in outside]


def test_newest_compiler_that_every_pragma_allows():
    """The newest installed version wins; comments are no pragmas."""
    texts = "// pragma solidity 0.4.0;\npragma solidity >=0.7.0 <0.9.0;\npragma abicoder v2;"

    assert (">=0.7.0 <0.9.0",) == pragmas(texts)
    assert "0.8.20" == newest_allowed(["0.7.6", "0.8.20", "0.9.1"], pragmas(texts))
    assert newest_allowed(["0.6.12"], pragmas(texts)) is None


def test_imports_are_gathered_under_the_names_solc_asks_for(project):
    """Relative imports are joined, remapped ones replaced, and every text is there once."""
    texts = gathered(project, ["src/Market.sol"], project_remappings(project))

    assert {"src/Market.sol", "lib-ours/Fees.sol", "vendor/fees/Extra.sol"} == texts.keys()


def test_libraries_are_mapped_as_forge_does(project):
    """A folder below lib is an import prefix, to its src where it has one."""
    (project / "lib" / "solmate" / "src").mkdir(parents=True)
    (project / "lib" / "plain").mkdir()

    assert {"solmate/=lib/solmate/src/", "plain/=lib/plain/"} < set(project_remappings(project))


def test_import_outside_the_project_is_not_read(project):
    """An import cannot make the tool read a file that is neither the project's nor a package's."""
    secret = project.parent / "secret.sol"
    secret.write_text("pragma solidity ^0.8.20; contract Secret {}")
    (project / "src" / "Spy.sol").write_text('pragma solidity ^0.8.20; import "../../secret.sol"; contract Spy {}')

    texts = gathered(project, ["src/Spy.sol"], [])

    assert {"src/Spy.sol"} == texts.keys()


def test_project_is_compiled_with_layout_code_and_ast(project):
    """Every contract of the run is there, with the immutables' places and the texts."""
    compiled = Solc().compile(["src/Market.sol"], root=project)

    market = compiled["src/Market.sol:Market"]
    assert {"src/Market.sol:Market", "lib-ours/Fees.sol:Fees", "vendor/fees/Extra.sol:Extra"} == compiled.keys()
    assert "0.8.37" == market.compiler.version
    assert ["fees", "extra"] == [variable["label"] for variable in market.storage_layout["storage"]]
    assert market.runtime.code
    assert MARKET == market.texts["src/Market.sol"]


def test_only_what_is_asked_for_is_compiled(project):
    """Sources alone come without code; named contracts alone get code."""
    (source,) = [a for k, a in Solc(Outputs.SOURCE).compile(["src/Market.sol"], root=project).items() if "Market" in k]
    named = Solc(Outputs.NAMED).compile(["src/Market.sol"], root=project)

    assert source.runtime is None
    assert named["src/Market.sol:Market"].runtime is not None
    assert named["lib-ours/Fees.sol:Fees"].runtime is None


def test_result_is_kept_and_taken_from_the_cache(project):
    """The second run reads the file that the first one wrote, and nothing else is left beside it."""
    first = Solc(Outputs.SOURCE, runs=Runs()).compile(["src/Market.sol"], root=project)
    (file,) = (project / CACHE).iterdir()
    content = kept(file)
    content["contracts"]["src/Market.sol"]["Market"]["storageLayout"]["storage"][0]["label"] = "fromTheCache"
    keep(file, content)

    second = Solc(Outputs.SOURCE, runs=Runs()).compile(["src/Market.sol"], root=project)

    assert "fees" == first["src/Market.sol:Market"].storage_layout["storage"][0]["label"]
    assert "fromTheCache" == second["src/Market.sol:Market"].storage_layout["storage"][0]["label"]


def test_result_that_came_with_the_project_is_not_believed(project, tmp_path, monkeypatch):
    """Whoever can commit a source can commit an output, too: one of another user is compiled again."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "theirs"))
    Solc(Outputs.SOURCE, runs=Runs()).compile(["src/Market.sol"], root=project)
    (file,) = (project / CACHE).iterdir()
    content = kept(file)
    content["contracts"]["src/Market.sol"]["Market"]["storageLayout"]["storage"][0]["label"] = "forged"
    keep(file, content)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "ours"))

    compiled = Solc(Outputs.SOURCE, runs=Runs()).compile(["src/Market.sol"], root=project)

    assert "fees" == compiled["src/Market.sol:Market"].storage_layout["storage"][0]["label"]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"contracts": 3}', b"\xff\xfe"])
def test_damaged_cache_is_compiled_again(project, damage):
    """A cache file that was cut off or edited is no result."""
    Solc(Outputs.SOURCE, runs=Runs()).compile(["src/Market.sol"], root=project)
    (file,) = (project / CACHE).iterdir()
    file.write_bytes(damage)

    compiled = Solc(Outputs.SOURCE, runs=Runs()).compile(["src/Market.sol"], root=project)

    assert compiled["src/Market.sol:Market"].storage_layout["storage"]
    assert kept(file)["contracts"]


def test_one_process_reads_a_result_once(project):
    """What is at hand is not read again; sources that changed are another run, and the oldest runs are let go."""
    first = Solc(Outputs.SOURCE).compile(["src/Market.sol"], root=project)
    (file,) = (project / CACHE).iterdir()
    file.write_bytes(b"{")

    assert Solc(Outputs.SOURCE).compile(["src/Market.sol"], root=project) is first
    (project / "vendor/fees/Extra.sol").write_text(EXTRA.replace("owner", "keeper"))
    assert Solc(Outputs.SOURCE).compile(["src/Market.sol"], root=project) is not first


def test_runs_at_hand_are_bounded():
    """The run that was longest of no use goes first."""
    runs = Runs()
    for number in range(Runs.MOST):
        runs.keep(str(number), "", {}, {})
    runs.get("0", "")
    runs.keep("more", "", {}, {})

    assert runs.get("0", "") is not None
    assert runs.get("1", "") is None


def test_same_sources_of_two_folders_are_compiled_once(project, tmp_path_factory, monkeypatch):
    """A base is often unchanged: its contracts come from its own folder, and nothing is compiled for them."""
    other = tmp_path_factory.mktemp("base") / "project"
    shutil.copytree(project, other, symlinks=True)
    solc = Solc(Outputs.SOURCE, runs=Runs())
    here = solc.compile(["src/Market.sol"], root=project)
    monkeypatch.setattr(solc_compile, "compiled", None)

    there = solc.compile(["src/Market.sol"], root=other)

    assert here.keys() == there.keys()
    assert here["src/Market.sol:Market"].storage_layout == there["src/Market.sol:Market"].storage_layout
    assert there["src/Market.sol:Market"].origin.startswith(str(other))
    assert Solc(Outputs.SOURCE, runs=Runs()).compile(["src/Market.sol"], root=other).keys() == there.keys()


def test_folder_that_cannot_be_written_is_no_error(project):
    """Without a cache the result is the same, only later."""
    (project / ".build").write_text("in the way")

    assert Solc(Outputs.SOURCE).compile(["src/Market.sol"], root=project)


def test_refusal_carries_solcs_message(project):
    """What does not compile is an input error with the file, the line and solc's words."""
    (project / "src" / "Bad.sol").write_text("pragma solidity ^0.8.20;\ncontract Bad { uint256 a = true; }")

    with pytest.raises(InputError, match=r"src/Bad\.sol:2") as caught:
        Solc().compile(["src/Bad.sol"], root=project)

    assert caught.value.remedy


def test_missing_import_is_named_by_solc(project):
    """An import that is nowhere is solc's to report, with its place."""
    (project / "src" / "Lost.sol").write_text('pragma solidity ^0.8.20;\nimport "nowhere/X.sol";\ncontract Lost {}')

    with pytest.raises(InputError, match=r"nowhere/X\.sol"):
        Solc().compile(["src/Lost.sol"], root=project)


def test_missing_file():
    """A source that does not exist is an input error that names it."""
    with pytest.raises(InputError, match="no such file"):
        Solc().compile(["Missing.sol"], root=Path("/nonexistent"))


def test_no_compiler_fits(project):
    """A pragma that no installed compiler satisfies names the pragma and what is installed."""
    (project / "src" / "Old.sol").write_text("pragma solidity 0.4.11;\ncontract Old {}")

    with pytest.raises(UnavailableError, match=r"0\.4\.11.*installed: .*0\.8\.37"):
        Solc().compile(["src/Old.sol"], root=project)


def test_exact_version_that_is_missing(project):
    """A version that is asked for and not installed is unavailable, with the command that installs it."""
    with pytest.raises(UnavailableError) as caught:
        Solc().compile(["src/Market.sol"], root=project, version="0.8.21")

    assert "0.8.21" in caught.value.remedy


def test_foreign_projects_say_their_settings(project, tmp_path_factory):
    """foundry.toml gives version and optimiser; a project without one is optimised as tools do."""
    assert SolcChoice(version="0.8.37", optimizer_runs=7) == foreign_choice(project)
    assert SolcChoice(optimizer_runs=200) == foreign_choice(tmp_path_factory.mktemp("bare"))


def test_project_is_the_nearest_folder_with_a_mark(project):
    """A source belongs to the nearest folder above that looks like a project, else to its own."""
    assert project.resolve() == project_of(project / "src" / "Market.sol")
