"""References as people write them, to files of every format, good and bad."""

import json
import os
from pathlib import Path

import pytest

from upgrader.build import Artifact
from upgrader.edges.solc import Outputs, Solc
from upgrader.edges.sources import Deployed, SourceReader
from upgrader.errors import InputError, MismatchError
from upgrader.layout.model import StorageLayout
from upgrader.layout.read import layout_of
from upgrader.plan.compiler import SolcChoice
from upgrader.units import ChainId, address, hexed, keccak

TEXT = "pragma solidity ^0.8.20;\ncontract A { uint256 a; }\ncontract B { uint256 a; address b; }\n"
RAW = {"storage": [{"label": "a", "type": "t_uint256", "slot": "0", "offset": 0, "contract": "A.sol:A"}], "types": {}}
WHERE = address("0x" + "ab" * 20)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with one source, its layout and its build-info."""
    (tmp_path / "A.sol").write_text(TEXT)
    (tmp_path / "layout.json").write_text(json.dumps(RAW))
    contracts = {"A.sol": {name: {"abi": [], "storageLayout": RAW} for name in ("A", "B")}}
    (tmp_path / "info.json").write_text(json.dumps({"output": {"contracts": contracts, "sources": {}}}))
    return tmp_path


@pytest.fixture
def reader(folder):
    """Return a reader that starts in the folder and compiles layouts only."""
    return SourceReader(folder, compiler=Solc(Outputs.SOURCE))


def test_source_and_contract(reader):
    """A source is compiled, and its contract found by name."""
    found = reader.read("A.sol:B")

    assert ("A.sol", "B") == (found.source, found.name)


def test_two_references_to_one_project_are_one_run(reader):
    """Both sides of a check share their run, and with it one walk over the AST."""
    first, second = reader.read_all(["A.sol:A", "A.sol:B"])

    assert first.asts is second.asts


def test_storage_alone_is_that_of_the_compiled_contract(folder, monkeypatch):
    """Of what ran earlier only storage is asked: no code is compiled, and it is the same storage."""
    whole = layout_of(SourceReader(folder).read("A.sol:B"))
    reader = SourceReader(folder)
    monkeypatch.setattr(reader, "compiler", None)

    source, raw = reader.layouts(["A.sol:B", "layout.json"])

    assert (whole.regions, "B") == (source.regions, source.contract)
    assert "A" == raw.contract
    with pytest.raises(InputError, match="several contracts"):
        reader.layouts(["A.sol"])


def test_layout_file(reader):
    """A raw layout is read under the name that its variables give."""
    found = reader.read("layout.json")

    assert isinstance(found, StorageLayout)
    assert "A" == found.contract


@pytest.mark.parametrize("reference", ["info.json:A.sol:B", "info.json:B"])
def test_build_info(reader, reference):
    """A build-info's contract goes by path and name, or by name where it is the only one."""
    assert "B" == reader.read(reference).name


def test_absolute_path(folder, tmp_path_factory):
    """Paths need not be relative to where the command runs."""
    elsewhere = SourceReader(tmp_path_factory.mktemp("elsewhere"), compiler=Solc(Outputs.SOURCE))

    assert "A" == elsewhere.read(f"{folder}/A.sol:A").name


def test_layout_is_not_code(reader):
    """Where code is needed, a bare layout is refused with what to give instead."""
    with pytest.raises(InputError, match="storage layout only"):
        reader.artifact("layout.json", SolcChoice())


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("Missing.sol:A", "names no file"),
        ("A.sol", "several contracts"),
        ("A.sol:C", "no contract 'C'"),
        ("info.json", "holds 2 contracts"),
        ("info.json:C", "no 'C' in it"),
        ("mainnet:0x" + "ab" * 20, "verified sources"),
        ("mainnet:0xab", "names no file"),
        ("", "names no file"),
        ("\0", "names no file"),
        ("x" * 10_000, "names no file"),
        (".", "is a folder"),
    ],
)
def test_bad_references(reader, reference, words):
    """What names nothing, or too much, is an input error with the forms that are accepted."""
    with pytest.raises(InputError, match=words) as caught:
        reader.read(reference)

    assert caught.value.remedy


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xff", b"[" * 100_000, b"null", b"{}", b'{"storage": 3}', b'{"abi": [1]}']
)
def test_bad_files(folder, reader, content):
    """Files that are empty, cut off, binary, endlessly nested or something else end in an input error."""
    (folder / "bad.json").write_bytes(content)

    with pytest.raises(InputError):
        layout_of(reader.artifact("bad.json", SolcChoice()))


def test_hardhat_2_artifact_is_read_from_its_build_info(folder, reader):
    """The artifact has no layout; the build-info that its neighbour names has."""
    (folder / "artifacts" / "build-info").mkdir(parents=True)
    (folder / "artifacts" / "A.sol").mkdir()
    (folder / "artifacts" / "build-info" / "x.json").write_bytes((folder / "info.json").read_bytes())
    own = {"_format": "hh-sol-artifact-1", "contractName": "A", "sourceName": "A.sol", "abi": [], "bytecode": "0x"}
    (folder / "artifacts" / "A.sol" / "A.json").write_text(json.dumps(own))
    pointer = {"_format": "hh-sol-dbg-1", "buildInfo": "../build-info/x.json"}
    (folder / "artifacts" / "A.sol" / "A.dbg.json").write_text(json.dumps(pointer))

    found = reader.read("artifacts/A.sol/A.json")

    assert isinstance(found, Artifact)
    assert RAW == found.storage_layout


def test_hardhat_3_halves_are_joined(folder, reader):
    """Hardhat 3 keeps input and output apart, and its artifacts name the pair by an id."""
    home = folder / "artifacts"
    (home / "build-info").mkdir(parents=True)
    output = json.loads((folder / "info.json").read_text())["output"]
    whole = {
        "_format": "hh3-sol-build-info-1",
        "solcVersion": "0.8.37",
        "input": {"sources": {"A.sol": {"content": TEXT}}},
    }
    (home / "build-info" / "solc-1.json").write_text(json.dumps(whole))
    (home / "build-info" / "solc-1.output.json").write_text(
        json.dumps({"_format": "hh3-sol-build-info-output-1", "output": output})
    )
    own = {"_format": "hh3-artifact-1", "contractName": "A", "sourceName": "A.sol", "abi": [], "buildInfoId": "solc-1"}
    (home / "A.json").write_text(json.dumps(own))

    found = reader.read("artifacts/A.json")
    direct = reader.read("artifacts/build-info/solc-1.json:A")

    assert (RAW, RAW) == (found.storage_layout, direct.storage_layout)
    assert TEXT == found.texts["A.sol"]

    (home / "build-info" / "solc-1.output.json").unlink()
    with pytest.raises(InputError, match="one of the two files"):
        SourceReader(folder, compiler=Solc(Outputs.SOURCE)).read("artifacts/build-info/solc-1.json:A")


def test_hardhat_3_sources_are_called_as_they_are_on_the_disk(folder, reader):
    """Its own names, ``project/`` and ``npm/package@version/``, lead an editor or a code host nowhere."""
    home = folder / "artifacts" / "build-info"
    home.mkdir(parents=True)
    lib, own = "npm/@scope/lib@1.2.3/sub/L.sol", "project/contracts/A.sol"
    code = {"object": "00" * 20, "linkReferences": {lib: {"L": [{"start": 0, "length": 20}]}}}
    output = {
        "contracts": {own: {"A": {"abi": [], "storageLayout": RAW, "evm": {"deployedBytecode": code}}}},
        "sources": {own: {"id": 0, "ast": {}}, lib: {"id": 1, "ast": {}}},
    }
    given = {"sources": {own: {"content": TEXT}, lib: {"content": "library L {}"}}}
    (home / "x.json").write_text(json.dumps({"_format": "hh3-sol-build-info-1", "input": given}))
    (home / "x.output.json").write_text(json.dumps({"output": output}))
    artifact = {"contractName": "A", "sourceName": "contracts/A.sol", "inputSourceName": own, "buildInfoId": "x"}
    (folder / "artifacts" / "A.json").write_text(json.dumps({**artifact, "abi": []}))

    found = [reader.read(each) for each in ("artifacts/A.json", "artifacts/build-info/x.json:contracts/A.sol:A")]

    assert ["contracts/A.sol:A"] * 2 == [each.qualified for each in found]
    assert {"contracts/A.sol", "node_modules/@scope/lib/sub/L.sol"} == set(found[0].texts) == set(found[0].asts)
    assert {"node_modules/@scope/lib/sub/L.sol:L": (0,)} == found[0].runtime.links


def test_two_versions_of_a_package_stay_two_files(folder, reader):
    """Hardhat 3 has both in one build; on the disk one of them lies in a folder that its name does not tell."""
    home = folder / "artifacts" / "build-info"
    home.mkdir(parents=True)
    paths = ["project/A.sol", "npm/lib@1.0.0/L.sol", "npm/lib@2.0.0/L.sol"]
    output = {
        "contracts": {path: {"A": {"abi": [], "storageLayout": RAW}} for path in paths},
        "sources": {path: {"id": number, "ast": {}} for number, path in enumerate(paths)},
    }
    (home / "x.json").write_text(json.dumps({"_format": "hh3-sol-build-info-1", "input": {"sources": {}}}))
    (home / "x.output.json").write_text(json.dumps({"output": output}))

    found = reader.read("artifacts/build-info/x.json:A.sol:A")

    assert {"A.sol", *paths[1:]} == set(found.asts)


FOUNDRY = {
    "abi": [],
    "deployedBytecode": {"object": "0x6001__$aabbccddeeff00112233445566778899aa$__6002"},
    "rawMetadata": "{}",
    "metadata": {"settings": {"compilationTarget": {"src/A.sol": "A"}}},
}


@pytest.fixture
def foundry(folder):
    """Return what writes one of Foundry's build-infos, with the code of a contract."""
    home = folder / "out" / "build-info"
    home.mkdir(parents=True)
    (folder / "out" / "A.sol").mkdir()
    (folder / "out" / "A.sol" / "A.json").write_text(json.dumps(FOUNDRY))

    def write(name, code, age, layout=RAW):
        contract = {"abi": [], "storageLayout": layout, "evm": {"deployedBytecode": {"object": code}}}
        (home / name).write_text(json.dumps({"output": {"contracts": {"src/A.sol": {"A": contract}}, "sources": {}}}))
        os.utime(home / name, (2**30 - age, 2**30 - age))

    return write


def test_foundry_artifact_is_read_from_the_build_info_that_has_its_code(folder, reader, foundry):
    """They heap up: what a later run made of other sources is another contract."""
    code = FOUNDRY["deployedBytecode"]["object"].removeprefix("0x")
    foundry("later.json", code.replace("6001", "6003"), age=0, layout={"storage": [], "types": {}})
    foundry("own.json", code, age=10)
    foundry("earlier.json", code, age=20, layout={"storage": [], "types": {}})
    (folder / "out" / "build-info" / "slim.json").write_text(
        '{"id": "x", "source_id_to_path": {}, "language": "Solidity"}'
    )
    (folder / "out" / "build-info" / "cut.json").write_text('{"output": "' + code)
    (folder / "out" / "build-info" / "gone.json").symlink_to(folder / "nowhere.json")

    found = reader.read("out/A.sol/A.json")

    assert (RAW, "src/A.sol:A") == (found.storage_layout, found.qualified)


def test_foundry_artifact_that_no_build_info_has_stands_for_itself(reader, foundry):
    """Its sources changed since, or it holds its own layout."""
    foundry("later.json", "6003", age=0)

    found = reader.read("out/A.sol/A.json")

    assert (None, "src/A.sol:A") == (found.storage_layout, found.qualified)


def test_foundry_s_list_of_sources_is_no_build_info(folder, reader):
    """What Foundry writes by default has a build-info's name and place, and the error says what to do."""
    (folder / "slim.json").write_text(json.dumps({"id": "x", "source_id_to_path": {"0": "A.sol"}}))

    with pytest.raises(InputError, match="names of its sources") as caught:
        reader.read("slim.json:A")

    assert "--build-info" in caught.value.remedy


@pytest.fixture
def repository(tmp_path):
    """Return a folder of verified sources with one contract, as Sourcify lays it out."""
    home = tmp_path / "verified" / "contracts" / "full_match" / "1" / WHERE
    (home / "sources").mkdir(parents=True)
    (home / "sources" / "A.sol").write_text(TEXT)
    metadata = {
        "compiler": {"version": "0.8.37+commit.f401782d"},
        "language": "Solidity",
        "settings": {"compilationTarget": {"A.sol": "B"}, "optimizer": {"enabled": True, "runs": 3}, "remappings": []},
        "sources": {"A.sol": {"keccak256": hexed(keccak(TEXT.encode())), "urls": []}},
    }
    (home / "metadata.json").write_text(json.dumps(metadata))
    return tmp_path / "verified"


def on_chain(folder, repository):
    """Return a reader that finds the implementation of any proxy at one address."""
    return SourceReader(
        folder,
        compiler=Solc(Outputs.SOURCE),
        sources=repository,
        locate=lambda network, proxy: Deployed(ChainId(1), WHERE),  # noqa: ARG005 - whatever is asked
    )


def test_address_with_verified_sources(folder, repository):
    """A proxy's implementation is compiled from its verified sources, with their compiler and settings."""
    found = on_chain(folder, repository).read("mainnet:0x" + "11" * 20)

    assert ("A.sol", "B", 3) == (found.source, found.name, found.compiler.settings["optimizer"]["runs"])


def test_edited_sources_are_not_verified_sources(folder, repository):
    """A text whose hash is not the metadata's is refused."""
    (source,) = Path(repository).rglob("sources/A.sol")
    source.write_text(TEXT + "// edited\n")

    with pytest.raises(MismatchError, match="not the source that was verified"):
        on_chain(folder, repository).read("mainnet:0x" + "11" * 20)


def test_sources_outside_their_folder_are_not_read(folder, repository):
    """Metadata cannot name a path that leads out of its own folder."""
    (file,) = Path(repository).rglob("metadata.json")
    metadata = json.loads(file.read_text())
    metadata["sources"] = {"../../../../../../A.sol": {}}
    file.write_text(json.dumps(metadata))

    with pytest.raises(InputError, match="outside itself"):
        on_chain(folder, repository).read("mainnet:0x" + "11" * 20)


def test_address_without_sources_names_the_place(folder, tmp_path):
    """Where there are no verified sources, the error says where they would have to be."""
    with pytest.raises(InputError, match="no verified sources") as caught:
        on_chain(folder, tmp_path).read("mainnet:0x" + "11" * 20)

    assert WHERE in caught.value.remedy
